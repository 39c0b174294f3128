"""Every page on an authority so small that nothing may be shown of it: it stands, and says why."""

from datetime import datetime

import pytest
from streamlit.testing.v1 import AppTest

from cswanalytics import catalogue
from cswanalytics.access import OWN_SCHOOLS, Actor
from cswanalytics.access_table import AccessTable
from cswanalytics.answers import Question
from cswanalytics.app import menu
from cswanalytics.app.visit import Visitor
from cswanalytics.build.pipeline import build
from cswanalytics.build.sample import make_sample
from cswanalytics.gateway import ReleaseGateway, open_gateway
from cswanalytics.inference import gaps
from cswanalytics.settings import Settings
from cswanalytics.show import words
from cswanalytics.vocabulary import Role
from tests.pages.test_every_role import draw

PAGES = menu.discover(menu.PAGES)
EACH = [(page.address, page.roles[0]) for page in PAGES]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> ReleaseGateway:
    """Give the release of three schools and sixty pupils."""
    folder = tmp_path_factory.mktemp("tiny")
    make_sample(folder / "exports", pupils=60, schools=3, years=3, seed=3)
    now = datetime.fromisoformat("2026-11-03T10:00:00+00:00")
    build(folder / "exports", folder / "releases", Settings(), catalogue.load(), now=now)
    return open_gateway(folder / "releases", Actor(Role.DATA_TEAM))


def test_no_gap_is_shown_of_it_where_under_ten_children_are_published(tiny: ReleaseGateway) -> None:
    found = [gaps(tiny.answer(Question(m.id))).rows for m in tiny.measures(tier=1) if m.has_peers]
    shown = [rows[rows["gap"].notna()] for rows in found]
    assert any(rows.empty for rows in shown)
    assert all((rows[["cwsw_pupils", "peers_pupils"]] >= 10).all(axis=None) for rows in shown)


@pytest.mark.parametrize(("address", "role"), EACH, ids=[address for address, _ in EACH])
def test_a_page_stands_on_it_and_says_why_there_is_nothing(tiny: ReleaseGateway, address, role) -> None:
    own = tiny.schools()["school_urn"].iloc[0]
    actor = Actor(role, frozenset({own}) if role in OWN_SCHOOLS else frozenset())
    gateway = tiny.seen_by(actor)

    at = AppTest.from_function(
        draw, args=(address, gateway, Visitor("somebody", actor, AccessTable())), default_timeout=60
    ).run()

    assert not at.exception
    assert at.caption[-1].value == words.footer(gateway.facts)
    answer = at.markdown[1].value
    assert answer.endswith(".")
    said = [text.value for kind in (at.markdown, at.caption, at.header) for text in kind]
    said += [str(cell) for table in at.table for cell in table.value.to_numpy().ravel()]
    assert "nan" not in " ".join(said).lower().split()
