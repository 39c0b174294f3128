"""Where missed sessions went: the reasons, of every 1,000 sessions that could have been attended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from cswanalytics.answers import Question
from cswanalytics.catalogue import Measure
from cswanalytics.inference import Gaps, State
from cswanalytics.show import names, words
from cswanalytics.show.charts.where_sessions_went import Part
from cswanalytics.show.row_words import row_of

MISSED = "overall_absence"
REASONS = {
    "missed_with_leave": "illness",
    "unauthorised_absence": "unauthorised",
    "missed_suspended": "suspended",
    "missed_part_time": "part_time",
}
"""The parts of the sessions missed, and the palette's name for each one's colour."""
OFF_SITE, OFF_SITE_LABEL = "educated_off_site", "Educated off site, counted as attended"
PER_1000 = 10
"""A percentage of sessions, times this, is sessions in a thousand."""


@dataclass(frozen=True)
class Sessions:
    """All sessions missed, the reasons for them, and those spent elsewhere, which count as attended."""

    question: Question
    missed: Part
    reasons: tuple[Part, ...]
    rows: tuple[tuple[Gaps, pd.Series], ...] = ()

    @property
    def in_words(self) -> str:
        """Say what the chart says in one sentence."""
        largest = max(self.reasons, key=lambda part: part.cwsw if part.ink else 0)
        who, beside = words.who(self.question), words.beside(self.question)
        return (
            f"Of every 1,000 possible sessions {who} missed {self.missed.cwsw:.0f} and {beside} "
            f"{self.missed.peers:.0f}; most of theirs for {largest.name.lower()}."
        )

    @property
    def table(self) -> pd.DataFrame:
        """Give the same numbers as a table."""
        parts = [*self.reasons, self.missed]
        records = [(part.name, f"{part.cwsw:.0f}", f"{part.peers:.0f}") for part in parts]
        return pd.DataFrame(records, columns=["Reason", *names.in_heads(self.question)])


def where_they_went(
    ask: Callable[[str], Gaps], measures: Sequence[Measure], year: int, item: str
) -> Sessions | None:
    """Give the sessions of a year; None where one of the reasons cannot be shown, for the rest would mislead.

    `ask` gives the gaps of a measure by its id.
    """
    short = {measure.id: measure.short for measure in measures}
    parts: dict[str, Part] = {}
    rows: list[tuple[Gaps, pd.Series]] = []
    for name in (MISSED, *REASONS, OFF_SITE):
        row = row_of(ask(name), year, item) if name in short else None
        if row is not None and row["state"] == State.SHOWN:
            label = {MISSED: "All missed sessions", OFF_SITE: OFF_SITE_LABEL}.get(name, short[name])
            cwsw, peers = row["cwsw"] * PER_1000, row["peers"] * PER_1000
            parts[name] = Part(label, cwsw, peers, REASONS.get(name, ""))
            rows.append((ask(name), row))
        elif name != OFF_SITE:
            return None
    reasons = tuple(part for name, part in parts.items() if name != MISSED)
    return Sessions(ask(MISSED).question, parts[MISSED], reasons, tuple(rows))
