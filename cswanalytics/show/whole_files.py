"""Files written whole or not at all: a reader finds the old ones or the new ones, and never half of one."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from cswanalytics.errors import CswanalyticsError


@contextmanager
def replacing(*files: Path) -> Generator[tuple[Path, ...]]:
    """Give a place to write each file to; they take their names together, once all are written.

    CswanalyticsError where the folder cannot be written to, or another program holds a file open.
    """
    try:
        files[0].parent.mkdir(parents=True, exist_ok=True)
        # beside the files themselves: a rename within one disk is one step
        with TemporaryDirectory(dir=files[0].parent, prefix=".unfinished-") as folder:
            unfinished = tuple(Path(folder) / file.name for file in files)
            yield unfinished
            for written, file in zip(unfinished, files, strict=True):
                written.replace(file)
    except OSError as error:
        named = " and ".join(file.name for file in files)
        raise CswanalyticsError(
            f"{named} cannot be written to {files[0].parent}: {error.strerror or 'no reason given'}. "
            "Close the file if it is open, or choose another folder"
        ) from error
