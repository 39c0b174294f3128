"""What holds for every page, found by discovery: a new page is under these tests at once."""

import itertools

import pytest
from streamlit.testing.v1 import AppTest

from cswanalytics.app import menu
from cswanalytics.errors import CswanalyticsError, NoRelease, ReleaseDamaged
from cswanalytics.show import words
from cswanalytics.vocabulary import Role
from tests.pages.invented_gateway import InventedGateway

PAGES = menu.discover(menu.PAGES)
STATES = ("usual", "too few", "not exported", "not comparable", "one year")
NAMES = [page.address for page in PAGES]
WIDE_CONTROLS = ("school",)
"""Stand alone in a row as wide as the page: a school's name is longer than half a phone."""


def draw(address, opened):  # AppTest runs its text alone: it may name nothing from this file
    from cswanalytics.app import menu, shell

    page = next(page for page in menu.discover(menu.PAGES) if page.address == address)
    shell.draw(page, opened)


def open_page(address: str, opened: InventedGateway | CswanalyticsError) -> AppTest:
    return AppTest.from_function(draw, args=(address, opened), default_timeout=30).run()


def order_of(at: AppTest) -> list[str]:
    """Give the kinds of what a page draws, from top to bottom."""
    kinds: list[str] = []

    def walk(block: object) -> None:
        for child in getattr(block, "children", {}).values():
            if getattr(child, "children", None):
                walk(child)
            else:
                kinds.append(child.type)

    walk(at.main)
    return kinds


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_page_is_a_question_with_a_short_word_for_the_menu_and_its_readers(page: menu.Found) -> None:
    assert page.title.endswith("?")
    assert 0 < len(page.menu) <= 26
    assert page.roles
    assert set(page.roles) <= set(Role)


def test_no_two_pages_share_an_address_or_a_place_in_the_menu() -> None:
    assert len({page.address for page in PAGES}) == len(PAGES)
    assert len({(page.section, page.order) for page in PAGES}) == len(PAGES)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_page_run_as_a_script_draws_nothing(page: menu.Found) -> None:
    at = AppTest.from_file(str(menu.PAGES / page.section / f"{page.address}.py")).run()

    assert not at.exception
    assert order_of(at) == []


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("address", NAMES)
def test_a_page_stands_whatever_the_release_holds(address: str, state: str) -> None:
    at = open_page(address, InventedGateway(state))

    page = next(page for page in PAGES if page.address == address)
    assert not at.exception
    assert [title.value for title in at.title] == [page.title]
    assert len(at.header) > 0 or len(at.markdown) > 1
    assert at.caption[-1].value == words.footer(InventedGateway(state).facts)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("address", NAMES)
def test_the_answer_stands_under_the_title_and_is_short(address: str, state: str) -> None:
    at = open_page(address, InventedGateway(state))

    answer = at.markdown[1].value
    assert answer.endswith(".")
    assert len(answer.split()) <= 50
    assert "nan" not in answer.lower()


@pytest.mark.parametrize("address", NAMES)
def test_a_page_never_shows_a_nan_or_a_word_of_the_trade(address: str) -> None:
    at = open_page(address, InventedGateway())

    said = " ".join(
        [element.value for kind in (at.markdown, at.caption, at.header, at.title) for element in kind]
        + [str(cell) for table in at.table for cell in table.value.to_numpy().ravel()]
    ).lower()
    for word in ("nan", "cppo", "cino", "cube", "denominator", "none of them none"):
        assert word not in said.split()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("address", NAMES)
def test_every_chart_is_put_in_words_and_a_table_comes_after_the_last(address: str, state: str) -> None:
    at = open_page(address, InventedGateway(state))

    for chart in at.get("plotly_chart"):
        assert len(chart.proto.alt) > 20
        assert "nan" not in chart.proto.alt
    kinds = order_of(at)
    if "plotly_chart" in kinds:
        last_chart = len(kinds) - kinds[::-1].index("plotly_chart") - 1
        assert "table" in kinds[last_chart:] or "arrow_table" in kinds[last_chart:]


@pytest.mark.parametrize("address", NAMES)
def test_every_value_of_every_control_can_be_chosen(address: str) -> None:
    at = open_page(address, InventedGateway())
    keys = [str(box.key) for box in at.selectbox]

    for key in keys:
        for option in _some(at.selectbox(key=key).options[1:]):
            at.selectbox(key=key).select(_value(at, key, option)).run()
            assert not at.exception, f"{key}={option}"
        at.selectbox(key=key).select(_value(at, key, at.selectbox(key=key).options[0])).run()


def draw_held():  # AppTest runs its text alone: it may name nothing from this file
    import streamlit as st

    from cswanalytics.app import widgets

    class Held:
        """A control in a browser that still holds what was offered before another control changed."""

        def selectbox(self, *_, **__):
            return "Maths"

    options = {"phonics": "Phonics"}
    st.text(widgets._control(Held(), widgets.Choice("Measure", "measure", options), options))


def test_words_that_a_control_offers_no_more_are_no_choice() -> None:
    """Streamlit gives them back as they are; a page would look them up and end in an error."""
    at = AppTest.from_function(draw_held).run()
    assert not at.exception
    assert at.text[0].value == "phonics"


@pytest.mark.parametrize("address", NAMES)
def test_any_two_controls_may_be_set_together(address: str) -> None:
    at = open_page(address, InventedGateway())
    keys = [str(box.key) for box in at.selectbox]

    for one, other in itertools.combinations(keys, 2):
        for key in (one, other):
            at.selectbox(key=key).select(_value(at, key, at.selectbox(key=key).options[-1]))
        at.run()
        assert not at.exception, (one, other)
        for key in (one, other):
            at.selectbox(key=key).select(_value(at, key, at.selectbox(key=key).options[0]))
        at.run()


@pytest.mark.parametrize("address", NAMES)
def test_a_page_has_at_most_four_controls_with_words_that_fit_a_phone(address: str) -> None:
    at = open_page(address, InventedGateway())

    assert 0 < len(at.selectbox) + len(at.text_input) <= 4
    for box in at.selectbox:
        if box.key in WIDE_CONTROLS:
            continue
        assert max(len(option) for option in box.options) <= 18, box.options


@pytest.mark.parametrize("address", NAMES)
def test_invented_data_is_marked_and_real_data_is_not(address: str) -> None:
    invented = open_page(address, InventedGateway())
    real = open_page(address, InventedGateway(invented=False))

    assert "Invented data" in invented.markdown[0].value
    assert not any("Invented" in text.value for text in real.markdown)


@pytest.mark.parametrize("address", NAMES)
def test_without_a_release_a_page_says_so_and_what_to_do(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSWANALYTICS_RELEASES", "/nowhere")

    at = open_page(address, NoRelease("none"))

    assert not at.exception
    assert words.empty_state("no release") in [text.value for text in at.markdown]


@pytest.mark.parametrize("address", NAMES)
def test_of_a_damaged_release_nothing_is_shown_but_what_to_do(address: str) -> None:
    at = open_page(address, ReleaseDamaged("cells.parquet is not as released"))

    assert not at.exception
    said = " ".join(text.value for text in at.markdown)
    assert "cells.parquet is not as released" in said
    assert "cswanalytics build" in said
    assert not at.get("plotly_chart")


def _some(options: list[str]) -> list[str]:
    """Give all options of a control, but of a list of schools a few: each is drawn alike."""
    return options if len(options) <= 12 else [*options[:2], options[-1]]


def _value(at: AppTest, key: str, option: str) -> object:
    """Give the value behind an option's words: AppTest knows only the words."""
    box = at.selectbox(key=key)
    return option if option in box.options else box.value
