"""A page for every school, kept as they are made, and packed at the end.

Each page is kept beside the zip until all are there, under a name made from what the pages say: a run that
was stopped or killed goes on from there, and never mixes two releases or two notes.
"""

import csv
import hashlib
import io
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from cswanalytics import __version__
from cswanalytics.answers import Gateway
from cswanalytics.errors import CswanalyticsError
from cswanalytics.inference import tier_one
from cswanalytics.on_disk import told_plainly
from cswanalytics.show import downloads
from cswanalytics.show.one_school import OneSchool, Schools
from cswanalytics.show.reports import rendering
from cswanalytics.show.reports.discretion import refuse_indiscreet
from cswanalytics.show.reports.document import Document, plain, texts
from cswanalytics.show.reports.feedback import Feedback
from cswanalytics.show.reports.rendering import Form
from cswanalytics.show.spreadsheet_text import as_text
from cswanalytics.show.whole_files import replacing

SENT_LIST = "sent_list.csv"
SENT_HEADS = (
    "school_laestab", "school_urn", "school_name", "file", "figures", "data_to", "release", "sent_on",
    "sent_to",
)  # fmt: skip
OWN, THE_AUTHORITYS = "its own", "the authority's"
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Made:
    """What a run made: the zip, how many pages, how many of them with figures of the school's own."""

    file: Path
    pages: int
    with_figures: int


def never() -> bool:
    """Say that nobody asked to stop."""
    return False


def run(
    gateway: Gateway,
    to: Path,
    form: Form = Form.PDF,
    chosen: Collection[str] = (),
    note: str = "",
    *,
    template: bytes | None = None,
    known: Collection[str] = (),
    progress: Callable[[str, int, int], None] = lambda step, done, total: None,
    is_stopped: Callable[[], bool] = never,
) -> Made:
    """Make the page of every school (or those whose URNs are `chosen`) and pack them into a zip in `to`.

    The same release, note and form give the same bytes. CswanalyticsError where there is no such school,
    where it was stopped (what was made is kept) or cannot be written; DocumentRefused where the note may name
    or count a child.
    """
    progress("Reading", 0, 1)
    schools = Schools(gateway)
    wanted = _wanted(schools, chosen)
    feedback = Feedback(gateway.facts, schools, tier_one(gateway), note)
    pages = {school.urn: feedback.page(school) for school in wanted}
    for school in wanted:
        others = {name for urn, name in schools.names.items() if urn != school.urn and name != school.name}
        refuse_indiscreet(pages[school.urn], known, others)
    kept = to / f".feedback-{_key(pages, form, template)}"
    _make_missing(wanted, pages, kept, form, template, progress, is_stopped)
    file = to / f"{_name(gateway, form, len(wanted) if chosen else 0)}.zip"
    _pack(gateway, wanted, kept, form, file)
    shutil.rmtree(kept, ignore_errors=True)
    return Made(file, len(wanted), sum(school.has_figures for school in wanted))


def file_of(school: OneSchool, form: Form) -> str:
    """Name a school's file: its LAESTAB, or its URN where it has none."""
    laestab = school.laestab if re.fullmatch(r"\d{6,8}", school.laestab) else f"urn-{school.urn}"
    return f"{laestab}{form.suffix}"


def _wanted(schools: Schools, chosen: Collection[str]) -> list[OneSchool]:
    every = list(schools)
    if not every:
        raise CswanalyticsError("this release has no schools, so there is nobody to send a page to")
    unknown = sorted(set(chosen) - {school.urn for school in every})
    if unknown:
        raise CswanalyticsError(
            f"there is no school with URN {', '.join(unknown)} in this release; leave --school out for "
            "all of them"
        )
    return [school for school in every if not chosen or school.urn in chosen]


def _key(pages: dict[str, Document], form: Form, template: bytes | None) -> str:
    """Name what pages say: two runs with one key would make the same files."""
    digest = hashlib.sha256(f"{__version__} {form}".encode() + (template or b""))
    for urn, document in pages.items():
        said = [
            document.title,
            document.foot,
            *(plain(text) for block in document.blocks for text in texts(block)),
        ]
        digest.update("\n".join([urn, *said]).encode())
    return digest.hexdigest()[:16]


def _make_missing(
    wanted: Sequence[OneSchool],
    pages: dict[str, Document],
    kept: Path,
    form: Form,
    template: bytes | None,
    progress: Callable[[str, int, int], None],
    is_stopped: Callable[[], bool],
) -> None:
    with told_plainly("the pages", kept.parent):
        kept.mkdir(parents=True, exist_ok=True)
    missing = [school for school in wanted if not (kept / file_of(school, form)).is_file()]
    done, total = len(wanted) - len(missing), len(wanted)
    progress("Making pages", done, total)
    try:
        for school in missing:
            page = rendering.render(pages[school.urn], form, template)
            with told_plainly("the pages", kept.parent, f"The {done} of {total} made so far are kept."):
                _keep(kept / file_of(school, form), page)
            done += 1
            progress("Making pages", done, total)
            if is_stopped():
                raise KeyboardInterrupt
    except KeyboardInterrupt as stopped:
        raise CswanalyticsError(
            f"stopped with {done} of {total} pages made. They are kept: the same run again goes on from there"
        ) from stopped


def _keep(file: Path, page: bytes) -> None:
    """Keep a page whole or not at all."""
    unfinished = file.with_suffix(".unfinished")
    try:
        with unfinished.open("wb") as written:
            written.write(page)
            written.flush()
            os.fsync(written.fileno())
        unfinished.replace(file)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def _name(gateway: Gateway, form: Form, some: int) -> str:
    which = f" {some} schools" if some else ""
    return downloads.file_name(gateway.facts, f"feedback to headteachers{which} {form}")


def _pack(gateway: Gateway, wanted: Sequence[OneSchool], kept: Path, form: Form, file: Path) -> None:
    with replacing(file) as (unfinished,), zipfile.ZipFile(unfinished, "w") as packed:
        for school in wanted:
            name = file_of(school, form)
            # the pages are packed already, each in its own way
            packed.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), (kept / name).read_bytes())
        entry = zipfile.ZipInfo(SENT_LIST, ZIP_EPOCH)
        packed.writestr(entry, _sent_list(gateway, wanted, form).encode("utf-8-sig"))


def _sent_list(gateway: Gateway, wanted: Sequence[OneSchool], form: Form) -> str:
    """Give the list to tick off, a line a school; the last two columns are for whoever sends them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(SENT_HEADS)
    facts = gateway.facts
    for school in wanted:
        figures = OWN if school.has_figures else THE_AUTHORITYS
        cells = (school.laestab, school.urn, school.name, file_of(school, form), figures)
        writer.writerow([*map(as_text, cells), facts.data_to.isoformat(), facts.release, "", ""])
    return text.getvalue()
