"""Warnings: what looks wrong across rows, years or tables, and is printed beside the figures it touches.

Each is worked out only where the tables it reads are free of faults, or one fault would be told twice.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator

from cswanalytics.build.check_report import Finding, Saying, Severity, exactly, roughly
from cswanalytics.build.contract import TABLES
from cswanalytics.build.exports import Exports
from cswanalytics.build.gathered import ATTENDANCE, HALF_TERMS
from cswanalytics.build.latest import half_term_end
from cswanalytics.vocabulary import next_year, year_label

UNEXPLAINED_TENTHS = 1
"""More than this many tenths of the children in social care unmatched without explanation."""
FALL_TENTHS = 2
"""Rows of a finished year that fall by more than this many tenths."""
QUIET_DAYS = 60
"""Without dates of extract: how long before the school data the last episode may start."""

RESULTS = ("early_years_profile", "phonics", "key_stage_2", "key_stage_4")
NO_ASSESSMENT = (201920, 202021)
"""Years in which primary assessments were cancelled: a fall to nothing is no sign of a bad export."""
OF_ABSENCE_AGE = "('1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', 'X')"
"""Year groups whose attendance is collected; a nursery or a sixth form has none."""


def warnings(exports: Exports, usable: frozenset[str]) -> Iterator[Finding]:
    """Give every warning that can be worked out from the tables that are free of faults."""
    for table in TABLES.values():
        if table.name in usable and table.name != "calendar" and "time_period" in table.column_names:
            yield from _fewer_rows(exports, table.name)
    for needed, look in _LOOKS:
        if usable.issuperset(needed):
            yield from look(exports)
    if usable.issuperset(("social_care_episodes", "enrolments")):
        yield from _ends_early(exports, usable)


def _rows(exports: Exports, query: str) -> list[tuple]:
    return exports.connection.cursor().execute(query).fetchall()


def _warning(
    table: str,
    rule: str,
    says: Callable[[Saying], str],
    count: int,
    column: str = "",
    years: tuple[int, ...] = (),
    schools: tuple[str, ...] = (),
) -> Finding:
    texts = says(exactly), says(roughly)
    return Finding(
        Severity.WARNING, table, column, rule, *texts, count, time_periods=years, school_urns=schools
    )


def _unmatched(exports: Exports) -> Iterator[Finding]:
    """A child counts once, and as matched if any of their episodes is."""
    ((people, unexplained),) = _rows(
        exports,
        "with people as (select bool_or(match_status = 'matched') as matched,"
        " bool_or(match_status = 'unexplained') as unexplained"
        " from exports.social_care_episodes group by person_id)"
        " select count(*), count(*) filter (where unexplained and not matched) from people",
    )
    if 10 * unexplained > UNEXPLAINED_TENTHS * people:
        yield _warning(
            "social_care_episodes",
            "unmatched",
            lambda say: (
                f"over {UNEXPLAINED_TENTHS * 10} % of the children in social care are matched to no roll, "
                f"without explanation: {say(unexplained, 'child')} of {say(people, 'child')}; they count as "
                "peers"
            ),
            unexplained,
            "match_status",
        )


def _fewer_rows(exports: Exports, table: str) -> Iterator[Finding]:
    """The last year of a table may be in progress; every year before it is finished."""
    counted = f"count(*) from exports.{table}"
    if table == "attendance":
        counted = f"cast(sum(half_term_rows) as bigint) from {ATTENDANCE}"
    rows = dict(_rows(exports, f"select time_period, {counted} group by time_period order by 1"))
    if not rows:
        return
    year, last = min(rows), max(rows)
    while (after := next_year(year)) < last:
        before, now = rows.get(year, 0), rows.get(after, 0)
        if 10 * now < (10 - FALL_TENTHS) * before and not (table in RESULTS and after in NO_ASSESSMENT):
            yield _fall(table, year, after, before, now)
        year = after


def _fall(table: str, year: int, after: int, before: int, now: int) -> Finding:
    def says(say: Saying) -> str:
        return (
            f"{year_label(after)} has {say(now, 'row')} after {say(before, 'row')} in {year_label(year)}, "
            f"over {FALL_TENTHS * 10} % fewer; the year is finished, so part of it may not be exported"
        )

    return _warning(table, "fewer_rows", says, now, "time_period", (after,))


def _schools_without_attendance(exports: Exports) -> Iterator[Finding]:
    """A school is expected where a `C` or `M` pupil of absence age was on its roll in the half-term."""
    ends = _half_terms(exports)
    rolls: dict[tuple[int, int], set[str]] = defaultdict(set)
    spans = _rows(
        exports,
        "select time_period, school_urn, min(entry_date), max(coalesce(leaving_date, date '9999-12-31'))"
        f" from exports.enrolments where enrol_status in ('C', 'M') and ncy_year in {OF_ABSENCE_AGE}"
        " group by time_period, school_urn",
    )
    present: dict[tuple[int, int], set[str]] = defaultdict(set)
    for year, half_term, urn in _rows(
        exports, f"select time_period, half_term, school_urn from {HALF_TERMS}"
    ):
        present[year, half_term].add(urn)
    for (year, half_term), (start, end) in ends.items():
        if (year, half_term) in present:
            rolls[year, half_term] = {
                urn for of, urn, entry, leaving in spans if of == year and entry <= end and leaving > start
            }
    silent: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for point, expected in rolls.items():
        here = expected & present[point]
        lacking = sorted(expected - here)
        # At least half of the others have it: fewer means that the half-term is only now coming in.
        if lacking and here and 2 * len(here) >= len(expected) - 1:
            silent[point[0]] += [(point[1], urn) for urn in lacking]
    for year, points in sorted(silent.items()):
        yield _silent(year, sorted(points))


def _silent(year: int, points: list[tuple[int, str]]) -> Finding:
    urns = tuple(sorted({urn for _, urn in points}))
    some = ", ".join(f"{urn} in half-term {half_term}" for half_term, urn in points[:10])
    more = f" and {len(points) - 10:,} more" if len(points) > 10 else ""

    def says(say: Saying) -> str:
        # Schools are no children: their number need not be rounded.
        lack = "has" if len(urns) == 1 else "have"
        return (
            f"{exactly(len(urns), 'school')} with pupils on roll in {year_label(year)} {lack} no attendance "
            f"in a half-term when others have it: {some}{more}"
        )

    return _warning("attendance", "school_without_attendance", says, len(points), "school_urn", (year,), urns)


def _half_terms(exports: Exports) -> dict[tuple[int, int], tuple[dt.date, dt.date]]:
    """Give the first and last day of every half-term that has attendance: of the calendar, else as usual."""
    days = {}
    reached = _rows(exports, f"select distinct time_period, half_term from {HALF_TERMS} order by 1, 2")
    for year, half_term in reached:
        before = half_term_end(year, half_term - 1) if half_term > 1 else dt.date(year // 100, 8, 31)
        days[year, half_term] = (before + dt.timedelta(days=1), half_term_end(year, half_term))
    if "calendar" in exports.tables:
        stated = _rows(exports, "select time_period, half_term, start_date, end_date from exports.calendar")
        days.update({(row[0], row[1]): (row[2], row[3]) for row in stated if (row[0], row[1]) in days})
    return days


def _left_out(table: str) -> Callable[[Exports], Iterator[Finding]]:
    """Make the look at a table's rows of pupils with no `C` or `M` enrolment that year."""
    source, rows = f"exports.{table}", "count(*)"
    # beside the few pupils of a table, and not all, what is enrolled is quickly gone through
    among = f"semi join {source} using (pupil_id, time_period)"
    if table == "attendance":
        source, rows, among = ATTENDANCE, "coalesce(cast(sum(half_term_rows) as bigint), 0)", ""

    def look(exports: Exports) -> Iterator[Finding]:
        ((count, pupils),) = _rows(
            exports,
            f"with enrolled as (select pupil_id, time_period from exports.enrolments {among}"
            " where enrol_status in ('C', 'M'))"
            f" select {rows}, count(distinct pupil_id) from {source}"
            " anti join enrolled using (pupil_id, time_period)",
        )
        if count:
            yield _warning(
                table,
                "no_main_enrolment",
                lambda say: (
                    f"{say(count, 'row')} of {say(pupils, 'pupil')} with no C or M enrolment in that year; "
                    "they are left out"
                ),
                count,
                "pupil_id",
            )

    return look


