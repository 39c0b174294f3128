"""What a release withholds so that no child can be picked out, as readers are told of it."""

from collections.abc import Sequence

from cswanalytics.answers import Gateway
from cswanalytics.show import words
from cswanalytics.show.printed import when

BY_SCHOOL = "school"
"""What a reason calls the figures of single schools, which are no breakdown with items."""

MOST_NAMED = 3
"""How many figures of one reason are named; the rest are counted."""


def withheld(gateway: Gateway) -> list[str]:
    """Give one sentence for each reason and year: which figures, when, and why."""
    titles = {measure.id: measure.title for measure in gateway.measures()}
    alike: dict[tuple[str, str], list[str]] = {}
    # reasons stand by 'measure', or by 'measure time_period time_identifier' where one point is withheld
    for key, reason in gateway.facts.withheld.items():
        measure, _, point = key.partition(" ")
        alike.setdefault((point, reason), []).append(titles.get(measure, measure))
    return [
        f"{_named(figures)}{_at(point)}: {_plain(reason, gateway)}."
        for (point, reason), figures in alike.items()
    ]


def _named(figures: Sequence[str]) -> str:
    more = len(figures) - MOST_NAMED
    if more <= 1:
        return words.listed(list(figures))
    return words.listed([*figures[:MOST_NAMED], f"{more} more figures"])


def _at(point: str) -> str:
    if not point:
        return ""
    period, identifier = point.split(" ", 1)
    return f", {when({'time_period': period, 'time_identifier': identifier})}"


def _plain(reason: str, gateway: Gateway) -> str:
    """Give a reason with the titles of breakdowns in place of their names in the code."""
    why, only, names = reason.removeprefix("withheld: ").partition(" (only by ")
    if not only:
        return why
    by = (
        "School" if name == BY_SCHOOL else gateway.breakdown(name).title
        for name in names.removesuffix(")").split(", ")
    )
    return f"{why}. It is withheld only by: {'; '.join(by)}"
