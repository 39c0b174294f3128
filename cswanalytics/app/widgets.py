"""What pages are made of: the answer, controls kept in the URL, charts, tables, empty states, downloads."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from plotly.basedatatypes import BaseFigure

from cswanalytics.answers import Gateway, Question
from cswanalytics.app import exact_panel as panel_of_exact_view
from cswanalytics.app import kept, menu, visit
from cswanalytics.app.copy_button import copy_button
from cswanalytics.catalogue import Measure
from cswanalytics.inference import Change, Gaps, State, gaps, tier_one, until
from cswanalytics.show import words
from cswanalytics.show.palette import Palette, palette_for
from cswanalytics.show.reports.document import Document
from cswanalytics.show.reports.rendering import Form, render
from cswanalytics.vocabulary import TOTAL, ComparedWith, Who

CHART_CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False}
"""No mode bar: it would put seven stops in the way of a keyboard; no zoom: a thumb scrolls past."""


@dataclass(frozen=True)
class Choice:
    """One control: `options` maps values to words, the default first; `key` is its name in the URL.

    Options that hang on the controls before it are a function of what those say.
    """

    label: str
    key: str
    options: Mapping[Any, str] | Callable[..., Mapping[Any, str]]


class Answer:
    """The place of the answer at the top of a page, kept until the controls under it have been read."""

    def __init__(self) -> None:
        self._place = st.container(key="answer")

    def say(self, sentence: str) -> None:
        """Write the answer: one bold paragraph."""
        self._place.markdown(plain(sentence))


def worked_out(gateway: Gateway, question: Question) -> Gaps:
    """Give the gaps of a question's answer, worked out once for each answer."""
    return gaps(gateway.answer(question))


def outcomes(gateway: Gateway, who: Who, compared_with: ComparedWith) -> Mapping[str, tuple[Gaps, Change]]:
    """Give every measure of strategic monitoring with its verdict, worked out once for each view."""
    return visit.once(
        gateway, (tier_one, who, compared_with), lambda view: tier_one(view, who, compared_with)
    )


def outcomes_until(
    gateway: Gateway, who: Who, compared_with: ComparedWith, year: int
) -> Mapping[str, tuple[Gaps, Change]]:
    """Give the outcomes that have peers, as they stood in a year, worked out once for each view."""

    def as_they_stood(view: Gateway) -> Mapping[str, tuple[Gaps, Change]]:
        whole = outcomes(view, who, compared_with)
        of_two = {name: entry for name, entry in whole.items() if entry[0].measure.has_peers}
        return of_two if year == max(gateway.facts.years) else until(of_two, year)

    return visit.once(gateway, (until, who, compared_with, year), as_they_stood)


def palette() -> Palette:
    """Give the palette of the theme the reader's browser shows."""
    return palette_for(st.context.theme.type)


def controls(*choices: Choice) -> tuple[Any, ...]:
    """Draw controls in one row and give what is chosen, in order. What is not the default is in the URL."""
    with st.container(key="controls"):
        # One alone would be as wide as the page.
        columns = st.columns([1, 2])[:1] if len(choices) == 1 else st.columns(len(choices))
        chosen: list[Any] = []
        for column, choice in zip(columns, choices, strict=True):
            chosen.append(_control(column, choice, _options(choice, chosen)))
        return tuple(chosen)


def wide_control(choice: Choice) -> Any:
    """Draw a control whose words need the width of the page, above the others, and give what is chosen."""
    return _control(st.container(key=f"wide_{choice.key}"), choice, _options(choice, []))


def section(heading: str, caption: str = "") -> None:
    """Begin a section: a heading that says what and when, and a caption that says in what unit."""
    st.space("small")
    st.header(heading, anchor=False)
    if caption:
        st.caption(caption)


def chart(figure: BaseFigure, alt: str) -> None:
    """Draw a chart. `alt` says its answer in one sentence."""
    # Streamlit's own theme would grey the axes to 3.7 : 1.
    st.plotly_chart(figure, theme=None, config=CHART_CONFIG, alt=_without_marks(alt))


def table(numbers: pd.DataFrame, alt: str, caption: str = "") -> None:
    """Print a table of words. `alt` says what it holds."""
    if caption:
        st.caption(caption)
    st.table(numbers, border="horizontal", hide_index=True, alt=alt)


def folded_table(numbers: pd.DataFrame, alt: str) -> None:
    """Print a table folded up, under a chart that already prints its numbers."""
    with st.expander("The same numbers as a table"):
        table(numbers, alt)


def can_and_cannot_say(can: str, cannot: str) -> None:
    """Say what may be concluded from a page, and what may not. Each continues its bold words."""
    section("What this can and cannot say")
    left, right = st.columns(2)
    left.markdown(f"**It can say** {plain(can)}")
    right.markdown(f"**It cannot say** {plain(cannot)}")


def empty(heading: str, sentence: str) -> None:
    """Say, at the place of a chart, why there is none."""
    with st.container(border=True):
        st.markdown(f"**{heading}**")
        st.markdown(sentence)


