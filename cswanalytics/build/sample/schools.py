"""The invented schools: their names, phases, trusts, neighbourhoods, and what each does for its pupils."""

import itertools
from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cswanalytics.build.sample.draws import Numbers, Truth, Whole, stream
from cswanalytics.build.sample.terms import NO_DAY, day
from cswanalytics.build.sample.writing import dates, words
from cswanalytics.vocabulary import Phase

LA_NAME = "Sampleshire"
NEW_LA_CODE = "E10009999"
FIRST_URN = 900001
FIRST_LAESTAB = 9992001

FEW_SCHOOLS = (
    *("Primary", "Secondary", "Primary", "Special", "Primary", "Primary", "Alternative provision", "Primary"),
    *(
        "Primary",
        "Secondary",
        "Primary",
        "Nursery",
        "Primary",
        "Primary",
        "16 plus",
        "Primary",
        "All-through",
    ),
    *("Primary", "Primary"),
)
"""The order in which phases join an authority of under twenty schools; a lone school is all-through."""
SHARES = {
    Phase.NURSERY: 0.034,
    Phase.ALL_THROUGH: 0.034,
    Phase.SECONDARY: 0.15,
    Phase.SIXTEEN_PLUS: 0.017,
    Phase.SPECIAL: 0.067,
    Phase.ALTERNATIVE_PROVISION: 0.034,
}
"""About the share of each phase among England's schools; the rest are primary schools."""

BEGINNINGS = (
    *(
        "Thistle",
        "Quern",
        "Lark",
        "Bramble",
        "Otter",
        "Wren",
        "Tansy",
        "Sorrel",
        "Plover",
        "Teasel",
        "Mallow",
    ),
    *("Yarrow", "Comfrey", "Dunlin", "Marrow", "Linnet", "Saffron", "Campion", "Fennel", "Siskin"),
)
ENDINGS = (
    *("mere", "brook", "hollow", "combe", "stead", "garth", "holt", "beck", "wick", "down", "haven", "gate"),
    *("moor", "cote", "well", "fold"),
)
KINDS_OF_NAME = {
    Phase.NURSERY: ("Nursery School",),
    Phase.PRIMARY: (
        "Primary School",
        "Primary School",
        "Church of England Primary School",
        "Primary Academy",
    ),
    Phase.ALL_THROUGH: ("All-through School",),
    Phase.SECONDARY: ("School", "High School", "Academy", "Community School"),
    Phase.SIXTEEN_PLUS: ("Sixth Form College",),
    Phase.SPECIAL: ("School", "Special School"),
    Phase.ALTERNATIVE_PROVISION: ("Learning Centre", "Education Centre"),
}
TRUSTS = (
    ("Quillwater Schools Trust", 0.17),
    ("Marrowmere Academies Trust", 0.11),
    ("Saltbell Learning Trust", 0.08),
    ("Two Otters Federation", 0.035),
    ("Tansy and Tern Federation", 0.035),
)
"""Each trust and its share of the schools."""

LITTLE = {"absence": 0.22, "suspension": 0.35, "attainment": 0.15}
"""How far ordinary schools lie apart in their pupils' propensities (standard deviations): modestly."""
STANDING_OUT_ABSENCE = {Phase.SECONDARY: 0.85, Phase.PRIMARY: 1.2}
"""Two schools, one of each phase: how much more prone to absence their children with a social worker are."""
STANDING_OUT_SUSPENSION = 1.3
"""One school: how much readier it is to suspend."""
FEWEST_FOR_STANDING_OUT = 12
"""With fewer schools than this none is made to stand out."""


@dataclass(frozen=True)
class Schools:
    """The schools in the order of their URNs; every array has one entry a school.

    `places` weighs how many children it takes into reception, or into year 7; `deprivation` is that of its
    neighbourhood (0 average, standard deviation about 0.8); `across` and `along` place it on the map. The
    effects are added to its pupils' propensities.
    """

    phase: NDArray[np.str_]
    name: list[str]
    trust: list[str | None]
    opened: Whole
    places: Numbers
    deprivation: Numbers
    across: Numbers
    along: Numbers
    absence: Numbers
    absence_of_cwsw: Numbers
    suspension: Numbers
    attainment: Numbers

    def __len__(self) -> int:
        return len(self.phase)

    def of(self, *phases: Phase) -> Whole:
        """Give the positions of the schools of these phases."""
        return np.flatnonzero(np.isin(self.phase, [phase.value for phase in phases])).astype(np.int32)

    def are(self, *phases: Phase) -> Truth:
        """Say of each school whether it is of one of these phases."""
        return np.isin(self.phase, [phase.value for phase in phases])

    @property
    def urns(self) -> pa.Array:
        """Give the URNs as text."""
        return pa.array([str(FIRST_URN + place) for place in range(len(self))], type=pa.string())

    def table(self) -> dict[str, pa.Array]:
        """Give the columns of the export table `schools`."""
        count = len(self)
        return {
            "school_urn": self.urns,
            "school_name": words(self.name),
            "school_laestab": words([str(FIRST_LAESTAB + place) for place in range(count)]),
            "education_phase": words(self.phase.tolist()),
            "la_name": words([LA_NAME] * count),
            "new_la_code": words([NEW_LA_CODE] * count),
            "trust_name": words(self.trust),
            "open_date": dates(self.opened),
            "close_date": dates(np.full(count, NO_DAY)),
        }


