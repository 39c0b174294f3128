"""The commands as an analyst types them, run in this process: to start Python anew costs seconds a time."""

import contextlib
import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from cswanalytics import cli


@dataclass(frozen=True)
class Done:
    """What a command printed, and the status it ended with."""

    stdout: str
    stderr: str
    returncode: int


def run(*words: object, expect: int = 0, folder: Path | None = None, **environment: str) -> Done:
    """Run a command as `python -m cswanalytics` does; it must end with that status and show no traceback."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["cswanalytics", *map(str, words)]),
        mock.patch.dict(os.environ, {"COLUMNS": "200", **environment}),
        contextlib.chdir(folder or Path.cwd()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.run()
            status = 0
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 1
    done = Done(out.getvalue(), err.getvalue(), status)
    assert done.returncode == expect, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done
