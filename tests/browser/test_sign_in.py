"""The way in, in a real browser and against a real provider of sign-ins: who is let in, and who is not."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from cswanalytics.access import NO_SUCH_PAGE
from cswanalytics.app import menu
from cswanalytics.vocabulary import Role
from tests.browser.conftest import ROOT, WAIT_MS, free_port, start_server, wait_until_drawn

pytestmark = pytest.mark.browser

SECRET = "a secret of a test, and of nothing else at all"
PAGES = menu.discover(menu.PAGES)
ATTENDANCE = next(page for page in PAGES if page.address == "attendance")

PEOPLE = {
    "strategist": {
        "email": "v@example.org",
        "email_verified": True,
        "groups": ["virtual-school", "all staff"],
    },
    "head": {"email": "head@example.org", "email_verified": True},
    "analyst": {"email": "d@example.org", "email_verified": True, "groups": "csw-data"},
    "stranger": {"email": "stranger@example.org", "email_verified": True, "groups": ["all staff"]},
    "pretender": {"email": "head@example.org", "email_verified": False},
}
"""Whom the provider knows, and what it says of them."""

TABLE = """
[sign_in]
max_age_hours = 8

[log]
file = {log}

[[people]]
claim = "groups"
value = "virtual-school"
role = "vsh"

