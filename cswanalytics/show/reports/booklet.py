"""The definitions as a document: what each figure counts, and what is the same for all of them."""

from collections.abc import Iterator, Sequence

from cswanalytics.answers import ReleaseFacts
from cswanalytics.catalogue import Measure
from cswanalytics.show import definitions
from cswanalytics.show.reports import frame
from cswanalytics.show.reports.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Paragraph,
    Strong,
    Table,
    Text,
)

TITLE = "What each figure counts"


def booklet(measures: Sequence[Measure], facts: ReleaseFacts) -> Document:
    """Give the definitions of some measures, and what is the same for all figures."""
    return Document(
        title=f"{TITLE}, {facts.authority}",
        subject="Whom each figure counts and leaves out, how it is rounded, and what a verdict means",
        authority=facts.authority,
        day=facts.released_on,
        blocks=(
            Heading(TITLE, 1),
            *frame.banner(facts),
            *_same_for_all(facts),
            *(block for measure in measures for block in _of(measure)),
        ),
        foot=frame.foot(facts, "definitions"),
    )


def _same_for_all(facts: ReleaseFacts) -> Iterator[Block]:
    for heading, sentences in (
        ("Who is a child with a social worker?", definitions.who_they_are(facts.cohort_window)),
        ("Who is a peer?", definitions.who_peers_are()),
        ("How are figures rounded, and why?", definitions.how_we_round(facts)),
    ):
        yield Heading(heading)
        for sentence in sentences:
            yield Paragraph(_bold(sentence))
    yield Heading("What does a verdict mean?")
    yield Bullets(tuple((Strong(f"{verdict}."), f" {meaning}") for verdict, meaning in definitions.VERDICTS))
    yield Heading("On what legal basis?")
    yield Paragraph(definitions.legal_basis(facts))


def _of(measure: Measure) -> Iterator[Block]:
    known = definitions.facts(measure)
    yield Heading(measure.title)
    yield Table(
        tuple(known.columns),
        tuple((str(name), _bare(str(said))) for name, said in known.itertuples(index=False)),
        f"{measure.title}: what it counts",
        (1, 4),
    )
    shown = definitions.examples(measure)
    if len(shown):
        yield Paragraph("Worked examples. They are also the tests this figure must pass.", "note")
        yield Table(
            tuple(shown.columns),
            tuple((str(child), str(becomes)) for child, becomes in shown.itertuples(index=False)),
            f"{measure.title}: worked examples",
            (4, 1),
        )


def _bold(sentence: str) -> Text:
    parts = sentence.split("**")
    return tuple(Strong(part) if at % 2 else part for at, part in enumerate(parts) if part)


def _bare(said: str) -> str:
    """Give words without the marks that set code apart on a page."""
    return said.replace("`", "")
