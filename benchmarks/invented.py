"""Releases of invented authorities, for benchmarks to measure on."""

import subprocess
from pathlib import Path

from benchmarks.processes import PRODUCT


def released(folder: Path, pupils: int, schools: int, years: int = 7) -> Path:
    """Build the release of an invented authority of a size, and give its releases folder."""
    exports, releases = folder / "exports", folder / "releases"
    sample = ["sample", str(exports), "--pupils", str(pupils), "--schools", str(schools)]
    subprocess.run([*PRODUCT, *sample, "--years", str(years)], check=True, stderr=subprocess.DEVNULL)
    build = ["build", str(exports), "--to", str(releases)]
    subprocess.run([*PRODUCT, *build], check=True, stderr=subprocess.DEVNULL)
    return releases


def sample_released(folder: Path) -> Path:
    """Build the release of the sample authority the project ships, and give its releases folder."""
    releases = folder / "releases"
    command = [*PRODUCT, "sample-release", "--to", str(releases)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return releases