def nothing_shown(shown: Gaps, breakdown_item: str = TOTAL) -> None:
    """Say why no year of an answer can be shown."""
    rows = shown.rows[shown.rows["breakdown_item"] == breakdown_item]
    kind, _, rest = shown.answer.absent.partition(": ")
    if kind == "not exported":
        empty(
            words.EMPTY_HEADINGS[words.Empty.NOT_EXPORTED],
            words.empty_state(words.Empty.NOT_EXPORTED, table=rest),
        )
    elif shown.answer.absent:
        empty(
            "Not shown",
            f"{words.absent(shown.answer.absent)[:1].upper()}{words.absent(shown.answer.absent)[1:]}.",
        )
    elif (rows["state"] == State.TOO_FEW).any():
        empty(words.EMPTY_HEADINGS[words.Empty.TOO_FEW], words.empty_state(words.Empty.TOO_FEW))
    elif (rows["state"] == State.NOT_COMPARABLE).any():
        left_out = rows[rows["state"] == State.NOT_COMPARABLE]
        sentence = words.empty_state(
            words.Empty.NOT_COMPARABLE,
            years_left_out=[int(year) for year in left_out["time_period"]],
            because=str(left_out["because"].iloc[0]),
        )
        empty(words.EMPTY_HEADINGS[words.Empty.NOT_COMPARABLE], sentence)
    else:
        empty("Not available", "This release has no figures for it.")


def downloads(
    sentence: str,
    numbers: Callable[[], str],
    picture: Callable[[], bytes] | None,
    name: str,
    further: Mapping[str, Callable[[], bytes]] | None = None,
    label: str = "Numbers (CSV)",
) -> None:
    """Offer what is shown: the numbers, the chart and the sentence. Each is made when it is asked for.

    `further` pictures are of the page's other charts, by a word for each.
    """
    with st.container(key="downloads", horizontal=True):
        # with a mark that lets Excel read it as UTF-8
        download(label, lambda: numbers().encode("utf-8-sig"), f"{name}.csv", "text/csv")
        if picture is not None:
            download("Chart (PNG)", picture, f"{name}.png", "image/png")
        for word, draw in (further or {}).items():
            download(f"{word} (PNG)", draw, f"{name}-{word.lower().replace(' ', '-')}.png", "image/png")
        copy_button(_without_marks(sentence))


def download(label: str, make: Callable[[], bytes], file_name: str, mime: str) -> None:
    """Offer one file, made when it is asked for, and not for who is let in no more by then. It is noted."""
    st.download_button(
        label, visit.handed_out(file_name, make), file_name=file_name, mime=mime, on_click="ignore"
    )


def documents(label: str, make: Callable[[], Document], name: str) -> None:
    """Offer a document as Word and as PDF; `label` says which, as in 'Strategic summary'."""
    for form, kind in ((Form.WORD, "Word"), (Form.PDF, "PDF")):
        download(
            f"{label} ({kind})", lambda form=form: render(make(), form), f"{name}{form.suffix}", form.mime
        )


def link(measure: Measure, words_of_link: str, state: Mapping[str, str]) -> str:
    """Give words as a Markdown link to the page of a measure, with its state; bare where there is none."""
    page = menu.page_of_theme(menu.discover(menu.PAGES), measure.theme)
    if page is None:
        return words_of_link
    return f"[{words_of_link}]({address_of(page.address, state)})"


def address_of(page: str, state: Mapping[str, str]) -> str:
    """Give the address of a page with its state, and with the choices that every link takes along."""
    # Relative, so that it holds behind whatever path a council serves this under.
    query = urlencode({name: value for name, value in {**kept.carried(), **state}.items() if value})
    return f"{page}{'?' if query else ''}{query}"


def to_page(address: str, words_of_link: str, state: Mapping[str, str]) -> str:
    """Give words as a Markdown link to a page, with its state; bare where there is no such page."""
    if not any(page.address == address for page in menu.discover(menu.PAGES)):
        return words_of_link
    return f"[{words_of_link}]({address_of(address, state)})"


@contextmanager
def cards(number: int) -> Generator[list[Any]]:
    """Give places for cards of one height, side by side."""
    columns = st.columns(number, gap="small")
    yield [column.container(border=True, height="stretch", gap="xxsmall") for column in columns]


def card(place: Any, heading: str, text: str) -> None:  # Streamlit's own type for a place is private
    """Write a card: a few words, and what they are about."""
    place.subheader(heading, anchor=False)
    place.caption(text)


def exact_panel(school_urn: str) -> bool:
    """Draw the folded panel of a school's exact figures; False where this reader may not open it."""
    return panel_of_exact_view.draw(school_urn)


def choose(**state: object) -> Callable[[], None]:
    """Give what a button does to set controls: it runs before the page is drawn again."""

    def change() -> None:
        for key, value in state.items():
            st.session_state[key] = value

    return change


def _options(choice: Choice, before: list[Any]) -> Mapping[Any, str]:
    """Give what may be chosen, given what the controls before say."""
    of = choice.options
    return of if isinstance(of, Mapping) else of(*before)


def _control(place: Any, choice: Choice, options: Mapping[Any, str]) -> Any:
    kept.restore(choice.key, options)
    chosen = place.selectbox(
        choice.label,
        list(options),
        format_func=lambda value: options.get(value, str(value)),
        key=choice.key,
        bind="query-params",
        filter_mode=None,
    )
    # A browser that still holds what an earlier control offered is given its words back, and not a choice.
    chosen = chosen if chosen in options else next(iter(options), None)
    kept.keep(choice.key, chosen, options.get(chosen, ""))
    return chosen


def plain(sentence: str) -> str:
    """Give a sentence as Markdown that reads nothing into the sentence's own signs."""
    return sentence.replace("$", "\\$").replace("~", "\\~")


def _without_marks(sentence: str) -> str:
    return sentence.replace("**", "")
