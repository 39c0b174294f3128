"""What a release says besides the measures of pupils: the offer, schools, money, children on no roll.

Nothing here is a magnitude about children. Children are counted for the authority alone, to the base; pounds
for the authority alone, to £10,000; a school is only ever told a yes or a no about its own return; of tier 3,
where one consultation is often one child, nothing is told but how many there were in a term.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from cswanalytics import release
from cswanalytics.build.cohort import ChildYears
from cswanalytics.build.counts import missing_table
from cswanalytics.catalogue import Catalogue
from cswanalytics.offer import OTHER, OfferFigure
from cswanalytics.vocabulary import Symbol

TO_TENS = 10
FEWEST_FOR_A_SHARE = 100
POUNDS = 10_000
"""About what four looked-after children bring: an exact sum, divided by the rate for one, is a head-count."""
FEWEST_POUNDS = 100_000
TO_FIVES = 5
STEPS = {"attendees": TO_FIVES, "hours": 1}
"""To what attendees and hours are rounded in tiers 1 and 2; in tier 3 all goes to fives."""
FEWEST_OF_TIER_3 = 10
ONE_SCHOOL_AT_A_TIME = 3
"""The tier of the offer that is for one school, and often for one child."""
TWO_DAYS = 2

YEARS = """
with years as (
    select
        points.time_period,
        points.reference_date,
        points.has_ended,
        least(make_date(points.time_period // 100 + 1, 8, 31), latest_date.latest_on) as until,
        make_date(points.time_period // 100, 9, 1) as since
    from points
    cross join latest_date
    where points.time_identifier = 'Academic year'
)
"""
"""Every academic year, to its end or as far as the data run."""


def offer(cohort: ChildYears, catalogue: Catalogue, base: int, merged: Mapping[str, str]) -> pd.DataFrame:
    """Give the rows of `release.OFFER`: every figure that the exported tables allow, in a fixed order.

    `merged` gives the merged phase of each phase of school.
    """
    rows = [
        {"figure": figure.id, **row}
        for figure in catalogue.offer.figures.values()
        if not missing_table(figure, cohort.exports.tables)
        for row in _rows(figure, cohort, catalogue, base, merged)
    ]
    frame = pd.DataFrame(rows, columns=release.OFFER.names)
    for column in ("term", "tier"):
        frame[column] = frame[column].astype("Int32")
    frame["symbol"] = frame["symbol"].astype(object).where(frame["symbol"].notna(), None)
    key = list(release.OFFER_KEY)
    return frame.sort_values(key, na_position="first").reset_index(drop=True)


def _rows(
    figure: OfferFigure, cohort: ChildYears, catalogue: Catalogue, base: int, merged: Mapping[str, str]
) -> Iterable[dict[str, object]]:
    match figure.id:
        case "elective_home_education":
            return _children(cohort, "elective home education", base)
        case "missing_education_off_roll":
            return _children(cohort, "missing education", base)
        case "match_rate":
            return _matched(cohort)
        case "pupil_premium_plus_spent":
            return _pounds(cohort)
        case "whole_school_training":
            return _schools(_trained(cohort, catalogue.offer.whole_school_topics), merged)
        case "dt_training_two_days":
            return _schools(_returned(cohort, f"dt_training_days >= {TWO_DAYS}"), merged)
        case "dt_qualified":
            return _schools(_returned(cohort, "dt_qualified_teacher"), merged)
        case "support_activities":
            return _activities(_support(cohort, catalogue))
        case "support_attendees":
            return _of_the_year(_support(cohort, catalogue), "attendees")
        case "support_hours":
            return _of_the_year(_support(cohort, catalogue), "hours")
        case _:
            raise ValueError(f"nothing counts the figure {figure.id}")


def _children(cohort: ChildYears, kind: str, base: int) -> Iterable[dict[str, object]]:
    """Count the children on no roll who are in a spell on the reference date, to the nearest base.

    Each is a number of its own, in no table that adds up: rounded to the nearest, the same count always gives
    the same figure. Years in progress are not told.
    """
    found = cohort.connection.execute(
        YEARS
        + """
        select years.time_period, count(distinct provision.pupil_id)
        from years
        left join exports.provision as provision
            on provision.kind = $kind
            and provision.start_date <= years.reference_date
            and (provision.end_date is null or provision.end_date >= years.reference_date)
            and not exists (
                select 1
                from exports.enrolments as enrolments
                where enrolments.pupil_id = provision.pupil_id
                    and enrolments.time_period = years.time_period
                    and enrolments.enrol_status in ('C', 'M')
            )
        where years.has_ended
        group by years.time_period
        """,
        {"kind": kind},
    ).fetchall()
    for year, children in found:
        yield {"time_period": year, "number": float(to_nearest(children, base))}


def _matched(cohort: ChildYears) -> Iterable[dict[str, object]]:
    """Count the children in social care of school age, and those found or unmatched for a stated reason."""
    found = cohort.connection.execute(
        YEARS
        + """
        , people as (
            select
                years.time_period,
                episodes.person_id,
                max(case when episodes.match_status <> 'unexplained' then 1 else 0 end) as is_known,
                max(case when episodes.match_status = 'not of school age' then 1 else 0 end) as is_young
            from years
            inner join exports.social_care_episodes as episodes
                on episodes.start_date <= years.reference_date
                and (episodes.end_date is null or episodes.end_date > years.reference_date)
            where years.has_ended
            group by years.time_period, episodes.person_id
        )
        select time_period, sum(is_known), count(*)
        from people
        where is_young = 0
        group by time_period
        """
    ).fetchall()
    for year, known, everybody in found:
        of = to_nearest(everybody, TO_TENS)
        if of < FEWEST_FOR_A_SHARE:
            yield {"time_period": year, "symbol": Symbol.WITHHELD.value}
        else:
            yield {
                "time_period": year,
                "number": float(min(to_nearest(known, TO_TENS), of)),
                "out_of": float(of),
            }


def _pounds(cohort: ChildYears) -> Iterable[dict[str, object]]:
    found = cohort.connection.execute(
        """
        select time_period, sum(spent_gbp), sum(allocated_gbp)
        from exports.pupil_premium_plus
        group by time_period
        """
    ).fetchall()
    for year, spent, allocated in found:
        if allocated < FEWEST_POUNDS:
            yield {"time_period": year, "symbol": Symbol.WITHHELD.value}
        else:
            number, of = (float(to_nearest(pounds, POUNDS)) for pounds in (spent, allocated))
            yield {"time_period": year, "number": number, "out_of": of}


def _trained(cohort: ChildYears, topics: tuple[str, ...]) -> pd.DataFrame:
    """Say of every open school and year whether its whole staff was trained in the twelve months before."""
    return cohort.connection.execute(
        YEARS
        + """
        select
            years.time_period,
            schools.school_urn,
            schools.education_phase,
            cast(max(case when training.school_urn is not null then 1 else 0 end) as double) as said
        from years
        inner join exports.schools as schools
            on (schools.open_date is null or schools.open_date <= years.until)
            and (schools.close_date is null or schools.close_date > years.until)
        left join exports.training as training
            on training.school_urn = schools.school_urn
            and training.audience = 'whole school'
            and list_contains($topics, training.topic)
            and training.delivered_date > years.until - interval 1 year
            and training.delivered_date <= years.until
        group by years.time_period, schools.school_urn, schools.education_phase
        """,
        {"topics": list(topics)},
    ).df()


def _returned(cohort: ChildYears, condition: str) -> pd.DataFrame:
    """Say of every school and year whether a condition of its return holds; NaN where it did not say."""
    return cohort.connection.execute(
        f"""
        select
            returns.time_period,
            schools.school_urn,
            schools.education_phase,
            cast(case when {condition} then 1 when not ({condition}) then 0 end as double) as said
        from exports.school_returns as returns
        inner join exports.schools as schools
            on schools.school_urn = returns.school_urn
        """
    ).df()


def _schools(said: pd.DataFrame, merged: Mapping[str, str]) -> Iterable[dict[str, object]]:
    """Give a yes or no for each school, and how many of those that said in each merged phase and in all."""
    said = said.assign(merged_phase=said["education_phase"].map(merged))
    for row in said.to_dict("records"):
        known = not np.isnan(row["said"])
        yield {
            "time_period": row["time_period"],
            "school_urn": row["school_urn"],
            "number": float(row["said"]) if known else None,
            "out_of": 1.0 if known else None,
            "symbol": None if known else Symbol.NOT_AVAILABLE.value,
        }
    answered = said.dropna(subset=["said"])
    for year, own in answered.groupby("time_period"):
        yield {"time_period": year, **_how_many(own)}
        for phase, there in own.groupby("merged_phase"):
            yield {"time_period": year, "merged_phase": phase, **_how_many(there)}


def _how_many(said: pd.DataFrame) -> dict[str, object]:
    return {"number": float(said["said"].sum()), "out_of": float(len(said))}


def _support(cohort: ChildYears, catalogue: Catalogue) -> pd.DataFrame:
    """Give every activity with its year and term; a topic or kind that is on no list is 'Other'."""
    found = cohort.connection.execute(
        YEARS
        + """
        , terms as (
            select
                half_terms.time_period,
                max(case when half_terms.half_term = 2 then half_terms.end_date end) as autumn_ends,
                max(case when half_terms.half_term = 4 then half_terms.end_date end) as spring_ends
            from half_terms
            group by half_terms.time_period
        )
        select
            years.time_period,
            case
                when activity.activity_date <= terms.autumn_ends then 1
                when activity.activity_date <= terms.spring_ends then 2
                else 3
            end as term,
            activity.tier,
            activity.kind,
            activity.topic,
            activity.attendees,
            activity.hours
        from exports.support_activity as activity
        inner join years
            on activity.activity_date >= years.since
            and activity.activity_date <= make_date(years.time_period // 100 + 1, 8, 31)
        inner join terms
            on terms.time_period = years.time_period
        """
    ).df()
    offer = catalogue.offer
    return found.assign(
        kind=found["kind"].map(offer.kinds).fillna(OTHER),
        topic=found["topic"].map(offer.topics).fillna(OTHER),
    )


def _activities(support: pd.DataFrame) -> Iterable[dict[str, object]]:
    single = support["tier"] == ONE_SCHOOL_AT_A_TIME
    parts = ["time_period", "term", "tier", "kind", "topic"]
    for place, own in support[~single].groupby(parts):
        yield {**dict(zip(parts, place, strict=True)), "number": float(len(own))}
    for place, own in support[single].groupby(parts[:3]):
        yield {**dict(zip(parts[:3], place, strict=True)), **_of_tier_3(len(own), len(own))}


def _of_the_year(support: pd.DataFrame, what: str) -> Iterable[dict[str, object]]:
    single = support["tier"] == ONE_SCHOOL_AT_A_TIME
    parts = ["time_period", "tier", "kind"]
    for place, own in support[~single].groupby(parts):
        yield {
            **dict(zip(parts, place, strict=True)),
            "number": float(to_nearest(own[what].sum(), STEPS[what])),
        }
    for place, own in support[single].groupby(parts[:2]):
        yield {**dict(zip(parts[:2], place, strict=True)), **_of_tier_3(own[what].sum(), len(own))}


def _of_tier_3(number: float, activities: int) -> dict[str, object]:
    if activities < FEWEST_OF_TIER_3:
        return {"symbol": Symbol.WITHHELD.value}
    return {"number": float(to_nearest(number, TO_FIVES))}


def to_nearest(number: float, step: int) -> int:
    """Give the multiple of `step` nearest to a number; of two as near, the higher."""
    return int(np.floor(float(number) / step + 0.5)) * step
