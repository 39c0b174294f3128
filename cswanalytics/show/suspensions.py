"""How often the same child is suspended, and what of that is said: as counts in a hundred, never decimals."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cswanalytics.answers import Question, ReleaseFacts
from cswanalytics.inference import Change, Gaps, State, Verdict
from cswanalytics.inference.arms import rounding_error
from cswanalytics.show import names, words
from cswanalytics.show.charts.repeat_ladder import Rung, Share
from cswanalytics.show.figures import NB, rounded
from cswanalytics.show.row_words import row_of
from cswanalytics.vocabulary import TOTAL, year_label

ONCE, TWICE, FIVE = "suspended_once_or_more", "suspended_twice_or_more", "suspended_five_or_more"
EVENTS = ("suspension_rate", "sessions_suspended_per_100")
PERMANENT = "permanent_exclusion"

MOST_OPEN = 6.0
"""Of a hundred: where rounding leaves more open than that, a step says too little to be shown."""

TOO_OPEN = "Too few children to say how often: rounding alone would move each step too far."
LATE = "Suspensions reach the authority two terms late"
NOT_ALIKE = (
    "The Department for Education publishes “at least once” for children in need, and “events per 100” for "
    "all pupils. These are unlike: never set one beside the other."
)


@dataclass(frozen=True)
class Ladder:
    """Of every 100 children of each group, how many were suspended how often in a year."""

    question: Question
    year: int
    never: Rung
    rungs: tuple[Rung, ...]
    more_than_once: Rung

    @property
    def caption(self) -> str:
        """Say of when it is, and how many were not suspended at all."""
        who, beside = words.who(self.question), words.beside(self.question)
        return (
            f"In {year_label(self.year)}, of every 100 {who} {self.never.cwsw.words} were not suspended at "
            f"all, and {self.never.peers.words} of {beside}."
        )

    @property
    def in_words(self) -> str:
        """Say what the chart says in one sentence."""
        steps = [f"{rung.name.lower()} {rung.cwsw.words} beside {rung.peers.words}" for rung in self.rungs]
        who, beside = words.who(self.question), words.beside(self.question)
        return f"Of every 100 {who}, beside {beside}: {'; '.join(steps)}."

    @property
    def table(self) -> pd.DataFrame:
        """Give the same numbers as a table."""
        records = [(rung.name, rung.cwsw.words, rung.peers.words) for rung in (self.never, *self.rungs)]
        return pd.DataFrame(records, columns=["Of every 100", *names.in_heads(self.question)])


def ladder(ask: Callable[[str], Gaps], year: int, item: str = TOTAL) -> Ladder | None:
    """Give the repeat ladder of a year; None where a step cannot be shown, or rounding leaves it too open.

    `ask` gives the gaps of a measure by its id. A step is the difference of two published counts, each up to
    its rounding error from the truth; so a step may be as far off as both together.
    """
    steps = [ask(name) for name in (ONCE, TWICE, FIVE)]
    rows = [row_of(gaps, year, item) for gaps in steps]
    if any(row is None or row["state"] != State.SHOWN for row in rows):
        return None
    shown = [row for row in rows if row is not None]

    def rung(name: str, upper: int, lower: int | None) -> Rung:
        one, other = (_share(steps[0], shown, side, upper, lower) for side in ("cwsw", "peers"))
        return Rung(name, one, other)

    ever, more = rung("", 0, None), rung("Twice or more", 1, None)
    rungs = (rung("Once", 0, 1), rung("2 to 4 times", 1, 2), rung("5 times or more", 2, None))
    if any(share.high - share.low > MOST_OPEN for one in (*rungs, more) for share in (one.cwsw, one.peers)):
        return None
    never = Rung("Not suspended", _rest(ever.cwsw), _rest(ever.peers))
    return Ladder(steps[0].question, year, never, rungs, more)


def answer(
    once: Gaps, found: Ladder | None, permanent: tuple[Gaps, Change] | None, item: str, among: str
) -> str:
    """Answer the page: how many once, how many more than once, and whether exclusions are falling."""
    row = next(
        (row for _, row in once.shown.iloc[::-1].iterrows() if row["breakdown_item"] == item),
        None,
    )
    if row is None or row["cwsw_extreme"] or row["peers_extreme"]:
        return ""
    who, beside = words.who(once.question), words.beside(once.question)
    year = int(row["time_period"])
    start = f"Among {among}, in" if among else "In"
    said = [
        f"{start} {year_label(year)}, {_whole(row['cwsw'])} of every 100 {who} were suspended at least once, "
        f"and {_whole(row['peers'])} of {beside}."
    ]
    if found is not None and found.year == year:
        more = found.more_than_once
        start = more.cwsw.words[:1].upper() + more.cwsw.words[1:]
        said.append(f"{start} in 100 were suspended more than once, and {more.peers.words} of {beside}.")
    if permanent is not None:
        said.append(_permanent(permanent[1]))
    return " ".join(filter(None, said))


def pools(gaps: Gaps) -> list[pd.Series]:
    """Give the newest three years together, and those before that share no year with them; newest first."""
    chosen: list[pd.Series] = []
    for _, row in gaps.shown.iloc[::-1].iterrows():
        if not chosen or int(row["time_period"]) < int(chosen[-1]["pooled_from"]):
            chosen.append(row)
    return chosen


def pool_name(row: pd.Series) -> str:
    """Name years put together: '2022/23 to 2024/25'."""
    return f"{year_label(int(row['pooled_from']))} to {year_label(int(row['time_period']))}"


def pools_table(gaps: Gaps, rows: Sequence[pd.Series]) -> pd.DataFrame:
    """Give a row for each pool: children, the rate of both groups and the gap with its interval."""
    measure = gaps.measure
    who, compared = names.in_heads(gaps.question)
    records = []
    for row in rows:
        reach = words.interval(row["gap_low"], row["gap_high"], measure)
        counts = " and ".join(
            f"{_count(row[f'{side}_count'])} {name}" for side, name in (("cwsw", who), ("peers", "peers"))
        )
        records.append(
            (
                pool_name(row),
                counts,
                words.figure(row["cwsw"], measure, row["cwsw_extreme"]),
                words.figure(row["peers"], measure, row["peers_extreme"]),
                f"{words.behind(row['gap'], measure)} {reach}".strip(),
            )
        )
    return pd.DataFrame(records, columns=["Years together", "Children", f"{who}, per 1,000", compared, "Gap"])


def not_in_yet(once: Gaps, facts: ReleaseFacts) -> str:
    """Say which suspensions have not reached the authority; empty where all have that other figures have."""
    latest, runs_to = once.latest, facts.data_dates.get("exclusions")
    if latest is None:
        return ""
    if missing := [year for year in facts.years if year > int(latest["time_period"])]:
        verb = "is" if len(missing) == 1 else "are"
        return f"{LATE}; {words.years(missing)} {verb} not in yet."
    if runs_to is not None and runs_to < facts.data_to:
        return f"{LATE}; those after {words.day(runs_to)} are not in yet."
    return ""


def _share(once: Gaps, rows: Sequence[pd.Series], side: str, upper: int, lower: int | None) -> Share:
    """Give the children on step `upper` who are not on step `lower` (None: who are on it at all)."""
    pupils, count = float(rows[0][f"{side}_pupils"]), float(rows[upper][f"{side}_count"])
    error = rounding_error(once.answer, side)
    open_to = error
    if lower is not None:
        count -= float(rows[lower][f"{side}_count"])
        open_to += error
    least, most = max(count - open_to, 0.0), count + open_to
    ends = (100 * least / (pupils + error), 100 * count / pupils, 100 * most / max(pupils - error, 1.0))
    low, point, high = (min(end, 100.0) for end in ends)
    return Share(point, low, high)


def _rest(share: Share) -> Share:
    """Give those of a hundred who are left."""
    return Share(100 - share.point, 100 - share.high, 100 - share.low)


def _whole(percent: float) -> str:
    return f"under{NB}1" if percent < 0.5 else rounded(percent, 0)


def _count(count: float) -> str:
    return "too few" if not count or math.isnan(count) else f"{int(np.round(count)):,}"


def _permanent(moved: Change) -> str:
    if moved.verdict is Verdict.CANNOT_SAY:
        return "Whether permanent exclusions are falling cannot be said yet."
    since = year_label(moved.baseline_year or 0)
    if moved.verdict is Verdict.NO_CLEAR_CHANGE:
        return f"Permanent exclusions: no clear change in the gap since {since}."
    return f"Permanent exclusions: the gap has {moved.verdict.value} since {since}."
