"""Why a gap moved: how far each of the two groups did, from zero, on one scale."""

from cswanalytics.inference import Change
from cswanalytics.show.charts import frame
from cswanalytics.show.charts.scene import Box, Line, Mark, Scene, Words

HEIGHT = 150
BAR = 22
ROWS_DOWN = (12, 72)
AXIS_DOWN = 126
LEAST_SCALE = 1.0


def scene(change: Change, names: tuple[str, str], moved: tuple[str, str]) -> Scene:
    """Tell it as two bars, whoever is asked about above. `moved` says each change ('3 points lower')."""
    changes = (change.cwsw_change, change.peers_change)
    end, step = frame.scale(max(LEAST_SCALE, *(abs(value) for value in changes)))
    marks: list[Mark] = []
    for down, name, value, text, colour, solid in zip(
        ROWS_DOWN, names, changes, moved, ("cwsw", "peers"), (True, False), strict=True
    ):
        middle, rising = down + 28, value > 0
        marks += [
            Words("", 0, down, name, size=frame.ROW_NAME, at_edge=True),
            Box(0, value, middle - BAR / 2, middle + BAR / 2, colour, solid),
            Words(
                "",
                0,
                middle,
                text,
                colour,
                frame.ROW_NAME,
                align="right" if rising else "left",
                across=-12 if rising else 12,
            ),
        ]
    marks.append(Line(((0, 22), (0, AXIS_DOWN - 8)), "ink", 1.5))
    ticks = [(-end, f"{end:g} lower"), (0.0, "0"), (end, f"{end:g} higher")]
    if 2 * step <= end:
        ticks += [(at, f"{end / 2:g}") for at in (-end / 2, end / 2)]
    marks += [Words(text, at, AXIS_DOWN + 8, "", "mute", frame.LEAST, align="center") for at, text in ticks]
    return Scene(HEIGHT, (-1.5 * end, 1.5 * end), tuple(marks))
