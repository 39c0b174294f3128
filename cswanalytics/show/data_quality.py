"""Whether the figures can be relied on: how far each table runs, who was matched, what the checks found."""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from cswanalytics.answers import ReleaseFacts
from cswanalytics.catalogue import Measure
from cswanalytics.show import so_far, words
from cswanalytics.show.figures import NB, NO_FIGURE, rounded
from cswanalytics.vocabulary import year_label

MOST_UNEXPLAINED = 0.1
LATE_AFTER_DAYS = 200
"""Behind the rest of the data, a table is late: results come once a year, suspensions two terms after."""

THEMES = {
    "attendance": "Attendance",
    "exclusion": "Suspensions and exclusions",
    "attainment": "Results",
    "cohort": "Who has a social worker",
}
ALSO_NEEDED = {"cohort": ("social_care_episodes", "enrolments")}
PAGES = {
    "attendance": "Attendance",
    "calendar": "Attendance",
    "exclusions": "Suspensions and exclusions",
    "early_years_profile": "Attainment",
    "phonics": "Attainment",
    "key_stage_2": "Attainment",
    "key_stage_4": "Attainment",
    "provision": "Attendance",
    "training": "Our offer",
    "support_activity": "Our offer",
    "school_returns": "Our offer",
    "pep_meetings": "Looked-after children",
    "sdq": "Looked-after children",
    "pupil_premium_plus": "Looked-after children",
}
"""The page a table's findings touch; those that are not here touch every page."""
EVERY_PAGE = "Every page"

MATCHING = {
    "matched": ("Matched", "found on the roll of a school here"),
    "educated elsewhere": ("Educated elsewhere", "at a school outside the authority"),
    "home educated": ("Home educated", "on no roll, and known to be taught at home"),
    "not of school age": ("Not of school age", "too young or too old"),
    "unexplained": ("Unexplained", "the only ones that count against the figures"),
}
CONDITIONS = {
    "multiples of the base": "Every number of children is a multiple of {base}.",
    "no count above its pupils": "No more children are counted than there are.",
    "no group above all pupils": "No group has more children than all pupils together.",
    "schools and items add to the authority": "Schools, and the parts of a breakdown, add up to the whole.",
    "groups add to children with a social worker": "The groups add up to all children with a social worker.",
    "schools add to their phase": "Schools add up to their phase.",
    "no step of a ladder above the one before": "No more children are suspended twice than once, and so on.",
    "all of several is no more than each": "No more children met every standard than met any one of them.",
    "no child can be found": "No child can be picked out by anybody who adds and subtracts these figures.",
    "no figure beside a symbol": "Where a figure is withheld, nothing of it is left behind.",
}
"""Conditions of the gate as readers read them; one that is not here is shown as the gate names it."""
SEVERITIES = {"warning": "Warning", "note": "Note", "fault": "Fault"}


def answer(facts: ReleaseFacts) -> str:
    """Say in two sentences whether the figures can be relied on, and what stands in the way."""
    unexplained = facts.matching.get("unexplained", 0.0)
    if unexplained > MOST_UNEXPLAINED:
        start = "No verdict can be given: more than a tenth of children in social care could not be matched."
    elif facts.not_exported:
        tables = sorted(set(facts.not_exported.values()))
        start = f"What is shown can be relied on; {words.listed(tables)} {_was(tables)} not supplied."
    else:
        start = "Yes: every table was supplied, and passed the checks."
    warned = len(facts.warnings)
    told = f"{warned} warning{'' if warned == 1 else 's'}" if warned else "no warnings"
    held = "" if not facts.withheld else f", {len(facts.withheld)} figures withheld to protect children"
    return f"{start} The data run to {words.day(facts.data_to)}, with {told}{held}."


def themes(measures: Sequence[Measure], facts: ReleaseFacts) -> pd.DataFrame:
    """Give a row for each theme: complete, partial, late or not supplied, and to when each runs."""
    records = []
    for theme, label in THEMES.items():
        tables = dict.fromkeys(
            table for measure in measures if measure.theme == theme for table in measure.needs
        )
        tables |= dict.fromkeys(ALSO_NEEDED.get(theme, ()))
        missing = sorted({table for table in tables if table in facts.not_exported.values()})
        dates = [facts.data_dates[table] for table in tables if table in facts.data_dates]
        state, why = _state(theme, missing, dates, facts)
        until = words.day(min(dates)) if dates else NO_FIGURE
        records.append((label, state, until, why))
    return pd.DataFrame(records, columns=["Theme", "State", "Data to", "What is missing"])


