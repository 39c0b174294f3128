"""The letters to all headteachers, made by a process of its own while the page is read, or left."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

import streamlit as st

from cswanalytics import settings
from cswanalytics.answers import Gateway
from cswanalytics.app import documents, visit, widgets
from cswanalytics.app.work import Work, start
from cswanalytics.show.reports.document import Document
from cswanalytics.show.reports.feedback import Feedback
from cswanalytics.show.reports.rendering import Form
from cswanalytics.vocabulary import ComparedWith, Who

LOOK_AGAIN = 0.3
"""Seconds between two looks at letters being made."""
STATE = "letters_under_way"


@dataclass
class Letters:
    """One order of letters: what it is of, the command and note that make them, its process, its folder."""

    what: str
    command: tuple[str, ...]
    note: str = field(repr=False)
    folder: TemporaryDirectory = field(repr=False)
    work: Work = field(init=False)

    def make(self) -> None:
        """Begin to make them, or go on from those that are there."""
        self.work = start(self.command, self.note)

    @property
    def file(self) -> Path | None:
        """Give the zip; None while there is none."""
        return next(Path(self.folder.name).glob("*.zip"), None)


def letter(gateway: Gateway, urn: str, note: str) -> Document:
    """Give the letter to a school, with a note."""
    every = documents.schools(gateway)
    outcomes = widgets.outcomes(gateway, Who.CWSW, ComparedWith.PEERS)
    # The same letter is drawn again whenever a control is touched.
    return visit.once(
        gateway,
        (Feedback, urn, note),
        lambda _: Feedback(gateway.facts, every, outcomes, note).page(every.of(urn)),
    )


def order(form: Form, urns: Sequence[str], note: str, not_names: str, what: str) -> None:
    """Offer to make the letters, watch them being made, and hand over the zip.

    `urns` are the schools to write to, none for all of them; `what` says what will be made. An order belongs
    to the reader's visit: it goes on when they leave the page, and is there when they come back.
    """
    under_way = st.session_state.get(STATE)
    if not isinstance(under_way, Letters):
        st.button(f"Make {what}", on_click=_begin, args=(form, tuple(urns), note, not_names, what))
        return
    with st.container(border=True, key="letters"):
        if under_way.work.running:
            _watch(under_way)
        elif under_way.work.stopped and under_way.file is None:
            st.markdown(
                "**Stopped.** The letters made so far are kept until you make others or close the page."
            )
            st.button("Go on", on_click=under_way.make)
        elif under_way.work.failed or under_way.file is None:
            st.markdown("**Not made**")
            st.markdown(widgets.plain(" ".join(under_way.work.said) or "It stopped without saying why."))
        else:
            st.markdown(f"**Ready: {under_way.what}.** The zip has a list to tick off as you send them.")
            file = under_way.file
            widgets.download("Letters (ZIP)", file.read_bytes, file.name, "application/zip")
        if not under_way.work.running:
            st.button("Make others", on_click=_forget)


def _begin(form: Form, urns: Sequence[str], note: str, not_names: str, what: str) -> None:
    folder = TemporaryDirectory(prefix="cswanalytics-letters-")
    chosen = [part for urn in urns for part in ("--school", urn)]
    arguments = ["report", "feedback", "--to", folder.name, "--format", form.value, *chosen]
    arguments += ["--releases", str(settings.releases_folder(None))]
    if note:
        arguments += ["--note", "-", "--not-names", not_names]
    letters = Letters(what, tuple(arguments), note, folder)
    letters.make()
    st.session_state[STATE] = letters


def _watch(letters: Letters) -> None:
    st.markdown(f"**Making {letters.what}**")
    st.markdown("You can leave this page and come back.")
    st.button("Stop", on_click=letters.work.stop)
    bar = st.progress(0.0, text=letters.work.step)
    while letters.work.running:
        bar.progress(letters.work.share, text=letters.work.so_far)
        sleep(LOOK_AGAIN)
    st.rerun()


def _forget() -> None:
    letters = st.session_state.pop(STATE, None)
    if isinstance(letters, Letters):
        letters.folder.cleanup()
