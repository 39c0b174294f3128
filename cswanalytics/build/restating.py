"""What a build does with what was released before: closed points stay, and restated ones change openly."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pandas as pd

from cswanalytics import release
from cswanalytics.build import ledger as ledgers
from cswanalytics.build.counts import SCHOOL_BREAKDOWN, Counts, Layout, offered_cells
from cswanalytics.build.ledger import Ledger
from cswanalytics.build.rounding import Earlier
from cswanalytics.catalogue import Measure
from cswanalytics.errors import LedgerUnfit
from cswanalytics.vocabulary import Group, Level, Symbol, is_time_period, year_label

EVERY_YEAR = "every year"
LEDGER_LOST = (
    "the record of how earlier figures were rounded was not found, so every figure was rounded again; "
    "set none of them beside a figure released before"
)
CHANGED_SINCE = (
    "withheld: the exports have changed since other figures of this point were released, so it could not be "
    "shown that no child can be found from both together; restating the year gives it"
)
NOT_WORKED_OUT_NOW = (
    "withheld: other figures released of this point before are not worked out from these exports, or are "
    "worked out otherwise now, so it could not be shown that no child can be found from all of them together"
)


@dataclass(frozen=True)
class Restatement:
    """Which closed academic years are to be changed openly, and why."""

    years: frozenset[int] = frozenset()
    because: str = ""


@dataclass(frozen=True)
class Before:
    """What was released before of the points of this build.

    `kept` and `restated` hold entries by point. `said` are sentences for the data team, `reasons` what a
    manifest says of restated years. `closed` says of kept points to which no measure may be added why not.
    """

    kept: Mapping[str, ledgers.Entry]
    restated: Mapping[str, ledgers.Entry]
    said: tuple[str, ...]
    reasons: Mapping[str, str]
    closed: Mapping[str, str] = field(default_factory=dict)

    def earlier(self, layout: Layout) -> dict[str, Earlier]:
        """Give what rounding must know of it, by point."""
        entries = [(self.kept, False), (self.restated, True)]
        return {
            name: Earlier(
                ledgers.as_rounded(entry.cells, layout, entry.measures),
                restated,
                name not in self.closed,
                ledgers.withheld_places(entry.cells, layout, entry.measures),
            )
            for group, restated in entries
            for name, entry in group.items()
        }

    def added(self, cells: pd.DataFrame) -> dict[str, list[str]]:
        """Give the measures of which a release's cells say something for the first time at kept points."""
        numbered = cells[cells["pupils"].notna()]
        return {
            name: sorted(set(numbered.loc[_at(numbered, name), "measure"]) - entry.measures.keys())
            for name, entry in self.kept.items()
        }


NOTHING_RESTATED = Restatement()
NOTHING_BEFORE = Before({}, {}, (), {})


def asked(years: Collection[int], because: str) -> Restatement:
    """Give what a data team asks to restate. LedgerUnfit where a year is none, or no reason is given."""
    wrong = [str(year) for year in years if not is_time_period(year)]
    if wrong:
        raise LedgerUnfit(f"{', '.join(wrong)} is no academic year: write 202324 for 2023/24")
    if years and not because.strip():
        raise LedgerUnfit(
            "a closed year is only changed for a reason that readers are told: give it with --because"
        )
    return Restatement(frozenset(years), because.strip())


def released_before(
    ledger: Ledger, counts: Counts, restatement: Restatement, newest: release.Release | None
) -> Before:
    """Give what was released of this build's points before.

    Where the ledger is new and yet there is a release of this authority, the ledger was lost: what the newest
    holds is restated, all of it, and stays where it still may. LedgerUnfit where a year to be
    restated was never released.
    """
    names = {
        f"{point.time_period} {point.time_identifier}": point.time_period
        for point in counts.points
        if point.has_ended
    }
    entries = {name: entry for name, entry in ledger.entries.items() if name in names}
    never = sorted(restatement.years - {names[name] for name in entries})
    if never:
        raise LedgerUnfit(
            f"{', '.join(year_label(year) for year in never)} cannot be restated: it is not in the ledger in "
            f"{ledger.folder}, or not in the exports"
        )
    if ledger.is_new and newest is not None and not newest.manifest.invented:
        cells = pd.read_parquet(newest.table("cells"))
        lost = ledgers.entries_of(counts, cells, names)
        said = (f"There is no ledger in {ledger.folder}: {LEDGER_LOST}.",)
        return Before({}, {name: entry for name, entry in lost.items() if len(entry.cells)}, said,
                      {EVERY_YEAR: LEDGER_LOST})  # fmt: skip
    restated = {name: entry for name, entry in entries.items() if names[name] in restatement.years}
    kept = {name: entry for name, entry in entries.items() if name not in restated}
    changed = {name for name, entry in kept.items() if ledgers.has_changed(entry, counts, name)}
    closed = {
        name: CHANGED_SINCE if name in changed else NOT_WORKED_OUT_NOW
        for name, entry in kept.items()
        if name in changed or len(_as_they_were(entry, counts.layout)) < len(entry.measures)
    }
    said = tuple(
        f"The exports now give other counts for {year_label(year)} than when its figures were released. "
        f'They stay as released; `--restate {year} --because "…"` changes them openly.'
        for year in sorted({names[name] for name in changed})
    )
    reasons = {str(year): restatement.because for year in sorted(restatement.years)}
    return Before(kept, restated, said, reasons, closed)


