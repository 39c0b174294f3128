"""Every page as a headteacher, a designated teacher and the data team see it, in the light and in the dark.

A page whose words are those that another role was shown in the same theme is judged once by axe: it looks at
nothing that differs.
"""

from collections.abc import Callable

import pytest

from cswanalytics.app import menu
from cswanalytics.vocabulary import Role
from tests.browser import judging
from tests.browser.conftest import DESK, PHONE, Theme, Visit

pytestmark = pytest.mark.browser

ALL = menu.discover(menu.PAGES)
NAMES = {
    Role.HEADTEACHER: "Headteacher",
    Role.DESIGNATED_TEACHER: "Designated teacher",
    Role.DATA_TEAM: "Data team",
}
EACH = [
    (theme, role, page) for theme in ("light", "dark") for role in NAMES for page in menu.pages_for(ALL, role)
]


@pytest.fixture(scope="module")
def tab_of(window, address):
    """Give one tab for each theme and role, opened when it is asked for."""
    opened: dict[tuple[Theme, Role], Visit] = {}

    def give(theme: Theme, role: Role) -> Visit:
        if (theme, role) not in opened:
            path = f"/?viewing_as={NAMES[role].replace(' ', '+')}"
            opened[theme, role] = Visit(window, address, path, theme)
        return opened[theme, role]

    yield give
    for seen in opened.values():
        seen.close()


@pytest.fixture(scope="module")
def judged() -> set[tuple[Theme, str]]:
    """Give the words of the pages that axe has looked at, by theme."""
    return set()


@pytest.mark.parametrize(
    ("theme", "role", "page"), EACH, ids=[f"{theme}-{role}-{page.address}" for theme, role, page in EACH]
)
def test_a_page_stands_and_fits_for_each_role(
    tab_of: Callable[..., Visit], judged: set, theme: Theme, role: Role, page: menu.Found
) -> None:
    seen = tab_of(theme, role)
    seen.turn_to(page)
    menu_words = seen.page.locator("[data-testid=stSidebarNavLink]").all_inner_texts()
    assert menu_words == [entry.menu for entry in menu.pages_for(ALL, role)]
    for width in (DESK, PHONE):
        seen.resize(width)
        judging.stands_and_fits(seen, page)
        judging.texts_of_charts_stand_free(seen.page)

    words = seen.page.locator("[data-testid=stMain]").inner_text()
    if (theme, words) not in judged:
        judging.readable_by_anyone(seen.page)
        judged.add((theme, words))
