"""The order of a build: checks, cohort, counts, rounding, gate, release.

Each step hands the next a different type.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd

import cswanalytics
from cswanalytics import history, release
from cswanalytics.build import cells as released
from cswanalytics.build import counts as counting
from cswanalytics.build import gate, quality
from cswanalytics.build import ledger as ledgers
from cswanalytics.build.anchors import public_numbers
from cswanalytics.build.attack.neighbourhoods import Surroundings
from cswanalytics.build.checks import CheckedExports, checked
from cswanalytics.build.cohort import STEPS, ChildYears, Point, child_years
from cswanalytics.build.counts import Counts
from cswanalytics.build.expressions import refuse_what_cannot_be_worked_out
from cswanalytics.build.ledger import Ledger
from cswanalytics.build.offer import offer
from cswanalytics.build.phases import merged_phases, with_merged_phases
from cswanalytics.build.restating import (
    NOTHING_BEFORE,
    NOTHING_RESTATED,
    Before,
    Restatement,
    entries_to_keep,
    released_before,
    with_kept,
    without_additions,
    without_telling_changes,
)
from cswanalytics.build.rounding import PublicNumber, Rounded, point_name, round_counts, secret_seed
from cswanalytics.build.steps import Progress, Steps, silent
from cswanalytics.catalogue import Catalogue
from cswanalytics.errors import ReleaseProblem
from cswanalytics.settings import Settings, Window
from cswanalytics.vocabulary import ACADEMIC_YEAR, year_label

YEARS_LOOKED_BACK = 6


@dataclass(frozen=True)
class Built:
    """What a build did: the release in use, whether it is new, and what the data team should know of it."""

    release: release.Release
    is_new: bool
    said: tuple[str, ...] = ()


def build(
    exports: Path,
    releases: Path,
    settings: Settings,
    catalogue: Catalogue,
    force: bool = False,
    now: datetime | None = None,
    progress: Progress = silent,
    ledger: Path | None = None,
    restatement: Restatement = NOTHING_RESTATED,
) -> Built:
    """Build a release from exports and make it the one in use.

    The same exports, settings and definitions as the release in use are recognised, and nothing is built
    unless `force`, or a closed year is to be restated. ExportsRefused carries every fault, and what was in
    use stays; so does whatever stops a build. `ledger` is the data team's private folder, beside the exports
    unless named; invented exports have none unless it is named.
    """
    now = (now or datetime.now().astimezone()).replace(microsecond=0)
    with release.building(releases):
        return _build(exports, releases, settings, catalogue, force, now, progress, ledger, restatement)


def _build(
    exports: Path, releases: Path, settings: Settings, catalogue: Catalogue, force: bool, now: datetime,
    progress: Progress, ledger_folder: Path | None, restatement: Restatement,
) -> Built:  # fmt: skip
    steps = Steps(progress, 5 + len(STEPS))
    steps.begin("Checking the exports")
    refuse_what_cannot_be_worked_out(catalogue)
    in_use = _in_use(releases)
    with checked(exports, settings, _named(in_use)) as fit:
        return _built(
            fit, exports, releases, settings, catalogue, force, now, steps, ledger_folder, restatement, in_use
        )


def _built(
    fit: CheckedExports, exports: Path, releases: Path, settings: Settings, catalogue: Catalogue, force: bool,
    now: datetime, steps: Steps, ledger_folder: Path | None, restatement: Restatement,
    in_use: release.Release | None,
) -> Built:  # fmt: skip
    fingerprint = quality.fingerprint(fit.fingerprint, settings, catalogue)
    if in_use and in_use.manifest.fingerprint == fingerprint and not force and not restatement.years:
        return Built(in_use, is_new=False)
    cohort = child_years(fit, settings, now.date(), steps.work_out)
    steps.begin("Counting")
    exact = counting.count(cohort, catalogue)
    labels = merged_phases(exact.schools)
    exact = with_merged_phases(exact, labels)
    ended = [point for point in exact.points if point.has_ended]
    steps.more(len(ended) - 1)
    ledger = _ledger(fit, exact, exports, ledger_folder)
    # what readers may hold is the newest, whatever has been rolled back to since
    published = history.newest(in_use) if in_use else None
    before = released_before(ledger, exact, restatement, published) if ledger else NOTHING_BEFORE
    public = public_numbers(settings.public_figures, exact.layout, catalogue)
    rounded = round_counts(
        exact, catalogue, settings.base, secret_seed(ledger.secret if ledger else fit.fingerprint.encode()),
        lambda point: steps.begin(f"Rounding {_point_label(point)}"),
        before.earlier(exact.layout), public,
    )  # fmt: skip
    steps.begin("Checking that no child can be found")
    cells = with_kept(released.released_cells(exact, rounded), before, exact.layout)
    cells, left_out = without_telling_changes(cells, before, settings.base)
    cells, not_added = without_additions(cells, before, exact.layout, rounded.withheld)
    passed = gate.pass_through(cells, gate.Publicly(settings.base, catalogue, exact.phase_of_school))
    if fit.invented:
        passed = gate.not_attacked(passed)
    else:
        passed = gate.attacked(
            passed, _surroundings(exact, catalogue, settings.base, public, before, passed.cells)
        )
    steps.begin("Writing the release")
    manifest = _manifest(fit, cohort, exact, rounded, passed, settings, catalogue, labels, fingerprint, now)
    manifest = replace(
        manifest,
        restated=before.reasons,
        withheld={**rounded.withheld, **left_out, **not_added, **passed.withheld},
        warnings=(*manifest.warnings, *_says_restated(before)),
    )
    if ledger:
        ledgers.save(ledger.with_entries(entries_to_keep(before, exact, passed.cells)))
    tables = {
        "cells": passed.cells,
        "schools": exact.schools,
        "quality": quality.findings(fit),
        "offer": offer(cohort, catalogue, settings.base, labels),
    }
    said = (*before.said, *_says_clock(in_use, now))
    return Built(release.write(releases, manifest, tables), is_new=True, said=said)


def _ledger(fit: CheckedExports, exact: Counts, exports: Path, named: Path | None) -> Ledger | None:
    """Open the ledger. Invented exports need none: their figures are to be the same on every machine."""
    if fit.invented and named is None:
        return None
    code = str(exact.schools["new_la_code"].mode()[0])
    return ledgers.opened(named or ledgers.usual_place(exports), code)


def _surroundings(
    exact: Counts, catalogue: Catalogue, base: int, public: tuple[PublicNumber, ...], before: Before,
    cells: pd.DataFrame,
) -> Surroundings:  # fmt: skip
    """Give what the gate's attacker is told.

    A point that stays was attacked when it was released; it is again, with all that is released of it, when
    measures are added to it.
    """
    ended = [point_name(point) for point in exact.points if point.has_ended]
    added = before.added(cells)
    points = [name for name in ended if name not in before.kept or added[name]]
    return Surroundings(
        exact, catalogue, base, public, points,
        before={name: entry.cells for name, entry in before.restated.items()},
        stays={name: list(entry.measures) for name, entry in before.kept.items()},
        # of a closed point the exact counts are not at hand
        beside=[name for name in before.kept if name not in points and name not in before.closed],
    )  # fmt: skip


def _says_restated(before: Before) -> list[str]:
    """Give what every reader is told of restated years."""
    return [
        f"Figures of {year_label(int(year)) if year.isdigit() else year} have been changed: {reason}."
        for year, reason in before.reasons.items()
    ]


def _says_clock(in_use: release.Release | None, now: datetime) -> list[str]:
    """Say that a clock has moved back: what has happened since the last release is found by its date."""
    if in_use is None or in_use.manifest.released_at <= now:
        return []
    return [
        f"By this computer's clock it is earlier than when {_named(in_use)} was made. If the clock is wrong, "
        "put it right and build again: readers are shown this release's date."
    ]


def _manifest(
    fit: CheckedExports, cohort: ChildYears, exact: Counts, rounded: Rounded, passed: gate.Passed,
    settings: Settings, catalogue: Catalogue, labels: Mapping[str, str], fingerprint: str, now: datetime,
) -> release.Manifest:  # fmt: skip
    ended = [point for point in exact.points if point.has_ended]
    years = tuple(sorted({point.time_period for point in ended if point.time_identifier == ACADEMIC_YEAR}))
    schools = exact.schools
    return release.Manifest(
        release="",
        authority=settings.name or str(schools["la_name"].mode()[0]),
        new_la_code=str(schools["new_la_code"].mode()[0]),
        invented=fit.invented,
        released_at=now,
        data_to=cohort.latest_on,
        data_dates=quality.data_dates(cohort),
        fingerprint=fingerprint,
        base=settings.base,
        cohort_window=settings.window.value,
        legal_basis=settings.legal_basis,
        years=years,
        in_year=tuple(
            dict.fromkeys(point.time_identifier for point in ended if point.time_identifier != ACADEMIC_YEAR)
        ),
        phases=tuple(dict.fromkeys(labels.values())),
        measures=tuple(dict.fromkeys(passed.cells["measure"])),
        matched=quality.matched_share(cohort),
        matching=quality.matching(cohort),
        unsettled_results=quality.unsettled_results(cohort),
        warnings=quality.warnings(fit),
        not_exported={
            measure.id: table
            for measure in (*catalogue.measures.values(), *catalogue.offer.figures.values())
            if (table := counting.missing_table(measure, fit.tables))
        },
        withheld=passed.withheld,
        cannot_say={**_cannot_say(cohort, exact, settings), **rounded.failed},
        half_terms_reported=quality.half_terms_reported(cohort),
        gate=passed.checked,
        aims=settings.aims,
        letters=settings.letters,
        made_by=f"cswanalytics {cswanalytics.__version__}",
    )


def _cannot_say(cohort: ChildYears, exact: Counts, settings: Settings) -> dict[str, str]:
    """Give the points at which no verdict may stand on children with a social worker, and why."""
    reasons = {}
    share = quality.unexplained_share(cohort)
    complete_from = quality.social_care_complete_from(cohort)
    for point in exact.points:
        key = f"{point.time_period} {point.time_identifier}"
        if share is not None and share > quality.MOST_UNEXPLAINED:
            reasons[key] = (
                "more than a tenth of children in social care could not be matched to a school, unexplained"
            )
        if settings.window is Window.SIX_YEARS and complete_from and complete_from > _years_before(point):
            reasons[key] = (
                f"social care records begin on {complete_from.day} {complete_from:%B %Y}, "
                "less than six years before, so some children who had a social worker are not known"
            )
    return reasons


def _years_before(point: Point) -> date:
    day = point.reference_date
    try:
        return day.replace(year=day.year - YEARS_LOOKED_BACK)
    except ValueError:  # 29 February
        return day.replace(year=day.year - YEARS_LOOKED_BACK, day=28)


def _in_use(releases: Path) -> release.Release | None:
    try:
        return release.open_current(releases)
    except ReleaseProblem:
        return None


def _named(in_use: release.Release | None) -> str:
    if in_use is None:
        return ""
    at = in_use.manifest.released_at
    return f"the release of {at.day} {at:%B %Y}"


def _point_label(point: Point) -> str:
    year = year_label(point.time_period)
    return year if point.time_identifier == ACADEMIC_YEAR else f"{year} {point.time_identifier.lower()}"
