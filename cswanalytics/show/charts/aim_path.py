"""An aim against its path: the gap each year with its interval, the path dotted, the target a diamond."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cswanalytics.aims import Course, Status, Step
from cswanalytics.catalogue import Unit
from cswanalytics.show.charts import frame
from cswanalytics.show.charts.scene import INTERVAL, Box, Dot, Line, Mark, Scene, Words
from cswanalytics.show.figures import in_unit, on_axis
from cswanalytics.vocabulary import year_label

HEIGHT, TOP, BOTTOM = 244, 44, 208
LEFT, RIGHT = 34, 112
NARROWEST_PLOT, TICK_WIDTH = 210, 50
"""How wide the plot is on a phone of 390 px, and what a year takes there."""

ABOVE = 13
DIAMOND, GAP_DOT = 14, 9
UNITS = {
    Unit.PERCENT: "Points behind",
    Unit.SCORE: "Points behind",
    Unit.PER_1000: "More per 1,000",
    Unit.PER_100: "More per 100",
}


@dataclass(frozen=True)
class _Scale:
    """From a gap to pixels down; `low` is under nought only where a gap or path is."""

    low: float
    high: float
    step: float

    def down(self, gap: float) -> float:
        return BOTTOM - (gap - self.low) / (self.high - self.low) * (BOTTOM - TOP)

    @property
    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + self.step * at for at in range(count + 1)]


def scene(course: Course) -> Scene | None:
    """Tell an aim's path as a scene; None where there is no gap to set beside it."""
    steps = _from_first_shown(course)
    if all(math.isnan(step.gap) for step in steps):
        return None
    scale = _scale(steps)
    end = len(steps) - 1
    marks = [
        *_grid(course, steps, scale),
        *_left_out(steps),
        *_path(course, steps, scale),
        *_gaps(course, steps, scale),
    ]
    return Scene(HEIGHT, (-0.45, end + 0.12), tuple(marks), LEFT, RIGHT)


def _from_first_shown(course: Course) -> Sequence[Step]:
    """Leave out years before the first that can be shown, and before the baseline: the table has them."""
    steps = course.steps
    first = next(
        (
            at
            for at, step in enumerate(steps)
            if not math.isnan(step.gap) or step.time_period == course.aim.baseline.year
        ),
        0,
    )
    return steps[first:]


def _scale(steps: Sequence[Step]) -> _Scale:
    ends = [end for step in steps for end in (step.low, step.high, step.gap, step.asked)]
    known = [end for end in ends if math.isfinite(end)]
    low, high, step = frame.scale_over_nought(min(known), max(*known, 0.01))
    return _Scale(low, high, step)


def _grid(course: Course, steps: Sequence[Step], scale: _Scale) -> Iterator[Mark]:
    unit = f"{UNITS[course.measure.unit]} (bars: how far chance alone moves it)"
    yield Words(unit, 0, 12, colour="mute", at_edge=True, across=-LEFT)
    for tick in scale.ticks:
        y = scale.down(tick)
        yield Line(((0, y), (1, y)), "rule" if tick == 0 else "track", 1, at_edge=True)
        yield Words(on_axis(tick), 0, y, "", "mute", align="right", across=-8, at_edge=True)
    years = {step.time_period: at for at, step in enumerate(steps)}
    wanted = (course.latest_year, course.aim.target.year, course.aim.baseline.year, steps[0].time_period)
    for at in _apart([years[year] for year in wanted if year in years], len(steps)):
        label = year_label(steps[at].time_period)
        yield Words(label, at, BOTTOM + 20, colour="mute", size=frame.LEAST, align="center")


def _apart(wanted: Sequence[int], count: int) -> list[int]:
    """Give the years to print, the first wanted first: as many as keep apart on a phone."""
    least = TICK_WIDTH / NARROWEST_PLOT * (count - 0.5)
    taken: list[int] = []
    for at in wanted:
        if all(abs(at - other) >= least for other in taken):
            taken.append(at)
    return taken


