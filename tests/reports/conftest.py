"""Documents of every kind, each made once for the tests that look into them."""

import io
import re
import zipfile
from collections.abc import Callable
from functools import partial

import pytest
from docx.oxml.ns import qn
from lxml import etree

from cswanalytics import aims
from cswanalytics.access import Actor
from cswanalytics.gateway import ReleaseGateway, open_gateway
from cswanalytics.inference import tier_one
from cswanalytics.show.one_school import Schools
from cswanalytics.show.reports import booklet, governor, strategic
from cswanalytics.show.reports.document import Document
from cswanalytics.show.reports.feedback import Feedback
from cswanalytics.show.reports.governor_form import Form
from cswanalytics.vocabulary import Role
from tests.reports.sized_gateway import SIZES, SizedGateway


class Kinds:
    """Makes documents about the schools of a gateway."""

    def __init__(self, gateway) -> None:
        self.gateway = gateway
        self.schools = Schools(gateway)
        self.outcomes = tier_one(gateway)

    def feedback(self, urn: str, note: str = "") -> Document:
        pages = Feedback(self.gateway.facts, self.schools, self.outcomes, note)
        return pages.page(self.schools.of(urn))

    def governor(self, urn: str, **answers) -> Document:
        return governor.governor_update(self.gateway, self.schools.of(urn), Form(**answers), self.outcomes)

    def strategic(self) -> Document:
        return strategic.strategic_summary(self.gateway, self.outcomes)

    def aims(self) -> Document:
        return strategic.aims_report(self.gateway.facts, aims.courses(self.gateway))

    def definitions(self) -> Document:
        return booklet.booklet(self.gateway.measures()[:4], self.gateway.facts)

    def others(self, urn: str) -> set[str]:
        names = self.schools.names
        return {name for other, name in names.items() if other != urn}

    def about_schools(self) -> dict[str, tuple[str, Callable[[], Document]]]:
        """Give every kind of document for every size of school: its URN and what makes it."""
        return {
            f"{kind} of {children}": (urn, partial(make, urn))
            for urn, children in SIZES.items()
            for kind, make in (
                ("feedback", self.feedback),
                ("termly", self.governor),
                ("annual", partial(self.governor, annual=True)),
                ("nil", partial(self.governor, nil=True)),
            )
        }


@pytest.fixture(scope="session")
def sized() -> Kinds:
    return Kinds(SizedGateway())


@pytest.fixture(scope="session")
def hostile() -> Kinds:
    return Kinds(SizedGateway(hostile=True))


@pytest.fixture(scope="session")
def released(made) -> Kinds:
    """Give documents of a real release, of the small invented authority."""
    gateway: ReleaseGateway = open_gateway(made.releases, Actor(Role.VIRTUAL_SCHOOL_HEAD))
    return Kinds(gateway)


def word_text(made: bytes) -> str:
    """Give every letter of a Word file's body, paragraph by paragraph."""
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        body = etree.fromstring(parts.read("word/document.xml"))
    paragraphs = body.iter(qn("w:p"))
    return "\n".join(
        "".join(text.text or "" for text in paragraph.iter(qn("w:t"))) for paragraph in paragraphs
    )


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)
