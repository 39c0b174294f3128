"""Makes `.venv` from `requirements.lock` with nothing but Python itself: `python -m cswanalytics install`.

Every package comes from wherever this machine's pip and uv are set up to take packages from, and is held to
its hash in the lock. A second run does nothing until the lock or pyproject.toml has changed.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".installed"
UV_VERSION = "0.13.9"
LEAST_PYTHON = (3, 11)


def main() -> None:
    """Make `.venv` if it is missing or out of date, or end with what a person can do about it."""
    refused = refusal(sys.version_info[:2], importlib.util.find_spec)
    if refused:
        sys.exit(refused)
    if not (ROOT / "requirements.lock").is_file():
        sys.exit(f"There is no requirements.lock in {ROOT}: run this in a checkout of cswanalytics.")
    wanted = _fingerprint()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted and _works():
        return
    sys.stderr.write("Making .venv from requirements.lock; this happens once.\n")
    try:
        if not _works():
            _run([sys.executable, "-m", "venv", "--clear", str(VENV)])
        python = str(venv_python())
        _run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"uv=={UV_VERSION}"])
        uv = [python, "-m", "uv", "pip", "install", "--quiet", "--python", python]
        if sys.dont_write_bytecode:
            # each process would compile every package anew: two seconds of processor time at every start
            uv.append("--compile-bytecode")
        _run([*uv, "--require-hashes", "-r", str(ROOT / "requirements.lock")])
        _run([*uv, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    except subprocess.CalledProcessError as error:
        sys.exit(
            f"The installation stopped with status {error.returncode}; what went wrong is printed above. "
            "It can be run again."
        )
    STAMP.write_text(wanted, encoding="utf-8")


def refusal(version, find_module):
    """Say why this Python cannot be used, as (major, minor) and a finder of modules; empty where it can.

    No annotations here and no newer syntax in this file: an old Python must get as far as the message.
    """
    if tuple(version) < LEAST_PYTHON:
        return (
            "cswanalytics needs Python {}.{} or later, and this is Python {}.{}. "
            "Name a newer one: `make run PYTHON=python3.11`; on Windows `py -3.11 -m cswanalytics install`."
        ).format(*LEAST_PYTHON, *version)
    missing = [name for name in ("venv", "ensurepip") if find_module(name) is None]
    if missing:
        return (
            "This Python comes without its module {}, which makes .venv. On Debian or Ubuntu: "
            "`apt-get install python3-venv`. Elsewhere: install Python from python.org, or name another one: "
            "`make run PYTHON=…`."
        ).format(" and ".join(missing))
    return ""


def venv_python() -> Path:
    """Give the Python of `.venv`."""
    return VENV / "Scripts" / "python.exe" if os.name == "nt" else VENV / "bin" / "python"


def _works() -> bool:
    if not venv_python().exists():
        return False
    asked = [str(venv_python()), "-c", "import sys, pip; sys.exit(sys.version_info[:2] < (3, 11))"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0  # noqa: S603  # our own .venv


def _fingerprint() -> str:
    text = b"\0".join((ROOT / name).read_bytes() for name in ("requirements.lock", "pyproject.toml"))
    return hashlib.sha256(text + UV_VERSION.encode() + str(ROOT).encode()).hexdigest()


def _run(command) -> None:
    subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603  # commands of this file alone
