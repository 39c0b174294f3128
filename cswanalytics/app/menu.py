"""Finds the pages, and gives each role its own menu.

A folder of `pages/` is a section of the menu, a file in it is a page.
"""

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from cswanalytics.access import OWN_SCHOOLS
from cswanalytics.answers import Gateway
from cswanalytics.vocabulary import Role

PAGES = Path(__file__).parents[2] / "pages"
"""Beside `dashboard.py`."""

SECTIONS = {
    "gaps": "The gaps",
    "monitoring": "For the Virtual School",
    "school": "A school",
    "about": "About the figures",
}
"""The folders of pages, in the order in which they are found."""

FIRST_PAGE = ("gaps", "overview")
"""Where whoever has no page of their own to begin with begins."""


@dataclass(frozen=True)
class Menu:
    """What a role reads first: its sections in its own order, and the page it most wants."""

    sections: tuple[str, ...]
    landing: tuple[str, str]


MENUS = {
    Role.VIRTUAL_SCHOOL_HEAD: Menu(("monitoring", "gaps", "school", "about"), ("monitoring", "tier_one")),
    Role.HEADTEACHER: Menu(("school", "gaps", "about"), ("school", "my_school")),
    Role.DESIGNATED_TEACHER: Menu(("school", "gaps", "about"), ("school", "my_school")),
    Role.DATA_TEAM: Menu(("about", "gaps", "monitoring", "school"), ("about", "data_quality")),
}


@dataclass(frozen=True)
class Found:
    """A page: its question, its word in the menu, who may read it, and what draws it.

    `address` is its place in the URL; `theme` names the measures it shows, where it is the page of a theme.
    """

    section: str
    address: str
    title: str
    menu: str
    order: int
    roles: tuple[Role, ...]
    render: Callable[[Gateway], None]
    theme: str = ""


@cache
def discover(pages: Path) -> tuple[Found, ...]:
    """Give every page, in the order of the menu. AttributeError where a page lacks a part."""
    found = []
    for folder in SECTIONS:
        files = sorted((pages / folder).glob("*.py"))
        found += [_page(folder, file) for file in files if not file.name.startswith("_")]
    return tuple(sorted(found, key=lambda page: (list(SECTIONS).index(page.section), page.order)))


def pages_for(pages: tuple[Found, ...], role: Role) -> tuple[Found, ...]:
    """Give the pages a role may read, in the order of its menu."""
    order = MENUS[role].sections
    readable = [page for page in pages if role in page.roles and page.section in order]
    return tuple(sorted(readable, key=lambda page: (order.index(page.section), page.order)))


def landing(pages: tuple[Found, ...], role: Role) -> Found:
    """Give the page at which a role begins: the one it most wants where there is one, else the first page."""
    readable = {(page.section, page.address): page for page in pages_for(pages, role)}
    return readable.get(MENUS[role].landing) or readable[FIRST_PAGE]


def section_label(section: str, role: Role, schools: int) -> str:
    """Give a section's words in the menu: whoever has schools of their own reads that they are theirs."""
    if section != "school" or role not in OWN_SCHOOLS:
        return SECTIONS[section]
    return "Your schools" if schools > 1 else "Your school"


def page_of_theme(pages: tuple[Found, ...], theme: str) -> Found | None:
    """Give the page that shows a theme's measures, where there is one."""
    return next((page for page in pages if theme and page.theme == theme), None)


def _page(section: str, file: Path) -> Found:
    module = _load(f"cswanalytics_pages.{section}.{file.stem}", file)
    return Found(
        section=section,
        address=file.stem,
        title=module.TITLE,
        menu=module.MENU,
        order=module.ORDER,
        roles=tuple(module.ROLES),
        render=module.render,
        theme=getattr(module, "THEME", ""),
    )


def _load(name: str, file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is not a page")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
