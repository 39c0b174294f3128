"""The steps of a build, told as they begin."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many steps are behind and how many there are in all."""


def silent(step: str, done: int, total: int) -> None:
    """Tell nobody how far a build is."""


class Steps:
    """Counts the steps of a build as they begin."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def more(self, steps: int) -> None:
        """Say that there are so many steps more than was thought."""
        self._total += max(steps, 0)

    def begin(self, step: str) -> None:
        """Begin a step, in words."""
        self._progress(step, self._done, self._total)
        self._done += 1

    def work_out(self, table: str) -> None:
        """Begin working out a table of the cohort."""
        self.begin(f"Working out {table.replace('_', ' ')}")
