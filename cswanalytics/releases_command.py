"""`cswanalytics releases …`: the releases that are kept, listed, put back in use, cleared away."""

import csv
import io
import json
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from cswanalytics import history, settings
from cswanalytics.command_options import Format, Releases
from cswanalytics.history import Kept

app = typer.Typer(
    help="The releases that are kept: list them, put one back in use, clear old ones away.",
    no_args_is_help=True,
)


@app.command("list")
def tell(
    output: Annotated[Format, typer.Option("--format", help="How to print them")] = Format.TABLE,
    releases: Releases = None,
) -> None:
    """List every release, newest first, with its files verified. Exit status 1: the one in use is damaged."""
    kept = history.listed(settings.releases_to_read(releases))
    if output is Format.TABLE:
        Console().print(_table(kept))
    elif output is Format.JSON:
        sys.stdout.write(json.dumps({"releases": _rows(kept)}, indent=2, ensure_ascii=False) + "\n")
    else:
        text = io.StringIO()
        rows = _rows(kept)
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        sys.stdout.write(text.getvalue())
    for entry in kept:
        if entry.fault:
            _say(f"Damaged: {entry.name}: {entry.fault}")
    in_use = [entry for entry in kept if entry.in_use]
    if not in_use:
        _say("No release is in use: `cswanalytics releases use NAME` puts one in use.")
    if not in_use or in_use[0].fault:
        raise typer.Exit(1)


@app.command()
def use(
    name: Annotated[str, typer.Argument(help="The release, as `releases list` names it", show_default=False)],
    even_so: Annotated[
        bool, typer.Option("--even-so", help="Although it shows what a later release does not")
    ] = False,
    releases: Releases = None,
) -> None:
    """Put a kept release in use, once every file of it is verified: to roll back, or forward again.

    A running dashboard shows it with the next click. A build that runs later puts its own release in use.
    """
    manifest = history.put_in_use(settings.releases_folder(releases), name, even_so)
    invented = ", invented" if manifest.invented else ""
    _say(f"Release {name} of {manifest.authority}{invented} is in use: data to {manifest.data_to}.")


@app.command()
def prune(
    keep: Annotated[
        int, typer.Option(min=history.LEAST_KEPT, help="How many of the newest stay", show_default=False)
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be cleared away, and clear nothing")
    ] = False,
    releases: Releases = None,
) -> None:
    """Clear old releases away. The one in use, the one before it, and what is damaged always stay."""
    folder = settings.releases_folder(releases)
    gone = history.to_clear(folder, keep) if dry_run else history.clear(folder, keep)
    done = "Would be cleared away" if dry_run else "Cleared away"
    for entry in gone:
        _say(f"{done}: {entry.name}, {_size(entry.size)}.")
    if not gone:
        _say("Nothing to clear away.")


def _table(kept: Sequence[Kept]) -> Table:
    # a name is there to be typed: in a narrow window others give way
    wide = [Column(head, no_wrap=True) for head in ("Release", "Released", "Data to", "Size")]
    table = Table(*wide, Column("State", overflow="fold"), Column("Authority", overflow="fold"))
    for row in _rows(kept):
        authority = f"{row['authority']} (invented)" if row["invented"] else row["authority"]
        table.add_row(
            str(row["release"]),
            str(row["released_at"])[:10],
            str(row["data_to"]),
            _size(int(str(row["bytes"]))),
            ("damaged" if row["fault"] else "valid") + (", in use" if row["in_use"] else ""),
            str(authority),
        )
    return table


def _rows(kept: Sequence[Kept]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for entry in kept:
        about = entry.manifest
        rows.append(
            {
                "release": entry.name,
                "released_at": about.released_at.isoformat(timespec="minutes") if about else "",
                "data_to": about.data_to.isoformat() if about else "",
                "authority": about.authority if about else "",
                "invented": about.invented if about else "",
                "bytes": entry.size,
                "in_use": entry.in_use,
                "fault": entry.fault,
            }
        )
    return rows


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{size / 1_000:.0f} kB"


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
