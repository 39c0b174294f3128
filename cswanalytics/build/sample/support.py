"""The Virtual School's own tables: PEPs, SDQs, pupil premium plus, training, offer, provision, returns."""

from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cswanalytics.build.sample.draws import pick, stream
from cswanalytics.build.sample.england import CLA
from cswanalytics.build.sample.lives import Lives
from cswanalytics.build.sample.rolls import SUBSIDIARY, Rolls
from cswanalytics.build.sample.terms import NO_DAY, day, half_terms
from cswanalytics.build.sample.writing import Columns, chosen, dates, maybe
from cswanalytics.vocabulary import Phase

PEP_HELD = np.array([0.97, 0.93, 0.95])
PEP_REVIEWED_AGAIN = 0.12
"""Assumed: share of the meetings that are followed by another in the same term."""
PEP_QUALITY = ("green", "amber", "red")
PREMIUM_PLUS_GBP = {2019: 2300, 2020: 2345, 2021: 2345, 2022: 2410, 2023: 2530, 2024: 2570, 2025: 2630}
"""Pupil premium plus for each looked-after child (Department for Education, pupil premium allocations)."""
TOPICS = (
    "Attachment and trauma",
    "Attendance",
    "Behaviour and relationships",
    "Emotional wellbeing",
    "Exclusion and suspension",
    "Children with a social worker",
    "Special educational needs",
    "Personal education plans",
    "Reading",
    "Transition",
)
AUDIENCES = ("whole school", "designated teacher", "governors", "social workers", "other")
ACTIVITIES = (
    (1, "training", 12, 24, 2.0),
    (1, "network", 3, 35, 2.0),
    (1, "coffee morning", 6, 14, 1.5),
    (1, "online resource", 4, 60, 0.5),
    (2, "site-specific training", 9, 22, 2.0),
    (2, "drop-in", 12, 5, 1.0),
    (2, "headteacher feedback", 10, 3, 1.0),
    (3, "consultation", 40, 3, 1.0),
    (3, "multi-agency", 14, 6, 1.5),
)
"""Tier, kind, about how many a year, usual attendees and hours of each activity of the offer."""
SERVICES = ("Virtual School", "Educational Psychology", "Early Help")
PROVISION_KINDS = (
    "elective home education",
    "missing education",
    "reduced timetable",
    "alternative provision",
)
HOME, MISSING, REDUCED, ALTERNATIVE = range(4)
REDUCED_SHARE = np.array([0.0022, 0.013, 0.022, 0.018, 0.009, 0.006, 0.005])
"""Assumed: share of each group with a reduced timetable in a year."""
DAYS_OUT_OF_SCHOOL = {HOME: (0.11, 200, 900), MISSING: (0.04, 10, 120)}
"""Assumed: share of those who leave a roll, and the least and most days that they are out of school."""
WAITED_SHARE = np.array([0.10, 0.35, 0.35, 0.28, 0.2, 0.15, 0.12])
"""Assumed: share of each group that waits without a school before joining one within the year."""
WAITED_DAYS = 8, 60


def _on(urns: pa.Array, places: NDArray) -> pa.Array:
    return urns.take(pa.array(places, mask=np.asarray(places) < 0))


