"""How near the sample authority comes to England: a table, and a failure where a figure is over 15 % off.

Makes a sample of 150,000 pupils, and works the figures out with statements of its own: not the product's
code, and not the generator's. Run as `python -m benchmarks.sample_calibration [pupils]`.
"""

import csv
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import duckdb

from benchmarks.figures import Figure
from cswanalytics.build.sample import make_sample

FURTHEST_OFF = 0.15
FEWEST = 200
"""A group is held to its figure where it has this many pupils."""
PUPILS = 150_000

CHILD_YEAR = """
create or replace table child_year as
with
points as (
    select
        time_period,
        least(make_date(time_period // 100 + 1, 3, 31), (select max(extracted_on) from extract)) as at
    from (select distinct time_period from enrolments)
),
episodes as (
    select pupil_id, episode_type, start_date, coalesce(end_date, date '9999-12-31') as end_date, legal_status
    from social_care_episodes
    where pupil_id is not null and coalesce(legal_status, '') not in ('V3', 'V4')
),
open as (
    select
        episodes.pupil_id,
        points.time_period,
        min(case episode_type when 'CLA' then 1 when 'CPP' then 2 else 3 end) as rank
    from episodes
    join points on start_date <= points.at and end_date > points.at
    group by all
)
select
    pupils.*,
    case rank when 1 then 'CLA' when 2 then 'CPPO' when 3 then 'CINO' end as social_care_group
from (
    select
        pupil_id, time_period,
        max(ncy_year) as ncy_year,
        max_by(sen_provision, entry_date) as sen_provision
    from enrolments
    where enrol_status in ('C', 'M')
    group by all
) as pupils
left join open using (pupil_id, time_period)
"""

ABSENCE = """(
    select * from child_year join (
        select
            pupil_id, time_period,
            sum(sessions_possible) as possible,
            sum(sessions_authorised) as authorised,
            sum(sessions_unauthorised) as unauthorised,
            sum(sessions_authorised + sessions_unauthorised) as missed
        from attendance group by all
    ) using (pupil_id, time_period)
    where possible > 0 and ncy_year not in ('N1', 'N2', 'R', '12', '13', '14')
)"""
EXCLUSION = """(
    select * from child_year left join (
        select
            pupil_id, time_period,
            count(*) filter (category = 'suspension') as suspensions,
            count(*) filter (category = 'permanent' and outcome is distinct from 'reinstated') as permanent
        from exclusions group by all
    ) using (pupil_id, time_period)
)"""
KEY_STAGE_2 = "(select * from child_year join key_stage_2 using (pupil_id, time_period))"
KEY_STAGE_4 = "(select * from child_year join key_stage_4 using (pupil_id, time_period))"

MEASURES = {
    "overall_absence_rate_pct": (ABSENCE, "100 * sum(missed) / sum(possible)"),
    "authorised_absence_rate_pct": (ABSENCE, "100 * sum(authorised) / sum(possible)"),
    "unauthorised_absence_rate_pct": (ABSENCE, "100 * sum(unauthorised) / sum(possible)"),
    "persistent_absence_pct": (ABSENCE, "100 * avg((10 * missed >= possible)::int)"),
    "severe_absence_pct": (ABSENCE, "100 * avg((2 * missed >= possible)::int)"),
    "one_plus_suspension_rate_pct": (EXCLUSION, "100 * avg((coalesce(suspensions, 0) > 0)::int)"),
    "suspension_rate_pct": (EXCLUSION, "100 * avg(coalesce(suspensions, 0))"),
    "permanent_exclusion_rate_pct": (EXCLUSION, "100 * avg((coalesce(permanent, 0) > 0)::int)"),
    "ks2_reading_expected_pct": (KEY_STAGE_2, "100 * avg(reading_expected::int)"),
    "ks2_writing_ta_expected_pct": (KEY_STAGE_2, "100 * avg(writing_expected::int)"),
    "ks2_maths_expected_pct": (KEY_STAGE_2, "100 * avg(maths_expected::int)"),
    "ks2_rwm_expected_pct": (KEY_STAGE_2, "100 * avg(rwm_expected::int)"),
    "ks4_attainment8_avg": (KEY_STAGE_4, "avg(attainment8)"),
    "ks4_engmaths_94_pct": (KEY_STAGE_4, "100 * avg(engmath_94::int)"),
    "ks4_engmaths_95_pct": (KEY_STAGE_4, "100 * avg(engmath_95::int)"),
    "ks4_progress8_avg": (
        "(select * from " + KEY_STAGE_4 + " where progress8 is not null)",
        "avg(progress8)",
    ),
    "sen_support_pct": ("child_year", "100 * avg((sen_provision = 'K')::int)"),
    "sen_ehcp_pct": ("child_year", "100 * avg((sen_provision = 'E')::int)"),
}
"""Each measure of `national.csv`: where its pupils are, and what is worked out of them."""

