"""The strategic summary, and the department's return beside it."""

import zipfile

import pytest

from cswanalytics.show import department_return, tier_one
from cswanalytics.show.reports.discretion import findings
from cswanalytics.show.reports.document import Heading, Table, plain, texts
from tests.reports.conftest import Kinds


@pytest.fixture(scope="module")
def summary(released: Kinds):
    return released.strategic()


def said(document) -> str:
    return "\n".join(plain(text) for block in document.blocks for text in texts(block))


def test_it_says_what_the_boards_page_says(released: Kinds, summary) -> None:
    shown = {name: entry for name, entry in released.outcomes.items() if not entry[0].measure.of_all_pupils}

    assert tier_one.answer(shown) in said(summary)
    for line in tier_one.lines(shown, {}):
        assert line.replace("**", "").partition(" *Aim")[0] in said(summary)


def test_it_has_every_part(summary) -> None:
    found = [block.words for block in summary.blocks if isinstance(block, Heading)]

    for part in (
        "What to tell the board",
        "Is each gap closing fast enough?",
        "What moved, and why",
        "Our offer, and whom it reached",
        "Children on no school's roll",
        "Can these figures be relied on?",
        "What the words mean",
    ):
        assert part in found


def test_its_table_has_every_outcome(released: Kinds, summary) -> None:
    grid = next(block for block in summary.blocks if isinstance(block, Table) and block.heads[0] == "Outcome")

    assert len(grid.rows) == sum(not gaps.measure.of_all_pupils for gaps, _ in released.outcomes.values())


def test_no_count_of_one_to_five_children_is_in_it(summary) -> None:
    assert findings(summary) == ()


def test_the_return_has_activity_hours_attendees_and_spend_and_is_the_same_each_time(
    released: Kinds, tmp_path
) -> None:
    one, other = tmp_path / "one.xlsx", tmp_path / "other.xlsx"
    rows = department_return.write_return(released.gateway, one)
    department_return.write_return(released.gateway, other)

    assert rows > 0
    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as parts:
        strings = parts.read("xl/sharedStrings.xml").decode()
        formulas = [name for name in parts.namelist() if b"<f>" in parts.read(name)]
    for head in (*department_return.ACTIVITY_HEADS, *department_return.SPEND_HEADS):
        assert head in strings
    assert formulas == []


def test_of_support_for_single_children_only_what_is_many_is_in_the_return(released: Kinds) -> None:
    for one in department_return.activities(released.gateway):
        if one.tier == 3:
            assert one.kind == department_return.EVERY_KIND
            assert isinstance(one.activities, str) or one.activities >= 10
