"""The dumbbell: a row for each outcome, two dots joined by the gap between them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from plotly.basedatatypes import BaseFigure

from cswanalytics.show.charts import frame
from cswanalytics.show.figures import NB
from cswanalytics.show.palette import Palette

ROW_HEIGHT = 55
NAME_DOWN, TRACK_DOWN = 18, 41
HEADING_HEIGHT, BEFORE_HEADING = 38, 10
KEY_HEIGHT = 38
HIDE_END_BEYOND = 88
"""A dot nearer the end of its scale than this (of 100) has its value where the end would be printed."""

ACROSS = (-16.0, 111.0)
"""What the scale of 0 to 100 stands in: room at the left for "<1 %" on a phone."""


@dataclass(frozen=True)
class Row:
    """One row: figures in the measure's unit with their words, or `instead` where there are none to show.

    `behind` is printed at the right ('28 points behind'). `scale_end` is the figure at the right end of the
    line and `scale_words` how it is printed there; rows of one scale, one after another, print it once.
    """

    name: str
    theme: str = ""
    cwsw: float = math.nan
    peers: float = math.nan
    cwsw_words: str = ""
    peers_words: str = ""
    behind: str = ""
    instead: str = ""
    scale_end: float = 100.0
    scale_words: str = "100"

    @property
    def shown(self) -> bool:
        """Say whether both figures are there."""
        return not self.instead and math.isfinite(self.cwsw) and math.isfinite(self.peers)


@dataclass(frozen=True)
class Placed:
    """A heading or a row, and how far down it starts, in pixels."""

    down: float
    heading: str = ""
    aside: str = ""
    row: Row | None = None
    end_words: str = ""


@dataclass(frozen=True)
class Parts:
    """All a dumbbell is drawn from, on screen or in print."""

    names: tuple[str, str]
    placed: tuple[Placed, ...]
    height: float


def parts(rows: Sequence[Row], names: tuple[str, str], asides: dict[str, str] | None = None) -> Parts:
    """Place rows under the headings of their themes, in the order given; `asides` stand beside headings."""
    placed: list[Placed] = []
    down, theme, end_before = float(KEY_HEIGHT), "", ""
    for row in rows:
        if row.theme != theme:
            theme = row.theme
            down += BEFORE_HEADING if placed else 0
            placed.append(Placed(down, heading=theme, aside=(asides or {}).get(theme, "")))
            down += HEADING_HEIGHT
        furthest = max(row.cwsw, row.peers) / row.scale_end * 100 if row.shown else 0
        end_words = row.scale_words if row.shown and row.scale_words != end_before else ""
        if furthest > HIDE_END_BEYOND:
            end_words = ""
        end_before = end_words or end_before
        placed.append(Placed(down, row=row, end_words=end_words))
        down += ROW_HEIGHT
    return Parts(names, tuple(placed), down + 6)


def draw(parts: Parts, palette: Palette) -> BaseFigure:
    """Draw the rows: names and gaps above their lines, each value outside its dot."""
    chart = frame.Drawing(palette, int(parts.height), frame.Margins())
    frame.bare_axes(chart, ACROSS, parts.height)
    frame.key(chart, palette, parts.names, 12)
    for place in parts.placed:
        if place.row is None:
            _draw_heading(chart, palette, place)
        else:
            _draw_row(chart, palette, place.row, place)
    _draw_dots(chart, palette, parts)
    return chart.figure()


def _draw_heading(chart: frame.Drawing, palette: Palette, place: Placed) -> None:
    frame.rule(chart, palette, place.down)
    middle = place.down + 20
    frame.note(
        chart,
        f"<b>{place.heading}</b>",
        x=0,
        y=middle,
        of_plot=True,
        colour=palette.ink,
        size=frame.END_LABEL,
    )
    if place.aside:
        frame.note(
            chart,
            place.aside,
            x=1,
            y=middle,
            of_plot=True,
            align="right",
            colour=palette.mute,
            size=frame.LEAST,
        )


def _draw_row(chart: frame.Drawing, palette: Palette, row: Row, place: Placed) -> None:
    name_at, track_at = place.down + NAME_DOWN, place.down + TRACK_DOWN
    frame.note(chart, row.name, x=0, y=name_at, of_plot=True, colour=palette.ink, size=frame.ROW_NAME)
    right = f"<b>{row.behind}</b>" if row.shown else row.instead
    frame.note(
        chart,
        right,
        x=1,
        y=name_at,
        of_plot=True,
        align="right",
        colour=palette.ink if row.shown else palette.mute,
        size=frame.ROW_NAME,
    )
    line = (
        {"color": palette.track, "width": 2}
        if row.shown
        else {"color": palette.mute, "width": 1.5, "dash": "dot"}
    )
    chart.shape(type="line", x0=0, x1=100, y0=track_at, y1=track_at, line=line, layer="below")
    if place.end_words:
        frame.note(chart, place.end_words, x=100, y=track_at, across=8, colour=palette.mute, size=frame.LEAST)
    if not row.shown:
        return
    cwsw, peers = row.cwsw / row.scale_end * 100, row.peers / row.scale_end * 100
    chart.shape(
        type="line",
        x0=cwsw,
        x1=peers,
        y0=track_at,
        y1=track_at,
        line={"color": palette.gap_line, "width": 5},
        layer="below",
    )
    cwsw_is_left = cwsw < peers
    for at, words, colour, is_left in (
        (cwsw, row.cwsw_words, palette.cwsw, cwsw_is_left),
        (peers, row.peers_words, palette.peers, not cwsw_is_left),
    ):
        frame.note(
            chart,
            f"<b>{_in_short(words)}</b>",
            x=at,
            y=track_at,
            across=-13 if is_left else 13,
            align="right" if is_left else "left",
            colour=colour,
            behind=palette.page,
        )


def _in_short(words: str) -> str:
    """Give a bounded figure as it stands beside a dot: 'under 1 %' would begin outside a phone."""
    return words.replace(f"under{NB}", "&lt;").replace(f"over{NB}", "&gt;")


def _draw_dots(chart: frame.Drawing, palette: Palette, parts: Parts) -> None:
    shown = [(place, place.row) for place in parts.placed if place.row is not None and place.row.shown]
    if not shown:
        return
    y = [place.down + TRACK_DOWN for place, _ in shown]
    hollow = {
        "color": palette.page,
        "size": frame.RING,
        "line": {"color": palette.peers, "width": frame.RING_LINE},
    }
    solid = {"color": palette.cwsw, "size": frame.DOT}
    # Hollow last where the two meet, so that the solid dot is seen through the ring.
    chart.line(
        x=[row.cwsw / row.scale_end * 100 for _, row in shown],
        y=y,
        mode="markers",
        marker=solid,
        cliponaxis=False,
        text=[f"{row.name}: {row.cwsw_words}" for _, row in shown],
        hovertemplate="%{text}<extra>" + parts.names[0] + "</extra>",
    )
    chart.line(
        x=[row.peers / row.scale_end * 100 for _, row in shown],
        y=y,
        mode="markers",
        marker=hollow,
        cliponaxis=False,
        text=[f"{row.name}: {row.peers_words}" for _, row in shown],
        hovertemplate="%{text}<extra>" + parts.names[1] + "</extra>",
    )
