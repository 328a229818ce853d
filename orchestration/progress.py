"""What a run is doing right now, said to whoever listens in this process. No listener, no cost.

Belongs here: the seam between the steps and a terminal. Does not: how a line looks (cli).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Listener(Protocol):
    """Somebody who shows progress."""

    def start(self, step: str) -> None: ...

    def detail(self, text: str) -> None: ...

    def end(self, note: str) -> None: ...

    def fail(self) -> None: ...


_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Let `listener` hear every step of this process for the length of the block."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


class Step:
    """One step under way; `note` is what its last line will say."""

    def __init__(self) -> None:
        self.note = ""

    def detail(self, text: str) -> None:
        for listener in _listeners:
            listener.detail(text)


@contextmanager
def step(name: str) -> Iterator[Step]:
    """Say that a step begins, and when it ends what came of it, or that it failed."""
    for listener in _listeners:
        listener.start(name)
    going = Step()
    try:
        yield going
    except BaseException:
        for listener in _listeners:
            listener.fail()
        raise
    for listener in _listeners:
        listener.end(going.note)
