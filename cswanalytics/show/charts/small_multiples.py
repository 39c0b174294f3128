"""The trend of each item of a breakdown, one under the other on one scale, so that shapes can be compared."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from cswanalytics.show.charts import frame, trend
from cswanalytics.show.charts.scene import INTERVAL, Band, Box, Dot, Key, Line, Mark, Scene, Words
from cswanalytics.show.figures import on_axis
from cswanalytics.vocabulary import year_label

KEY_HEIGHT, NAME, PLOT, BETWEEN, FOOT = 44, 34, 100, 20, 30
LEFT, RIGHT = 34, 52
PANEL = NAME + PLOT + BETWEEN
NEAR = 18
"""Pixels under which two figures at the end of their lines are pushed apart."""

SIDES = ("peers", "cwsw")


def scene(panels: Mapping[str, trend.Parts | None], key: tuple[str, str], instead: str) -> Scene | None:
    """Tell the panels as a scene, by name; one without figures says `instead`. None where none has any."""
    shown = [parts for parts in panels.values() if parts is not None]
    if not shown:
        return None
    years = sorted({year for parts in shown for year in parts.years})
    top = max(parts.top for parts in shown)
    marks: list[Mark] = [Key(key, 12)]
    for at, (name, parts) in enumerate(panels.items()):
        marks += _panel(name, parts, years, top, KEY_HEIGHT + at * PANEL, instead)
    foot = KEY_HEIGHT + len(panels) * PANEL - BETWEEN
    for at in sorted({0, len(years) - 1}):
        label = year_label(years[at])
        marks.append(Words(label, at, foot + 16, "", "mute", frame.LEAST, align="center"))
    return Scene(foot + FOOT, (-0.4, len(years) - 1 + 0.15), tuple(marks), LEFT, RIGHT)


def _panel(
    name: str, parts: trend.Parts | None, years: Sequence[int], top: float, down: float, instead: str
) -> Iterator[Mark]:
    head, ceiling, floor = down + 12, down + NAME, down + NAME + PLOT
    yield Words("", 0, head, name, size=frame.ROW_NAME, at_edge=True, across=-LEFT)
    if parts is None:
        yield Words(instead, 1, head, "", "mute", frame.ROW_NAME, "right", across=RIGHT, at_edge=True)
        yield Line(((0, floor), (1, floor)), "mute", 1.5, dotted=True, at_edge=True)
        return
    yield Words(parts.behind, 1, head, "", size=frame.ROW_NAME, align="right", across=RIGHT, at_edge=True)

    def height(value: float) -> float:
        return floor - value / top * PLOT

    for value, colour in ((0.0, "rule"), (top, "track")):
        yield Line(((0, height(value)), (1, height(value))), colour, 1, at_edge=True)
        yield Words(
            on_axis(value), 0, height(value), "", "mute", frame.LEAST, "right", across=-8, at_edge=True
        )
    place = {year: at for at, year in enumerate(years)}
    for block in parts.blocks:
        first, last = (place[parts.years[at]] for at in (block.first, block.last))
        yield Box(first - 0.6, last + 0.6, ceiling, floor, "wash")
        if last > first:
            yield Words("left out", (first + last) / 2, floor - 14, "", "mute", frame.LEAST, "center")
    for side in SIDES:
        for run in parts.runs:
            yield from _run(run, side, place, height)
    yield from _ends(parts, place, height)


def _run(
    run: tuple[trend.Point, ...], side: str, place: Mapping[int, int], height: Callable[[float], float]
) -> Iterator[Mark]:
    reach = [(place[point.year], *getattr(point, side)[1:]) for point in run]
    if len(run) > 1:
        over = [(at, height(high)) for at, _, high in reach]
        under = [(at, height(low)) for at, low, _ in reversed(reach)]
        yield Band((*over, *under), side)
    else:
        at, low, high = reach[0]
        yield Line(((at, height(low)), (at, height(high))), side, INTERVAL)
    for known in trend.known_runs(run, side):
        points = [(place[point.year], height(getattr(point, side)[0])) for point in known]
        if len(points) > 1:
            yield Line(tuple(points), side, 2.5)
        for point, (at, y) in zip(known, points, strict=True):
            says = f"{year_label(point.year)}: {getattr(point, f'{side}_words')}"
            yield Dot(at, y, side, solid=side == "cwsw", size=7, says=says)


def _ends(parts: trend.Parts, place: Mapping[int, int], height: Callable[[float], float]) -> Iterator[Mark]:
    last = parts.last
    at, (cwsw, peers) = place[last.year], (height(last.cwsw[0]), height(last.peers[0]))
    apart = NEAR - abs(cwsw - peers)
    if apart > 0:
        way = 1 if cwsw >= peers else -1
        cwsw, peers = cwsw + way * apart / 2, peers - way * apart / 2
    for y, text, colour in ((cwsw, last.cwsw_words, "cwsw"), (peers, last.peers_words, "peers")):
        yield Words("", at, y, text, colour, across=10)
