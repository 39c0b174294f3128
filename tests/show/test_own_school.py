"""A headteacher reads the authority's aims with where their own school stands, three years together."""

from cswanalytics.answers import Question
from cswanalytics.inference import gaps, pooled
from cswanalytics.show import own_school, words
from cswanalytics.vocabulary import Level, Role
from tests.pages.invented_gateway import InventedGateway

ASKED = Question("persistent_absence", level=Level.SCHOOL)
OWN = "900014"


def said(state: str = "usual") -> str:
    head = InventedGateway(state, role=Role.HEADTEACHER, own=(OWN,))
    return own_school.sentence(gaps(pooled(head.answer(ASKED))), OWN, "Cedar High School").replace(
        words.NB, " "
    )


def test_a_school_has_its_gap_of_three_years_with_the_range_of_chance_and_no_verdict() -> None:
    assert said().startswith("Cedar High School, 2022/23 to 2024/25 together: ")
    assert "points behind (" in said()
    assert said().endswith(own_school.NO_VERDICT)


def test_of_a_school_with_too_few_children_nothing_is_said() -> None:
    assert said("too few") == (
        "Cedar High School, three years together: fewer than 10 children: not shown, so that no child can "
        "be picked out."
    )
