"""The ledger: what was released before, kept by the data team alone, so that a closed year stays as it was.

    ledger/                      beside the exports, never among releases; for its owner's eyes alone
        ledger.json              whose it is, the secret of the rounding, and which points have been released
        202425-academic-year-3f…/
            exact.parquet        the exact counts behind the point when it was released
            cells.parquet        its cells as released

A year that was rounded twice could be compared with itself, and what lies between the two tells of single
children. So a point once released keeps its cells until somebody restates it openly. The secret of the
rounding never leaves this folder.
"""

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock

from cswanalytics.build.counts import HEADS, SCHOOL_BREAKDOWN, Counts, Layout
from cswanalytics.build.places import Place
from cswanalytics.catalogue import Measure
from cswanalytics.errors import BuildInProgress, LedgerUnfit
from cswanalytics.on_disk import UNFINISHED, clear_unfinished, told_plainly, write_whole
from cswanalytics.vocabulary import Group, Level, Symbol

FORM = 1
FILE = "ledger.json"
FOLDER = "ledger"
"""The ledger's usual name, beside the folder of exports."""

WHERE = ["social_care_group", "breakdown", "breakdown_item"]


@dataclass(frozen=True)
class Entry:
    """A point as it was released: its exact counts then, its cells, and how each measure was defined.

    `exact` is indexed by group, breakdown and item; its columns are named by `column_names`. `measures` maps
    a measure to its definition.
    """

    exact: pd.DataFrame
    cells: pd.DataFrame
    measures: Mapping[str, str]


@dataclass(frozen=True)
class Ledger:
    """A ledger, opened: the authority's code, the secret of the rounding, and points by name.

    `is_new` says that there was none, or nothing in it, where it was looked for; `as_read` is the text of its
    file then.
    """

    folder: Path
    new_la_code: str
    secret: bytes
    entries: Mapping[str, Entry] = field(default_factory=dict)
    is_new: bool = False
    as_read: str = field(default="", repr=False)

    def with_entries(self, entries: Mapping[str, Entry]) -> "Ledger":
        """Give the ledger with points added, or in the place of what it held of them."""
        return replace(self, entries={**self.entries, **entries})


def usual_place(exports: Path) -> Path:
    """Give where an authority's ledger is looked for: beside its exports."""
    return exports.resolve().parent / FOLDER


def opened(folder: Path, new_la_code: str) -> Ledger:
    """Open the ledger in a folder, or begin one. LedgerUnfit if it is unreadable or another authority's."""
    file = folder / FILE
    if not file.exists():
        if folder.exists() and any(not path.name.startswith(".") for path in folder.iterdir()):
            raise LedgerUnfit(
                f"the folder {folder} holds files and no {FILE}: put the ledger back from a copy, or name an "
                "empty folder with --ledger to begin a new one"
            )
        return Ledger(folder, new_la_code, secrets.token_bytes(32), is_new=True)
    try:
        text = file.read_text(encoding="utf-8")
        raw = json.loads(text)
        if raw["form"] != FORM:
            raise LedgerUnfit(
                f"the ledger in {folder} is of form {raw['form']}, this program keeps form {FORM}"
            )
        entries = {name: _read(folder / about["folder"], about) for name, about in raw["points"].items()}
        ledger = Ledger(folder, raw["new_la_code"], bytes.fromhex(raw["secret"]), entries, not entries, text)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise LedgerUnfit(
            f"the ledger in {folder} cannot be read ({type(error).__name__}): put it back from a copy. "
            "Without it every figure would be rounded anew"
        ) from error
    if ledger.new_la_code != new_la_code:
        raise LedgerUnfit(
            f"the ledger in {folder} is that of {ledger.new_la_code}, and these exports are of "
            f"{new_la_code}: name the right one with --ledger"
        )
    return ledger


