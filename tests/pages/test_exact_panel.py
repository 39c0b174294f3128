"""The exact view on screen: for a school's own head or designated teacher, folded up, each opening logged."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cswanalytics import access_table, catalogue, exact
from cswanalytics.access import Actor
from cswanalytics.app import exact_panel
from cswanalytics.app.visit import Visit, Visitor
from cswanalytics.build.exact_view import write_exact_view
from cswanalytics.gateway import open_gateway
from cswanalytics.settings import EXACT_VARIABLE, RELEASES_VARIABLE, Settings
from cswanalytics.vocabulary import Role

OWN, OTHER = "900011", "900012"
TABLE = f"""
[log]
file = "LOG"
[[people]]
email = "head@example.org"
role = "head"
schools = ["{OWN}"]
[[exact_view]]
school = "{OWN}"
agreement = "Data sharing agreement 7 of 2026"
[[exact_view]]
school = "{OTHER}"
agreement = "Data sharing agreement 8 of 2026"
"""


@pytest.fixture(scope="module")
def written(made, tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("panel") / "exact"
    write_exact_view(made.exports, root, [OWN, OTHER], made.releases, Settings(), catalogue.load())
    return root


@pytest.fixture
def visitor(written, tmp_path, monkeypatch) -> Visitor:
    monkeypatch.setenv(EXACT_VARIABLE, str(written))
    monkeypatch.setenv(RELEASES_VARIABLE, str(tmp_path / "releases"))
    (tmp_path / "access.toml").write_text(TABLE.replace("LOG", str(tmp_path / "log.jsonl")), encoding="utf-8")
    table = access_table.load(tmp_path)
    return Visitor("head@example.org", table.entries[0].actor, table)


def draw(now, urn):  # AppTest runs its text alone: it may name nothing from this file
    import streamlit as st

    from cswanalytics.app import visit, widgets

    with visit.under_way(now):
        st.text("there is one" if widgets.exact_panel(urn) else "there is none")


def open_panel(visitor: Visitor, urn: str = OWN, invented: bool = True, opened: bool = True) -> AppTest:
    now = Visit(visitor, "school/my_school", "2026-11-03T1000", invented)
    at = AppTest.from_function(draw, args=(now, urn), default_timeout=30)
    if opened:
        at.session_state[f"exact_{urn}"] = True
    return at.run()


def lines(visitor: Visitor) -> list[dict[str, str]]:
    file = visitor.table.log
    return (
        [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
    )


def test_folded_up_it_shows_nothing_and_reads_nothing(visitor, monkeypatch) -> None:
    monkeypatch.setattr(exact, "read", lambda *given: pytest.fail("the file was read"))

    at = open_panel(visitor, opened=False)

    assert not at.exception
    assert at.expander[0].label == exact_panel.LABEL
    assert not at.table
    assert lines(visitor) == []


def test_opened_it_shows_the_schools_counts_as_so_many_of_so_many(visitor, written) -> None:
    at = open_panel(visitor)

    assert not at.exception
    shown = at.table[0].value.set_index(exact_panel.OF_THESE)
    for row in exact.read(written, OWN, invented=True).rows:
        assert shown.loc[exact_panel.SAYS[row.measure], row.period] == f"{row.count} of {row.children}"
    assert "whose social worker has left" in at.markdown[0].value
    assert not at.get("download_button")
    assert dict(at.query_params) == {}


def test_each_opening_is_written_down_once_with_who_and_which_school_and_never_a_figure(visitor) -> None:
    at = open_panel(visitor)
    at.run()
    at.run()

    [line] = lines(visitor)
    assert line.pop("at")
    assert line == {
        "event": "exact view opened",
        "person": "head@example.org",
        "role": "head",
        "page": "school/my_school",
        "release": "2026-11-03T1000",
        "school": OWN,
        "agreement": "Data sharing agreement 7 of 2026",
    }
    at.session_state[f"exact_{OWN}"] = False
    at.run()
    at.session_state[f"exact_{OWN}"] = True
    at.run()
    assert len(lines(visitor)) == 2


@pytest.mark.parametrize(
    ("actor", "urn"),
    [
        (Actor(Role.HEADTEACHER, frozenset({OWN})), OTHER),
        (Actor(Role.DESIGNATED_TEACHER, frozenset({"900001"})), OWN),
        (Actor(Role.HEADTEACHER), OWN),
        (Actor(Role.VIRTUAL_SCHOOL_HEAD), OWN),
        (Actor(Role.VIRTUAL_SCHOOL_HEAD, frozenset({OWN})), OWN),
        (Actor(Role.DATA_TEAM, frozenset({OWN})), OWN),
        (Actor(Role.HEADTEACHER, frozenset({"900001"})), "900001"),
    ],
)
def test_nobody_else_has_the_panel(visitor, actor: Actor, urn: str) -> None:
    at = open_panel(replace(visitor, actor=actor), urn)

    assert [text.value for text in at.text] == ["there is none"]
    assert not at.expander
    assert lines(visitor) == []


def test_a_designated_teacher_has_it_like_a_head(visitor) -> None:
    at = open_panel(replace(visitor, actor=Actor(Role.DESIGNATED_TEACHER, frozenset({OWN}))))

    assert at.table


def test_it_is_off_by_default(visitor) -> None:
    at = open_panel(replace(visitor, table=replace(visitor.table, exact_view={})))

    assert [text.value for text in at.text] == ["there is none"]


def test_what_cannot_be_written_down_is_not_shown(visitor, tmp_path) -> None:
    at = open_panel(replace(visitor, table=replace(visitor.table, log=tmp_path)))

    assert not at.exception
    assert not at.table
    assert "cannot be written" in at.markdown[0].value


def test_invented_counts_are_not_shown_beside_an_authoritys_own_release(visitor) -> None:
    at = open_panel(visitor, invented=False)

    assert not at.table
    assert "unlike the release" in at.markdown[0].value


def test_a_school_whose_view_is_not_written_yet_is_told_what_to_do(visitor, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv(EXACT_VARIABLE, str(tmp_path / "nothing"))

    at = open_panel(visitor)

    assert "cswanalytics exact" in at.markdown[0].value


def test_a_page_drawn_for_nobody_in_particular_has_no_panel() -> None:
    assert exact_panel.draw(OWN) is False


def draw_page(gateway, visitor):
    from cswanalytics.app import menu, shell

    page = next(page for page in menu.discover(menu.PAGES) if page.address == "my_school")
    shell.draw(page, gateway, visitor)


def test_the_page_of_a_school_has_the_panel_for_its_head_and_for_nobody_else(visitor, made) -> None:
    whole = open_gateway(made.releases, visitor.actor)
    strategist = replace(visitor, actor=Actor(Role.VIRTUAL_SCHOOL_HEAD))

    def labels(who: Visitor) -> list[str]:
        given = (whole.seen_by(who.actor), who)
        at = AppTest.from_function(draw_page, args=given, default_timeout=60).run()
        assert not at.exception
        return [expander.label for expander in at.expander]

    assert exact_panel.LABEL in labels(visitor)
    assert exact_panel.LABEL not in labels(strategist)


def test_a_head_whose_school_is_in_no_figure_is_told_so(visitor, made) -> None:
    actor = Actor(Role.HEADTEACHER, frozenset({"999999"}))
    at = AppTest.from_function(
        draw_page,
        args=(open_gateway(made.releases, actor), replace(visitor, actor=actor)),
        default_timeout=60,
    ).run()

    assert not at.exception
    assert "Your school is not in these figures." in [text.value for text in at.markdown]
