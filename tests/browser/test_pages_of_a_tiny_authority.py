"""Pages of a tiny authority, on a phone: most figures are too few to show, or known by a bound alone."""

from datetime import UTC, datetime

import pytest

from cswanalytics import catalogue
from cswanalytics.app import menu
from cswanalytics.build.pipeline import build
from cswanalytics.build.sample import make_sample
from cswanalytics.settings import Settings
from tests.browser import judging
from tests.browser.conftest import PHONE, ROOT, Visit, free_port, start_server

pytestmark = pytest.mark.browser

PAGES = [
    page
    for page in menu.discover(menu.PAGES)
    if page.address in ("tier_one", "overview", "attendance", "exclusions", "looked_after", "my_school")
]


@pytest.fixture(scope="module")
def tab(window, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    make_sample(folder / "exports", pupils=160, schools=3, years=2, seed=4)
    build(folder / "exports", folder / "releases", Settings(), catalogue.load(), now=datetime.now(UTC))
    port = free_port()
    server = start_server(port, ROOT / "dashboard.py", CSWANALYTICS_RELEASES=str(folder / "releases"))
    seen = Visit(window, f"http://127.0.0.1:{port}", theme="dark")
    yield seen
    seen.close()
    server.terminate()
    server.wait(timeout=10)


@pytest.mark.parametrize("page", PAGES, ids=[page.address for page in PAGES])
def test_what_is_known_by_a_bound_alone_has_room(tab: Visit, page: menu.Found) -> None:
    tab.turn_to(page)
    tab.resize(PHONE)
    judging.stands_and_fits(tab, page)
    judging.texts_of_charts_stand_free(tab.page)
    judging.words_of_tables_stand_free(tab.page)
