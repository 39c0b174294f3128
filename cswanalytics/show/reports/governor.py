"""The report to governors: our children and their outcomes, from the release; what we do, from the form.

What the release cannot say is a named field in square brackets for the designated teacher to fill in.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from cswanalytics import aims
from cswanalytics.answers import Gateway
from cswanalytics.catalogue import Better
from cswanalytics.inference import Change, Gaps
from cswanalytics.show import aims_words, charts, my_school, names, prints, rows, schools, words
from cswanalytics.show.one_school import OneSchool, Outcome
from cswanalytics.show.reports import frame
from cswanalytics.show.reports.document import (
    Block,
    Bullets,
    Document,
    Field,
    Figure,
    Heading,
    Paragraph,
    Strong,
    Table,
    Text,
)
from cswanalytics.show.reports.governor_form import ASKED, Form, asked_for, or_field
from cswanalytics.vocabulary import year_label

Outcomes = Mapping[str, tuple[Gaps, Change]]

SECTION_1 = "Section 1. Our children and their outcomes"
SECTION_2 = "Section 2. What we do"

ONLY_THE_SCHOOL_KNOWS: tuple[Text, ...] = (
    (
        "Children on our roll who are looked after: ",
        Field("number; leave out if fewer than 10 and minutes are public"),
    ),
    (
        "Children on our roll who were looked after before (adopted, special guardianship, child "
        "arrangements order): ",
        Field("number; leave out if fewer than 10 and minutes are public"),
    ),
    (
        "Children with a child protection plan, or in need: ",
        Field("number; leave out if fewer than 10 and minutes are public"),
    ),
    ("Their attendance this term beside all pupils': ", Field("in words if they are fewer than 10")),
    ("Their progress this term: ", Field("in words if they are fewer than 10")),
)

QUESTIONS: tuple[tuple[str, str], ...] = (
    (
        "Why are there no figures for each year?",
        "With so few children a figure moves far by chance alone, and a small number could point to a "
        "child. Three "
        "years are put together, and the authority's figures show the wider picture.",
    ),
    (
        "Who is responsible?",
        "The governing body sees to it that a designated teacher is in post, has the training, the time "
        "and the "
        "standing for it, and reports to governors at least once a year.",
    ),
    (
        "Which children is this about?",
        "All who have or lately had a social worker. The law asks for a designated teacher for "
        "looked-after and "
        "previously looked-after children; personal education plans are for looked-after children only.",
    ),
)
"""Questions that governors ask of every report, with answers; those of the measures follow."""


def governor_update(gateway: Gateway, school: OneSchool, form: Form, outcomes: Outcomes) -> Document:
    """Give the report of one school to its governors: termly, annual, or nil.

    `outcomes` are the authority's measures of strategic monitoring with their verdicts
    (`inference.tier_one`), so that every document says the same of them.
    """
    form = form.trimmed()
    facts = gateway.facts
    title = "Report to governors: children with a social worker"
    blocks = _nil(school, form, gateway, outcomes) if form.nil else _whole(school, form, gateway, outcomes)
    return Document(
        title=f"{title}, {school.name}",
        subject=f"Children with a social worker at {school.name}: their outcomes and what the school does",
        authority=facts.authority,
        day=facts.released_on,
        blocks=(Heading(title, 1), *frame.banner(facts), _who(school, form), *blocks),
        foot=frame.foot(facts, "report to governors"),
        about=school.name,
    )


def section(document: Document, heading: str) -> tuple[Block, ...]:
    """Give the blocks of one section of a report; none where it has none of that heading."""
    inside, found = False, []
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 2:
            inside = block.words == heading
        elif inside:
            found.append(block)
    return tuple(found)


def _who(school: OneSchool, form: Form) -> Paragraph:
    return Paragraph(
        (
            Strong(school.name),
            f", {school.authority} · {'annual' if form.annual else 'termly'} report, ",
            or_field(form.term, "term and year"),
            " · prepared by ",
            or_field(form.designated_teacher, ASKED["designated_teacher"]),
            ", designated teacher",
        )
    )


def _nil(school: OneSchool, form: Form, gateway: Gateway, outcomes: Outcomes) -> Iterator[Block]:
    yield Paragraph("Nil return. No child with a social worker was on our roll in this period.", "answer")
    yield Paragraph(
        "We stay ready: a child may join at any time. The designated teacher, the training of staff and "
        "the policy "
        "are kept up as if such a child were here."
    )
    yield Heading(SECTION_2, 2)
    yield from _ready(form)
    yield Heading("Signed", 2)
    yield from _signatures(form)
    yield Heading("The wider picture: the authority's children", 2)
    yield from _authority(outcomes)


def _whole(school: OneSchool, form: Form, gateway: Gateway, outcomes: Outcomes) -> Iterator[Block]:
    yield Heading(SECTION_1, 2)
    yield Paragraph(school.size, "answer")
    yield from _own_figures(school)
    yield Heading("What only the school knows", 3)
    yield Bullets(ONLY_THE_SCHOOL_KNOWS)
    yield Heading("The authority: how wide the gap is, and the aim", 3)
    yield from _authority(outcomes)
    yield from _aims(gateway, outcomes)
    yield Heading(SECTION_2, 2)
    yield from _what_we_do(form)
    yield Heading("Questions governors may ask", 2)
    yield from _questions(school, form)
    yield Heading("Signed", 2)
    yield from _signatures(form)
    yield Heading("What the words mean", 2)
    yield from frame.definitions(gateway.facts)
    if form.annual:
        yield from _picture(outcomes)


def _own_figures(school: OneSchool) -> Iterator[Block]:
    if not school.has_figures:
        yield Paragraph(
            "That is too few for figures of our own, even over three years: a figure of so few children "
            "moves by "
            "chance and could point to a child. The authority's figures are below."
        )
        return
    yield Table(
        (f"Three years together, {school.span.words}", "Our children", "What that means"),
        tuple(_in_words(outcome) for outcome in school.outcomes),
        f"{school.name}: each outcome, three years together, in words",
        (1.1, 0.9, 2.4),
    )


def _in_words(outcome: Outcome) -> tuple[str, str, str]:
    card = outcome.card
    if outcome.is_shown:
        return card.caption, card.heading, card.text
    around = my_school.across(outcome.around, outcome.phase)
    return card.caption, my_school.TOO_FEW, f"Too few to tell from chance. {around}".strip()


def _authority(outcomes: Outcomes) -> Iterator[Block]:
    """Say the authority's gaps that a school's work bears on."""
    said = [
        words.year_sentence(worked_out, moved)
        for worked_out, moved in outcomes.values()
        if _bears(worked_out)
    ]
    yield Bullets(tuple(said)) if said else Paragraph("The authority has no figures to show yet.")


def _aims(gateway: Gateway, outcomes: Outcomes) -> Iterator[Block]:
    """Say what the authority aims at in the same."""
    bearing = {name for name, (worked_out, _) in outcomes.items() if _bears(worked_out)}
    courses = [course for course in aims.courses(gateway) if course.measure.id in bearing]
    if not courses:
        return
    yield Paragraph("What the authority aims at:")
    yield Bullets(
        tuple(
            (
                Strong(f"{course.measure.title}."),
                f" {aims_words.aim_sentence(course)} {aims_words.course_sentence(course)}",
            )
            for course in courses
        )
    )


def _bears(worked_out: Gaps) -> bool:
    measure = worked_out.measure
    return measure.theme in schools.THEMES and measure.school_level and measure.better is not Better.NONE


def _picture(outcomes: Outcomes) -> Iterator[Block]:
    shown = {
        name: gaps
        for name, (gaps, _) in outcomes.items()
        if not (gaps.measure.of_all_pupils or gaps.measure.only_of)
    }
    years = [int(row["time_period"]) for gaps in shown.values() if (row := gaps.latest) is not None]
    if not years:
        return
    year = max(years)
    parts = charts.dumbbell.parts(
        rows.outcome_rows(shown, year), names.in_key(next(iter(shown.values())).question), rows.ASIDES
    )
    # a page of its own at the end: in the midst of a section it would leave half a page empty
    yield Heading("The wider picture: every outcome of the authority", 2, on_new_page=True)
    yield Figure(
        partial(prints.dumbbell.on_sheet, parts),
        f"{len(shown)} outcomes of the authority, {year_label(year)}. {words.overview(outcomes)}",
        f"The whole authority, {year_label(year)}: percentage of children, except where a row says otherwise",
    )


def _ready(form: Form) -> Iterator[Block]:
    yield Table(
        ("What governors see to", "Where we stand"),
        (
            ("Designated teacher", (or_field(form.designated_teacher, ASKED["designated_teacher"]),)),
            ("Qualified teacher", (or_field(form.qualified, ASKED["qualified"]),)),
            ("Post and standing", (or_field(form.seniority, ASKED["seniority"]),)),
            ("The designated teacher's training", (or_field(form.training, ASKED["training"]),)),
            (
                "Whole-school training, attachment-aware and trauma-informed",
                (or_field(form.whole_school_training, ASKED["whole_school_training"]),),
            ),
            ("Policy for these children", (or_field(form.policy_review, ASKED["policy_review"]),)),
        ),
        "The designated teacher, training and policy, and where the school stands in each",
        (1, 2),
    )


def _what_we_do(form: Form) -> Iterator[Block]:
    yield from _ready(form)
    for heading, asked in (
        ("Personal education plans", ("peps",)),
        ("Strengths and difficulties questionnaire", ("sdq",)),
        ("Pupil Premium Plus", ("pupil_premium_plus", "pupil_premium_plus_impact")),
        ("Suspensions: advice taken and alternatives used", ("suspensions", "alternatives")),
        ("Alternative provision", ("alternative_provision",)),
        ("Actions from last time", ("actions_done",)),
        ("Actions for next time", ("actions_next",)),
    ):
        if not set(asked) & set(asked_for(form.annual, form.nil)):
            continue
        yield Heading(heading, 3)
        for name in asked:
            lines = [line.strip() for line in getattr(form, name).splitlines() if line.strip()]
            if len(lines) > 1:
                yield Bullets(tuple((or_field(line, ""),) for line in lines))
            else:
                yield Paragraph((or_field(lines[0] if lines else "", ASKED[name]),))


def _questions(school: OneSchool, form: Form) -> Iterator[Block]:
    of_measures = [
        (f"What does “{outcome.measure.short.lower()}” mean?", outcome.measure.if_a_governor_asks)
        for outcome in school.outcomes
    ]
    for question, answer in (*QUESTIONS, *of_measures) if form.annual else (*QUESTIONS[:1], *of_measures[:1]):
        yield Paragraph((Strong(question), f" {answer}"))


def _signatures(form: Form) -> Iterator[Block]:
    yield Table(
        ("Role", "Name", "Signature", "Date"),
        (
            (
                "Designated teacher",
                (or_field(form.designated_teacher, "name"),),
                (Field("signature"),),
                (Field("date"),),
            ),
            ("Headteacher", (Field("name"),), (Field("signature"),), (Field("date"),)),
            ("Governor for these children", (Field("name"),), (Field("signature"),), (Field("date"),)),
        ),
        "Who signs the report",
        (2, 2, 2, 1),
    )
