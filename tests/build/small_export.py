"""A tiny authority, valid in every table: three schools, ten pupils, two years, to be broken by tests."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cswanalytics.build.contract import TABLES, Kind

EXTRACTED = dt.date(2025, 9, 5)
YEARS = (202324, 202425)
PRIMARY, SECONDARY, SMALL = "100001", "100002", "100003"
PUPILS = tuple(f"pseudonym-{letter}" for letter in "abcdefghij")

Rows = list[dict[str, object]]

ARROW_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.YEAR: pa.int32(),
    Kind.INTEGER: pa.int32(),
    Kind.DECIMAL: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
}


def school_of(pupil: str) -> str:
    """Give a pupil's only school: four at each of two, two at the smallest."""
    return (PRIMARY, SECONDARY, SMALL)[PUPILS.index(pupil) // 4]


def small_export() -> dict[str, Rows]:
    """Give the rows of every table of the contract; each call gives new ones."""
    return {
        "schools": [_school(PRIMARY, "Primary"), _school(SECONDARY, "Secondary"), _school(SMALL, "Primary")],
        "enrolments": [_enrolment(pupil, year) for year in YEARS for pupil in PUPILS],
        "social_care_episodes": _episodes(),
        "attendance": [
            _attendance(pupil, year, half_term)
            for year in YEARS
            for pupil in PUPILS
            for half_term in range(1, 7)
        ],
        "exclusions": [
            _exclusion("incident-1", PUPILS[4], "suspension", sessions=4),
            _exclusion("incident-2", PUPILS[5], "permanent", outcome="in review"),
            _exclusion("incident-3", PUPILS[4], "suspension", sessions=2),
        ],
        "early_years_profile": [_result(PUPILS[0], good_level_of_development=True)],
        "phonics": [_result(PUPILS[1], met_standard=False)],
        "key_stage_2": [
            _result(
                pupil,
                reading_expected=True,
                writing_expected=True,
                maths_expected=False,
                rwm_expected=False,
                rwm_higher=False,
                reading_score=104,
                maths_score=None,
            )
            for pupil in PUPILS[2:4]
        ],
        "key_stage_4": [
            _result(
                pupil,
                attainment8=46.5,
                engmath_94=True,
                engmath_95=False,
                ebacc_aps=None,
                progress8=-0.2,
                ks2_prior_score=103.5,
            )
            for pupil in PUPILS[6:8]
        ],
        **_optional(),
    }


def _school(urn: str, phase: str) -> dict[str, object]:
    return {
        "school_urn": urn,
        "school_name": f"The {phase} School",
        "school_laestab": f"9{urn}",
        "education_phase": phase,
        "la_name": "Invented",
        "new_la_code": "E10000099",
        "trust_name": None,
        "open_date": dt.date(1870, 9, 1),
        "close_date": None,
    }


def _enrolment(pupil: str, year: int) -> dict[str, object]:
    return {
        "pupil_id": pupil,
        "time_period": year,
        "school_urn": school_of(pupil),
        "enrol_status": "C",
        "entry_date": dt.date(2023, 9, 1),
        "leaving_date": None,
        "on_roll_at_census": True,
        "ncy_year": str(5 + year % 2),
        "sex": "F",
        "ethnicity_major": "White",
        "fsm_eligible": False,
        "sen_provision": "N",
        "english_additional_language": None,
        "idaci_decile": 3,
        "post_looked_after": "N",
    }


def _episode(number: int, pupil: str | None, kind: str, start: dt.date, **other: object) -> dict[str, object]:
    return {
        "episode_id": f"episode-{number}",
        "person_id": f"person-{number}",
        "pupil_id": pupil,
        "match_status": "matched",
        "episode_type": kind,
        "start_date": start,
        "end_date": None,
        "close_reason": None,
        "primary_need_code": "N1",
        "legal_status": None,
    } | other


def _episodes() -> Rows:
    return [
        _episode(1, PUPILS[0], "CIN", dt.date(2023, 10, 2), end_date=dt.date(2024, 3, 1), close_reason="RC1"),
        _episode(2, PUPILS[1], "CPP", dt.date(2024, 1, 15)),
        _episode(3, PUPILS[4], "CLA", dt.date(2025, 8, 20), legal_status="C2"),
        _episode(4, None, "CIN", dt.date(2025, 2, 3), match_status="not of school age"),
    ]


def _attendance(pupil: str, year: int, half_term: int) -> dict[str, object]:
    return {
        "pupil_id": pupil,
        "time_period": year,
        "school_urn": school_of(pupil),
        "half_term": half_term,
        "sessions_possible": 70,
        "sessions_authorised": 4,
        "sessions_unauthorised": 1,
        "sessions_late": 2,
        "sessions_suspended": 2,
        "sessions_part_time": None,
        "sessions_off_site": 0,
    }


def _exclusion(incident: str, pupil: str, category: str, **other: object) -> dict[str, object]:
    return {
        "exclusion_id": incident,
        "pupil_id": pupil,
        "school_urn": school_of(pupil),
        "time_period": 202425,
        "start_date": dt.date(2025, 3, 4),
        "category": category,
        "sessions": None,
        "outcome": None,
        "reason_code": "PP",
    } | other


def _result(pupil: str, **results: object) -> dict[str, object]:
    return {
        "pupil_id": pupil,
        "time_period": 202425,
        "school_urn": school_of(pupil),
        "result_status": "final",
    } | results


def _optional() -> dict[str, Rows]:
    day = dt.date(2025, 2, 11)
    extracts: Rows = [
        {"table_name": name, "extracted_on": EXTRACTED, "complete_from": dt.date(2015, 4, 1)}
        for name in TABLES
    ]
    return {
        "pep_meetings": [
            {
                "pupil_id": PUPILS[4],
                "school_urn": SECONDARY,
                "meeting_date": day,
                "term": 2,
                "time_period": 202425,
                "quality": "green",
            }
        ],
        "sdq": [{"pupil_id": PUPILS[4], "completed_date": day, "score": 14}],
        "pupil_premium_plus": [
            {"school_urn": SECONDARY, "time_period": 202425, "allocated_gbp": 2570.0, "spent_gbp": 2400.5}
        ],
        "training": [
            {
                "school_urn": PRIMARY,
                "delivered_date": day,
                "topic": "attachment",
                "audience": "whole school",
                "staff_attended": 20,
                "staff_eligible": 25,
                "days": 0.5,
            }
        ],
        "support_activity": [
            {
                "activity_date": day,
                "tier": 1,
                "kind": "network",
                "topic": "attendance",
                "school_urn": None,
                "service": None,
                "attendees": 30,
                "hours": 2.0,
            }
        ],
        "provision": [
            {
                "pupil_id": PUPILS[5],
                "kind": "reduced timetable",
                "start_date": day,
                "end_date": None,
                "hours_per_week": 12.5,
                "review_date": dt.date(2025, 12, 1),
                "school_urn": SECONDARY,
            }
        ],
        "extract": extracts,
        "calendar": [
            {
                "time_period": 202425,
                "half_term": 1,
                "start_date": dt.date(2024, 9, 2),
                "end_date": dt.date(2024, 10, 25),
            }
        ],
        "school_returns": [
            {
                "school_urn": PRIMARY,
                "time_period": 202425,
                "dt_in_post": True,
                "dt_qualified_teacher": True,
                "dt_training_days": 2.0,
                "policy_review_date": dt.date(2026, 9, 1),
                "governor_report_date": dt.date(2025, 7, 1),
                "exclusion_consultations": 1,
                "exclusions_considered": 2,
            }
        ],
    }


def as_arrow(name: str, rows: Rows) -> pa.Table:
    """Give rows as an Arrow table of the contract's types; a column it lacks takes Arrow's guess."""
    declared = {column.name: ARROW_TYPES[column.kind] for column in TABLES[name].columns}
    present = list(rows[0]) if rows else list(declared)
    columns = {column: pa.array([row[column] for row in rows], declared.get(column)) for column in present}
    return pa.table(columns)


def write(folder: Path, export: Mapping[str, Rows | pa.Table]) -> Path:
    """Write an export as one file a table, and give its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in export.items():
        table = rows if isinstance(rows, pa.Table) else as_arrow(name, rows)
        pq.write_table(table, folder / f"{name}.parquet")
    return folder