def _left_out(steps: Sequence[Step]) -> Iterator[Mark]:
    """Give a block for each run of years that have no gap and a reason for it."""
    at = 0
    while at < len(steps):
        until = at
        while until < len(steps) and math.isnan(steps[until].gap) and steps[until].because:
            until += 1
        if until > at:
            yield Box(at - 0.6, until - 1 + 0.6, TOP, BOTTOM, "wash")
            middle, lines = (at + until - 1) / 2, ("left", "out") if until - at == 1 else ("left out",)
            for line, text in enumerate(lines):
                yield Words(
                    text,
                    middle,
                    BOTTOM - 18 - 16 * (len(lines) - 1 - line),
                    "",
                    "mute",
                    frame.LEAST,
                    "center",
                )
        at = max(until, at + 1)


def _path(course: Course, steps: Sequence[Step], scale: _Scale) -> Iterator[Mark]:
    asked = [(at, scale.down(step.asked)) for at, step in enumerate(steps) if not math.isnan(step.asked)]
    yield Line(tuple(asked), "aim", 2.5, dotted=True)
    target = course.aim.target
    at = next(at for at, step in enumerate(steps) if step.time_period == target.year)
    y = scale.down(target.gap)
    figure = in_unit(target.gap, course.measure, finer=bool(target.gap % 1))
    yield Dot(at, y, "aim", size=DIAMOND, diamond=True, says=f"Aim: {figure} by {year_label(target.year)}")
    yield Words("", 1, y - 9, f"Aim: {figure}", "aim", frame.END_LABEL, across=12, at_edge=True)
    yield Words(
        f"by {year_label(target.year)}", 1, y + 10, "", "aim", frame.END_LABEL, across=12, at_edge=True
    )


def _gaps(course: Course, steps: Sequence[Step], scale: _Scale) -> Iterator[Mark]:
    shown = [(at, step) for at, step in enumerate(steps) if not math.isnan(step.gap)]
    for at, step in shown:
        if not math.isnan(step.low):
            yield Line(((at, scale.down(step.low)), (at, scale.down(step.high))), "ink", INTERVAL)
        says = f"{year_label(step.time_period)}: {in_unit(step.gap, course.measure)}"
        yield Dot(at, scale.down(step.gap), "ink", size=GAP_DOT, says=says)
    latest_at, latest = shown[-1]
    judged = course.status is not Status.CANNOT_SAY and latest.time_period != course.aim.target.year
    over = not judged or latest.gap >= latest.asked
    clear = _clear_of(steps, latest_at, scale)
    label = in_unit(latest.gap, course.measure)
    yield _label(latest_at, clear, over, label, "ink")
    if judged:
        y = scale.down(latest.asked)
        path = in_unit(latest.asked, course.measure, finer=_alike(course))
        yield Dot(latest_at, y, "aim", solid=False, size=12, diamond=True, says=f"The path asked for {path}")
        yield _label(latest_at, clear, not over, path, "aim", "path")
    baseline = next(
        (at for at, step in shown if step.time_period == course.aim.baseline.year and at != latest_at), None
    )
    if baseline is not None and latest_at - baseline >= 2:
        label = in_unit(steps[baseline].gap, course.measure)
        yield _label(baseline, _clear_of(steps, baseline, scale), True, label, "ink")


def _clear_of(steps: Sequence[Step], at: int, scale: _Scale) -> tuple[float, float]:
    """Give how high and how low the marks of a year and its neighbours reach, in pixels down."""
    near = steps[max(at - 1, 0) : at + 2]
    ends = [end for step in near for end in (step.low, step.high, step.gap, step.asked) if math.isfinite(end)]
    return min(scale.down(end) for end in ends), max(scale.down(end) for end in ends)


def _label(at: int, clear: tuple[float, float], over: bool, figure: str, colour: str, of: str = "") -> Words:
    y = clear[0] - ABOVE if over else min(clear[1] + ABOVE, BOTTOM - 8)
    strong = f"{of} {figure}".strip()
    return Words("", at, y, strong, colour, align="center", on_paper=True)


def _alike(course: Course) -> bool:
    """Say whether whole figures would make the path and the gap alike."""
    return in_unit(course.asked, course.measure) == in_unit(course.gap, course.measure)
