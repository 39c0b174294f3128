"""The strategic summary, for members and the department: what to tell the board, and what it rests on."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from cswanalytics import aims
from cswanalytics.answers import Gateway, ReleaseFacts
from cswanalytics.inference import Change, Gaps, Verdict
from cswanalytics.inference.comparisons import LEAST_PUPILS
from cswanalytics.show import (
    aims_words,
    charts,
    department_return,
    names,
    prints,
    rows,
    tables,
    tier_one,
    words,
)
from cswanalytics.show.figures import NO_FIGURE
from cswanalytics.show.reports import frame
from cswanalytics.show.reports.discretion import refuse_indiscreet
from cswanalytics.show.reports.document import (
    Block,
    Bullets,
    Document,
    Figure,
    Heading,
    Paragraph,
    Strong,
    Table,
    Text,
)
from cswanalytics.show.withheld import withheld
from cswanalytics.show.workbook import Cell
from cswanalytics.vocabulary import Symbol, year_label

Outcomes = Mapping[str, tuple[Gaps, Change]]

ON_NO_ROLL = ("elective_home_education", "missing_education_off_roll")


def strategic_summary(gateway: Gateway, outcomes: Outcomes) -> Document:
    """Give the summary of the newest year, looked through. `outcomes` are those of `inference.tier_one`.

    DocumentRefused where an authority's own words in it, such as those of an aim, may count children.
    """
    facts = gateway.facts
    shown = {name: entry for name, entry in outcomes.items() if not entry[0].measure.of_all_pupils}
    year, courses = max(facts.years), aims.courses(gateway)
    title = "Children with a social worker at school: strategic summary"
    document = Document(
        title=f"{title}, {facts.authority}, {year_label(year)}",
        subject=f"How far children with a social worker are behind their peers in {facts.authority}",
        authority=facts.authority,
        day=facts.released_on,
        blocks=(
            Heading(title, 1),
            *frame.banner(facts),
            Paragraph((Strong(facts.authority), f" · {year_label(year)} · for members and the board")),
            Paragraph(tier_one.answer(shown), "answer"),
            *_digest(shown, tier_one.courses_by_measure(courses)),
            *_aims(courses),
            *_side_by_side(shown, year),
            *_what_moved(shown),
            *_offer(gateway),
            *_on_no_roll(gateway),
            *_to_be_relied_on(gateway),
            Heading("What the words mean", 2),
            *frame.definitions(facts, of_schools=False),
            Heading("What is counted", 2),
            *frame.measures_meant({gaps.measure.title: gaps.measure.counts for gaps, _ in shown.values()}),
        ),
        foot=frame.foot(facts, "strategic summary"),
    )
    refuse_indiscreet(document)
    return document


def aims_report(facts: ReleaseFacts, courses: Sequence[aims.Course]) -> Document:
    """Give the aims as a document of their own, looked through: the summary's page about them.

    DocumentRefused as for the summary.
    """
    title = "Children with a social worker at school: our aims"
    document = Document(
        title=f"{title}, {facts.authority}",
        subject="Where each gap stands against the path to its aim, and what is being done",
        authority=facts.authority,
        day=facts.released_on,
        blocks=(
            Heading(title, 1),
            *frame.banner(facts),
            *_aims(courses),
            Heading("What the words mean", 2),
            *frame.definitions(facts, of_schools=False),
        ),
        foot=frame.foot(facts, "aims"),
    )
    refuse_indiscreet(document)
    return document


def _digest(outcomes: Outcomes, courses: Mapping[str, aims.Course]) -> Iterator[Block]:
    lines = tier_one.lines(outcomes, courses)
    if lines:
        yield Heading("What to tell the board", 2)
        yield Bullets(tuple(_marked(line) for line in lines))
        yield Paragraph(tier_one.ORDER, "note")


def _marked(line: str) -> Text:
    """Read a line in Markdown: its bold words are strong, what leans is set plain."""
    parts = line.replace(" *", " ").replace(".*", ".").split("**")
    return tuple(Strong(part) if at % 2 else part for at, part in enumerate(parts) if part)


def _side_by_side(outcomes: Outcomes, year: int) -> Iterator[Block]:
    yield Heading(f"Every outcome, {year_label(year)}", 2, on_new_page=True)
    gaps = {name: worked_out for name, (worked_out, _) in outcomes.items() if not worked_out.measure.only_of}
    question = next(iter(gaps.values())).question
    parts = charts.dumbbell.parts(rows.outcome_rows(gaps, year), names.in_key(question), rows.ASIDES)
    yield Figure(
        partial(prints.dumbbell.on_sheet, parts),
        f"{len(gaps)} outcomes, {year_label(year)}. {words.overview(outcomes)}",
        "Percentage of children, except where a row says otherwise",
    )
    numbers = tables.outcomes(outcomes, year, names.in_row)
    yield Table(
        tuple(map(str, numbers.columns)),
        tuple(tuple(str(cell) or NO_FIGURE for cell in row) for row in numbers.itertuples(index=False)),
        f"Every outcome, {year_label(year)}: both groups, the gap with its interval, and whether it changed",
        (2.6, 0.8, 0.8, 1.8, 1.6),
    )
    yield Paragraph(
        "In brackets: how far chance alone moves the gap. The outcomes are judged together, so that a "
        "chance finding "
        "is rarely called a change.",
        "note",
    )


def _aims(courses: Sequence[aims.Course]) -> Iterator[Block]:
    yield Heading("Is each gap closing fast enough?", 2)
    if not courses:
        yield Paragraph("No aims are set.")
        return
    yield Paragraph(aims_words.overview(courses))
    yield Table(
        ("Aim", "Where it stands", "Whose, and what is being done"),
        tuple(
            (
                (Strong(aims_words.title(course)), f". {aims_words.aim_sentence(course)}"),
                f"{aims_words.course_sentence(course)} {aims_words.children_sentence(course)}".strip(),
                f"{aims_words.owner(course.aim)}. {course.aim.doing}",
            )
            for course in courses
        ),
        "Each aim, where its gap stands against the path, and who is answerable for it",
        (1.2, 1.3, 1.3),
    )


def _what_moved(outcomes: Outcomes) -> Iterator[Block]:
    yield Heading("What moved, and why", 2)
    moved = [
        change for _, change in outcomes.values() if change.verdict in (Verdict.NARROWED, Verdict.WIDENED)
    ]
    if moved:
        yield Bullets(
            tuple(
                (Strong(f"{change.measure.title}."), f" {words.change_sentence(change)}") for change in moved
            )
        )
    else:
        yield Paragraph("No gap clearly narrowed or widened.")
    still = [change for _, change in outcomes.values() if change.verdict is Verdict.NO_CLEAR_CHANGE]
    seen = [change for change in still if change.would_have_shown <= change.measure.scale_end / 2]
    if seen:
        yield Paragraph("Where there was no clear change, this is how large a change would have been seen:")
        yield Bullets(
            tuple(
                (Strong(f"{change.measure.title}:"), f" {words.no_clear_change(change)}.") for change in seen
            )
        )
    unseen = [words.name(change.measure) for change in still if change not in seen]
    if unseen:
        yield Paragraph(f"Too few children for any change to be seen in: {words.listed(unseen)}.")


def _offer(gateway: Gateway) -> Iterator[Block]:
    """Say what was offered and whom it reached, in the newest year that is over."""
    yield Heading("Our offer, and whom it reached", 2)
    year = max(gateway.facts.years)
    schools = [row for row in department_return.reached(gateway) if row[0] == year]
    if schools:
        yield Paragraph(f"Schools reached, {year_label(year)}:")
        yield Table(
            ("What they had", "Schools", "Of"),
            tuple((title, _printed(number), _printed(whole)) for _, title, number, whole in schools),
            f"Schools that our offer reached, {year_label(year)}",
            (3, 1, 1),
        )
    made = [one for one in department_return.activities(gateway) if one.year == year]
    if made:
        yield Paragraph(f"Activities, {year_label(year)}:")
        yield Table(
            ("Tier", "Kind of activity", "Activities", "Hours", "Attendees"),
            tuple(
                (str(one.tier), one.kind, *map(_printed, (one.activities, one.hours, one.attendees)))
                for one in made
            ),
            f"Activities of our offer, {year_label(year)}, by tier and kind",
            (0.6, 2.4, 1, 1, 1),
        )
    for _, spent, given in (row for row in department_return.spend(gateway) if row[0] == year):
        if not isinstance(spent, str):
            yield Paragraph(f"Pupil premium plus: £{spent:,} spent of £{given:,}, in {year_label(year)}.")
    if missing := department_return.absent(gateway):
        yield Bullets(tuple(missing))


def _printed(cell: Cell) -> str:
    """Print a number; a symbol in words."""
    if isinstance(cell, str):
        return "withheld" if cell == Symbol.WITHHELD else "not available"
    return f"{cell:,}"


def _on_no_roll(gateway: Gateway) -> Iterator[Block]:
    """Say how many children are on no roll and so in no rate: few only as few."""
    yield Heading("Children on no school's roll", 2)
    yield Paragraph("They are in none of the figures above.")
    said: list[Text] = []
    for offered in map(gateway.offer, ON_NO_ROLL):
        name, rows = Strong(f"{offered.figure.title}:"), offered.of_authority.sort_values("time_period")
        if rows.empty:
            because = words.absent(offered.absent) if offered.absent else "there are no figures"
            said.append((name, f" not shown, because {because}."))
            continue
        number, year = rows["number"].iloc[-1], year_label(int(rows["time_period"].iloc[-1]))
        many = f"about {int(number):,}" if number >= LEAST_PUPILS else f"fewer than {LEAST_PUPILS}"
        said.append((name, f" {many} children on 31 March, {year}."))
    yield Bullets(tuple(said))


def warned(found: int) -> str:
    """Say how many warnings the checks of the exports gave; members are not read the warnings themselves."""
    return (
        f"The checks found {'one thing' if found == 1 else f'{found} things'} to look at in the exports. "
        "The data team has the list, and the page on data quality tells which figures each touches."
    )


def _to_be_relied_on(gateway: Gateway) -> Iterator[Block]:
    """Say how complete and how old the figures are."""
    facts = gateway.facts
    yield Heading("Can these figures be relied on?", 2)
    said: list[str] = [
        f"The data run to {words.day(facts.data_to)} and were released on {words.day(facts.released_on)}."
    ]
    if facts.matched is not None:
        said.append(
            f"Of children in social care of school age, {100 * facts.matched:.0f}{words.NB}% were found "
            "on a school "
            "roll or are missing from it for a known reason."
        )
    if found := len(facts.warnings):
        said.append(warned(found))
    missing = sorted(set(facts.not_exported.values()))
    if missing:
        said.append(f"Not supplied, and so left out: {words.listed(missing)}.")
    said += [f"Withheld, so that no child can be picked out. {sentence}" for sentence in withheld(gateway)]
    if facts.legal_basis:
        said.append(f"Legal basis: {facts.legal_basis}")
    yield Bullets(tuple(said))
