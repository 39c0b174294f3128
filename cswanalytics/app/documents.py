"""A document on a page: the same words, tables and charts as in its file, and the file to take away."""

from collections.abc import Callable, Iterable
from typing import Any, cast

import pandas as pd
import streamlit as st

from cswanalytics.answers import Gateway
from cswanalytics.app import visit, widgets
from cswanalytics.app.copy_button import copy_button
from cswanalytics.errors import CswanalyticsError, DocumentRefused
from cswanalytics.show import downloads
from cswanalytics.show.charts import frame
from cswanalytics.show.one_school import Schools
from cswanalytics.show.reports.document import (
    Block,
    Bullets,
    Document,
    Field,
    Figure,
    Heading,
    Paragraph,
    Strong,
    Table,
    Text,
    lines_of,
    plain,
    runs,
    words_of,
)
from cswanalytics.show.reports.rendering import Form, render
from cswanalytics.show.reports.strategic import strategic_summary
from cswanalytics.vocabulary import ComparedWith, Who

MOST_MEGABYTES = 5
MARKS = "\\`*_{}[]<>#+-!|~$:"
"""Signs that Markdown would read something into."""


def schools(gateway: Gateway) -> Schools:
    """Give every school the reader may see, worked out once for each view."""
    return visit.once(gateway, Schools, Schools)


def strategic(gateway: Gateway) -> Document:
    """Give the strategic summary, made once for each view."""
    return visit.once(
        gateway,
        strategic,
        lambda view: strategic_summary(view, widgets.outcomes(view, Who.CWSW, ComparedWith.PEERS)),
    )


def offer(label: str, make: Callable[[], Document], name: str) -> None:
    """Offer a document as Word and as PDF; where it may not go out, say which sentences and why."""
    try:
        document = make()
    except DocumentRefused as refused:
        not_made(f"{label}: these sentences may say more than it should:", refused.sentences)
    else:
        widgets.documents(label, lambda: document, name)


def not_made(because: str, sentences: Iterable[str]) -> None:
    """Say that a document was not made, and for which of its sentences."""
    listed = "\n".join(f"- {escaped(each)}" for each in sentences)
    widgets.empty("Not made yet", f"{because}\n\n{listed}")


def show(document: Document) -> None:
    """Draw a document as its file says it, but for its title: the page has one."""
    for block in document.blocks:
        _show(block)


def own_template() -> bytes | None:
    """Ask for an authority's own Word template; None where none is given."""
    with st.expander("Lay it over your own Word template"):
        st.caption("A .docx: its styles, its head with your logo, its foot. Its text is left out.")
        given = st.file_uploader("Your Word template", type="docx", max_upload_size=MOST_MEGABYTES)
    return given.getvalue() if given is not None else None


def take_away(gateway: Gateway, document: Document, form: Form, template: bytes | None, name: str) -> None:
    """Offer a document's file; where the template is none, say so."""
    try:
        made = render(document, form, template)
    except CswanalyticsError as error:
        widgets.empty("Not made yet", f"{str(error)[:1].upper()}{str(error)[1:]}.")
        return
    with st.container(border=True, key="ready"):
        st.markdown("**Ready.** It is kept nowhere else: save it now.")
        file_name = downloads.file_name(gateway.facts, name) + form.suffix
        widgets.download("Save the file", lambda: made, file_name, form.mime)


def copy_section(blocks: Iterable[Block], what: str) -> None:
    """Offer some blocks as text to paste, a line each; `what` ends the words on the button."""
    said = "\n".join(lines_of(blocks)).strip()
    if said:
        copy_button(said, f"Copy {what}")


def _show(block: Block) -> None:
    match block:
        case Heading(words, level, _):
            if level > 1:
                st.subheader(escaped(words), anchor=False)
        case Paragraph(text, style):
            said = _said(text)
            if style == "note":
                st.caption(said)
            elif style != "banner":  # the page has its own
                st.markdown(f"**{said}**" if style == "answer" else said)
        case Bullets(items, numbered):
            st.markdown(
                "\n".join(
                    f"{f'{at}.' if numbered else '-'} {_said(item)}" for at, item in enumerate(items, start=1)
                )
            )
        case Table(heads, rows, says, _):
            cells = [[escaped(plain(cell)) for cell in row] for row in rows]
            widgets.table(pd.DataFrame(cells, columns=list(heads)), says)
        case Figure(_, says, caption, _):
            if caption:
                st.caption(escaped(caption))
            st.image(frame.kept(block.draw, lambda: block.draw().png()), alt=says, width="stretch")


def _said(text: Text) -> str:
    return "".join(_run(run) for run in runs(text))


def _run(run: object) -> str:
    words = escaped(words_of(cast("Any", run)))
    if isinstance(run, Strong):
        # Markdown reads no bold words that begin or end with a space
        return f"**{words.strip()}**{' ' if words.endswith(' ') else ''}"
    return f":yellow-background[{words}]" if isinstance(run, Field) else words


def escaped(words: str) -> str:
    """Give words as Markdown that reads nothing into their signs."""
    return "".join(f"\\{sign}" if sign in MARKS else sign for sign in words)
