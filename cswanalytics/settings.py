"""An authority's own settings: `authority.toml` in its config folder, read once, frozen.

Without a config folder the defaults hold and the authority's name comes from the `schools` table.
"""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from cswanalytics.errors import DefinitionsInvalid
from cswanalytics.plain_text import on_one_line
from cswanalytics.toml_files import WRITTEN, NotReadable, contents, is_of, is_text
from cswanalytics.vocabulary import TOTAL, Who, is_time_period

CONFIG_VARIABLE = "CSWANALYTICS_CONFIG"
RELEASES_VARIABLE = "CSWANALYTICS_RELEASES"
EXACT_VARIABLE = "CSWANALYTICS_EXACT"
SAMPLE = Path(__file__).parents[1] / "data" / "sample"
SAMPLE_CONFIG = SAMPLE / "config"
"""The invented authority's own settings, and who may see what of it."""

LEAST_BASE = 5
MOST_BASE = 100
CURRENT = "current"
"""The file in a releases folder that names the release in use."""


class Window(StrEnum):
    """How long ago a child may have had a social worker and still be counted."""

    SIX_YEARS = "six years"
    EVER = "ever"


@dataclass(frozen=True)
class Milestone:
    """The gap that an aim asks for in an academic year, in its measure's unit."""

    year: int
    gap: float


@dataclass(frozen=True)
class Aim:
    """What an authority means to do about one gap: from a baseline to a target, by whom, and how.

    Gaps are in the measure's unit, beside peers, positive where children with a social worker do worse:
    smaller is better. The path between baseline and target is straight unless `milestones` bend it.
    """

    measure: str
    baseline: Milestone
    target: Milestone
    owner: str
    next_review: date
    doing: str
    who: Who = Who.CWSW
    milestones: tuple[Milestone, ...] = ()

    @classmethod
    def from_plain(cls, raw: Mapping[str, Any]) -> "Aim":
        """Give the aim that a manifest holds as plain values. KeyError, TypeError or ValueError if none."""
        return cls(
            measure=raw["measure"],
            baseline=Milestone(**raw["baseline"]),
            target=Milestone(**raw["target"]),
            owner=raw["owner"],
            next_review=date.fromisoformat(raw["next_review"]),
            doing=raw["doing"],
            who=Who(raw["who"]),
            milestones=tuple(Milestone(**entry) for entry in raw["milestones"]),
        )


@dataclass(frozen=True)
class Letters:
    """What stands in letters to schools: where an answer goes, and what a school can ask for, a line each."""

    reply_to: str = ""
    can_ask_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class PublicFigure:
    """A figure of all pupils that the authority has already made public exactly, for one academic year.

    Of a school, of an item of a breakdown, or of the authority. `pupils` is how many there are, `count` how
    many of them have what the measure counts; one of the two may be missing.
    """

    measure: str
    year: int
    pupils: int | None = None
    count: int | None = None
    school_urn: str = ""
    breakdown: str = TOTAL
    breakdown_item: str = TOTAL


@dataclass(frozen=True)
class Settings:
    """What an authority decides. `name` is empty where the exports name it; `base` is never under 5."""

    name: str = ""
    window: Window = Window.SIX_YEARS
    base: int = LEAST_BASE
    legal_basis: str = ""
    left_out_of_previous: tuple[str, ...] = ("RC8", "RC9")
    config: Path | None = None
    aims: tuple[Aim, ...] = ()
    letters: Letters = field(default_factory=Letters)
    public_figures: tuple[PublicFigure, ...] = ()


def config_folder(option: Path | None) -> Path | None:
    """Give the config folder: the option, else CSWANALYTICS_CONFIG, else none. It must be there."""
    from_environment = os.environ.get(CONFIG_VARIABLE)
    config = option or (Path(from_environment) if from_environment else None)
    if config and not config.is_dir():
        raise DefinitionsInvalid(f"the config folder {config} does not exist")
    return config


def releases_folder(option: Path | None) -> Path:
    """Give the releases folder: the option, else CSWANALYTICS_RELEASES, else `releases`."""
    return option or Path(os.environ.get(RELEASES_VARIABLE, "releases"))


def releases_to_read(option: Path | None) -> Path:
    """Give the releases folder a question is put to: as `releases_folder`, or the only one there is here.

    An analyst who has just built into a folder of another name is answered from it. Where several folders
    here hold releases none is guessed.
    """
    folder = releases_folder(option)
    if option or RELEASES_VARIABLE in os.environ or (folder / CURRENT).is_file():
        return folder
    here = [found.parent for found in Path().glob(f"*/{CURRENT}") if found.is_file()]
    return here[0] if len(here) == 1 else folder


