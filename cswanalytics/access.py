"""Who may see what: a person's role and schools, and what those allow. Denied unless allowed."""

from dataclasses import dataclass

from cswanalytics.errors import QuestionRefused
from cswanalytics.vocabulary import Level, Role

EVERY_SCHOOL = frozenset({Role.VIRTUAL_SCHOOL_HEAD, Role.DATA_TEAM})
"""Roles that are given every school's rounded figures."""

OWN_SCHOOLS = frozenset({Role.HEADTEACHER, Role.DESIGNATED_TEACHER})
"""Roles that are given the figures of the schools written down for them, and of no other."""

NO_SUCH_PAGE = "There is no such page, or it is not for your role."


@dataclass(frozen=True)
class Actor:
    """The person asking: their role and, for a headteacher or designated teacher, their own schools' URNs."""

    role: Role
    schools: frozenset[str] = frozenset()


def schools_allowed(actor: Actor, level: Level) -> frozenset[str] | None:
    """Give the URNs an actor may ask about at a level; None means all of them.

    QuestionRefused where the actor may see no school at all: in the same words as for a page that does not
    exist.
    """
    if level is Level.AUTHORITY or actor.role in EVERY_SCHOOL:
        return None
    if not actor.schools:
        raise QuestionRefused(NO_SUCH_PAGE)
    return actor.schools
