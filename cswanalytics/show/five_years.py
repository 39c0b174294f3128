"""Five years of a gap as dots in a cell of a table: an SVG that carries its own words."""

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass

from cswanalytics.catalogue import Unit
from cswanalytics.inference import Gaps, State
from cswanalytics.remembered import remembered
from cswanalytics.show.figures import behind, in_unit
from cswanalytics.show.palette import Palette
from cswanalytics.vocabulary import TOTAL, year_label

YEARS = 5
WIDTH, HEIGHT = 132, 30
DOT, NEWEST = 3.6, 5.5
LEFT, RIGHT = 42, 124
TOP, BOTTOM = 7, 21
LEAST_POINTS = 4.0
"""What the height of the dots holds at least, so that noise stays flat."""


@dataclass(frozen=True)
class FiveYears:
    """A measure's gaps in five years, oldest first; NaN where a year is left out. `words` says them."""

    gaps: tuple[float, ...]
    least: float
    first: str
    words: str

    @remembered
    def markdown(self, palette: Palette) -> str:
        """Give the dots as an image in Markdown, with the numbers for who cannot see it."""
        picture = base64.b64encode(self.svg(palette).encode()).decode()
        return f"![{self.words}](data:image/svg+xml;base64,{picture})"

    def svg(self, palette: Palette) -> str:
        """Draw the dots: the newest large and in ink, a cross for a year that is left out, no line."""
        known = [gap for gap in self.gaps if not math.isnan(gap)]
        middle = (max(known) + min(known)) / 2 if known else 0.0
        reach = max(max(known) - min(known), self.least) if known else self.least
        step = (RIGHT - LEFT - NEWEST) / (YEARS - 1)
        drawn = []
        for at, gap in enumerate(self.gaps):
            x = LEFT + NEWEST / 2 + at * step
            if math.isnan(gap):
                drawn.append(_cross(x, palette.mute))
                continue
            y = (TOP + BOTTOM) / 2 - (gap - middle) / reach * (BOTTOM - TOP)
            newest = at == len(self.gaps) - 1
            colour, radius = (palette.ink, NEWEST) if newest else (palette.mute, DOT)
            drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>')
        text = (
            f'<text x="{LEFT - 12}" y="19" text-anchor="end" font-family="Arial, sans-serif" font-size="13" '
            f'fill="{palette.mute}">{self.first}</text>'
        )
        ground = f'<path d="M{LEFT - 6} 28.5H{WIDTH}" stroke="{palette.rule}"/>'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}">{ground}{text}{"".join(drawn)}</svg>'
        )


@remembered
def five_years(gaps: Gaps, until: int, item: str = TOTAL) -> FiveYears:
    """Read the gaps of the five years that end with one."""
    rows = gaps.rows[gaps.rows["breakdown_item"] == item]
    of_year = {int(row["time_period"]): row for row in rows.to_dict("records")}
    years = [until - 101 * back for back in reversed(range(YEARS))]
    found = tuple(
        float(row["gap"]) if (row := of_year.get(year)) and _is_figure(row) else math.nan for year in years
    )
    said = [
        f"{year_label(year)} {'left out' if math.isnan(gap) else behind(gap, gaps.measure)}"
        for year, gap in zip(years, found, strict=True)
    ]
    return FiveYears(
        gaps=found,
        least=LEAST_POINTS if gaps.measure.unit is Unit.PERCENT else 4 * gaps.measure.least_change,
        first=_first(found, gaps),
        words=f"{gaps.measure.short}, five years: {', '.join(said)}".replace("\u00a0", " "),
    )


def _is_figure(row: dict) -> bool:
    return row["state"] == State.SHOWN and not (row["cwsw_extreme"] or row["peers_extreme"])


def _first(found: Sequence[float], gaps: Gaps) -> str:
    known = [gap for gap in found[:-1] if not math.isnan(gap)]
    return in_unit(known[0], gaps.measure) if known else ""


def _cross(x: float, colour: str) -> str:
    return (
        f'<path d="M{x - 3:.1f} 11L{x + 3:.1f} 17M{x + 3:.1f} 11L{x - 3:.1f} 17" stroke="{colour}" '
        'stroke-width="1.4" fill="none"/>'
    )
