"""The landing folder: which files are there to load, and which must wait because they are still being written.

Belongs here: looking, without opening. Does not: names and manifests (naming), bytes (archive).
"""

from __future__ import annotations

import stat
import time
from dataclasses import dataclass
from pathlib import Path

import contracts
from ingest.naming import MANIFEST_SUFFIX

IGNORED_SUFFIXES = (".part", ".tmp", ".partial", ".crdownload", ".filepart", MANIFEST_SUFFIX)


@dataclass(frozen=True)
class Submission:
    """One file an agency dropped: what it is called and what it looked like when it was seen."""

    source: str
    path: Path
    size: int
    mtime_ns: int

    @property
    def file_name(self) -> str:
        return self.path.name


def scan(landing: Path, settle_seconds: float = 0.0, source: str | None = None) -> list[Submission]:
    """The settled files of every source (or of one), by source and file name, whatever order they came in.

    A file counts as settled when nothing has touched it for `settle_seconds`; a copy keeps the time its content was
    written but not the time its entry changed, so both are looked at. Hidden files, unfinished transfers and manifests
    are passed over, and so are subfolders, unless a folder pretends to be a file (`x.csv/`).
    """
    names = contracts.source_names() if source is None else [source]
    found = []
    for name in names:
        folder = landing / name
        if folder.is_dir():
            found += [_seen(name, path) for path in sorted(folder.iterdir()) if _is_submission(path)]
    latest = time.time_ns() - int(settle_seconds * 1e9)
    return [seen for seen, touched_ns in filter(None, found) if settle_seconds <= 0 or touched_ns <= latest]


def strays(landing: Path) -> list[Path]:
    """Entries of the landing folder that no source will ever pick up: files beside the folders, unknown folders."""
    if not landing.is_dir():
        return []
    known = set(contracts.source_names())
    return sorted(
        path
        for path in landing.iterdir()
        if not path.name.startswith(".") and not (path.is_dir() and path.name in known)
    )


def _is_submission(path: Path) -> bool:
    name = path.name.lower()
    if name.startswith(".") or name.endswith(IGNORED_SUFFIXES):
        return False
    return bool(path.suffix) or not path.is_dir()


def _seen(source: str, path: Path) -> tuple[Submission, int] | None:
    """The submission and when it was last touched; None when it went away while we looked."""
    try:
        facts = path.lstat()
    except FileNotFoundError:
        return None
    size = facts.st_size if stat.S_ISREG(facts.st_mode) else 0
    return Submission(source, path, size, facts.st_mtime_ns), max(facts.st_mtime_ns, facts.st_ctime_ns)