[[people]]
claim = "groups"
value = "csw-data"
role = "data"
"""
HEAD = """
[[people]]
email = "Head@example.org"
role = "head"
schools = ["900011"]
"""


@dataclass(frozen=True)
class Dashboard:
    """A dashboard with a sign-in, its provider, and its access table, which a test may change."""

    address: str
    provider: str
    config: Path
    log: Path

    def allow(self, *entries: str) -> None:
        """Write the access table: those of groups, and these entries."""
        written = TABLE.format(log=json.dumps(str(self.log))) + "".join(entries)
        (self.config / "access.toml").write_text(written, encoding="utf-8")


@pytest.fixture(scope="module")
def dashboard(made, tmp_path_factory) -> Iterator[Dashboard]:
    folder = tmp_path_factory.mktemp("sign_in")
    port, provider_port = free_port(), free_port()
    provider = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(provider_port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    found = Dashboard(
        f"http://localhost:{port}", f"http://localhost:{provider_port}", folder, folder / "log.jsonl"
    )
    found.allow(HEAD)
    (folder / "secrets.toml").write_text(
        "[auth]\n"
        f'redirect_uri = "{found.address}/oauth2callback"\ncookie_secret = "{SECRET}"\n'
        'client_id = "dashboard"\nclient_secret = "whatever the provider gave"\n'
        f'server_metadata_url = "{found.provider}/.well-known/openid-configuration"\n',
        encoding="utf-8",
    )
    server = start_server(
        port, ROOT / "dashboard.py",
        CSWANALYTICS_RELEASES=str(made.releases), CSWANALYTICS_CONFIG=str(folder),
        STREAMLIT_SECRETS_FILES=str(folder / "secrets.toml"), STREAMLIT_SERVER_ADDRESS="localhost",
    )  # fmt: skip
    try:
        for sub, claims in PEOPLE.items():
            _put(f"{found.provider}/users/{sub}", claims)
        yield found
    finally:
        for process in (server, provider):
            process.terminate()
            process.wait(timeout=10)


def _put(address: str, body: object) -> None:
    request = urllib.request.Request(
        address, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="PUT"
    )
    for _ in range(60):
        try:
            urllib.request.urlopen(request, timeout=2).close()
            return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError("the provider of sign-ins did not start")


@pytest.fixture(scope="module")
def browser_of_one(browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT_MS)
    yield context
    context.close()


@pytest.fixture
def window(browser_of_one, dashboard) -> Iterator[BrowserContext]:
    """Give a browser of its own, without a cookie and without a tab."""
    dashboard.allow(HEAD)
    yield browser_of_one
    for page in browser_of_one.pages:
        page.close()
    browser_of_one.clear_cookies()


def heading(page: Page, title: str) -> None:
    """Wait until the page with that title is drawn."""
    page.get_by_role("heading", level=1, name=title, exact=True).wait_for()


def sign_in(page: Page, address: str, who: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_placeholder("sub").fill(who)
    page.get_by_role("button", name="Authorize").click()


def menu_of(page: Page) -> list[str]:
    page.locator("[data-testid=stSidebarNavLink]").first.wait_for()
    return page.locator("[data-testid=stSidebarNavLink]").all_inner_texts()


def cookie(dashboard: Dashboard, secret: str, age: float, **claims: object) -> dict[str, str]:
    """Give a cookie as Streamlit makes it: signed, of a strategist who signed in so many seconds ago."""
    said = {
        "origin": dashboard.address, "is_logged_in": True, "provider": "default", "sub": "strategist",
        "iat": int(time.time() - age), **PEOPLE["strategist"], **claims,
    }  # fmt: skip
    value = create_signed_value(secret, USER_COOKIE_NAME, json.dumps(said)).decode()
    return {"name": USER_COOKIE_NAME, "value": value, "url": dashboard.address}


def test_a_visitor_who_is_not_signed_in_meets_one_page_whatever_the_address(dashboard, window) -> None:
    page = window.new_page()
    seen = set()
    # the first is a deep link to a cold server
    for path in ("/attendance?who=Looked+after", "/", "/no_such_page", f"/{PAGES[-1].address}"):
        page.goto(dashboard.address + path)
        heading(page, "Sign in")
        page.get_by_role("button", name="Sign in").wait_for()
        wait_until_drawn(page)
        seen.add(page.locator("[data-testid=stApp]").inner_text())
        assert page.locator("[data-testid=stSidebarNavLink]").count() == 0
        assert page.locator("[role=dialog]").count() == 0
    assert Axe().run(page).response["violations"] == []
    assert len(seen) == 1
    assert "Sampleshire" not in seen.pop()


def test_whoever_signs_in_comes_back_to_the_page_and_state_of_their_link(dashboard, window) -> None:
    page = window.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    link = f"{dashboard.address}/attendance?measure=Severe+absence&who=Looked+after"

    sign_in(page, link, "strategist")
    heading(page, ATTENDANCE.title)
    page.locator(".st-key-answer").get_by_text("looked-after children").wait_for()

    assert page.url == link
    assert page.locator("h2").first.inner_text().startswith("Severely absent")
    assert [text for text in said if "Content Security Policy" in text] == []
    assert all(stored["name"] != "cswanalytics_way_back" for stored in window.cookies())
    asked = [json.loads(line) for line in dashboard.log.read_text(encoding="utf-8").splitlines()]
    assert {"person": "v@example.org", "role": "vsh", "page": "gaps/attendance"}.items() <= asked[-1].items()
    assert "severe_absence" in {line["measure"] for line in asked}


def test_each_is_let_in_as_the_table_says_and_a_second_tab_as_the_same(dashboard, window) -> None:
    page = window.new_page()

    sign_in(page, dashboard.address, "head")
    expected = menu.pages_for(PAGES, Role.HEADTEACHER)

    assert menu_of(page) == [entry.menu for entry in expected]
    heading(page, menu.landing(PAGES, Role.HEADTEACHER).title)
    second = window.new_page()
    second.goto(f"{dashboard.address}/{PAGES[1].address}")
    assert menu_of(second) == [entry.menu for entry in expected]


def test_a_page_that_is_not_for_ones_role_is_answered_like_one_that_is_not_there(dashboard, window) -> None:
    page = window.new_page()
    sign_in(page, dashboard.address, "head")
    menu_of(page)
    not_for_heads = [entry.address for entry in PAGES if Role.HEADTEACHER not in entry.roles]
    answers = []
    for address in ("no_such_page", *not_for_heads[:2]):
        page.goto(f"{dashboard.address}/{address}")
        page.get_by_text(NO_SUCH_PAGE).wait_for()
        wait_until_drawn(page)
        assert page.locator("[role=dialog]").count() == 0
        answers.append(page.locator("[data-testid=stApp]").inner_text().replace(address, ""))
    assert len(set(answers)) == 1


def test_the_server_as_it_is_started_closes_what_it_does_not_need_and_says_who_may_frame_it(
    dashboard,
) -> None:
    def ask(path: str, method: str = "GET") -> tuple[int, dict[str, str]]:
        try:
            with urllib.request.urlopen(
                urllib.request.Request(dashboard.address + path, method=method), timeout=10
            ) as answer:
                return answer.status, dict(answer.headers)
        except urllib.error.HTTPError as refused:
            return refused.code, dict(refused.headers)

    for path, method in (
        ("/_stcore/metrics", "GET"),
        ("/_stcore/agent/openapi.json", "GET"),
        ("/_stcore/upload_file/some/file", "PUT"),
        ("/component/some/index.html", "GET"),
    ):
        assert ask(path, method)[0] == 404, path
    status, headers = ask("/attendance")
    assert status == 200
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("who", ["stranger", "pretender"])
def test_whoever_the_table_does_not_know_is_signed_in_and_not_let_in(dashboard, window, who: str) -> None:
    page = window.new_page()

    sign_in(page, f"{dashboard.address}/attendance", who)

    heading(page, "No access")
    assert page.locator("[data-testid=stSidebarNavLink]").count() == 0


def test_a_role_that_is_withdrawn_is_gone_with_the_next_click_in_every_tab(dashboard, window) -> None:
    page = window.new_page()
    sign_in(page, f"{dashboard.address}/attendance", "head")
    heading(page, ATTENDANCE.title)
    second = window.new_page()
    second.goto(f"{dashboard.address}/attendance")
    heading(second, ATTENDANCE.title)

    dashboard.allow()  # nobody but those of groups
    page.get_by_role("combobox", name="Phase").click()
    page.get_by_role("option", name="Secondary").click()

    heading(page, "No access")
    second.locator("[data-testid=stSidebarNavLink]").first.click()
    heading(second, "No access")
    assert second.locator("[data-testid=stPlotlyChart]").count() == 0
    assert second.locator("[data-testid=stSidebarNavLink]").count() == 0


@pytest.mark.parametrize(
    ("secret", "age", "claims", "meets"),
    [
        (SECRET, 60, {}, menu.landing(PAGES, Role.VIRTUAL_SCHOOL_HEAD).title),
        (SECRET, 8 * 3600 + 60, {}, "Sign in again"),
        (SECRET, -3600, {}, "Sign in again"),
        (SECRET, 60, {"iat": None}, "Sign in again"),
        (SECRET, 60, {"origin": "http://localhost"}, "Sign in"),
        ("a secret that somebody has made up themselves", 60, {}, "Sign in"),
    ],
    ids=["a cookie of ours", "too old", "of the future", "of no date", "of another server", "forged"],
)
def test_a_cookie_counts_only_if_it_is_ours_and_young(dashboard, window, secret, age, claims, meets) -> None:
    window.add_cookies([cookie(dashboard, secret, age, **claims)])
    page = window.new_page()

    page.goto(dashboard.address)

    heading(page, meets)


def test_whoever_signs_out_is_out(dashboard, window) -> None:
    page = window.new_page()
    sign_in(page, f"{dashboard.address}/attendance", "head")
    heading(page, ATTENDANCE.title)

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{dashboard.provider}/**")
    page.goto(f"{dashboard.address}/attendance")

    heading(page, "Sign in")
    assert all(
        not stored["name"].startswith(USER_COOKIE_NAME) for stored in window.cookies(dashboard.address)
    )
