"""Programs that are killed in the middle of their work, and what they work on: children of a warm process."""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from unittest import mock

import pandas as pd

from cswanalytics import catalogue, release
from cswanalytics.build import ledger as ledgers
from cswanalytics.build.pipeline import Built, build
from cswanalytics.catalogue import Catalogue
from cswanalytics.settings import Settings
from tests.build.small_export import small_export, write
from tests.release.small_release import manifest, tables

# Forked from one process that has loaded everything and has no threads yet.
WARM = get_context("forkserver")
WARM.set_forkserver_preload([__name__])

FEW_TABLES = ("schools", "enrolments", "social_care_episodes", "attendance", "exclusions", "extract")
FEW_MEASURES = ("prevalence", "persistent_absence")
STEPS = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree")
"""What Python tells of before it is done, and what changes a disk. A flush to disk begins with an opening."""


def few_measures() -> Catalogue:
    """Give two measures and one breakdown of the real definitions: a build of them has every step."""
    every = catalogue.load()
    measures = {name: every.measures[name] for name in FEW_MEASURES}
    return Catalogue(measures, {"sex": every.breakdowns["sex"]}, every.offer)


def few_exports(folder: Path) -> Path:
    """Write a valid export of ten pupils that does not say it is invented."""
    export = small_export()
    return write(folder, {name: export[name] for name in FEW_TABLES})


def build_few(
    root: Path, exports: str = "exports", to: str = "releases", now: datetime | None = None
) -> Built:
    """Build from `root/exports` into `root/releases`, with the ledger beside."""
    return build(root / exports, root / to, Settings(), few_measures(), force=True, now=now)


def ledger_of(folder: Path, points: tuple[str, ...]) -> ledgers.Ledger:
    """Give the ledger in a folder, with small points of these names."""
    frame = pd.DataFrame(
        {"social_care_group": ["all"], "breakdown": ["x"], "breakdown_item": ["y"], "n": [5]}
    )
    entry = ledgers.Entry(frame.set_index(ledgers.WHERE), frame, {})
    return ledgers.opened(folder, "E1").with_entries(dict.fromkeys(points, entry))


def write_release(root: Path) -> None:
    with release.building(root):
        release.write(root, manifest(), tables())


def save_ledger(root: Path) -> None:
    ledgers.save(ledger_of(root, ("202324 Academic year", "202425 Academic year")))


def _meet_fate(step: int, work: Callable[[Path], object], root: Path) -> None:
    """Do a work, and be killed just before its nth step that changes the disk under a folder."""
    seen = 0

    def at_every_step(event: str, arguments: tuple) -> None:
        nonlocal seen
        if event not in STEPS or not str(arguments[0]).startswith(str(root)):
            return
        if event == "open" and not (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR):
            return
        seen += 1
        if seen == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(at_every_step)
    work(root)


def _started(work: Callable[..., object], *arguments: object) -> BaseProcess:
    process = WARM.Process(target=work, args=arguments)
    # A page drawn by a test before leaves its script as the main module, which the new process would run.
    with mock.patch.dict(sys.modules, {"__main__": ModuleType("__main__")}):
        process.start()
    return process


def killed_at_step(step: int, work: Callable[[Path], object], root: Path) -> bool:
    """Do a work in a process killed at a step that changes the disk; False if it was done before."""
    process = _started(_meet_fate, step, work, root)
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def killed_after(seconds: float | None, work: Callable[[Path], object], root: Path) -> bool:
    """Do a work in a process that is killed after a time, if it is not done by then. None: never."""
    process = _started(work, root)
    process.join(seconds)
    process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0
