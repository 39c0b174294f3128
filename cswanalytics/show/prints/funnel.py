"""The funnel as a picture."""

from collections.abc import Callable

from cswanalytics.show.charts import funnel_parts as screen
from cswanalytics.show.palette import LIGHT
from cswanalytics.show.prints.page import Caption, Sheet

LEFT, TOP = 34, 36
FOR_LABELS = 92
"""Pixels at the right for the names of the limits."""


def draw(parts: screen.Parts, caption: Caption) -> bytes:
    """Draw the limits, the dots and the names that may be told; the picture is a PNG."""
    return on_sheet(parts, caption).png()


def on_sheet(parts: screen.Parts, caption: Caption | None = None) -> Sheet:
    """Draw the limits, the dots and the names that may be told; bare without a caption."""
    bottom = TOP + parts.height
    sheet = Sheet(caption, bottom + 46)
    right = sheet.content - FOR_LABELS
    lowest = parts.of_pixels(screen.ROW * parts.rows_under)

    def across(pupils: float) -> float:
        return LEFT + (pupils - screen.FEWEST) / (parts.most_pupils - screen.FEWEST) * (right - LEFT)

    def down(share: float) -> float:
        return bottom - (share + lowest) / parts.top * screen.AXIS_HEIGHT

    sheet.write(parts.unit, 0, TOP - 22, colour=LIGHT.mute, size=14)
    at = [across(pupils) for pupils in parts.line.pupils]
    low, high = ([down(share) for share in side] for side in parts.line.outer)
    sheet.area([*zip(at, high, strict=True), *zip(reversed(at), reversed(low), strict=True)], LIGHT.wash)
    for step in range(round(parts.top / parts.step) + 1):
        share = step * parts.step
        sheet.line(LEFT, right, down(share), down(share), LIGHT.track, 1)
        sheet.write(f"{share:g}", LEFT - 8, down(share), colour=LIGHT.mute, size=14, align="right")
    for side in (low, high):
        sheet.path(list(zip(at, side, strict=True)), LIGHT.mute, screen.OUTER_WIDTH)
    for side in parts.line.inner:
        points = [(x, down(share)) for x, share in zip(at, side, strict=True)]
        sheet.path(points, LIGHT.mute, screen.INNER_WIDTH, dashed=True)
    sheet.line(LEFT, right, down(parts.expected), down(parts.expected), LIGHT.ink, screen.EXPECTED_WIDTH)
    for share, text in parts.labels:
        is_expected = "<b>" in text
        plain = text.replace("<b>", "").replace("</b>", "")
        colour = LIGHT.ink if is_expected else LIGHT.mute
        sheet.write(plain, right + 10, down(share), size=13.5, colour=colour, bold=is_expected)
    for tick in parts.ticks:
        sheet.write(f"{tick}", across(tick), bottom + 16, colour=LIGHT.mute, size=14, align="center")
    sheet.write(
        parts.across.removesuffix(" →"), right, bottom + 36, colour=LIGHT.mute, size=13, align="right"
    )
    _draw_schools(sheet, parts, across, down)
    return sheet


def _draw_schools(
    sheet: Sheet, parts: screen.Parts, across: Callable[[float], float], down: Callable[[float], float]
) -> None:
    for leader in parts.leaders:
        x, dot = across(leader.dot.pupils), leader.dot
        colour = LIGHT.ink if dot is parts.own else LIGHT.cwsw
        sheet.path([(x, down(dot.share)), (x, down(parts.row_at(leader.row)))], colour, 1.2)
    for dot in parts.grey:
        sheet.dot(
            across(dot.pupils), down(dot.share), screen.DOT, LIGHT.school, solid=not dot.hollow, ring=1.5
        )
    for dot in parts.beyond:
        sheet.dot(across(dot.pupils), down(dot.share), screen.NAMED_DOT, LIGHT.cwsw, solid=True)
        if dot.letter:
            y = down(dot.share) + (-15 if dot.share >= parts.expected else 15)
            sheet.write(
                dot.letter, across(dot.pupils), y, size=13, bold=True, colour=LIGHT.cwsw, align="center"
            )
    if parts.own is not None:
        x, y = across(parts.own.pupils), down(parts.own.share)
        sheet.dot(x, y, screen.OWN_DOT + 4, LIGHT.ink, solid=True)
        sheet.dot(x, y, screen.OWN_DOT, LIGHT.cwsw, solid=True)
    for leader in parts.leaders:
        sheet.write(
            leader.dot.name,
            across(leader.dot.pupils) + screen.BESIDE_LEADER[screen.side_of(leader.dot, parts)],
            down(parts.row_at(leader.row)),
            bold=True,
            size=14,
            colour=LIGHT.cwsw,
            align=screen.side_of(leader.dot, parts),
            over_lines=True,
        )
