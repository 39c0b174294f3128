"""Parts of a whole as bars on one scale of 0 to 100: how many of all, with the end of the scale printed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cswanalytics.show.charts import frame
from cswanalytics.show.charts.scene import INTERVAL, Box, Line, Mark, Scene, Words

ROW, NAME_DOWN, BAR_DOWN, BAR = 55, 18, 41, 12
TOP = 26
ACROSS = (0.0, 100.0)


@dataclass(frozen=True)
class Bar:
    """One row: a share (0 to 100) with its words; `reach` is its interval; `instead` where there is none.

    `colour` is a name of the palette's fields.
    """

    name: str
    share: float = math.nan
    words: str = ""
    reach: tuple[float, float] | None = None
    instead: str = ""
    colour: str = "school"


def scene(bars: Sequence[Bar], unit: str) -> Scene | None:
    """Tell the bars as a scene; None where none can be shown. `unit` says what the scale counts."""
    if all(bar.instead for bar in bars):
        return None
    marks: list[Mark] = [
        Words(unit, 0, 10, colour="mute", size=frame.LEAST, at_edge=True),
        Words("100", 1, 10, colour="mute", size=frame.LEAST, align="right", at_edge=True),
    ]
    for at, bar in enumerate(bars):
        marks += _row(bar, TOP + at * ROW)
    return Scene(TOP + len(bars) * ROW + 6, ACROSS, tuple(marks))


def _row(bar: Bar, down: float) -> list[Mark]:
    name = Words(bar.name, 0, down + NAME_DOWN, size=frame.ROW_NAME, at_edge=True)
    middle = down + BAR_DOWN
    if bar.instead:
        said = Words(bar.instead, 1, down + NAME_DOWN, colour="mute", align="right", at_edge=True)
        return [Line(((0, middle), (100, middle)), "mute", 1.5, dotted=True), name, said]
    said = Words("", 1, down + NAME_DOWN, strong=bar.words, align="right", size=frame.ROW_NAME, at_edge=True)
    marks: list[Mark] = [
        Box(0, 100, middle - BAR / 2, middle + BAR / 2, "track"),
        Box(0, bar.share, middle - BAR / 2, middle + BAR / 2, bar.colour),
        name,
        said,
    ]
    if bar.reach is not None:
        marks.append(Line(((bar.reach[0], middle), (bar.reach[1], middle)), "ink", INTERVAL))
    return marks
