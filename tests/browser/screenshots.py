"""Takes a picture of every page from a release of the sample: `make screenshots`.

Each page wide in the light and on a phone in the dark, and all of them on one contact sheet. Needs Debian's
chromium, and a release in `CSWANALYTICS_RELEASES`, else in `releases`.
"""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2]))

from cswanalytics.app import menu
from cswanalytics.vocabulary import Role
from tests.browser.conftest import ARGUMENTS, CHROMIUM, ROOT, WAIT_MS, Theme, Visit, free_port, start_server

TO = ROOT / "docs" / "screenshots"
SIZES: dict[str, tuple[Theme, int]] = {"wide": ("light", 1280), "phone": ("dark", 390)}
TALLEST = 1_600
"""Pixels: a picture of a page shows its first parts, as a reader meets them."""
COLOURS = 128
"""A palette keeps a file small. The most distant colours are kept: an accent stands in few pixels."""
SHEET = "contact_sheet.png"
ACROSS, THUMB = 7, (240, 300)


def take(window: BrowserContext, address: str, path: str, theme: Theme, width: int) -> Image.Image:
    """Give one picture, as tall as the page up to TALLEST."""
    seen = Visit(window, address, path, theme, width)
    height = seen.page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight")
    seen.page.set_viewport_size({"width": width, "height": min(int(height), TALLEST)})
    seen.settle()
    seen.page.wait_for_timeout(1_000)  # the charts follow the window
    taken = Image.open(BytesIO(seen.page.screenshot())).convert("RGB")
    seen.close()
    return taken


def save(picture: Image.Image, name: str) -> None:
    """Save a picture with a palette of its own."""
    flat = picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    flat.save(TO / name, optimize=True)


def contact_sheet(pictures: list[Image.Image]) -> Image.Image:
    """Give the tops of all pictures, side by side."""
    wide, tall = THUMB
    down = -(-len(pictures) // ACROSS)
    sheet = Image.new("RGB", (ACROSS * (wide + 10), down * (tall + 10)), "white")
    for at, picture in enumerate(pictures):
        part = picture.crop((0, 0, picture.width, min(picture.height, picture.width * tall // wide)))
        scale = min(wide / part.width, tall / part.height)
        small = part.resize((int(part.width * scale), int(part.height * scale)), Image.Resampling.LANCZOS)
        sheet.paste(small, (at % ACROSS * (wide + 10), at // ACROSS * (tall + 10)))
    return sheet


def main() -> None:
    """Take all pictures."""
    TO.mkdir(parents=True, exist_ok=True)
    for old in TO.glob("*.png"):
        old.unlink()
    pages = menu.pages_for(menu.discover(menu.PAGES), Role.VIRTUAL_SCHOOL_HEAD)
    first = menu.landing(pages, Role.VIRTUAL_SCHOOL_HEAD)
    port = free_port()
    server = start_server(port, ROOT / "dashboard.py")
    taken: list[Image.Image] = []
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            window = browser.new_context()
            window.set_default_timeout(WAIT_MS)
            for size, (theme, width) in SIZES.items():
                for page in pages:
                    path = "/" if page is first else f"/{page.address}"
                    taken.append(take(window, f"http://127.0.0.1:{port}", path, theme, width))
                    save(taken[-1], f"{page.address}_{size}.png")
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=10)
    save(contact_sheet(taken), SHEET)


if __name__ == "__main__":
    main()
