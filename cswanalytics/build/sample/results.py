"""Results at the end of each stage: early years profile, phonics, key stage 2 and key stage 4."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

from cswanalytics.build.sample.draws import Numbers, Truth, ranked, stream
from cswanalytics.build.sample.england import GROUPS, published, targets
from cswanalytics.build.sample.lives import Lives
from cswanalytics.build.sample.rolls import Rolls
from cswanalytics.build.sample.writing import Columns, chosen, maybe

STAGES = {"early_years_profile": 0, "phonics": 1, "key_stage_2": 6, "key_stage_4": 11}
"""The year group at whose end each is taken."""
NOT_HELD = (2019, 2020)
"""Years without profile, phonics and key stage 2, cancelled. Key stage 4 was graded by teachers."""
HAS_RESULT = 0.985
EXPECTED, HIGHER = 100, 110
"""Scaled scores at which the expected and the higher standard begin."""
SUBJECT_NOISE = 0.62
"""How far one subject strays from a child's other two, fitted to the share who reach all three."""
PROGRESS_SPREAD = 1.2
MOST_ATTAINMENT_8 = 90


def invent_results(lives: Lives, rolls: Rolls, ids: pa.Array) -> dict[str, Columns]:
    """Invent the four tables of results: name of the table → its columns. Nothing in the year in progress."""
    children, schools, years, needs = lives.children, lives.schools, lives.years, lives.needs
    ability = stream(lives.seed, "ability").normal(0, 1, len(children)) - 0.30 * children.frailty
    ability -= 0.25 * children.deprivation
    tables = {}
    for name, at_end_of in STAGES.items():
        parts = []
        for index, start in enumerate(years.starts[:-1]):
            if start in NOT_HELD and name != "key_stage_4":
                continue
            rng = stream(lives.seed, f"{name} {start}")
            rows = _sat(rng, lives, rolls, index, at_end_of)
            child, at = rolls.child[rows], rolls.school[rows]
            prone = (
                1.25 * ability[child]
                - np.array([0.0, 1.1, 2.4])[needs.sen[child, index]]
                - 0.45 * needs.free_meals[child, index]
                + schools.attainment[at]
                + rng.normal(0, 0.6, len(rows))
            )
            columns = _COLUMNS[name](rng, prone, lives.group[child, index].astype(np.int64), int(start))
            parts.append((child, at, np.full(len(rows), index), columns))
        if not sum(len(part[0]) for part in parts):
            continue
        child, at, index = (np.concatenate([part[place] for part in parts]) for place in range(3))
        order = np.lexsort((index, child))
        joined = {column: _joined([part[3][column] for part in parts]) for column in parts[0][3]}
        tables[name] = {
            "pupil_id": ids.take(pa.array(child[order])),
            "time_period": years.time_periods[index][order],
            "school_urn": schools.urns.take(pa.array(at[order])),
            # the latest results can still change
            "result_status": chosen(["final", "revised"], (index == len(years) - 2)[order].astype(int)),
            **{column: values.take(pa.array(order)) for column, values in joined.items()},
        }
    return tables


def _joined(arrays: list[NDArray | pa.Array]) -> pa.Array:
    return pa.concat_arrays([array if isinstance(array, pa.Array) else pa.array(array) for array in arrays])


def _sat(rng: np.random.Generator, lives: Lives, rolls: Rolls, index: int, year_group: int) -> NDArray:
    """Give the rows of the rolls, one a child, of those who were there in May and have a result."""
    may = lives.years.half_term_first[index, 4] + 14
    rows = np.flatnonzero(rolls.ours & (rolls.year == index) & (rolls.entry <= may) & (rolls.leaving > may))
    rows = rows[lives.year_group(index)[rolls.child[rows]] == year_group]
    _, first = np.unique(rolls.child[rows], return_index=True)
    rows = rows[first]
    return rows[rng.random(len(rows)) < HAS_RESULT]


def _members(groups: NDArray) -> NDArray:
    return np.bincount(groups, minlength=GROUPS)


def _reach(
    rng: np.random.Generator, prone: Numbers, groups: NDArray, measure: str, start: int, stray: float = 0.0
) -> Truth:
    """Say who reaches a standard: in each group the likeliest, as many as the group's figure asks."""
    share = np.clip(targets(measure, start, _members(groups)), 0, 1)
    place = ranked(rng, prone + stray * rng.normal(0, 1, len(prone)), groups)
    return place >= 1 - share[groups]


def _profile(rng: np.random.Generator, prone: Numbers, groups: NDArray, start: int) -> Columns:
    return {"good_level_of_development": _reach(rng, prone, groups, "gld_pct", start)}


def _phonics(rng: np.random.Generator, prone: Numbers, groups: NDArray, start: int) -> Columns:
    return {"met_standard": _reach(rng, prone, groups, "phonics_pct", start)}