def invent_schools(seed: int, count: int) -> Schools:
    """Invent `count` schools: of every phase where there are twenty or more."""
    rng = stream(seed, "schools")
    phases = np.array([phase.value for phase in _phases(count)])
    places = rng.choice([15, 30, 30, 45, 60, 60, 90], size=count).astype(float)
    secondary = np.isin(phases, [Phase.SECONDARY.value, Phase.ALL_THROUGH.value])
    places[secondary] = rng.choice([120, 150, 180, 210, 240], size=secondary.sum())
    across, along = rng.random(count), rng.random(count)
    # two poor quarters of one town, and a gentle slope across the county
    deprivation = 1.1 * np.exp(-((across - 0.3) ** 2 + (along - 0.6) ** 2) / 0.04) + 0.4 * (across - 0.5)
    deprivation += rng.normal(0, 0.55, count)
    absence_of_cwsw, suspension = np.zeros(count), rng.normal(0, LITTLE["suspension"], count)
    if count >= FEWEST_FOR_STANDING_OUT:
        for phase, effect in STANDING_OUT_ABSENCE.items():
            absence_of_cwsw[_largest(phases, places, deprivation, phase)] = effect
        suspension[_largest(phases, places, -deprivation, Phase.SECONDARY)] = STANDING_OUT_SUSPENSION
    return Schools(
        phase=phases,
        name=_names(rng, phases),
        trust=_trusts(rng, phases),
        opened=rng.integers(day(date(1972, 1, 1)), day(date(2018, 9, 1)), count).astype(np.int32),
        places=places,
        deprivation=deprivation - deprivation.mean(),
        across=across,
        along=along,
        absence=rng.normal(0, LITTLE["absence"], count),
        absence_of_cwsw=absence_of_cwsw,
        suspension=suspension,
        attainment=rng.normal(0, LITTLE["attainment"], count),
    )


def _phases(count: int) -> list[Phase]:
    if count == 1:
        return [Phase.ALL_THROUGH]
    if count < 20:
        chosen = [Phase(name) for name in FEW_SCHOOLS[:count]]
    else:
        numbers = {phase: max(1, round(share * count)) for phase, share in SHARES.items()}
        numbers[Phase.PRIMARY] = count - sum(numbers.values())
        chosen = [phase for phase, number in numbers.items() for _ in range(number)]
    # the list of URNs tells nothing of the phase's rank but its order: as in a register, phase after phase
    return sorted(chosen, key=list(Phase).index)


def _largest(phases: NDArray, places: Numbers, deprivation: Numbers, phase: Phase) -> int:
    """Choose the school of a phase that is largest, and in the poorest neighbourhood, of the two together."""
    score = np.sqrt(places) * np.exp(0.5 * deprivation)
    return int(np.argmax(np.where(phases == phase.value, score, -np.inf)))


def _names(rng: np.random.Generator, phases: NDArray) -> list[str]:
    stems = [begin + end for begin, end in itertools.product(BEGINNINGS, ENDINGS)]
    used: Counter[str] = Counter()
    names = []
    order = rng.permutation(len(stems))
    for place, phase in enumerate(phases):
        stem = stems[order[place % len(stems)]]
        name = f"{stem} {rng.choice(KINDS_OF_NAME[Phase(phase)])}"
        used[name] += 1
        names.append(name if used[name] == 1 else f"{name} {_in_words(used[name])}")
    return names


def _in_words(number: int) -> str:
    return ("", "", "East", "West", "North", "South")[number] if number < 6 else f"Number {number}"


def _trusts(rng: np.random.Generator, phases: NDArray) -> list[str | None]:
    trusts: list[str | None] = [None] * len(phases)
    free = list(rng.permutation(np.flatnonzero(phases != Phase.NURSERY.value)))
    for name, share in TRUSTS:
        for _ in range(round(share * len(phases))):
            trusts[free.pop()] = name
    return trusts
