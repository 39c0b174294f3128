"""One person's view of one release: the only way from released cells to an answer.

Peers are never in a release. They are worked out here, from all pupils less children with a social worker,
and so is "without looked-after children": both are functions of released figures and of nothing else.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from cswanalytics import catalogue, release, statements
from cswanalytics.access import EVERY_SCHOOL, NO_SUCH_PAGE, Actor, schools_allowed
from cswanalytics.answers import ANSWER_COLUMNS, CELL_PARTS, Answer, Offered, Question, ReleaseFacts
from cswanalytics.catalogue import Breakdown, Catalogue, Measure
from cswanalytics.errors import DefinitionsInvalid, QuestionRefused, ReleaseDamaged
from cswanalytics.offer import OfferFigure
from cswanalytics.settings import Aim
from cswanalytics.unnamed import without_names
from cswanalytics.vocabulary import (
    ACADEMIC_YEAR,
    TOTAL,
    WHO_LONG,
    Group,
    Level,
    Role,
    Who,
)

GROUPS_BESIDE_EACH_OTHER = """
create table sides as
select
    cells.measure,
    cells.geographic_level,
    cells.time_identifier,
    cells.breakdown,
    cells.time_period,
    coalesce(cells.school_urn, '') as school_urn,
    cells.breakdown_item,
    {parts}
from cells
group by
    cells.measure, cells.geographic_level, cells.time_identifier, cells.breakdown, cells.time_period,
    cells.school_urn, cells.breakdown_item
"""
"""Made once, when a release is opened: a row for each point, school and item of a measure, groups in columns.

`<group>_symbol` is null where the release has no such cell, and empty where the cell holds its numbers.
"""

EVERY_CELL = """
select
    cells.*,
    schools.school_laestab,
    schools.school_name
from cells
left join schools on schools.school_urn = cells.school_urn
where list_contains($measures, cells.measure)
  and ($any_school or cells.school_urn is null or list_contains($schools, cells.school_urn))
order by
    cells.measure, cells.time_period, cells.time_identifier, cells.geographic_level,
    cells.school_urn nulls first, cells.social_care_group, cells.breakdown, cells.breakdown_item
"""

OFFER_OF_A_FIGURE = """
select offer.* exclude (figure)
from offer
where offer.figure = $figure
  and ($any_school or offer.school_urn is null)
