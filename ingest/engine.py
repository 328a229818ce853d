"""The engine that checks and splits one file: an in-memory DuckDB with a memory limit, spilling into scratch.

Belongs here: limits, and turning the engine's errors into sentences. Does not: any table.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from home.scratch import DISK_FULL, EngineFault, scratch_folder
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


def threads() -> int | None:
    """WORKFORCE_THREADS, or None for as many as there are cores."""
    said = os.environ.get("WORKFORCE_THREADS", "")
    return int(said) if said.isdigit() and int(said) > 0 else None


@contextmanager
def scratch_engine(scratch: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with its own spill folder below `scratch` (else the system's), removed at the end."""
    import duckdb

    if scratch is not None:
        scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    with scratch_folder(SPILL, scratch) as spill:
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
