"""What only a real browser can tell: that a page keeps its address, and gives what is shown to take away."""

import csv
import io
import re

import pytest

from cswanalytics.app import menu, style
from cswanalytics.show.palette import LIGHT
from cswanalytics.vocabulary import Role
from tests.browser.conftest import ROOT, WAIT_MS, free_port, start_server

pytestmark = pytest.mark.browser

PAGES = menu.pages_for(menu.discover(menu.PAGES), Role.VIRTUAL_SCHOOL_HEAD)
FIRST = menu.landing(PAGES, Role.VIRTUAL_SCHOOL_HEAD)
PATHS = ["/" if page is FIRST else f"/{page.address}" for page in PAGES]
BY_PATH = dict(zip(PATHS, PAGES, strict=True))


def test_a_deep_link_holds_the_whole_state_of_a_page(visit) -> None:
    page = visit("/attendance?measure=Severe+absence&who=Looked+after").page

    assert page.locator("h2").first.inner_text().startswith("Severely absent")
    assert "looked-after children" in page.locator(".st-key-answer").inner_text()


def test_a_deep_link_to_a_cold_server_without_a_release_is_met_by_the_frame(browser, tmp_path) -> None:
    port = free_port()
    server = start_server(port, ROOT / "dashboard.py", CSWANALYTICS_RELEASES=str(tmp_path))
    page = browser.new_page()
    try:
        page.goto(f"http://127.0.0.1:{port}/attendance?phase=Secondary")
        page.get_by_text("No figures have been released yet.").wait_for(timeout=WAIT_MS)

        assert page.locator("h1").inner_text() == BY_PATH["/attendance"].title
        assert page.locator("[data-testid=stSidebarNavLink]").count() == len(PAGES)
        assert page.locator("[data-testid=stPlotlyChart]").count() == 0
        assert page.locator("[role=dialog]").count() == 0, "Streamlit says that there is no such page"
    finally:
        page.close()
        server.terminate()
        server.wait(timeout=10)


def test_what_is_chosen_goes_into_the_address_and_comes_back_from_it(visit) -> None:
    seen = visit("/attendance")
    page = seen.page

    page.get_by_role("combobox", name="Phase").click()
    page.get_by_role("option", name="Secondary").click()
    page.get_by_text("secondary schools").first.wait_for()
    assert "phase=Secondary" in page.url
    answer = page.locator(".st-key-answer").inner_text()
    page.reload()
    seen.settle()

    assert page.locator(".st-key-answer").inner_text() == answer


def test_a_name_in_the_table_leads_to_the_page_that_shows_it(visit) -> None:
    seen = visit("/overview?who=Looked+after")

    link = seen.page.locator("[data-testid=stTable] a", has_text="Severely absent")
    address = link.evaluate("link => link.href")

    assert re.search(r"/attendance\?measure=Severe\+absence&who=Looked\+after$", address)
    seen.page.goto(address)
    seen.settle()
    assert seen.page.locator("h2").first.inner_text().startswith("Severely absent")


def test_a_phase_and_a_group_together_say_how_to_get_back(visit) -> None:
    seen = visit("/attendance?phase=Secondary&who=Looked+after")

    seen.page.get_by_role("button", name="All groups, secondary").click()
    seen.page.get_by_text("among children in secondary schools").first.wait_for()

    assert "phase=Secondary" in seen.page.url
    assert "who=" not in seen.page.url


def test_the_downloads_hold_what_is_shown(visit) -> None:
    page = visit("/overview").page

    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers (CSV)").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    released = {record["measure"]: record for record in csv.DictReader(io.StringIO(text))}
    with page.expect_download() as download:
        page.get_by_role("button", name="Chart (PNG)").click()
    picture = download.value.path().read_bytes()

    cells = page.locator("[data-testid=stTable] tbody tr", has_text="Persistently absent").locator("td")
    shown = [text.replace("\u00a0", " ") for text in cells.all_inner_texts()]
    record = released["persistent_absence"]
    assert shown[1:3] == [f"{record['cwsw']} %", f"{record['peers']} %"]
    assert shown[3] == f"{record['gap']} points ({record['gap_low']} to {record['gap_high']})"
    assert download.value.suggested_filename.startswith("sampleshire-overview-2024-25")
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 50_000


def test_the_sentence_is_copied(visit) -> None:
    page = visit("/attendance").page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Copy sentence").click()
    page.get_by_role("button", name="Copied").wait_for()

    assert page.evaluate("navigator.clipboard.readText()") == page.locator(".st-key-answer").inner_text()


def test_each_rule_of_our_own_style_still_matches_something(visit) -> None:
    rules = re.sub(
        r":focus-visible|/\*.*?\*/|@media[^{]*\{|@page[^}]*\}|</?style>",
        "",
        style.css(LIGHT),
        flags=re.DOTALL,
    )
    selectors = [part.strip() for group in re.findall(r"([^{}]+)\{", rules) for part in group.split(",")]
    assert len(selectors) > 15

    unmatched = set(filter(None, selectors))
    seen = visit()
    for page in PAGES:
        if not unmatched:  # the pages left need not be opened
            break
        seen.turn_to(page)
        unmatched = {selector for selector in unmatched if not seen.page.locator(selector).count()}

    assert unmatched == set()
