"""One server and one window for the browser tests of a worker. Without chromium they are left out."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from cswanalytics.app import menu

pytest.register_assert_rewrite("tests.browser.judging")

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 180_000
"""A machine that does much else besides is slow, not wrong."""
PHONE, DESK = 390, 1440
TALL = 900
Theme = Literal["light", "dark"]


def start_server(port: int, script: Path, **environment: str) -> subprocess.Popen[bytes]:
    """Start the dashboard as it is served, and wait until it answers."""
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "streamlit", "run", str(script)),
            *("--server.port", str(port), "--server.address", "127.0.0.1"),
            *("--server.headless", "true", "--server.fileWatcherType", "none"),
        ],
        cwd=ROOT,  # .streamlit/config.toml is read from here
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                return server
        except OSError:
            time.sleep(0.25)
    server.terminate()
    raise RuntimeError("the dashboard did not start")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    port = free_port()
    server = start_server(port, ROOT / "tests" / "browser" / "invented_dashboard.py")
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(timeout=10)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("needs chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """Give one window for all visits: what the server sent once need not be sent again for each tab."""
    window = browser.new_context(accept_downloads=True)
    window.set_default_timeout(WAIT_MS)
    yield window
    window.close()


# Asked again and again from outside: a page that the front door served runs no text as a script.
DRAWN = """
document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
 && !document.querySelector('[data-testid=stSkeleton], [data-testid=stStatusWidget], [data-stale=true]')
 && [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(chart => {
   const drawn = chart.querySelector('.main-svg');
   return drawn && Math.abs(drawn.getBoundingClientRect().width - chart.getBoundingClientRect().width) < 2;
 })
"""


def wait_until_drawn(page: Page) -> None:
    """Wait until the script has run to its end, nothing is left over or to come, and charts fit."""
    end = time.monotonic() + WAIT_MS / 1000
    while not page.evaluate(DRAWN):
        assert time.monotonic() < end, "the page was not drawn"
        page.wait_for_timeout(50)


class Visit:
    """A tab of a window, with all that went wrong in it."""

    def __init__(
        self, window: BrowserContext, address: str, path: str = "/", theme: Theme = "light", width: int = DESK
    ) -> None:
        self.page: Page = window.new_page()
        self.page.emulate_media(color_scheme=theme)
        self.page.set_viewport_size({"width": width, "height": TALL})
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._hear)
        self.page.goto(f"{address}{path}")
        self.settle()

    def _hear(self, message: ConsoleMessage) -> None:
        # At a deep address Streamlit first asks there for its server, and is told that it is at the root.
        where = message.location.get("url", "")
        if message.type == "error" and not where.endswith(("/_stcore/health", "/_stcore/host-config")):
            self.faults.append(f"{message.text} ({where})")

    def settle(self) -> None:
        """Wait until the whole page is drawn: the footer is the last of it."""
        self.page.get_by_text("downloads contain what is shown").wait_for()
        wait_until_drawn(self.page)

    def resize(self, width: int) -> None:
        """Make the tab as wide as a desk's screen or a phone, and wait until the charts have followed."""
        self.page.set_viewport_size({"width": width, "height": TALL})
        self.page.wait_for_timeout(100)
        self.settle()

    def turn_to(self, page: menu.Found) -> None:
        """Go to another page by the menu, which costs a click and not a load. Faults before are forgotten."""
        self.faults.clear()
        self.resize(DESK)
        if self.page.locator("h1").inner_text() != page.title:
            self.page.locator("[data-testid=stSidebarNavLink]").get_by_text(page.menu, exact=True).click()
            self.page.get_by_role("heading", level=1, name=page.title, exact=True).wait_for()
            self.settle()

    def close(self) -> None:
        self.page.close()


@pytest.fixture
def visit(window: BrowserContext, address: str) -> Iterator[Callable[..., Visit]]:
    opened: list[Visit] = []

    def go(path: str = "/", theme: Theme = "light", width: int = DESK) -> Visit:
        opened.append(Visit(window, address, path, theme, width))
        return opened[-1]

    yield go
    for visit in opened:
        visit.close()
