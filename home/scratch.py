"""Folders that engines spill to: private, held while somebody works in them, gone afterwards.

Belongs here: their making and removal, how an engine words a full disk, the fault of an engine. Does not: any engine's
limits, or a sentence for people (`ingest.engine`, `linkage.scratch`).
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DISK_FULL = re.compile(r"no space left|disk quota exceeded|out of disk|max_temp_directory_size|file too large", re.I)
"""How an engine says that a disk is full."""


class EngineFault(RuntimeError):
    """An engine error nobody foresaw, without its text, which may quote a value."""

    is_ours = True


@contextmanager
def scratch_folder(prefix: str, root: Path | None) -> Iterator[Path]:
    """A folder below `root` (else the system's) whose name begins with `prefix`, removed however the block ends.

    What is spilled holds identifiers: it is readable by its owner only. It is held while it is in use, so that what a
    killed process left can be told and removed.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=root))
    held = _hold(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def clear_left(prefix: str, root: Path) -> None:
    """Remove the folders of processes that were killed; those that somebody works in, or somebody else's, stay."""
    for left in root.glob(f"{prefix}*"):
        try:
            handle = _hold(left)
        except OSError:  # somebody works in it, or it went away
            continue
        shutil.rmtree(left, ignore_errors=True)
        os.close(handle)


def _hold(folder: Path) -> int:
    """Lock a folder until the handle is closed, or the process is gone, however it ended. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle
