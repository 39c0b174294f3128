"""HiGHS, quiet and the same on every run: what the attacker's programmes are made from."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock

import highspy

_ONE_AT_A_TIME = Lock()


def quiet_highs() -> highspy.Highs:
    """Give a programme that says nothing, works in one thread and draws the same numbers each time."""
    # it greets once a process, before it can be told not to; what threads say goes one way at a time
    with _ONE_AT_A_TIME, _nothing_said():
        programme = highspy.Highs()
        programme.setOptionValue("output_flag", False)
    programme.setOptionValue("threads", 1)
    programme.setOptionValue("random_seed", 0)
    return programme


@contextmanager
def _nothing_said() -> Generator[None]:
    """Send what a library writes past Python to nowhere: a pipe carries only what was asked for."""
    sys.stdout.flush()
    spoken, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(spoken, 1)
        os.close(spoken)
        os.close(nowhere)
