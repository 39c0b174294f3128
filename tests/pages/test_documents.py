"""Pages that make documents: what is typed is looked through, and what is shown is what is made."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from cswanalytics.settings import Aim
from cswanalytics.show.reports.document import Paragraph, plain
from cswanalytics.vocabulary import Role
from tests.pages.invented_gateway import InventedGateway
from tests.pages.test_every_page import open_page
from tests.reports.conftest import Kinds

OWN = InventedGateway(role=Role.DESIGNATED_TEACHER, own=("900016",))


def said(at: AppTest) -> str:
    return " ".join(text.value.replace("\\", "") for text in at.markdown)


@pytest.fixture(scope="module")
def report() -> AppTest:
    return open_page("governor_update", OWN)


def test_the_governors_page_shows_the_report_as_its_file_has_it(report: AppTest) -> None:
    document = Kinds(OWN).governor("900016", term="Autumn term 2026")

    for block in document.blocks:
        if isinstance(block, Paragraph) and block.style == "answer":
            assert plain(block.text) in said(report)


def test_a_name_typed_into_the_form_is_not_let_through_and_is_said() -> None:
    at = open_page("governor_update", OWN)
    at.text_area(key="answer_peps").set_value("A mentor meets Chidera weekly.")
    at.button[-1].click().run()

    assert not at.exception
    assert "Not made yet" in said(at)
    assert "“A mentor meets Chidera weekly.” may name a child" in said(at)
    assert not at.get("download_button")


def test_a_plain_form_gives_a_file_to_save_and_says_it_is_kept_nowhere() -> None:
    at = open_page("governor_update", OWN)
    at.text_area(key="answer_peps").set_value("All were held on time.")
    at.button[-1].click().run()

    assert not at.exception
    assert "kept nowhere else" in said(at)
    assert "All were held on time." in said(at)
    [button] = at.get("download_button")
    assert button.proto.label == "Save the file"


def test_a_nil_return_takes_one_tick() -> None:
    at = open_page("governor_update", OWN)
    at.checkbox(key="nil").check().run()

    assert "Nil return. No child with a social worker was on our roll in this period." in said(at)
    assert len(at.text_area) < 10


def test_the_letters_page_says_how_many_have_figures_of_their_own() -> None:
    at = open_page("feedback", InventedGateway())

    kinds = Kinds(InventedGateway())
    own = sum(school.has_figures for school in kinds.schools)
    assert f"30 schools: {own} with figures of their own, {30 - own} with" in said(at)
    assert [button.label for button in at.button if button.label.startswith("Make")] == [
        "Make 30 letters as PDF"
    ]


def test_single_schools_can_be_picked() -> None:
    at = open_page("feedback", InventedGateway())
    at.multiselect(key="only").set_value(["900012", "900016"]).run()

    assert [button.label for button in at.button if button.label.startswith("Make")] == [
        "Make 2 letters as PDF"
    ]


def test_a_note_that_names_a_child_stops_the_letters_and_is_said() -> None:
    at = open_page("feedback", InventedGateway())
    at.text_area(key="note").set_value("Kayleigh did well.").run()

    assert "The note cannot go out yet" in said(at)
    assert not [button for button in at.button if button.label.startswith("Make")]


class WithFewCounted(InventedGateway):
    """An authority that counts three children in what it does for its aims."""

    def aims(self) -> tuple[Aim, ...]:
        return tuple(replace(aim, doing="3 children have a mentor.") for aim in super().aims())


@pytest.mark.parametrize(("page", "label"), [("tier_one", "Strategic summary"), ("aims", "Aims")])
def test_a_document_of_the_authority_that_counts_few_children_is_not_handed_over(
    page: str, label: str
) -> None:
    plain, refused = open_page(page, InventedGateway()), open_page(page, WithFewCounted())

    for at, offered in ((plain, 2), (refused, 0)):
        assert not at.exception
        labels = [button.proto.label for button in at.get("download_button")]
        assert len([given for given in labels if given.startswith(f"{label} (")]) == offered
    assert "“3 children have a mentor.” may count fewer than 6 children" in said(refused)
