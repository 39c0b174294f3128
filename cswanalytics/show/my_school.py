"""One school in words: how many children, four cards, where it stands, what to talk about.

Words, not percentages: of about ten children a percentage is a child.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cswanalytics.answers import Answer, ReleaseFacts
from cswanalytics.catalogue import Measure
from cswanalytics.inference import Gaps, State
from cswanalytics.inference.comparisons import LEAST_PUPILS_OF_A_SCHOOLS_RESULTS
from cswanalytics.inference.funnel import Z_INNER, Z_OUTER, Funnel, Place
from cswanalytics.show import words
from cswanalytics.show.figures import NB, in_ten
from cswanalytics.show.schools import Span, of_phase

TOO_FEW = "Too few to show"
WEEKS_A_YEAR = 38
"""Of the 190 days a school must be open."""

NEAR_HALF = 5
"""Points either side of 50 within which a share is about half."""

OFFERS = (
    "Training for all your staff on how to teach and support children who have a social worker.",
    "Time with your designated teacher: what helped in schools like yours, and your policy read with you.",
    "A conversation before a suspension or a change of timetable. Use no child's name in an email.",
)
"""What a school may ask its Virtual School for, unless the authority says otherwise."""


def offers(facts: ReleaseFacts) -> tuple[str, ...]:
    """Give what a school can ask for: the authority's own words, or ours."""
    return tuple(f"{line.rstrip('.')}." for line in facts.letters.can_ask_for) or OFFERS


@dataclass(frozen=True)
class Card:
    """One figure in words: what it is of, the words, and what stands under them."""

    caption: str
    heading: str
    text: str


def typical(prevalence: Answer, span: Span) -> int | None:
    """Give how many children with a social worker a school has in a typical year; None where not known."""
    rows = prevalence.rows
    rows = rows[(rows["time_period"] <= span.last) & rows["cwsw_count"].notna()].sort_values("time_period")
    counts = rows["cwsw_count"].to_numpy(dtype=float)[-span.years :]
    return int(round(float(np.median(counts)) / prevalence.base) * prevalence.base) if len(counts) else None


def size(children: int | None, base: int, span: Span) -> str:
    """Say how many they are: 'About 10 children with a social worker in a typical year (rounded to 5).'"""
    when = "in a typical year" if span.years > 1 else f"in {span.words}"
    together = f" Figures below put {span.words} together." if span.years > 1 else ""
    if children is None:
        return f"How many children with a social worker are here is not known.{together}"
    if not children:
        return f"Fewer than {base} children with a social worker {when}.{together}"
    return f"About **{children}** children with a social worker {when} (rounded to {base}).{together}"


def about(percent: float, extreme: str = "") -> str:
    """Give a share in words: 'about half', 'about 1 or 2 in 10', 'fewer than 1 in 10'."""
    of_ten = f"{NB}in{NB}10"
    if extreme == "under":
        return f"fewer than {max(math.ceil(percent / 10), 1)}{of_ten}"
    if extreme == "over":
        return f"more than {min(math.floor(percent / 10), 9)}{of_ten}"
    if abs(percent - 50) < NEAR_HALF:
        return "about half"
    lower, part = divmod(percent / 10, 1)
    if 0.35 <= part < 0.65 and 1 <= lower < 9:
        return f"about {lower:.0f} or {lower + 1:.0f}{of_ten}"
    tenths = round(percent / 10)
    if tenths == 0:
        return f"fewer than 1{of_ten}"
    if tenths == 10:
        return f"more than 9{of_ten}"
    return f"about {tenths}{of_ten}"


def counted(own: Gaps, phase: Gaps, place: Place | None, phase_words: str, least: int = 10) -> Card:
    """Give the card of a measure that counts children, of one pool or year; `phase` is the authority's."""
    measure, row = own.measure, own.latest
    theirs = across(phase, phase_words)
    if row is None:
        return Card(measure.short, TOO_FEW, f"{too_few(own, least)} {theirs}".strip())
    said = about(row["cwsw"], row["cwsw_extreme"])
    reach = in_ten(row["cwsw_low"], row["cwsw_high"])
    parts = [
        f"Could be {reach.replace('about ', '')}." if reach != said else "",
        theirs,
        PLACES.get(place, ""),
    ]
    return Card(measure.short, said[:1].upper() + said[1:], " ".join(filter(None, parts)))


PLACES: Mapping[Place | None, str] = {
    Place.HIGHER: "More than chance explains.",
    Place.LOWER: "Fewer than chance explains.",
    Place.WITHIN: "No different from what chance would give.",
    Place.CANNOT_SAY: "Too few to tell from chance.",
}


def too_few(own: Gaps, least: int) -> str:
    """Say why a school has no figure."""
    if own.answer.absent:
        because = words.absent(own.answer.absent)
        return f"{because[:1].upper()}{because[1:]}."
    states = set(own.rows["state"])
    if State.NOT_COMPARABLE in states or states == {State.NOT_AVAILABLE}:
        because = str(own.rows["because"].iloc[-1])
        return f"{because[:1].upper()}{because[1:]}."
    return words.empty_state(words.Empty.TOO_FEW, least=least)


def across(phase: Gaps, phase_words: str) -> str:
    """Say the same of all the phase's schools: "Across the authority's secondary schools: about half."""
    row = phase.latest
    if row is None:
        return ""
    return f"Across the authority's {of_phase(phase_words)}: {about(row['cwsw'], row['cwsw_extreme'])}."


