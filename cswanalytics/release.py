"""The door: what a release is on disk, written whole or not at all, opened and verified.

    releases/
        current              one line: the name of the release in use, replaced atomically
        2026-11-21T1905/
            manifest.json    what the release is, and the sha256 of every table
            manifest.sha256  the sha256 of the manifest, as `sha256sum` writes it
            cells.parquet    the cube: one row per CELL_COLUMNS key
            schools.parquet  one row per school
            quality.parquet  one row per finding of the checks, counts to the nearest 10
            offer.parquet    one row per OFFER_KEY: training, support, returns, money, children on no roll

Nothing here holds a row, an identifier or an exact count of a child.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from cswanalytics.errors import BuildInProgress, NoRelease, ReleaseDamaged, ReleaseProblem
from cswanalytics.on_disk import UNFINISHED, clear_unfinished, flush, told_plainly, write_whole
from cswanalytics.settings import CURRENT, Aim, Letters

SCHEMA_VERSION = 3

CELLS = pa.schema(
    [
        ("measure", pa.string()),
        ("time_period", pa.int32()),
        ("time_identifier", pa.string()),
        ("geographic_level", pa.string()),
        ("school_urn", pa.string()),
        ("social_care_group", pa.string()),
        ("breakdown", pa.string()),
        ("breakdown_item", pa.string()),
        ("pupils", pa.int32()),
        ("count", pa.int32()),
        ("value", pa.float64()),
        ("spread", pa.float64()),
        ("symbol", pa.string()),
    ]
)
SCHOOLS = pa.schema(
    [
        ("school_urn", pa.string()),
        ("school_laestab", pa.string()),
        ("school_name", pa.string()),
        ("education_phase", pa.string()),
        ("merged_phase", pa.string()),
        ("trust_name", pa.string()),
        ("la_name", pa.string()),
        ("new_la_code", pa.string()),
    ]
)
QUALITY = pa.schema(
    [
        ("severity", pa.string()),
        ("table", pa.string()),
        ("column", pa.string()),
        ("rule", pa.string()),
        ("says", pa.string()),
        ("rows_to_nearest_10", pa.int32()),
    ]
)
OFFER = pa.schema(
    [
        ("figure", pa.string()),
        ("time_period", pa.int32()),
        ("term", pa.int32()),
        ("school_urn", pa.string()),
        ("merged_phase", pa.string()),
        ("tier", pa.int32()),
        ("kind", pa.string()),
        ("topic", pa.string()),
        ("number", pa.float64()),
        ("out_of", pa.float64()),
        ("symbol", pa.string()),
    ]
)
TABLES: Mapping[str, pa.Schema] = {"cells": CELLS, "schools": SCHOOLS, "quality": QUALITY, "offer": OFFER}
OFFER_KEY = tuple(name for name in OFFER.names if name not in ("number", "out_of", "symbol"))
CELL_KEY = tuple(name for name in CELLS.names if name not in ("pupils", "count", "value", "spread", "symbol"))

MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
STAYS = "The release in use stays in use."


@dataclass(frozen=True)
class Manifest:
    """What a release says of itself. No field holds a count of children.

    `aims` and `letters` are those of the settings it was built with: whoever reads a release needs no
    settings. `restated` maps an academic year whose closed figures were changed, or 'every year', to the
    reason given.
    """

    release: str
    authority: str
    new_la_code: str
    invented: bool
    released_at: datetime
    data_to: date
    data_dates: Mapping[str, date]
    fingerprint: str
    base: int
    cohort_window: str
    legal_basis: str
    years: tuple[int, ...]
    in_year: tuple[str, ...]
    phases: tuple[str, ...]
    measures: tuple[str, ...]
    matched: float | None = None
    matching: Mapping[str, float] = field(default_factory=dict)
    unsettled_results: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    not_exported: Mapping[str, str] = field(default_factory=dict)
    withheld: Mapping[str, str] = field(default_factory=dict)
    cannot_say: Mapping[str, str] = field(default_factory=dict)
    half_terms_reported: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    gate: Mapping[str, str] = field(default_factory=dict)
    aims: tuple[Aim, ...] = ()
    letters: Letters = field(default_factory=Letters)
    restated: Mapping[str, str] = field(default_factory=dict)
    made_by: str = ""
    schema_version: int = SCHEMA_VERSION
    files: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """Give the manifest as the text of `manifest.json`."""
        return json.dumps(asdict(self), indent=2, sort_keys=True, default=_as_text, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        """Read a manifest's text. ReleaseDamaged where it is not one of this schema version."""
        try:
            raw = json.loads(text)
            version = raw.get("schema_version")
            if version != SCHEMA_VERSION:
                raise ReleaseDamaged(
                    f"the release is of form {version}, "
                    f"this program reads form {SCHEMA_VERSION}; build it again"
                )
            known = {entry.name for entry in fields(cls)}
            values: dict[str, Any] = {name: value for name, value in raw.items() if name in known}
            values["released_at"] = datetime.fromisoformat(raw["released_at"])
            if values["released_at"].tzinfo is None:
                raise ValueError("released at no point in time: its zone is missing")
            values["data_to"] = date.fromisoformat(raw["data_to"])
            values["data_dates"] = {
                table: date.fromisoformat(day) for table, day in raw["data_dates"].items()
            }
            for name in ("years", "in_year", "phases", "measures", "warnings"):
                values[name] = tuple(raw[name])
            values["half_terms_reported"] = {
                point: (reported, expected)
                for point, (reported, expected) in raw.get("half_terms_reported", {}).items()
            }
            # releases made before there were aims have none
            values["aims"] = tuple(Aim.from_plain(entry) for entry in raw.get("aims", ()))
            letters = raw.get("letters", {})
            values["letters"] = Letters(letters.get("reply_to", ""), tuple(letters.get("can_ask_for", ())))
            return cls(**values)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ReleaseDamaged(f"{MANIFEST} cannot be read; build again") from error


