"""The sentences, and the numbers as readers see them, in plain British English.

A sentence always carries the group, the year, both figures, the gap with its interval, the change and who
moved.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

import pandas as pd

from cswanalytics.answers import Question, ReleaseFacts
from cswanalytics.catalogue import Better, Measure, MeasureKind, Unit
from cswanalytics.inference import Change, Gaps, State, Verdict
from cswanalytics.inference.pools import IN_WORDS
from cswanalytics.show.figures import (
    NB,
    NO_FIGURE,
    amount,
    behind,
    figure,
    gap_said,
    in_a_class,
    in_ten,
    in_unit,
    interval,
    moved,
    outward,
    rounded,
    sign,
    times,
)
from cswanalytics.vocabulary import COMPARED_WITH_LONG, WHO_LONG, ComparedWith, next_year, year_label

__all__ = [
    "NB",
    "NO_FIGURE",
    "Empty",
    "absent",
    "behind",
    "beside",
    "cannot_say",
    "change_sentence",
    "day",
    "empty_heading",
    "empty_state",
    "figure",
    "footer",
    "in_a_class",
    "in_ten",
    "interval",
    "listed",
    "moved",
    "name",
    "no_clear_change",
    "overview",
    "times",
    "verdict",
    "who",
    "who_moved",
    "year_sentence",
    "years",
]

NAMED_AT_MOST = 3
KEEP_CAPITAL = ("English", "Attainment", "EBacc", "PEP", "Progress", "SDQ", "SEN")

VERDICTS = {
    Verdict.NARROWED: "▼ Narrowed",
    Verdict.WIDENED: "▲ Widened",
    Verdict.NO_CLEAR_CHANGE: "No clear change",
    Verdict.CANNOT_SAY: "Cannot say",
}


class Empty(StrEnum):
    """Why a place on a page holds no figures."""

    TOO_FEW = "too few"
    NOT_EXPORTED = "not exported"
    NOT_COMPARABLE = "not comparable"
    NOT_FOR_YOU = "not for your role"
    NO_RELEASE = "no release"


EMPTY_HEADINGS = {
    Empty.TOO_FEW: "Too few to show",
    Empty.NOT_EXPORTED: "Not supplied yet",
    Empty.NOT_COMPARABLE: "Years left out",
    Empty.NOT_FOR_YOU: "No such page",
    Empty.NO_RELEASE: "No figures yet",
}


def who(question: Question) -> str:
    """Give whom a page looks at: 'children with a social worker'."""
    return WHO_LONG[question.who]


def beside(question: Question | None) -> str:
    """Give whom they are set beside: 'their peers' or 'all pupils'."""
    return COMPARED_WITH_LONG[question.compared_with if question else ComparedWith.PEERS]


def year_sentence(gaps: Gaps, change: Change, among: str = "") -> str:
    """Give the sentence of one measure: 'In 2024/25, 46 % of children … 28 points behind (26 to 30). …'

    Of the year the change ends in, or the last shown; of the change's item of a breakdown, whose label is
    `among`. Where nothing is shown, the reason.
    """
    row = _row(gaps, change)
    if row is None:
        return _nothing_shown(gaps, change)
    start = f"Among {among}, {_when(row)[0].lower()}{_when(row)[1:]}" if among else _when(row)
    said = f"{start}, {_both_figures(gaps, row)}"
    if gaps.measure.of_all_pupils:
        return f"{said}: {in_a_class(row['cwsw'])}."
    if gaps.measure.only_of:
        return f"{said} {interval(row['cwsw_low'], row['cwsw_high'], gaps.measure)}".strip() + "."
    bounded = bool(row["cwsw_extreme"] or row["peers_extreme"])
    gap = gap_said(row["gap"], row["gap_low"], row["gap_high"], gaps.measure, bounded)
    if gaps.measure.better is Better.NONE:
        return f"{said}: {gap}."
    return f"{said}: {gap}. {change_sentence(change)}"


def change_sentence(change: Change) -> str:
    """Give what became of the gap, since when, and who moved."""
    if change.verdict is Verdict.CANNOT_SAY:
        return cannot_say(change)
    since = year_label(change.baseline_year or 0)
    if change.verdict is Verdict.NO_CLEAR_CHANGE:
        return f"No clear change since {since}; {who_moved(change)}."
    by = amount(in_unit(abs(change.change), change.measure), change.measure)
    if change.verdict is Verdict.NARROWED:
        what = "They have pulled further ahead" if change.gap_then < 0 else "The gap has narrowed"
    else:
        what = "They are less far ahead" if change.gap_now < 0 else "The gap has widened"
    return f"{what} by {by} since {since}; {who_moved(change)}."


def who_moved(change: Change) -> str:
    """Give who moved: 'both improved', 'their peers got worse and they hardly moved'.

    To have moved is to have moved by half the least change worth a word. A gap that narrowed because peers
    got worse says so.
    """
    peers = beside(change.question)
    theirs, others = (_way(by, change.measure) for by in (change.cwsw_change, change.peers_change))
    if theirs == others:
        return _both(theirs, change, peers)
    words = {1: "improved", 0: "hardly moved", -1: "got worse"}
    if theirs == 0 and others == 1:
        return f"{peers} improved and they did not"
    if theirs >= others and theirs != 0:
        return f"they {words[theirs]} and {peers} {words[others]}"
    if theirs == 0:
        return f"{peers} {words[others]} and they {words[theirs]}"
    return f"they {words[theirs]} and {peers} {words[others]}"


def verdict(change: Change) -> str:
    """Give the verdict as printed, with ▼ where the gap narrowed and ▲ where it widened."""
    return VERDICTS[change.verdict]


def no_clear_change(change: Change) -> str:
    """Give how large a change would have been called: 'a fall of about 4 points or more would have shown'."""
    if math.isnan(change.would_have_shown):
        return ""
    least = outward(change.would_have_shown, change.measure, up=True)
    return f"a fall of about {amount(least, change.measure)} or more would have shown"


def cannot_say(change: Change) -> str:
    """Give why nothing can be said of a change."""
    because = absent(change.because) if change.because else "there is nothing to set it beside"
    return f"Whether the gap has changed cannot be said: {because}."


def absent(reason: str) -> str:
    """Give in plain English why a measure has no figures, from an answer's `absent`."""
    kind, _, rest = reason.partition(": ")
    if kind == "not exported":
        return f"your data team has not supplied {rest}"
    if kind == "withheld":
        return f"withheld so that no child can be picked out ({rest})"
    return reason


