"""The releases that are kept: told one by one, put back in use, and cleared away.

A release that is put back in use was published before, so whoever has it has it anyway. But a later release
may withhold what it shows, state it anew, or have been checked for more: that is told before it is shown
again.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cswanalytics import release
from cswanalytics.errors import CswanalyticsError, NoRelease, ReleaseDamaged, ShownAgain
from cswanalytics.release import CELL_KEY, MANIFEST, UNFINISHED, Manifest, Release
from cswanalytics.vocabulary import year_label

LEAST_KEPT = 2
"""The release in use and the one before it: pages say what moved between the two."""

NUMBERS = ["pupils", "count", "value"]


@dataclass(frozen=True)
class Kept:
    """A folder among releases: its size in bytes, its manifest, and what is wrong with it.

    `fault` is empty where every file is as it was released. A damaged release has a manifest where that
    can still be read.
    """

    name: str
    size: int
    in_use: bool
    manifest: Manifest | None
    fault: str = ""


def listed(root: Path) -> list[Kept]:
    """Give every release, the newest first, each verified. NoRelease where there is none."""
    try:
        in_use = release.current_name(root)
    except (NoRelease, ReleaseDamaged):
        in_use = ""
    names = {folder.name for folder in root.glob("[!.]*") if folder.is_dir()} | ({in_use} - {""})
    if not names:
        raise NoRelease(f"There is no release in {root}.")
    found = [_kept(root, name, name == in_use) for name in names]
    dated = [(entry.manifest.released_at.timestamp() if entry.manifest else 0.0) for entry in found]
    ordered = sorted(zip(dated, found, strict=True), key=lambda pair: (pair[0], pair[1].name), reverse=True)
    return [entry for _, entry in ordered]


def put_in_use(root: Path, name: str, even_so: bool = False) -> Manifest:
    """Make a kept release the one in use, atomically, once every file of it is found as it was released.

    NoRelease where there is none of that name, ReleaseDamaged where a file differs, BuildInProgress while a
    build is writing. ShownAgain, unless `even_so`, where it shows what a later release does not.
    """
    folder = root / name
    if not name or name != Path(name).name or name.startswith(".") or not folder.is_dir():
        raise NoRelease(f"there is no release '{name}' in {root}; `cswanalytics releases list` tells them")
    with release.building(root):
        chosen = Release(folder, release.verify(folder))
        if (again := shown_again(chosen)) and not even_so:
            raise ShownAgain(
                f"release {name} shows what a later one of this authority does not, so it is not put in use. "
                "Read why, and say --even-so to show it again all the same:",
                again,
            )
        release.use(root, name)
    return chosen.manifest


def shown_again(chosen: Release) -> list[str]:
    """Give, a sentence each, what a release shows that those after it withhold, restate or check for."""
    later = [found for found in _alike(chosen) if found.manifest.released_at > chosen.manifest.released_at]
    if not later:
        return []
    cells = pd.read_parquet(chosen.table("cells"))
    shown = cells[cells[NUMBERS].notna().any(axis="columns")]
    said: dict[str, None] = {}
    for found in later:
        for what in _withheld_since(chosen, shown, found):
            said[f"{what}: withheld since, because {found.manifest.withheld[what]}"] = None
        for year, because in found.manifest.restated.items():
            if not year.isdigit():
                said[f"{year}: changed since, because {because}"] = None
            elif (shown["time_period"] == int(year)).any():
                said[f"{year_label(int(year))}: changed since, because {because}"] = None
        for condition in found.manifest.gate:
            if condition not in chosen.manifest.gate:
                said[f"it was released before it was checked for: {condition}"] = None
    return list(said)


def to_clear(root: Path, keep: int) -> list[Kept]:
    """Give what would be cleared away so that each authority's `keep` newest releases stay.

    The release in use and the one before it always stay, and so does whatever cannot be read: it may be of
    a newer form, or be all that tells what went wrong.
    """
    if keep < LEAST_KEPT:
        raise CswanalyticsError(
            f"at least {LEAST_KEPT} releases are kept: pages say what moved since the release before"
        )
    every = listed(root)
    staying = {entry.name for entry in every if entry.in_use or entry.fault or entry.manifest is None}
    in_use = next((entry for entry in every if entry.in_use and entry.manifest), None)
    if in_use and in_use.manifest:
        before = release.before(Release(root / in_use.name, in_use.manifest))
        staying |= {before.folder.name} if before else set()
    counted: dict[tuple[str, bool], int] = {}
    for entry in every:
        if entry.fault or entry.manifest is None:
            continue
        whose = (entry.manifest.new_la_code, entry.manifest.invented)
        counted[whose] = counted.get(whose, 0) + 1
        if counted[whose] <= keep:
            staying.add(entry.name)
    return [entry for entry in every if entry.name not in staying]


def clear(root: Path, keep: int) -> list[Kept]:
    """Clear away what `to_clear` gives, and give it. BuildInProgress while a build is writing."""
    with release.building(root):
        gone = to_clear(root, keep)
        for entry in gone:
            # out of sight at once, so that nobody opens half a release; a later build removes what is left
            unfinished = root / f"{UNFINISHED}{entry.name}"
            (root / entry.name).rename(unfinished)
            shutil.rmtree(unfinished)
    return gone


def newest(opened: Release) -> Release:
    """Give the newest of the releases beside one, of the same authority, that can be read: perhaps itself."""
    later = sorted(_alike(opened), key=lambda entry: entry.manifest.released_at, reverse=True)
    for entry in later:
        if entry.manifest.released_at <= opened.manifest.released_at:
            break
        try:
            return Release(entry.folder, release.verify(entry.folder))
        except ReleaseDamaged:
            continue
    return opened


def _kept(root: Path, name: str, in_use: bool) -> Kept:
    folder = root / name
    if not folder.is_dir():
        return Kept(name, 0, in_use, None, "its folder is not there")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    try:
        return Kept(name, size, in_use, release.verify(folder))
    except ReleaseDamaged as error:
        return Kept(name, size, in_use, _manifest(folder), str(error))


def _manifest(folder: Path) -> Manifest | None:
    try:
        return Manifest.from_json((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ReleaseDamaged):
        return None


def _alike(opened: Release) -> Iterator[Release]:
    """Give the releases beside one, itself among them, of the same authority and invented if it is."""
    alike = (opened.manifest.new_la_code, opened.manifest.invented)
    for folder in opened.folder.parent.glob("[!.]*"):
        manifest = _manifest(folder) if folder.is_dir() else None
        if manifest and (manifest.new_la_code, manifest.invented) == alike:
            yield Release(folder, manifest)


def _withheld_since(chosen: Release, shown: pd.DataFrame, later: Release) -> Iterator[str]:
    """Give what a later manifest says is withheld and these cells show: a measure, or one at a point.

    A measure can be withheld at a point in some breakdowns only, so cells are compared one by one. Those of
    a later release that is damaged prove nothing: there all that only its manifest withholds counts.
    """
    try:
        release.verify(later.folder)
        gone = _without_number(later)
    except ReleaseDamaged:
        gone = None
    for what in later.manifest.withheld:
        measure, *point = what.split(" ", 2)
        own = shown[shown["measure"] == measure]
        if len(point) == 2:
            own = own[(own["time_period"] == int(point[0])) & (own["time_identifier"] == point[1])]
            if gone is not None:
                own = own.merge(gone, on=list(CELL_KEY))
            elif what in chosen.manifest.withheld:
                continue
        if len(own):
            yield what


def _without_number(opened: Release) -> pd.DataFrame:
    cells = pd.read_parquet(opened.table("cells"))
    return cells.loc[cells[NUMBERS].isna().all(axis="columns"), list(CELL_KEY)]
