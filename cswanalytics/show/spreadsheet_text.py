"""Text that a spreadsheet reads as text: a name such as '=cmd|…' is a name and no formula."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What begins a formula for a spreadsheet that opens a CSV."""


def as_text(cell: str) -> str:
    """Give a cell that no spreadsheet works out: an apostrophe stands before what begins like a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