order by all
"""


class ReleaseGateway:
    """A release as one actor may see it. Implements `answers.Gateway`; safe to share between threads."""

    def __init__(self, opened: release.Release, actor: Actor, definitions: Catalogue) -> None:
        self._opened = opened
        self._manifest = opened.manifest
        self._actor = actor
        self._catalogue = definitions
        self._connection = _locked_database(opened)
        self._as_loaded: ReleaseGateway | None = None

    def seen_by(self, actor: Actor) -> "ReleaseGateway":
        """Give the same release as another actor may see it, without loading it again."""
        view = copy(self)
        view._actor = actor
        view._as_loaded = self._as_loaded or self
        vars(view).pop("earlier", None)  # it is kept once asked for, and is of the actor who asked
        return view

    @property
    def role(self) -> Role:
        """Who is asking."""
        return self._actor.role

    @cached_property
    def facts(self) -> ReleaseFacts:
        """What is to be known of the release."""
        said: dict[str, Any] = {
            entry.name: getattr(self._manifest, entry.name, None) for entry in fields(ReleaseFacts)
        }
        said["released_on"] = self._manifest.released_at.date()
        said["checked"] = dict(self._manifest.gate)
        return ReleaseFacts(**said)

    @cached_property
    def earlier(self) -> "ReleaseGateway | None":
        """Give the release before this one as the same actor may see it; None where there is none."""
        if self._as_loaded:
            before = self._as_loaded.earlier
            return before.seen_by(self._actor) if before else None
        found = release.before(self._opened)
        return ReleaseGateway(found, self._actor, self._catalogue) if found else None

    def measures(self, theme: str = "", tier: int = 0) -> tuple[Measure, ...]:
        """Give the measures, in order; only those of a theme or a tier where named."""
        return tuple(
            measure
            for measure in self._catalogue.measures.values()
            if (not theme or measure.theme == theme) and (not tier or measure.tier == tier)
        )

    def aims(self) -> tuple[Aim, ...]:
        """Give the authority's aims, as they were when the release was built; everybody may read them."""
        return self._manifest.aims

    def breakdown(self, name: str) -> Breakdown:
        """Give a breakdown with the items this release has. QuestionRefused if there is no such one."""
        if name not in self._catalogue.breakdowns:
            raise QuestionRefused(
                f"there is no breakdown '{name}'; there are: {', '.join(self._catalogue.breakdowns)}"
            )
        return with_merged_phases(self._catalogue.breakdowns[name], self._manifest.phases)

    def breakdowns(self) -> tuple[Breakdown, ...]:
        """Give every breakdown, as declared, with the items this release has."""
        return tuple(self.breakdown(name) for name in self._catalogue.breakdowns)

    def answer(self, question: Question) -> Answer:
        """Answer a question from released cells alone.

        An answer without rows says why in `absent`. A measure of one group alone is answered of that group
        where all children with a social worker are asked about. QuestionRefused: no such measure or
        breakdown, a breakdown or group that is not offered, or a school that this actor may not see.
        """
        [answer] = self.answers([question])
        return answer

    def answers(self, questions: Sequence[Question]) -> list[Answer]:
        """Answer questions, each as by itself: those that differ only in breakdown or point at once."""
        alike: dict[Question, list[Question]] = {}
        for question in questions:
            alike.setdefault(replace(question, breakdown=TOTAL, time_identifier=ACADEMIC_YEAR), []).append(
                question
            )
        found = {asked: answer for each in alike.values() for asked, answer in self._answers(each)}
        return [found[question] for question in questions]

    def _answers(self, asked: Sequence[Question]) -> Iterator[tuple[Question, Answer]]:
        """Answer questions that differ only in breakdown or point, each beside the question as asked."""
        [measure] = {each.id: each for each in map(self._refuse_unanswerable, asked)}.values()
        schools = schools_allowed(self._actor, asked[0].level)
        questions = [replace(each, who=Who(measure.only_of)) if measure.only_of else each for each in asked]
        absent = self._absent(measure)
        if absent:
            found = iter([pd.DataFrame(columns=list(ANSWER_COLUMNS))] * len(asked))
        else:
            found = self._rows(questions, measure, schools)
        for each, question, rows in zip(asked, questions, found, strict=True):
            yield each, Answer(question, measure, rows, self._manifest.base, absent)

    def offer_figures(self) -> tuple[OfferFigure, ...]:
        """Give every figure that is no measure of pupils, in order."""
        return tuple(sorted(self._catalogue.offer.figures.values(), key=lambda figure: figure.order))

    def offer(self, figure: str) -> Offered:
        """Give one figure that is no measure of pupils; single schools to those who see every one."""
        figures = self._catalogue.offer.figures
        if figure not in figures:
            raise QuestionRefused(f"there is no figure '{figure}'; there are: {', '.join(figures)}")
        given = {"figure": figure, "any_school": self._actor.role in EVERY_SCHOOL}
        rows = self._connection.cursor().execute(OFFER_OF_A_FIGURE, given).df()
        # a column without a single text would come as another type than one with some
        texts = [
            field.name for field in release.OFFER if pa.types.is_string(field.type) and field.name in rows
        ]
        rows = rows.astype(dict.fromkeys(texts, "str")).reset_index(drop=True)
        table = self._manifest.not_exported.get(figure)
        return Offered(figures[figure], rows, f"not exported: {table}" if table else "")

    def plan(self, question: Question) -> str:
        """Give DuckDB's plan of the statement behind an answer: what the benchmark sets an answer beside."""
        measure = self._refuse_unanswerable(question)
        schools = schools_allowed(self._actor, question.level)
        statement, given = statements.of([question], measure, schools)
        [[_, plan]] = self._connection.cursor().execute(f"explain {statement}", given).fetchall()
        return plan

    def cells(self) -> pd.DataFrame:
        """Give every released cell this actor may see, in a fixed order: what a whole download is made from.

        Columns: those of `release.CELLS`, then `school_laestab` and `school_name`. The authority's cells, and
        those of the schools the actor may ask about; none of a measure that is withheld or not defined.
        """
        try:
            schools = schools_allowed(self._actor, Level.SCHOOL)
        except QuestionRefused:
            schools = frozenset()
        given = {
            "measures": [measure.id for measure in self.measures() if not self._absent(measure)],
            "any_school": schools is None,
            "schools": sorted(schools or ()),
        }
        return self._connection.cursor().execute(EVERY_CELL, given).df()

    def schools(self) -> pd.DataFrame:
        """Give the schools this actor may see, by name, with their URN, LAESTAB, merged phase and trust."""
        allowed = schools_allowed(self._actor, Level.SCHOOL)
        frame = self._connection.cursor().sql("select * from schools order by school_name").df()
        return frame if allowed is None else frame[frame["school_urn"].isin(allowed)].reset_index(drop=True)

    def unnamed_schools(self, question: Question, beside: str) -> Answer:
        """Give the other schools of a school's merged phase, without what would tell whose figures they are.

        QuestionRefused where the actor may not see the school they are set beside, or there is none.
        """
        measure = self._refuse_unanswerable(question)
        allowed = schools_allowed(self._actor, Level.SCHOOL)
        every = self._connection.cursor().sql("select * from schools").df().set_index("school_urn")
        phase = every["merged_phase"].get(beside)
        urns = frozenset(every.index[every["merged_phase"] == phase])
        if beside not in (urns if allowed is None else urns & allowed):
            raise QuestionRefused(NO_SUCH_PAGE)
        [rows] = self._rows([question], measure, urns - {beside})
        return without_names(Answer(question, measure, rows, self._manifest.base, self._absent(measure)))

    def quality(self) -> pd.DataFrame:
        """Give the findings of the checks, counts to the nearest 10. They may name schools."""
        if self._actor.role not in EVERY_SCHOOL:
            raise QuestionRefused(NO_SUCH_PAGE)
        return self._connection.cursor().sql("select * from quality").df()

    def _absent(self, measure: Measure) -> str:
        if measure.id in self._manifest.not_exported:
            return f"not exported: {self._manifest.not_exported[measure.id]}"
        if measure.id in self._manifest.withheld:
            return f"withheld: {self._manifest.withheld[measure.id]}"
        if measure.id not in self._manifest.measures:
            return "not in this release: build again to add it"
        return ""

    def _refuse_unanswerable(self, question: Question) -> Measure:
        try:
            measure = self._catalogue.measure(question.measure)
        except DefinitionsInvalid as error:
            raise QuestionRefused(str(error)) from None
        if question.breakdown != TOTAL:
            self.breakdown(question.breakdown)
            if question.breakdown in measure.breakdowns_left_out:
                raise QuestionRefused(f"{measure.title} is not worked out by {question.breakdown}")
            if question.level is Level.SCHOOL:
                raise QuestionRefused("a school's figures are not broken down: its groups are too small")
            if question.who is not Who.CWSW:
                raise QuestionRefused(
                    "breakdowns are worked out for all children with a social worker together"
                )
        if measure.only_of and question.who not in (Who.CWSW, Who(measure.only_of)):
            raise QuestionRefused(f"{measure.title} is about {WHO_LONG[Who(measure.only_of)]} alone")
        if question.level is Level.SCHOOL:
            if not measure.school_level:
                raise QuestionRefused(f"{measure.title} is not worked out for single schools")
            if question.who is not Who.CWSW:
                raise QuestionRefused(
                    "a school's figures are for all its children with a social worker together"
                )
        if question.time_identifier not in (ACADEMIC_YEAR, *self._manifest.in_year):
            raise QuestionRefused(f"there is no point '{question.time_identifier}' in this release")
        return measure

    def _rows(
        self, questions: Sequence[Question], measure: Measure, schools: frozenset[str] | None
    ) -> Iterator[pd.DataFrame]:
        """Give the rows of each question; they differ only in breakdown or point."""
        statement, given = statements.of(questions, measure, schools)
        found = self._connection.cursor().execute(statement, given).fetchnumpy()
        items = {question.breakdown: self._items(question) for question in questions}
        return statements.rows(found, questions, measure, items, self._manifest.cannot_say)

    def _items(self, question: Question) -> list[str]:
        return [TOTAL] if question.breakdown == TOTAL else list(self.breakdown(question.breakdown).items)


