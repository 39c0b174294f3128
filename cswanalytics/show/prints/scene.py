"""A scene on paper: the same words, lines, boxes and dots as on screen."""

from collections.abc import Callable, Sequence

from cswanalytics.show.charts import scene as told
from cswanalytics.show.palette import LIGHT
from cswanalytics.show.prints.page import BOLD, SANS, SERIF, Caption, Sheet, width_of

BETWEEN_WORDS = 4
"""Pixels between the bold words of a text and the rest."""

HEADING = 62
"""Pixels over each of several scenes for what it is and what it says."""


def draw(scene: told.Scene, caption: Caption) -> bytes:
    """Draw a scene as a picture; it is a PNG."""
    sheet = Sheet(caption, scene.height)
    draw_on(sheet, scene)
    return sheet.png()


def stacked(scenes: Sequence[tuple[str, str, told.Scene]], caption: Caption) -> bytes:
    """Draw several scenes, one under the other, each under its heading and a line of words; a PNG."""
    sheet = Sheet(caption, sum(scene.height + HEADING for *_, scene in scenes))
    down = 0.0
    for heading, line, scene in scenes:
        sheet.write(heading, 0, down + 14, size=18, face_name=SERIF)
        sheet.write(line, 0, down + 40, size=14.5)
        draw_on(sheet, scene, down + HEADING)
        down += scene.height + HEADING
    return sheet.png()


def draw_on(sheet: Sheet, scene: told.Scene, down: float = 0) -> None:
    """Draw a scene on a sheet, `down` pixels from its top."""
    low, high = scene.across
    width = sheet.content - scene.left - scene.right

    def place(x: float, at_edge: bool) -> float:
        return scene.left + (x if at_edge else (x - low) / (high - low)) * width

    for mark in scene.marks:
        _draw_mark(sheet, mark, place, down)


def _draw_mark(sheet: Sheet, mark: told.Mark, place: Callable[[float, bool], float], down: float) -> None:
    if isinstance(mark, told.Key):
        sheet.key(mark.names, mark.y + down)
    elif isinstance(mark, told.Band):
        points = [(place(x, False), y + down) for x, y in mark.points]
        sheet.area(points, told.colour_of(LIGHT, mark.colour), LIGHT.band)
    elif isinstance(mark, told.Line):
        points = [(place(x, mark.at_edge), y + down) for x, y in mark.points]
        sheet.path(points, told.colour_of(LIGHT, mark.colour), mark.width, dotted=mark.dotted)
    elif isinstance(mark, told.Box):
        x0, x1 = (place(x, mark.at_edge) for x in (mark.x0, mark.x1))
        sheet.block(
            x0, x1, mark.y0 + down, mark.y1 + down, told.colour_of(LIGHT, mark.colour), solid=mark.solid
        )
    elif isinstance(mark, told.Swatch):
        half = mark.size / 2
        sheet.block(
            1, 1 + mark.size, mark.y - half + down, mark.y + half + down, told.colour_of(LIGHT, mark.colour)
        )
    elif isinstance(mark, told.Dot):
        sheet.dot(
            place(mark.x, False),
            mark.y + down,
            mark.size,
            told.colour_of(LIGHT, mark.colour),
            solid=mark.solid,
            ring=mark.ring,
            diamond=mark.diamond,
        )
    else:
        _write(sheet, mark, place(mark.x, mark.at_edge) + mark.across, mark.y + down)


def _write(sheet: Sheet, words: told.Words, x: float, y: float) -> None:
    parts = [(text, bold) for text, bold in ((words.strong, True), (words.text, False)) if text]
    widths = [width_of(text, words.size, BOLD if bold else SANS) for text, bold in parts]
    whole = sum(widths) + BETWEEN_WORDS * (len(parts) - 1)
    x -= {"left": 0.0, "center": whole / 2, "right": whole}[words.align]
    for (text, bold), width in zip(parts, widths, strict=True):
        sheet.write(
            text,
            x,
            y,
            size=words.size,
            colour=told.colour_of(LIGHT, words.colour),
            bold=bold,
            over_lines=words.on_paper,
        )
        x += width + BETWEEN_WORDS