def pep_meetings(lives: Lives, rolls: Rolls, ids: pa.Array) -> Columns:
    """Invent a meeting a term for nearly every looked-after child; its rating is kept from 2020/21 on."""
    years, schools, group = lives.years, lives.schools, lives.group
    rng = stream(lives.seed, "pep_meetings")
    parts = []
    for index, start in enumerate(years.starts):
        rows = np.flatnonzero(rolls.ours & (rolls.year == index))
        rows = rows[group[rolls.child[rows], index] == CLA]
        for term in range(3):
            held = rows[rng.random(len(rows)) < PEP_HELD[term]]
            held = np.concatenate([held, held[rng.random(len(held)) < PEP_REVIEWED_AGAIN]])
            first, last = half_terms(int(start))[2 * term][0], half_terms(int(start))[2 * term + 1][1]
            when = rng.integers(day(first) + 10, day(last) - 5, len(held))
            met = (when <= years.extracted) & (when >= rolls.entry[held]) & (when < rolls.leaving[held])
            quality = pick(rng, np.array([0.62 + 0.02 * min(start - 2019, 6), 0.27, 0.06]), len(held))
            quality = np.where((rng.random(len(held)) < 0.03) | (start < 2020), -1, quality)
            parts.append((held[met], when[met], np.full(met.sum(), term + 1), quality[met]))
    roll, when, term, quality = (np.concatenate([part[place] for part in parts]) for place in range(4))
    return {
        "pupil_id": ids.take(pa.array(rolls.child[roll])),
        "school_urn": _on(schools.urns, rolls.school[roll]),
        "meeting_date": dates(when),
        "term": term,
        "time_period": years.time_periods[rolls.year[roll]],
        "quality": chosen(PEP_QUALITY, quality),
    }


def questionnaires(lives: Lives, ids: pa.Array) -> Columns:
    """Invent a strengths and difficulties questionnaire a year for most looked-after pupils of 4 to 16."""
    children, years = lives.children, lives.years
    rng = stream(lives.seed, "sdq")
    parts = []
    for index in range(len(years)):
        age = lives.year_group(index) + 4
        looked_after = (lives.group[:, index] == CLA) & lives.pupil[:, index]
        who = np.flatnonzero(looked_after & (age >= 4) & (age <= 16))
        who = who[rng.random(len(who)) < 0.80]
        when = rng.integers(years.first_days[index] + 30, years.last_days[index] - 60, len(who))
        done = (when <= years.extracted) & (when < children.departed[who]) & (when > children.arrived[who])
        parts.append((who[done], when[done]))
    who, when = (np.concatenate([part[place] for part in parts]) for place in range(2))
    score = np.clip(np.round(13.8 + 4.5 * children.frailty[who] * 0.6 + rng.normal(0, 5.5, len(who))), 0, 40)
    return {
        "pupil_id": ids.take(pa.array(who.astype(np.int32))),
        "completed_date": dates(when),
        "score": score.astype(np.int32),
    }


def premium_plus(lives: Lives, rolls: Rolls) -> Columns:
    """Invent what each school was given for its looked-after children, and what it spent."""
    years, schools, group = lives.years, lives.schools, lives.group
    rng = stream(lives.seed, "pupil_premium_plus")
    counts = np.zeros((len(schools), len(years)), dtype=np.int64)
    rows = np.flatnonzero(rolls.ours)
    rows = rows[group[rolls.child[rows], rolls.year[rows]] == CLA]
    np.add.at(counts, (rolls.school[rows], rolls.year[rows]), 1)
    at, index = np.nonzero(counts)
    rate = np.array(
        [PREMIUM_PLUS_GBP.get(int(start), min(PREMIUM_PLUS_GBP.values())) for start in years.starts]
    )
    allocated = counts[at, index] * rate[index]
    part = np.where(index == len(years) - 1, 0.33, 1.0) * np.clip(rng.normal(0.93, 0.08, len(at)), 0.5, 1.0)
    return {
        "school_urn": _on(schools.urns, at),
        "time_period": years.time_periods[index],
        "allocated_gbp": allocated.astype(float),
        "spent_gbp": np.round(allocated * part / 5) * 5,
    }


