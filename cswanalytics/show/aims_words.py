"""The sentences of an aim: what it asks, where the gap stands against its path, and that in children."""

import math
from collections.abc import Sequence

from cswanalytics.aims import Aim, Course, Status
from cswanalytics.catalogue import Better, Measure
from cswanalytics.show import words
from cswanalytics.show.figures import NB, RATES, behind, in_unit, interval
from cswanalytics.vocabulary import WHO_LONG, WHO_SHORT, Who, year_label

STATUSES = {
    Status.ON_COURSE: "On course",
    Status.TOO_CLOSE_TO_CALL: "Too close to call",
    Status.OFF_COURSE: "Off course",
    Status.CANNOT_SAY: "Cannot say",
}

EXAMPLE = """\
[[aims]]
measure     = "persistent_absence"
baseline    = { year = 202122, gap = 28.0 }
target      = { year = 202627, gap = 20.0 }
owner       = "Virtual School Head"
next_review = 2027-01-31
doing       = "Attendance is on the agenda of every child-in-need review."
"""
"""What an authority without aims is shown to copy into its `authority.toml`."""

NO_AIMS_SET = "No aims are set yet."
NO_AIMS = "No aims are set. Copy this example into authority.toml, put in your own, and build again:"


def status(of: Status) -> str:
    """Give a status as printed: 'Too close to call'."""
    return STATUSES[of]


def title(course: Course) -> str:
    """Name an aim: 'Persistent absence: children with a social worker'."""
    return f"{course.measure.title}: {WHO_LONG[course.aim.who]}"


def heading(course: Course) -> str:
    """Give the heading an aim stands under: its group is named where it is not all of them."""
    return course.measure.title if course.aim.who is Who.CWSW else title(course)


def short(course: Course) -> str:
    """Name an aim in a table: 'Persistently absent', with its group where it is not all of them."""
    who = course.aim.who
    return course.measure.short if who is Who.CWSW else f"{course.measure.short}, {WHO_SHORT.get(who, who)}"


def left_out(course: Course) -> str:
    """Say which years of the chart have no gap and why: '2019/20 and 2020/21 are left out: …'; or ''."""
    reasons: dict[str, list[int]] = {}
    first = next((step.time_period for step in course.steps if not math.isnan(step.gap)), 0)
    drawn_from = min(first, course.aim.baseline.year)
    for step in course.steps:
        if math.isnan(step.gap) and step.because and step.time_period >= drawn_from:
            reasons.setdefault(step.because, []).append(step.time_period)
    return " ".join(
        words.empty_state(words.Empty.NOT_COMPARABLE, years_left_out=years, because=because)
        for because, years in reasons.items()
    )


def aim_sentence(course: Course) -> str:
    """Say what an aim asks: 'From 28 points behind in 2021/22 to 20 points behind in 2026/27.'"""
    aim, measure = course.aim, course.measure
    finer = any(mark.gap % 1 for mark in (aim.baseline, aim.target))
    start, end = (
        f"{behind(mark.gap, measure, finer)} in {year_label(mark.year)}"
        for mark in (aim.baseline, aim.target)
    )
    return f"From {start} to {end}."


def course_sentence(course: Course) -> str:
    """Say where a gap stands: 'Off course. The path asked for 24 points behind in 2024/25; the gap is 28 …'

    Numbers that whole figures would make alike, though one lies beyond the other, have a decimal. Where it
    cannot be said, the reason.
    """
    if course.status is Status.CANNOT_SAY:
        return cannot_say(course)
    measure, year = course.measure, year_label(course.latest_year or 0)
    finer = _hidden_by_rounding(course)
    asked = behind(course.asked, measure, finer)
    reach = interval(course.low, course.high, measure, finer)
    plain = course.gap > 0 and course.asked > 0 and measure.unit not in RATES
    gap = in_unit(course.gap, measure, finer) if plain else behind(course.gap, measure, finer)
    return f"{status(course.status)}. The path asked for {asked} in {year}; the gap is {gap} {reach}."


def children_sentence(course: Course) -> str:
    """Say it in children: 'It would be met if about 40 fewer children were persistently absent (35 to 45).'

    Where the path is met, how far; where rounding leaves open whether it is, how many at most either way.
    Empty where it is not said in children.
    """
    children = course.in_children
    if children is None:
        return ""
    verb = course.measure.verb
    fewer = "more" if course.measure.better is Better.HIGHER else "fewer"
    if children.low > 0:
        return (
            f"It would be met if about {children.point}{NB}{fewer} children {verb} "
            f"({children.low}{NB}to{NB}{children.high})."
        )
    if children.high < 0:
        allowed = "asked for" if fewer == "more" else "allowed"
        return (
            f"About {-children.point}{NB}{fewer} children {verb} than the path {allowed} "
            f"({-children.high}{NB}to{NB}{-children.low})."
        )
    most = max(-children.low, children.high)
    return f"Counted in children, the path is met or missed by {most} at most."


def cannot_say(course: Course) -> str:
    """Say why nothing can be said: 'Cannot say: the baseline's year, 2021/22, is not comparable …'"""
    return f"{status(Status.CANNOT_SAY)}: {words.absent(course.because)}."


def owner(aim: Aim) -> str:
    """Say whose an aim is: 'Virtual School Head · next review 31 January 2027'."""
    return f"{aim.owner} · next review {words.day(aim.next_review)}"


def overview(courses: Sequence[Course]) -> str:
    """Answer whether the gaps are closing fast enough: 'Of 6 aims, 1 is on course, 3 are too close to …'"""
    if not courses:
        return NO_AIMS
    said = []
    for which in Status:
        count = sum(course.status is which for course in courses)
        if not count:
            continue
        verb = "is" if count == 1 else "are"
        said.append(
            f"{count} cannot be judged" if which is Status.CANNOT_SAY else f"{count} {verb} {which.value}"
        )
    return f"Of {len(courses)} {'aim' if len(courses) == 1 else 'aims'}, {words.listed(said)}."


def _hidden_by_rounding(course: Course) -> bool:
    """Say whether whole figures would put an end of the interval on the path that lies clear of it."""
    end = {Status.ON_COURSE: course.high, Status.OFF_COURSE: course.low}.get(course.status)
    return end is not None and _same(end, course.asked, course.measure)


def _same(one: float, other: float, measure: Measure) -> bool:
    return in_unit(one, measure) == in_unit(other, measure)
