"""Where the missed sessions went: a bar for each group, parted by reason, with a key in figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cswanalytics.show.charts import frame
from cswanalytics.show.charts.scene import Box, Line, Mark, Scene, Swatch, Words

BAR_HEIGHT = 34
NAMES_DOWN = (12, 84)
KEY_DOWN = 158
KEY_ROW = 29
BEFORE_APART = 14
SWATCH = 14
LEAST_FIGURE_INSIDE = 7
"""A part under this many sessions in a thousand is too narrow for its figure; the key has it."""

PAGE_BETWEEN = 1.5
LONGEST_ON_A_PHONE = 262
"""Pixels the longer bar has on a phone of 390 px."""

COLUMNS = (0.80, 1.0)


@dataclass(frozen=True)
class Part:
    """A reason and how many of every 1,000 possible sessions it took, for each group.

    `ink` names the palette's colours for it. A part without one is no absence: it stands apart.
    """

    name: str
    cwsw: float
    peers: float
    ink: str = ""


def scene(
    parts: Sequence[Part], missed: tuple[float, float], names: tuple[str, str], heads: tuple[str, str]
) -> Scene:
    """Tell it as two bars and, under them, every part's figures; `missed` are the totals."""
    stacked = [part for part in parts if part.ink]
    apart = [part for part in parts if not part.ink]
    height = KEY_DOWN + 34 + KEY_ROW * len(parts) + (BEFORE_APART if apart else 0)
    end = max(sum(part.cwsw for part in stacked), sum(part.peers for part in stacked), 1.0)
    marks: list[Mark] = []
    for down, name, side, total in zip(NAMES_DOWN, names, ("cwsw", "peers"), missed, strict=True):
        marks.append(Words("", 0, down, name, size=frame.ROW_NAME, at_edge=True))
        marks += _bar(stacked, side, down + 20, end, total)
    marks += _key(stacked, apart, heads)
    # A third of the width is left for "170 missed" at the end of the longer bar on a phone.
    return Scene(height, (0, end * 1.36), tuple(marks))


def _bar(parts: Sequence[Part], side: str, top: float, end: float, total: float) -> Iterator[Mark]:
    at, middle = 0.0, top + BAR_HEIGHT / 2
    for part in parts:
        value = getattr(part, side)
        yield Box(at, at + value, top, top + BAR_HEIGHT, f"{part.ink}.fill")
        if at:
            yield Line(((at, top), (at, top + BAR_HEIGHT)), "page", PAGE_BETWEEN)
        text = f"{value:.0f}"
        if value >= LEAST_FIGURE_INSIDE and value / end * LONGEST_ON_A_PHONE >= 3 + 7.2 * len(text):
            yield Words("", at + value / 2, middle, text, f"{part.ink}.text", align="center")
        at += value
    yield Words("missed", at, middle, f"{total:.0f}", size=frame.ROW_NAME, across=8)


def _key(stacked: Sequence[Part], apart: Sequence[Part], heads: tuple[str, str]) -> Iterator[Mark]:
    yield Line(((0, KEY_DOWN), (1, KEY_DOWN)), "rule", 1, at_edge=True)
    down = KEY_DOWN + 18.0
    for x, head in zip(COLUMNS, heads, strict=True):
        yield Words(head, x, down, "", "mute", frame.LEAST, align="right", at_edge=True)
    for part in [*stacked, *apart]:
        if apart and part is apart[0]:
            down += BEFORE_APART
            yield Line(((0, down + KEY_ROW / 2), (1, down + KEY_ROW / 2)), "rule", 1, at_edge=True)
        down += KEY_ROW
        if part.ink:
            yield Swatch(down, f"{part.ink}.fill", SWATCH)
        yield Words(part.name, 0, down, across=24 if part.ink else 0, at_edge=True)
        for x, value in zip(COLUMNS, (part.cwsw, part.peers), strict=True):
            yield Words("", x, down, f"{value:.0f}", align="right", at_edge=True)
