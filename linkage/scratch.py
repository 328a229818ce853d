"""A database that lives as long as one task: in a private folder of the system's temporary folder, removed at the end.

Belongs here: limits of that engine, its errors as sentences, files put into place whole. Does not: the folder it is in
(`home.scratch`), any record.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from home.paths import shown, why_not_written
from home.scratch import DISK_FULL, EngineFault, clear_left, scratch_folder
from linkage.run import LinkageError

MEMORY_LIMIT = "2GB"
MEMORY = re.compile(r"\d{1,6}(\.\d+)? ?([KMGT]i?B)", re.IGNORECASE)
PREFIX = "workforce-link-"
"""How the names of scratch folders begin."""


@contextmanager
def scratch_engine(
    *, threads: int | None = None, memory_limit: str = MEMORY_LIMIT, folder: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a database file of its own below `folder` (else the system's), removed however the block ends.

    The file and what is spilled hold identifiers: the folder is readable by its owner only, and what a killed process
    left is removed by the next one. Raises LinkageError for a full disk, too little memory or a wrong limit.
    """
    if not MEMORY.fullmatch(memory_limit):
        raise LinkageError("The memory limit is a number and a unit, such as 2GB or 500MB.")
    root = folder or Path(tempfile.gettempdir())
    clear_left(PREFIX, root)
    with scratch_folder(PREFIX, root) as place, in_sentences(root, memory_limit):
        con = duckdb.connect(str(place / "scratch.duckdb"))
        try:
            con.execute("set memory_limit = ?", [memory_limit])
            (place / "spill").mkdir()
            con.execute("set temp_directory = ?", [str(place / "spill")])
            con.execute("set enable_progress_bar = false")
            con.execute("set TimeZone = 'UTC'")  # a moment is of the same day on every machine
            if threads:
                con.execute("set threads = ?", [int(threads)])
            yield con
        finally:
            con.close()


@contextmanager
def in_sentences(place: Path, memory_limit: str) -> Iterator[None]:
    """Let no engine error out: its text may quote a value."""
    try:
        yield
    except duckdb.Error as error:
        if DISK_FULL.search(str(error)):
            raise LinkageError(
                f"The disk of {place} is full, nothing was written: free space there or name another folder in TMPDIR, "
                "then run again."
            ) from None
        if isinstance(error, duckdb.OutOfMemoryException):
            raise LinkageError(
                f"These records need more than {memory_limit} of memory, nothing was written: run again with a larger "
                "limit."
            ) from None
        if isinstance(error, duckdb.InterruptException):
            raise KeyboardInterrupt from None
        raise EngineFault(f"The engine could not go on ({type(error).__name__}).") from error


@contextmanager
def into_place(target: Path, mode: int = 0o600) -> Iterator[Path]:
    """A path beside `target` to write to; renamed to `target` at the end, removed when the block fails.

    Raises LinkageError when `target` cannot be written.
    """
    check_writable(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    except OSError as error:
        raise LinkageError(f"{shown(target)} cannot be written: {error.strerror}.") from None
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.chmod(mode)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(target)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def check_writable(target: Path) -> None:
    """Raises LinkageError when no file can be made at `target`: to be asked before the work, not after."""
    if reason := why_not_written(target):
        raise LinkageError(reason)
