"""Parent side: how long a file may still keep us waiting. Time is earned by what comes out of it.

Belongs here: the account. Does not: waiting, or what happens when the time is over. Only time spent waiting for the
child counts: while the parent works on what it has, no file is slow. The size of a packed file says nothing about how
long an honest one takes, so it plays no part.
"""

from __future__ import annotations

from ingest.readers.protocol import Limits

BYTES_PER_SECOND = 1_000_000
"""Rows delivered that earn another second of waiting: a tenth of what the slowest format gives on a busy machine."""


class Clock:
    """The account of one file."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._waited = self._idle = 0.0
        self._delivered = 0

    @property
    def left(self) -> float:
        """Seconds that may pass until something comes: in one piece, and of all the time earned."""
        earned = self._limits.seconds + self._delivered / BYTES_PER_SECOND
        left = min(earned, self._limits.most_seconds) - self._waited
        return max(0.0, min(left, self._limits.seconds - self._idle))

    @property
    def waited(self) -> float:
        """Seconds the file has taken so far."""
        return self._waited

    def wait(self, seconds: float) -> None:
        """So long was waited."""
        self._waited += seconds
        self._idle += seconds

    def deliver(self, byte_count: int) -> None:
        """So much came."""
        self._delivered += byte_count
        self._idle = 0.0
