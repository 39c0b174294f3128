"""The trend as a picture."""

from collections.abc import Callable

from cswanalytics.show.charts import trend as screen
from cswanalytics.show.charts.frame import lines_of
from cswanalytics.show.figures import on_axis
from cswanalytics.show.palette import LIGHT
from cswanalytics.show.prints.page import BOLD, Caption, Sheet, width_of
from cswanalytics.vocabulary import year_label

LEFT, TOP = 34, 38
FOR_LABELS = 132
"""Pixels at the right for the figures of the last year, their names and the gap between them."""
BOTTOM = TOP + screen.PLOT_HEIGHT
HEIGHT = BOTTOM + 34


def draw(parts: screen.Parts, caption: Caption) -> bytes:
    """Draw the lines, bands, years left out and the gap at the end; the picture is a PNG."""
    return on_sheet(parts, caption).png()


def on_sheet(parts: screen.Parts, caption: Caption | None = None) -> Sheet:
    """Draw the lines, bands, years left out and the gap at the end; bare without a caption."""
    sheet = Sheet(caption, HEIGHT)
    right = _right(sheet)
    end = len(parts.years) - 1
    first, last = (-0.45, end + 0.08) if end else (-1.0, 0.3)

    def across(at: float) -> float:
        return LEFT + (at - first) / (last - first) * (right - LEFT)

    def down(value: float) -> float:
        return BOTTOM - parts.pixels(value - parts.foot)

    for block in parts.blocks:
        _draw_block(sheet, parts, block, across)
    sheet.write(parts.unit, 0, TOP - 24, colour=LIGHT.mute, size=14)
    for value in parts.ticks:
        sheet.line(LEFT, right, down(value), down(value), LIGHT.track, 1)
        sheet.write(on_axis(value), LEFT - 8, down(value), colour=LIGHT.mute, size=14, align="right")
    for at in screen.ticks_that_fit(parts):
        sheet.write(
            year_label(parts.years[at]), across(at), BOTTOM + 18, colour=LIGHT.mute, size=14, align="center"
        )
    for side, colour in (("peers", LIGHT.peers), ("cwsw", LIGHT.cwsw)):
        for run in parts.runs:
            points = [(point.at, *getattr(point, side)) for point in run]
            band = [(across(at), down(high)) for at, _, _, high in points]
            band += [(across(at), down(low)) for at, _, low, _ in reversed(points)]
            sheet.area(band, colour, LIGHT.band)
            for known in screen.known_runs(run, side):
                line = [(across(point.at), down(getattr(point, side)[0])) for point in known]
                sheet.path(line, colour, 3)
                for x, y in line:
                    sheet.dot(x, y, 8, colour, solid=side == "cwsw", ring=2)
    for point, is_cwsw, text, above in screen.values_to_print(parts):
        _, low, high = point.cwsw if is_cwsw else point.peers
        y = down(high) - 13 if above else down(low) + 13
        colour = LIGHT.cwsw if is_cwsw else LIGHT.peers
        sheet.write(
            text, across(point.at), y, bold=True, colour=colour, align="center", size=14, over_lines=True
        )
    _draw_ends(sheet, parts, down)
    return sheet


def _right(sheet: Sheet) -> float:
    return sheet.content - FOR_LABELS


def _draw_block(
    sheet: Sheet, parts: screen.Parts, block: screen.Block, across: Callable[[float], float]
) -> None:
    sheet.block(across(block.first - 0.65), across(block.last + 0.65), TOP, BOTTOM, LIGHT.wash)
    years = [year_label(year) for year in parts.years[block.first : block.last + 1]]
    wide = block.last > block.first
    named = years if len(years) <= 2 else [years[0], "to", years[-1]]
    text = "\n".join([*named, *lines_of(block.words)]) if wide else f"{years[0]} {block.words}"
    middle = across((block.first + block.last) / 2)
    angle = 0 if wide else 90
    sheet.write(text, middle, (TOP + BOTTOM) / 2, colour=LIGHT.mute, size=13, align="center", angle=angle)


def _draw_ends(sheet: Sheet, parts: screen.Parts, down: Callable[[float], float]) -> None:
    right = _right(sheet)
    cwsw_at, peers_at = (down(value) for value in screen.end_places(parts))
    for y, text, name, colour in (
        (cwsw_at, parts.last.cwsw_words, parts.names[0], LIGHT.cwsw),
        (peers_at, parts.last.peers_words, parts.names[1], LIGHT.peers),
    ):
        sheet.write(text, right + 12, y, bold=True, colour=colour, size=15)
        sheet.write(name, right + 16 + width_of(text, 15, BOLD), y, colour=colour, size=15)
    if not parts.behind:
        return
    upper, lower = min(cwsw_at, peers_at), max(cwsw_at, peers_at)
    figure, _, way = parts.behind.partition(" ")
    if lower - upper >= screen.ROOM_FOR_BRACKET:
        corners: list[tuple[float, float]] = [
            (right + 15, upper + 15),
            (right + 20, upper + 15),
            (right + 20, lower - 15),
            (right + 15, lower - 15),
        ]
        sheet.path(corners, LIGHT.ink, 1.5)
        middle = (upper + lower) / 2
        sheet.write(figure, right + 27, middle - 9, bold=True, size=15)
        sheet.write(way, right + 27, middle + 9, size=15)
        return
    y = (
        lower + screen.LEAST_BETWEEN_LABELS
        if BOTTOM - lower >= 2 * screen.LEAST_BETWEEN_LABELS
        else upper - 22
    )
    sheet.write(figure, right + 12, y, bold=True, size=15)
    sheet.write(way, right + 16 + width_of(figure, 15, BOLD), y, size=15)
