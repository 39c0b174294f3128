"""Every page in the dark. One tab is led through the menu; what a theme changes is colours."""

import pytest

from cswanalytics.app import menu
from cswanalytics.vocabulary import Role
from tests.browser import judging
from tests.browser.conftest import PHONE, Visit

pytestmark = pytest.mark.browser

PAGES = menu.pages_for(menu.discover(menu.PAGES), Role.VIRTUAL_SCHOOL_HEAD)


@pytest.fixture(scope="module")
def tab(window, address):
    seen = Visit(window, address, theme="dark")
    yield seen
    seen.close()


@pytest.mark.parametrize("page", PAGES, ids=[page.address for page in PAGES])
def test_a_page_stands_fits_and_can_be_read_by_anyone(tab: Visit, page: menu.Found) -> None:
    tab.turn_to(page)
    judging.stands_and_fits(tab, page)
    judging.in_its_theme(tab.page, "dark")
    judging.readable_by_anyone(tab.page)
    judging.texts_of_charts_have_contrast(tab.page)

    tab.resize(PHONE)
    judging.stands_and_fits(tab, page)
    judging.texts_of_charts_stand_free(tab.page)
    judging.words_of_tables_stand_free(tab.page)