def with_kept(cells: pd.DataFrame, before: Before, layout: Layout) -> pd.DataFrame:
    """Give the cells of a release in which every kept point has the cells it was released with.

    Of a measure that is defined otherwise now, and of one that was not there, the new cells stand, until
    `without_additions` and the gate have looked at them.
    """
    frames = []
    for name, entry in before.kept.items():
        same = _as_they_were(entry, layout)
        cells = cells[~_at(cells, name) | ~cells["measure"].isin(same)]
        frames.append(entry.cells[entry.cells["measure"].isin(same)])
    return _together([cells, *frames])


def without_additions(
    cells: pd.DataFrame, before: Before, layout: Layout, failed: Collection[str] = ()
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Give a release's cells without measures that may not be added to what stays, and why each is left out.

    The gate needs the exact counts behind everything released of a point to attack it. Where the exports give
    others now, or something released is not worked out as it was, it has none. Such a measure stands at the
    places that are published of the point already and holds no number: which places it would have itself
    tells of what was counted since. `failed` names those, as 'measure point', that could not be rounded
    beside what stays.
    """
    left_out: dict[str, str] = {}
    frames = []
    for name, entry in before.kept.items():
        same = _as_they_were(entry, layout)
        places = entry.cells[list(release.CELL_KEY)].drop(columns="measure").drop_duplicates()
        for measure in layout.measures:
            here = _at(cells, name) & (cells["measure"] == measure.id)
            if measure.id in same or not here.any():
                continue
            if name in before.closed:
                left_out[f"{measure.id} {name}"] = before.closed[name]
            elif f"{measure.id} {name}" not in failed:
                continue
            cells = cells[~here]
            frames.append(_withheld(measure, places).reindex(columns=cells.columns).astype(cells.dtypes))
    return _together([cells, *frames]), left_out


def _withheld(measure: Measure, places: pd.DataFrame) -> pd.DataFrame:
    """Give a measure's cells, withheld, at those of some places at which it is offered."""
    at_school = places["geographic_level"] == Level.SCHOOL.value
    offered = offered_cells(
        places.assign(breakdown=places["breakdown"].where(~at_school, SCHOOL_BREAKDOWN)), measure
    )
    if measure.of_all_pupils:
        offered &= places["social_care_group"] != Group.ALL.value
    return places[offered].assign(measure=measure.id, symbol=Symbol.WITHHELD.value)


def _as_they_were(entry: ledgers.Entry, layout: Layout) -> list[str]:
    """Give the measures of an entry that this build works out as they were then."""
    definitions = {measure.id: ledgers.definition(measure) for measure in layout.measures}
    return [measure for measure, text in entry.measures.items() if definitions.get(measure) == text]


def _at(cells: pd.DataFrame, name: str) -> pd.Series:
    time_period, time_identifier = name.split(" ", 1)
    return (cells["time_period"] == int(time_period)) & (cells["time_identifier"] == time_identifier)


def _together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    cells = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    return cells.sort_values(list(release.CELL_KEY), na_position="first").reset_index(drop=True)


def entries_to_keep(before: Before, counts: Counts, cells: pd.DataFrame) -> dict[str, ledgers.Entry]:
    """Give what the ledger is to hold of this build's points, from the cells about to be released.

    Of a kept point that is what it held, and the measures released of it for the first time. Of those that
    may not be added to it, it holds nothing: they were not released.
    """
    names = [f"{point.time_period} {point.time_identifier}" for point in counts.points if point.has_ended]
    entries = ledgers.entries_of(counts, cells, names)
    for name, was in before.kept.items():
        now = entries[name]
        more = now.cells[~now.cells["measure"].isin(list(was.measures))]
        if name in before.closed or more.empty:
            entries[name] = was
            continue
        # nothing has changed of what was counted, so both are counts of the same children
        counted = now.exact[now.exact.columns.difference(was.exact.columns, sort=False)]
        entries[name] = ledgers.Entry(
            was.exact.join(counted), pd.concat([was.cells, more], ignore_index=True),
            {**now.measures, **was.measures},
        )  # fmt: skip
    return entries


def without_telling_changes(
    cells: pd.DataFrame, before: Before, base: int
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Give a release's cells without what a restatement would tell of few children, and what was left out.

    A number stays while it is within the base of the new count. So one that has moved is known not to be near
    what it was: 10 that becomes 5 is proved to be 1 to 5 now, and 5 that becomes 0 to be none. The measure is
    withheld for that point: its cells keep their places, and hold no number.
    """
    left_out = {}
    for name, entry in before.restated.items():
        here = _at(cells, name)
        key = list(release.CELL_KEY)
        beside = cells[here].merge(entry.cells[[*key, "pupils", "count"]], on=key, suffixes=("", "_before"))
        telling = pd.Series(data=False, index=beside.index)
        for column in ("pupils", "count"):
            was, now = (beside[name_].astype(float) for name_ in (f"{column}_before", column))
            telling |= (was > now) & (was - base < base + 1)
        for measure in sorted(beside.loc[telling, "measure"].unique()):
            withheld = here & (cells["measure"] == measure)
            cells = cells.copy()
            cells.loc[withheld, ["pupils", "count", "value", "spread"]] = None
            cells.loc[withheld, "symbol"] = Symbol.WITHHELD.value
            left_out[f"{measure} {name}"] = (
                "withheld: the change since it was first released would tell of few children"
            )
    return cells, left_out
