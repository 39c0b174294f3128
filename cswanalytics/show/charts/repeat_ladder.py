"""The repeat ladder: of every 100 children, how many were suspended once, 2 to 4 times, and 5 or more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cswanalytics.show.charts import frame
from cswanalytics.show.charts.scene import Box, Key, Mark, Scene, Words
from cswanalytics.show.figures import NB, rounded

KEY_HEIGHT, BAR, BETWEEN = 44, 22, 6
NAME = 26
RUNG = NAME + 2 * BAR + BETWEEN + 20
HEADING = 36
INSET = 0.018
"""Of the longest bar: how far the wash block reaches out beyond the bars."""

AFTER_LONGEST = 1.42
"""Of the longest bar: room for 'fewer than 1' on a phone."""

ENOUGH = "Two or more: a different intervention is required"


@dataclass(frozen=True)
class Share:
    """How many of every 100 children, and the whole numbers that rounding leaves open."""

    point: float
    low: float
    high: float

    @property
    def words(self) -> str:
        """Say it: '6 to 7', '4', 'up to 2', 'fewer than 1'."""
        few, many = (int(rounded(end, 0)) for end in (self.low, self.high))
        if many == 0:
            return f"fewer than{NB}1"
        if few == 0:
            return f"up to{NB}{many}"
        return f"{few}" if few == many else f"{few}{NB}to{NB}{many}"


@dataclass(frozen=True)
class Rung:
    """A step of the repeat ladder: what it counts, and how many of every 100 of each group are on it."""

    name: str
    cwsw: Share
    peers: Share


def scene(rungs: Sequence[Rung], key: tuple[str, str]) -> Scene:
    """Tell the ladder as a scene; the steps from two up stand on one block."""
    longest = max(max(rung.cwsw.point, rung.peers.point, 0.5) for rung in rungs)
    once, *more = rungs
    marks: list[Mark] = [Key(key, 12), *_rung(once, KEY_HEIGHT)]
    top = KEY_HEIGHT + RUNG + 4
    foot = top + HEADING + RUNG * len(more)
    marks.append(Box(0, 1, top, foot, "wash", at_edge=True))
    marks.append(Words("", 0, top + 20, ENOUGH, size=frame.ROW_NAME))
    for at, rung in enumerate(more):
        marks += _rung(rung, top + HEADING + at * RUNG)
    return Scene(foot + 4, (-INSET * longest, AFTER_LONGEST * longest), tuple(marks))


def _rung(rung: Rung, down: float) -> Iterator[Mark]:
    yield Words(rung.name, 0, down + NAME / 2, size=frame.ROW_NAME)
    for at, (side, share) in enumerate((("cwsw", rung.cwsw), ("peers", rung.peers))):
        y = down + NAME + at * (BAR + BETWEEN)
        yield Box(0, share.point, y, y + BAR, side, solid=side == "cwsw")
        yield Words("", share.point, y + BAR / 2, share.words, side, frame.ROW_NAME, across=10)
