"""The write lock of one environment, taken once per process.

The command takes it for the whole run and its jobs then find it held; a run launched by the daemon takes it itself and
waits for its turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from home import Home
from home.lock import run_lock

_held: set[Path] = set()


@contextmanager
def writing(home: Home, what: str, wait_seconds: float = 0.0) -> Iterator[None]:
    """Be the one writer of `home` for the length of the block; free when this process already is.

    Raises home.lock.LockHeld when another process writes and does not end within `wait_seconds`.
    """
    if home.lock_file in _held:
        yield
        return
    with run_lock(home, what=what, wait_seconds=wait_seconds):
        _held.add(home.lock_file)
        try:
            yield
        finally:
            _held.discard(home.lock_file)
