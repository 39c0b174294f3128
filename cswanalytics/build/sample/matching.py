"""The match of social care records to school rolls: mostly found, else mostly explained."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cswanalytics.build.sample.children import AT_HOME
from cswanalytics.build.sample.draws import Truth, Whole, stream
from cswanalytics.build.sample.lives import Lives
from cswanalytics.build.sample.opaque import identifiers
from cswanalytics.build.sample.rolls import Rolls
from cswanalytics.build.sample.social_care import CIN, CLOSE_REASONS, LEGAL_STATUSES, NEEDS, TYPES, Episodes
from cswanalytics.build.sample.terms import NO_DAY
from cswanalytics.build.sample.writing import Columns, chosen, dates

STATUSES = ("matched", "educated elsewhere", "not of school age", "home educated", "unexplained")
MATCHED, EDUCATED_ELSEWHERE, NOT_OF_SCHOOL_AGE, HOME_EDUCATED, UNEXPLAINED = range(5)
UNEXPLAINED_SHARE = 0.025
"""Assumed: well under the tenth at which nothing can be said."""
TWO_PEOPLE_SHARE = 0.004
"""Assumed: children whom social care holds as two people, since a second referral opened a second record."""


@dataclass(frozen=True)
class Match:
    """How each episode is matched; `has_pupil` says whether its row carries the child's pupil_id."""

    status: Whole
    has_pupil: Truth
    second_record: Truth


def match(lives: Lives, rolls: Rolls) -> Match:
    """Match the episodes to the rolls, as a data team does: each as the child stood when it was open."""
    children, years, episodes = lives.children, lives.years, lives.episodes
    rng = stream(lives.seed, "matching")
    enrolled: Truth = np.zeros((len(children), len(years)), dtype=bool)
    own = rolls.child < len(children)
    enrolled[rolls.child[own], rolls.year[own]] = True
    ever = np.flatnonzero(enrolled.any(axis=1))
    was_enrolled = np.isin(lives.episodes.child, ever)
    child = episodes.child
    age = children.year_group(int(years.starts[-1]))[child]
    # children not yet at school, and those who had left it before the first year here
    young_or_grown = (age < 0) | (children.year_group(int(years.starts[0]))[child] > 13)
    status = np.where(children.ours[child] == AT_HOME, HOME_EDUCATED, EDUCATED_ELSEWHERE)
    status = np.where(young_or_grown, NOT_OF_SCHOOL_AGE, status)
    status = np.where(was_enrolled, MATCHED, status)
    # an episode open in a year before the child was on a roll was matched when they came to school
    too_young = np.zeros(len(episodes), dtype=bool)
    for index in range(len(years)):
        inside = (episodes.start <= years.last_days[index]) & (episodes.end > years.first_days[index])
        too_young |= inside & ~enrolled[child, index]
    status = np.where(was_enrolled & too_young, NOT_OF_SCHOOL_AGE, status)
    people = np.unique(child[was_enrolled & ~np.isin(child, child[too_young])])
    lost = rng.permutation(people)[: round(UNEXPLAINED_SHARE * len(people))]
    status = np.where(np.isin(child, lost), UNEXPLAINED, status)
    has_pupil = was_enrolled & (status != UNEXPLAINED)
    return Match(status.astype(np.int32), has_pupil, _second_records(rng, episodes, has_pupil))


def _second_records(rng: np.random.Generator, episodes: Episodes, has_pupil: Truth) -> Truth:
    """Choose later spells of a few children, one at least where any has two: known as someone else."""
    later = (episodes.spell_number > 0) & has_pupil
    earlier = np.isin(episodes.child, episodes.child[(episodes.spell_number == 0) & has_pupil])
    candidates = np.unique(episodes.child[later & earlier])
    if not len(candidates):
        return np.zeros(len(episodes), dtype=bool)
    number = max(1, round(TWO_PEOPLE_SHARE * len(np.unique(episodes.child[has_pupil]))))
    return later & np.isin(episodes.child, rng.permutation(candidates)[:number])


def social_care_table(lives: Lives, found: Match, ids: pa.Array) -> Columns:
    """Give the columns of `social_care_episodes`, with a referral on the very day of the extract."""
    children, episodes, years = lives.children, lives.episodes, lives.years
    people = identifiers(lives.seed, "social care person", 2 * len(children) + 1)
    person = episodes.child + len(children) * found.second_record
    return {
        "episode_id": identifiers(lives.seed, "episode", len(episodes) + 1),
        "person_id": people.take(pa.array(np.r_[person, 2 * len(children)])),
        "pupil_id": chosen(ids, np.where(np.r_[found.has_pupil, False], np.r_[episodes.child, 0], -1)),
        "match_status": chosen(STATUSES, np.r_[found.status, NOT_OF_SCHOOL_AGE]),
        "episode_type": chosen(TYPES, np.r_[episodes.kind, CIN]),
        "start_date": dates(np.r_[episodes.start, years.extracted]),
        "end_date": dates(np.r_[episodes.end, NO_DAY]),
        "close_reason": chosen(CLOSE_REASONS, np.r_[episodes.close_reason, -1]),
        "primary_need_code": chosen(NEEDS, np.r_[episodes.need, 0]),
        "legal_status": chosen(LEGAL_STATUSES, np.r_[episodes.legal_status, -1]),
    }
