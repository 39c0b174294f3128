"""A document as a file, and what a process that makes many of them does first."""

import os
import signal
import threading
from enum import StrEnum
from multiprocessing import parent_process

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


def begin_work() -> None:
    """Leave stopping to the parent, and end with it: a worker whose parent was killed would wait for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:

        def end_with_it() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=end_with_it, daemon=True).start()
