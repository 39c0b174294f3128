"""The years, half-terms and days of the invented authority: when schools were open, and to whom."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

LAST_START = 2025
"""The last academic year begins in September of this year, and is in progress."""
EXTRACTED = date(2026, 1, 9)
"""After half-term 2 of 2025/26, and before its spring census on 15 January 2026."""
HALF_TERMS_DONE = 2
"""Half-terms of the year in progress that are over on the day of the extract."""
NO_DAY = 1_000_000
"""Stands for no date, and is later than every date: days are counted from 1 January 1970."""
INSET_DAYS = (1, 1, 1, 0, 1, 1)
"""Staff training days taken from each half-term, which leave about 190 days of school."""


def day(when: date) -> int:
    """Give a date as days since 1 January 1970."""
    return when.toordinal() - date(1970, 1, 1).toordinal()


def _weekday_from(when: date, weekday: int) -> date:
    return when + timedelta(days=(weekday - when.weekday()) % 7)


def half_terms(start: int) -> list[tuple[date, date]]:
    """Give first and last day of the six half-terms of the year that begins in September `start`."""
    autumn_break = _weekday_from(date(start, 10, 24), 0)
    spring_break = _weekday_from(date(start + 1, 2, 12), 0)
    # authorities that fix their spring holiday, as several do, take the two weeks after the first Friday of
    # April
    spring_ends = _weekday_from(date(start + 1, 3, 29), 4)
    summer_starts = spring_ends + timedelta(days=17)
    may_break = _weekday_from(date(start + 1, 5, 25), 0)
    return [
        (_weekday_from(date(start, 9, 2), 1), autumn_break - timedelta(days=3)),
        (autumn_break + timedelta(days=7), _weekday_from(date(start, 12, 17), 4)),
        (_weekday_from(date(start + 1, 1, 3), 0), spring_break - timedelta(days=3)),
        (spring_break + timedelta(days=7), spring_ends),
        (summer_starts, may_break - timedelta(days=3)),
        (may_break + timedelta(days=7), _weekday_from(date(start + 1, 7, 18), 2)),
    ]


def census_day(start: int) -> date:
    """Give spring census day: the third Thursday of January."""
    return _weekday_from(date(start + 1, 1, 15), 3)


@dataclass(frozen=True)
class Years:
    """The academic years of an export, oldest first; every array has one row a year.

    `first_days`, `last_days`, `census` and `reference` hold days since 1970 (years); `half_term_first`,
    `half_term_last` and `sessions` (years × 6): `sessions` are those of a child on roll throughout.
    """

    starts: NDArray[np.int32]
    first_days: NDArray[np.int32]
    last_days: NDArray[np.int32]
    census: NDArray[np.int32]
    reference: NDArray[np.int32]
    six_years_before: NDArray[np.int32]
    three_years_before: NDArray[np.int32]
    one_year_before: NDArray[np.int32]
    half_term_first: NDArray[np.int32]
    half_term_last: NDArray[np.int32]
    sessions: NDArray[np.int32]
    extracted: int = day(EXTRACTED)

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def time_periods(self) -> NDArray[np.int32]:
        """EES academic years, such as 202425."""
        return (self.starts * 100 + (self.starts + 1) % 100).astype(np.int32)

    def is_last(self, index: int) -> bool:
        """Say whether a year is the one in progress."""
        return index == len(self) - 1

    def half_terms_done(self, index: int) -> int:
        """Give how many half-terms of a year are over on the day of the extract."""
        return HALF_TERMS_DONE if self.is_last(index) else 6


def years_up_to_now(count: int) -> Years:
    """Give the last `count` academic years, of which the last is 2025/26 in progress."""
    starts = range(LAST_START - count + 1, LAST_START + 1)
    dates = [half_terms(start) for start in starts]
    first = np.array([[day(begin) for begin, _ in year] for year in dates], dtype=np.int32)
    last = np.array([[day(end) for _, end in year] for year in dates], dtype=np.int32)
    bank_holidays = [_weekday_from(date(start + 1, 5, 1), 0) for start in starts]
    weekdays = np.busday_count(
        first.astype("datetime64[D]"),
        (last + 1).astype("datetime64[D]"),
        holidays=np.array(bank_holidays, dtype="datetime64[D]"),
    )
    reference = [min(date(start + 1, 3, 31), EXTRACTED) for start in starts]
    return Years(
        starts=np.array(starts, dtype=np.int32),
        first_days=_days(date(start, 9, 1) for start in starts),
        last_days=_days(date(start + 1, 8, 31) for start in starts),
        census=_days(census_day(start) for start in starts),
        reference=_days(reference),
        six_years_before=_days(when.replace(year=when.year - 6) for when in reference),
        three_years_before=_days(when.replace(year=when.year - 3) for when in reference),
        one_year_before=_days(when.replace(year=when.year - 1) for when in reference),
        half_term_first=first,
        half_term_last=last,
        sessions=(2 * (weekdays - np.array(INSET_DAYS))).astype(np.int32),
    )


def open_days(years: Years, index: int) -> NDArray[np.int32]:
    """Give the days of a year on which schools taught, in half-terms that are over and not closed to most."""
    over = years.half_terms_done(index)
    spans = zip(years.half_term_first[index, :over], years.half_term_last[index, :over], strict=True)
    days = np.concatenate([np.arange(begin, end + 1) for begin, end in spans]).astype(np.int32)
    days = days[np.is_busday(days.astype("datetime64[D]"))]
    for begin, end in CLOSED_TO_MOST:
        days = days[(days < day(begin)) | (days > day(end))]
    return days


CLOSED_TO_MOST = ((date(2020, 3, 21), date(2020, 6, 14)), (date(2021, 1, 5), date(2021, 3, 7)))
"""First and last days on which schools taught only vulnerable children and those of critical workers."""


def _days(dates: object) -> NDArray[np.int32]:
    return np.array([day(when) for when in dates], dtype=np.int32)  # ty: ignore[not-iterable]
