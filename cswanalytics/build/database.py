"""The build's database: in memory, within a limit, and a private folder for what does not fit.

DuckDB alone would spill children's rows into `.tmp` of the folder it is started in, and leave them there when
it is killed.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from cswanalytics.errors import CswanalyticsError

MEMORY_VARIABLE = "CSWANALYTICS_MEMORY"
SPILL_VARIABLE = "CSWANALYTICS_SPILL"

MEMORY_A_THREAD = 150 * 10**6
"""Bytes that one thread works in, whatever the size of the exports."""

_FOLDER = "cswanalytics-spill-"
_IN_USE = ".in-use"


@dataclass(frozen=True)
class Database:
    """A connection, and the folder it spills into, which nobody else may read."""

    connection: duckdb.DuckDBPyConnection
    spill: Path
    in_use: FileLock

    def close(self) -> None:
        """Close the connection and remove what was spilled."""
        self.connection.close()
        self.in_use.release()
        shutil.rmtree(self.spill, ignore_errors=True)


def open_database() -> Database:
    """Open an empty database with the limit of CSWANALYTICS_MEMORY, to spill below CSWANALYTICS_SPILL.

    Without them: four fifths of the machine's memory, and the system's folder for temporary files. What a
    killed build left there is removed. CswanalyticsError where either cannot be.
    """
    below = Path(os.environ.get(SPILL_VARIABLE) or tempfile.gettempdir())
    if not below.is_dir():
        raise CswanalyticsError(f"{SPILL_VARIABLE} names the folder {below}, which does not exist.")
    _remove_what_is_left(below)
    try:
        spill = Path(tempfile.mkdtemp(prefix=_FOLDER, dir=below))
    except OSError as error:
        raise CswanalyticsError(
            f"Nothing can be written to {below}: name another in {SPILL_VARIABLE}."
        ) from error
    in_use = FileLock(spill / _IN_USE, timeout=0)
    in_use.acquire()
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    connection.execute("set temp_directory = $1", [str(spill)])
    # What is joined to children stands on the right and is less than they are, whatever is estimated.
    connection.execute("set disabled_optimizers = 'build_side_probe_side'")
    database = Database(connection, spill, in_use)
    if limit := os.environ.get(MEMORY_VARIABLE):
        try:
            _limit(connection, limit)
        except duckdb.Error as error:
            database.close()
            raise CswanalyticsError(f"{MEMORY_VARIABLE} is no amount of memory such as 4GB.") from error
    return database


def _limit(connection: duckdb.DuckDBPyConnection, limit: str) -> None:
    """Hold the database to a limit, with no more threads than there is room for."""
    cores = connection.execute("select current_setting('threads')").fetchall()[0][0]
    connection.execute("set memory_limit = $1", [limit])
    [[allowed]] = connection.execute(
        "select parse_formatted_bytes(current_setting('memory_limit'))"
    ).fetchall()
    connection.execute("set threads = $1", [max(1, min(cores, allowed // MEMORY_A_THREAD))])


def too_small() -> CswanalyticsError:
    """Say that the limit was reached, without what DuckDB says of the query."""
    return CswanalyticsError(
        "The build needs more memory or more room to spill than it has: raise "
        f"{MEMORY_VARIABLE} (such as 4GB), or name a folder on a larger disk in {SPILL_VARIABLE}."
    )


def _remove_what_is_left(below: Path) -> None:
    """Remove the folders of builds that were killed: nobody holds their locks."""
    for left in below.glob(f"{_FOLDER}*"):
        try:
            with FileLock(left / _IN_USE, timeout=0):
                pass
        except (Timeout, OSError):
            continue
        shutil.rmtree(left, ignore_errors=True)
