"""How long releases stay: the newest few, whatever `current` points to, and everything somebody has open."""

from __future__ import annotations

import fcntl
import os
import struct
from pathlib import Path

FLOCK = "hhqqi4x"
"""struct flock of Linux on 64 bits: type, whence, start, length, process."""


def is_open_elsewhere(release: Path) -> bool:
    """True while another process reads the release: DuckDB keeps a shared lock on a file it has open."""
    handle = os.open(release, os.O_RDONLY)
    try:
        asked = struct.pack(FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        return struct.unpack(FLOCK, fcntl.fcntl(handle, fcntl.F_GETLK, asked))[0] != fcntl.F_UNLCK
    finally:
        os.close(handle)


def prune(published: Path, current: Path, keep: int) -> list[Path]:
    """Remove the oldest releases beyond `keep`, except `current` and those in use. Returns what was removed."""
    newest_first = sorted(
        published.glob("workforce_*.duckdb"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True
    )
    removed = [path for path in newest_first[keep:] if path != current and not is_open_elsewhere(path)]
    for path in removed:
        path.unlink()
    return removed


def remove_leftovers(published: Path, prefix: str) -> None:
    """Remove half-made files of a run that was killed; only one run publishes at a time, so none is in use."""
    for path in published.glob(f"{prefix}*"):
        path.unlink()