def _on_no_roll(exports: Exports) -> Iterator[Finding]:
    """An episode is in a year if it is open on any day from 1 September to 31 August.

    A child matched to a roll was too young for one before their first year on it, and may have left school
    after their last: those years are no sign of a fault, and every export has them.
    """
    rows = _rows(
        exports,
        "with years as (select distinct time_period, make_date(time_period // 100, 9, 1) as first_day,"
        " make_date(time_period // 100 + 1, 8, 31) as last_day from exports.enrolments),"
        " in_care as (select distinct years.time_period, episodes.pupil_id"
        " from exports.social_care_episodes as episodes join years on episodes.start_date <= years.last_day"
        " and (episodes.end_date is null or episodes.end_date > years.first_day)"
        " where episodes.pupil_id is not null and episodes.match_status = 'matched'),"
        " enrolled as (select distinct pupil_id, time_period from exports.enrolments"
        " semi join in_care using (pupil_id)),"
        " school_life as (select pupil_id, min(time_period) as first_year, max(time_period) as last_year"
        " from enrolled group by pupil_id),"
        " unexpected as (select in_care.* from in_care left join school_life using (pupil_id)"
        " where school_life.first_year is null"
        " or in_care.time_period between school_life.first_year and school_life.last_year)"
        " select time_period, count(*) from unexpected anti join enrolled using (pupil_id, time_period)"
        " group by time_period order by time_period",
    )
    if rows:
        yield _warning(
            "social_care_episodes",
            "on_no_roll",
            lambda say: (
                "pupils matched to a roll have a social care episode in a year in which they are on no roll: "
                + ", ".join(f"{say(count, 'pupil')} in {year_label(year)}" for year, count in rows)
            ),
            sum(count for _, count in rows),
            "pupil_id",
            tuple(year for year, _ in rows),
        )


