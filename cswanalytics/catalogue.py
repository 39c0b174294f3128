"""The measures and breakdowns a release is made of, read from `definitions/` and checked when read.

A measure is numerator, population and group: one TOML file whose name is its id. An authority may keep
measures of its own in `measures/` in its config folder. Every fault of every file is reported at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from cswanalytics import offer
from cswanalytics.errors import DefinitionsInvalid
from cswanalytics.expressions import expression_faults
from cswanalytics.measure_files import TABLES, table_faults
from cswanalytics.offer import Offer
from cswanalytics.toml_files import NotReadable, contents, setting_faults
from cswanalytics.vocabulary import PARTS_OF_CWSW, TOTAL

DEFINITIONS = Path(__file__).parent / "definitions"
DATA_DICTIONARY = DEFINITIONS / "data_dictionary.csv"

FINE_SCALE = 10.0
"""Scores whose scale ends below this are released and read ten times finer."""


class MeasureKind(StrEnum):
    """How a measure is worked out, and so how it is rounded."""

    PROPORTION = "proportion"
    SHARE = "share"
    MEAN = "mean"
    RATE = "rate"

    @property
    def is_counted(self) -> bool:
        """Say whether its cells hold counts; the others hold coarsened values."""
        return self is MeasureKind.PROPORTION


class Better(StrEnum):
    """Which way a measure is better."""

    LOWER = "lower"
    HIGHER = "higher"
    NONE = "none"


class Unit(StrEnum):
    """What a measure's figure is in, on screen."""

    PERCENT = "percent"
    PER_1000 = "per_1000"
    PER_100 = "per_100"
    SCORE = "score"

    @property
    def scale(self) -> float:
        """Give what a proportion is multiplied by to be shown in this unit."""
        return {Unit.PERCENT: 100.0, Unit.PER_1000: 1000.0, Unit.PER_100: 100.0, Unit.SCORE: 1.0}[self]


@dataclass(frozen=True)
class NotComparable:
    """Academic years whose figures must not be set beside others, and why."""

    years: tuple[int, ...]
    because: str


@dataclass(frozen=True)
class Break:
    """An academic year from which a series starts afresh, and why."""

    first_year: int
    because: str


@dataclass(frozen=True)
class Example:
    """A worked example of a measure, which is also its test.

    `child` holds columns of `child_year`; `counted` says 'in both', 'in denominator' or 'in neither' for
    counted measures; `value` is the figure of that one child for the others.
    """

    because: str
    child: Mapping[str, Any]
    counted: str = ""
    value: float | None = None


@dataclass(frozen=True)
class Measure:
    """One measure, as its TOML file declares it. `docs/measures.md` lists them all.

    Relations that true counts obey, and so published ones must: a `ladder`, of which each step lies inside
    the one before; `all_of`, the measures of the same pupils each of which must be met to meet this one;
    `item_of`, the item of a breakdown ('sen_provision=K') whose head-count this measure's count is;
    `only_of`, the one group it is about, which has no peers and no breakdown.
    """

    id: str
    title: str
    short: str
    counts: str
    theme: str
    kind: MeasureKind
    unit: Unit
    better: Better
    order: int
    population: str
    numerator: str
    why_it_matters: str
    if_a_governor_asks: str
    source: str
    owner: str
    next_review: date
    needs: tuple[str, ...]
    denominator: str = ""
    verb: str = ""
    stage: str = ""
    tier: int = 0
    ladder: str = ""
    step: int = 1
    divisor: int = 1
    events: str = ""
    part_of: str = ""
    pool_years: int = 1
    school_level: bool = True
    in_year: bool = True
    of_all_pupils: bool = False
    all_of: tuple[str, ...] = ()
    item_of: str = ""
    only_of: str = ""
    breakdowns_left_out: tuple[str, ...] = ()
    not_comparable: tuple[NotComparable, ...] = ()
    breaks: tuple[Break, ...] = ()
    must_not_be_compared_with: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    national: str = ""
    drift: float = 0.0
    least_change: float = 0.0
    drift_because: str = ""
    scale_end: float = 100.0
    examples: tuple[Example, ...] = field(default=())

    def not_comparable_because(self, time_period: int) -> str:
        """Give why a year must not be set beside others; empty where it may."""
        return next((entry.because for entry in self.not_comparable if time_period in entry.years), "")

    @property
    def is_counted(self) -> bool:
        """Say whether its cells hold counts."""
        return self.kind.is_counted

    @property
    def has_peers(self) -> bool:
        """Say whether children with a social worker can be set beside their peers, and so have a gap."""
        return not self.of_all_pupils and not self.only_of

    @property
    def has_fine_scale(self) -> bool:
        """Say whether it is a score on a scale of under ten, read to hundredths: Progress 8, EBacc points."""
        return self.unit is Unit.SCORE and self.scale_end < FINE_SCALE

    @property
    def ladder_name(self) -> str:
        """Give the ladder it is a step of: its own id where it stands alone."""
        return self.ladder or self.id


