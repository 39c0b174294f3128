"""A visit: whose run of a page this is, kept beside it while it is drawn."""

from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import pandas as pd

from cswanalytics.access import Actor
from cswanalytics.access_table import AccessTable
from cswanalytics.answers import Answer, Gateway, Offered, Question
from cswanalytics.audit import AuditLog
from cswanalytics.errors import QuestionRefused
from cswanalytics.remembered import memory_of, remembered

Made = TypeVar("Made")


@dataclass(frozen=True)
class Visitor:
    """Who is let in: their name in the log, who they are to the gateway, and the table that says so.

    `invented` is said of the people of the picker, who may see an invented authority and no other.
    `still_let_in` asks again, for what is done with a page after it was drawn.
    """

    name: str
    actor: Actor
    table: AccessTable
    invented: bool = False
    still_let_in: Callable[[], bool] = lambda: True

    @property
    def log(self) -> AuditLog | None:
        """Where what they do is written down."""
        return AuditLog(self.table.log) if self.table.log else None


@dataclass(frozen=True)
class Visit:
    """A run of one page for one visitor; `invented` is said of the release."""

    visitor: Visitor
    page: str
    release: str
    invented: bool = False
    asked: set[tuple[Question, str]] = field(default_factory=set)

    def note(self, question: Question, beside: str = "") -> None:
        """Write down that a question is asked: once a run, whether or not its answer was known already.

        What invented people ask is not written down.
        """
        log = self.visitor.log
        if (question, beside) in self.asked or log is None or self.visitor.invented:
            return
        self.asked.add((question, beside))
        log.add(
            "question",
            **self.by_whom(),
            measure=question.measure,
            level=question.level.value,
            group=question.who.value,
            compared_with=question.compared_with.value,
            breakdown=question.breakdown,
            time_identifier=question.time_identifier,
            **({"beside_school": beside} if beside else {}),
        )

    def by_whom(self) -> dict[str, str]:
        """Give who this is and where, as the log has it."""
        return {
            "person": self.visitor.name,
            "role": self.visitor.actor.role.value,
            "page": self.page,
            "release": self.release,
        }


# What a view has answered is kept in that view, of which there is one for each release, role and schools:
# what one role was answered is never given to another, nor one head another's, and it goes with the release.
@remembered
def _answered(view: Gateway, question: Question) -> Answer:
    return view.answer(question)


@remembered
def _unnamed(view: Gateway, question: Question, beside: str) -> Answer:
    return view.unnamed_schools(question, beside)


@remembered
def _offered(view: Gateway, figure: str) -> Offered:
    return view.offer(figure)


@remembered
def _schools(view: Gateway) -> pd.DataFrame:
    return view.schools()


@remembered
def _quality(view: Gateway) -> pd.DataFrame:
    return view.quality()


class Watched:
    """A gateway of which every question is noted, and every answer kept in the gateway it watches."""

    def __init__(self, gateway: Gateway, visit: Visit) -> None:
        self._gateway = gateway
        self._visit = visit

    def answer(self, question: Question) -> Answer:
        """Note a question, and have it answered."""
        self._note(question)
        return _answered(self._gateway, question)

    def unnamed_schools(self, question: Question, beside: str) -> Answer:
        """Note a question about the schools beside one, and have it answered."""
        self._note(question, beside)
        return _unnamed(self._gateway, question, beside)

    def offer(self, figure: str) -> Offered:
        """Give one figure that is no measure of pupils."""
        return _offered(self._gateway, figure)

    def schools(self) -> pd.DataFrame:
        """Give the schools this actor may see."""
        return _schools(self._gateway)

    def quality(self) -> pd.DataFrame:
        """Give the findings of the checks."""
        return _quality(self._gateway)

    @property
    def earlier(self) -> Gateway | None:
        """Give the release before this one, watched like this one."""
        before = self._gateway.earlier
        return watched(before, self._visit) if before else None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)

    @property
    def view(self) -> Gateway:
        """The gateway that is watched: it outlives the visit."""
        return self._gateway

    def _note(self, question: Question, beside: str = "") -> None:
        self._visit.note(question, beside)


def watched(gateway: Gateway, visit: Visit) -> Gateway:
    """Give a gateway that notes every question put to it."""
    return cast("Gateway", Watched(gateway, visit))


_current: ContextVar[Visit | None] = ContextVar("visit", default=None)


def current() -> Visit | None:
    """Give the visit under way; None where a page is drawn for nobody in particular, as in a test."""
    return _current.get()


@contextmanager
def under_way(visit: Visit) -> Generator[None]:
    """Keep a visit beside what is drawn within."""
    before = _current.set(visit)
    try:
        yield
    finally:
        _current.reset(before)


def handed_out(file_name: str, make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Give what makes a file for whoever is visiting now; not once they are let in no more. It is noted."""
    visit = _current.get()
    if visit is None:
        return make

    def make_for_them() -> bytes:
        visitor = visit.visitor
        if not visitor.still_let_in():
            raise QuestionRefused("whoever opened this page is no longer let in")
        if visitor.log and not visitor.invented:
            visitor.log.add("download", **visit.by_whom(), file=file_name)
        return make()

    return make_for_them


class Overheard(Watched):
    """A gateway that belongs to no visit: it remembers what was asked, and notes it for whoever visits."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.asked: dict[tuple[Question, str], None] = {}

    @property
    def earlier(self) -> Gateway | None:
        """Give the release before this one; what is asked of it is remembered here too."""
        before = self._gateway.earlier
        if before is None:
            return None
        overheard = Overheard(before)
        overheard.asked = self.asked
        return cast("Gateway", overheard)

    def note_all(self) -> None:
        """Note all that was asked so far for whoever is visiting."""
        for question, beside in list(self.asked):
            self._note(question, beside)

    def _note(self, question: Question, beside: str = "") -> None:
        self.asked[question, beside] = None
        visit = _current.get()
        if visit:
            visit.note(question, beside)


def once(gateway: Gateway, key: Hashable, make: Callable[[Gateway], Made]) -> Made:
    """Give what is made of a view, made once for all who have that very view.

    `make` is given the view by itself: what is kept must hold on to no visit. The questions behind it are
    noted for each visitor, whether or not it was known.
    """
    view = gateway.view if isinstance(gateway, Watched) else gateway

    def overhear() -> tuple[Overheard, Made]:
        overheard = Overheard(view)
        return overheard, make(cast("Gateway", overheard))

    overheard, made = memory_of(view).once(key, overhear)
    overheard.note_all()
    if isinstance(gateway, Overheard):
        # a list is taken at once; what was made may ask more while another thread reads
        gateway.asked.update(dict.fromkeys(list(overheard.asked)))
    return made
