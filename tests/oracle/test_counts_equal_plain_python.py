"""The SQL against plain Python, on hundreds of small authorities with every edge in them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

import duckdb
import pyarrow as pa
from hypothesis import HealthCheck, assume, given, settings

from cswanalytics import catalogue
from cswanalytics.build import counts
from cswanalytics.build.cohort import child_years
from cswanalytics.build.contract import DUCKDB_TYPES, TABLES
from cswanalytics.build.exact import exact_cells
from cswanalytics.settings import Settings, Window
from tests.oracle import plain_python
from tests.oracle.authorities import authorities
from tests.oracle.plain_python import Authority

ARROW = {
    "VARCHAR": pa.string(), "INTEGER": pa.int32(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(), "DATE": pa.date32(),
}  # fmt: skip


@dataclass
class LaidDown:
    """Exports laid straight into a database: what a checked export is to the cohort, without files."""

    connection: duckdb.DuckDBPyConnection
    tables: frozenset
    day: date
    invented: bool = True
    row_counts: dict = field(default_factory=dict)

    def extracted_on(self, table):
        return self.day


def laid_down(authority):
    connection = duckdb.connect(config={"threads": "1"})
    connection.execute("create schema exports")
    names = []
    for name, rows in authority.tables().items():
        columns = TABLES[name].columns
        schema = pa.schema([(column.name, ARROW[DUCKDB_TYPES[column.kind]]) for column in columns])
        connection.register("laid", pa.Table.from_pylist(rows, schema=schema))
        connection.execute(f"create table exports.{name} as select * from laid")
        connection.unregister("laid")
        names.append(name)
    return LaidDown(connection, frozenset(names), authority.extracted_on)


def counted(authority):
    chosen = Settings(window=Window(authority.window))
    cohort = child_years(laid_down(authority), chosen, authority.extracted_on)
    exact = exact_cells(counts.count(cohort, catalogue.load(), for_release=False))
    cohort.connection.close()
    return exact


def as_cells(exact):
    found, given_at_school = {}, defaultdict(dict)
    for row in exact.itertuples():
        school = row.school_urn if isinstance(row.school_urn, str) else ""
        if row.measure in plain_python.EVENTS and school:
            if row.numerator:
                given_at_school[row.measure][row.time_period, school, row.social_care_group] = row.numerator
            continue
        key = (
            row.measure, row.time_period, row.time_identifier, school,
            row.social_care_group, row.breakdown, row.breakdown_item,
        )  # fmt: skip
        denominator = None if row.denominator != row.denominator else row.denominator
        found[key] = (row.pupils, round(row.numerator, 6), denominator)
    return found, given_at_school


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(authorities())
def test_every_exact_cell_equals_plain_python(authority):
    assume(any(row["enrol_status"] in "CM" for row in authority.enrolments))
    found, given_at_school = as_cells(counted(authority))
    expected = {
        key: (pupils, round(numerator, 6), denominator)
        for key, (pupils, numerator, denominator) in plain_python.cells(authority).items()
    }
    assert found == expected
    for measure in plain_python.EVENTS:
        assert given_at_school[measure] == plain_python.events_given(authority, measure)


def test_plain_python_knows_every_measure_of_children():
    assert {*plain_python.MEASURES, "prevalence"} == set(catalogue.load().measures)


def test_attendance_of_a_year_with_nobody_on_a_roll_still_tells_how_far_the_data_run():
    at_school = {
        "pupil_id": "p0", "time_period": 202223, "school_urn": "900001", "enrol_status": "C",
        "entry_date": date(2022, 9, 1), "leaving_date": None, "on_roll_at_census": True, "ncy_year": "7",
        "sex": "F", "ethnicity_major": "White", "fsm_eligible": False, "sen_provision": "N",
        "english_additional_language": None, "idaci_decile": None, "post_looked_after": None,
    }  # fmt: skip
    attended_a_year_later = {
        "pupil_id": "p0", "time_period": 202324, "school_urn": "900001", "half_term": 5,
        "sessions_possible": 20, "sessions_authorised": 0, "sessions_unauthorised": 0,
    }  # fmt: skip
    ended_the_day_before = {
        "episode_id": "e1", "person_id": "s0", "pupil_id": "p0", "match_status": "matched",
        "episode_type": "CIN", "start_date": date(2022, 5, 10), "end_date": date(2023, 3, 30),
    }  # fmt: skip
    school = {
        "school_urn": "900001", "school_name": "One", "school_laestab": "9990000",
        "education_phase": "Secondary", "la_name": "Sampleshire", "new_la_code": "E10009999",
    }  # fmt: skip
    authority = Authority(
        extracted_on=date(2025, 9, 1), schools=[school], enrolments=[at_school],
        attendance=[attended_a_year_later], social_care_episodes=[ended_the_day_before],
    )  # fmt: skip
    found, _ = as_cells(counted(authority))
    # 31 March 2023 is the reference date, a day after the episode ended: not the start of the episode
    assert found["prevalence", 202223, "Academic year", "", "previous_0_1", "total", "total"] == (1, 1, None)
    assert found["prevalence", 202223, "Academic year", "", "cino", "total", "total"] == (1, 0, None)
