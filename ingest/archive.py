"""The archive: agency bytes, once, under their own checksum, read-only. The system of record.

Belongs here: copying, checksum, and the few facts about bytes that cost nothing on the way. Does not: what they mean.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ingest.findings import Refused, Rejected
from ingest.plain import plain_name

CHUNK = 4 << 20
READ_ONLY = 0o400
INCOMING = ".incoming-"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True)
class Bytes:
    """What one pass over a file tells about it."""

    sha256: str
    byte_count: int


class _Pass:
    """The running facts of one pass."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._size = 0

    def add(self, chunk: bytes) -> None:
        self._hash.update(chunk)
        self._size += len(chunk)

    def done(self) -> Bytes:
        return Bytes(self._hash.hexdigest(), self._size)


def open_regular(path: Path) -> int:
    """A file descriptor of a regular file, never through a link. Raises Rejected with a sentence otherwise."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Rejected.by("G3.unreadable", _why_not(path, error)) from None
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return handle
    os.close(handle)
    kind = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
    raise Rejected.by("G3.unreadable", f"{plain_name(path)} is {kind}.")


def _why_not(path: Path, error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return f"{plain_name(path)} is a link to another file; links are not followed."
    if isinstance(error, PermissionError):
        return f"{plain_name(path)} may not be read by the user who runs this."
    if isinstance(error, FileNotFoundError):
        return f"{plain_name(path)} is no longer there."
    return f"{plain_name(path)} cannot be opened ({os.strerror(error.errno or 0)})."


def inspect(path: Path) -> Bytes:
    """One pass over a file without copying it. Raises Rejected when it cannot be read."""
    return _read_through(path, lambda chunk: None)


class Copy:
    """A copy on its way into the archive: complete and readable at once, under its checksum once it is sealed."""

    def __init__(self, facts: Bytes, folder: Path, incoming: Path, handle: int) -> None:
        self.facts = facts
        self.path = incoming
        self._folder = folder
        self._failed: OSError | None = None
        self._pushing = threading.Thread(target=self._push, args=(handle,), name="archive-sync")
        self._pushing.start()

    def _push(self, handle: int) -> None:
        """To the disk in the background, while the rows are checked; what went wrong is asked for in seal()."""
        try:
            os.fchmod(handle, READ_ONLY)
            os.fsync(handle)
        except OSError as error:
            self._failed = error
        finally:
            os.close(handle)

    def seal(self) -> Path:
        """Wait for the disk and give the copy its name. To be called before anything is recorded about the file.

        Bytes that are there already are not kept twice. Raises Refused when the disk is full.
        """
        self._pushing.join()
        if self._failed is not None:
            self.path.unlink(missing_ok=True)
            raise full_disk(self._failed, self._folder)
        target = self._folder / self.facts.sha256
        if target.exists():
            self.path.unlink()
        else:
            self.path.rename(target)
            entry = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
            os.fsync(entry)
            os.close(entry)
        self.path = target
        return target

    def discard(self) -> None:
        """Forget a copy that was not sealed; a sealed one stays for ever."""
        self._pushing.join()
        if self.path.name.startswith(INCOMING):
            self.path.unlink(missing_ok=True)


def clear_unfinished(folder: Path) -> None:
    """Remove copies a killed run left half made. Only for the holder of the run lock."""
    for left in folder.glob(f"{INCOMING}*"):
        left.unlink(missing_ok=True)


def store(path: Path, folder: Path) -> Copy:
    """Copy a file into the archive folder, with checksum, in one pass.

    Raises Rejected when the file cannot be read or changes meanwhile, Refused when the disk is full.
    """
    incoming = folder / f"{INCOMING}{os.getpid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        incoming.unlink(missing_ok=True)
        handle = os.open(incoming, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            facts = _read_through(path, lambda chunk: _write_all(handle, chunk))
        except BaseException:
            os.close(handle)
            incoming.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise full_disk(error, folder) from None
    return Copy(facts, folder, incoming, handle)


def full_disk(error: OSError, folder: Path) -> Exception:
    """The sentence for a write that failed; the error itself when it is none we know."""
    if error.errno in FULL:
        return Refused(
            f"The disk of {folder} is full: nothing of this file was loaded, what was loaded before is unchanged. "
            "Free space there, then run again."
        )
    if isinstance(error, PermissionError):
        return Refused(f"{folder} may not be written by the user who runs this; give that user write access.")
    return error


def _write_all(handle: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(handle, view) :]


def _read_through(path: Path, use: Callable[[bytes], None]) -> Bytes:
    """Hand every chunk to `use`, while another thread works out the checksum.

    Raises Rejected when the file cannot be read or changes meanwhile.
    """
    handle = open_regular(path)
    try:
        before = os.fstat(handle)
        running = _Pass()
        with ThreadPoolExecutor(1) as beside:
            adding: Future[None] | None = None
            while chunk := _read(handle, path):
                if adding is not None:
                    adding.result()
                adding = beside.submit(running.add, chunk)
                use(chunk)
            if adding is not None:
                adding.result()
        after = os.fstat(handle)
        facts = running.done()
    finally:
        os.close(handle)
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size) or facts.byte_count != after.st_size:
        raise Rejected.by(
            "G3.unreadable", f"{plain_name(path)} changed while it was read; it is taken again at the next run."
        )
    return facts


def _read(handle: int, path: Path) -> bytes:
    try:
        return os.read(handle, CHUNK)
    except OSError as error:
        raise Rejected.by(
            "G3.unreadable", f"{plain_name(path)} cannot be read ({os.strerror(error.errno or 0)})."
        ) from None
