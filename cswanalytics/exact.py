"""The exact view on disk: unrounded counts of one school's current children, apart from every release.

    exact/                    its own folder, readable by the server's user alone
        <urn>.parquet         one row for each measure and period: EXACT_COLUMNS

Only counts are here, and only of children who are at the school and have a social worker on the day of the
data. A file says of which school, as at which day and whether from invented data; where that, or who may read
it, is not as it should be, it is not opened.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cswanalytics.errors import ExactViewRefused
from cswanalytics.on_disk import UNFINISHED, clear_unfinished, told_plainly

EXACT_COLUMNS = pa.schema(
    [
        ("measure", pa.string()),
        ("period", pa.string()),
        ("children", pa.int32()),
        ("count", pa.int32()),
    ]
)
FORM = "1"
THIS_YEAR = "This year"
FOLDER_MODE, FILE_MODE = 0o700, 0o600
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Counted:
    """Of `children`, in how many the measure holds over the period: 'This year', or 'Half-term 2'."""

    measure: str
    period: str
    children: int
    count: int


@dataclass(frozen=True)
class ExactFigures:
    """One school's exact view: of children who on `data_to` were at the school and had a social worker."""

    school_urn: str
    time_period: int
    data_to: date
    invented: bool
    rows: tuple[Counted, ...]


def write(root: Path, schools: Mapping[str, ExactFigures]) -> None:
    """Write a file for each school, and remove those of all others.

    A file is there whole or not at all. Folder and files are the writing user's alone. NotWritten where the
    disk is full.
    """
    with told_plainly("the exact view", root):
        root.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        root.chmod(FOLDER_MODE)
        clear_unfinished(root)
        _write(root, schools)


def _write(root: Path, schools: Mapping[str, ExactFigures]) -> None:
    for file in root.glob("*.parquet"):
        if file.stem not in schools:
            file.unlink()
    for urn, figures in schools.items():
        said = {
            "form": FORM,
            "school_urn": urn,
            "time_period": str(figures.time_period),
            "data_to": figures.data_to.isoformat(),
            "invented": str(figures.invented),
        }
        rows = pa.Table.from_pylist([vars(row) for row in figures.rows], schema=EXACT_COLUMNS)
        unfinished = root / f"{UNFINISHED}{urn}"
        os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, FILE_MODE))
        try:
            pq.write_table(rows.replace_schema_metadata(said), unfinished)
            unfinished.replace(root / f"{urn}.parquet")
        finally:
            unfinished.unlink(missing_ok=True)


def read(root: Path, school_urn: str, invented: bool) -> ExactFigures | None:
    """Give a school's exact view; None where none was written.

    `invented` says what the release in use is made from: the view must be of the same. ExactViewRefused where
    it is not, where others could read it, or where a file is not what its name says.
    """
    file = root / f"{school_urn}.parquet"
    if not file.is_file():
        return None
    if os.name == "posix" and any(path.stat().st_mode & OTHERS for path in (root, file)):
        raise ExactViewRefused(
            f"{file.name} can be read by others than the server: give it mode 600, and its folder 700"
        )
    try:
        table = pq.read_table(file)
        said = {name.decode(): text.decode() for name, text in (table.schema.metadata or {}).items()}
        if said.get("form") != FORM or said["school_urn"] != school_urn:
            raise ExactViewRefused(f"{file.name} is not an exact view of this school; write it again")
        figures = ExactFigures(
            school_urn,
            int(said["time_period"]),
            date.fromisoformat(said["data_to"]),
            said["invented"] == str(True),
            tuple(Counted(**row) for row in table.select(EXACT_COLUMNS.names).to_pylist()),
        )
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise ExactViewRefused(f"{file.name} cannot be read; write it again") from error
    if figures.invented is not invented:
        raise ExactViewRefused(
            f"{file.name} is {'' if figures.invented else 'not '}made from invented data, unlike the release"
        )
    return figures