def exact_folder(option: Path | None, releases: Path) -> Path:
    """Give the exact view's folder: the option, else CSWANALYTICS_EXACT, else `exact` beside `releases`."""
    from_environment = os.environ.get(EXACT_VARIABLE)
    return option or (Path(from_environment) if from_environment else releases.absolute().parent / "exact")


def load(config: Path | None = None, measures: Collection[str] | None = None) -> Settings:
    """Read `authority.toml` from a config folder. DefinitionsInvalid carries every fault.

    `measures` are the ids of those an aim may be set on; without them an aim's measure is not checked.
    """
    if config is None:
        return Settings()
    file = config / "authority.toml"
    if not file.is_file():
        return Settings(config=config)
    try:
        raw = contents(file)
    except NotReadable as error:
        raise DefinitionsInvalid(f"{file} {error}") from error
    faults: list[str] = []
    aims = _aims(raw.pop("aims", []), measures, faults)
    letters = _letters(raw.pop("letters", {}), faults)
    public_figures = _public_figures(raw.pop("public_figures", []), faults)
    faults += [f"[{on_one_line(section)}] is not a section" for section in raw if section not in SECTIONS]
    authority, cohort, rounding = (_section(raw, name, faults) for name in SECTIONS)
    window = cohort.get("window", Window.SIX_YEARS)
    if window not in tuple(Window):
        faults.append(f"[cohort] window must be one of: {', '.join(Window)}")
    base = rounding.get("base", LEAST_BASE)
    if not isinstance(base, int) or isinstance(base, bool) or not LEAST_BASE <= base <= MOST_BASE:
        faults.append(
            f"[rounding] base must be a whole number of {LEAST_BASE} or more, and at most {MOST_BASE}"
        )
    if faults:
        raise DefinitionsInvalid(
            "\n".join([f"{file} has {len(faults)} fault(s):", *(f"  {fault}" for fault in faults)])
        )
    return Settings(
        name=authority.get("name", ""),
        window=Window(window),
        base=base,
        legal_basis=authority.get("legal_basis", ""),
        left_out_of_previous=tuple(cohort.get("left_out_of_previous", Settings.left_out_of_previous)),
        config=config,
        aims=aims,
        letters=letters,
        public_figures=public_figures,
    )


SECTIONS: Mapping[str, Mapping[str, object]] = {
    "authority": {"name": str, "legal_basis": str},
    "cohort": {"window": None, "left_out_of_previous": tuple[str, ...]},
    "rounding": {"base": None},
}
"""The sections of `authority.toml` besides its lists, and the type of each setting; None is checked apart."""


def _section(raw: Mapping[str, Any], name: str, faults: list[str]) -> Mapping[str, Any]:
    section, declared = raw.get(name, {}), SECTIONS[name]
    if not isinstance(section, dict):
        faults.append(f"{name} is written as a section: [{name}]")
        return {}
    faults += [
        f"[{name}] {on_one_line(setting)} is not a setting" for setting in section if setting not in declared
    ]
    faults += [
        f"[{name}] {setting} must be {WRITTEN[wanted]}"
        for setting, wanted in declared.items()
        if wanted and setting in section and not is_of(wanted, section[setting])
    ]
    return section


def _letters(raw: object, faults: list[str]) -> Letters:
    if not isinstance(raw, dict) or set(raw) - {entry.name for entry in fields(Letters)}:
        faults.append("[letters] has only: reply_to, can_ask_for")
        return Letters()
    reply_to, can_ask_for = raw.get("reply_to", ""), raw.get("can_ask_for", [])
    if not is_text(reply_to):
        faults.append("[letters] reply_to must be a text")
    if not isinstance(can_ask_for, list) or not all(is_text(line) and line.strip() for line in can_ask_for):
        faults.append('[letters] can_ask_for must be a list of texts: ["Training for all staff"]')
    if faults:
        return Letters()
    return Letters(str(reply_to).strip(), tuple(line.strip() for line in can_ask_for))


def _public_figures(raw: object, faults: list[str]) -> tuple[PublicFigure, ...]:
    if not isinstance(raw, list):
        faults.append("public figures are written as [[public_figures]], one for each")
        return ()
    figures = []
    for place, entry in enumerate(raw, start=1):
        found = _public_figure_faults(entry) if isinstance(entry, dict) else ["is not a public figure"]
        faults += [f"[[public_figures]] {place}: {fault}" for fault in found]
        figures += [PublicFigure(**entry)] if isinstance(entry, dict) and not found else []
    return tuple(figures)