@dataclass(frozen=True)
class Release:
    """One release, opened and verified: its folder and its manifest."""

    folder: Path
    manifest: Manifest

    def table(self, name: str) -> Path:
        """Give the Parquet file of one of its tables: cells, schools, quality or offer."""
        return self.folder / f"{name}.parquet"


def write(root: Path, manifest: Manifest, tables: Mapping[str, pd.DataFrame]) -> Release:
    """Write a release whole or not at all, and make it the one in use. NotWritten where that cannot be done.

    `tables` holds a frame for each of TABLES. Everything is written into a folder of its own, flushed to
    disk, renamed, and only then named in `current`: killed at any moment, the release before it still
    serves. Hold `building` around it. The release's own name, and its files' sha256, are filled in here.
    """
    with told_plainly("the release", root, STAYS):
        root.mkdir(parents=True, exist_ok=True)
        clear_unfinished(root)
        name = _free_name(root, manifest.released_at)
        unfinished = root / f"{UNFINISHED}{name}"
        try:
            complete = _write_files(unfinished, replace(manifest, release=name), tables)
            unfinished.rename(root / name)
            use(root, name)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            if not _is_in_use(root, name):
                shutil.rmtree(root / name, ignore_errors=True)
            raise
    return Release(root / name, complete)


def _write_files(folder: Path, manifest: Manifest, tables: Mapping[str, pd.DataFrame]) -> Manifest:
    """Write every file of a release into a new folder, flush and verify them, and give the manifest."""
    folder.mkdir()
    hashes = {}
    for table, schema in TABLES.items():
        file = folder / f"{table}.parquet"
        rows = pa.Table.from_pandas(tables[table], schema=schema, preserve_index=False)
        pq.write_table(rows.replace_schema_metadata(None), file, compression="zstd")
        flush(file)
        hashes[file.name] = sha256(file)
    complete = replace(manifest, files=hashes)
    (folder / MANIFEST).write_text(complete.as_json(), encoding="utf-8", newline="\n")
    (folder / SEAL).write_text(f"{sha256(folder / MANIFEST)}  {MANIFEST}\n", encoding="ascii", newline="\n")
    flush(folder / MANIFEST)
    flush(folder / SEAL)
    flush(folder)
    verify(folder)
    return complete


