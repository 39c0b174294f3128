"""The first run, with no release anywhere: a sample authority is invented while the reader watches.

It runs as a process of its own, so that no child's row, invented or not, is ever in the web server's memory.
"""

from pathlib import Path

from cswanalytics.app import work


def start(releases: Path) -> work.Work:
    """Start inventing and releasing the sample authority."""
    return work.start(["sample-release", "--to", str(releases)])
