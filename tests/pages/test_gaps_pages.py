"""What the pages of aims, attainment and exclusions say to one reader or in one state, and to no other."""

from cswanalytics.settings import Aim
from cswanalytics.show import aims_words, own_school, suspensions
from cswanalytics.vocabulary import Role
from tests.pages.invented_gateway import InventedGateway
from tests.pages.test_every_page import open_page, order_of


class WithoutAims(InventedGateway):
    def aims(self) -> tuple[Aim, ...]:
        return ()


class WithoutRepeats(InventedGateway):
    """A release of before the steps of the ladder were counted."""

    def measures(self, theme: str = "", tier: int = 0):
        return tuple(
            one for one in super().measures(theme, tier) if one.ladder != "suspensions" or one.step == 1
        )


def said(at) -> str:
    return " ".join(text.value for text in [*at.markdown, *at.caption, *at.header])


def test_an_authority_without_aims_is_shown_one_to_copy() -> None:
    at = open_page("aims", WithoutAims())

    assert not at.exception
    assert at.markdown[1].value == aims_words.NO_AIMS_SET
    assert at.code[0].value == aims_words.EXAMPLE.rstrip()
    assert not at.get("plotly_chart")


def test_a_headteacher_reads_where_their_own_school_stands_and_the_authority_reads_of_none() -> None:
    head = open_page("aims", InventedGateway(role=Role.HEADTEACHER, own=("900014",)))
    authority = open_page("aims", InventedGateway())

    assert said(head).count(own_school.NO_VERDICT) == 1, "one of the two aims is of a measure of schools"
    assert own_school.NO_VERDICT not in said(authority)


def test_aims_of_one_status_can_be_chosen_and_the_table_keeps_them_all() -> None:
    at = open_page("aims", InventedGateway())
    at.selectbox(key="show").select("Off course").run()

    assert [text.value for text in at.header][:1] == ["Persistent absence"]
    assert "Attainment 8" not in [text.value for text in at.header]
    assert len(at.table[0].value) == 2

    at.selectbox(key="show").select("Too close to call").run()
    assert "No aim is too close to call." in said(at)


def test_a_measure_follows_its_stage() -> None:
    at = open_page("attainment", InventedGateway())
    assert at.selectbox(key="measure").options == ["Good development"]

    at.selectbox(key="stage").select("Key stage 4").run()

    assert "Progress 8" in at.selectbox(key="measure").options
    assert "English and maths, grade 5+, 2016/17 to 2024/25 (provisional)" in [one.value for one in at.header]
    assert not at.exception
    assert any(text.value.startswith("2024/25: no progress measure") for text in at.markdown)


def test_a_breakdown_of_a_group_says_how_to_get_back() -> None:
    at = open_page("attainment", InventedGateway())
    at.selectbox(key="who").select("Looked after").run()
    at.selectbox(key="by").select("Sex").run()

    assert "One at a time" in said(at)
    next(button for button in at.button if button.label == "All groups").click().run()
    assert at.selectbox(key="who").value == "cwsw"
    assert "One at a time" not in said(at)


def test_a_release_without_the_steps_of_the_ladder_has_no_ladder_and_stands() -> None:
    usual, without = (open_page("exclusions", gateway) for gateway in (InventedGateway(), WithoutRepeats()))

    assert not without.exception
    assert "How often the same child is suspended" in said(usual)
    assert "How often the same child is suspended" not in said(without)
    assert "more than once" not in without.markdown[1].value


def test_events_and_children_are_said_to_be_unlike_on_every_visit() -> None:
    for state in ("usual", "too few", "not exported"):
        assert suspensions.NOT_ALIKE in said(open_page("exclusions", InventedGateway(state)))


def test_exclusions_of_one_phase_say_that_permanent_ones_are_of_all() -> None:
    at = open_page("exclusions", InventedGateway())
    at.selectbox(key="phase").select("Secondary").run()

    assert "All phases: a permanent exclusion has none." in said(at)
    assert at.markdown[1].value.startswith("Among children in secondary schools, in 2024/25, ")
    assert "special educational needs" not in said(at), "needs are not worked out by phase"
    assert "plotly_chart" in order_of(at)
