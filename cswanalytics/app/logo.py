"""The logo: a solid dot joined to a hollow one, then the authority's name, its letters drawn as paths.

Paths, because a picture in a page cannot use the page's fonts.
"""

from functools import lru_cache
from html import escape
from pathlib import Path

from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextPath

from cswanalytics.show import FONTS
from cswanalytics.show.palette import Palette

HEIGHT = 32
SIZE = 17
BASELINE = 21.5
TEXT_AT = 34
COMMANDS = {Outline.MOVETO: "m", Outline.LINETO: "l", Outline.CURVE3: "q", Outline.CURVE4: "c"}
GRAIN = 20
"""Whole numbers to a pixel, each counted from the point before: the logo is sent with every run of a page."""


@lru_cache(maxsize=8)
def logo(name: str, palette: Palette) -> str:
    """Give the logo as an SVG of 32 px."""
    outline, width = _letters(name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{HEIGHT}" '
        f'viewBox="0 0 {width:.0f} {HEIGHT}" role="img" aria-label="{escape(name, quote=True)}">'
        f"<title>{escape(name)}</title>{mark(palette)}"
        f'<path transform="scale({1 / GRAIN})" d="{outline}" fill="{palette.ink}"/></svg>'
    )


def mark(palette: Palette) -> str:
    """Give the two joined dots."""
    return (
        f'<line x1="8" y1="22" x2="18" y2="11.5" stroke="{palette.gap_line}" stroke-width="3"/>'
        f'<circle cx="7.5" cy="22.5" r="5.5" fill="{palette.cwsw}"/>'
        f'<circle cx="19" cy="10.5" r="4.5" fill="none" stroke="{palette.peers}" stroke-width="3"/>'
    )


def _letters(name: str, face: Path = FONTS / "SourceSerifPro-Semibold.ttf") -> tuple[str, float]:
    path = TextPath((0, 0), name, size=SIZE, prop=FontProperties(fname=str(face)))
    pieces = []
    at = began = (0, 0)
    for points, code in path.iter_segments(curves=True, simplify=False):
        if code == Outline.CLOSEPOLY:
            pieces.append("z")
            at = began
            continue
        placed = [
            (round(GRAIN * (TEXT_AT + x)), round(GRAIN * (BASELINE - y)))
            for x, y in zip(points[::2], points[1::2], strict=True)
        ]
        pieces.append(COMMANDS[code] + " ".join(f"{x - at[0]} {y - at[1]}" for x, y in placed))
        at = placed[-1]
        began = at if code == Outline.MOVETO else began
    width = TEXT_AT + (float(path.get_extents().x1) if name.strip() else 0) + 4
    return "".join(pieces), width