def use(root: Path, name: str) -> None:
    """Make a release the one in use, atomically."""
    flush(root)  # the folder must be on disk before the file that names it
    write_whole(root / CURRENT, name + "\n")


def building(root: Path) -> FileLock:
    """Give the lock to hold while building into `root`; it goes with its process, however that ends."""
    with told_plainly("releases", root, STAYS):
        root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(root / ".building", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise BuildInProgress(
                f"another build is writing to {root}; wait until it has ended, "
                "then build again if the data are newer"
            ) from error
    return lock


def _is_in_use(root: Path, name: str) -> bool:
    with suppress(ReleaseProblem):
        return current_name(root) == name
    return False


def current_name(root: Path) -> str:
    """Give the name of the release in use. NoRelease where there is none."""
    try:
        name = (root / CURRENT).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise NoRelease("No figures have been released yet. Data team: run `cswanalytics build`.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseDamaged(f"{root / CURRENT} cannot be read; build again") from error
    if not name or name != Path(name).name:
        raise ReleaseDamaged(f"{root / CURRENT} does not name a release; build again")
    return name


def open_current(root: Path) -> Release:
    """Open and verify the release in use. NoRelease, or ReleaseDamaged saying what to do."""
    name = current_name(root)
    folder = root / name
    try:
        is_there = folder.is_dir()
    except OSError:  # a name that no folder can have, or a folder that may not be looked into
        is_there = False
    if not is_there:
        raise ReleaseDamaged(
            f"the release in use, {name[:40]}, is not in {root}; put its folder back or build again"
        )
    return Release(folder, verify(folder))


def before(opened: Release) -> Release | None:
    """Give the release made before one, of those beside it; None where there is none that can be read.

    Only one of the same authority, and invented if this one is: whoever may see the one may see the other.
    """
    earlier = []
    alike = (opened.manifest.new_la_code, opened.manifest.invented)
    for file in opened.folder.parent.glob(f"[!.]*/{MANIFEST}"):
        try:
            found = Manifest.from_json(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ReleaseDamaged):
            continue
        is_alike = (found.new_la_code, found.invented) == alike
        if is_alike and found.released_at < opened.manifest.released_at:
            earlier.append((found.released_at, file.parent))
    for _, folder in sorted(earlier, reverse=True):
        try:
            return Release(folder, verify(folder))
        except ReleaseDamaged:
            continue
    return None


def verify(folder: Path) -> Manifest:
    """Check every file of a release against its manifest, and give it. ReleaseDamaged names what differs."""
    try:
        written = (folder / MANIFEST).read_bytes()
        manifest = Manifest.from_json(written.decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseDamaged(
            f"release {folder.name}: {MANIFEST} is missing or unreadable; build again"
        ) from error
    digests = {f"{table}.parquet": manifest.files.get(f"{table}.parquet") for table in TABLES}
    wrong = [said for name, digest in digests.items() if (said := _differs(folder / name, digest))]
    seal = f"{hashlib.sha256(written).hexdigest()}  {MANIFEST}\n"
    if said := _differs(folder / SEAL, hashlib.sha256(seal.encode()).hexdigest()):
        wrong.append(said if said.endswith("missing") else f"{MANIFEST} or {SEAL} has been altered")
    if wrong:
        raise ReleaseDamaged(
            f"release {folder.name}: {'; '.join(wrong)}. Put the file back from a copy, or build again"
        )
    return manifest


def _differs(file: Path, digest: str | None) -> str:
    """Say how a file is not as it was released; nothing where it is."""
    try:
        if not file.is_file():
            return f"{file.name} is missing"
        return "" if sha256(file) == digest else f"{file.name} has been altered"
    except OSError as error:
        return f"{file.name} cannot be read ({error.strerror})"


def sha256(file: Path) -> str:
    """Give the sha256 of a file's bytes, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _free_name(root: Path, at: datetime) -> str:
    name = first = at.strftime("%Y-%m-%dT%H%M")
    count = 1
    while (root / name).exists():
        count += 1
        name = f"{first}-{count}"
    return name


def _as_text(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
