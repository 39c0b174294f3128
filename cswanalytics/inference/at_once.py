"""Many answers worked out at once: as one after another, and far sooner where each has few rows."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from cswanalytics.answers import SIDES, Answer
from cswanalytics.inference.arms import rounding_error
from cswanalytics.inference.comparisons import Gaps


def at_once(answers: Sequence[Answer], work: Callable[[Answer], Gaps]) -> list[Gaps]:
    """Give what `work` makes of each answer: those alike but for their rows are handed to it as one.

    It has to work out every row by itself, as `gaps` does.
    """
    alike = defaultdict(list)
    for place, answer in enumerate(answers):
        alike[_what_rows_depend_on(answer)].append(place)
    found: dict[int, Gaps] = {}
    for places in alike.values():
        each = [answers[place] for place in places]
        together = each[0]
        if len(each) > 1:
            rows = pd.concat([answer.rows for answer in each], ignore_index=True)
            together = replace(together, rows=rows)
        worked_out, start = work(together).rows, 0
        for place, answer in zip(places, each, strict=True):
            end = start + len(answer.rows)
            found[place] = Gaps(answer, worked_out.iloc[start:end].reset_index(drop=True))
            start = end
    return [found[place] for place in range(len(answers))]


def _what_rows_depend_on(answer: Answer) -> tuple[object, ...]:
    """Give what figures depend on besides their row: who is asked about tells in the rounding alone."""
    question = answer.question
    errors = (rounding_error(answer, side) for side in SIDES)
    return answer.measure.id, question.level, question.compared_with, answer.base, *errors
