"""The sample authority: the same bytes for a seed, within the contract, and like an authority."""

import hashlib
import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cswanalytics.build.checks import check
from cswanalytics.build.contract import POSTCODE_SHAPE, TABLES, UPN_SHAPE
from cswanalytics.build.sample import INVENTED_KEY, make_sample, national
from cswanalytics.build.sample.england import CINO, CLA, figure
from cswanalytics.errors import CswanalyticsError

COMMITTED = Path(__file__).parents[2] / "data" / "sample"
KNOWN_WARNINGS = [
    ("attendance", "school_without_attendance"),
    ("social_care_episodes", "two_people_one_pupil"),
]

REFERENCE = "make_date(time_period // 100 + 1, 3, 31)"
OPEN = f"start_date <= {REFERENCE} and coalesce(end_date, date '9999-12-31') > {REFERENCE}"
PUPILS = (
    "(select pupil_id, time_period, max(ncy_year) as ncy_year from enrolments"
    " where enrol_status in ('C', 'M') group by all)"
)
CURRENT = (
    "(select distinct pupil_id, time_period, episode_type from social_care_episodes"
    f" cross join (select distinct time_period from enrolments) where {OPEN}"
    " and coalesce(legal_status, '') not in ('V3', 'V4'))"
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sample(tmp_path_factory.mktemp("sample"), pupils=2_000, schools=20, seed=11)


def database(exports: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for file in exports.glob("*.parquet"):
        connection.execute(f"create view {file.stem} as select * from '{file}'")
    return connection


@pytest.fixture(scope="module")
def committed() -> duckdb.DuckDBPyConnection:
    return database(COMMITTED)


def one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row


def values(connection: duckdb.DuckDBPyConnection, query: str) -> set:
    return {row[0] for row in connection.execute(query).fetchall()}


def digests(folder: Path) -> dict[str, str]:
    """Give the digest of each file that the generator writes; other files may stand beside them."""
    files = [folder / "README.md", *sorted(folder.glob("*.parquet"))]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def warnings_of(folder: Path) -> list[tuple[str, str]]:
    report = check(folder)
    assert [finding.sentence for finding in report.errors] == []
    return sorted({(finding.table, finding.rule) for finding in report.warnings})


def test_the_same_seed_gives_the_same_bytes(small: Path, tmp_path: Path) -> None:
    again = make_sample(tmp_path, pupils=2_000, schools=20, seed=11)
    assert digests(again) == digests(small)


def test_another_seed_gives_another_authority(small: Path, tmp_path: Path) -> None:
    other = make_sample(tmp_path, pupils=2_000, schools=20, seed=12)
    same = {name for name, digest in digests(other).items() if digest == digests(small).get(name)}
    assert same == set()


def test_the_committed_sample_is_what_the_generator_makes(tmp_path: Path) -> None:
    assert digests(make_sample(tmp_path)) == digests(COMMITTED)


def test_the_committed_sample_is_under_eight_megabytes() -> None:
    assert sum(file.stat().st_size for file in COMMITTED.rglob("*")) < 8_000_000


def test_the_committed_sample_says_that_it_is_invented() -> None:
    assert "invented" in (COMMITTED / "README.md").read_text(encoding="utf-8").lower()
    for file in COMMITTED.glob("*.parquet"):
        assert pq.read_metadata(file).metadata[INVENTED_KEY.encode()] == b"seed 7"


def test_every_table_of_the_contract_is_there_with_its_columns(small: Path) -> None:
    for folder in (small, COMMITTED):
        assert {file.stem for file in folder.glob("*.parquet")} == set(TABLES)
        for name, table in TABLES.items():
            assert tuple(pq.read_schema(folder / f"{name}.parquet").names) == table.column_names


def test_the_check_finds_two_known_warnings_and_no_fault() -> None:
    assert warnings_of(COMMITTED) == KNOWN_WARNINGS


@pytest.mark.parametrize(
    ("pupils", "schools", "years"), [(1, 1, 1), (60, 1, 2), (100, 2, 1), (300, 4, 3), (200, 90, 2)]
)
def test_samples_of_any_size_are_within_the_contract(
    pupils: int, schools: int, years: int, tmp_path: Path
) -> None:
    assert check(make_sample(tmp_path, pupils, schools, years)).errors == ()


@pytest.mark.parametrize("wrong", [{"pupils": 0}, {"schools": 0}, {"years": 0}, {"years": 40}, {"seed": -1}])
def test_impossible_numbers_are_refused_in_words(wrong: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(CswanalyticsError, match=r"seed|from 1"):
        make_sample(tmp_path, **wrong)


def test_parquet_files_of_another_origin_are_never_touched(tmp_path: Path) -> None:
    theirs = tmp_path / "enrolments.parquet"
    pq.write_table(pa.table({"pupil_id": ["a"]}), theirs)
    before = theirs.read_bytes()
    with pytest.raises(CswanalyticsError, match="1 Parquet file that no sample wrote"):
        make_sample(tmp_path, pupils=50, schools=2, years=1)
    assert theirs.read_bytes() == before
    assert list(tmp_path.iterdir()) == [theirs]


def test_england_is_a_folder_for_each_authority_and_any_can_be_made_again_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(national, "PUPILS", 60 * national.AUTHORITIES)

    first, second = national.make_national(tmp_path / "england", 2, years=1, seed=7)
    alone = national.make_authority(tmp_path / "again", 2, years=1, seed=7)

    assert digests(alone) == digests(second)
    assert digests(alone) != digests(first)
    with pytest.raises(CswanalyticsError, match="from 1 to 153; 154 were asked for"):
        national.make_national(tmp_path / "more", 154, years=1, seed=7)


def test_england_has_nine_million_pupils_in_authorities_of_the_usual_sizes() -> None:
    sizes = national.sizes(7)

    assert abs(sum(sizes) - 9_000_000) < national.AUTHORITIES
    assert 5_000 < min(sizes) < 30_000
    assert 150_000 < max(sizes) < 500_000


def test_an_earlier_sample_is_replaced(tmp_path: Path) -> None:
    make_sample(tmp_path, pupils=300, schools=4, years=2)
    after = digests(make_sample(tmp_path, pupils=100, schools=2, years=1, seed=3))
    fresh = make_sample(tmp_path / "fresh", pupils=100, schools=2, years=1, seed=3)
    assert after == digests(fresh)


def test_progress_is_told_step_by_step(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    make_sample(tmp_path, pupils=60, schools=2, years=1, progress=lambda *step: told.append(step))
    assert [done for _, done, _ in told] == list(range(len(told)))
    assert all(done < total for _, done, total in told)
    assert "attendance" in {name for name, _, _ in told}


def test_no_value_has_the_shape_of_a_upn_or_a_postcode(committed: duckdb.DuckDBPyConnection) -> None:
    shapes = re.compile(f"{UPN_SHAPE}|{POSTCODE_SHAPE}")
    for table in TABLES.values():
        for name in table.column_names:
            column = pq.read_table(COMMITTED / f"{table.name}.parquet", columns=[name])[name]
            if column.type == pa.string():
                # looked for inside a value too, which is more than the contract asks
                assert not any(value and shapes.search(value) for value in column.unique().to_pylist()), name


def test_all_phases_statuses_and_reasons_occur(committed: duckdb.DuckDBPyConnection) -> None:
    for table, column in (
        ("schools", "education_phase"),
        ("enrolments", "enrol_status"),
        ("social_care_episodes", "match_status"),
        ("social_care_episodes", "episode_type"),
        ("exclusions", "category"),
        ("exclusions", "outcome"),
        ("provision", "kind"),
        ("training", "audience"),
    ):
        found = values(committed, f"select distinct {column} from {table} where {column} is not null")
        assert found == set(TABLES[table].column(column).codes), column


def test_episodes_overlap_reopen_and_end(committed: duckdb.DuckDBPyConnection) -> None:
    (overlapping,) = one(
        committed,
        "select count(*) from social_care_episodes as a join social_care_episodes as b using (person_id)"
        " where a.episode_type = 'CIN' and b.episode_type = 'CPP'"
        " and b.start_date between a.start_date and coalesce(a.end_date, date '9999-12-31')",
    )
    (reopened,) = one(
        committed,
        "select count(distinct a.person_id) from social_care_episodes as a"
        " join social_care_episodes as b using (person_id)"
        " where a.episode_type = 'CIN' and b.episode_type = 'CIN' and b.start_date > a.end_date",
    )
    (open_now, ended) = one(
        committed,
        "select count(*) filter (end_date is null), count(*) filter (end_date is not null)"
        " from social_care_episodes",
    )
    assert overlapping > 1_000
    assert reopened > 1_000
    assert open_now > 500
    assert ended > 5_000


def test_respite_care_and_cases_closed_after_assessment_occur(committed: duckdb.DuckDBPyConnection) -> None:
    assert {"V3", "V4", "C1", "C2", "V2"} <= values(
        committed, "select distinct legal_status from social_care_episodes where episode_type = 'CLA'"
    )
    assert {"RC1", "RC3", "RC4", "RC5", "RC6", "RC7", "RC8", "RC9"} <= values(
        committed, "select distinct close_reason from social_care_episodes"
    )


def test_about_eleven_in_a_hundred_pupils_have_or_had_a_social_worker(
    committed: duckdb.DuckDBPyConnection,
) -> None:
    (pupils, with_worker) = one(
        committed,
        f"select count(*), count(counted.pupil_id) from {PUPILS} as pupils left join ("
        "select distinct pupil_id from social_care_episodes where pupil_id is not null"
        " and coalesce(legal_status, '') not in ('V3', 'V4') and start_date <= date '2025-03-31'"
        " and (coalesce(end_date, date '9999-12-31') > date '2025-03-31'"
        " or (end_date > date '2019-03-31' and coalesce(close_reason, '') not in ('RC8', 'RC9')))"
        ") as counted using (pupil_id) where time_period = 202425",
    )
    assert 19_000 < pupils < 21_500
    assert with_worker / pupils == pytest.approx(0.11, abs=0.01)


def test_social_care_reaches_far_enough_back_for_every_year(committed: duckdb.DuckDBPyConnection) -> None:
    (complete, first_reference) = one(
        committed,
        "select complete_from, (select min(make_date(time_period // 100 + 1, 3, 31)) from enrolments)"
        " - interval 6 year from extract where table_name = 'social_care_episodes'",
    )
    assert complete <= first_reference.date()


def test_children_move_between_schools_and_are_registered_twice(committed: duckdb.DuckDBPyConnection) -> None:
    (moved, twice) = one(
        committed,
        "select count(*) filter (schools > 1), count(*) filter (main and second) from ("
        "select count(*) filter (enrol_status in ('C', 'M')) as schools, bool_or(enrol_status = 'M') as main,"
        " bool_or(enrol_status = 'S') as second from enrolments where time_period = 202425"
        " group by pupil_id)",
    )
    assert moved > 200
    assert twice > 10


def test_a_few_children_carry_most_suspensions(committed: duckdb.DuckDBPyConnection) -> None:
    (children, events, of_the_few) = one(
        committed,
        "with each as (select count(*) as events from exclusions where category = 'suspension'"
        " and time_period = 202324 group by pupil_id),"
        " ranked as (select events, percent_rank() over (order by events desc) as place from each)"
        " select count(*), sum(events), sum(events) filter (place <= 0.2) from ranked",
    )
    assert children > 500
    assert of_the_few / events > 0.45


def test_the_year_in_progress_has_two_half_terms_and_no_results(committed: duckdb.DuckDBPyConnection) -> None:
    assert values(committed, "select distinct half_term from attendance where time_period = 202526") == {1, 2}
    assert one(committed, "select max(start_date)::text < '2026' from exclusions") == (True,)
    assert one(
        committed, "select count(*) from enrolments where time_period = 202526 and on_roll_at_census"
    ) == (0,)
    for table in ("early_years_profile", "phonics", "key_stage_2", "key_stage_4"):
        assert one(committed, f"select max(time_period) from {table}") == (202425,)


def test_the_pandemic_left_its_shape(committed: duckdb.DuckDBPyConnection) -> None:
    (closed, usual) = one(
        committed,
        "select avg(sessions_possible) filter (time_period = 201920),"
        " avg(sessions_possible) filter (time_period = 202324) from attendance where half_term = 5",
    )
    assert closed < usual / 10
    assert values(committed, "select distinct time_period from key_stage_2") == {
        202122,
        202223,
        202324,
        202425,
    }
    assert len(values(committed, "select distinct time_period from key_stage_4")) == 6


def test_days_of_suspension_are_absence_with_leave(committed: duckdb.DuckDBPyConnection) -> None:
    (missed, suspended) = one(
        committed,
        "select (select sum(sessions_suspended) from attendance),"
        " (select sum(sessions) from exclusions where category = 'suspension')",
    )
    assert 0.9 < missed / suspended <= 1


ABSENCE = (
    f"(select * from {PUPILS} join (select pupil_id, time_period, sum(sessions_possible) as possible,"
    " sum(sessions_authorised + sessions_unauthorised) as missed from attendance group by all)"
    " using (pupil_id, time_period) where possible > 0 and ncy_year not in ('N1', 'N2', 'R', '12', '13'))"
)


@pytest.mark.parametrize(
    ("measure", "year", "formula", "within"),
    [
        ("overall_absence_rate_pct", 2024, f"sum(missed) / sum(possible) from {ABSENCE}", 0.1),
        ("persistent_absence_pct", 2024, f"avg((10 * missed >= possible)::int) from {ABSENCE}", 0.1),
        ("severe_absence_pct", 2024, f"avg((2 * missed >= possible)::int) from {ABSENCE}", 0.1),
        (
            "one_plus_suspension_rate_pct",
            2023,
            "count(distinct exclusions.pupil_id) / count(distinct pupils.pupil_id) from "
            f"{PUPILS} as pupils left join exclusions on exclusions.pupil_id = pupils.pupil_id"
            " and exclusions.time_period = pupils.time_period and category = 'suspension'",
            0.1,
        ),
        ("ks2_rwm_expected_pct", 2024, "avg(rwm_expected::int) from key_stage_2", 0.1),
        ("ks4_attainment8_avg", 2024, "avg(attainment8) from key_stage_4", 0.1),
        ("ks4_engmaths_95_pct", 2024, "avg(engmath_95::int) from key_stage_4", 0.1),
    ],
)
def test_all_pupils_are_near_england(
    measure: str, year: int, formula: str, within: float, committed: duckdb.DuckDBPyConnection
) -> None:
    pupils = "pupils." if " as pupils " in formula else ""
    (here,) = one(committed, f"select {formula} where {pupils}time_period = {year}{(year + 1) % 100}")
    assert float(here) == pytest.approx(figure(measure, "all", year), rel=within)


@pytest.mark.parametrize(("group", "code"), [("CIN", CINO), ("CLA", CLA)])
def test_children_with_a_social_worker_are_absent_about_as_often_as_in_england(
    group: str, code: int, committed: duckdb.DuckDBPyConnection
) -> None:
    heavier = {"CIN": "('CPP', 'CLA')", "CLA": "('')"}[group]
    (persistent,) = one(
        committed,
        f"select avg((10 * missed >= possible)::int) from {ABSENCE} join {CURRENT} as here"
        f" using (pupil_id, time_period) anti join (select * from {CURRENT} where episode_type in {heavier})"
        f" using (pupil_id, time_period) where here.episode_type = '{group}' and time_period = 202425",
    )
    assert persistent == pytest.approx(figure("persistent_absence_pct", code, 2024), rel=0.25)
