"""Letters to headteachers in a browser: begun, stopped, left, come back to, finished and taken away."""

import zipfile
from collections.abc import Iterator

import pytest

from tests.browser.conftest import ROOT, Visit, free_port, start_server, wait_until_drawn

pytestmark = pytest.mark.browser


@pytest.fixture
def address(made) -> Iterator[str]:
    """Serve invented figures; the letters are made from a real release."""
    port = free_port()
    server = start_server(
        port, ROOT / "tests" / "browser" / "invented_dashboard.py", CSWANALYTICS_RELEASES=str(made.releases)
    )
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(timeout=10)


def test_letters_are_stopped_left_come_back_to_and_finished(browser, address: str, tmp_path) -> None:
    visit = Visit(browser, address, "/feedback", "light", 1440)
    page = visit.page
    page.get_by_role("button", name="Make 30 letters as PDF").click()
    page.get_by_role("progressbar").wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("The letters made so far are kept").wait_for()

    page.get_by_role("link", name="Our offer", exact=True).click()
    page.get_by_role("heading", level=1, name="Who has our offer reached?").wait_for()
    wait_until_drawn(page)
    page.get_by_role("link", name="Letters to headteachers").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("You can leave this page and come back.").wait_for()
    page.get_by_text("Ready: 30 letters as PDF.").wait_for()
    with page.expect_download() as handed_over:
        page.get_by_role("button", name="Letters (ZIP)").click()
    handed_over.value.save_as(tmp_path / "letters.zip")

    assert visit.faults == []
    with zipfile.ZipFile(tmp_path / "letters.zip") as packed:
        assert len(packed.namelist()) == 15
    visit.close()
