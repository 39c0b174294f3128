"""The stage ladder: the gap at each stage of school, one under the other, on one scale."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cswanalytics.show.charts import frame
from cswanalytics.show.charts.scene import INTERVAL, Box, Dot, Line, Mark, Scene, Words
from cswanalytics.show.figures import on_axis

KEY_HEIGHT, ROW, NAME_DOWN, LINE_DOWN = 40, 58, 16, 38
APART_HEADING = 46
GAP, DOT = 16, 11
BEFORE_NOUGHT, AFTER_END = 0.02, 1.06
"""Of the scale: room for a dot at either end."""


@dataclass(frozen=True)
class Stage:
    """One stage: the gap with the ends of its interval and in words, or `instead` where there is none.

    `scale_end` is where the line ends of a gap that stands apart, on a scale of its own.
    """

    name: str
    gap: float = math.nan
    low: float = math.nan
    high: float = math.nan
    behind: str = ""
    instead: str = ""
    scale_end: float = 1.0

    @property
    def shown(self) -> bool:
        """Say whether there is a gap."""
        return not self.instead

    @property
    def limits(self) -> tuple[float, float, float]:
        """Give the gap and the ends of its interval."""
        return self.gap, self.low, self.high


def scene(stages: Sequence[Stage], apart: Sequence[Stage] = ()) -> Scene:
    """Tell the stages as a scene; `apart` are gaps in other units, each on a scale of its own."""
    low, end, step = _scale(stages)
    top, foot = KEY_HEIGHT, KEY_HEIGHT + ROW * len(stages)
    across = (low - BEFORE_NOUGHT * (end - low), low + AFTER_END * (end - low))
    marks: list[Mark] = [
        Words("Points behind (bars: how far chance alone moves it)", 0, 12, colour="mute", at_edge=True)
    ]
    for at in range(round((end - low) / step) + 1):
        tick = low + at * step
        marks.append(Line(((tick, top), (tick, foot + 4)), "rule" if tick == 0 else "track", 1))
        marks.append(Words(on_axis(tick), tick, foot + 16, "", "mute", align="center"))
    for at, stage in enumerate(stages):
        marks += _row(stage, top + at * ROW, low, end, (low, end))
    down = foot + 30.0
    if apart:
        marks += [
            Line(((0, down + 10), (1, down + 10)), "rule", 1, at_edge=True),
            Words("", 0, down + 30, "On a scale of its own", size=frame.END_LABEL, at_edge=True),
            Words(
                "see the end of the line", 1, down + 30, "", "mute", frame.LEAST, align="right", at_edge=True
            ),
        ]
        down += APART_HEADING
    for stage in apart:
        marks += _row(stage, down, low, end, _own(stage), says_end=True)
        down += ROW
    return Scene(down + 4, across, tuple(marks))


def _scale(stages: Sequence[Stage]) -> tuple[float, float, float]:
    ends = [end for stage in stages if stage.shown for end in stage.limits]
    low, end, step = frame.scale_over_nought(min(ends, default=0.0), max(*ends, 1.0) if ends else 1.0)
    return low, end, step


def _own(stage: Stage) -> tuple[float, float]:
    """Give the scale of a gap in another unit: from nought, or under it, to its own end."""
    if not stage.shown:
        return 0.0, 1.0
    low, end, _ = frame.scale_over_nought(stage.low, max(stage.gap, stage.high, stage.scale_end))
    return low, end


def _row(
    stage: Stage, down: float, low: float, end: float, own: tuple[float, float], says_end: bool = False
) -> Iterator[Mark]:
    def place(value: float) -> float:
        return low + (value - own[0]) / (own[1] - own[0]) * (end - low)

    y = down + LINE_DOWN
    yield Words(stage.name, 0, down + NAME_DOWN, size=frame.ROW_NAME, at_edge=True)
    if not stage.shown:
        yield Words(
            stage.instead, 1, down + NAME_DOWN, "", "mute", frame.ROW_NAME, align="right", at_edge=True
        )
        yield Line(((low, y), (end, y)), "mute", 1.5, dotted=True)
        return
    yield Words("", 1, down + NAME_DOWN, stage.behind, size=frame.ROW_NAME, align="right", at_edge=True)
    if says_end:
        yield Line(((low, y), (end, y)), "track", 2)
        yield Words(f"{own[1]:g}", 1, y, "", "mute", frame.LEAST, align="right", at_edge=True)
    gap, least, most = (place(value) for value in stage.limits)
    yield Box(min(place(0.0), gap), max(place(0.0), gap), y - GAP / 2, y + GAP / 2, "gap_line")
    yield Line(((least, y), (most, y)), "ink", INTERVAL)
    yield Dot(gap, y, "ink", size=DOT, says=f"{stage.name}: {stage.behind}")
