"""What England looks like, and what is assumed where England publishes nothing.

Published figures come from `definitions/national.csv` (Department for Education, Open Government Licence
v3.0). Assumed ones say so. Shares (absence, suspended once, standards met) are worked with from 0 to 1, and
suspensions as events a pupil.
"""

import csv
import functools
from importlib import resources

import numpy as np

PEERS, CLA, CPPO, CINO, UNDER_1, UNDER_3, UNDER_6 = range(7)
"""The groups drawn apart: peers, the current ones, and those whose case closed 0–1, 1–3, 3–6 years ago."""
GROUPS = 7

PUBLISHED_GROUPS = {
    "all": ("All pupils", "All pupils comparison"),
    CLA: ("CLA 12 months at 31 March", "CLA 12 months at 31 March (LAIT, later vintage)", "CLA at 31 March"),
    CPPO: ("CPPO at 31 March",),
    CINO: ("CINO at 31 March (LAIT, later vintage)", "CINO at 31 March"),
}
"""The names under which the department publishes each group, the better source first."""

NEARNESS = {UNDER_1: 0.66, UNDER_3: 0.46, UNDER_6: 0.32}
"""Assumed: where those who had a social worker stand, from all pupils (0) to children in need (1).

The department publishes none of them; its review of children in need (2019) found that outcomes stay low for
years after the case closes.
"""

PER_CENT = 100.0
_UNITS = {"ks4_attainment8_avg": 1.0, "ks4_progress8_avg": 1.0}

ASSUMED: dict[str, dict[object, dict[int, float]]] = {
    # Not in national.csv. All pupils: about what the department publishes. Children in need: none published.
    "gld_pct": {
        "all": {2018: 71.8, 2021: 65.2, 2022: 67.2, 2023: 67.7, 2024: 68.3},
        CLA: {2021: 40, 2024: 42},
        CPPO: {2021: 38, 2024: 40},
        CINO: {2021: 36, 2024: 38},
    },
    "phonics_pct": {
        "all": {2018: 81.8, 2021: 75.5, 2022: 78.9, 2023: 80.2, 2024: 80.0},
        CLA: {2021: 56, 2024: 60},
        CPPO: {2021: 52, 2024: 56},
        CINO: {2021: 49, 2024: 53},
    },
    "ks2_reading_expected_pct": {"all": {2018: 73, 2021: 75, 2022: 73, 2023: 74, 2024: 75}},
    "ks2_writing_ta_expected_pct": {"all": {2018: 78, 2021: 69, 2022: 71, 2023: 72, 2024: 72}},
    "ks2_maths_expected_pct": {"all": {2018: 79, 2021: 71, 2022: 73, 2023: 73, 2024: 74}},
    "ks2_rwm_higher_pct": {
        "all": {2018: 10.6, 2021: 7.2, 2022: 8.0, 2023: 7.7, 2024: 8.4},
        CLA: {2021: 2.0},
        CPPO: {2021: 1.5},
        CINO: {2021: 1.8},
    },
    "unauthorised_absence_rate_pct": {
        "all": {2018: 1.4, 2020: 1.3, 2021: 2.1, 2022: 2.4, 2023: 2.4, 2024: 2.3},
    },
    # Published to 2020/21 only: carried on as the rate for children in need went on.
    "one_plus_suspension_rate_pct": {CPPO: {2021: 14.4, 2022: 16.6, 2023: 17.4}},
    "permanent_exclusion_rate_pct": {
        CPPO: {2021: 0.9, 2022: 1.2, 2023: 1.3},
        CLA: {2021: 0.05, 2022: 0.06, 2023: 0.07},
    },
}

LOCAL_HISTORY: dict[str, dict[int, tuple[float, float]]] = {
    "severe_absence_pct": {
        2019: (1.1, 1.25), 2020: (1.1, 1.3), 2021: (1.32, 1.9),
        2022: (1.2, 1.6), 2023: (1.08, 1.3), 2025: (0.97, 0.92),
    },
    "overall_absence_rate_pct": {
        2021: (1.04, 1.2), 2022: (1.03, 1.15), 2023: (1.02, 1.08), 2025: (0.98, 0.98),
    },
    "persistent_absence_pct": {2025: (0.97, 0.98)},
}  # fmt: skip
"""Sampleshire's own story: multiples of England's figures for all pupils, and for those with a social worker.

Severe absence was far above England's after the pandemic, and has come down to it; the rest follows England.
"""


@functools.cache
def _series() -> dict[tuple[str, str], dict[int, float]]:
    """Give England's figures by measure and published group: start of the year → value."""
    series: dict[tuple[str, str], dict[int, float]] = {}
    text = resources.files("cswanalytics").joinpath("definitions/national.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        # the news article's rounded figures stand beside the department's own
        if row["source"].startswith("communitycare"):
            continue
        try:
            value = float(row["value"])
        except ValueError:
            continue
        series.setdefault((row["measure"], row["social_care_group"]), {})[int(row["academic_year"][:4])] = (
            value
        )
    return series


def published(measure: str, group: object) -> dict[int, float]:
    """Give what England published of a measure for a group: start of the year → value, in published units."""
    years: dict[int, float] = {}
    for name in reversed(PUBLISHED_GROUPS.get(group, ())):
        years |= _series().get((measure, name), {})
    return years


def figure(measure: str, group: object, start: int) -> float | None:
    """Give a group's figure in the year that begins in `start`, or in the nearest that has one; None if none.

    A share is given from 0 to 1. Years without a figure during the pandemic take the nearer of the years
    around.
    """
    years = published(measure, group) | ASSUMED.get(measure, {}).get(group, {})
    if not years:
        return None
    nearest = min(years, key=lambda year: (abs(year - start), year))
    return years[nearest] / _UNITS.get(measure, PER_CENT)


def targets(measure: str, start: int, members: np.ndarray) -> np.ndarray:
    """Give the figure for each of the seven groups, such that all pupils together come out at England's.

    `members` holds the number of pupils in each group: peers' figure follows from it.
    """
    everyone = figure(measure, "all", start)
    in_need = figure(measure, CINO, start)
    if everyone is None or in_need is None:
        raise KeyError(measure)
    known = np.array([np.nan, *(figure(measure, group, start) for group in (CLA, CPPO, CINO))], dtype=float)
    past = [everyone + nearness * (in_need - everyone) for nearness in NEARNESS.values()]
    values = np.r_[known, past] * 1.0
    of_all, of_cwsw = LOCAL_HISTORY.get(measure, {}).get(start, (1.0, 1.0))
    everyone *= of_all
    values[1:] *= of_cwsw
    total = members.sum()
    if members[PEERS]:
        values[PEERS] = (everyone * total - (values[1:] * members[1:]).sum()) / members[PEERS]
    # a handful of peers cannot make up for many others: they are then like all pupils
    if not members[PEERS] or members[PEERS] < total / 2:
        values[PEERS] = everyone
    return values
