"""The pages most wanted, drawn once for nobody: whoever opens one first finds its figures worked out.

What is worked out is kept in a view, for those alone who have that very view. Nothing is written into the
audit log: nobody has asked. Whoever does is noted, like everybody.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable

from streamlit import runtime
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import ScriptRunContext, add_script_run_ctx
from streamlit.runtime.state import SafeSessionState, SessionState

from cswanalytics import access_table, settings
from cswanalytics.access import EVERY_SCHOOL, Actor
from cswanalytics.access_table import AccessTable
from cswanalytics.answers import Gateway
from cswanalytics.app import in_use, menu, viewing_as, visit
from cswanalytics.app.menu import Found
from cswanalytics.app.visit import Visit, Visitor
from cswanalytics.errors import CswanalyticsError
from cswanalytics.show.charts import frame

MOST_READERS = 12
"""For how many roles and schools pages are drawn: those who see every school first."""

LONGEST = 120.0
"""Seconds after which it is left at that."""

NOBODY = "nobody"
"""Under which name Streamlit keeps what a page has to download, until it is told that nobody is there."""

_log = logging.getLogger(__name__)


def rehearse(view_for: Callable[[Actor], Gateway], invented: bool, begun: Callable[[], None]) -> None:
    """Draw the pages at which people begin, say so by calling `begun`, draw the others, and settle."""
    end = time.monotonic() + LONGEST
    pages = menu.discover(menu.PAGES)
    there_are = readers(invented)
    first = {actor: menu.landing(pages, actor.role) for actor in there_are}
    for actor, page in first.items():
        _draw(page, view_for(actor), actor)
    begun()
    others = (
        (actor, page)
        for actor in there_are
        for page in menu.pages_for(pages, actor.role)
        if page is not first[actor]
    )
    for actor, page in others:
        if time.monotonic() > end:
            break
        _draw(page, view_for(actor), actor)
    if runtime.exists():
        runtime.get_instance().media_file_mgr.clear_session_refs(NOBODY)
    in_use.settle()


def readers(invented: bool) -> list[Actor]:
    """Give who may come, each role with its schools once: those who see every school first."""
    try:
        if invented:
            there_are: Iterable[Actor] = (visitor.actor for visitor in viewing_as.people().values())
        else:
            config = settings.config_folder(None)
            there_are = (entry.actor for entry in access_table.load(config).entries) if config else ()
        found = list(dict.fromkeys(there_are))
    except CswanalyticsError:  # nobody is let in either
        return []
    return sorted(found, key=lambda actor: actor.role not in EVERY_SCHOOL)[:MOST_READERS]


def _draw(page: Found, view: Gateway, actor: Actor) -> None:
    try:
        nobody = Visitor("", actor, AccessTable())
        under_way = Visit(nobody, f"{page.section}/{page.address}", view.facts.release)
        _take_the_stage()
        with visit.under_way(under_way), frame.kept_in(view):
            page.render(visit.watched(view, under_way))
    except Exception as error:  # whoever opens the page will meet it, and it is told then
        _log.warning("The page %s could not be drawn ahead: %s", page.address, type(error).__name__)


def _take_the_stage() -> None:
    """Give this thread what Streamlit draws into: it leads to no browser.

    Without one Streamlit draws too, but into what all visitors share: a form would stand round every page.
    """
    stage = ScriptRunContext(
        session_id=NOBODY,
        _enqueue=lambda message: None,
        query_string="",
        session_state=SafeSessionState(SessionState(), lambda: None),
        uploaded_file_mgr=MemoryUploadedFileManager(""),
        main_script_path=__file__,
        user_info={},
        fragment_storage=MemoryFragmentStorage(),
        pages_manager=PagesManager(__file__),
    )
    add_script_run_ctx(threading.current_thread(), stage)
    stage.reset()