PUBLISHED_NAMES = {
    "all pupils": ("All pupils", "All pupils comparison"),
    "CINO": ("CINO at 31 March (LAIT, later vintage)", "CINO at 31 March"),
    "CPPO": ("CPPO at 31 March",),
    "CLA": ("CLA 12 months at 31 March", "CLA 12 months at 31 March (LAIT, later vintage)"),
}
NEAR_NOUGHT = {"ks4_progress8_avg": 0.15}
"""A score about nought has no sensible ratio: held to this distance, where the ratio is further off."""
IN_CHILDREN = ("permanent_exclusion_rate_pct",)
"""Held to within one child where 15 % is less: England excludes 3 in 10,000 looked-after children."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    measure: str
    group: str
    year: str
    england: float
    sample: float
    pupils: int

    @property
    def ratio(self) -> float:
        """Give the sample's figure over England's."""
        return self.sample / self.england

    @property
    def near(self) -> bool:
        """Say whether the two are near enough."""
        least = 100 / self.pupils if self.measure in IN_CHILDREN else NEAR_NOUGHT.get(self.measure, 0)
        return abs(self.sample - self.england) <= max(FURTHEST_OFF * abs(self.england), least)

    @property
    def verdict(self) -> str:
        """Give the word for the last column."""
        if self.pupils < FEWEST:
            return "too few"
        return "pass" if self.near else "FAIL"


def latest_published(measure: str, names: tuple[str, ...]) -> tuple[str, float] | None:
    """Give England's latest figure under one of these names: the academic year and the value."""
    text = resources.files("cswanalytics").joinpath("definitions/national.csv").read_text(encoding="utf-8")
    found: dict[str, tuple[int, float]] = {}
    for row in csv.DictReader(text.splitlines()):
        if (
            row["measure"] != measure
            or row["social_care_group"] not in names
            or "communitycare" in row["source"]
        ):
            continue
        try:
            candidate = (names.index(row["social_care_group"]), float(row["value"]))
        except ValueError:
            continue
        best = found.get(row["academic_year"])
        if best is None or candidate[0] < best[0]:
            found[row["academic_year"]] = candidate
    return (max(found), found[max(found)][1]) if found else None


def compare(exports: Path) -> list[Row]:
    """Set every group of the sample beside England's latest figure."""
    connection = duckdb.connect()
    for file in exports.glob("*.parquet"):
        connection.execute(f"create view {file.stem} as select * from '{file}'")
    connection.execute(CHILD_YEAR)
    rows = []
    for measure, (pupils, formula) in MEASURES.items():
        for group, names in PUBLISHED_NAMES.items():
            published = latest_published(measure, names)
            if published is None:
                continue
            year, value = published
            members = "true" if group == "all pupils" else f"social_care_group = '{group}'"
            count, here = connection.execute(
                f"select count(*), {formula} from {pupils} where {members} and time_period = ?",
                [int(year[:4] + year[5:])],
            ).fetchone() or (0, None)
            if here is not None:
                rows.append(Row(measure, group, year, value, here, count))
    return rows


def measured(pupils: int = PUPILS) -> list[Figure]:
    """Set the sample's figures beside England's: how many are near enough, and each that is not."""
    rows, took, megabytes = calibrated(pupils)
    held = [row for row in rows if row.verdict != "too few"]
    far = [row for row in held if not row.near]
    size = f"{pupils:,} pupils × 7 years"
    return [
        Figure(f"inventing {size}", f"{took:.0f} s, {megabytes:.0f} MB of exports", note="one run"),
        Figure(
            f"figures within {FURTHEST_OFF:.0%} of England's", f"{len(held) - len(far)} of {len(held)}",
            "all", not far, "; ".join(f"{row.measure}, {row.group}: {row.ratio:.2f} ×" for row in far),
        ),
    ]  # fmt: skip


def calibrated(pupils: int) -> tuple[list[Row], float, float]:
    """Invent an authority, and give its rows beside England's, the seconds it took and its megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        exports = make_sample(folder, pupils=pupils, schools=max(60, pupils // 333))
        took = time.perf_counter() - began
        megabytes = sum(file.stat().st_size for file in exports.glob("*.parquet")) / 1e6
        return compare(exports), took, megabytes


def main() -> int:
    pupils = int(sys.argv[1]) if len(sys.argv) > 1 else PUPILS
    rows, took, megabytes = calibrated(pupils)
    print(f"{pupils:,} pupils × 7 years: made in {took:.0f} s, {megabytes:.1f} MB.\n")
    print(
        "| measure | group | year | England | sample | ratio | pupils | |\n"
        "|---|---|---|---:|---:|---:|---:|---|"
    )
    for row in rows:
        print(
            f"| {row.measure} | {row.group} | {row.year} | {row.england:.2f} | {row.sample:.2f} "
            f"| {row.ratio:.2f} | {row.pupils:,} | {row.verdict} |"
        )
    failed = sum(row.verdict == "FAIL" for row in rows)
    held = sum(row.verdict != "too few" for row in rows)
    print(f"\n{held - failed} of {held} within {FURTHEST_OFF:.0%}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
