"""What a funnel is drawn from, on screen or in print: where things stand, and which names may be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cswanalytics.catalogue import Measure, Unit
from cswanalytics.inference.funnel import LEAST_PUPILS_TO_CLASSIFY, Z_INNER, Z_OUTER, Funnel, Place
from cswanalytics.show import words
from cswanalytics.show.charts import frame

AXIS_HEIGHT = 270
MARGINS = frame.Margins(left=34, right=84, top=34, bottom=50)
ROW = 20
"""Pixels between the rows on which names stand, clear of the funnel."""
LEAST_BETWEEN_LABELS = 17
FEWEST = 10
"""Children from which a share is drawn: where the axis starts."""
MOST_NAMES = 7
"""Of schools; with more, letters stand on the dots and the table has the names."""
LONGEST_NAME = 26
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

DOT, NAMED_DOT, OWN_DOT = 9, 12, 16
BESIDE_LEADER = {"left": 5, "center": 0, "right": -5}
"""Pixels between a leader and a name held by one end."""
OUTER_WIDTH, INNER_WIDTH, EXPECTED_WIDTH = 1.8, 1.4, 1.5
LINE_POINTS = 60


@dataclass(frozen=True)
class Dot:
    """A school's place: published children and share in the measure's unit.

    `hollow` where nothing is said of it. `name`, `hover` and `letter` are empty for a school that must not be
    told.
    """

    pupils: float
    share: float
    hollow: bool = False
    name: str = ""
    hover: str = ""
    letter: str = ""


@dataclass(frozen=True)
class Leader:
    """A name on a row of its own, above the axis (1, 2, ...) or under it (−1, −2, ...), and its dot."""

    dot: Dot
    row: int


@dataclass(frozen=True)
class Line:
    """The limits: at so many children, the two outer and the two inner ones."""

    pupils: tuple[float, ...]
    outer: tuple[tuple[float, ...], tuple[float, ...]]
    inner: tuple[tuple[float, ...], tuple[float, ...]]


@dataclass(frozen=True)
class Parts:
    """All a funnel is drawn from, on screen or in print."""

    unit: str
    across: str
    grey: tuple[Dot, ...]
    beyond: tuple[Dot, ...]
    leaders: tuple[Leader, ...]
    own: Dot | None
    line: Line
    expected: float
    expected_words: str
    most_pupils: float
    top: float
    step: float
    letters: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows_above(self) -> int:
        """How many rows of names stand above the axis."""
        return max((leader.row for leader in self.leaders), default=0)

    @property
    def rows_under(self) -> int:
        """How many rows of names stand under the axis."""
        return -min((leader.row for leader in self.leaders if leader.row < 0), default=0)

    @property
    def height(self) -> int:
        """How high the plot is, in pixels: the axis and the rows of names."""
        return AXIS_HEIGHT + ROW * (self.rows_above + self.rows_under)

    def of_pixels(self, pixels: float) -> float:
        """Give so many pixels in the measure's unit."""
        return pixels / AXIS_HEIGHT * self.top

    def row_at(self, row: int) -> float:
        """Give the height of the middle of a row of names, in the measure's unit."""
        middle = ROW * (abs(row) - 0.5)
        return self.top + self.of_pixels(middle) if row > 0 else -self.of_pixels(middle)

    @property
    def ticks(self) -> list[int]:
        """The children to print along the axis: where it starts, and at most three more."""
        _, step = frame.scale(self.most_pupils)
        steps = [int(step * at) for at in range(1, 5) if step * at <= self.most_pupils]
        kept = [tick for tick in steps if tick >= FEWEST + 0.12 * (self.most_pupils - FEWEST)]
        return [FEWEST, *(kept if len(kept) <= 3 else kept[1::2])]

    @property
    def labels(self) -> tuple[tuple[float, str], ...]:
        """The words at the right end and where they stand: the two upper limits, and all schools."""
        apart = self.of_pixels(LEAST_BETWEEN_LABELS)
        inner = max(self.line.inner[1][-1], self.expected + apart)
        outer = max(self.line.outer[1][-1], inner + apart)
        nb = words.NB
        return ((outer, f"99.8{nb}%"), (inner, f"95{nb}%"), (self.expected, self.expected_words))


def of_schools(worked: Funnel, names: Mapping[str, str], together: str = "") -> Parts | None:
    """Read the funnel of schools that may be told; None where none can be drawn.

    `names` maps the URNs of the schools to name to their names. `together` says which years are put together,
    '' for one.
    """
    if worked.drawn.empty:
        return None
    beyond = [row for _, row in worked.beyond.iterrows() if row["school_urn"] in names]
    by_name = sorted(beyond, key=lambda row: names[row["school_urn"]])
    letters = (
        {row["school_urn"]: _letter(at) for at, row in enumerate(by_name)} if len(beyond) > MOST_NAMES else {}
    )
    told = {row["school_urn"] for row in beyond}
    grey = [row for _, row in worked.drawn.iterrows() if row["school_urn"] not in told]
    dots = {
        row["school_urn"]: _dot(worked.measure, row, names, letters.get(row["school_urn"], ""))
        for row in beyond
    }
    return _parts(
        worked,
        tuple(_dot(worked.measure, row, names) for row in grey),
        tuple(dots.values()),
        () if letters else _leaders(dots, worked.beyond),
        None,
        together,
        letters,
    )