@dataclass(frozen=True)
class Breakdown:
    """A declared way to part the pupils; `items` maps codes to labels, in the order they are printed."""

    name: str
    title: str
    columns: tuple[str, ...]
    items: Mapping[str, str]


@dataclass(frozen=True)
class Catalogue:
    """Every measure, by its `order`, every breakdown, and what there is besides measures, as declared."""

    measures: Mapping[str, Measure]
    breakdowns: Mapping[str, Breakdown]
    offer: Offer = field(default_factory=Offer)

    def measure(self, measure_id: str) -> Measure:
        """Give one measure. DefinitionsInvalid names the ones there are."""
        if measure_id not in self.measures:
            raise DefinitionsInvalid(
                f"there is no measure '{measure_id}'; there are: {', '.join(self.measures)}"
            )
        return self.measures[measure_id]

    def aimable(self) -> tuple[str, ...]:
        """Give the ids of the measures an aim may be set on: those with a gap that is better when smaller."""
        return tuple(
            measure.id
            for measure in self.measures.values()
            if measure.better is not Better.NONE and measure.has_peers
        )

    def of_tier(self, tier: int) -> tuple[Measure, ...]:
        """Give the measures of a tier."""
        return tuple(measure for measure in self.measures.values() if measure.tier == tier)

    def breakdown_names(self, measure: Measure) -> tuple[str, ...]:
        """Give the breakdowns a measure is offered by, the total first."""
        return (TOTAL, *(name for name in self.breakdowns if name not in measure.breakdowns_left_out))


def load(config: Path | None = None) -> Catalogue:
    """Read and check the shipped definitions, and an authority's own measures in `config/measures/`.

    DefinitionsInvalid carries every fault of every file.
    """
    return _load(config.resolve() if config else None)


@cache
def _load(config: Path | None) -> Catalogue:
    files = sorted((DEFINITIONS / "measures").glob("*.toml"))
    if config:
        files += sorted((config / "measures").glob("*.toml"))
    faults: list[str] = []
    measures = [measure for file in files if (measure := _read_measure(file, faults))]
    breakdowns = _read_breakdowns(DEFINITIONS / "breakdowns.toml")
    offered = offer.read(DEFINITIONS / "offer.toml", config / "offer.toml" if config else None, faults)
    _check_together(measures, faults)
    _check_relations(measures, breakdowns, faults)
    if faults:
        raise DefinitionsInvalid(
            "\n".join(["the definitions have faults:", *(f"  {fault}" for fault in faults)])
        )
    ordered = sorted(measures, key=lambda measure: (measure.order, measure.id))
    return Catalogue(
        {measure.id: _where_offered(measure, breakdowns) for measure in ordered}, breakdowns, offered
    )


def _where_offered(measure: Measure, breakdowns: Mapping[str, Breakdown]) -> Measure:
    """Leave out the breakdowns and schools that a relation rules out.

    An item's head-count is known by the breakdowns that have a pair with it; of one group there are no parts.
    """
    if not measure.item_of and not measure.only_of:
        return measure
    single = measure.item_of.partition("=")[0]
    paired = {
        part for name in breakdowns if single and single in name.split("×") for part in name.split("×")
    } - {single}
    return replace(
        measure,
        school_level=False,
        breakdowns_left_out=tuple(name for name in breakdowns if name not in paired),
    )