def matching(facts: ReleaseFacts) -> pd.DataFrame:
    """Give how children in social care were matched to school rolls, as shares of all of them."""
    records = [
        (label, f"{rounded(100 * facts.matching[reason], 0)}{NB}%", meaning)
        for reason, (label, meaning) in MATCHING.items()
        if reason in facts.matching
    ]
    return pd.DataFrame(records, columns=["How", "Of all in social care", "That is"])


def warnings(quality: pd.DataFrame) -> list[str]:
    """Give each warning with the pages it touches."""
    rows = quality[quality["severity"] == "warning"]
    return [
        f"{_sentence(row['says'])} *Touches: {PAGES.get(row['table'], EVERY_PAGE).lower()}.*"
        for _, row in rows.iterrows()
    ]


def findings(quality: pd.DataFrame) -> pd.DataFrame:
    """Give what the checks found, table by table; rows to the nearest 10."""
    records = [
        (
            SEVERITIES.get(row["severity"], row["severity"]),
            row["table"] or NO_FIGURE,
            row["column"] or NO_FIGURE,
            _sentence(row["says"]),
            "under 10" if not row["rows_to_nearest_10"] else f"about {row['rows_to_nearest_10']:,}",
        )
        for _, row in quality.iterrows()
    ]
    return pd.DataFrame(records, columns=["Kind", "Table", "Column", "What was found", "Rows"])


def conditions(facts: ReleaseFacts) -> pd.DataFrame:
    """Give the conditions this release had to meet before it could pass, and how each was met."""
    records = [
        (
            CONDITIONS.get(name, _sentence(name)).format(base=facts.base),
            _sentence(met).replace("measure", "figure"),
        )
        for name, met in facts.checked.items()
    ]
    return pd.DataFrame(records, columns=["Before release", "Found"])


def changed(facts: ReleaseFacts, before: ReleaseFacts | None) -> list[str]:
    """Say what is not as it was in the release before: new years, what was restated, and why."""
    said = []
    if before is not None:
        new = [year for year in facts.years if year not in before.years]
        said.append(
            f"New since the release of {words.day(before.released_on)}: {words.years(new) or 'no year'}."
        )
    said += [
        f"Restated, {year_label(int(year)) if year.isdigit() else year}: {reason}."
        for year, reason in facts.restated.items()
    ]
    if not facts.restated:
        said.append("No figure of a closed year was restated.")
    return said


def as_csv(table: pd.DataFrame) -> str:
    """Give a table as CSV."""
    return table.to_csv(index=False, lineterminator="\r\n").replace(NB, " ")


def _state(theme: str, missing: Sequence[str], dates: Sequence[date], facts: ReleaseFacts) -> tuple[str, str]:
    if missing and not dates:
        return "Not supplied", words.listed(list(missing))
    if missing:
        return "Partial", f"{words.listed(list(missing))} not supplied"
    if not dates:
        return "Not known", "the release does not say to when it runs"
    if theme == "attendance" and (late := _unreported(facts.half_terms_reported)):
        return "Partial", late
    if (facts.data_to - min(dates)).days > LATE_AFTER_DAYS:
        return "Late", "later than the rest of the data"
    return "Complete", "Nothing"


def _unreported(half_terms: Mapping[str, tuple[int, int]]) -> str:
    for point, (reported, expected) in sorted(half_terms.items(), reverse=True):
        if not so_far.enough(reported, expected):
            year, _, identifier = point.partition(" ")
            half_term = identifier.rpartition(" ")[2]
            return (
                f"{expected - reported} of {expected} schools for half-term {half_term} of "
                f"{year_label(int(year))}"
            )
    return ""


def _was(tables: Sequence[str]) -> str:
    return "was" if len(tables) == 1 else "were"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
