"""The terms of a school year by name: 'Autumn term 2026'."""

from datetime import date

BEGIN = {1: "Spring", 4: "Summer", 9: "Autumn"}
"""The month each term begins in: the three of a calendar year, in order."""


def from_day(day: date) -> tuple[str, ...]:
    """Give the term a day lies in, the two after it and the one before."""
    months = list(BEGIN)
    place = max(at for at, month in enumerate(months) if month <= day.month)
    return tuple(_term(day.year, place + step) for step in (0, 1, 2, -1))


def _term(year: int, place: int) -> str:
    """Name a term by its place in a calendar year, or in the years before and after it."""
    later, at = divmod(place, len(BEGIN))
    return f"{list(BEGIN.values())[at]} term {year + later}"
