"""What to tell the board: the answer, five lines with the worst first, and the grid of all outcomes."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import pandas as pd

from cswanalytics.aims import Course, Status
from cswanalytics.catalogue import Measure, Unit
from cswanalytics.inference import Change, Gaps, State, Verdict
from cswanalytics.show import aims_words, words
from cswanalytics.show.figures import NB, NO_FIGURE, amount, in_unit, outward
from cswanalytics.show.five_years import five_years
from cswanalytics.show.palette import Palette
from cswanalytics.show.row_words import gap_and_interval, instead_of, row_of
from cswanalytics.show.rows import in_order, theme_of
from cswanalytics.show.tables import figures
from cswanalytics.vocabulary import TOTAL, Who, year_label

Results = Mapping[str, tuple[Gaps, Change]]

LINES = 5
NAMED_AT_MOST = 2
DATA_TO = "Data to"
ORDER = "Worst first: what widened, then what is off the course of its aim, then the widest gap on its scale."


def courses_by_measure(courses: Sequence[Course]) -> dict[str, Course]:
    """Give the course of the aim on all children with a social worker, by measure."""
    return {course.aim.measure: course for course in courses if course.aim.who is Who.CWSW}


def answer(results: Results) -> str:
    """Say in two or three sentences what has changed, and where nothing has, how much would have shown."""
    judged = [change for _, change in results.values() if change.verdict is not Verdict.CANNOT_SAY]
    if not judged:
        return "Whether any gap has changed cannot be said yet."
    narrowed = [change for change in judged if change.verdict is Verdict.NARROWED]
    widened = [change for change in judged if change.verdict is Verdict.WIDENED]
    still = [change for change in judged if change.verdict is Verdict.NO_CLEAR_CHANGE]
    sentences = []
    if 2 * len(still) > len(judged):
        how_many = (
            "No gap shows a clear change" if len(still) == len(judged) else "Most gaps show no clear change"
        )
        sentences.append(f"{how_many}{_would_have_shown(still)}.")
    for verb, changes in (("narrowed", narrowed), ("widened", widened)):
        if changes:
            sentences.append(_named(changes, verb))
    return " ".join(sentences)


def lines(results: Results, courses: Mapping[str, Course], item: str = TOTAL) -> list[str]:
    """Give at most five lines in Markdown, worst first; a gap that narrowed has the last, where one did.

    Worst is what widened, then what is off the course of its aim, then the widest gap as a part of its scale.
    """
    shown = [
        (gaps, change, row)
        for gaps, change in results.values()
        if (row := _row(gaps, change, item)) is not None and not math.isnan(row["gap"])
    ]
    ordered = sorted(shown, key=lambda entry: _badness(entry, courses))
    kept = ordered[:LINES]
    good = [entry for entry in ordered if entry[1].verdict is Verdict.NARROWED]
    if good and not any(entry[1].verdict is Verdict.NARROWED for entry in kept):
        kept = [*kept[: LINES - 1], good[-1]]
    return [_line(gaps, change, row, courses.get(gaps.measure.id)) for gaps, change, row in kept]


def grid(
    results: Results,
    year: int,
    courses: Mapping[str, Course],
    data_dates: Mapping[str, date],
    link: Callable[[Measure], str],
    palette: Palette,
    item: str = TOTAL,
) -> pd.DataFrame:
    """Give a row for each measure, under a row for each theme.

    A last column says to which day each one's data run, unless all run to the same.
    """
    since = _usual(change.baseline_year for _, change in results.values())
    records: list[tuple[str, ...]] = []
    theme = ""
    for measure in in_order(gaps.measure for gaps, _ in results.values()):
        gaps, change = results[measure.id]
        if theme_of(measure) != theme:
            theme = theme_of(measure)
            records.append((f"**{theme}**", *[""] * 7))
        row = row_of(gaps, year, item)
        cwsw, peers, behind = figures(gaps, row)
        shown = row is not None and not instead_of(gaps, row)
        dots = five_years(gaps, year, item).markdown(palette) if shown else ""
        course = courses.get(measure.id)
        records.append(
            (
                link(measure),
                cwsw,
                peers,
                f"**{in_unit(row['gap'], measure)}**"
                if shown and row is not None and _whole(row)
                else behind,
                dots,
                _verdict(change, since) if shown else NO_FIGURE,
                aims_words.status(course.status) if course else NO_FIGURE,
                _short_day(data_dates.get(measure.needs[0]) if measure.needs else None),
            )
        )
    heads = ["Outcome", "CWSW", "Peers", "Behind", "Five years"]
    heads += [f"Since {year_label(since)}" if since else "Change", "Aim", DATA_TO]
    table = pd.DataFrame(records, columns=heads)
    return table if table[DATA_TO].replace("", pd.NA).nunique() > 1 else table.drop(columns=DATA_TO)


def plain_lines(lines: Sequence[str]) -> str:
    """Give the lines as text to paste into an email or a paper."""
    return "\n".join(f"- {line.replace('**', '').replace('*', '')}" for line in lines)


def _would_have_shown(still: Sequence[Change]) -> str:
    """Say how large a fall would have shown in most of the gaps read in points."""
    needed = sorted(
        change.would_have_shown
        for change in still
        if change.measure.unit is Unit.PERCENT and not math.isnan(change.would_have_shown)
    )
    if not needed:
        return ""
    most = needed[len(needed) // 2]
    measure = next(change.measure for change in still if change.measure.unit is Unit.PERCENT)
    return f"; in most, a fall of {amount(outward(most, measure, up=True), measure)} or more would have shown"


def _named(changes: Sequence[Change], verb: str) -> str:
    """Say which gaps did: a gap that narrowed because peers got worse says so."""
    named = [words.name(change.measure) for change in changes]
    if len(changes) == 1:
        return f"The gap in {named[0]} has {verb} ({words.who_moved(changes[0])})."
    if len(named) > NAMED_AT_MOST:
        named = [*named[:NAMED_AT_MOST], f"{len(named) - NAMED_AT_MOST} more"]
    return f"The gaps in {words.listed(named)} have {verb}."


def _row(gaps: Gaps, change: Change, item: str) -> pd.Series | None:
    return gaps.last_shown(item, change.latest_year)


def _badness(entry: tuple[Gaps, Change, pd.Series], courses: Mapping[str, Course]) -> tuple[int, float]:
    gaps, change, row = entry
    course = courses.get(gaps.measure.id)
    off_course = course is not None and course.status is Status.OFF_COURSE
    scale = {Unit.PERCENT: 100.0, Unit.SCORE: gaps.measure.scale_end}.get(gaps.measure.unit, 1000.0)
    return (0 if change.verdict is Verdict.WIDENED else 1 if off_course else 2, -float(row["gap"]) / scale)


def _line(gaps: Gaps, change: Change, row: pd.Series, course: Course | None) -> str:
    sign = {Verdict.NARROWED: "▼ ", Verdict.WIDENED: "▲ "}.get(change.verdict, "")
    aim = f" *Aim: {aims_words.status(course.status).lower()}.*" if course else ""
    return f"**{gaps.measure.short}**: {gap_and_interval(gaps, row)}. {sign}{_changed(change)}{aim}"


def _changed(change: Change) -> str:
    if change.verdict is Verdict.CANNOT_SAY:
        return "Whether it changed cannot be said."
    return words.change_sentence(change)


def _verdict(change: Change, since: int | None) -> str:
    said = words.verdict(change)
    if change.verdict is Verdict.CANNOT_SAY or change.baseline_year in (None, since):
        return said
    return f"{said} since {year_label(change.baseline_year or 0)}"


def _whole(row: pd.Series) -> bool:
    return row["state"] == State.SHOWN and not (row["cwsw_extreme"] or row["peers_extreme"])


def _short_day(day: date | None) -> str:
    return NO_FIGURE if day is None else f"{day.day}{NB}{day:%b}{NB}{day.year}"


def _usual(years: Iterable[int | None]) -> int | None:
    known = [year for year in years if year]
    return max(set(known), key=known.count) if known else None
