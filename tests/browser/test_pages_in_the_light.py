"""Every page in the light: wide, on a phone, by keyboard, on paper. One tab is led through the menu."""

import io

import pikepdf
import pytest

from cswanalytics.app import menu
from cswanalytics.vocabulary import Role
from tests.browser import judging
from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.printed import close, texts_of

pytestmark = pytest.mark.browser

PAGES = menu.pages_for(menu.discover(menu.PAGES), Role.VIRTUAL_SCHOOL_HEAD)

LINES_OF_CHARTS = """charts => charts.map(chart => [...chart.querySelectorAll('.annotation-text')].flatMap(
    text => text.querySelector('.line') ? [...text.querySelectorAll('.line')] : [text]
).map(line => line.textContent).filter(line => line.trim()))"""


@pytest.fixture(scope="module")
def tab(window, address):
    seen = Visit(window, address)
    yield seen
    seen.close()


@pytest.mark.parametrize("page", PAGES, ids=[page.address for page in PAGES])
def test_a_page_stands_fits_and_can_be_read_by_anyone(tab: Visit, page: menu.Found) -> None:
    tab.turn_to(page)
    for width in (DESK, PHONE):
        tab.resize(width)
        judging.stands_and_fits(tab, page)
        judging.readable_by_anyone(tab.page)
        judging.texts_of_charts_stand_free(tab.page)
        judging.words_of_tables_stand_free(tab.page)
    judging.in_its_theme(tab.page, "light")
    judging.charts_have_words(tab.page, page)
    judging.texts_of_charts_have_contrast(tab.page)


@pytest.mark.parametrize("page", PAGES, ids=[page.address for page in PAGES])
def test_a_page_is_used_by_keyboard_and_printed_on_a4_without_menus_and_with_whole_charts(
    tab: Visit, page: menu.Found
) -> None:
    tab.turn_to(page)
    charts = tab.page.locator("[data-testid=stPlotlyChart]").evaluate_all(LINES_OF_CHARTS)
    in_menu = tab.page.locator("[data-testid=stSidebarNavLink]").all_inner_texts()
    says_itself = close(tab.page.locator("[data-testid=stMain]").inner_text())
    made = tab.page.pdf(print_background=True, prefer_css_page_size=True)

    with pikepdf.open(io.BytesIO(made)) as book:
        sheets = [texts_of(sheet) for sheet in book.pages]
        box = [round(float(side)) for side in book.pages[0].mediabox]
    assert box == [0, 0, 595, 842]
    assert close(page.title) in sheets[0]
    assert close("downloads contain what is shown") in sheets[-1]
    telling = [words for words in in_menu if close(words) not in says_itself and len(words.split()) > 2]
    assert [words for words in [*telling, "Viewing as"] if close(words) in "".join(sheets)] == []
    for lines in charts:
        assert any(all(close(line) in sheet for line in lines) for sheet in sheets), f"cut in two: {lines}"
    judging.reached_by_keyboard(tab.page)
