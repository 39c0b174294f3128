"""What new users come for, done from a cold start by clicking what docs/tasks.md writes, and nothing else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from playwright.sync_api import Locator, Page

from cswanalytics import catalogue, settings
from cswanalytics.build.pipeline import build
from cswanalytics.build.sample import make_sample
from tests.browser.conftest import ROOT, Visit, free_port, start_server

pytestmark = pytest.mark.browser

MOST_CLICKS = 4
TASKS_OF_A_ROLE = 3
LONGEST_MS = 20_000
STEP = re.compile(r"^\d\. (Menu|Open|Pick|Follow|Press|Tick): \*\*(.+)\*\*$", re.MULTILINE)
OUTCOME = re.compile(
    r"^Then (the page shows|a file is saved|this is ready to paste): \*\*(.+?)\*\*", re.MULTILINE
)


@dataclass(frozen=True)
class Task:
    """A task of one role: its clicks, and what there is at the end of them."""

    role: str
    title: str
    clicks: tuple[tuple[str, str], ...]
    outcome: tuple[str, str]


def written() -> list[Task]:
    """Read the tasks that are written down."""
    text = (ROOT / "docs" / "tasks.md").read_text(encoding="utf-8")
    tasks = []
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        role, *of_role = re.split(r"^### ", part, flags=re.MULTILINE)
        for task in of_role:
            [outcome] = OUTCOME.findall(task)
            tasks.append(Task(role.strip(), task.partition("\n")[0], tuple(STEP.findall(task)), outcome))
    return tasks


TASKS = written()


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory) -> Iterator[str]:
    """Serve the release of an authority with the schools that the invented people belong to."""
    folder = tmp_path_factory.mktemp("tasks")
    make_sample(folder / "exports", pupils=8_000, schools=48, years=5, seed=3)
    now = datetime.fromisoformat("2026-11-03T10:00:00+00:00")
    with_aims = settings.load(settings.SAMPLE_CONFIG)
    build(folder / "exports", folder / "releases", with_aims, catalogue.load(), now=now)
    port = free_port()
    server = start_server(port, ROOT / "dashboard.py", CSWANALYTICS_RELEASES=str(folder / "releases"))
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(timeout=10)


def test_each_role_has_three_tasks_of_at_most_four_clicks() -> None:
    for role in ("Virtual School Head", "Headteacher", "Designated teacher"):
        assert len([task for task in TASKS if task.role == role]) == TASKS_OF_A_ROLE
    assert all(0 < len(task.clicks) <= MOST_CLICKS for task in TASKS)


@pytest.mark.parametrize("task", TASKS, ids=[task.title for task in TASKS])
def test_a_task_is_done_by_the_clicks_written_down(window, dashboard, task: Task) -> None:
    seen = Visit(window, dashboard)
    try:
        _view_as(seen, task.role)
        seen.page.set_default_timeout(LONGEST_MS)
        *before, last = task.clicks
        for verb, name in before:
            click(seen, verb, name)
        _finish(seen, *last, *task.outcome)
        assert seen.faults == []
    finally:
        seen.close()


def place(page: Page, verb: str, name: str) -> Locator:
    """Give what a click written down is on; there is one such on the page, or the test fails."""
    if verb == "Menu":
        return page.locator("[data-testid=stSidebarNavLink]").get_by_text(name, exact=True)
    if verb == "Tick":
        return page.locator("[data-testid=stCheckbox] label").filter(has_text=name)
    role = {"Open": "combobox", "Pick": "option", "Follow": "link", "Press": "button"}[verb]
    return page.get_by_role(role, name=name, exact=True)


def click(seen: Visit, verb: str, name: str) -> None:
    """Do one click, and wait until what it asks for is drawn. A link opens beside the page it stands on."""
    target = place(seen.page, verb, name)
    if verb == "Follow":
        with seen.page.context.expect_page() as opened:
            target.click()
        seen.page = opened.value
    else:
        target.click()
    if verb != "Open":
        seen.page.wait_for_timeout(200)
        seen.settle()


def _view_as(seen: Visit, role: str) -> None:
    """Be somebody: in place of signing in, and no click of the task."""
    picker = seen.page.get_by_role("combobox", name="Viewing as")
    if picker.input_value() != role:
        picker.click()
        seen.page.get_by_role("option", name=role, exact=True).click()
        seen.page.wait_for_timeout(300)
        seen.settle()


def _finish(seen: Visit, verb: str, name: str, kind: str, words: str) -> None:
    """Do the last click, and see what the task was for."""
    page, last = seen.page, place(seen.page, verb, name)
    if kind == "a file is saved":
        with page.expect_download() as download:
            last.click()
        assert download.value.suggested_filename.endswith(words)
        assert download.value.path().stat().st_size > 5_000
    elif kind == "this is ready to paste":
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        last.click()
        page.get_by_role("button", name="Copied").wait_for()
        assert words in page.evaluate("navigator.clipboard.readText()")
    else:
        click(seen, verb, name)
        seen.page.locator("[data-testid=stMain]").get_by_text(words).first.wait_for()
