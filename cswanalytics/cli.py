"""The command line: `cswanalytics …`, and `python -m cswanalytics …` where scripts are not on the path.

Exit status: 0 done, 1 the data or the question is at fault, 2 the command line is. A person is given a
message in plain English and never a traceback. Long work shows progress on a terminal and stays quiet in a
pipe.
"""

import os
import subprocess
import sys
import threading
import webbrowser
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cswanalytics import (
    __version__,
    catalogue,
    data_team,
    development,
    release,
    releases_command,
    report_command,
    settings,
)
from cswanalytics.command_options import Config, Format, ProgressOption, Releases, ShowProgress, showing
from cswanalytics.errors import CswanalyticsError
from cswanalytics.settings import SAMPLE, SAMPLE_CONFIG
from cswanalytics.vocabulary import ACADEMIC_YEAR, TOTAL, ComparedWith, Level, Role, Who

app = typer.Typer(
    help="How children with a social worker do at school beside their peers, and whether the gap is closing.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Exports = Annotated[
    Path, typer.Argument(help="Folder of Parquet exports (docs/exports.md)", show_default=False)
]


class LevelOption(StrEnum):
    """At which level a question is asked."""

    AUTHORITY = "authority"
    SCHOOL = "school"


@app.command()
def sample(
    directory: Annotated[Path, typer.Argument(help="Folder to write the invented exports into")],
    pupils: Annotated[int, typer.Option(min=50, help="Pupils on roll in a year")] = 20_000,
    schools: Annotated[int, typer.Option(min=1, help="Schools")] = 60,
    years: Annotated[int, typer.Option(min=1, max=12, help="Academic years, the last in progress")] = 7,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files, byte for byte")] = 7,
    national: Annotated[
        int, typer.Option(min=0, max=153, help="So many of England's 153 authorities, a folder each")
    ] = 0,
    progress: ShowProgress = ProgressOption.AUTO,
) -> None:
    """Invent an authority and write its exports. No child in it is real."""
    from cswanalytics.build.sample import make_sample
    from cswanalytics.build.sample.national import make_national

    if national:
        with showing(progress) as tell:
            make_national(directory, national, years, seed, tell)
        _say(f"Invented exports of {national} authorities are in {directory}. No child in them is real.")
        return
    with showing(progress) as tell:
        make_sample(directory, pupils=pupils, schools=schools, years=years, seed=seed, progress=tell)
    _say(f"Invented exports are in {directory}. No child in them is real.")


@app.command()
def pseudonymise(
    source: Annotated[Path, typer.Argument(help="Folder of tables that hold UPNs")],
    destination: Annotated[Path, typer.Argument(help="New folder for the contract's tables")],
    key: Annotated[Path, typer.Option(help="The data team's key file; made if there is none; never shared")],
) -> None:
    """Replace UPNs by keyed hashes and drop identifying columns."""
    from cswanalytics.build.pseudonymise import pseudonymise as replace_upns

    _say(str(replace_upns(source, destination, key)))


@app.command()
def check(
    exports: Exports,
    output: Annotated[Format, typer.Option("--format", help="How to print the findings")] = Format.TABLE,
    config: Config = None,
) -> None:
    """Report every fault and warning of the exports at once; never a child's value."""
    from cswanalytics.build.check_report import as_csv, checks_table
    from cswanalytics.build.checks import check as check_exports
    from cswanalytics.build.expressions import refuse_what_cannot_be_worked_out

    refuse_what_cannot_be_worked_out(_definitions(config))
    report = check_exports(exports, _settings(config))
    if output is Format.JSON:
        _print(report.as_json())
    elif output is Format.CSV:
        _print(as_csv(report))
    else:
        Console().print(checks_table(report))
    if report.errors:
        raise typer.Exit(1)


@app.command()
def count(
    exports: Exports,
    to: Annotated[Path, typer.Option("--to", help="Parquet file to write")],
    config: Config = None,
    progress: ShowProgress = ProgressOption.AUTO,
) -> None:
    """Write the exact cells, for the data team alone. Never share the file: nothing is rounded."""
    from cswanalytics.build.exact import count_exactly

    with showing(progress) as tell:
        cells = count_exactly(exports, _settings(config), _definitions(config), progress=tell)
        to.parent.mkdir(parents=True, exist_ok=True)
        cells.to_parquet(to, index=False)
    _say(f"{len(cells):,} exact cells are in {to}. They are not rounded: keep them with the exports.")


