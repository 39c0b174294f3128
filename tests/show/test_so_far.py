"""The year so far: the newest half-term that enough schools have reported, beside the same one last year."""

from dataclasses import replace

import pytest

from cswanalytics.answers import Question
from cswanalytics.inference import Gaps, gaps
from cswanalytics.show import so_far
from cswanalytics.vocabulary import TOTAL, to_half_term
from tests.pages.invented_gateway import THIS_YEAR, YEARS, InventedGateway

GATEWAY = InventedGateway()


def ask(point: str) -> Gaps:
    return gaps(GATEWAY.answer(Question("persistent_absence", time_identifier=point)))


def facts(reported: int, expected: int):
    """Give the facts of a release in which half-term 2 is all in and half-term 3 in part."""
    points = {to_half_term(2): (expected, expected), to_half_term(3): (reported, expected)}
    return replace(
        GATEWAY.facts, half_terms_reported={f"{THIS_YEAR} {point}": share for point, share in points.items()}
    )


@pytest.mark.parametrize(("reported", "half_term"), [(57, 3), (56, 2)])
def test_a_half_term_is_shown_once_95_per_cent_of_schools_have_reported_it(reported, half_term):
    found = so_far.newest(ask, facts(reported, 60), TOTAL)

    assert found is not None
    assert found.until == f"to half-term {half_term}"
    assert (found.this_year, found.last_year) == (THIS_YEAR, YEARS[-1])


def test_a_half_term_that_is_not_shown_says_how_many_schools_have_reported_it():
    [said] = so_far.missing(facts(41, 52))

    assert said.replace("\u00a0", " ") == (
        "41 of 52 schools reported half-term 3 of 2025/26; it is not shown until 95 % have."
    )
    assert list(so_far.missing(facts(52, 52))) == []


def test_the_year_so_far_has_no_verdict_and_says_that_it_is_provisional():
    found = so_far.newest(ask, facts(60, 60), TOTAL)

    assert found is not None
    assert found.sentence().startswith("To half-term 3 of 2025/26, ")
    assert found.sentence().endswith("Provisional, so no verdict.")


def test_before_half_term_2_there_is_nothing_to_show():
    assert so_far.newest(ask, replace(GATEWAY.facts, in_year=()), TOTAL) is None
