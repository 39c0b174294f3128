"""Runs benchmarks, prints what they find and writes it into benchmarks/RESULTS.md.

A section is a benchmark's: its figures, and the machine, versions and day they were measured on. Naming some
benchmarks refreshes their sections alone. Each runs in a process of its own, so that none measures what
another left in memory.

    python -m benchmarks.results [NAME ...]
"""

import argparse
import importlib
import multiprocessing
import os
import platform
import re
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.figures import Figure, table

FOLDER = Path(__file__).parent
FILE = FOLDER / "RESULTS.md"
PACKAGES = ("duckdb", "streamlit", "plotly", "pandas")
HEAD = """# What was measured

`make bench` runs every benchmark and writes this file; `python -m cswanalytics bench NAME` measures one
section again. A figure is a median with the quarters around it in brackets, unless it says otherwise.
"""


def benchmarks() -> list[str]:
    """Give the names of the benchmarks: the modules beside this one that have something to measure."""
    return sorted(
        file.stem
        for file in FOLDER.glob("*.py")
        if re.search(r"^def measured\(", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    )


def machine() -> str:
    """Say in one line when and on what something is measured, and how busy that was at the time."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    busy = f"; load {os.getloadavg()[0]:.1f} before it began" if hasattr(os, "getloadavg") else ""
    return (
        f"{date.today()}: {processor()}, {os.cpu_count()} cores, {memory()}, {platform.system()}; "
        f"Python {platform.python_version()}, {versions}{busy}."
    )


def processor() -> str:
    """Give the processor's name, as far as the system tells it."""
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        told = ""
    found = re.search(r"^model name\s*:\s*(.+)$", told, flags=re.MULTILINE)
    return found[1].strip() if found else platform.processor() or platform.machine()


def memory() -> str:
    """Give how much memory the machine has, as far as the system tells it."""
    try:
        pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return "memory not told"
    return f"{pages * size / 2**30:.0f} GB"


def section(name: str, about: str, measured_on: str, figures: Iterable[Figure]) -> str:
    """Give a benchmark's section of the file."""
    return f"## {name}\n\n{about}\n\n{measured_on}\n\n{table(figures)}"


def merged(before: str, fresh: Mapping[str, str], known: Iterable[str]) -> str:
    """Give the file's text: fresh sections, and of those it had before the ones still known, in order."""
    parts = re.split(r"^(?=## )", before, flags=re.MULTILINE)[1:]
    kept = {part.partition("\n")[0].removeprefix("## ").strip(): part.strip() + "\n" for part in parts}
    sections = {**kept, **fresh}
    return "\n".join([HEAD, *(sections[name] for name in known if name in sections)])


def measure(name: str) -> tuple[str, str, list[Figure]]:
    """Run one benchmark: give what it is about, what it is measured on, and its figures."""
    found = importlib.import_module(f"benchmarks.{name}")
    about = (found.__doc__ or "").partition("\n")[0]
    measured_on = machine()
    return about, measured_on, list(found.measured())


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    known = benchmarks()
    parser.add_argument("names", nargs="*", help=f"any of {', '.join(known)}; all unless named")
    names = parser.parse_args().names or known
    if unknown := sorted(set(names) - set(known)):
        parser.error(f"no benchmark {', '.join(unknown)}; there are: {', '.join(known)}")
    failed = []
    afresh = multiprocessing.get_context("spawn")
    for name in names:
        print(f"\n-- {name}", flush=True)
        with ProcessPoolExecutor(1, mp_context=afresh) as one:
            try:
                about, measured_on, figures = one.submit(measure, name).result()
            except Exception as error:
                failed.append(name)
                print(f"Not measured: {type(error).__name__}: {error}", flush=True)
                continue
        fresh = section(name, about, measured_on, figures)
        print(f"\n{fresh}", flush=True)
        before = FILE.read_text(encoding="utf-8") if FILE.is_file() else ""
        FILE.write_text(merged(before, {name: fresh}, known), encoding="utf-8", newline="\n")
    if failed:
        print(f"Not measured, so their sections are as they were: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
