"""The frame round every page: who asks, which release answers, the menu, what stands above and below.

`st.navigation` is reached on every run, whatever the address and whatever the state of the release: a page
is only ever drawn from here, and whoever is not let in meets one page whatever they asked for.
"""

import logging
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from cswanalytics import settings
from cswanalytics.access import NO_SUCH_PAGE, Actor
from cswanalytics.access_table import AccessTable
from cswanalytics.answers import Gateway
from cswanalytics.app import events, first_run, menu, sign_in, style, viewing_as, visit, widgets, work
from cswanalytics.app.in_use import gateway_for, load
from cswanalytics.app.logo import logo
from cswanalytics.app.sign_in import TurnedAway
from cswanalytics.app.visit import Visit, Visitor
from cswanalytics.errors import (
    CswanalyticsError,
    LogNotWritten,
    NoRelease,
    QuestionRefused,
    ReleaseDamaged,
)
from cswanalytics.show import words
from cswanalytics.show.charts import frame
from cswanalytics.vocabulary import Role

INVENTED = ":yellow-background[**Invented data.** No child here is real.]"
NAMELESS = "Virtual School"
ASKED_FOR = "address asked for"
"""Where a session keeps the address at which it began: Streamlit tells it once."""

LOOK_AGAIN = 0.3
"""Seconds between two looks at a build under way."""

_log = logging.getLogger(__name__)

FRAME = Visitor("", Actor(Role.VIRTUAL_SCHOOL_HEAD), AccessTable())
"""Who is shown a frame with nothing in it, where there is no release and no sign-in either."""


def run(pages: Path = menu.PAGES) -> None:
    """Draw the page that the address asks for, as the person asking may see it."""
    st.set_page_config(layout="wide", initial_sidebar_state="auto")
    try:
        met = who_asks()
    except CswanalyticsError as error:
        _log.error("The dashboard is closed: %s", error)
        met = sign_in.closed("its settings have faults; the server's log says which")
    if isinstance(met, TurnedAway):
        _turn_away(met)
        return
    opened: Gateway | CswanalyticsError
    try:
        opened = gateway_for(settings.releases_folder(None), met.actor)
    except CswanalyticsError as error:
        opened = error
    if met is FRAME or met.invented:
        _only_invented(opened)
    chosen = st.navigation(_sections(pages, met, opened), expanded=True)
    authority = "" if isinstance(opened, CswanalyticsError) else opened.facts.authority
    st.logo(logo(f"{authority} {NAMELESS}".strip(), widgets.palette()), size="large")
    _say_who_is_signed_in(met)
    chosen.run()


def who_asks() -> Visitor | TurnedAway:
    """Give the person asking, as the access table has them now, or the page they meet instead.

    With a sign-in set up, whoever is signed in and in the table. Without one, an invented authority is shown
    to invented people, and an authority's own figures to nobody.
    """
    config = settings.config_folder(None)
    if sign_in.is_set_up():
        return sign_in.visitor(config)
    try:
        invented = is_invented(settings.releases_folder(None))
    except CswanalyticsError:
        return FRAME
    return viewing_as.pick() if invented else sign_in.not_set_up(config)


def is_invented(releases: Path) -> bool:
    """Say whether the release in use was made from invented data alone."""
    return load(releases).facts.invented


def _only_invented(opened: Gateway | CswanalyticsError) -> None:
    """Begin anew if an authority's own release came into use since it was decided that there is none."""
    if not isinstance(opened, CswanalyticsError) and not opened.facts.invented:
        st.rerun()


def draw(page: menu.Found, opened: Gateway | CswanalyticsError, visitor: Visitor = FRAME) -> None:
    """Draw one page in its frame."""
    st.html(style.css(widgets.palette()))
    if not isinstance(opened, CswanalyticsError) and opened.facts.invented:
        st.markdown(INVENTED)
    st.title(page.title, anchor=False)
    if isinstance(opened, CswanalyticsError):
        _say_why_not(opened)
        return
    facts = opened.facts
    under_way = Visit(visitor, f"{page.section}/{page.address}", facts.release, facts.invented)
    try:
        with (
            visit.under_way(under_way),
            frame.kept_in(opened),
            events.timed(f"{page.section}/{page.address}"),
        ):
            page.render(visit.watched(opened, under_way))
    except QuestionRefused as refused:
        widgets.empty("Cannot be answered", f"{str(refused)[:1].upper()}{str(refused)[1:]}.")
    except LogNotWritten as error:
        widgets.empty("Not shown", f"What cannot be written down is not shown. Data team: {error}.")
    st.caption(words.footer(facts))


