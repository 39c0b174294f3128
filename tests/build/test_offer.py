"""The offer, schools, money and children on no roll: counted right, and nothing told that must not be."""

import datetime as dt
from dataclasses import dataclass

import duckdb
import pandas as pd
import pytest

from cswanalytics import catalogue, release
from cswanalytics.build.cohort import child_years
from cswanalytics.build.offer import offer, to_nearest
from cswanalytics.settings import Settings
from tests.build.small_export import EXTRACTED, PRIMARY, PUPILS, SECONDARY, SMALL, as_arrow, small_export

MERGED = {"Primary": "Primary and secondary", "Secondary": "Primary and secondary"}
AUTHORITY = {"school_urn": None, "merged_phase": None}
HOME, MISSING = "elective home education", "missing education"


@dataclass
class LaidDown:
    """Exports laid straight into a database: what checked exports are to the cohort, without files."""

    connection: duckdb.DuckDBPyConnection
    tables: frozenset[str]

    def extracted_on(self, table) -> dt.date:
        return EXTRACTED


def offered(**tables: list[dict[str, object]] | None) -> pd.DataFrame:
    """Give the offer of the small authority with some tables of other rows, or without a table (None)."""
    rows = {name: table for name, table in {**small_export(), **tables}.items() if table is not None}
    connection = duckdb.connect(config={"threads": "1"})
    connection.execute("create schema exports")
    for name, own in rows.items():
        connection.register("laid", as_arrow(name, own))
        connection.execute(f"create table exports.{name} as select * from laid")
        connection.unregister("laid")
    cohort = child_years(LaidDown(connection, frozenset(rows)), Settings(), EXTRACTED)
    return offer(cohort, catalogue.load(), 5, MERGED)


def of(frame: pd.DataFrame, figure: str, **where: object) -> pd.DataFrame:
    found = frame[frame["figure"] == figure]
    for column, value in where.items():
        found = found[found[column].isna() if value is None else found[column] == value]
    return found


def one(frame: pd.DataFrame, figure: str, **where: object) -> tuple[float, float]:
    [row] = of(frame, figure, **where).itertuples()
    return row.number, row.out_of


def spells(kind: str, pupils: list[str], start=dt.date(2024, 10, 1), end=None) -> list[dict[str, object]]:
    spell = {"kind": kind, "start_date": start, "end_date": end}
    rest = dict.fromkeys(("hours_per_week", "review_date", "school_urn"))
    return [{"pupil_id": pupil, **spell, **rest} for pupil in pupils]


def activities(count: int, tier: int, **other: object) -> list[dict[str, object]]:
    activity = {
        "activity_date": dt.date(2025, 2, 11), "tier": tier, "kind": "consultation", "topic": "Attendance",
        "school_urn": SECONDARY, "service": None, "attendees": 3, "hours": 1.5,
    }  # fmt: skip
    return [{**activity, **other}] * count


def test_children_educated_at_home_are_those_on_no_roll_on_the_reference_date_to_the_base():
    at_home = [f"child {number}" for number in range(8)]
    gone_by_march = spells(HOME, ["early 1", "early 2", "early 3"], end=dt.date(2025, 3, 30))
    on_a_roll = spells(HOME, [PUPILS[0], PUPILS[1], PUPILS[2]])
    elsewhere = spells(MISSING, ["missing"])

    found = offered(provision=[*spells(HOME, at_home), *gone_by_march, *on_a_roll, *elsewhere])

    assert one(found, "elective_home_education", time_period=202425)[0] == 10
    assert one(found, "elective_home_education", time_period=202324)[0] == 0
    assert one(found, "missing_education_off_roll", time_period=202425)[0] == 0


def test_the_same_number_of_children_always_gives_the_same_figure():
    assert [to_nearest(count, 5) for count in range(9)] == [0, 0, 0, 5, 5, 5, 5, 5, 10]


def test_pounds_are_told_for_the_authority_alone_and_never_to_the_pound():
    money = [
        {"school_urn": urn, "time_period": 202425, "allocated_gbp": pounds, "spent_gbp": 0.9 * pounds}
        for urn, pounds in ((PRIMARY, 2570.0 * 20), (SECONDARY, 2570.0 * 40))
    ]

    found = offered(pupil_premium_plus=money)

    assert one(found, "pupil_premium_plus_spent", time_period=202425) == (140_000, 150_000)
    assert of(found, "pupil_premium_plus_spent")["school_urn"].isna().all()


def test_a_small_sum_is_withheld():
    [row] = of(offered(), "pupil_premium_plus_spent").itertuples()

    assert row.symbol == "c"
    assert pd.isna(row.number)
    assert pd.isna(row.out_of)


def test_a_match_rate_of_few_children_is_withheld():
    assert set(of(offered(), "match_rate")["symbol"]) == {"c"}


