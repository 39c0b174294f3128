"""The offer in words and tables: whom it reached, what was held, who is on no roll and so in no rate."""

from collections.abc import Callable, Collection, Mapping, Sequence

import pandas as pd

from cswanalytics.answers import Answer, Offered
from cswanalytics.inference import Gaps, gaps, schools_together
from cswanalytics.remembered import remembered
from cswanalytics.show import words
from cswanalytics.show.charts.parts_of_all import Bar
from cswanalytics.show.figures import NB, NO_FIGURE
from cswanalytics.vocabulary import TOTAL, Symbol, year_label

Ask = Callable[[str], Offered]

REACH = {
    "whole_school_training": "All staff trained",
    "dt_training_two_days": "Designated teacher: two days",
    "dt_qualified": "Designated teacher qualified",
}
"""How far the offer reached schools, as a strip of cards and rows of a chart name it."""
NETWORK = "Network meeting"
ON_NO_ROLL = {
    "elective_home_education": "children were taught at home",
    "missing_education_off_roll": "children were missing education, on no roll all year",
}
FEWEST_TO_SET_BESIDE = 4
"""Schools of each sort: fewer would be told one by one."""
TIERS = {1: "For every school", 2: "For some schools", 3: "For one school at a time"}
TERMS = {1: "Autumn", 2: "Spring", 3: "Summer"}


def years(ask: Ask) -> list[int]:
    """Give the years the offer has figures of, the newest first."""
    found = {int(year) for name in (*REACH, "support_activities") for year in ask(name).rows["time_period"]}
    return sorted(found, reverse=True)


@remembered
def reached(offered: Offered, year: int, phase: str = TOTAL) -> tuple[int, int] | None:
    """Give how many schools of how many; None where that is not known."""
    rows = offered.of_authority if phase == TOTAL else offered.by_phase
    rows = rows[rows["time_period"] == year]
    if phase != TOTAL:
        rows = rows[rows["merged_phase"] == phase]
    if rows.empty or pd.isna(rows["number"].iloc[0]) or not rows["out_of"].iloc[0]:
        return None
    return int(rows["number"].iloc[0]), int(rows["out_of"].iloc[0])


def strip(ask: Ask, year: int) -> dict[str, str]:
    """Give the offer as a strip of cards: what, and how many of how many schools; networks held."""
    cards = {}
    for name, label in REACH.items():
        found = reached(ask(name), year)
        cards[label] = NO_FIGURE if found is None else f"{found[0]} of {found[1]}"
    held = ask("support_activities").of_authority
    held = held[(held["time_period"] == year) & (held["kind"] == NETWORK)]
    cards["Network meetings held"] = f"{int(held['number'].sum())}" if len(held) else NO_FIGURE
    return cards


def on_no_roll(ask: Ask, year: int, base: int) -> list[str]:
    """Say how many children are on no roll, and so hidden from every rate; rounded."""
    said = []
    for name, what in ON_NO_ROLL.items():
        offered = ask(name)
        rows = offered.of_authority
        rows = rows[rows["time_period"] == year]
        if offered.absent:
            said.append(words.empty_state(words.Empty.NOT_EXPORTED, table=offered.absent.partition(": ")[2]))
        elif len(rows) and not pd.isna(rows["number"].iloc[0]):
            number = int(rows["number"].iloc[0])
            how_many = f"About {number:,}" if number else f"Fewer than {base}"
            said.append(f"{how_many} {what}, on 31 March {year // 100 + 1}.")
    return list(dict.fromkeys(said))


def answer(ask: Ask, year: int, phase: str, has_ended: bool = True) -> str:
    """Say how many schools the offer reached."""
    found = {name: reached(ask(name), year, phase) for name in REACH}
    trained, days = found["whole_school_training"], found["dt_training_two_days"]
    where = "" if phase == TOTAL else f" ({phase.lower()})"
    if trained is None and days is None:
        return f"Whom the offer reached in {year_label(year)} is not known."
    parts = []
    if trained is not None:
        parts.append(f"{trained[0]} of {trained[1]} schools{where} trained all their staff")
    if days is not None:
        parts.append(f"{days[0]} of the {days[1]} that answered gave their designated teacher two days")
    so_far = "" if has_ended else " so far"
    return f"In {year_label(year)}{so_far}, {', and '.join(parts)}."


