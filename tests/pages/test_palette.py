"""The colours: one record, the theme's file its copy, and every text on its ground legible."""

import re
import tomllib
from pathlib import Path

import pytest

from cswanalytics.app import menu
from cswanalytics.show.palette import DARK, LIGHT, Palette, palette_for

ROOT = menu.PAGES.parent
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
BOTH = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}\b")


@BOTH
def test_the_theme_has_the_colours_of_the_palette(palette: Palette) -> None:
    theme = CONFIG["theme"][palette.name]

    assert theme["primaryColor"] == theme["linkColor"] == palette.peers
    assert theme["backgroundColor"] == theme["sidebar"]["secondaryBackgroundColor"] == palette.page
    assert theme["secondaryBackgroundColor"] == theme["sidebar"]["backgroundColor"] == palette.wash
    assert theme["textColor"] == theme["codeTextColor"] == palette.ink
    assert theme["borderColor"] == palette.rule
    assert theme["grayTextColor"] == palette.mute
    assert theme["yellowBackgroundColor"] == palette.invented
    assert tuple(theme["chartCategoricalColors"]) == palette.chart_colours
    assert len(palette.chart_colours) == 10


@BOTH
def test_text_is_legible_on_every_ground_it_stands_on(palette: Palette) -> None:
    for colour in (palette.ink, palette.mute, palette.cwsw, palette.peers, palette.aim):
        for ground in (palette.page, palette.wash):
            assert contrast(colour, ground) >= 4.5, (colour, ground)
    assert contrast(palette.ink, palette.invented) >= 4.5
    for part in (palette.illness, palette.unauthorised, palette.suspended, palette.part_time):
        assert contrast(part.text, part.fill) >= 4.5, part
    for colour in (palette.gap_line, palette.school, *palette.chart_colours):
        assert contrast(colour, palette.page) >= 3, colour


def test_no_other_file_names_a_colour() -> None:
    written = [*(ROOT / "cswanalytics").rglob("*.py"), *menu.PAGES.rglob("*.py"), ROOT / "dashboard.py"]

    naming = [file.name for file in written if COLOUR.search(file.read_text(encoding="utf-8"))]

    assert naming == ["palette.py"]


def test_a_theme_that_is_not_dark_is_light() -> None:
    assert palette_for("dark") is DARK
    assert palette_for("light") is palette_for(None) is LIGHT


def test_no_word_of_a_page_is_fetched_from_elsewhere() -> None:
    for file in [*(ROOT / "cswanalytics" / "app").rglob("*.py"), *menu.PAGES.rglob("*.py")]:
        addresses = re.findall(r"https?://[^\s\"')]+", Path(file).read_text(encoding="utf-8"))
        assert [address for address in addresses if "www.w3.org" not in address] == [], file


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