def test_match_rates_come_from_counts_to_the_nearest_ten():
    episode = small_export()["social_care_episodes"][1]
    people = [
        {**episode, "episode_id": f"e{at}", "person_id": f"s{at}", "pupil_id": None,
         "match_status": "unexplained" if at < 17 else "educated elsewhere" if at < 40 else "matched"}
        for at in range(124)
    ]  # fmt: skip
    young = [{**people[0], "episode_id": "y", "person_id": "young", "match_status": "not of school age"}]

    found = offered(social_care_episodes=[*people, *young])

    assert one(found, "match_rate", time_period=202425) == (110, 120)


def test_whole_staffs_are_trained_where_a_course_on_the_topic_was_for_the_whole_school_in_twelve_months():
    course = {**small_export()["training"][0], "topic": "Attachment and trauma"}
    courses = [
        {**course, "school_urn": PRIMARY, "delivered_date": dt.date(2024, 9, 1)},
        {**course, "school_urn": SECONDARY, "delivered_date": dt.date(2024, 8, 31)},
        {**course, "school_urn": SMALL, "topic": "Reading"},
        {**course, "school_urn": SMALL, "audience": "governors"},
    ]

    found = offered(training=courses)

    by_school = of(found, "whole_school_training", time_period=202425).set_index("school_urn")["number"]
    assert by_school[[PRIMARY, SECONDARY, SMALL]].tolist() == [1, 0, 0]
    assert one(found, "whole_school_training", time_period=202425, **AUTHORITY) == (
        1,
        3,
    )
    assert one(found, "whole_school_training", time_period=202324, **AUTHORITY) == (
        1,
        3,
    )


def test_a_school_that_has_closed_is_not_asked():
    schools = small_export()["schools"]
    schools[2]["close_date"] = dt.date(2024, 12, 31)
    found = offered(schools=schools)

    assert one(found, "whole_school_training", time_period=202425, **AUTHORITY)[1] == 2
    assert one(found, "whole_school_training", time_period=202324, **AUTHORITY)[1] == 3


def test_a_school_says_yes_or_no_and_one_that_did_not_say_is_in_no_share():
    answer = small_export()["school_returns"][0]
    returns = [
        answer,
        {**answer, "school_urn": SECONDARY, "dt_training_days": 1.5, "dt_qualified_teacher": False},
        {**answer, "school_urn": SMALL, "dt_training_days": None, "dt_qualified_teacher": None},
    ]

    found = offered(school_returns=returns)

    days = of(found, "dt_training_two_days").set_index("school_urn")
    assert days.loc[[PRIMARY, SECONDARY], "number"].tolist() == [1, 0]
    assert days.loc[SMALL, "symbol"] == "x"
    assert one(found, "dt_training_two_days", **AUTHORITY) == (1, 2)
    assert one(found, "dt_qualified", merged_phase="Primary and secondary") == (1, 2)


def test_of_tier_3_nothing_is_told_but_how_many_there_were_in_a_term():
    found = offered(support_activity=activities(13, tier=3))

    [row] = of(found, "support_activities", tier=3).itertuples()
    assert (row.time_period, row.term, row.number) == (202425, 2, 15)
    assert pd.isna(row.kind)
    assert pd.isna(row.topic)
    assert found[found["tier"] == 3]["school_urn"].isna().all()
    assert one(found, "support_attendees", tier=3)[0] == 40
    assert one(found, "support_hours", tier=3)[0] == 20


def test_under_ten_activities_of_tier_3_are_withheld():
    found = offered(support_activity=[*activities(9, tier=3), *activities(2, tier=1)])

    for figure in ("support_activities", "support_attendees", "support_hours"):
        [row] = of(found, figure, tier=3).itertuples()
        assert row.symbol == "c"
        assert pd.isna(row.number)
    assert one(found, "support_activities", tier=1)[0] == 2
    assert one(found, "support_hours", tier=1)[0] == 3


def test_text_typed_by_hand_does_not_pass():
    typed = activities(3, tier=2, topic="About Jo Bloggs", kind="Visit to Jo", service="Jo's team")

    found = offered(support_activity=typed)

    [row] = of(found, "support_activities").itertuples()
    assert (row.kind, row.topic) == ("Other", "Other")
    assert not found.astype(str).apply(lambda column: column.str.contains("Jo")).any(axis=None)


@pytest.mark.parametrize(
    ("day", "year", "term"),
    [
        (dt.date(2024, 9, 1), 202425, 1),
        (dt.date(2024, 12, 31), 202425, 1),
        (dt.date(2025, 1, 1), 202425, 2),
        (dt.date(2025, 4, 11), 202425, 3),
        (dt.date(2024, 8, 31), 202324, 3),
    ],
)
def test_an_activity_falls_into_the_term_of_its_day(day: dt.date, year: int, term: int):
    found = of(offered(support_activity=activities(1, tier=1, activity_date=day)), "support_activities")

    assert found[["time_period", "term"]].values.tolist() == [[year, term]]


def test_a_table_that_is_not_exported_takes_its_own_figures_out_and_nothing_else():
    everything, without = offered(), offered(training=None)

    assert set(everything["figure"]) - set(without["figure"]) == {"whole_school_training"}
    assert list(without.columns) == release.OFFER.names


def test_every_declared_figure_is_counted():
    assert set(offered()["figure"]) == set(catalogue.load().offer.figures)
