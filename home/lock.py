"""One writer at a time: an advisory lock on WORKFORCE_HOME/run.lock, freed by the kernel when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from home.layout import Home


class LockHeld(RuntimeError):
    """Another run is going. The message names its process and what it does."""


def _holder(text: str) -> str:
    try:
        facts = json.loads(text)
        return f"{facts['what']}, process {facts['pid']}"
    except (ValueError, KeyError, TypeError):
        return "a process that has not said its name yet"


@contextmanager
def run_lock(home: Home, what: str, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the environment's write lock for the length of the block.

    Raises LockHeld when another process holds it and does not let go within `wait_seconds`.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    handle = os.open(home.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + wait_seconds
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    holder = _holder(os.pread(handle, 4096, 0).decode("utf-8", "replace"))
                    raise LockHeld(
                        f"Another run is going in {home.root} ({holder}). Nothing was changed; "
                        "wait for it to end, then start again."
                    ) from None
                time.sleep(0.2)
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps({"pid": os.getpid(), "what": what}).encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)
