"""What cannot be estimated, said in one sentence. Belongs here: the error, and words for counts and lists."""

from __future__ import annotations

from collections.abc import Sequence


class ImpactRefused(ValueError):
    """The data do not allow an estimate. The message names columns, lines and what to do, never a cell's content."""


class TooFew(ImpactRefused):
    """A group is too small."""


class NoOverlap(ImpactRefused):
    """Nobody in one group is like anybody in the other."""


def listed(names: Sequence[str], limit: int = 12) -> str:
    """`a, b, c`, and how many more there are."""
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


def counted(number: int, word: str) -> str:
    """`1 row`, `2,000 rows`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
