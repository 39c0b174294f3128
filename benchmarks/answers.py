"""What an answer costs beside DuckDB's own planning of the statement behind it, beside pandas and polars.

Each question is planned (DuckDB's `explain`, with the same parameters, on the same database), answered, and
answered with pandas and with polars from the same release, in turn, so that a machine that speeds up or slows
down does so for all. Every figure is a wall time. Nothing is kept between two answers.

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
import polars as pl

from benchmarks.figures import Figure, spread, table
from benchmarks.invented import released
from cswanalytics import release
from cswanalytics.access import Actor
from cswanalytics.answers import CELL_PARTS, SIDES, Question
from cswanalytics.catalogue import Measure
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


KEYS = ["time_period", "school_urn", "breakdown_item"]
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
    file = release.open_current(releases).table("cells")
    cells, in_polars = pd.read_parquet(file), pl.read_parquet(file)
    ways: dict[str, Callable[[Question], object]] = {
        "planning": gateway.plan,
        "answer": gateway.answer,
        "pandas": lambda question: with_pandas(cells, question, gateway),
        "polars": lambda question: with_polars(in_polars, question, gateway),
    }
    taken: dict[str, dict[str, list[float]]] = {name: {way: [] for way in ways} for name in QUESTIONS}
    for question in QUESTIONS.values():
        for frame in (with_pandas(cells, question, gateway), with_polars(in_polars, question, gateway)):
            agree(gateway, question, frame)  # and once unmeasured
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
    for other in ("pandas", "polars"):
        beside = statistics.median(of["answer"] / of[other] for of in middle.values())
        yield Figure(f"median over the questions: an answer beside {other}", f"{beside:.2f} ×")


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
    keys = {key: wide[key].to_numpy() for key in KEYS}
    return pd.DataFrame({**keys, **side_by_side(found, question, measure_of(question, gateway))})


def with_polars(cells: pl.DataFrame, question: Question, gateway: ReleaseGateway) -> pd.DataFrame:
    """Answer a question from the release's cells with polars: the figures of both sides, by row."""
    groups = groups_needed(question)
    wide = (
        cells.lazy()
        .filter(
            (pl.col("measure") == question.measure)
            & (pl.col("geographic_level") == question.level.value)
            & (pl.col("breakdown") == question.breakdown)
            & (pl.col("time_identifier") == question.time_identifier)
            & pl.col("social_care_group").is_in([group.value for group in groups])
        )
        .group_by(pl.col("time_period"), pl.col("school_urn").fill_null(""), pl.col("breakdown_item"))
        .agg(
            pl.col(part)
            .filter(pl.col("social_care_group") == group.value)
            .first()
            .alias(f"{group.value}_{part}")
            for group in groups
            for part in CELL_PARTS
        )
        .collect()
    )
    found = {
        name: (
            wide[name].fill_null("") if name.endswith("_symbol") else wide[name].cast(pl.Float64)
        ).to_numpy()
        for name in wide.columns
        if name not in KEYS
    }
    keys = {key: wide[key].to_numpy() for key in KEYS}
    return pd.DataFrame({**keys, **side_by_side(found, question, measure_of(question, gateway))})


def measure_of(question: Question, gateway: ReleaseGateway) -> Measure:
    """Give the measure a question is about."""
    return next(measure for measure in gateway.measures() if measure.id == question.measure)


def agree(gateway: ReleaseGateway, question: Question, other: pd.DataFrame) -> None:
    """See that the gateway answers as another way did. AssertionError if not."""
    numbers = [f"{side}_{part}" for side in SIDES for part in CELL_PARTS if part != "symbol"]
    one = gateway.answer(question).rows.sort_values(KEYS)[numbers].to_numpy(dtype=float)
    np.testing.assert_allclose(one, other.sort_values(KEYS)[numbers].to_numpy(dtype=float))


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
