"""Who meets what before a page is drawn: the picker of invented people, the closed door, each role's menu."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from cswanalytics import release
from cswanalytics.access import Actor
from cswanalytics.app import in_use, menu, shell, viewing_as
from cswanalytics.app.menu import Found
from cswanalytics.app.visit import Visitor
from cswanalytics.errors import NoRelease
from cswanalytics.settings import CONFIG_VARIABLE, RELEASES_VARIABLE
from cswanalytics.vocabulary import ALL_ROLES, Role

SCRIPT = str(Path(shell.__file__).with_name("script.py"))
VSH = Role.VIRTUAL_SCHOOL_HEAD


@pytest.fixture(scope="module", autouse=True)
def _forgotten_afterwards() -> Iterator[None]:
    """Let go of what a server keeps for as long as it runs."""
    yield
    in_use.forget()
    gc.unfreeze()


@pytest.fixture(scope="module")
def real(made, tmp_path_factory) -> Path:
    """Give the releases of an authority of its own: figures of which nobody says that they are invented."""
    opened = release.open_current(made.releases)
    tables = {name: pd.read_parquet(opened.table(name)) for name in release.TABLES}
    releases = tmp_path_factory.mktemp("real")
    release.write(releases, replace(opened.manifest, invented=False), tables)
    return releases


def open_dashboard(
    monkeypatch: pytest.MonkeyPatch, releases: Path, config: Path | None = None, **query: str
) -> AppTest:
    monkeypatch.setenv(RELEASES_VARIABLE, str(releases))
    monkeypatch.delenv(CONFIG_VARIABLE, raising=False)
    if config:
        monkeypatch.setenv(CONFIG_VARIABLE, str(config))
    at = AppTest.from_file(SCRIPT, default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    return at.run()


def words_of(at: AppTest) -> str:
    return " ".join(
        element.value for kind in (at.title, at.markdown, at.text, at.caption) for element in kind
    )


def test_an_authoritys_own_figures_are_shown_to_nobody_without_a_sign_in(monkeypatch, real) -> None:
    at = open_dashboard(monkeypatch, real, viewing_as="Virtual School Head")

    assert [title.value for title in at.title] == ["Not open yet"]
    assert not at.selectbox
    assert not at.get("plotly_chart")
    assert not at.table
    assert "Sampleshire" not in words_of(at)
    for told in ("access.toml", "secrets", "docs/sign-in.md"):
        assert told in words_of(at)


def test_a_table_alone_opens_nothing(monkeypatch, real, tmp_path) -> None:
    (tmp_path / "access.toml").write_text(
        '[[people]]\nclaim = "x"\nvalue = "y"\nrole = "vsh"\n', encoding="utf-8"
    )

    at = open_dashboard(monkeypatch, real, tmp_path)

    assert [title.value for title in at.title] == ["Not open yet"]
    assert "sign-in secrets" in words_of(at)


def test_settings_with_a_fault_close_the_dashboard_and_tell_visitors_nothing_of_it(
    monkeypatch, made, tmp_path
) -> None:
    at = open_dashboard(monkeypatch, made.releases, tmp_path / "nowhere")

    assert [title.value for title in at.title] == ["Closed"]
    assert "nowhere" not in words_of(at)


def test_invented_figures_are_shown_to_invented_people_under_a_banner(monkeypatch, made) -> None:
    at = open_dashboard(monkeypatch, made.releases)

    assert at.sidebar.selectbox(key=viewing_as.KEY).options == list(viewing_as.people())
    assert "Invented data" in at.markdown[0].value
    assert at.title[0].value == menu.landing(menu.discover(menu.PAGES), VSH).title


@pytest.mark.parametrize("name", list(viewing_as.people()))
def test_a_link_holds_as_whom_one_looks(monkeypatch, made, name: str) -> None:
    at = open_dashboard(monkeypatch, made.releases, viewing_as=name)

    assert not at.exception
    assert at.sidebar.selectbox(key=viewing_as.KEY).value == name
    role = viewing_as.people()[name].actor.role
    assert at.title[0].value == menu.landing(menu.discover(menu.PAGES), role).title


def test_a_name_that_is_not_of_the_picker_is_nobodys(monkeypatch, made) -> None:
    at = open_dashboard(monkeypatch, made.releases, viewing_as="Director of everything")

    assert not at.exception
    assert at.sidebar.selectbox(key=viewing_as.KEY).value == next(iter(viewing_as.people()))


def test_the_picker_has_each_role_and_a_trust_leader() -> None:
    actors = [visitor.actor for visitor in viewing_as.people().values()]

    assert {actor.role for actor in actors} == set(Role)
    assert any(len(actor.schools) > 1 for actor in actors)
    assert all(visitor.invented for visitor in viewing_as.people().values())


def page(section: str, address: str, order: int = 10, roles: tuple[Role, ...] = ALL_ROLES) -> Found:
    return Found(section, address, f"{address}?", address, order, roles, lambda gateway: None)


EVERY_PAGE = (
    page("gaps", "overview"),
    page("gaps", "attendance", 30),
    page("monitoring", "tier_one", roles=(VSH, Role.DATA_TEAM)),
    page("school", "my_school", roles=(VSH, Role.HEADTEACHER, Role.DESIGNATED_TEACHER)),
    page("about", "definitions", 20),
    page("about", "data_quality", 10),
)


@pytest.mark.parametrize(
    ("role", "begins_at", "sections"),
    [
        (VSH, "tier_one", ["For the Virtual School", "The gaps", "A school", "About the figures"]),
        (Role.HEADTEACHER, "my_school", ["Your school", "The gaps", "About the figures"]),
        (Role.DESIGNATED_TEACHER, "my_school", ["Your school", "The gaps", "About the figures"]),
        (Role.DATA_TEAM, "data_quality", ["About the figures", "The gaps", "For the Virtual School"]),
    ],
)
def test_each_role_has_its_own_menu_and_begins_at_the_page_it_most_wants(role, begins_at, sections) -> None:
    pages = menu.pages_for(EVERY_PAGE, role)

    assert menu.landing(EVERY_PAGE, role).address == begins_at
    labels = [menu.section_label(entry.section, role, 1) for entry in pages]
    assert list(dict.fromkeys(labels)) == sections


def test_a_trust_leader_reads_that_the_schools_are_theirs() -> None:
    assert menu.section_label("school", Role.HEADTEACHER, 3) == "Your schools"


@pytest.mark.parametrize("role", list(Role))
def test_without_the_page_a_role_most_wants_it_begins_at_the_overview(role: Role) -> None:
    assert menu.landing(EVERY_PAGE[:2], role).address == "overview"


@pytest.mark.parametrize("role", list(Role))
def test_every_page_is_in_the_menu_of_every_role_it_is_for(role: Role) -> None:
    pages = menu.discover(menu.PAGES)

    assert set(menu.pages_for(pages, role)) == {entry for entry in pages if role in entry.roles}


def entries(monkeypatch: pytest.MonkeyPatch, role: Role, asked_for: str) -> dict[str, dict[str, object]]:
    """Give the pages of a visitor who came to an address: by address, all that Streamlit is told of each."""

    def entry(draws: object, url_path: str, **options: object) -> dict[str, object]:
        drawn_by = draws.func if isinstance(draws, partial) else draws
        return {"address": "" if options.get("default") else url_path, "draws": drawn_by, **options}

    monkeypatch.setattr(menu, "discover", lambda pages: EVERY_PAGE)
    monkeypatch.setattr(shell, "_asked_for", lambda: asked_for)
    monkeypatch.setattr(shell.st, "Page", entry)
    met = Visitor("somebody", Actor(role), viewing_as.people()["Data team"].table)
    found = shell._sections(menu.PAGES, met, NoRelease("none"))
    return {str(one.pop("address")): one for pages in found.values() for one in pages}


def test_a_page_of_another_role_is_answered_as_one_that_is_not_there(monkeypatch) -> None:
    forbidden = entries(monkeypatch, Role.HEADTEACHER, "tier_one")
    missing = entries(monkeypatch, Role.HEADTEACHER, "no_such")

    assert forbidden.pop("tier_one") == missing.pop("no_such")
    assert forbidden == missing


def test_whoever_comes_to_the_first_page_by_its_own_address_finds_it(monkeypatch) -> None:
    by_address = entries(monkeypatch, Role.HEADTEACHER, "my_school")
    by_root = entries(monkeypatch, Role.HEADTEACHER, "")

    assert by_address["my_school"]["draws"] is by_address[""]["draws"] is by_root[""]["draws"]
    assert by_address[""]["visibility"] == "hidden"
    assert "visibility" not in by_root[""]
