"""The statement behind answers, and what it finds as the rows of each question."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cswanalytics.answers import ANSWER_COLUMNS, CELL_PARTS, Question
from cswanalytics.catalogue import Measure
from cswanalytics.sides import groups_needed, side_by_side
from cswanalytics.vocabulary import TOTAL, Group, Who

ROWS_OF_QUESTIONS = """
select
    sides.breakdown,
    sides.time_identifier,
    sides.time_period,
    sides.school_urn,
    sides.breakdown_item,
    {parts}
from sides
where sides.measure = $measure
  and sides.geographic_level = $level
  and sides.breakdown {breakdowns}
  and sides.time_identifier {points}
  and ({present})
  and {schools}
order by
    sides.time_period, sides.school_urn, sides.breakdown_item
"""

KEYS = ("time_period", "time_identifier", "school_urn", "breakdown", "breakdown_item")


def of(
    questions: Sequence[Question], measure: Measure, schools: frozenset[str] | None
) -> tuple[str, dict[str, object]]:
    """Give the statement behind answers, and what it is given; only rows of `schools`, None for all of them.

    The questions differ only in breakdown or point.
    """
    question = questions[0]
    asked = Group.CWSW if question.who is Who.WITHOUT_CLA else Group(question.who)
    present = (asked, Group.ALL) if measure.has_peers else (asked,)
    breakdowns = list(dict.fromkeys(each.breakdown for each in questions))
    points = list(dict.fromkeys(each.time_identifier for each in questions))
    statement = ROWS_OF_QUESTIONS.format(
        parts=",\n    ".join(
            f"sides.{group}_{part}" for group in groups_needed(question) for part in CELL_PARTS
        ),
        present=" or ".join(f"sides.{group}_symbol is not null" for group in present),
        schools="true" if schools is None else "list_contains($schools, sides.school_urn)",
        breakdowns=_one_of("breakdown", breakdowns),
        points=_one_of("point", points),
    )
    given: dict[str, object] = {
        "measure": question.measure,
        "level": question.level.value,
        **{f"breakdown_{number}": name for number, name in enumerate(breakdowns)},
        **{f"point_{number}": name for number, name in enumerate(points)},
    }
    return statement, given if schools is None else {**given, "schools": sorted(schools)}


def _one_of(name: str, values: Sequence[str]) -> str:
    """Give a condition with a parameter for each value; one value is compared, which is found faster."""
    given = [f"${name}_{number}" for number in range(len(values))]
    return f"= {given[0]}" if len(given) == 1 else f"in ({', '.join(given)})"


def rows(
    found: Mapping[str, Any],
    questions: Sequence[Question],
    measure: Measure,
    items: Mapping[str, Sequence[str]],
    cannot_say: Mapping[str, str],
) -> Iterator[pd.DataFrame]:
    """Give each question its rows among those found, in ANSWER_COLUMNS.

    `items` are those of each breakdown, as declared; `cannot_say` has a reason for a year and point.
    """
    places = [_places(question, found, items[question.breakdown]) for question in questions]
    in_order = {name: column[np.concatenate(places)] for name, column in found.items()}
    points = zip(in_order["time_period"].tolist(), in_order["time_identifier"].tolist(), strict=True)
    columns = {
        **{name: in_order[name] for name in KEYS},
        **side_by_side(in_order, questions[0], measure),
        "cannot_say": [cannot_say.get(f"{year} {point}", "") for year, point in points],
    }
    every = pd.DataFrame(columns, columns=list(ANSWER_COLUMNS))
    start = 0
    for end in np.cumsum([len(at) for at in places]).tolist():
        yield every.iloc[start:end].reset_index(drop=True) if len(places) > 1 else every
        start = end


def _places(question: Question, found: Mapping[str, Any], items: Sequence[str]) -> np.ndarray:
    """Give where the rows of a question stand among those found, by year, school and item."""
    of_point = found["time_identifier"] == question.time_identifier
    at = np.flatnonzero(of_point & (found["breakdown"] == question.breakdown))
    if question.breakdown == TOTAL:
        return at
    # no school's figures are broken down, so that there is none to order by
    declared = {item: place for place, item in enumerate(items)}
    place_of = [declared.get(item, len(declared)) for item in found["breakdown_item"][at]]
    return at[np.lexsort((place_of, found["time_period"][at]))]
