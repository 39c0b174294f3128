"""What an answer costs beside DuckDB's own planning of the statement behind it, and beside pandas.

Each question is planned (DuckDB's `explain`, with the same parameters, on the same database), answered, and
answered with pandas from the same release, in turn, so that a machine that speeds up or slows down does so
for all. Every figure is a wall time. Nothing is kept between two answers.

    python -m benchmarks.answers [--releases FOLDER] [--pupils 150000] [--rounds 40]
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.figures import Figure, spread, table
from benchmarks.invented import released
from cswanalytics import release
from cswanalytics.access import Actor
from cswanalytics.answers import CELL_PARTS, SIDES, Question
from cswanalytics.gateway import ReleaseGateway, open_gateway
from cswanalytics.sides import groups_needed, side_by_side
from cswanalytics.vocabulary import ComparedWith, Level, Role, Who

QUESTIONS = {
    "a proportion, every year": Question("persistent_absence"),
    "a share of sessions, every year": Question("overall_absence"),
    "a score, one group": Question("attainment_8", who=Who.CINO),
    "without looked-after children": Question("persistent_absence", who=Who.WITHOUT_CLA),
    "beside all pupils": Question("suspended_once_or_more", compared_with=ComparedWith.ALL_PUPILS),
    "by phase": Question("persistent_absence", breakdown="education_phase"),
    "by need and free school meals": Question("persistent_absence", breakdown="sen_provision×fsm_eligible"),
    "every school, every year": Question("suspended_once_or_more", level=Level.SCHOOL),
}


TIMES_PLANNING = 1.5


def measured(releases: Path | None = None, pupils: int = 150_000, rounds: int = 40) -> Iterator[Figure]:
    """Plan every question, have it answered, and answer it with pandas, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        schools = max(4, pupils * 400 // 150_000)
        yield from figures(releases or released(Path(folder), pupils, schools), rounds)


def figures(releases: Path, rounds: int) -> Iterator[Figure]:
    """Give each question's times, and the median over the questions beside its target."""
    began = time.perf_counter()
    gateway = open_gateway(releases, Actor(Role.VIRTUAL_SCHOOL_HEAD))
    opening = time.perf_counter() - began
    cells = pd.read_parquet(release.open_current(releases).table("cells"))
    ways: dict[str, Callable[[Question], object]] = {
        "planning": gateway.plan,
        "answer": gateway.answer,
        "pandas": lambda question: with_pandas(cells, question, gateway),
    }
    taken: dict[str, dict[str, list[float]]] = {name: {way: [] for way in ways} for name in QUESTIONS}
    for question in QUESTIONS.values():
        agree(gateway, cells, question)  # and once unmeasured
    for _ in range(rounds):
        for name, question in QUESTIONS.items():
            for way, work in ways.items():
                taken[name][way].append(1000 * timed(lambda asked=question, work=work: work(asked)))
    middle = {
        name: {way: statistics.median(found) for way, found in of.items()} for name, of in taken.items()
    }
    yield Figure("opening and verifying the release", f"{opening:.2f} s, {len(cells):,} cells", note="once")
    for name, of in taken.items():
        said = "; ".join(f"{way} {spread(found, 'ms')}" for way, found in of.items())
        yield Figure(name, f"{middle[name]['answer'] / middle[name]['planning']:.1f} × planning; {said}")
    times = statistics.median(of["answer"] / of["planning"] for of in middle.values())
    yield Figure(
        "median over the questions: an answer beside its planning", f"{times:.2f} ×",
        f"at most {TIMES_PLANNING} ×", times <= TIMES_PLANNING,
    )  # fmt: skip
    beside = statistics.median(of["answer"] / of["pandas"] for of in middle.values())
    yield Figure("median over the questions: an answer beside pandas", f"{beside:.2f} ×")


def with_pandas(cells: pd.DataFrame, question: Question, gateway: ReleaseGateway) -> pd.DataFrame:
    """Answer a question from the release's cells with pandas: the figures of both sides, by row."""
    groups = groups_needed(question)
    rows = cells[
        (cells["measure"] == question.measure)
        & (cells["geographic_level"] == question.level.value)
        & (cells["breakdown"] == question.breakdown)
        & (cells["time_identifier"] == question.time_identifier)
        & cells["social_care_group"].isin([group.value for group in groups])
    ].assign(
        symbol=lambda found: found["symbol"].fillna(""),
        school_urn=lambda found: found["school_urn"].fillna(""),
    )
    wide = rows.pivot(
        index=["time_period", "school_urn", "breakdown_item"],
        columns="social_care_group",
        values=list(CELL_PARTS),
    ).reset_index()
    found = {
        f"{group.value}_{part}": wide[part][group.value].to_numpy(
            dtype=object if part == "symbol" else float, na_value=np.nan
        )
        for group in groups
        for part in CELL_PARTS
    }
    measure = next(measure for measure in gateway.measures() if measure.id == question.measure)
    keys = {key: wide[key].to_numpy() for key in ("time_period", "school_urn", "breakdown_item")}
    return pd.DataFrame({**keys, **side_by_side(found, question, measure)})


def agree(gateway: ReleaseGateway, cells: pd.DataFrame, question: Question) -> None:
    """See that pandas and the gateway answer the same. AssertionError if not."""
    keys = ["time_period", "school_urn", "breakdown_item"]
    numbers = [f"{side}_{part}" for side in SIDES for part in CELL_PARTS if part != "symbol"]
    one = gateway.answer(question).rows.sort_values(keys)[numbers].to_numpy(dtype=float)
    other = with_pandas(cells, question, gateway).sort_values(keys)[numbers].to_numpy(dtype=float)
    np.testing.assert_allclose(one, other)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--releases", type=Path, help="releases built before; built anew by default")
    parser.add_argument("--pupils", type=int, default=150_000)
    parser.add_argument("--rounds", type=int, default=40)
    chosen = parser.parse_args()
    print(table(measured(chosen.releases, chosen.pupils, chosen.rounds)))


if __name__ == "__main__":
    main()