def training(lives: Lives) -> Columns:
    """Invent the courses that schools had: about two in three have one in a year, more of late."""
    years, schools = lives.years, lives.schools
    rng = stream(lives.seed, "training")
    each_year = rng.poisson(
        np.linspace(0.45, 1.05, len(years)) * np.where(np.arange(len(years)) == len(years) - 1, 0.4, 1.0),
        (len(schools), len(years)),
    )
    at, index = (
        np.repeat(places, each_year.ravel()) for places in np.indices(each_year.shape).reshape(2, -1)
    )
    count = len(at)
    last = np.minimum(years.half_term_last[index, 5], years.extracted)
    when = rng.integers(years.half_term_first[index, 0], last)
    audience = pick(rng, np.array([0.46, 0.30, 0.08, 0.04, 0.12]), count)
    staff = np.round(schools.places[at] * rng.uniform(0.5, 0.9, count)).astype(np.int64) + 8
    eligible = np.where(audience == 0, staff, np.where(audience == 1, 1, rng.integers(4, 14, count)))
    came = np.round(eligible * np.clip(rng.normal(0.86, 0.1, count), 0.3, 1.0)).astype(np.int64)
    return {
        "school_urn": _on(schools.urns, at),
        "delivered_date": dates(when),
        "topic": chosen(
            TOPICS, np.where(rng.random(count) < 0.45, 0, pick(rng, np.ones(len(TOPICS)), count))
        ),
        "audience": chosen(AUDIENCES, audience),
        "staff_attended": np.maximum(came, 1),
        "staff_eligible": eligible,
        "days": np.where(audience == 1, rng.choice([1.0, 2.0], count), rng.choice([0.25, 0.5, 1.0], count)),
    }


def support_activity(lives: Lives) -> Columns:
    """Invent what the Virtual School offered: for every school, for some, for one. No child appears in it."""
    years, schools = lives.years, lives.schools
    rng = stream(lives.seed, "support_activity")
    parts = []
    for index in range(len(years)):
        last = int(min(years.half_term_last[index, 5], years.extracted))
        of_the_year = (last - years.half_term_first[index, 0]) / 300
        for kind, (tier, _, number, people, hours) in enumerate(ACTIVITIES):
            count = int(rng.poisson(number * min(of_the_year, 1.0) * len(schools) / 60))
            at = np.where(tier == 1, -1, rng.integers(0, len(schools), count))
            parts.append(
                (
                    rng.integers(years.half_term_first[index, 0], last, count),
                    np.full(count, kind),
                    at,
                    np.maximum(rng.poisson(people, count), 1),
                    np.maximum(np.round(2 * hours * rng.uniform(0.7, 1.4, count)) / 2, 0.5),
                )
            )
    when, kind, at, attendees, hours = (np.concatenate([part[place] for part in parts]) for place in range(5))
    order = np.lexsort((kind, when))
    when, kind, at, attendees, hours = (values[order] for values in (when, kind, at, attendees, hours))
    return {
        "activity_date": dates(when),
        "tier": np.array([tier for tier, *_ in ACTIVITIES])[kind],
        "kind": chosen([name for _, name, *_ in ACTIVITIES], kind),
        "topic": chosen(TOPICS, pick(rng, np.ones(len(TOPICS)), len(when))),
        "school_urn": _on(schools.urns, at),
        "service": chosen(
            SERVICES, np.where(rng.random(len(when)) < 0.05, -1, rng.integers(0, 3, len(when)))
        ),
        "attendees": attendees,
        "hours": hours,
    }


