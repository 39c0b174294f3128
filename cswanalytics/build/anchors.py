"""Figures of all pupils that the authority has already made public exactly, as rounding must know them."""

from collections.abc import Iterable, Iterator

from cswanalytics.build.counts import HEADS, SCHOOL_BREAKDOWN, Layout
from cswanalytics.build.rounding import PublicNumber
from cswanalytics.catalogue import Catalogue
from cswanalytics.settings import PublicFigure
from cswanalytics.vocabulary import ACADEMIC_YEAR


def public_numbers(
    figures: Iterable[PublicFigure], layout: Layout, catalogue: Catalogue
) -> tuple[PublicNumber, ...]:
    """Give public figures by the column of counts they are of; of measures not exported there are none."""
    counted = {measure.id for measure in layout.measures}
    return tuple(
        number
        for figure in figures
        if figure.measure in counted
        for number in _numbers(figure, layout, catalogue)
    )


def _numbers(figure: PublicFigure, layout: Layout, catalogue: Catalogue) -> Iterator[PublicNumber]:
    measure = catalogue.measure(figure.measure)
    at_school = bool(figure.school_urn)
    breakdown = SCHOOL_BREAKDOWN if at_school else figure.breakdown
    item = figure.school_urn if at_school else figure.breakdown_item
    point = f"{figure.year} {ACADEMIC_YEAR}"
    if figure.pupils is not None:
        column = HEADS if measure.of_all_pupils else layout.in_population(measure.population)
        yield PublicNumber(point, column, breakdown, item, figure.pupils)
    if figure.count is not None and measure.is_counted and not measure.of_all_pupils:
        column = layout.ladder_of(measure).column(measure.step)
        yield PublicNumber(point, column, breakdown, item, figure.count)
