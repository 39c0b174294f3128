"""The dumbbell as a picture."""

from cswanalytics.show.charts import dumbbell as screen
from cswanalytics.show.palette import LIGHT
from cswanalytics.show.prints.page import Caption, Sheet

TRACK = (0.105, 0.895)
"""Where the scale begins and ends, as shares of the sheet."""


def draw(parts: screen.Parts, caption: Caption) -> bytes:
    """Draw the rows of a dumbbell; the picture is a PNG."""
    return on_sheet(parts, caption).png()


def on_sheet(parts: screen.Parts, caption: Caption | None = None) -> Sheet:
    """Draw the rows of a dumbbell; bare without a caption."""
    sheet = Sheet(caption, parts.height)
    sheet.key(parts.names, 12)
    for place in parts.placed:
        if place.row is None:
            sheet.line(0, sheet.content, place.down, place.down, LIGHT.rule, 1)
            sheet.write(place.heading, 0, place.down + 20, bold=True, size=15)
            sheet.write(
                place.aside, sheet.content, place.down + 20, size=13, colour=LIGHT.mute, align="right"
            )
        else:
            _draw_row(sheet, place.row, place)
    return sheet


def _draw_row(sheet: Sheet, row: screen.Row, place: screen.Placed) -> None:
    name_at, track_at = place.down + screen.NAME_DOWN, place.down + screen.TRACK_DOWN
    start, end = (share * sheet.content for share in TRACK)
    sheet.write(row.name, 0, name_at)
    if not row.shown:
        sheet.write(row.instead, sheet.content, name_at, colour=LIGHT.mute, align="right")
        sheet.line(start, end, track_at, track_at, LIGHT.mute, 1.5, dotted=True)
        return
    sheet.write(row.behind, sheet.content, name_at, bold=True, align="right")
    sheet.line(start, end, track_at, track_at, LIGHT.track, 2)
    if place.end_words:
        sheet.write(place.end_words, end + 8, track_at, size=13, colour=LIGHT.mute)
    cwsw, peers = (start + value / row.scale_end * (end - start) for value in (row.cwsw, row.peers))
    sheet.line(cwsw, peers, track_at, track_at, LIGHT.gap_line, 5)
    for at, text, colour, is_left in (
        (cwsw, row.cwsw_words, LIGHT.cwsw, cwsw < peers),
        (peers, row.peers_words, LIGHT.peers, cwsw >= peers),
    ):
        sheet.write(
            text,
            at + (-13 if is_left else 13),
            track_at,
            bold=True,
            colour=colour,
            align="right" if is_left else "left",
            over_lines=True,
        )
    sheet.dot(cwsw, track_at, 15, LIGHT.cwsw, solid=True)
    sheet.dot(peers, track_at, 13, LIGHT.peers, solid=False)
