"""What every chart has in common: an empty figure in the palette, a scale, text and a key."""

import json
import math
import pickle
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

import plotly.graph_objects as go
from plotly.basedatatypes import BaseFigure

from cswanalytics.remembered import memory_of
from cswanalytics.show.palette import Palette

FONT = "Source Sans, Arial, sans-serif"
TEXT, ROW_NAME, LEAST, END_LABEL = 14, 14.5, 13, 15
"""Sizes in pixels: axes and values, names of rows, the smallest note, labels at the end of a line."""

WIDTH_OF_A_LETTER = 0.46
"""Of the size of the type: enough to set a key without measuring text, which the server cannot do."""

MOST_STEPS = 5
"""Along an axis that runs under 0 and over it."""

LONGEST_LINE_IN_BLOCK = 10
"""Letters in a block of years left out, on a phone."""

DOT, RING, RING_LINE = 15, 13, 3
NOTE_PADDING = 4


Made = TypeVar("Made")

_view: ContextVar[object | None] = ContextVar("view", default=None)


@contextmanager
def kept_in(view: object) -> Generator[None]:
    """Keep the figures drawn within in a view, which is of one release, one role and the same schools.

    Plotly checks every word of a figure, which takes longer than all the rest of a page.
    """
    before = _view.set(view)
    try:
        yield
    finally:
        _view.reset(before)


def kept(drawn: object, draw: Callable[[], Made]) -> Made:
    """Give what is drawn, kept in the view for which it is drawn where there is one.

    All that is drawn is in the key: a picture is never given for other numbers.
    """
    view = _view.get()
    if view is None:
        return draw()
    return memory_of(view).once((kept, sha256(pickle.dumps(drawn)).digest()), draw)


class Drawn(BaseFigure):
    """A figure that Plotly has checked already, as the text that a browser is sent: what is kept of one.

    Plotly's own figure takes many times the memory, and is copied as a whole each time it is sent.
    """

    def __init__(self, checked: go.Figure) -> None:
        self._text = checked.to_json()

    def to_dict(self) -> dict[str, Any]:
        """Give the figure's parts, each time anew."""
        return json.loads(self._text)


def _figure(traces: list[dict[str, Any]], layout: dict[str, Any]) -> go.Figure:
    return go.Figure(data=[go.Scatter(**trace) for trace in traces], layout=layout)


@dataclass(frozen=True)
class Margins:
    """Space in pixels between the edge of a figure and its axes."""

    left: int = 0
    right: int = 0
    top: int = 0
    bottom: int = 0


class Drawing:
    """A figure in the making: shapes, notes and lines are put together once, at the end.

    Plotly checks and copies all there is at every addition, which took most of a second for one dumbbell.
    """

    def __init__(self, palette: Palette, height: int, margins: Margins) -> None:
        # Opaque, so that a picture is complete; still, so that a thumb scrolls past.
        still = {
            "fixedrange": True,
            "automargin": False,
            "tickangle": 0,
            "zeroline": False,
            "showgrid": False,
        }
        axis = {**still, "tickfont": {"size": TEXT, "color": palette.mute}}
        self.x: dict[str, Any] = {**axis}
        self.y: dict[str, Any] = {**axis}
        self._traces: list[dict[str, Any]] = []
        self._shapes: list[dict[str, Any]] = []
        self._notes: list[dict[str, Any]] = []
        self._layout = {
            "height": height,
            "autosize": True,
            "margin": {
                "l": margins.left,
                "r": margins.right,
                "t": margins.top,
                "b": margins.bottom,
                "pad": 0,
            },
            "paper_bgcolor": palette.page,
            "plot_bgcolor": palette.page,
            "font": {"family": FONT, "size": TEXT, "color": palette.ink},
            "hoverlabel": {
                "bgcolor": palette.wash,
                "bordercolor": palette.rule,
                "font": {"family": FONT, "size": TEXT, "color": palette.ink},
            },
            "showlegend": False,
            "dragmode": False,
        }

    def line(self, **scatter: Any) -> None:
        """Add a line, or dots."""
        self._traces.append(scatter)

    def shape(self, **shape: Any) -> None:
        """Add a shape."""
        self._shapes.append(shape)

    def annotate(self, **annotation: Any) -> None:
        """Add a note as Plotly has it; `note` is the way to write one."""
        self._notes.append(annotation)

    def figure(self) -> BaseFigure:
        """Give what was drawn."""
        layout = {
            **self._layout,
            "xaxis": self.x,
            "yaxis": self.y,
            "shapes": self._shapes,
            "annotations": self._notes,
            # Nothing of Plotly's own template is wanted, and it is most of what a phone would have to load.
            "template": {},
        }
        if _view.get() is None:
            return _figure(self._traces, layout)
        return kept((self._traces, layout), lambda: Drawn(_figure(self._traces, layout)))


