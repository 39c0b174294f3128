"""Enrolments, attendance and exclusions as tables of the export, and what is missing from them on purpose."""

import numpy as np
import pyarrow as pa

from cswanalytics.build.sample.attendance import Attendance
from cswanalytics.build.sample.children import ETHNICITIES
from cswanalytics.build.sample.draws import Truth, stream
from cswanalytics.build.sample.exclusions import OUTCOMES, REASONS, Exclusions
from cswanalytics.build.sample.lives import Lives
from cswanalytics.build.sample.needs import SEN_CODES
from cswanalytics.build.sample.opaque import identifiers
from cswanalytics.build.sample.rolls import STATUSES, Rolls
from cswanalytics.build.sample.social_care import ORDERS
from cswanalytics.build.sample.terms import NO_DAY, Years
from cswanalytics.build.sample.writing import Columns, chosen, dates, maybe
from cswanalytics.vocabulary import Phase

YEAR_GROUPS = ("N1", "N2", "R", *(str(year) for year in range(1, 14)), "X")
LACKING_START, LACKING_HALF_TERM = 2023, 4
"""The year and half-term whose attendance one school did not send: one of the two known warnings."""


def enrolments(lives: Lives, rolls: Rolls, ids: pa.Array) -> Columns:
    """Give the columns of `enrolments`. Visitors get characteristics of their own."""
    children, schools, years, needs = lives.children, lives.schools, lives.years, lives.needs
    rng = stream(lives.seed, "visitors")
    ours = rolls.child < len(children)
    child = np.where(ours, rolls.child, rng.integers(0, len(children), len(rolls)))
    start = years.starts[rolls.year]
    group = np.clip(start - children.cohort[child], -2, 13) + 2
    # a visitor borrows the characteristics of some child, and is of school age
    group = np.where(ours, group, 5 + rolls.child % 8)
    special = schools.are(Phase.SPECIAL)[rolls.school] & needs.no_year_group[child] & (group > 3)
    census = years.census[rolls.year]
    counted = (rolls.entry <= census) & (rolls.leaving > census) & (census <= years.extracted)
    language = children.additional_language[child]
    decile = children.decile[child]
    left_care = needs.post_looked_after[child, rolls.year]
    return {
        "pupil_id": ids.take(pa.array(rolls.child)),
        "time_period": years.time_periods[rolls.year],
        "school_urn": schools.urns.take(pa.array(rolls.school)),
        "enrol_status": chosen(STATUSES, rolls.status),
        "entry_date": dates(rolls.entry),
        "leaving_date": dates(rolls.leaving),
        "on_roll_at_census": counted,
        "ncy_year": chosen(YEAR_GROUPS, np.where(special, len(YEAR_GROUPS) - 1, group)),
        "sex": chosen(("F", "M", "U"), children.sex[child]),
        "ethnicity_major": chosen(ETHNICITIES, children.ethnicity[child]),
        "fsm_eligible": needs.free_meals[child, rolls.year],
        "sen_provision": chosen(SEN_CODES, needs.sen[child, rolls.year]),
        "english_additional_language": maybe(language == 1, language >= 0),
        "idaci_decile": maybe(decile, decile > 0),
        "post_looked_after": chosen(("N", *ORDERS), left_care),
    }


def attendance(lives: Lives, rolls: Rolls, registers: Attendance, ids: pa.Array) -> Columns:
    """Give the columns of `attendance`, without what one school did not send."""
    years, schools = lives.years, lives.schools
    registers = registers.those(np.flatnonzero(~_not_sent(lives, rolls, registers)))
    return {
        "pupil_id": ids.take(pa.array(rolls.child[registers.roll])),
        "time_period": years.time_periods[rolls.year[registers.roll]],
        "school_urn": schools.urns.take(pa.array(rolls.school[registers.roll])),
        "half_term": registers.half_term,
        "sessions_possible": registers.possible,
        "sessions_authorised": registers.authorised,
        "sessions_unauthorised": registers.unauthorised,
        "sessions_late": registers.late,
        "sessions_suspended": registers.suspended,
        "sessions_part_time": registers.part_time,
        "sessions_off_site": registers.off_site,
    }


def _not_sent(lives: Lives, rolls: Rolls, registers: Attendance) -> Truth:
    """Say which rows are lacking: a middling primary school's half-term, where there are schools enough."""
    years, schools = lives.years, lives.schools
    primary = schools.of(Phase.PRIMARY)
    if len(schools) < 4 or LACKING_START not in years.starts:
        return np.zeros(len(registers.roll), dtype=bool)
    school = primary[np.argsort(schools.places[primary], kind="stable")[len(primary) // 2]]
    rows = (rolls.school == school) & (years.starts[rolls.year] == LACKING_START)
    return rows[registers.roll] & (registers.half_term == LACKING_HALF_TERM)


def exclusions(lives: Lives, rolls: Rolls, decided: Exclusions, ids: pa.Array) -> Columns:
    """Give the columns of `exclusions`."""
    return {
        "exclusion_id": identifiers(lives.seed, "exclusion", len(decided)),
        "pupil_id": ids.take(pa.array(rolls.child[decided.roll])),
        "school_urn": lives.schools.urns.take(pa.array(rolls.school[decided.roll])),
        "time_period": lives.years.time_periods[rolls.year[decided.roll]],
        "start_date": dates(decided.start),
        "category": chosen(("suspension", "permanent"), decided.permanent.astype(int)),
        "sessions": maybe(np.maximum(decided.sessions, 1).astype(np.int32), ~decided.permanent),
        "outcome": chosen(OUTCOMES, decided.outcome),
        "reason_code": chosen(REASONS, decided.reason),
    }


def calendar(years: Years) -> Columns:
    """Give the half-terms of every year, those still to come included."""
    return {
        "time_period": np.repeat(years.time_periods, 6),
        "half_term": np.tile(np.arange(1, 7), len(years)),
        "start_date": dates(years.half_term_first.ravel()),
        "end_date": dates(years.half_term_last.ravel()),
    }


def extract(tables: list[str], years: Years, complete_from: int) -> Columns:
    """Give the day on which each table was taken, and the day from which it is complete."""
    count = len(tables)
    since = np.full(count, NO_DAY)
    since[[name == "social_care_episodes" for name in tables]] = complete_from
    return {
        "table_name": pa.array(tables),
        "extracted_on": dates(np.full(count, years.extracted)),
        "complete_from": dates(since),
    }
