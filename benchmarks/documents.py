"""What letters to 300 schools cost: seconds and memory.

The command of a user is run as a process of its own, on a release of an invented authority. Memory is what
it and all it starts hold together at most, shared pages counted once (Linux alone tells).

    python -m benchmarks.documents [--releases FOLDER] [--schools 300] [--pupils 30000] [--format pdf]
"""

import argparse
import subprocess
import tempfile
import time
import zipfile
from pathlib import Path

from benchmarks.figures import Figure, table
from benchmarks.invented import released
from benchmarks.processes import PRODUCT, at_work, tree

MOST_SECONDS, MOST_MEGABYTES = 60, 700
LOOK_AGAIN = 0.2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--releases", type=Path, help="releases built before; built anew by default")
    parser.add_argument("--schools", type=int, default=300)
    parser.add_argument("--pupils", type=int, default=30_000)
    parser.add_argument("--format", choices=("pdf", "word"), default="pdf")
    chosen = parser.parse_args()
    print(table(measured(chosen.releases, chosen.pupils, chosen.schools, chosen.format)))


def measured(
    releases: Path | None = None,
    pupils: int = 30_000,
    schools: int = 300,
    form: str = "pdf",
) -> list[Figure]:
    """Have a letter made for every school, once: seconds from the command to the zip, and memory."""
    with tempfile.TemporaryDirectory() as folder:
        found = releases or released(Path(folder), pupils, schools, years=4)
        return letters(found, Path(folder) / "letters", form)


def letters(releases: Path, to: Path, form: str) -> list[Figure]:
    """Give what the letters of a release cost."""
    command = [*PRODUCT, "report", "feedback", "--to", str(to), "--releases", str(releases)]
    command += ["--format", form]
    began, most = time.perf_counter(), 0.0
    worked: dict[int, float] = {}
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as making:
        while making.poll() is None:
            processes = tree(making.pid)
            most = max(most, sum(map(megabytes, processes)))
            worked |= {one: at_work(one) for one in processes}
            time.sleep(LOOK_AGAIN)
    seconds = time.perf_counter() - began
    if making.returncode:
        raise RuntimeError(f"the letters were not made: exit status {making.returncode}")
    [file] = to.glob("*.zip")
    with zipfile.ZipFile(file) as packed:
        number = len(packed.namelist()) - 1
    what = f"{number} letters as {form}"
    memory = f"{most:.0f} MB" if most else "not told by this system"
    return [
        Figure(
            f"{what}: from the command to the zip", f"{seconds:.0f} s", f"under {MOST_SECONDS} s",
            seconds < MOST_SECONDS, "one run",
        ),
        Figure(f"{what}: processor, of all processes", f"{sum(worked.values()):.0f} s"),
        Figure(
            f"{what}: memory of all processes together, at most", memory, f"under {MOST_MEGABYTES} MB",
            most < MOST_MEGABYTES if most else None,
        ),
        Figure(f"{what}: the zip", f"{file.stat().st_size / 1e6:.0f} MB"),
    ]  # fmt: skip


def megabytes(pid: int) -> float:
    """Give what a process holds, shared pages counted once; 0 where that is not told."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main()