@app.command()
def build(
    exports: Exports,
    to: Annotated[Path | None, typer.Option("--to", help="Releases folder", show_default=False)] = None,
    force: Annotated[bool, typer.Option(help="Build even if these exports are the release in use")] = False,
    ledger: Annotated[
        Path | None,
        typer.Option(
            help="Private folder of what was released before; else beside EXPORTS", show_default=False
        ),
    ] = None,
    restate: Annotated[
        list[int] | None,
        typer.Option(help="A closed year to change openly, such as 202324", show_default=False),
    ] = None,
    because: Annotated[str, typer.Option(help="Why, in words readers are shown", show_default=False)] = "",
    config: Config = None,
    progress: ShowProgress = ProgressOption.AUTO,
) -> None:
    """Check the exports, work out a release and make it the one in use: whole or not at all.

    A year once released keeps its figures, by the ledger, until it is restated.
    """
    from cswanalytics.build.pipeline import build as build_release
    from cswanalytics.build.restating import asked

    restatement = asked(restate or (), because)
    releases = settings.releases_folder(to)
    with showing(progress) as tell:
        built = build_release(
            exports, releases, _settings(config), _definitions(config), force, progress=tell,
            ledger=ledger, restatement=restatement,
        )  # fmt: skip
    for sentence in built.said:
        _say(sentence)
    manifest = built.release.manifest
    if not built.is_new:
        _say(f"These exports are already the release in use, {manifest.release}; --force builds them again.")
        return
    _say(f"Release {manifest.release} of {manifest.authority} is in use: {len(manifest.measures)} measures.")
    for warning in manifest.warnings:
        _say(f"Warning: {warning}")
    for measure, because in manifest.withheld.items():
        _say(f"Withheld: {measure}: {because}")


@app.command("sample-release")
def sample_release(to: Releases = None, progress: ShowProgress = ProgressOption.AUTO) -> None:
    """Build the release of the invented sample authority: what the dashboard does when there is none."""
    from cswanalytics.build.pipeline import build as build_release

    with showing(progress) as tell:
        build_release(
            SAMPLE,
            settings.releases_folder(to),
            _settings(SAMPLE_CONFIG),
            _definitions(SAMPLE_CONFIG),
            progress=tell,
        )
    data_team.exact_view(SAMPLE, releases=to, config=SAMPLE_CONFIG)


@app.command()
def answer(
    measure: Annotated[
        str, typer.Argument(help="A measure's or figure's id, such as persistent_absence (docs/measures.md)")
    ],
    level: Annotated[LevelOption, typer.Option(help="The authority, or each school")] = LevelOption.AUTHORITY,
    by: Annotated[str, typer.Option(help="A breakdown, such as sex")] = TOTAL,
    who: Annotated[Who, typer.Option(help="Which children with a social worker")] = Who.CWSW,
    compared_with: Annotated[
        ComparedWith, typer.Option(help="Their peers, or all pupils")
    ] = ComparedWith.PEERS,
    point: Annotated[str, typer.Option(help="'Academic year', or such as 'To half-term 2'")] = ACADEMIC_YEAR,
    national: Annotated[
        bool, typer.Option("--national", help="Beside it England's published figure, for the like group only")
    ] = False,
    output: Annotated[Format, typer.Option("--format", help="How to print the answer")] = Format.TABLE,
    releases: Releases = None,
    config: Config = None,
) -> None:
    """Print a measure for children with a social worker and their peers, and the gap, year by year."""
    from cswanalytics.access import Actor
    from cswanalytics.answers import Question
    from cswanalytics.gateway import open_gateway
    from cswanalytics.show import printed, printed_offer

    gateway = open_gateway(
        settings.releases_to_read(releases), Actor(Role.DATA_TEAM), settings.config_folder(config)
    )
    if measure in {figure.id for figure in gateway.offer_figures()}:
        offered = gateway.offer(measure)
        if offered.absent:
            raise CswanalyticsError(f"{measure}: {offered.absent}")
        if output is Format.TABLE:
            Console().print(printed_offer.as_table(offered, gateway.facts))
        elif output is Format.JSON:
            _print(printed_offer.as_json(offered, gateway.facts))
        else:
            _print(printed_offer.as_csv(offered))
        return
    where = Level.AUTHORITY if level is LevelOption.AUTHORITY else Level.SCHOOL
    found = gateway.answer(Question(measure, where, who, compared_with, by, point))
    if found.absent:
        raise CswanalyticsError(f"{measure}: {found.absent}")
    gaps = printed.counted_and_labelled(found)
    if output is Format.TABLE:
        Console().print(printed.as_table(gaps, gateway.facts, national))
    elif output is Format.JSON:
        _print(printed.as_json(gaps, gateway.facts, national))
    else:
        _print(printed.as_csv(gaps, national))


