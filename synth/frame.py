"""Tables as dictionaries of equally long numpy columns: cheap to slice, to stack and to hand over.

Belongs here: row operations that every module needs. Does not: anything about people or extracts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Frame = dict[str, np.ndarray]


def rows(frame: Frame) -> int:
    """Number of rows."""
    return len(next(iter(frame.values()))) if frame else 0


def take(frame: Frame, index: np.ndarray) -> Frame:
    """The rows at `index` (positions or a mask), in that order."""
    return {name: column[index] for name, column in frame.items()}


def stack(frames: Sequence[Frame]) -> Frame:
    """The rows of all frames, one below the other; all have the same columns."""
    return {name: np.concatenate([frame[name] for frame in frames]) for name in frames[0]}


def place_in_group(counts: np.ndarray) -> np.ndarray:
    """0, 1, 2, ... within each of the groups of these sizes, laid end to end."""
    starts = np.cumsum(counts) - counts
    return np.arange(counts.sum()) - np.repeat(starts, counts)


def running_total(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Cumulative sum that starts anew in each group."""
    totals = np.cumsum(values)
    starts = np.cumsum(counts) - counts
    before = np.where(starts > 0, totals[np.maximum(starts - 1, 0)], 0)
    return totals - np.repeat(before, counts)


def largest_per_group(values: np.ndarray, groups: np.ndarray, count: int, empty: int) -> np.ndarray:
    """The largest value of each group 0..count-1; `empty` for a group without rows."""
    largest = np.full(count, empty, np.int64)
    np.maximum.at(largest, groups, values)
    return largest
