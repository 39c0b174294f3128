"""Whatever stands after the question mark of a page's address: the page as it opens, or as it may be set."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from cswanalytics.app import menu
from tests.pages.invented_gateway import InventedGateway
from tests.pages.test_every_page import draw

PAGES = [page.address for page in menu.discover(menu.PAGES)]
KEYS = (
    *("measure", "by", "who", "compared_with", "school", "phase", "trust", "years", "year", "period", "show"),
    *(
        "stage",
        "theme",
        "tier",
        "topic",
        "term",
        "report",
        "form",
        "release",
        "viewing_as",
        "embed",
        "nonsense",
    ),
)
HOSTILE = (
    "",
    "\0",
    "‮evil",
    "x" * 20_000,
    "<script>alert(1)</script>",
    "[a](javascript:alert(1)) $x$ :red[y]",
    "' or 1 = 1 --",
    "../../etc/passwd",
    "NaN",
    "-1",
    "202425",
    "１２３",
    "{{7*7}}${7*7}",
)


def said(at: AppTest) -> str:
    """Give the words of a page. A link to another page may carry on what was asked for, percent-encoded."""
    kinds = (at.title, at.header, at.markdown, at.caption, at.text)
    words = "\n".join(str(element.value) for kind in kinds for element in kind)
    return re.sub(r"\]\((\w+)\?[\w.~%&=+*/-]*\)", r"](\1)", words)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_opens_as_ever_whatever_its_address_asks_for(address: str) -> None:
    usual = AppTest.from_function(draw, args=(address, InventedGateway()), default_timeout=60).run()
    for turn in range(2):
        at = AppTest.from_function(draw, args=(address, InventedGateway()), default_timeout=60)
        for place, key in enumerate(KEYS):
            at.query_params[key] = HOSTILE[(place + turn * 5) % len(HOSTILE)]
        at.run()

        assert not at.exception
        if address != "definitions":  # it looks for what it was asked, whatever that is
            assert said(at) == said(usual)
        assert not any(text in said(at) for text in HOSTILE[4:8])
