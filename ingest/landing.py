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
from ingest.plain import plain_name

IGNORED_SUFFIXES = (".part", ".tmp", ".partial", ".crdownload", ".filepart", MANIFEST_SUFFIX)


@dataclass(frozen=True)
class Submission:
    """One file an agency dropped: what it is called and what it looked like when it was seen."""

    source: str
    path: Path
    size: int
    mtime_ns: int
    touched_ns: int = 0
    """When content or entry last changed: a copy keeps the time its content was written, its entry is new."""

    @property
    def file_name(self) -> str:
        """The name for ledger, log and receipt."""
        return plain_name(self.path)

    def is_younger_than(self, seconds: float) -> bool:
        return seconds > 0 and self.touched_ns > time.time_ns() - int(seconds * 1e9)


def folders(landing: Path, source: str) -> list[Path]:
    """The folders of a source that are there: under its name, and under those it is also called."""
    names = (source, *contracts.load(source).also_called)
    return [landing / name for name in names if (landing / name).is_dir()]


def scan(landing: Path, settle_seconds: float = 0.0, source: str | None = None) -> list[Submission]:
    """The settled files of every source (or of one), by source and file name, whatever order they came in.

    A file counts as settled when nothing has touched it for `settle_seconds`. Hidden files, unfinished transfers and
    manifests are passed over, and so are subfolders, unless a folder pretends to be a file (`x.csv/`).
    """
    names = contracts.source_names() if source is None else [contracts.canonical_name(source)]
    found = []
    for name in names:
        paths = [path for folder in folders(landing, name) for path in folder.iterdir() if _is_submission(path)]
        found += [look(name, path) for path in sorted(paths, key=lambda path: (path.name, path))]
    return [seen for seen in found if seen is not None and not seen.is_younger_than(settle_seconds)]


def unchanged(found: list[Submission], look_again: float) -> list[Submission]:
    """Those that look the same as before: files touched in the last `look_again` seconds are looked at once more.

    Who writes at least that often is noticed; the others cost nothing.
    """
    young = [seen for seen in found if seen.is_younger_than(look_again)]
    if not young:
        return found
    time.sleep(look_again)
    moved = {seen.path for seen in young if look(seen.source, seen.path) != seen}
    return [seen for seen in found if seen.path not in moved]


def strays(landing: Path) -> list[Path]:
    """Entries of the landing folder that no source will ever pick up: files beside the folders, unknown folders."""
    if not landing.is_dir():
        return []
    known = {name for source in contracts.sources().values() for name in (source.name, *source.also_called)}
    return sorted(
        path
        for path in landing.iterdir()
        if not path.name.startswith(".") and not (path.is_dir() and path.name in known)
    )


def look(source: str, path: Path) -> Submission | None:
    """A file as it is now; None when it went away."""
    try:
        facts = path.lstat()
    except OSError:
        return None
    size = facts.st_size if stat.S_ISREG(facts.st_mode) else 0
    return Submission(source, path, size, facts.st_mtime_ns, max(facts.st_mtime_ns, facts.st_ctime_ns))


def _is_submission(path: Path) -> bool:
    name = path.name.lower()
    if name.startswith(".") or name.endswith(IGNORED_SUFFIXES):
        return False
    return bool(path.suffix) or not path.is_dir()
