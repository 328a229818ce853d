"""The engine that checks and splits one file: an in-memory DuckDB with a memory limit, spilling into scratch.

Belongs here: limits, and turning the engine's errors into sentences. Does not: any table.
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
from typing import TYPE_CHECKING

from ingest.findings import Refused

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pyarrow as pa

MEMORY_LIMIT = "500MB"
"""Of the engine. Reader, pandera and Python come on top; together they stay under 1 GiB at any file size."""
SORTED_AT_ONCE = 8_000_000
"""Hashes sorted in memory at a time: 64 MB, twice."""
SPILL = "load-"
"""How the names of spill folders begin."""
DISK_FULL = re.compile(r"no space left|disk quota exceeded|out of disk|max_temp_directory_size|file too large", re.I)


def threads() -> int | None:
    """WORKFORCE_THREADS, or None for as many as there are cores."""
    said = os.environ.get("WORKFORCE_THREADS", "")
    return int(said) if said.isdigit() and int(said) > 0 else None


def clear_left(scratch: Path) -> None:
    """Remove the spill folders of processes that were killed; those that somebody works in stay."""
    for left in scratch.glob(f"{SPILL}*"):
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


@contextmanager
def scratch_engine(scratch: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with its own spill folder below `scratch` (else the system's), removed at the end.

    Spilled pages hold identifiers; the folder is readable by its owner only. It is held while
    it is in use, so that what a killed process left can be told and removed.
    """
    import duckdb

    if scratch is not None:
        scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    spill = Path(tempfile.mkdtemp(prefix=SPILL, dir=scratch))
    held = _hold(spill)
    con = duckdb.connect(":memory:")
    try:
        con.execute("set memory_limit = ?", [MEMORY_LIMIT])
        con.execute("set temp_directory = ?", [str(spill)])
        con.execute("set preserve_insertion_order = false")  # rows carry their number
        con.execute("set enable_progress_bar = false")
        if (count := threads()) is not None:
            con.execute("set threads = ?", [count])
        yield con
    finally:
        con.close()
        shutil.rmtree(spill, ignore_errors=True)
        os.close(held)


@contextmanager
def in_sentences(place: Path) -> Iterator[None]:
    """Let no engine error out: its text may quote a value. A full disk is refused in a sentence."""
    import duckdb

    from ingest.archive import full_disk

    try:
        yield
    except duckdb.Error as error:
        if DISK_FULL.search(str(error)):
            raise Refused(
                f"The disk of {place} is full: nothing of this file was loaded, what was loaded before is unchanged. "
                "Free space there, then run again."
            ) from None
        if isinstance(error, duckdb.OutOfMemoryException):
            raise Refused(
                f"The file needs more than {MEMORY_LIMIT} of memory and the disk of {place} cannot take the rest. "
                "Nothing of it was loaded; free space there, then run again."
            ) from None
        if isinstance(error, duckdb.IOException) and "lock" in str(error).lower():
            raise Refused(
                f"A database below {place} is open in another program. Nothing was loaded; close it, then run again."
            ) from None
        raise EngineFault(f"The engine could not go on ({type(error).__name__}).") from None
    except OSError as error:
        raise full_disk(error, place) from None


@contextmanager
def lent(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> Iterator[None]:
    """An Arrow table the engine may read under a name for the length of the block."""
    con.register(name, table)
    try:
        yield
    finally:
        con.unregister(name)


def repeated(con: duckdb.DuckDBPyConnection, column: str, relation: str) -> np.ndarray:
    """The 64-bit hashes in `column` that more than one row has, each once.

    By sorting, which for plain numbers is several times quicker than grouping; a slice of them at a time.
    """
    import numpy as np

    [(rows,)] = con.execute(f"select count(*) from {relation}").fetchall()
    slices = rows // SORTED_AT_ONCE + 1
    found = []
    for part in range(slices):
        hashes = con.execute(f"select {column} from {relation} where {column} % {slices} = {part}").fetchnumpy()[column]
        ordered = np.sort(np.asarray(hashes))
        found.append(ordered[1:][ordered[1:] == ordered[:-1]])
    return np.unique(np.concatenate(found))


class EngineFault(RuntimeError):
    """An engine error nobody foresaw, without its text, which may quote a value."""

    is_ours = True


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
