"""`cswanalytics report …`: documents for readers who never sign in, made from the release in use."""

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cswanalytics import settings
from cswanalytics.command_options import Config, ProgressOption, Releases, ShowProgress, showing
from cswanalytics.errors import CswanalyticsError
from cswanalytics.vocabulary import Role

if TYPE_CHECKING:
    from cswanalytics.gateway import ReleaseGateway

app = typer.Typer(help="Documents made from the release in use, as PDF or Word.", no_args_is_help=True)

To = Annotated[Path, typer.Option("--to", help="Folder to write into", show_default=False)]
Template = Annotated[
    Path | None,
    typer.Option(
        help="Your own Word document, laid over ours: its styles, its head and foot", show_default=False
    ),
]


class FormOption(StrEnum):
    """What a document is made as."""

    PDF = "pdf"
    WORD = "word"


ChosenForm = Annotated[FormOption, typer.Option("--format", help="PDF, or Word to be edited")]


@app.command()
def feedback(
    to: To,
    school: Annotated[
        list[str] | None, typer.Option(help="Only the school with this URN; may be given again")
    ] = None,
    note: Annotated[
        Path | None, typer.Option(help="A text of at most 600 characters to add; '-' reads it from the pipe")
    ] = None,
    not_names: Annotated[
        str, typer.Option(help="Words of the note that look like names of children and are not")
    ] = "",
    output: ChosenForm = FormOption.PDF,
    template: Template = None,
    progress: ShowProgress = ProgressOption.AUTO,
    releases: Releases = None,
    config: Config = None,
) -> None:
    """Make a page for every headteacher, in one zip with a list to tick off. Run again, it goes on."""
    with showing(progress) as tell:
        from cswanalytics.show.reports import feedback_run
        from cswanalytics.show.reports.rendering import Form

        gateway = _gateway(releases, config)
        with _left_alone():
            made = feedback_run.run(
                gateway,
                to,
                Form(output.value),
                school or (),
                _note(note),
                template=_bytes(template),
                known=[not_names],
                progress=tell,
            )
    _say(
        f"{made.pages} pages are in {made.file}: {made.with_figures} with figures of the school's own, "
        f"{made.pages - made.with_figures} with the authority's."
    )


@app.command()
def governor(
    to: To,
    school: Annotated[str, typer.Option(help="URN of the school")],
    term: Annotated[str, typer.Option(help="Such as 'Autumn term 2026'")] = "",
    annual: Annotated[bool, typer.Option("--annual", help="The year's report rather than a term's")] = False,
    nil: Annotated[bool, typer.Option("--nil", help="No child with a social worker is on the roll")] = False,
    output: ChosenForm = FormOption.WORD,
    template: Template = None,
    releases: Releases = None,
    config: Config = None,
) -> None:
    """Make a school's report to governors; what only the school knows is left as fields in brackets."""
    from cswanalytics.inference import tier_one
    from cswanalytics.show import downloads
    from cswanalytics.show.one_school import Schools
    from cswanalytics.show.reports.discretion import refuse_indiscreet
    from cswanalytics.show.reports.governor import governor_update
    from cswanalytics.show.reports.governor_form import Form as Answers
    from cswanalytics.show.reports.rendering import Form, render

    gateway = _gateway(releases, config)
    schools = Schools(gateway)
    try:
        one = schools.of(school)
    except KeyError:
        raise CswanalyticsError(f"there is no school with URN {school} in this release") from None
    document = governor_update(gateway, one, Answers(term=term, annual=annual, nil=nil), tier_one(gateway))
    refuse_indiscreet(document, (term,), set(schools.names.values()) - {one.name})
    form = Form(output.value)
    name = downloads.file_name(gateway.facts, f"report to governors {one.laestab or one.urn}") + form.suffix
    _write(to / name, render(document, form, _bytes(template)))


@app.command()
def strategic(
    to: To,
    output: ChosenForm = FormOption.PDF,
    template: Template = None,
    releases: Releases = None,
    config: Config = None,
) -> None:
    """Make the strategic summary, for members and the department."""
    from cswanalytics.inference import tier_one
    from cswanalytics.show import downloads
    from cswanalytics.show.reports.rendering import Form, render
    from cswanalytics.show.reports.strategic import strategic_summary

    gateway = _gateway(releases, config)
    form = Form(output.value)
    document = strategic_summary(gateway, tier_one(gateway))
    name = downloads.file_name(gateway.facts, "strategic summary") + form.suffix
    _write(to / name, render(document, form, _bytes(template)))


@app.command("return")
def department_return(
    to: To,
    releases: Releases = None,
    config: Config = None,
) -> None:
    """Make the department's return as a workbook: activity, hours, attendees and spend of the offer."""
    from cswanalytics.show import downloads
    from cswanalytics.show.department_return import absent, write_return

    gateway = _gateway(releases, config)
    file = to / f"{downloads.file_name(gateway.facts, 'return to the department')}.xlsx"
    rows = write_return(gateway, file)
    _say(f"{rows} rows of activity are in {file}.")
    for said in absent(gateway):
        _say(f"Not there: {said}")


@app.command()
def template(
    to: Annotated[Path, typer.Option("--to", help="FILE.docx to write", show_default=False)],
) -> None:
    """Write our Word style as a file to change in Word and give back with --template."""
    from cswanalytics.show.reports.word import empty_template

    if to.suffix.lower() != ".docx":
        raise CswanalyticsError(f"a Word template is a .docx, and {to.name} is not: name it FILE.docx")
    _write(to, empty_template())


def _gateway(releases: Path | None, config: Path | None) -> "ReleaseGateway":
    from cswanalytics.access import Actor
    from cswanalytics.gateway import open_gateway

    folder = settings.releases_to_read(releases)
    return open_gateway(folder, Actor(Role.VIRTUAL_SCHOOL_HEAD), settings.config_folder(config))


@contextmanager
def _left_alone() -> Generator[None]:
    """Keep the collector from looking through all that is loaded again and again while charts are drawn."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _note(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CswanalyticsError(f"the note {file} cannot be read as text in UTF-8") from error
    text = " ".join(text.split())
    from cswanalytics.show.reports.feedback import LONGEST_NOTE

    if len(text) > LONGEST_NOTE:
        raise CswanalyticsError(
            f"the note has {len(text)} characters, and a page has room for {LONGEST_NOTE}: shorten it"
        )
    return text


def _bytes(file: Path | None) -> bytes | None:
    try:
        return None if file is None else file.read_bytes()
    except OSError as error:
        raise CswanalyticsError(f"the template {file} cannot be read: {error.strerror}") from error


def _write(file: Path, made: bytes) -> None:
    from cswanalytics.show.whole_files import replacing

    with replacing(file) as (unfinished,):
        unfinished.write_bytes(made)
    _say(f"Written: {file}")


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