def overview(results: Mapping[str, tuple[Gaps, Change]]) -> str:
    """Give the answer of the first page: the widest gap, what narrowed, what widened; some 40 words."""
    judged = [entry for _, entry in results.values() if entry.verdict is not Verdict.CANNOT_SAY]
    sentences = [_widest([gaps for gaps, _ in results.values()])]
    if not judged:
        sentences.append("Whether the gaps have changed cannot be said yet.")
        return " ".join(filter(None, sentences))
    since = _since(judged)
    narrowed = [entry for entry in judged if entry.verdict is Verdict.NARROWED]
    widened = [entry for entry in judged if entry.verdict is Verdict.WIDENED]
    if not narrowed and not widened:
        which = f"any of {len(judged)} measures" if len(judged) > 1 else name(judged[0].measure)
        sentences.append(f"No clear change in {which} {since}.")
        return " ".join(filter(None, sentences))
    if narrowed:
        sentences.append(f"Narrowed {since}: {_names(narrowed)}.")
    if widened:
        sentences.append(f"Widened{'' if narrowed else f' {since}'}: {_names(widened)}.")
    if not (narrowed and widened):
        sentences.append(f"None clearly {'widened' if narrowed else 'narrowed'}.")
    return " ".join(filter(None, sentences))


def empty_heading(kind: Empty | str) -> str:
    """Give the reason in three words, to stand in bold above the sentence."""
    return EMPTY_HEADINGS[Empty(kind)]


