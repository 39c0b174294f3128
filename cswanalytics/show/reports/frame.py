"""What every document has: its banner where figures are invented, its foot, and what its words mean."""

from cswanalytics.answers import ReleaseFacts
from cswanalytics.show import words
from cswanalytics.show.reports.document import Block, Bullets, Heading, Paragraph, Strong, Text

WINDOWS = {"six years": "in the last six years", "ever": "at any time"}


def banner(facts: ReleaseFacts) -> tuple[Block, ...]:
    """Say that figures are invented, where they are."""
    return (Paragraph("Invented data. No child here is real.", "banner"),) if facts.invented else ()


def foot(facts: ReleaseFacts, what: str) -> str:
    """Give the running foot: whose document, of what, and how old its figures are."""
    return (
        f"{facts.authority} · {what} · data to {words.day(facts.data_to)} · released "
        f"{words.day(facts.released_on)} · "
        f"counts rounded to {facts.base}"
    )


def definitions(facts: ReleaseFacts, of_schools: bool = True) -> tuple[Block, ...]:
    """Give what the words of a document mean, each in a sentence or two."""
    entries: list[Text] = [
        (
            Strong("Children with a social worker (CWSW)"),
            " are looked after, on a child protection plan or in need, or were so "
            f"{WINDOWS.get(facts.cohort_window, facts.cohort_window)}. Each child is in one group only.",
        ),
        (Strong("Their peers"), " are all other pupils of the same schools."),
        (
            Strong("Points behind"),
            " is the gap: how many more, or fewer, of every 100 children with a social worker than of "
            "their peers. "
            "In brackets stands how far chance alone moves it.",
        ),
        (
            Strong("Narrowed, widened, no clear change:"),
            " a gap is said to have moved only where the change is larger than chance, rounding and the "
            "usual drift "
            "from year to year explain.",
        ),
    ]
    if of_schools:
        entries += [
            (
                Strong("About 4 to 6 in 10"),
                " is a range: with so few children the true share may lie anywhere in it. Three years "
                "are put "
                "together, and where even that is too few nothing is shown.",
            ),
        ]
    entries += [
        (
            Strong("Rounding."),
            f" Every count is rounded to a multiple of {facts.base} so that no child can be picked out. "
            "Figures "
            "may therefore not add up to counts that you hold.",
        ),
    ]
    return (Bullets(tuple(entries)),)


def measures_meant(titles: dict[str, str]) -> tuple[Block, ...]:
    """Give what measures count: a line each, `titles` mapping a measure's title to what it counts."""
    return (
        Bullets(
            tuple(
                (Strong(f"{title}:"), f" {counts[:1].lower()}{counts[1:]}.")
                for title, counts in titles.items()
            )
        ),
    )


def appended(title: str, *blocks: Block, on_new_page: bool = True) -> tuple[Block, ...]:
    """Give a section that begins a page."""
    return (Heading(title, 2, on_new_page), *blocks)