def save(ledger: Ledger) -> None:
    """Write a ledger, whole or not at all, readable by its owner alone.

    Done before a release is put in use: a build killed between the two leaves points that were never read,
    and the next build gives them the same figures. BuildInProgress where another build has written to it
    since it was opened, NotWritten where the disk is full.
    """
    with told_plainly("the ledger", ledger.folder, "The release in use stays in use."):
        ledger.folder.mkdir(parents=True, exist_ok=True)
        ledger.folder.chmod(0o700)
        with FileLock(ledger.folder / ".saving", mode=0o600):
            if _text(ledger.folder) != ledger.as_read:
                raise BuildInProgress(
                    f"another build wrote to the ledger {ledger.folder} while this one was under way; "
                    "build again"
                )
            clear_unfinished(ledger.folder)
            _save(ledger)


def _save(ledger: Ledger) -> None:
    points: dict[str, Any] = {}
    if not ledger.as_read:
        # Before any point: a folder of points without their file is a ledger that was lost.
        write_whole(ledger.folder / FILE, _as_text(ledger, points), mode=0o600)
    for name, entry in ledger.entries.items():
        folder = _write(ledger.folder, name, entry)
        points[name] = {"folder": folder, "measures": dict(entry.measures)}
    write_whole(ledger.folder / FILE, _as_text(ledger, points), mode=0o600)
    named = {about["folder"] for about in points.values()}
    for folder in ledger.folder.iterdir():
        if folder.is_dir() and folder.name not in named:
            shutil.rmtree(folder, ignore_errors=True)


def _as_text(ledger: Ledger, points: Mapping[str, Any]) -> str:
    secret = ledger.secret.hex()
    whole = {"form": FORM, "new_la_code": ledger.new_la_code, "secret": secret, "points": points}
    return json.dumps(whole, indent=2) + "\n"


