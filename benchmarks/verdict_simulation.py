"""How often the verdict rules are wrong, and how often they see what is there: of pupils, and of sessions.

The seed is fixed. Every line of it: `python -m benchmarks.verdict_simulation`.

Two years of an invented authority: 2,500 children with a social worker and 40,000 peers. Each year the true
rate of the former drifts by a normal step of the given size, in points, that means nothing.

* **Persistent absence**, a proportion: 46 and 18 in a hundred; counts are binomial, then rounded at random to
  one of the two multiples of 5 beside them. Declared: drift 1.0, least change 1.0.
* **Overall absence**, a share of sessions: 17 and 7 in a hundred. How much a child misses is drawn from a
  beta distribution, so that children differ as they do (a standard deviation of 19 points), of 200 to 380
  sessions each. The build's own code makes the share, its spread between pupils, and coarsens both. Peers'
  share is drawn from the normal distribution of a mean of 40,000. Declared: drift 0.3, least change 0.5.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from benchmarks.figures import Figure
from cswanalytics import catalogue
from cswanalytics.answers import ANSWER_COLUMNS, SIDES, Answer, Question
from cswanalytics.build.coarsening import GRAINS, coarsen, exact_values, two_significant
from cswanalytics.catalogue import Measure
from cswanalytics.inference import Verdict, change, gaps
from cswanalytics.inference.intervals import around, difference, wilson

SEED = 20261103
RUNS = 2000
MEASURES = catalogue.load().measures
PUPILS = {"cwsw": 2500, "peers": 40000}
YEARS = (202324, 202425)
HOLD_THE_TRUTH = (0.93, 0.97)
"""How often an interval is to hold the truth, at the least and at the most."""
BETWEEN_PEERS = 9.0
"""Assumed: standard deviation, in points, of the share that a pupil among the peers misses."""
CONCENTRATION = 3.0
"""Of the beta distribution of what a child misses: smaller is wider."""
SESSIONS = 200, 380

Cells = Callable[[np.random.Generator, np.ndarray], dict[str, np.ndarray]]
"""Draws one year of both groups: their released figures, one for each true rate of CWSW (0 to 1)."""


@dataclass(frozen=True)
class Tried:
    """A measure to be tried: CWSW's rate in a hundred, how a year is drawn, and which drifts and falls."""

    measure: Measure
    rate: float
    cells: Cells
    drifts: tuple[float, ...]
    falls: tuple[float, ...]


def pupils_counted(draw: np.random.Generator, rates: np.ndarray) -> dict[str, np.ndarray]:
    """Draw pupils with the outcome, rounded at random to a multiple of 5."""
    found = {}
    for side, rate in (("cwsw", rates), ("peers", np.full(len(rates), 0.18))):
        below, over = np.divmod(draw.binomial(PUPILS[side], rate), 5)
        found[f"{side}_count"] = 5.0 * (below + (draw.random(len(rates)) < over / 5))
    return found


def sessions_shared(draw: np.random.Generator, rates: np.ndarray) -> dict[str, np.ndarray]:
    """Draw every child's sessions, and give the share and spread that a release would hold."""
    one = MEASURES["overall_absence"]
    cwsw = released_share(draw, rates, PUPILS["cwsw"])
    error = BETWEEN_PEERS / np.sqrt(PUPILS["peers"])
    return {
        "cwsw_value": cwsw["value"],
        "cwsw_spread": cwsw["spread"],
        "peers_value": np.round(draw.normal(7.0, error, len(rates)), 1),
        "peers_spread": two_significant(np.full(len(rates), error * one.unit.scale / 100)),
    }


