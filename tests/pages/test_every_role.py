"""Every page for each of its roles, on a real release: it stands, and names no school that is not theirs."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from cswanalytics.access import OWN_SCHOOLS, Actor
from cswanalytics.access_table import AccessTable
from cswanalytics.app import menu
from cswanalytics.app.visit import Visitor
from cswanalytics.gateway import ReleaseGateway, open_gateway
from cswanalytics.vocabulary import Role

PAGES = menu.discover(menu.PAGES)
EACH = [(page.address, role) for page in PAGES for role in page.roles]


@pytest.fixture(scope="module")
def everything(made) -> ReleaseGateway:
    return open_gateway(made.releases, Actor(Role.DATA_TEAM))


def draw(address, gateway, visitor):  # AppTest runs its text alone: it may name nothing from this file
    from cswanalytics.app import menu, shell

    page = next(page for page in menu.discover(menu.PAGES) if page.address == address)
    shell.draw(page, gateway, visitor)


def texts(at: AppTest) -> Iterator[str]:
    for kind in (at.title, at.header, at.subheader, at.markdown, at.caption, at.text):
        yield from (element.value for element in kind)
    for table in at.table:
        yield from (str(cell) for cell in table.value.to_numpy().ravel())
    for box in at.selectbox:
        yield from box.options
    for chart in at.get("plotly_chart"):
        yield chart.proto.alt
        yield chart.proto.spec


@pytest.mark.parametrize(("address", "role"), EACH, ids=[f"{address}-{role}" for address, role in EACH])
def test_a_page_stands_for_each_of_its_roles_and_names_no_school_that_is_not_theirs(
    everything, address, role
) -> None:
    names = everything.schools().set_index("school_urn")["school_name"]
    own, *others = names.index[::-1]
    actor = Actor(role, frozenset({own}) if role in OWN_SCHOOLS else frozenset())
    visitor = Visitor("somebody", actor, AccessTable())
    at = AppTest.from_function(draw, args=(address, everything.seen_by(actor), visitor), default_timeout=60)
    # somebody else's school, in the URL
    at.query_params["school"] = names[others[0]]

    at.run()

    assert not at.exception
    if role in OWN_SCHOOLS:
        said = " ".join(texts(at))
        assert [names[urn] for urn in others if names[urn] in said] == []
        assert [urn for urn in others if urn in said] == []
