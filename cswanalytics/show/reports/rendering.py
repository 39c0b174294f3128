"""A document as a file."""

from enum import StrEnum

from cswanalytics.show.reports import pdf, word
from cswanalytics.show.reports.document import Document


class Form(StrEnum):
    """What a document is made as."""

    PDF = "pdf"
    WORD = "word"

    @property
    def suffix(self) -> str:
        """Give the ending of its file."""
        return ".pdf" if self is Form.PDF else ".docx"

    @property
    def mime(self) -> str:
        """Give what a browser is told it is."""
        return "application/pdf" if self is Form.PDF else word.MIME


def render(document: Document, form: Form, template: bytes | None = None) -> bytes:
    """Give a document as a file; `template` is an authority's own, for Word."""
    return pdf.make(document) if form is Form.PDF else word.make(document, template)
