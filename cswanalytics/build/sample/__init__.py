"""The sample authority: an invented Sampleshire, the same for a seed, whose figures come near England's.

A child's life is invented once (birth, home, moves, social care, needs), then what schools recorded of it.
Each group's published distribution is laid over its members in the order of their propensities
(`draws.ranked`), so that groups come out at England's figures while schools, years and children differ as
they do in life.
"""

from collections.abc import Callable
from pathlib import Path

from cswanalytics.build.contract import TABLES
from cswanalytics.build.sample import registers, support
from cswanalytics.build.sample.attendance import invent_attendance
from cswanalytics.build.sample.exclusions import invent_exclusions, permanent_exclusions
from cswanalytics.build.sample.lives import invent_lives
from cswanalytics.build.sample.matching import match, social_care_table
from cswanalytics.build.sample.opaque import identifiers
from cswanalytics.build.sample.readme import write_readme
from cswanalytics.build.sample.results import invent_results
from cswanalytics.build.sample.rolls import invent_rolls
from cswanalytics.build.sample.social_care import complete_from
from cswanalytics.build.sample.writing import INVENTED_KEY, Columns, is_invented, make_room, write
from cswanalytics.errors import CswanalyticsError

__all__ = ["DEFAULT_SEED", "INVENTED_KEY", "is_invented", "make_sample"]

DEFAULT_SEED = 7
MOST_YEARS = 15

Progress = Callable[[str, int, int], None]


def make_sample(
    directory: Path | str,
    pupils: int = 20_000,
    schools: int = 60,
    years: int = 7,
    seed: int = DEFAULT_SEED,
    progress: Progress | None = None,
) -> Path:
    """Write an invented authority's exports, every table of the contract, to `directory`, and give its path.

    `pupils` is about the number on roll on any day; `years` academic years end with 2025/26, in progress. The
    same numbers and seed give the same bytes. `progress` is told each step's name, the steps done and how
    many there are. CswanalyticsError where a number is too small, or `directory` holds Parquet files that a
    sample did not write.
    """
    for name, value, most in (
        ("pupils", pupils, 5_000_000),
        ("schools", schools, 9_000),
        ("years", years, MOST_YEARS),
    ):
        if not 1 <= value <= most:
            raise CswanalyticsError(f"The sample needs {name} from 1 to {most:,}; {value:,} was asked for.")
    if seed < 0:
        raise CswanalyticsError(f"The seed is a whole number from 0; {seed} was given.")
    folder = Path(directory)
    make_room(folder)
    steps = _Steps(progress, 5 + len(TABLES))

    steps.next("children and social care")
    lives = invent_lives(seed, pupils, schools, years)
    steps.next("rolls")
    excluded_on = permanent_exclusions(lives)
    rolls = invent_rolls(lives, excluded_on)
    steps.next("exclusions")
    decided = invent_exclusions(lives, rolls, excluded_on)
    steps.next("attendance")
    kept = invent_attendance(lives, rolls, decided)
    ids = identifiers(seed, "pupil", int(max(rolls.child.max(initial=0) + 1, len(lives.children))))
    steps.next("results")
    results = invent_results(lives, rolls, ids)

    made: dict[str, Callable[[], Columns]] = {
        "schools": lives.schools.table,
        "enrolments": lambda: registers.enrolments(lives, rolls, ids),
        "social_care_episodes": lambda: social_care_table(lives, match(lives, rolls), ids),
        "attendance": lambda: registers.attendance(lives, rolls, kept, ids),
        "exclusions": lambda: registers.exclusions(lives, rolls, decided, ids),
        **{name: (lambda columns=columns: columns) for name, columns in results.items()},
        "pep_meetings": lambda: support.pep_meetings(lives, rolls, ids),
        "sdq": lambda: support.questionnaires(lives, ids),
        "pupil_premium_plus": lambda: support.premium_plus(lives, rolls),
        "training": lambda: support.training(lives),
        "support_activity": lambda: support.support_activity(lives),
        "provision": lambda: support.provision(lives, rolls, ids),
        "calendar": lambda: registers.calendar(lives.years),
        "school_returns": lambda: support.returns(lives),
    }
    rows = {}
    for name, columns in made.items():
        steps.next(name)
        # a table without a row is not exported: the smallest samples have no looked-after child, say
        if count := write(folder, name, columns(), seed):
            rows[name] = count
    steps.next("extract")
    dates = registers.extract(list(rows), lives.years, complete_from(lives.years))
    rows["extract"] = write(folder, "extract", dates, seed)
    write_readme(folder, pupils, schools, years, seed, rows)
    return folder


class _Steps:
    """Tells how far the work has come, where anyone listens."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def next(self, name: str) -> None:
        if self.progress:
            self.progress(name, self.done, self.total)
        self.done += 1