def missed(own: Answer, phase: Answer, span: Span, phase_words: str) -> Card:
    """Give the card of sessions missed, as weeks of a school year."""
    caption, mine, theirs = own.measure.short, _mean(own, span), _mean(phase, span)
    tail = "" if theirs is None else f" Across the authority's {of_phase(phase_words)}: {weeks(theirs)}."
    if mine is None:
        why = (
            f"Fewer than {LEAST_PUPILS_OF_A_SCHOOLS_RESULTS} children in a year: not shown, so that no child "
        )
        if own.absent:
            because = words.absent(own.absent)
            return Card(caption, "Not shown", f"{because[:1].upper()}{because[1:]}.")
        return Card(caption, TOO_FEW, f"{why}can be picked out.{tail}")
    said = weeks(mine)
    return Card(caption, said[:1].upper() + said[1:], f"Of the {WEEKS_A_YEAR} weeks of a school year.{tail}")


def weeks(percent: float) -> str:
    """Give a share of sessions as weeks of a school year: 'about 3 weeks'."""
    number = round(percent / 100 * WEEKS_A_YEAR)
    if not number:
        return "less than a week"
    return f"about {number} week{'' if number == 1 else 's'}"


def results(own: Gaps | None, phase: Gaps | None, phase_words: str) -> Card:
    """Give the card of results, of the last stage that enough children here have results of."""
    if own is not None and phase is not None:
        return counted(own, phase, None, phase_words)
    least = LEAST_PUPILS_OF_A_SCHOOLS_RESULTS
    why = f"Fewer than {least} children with results: not shown, so that no child can be picked out."
    return Card("Results", TOO_FEW, why)


def sentence(own: Gaps, place: Place | None, span: Span, phase_words: str, whose: str) -> str:
    """Say how one school's children do, and whether it differs from chance."""
    row, measure = own.latest, own.measure
    if own.answer.absent:
        return f"{measure.title}: not shown, because {words.absent(own.answer.absent)}."
    when = "Over three years together" if span.years > 1 else f"In {span.words}"
    if row is None:
        together = ", even with three years put together" if span.years > 1 else f" in {span.words}"
        return (
            f"Too few children with a social worker at {whose} to show{together}. "
            f"Below is how they do across the authority's {of_phase(phase_words)}."
        )
    share = about(row["cwsw"], row["cwsw_extreme"])
    said = f"{when}, {share} of the children with a social worker at {whose} {measure.verb}"
    if span.years == 1:
        return f"{said}. One year alone is too few children for a verdict."
    return said + {
        Place.HIGHER: ": more than chance explains.",
        Place.LOWER: ": fewer than chance explains.",
        Place.WITHIN: ": no different from what chance would give.",
    }.get(place or Place.CANNOT_SAY, ". That is too few children to tell from chance.")


def where(worked: Funnel, urn: str, span: Span, whose: str) -> str:
    """Say where the school stands in the funnel, and that the others are nameless."""
    others = " The other schools are grey and have no names here."
    row = worked.schools[worked.schools["school_urn"] == urn]
    if row.empty or pd.isna(row["share"].iloc[0]):
        return f"{whose} has too few children to be drawn.{others}"
    found = row.iloc[0]
    if found["place"] is Place.CANNOT_SAY:
        return f"That cannot be said: {whose.lower()} has fewer than 30 of these children.{others}"
    if span.years == 1:
        return f"One year alone gives no verdict.{others}"
    if found["place"] in (Place.HIGHER, Place.LOWER):
        return (
            f"Yes. {whose} lies outside the solid lines, where chance alone puts 2 schools in 1,000.{others}"
        )
    for z, said in (
        (Z_INNER, f"No. {whose} lies between the dashed lines."),
        (
            Z_OUTER,
            f"Not clearly. {whose} lies between a dashed and a solid line: 1 school in 20 would by chance.",
        ),
    ):
        low, high = worked.limits(found["pupils"], z)
        if low <= found["share"] <= high:
            return f"{said}{others}"
    return f"Not clearly. {whose} lies outside the solid lines, but rounding may have put it there.{others}"


def numbers(
    worked: Funnel, phase: Gaps, urn: str, place: Place | None, span: Span, phase_words: str, whose: str
) -> pd.DataFrame:
    """Give the numbers of the chart as a table in words: the school's, and all its phase's."""
    measure = worked.measure
    row = worked.schools[worked.schools["school_urn"] == urn]
    records = []
    if not row.empty:
        found = row.iloc[0]
        told = not pd.isna(found["share"])
        records.append(
            (
                whose,
                f"{int(found['pupils'])}" if told else "fewer than 10",
                about(found["share"], found["extreme"]) if told else "too few",
                PLACES.get(place, "").rstrip("."),
            )
        )
    everybody = phase.latest
    if everybody is not None:
        name = of_phase(phase_words)
        said = about(everybody["cwsw"], everybody["cwsw_extreme"])
        records.append((f"All {name}", f"{int(everybody['cwsw_pupils']):,}", said, ""))
    return pd.DataFrame(
        records,
        columns=[
            "Which",
            "Children, years added" if span.years > 1 else "Children",
            measure.short,
            "Beside chance",
        ],
    )


def questions(measures: Sequence[Measure], at_most: int = 2) -> list[str]:
    """Give questions to discuss: the chosen measure's first, then those of its theme."""
    asked = dict.fromkeys(question for measure in measures for question in measure.questions)
    return list(asked)[:at_most]


def _mean(answer: Answer, span: Span) -> float | None:
    """Give the mean of the span's years, weighted by the children behind each; None where none is shown."""
    first = span.last - (span.years - 1) * 101
    rows = answer.rows[answer.rows["time_period"].between(first, span.last)]
    rows = rows[rows["cwsw_value"].notna() & rows["cwsw_pupils"].notna()]
    if rows.empty:
        return None
    return float(np.average(rows["cwsw_value"].astype(float), weights=rows["cwsw_pupils"].astype(float)))
