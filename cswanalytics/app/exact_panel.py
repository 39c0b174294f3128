"""The exact view on screen: folded up, for a school's own head or designated teacher, each opening logged.

What it shows is read only once it is opened, and goes nowhere else: not into the URL, a download or a print.
"""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from cswanalytics import exact, settings
from cswanalytics.access import OWN_SCHOOLS
from cswanalytics.app import visit
from cswanalytics.app.visit import Visit, Visitor
from cswanalytics.errors import ExactViewRefused, LogNotWritten
from cswanalytics.exact import Counted, ExactFigures
from cswanalytics.inference.intervals import wilson
from cswanalytics.vocabulary import year_label

LABEL = "Exact: your school only. Do not copy, screenshot or put in governor papers."
OPENED = "exact view opened"
KEPT_FROM_PAPER = """<style>
@media print { .st-key-exact_panel { display: none; } }
.st-key-exact_panel [data-testid="stTable"] { user-select: none; }
</style>"""

OF_THESE = "Of these children"
SAYS = {
    "persistent_absence": "missed a tenth or more of their sessions",
    "severe_absence": "missed half or more of their sessions",
    "suspended_once_or_more": "were suspended at least once",
}
NOT_IN_YET = "not in yet"


def may_open(visitor: Visitor, school_urn: str) -> bool:
    """Say whether a visitor may open a school's exact view: it is theirs, and the table switches it on."""
    actor = visitor.actor
    return (
        actor.role in OWN_SCHOOLS and school_urn in actor.schools and school_urn in visitor.table.exact_view
    )


def draw(school_urn: str) -> bool:
    """Draw the folded panel of a school where the visitor may open it, and say whether they may."""
    now = visit.current()
    if now is None or not may_open(now.visitor, school_urn):
        return False
    with st.container(key="exact_panel"):
        st.html(KEPT_FROM_PAPER)
        panel = st.expander(LABEL, on_change="rerun", key=f"exact_{school_urn}")
        already = st.session_state.get(OPENED)
        if not panel.open:
            st.session_state.pop(OPENED, None)
            return True
        with panel:
            try:
                if already != school_urn:
                    _write_down(now, school_urn)
                _show(now, school_urn)
            except LogNotWritten as error:
                st.markdown(f"Not shown, because who opens it cannot be written down. Data team: {error}.")
            except ExactViewRefused as error:
                st.markdown(f"Not shown, because it is not in order. Data team: {error}.")
    return True


def _write_down(now: Visit, school_urn: str) -> None:
    log = now.visitor.log
    if log is None:
        raise LogNotWritten("the access table names no log")
    agreement = now.visitor.table.exact_view[school_urn]
    log.add(OPENED, **now.by_whom(), school=school_urn, agreement=agreement)
    st.session_state[OPENED] = school_urn


def _show(now: Visit, school_urn: str) -> None:
    folder = settings.exact_folder(None, settings.releases_folder(None))
    figures = exact.read(folder, school_urn, now.invented)
    if figures is None:
        st.markdown("It has not been written yet. Data team: run `cswanalytics exact`.")
        return
    st.markdown(
        f"Children who were at your school and had a social worker on {_day(figures)}, in "
        f"{year_label(figures.time_period)}. Not those whose social worker has left; not what happened at "
        "another school."
    )
    periods = list(dict.fromkeys(row.period for row in figures.rows))
    st.table(
        pd.DataFrame([_row(figures, measure, periods) for measure in SAYS]),
        border="horizontal",
        hide_index=True,
        alt="How many of these children were often absent, or suspended, this year and each half-term",
    )
    by_chance = [_by_chance(row) for row in figures.rows if row.period == exact.THIS_YEAR and row.children]
    if by_chance:
        st.caption(
            "So few children say little. By chance alone, a year like this one could as well have had "
            f"{', '.join(by_chance[:-1])}{' and ' if by_chance[1:] else ''}{by_chance[-1]}."
        )


def _row(figures: ExactFigures, measure: str, periods: Sequence[str]) -> dict[str, str]:
    found = {row.period: row for row in figures.rows if row.measure == measure}
    return {OF_THESE: SAYS[measure], **{period: _of(found.get(period)) for period in periods}}


def _of(row: Counted | None) -> str:
    return f"{row.count} of {row.children}" if row and row.children else NOT_IN_YET


def _by_chance(row: Counted) -> str:
    limits = wilson(row.count, row.children)
    low, high = (round(float(end) * row.children) for end in (limits.low, limits.high))
    return f"{low} to {high} of {row.children} who {SAYS[row.measure]}"


def _day(figures: ExactFigures) -> str:
    return f"{figures.data_to.day} {figures.data_to:%B %Y}"
