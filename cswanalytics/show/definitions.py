"""What each figure counts, in words: one measure at a time, and what is the same for all of them."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

import pandas as pd

from cswanalytics.answers import ReleaseFacts
from cswanalytics.catalogue import DATA_DICTIONARY, Better, Example, Measure, MeasureKind
from cswanalytics.show import words
from cswanalytics.vocabulary import year_label

IN_WORDS = {
    "true": "every pupil of the year",
    "of_statutory_school_age": "pupils of years 1 to 11, or outside year groups at that age",
    "sessions_possible > 0": "with at least one session they could have attended",
    "has_early_years_profile": "children with an early years profile",
    "has_phonics": "children with a result of the phonics check",
    "has_key_stage_2": "pupils with a key stage 2 result",
    "has_key_stage_4": "pupils with a key stage 4 result",
    "ebacc_aps_hundredths is not null": "with an English Baccalaureate point score",
    "progress8_hundredths is not null": "with a Progress 8 score",
    "social_care_group = 'cla'": "looked-after children",
    "looked_after_all_year": "without a break from the school year's first day to its last",
    "looked_after_12_months": "without a break for the twelve months to 31 March",
    "has_rated_pep": "with a rated plan in the year",
    "ncy_year not in ('N1', 'N2', '12', '13', '14')": "of reception to year 11",
}
"""Conditions of a population as readers read them; one that is not here is shown as it is written."""

EXAMPLES = {
    "in both": "Counted",
    "in denominator": "In, not counted",
    "in neither": "Left out",
}
BETTER = {
    Better.LOWER: "When it is lower.",
    Better.HIGHER: "When it is higher.",
    Better.NONE: "Neither way: it says how many, not how well.",
}
WORKED_OUT = {
    MeasureKind.PROPORTION: "Those counted, divided by all who are in.",
    MeasureKind.SHARE: "Sessions of that kind, divided by {out_of}, of all who are in.",
    MeasureKind.MEAN: "The scores of all who are in, added up, divided by how many they are.",
    MeasureKind.RATE: "The number of them, divided by the pupils who are in, times 100.",
}
OUT_OF = {
    "sessions_possible": "the sessions they could have attended",
    "sessions_possible - sessions_missed": "the sessions attended",
}

VERDICTS = (
    (
        "▼ Narrowed",
        "The gap is smaller than in the first year, by more than chance, rounding and ordinary drift.",
    ),
    (
        "▲ Widened",
        "The gap is larger than in the first year, by more than chance, rounding and ordinary drift.",
    ),
    ("No clear change", "The gap may have moved, but not by more than chance could have moved it."),
    ("Cannot say", "Too few children, years that are not comparable, or records that are not complete."),
)
"""What each verdict means."""


def matching(measures: Sequence[Measure], asked: str) -> list[Measure]:
    """Give the measures a search finds: the one of that id, else all whose words hold every word asked."""
    exact = [measure for measure in measures if asked.strip().lower() in (measure.id, measure.title.lower())]
    if exact:
        return exact
    wanted = re.findall(r"\w+", asked.lower())
    return [
        measure
        for measure in measures
        if all(
            word in f"{measure.title} {measure.short} {measure.counts} {measure.id}".lower()
            for word in wanted
        )
    ]


def answer(found: Sequence[Measure], everything: Sequence[Measure], asked: str) -> str:
    """Say what was found: of one measure, what it counts."""
    if not asked.strip():
        return (
            f"{len(everything)} figures are worked out. Each says here whom it counts and whom it leaves out."
        )
    if not found:
        return f"No figure is called “{asked.strip()}”. Clear the box to see them all."
    if len(found) == 1:
        counts = found[0].counts
        return f"{found[0].title}: {counts[:1].lower()}{counts[1:]}."
    return f"{len(found)} of {len(everything)} figures hold “{asked.strip()}”."


def who_is_in(measure: Measure) -> str:
    """Say who is in: 'Pupils of years 1 to 11 …, with at least one session they could have attended.'"""
    said = [IN_WORDS.get(part, f"those with `{part}`") for part in _conditions(measure.population)]
    return _sentence(", ".join(said))


def who_is_out(measure: Measure) -> str:
    """Say who is left out, with the worked examples of it."""
    if measure.population == "true":
        return "Nobody."
    shown = [example.because for example in measure.examples if example.counted == "in neither"]
    return " ".join(
        filter(None, ["All others.", _sentence(f"for instance: {'; '.join(shown)}") if shown else ""])
    )


def worked_out(measure: Measure) -> str:
    """Say what is divided by what."""
    if measure.of_all_pupils:
        return "Those counted, divided by all pupils."
    out_of = OUT_OF.get(measure.denominator, f"`{measure.denominator}`")
    said = WORKED_OUT[measure.kind].format(out_of=out_of)
    if measure.pool_years > 1:
        said += f" {measure.pool_years} years are put together."
    return said


def facts(measure: Measure) -> pd.DataFrame:
    """Give what there is to know of a measure as a table of two columns."""
    entries = [
        ("It counts", f"{measure.counts}."),
        ("Who is in", who_is_in(measure)),
        ("Who is out", who_is_out(measure)),
        ("Worked out as", worked_out(measure)),
        ("Better", BETTER[measure.better]),
        ("Not comparable", " ".join(not_comparable(measure))),
        ("Never set beside", _sentence("; ".join(measure.must_not_be_compared_with))),
        ("Mind", " ".join(measure.caveats)),
        ("England", england(measure)),
        ("From", f"{measure.source}, kept by {measure.owner}; next review {words.day(measure.next_review)}."),
        ("If a governor asks", f"{measure.if_a_governor_asks} {measure.why_it_matters}"),
    ]
    return pd.DataFrame([entry for entry in entries if entry[1]], columns=["What", "In words"])


def examples(measure: Measure) -> pd.DataFrame:
    """Give the worked examples of a measure, which are also its tests."""
    return pd.DataFrame(
        [(_sentence(example.because), _counts(example)) for example in measure.examples],
        columns=["A child", "What becomes of it"],
    )


def listed(measures: Sequence[Measure], links: Sequence[str]) -> pd.DataFrame:
    """Give many measures, a line each; `links` stand in the first column."""
    records = [(link, f"{measure.counts}.") for measure, link in zip(measures, links, strict=True)]
    return pd.DataFrame(records, columns=["Figure", "It counts"])


def not_comparable(measure: Measure) -> Iterable[str]:
    """Give a sentence for years left out, and one for each break in the series."""
    for entry in measure.not_comparable:
        yield words.empty_state(
            words.Empty.NOT_COMPARABLE, years_left_out=list(entry.years), because=entry.because
        )
    for entry in measure.breaks:
        yield f"The series starts afresh in {year_label(entry.first_year)}: {entry.because}."


def england(measure: Measure) -> str:
    """Say what England publishes that may be set beside it."""
    if not measure.national:
        return "The department publishes no figure like it that is held here."
    return (
        "Published for children in need, on a protection plan, looked after for 12 months, and all pupils; "
        "never for all children with a social worker together. Each is shown with its release and version."
    )


def who_they_are(window: str) -> list[str]:
    """Say who a child with a social worker is, and in what order groups are taken."""
    before = "at any time before" if window == "ever" else f"in the {window} before"
    return [
        "**A child with a social worker (CWSW)** is a pupil who, on 31 March of the school year, is looked "
        f"after, on a child protection plan or a child in need, or was any of these {before}.",
        "Each child is in one group, the first of these that applies: looked after; on a child protection "
        "plan; in need; previously. Looked after means in care: respite care alone does not count.",
        "A case closed after assessment with no further action does not count.",
        "In a year under way the day is the last of the data, or the end of the half-term.",
    ]


def who_peers_are() -> list[str]:
    """Say who a peer is."""
    return [
        "**Their peers** are all pupils of the authority who are in none of those groups. They stay the same "
        "whichever group is looked at.",
        "A pupil is a child with a main enrolment at one of the authority's schools at any time in the year, "
        "counted once: whoever joined, left or moved is in.",
    ]


def how_we_round(facts: ReleaseFacts) -> list[str]:
    """Say how figures are rounded, and why."""
    base = facts.base
    return [
        "Figures are rounded so that no child can be picked out: not from one figure, nor by taking one from "
        "another.",
        f"Every number of children is rounded to a multiple of {base}, all of them together, so that tables "
        f"still add up. It may be up to {base - 1} from the count you hold.",
        "Under 10 children nothing is shown, and under 30 no school's results. That none or all of a group "
        "did something is never said: it reads “under” or “over”.",
        "Shares of sessions, scores and rates are given more roughly the fewer children stand behind them.",
    ]


def legal_basis(facts: ReleaseFacts) -> str:
    """Give the authority's own words on its legal basis, or say that there are none."""
    if not facts.legal_basis:
        return "The authority has not written its legal basis into its settings yet."
    return f"{facts.legal_basis} (As released on {words.day(facts.released_on)}.)"


def as_csv(measures: Sequence[Measure]) -> str:
    """Give the definitions shown as CSV, a line for each measure."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(
        ["measure", "title", "counts", "who_is_in", "who_is_out", "worked_out_as", "unit", "better",
         "not_comparable", "must_not_be_compared_with", "source", "owner", "next_review"]
    )  # fmt: skip
    for measure in measures:
        writer.writerow(
            [measure.id, measure.title, measure.counts, who_is_in(measure), who_is_out(measure),
             worked_out(measure), measure.unit.value, measure.better.value, " ".join(not_comparable(measure)),
             "; ".join(measure.must_not_be_compared_with), measure.source, measure.owner,
             measure.next_review.isoformat()]
        )  # fmt: skip
    return text.getvalue()


def data_dictionary() -> str:
    """Give every column of the exports that figures are made from, as CSV: what a data team hands in."""
    return DATA_DICTIONARY.read_text(encoding="utf-8").replace("\n", "\r\n")


def _conditions(population: str) -> list[str]:
    return [part.strip() for part in re.split(r"\s+and\s+(?![^(]*\))", population)]


def _counts(example: Example) -> str:
    return EXAMPLES[example.counted] if example.counted else f"Counts as {example.value:g}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""