def _read_measure(file: Path, faults: list[str]) -> Measure | None:
    try:
        raw = contents(file)
    except NotReadable as error:
        faults.append(f"{file.name}: {error}")
        return None
    tables = {name: raw.pop(name, None) for name in TABLES}
    found = table_faults(tables)
    found += setting_faults(Measure, raw, ("id", "step", *tables))
    for name, options in (("kind", MeasureKind), ("unit", Unit), ("better", Better)):
        if name in raw and raw[name] not in tuple(options):
            found.append(f"{name} must be one of {', '.join(options)}")
    for name in ("population", "numerator", "denominator", "events"):
        if isinstance(raw.get(name), str):
            found += [f"{name}: {fault}" for fault in expression_faults(raw[name])]
    if found:
        faults.extend(f"{file.name}: {fault}" for fault in found)
        return None
    ladder = tables["ladder"] or {}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()
    }
    values["kind"], values["unit"] = MeasureKind(raw["kind"]), Unit(raw["unit"])
    values["better"] = Better(raw["better"])
    return Measure(
        **values,
        id=file.stem,
        ladder=ladder.get("name", ""),
        step=ladder.get("step", 1),
        examples=tuple(Example(**example) for example in tables["examples"]),
        not_comparable=tuple(
            NotComparable(tuple(entry["years"]), entry["because"]) for entry in tables["not_comparable"] or ()
        ),
        breaks=tuple(Break(entry["from"], entry["because"]) for entry in tables["breaks"] or ()),
    )


def _check_together(measures: list[Measure], faults: list[str]) -> None:
    steps: dict[str, dict[int, Measure]] = {}
    ids: set[str] = set()
    for measure in measures:
        if measure.id in ids:
            faults.append(f"{measure.id}: there are two measures of this name")
        ids.add(measure.id)
        if measure.is_counted:
            ladder = steps.setdefault(measure.ladder_name, {})
            if measure.step in ladder:
                faults.append(
                    f"{measure.id}: ladder '{measure.ladder_name}' has two measures at step {measure.step}"
                )
            ladder[measure.step] = measure
        elif measure.kind is MeasureKind.SHARE and not measure.denominator:
            faults.append(f"{measure.id}: a share needs a denominator")
        elif measure.kind is MeasureKind.RATE and not measure.events:
            faults.append(f"{measure.id}: a rate needs events")
    for name, ladder in steps.items():
        if sorted(ladder) != list(range(1, len(ladder) + 1)):
            faults.append(f"ladder '{name}' has no unbroken steps from 1: {sorted(ladder)}")
        if len({measure.population for measure in ladder.values()}) > 1:
            faults.append(f"ladder '{name}': its measures must have one population")


def _check_relations(measures: list[Measure], breakdowns: Mapping[str, Breakdown], faults: list[str]) -> None:
    """Check what measures say of each other and of breakdowns: what they name is there, and fits."""
    by_id = {measure.id: measure for measure in measures}
    for measure in measures:
        for name in measure.all_of:
            part = by_id.get(name)
            if part is None:
                faults.append(f"{measure.id}: all_of names '{name}', which is no measure")
            elif not (part.is_counted and measure.is_counted and part.population == measure.population):
                faults.append(
                    f"{measure.id}: all_of names '{name}', which does not count pupils of the same population"
                )
        single, _, item = measure.item_of.partition("=")
        if measure.item_of and item not in getattr(breakdowns.get(single), "items", {}):
            faults.append(f"{measure.id}: item_of '{measure.item_of}' is no item of a breakdown")
        elif measure.item_of and (
            measure.population != "true" or measure.numerator != f"{single} = '{item}'" or measure.ladder
        ):
            faults.append(
                f"{measure.id}: item_of '{measure.item_of}' needs population 'true', numerator "
                f"\"{single} = '{item}'\" and no ladder"
            )
        conditions = measure.population.split(" and ")
        if measure.only_of and measure.only_of not in PARTS_OF_CWSW:
            faults.append(f"{measure.id}: only_of must be one of {', '.join(PARTS_OF_CWSW)}")
        elif measure.only_of and (
            f"social_care_group = '{measure.only_of}'" not in conditions or " or " in measure.population
        ):
            faults.append(
                f"{measure.id}: its population must hold \"social_care_group = '{measure.only_of}'\", "
                "joined by 'and'"
            )


def _read_breakdowns(file: Path) -> dict[str, Breakdown]:
    raw = contents(file)
    single = {
        name: Breakdown(name, entry["title"], (entry["column"],), entry["items"])
        for name, entry in raw.items()
        if "column" in entry
    }
    pairs = {
        name: Breakdown(
            name,
            entry["title"],
            tuple(single[part].columns[0] for part in entry["pair"]),
            {
                f"{one}×{other}": f"{one_label}, {other_label.lower()}"
                for one, one_label in single[entry["pair"][0]].items.items()
                for other, other_label in single[entry["pair"][1]].items.items()
            },
        )
        for name, entry in raw.items()
        if "pair" in entry
    }
    return {name: single[name] if name in single else pairs[name] for name in raw}
