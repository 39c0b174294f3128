"""The field's own terms: groups, phases, symbols, periods and roles, with the words readers see for them."""

from enum import StrEnum


class Group(StrEnum):
    """A group of pupils as a release codes it. Peers are never tabulated: they are ALL less CWSW."""

    ALL = "all"
    CWSW = "cwsw"
    CLA = "cla"
    CPPO = "cppo"
    CINO = "cino"
    PREVIOUS = "previous"
    PREVIOUS_0_1 = "previous_0_1"
    PREVIOUS_1_3 = "previous_1_3"
    PREVIOUS_3_6 = "previous_3_6"
    PREVIOUS_6_PLUS = "previous_6_plus"


GROUP_LABELS = {
    Group.ALL: "all pupils",
    Group.CWSW: "children with a social worker (CWSW): looked after, on a plan, in need, or previously",
    Group.CLA: "looked-after children",
    Group.CPPO: "children on a child protection plan",
    Group.CINO: "children in need",
    Group.PREVIOUS: "children who had a social worker before, and have none now",
    Group.PREVIOUS_0_1: "those whose social worker left under a year ago",
    Group.PREVIOUS_1_3: "those whose social worker left one to three years ago",
    Group.PREVIOUS_3_6: "those whose social worker left three to six years ago",
    Group.PREVIOUS_6_PLUS: "those whose social worker left six or more years ago",
}

PEERS = "peers"
"""The finest group of a pupil who is in none of the groups of children with a social worker."""

RECENCY_BANDS = (Group.PREVIOUS_0_1, Group.PREVIOUS_1_3, Group.PREVIOUS_3_6, Group.PREVIOUS_6_PLUS)
FINEST_GROUPS = (Group.CLA, Group.CPPO, Group.CINO, *RECENCY_BANDS)
"""The groups that part children with a social worker: each child is in exactly one."""

PARTS_OF_CWSW = (Group.CINO, Group.CPPO, Group.CLA, Group.PREVIOUS)


class Who(StrEnum):
    """Whom a page looks at. All but `without_cla` are groups of a release."""

    CWSW = "cwsw"
    WITHOUT_CLA = "without_cla"
    CINO = "cino"
    CPPO = "cppo"
    CLA = "cla"
    PREVIOUS = "previous"
    PREVIOUS_0_1 = "previous_0_1"
    PREVIOUS_1_3 = "previous_1_3"
    PREVIOUS_3_6 = "previous_3_6"
    PREVIOUS_6_PLUS = "previous_6_plus"


class ComparedWith(StrEnum):
    """With whom they are compared."""

    PEERS = "peers"
    ALL_PUPILS = "all"


WHO_SHORT = {
    Who.CWSW: "All groups",
    Who.WITHOUT_CLA: "Not looked after",
    Who.CINO: "In need",
    Who.CPPO: "Protection plan",
    Who.CLA: "Looked after",
    Who.PREVIOUS: "Previously",
}
"""At most 16 characters, so that two controls fit side by side on a phone."""

WHO_LONG = {
    Who.CWSW: "children with a social worker",
    Who.WITHOUT_CLA: "children with a social worker who are not looked after",
    Who.CINO: "children in need",
    Who.CPPO: "children on a child protection plan",
    Who.CLA: "looked-after children",
    Who.PREVIOUS: "children who had a social worker in the last six years",
    Who.PREVIOUS_0_1: "children whose social worker left under a year ago",
    Who.PREVIOUS_1_3: "children whose social worker left one to three years ago",
    Who.PREVIOUS_3_6: "children whose social worker left three to six years ago",
    Who.PREVIOUS_6_PLUS: "children whose social worker left six or more years ago",
}

COMPARED_WITH_SHORT = {ComparedWith.PEERS: "Their peers", ComparedWith.ALL_PUPILS: "All pupils"}
COMPARED_WITH_LONG = {ComparedWith.PEERS: "their peers", ComparedWith.ALL_PUPILS: "all pupils"}


class Level(StrEnum):
    """EES `geographic_level`."""

    AUTHORITY = "Local authority"
    SCHOOL = "School"


ACADEMIC_YEAR = "Academic year"
"""EES `time_identifier` of a whole academic year."""

IN_YEAR_HALF_TERMS = (2, 3, 4, 5)
"""Half-terms to whose end a year is worked out; persistent absence means little before the second."""


def to_half_term(half_term: int) -> str:
    """Give the `time_identifier` of the year to the end of a half-term: 'To half-term 2'."""
    return f"To half-term {half_term}"


def year_label(time_period: int) -> str:
    """Give an EES academic year as readers write it: 202425 becomes '2024/25'."""
    return f"{time_period // 100}/{time_period % 100:02d}"


def next_year(time_period: int) -> int:
    """Give the academic year after one: 202425 becomes 202526, 199900 becomes 200001."""
    start = time_period // 100 + 1
    return start * 100 + (start + 1) % 100


def is_time_period(time_period: int) -> bool:
    """Say whether six digits name two consecutive years."""
    start, end = divmod(time_period, 100)
    return 1990 <= start <= 2100 and end == (start + 1) % 100


class Symbol(StrEnum):
    """EES's symbols: why a cell holds no number."""

    WITHHELD = "c"
    NOTHING_TO_COUNT = "z"
    NOT_AVAILABLE = "x"


class Phase(StrEnum):
    """GIAS education phases, in the order a child meets them."""

    NURSERY = "Nursery"
    PRIMARY = "Primary"
    ALL_THROUGH = "All-through"
    SECONDARY = "Secondary"
    SIXTEEN_PLUS = "16 plus"
    SPECIAL = "Special"
    ALTERNATIVE_PROVISION = "Alternative provision"


class Role(StrEnum):
    """Who is asking."""

    VIRTUAL_SCHOOL_HEAD = "vsh"
    HEADTEACHER = "head"
    DESIGNATED_TEACHER = "dt"
    DATA_TEAM = "data"


ALL_ROLES = tuple(Role)

UNKNOWN = "unknown"
"""The item for a pupil of whom the characteristic is not known: items always add to the total."""

TOTAL = "total"
"""The breakdown, and its one item, that is not broken down."""
