"""What a school adds to what is published: it knows its own pupils exactly, whatever the tool does."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cswanalytics.build.attack.cube import Cube
from cswanalytics.build.attack.knowledge import Knowledge
from cswanalytics.build.counts import PLACE, SCHOOL_BREAKDOWN
from cswanalytics.vocabulary import TOTAL


def exactly(cube: Cube, by_group: pd.DataFrame) -> np.ndarray:
    """Give the exact count of each unknown of a cube.

    `by_group` holds exact counts as `Counts.by_group` does; a cell that is not in it has no pupils.
    """
    cells = by_group.reset_index().rename(columns={"group": "social_care_group"})
    return _numbers(cube, cells, np.zeros(len(cells), dtype=int), 1)[0]


def own_pupils(cube: Cube, at_schools: pd.DataFrame, schools: Sequence[str]) -> np.ndarray:
    """Give each school's own pupils in each unknown of a cube, a row a school.

    `at_schools` is that of Counts. A school's own cell holds all its pupils, every other those of its own
    there.
    """
    at_home = at_schools[at_schools["breakdown"] == TOTAL]
    at_home = at_home.assign(breakdown=SCHOOL_BREAKDOWN, breakdown_item=at_home["school_urn"])
    cells = pd.concat([at_schools, at_home], ignore_index=True)
    school = pd.Index(list(schools)).get_indexer(pd.Index(cells["school_urn"]))
    return _numbers(cube, cells[school >= 0], school[school >= 0], len(schools))


def _numbers(cube: Cube, cells: pd.DataFrame, row: np.ndarray, rows: int) -> np.ndarray:
    """Give the numbers of cells for each unknown, `row` saying to which of `rows` each cell belongs."""
    wanted = list(cube.columns)
    named = pd.MultiIndex.from_frame(cells[[PLACE[0], PLACE[1], "social_care_group", PLACE[2], PLACE[3]]])
    place = pd.MultiIndex.from_tuples(wanted).get_indexer(named)
    columns = [column for column in cube.layout.columns if column in cells]
    figures = np.zeros((rows, len(wanted), len(columns)))
    there = place >= 0
    figures[row[there], place[there]] = cells.loc[there, columns].fillna(0).to_numpy(dtype=float)
    at_cell = {cell: number for number, cell in enumerate(wanted)}
    at_column = {column: number for number, column in enumerate(columns)}
    cell = [at_cell[cell] for cell, _ in cube.places]
    column = [at_column[column] for _, column in cube.places]
    return figures[:, cell, column]


def as_insider(knowledge: Knowledge, cube: Cube, school: str, own: np.ndarray) -> Knowledge:
    """Give what a school knows: everything published, and its own pupils.

    Its own cells are known exactly. Everywhere else the others, who are all less its own, are children too:
    whatever is known to be nought or more of everybody is so of the others, so it is at least the school's
    own.
    """
    at_home = np.array(
        [cell.breakdown == SCHOOL_BREAKDOWN and cell.item == school for cell, _ in cube.places], dtype=bool
    )
    of_everybody = knowledge.sums @ own
    never_negative = knowledge.sums_least >= 0
    return knowledge.narrowed(
        least=own,
        most=np.where(at_home, own, np.inf),
        sums_least=np.where(never_negative, of_everybody, -np.inf),
    )