def bare_axes(chart: Drawing, across: tuple[float, float], height: float) -> None:
    """Hide both axes and let one unit down be one pixel from the top."""
    chart.x |= {"range": list(across), "visible": False}
    chart.y |= {"range": [height, 0], "visible": False}


def note(
    chart: Drawing,
    text: str,
    *,
    x: float,
    y: float,
    colour: str,
    size: float = TEXT,
    of_plot: bool = False,
    y_of_plot: bool = False,
    align: str = "left",
    across: float = 0,
    up: float = 0,
    angle: float = 0,
    behind: str | None = None,
) -> None:
    """Write text at a place.

    `of_plot` and `y_of_plot` place it from 0 to 1 across and up the plot; `across` and `up` move it in
    pixels; `behind` is the colour of the paper behind it, where a line would run through the text.
    """
    chart.annotate(
        text=text,
        x=x,
        y=y,
        xref="paper" if of_plot else "x",
        yref="paper" if y_of_plot else "y",
        xanchor=align,
        yanchor="middle",
        bgcolor=behind,
        xshift=across,
        yshift=up,
        align=align,
        textangle=angle,
        showarrow=False,
        borderpad=0,
        font={"family": FONT, "size": size, "color": colour},
    )


def width_of(text: str, size: float) -> float:
    """Give about how many pixels a text takes."""
    return len(text) * size * WIDTH_OF_A_LETTER


def lines_of(text: str, longest: int = LONGEST_LINE_IN_BLOCK) -> list[str]:
    """Break a text into lines of a word or two, so that it stands in a narrow block."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= longest:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def key(chart: Drawing, palette: Palette, names: tuple[str, str], y: float, across: float = 0) -> None:
    """Draw the key in dots of the size the chart has: whoever is asked about solid, those compared hollow.

    It begins `across` pixels from the left edge of the plot.

    A dot from the font would be too small to tell solid from hollow by.
    """
    at = across
    for name, colour, solid in zip(names, (palette.cwsw, palette.peers), (True, False), strict=True):
        radius = (DOT if solid else RING) / 2
        chart.shape(
            type="circle",
            xref="paper",
            yref="y",
            xsizemode="pixel",
            ysizemode="pixel",
            xanchor=0,
            yanchor=y,
            x0=at + 8 - radius,
            x1=at + 8 + radius,
            y0=-radius,
            y1=radius,
            fillcolor=colour if solid else palette.page,
            line={"color": colour, "width": 0 if solid else RING_LINE},
        )
        note(chart, f"<b>{name}</b>", x=0, y=y, of_plot=True, across=at + 21, colour=palette.ink, size=TEXT)
        at += 21 + width_of(name, TEXT) + 22


def scale(largest: float) -> tuple[float, float]:
    """Give the end of a scale from 0 that holds a value, and its step: at most four steps of 1, 2 or 5."""
    if not math.isfinite(largest) or largest <= 0:
        return 1.0, 1.0
    magnitude = 10 ** math.floor(math.log10(largest))
    for step in (magnitude * factor for factor in (0.2, 0.5, 1, 2, 5, 10)):
        steps = math.ceil(round(largest / step, 9))
        if steps <= 4:
            return steps * step, step
    raise AssertionError("a step of ten times the magnitude always suffices")


def scale_over_nought(lowest: float, highest: float) -> tuple[float, float, float]:
    """Give both ends of a scale that holds two values and 0, and its step: at most five steps across it.

    It begins at 0 unless a value lies under it: a score may, and a gap where children are ahead.
    """
    if not math.isfinite(lowest) or lowest >= 0:
        return 0.0, *scale(highest)
    highest = max(highest, 0.0)
    magnitude = 10 ** math.floor(math.log10(max(-lowest, highest)))
    for step in (magnitude * factor for factor in (0.2, 0.5, 1, 2, 5, 10)):
        under, over = (math.ceil(round(end / step, 9)) for end in (-lowest, highest))
        if under + over <= MOST_STEPS:
            return -under * step, over * step, step
    raise AssertionError("a step of ten times the magnitude always suffices")


def rule(chart: Drawing, palette: Palette, y: float) -> None:
    """Draw a hairline across the whole figure."""
    chart.shape(
        type="line",
        xref="paper",
        yref="y",
        x0=0,
        x1=1,
        y0=y,
        y1=y,
        line={"color": palette.rule, "width": 1},
        layer="below",
    )
