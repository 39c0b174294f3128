"""What a machine may refuse, really refused: no room on the disk, a folder that may not be written to."""

import ctypes
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OVERRIDES_PERMISSIONS = (1, 2)
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: what lets root write into a folder that is closed to it."""
SYSCALL_CAPGET, SYSCALL_CAPSET = 125, 126
VERSION_3 = 0x20080522


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """Have the system refuse every byte of a file beyond a size: a write fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(*folders: Path) -> Iterator[None]:
    """Close folders to whoever runs the tests, root too."""
    modes = {folder: folder.stat().st_mode for folder in folders}
    for folder in folders:
        folder.chmod(0o555)
    try:
        if os.getuid() == 0:
            with _without_overriding():
                yield
        else:
            yield
    finally:
        for folder, mode in modes.items():
            folder.chmod(mode)


@contextmanager
def _without_overriding() -> Iterator[None]:
    system = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(VERSION_3, 0)
    had = (ctypes.c_uint32 * 6)()
    assert system.syscall(SYSCALL_CAPGET, header, had) == 0
    fewer = (ctypes.c_uint32 * 6)(*had)
    for capability in OVERRIDES_PERMISSIONS:
        fewer[0] &= ~(1 << capability)
    assert system.syscall(SYSCALL_CAPSET, header, fewer) == 0
    try:
        yield
    finally:
        assert system.syscall(SYSCALL_CAPSET, header, had) == 0