def empty_state(
    kind: Empty | str,
    *,
    table: str = "",
    years_left_out: Sequence[int] = (),
    because: str = "",
    link: str = "",
    least: int = 10,
) -> str:
    """Give one of the five fixed sentences said where there are no figures.

    `table` belongs to 'not exported', `years_left_out` and `because` to 'not comparable', `link` (Markdown,
    to three years together) and `least` (children needed) to 'too few'.
    """
    match Empty(kind):
        case Empty.TOO_FEW:
            together = f" Three years together: {link}." if link else ""
            return f"Fewer than {least} children: not shown, so that no child can be picked out.{together}"
        case Empty.NOT_EXPORTED:
            return f"Your data team has not supplied {table}; ask for it by this name."
        case Empty.NOT_COMPARABLE:
            verb = "is" if len(years_left_out) == 1 else "are"
            return f"{years(years_left_out)} {verb} left out: {because}."
        case Empty.NOT_FOR_YOU:
            return "There is no such page for you. Signing in again may help."
        case Empty.NO_RELEASE:
            return "No figures have been released yet. Data team: run `cswanalytics build`."


def footer(facts: ReleaseFacts) -> str:
    """Give the one line at the foot of every page: how old, how complete, how rounded."""
    parts = [f"Data to {day(facts.data_to)}", f"released {day(facts.released_on)}"]
    if facts.matched is not None:
        parts.append(f"{rounded(100 * facts.matched, 0)}{NB}% of children matched")
    parts.append(f"rounded to {facts.base}, so figures may not add to counts you hold")
    parts.append("downloads contain what is shown")
    return " · ".join(parts)


def day(of: date) -> str:
    """Give a date: '3 November 2026'."""
    return f"{of.day}{NB}{of:%B}{NB}{of.year}"


def years(time_periods: Iterable[int]) -> str:
    """Give academic years as a list: '2019/20 and 2020/21'."""
    return listed([year_label(year) for year in sorted(time_periods)])


def listed(items: Sequence[str]) -> str:
    """Give a list in words: 'a', 'a and b', 'a, b and c'; with semicolons where an item holds a comma."""
    if len(items) < 2:
        return "".join(items)
    comma = "; " if any("," in item for item in items) else ", "
    return f"{comma.join(items[:-1])} and {items[-1]}"


def name(measure: Measure) -> str:
    """Give a measure's title inside a sentence: 'persistent absence', 'Attainment 8'."""
    return _inside(measure.title)


def _inside(title: str) -> str:
    return title if title.startswith(KEEP_CAPITAL) else title[:1].lower() + title[1:]


def _row(gaps: Gaps, change: Change) -> pd.Series | None:
    return gaps.last_shown(change.breakdown_item, change.latest_year)


def _nothing_shown(gaps: Gaps, change: Change) -> str:
    of_item = gaps.rows[gaps.rows["breakdown_item"] == change.breakdown_item]
    if len(of_item) and of_item["state"].iloc[-1] == State.TOO_FEW:
        return f"{gaps.measure.title}: too few {who(gaps.question)} to show."
    because = absent(gaps.answer.absent or change.because or "there are no figures")
    return f"{gaps.measure.title}: not shown, because {because}."


def _when(row: pd.Series) -> str:
    last = int(row["time_period"])
    first = int(row.get("pooled_from", 0)) or last
    count = 1
    while first != last:
        first, count = next_year(first), count + 1
    return (
        f"In {year_label(last)}"
        if count == 1
        else f"In the {IN_WORDS.get(count, count)} years to {year_label(last)}"
    )


