"""From gaps and verdicts to what a reader sees: sentences, charts, tables, downloads."""

from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
"""The faces shipped with the package (SIL Open Font License): every machine draws the same picture."""