def _public_figure_faults(entry: dict[str, Any]) -> list[str]:
    known = {spec.name for spec in fields(PublicFigure)}
    found = [f"{name} is not a setting of a public figure" for name in entry if name not in known]
    year = entry.get("year")
    if not isinstance(year, int) or isinstance(year, bool) or not is_time_period(year):
        found.append("the year must be six digits, such as 202425 for 2024/25")
    texts = ("measure", "school_urn", "breakdown", "breakdown_item")
    found += [
        f"{name} must be a text in quotes"
        for name in texts
        if (name == "measure" and name not in entry) or not is_text(entry.get(name, ""))
    ]
    numbers = {name: entry[name] for name in ("pupils", "count") if name in entry}
    if not numbers:
        found.append("give the pupils, or the count of those the measure counts, or both")
    found += [
        f"{name} must be a whole number of nought or more"
        for name, number in numbers.items()
        if not is_of(int, number) or number < 0
    ]
    return found


def _aims(raw: object, measures: Collection[str] | None, faults: list[str]) -> tuple[Aim, ...]:
    if not isinstance(raw, list):
        faults.append("aims are written as [[aims]], one for each")
        return ()
    aims: list[Aim] = []
    for number, entry in enumerate(raw, start=1):
        found: list[str] = []
        aim = _aim(entry, measures, found) if isinstance(entry, dict) else None
        if aim and any((aim.measure, aim.who) == (other.measure, other.who) for other in aims):
            found.append(f"there is another aim for {aim.measure} of {aim.who}")
        if aim is None and not found:
            found.append("is not an aim: write [[aims]] and its settings below")
        faults += [f"[[aims]] {number}: {fault}" for fault in found]
        aims += [aim] if aim else []
    return tuple(aims)


def _aim(raw: dict[str, Any], measures: Collection[str] | None, faults: list[str]) -> Aim | None:
    """Read one aim; None where it has faults, which are added."""
    known = {entry.name for entry in fields(Aim)}
    faults += [f"{name} is not a setting of an aim" for name in raw if name not in known]
    texts = {name: raw.get(name) for name in ("measure", "owner", "doing")}
    faults += [
        f"{name} must be given, as a text"
        for name, text in texts.items()
        if not is_text(text) or not text.strip()
    ]
    measure = texts["measure"]
    if isinstance(measure, str) and measure and measures is not None and measure not in measures:
        faults.append(f"there is no measure '{measure}' to set an aim on; there are: {', '.join(measures)}")
    who = raw.get("who", Who.CWSW.value)
    if who not in tuple(Who):
        faults.append(f"who must be one of: {', '.join(Who)}")
    next_review = raw.get("next_review")
    if not isinstance(next_review, date) or isinstance(next_review, datetime):
        faults.append("next_review must be given, as a date: 2027-01-31")
    baseline, target = (_milestone(raw.get(name), name, faults) for name in ("baseline", "target"))
    listed = raw.get("milestones", [])
    if not isinstance(listed, list):
        faults.append("milestones must be a list: [{ year = 202526, gap = 12.5 }]")
        listed = []
    milestones = [
        _milestone(entry, f"milestone {number}", faults) for number, entry in enumerate(listed, start=1)
    ]
    if baseline and target:
        if target.year <= baseline.year:
            faults.append("the target's year must be after the baseline's")
        if target.gap > baseline.gap:
            faults.append("the target's gap must not be wider than the baseline's: smaller is better")
        years = [entry.year for entry in milestones if entry]
        if any(not baseline.year < year < target.year for year in years):
            faults.append("milestones must lie between the baseline's year and the target's")
        if years != sorted(set(years)):
            faults.append("milestones must be in order, one for a year")
    if faults or baseline is None or target is None or not isinstance(next_review, date):
        return None
    return Aim(
        measure=str(measure),
        baseline=baseline,
        target=target,
        owner=str(texts["owner"]).strip(),
        next_review=next_review,
        doing=str(texts["doing"]).strip(),
        who=Who(who),
        milestones=tuple(entry for entry in milestones if entry),
    )


def _milestone(raw: object, name: str, faults: list[str]) -> Milestone | None:
    if not isinstance(raw, dict) or set(raw) != {"year", "gap"}:
        faults.append(f"{name} must be given as {{ year = 202425, gap = 18.5 }}")
        return None
    year, gap = raw["year"], raw["gap"]
    found = len(faults)
    if not isinstance(year, int) or isinstance(year, bool) or not is_time_period(year):
        faults.append(f"{name}: the year must be six digits, such as 202425 for 2024/25")
    if not is_of(float, gap):
        faults.append(f"{name}: the gap must be a number")
    return None if len(faults) > found else Milestone(year, float(gap))
