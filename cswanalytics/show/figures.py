"""Numbers as readers see them, each in its measure's unit; spaces inside a number do not break.

Percentages are whole; scores, per 1,000 and per 100 have one decimal, scores on a scale of under ten two.
"""

import math

from cswanalytics.catalogue import Better, Measure, Unit

NB = "\u00a0"
"""The no-break space: it holds '46 %', '28 points' and '(26 to 30)' together."""

NO_FIGURE = "–"
A_CLASS = 30
RATES = (Unit.PER_1000, Unit.PER_100)


def figure(value: float, measure: Measure, extreme: str = "") -> str:
    """Give a figure in its unit: '46 %', '17.3'; 'under 5 %' where that is all that may be said of it.

    Scores, per 1,000 and per 100 carry no unit: the measure's name does. What would round to nought is
    'under 1 %' (or 'under 0.1'), what would round to all 'over 99 %'; '–' where there is no figure.
    """
    if math.isnan(value):
        return NO_FIGURE
    if extreme:
        return f"{extreme}{NB}{outward(value, measure, up=extreme == 'under')}{sign(measure)}"
    least = 10.0 ** -decimals(measure)
    if measure.unit is not Unit.SCORE and value < least / 2:
        return f"under{NB}{rounded(least, decimals(measure))}{sign(measure)}"
    if measure.unit is Unit.PERCENT and value >= 99.5:
        return f"over{NB}99{sign(measure)}"
    return in_unit(value, measure) + sign(measure)


def behind(gap: float, measure: Measure, finer: bool = False) -> str:
    """Give a gap in words: '28 points behind', '3 points ahead', '5.3 more per 1,000', 'level'."""
    if math.isnan(gap):
        return NO_FIGURE
    size = in_unit(abs(gap), measure, finer)
    if float(size) == 0:
        return "level"
    side = _side(gap, measure)
    return f"{size}{NB}{side} {_per(measure)}" if measure.unit in RATES else f"{_points(size)} {side}"


def interval(low: float, high: float, measure: Measure, finer: bool = False) -> str:
    """Give an interval: '(26 to 30)', or '(2 ahead to 5 behind)' where a gap may be either way."""
    if math.isnan(low) or math.isnan(high):
        return ""
    sizes = [in_unit(abs(end), measure, finer) for end in (low, high)]
    if low < 0 < high:
        ends = [
            size if float(size) == 0 else f"{size}{NB}{_side(end, measure)}"
            for size, end in zip(sizes, (low, high), strict=True)
        ]
        return f"({ends[0]} to{NB}{ends[1]})"  # too long for a cell on a phone to be held together
    ends = sizes if low >= 0 else sizes[::-1]
    return f"({ends[0]}{NB}to{NB}{ends[1]})"


def gap_said(gap: float, low: float, high: float, measure: Measure, bounded: bool) -> str:
    """Give a gap and its interval in a sentence: '28 points behind (26 to 30)'.

    Where a figure is only known to be over or under a bound, the range alone is said; where that may be
    either way, that it is too few to say.
    """
    if not bounded:
        return f"{behind(gap, measure)} {interval(low, high, measure)}".strip()
    if not (low > 0 or high < 0):
        return "too few to say how far apart they are"
    return between(low, high, measure)


def between(low: float, high: float, measure: Measure) -> str:
    """Give the range a gap lies in: '16 to 84 points behind', '2 ahead to 5 behind', '0.3 to 2.1 more …'."""
    ends = interval(low, high, measure).strip("()")
    if ends.replace(NB, " ") == "0 to 0":
        return "about level"
    if not ends or low < 0 < high:
        return ends
    if measure.unit in RATES:
        return f"{ends}{NB}{_side(high, measure)} {_per(measure)}"
    return f"{ends}{NB}points {_side(high, measure)}"


def moved(by: float, measure: Measure) -> str:
    """Give how far a figure moved: '3 points lower', '0.4 per 1,000 higher', 'hardly moved'."""
    if math.isnan(by):
        return NO_FIGURE
    size = in_unit(abs(by), measure)
    return (
        "hardly moved" if float(size) == 0 else f"{amount(size, measure)} {'higher' if by > 0 else 'lower'}"
    )


def times(ratio: float) -> str:
    """Give a ratio in words: '2.5 times as likely'; '' where there is none."""
    return "" if math.isnan(ratio) else f"{rounded(ratio, 1)}{NB}times as likely"


def in_ten(low: float, high: float) -> str:
    """Give a range of percentages in words, where a percentage would mislead: 'about 4 to 6 in 10'."""
    if math.isnan(low) or math.isnan(high):
        return "too few to show"
    few, many = (int(rounded(end / 10, 0)) for end in (low, high))
    of_ten = f"{NB}in{NB}10"
    if many == 0:
        return f"fewer than 1{of_ten}"
    if few == 0:
        return f"up to about {many}{of_ten}"
    if many == 10:
        return f"at least about {min(few, 9)}{of_ten}"
    if few == many:
        return f"about {few}{of_ten}"
    return f"about {few} {'or' if many == few + 1 else 'to'} {many}{of_ten}"


def in_a_class(percent: float) -> str:
    """Give a share of pupils as children in a class: 'about 1 in a class of 30'."""
    children = int(rounded(percent * A_CLASS / 100, 0))
    return f"{f'about {children}' if children else 'fewer than 1'} in a class of{NB}{A_CLASS}"


def amount(size: str, measure: Measure) -> str:
    """Give a size already in words with its unit: '4 points', '1 point', '0.4 per 1,000'."""
    return f"{size}{NB}{_per(measure)}" if measure.unit in RATES else _points(size)


def in_unit(value: float, measure: Measure, finer: bool = False) -> str:
    """Give a number to the measure's decimals, without its unit; `finer` gives a whole number one decimal."""
    return rounded(value, 1 if finer else decimals(measure))


def outward(value: float, measure: Measure, up: bool) -> str:
    """Give a bound rounded away from what it bounds, but for the float's own last place."""
    steps = round(value * 10 ** decimals(measure), 6)
    whole = math.ceil(steps) if up else math.floor(steps)
    return rounded(whole / 10 ** decimals(measure), decimals(measure))


def rounded(value: float, places: int) -> str:
    """Give a number rounded as readers round: halves away from nought."""
    steps = math.floor(abs(value) * 10**places + 0.5)
    minus = "\u2212" if value < 0 and steps else ""
    return f"{minus}{steps / 10**places:.{places}f}"


def on_axis(value: float) -> str:
    """Give a number along an axis: '20', '0.5', '−1'."""
    return f"{round(value, 6):g}".replace("-", "\u2212")


def sign(measure: Measure) -> str:
    """Give what stands after a figure: ' %', or nothing."""
    return f"{NB}%" if measure.unit is Unit.PERCENT else ""


def decimals(measure: Measure) -> int:
    """Give how many decimals a measure is read to."""
    if measure.has_fine_scale:
        return 2
    return 0 if measure.unit is Unit.PERCENT else 1


def _side(gap: float, measure: Measure) -> str:
    if measure.unit in RATES:
        return "more" if (gap > 0) == (measure.better is not Better.HIGHER) else "fewer"
    if measure.better is Better.NONE:
        return "higher" if gap > 0 else "lower"
    return "behind" if gap > 0 else "ahead"


def _points(size: str) -> str:
    return f"{size}{NB}{'point' if size == '1' else 'points'}"


def _per(measure: Measure) -> str:
    return f"per{NB}1,000" if measure.unit is Unit.PER_1000 else f"per{NB}100"
