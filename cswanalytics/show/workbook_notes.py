"""What a reader of a downloaded release must know: who is counted, how, and what may not be compared."""

from collections.abc import Iterator

from cswanalytics.answers import ReleaseFacts
from cswanalytics.catalogue import Measure
from cswanalytics.gateway import ReleaseGateway
from cswanalytics.show import ees, words
from cswanalytics.vocabulary import GROUP_LABELS

NOTE_HEADS = ("About", "Note")
MEASURE_HEADS = (
    "Measure", "Title", "Theme", "What it counts", "Unit", "Better", "Not comparable", "Starts afresh",
    "Caveats",
)  # fmt: skip

WINDOWS = {"six years": "in the six years before it", "ever": "at any time before it"}

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


def notes(gateway: ReleaseGateway) -> Table:
    """Give the heads and rows of the notes."""
    return NOTE_HEADS, [*_of_the_release(gateway.facts), *_of_the_years(gateway)]


def measures(gateway: ReleaseGateway) -> Table:
    """Give the heads and rows of the list of measures."""
    return MEASURE_HEADS, [_measure(measure) for measure in gateway.measures()]


def _of_the_release(facts: ReleaseFacts) -> Iterator[tuple[str, str]]:
    if facts.invented:
        yield "Invented data", "Every figure is invented: no child, school or authority here is real."
    yield (
        "Who is counted",
        "Pupils with a main or only enrolment at a school of the authority at any time in the academic year, "
        "once each.",
    )
    yield (
        "Children with a social worker (CWSW)",
        "Pupils who are looked after, on a child protection plan or in need on the reference date, or were "
        f"so before it ({WINDOWS.get(facts.cohort_window, facts.cohort_window)}). Each is in one group only: "
        "looked after, else on a plan, else in need, else previously.",
    )
    for group, label in GROUP_LABELS.items():
        yield f"Group {group}", f"{label[0].upper()}{label[1:]}."
    yield "Peers", f"All pupils who are in none of those groups. {ees.peers(facts)}."
    yield (
        "Rounding",
        f"Counts are rounded together to multiples of {facts.base}, so that tables add up; each is up to "
        f"{facts.base - 1} from the truth. Shares, means and rates are coarsened. None or all of a group is "
        "given as 'under' or 'over' a bound.",
    )
    yield "Symbol c", "Withheld, so that no child can be picked out, or too few children to show."
    yield "Symbol z", "Not applicable: nothing to count, or not a number that this measure has."
    yield "Symbol x", "Not available."
    yield (
        "Low and high",
        "A 95 % interval: how far chance alone moves a figure from year to year, and what rounding leaves "
        "open.",
    )
    yield (
        "Gap",
        "Above 0 where children with a social worker do worse; CWSW less peers where neither way is better. "
        "Where a figure is only 'under' or 'over' a bound, the gap is known as a range.",
    )
    yield (
        "Schools",
        "One school's figures of one year move far by chance: they stand in Data only, for all its children "
        "together, and schools must not be ranked by them.",
    )
    for warning in facts.warnings:
        yield "Warning of this release", f"{warning[0].upper()}{warning[1:]}."
    if facts.legal_basis:
        yield "Legal basis", facts.legal_basis


def _of_the_years(gateway: ReleaseGateway) -> Iterator[tuple[str, str]]:
    facts = gateway.facts
    for measure in gateway.measures():
        for entry in measure.not_comparable:
            yield f"Not comparable: {measure.title}", f"{words.years(entry.years)}: {entry.because}."
        if measure.id in facts.withheld:
            yield f"Withheld: {measure.title}", facts.withheld[measure.id]
        if measure.id in facts.not_exported:
            yield f"Not exported: {measure.title}", f"needs the table {facts.not_exported[measure.id]}"


def _measure(measure: Measure) -> tuple[str, ...]:
    return (
        measure.id,
        measure.title,
        measure.theme,
        measure.counts,
        measure.unit.value.replace("_", " "),
        measure.better.value,
        "; ".join(f"{words.years(entry.years)}: {entry.because}" for entry in measure.not_comparable),
        "; ".join(f"{words.years([entry.first_year])}: {entry.because}" for entry in measure.breaks),
        " ".join(measure.caveats),
    )
