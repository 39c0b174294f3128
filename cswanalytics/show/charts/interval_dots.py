"""Dots with their intervals: both groups on lines of their own, a row for each item, as declared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cswanalytics.catalogue import Unit
from cswanalytics.show.charts import frame
from cswanalytics.show.charts.scene import INTERVAL, Dot, Key, Line, Mark, Scene, Words
from cswanalytics.show.figures import on_axis

KEY_HEIGHT, ROW, ROW_OF_NOTHING = 44, 78, 48
NAME_DOWN, SIDES_DOWN = 14, {"cwsw": 36, "peers": 55}
DOT, RING = 12, 11
BEYOND, BOLDER = 11, 1.2
"""Pixels between an interval and its figure; how much wider figures are in bold."""

BEFORE_NOUGHT, AFTER_END = 0.025, 1.02
"""Of the scale: room for a dot at either end."""

ON_A_PHONE = 350
"""Pixels the whole chart has on a phone of 390 px."""


@dataclass(frozen=True)
class Reach:
    """A group's figure with the ends of its interval, in the measure's unit, and in words.

    One known by a bound alone has its interval and words, and no dot: that would be read as a figure.
    """

    value: float
    low: float
    high: float
    words: str
    is_bound: bool = False


@dataclass(frozen=True)
class Row:
    """One item: both groups' figures and the gap in words; `instead` where no gap is to be shown."""

    name: str
    cwsw: Reach | None = None
    peers: Reach | None = None
    behind: str = ""
    instead: str = ""


def scene(rows: Sequence[Row], key: tuple[str, str], unit: Unit) -> Scene | None:
    """Tell the rows as a scene on one scale; None where none can be shown."""
    shown = [side for row in rows for side in (row.cwsw, row.peers) if side is not None]
    if not shown:
        return None
    lowest, highest = (min(min(side.low, side.value) for side in shown), max(side.high for side in shown))
    low, end, step = frame.scale_over_nought(lowest, highest)
    if unit is Unit.PERCENT:
        end = min(end, 100.0)
    heights = [ROW if row.cwsw is not None else ROW_OF_NOTHING for row in rows]
    span, foot = end - low, KEY_HEIGHT + sum(heights)
    marks: list[Mark] = [Key(key, 12)]
    for at in range(round(span / step) + 1):
        tick = low + at * step
        marks.append(Line(((tick, KEY_HEIGHT + 24), (tick, foot - 6)), "rule" if tick == 0 else "track", 1))
        marks.append(Words(on_axis(tick), tick, foot + 6, "", "mute", align="center"))
    for at, row in enumerate(rows):
        marks += _row(row, KEY_HEIGHT + sum(heights[:at]), low, end)
    start = low - BEFORE_NOUGHT * span
    return Scene(foot + 22, (start, _right(shown, start, low + AFTER_END * span, end)), tuple(marks))


def _right(shown: Sequence[Reach], start: float, least: float, end: float) -> float:
    """Give where the chart must end for every figure to fit beyond its interval on a phone."""
    needed = [least]
    for reach in shown:
        room = 1 - (BEYOND + frame.width_of(reach.words, frame.TEXT) * BOLDER) / ON_A_PHONE
        needed.append(start + (_beyond(reach, end) - start) / room)
    return max(needed)


def _beyond(reach: Reach, end: float) -> float:
    return max(min(reach.high, end), reach.value)


def _row(row: Row, down: float, low: float, end: float) -> Iterator[Mark]:
    yield Words(row.name, 0, down + NAME_DOWN, size=frame.ROW_NAME, at_edge=True, on_paper=True)
    yield Words(
        row.instead,
        1,
        down + NAME_DOWN,
        row.behind,
        "mute" if row.instead else "ink",
        frame.ROW_NAME,
        align="right",
        at_edge=True,
        on_paper=True,
    )
    if row.cwsw is None or row.peers is None:
        y = down + SIDES_DOWN["cwsw"] - 2
        yield Line(((low, y), (end, y)), "mute", 1.5, dotted=True)
        return
    for side, reach, solid, size in (("cwsw", row.cwsw, True, DOT), ("peers", row.peers, False, RING)):
        y = down + SIDES_DOWN[side]
        yield Line(((reach.low, y), (min(reach.high, end), y)), side, INTERVAL)
        if not reach.is_bound:
            yield Dot(reach.value, y, side, solid=solid, size=size, says=f"{row.name}: {reach.words}")
        yield Words("", _beyond(reach, end), y, reach.words, side, across=BEYOND, on_paper=True)