def _key_stage_2(rng: np.random.Generator, prone: Numbers, groups: NDArray, start: int) -> Columns:
    share = {
        subject: np.clip(targets(measure, start, _members(groups)), 0, 1)[groups]
        for subject, measure in (
            ("reading", "ks2_reading_expected_pct"),
            ("writing", "ks2_writing_ta_expected_pct"),
            ("maths", "ks2_maths_expected_pct"),
        )
    }
    place = {
        subject: ranked(rng, prone + SUBJECT_NOISE * rng.normal(0, 1, len(prone)), groups)
        for subject in share
    }
    expected = {subject: place[subject] >= 1 - share[subject] for subject in share}
    all_three = expected["reading"] & expected["writing"] & expected["maths"]
    columns: Columns = {f"{subject}_expected": expected[subject] for subject in expected}
    higher_share = np.clip(targets("ks2_rwm_higher_pct", start, _members(groups)), 0, 1)[groups]
    higher = all_three & (ranked(rng, prone + 2.0 * all_three, groups) >= 1 - higher_share)
    columns |= {"rwm_expected": all_three, "rwm_higher": higher}
    for subject in ("reading", "maths"):
        # a child below the tests' level is not entered, and has no score
        entered = expected[subject] | (place[subject] > 0.25 * (1 - share[subject]))
        scores = _scaled(place[subject], share[subject])
        columns[f"{subject}_score"] = maybe(np.where(higher, np.maximum(scores, HIGHER), scores), entered)
    return columns


def _scaled(place: Numbers, share: Numbers) -> NDArray:
    """Give a scaled score: 100 for the last of the group to reach the standard, 80 to 120 at the ends."""
    above = np.clip((place - 1 + share) / np.maximum(share, 1e-9), 0, 1)
    below = np.clip((1 - share - place) / np.maximum(1 - share, 1e-9), 0, 1)
    reached = place >= 1 - share
    scores = np.where(reached, EXPECTED + 20 * above**1.4, EXPECTED - 1 - 19 * below**1.3)
    return np.clip(np.round(scores), 80, 120).astype(np.int32)


def _key_stage_4(rng: np.random.Generator, prone: Numbers, groups: NDArray, start: int) -> Columns:
    means = targets("ks4_attainment8_avg", start, _members(groups))[groups]
    place = ranked(rng, prone, groups)
    attainment = attainment_8(place, means)
    english_and_maths = prone + 0.35 * rng.normal(0, 1, len(prone))
    share_4, share_5 = (
        np.clip(targets(measure, start, _members(groups)), 0, 1)[groups]
        for measure in ("ks4_engmaths_94_pct", "ks4_engmaths_95_pct")
    )
    in_order = ranked(rng, english_and_maths, groups)
    before = np.round(2 * (104.5 + 3.4 * prone + 2.2 * rng.normal(0, 1, len(prone)))) / 2
    # key stage 2 was cancelled in 2019/20 and 2020/21: those children reach 16 in 2024/25 and 2025/26
    has_before = (rng.random(len(prone)) < 0.94) & (start - 5 not in NOT_HELD)
    progress = np.zeros(len(prone))
    # a year without England's progress score for all pupils is a year without one
    has_progress = has_before & (start in published("ks4_progress8_avg", "all"))
    if has_progress.any():
        average = targets("ks4_progress8_avg", start, _members(groups))[groups]
        ahead = ranked(rng, prone - 0.12 * before + 0.8 * rng.normal(0, 1, len(prone)), groups)
        progress = average + PROGRESS_SPREAD * ndtri(np.clip(ahead, 0.002, 0.998))
    return {
        "attainment8": attainment,
        "engmath_94": in_order >= 1 - share_4,
        "engmath_95": in_order >= 1 - np.minimum(share_5, share_4),
        "ebacc_aps": np.round(np.clip(attainment / 11.3 + 0.35 * rng.normal(0, 1, len(prone)), 0, 9), 1),
        "progress8": maybe(np.round(np.clip(progress, -6, 4), 2), has_progress),
        "ks2_prior_score": maybe(np.clip(before, 80, 120), has_before),
    }


def attainment_8(place: Numbers, mean: Numbers) -> Numbers:
    """Give the Attainment 8 score at `place` (0 to 1) in a group with this mean, to the half point.

    Some children of a low-scoring group take no exams that count; the others' scores are spread as a beta.
    """
    none = np.clip(0.20 - 0.0048 * mean, 0.006, 0.25)
    level = mean / MOST_ATTAINMENT_8 / (1 - none)
    spread = 4.6
    # the inverse of the beta is slow: worked out for each of the few means there are
    values, which = np.unique(level, return_inverse=True)
    grid = (np.arange(256) + 0.5) / 256
    score = np.zeros(len(place))
    within = (place - none) / (1 - none)
    for number, value in enumerate(values):
        rows = which == number
        score[rows] = np.interp(within[rows], grid, betaincinv(value * spread, (1 - value) * spread, grid))
    return np.where(within < 0, 0.0, np.round(2 * MOST_ATTAINMENT_8 * score) / 2)


_COLUMNS = {
    "early_years_profile": _profile,
    "phonics": _phonics,
    "key_stage_2": _key_stage_2,
    "key_stage_4": _key_stage_4,
}
