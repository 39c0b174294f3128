"""The data team's commands about who may see what: `access` tells it, `exact` writes the exact view."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cswanalytics import access_table, catalogue, release, settings
from cswanalytics.access import Actor
from cswanalytics.errors import CswanalyticsError, ReleaseProblem
from cswanalytics.vocabulary import Role

app = typer.Typer()

Config = Annotated[
    Path | None, typer.Option(help="Folder with access.toml; or CSWANALYTICS_CONFIG", show_default=False)
]
Releases = Annotated[
    Path | None,
    typer.Option(help="Folder of releases; or CSWANALYTICS_RELEASES; else releases/", show_default=False),
]


@app.command()
def access(releases: Releases = None, config: Config = None) -> None:
    """Tell who is let in by access.toml, as what, to which schools; or every fault in it."""
    from cswanalytics.gateway import open_gateway

    table = _access_table(config)
    for entry in table.entries:
        schools = ", ".join(sorted(entry.actor.schools)) or "every school"
        sys.stdout.write(f"{entry.actor.role}\t{entry.claim} {entry.value}\t{schools}\n")
    for urn, agreement in table.exact_view.items():
        sys.stdout.write(f"exact view\t{urn}\t{agreement}\n")
    named = frozenset().union(table.exact_view, *(entry.actor.schools for entry in table.entries))
    try:
        view = open_gateway(settings.releases_to_read(releases), Actor(Role.DATA_TEAM))
    except ReleaseProblem:
        return
    for urn in sorted(named - set(view.schools()["school_urn"])):
        sys.stderr.write(f"Warning: {urn} is no school of release {view.facts.release}.\n")


@app.command()
def attack(
    folders: Annotated[
        list[Path],
        typer.Argument(
            help="Folders of one release, or of several of one authority, oldest first", show_default=False
        ),
    ],
    config: Config = None,
) -> None:
    """Try to work out small counts from releases, as anybody could who holds them; 1 if any is."""
    from cswanalytics.build.attack.report import attack_releases

    opened = [release.Release(folder, release.verify(folder)) for folder in folders]
    done = attack_releases(opened, catalogue.load(settings.config_folder(config)))
    for sentence in done.covered:
        sys.stdout.write(f"{sentence}\n")
    for finding in done.findings:
        sys.stdout.write(f"Worked out: {finding}\n")
    if done.findings:
        raise typer.Exit(1)
    sys.stdout.write("Nothing was worked out.\n")


@app.command("exact")
def exact_view(
    exports: Annotated[
        Path, typer.Argument(help="Folder of Parquet exports (docs/exports.md)", show_default=False)
    ],
    to: Annotated[
        Path | None,
        typer.Option("--to", help="Private folder; or CSWANALYTICS_EXACT; else exact/ beside the releases"),
    ] = None,
    releases: Releases = None,
    config: Config = None,
) -> None:
    """Write the exact view of the schools that access.toml switches on, and remove every other."""
    from cswanalytics.build.exact_view import write_exact_view

    switched_on = _access_table(config).exact_view
    shared = settings.releases_folder(releases)
    folder = settings.exact_folder(to, shared)
    definitions = catalogue.load(settings.config_folder(config))
    chosen = settings.load(settings.config_folder(config), definitions.aimable())
    written = write_exact_view(exports, folder, switched_on, shared, chosen, definitions)
    sys.stderr.write(
        f"The exact view of {len(written)} school(s) is in {folder}. It is as private as the exports.\n"
    )


def _access_table(config: Path | None) -> access_table.AccessTable:
    folder = settings.config_folder(config)
    if folder is None:
        raise CswanalyticsError(
            "name the folder that holds access.toml, with --config or CSWANALYTICS_CONFIG"
        )
    return access_table.load(folder)
