"""Looks for input that ends in a traceback, led by which lines of ours it reaches. Not part of the tests.

Needs atheris, which is not among this project's packages:

    .venv/bin/python -m pip install atheris==3.0.0
    .venv/bin/python -m tests.faults.fuzzing authority -max_total_time=300

What may be named: authority, access, measure, manifest, current, parquet. What ends in anything but a right
answer or an error of ours is printed with its bytes, and kept as a file `crash-…`.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["cswanalytics", "tomllib"]):
    from cswanalytics import access_table, catalogue, release, settings
    from cswanalytics.build.parquet_files import examine
    from cswanalytics.errors import CswanalyticsError

import duckdb


def target(name: str, folder: Path) -> Callable[[bytes], object]:
    """Give what is done with bytes: written where such a file stands, and read as the program reads it."""
    (folder / "measures").mkdir()
    connection = duckdb.connect()

    def written(file: str, data: bytes) -> Path:
        (folder / file).write_bytes(data)
        return folder

    def measure(data: bytes) -> object:
        # the measure alone: with all the others it would be tried twice a second
        return catalogue._read_measure(written("measures/own.toml", data) / "measures" / "own.toml", [])

    return {
        "authority": lambda data: settings.load(written("authority.toml", data)),
        "access": lambda data: access_table.load(written("access.toml", data)),
        "measure": measure,
        "manifest": lambda data: release.verify(written(release.MANIFEST, data)),
        "current": lambda data: release.open_current(written("current", data)),
        "parquet": lambda data: examine(connection, written("x.parquet", data) / "x.parquet", "x.parquet"),
    }[name]


def main() -> None:
    """Try bytes on what was named, until the time that was given is over."""
    name = sys.argv.pop(1)
    with tempfile.TemporaryDirectory() as folder:
        attempt = target(name, Path(folder))

        def once(data: bytes) -> None:
            try:
                attempt(data)
            except CswanalyticsError:
                return

        atheris.Setup(sys.argv, once)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