def open_gateway(releases: Path, actor: Actor, config: Path | None = None) -> ReleaseGateway:
    """Open the release in use as one actor may see it. NoRelease or ReleaseDamaged say what to do."""
    return ReleaseGateway(release.open_current(releases), actor, catalogue.load(config))


def with_merged_phases(breakdown: Breakdown, phases: tuple[str, ...]) -> Breakdown:
    """Give a breakdown whose phases are those of a release, in which small ones are merged."""
    if "education_phase" not in breakdown.columns:
        return breakdown
    if breakdown.columns == ("education_phase",):
        items = {phase: phase for phase in phases}
    else:
        others = {item.split("×")[1]: label.split(", ", 1)[1] for item, label in breakdown.items.items()}
        items = {f"{phase}×{item}": f"{phase}, {label}" for phase in phases for item, label in others.items()}
    return Breakdown(breakdown.name, breakdown.title, breakdown.columns, items)


def _locked_database(opened: release.Release) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config={"threads": "2", "autoinstall_known_extensions": "false"})
    try:
        for table in release.TABLES:
            connection.execute(
                f"create table {table} as select * from read_parquet($1)", [str(opened.table(table))]
            )
        connection.execute(GROUPS_BESIDE_EACH_OTHER.format(parts=",\n    ".join(_columns())))
    except duckdb.Error as error:
        raise ReleaseDamaged(
            f"release {opened.folder.name} cannot be read; put it back from a copy, or build again"
        ) from error
    # Once more: what was read is what was released only if the files are still as they were then.
    if release.verify(opened.folder).files != opened.manifest.files:
        raise ReleaseDamaged(f"release {opened.folder.name} was changed while it was read; open it again")
    # From here on this process can read no file through the database, and nothing can switch that back on.
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def _columns() -> Iterator[str]:
    for group in Group:
        for part in CELL_PARTS:
            value = "coalesce(cells.symbol, '')" if part == "symbol" else f"cells.{part}::double"
            yield f"any_value({value}) filter (where cells.social_care_group = '{group}') as {group}_{part}"
