"""The page each headteacher is sent: what may be said of their own school, and what to do with it.

No other school is named. A school with too few children for figures of its own is sent the authority's.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from cswanalytics.answers import ReleaseFacts
from cswanalytics.inference import Change, Gaps
from cswanalytics.show import charts, my_school, names, prints, row_words, rows, schools, words
from cswanalytics.show.one_school import OneSchool, Outcome, Schools, by_chance
from cswanalytics.show.reports import frame
from cswanalytics.show.reports.document import (
    Block,
    Bullets,
    Document,
    Figure,
    Heading,
    Paragraph,
    Strong,
    Typed,
)
from cswanalytics.vocabulary import year_label

LONGEST_NOTE = 600
TOLD = ("persistent_absence", "suspended_once_or_more")
"""The outcomes a page tells: one of attendance, one of exclusion."""
ALWAYS_ASKED = (
    "Which adult does each of these children trust, and does that adult have time for them?",
    "Who in school knows, within a day, that a child has a new social worker or a new home?",
)
WHOSE = "your school"
TOO_FEW_FOR_ITS_OWN = "That is too few for figures of your own, so here is the wider picture."

Outcomes = Mapping[str, tuple[Gaps, Change]]


class Feedback:
    """The pages of every school of a release, each made when it is asked for.

    `outcomes` are the authority's measures of strategic monitoring with their verdicts
    (`inference.tier_one`); `note` is added to every page.
    """

    def __init__(self, facts: ReleaseFacts, every: Schools, outcomes: Outcomes, note: str = "") -> None:
        self._facts = facts
        self._schools = every
        self._note = note.strip()[:LONGEST_NOTE]
        self._changed = [
            f"Across {facts.authority}: {_lower(words.year_sentence(*outcomes[name]))}"
            for name in TOLD
            if name in outcomes
        ]
        self._whole = _whole_authority(facts, outcomes)
        # what schools of one phase share is worked out once
        self._pictures: dict[str, Figure | None] = {}

    def page(self, school: OneSchool) -> Document:
        """Give the page of a school, with what its words mean on the back."""
        facts = self._facts
        title = "Children with a social worker at your school"
        return Document(
            title=f"Children with a social worker at {school.name}",
            subject=f"Feedback to the headteacher of {school.name}",
            authority=facts.authority,
            day=facts.released_on,
            blocks=(Heading(title, 1), *self._front(school), *self._back(school)),
            foot=frame.foot(facts, "feedback to headteachers"),
            about=school.name,
            compact=True,
        )

    def _front(self, school: OneSchool) -> Iterator[Block]:
        yield from frame.banner(self._facts)
        yield Paragraph((Strong(school.name), " · for the headteacher and the designated teacher"))
        first, *others = self._three_sentences(school)
        yield Paragraph(first, "answer")
        yield Bullets(tuple(others))
        if self._note:
            yield Paragraph((Strong("From the Virtual School: "), Typed(self._note)))
        yield from self._picture(school)
        yield Heading("What has changed", 2)
        yield Bullets(tuple(self._changes(school)))
        yield Heading("Two questions to discuss", 2)
        yield Bullets(self._questions(school), numbered=True)
        yield Heading("What you can ask for", 2)
        yield Bullets(my_school.offers(self._facts))
        yield Paragraph((Strong("Reply to "), f"{self._facts.letters.reply_to or 'the Virtual School'}."))

    def _three_sentences(self, school: OneSchool) -> Iterator[str]:
        told = self._told(school)
        if school.has_figures:
            yield school.size
        else:
            yield f"{school.size} {TOO_FEW_FOR_ITS_OWN}"
            yield from filter(None, (_around_sentence(outcome) for outcome in told))
            return
        for outcome in told:
            said = _around_sentence(outcome)
            if outcome.is_shown or not said:
                said = outcome.sentence(WHOSE)
            around = my_school.across(outcome.around, school.phase) if outcome.is_shown else ""
            yield f"{said} {around}".strip()

    def _told(self, school: OneSchool) -> list[Outcome]:
        return [outcome for outcome in school.outcomes if outcome.measure.id in TOLD]

    def _picture(self, school: OneSchool) -> Iterator[Block]:
        for outcome in self._told(school):
            if outcome.is_shown and (drawn := self._own_funnel(school, outcome)):
                yield from drawn
                return
        if school.phase not in self._pictures:
            self._pictures[school.phase] = _around(school)
        if figure := self._pictures[school.phase] or self._whole:
            yield figure

    def _own_funnel(self, school: OneSchool, outcome: Outcome) -> tuple[Block, ...]:
        worked = self._schools.funnel(outcome.measure.id, school.urn, school.phase)
        parts = None
        if worked is not None:
            parts = charts.funnel.of_one_school(worked, school.urn, "Your school", school.span.together)
        if worked is None or parts is None:
            return ()
        asked = "Is your school different from what chance would give?"
        where = my_school.where(worked, school.urn, school.span, "Your school")
        what = f"{outcome.measure.short}, {school.span.words}: {school.in_phase} of {school.authority}"
        # with room to spare: where Word has not got our faces, lines are longer
        share = 0.62 if self._note else 0.86
        figure = Figure(
            partial(prints.funnel.on_sheet, parts),
            f"{what}. {asked} {where}",
            f"{what}. Hollow: too few children to say anything.",
            share,
        )
        return Paragraph((Strong(asked), f" {where}")), figure

    def _changes(self, school: OneSchool) -> Iterator[str]:
        drawn = self._schools.funnel(TOLD[0], school.urn, school.phase) if school.has_figures else None
        if drawn is not None and (said := by_chance(school, len(drawn.drawn))):
            yield f"At your school: {said[:1].lower()}{said[1:]}"
        yield from self._changed

    def _questions(self, school: OneSchool) -> tuple[str, ...]:
        asked = [question for outcome in self._told(school) for question in outcome.measure.questions[:1]]
        return tuple((asked if school.has_figures else []) + list(ALWAYS_ASKED))[:2]

    def _back(self, school: OneSchool) -> Iterator[Block]:
        yield Heading("What the words mean", 2, on_new_page=True)
        yield from frame.definitions(self._facts)
        yield Heading("What is counted", 2)
        yield from frame.measures_meant(
            {outcome.measure.short: outcome.measure.counts for outcome in school.outcomes}
        )
        yield Heading("How old these figures are", 2)
        yield Paragraph(
            f"The data run to {words.day(self._facts.data_to)} and were released on "
            f"{words.day(self._facts.released_on)}. They hold no child's name, and this page may be shown "
            "to governors."
        )


def _around_sentence(outcome: Outcome) -> str:
    """Say an outcome of all schools of the phase, in figures; empty where there are none."""
    row, measure = outcome.around.latest, outcome.measure
    if row is None:
        return ""
    one, other = (words.figure(row[side], measure, row[f"{side}_extreme"]) for side in ("cwsw", "peers"))
    return (
        f"Over three years together, {one} of children with a social worker in the authority's "
        f"{schools.of_phase(outcome.phase)} {measure.verb} and {other} of their peers: "
        f"{row_words.gap_and_interval(outcome.around, row)}."
    )


def _around(school: OneSchool) -> Figure | None:
    """Draw the outcomes of all schools of the phase: what a school too small for its own is shown."""
    drawn = [
        row
        for outcome in school.outcomes
        for row in rows.item_rows(outcome.around, school.span.last, {school.phase: outcome.measure.short}, "")
    ]
    shown = [row for row in drawn if row.shown]
    if not shown:
        return None
    first = school.outcomes[0]
    scaled = rows.on_one_scale(drawn, first.measure)
    parts = charts.dumbbell.parts(scaled, names.in_key(first.around.question))
    said = "; ".join(f"{row.name}: {row.cwsw_words} beside {row.peers_words}, {row.behind}" for row in shown)
    what = f"All {school.in_phase} of {school.authority} together, {school.span.words}"
    return Figure(
        partial(prints.dumbbell.on_sheet, parts),
        f"{what}. {said}.",
        f"{what}: percentage of children. Further left is better.",
        0.92,
    )


def _whole_authority(facts: ReleaseFacts, outcomes: Outcomes) -> Figure | None:
    """Draw attendance and exclusion of the whole authority: what is left where a phase is too small too."""
    shown = {
        name: worked_out
        for name, (worked_out, _) in outcomes.items()
        if worked_out.measure.theme in schools.THEMES and worked_out.measure.has_peers
    }
    drawn = rows.outcome_rows(shown, max(facts.years)) if shown else []
    if not any(row.shown for row in drawn):
        return None
    what = f"All schools of {facts.authority} together, {year_label(max(facts.years))}"
    said = "; ".join(f"{row.name}: {row.cwsw_words} beside {row.peers_words}" for row in drawn if row.shown)
    parts = charts.dumbbell.parts(drawn, names.in_key(next(iter(shown.values())).question), rows.ASIDES)
    caption = f"{what}: percentage of children, except where a row says otherwise."
    return Figure(partial(prints.dumbbell.on_sheet, parts), f"{what}. {said}.", caption, 0.74)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text.startswith("In ") else text