def provision(lives: Lives, rolls: Rolls, ids: pa.Array) -> Columns:
    """Invent spells at home, missing education, on a reduced timetable and in alternative provision."""
    children, years, schools, group = lives.children, lives.years, lives.schools, lives.group
    rng = stream(lives.seed, "provision")
    second = np.flatnonzero((rolls.status == SUBSIDIARY) & (rolls.child < len(children)))
    kinds = np.full(len(second), ALTERNATIVE)
    begin, end = rolls.entry[second], rolls.leaving[second]
    parts = [(rolls.child[second], kinds, begin, end, rolls.school[second])]
    pupils = np.flatnonzero(rolls.ours & (rolls.leaving < NO_DAY))
    left = pupils[rolls.leaving[pupils] == children.departed[rolls.child[pupils]]]
    for kind, (share, least, most) in DAYS_OUT_OF_SCHOOL.items():
        gone = left[rng.random(len(left)) < share]
        begin = rolls.leaving[gone] + 1
        end = begin + rng.integers(least, most, len(gone))
        parts.append((rolls.child[gone], np.full(len(gone), kind), begin, end, np.full(len(gone), -1)))
    rows = np.flatnonzero(rolls.ours & (rolls.entry > years.first_days[rolls.year] + 20))
    waited = rows[rng.random(len(rows)) < WAITED_SHARE[group[rolls.child[rows], rolls.year[rows]]]]
    begin = rolls.entry[waited] - rng.integers(*WAITED_DAYS, len(waited))
    kinds, nowhere = np.full(len(waited), MISSING), np.full(len(waited), -1)
    parts.append((rolls.child[waited], kinds, begin, rolls.entry[waited] - 1, nowhere))
    rows = np.flatnonzero(rolls.ours & (rolls.leaving == NO_DAY))
    chance = REDUCED_SHARE[group[rolls.child[rows], rolls.year[rows]]]
    reduced = rows[rng.random(len(rows)) < chance]
    begin = years.half_term_first[rolls.year[reduced], 0] + rng.integers(14, 100, len(reduced))
    end = begin + rng.integers(21, 120, len(reduced))
    parts.append((rolls.child[reduced], np.full(len(reduced), REDUCED), begin, end, rolls.school[reduced]))
    child, kind, begin, end, at = (np.concatenate([part[place] for part in parts]) for place in range(5))
    kept = begin <= years.extracted
    child, kind, begin, end, at = (values[kept] for values in (child, kind, begin, end, at))
    end = np.where(end > years.extracted, NO_DAY, end)
    order = np.lexsort((kind, begin, child))
    child, kind, begin, end, at = (values[order] for values in (child, kind, begin, end, at))
    hours = np.select([kind == REDUCED, kind == ALTERNATIVE], [rng.integers(8, 19, len(kind)), 15.0], 0)
    return {
        "pupil_id": ids.take(pa.array(child.astype(np.int32))),
        "kind": chosen(PROVISION_KINDS, kind),
        "start_date": dates(begin),
        "end_date": dates(end),
        "hours_per_week": maybe(hours.astype(float), np.isin(kind, [REDUCED, ALTERNATIVE])),
        "review_date": dates(np.where(kind == HOME, NO_DAY, np.minimum(begin + 42, day(date(2026, 2, 27))))),
        "school_urn": _on(schools.urns, at),
    }


def returns(lives: Lives) -> Columns:
    """Invent what each school reports in its yearly return."""
    years, schools = lives.years, lives.schools
    rng = stream(lives.seed, "school_returns")
    at, index = (places.ravel() for places in np.indices((len(schools), len(years))))
    count = len(at)
    answered = rng.random(count) < 0.94
    grown = np.linspace(0, 1, len(years))[index]
    in_post = rng.random(count) < 0.97
    over = years.first_days[index] + 330
    reported = years.first_days[index] + rng.integers(60, 320, count)
    considered = rng.poisson(np.where(schools.are(Phase.SECONDARY, Phase.ALL_THROUGH)[at], 5.0, 0.6))
    return {
        "school_urn": _on(schools.urns, at),
        "time_period": years.time_periods[index],
        "dt_in_post": maybe(in_post, answered),
        "dt_qualified_teacher": maybe(rng.random(count) < 0.93 + 0.04 * grown, answered & in_post),
        "dt_training_days": maybe(rng.choice([0, 0.5, 1, 1.5, 2, 2.5, 3], count), answered),
        "policy_review_date": dates(np.where(answered, over + rng.integers(0, 400, count), NO_DAY)),
        "governor_report_date": dates(np.where(answered & (reported <= years.extracted), reported, NO_DAY)),
        "exclusion_consultations": maybe(rng.binomial(considered, 0.35 + 0.3 * grown), answered),
        "exclusions_considered": maybe(considered, answered),
    }
