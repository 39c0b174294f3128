"""A sheet to draw on in pixels: title above and source below, or bare, to stand in a document."""

import io
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import Lock
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Polygon, Rectangle, RegularPolygon
from matplotlib.textpath import TextPath

from cswanalytics.show import FONTS
from cswanalytics.show.palette import LIGHT

SANS, BOLD, SERIF = "SourceSansPro-Regular.ttf", "SourceSansPro-Bold.ttf", "SourceSerifPro-Semibold.ttf"
WIDTH, GUTTER, HEAD, FOOT = 960, 32, 96, 56
CONTENT = WIDTH - 2 * GUTTER
IN_A_DOCUMENT = 720
"""Pixels across a chart in a document: on 170 mm of paper its letters are then as large as the text's."""
DPI = 100
HOLLOW_LINE = 3
"""Pixels round what is hollow."""
SHARPNESS = 2
"""Pixels in the picture for each pixel drawn, so that it stays sharp on paper."""
SETTING = Lock()
"""Held while a picture is made with settings of its own: matplotlib has one set for all threads."""


@dataclass(frozen=True)
class Caption:
    """What is burnt into a picture."""

    title: str
    note: str
    source: str


@cache
def face(name: str) -> FontProperties:
    """Give one of the faces shipped with the package: every machine draws the same picture."""
    return FontProperties(fname=str(FONTS / name))


# A chart measures the same few words again and again.
@lru_cache(maxsize=1024)
def width_of(text: str, size: float, name: str = SANS) -> float:
    """Measure a text in pixels."""
    if not text.strip():
        return 0.0
    return float(TextPath((0, 0), text, size=size, prop=face(name)).get_extents().x1)


class Sheet:
    """A sheet of `content` × `height` pixels; (0, 0) is the top left of the chart, and down is positive.

    Without a caption it is bare and narrower, for a document says title and source itself.
    """

    def __init__(self, caption: Caption | None, height: float) -> None:
        gutter, head, foot = (GUTTER, HEAD, FOOT) if caption else (2, 2, 2)
        self.content = CONTENT if caption else IN_A_DOCUMENT
        width, total = self.content + 2 * gutter, height + head + foot
        self.tall = total / width
        """Its height as a part of its width."""
        self._figure = Figure(figsize=(width / DPI, total / DPI), dpi=DPI, facecolor=LIGHT.page)
        FigureCanvasAgg(self._figure)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(-gutter, width - gutter)
        self._axes.set_ylim(total - head, -head)
        self._axes.axis("off")
        self._drawn = 0
        if caption:
            self._burn_in(caption, height)

    def _burn_in(self, caption: Caption, height: float) -> None:
        self.write(caption.title, 0, -HEAD + 36, size=25, face_name=SERIF)
        self.write(caption.note, 0, -HEAD + 66, size=15, colour=LIGHT.mute)
        self.line(0, self.content, height + 16, height + 16, LIGHT.rule, 1)
        self.write(caption.source, 0, height + 34, size=13, colour=LIGHT.mute)

    def write(
        self,
        text: str,
        x: float,
        y: float,
        *,
        size: float = 14.5,
        colour: str = LIGHT.ink,
        bold: bool = False,
        align: str = "left",
        face_name: str = "",
        angle: float = 0,
        over_lines: bool = False,
    ) -> None:
        """Write a line (or lines) of text centred on y, on paper of its own where lines run behind it."""
        self._axes.text(
            x,
            y,
            text,
            fontproperties=face(face_name or (BOLD if bold else SANS)),
            fontsize=size * 72 / DPI,
            color=colour,
            ha=align,
            va="center_baseline" if "\n" not in text and not angle else "center",
            rotation=angle,
            parse_math=False,
            bbox={"facecolor": LIGHT.page, "linewidth": 0, "pad": 1.5} if over_lines else None,
        )

    def line(
        self, x0: float, x1: float, y0: float, y1: float, colour: str, width: float, *, dotted: bool = False
    ) -> None:
        """Draw a straight line."""
        self.path([(x0, y0), (x1, y1)], colour, width, dotted=dotted)

    def path(
        self,
        points: list[tuple[float, float]],
        colour: str,
        width: float,
        *,
        dotted: bool = False,
        dashed: bool = False,
    ) -> None:
        """Draw a line through points."""
        x, y = zip(*points, strict=True)
        style = (0, (1, 2.5)) if dotted else (0, (3, 2)) if dashed else "-"
        self._axes.add_artist(
            Line2D(
                x,
                y,
                color=colour,
                linewidth=width * 72 / DPI,
                linestyle=style,
                solid_capstyle="butt",
                zorder=self._on_top(),
            )
        )

    def area(self, points: list[tuple[float, float]], colour: str, opacity: float = 1.0) -> None:
        """Fill an area."""
        self._axes.add_artist(
            Polygon(points, closed=True, facecolor=colour, alpha=opacity, linewidth=0, zorder=self._on_top())
        )

    def block(self, x0: float, x1: float, y0: float, y1: float, colour: str, *, solid: bool = True) -> None:
        """Draw a rectangle: filled, or hollow with its outline inside its sides."""
        inset = 0 if solid else HOLLOW_LINE / 2
        self._axes.add_artist(
            Rectangle(
                (min(x0, x1), y0 + inset),
                abs(x1 - x0),
                y1 - y0 - 2 * inset,
                facecolor=colour if solid else LIGHT.page,
                edgecolor=colour,
                linewidth=0 if solid else HOLLOW_LINE * 72 / DPI,
                zorder=self._on_top(),
            )
        )

    def dot(
        self,
        x: float,
        y: float,
        across: float,
        colour: str,
        *,
        solid: bool,
        ring: float = HOLLOW_LINE,
        diamond: bool = False,
    ) -> None:
        """Draw a dot or diamond: solid for whoever is asked about, hollow for those compared."""
        drawn: dict[str, Any] = {
            "facecolor": colour if solid else LIGHT.page,
            "edgecolor": colour,
            "linewidth": 0 if solid else ring * 72 / DPI,
            "zorder": 5,
        }
        shape = (
            RegularPolygon((x, y), 4, radius=across / 2, **drawn)
            if diamond
            else Circle((x, y), across / 2, **drawn)
        )
        self._axes.add_artist(shape)

    def key(self, names: tuple[str, str], y: float) -> None:
        """Draw the key: solid dot and hollow dot, each with its name."""
        at = 0.0
        for name, colour, solid in zip(names, (LIGHT.cwsw, LIGHT.peers), (True, False), strict=True):
            self.dot(at + 8, y, 15 if solid else 13, colour, solid=solid)
            self.write(name, at + 21, y, bold=True, size=14)
            at += 21 + width_of(name, 14, BOLD) + 24

    def _on_top(self) -> float:
        """Give the height of what is drawn next: over all lines and areas before it, under texts and dots."""
        self._drawn += 1
        return 1 + self._drawn / 10_000

    def png(self) -> bytes:
        """Give the picture."""
        picture = io.BytesIO()
        self._figure.savefig(picture, format="png", dpi=DPI * SHARPNESS)
        return picture.getvalue()

    def svg(self) -> bytes:
        """Give the picture as SVG, its letters as outlines: the same bytes for the same drawing."""
        picture = io.BytesIO()
        with SETTING, mpl.rc_context({"svg.hashsalt": "cswanalytics", "svg.fonttype": "path"}):
            self._figure.savefig(picture, format="svg", metadata={"Date": None, "Creator": None})
        return picture.getvalue()