def _text(folder: Path) -> str:
    """Give the text of a ledger's file as it stands now; empty where there is none."""
    try:
        return (folder / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def entries_of(counts: Counts, cells: pd.DataFrame, names: Iterable[str]) -> dict[str, Entry]:
    """Give the entry of each named point ('202425 Academic year') from what is about to be released of it."""
    columns = column_names(counts.layout)
    definitions = {measure.id: definition(measure) for measure in counts.layout.measures}
    found = {}
    for name in names:
        time_period, time_identifier = name.split(" ", 1)
        exact = counts.by_group.xs(
            (int(time_period), time_identifier), level=("time_period", "time_identifier")
        )
        own = cells[
            (cells["time_period"] == int(time_period)) & (cells["time_identifier"] == time_identifier)
        ]
        exact = exact[list(columns)].rename(columns=columns).rename_axis(WHERE)
        measures = {
            measure: definitions[measure] for measure in own["measure"].unique() if measure in definitions
        }
        found[name] = Entry(exact, own.reset_index(drop=True), measures)
    return found


def as_rounded(cells: pd.DataFrame, layout: Layout, measures: Mapping[str, str]) -> pd.DataFrame:
    """Give released cells of one point in the shape of `Rounded.cells`, for measures defined as they were."""
    numbers: dict[str, pd.Series] = {}
    places = _with_places(cells).set_index(WHERE)
    for measure in layout.measures:
        if measures.get(measure.id) != definition(measure):
            continue
        own = places[places["measure"] == measure.id]
        if measure.of_all_pupils:
            # its cells hold all pupils under each group: the group itself is the count
            everyone = own["pupils"].reset_index().assign(social_care_group=Group.ALL.value)
            for more in (own["count"], everyone.drop_duplicates(WHERE).set_index(WHERE)["pupils"]):
                numbers[HEADS] = _filled(numbers.get(HEADS), more)
            continue
        column = layout.in_population(measure.population)
        numbers[column] = _filled(numbers.get(column), own["pupils"])
        if measure.is_counted:
            numbers[layout.ladder_of(measure).column(measure.step)] = own["count"].astype(float)
    return pd.DataFrame(numbers, dtype=float).rename_axis(WHERE).reset_index()


def withheld_places(
    cells: pd.DataFrame, layout: Layout, measures: Mapping[str, str]
) -> dict[str, list[Place]]:
    """Give where released cells of one point were withheld, by column, for measures defined as they were."""
    found: dict[str, list[Place]] = {}
    places = _with_places(cells)
    withheld = places[cells["pupils"].isna() & (cells["symbol"] == Symbol.WITHHELD.value)]
    for measure in layout.measures:
        if measures.get(measure.id) != definition(measure):
            continue
        own = withheld.loc[withheld["measure"] == measure.id, WHERE].itertuples(index=False, name=None)
        where = [(Group(group), str(breakdown), str(item)) for group, breakdown, item in own]
        if measure.of_all_pupils:
            where += [(Group.ALL, breakdown, item) for _, breakdown, item in where]
        columns = [HEADS] if measure.of_all_pupils else [layout.in_population(measure.population)]
        if measure.is_counted and not measure.of_all_pupils:
            columns.append(layout.ladder_of(measure).column(measure.step))
        for column in columns if where else ():
            found[column] = list(dict.fromkeys([*found.get(column, ()), *where]))
    return found


def definition(measure: Measure) -> str:
    """Give how a measure is worked out: what is defined otherwise is another figure."""
    parts = (measure.kind.value, measure.population, measure.numerator, measure.denominator, measure.events)
    return " | ".join(parts)


def column_names(layout: Layout) -> dict[str, str]:
    """Give a name for each column of counts that says what it counts, whatever else is counted beside."""
    names = {HEADS: HEADS}
    names |= {layout.in_population(population): f"pupils: {population}" for population in layout.populations}
    names |= {
        ladder.column(step.step): f"{step.id}: {definition(step)}"
        for ladder in layout.ladders
        for step in ladder.steps
    }
    return names


def has_changed(entry: Entry, counts: Counts, name: str) -> bool:
    """Say whether the exports now give other counts of a point than when it was released."""
    now = entries_of(counts, entry.cells.iloc[:0], [name])[name].exact
    shared = [column for column in entry.exact.columns if column in now.columns]
    before, after = (frame[shared].sort_index() for frame in (entry.exact, now))
    return list(before.index) != list(after.index) or bool((before.to_numpy() != after.to_numpy()).any())


def _with_places(cells: pd.DataFrame) -> pd.DataFrame:
    """Give released cells with schools as a breakdown, as Counts has them."""
    at_school = cells["geographic_level"] == Level.SCHOOL.value
    return cells.assign(
        breakdown=cells["breakdown"].where(~at_school, SCHOOL_BREAKDOWN),
        breakdown_item=cells["breakdown_item"].where(~at_school, cells["school_urn"]),
    )


def _filled(known: pd.Series | None, more: pd.Series) -> pd.Series:
    more = more.astype(float)
    return more if known is None else known.combine_first(more)


def _read(folder: Path, about: Mapping[str, Any]) -> Entry:
    exact = pd.read_parquet(folder / "exact.parquet").set_index(WHERE)
    return Entry(exact, pd.read_parquet(folder / "cells.parquet"), dict(about["measures"]))


def _write(root: Path, name: str, entry: Entry) -> str:
    """Write a point into a folder named after what it holds, and give the folder's name."""
    files = {"exact.parquet": entry.exact.reset_index(), "cells.parquet": entry.cells}
    digest = hashlib.sha256()
    for frame in files.values():
        digest.update(frame.to_csv(index=False).encode())
    folder = root / f"{name.lower().replace(' ', '-')}-{digest.hexdigest()[:12]}"
    if not folder.is_dir():
        unfinished = root / f"{UNFINISHED}{folder.name}"
        unfinished.mkdir(mode=0o700)
        for file, frame in files.items():
            frame.to_parquet(unfinished / file, index=False)
            (unfinished / file).chmod(0o600)
        unfinished.rename(folder)
    return folder.name
