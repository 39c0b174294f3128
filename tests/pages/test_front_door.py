"""The front door: what is served at all, with which headers, and where a sign-in leads back to."""

from urllib.parse import quote

import pytest

from cswanalytics.app import front_door
from cswanalytics.app.front_door import WAY_BACK, FrontDoor
from tests.pages.loops import finished

HOST = "csw.example.org"
OURS, THEIRS = (f"http:{'//'}{host}" for host in (HOST, "evil.example"))


def ask(path, method="GET", kind="http", answer=(200, ()), scheme="http", **headers):
    """Give the status and headers with which a request comes back, and whether it got past the door."""
    passed, sent = [], []
    given = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": kind, "path": path, "scheme": scheme, "method": method,
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }  # fmt: skip

    async def behind(scope, receive, send):
        passed.append(scope["path"])
        status, added = answer
        await send({"type": "http.response.start", "status": status, "headers": list(added)})

    async def send(message):
        sent.append(message)

    finished(FrontDoor(behind)(scope, None, send))
    found = [(name.decode(), value.decode()) for name, value in sent[0].get("headers", [])]
    return sent[0].get("status", sent[0].get("code")), found, bool(passed)


@pytest.mark.parametrize("path", [
    "/", "/attendance", "/_stcore/health", "/attendance/_stcore/host-config", "/static/js/index.js",
    "/media/a.csv", "/_stcore/bidi-components/copy.js", "/auth/login", "/oauth2callback", "/app/attendance",
])  # fmt: skip
def test_what_a_dashboard_needs_is_served(path):
    assert ask(path)[2]


@pytest.mark.parametrize("path", [
    "/_stcore/metrics", "/_stcore/upload_file/session/file", "/attendance/_stcore/metrics",
    "/_stcore/agent/interact", "/_stcore/agent/openapi.json",
    "/_stcore/script-health-check", "/_stcore/", "/_stcore/health/../metrics",
    "/component/any.thing/index.html", "/Component/any/index.html", "/_stcore/healthy",
])  # fmt: skip
def test_what_it_does_not_need_is_closed(path):
    status, _, passed = ask(path)
    assert (status, passed) == (404, False)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_is_sent_to_the_server_but_through_its_web_socket(method):
    assert ask("/media/x", method)[::2] == (404, False)
    assert ask("/_stcore/stream", kind="websocket")[2]
    assert ask("/_stcore/other", kind="websocket")[::2] == (1008, False)


@pytest.mark.parametrize(("origin", "passes"), [
    (OURS, True), (OURS.replace("http", "https"), True), (OURS.upper(), True), (THEIRS, False),
    ("null", False), (f"{OURS}.evil.example", False), (OURS.replace("//", "//user@"), False),
])  # fmt: skip
def test_no_page_of_another_site_opens_a_web_socket(origin, passes):
    status, _, passed = ask("/_stcore/stream", kind="websocket", origin=origin)
    assert passed is passes
    assert passes or status == 1008


@pytest.mark.parametrize("path", ["/", "/_stcore/metrics", "/media/a.csv"])
def test_every_answer_has_the_headers_once_even_where_there_were_others(path):
    given = [(b"X-Frame-Options", b"ALLOWALL"), (b"content-security-policy", b"default-src *")]
    names = [name for name, _ in ask(path, answer=(200, given))[1]]
    for name in ("content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy",
                 "permissions-policy"):  # fmt: skip
        assert [found.lower() for found in names].count(name) == 1


def test_the_policy_lets_nothing_in_from_elsewhere_and_no_script_that_is_written_into_the_page():
    policy = dict(part.split(" ", 1) for part in front_door.content_security_policy().split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    assert "sha256-" in policy["script-src"]
    assert not [part for part in policy.values() if "http" in part or "*" in part]


def test_downloads_stay_in_no_cache():
    given = [(b"cache-control", b"public")]
    found = [value for name, value in ask("/media/a.csv", answer=(200, given))[1] if name == "cache-control"]
    assert found == ["no-store"]


def login(referer):
    given = [(b"location", b"/elsewhere")]
    found = dict(ask("/auth/login", answer=(302, given), referer=referer)[1])
    return found.get("set-cookie", "")


def callback(kept):
    given = [(b"location", b"/")]
    answered = ask("/oauth2callback", answer=(302, given), cookie=f"other=1; {WAY_BACK}={kept}")[1]
    return dict(answered)["location"], [value for name, value in answered if name == "set-cookie"]


def test_a_sign_in_keeps_the_address_it_came_from_and_leads_back_to_it():
    path = "/attendance?measure=Severe+absence&who=Looked+after"
    cookie = login(f"{OURS}{path}")
    assert cookie.startswith(
        f"{WAY_BACK}={quote(path, safe='')}; Max-Age=600; Path=/; HttpOnly; SameSite=Lax"
    )
    location, cookies = callback(quote(path, safe=""))
    assert location == path
    assert cookies == [f"{WAY_BACK}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"]


@pytest.mark.parametrize("referer", [
    "", f"{THEIRS}/attendance", f"{OURS}.evil.example/x", f"{OURS}//evil.example",
    f"javascript://{HOST}/x", f"{OURS}/\\evil.example", f"{OURS}/auth/logout", f"{OURS}/",
    f"{OURS}/{'a' * 3000}", OURS.replace("//", "//user@") + "/x",
])  # fmt: skip
def test_an_address_that_is_not_ours_is_not_kept(referer):
    assert login(referer) == ""


@pytest.mark.parametrize("kept", [
    "//evil.example", "/\\evil.example", f"{THEIRS}/", "evil", "", "/a\r\nset-cookie: x=1", "/a b",
    "/ä", "/" + "a" * 3000,
])  # fmt: skip
def test_whatever_is_in_the_cookie_nobody_is_led_elsewhere(kept):
    location, _ = callback(quote(kept, safe=""))
    assert location == "/"


@pytest.mark.parametrize(("scheme", "headers"), [("https", {}), ("http", {"x_forwarded_proto": "https"})])
def test_over_https_every_cookie_is_for_https_alone(scheme, headers):
    given = [(b"set-cookie", b"_streamlit_user=x; HttpOnly"), (b"set-cookie", b"a=b; Secure")]
    found = ask("/oauth2callback", answer=(302, given), scheme=scheme, **headers)[1]
    assert [value for name, value in found if name == "set-cookie"] == [
        "_streamlit_user=x; HttpOnly; Secure",
        "a=b; Secure",
    ]
    assert "strict-transport-security" in dict(found)
