"""How long a fresh browser waits for the first chart of the dashboard, and how much it is sent.

Chromium opens the overview of the sample's release, served as a person serves it on this machine, with
nothing in its cache, some times over. It is timed from navigation until the first chart is drawn. Beside it,
in turn, the same page without compressed files, and the least page with a chart there can be, served by
Streamlit alone. The network is this machine's own: a slow one adds the time its bytes take.

    python -m benchmarks.cold_start [--releases FOLDER] [--rounds 7]
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.figures import Figure, spread, table
from benchmarks.invented import sample_released
from benchmarks.served import plainly_served, served

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
]
TARGET_SECONDS = 3.0
PAGE = "overview"
CHART = "[data-testid=stPlotlyChart] .main-svg"


PLAIN = """
import plotly.graph_objects as go
import streamlit as st

st.title("A page")
st.plotly_chart(go.Figure(go.Scatter(x=[1, 2, 3], y=[2, 1, 3])))
"""
"""The least page with a chart."""

OURS, UNCOMPRESSED, STREAMLIT = "ours", "without compressed files", "the least page, by Streamlit alone"


def visited(browser: Browser, address: str, compressed: bool = True) -> tuple[float, float]:
    """Open a page with nothing in the browser's cache: seconds to the first chart, and megabytes sent."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    if not compressed:
        context.set_extra_http_headers({"Accept-Encoding": "identity"})
    page = context.new_page()
    network = context.new_cdp_session(page)
    sent = [0.0]
    network.on("Network.loadingFinished", lambda told: sent.append(told["encodedDataLength"]))
    network.send("Network.enable")
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(CHART).first.wait_for(timeout=120_000)
    seconds = time.perf_counter() - began
    context.close()
    return seconds, sum(sent) / 1e6


def measured(releases: Path | None = None, rounds: int = 7) -> Iterator[Figure]:
    """Give what a fresh browser waits for and is sent: ours, without compressed files, a least page."""
    found: dict[str, list[tuple[float, float]]] = {OURS: [], UNCOMPRESSED: [], STREAMLIT: []}
    with (
        tempfile.TemporaryDirectory() as folder,
        served(releases or sample_released(Path(folder))) as (port, _),
        plainly_served(Path(folder), PLAIN) as plain,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        address = f"http://127.0.0.1:{port}/{PAGE}"
        for there in (address, f"http://127.0.0.1:{plain}"):
            visited(browser, there)  # once, unmeasured: the browser itself is cold
        for _ in range(rounds):
            found[OURS].append(visited(browser, address))
            found[UNCOMPRESSED].append(visited(browser, address, compressed=False))
            found[STREAMLIT].append(visited(browser, f"http://127.0.0.1:{plain}"))
        browser.close()
    seconds = [taken for taken, _ in found[OURS]]
    yield Figure(
        "fresh browser, first chart of the overview", spread(seconds, "s", 2),
        f"under {TARGET_SECONDS:.0f} s", statistics.median(seconds) < TARGET_SECONDS, f"{rounds} visits",
    )  # fmt: skip
    for which in (UNCOMPRESSED, STREAMLIT):
        yield Figure(f"the same: {which}", spread([taken for taken, _ in found[which]], "s", 2))
    for which, visits in found.items():
        yield Figure(
            f"sent to a fresh browser: {which}", spread([megabytes for _, megabytes in visits], "MB")
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--releases", type=Path, help="releases built before; the sample's by default")
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    print(table(measured(chosen.releases, chosen.rounds)))


if __name__ == "__main__":
    main()
