"""A chart told once, as words, lines, boxes and dots: drawn on screen by `draw`, on paper by `prints.scene`.

Down is in pixels from the top; across is in units of the scene's own scale or, for what is `at_edge`, from 0
at the left edge of the plot to 1 at its right. Colours are names of the palette's fields ('cwsw',
'illness.fill'), so that one scene serves light and dark.
"""

from dataclasses import dataclass
from itertools import groupby

from plotly.basedatatypes import BaseFigure

from cswanalytics.show.charts import frame
from cswanalytics.show.palette import Palette

INTERVAL = 1.8
"""How thick an interval is drawn, in pixels."""


@dataclass(frozen=True)
class Words:
    """One line of text, centred on `y`: `strong` in bold, then `text`; `across` moves it in pixels."""

    text: str
    x: float
    y: float
    strong: str = ""
    colour: str = "ink"
    size: float = frame.TEXT
    align: str = "left"
    across: float = 0
    at_edge: bool = False
    on_paper: bool = False

    @property
    def said(self) -> str:
        """Give the whole text without its marks."""
        return " ".join(filter(None, (self.strong, self.text)))


@dataclass(frozen=True)
class Line:
    """A line through points (across, down)."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float
    dotted: bool = False
    at_edge: bool = False


@dataclass(frozen=True)
class Box:
    """A rectangle: filled, or hollow with an outline. A hollow one's outline lies inside its sides."""

    x0: float
    x1: float
    y0: float
    y1: float
    colour: str
    solid: bool = True
    at_edge: bool = False


@dataclass(frozen=True)
class Band:
    """An area faintly filled, round a line: points (across, down)."""

    points: tuple[tuple[float, float], ...]
    colour: str


@dataclass(frozen=True)
class Dot:
    """A dot or diamond, solid or hollow. `says` is told when it is pointed at: what is printed, no more."""

    x: float
    y: float
    colour: str
    solid: bool = True
    size: float = frame.DOT
    diamond: bool = False
    says: str = ""

    @property
    def ring(self) -> float:
        """Give how thick the line round a hollow one is, in pixels."""
        return frame.RING_LINE if self.size >= frame.RING else 2


@dataclass(frozen=True)
class Key:
    """Who is solid and who is hollow, in dots of the size the chart has."""

    names: tuple[str, str]
    y: float


@dataclass(frozen=True)
class Swatch:
    """A square of colour at the left edge, `size` pixels wide, beside the words it is the key to."""

    y: float
    colour: str
    size: float


Mark = Words | Line | Box | Band | Dot | Key | Swatch


@dataclass(frozen=True)
class Scene:
    """All a chart is drawn from. `across` is its scale, the margins are in pixels."""

    height: float
    across: tuple[float, float]
    marks: tuple[Mark, ...]
    left: int = 0
    right: int = 0


def draw(scene: Scene, palette: Palette) -> BaseFigure:
    """Draw a scene on screen."""
    chart = frame.Drawing(palette, int(scene.height), frame.Margins(left=scene.left, right=scene.right))
    frame.bare_axes(chart, scene.across, scene.height)
    for mark in scene.marks:
        if isinstance(mark, Words):
            _write(chart, palette, mark)
        elif isinstance(mark, Line):
            _draw_line(chart, palette, mark)
        elif isinstance(mark, Box):
            _draw_box(chart, palette, mark)
        elif isinstance(mark, Band):
            fill = palette.faint(colour_of(palette, mark.colour))
            _draw_path(chart, mark.points, closed=True, fillcolor=fill, line={"width": 0})
        elif isinstance(mark, Swatch):
            _draw_swatch(chart, palette, mark)
        elif isinstance(mark, Key):
            frame.key(chart, palette, mark.names, mark.y, -scene.left)
    dots = [mark for mark in scene.marks if isinstance(mark, Dot)]
    for _, alike in groupby(dots, key=lambda dot: (dot.colour, dot.solid, dot.size, dot.diamond)):
        _draw_dots(chart, palette, list(alike))
    return chart.figure()


def colour_of(palette: Palette, name: str) -> str:
    """Give a colour of a palette by the name a scene has for it."""
    field, _, part = name.partition(".")
    colour = getattr(palette, field)
    return getattr(colour, part) if part else colour


def _write(chart: frame.Drawing, palette: Palette, words: Words) -> None:
    strong = f"<b>{words.strong}</b>" if words.strong else ""
    frame.note(
        chart,
        " ".join(filter(None, (strong, words.text))),
        x=words.x,
        y=words.y,
        of_plot=words.at_edge,
        align=words.align,
        across=words.across,
        colour=colour_of(palette, words.colour),
        size=words.size,
        behind=palette.page if words.on_paper else None,
    )


def _draw_line(chart: frame.Drawing, palette: Palette, line: Line) -> None:
    style = {
        "color": colour_of(palette, line.colour),
        "width": line.width,
        "dash": "dot" if line.dotted else "solid",
    }
    _draw_path(chart, line.points, at_edge=line.at_edge, line=style)


def _draw_path(
    chart: frame.Drawing,
    points: tuple[tuple[float, float], ...],
    *,
    closed: bool = False,
    at_edge: bool = False,
    **style: object,
) -> None:
    path = " L ".join(f"{x:.6g},{y:.6g}" for x, y in points)
    chart.shape(
        type="path",
        path=f"M {path}{' Z' if closed else ''}",
        xref="paper" if at_edge else "x",
        layer="below",
        **style,
    )


def _draw_box(chart: frame.Drawing, palette: Palette, box: Box) -> None:
    colour = colour_of(palette, box.colour)
    inset = 0 if box.solid else frame.RING_LINE / 2
    chart.shape(
        type="rect",
        xref="paper" if box.at_edge else "x",
        x0=box.x0,
        x1=box.x1,
        y0=box.y0 + inset,
        y1=box.y1 - inset,
        fillcolor=colour if box.solid else palette.page,
        line={"color": colour, "width": 0 if box.solid else frame.RING_LINE},
        layer="below",
    )


def _draw_dots(chart: frame.Drawing, palette: Palette, dots: list[Dot]) -> None:
    like, colour = dots[0], colour_of(palette, dots[0].colour)
    chart.line(
        x=[dot.x for dot in dots],
        y=[dot.y for dot in dots],
        mode="markers",
        marker={
            "symbol": "diamond" if like.diamond else "circle",
            "size": like.size,
            "color": colour if like.solid else palette.page,
            "line": {"color": colour, "width": 0 if like.solid else like.ring},
        },
        cliponaxis=False,
        text=[dot.says for dot in dots],
        hovertemplate="%{text}<extra></extra>",
        hoverinfo="text" if like.says else "skip",
    )


def _draw_swatch(chart: frame.Drawing, palette: Palette, swatch: Swatch) -> None:
    half = swatch.size / 2
    chart.shape(
        type="rect",
        xref="paper",
        yref="y",
        xsizemode="pixel",
        ysizemode="pixel",
        xanchor=0,
        yanchor=swatch.y,
        x0=1,
        x1=1 + swatch.size,
        y0=-half,
        y1=half,
        fillcolor=colour_of(palette, swatch.colour),
        line_width=0,
    )