def _two_people(exports: Exports) -> Iterator[Finding]:
    ((count,),) = _rows(
        exports,
        "select count(*) from (select pupil_id from exports.social_care_episodes where pupil_id is not null"
        " group by pupil_id having count(distinct person_id) > 1)",
    )
    if count:
        yield _warning(
            "social_care_episodes",
            "two_people_one_pupil",
            lambda say: f"{say(count, 'pupil')} matched to two or more person_ids; their episodes are joined",
            count,
            "person_id",
        )


def _several_authorities(exports: Exports) -> Iterator[Finding]:
    ((count,),) = _rows(exports, "select count(distinct new_la_code) from exports.schools")
    if count > 1:
        yield _warning(
            "schools",
            "several_authorities",
            lambda say: (
                f"the schools have {count:,} authority codes; all are counted as one authority, so leave "
                "out the schools of others"
            ),
            count,
            "new_la_code",
        )


def _without_sessions(exports: Exports) -> Iterator[Finding]:
    """Find suspensions that do not say how long they were: they count as none of the sessions."""
    rows = _rows(
        exports,
        "select time_period, count(*) from exports.exclusions"
        " where category = 'suspension' and sessions is null group by time_period order by time_period",
    )
    count = sum(number for _, number in rows)
    if count:
        yield _warning(
            "exclusions",
            "without_sessions",
            lambda say: f"{say(count, 'suspension')} without a number of sessions; they add none to them",
            count,
            "sessions",
            tuple(year for year, _ in rows),
        )


def _ends_early(exports: Exports, usable: frozenset[str]) -> Iterator[Finding]:
    """Compare the dates of extract where both are stated; else, with leave to be quiet, the data."""
    school_tables = [name for name in ("enrolments", "attendance", "exclusions") if name in usable]
    stated = exports.extracted_on("social_care_episodes")
    school_stated = max(filter(None, map(exports.extracted_on, school_tables)), default=None)
    latest = exports.latest_date("social_care_episodes")
    school_latest = max(filter(None, map(exports.latest_date, school_tables)), default=None)
    if stated and school_stated and stated < school_stated:
        ends, school_ends = stated, school_stated
    elif latest and school_latest and (school_latest - latest).days > QUIET_DAYS:
        ends, school_ends = latest, school_latest
    else:
        return
    yield _warning(
        "social_care_episodes",
        "ends_early",
        lambda say: (
            f"social care data end on {_day(ends)}, before the school data ({_day(school_ends)}); children "
            "whose social worker came after that count as peers"
        ),
        0,
    )


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


_LOOKS: tuple[tuple[tuple[str, ...], Callable[[Exports], Iterator[Finding]]], ...] = (
    (("social_care_episodes",), _unmatched),
    (("attendance", "enrolments"), _schools_without_attendance),
    *(((name, "enrolments"), _left_out(name)) for name in ("attendance", "exclusions", *RESULTS)),
    (("social_care_episodes", "enrolments"), _on_no_roll),
    (("social_care_episodes",), _two_people),
    (("schools",), _several_authorities),
    (("exclusions",), _without_sessions),
)
"""The tables that each look reads, and the look."""