def bars(ask: Ask, name: str, year: int, phases: Sequence[str]) -> list[Bar]:
    """Give a bar for all schools and one for each merged phase."""
    made = []
    for phase in (TOTAL, *phases):
        label = "All schools" if phase == TOTAL else phase
        found = reached(ask(name), year, phase)
        if found is None:
            made.append(Bar(label, instead="not known"))
        else:
            made.append(Bar(label, 100 * found[0] / found[1], f"{found[0]} of {found[1]}"))
    return made


def reach_table(ask: Ask, year: int, phases: Sequence[str]) -> pd.DataFrame:
    """Give how far the offer reached, a row for each phase."""
    records = []
    for phase in (TOTAL, *phases):
        cells = []
        for name in REACH:
            found = reached(ask(name), year, phase)
            cells.append(NO_FIGURE if found is None else f"{found[0]} of {found[1]}")
        records.append(("All schools" if phase == TOTAL else phase, *cells))
    return pd.DataFrame(records, columns=["Phase", *REACH.values()])


@remembered
def activities(offered: Offered, year: int, tier: int, topic: str = TOTAL) -> pd.DataFrame:
    """Give the activities of a tier in each term, a row for each kind; of tier 3 one row."""
    rows = offered.of_authority
    rows = rows[(rows["time_period"] == year) & (rows["tier"] == tier)]
    if topic != TOTAL:
        rows = rows[rows["topic"] == topic]
    kinds = sorted({str(kind) for kind in rows["kind"].dropna()}) or (["All activities"] if len(rows) else [])
    records = []
    for kind in kinds:
        of_kind = rows if tier == 3 else rows[rows["kind"] == kind]
        records.append((kind, *(_held(of_kind[of_kind["term"] == term]) for term in TERMS)))
    return pd.DataFrame(records, columns=["Kind", *TERMS.values()])


def department_return(ask: Ask, year: int) -> pd.DataFrame:
    """Give the table of the department's yearly return: activities, people and hours by tier and kind."""
    parts = {
        "activities": ask("support_activities").of_authority,
        "attendees": ask("support_attendees").of_authority,
        "hours": ask("support_hours").of_authority,
    }
    keyed: dict[tuple[int, str], dict[str, str]] = {}
    for what, rows in parts.items():
        for (tier, kind), found in (
            rows[rows["time_period"] == year].fillna({"kind": "All"}).groupby(["tier", "kind"])
        ):
            keyed.setdefault((int(tier), str(kind)), {})[what] = _held(found)
    records = [
        (TIERS[tier], kind, *(cells.get(what, NO_FIGURE) for what in parts))
        for (tier, kind), cells in sorted(keyed.items())
    ]
    return pd.DataFrame(records, columns=["Tier", "Kind", "Activities", "People", "Hours"])


def not_reached(offered: Offered, year: int, names: Mapping[str, str]) -> list[str]:
    """Give the names of the schools that were not, in order; for those who see every school."""
    rows = offered.by_school
    rows = rows[(rows["time_period"] == year) & (rows["number"] == 0)]
    return sorted(names[urn] for urn in rows["school_urn"] if urn in names)


@remembered
def trained(offered: Offered, year: int) -> dict[str, str]:
    """Say of each school, by URN, whether all its staff were trained in a year; for who sees every school."""
    rows = offered.by_school
    rows = rows[(rows["time_period"] == year) & rows["number"].notna()]
    return {
        urn: "yes" if number else "no" for urn, number in zip(rows["school_urn"], rows["number"], strict=True)
    }


def trained_and_not(
    absent: Answer, offered: Offered, year: int, urns: Collection[str]
) -> list[tuple[str, Gaps, pd.Series | None]]:
    """Give the absence of schools that were trained in a year, and of those that were not: an association.

    `absent` holds schools' rows; `urns` are the schools to take. Each as a table takes it, with how many
    schools stand behind; empty where either has fewer than four.
    """
    told = offered.by_school
    told = told[(told["time_period"] == year) & told["school_urn"].isin(list(urns))]
    entries = []
    for label, answer in (("Trained", 1), ("Not trained", 0)):
        of = sorted(told.loc[told["number"] == answer, "school_urn"])
        if len(of) < FEWEST_TO_SET_BESIDE:
            return []
        worked = gaps(schools_together(absent, of))
        entries.append((f"{label}: {len(of)} schools", worked, worked.latest))
    return entries


@remembered
def topics(offered: Offered) -> list[str]:
    """Give the topics of tiers 1 and 2, in order."""
    return sorted({str(topic) for topic in offered.of_authority["topic"].dropna()})


def _held(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "none"
    if (rows["symbol"] == Symbol.WITHHELD.value).any():
        return f"under{NB}10"
    return f"{int(rows['number'].sum()):,}"