def released_share(draw: np.random.Generator, rates: np.ndarray, pupils: int) -> dict[str, np.ndarray]:
    """Give the coarsened share of sessions missed, and its spread, of so many children at each true rate."""
    of = "overall_absence"
    wide = (len(rates), pupils)
    possible = draw.integers(*SESSIONS, wide).astype(float)
    a, b = CONCENTRATION * rates[:, None], CONCENTRATION * (1 - rates[:, None])
    missed = np.round(possible * draw.beta(a, b, wide))
    sums = pd.DataFrame(
        {
            f"{of}_top": missed.sum(axis=1),
            f"{of}_top_squared": (missed**2).sum(axis=1),
            f"{of}_bottom": possible.sum(axis=1),
            f"{of}_bottom_squared": (possible**2).sum(axis=1),
            f"{of}_crossed": (missed * possible).sum(axis=1),
        }
    )
    number = pd.Series(float(pupils), index=sums.index)
    values = coarsen(exact_values(sums, MEASURES[of], number), number)
    return {"value": values.value, "spread": values.spread}


TRIED = (
    Tried(
        MEASURES["persistent_absence"], 46.0, pupils_counted,
        (0.0, 0.5, 1.0, 1.5), (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0),
    ),
    Tried(
        MEASURES["overall_absence"], 17.0, sessions_shared,
        (0.0, 0.15, 0.3, 0.45, 0.5, 1.0, 1.5), (0.5, 1.0, 1.5, 2.0, 3.0),
    ),
)  # fmt: skip


def invented(tried: Tried, draw: np.random.Generator, drift: float, fall: float, runs: int) -> pd.DataFrame:
    """Invent two years `runs` times, each an item of a breakdown; `drift` and `fall` in points of CWSW."""
    years = []
    for year in YEARS:
        fallen = fall if year == YEARS[1] else 0.0
        rates = (tried.rate - fallen + draw.normal(0, drift, runs)) / 100
        rows: dict[str, object] = dict.fromkeys(ANSWER_COLUMNS, np.nan)
        rows |= {"time_period": year, "time_identifier": "Academic year", "school_urn": "", "cannot_say": ""}
        rows |= {"breakdown": "run", "breakdown_item": [str(run) for run in range(runs)]}
        rows |= {f"{side}_symbol": "" for side in SIDES}
        rows |= {f"{side}_pupils": float(PUPILS[side]) for side in SIDES}
        years.append(pd.DataFrame({**rows, **tried.cells(draw, rates)}, columns=list(ANSWER_COLUMNS)))
    return pd.concat(years, ignore_index=True)


def verdict_rates(
    tried: Tried, drift: float, fall: float, declared: float | None = None, runs: int = RUNS
) -> dict[Verdict, float]:
    """Give the share of runs that end in each verdict."""
    draw = np.random.default_rng([SEED, round(100 * drift), round(100 * fall)])
    measure = tried.measure if declared is None else replace(tried.measure, drift=declared)
    rows = invented(tried, draw, drift, fall, runs)
    worked = gaps(Answer(Question(measure.id), measure, rows, base=5))
    found = [change(worked, str(run)).verdict for run in range(runs)]
    return {verdict: found.count(verdict) / runs for verdict in Verdict}


def coverage(rate: float, other: float, pupils: int, others: int, runs: int = 200_000) -> float:
    """Give how often the interval of a gap of proportions holds the true gap."""
    draw = np.random.default_rng([SEED, round(1000 * rate), pupils])
    one, two = draw.binomial(pupils, rate, runs), draw.binomial(others, other, runs)
    gap = difference(wilson(one, np.full(runs, pupils)), wilson(two, np.full(runs, others)))
    return float(((gap.low <= rate - other) & (rate - other <= gap.high)).mean())


def coverage_of_shares(rate: float, pupils: int, runs: int = RUNS) -> float:
    """Give how often the interval of a share of sessions, as released, holds the true share.

    With what coarsening leaves open, as on every page.
    """
    draw = np.random.default_rng([SEED, round(1000 * rate), pupils])
    share = released_share(draw, np.full(runs, rate), pupils)
    half = next(grain for fewest, grain in GRAINS if pupils >= fewest) / 2
    limits = around(share["value"], share["spread"], np.full(runs, float(pupils)))
    return float(((limits.low - half <= 100 * rate) & (100 * rate <= limits.high + half)).mean())