def _sections(pages: Path, met: Visitor, opened: Gateway | CswanalyticsError) -> dict[str, list[st.Page]]:
    """Give the menu of whoever is asking, and a page for the address they came to if there is none."""
    readable = menu.pages_for(menu.discover(pages), met.actor.role)
    first = menu.landing(readable, met.actor.role)
    asked_for = _asked_for()
    sections: dict[str, list[st.Page]] = {}
    for page in readable:
        # The first page stands at the root; whoever came to it by its own address finds it there.
        at_the_root = page is first and asked_for != first.address
        entry = st.Page(
            partial(draw, page, opened, met), title=page.menu, url_path=page.address, default=at_the_root
        )
        label = menu.section_label(page.section, met.actor.role, len(met.actor.schools))
        sections.setdefault(label, []).append(entry)
    besides = []
    if asked_for == first.address:
        root = partial(draw, first, opened, met)
        besides.append(st.Page(root, title=first.menu, url_path="root", default=True, visibility="hidden"))
    elif asked_for and all(asked_for != page.address for page in readable):
        besides.append(_hidden(_no_such_page, "No such page", asked_for))
    next(iter(sections.values())).extend(besides)
    return sections


def _asked_for() -> str:
    """Give the address at which this session began, after the last slash; empty for the root."""
    context = get_script_run_ctx()
    now = context.pages_manager.intended_page_name if context else ""
    if now:
        st.session_state[ASKED_FOR] = now
    return st.session_state.get(ASKED_FOR, "")


def _hidden(drawing: Callable[[], None], title: str, address: str) -> st.Page:
    return st.Page(drawing, title=title, url_path=address, visibility="hidden")


def _no_such_page() -> None:
    st.html(style.css(widgets.palette()))
    st.title("No such page", anchor=False)
    st.markdown(f"{NO_SUCH_PAGE} What there is stands in the menu.")


def _turn_away(met: TurnedAway) -> None:
    """Draw the one page of whoever is not let in, at whatever address they came."""

    def at_the_door() -> None:
        st.html(style.css(widgets.palette()))
        sign_in.draw(met)

    entries = [st.Page(at_the_door, title=met.title, default=True)]
    if asked_for := _asked_for():
        entries.append(_hidden(at_the_door, met.title, asked_for))
    st.logo(logo(NAMELESS, widgets.palette()), size="large")
    st.navigation(entries, position="hidden").run()


def _say_who_is_signed_in(met: Visitor) -> None:
    if met is FRAME or met.invented:
        return
    with st.sidebar:
        st.text(f"Signed in as {met.name}")
        st.button("Sign out", on_click=st.logout)


def _say_why_not(error: CswanalyticsError) -> None:
    if isinstance(error, NoRelease):
        if settings.RELEASES_VARIABLE in os.environ:
            widgets.empty(
                words.EMPTY_HEADINGS[words.Empty.NO_RELEASE], words.empty_state(words.Empty.NO_RELEASE)
            )
        else:
            _watch_first_build(settings.releases_folder(None))
    elif isinstance(error, ReleaseDamaged):
        widgets.empty(
            "This release is damaged",
            "Its files are not as they were when it was released, so nothing of it is shown. Data team: run "
            f"`cswanalytics build` again, or put an earlier release back in use. What was found: {error}",
        )
    else:
        widgets.empty("The settings have faults", f"Nothing can be shown until they are put right: {error}")


@st.cache_resource(show_spinner=False)
def _first_build(releases: str) -> work.Work:
    return first_run.start(Path(releases))


def _watch_first_build(releases: Path) -> None:
    building = _first_build(str(releases))
    with st.container(border=True, key="first_build"):
        st.markdown("**Getting ready**")
        st.markdown(
            "There are no figures yet, so an authority is being invented to try this out on. "
            "It happens once and takes about a minute."
        )
        bar = st.progress(0.0, text=building.step)
    while building.running:
        bar.progress(building.share, text=building.step)
        time.sleep(LOOK_AGAIN)
    if building.failed:
        st.markdown(
            "That did not work. Run `python -m cswanalytics sample-release` in a terminal to see why."
        )
        if building.said:
            st.code("\n".join(building.said), language=None)
        return
    _first_build.clear()
    st.rerun()
