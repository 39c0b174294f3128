"""What a benchmark hands back: figures, each beside its target."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One thing measured. `measured` holds the figure with its unit and spread, as it is to be read.

    `target` is empty where there is none, and `met` None where nothing is to be met. `note` says how it was
    measured or, where the target is not met, what was tried.
    """

    name: str
    measured: str
    target: str = ""
    met: bool | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """Give the word for the last column of a table."""
        return "" if self.met is None else "met" if self.met else "not met"


def table(figures: Iterable[Figure]) -> str:
    """Give figures as a Markdown table, and their notes under it."""
    lines = ["| figure | measured | target | |", "|---|---|---|---|"]
    notes = []
    for figure in figures:
        cells = (figure.name, figure.measured, figure.target, figure.verdict)
        lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
        if figure.note:
            notes.append(f"- **{figure.name}**: {figure.note}")
    return "\n".join(lines + (["", *notes] if notes else [])) + "\n"


def spread(values: Sequence[float], unit: str, digits: int = 1) -> str:
    """Give a median with the quarters around it, such as '2.1 ms (1.9 to 2.4)'; one value as it is."""
    if len(values) < 2:
        return f"{values[0]:,.{digits}f} {unit}".strip()
    low, middle, high = (f"{end:,.{digits}f}" for end in statistics.quantiles(values, n=4))
    return f"{middle} {unit}".strip() + f" ({low} to {high})"