@app.command()
def download(
    to: Annotated[Path, typer.Option("--to", help="FILE.csv or FILE.xlsx", show_default=False)],
    releases: Releases = None,
    config: Config = None,
) -> None:
    """Write the whole release: tidy data with what its columns hold (.csv), or a workbook (.xlsx)."""
    from cswanalytics.access import Actor
    from cswanalytics.gateway import open_gateway

    form = to.suffix.lower()
    if form not in (".csv", ".xlsx"):
        raise CswanalyticsError(
            f"a release can be downloaded as .csv or .xlsx, and {to.name} is neither: "
            "name it FILE.csv or FILE.xlsx"
        )
    gateway = open_gateway(
        settings.releases_folder(releases), Actor(Role.DATA_TEAM), settings.config_folder(config)
    )
    if form == ".csv":
        from cswanalytics.show.ees import meta_file, write_csv

        cells, beside = write_csv(gateway, to), f", what its columns hold in {meta_file(to).name}"
    else:
        from cswanalytics.show.workbook import write_workbook

        cells, beside = write_workbook(gateway, to), ""
    _say(f"{cells:,} cells of release {gateway.facts.release} are in {to}{beside}.")


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port")] = 8501,
    address: Annotated[
        str, typer.Option(help="Address to listen on: this machine only, unless changed")
    ] = "localhost",
    headless: Annotated[bool, typer.Option(help="Do not open a browser")] = False,
    releases: Releases = None,
    config: Config = None,
) -> None:
    """Open the dashboard. With no release, and none named, the sample authority's is built first."""
    folder = settings.releases_folder(releases)
    if (
        releases is None
        and settings.RELEASES_VARIABLE not in os.environ
        and not (folder / release.CURRENT).exists()
    ):
        _say("No release yet: building the invented sample authority's.")
        sample_release(folder, ProgressOption.AUTO)
    environment = {
        **os.environ,
        settings.RELEASES_VARIABLE: str(folder.resolve()),
        settings.EXACT_VARIABLE: str(settings.exact_folder(None, folder).resolve()),
    }
    environment.setdefault(*ONE_ARENA)
    if chosen := settings.config_folder(config):
        environment[settings.CONFIG_VARIABLE] = str(chosen.resolve())
        if (secrets := chosen.resolve() / "secrets.toml").is_file():
            environment.setdefault(SECRETS_VARIABLE, str(secrets))
    options = {
        "server.port": port,
        "server.address": address,
        "server.showEmailPrompt": "false",  # Streamlit would ask a newcomer for an address and wait
    }
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard.py")]
    command += [f"--{name}={value}" for name, value in options.items()]
    # in the project's own folder, because Streamlit reads .streamlit/config.toml from where it is started
    if headless and os.name == "posix":
        # whoever stops, watches or limits this process means the server: it takes its place, and its memory
        os.chdir(ROOT)
        os.execve(sys.executable, command, environment)  # noqa: S606 (our own interpreter, and no shell)
    if not headless and (sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY")):
        opening = threading.Timer(SECONDS_TO_START, webbrowser.open, ["http:" + f"//{address}:{port}"])
        opening.daemon = True
        opening.start()
    raise typer.Exit(subprocess.call(command, cwd=ROOT, env=environment))  # noqa: S603 (our own interpreter)


@app.command()
def version() -> None:
    """Print the version."""
    _print(__version__)


app.add_typer(data_team.app)
app.add_typer(report_command.app, name="report")
app.add_typer(releases_command.app, name="releases")
app.add_typer(development.app)

SECRETS_VARIABLE = "STREAMLIT_SECRETS_FILES"
"""Where Streamlit looks for secrets; whoever has set it, such as systemd's credentials, knows better."""

ONE_ARENA = "MALLOC_ARENA_MAX", "1"
"""Each run of a page is a thread of its own: with a heap for each, glibc holds on to more memory."""

SECONDS_TO_START = 3.0
"""How long after its start the dashboard is opened in a browser."""

ROOT = Path(__file__).parent.parent


def run() -> None:
    """Run the command line, turning what a person can put right into a message and exit status 1."""
    try:
        app()
    except CswanalyticsError as error:
        Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(
            f"{type(error).__name__}: {error}"
        )
        sys.exit(1)
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        reason = os.strerror(error.errno) if error.errno else str(error)
        _say(f"NotWritten: a file cannot be read or written{where}: {reason}. What was in use stays.")
        sys.exit(1)


def _settings(config: Path | None) -> settings.Settings:
    return settings.load(settings.config_folder(config), _definitions(config).aimable())


def _definitions(config: Path | None) -> catalogue.Catalogue:
    return catalogue.load(settings.config_folder(config))


def _print(text: str) -> None:
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def _say(text: str) -> None:
    """Tell a person what was done, on the side, so that a pipe carries only what was asked for."""
    sys.stderr.write(text + "\n")
