"""What makes a file in a folder of `pages/` a page; found by discovery, so that a new page is under these."""

import ast

import pytest

from cswanalytics.app import menu

FILES = sorted(file for file in menu.PAGES.glob("*/*.py") if not file.name.startswith("_"))
NAMES = [f"{file.parent.name}/{file.stem}" for file in FILES]


@pytest.fixture(params=FILES, ids=NAMES)
def module(request: pytest.FixtureRequest) -> ast.Module:
    return ast.parse(request.param.read_text(encoding="utf-8"))


def names_given(module: ast.Module) -> set[str]:
    targets = [
        target
        for statement in module.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
    ]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def is_a_note(entry: ast.stmt) -> bool:
    return isinstance(entry, ast.Expr) and isinstance(entry.value, ast.Constant)


def test_no_page_stands_directly_in_pages_where_streamlit_would_serve_it_without_the_shell():
    assert list(menu.PAGES.glob("*.py")) == []


def test_every_folder_of_pages_is_a_section_of_the_menu():
    assert {file.parent.name for file in FILES} <= set(menu.SECTIONS)


def test_discovery_finds_every_page():
    assert {(page.section, page.address) for page in menu.discover(menu.PAGES)} == {
        (file.parent.name, file.stem) for file in FILES
    }


def test_a_page_says_its_question_its_word_its_place_and_its_readers(module: ast.Module):
    assert {"TITLE", "MENU", "ORDER", "ROLES"} <= names_given(module)


def test_a_page_is_drawn_by_render_from_a_gateway_and_nothing_else(module: ast.Module):
    functions = {entry.name: entry for entry in module.body if isinstance(entry, ast.FunctionDef)}

    assert ast.unparse(functions["render"].args) == "gateway: Gateway"


def test_a_page_begins_with_what_it_is_for(module: ast.Module):
    assert ast.get_docstring(module)


def test_a_page_does_nothing_when_it_is_imported(module: ast.Module):
    declarations = ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign | ast.FunctionDef | ast.ClassDef
    others = [entry for entry in module.body if not isinstance(entry, declarations) and not is_a_note(entry)]
    drawn = [
        call
        for entry in module.body
        if not isinstance(entry, ast.FunctionDef | ast.ClassDef)
        for call in ast.walk(entry)
        if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name) and call.value.id == "st"
    ]

    assert others == []
    assert drawn == []