GAPS = (
    (0.46, 0.18, 2500, 40000), (0.46, 0.18, 100, 1000), (0.46, 0.18, 12, 200),
    (0.09, 0.02, 2500, 40000), (0.09, 0.02, 100, 1000), (0.02, 0.01, 200, 4000),
)  # fmt: skip
"""Rates of two groups and their numbers, of which the interval of the gap is tried."""

SHARES = ((0.17, 2500), (0.17, 1000), (0.17, 300), (0.17, 100), (0.17, 40), (0.07, 1000))
"""Shares of sessions missed, and of how many pupils, of which the interval is tried."""

MOST_FALSE = 0.05
"""A verdict rests on an interval that holds 19 times in 20."""


def measured() -> Iterator[Figure]:
    """Give how often a verdict is false at the declared drift, what fall is seen, and what intervals hold."""
    for tried in TRIED:
        name, drift = tried.measure.title, tried.measure.drift
        rates = verdict_rates(tried, drift, 0.0)
        false = rates[Verdict.NARROWED] + rates[Verdict.WIDENED]
        yield Figure(
            f"{name}: a verdict where nothing real changed", f"{false:.1%} of {RUNS:,} runs",
            f"at most {MOST_FALSE:.0%}", false <= MOST_FALSE,
            f"the true drift is as declared, {drift} points",
        )  # fmt: skip
        seen = (f"{fall}: {verdict_rates(tried, drift, fall)[Verdict.NARROWED]:.0%}" for fall in tried.falls)
        yield Figure(f"{name}: a real fall seen, by its points", ", ".join(seen))
    yield _covered("a gap of proportions", [coverage(*entry) for entry in GAPS])
    yield _covered("a share of sessions", [coverage_of_shares(*entry) for entry in SHARES])


def _covered(what: str, found: list[float]) -> Figure:
    least, most = HOLD_THE_TRUTH
    return Figure(
        f"95 % interval of {what} holds the truth",
        f"{min(found):.1%} to {max(found):.1%} of the times, over {len(found)} sizes of group",
        f"{least:.0%} to {most:.0%}", least <= min(found) and max(found) <= most,
    )  # fmt: skip


def main() -> None:
    print(f"Seed {SEED}, {RUNS} runs a line.")
    for tried in TRIED:
        own = tried.measure.drift
        print(f"\n## {tried.measure.title}: nothing real changed\n")
        print("| true drift, points a year | declared drift | narrowed | widened | either |")
        print("|---|---|---|---|---|")
        for declared in (own, 0.0):
            for drift in tried.drifts:
                rates = verdict_rates(tried, drift, 0.0, declared=declared)
                narrowed, widened = rates[Verdict.NARROWED], rates[Verdict.WIDENED]
                print(f"| {drift} | {declared} | {narrowed:.1%} | {widened:.1%} | {narrowed + widened:.1%} |")
        print(f"\n## {tried.measure.title}: a real fall in the gap, drift {own}\n")
        print("| real fall, points | called narrowed | called widened |")
        print("|---|---|---|")
        for fall in tried.falls:
            rates = verdict_rates(tried, own, fall)
            print(f"| {fall} | {rates[Verdict.NARROWED]:.1%} | {rates[Verdict.WIDENED]:.1%} |")
    print("\n## Coverage of the 95 % interval of a gap of proportions, exact counts\n")
    print("| rates | pupils | holds the truth |")
    print("|---|---|---|")
    for rate, other, pupils, others in GAPS:
        print(f"| {rate} and {other} | {pupils} and {others} | {coverage(rate, other, pupils, others):.1%} |")
    print("\n## Coverage of the 95 % interval of a share of sessions, as released\n")
    print("| share | pupils | holds the truth |")
    print("|---|---|---|")
    for rate, pupils in SHARES:
        print(f"| {rate} | {pupils} | {coverage_of_shares(rate, pupils):.1%} |")


if __name__ == "__main__":
    main()