def of_one_school(worked: Funnel, urn: str, label: str, together: str = "") -> Parts | None:
    """Read the funnel that marks one school and tells nothing of the others; None where none can be drawn.

    `label` stands for it: 'Your school'. The others come in the order of their figures, not of the release.
    """
    if worked.drawn.empty:
        return None
    at = worked.drawn["school_urn"] == urn
    others = worked.drawn[~at].sort_values(["pupils", "share"])
    own = None
    for _, row in worked.drawn[at].iterrows():
        own = Dot(float(row["pupils"]), float(row["share"]), name=label)
    leaders = () if own is None else (Leader(own, 1),)
    grey = tuple(
        Dot(float(row["pupils"]), float(row["share"]), hollow=_hollow(row)) for _, row in others.iterrows()
    )
    return _parts(worked, grey, (), leaders, own, together, {})


def _parts(
    worked: Funnel,
    grey: tuple[Dot, ...],
    beyond: tuple[Dot, ...],
    leaders: tuple[Leader, ...],
    own: Dot | None,
    together: str,
    letters: Mapping[str, str],
) -> Parts:
    most = float(worked.drawn["pupils"].max()) * 1.06
    most = round(max(most, 2.0 * LEAST_PUPILS_TO_CLASSIFY))
    pupils = np.round(np.geomspace(FEWEST, most, LINE_POINTS), 1)
    outer, inner = (worked.limits(pupils, z) for z in (Z_OUTER, Z_INNER))
    highest = max(float(worked.drawn["share"].max()), float(outer[1][0]))
    top, step = frame.scale(highest)
    if worked.measure.unit is Unit.PERCENT and top >= 100:
        top, step = 100.0, 25.0
    last = f", {together}" if together else ""
    return Parts(
        unit=f"% of CWSW {_predicate(worked.measure)}{last}",
        across=f"children with a social worker{', years added' if together else ''} →",
        grey=grey,
        beyond=beyond,
        leaders=leaders,
        own=own,
        line=Line(tuple(pupils), _pair(outer), _pair(inner)),
        expected=worked.expected,
        expected_words=f"<b>{words.figure(worked.expected, worked.measure)}</b> all",
        most_pupils=most,
        top=top,
        step=step,
        letters=letters,
    )


def _pair(limits: tuple[np.ndarray, np.ndarray]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    low, high = (tuple(round(float(value), 2) for value in side) for side in limits)
    return low, high


def _predicate(measure: Measure) -> str:
    """Say what is counted after '% of CWSW': 'persistently absent'."""
    return measure.short[:1].lower() + measure.short[1:]


def _hollow(row: pd.Series) -> bool:
    return row["place"] is Place.CANNOT_SAY


def _dot(measure: Measure, row: pd.Series, names: Mapping[str, str], letter: str = "") -> Dot:
    name = names.get(row["school_urn"], "")
    hover = ""
    if name and not _hollow(row):
        figure = words.figure(row["share"], measure, row["extreme"])
        hover = f"{name}: {figure} of {int(row['pupils'])}"
    return Dot(
        pupils=float(row["pupils"]),
        share=float(row["share"]),
        hollow=_hollow(row),
        name=_short(name),
        hover=hover,
        letter=letter,
    )


def _letter(at: int) -> str:
    """Give the letters of the alphabet, then 'AA', 'AB': letters, for numbers would read as ranks."""
    before, last = divmod(at, len(LETTERS))
    return (LETTERS[before - 1] if before else "") + LETTERS[last]


def _short(name: str) -> str:
    """Give a name that fits a phone; the table has it whole."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


def _leaders(dots: Mapping[str, Dot], beyond: pd.DataFrame) -> tuple[Leader, ...]:
    """Give each name a row of its own, rising away from the funnel from left to right."""
    leaders = []
    for place, way in ((Place.HIGHER, 1), (Place.LOWER, -1)):
        urns = beyond.loc[beyond["place"] == place, "school_urn"]
        ordered = sorted((dots[urn] for urn in urns if urn in dots), key=lambda dot: dot.pupils)
        leaders += [Leader(dot, way * (at + 1)) for at, dot in enumerate(ordered)]
    return tuple(leaders)


def side_of(dot: Dot, parts: Parts) -> str:
    """Say by which end a name is held, so that it stays in the picture."""
    along = (dot.pupils - FEWEST) / (parts.most_pupils - FEWEST)
    return "left" if along < 0.3 else "right" if along > 0.7 else "center"