def _both_figures(gaps: Gaps, row: pd.Series) -> str:
    measure, them, peers = gaps.measure, who(gaps.question), beside(gaps.question)
    one = figure(row["cwsw"], measure, row["cwsw_extreme"])
    other = figure(row["peers"], measure, row["peers_extreme"])
    if measure.of_all_pupils:
        return f"{one} of pupils {measure.verb}"
    if measure.only_of:
        return f"{one} of {them} {measure.verb}"
    if measure.unit is Unit.PER_1000:
        return f"{one} of every 1,000 {them} {measure.verb} and {other} of every 1,000 of {peers}"
    if measure.kind is MeasureKind.PROPORTION:
        return f"{one} of {them} {measure.verb} and {other} of {peers}"
    if measure.kind is MeasureKind.MEAN:
        return f"{them} scored {one} on average for {name(measure)} and {peers} {other}"
    if measure.kind is MeasureKind.RATE:
        events = _inside(measure.title.partition(" per ")[0])
        return f"there were {one} {events} for every 100 {them} and {other} for every 100 of {peers}"
    verb = measure.verb or ("missed" if measure.numerator == "sessions_missed" else "")
    if verb:
        hundred = (part.removesuffix(sign(measure)) for part in (one, other))
        return f"{them} {verb} {next(hundred)} of every 100 sessions and {peers} {next(hundred)}"
    return f"{name(measure)} came to {one} for {them} and {other} for {peers}"


def _both(way: int, change: Change, peers: str) -> str:
    if way == 0:
        return f"neither they nor {peers} moved much"
    same = "both improved" if way == 1 else "both got worse"
    if change.verdict not in (Verdict.NARROWED, Verdict.WIDENED):
        return same
    they_gained_more = change.verdict is Verdict.NARROWED
    return f"{same}, {'they' if they_gained_more == (way == 1) else peers} more"


def _way(by: float, measure: Measure) -> int:
    """Give 1 where a figure's own move is an improvement, -1 where for the worse, 0 where hardly one."""
    if abs(by) < measure.least_change / 2 or by == 0:
        return 0
    up = 1 if by > 0 else -1
    return -up if measure.better is Better.LOWER else up


def _widest(all_gaps: Iterable[Gaps]) -> str:
    found = [
        (latest["gap"], gaps, latest)
        for gaps in all_gaps
        if gaps.measure.unit is Unit.PERCENT
        and gaps.measure.better is not Better.NONE
        and gaps.measure.has_peers
        and (latest := gaps.latest) is not None
        # a figure known only as a bound says little of how wide a gap is
        and not (latest["cwsw_extreme"] or latest["peers_extreme"])
    ]
    if not found:
        return "No gap can be shown yet."
    gap, gaps, row = max(found, key=lambda entry: entry[0])
    if gap <= 0:
        return f"In nothing shown are {who(gaps.question)} behind {beside(gaps.question)}."
    one, other = (figure(row[side], gaps.measure, row[f"{side}_extreme"]) for side in ("cwsw", "peers"))
    return (
        f"The gap is widest in {name(gaps.measure)}: {one} of {who(gaps.question)}, {other} of "
        f"{beside(gaps.question)}, {behind(gap, gaps.measure)} in {year_label(int(row['time_period']))}."
    )


def _since(changes: Sequence[Change]) -> str:
    """Series begin in different years: two are named, more would bury the answer."""
    starts = sorted({change.baseline_year for change in changes if change.baseline_year})
    if len(starts) > 2:
        return "since the first year each can be compared with"
    return f"since {' or '.join(year_label(start) for start in starts)}"


def _names(changes: Sequence[Change]) -> str:
    words = [
        name(change.measure) + (f" ({who_moved(change)})" if _because_peers_got_worse(change) else "")
        for change in changes
    ]
    if len(words) > NAMED_AT_MOST:
        words = [*words[: NAMED_AT_MOST - 1], f"{len(words) - NAMED_AT_MOST + 1} more"]
    return listed(words)


def _because_peers_got_worse(change: Change) -> bool:
    return change.verdict is Verdict.NARROWED and _way(change.peers_change, change.measure) == -1
