"""Weights that make the comparison group like the treated. Belongs here: two ways to weigh. Does not: any outcome."""

from __future__ import annotations

import numpy as np

STEPS = 50
CLOSE = 1e-6
PENALTIES = (0.0, 1e-3, 1e-2, 1e-1)
"""Of the balancing, per squared multiplier: none, and where exact balance cannot be had, ever more of it."""
NEIGHBOURS = 4
"""Matches per treated row (Abadie and Imbens 2006 and 2011 use four: one wastes data, many are unlike)."""
SAME = 9
"""Decimals of the log-odds: rows that differ beyond them are equally near."""


def balancing(comparison: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Weights of comparison rows, nearest to equal ones, under which their means are the targets; they add up to 1.

    Entropy balancing (Hainmueller 2012). Where no weights give exactly the targets, the smallest penalty that has a
    solution leaves a rest for the regression to adjust.
    """
    gaps = comparison - targets
    weights = np.full(len(gaps), 1.0 / len(gaps))
    for penalty in PENALTIES:
        weights, is_solved = _solve(gaps, penalty)
        if is_solved:
            break
    return weights


def _solve(gaps: np.ndarray, penalty: float) -> tuple[np.ndarray, bool]:
    """Newton's method with step halving on the dual, which is convex; whether it arrived."""
    lagrange = np.zeros(gaps.shape[1])
    value, weights = _dual(gaps, lagrange, penalty)
    for _ in range(STEPS):
        gradient = weights @ gaps + penalty * lagrange
        if np.abs(gradient).max() < CLOSE:
            return weights, True
        mean = weights @ gaps
        scaled = gaps * np.sqrt(weights)[:, None]
        hessian = scaled.T @ scaled - np.outer(mean, mean)
        hessian[np.diag_indices_from(hessian)] += penalty + 1e-9
        step = np.linalg.lstsq(hessian, -gradient, rcond=None)[0]
        size = 1.0
        while size > 1e-8:
            tried, tried_weights = _dual(gaps, lagrange + size * step, penalty)
            if tried < value:
                break
            size /= 2
        else:
            return weights, bool(np.abs(gradient).max() < 1e-3)
        lagrange, value, weights = lagrange + size * step, tried, tried_weights
    return weights, False


def _dual(gaps: np.ndarray, lagrange: np.ndarray, penalty: float) -> tuple[float, np.ndarray]:
    exponent = gaps @ lagrange
    top = exponent.max()
    raw = np.exp(exponent - top)
    total = raw.sum()
    return float(top + np.log(total) + penalty * (lagrange @ lagrange) / 2), raw / total


def matching(comparison_odds: np.ndarray, treated_odds: np.ndarray) -> np.ndarray:
    """Weights of comparison rows: how often each is one of the nearest of a treated row, by log-odds, with replacement.

    They add up to 1. All rows as near as the last one needed are taken and share the weight (Abadie and Imbens 2006):
    a choice among them would follow the order of the rows.
    """
    pool, place_of, sizes = np.unique(np.round(comparison_odds, SAME), return_inverse=True, return_counts=True)
    odds, times = np.unique(np.round(treated_odds, SAME), return_counts=True)
    near, is_match = _nearest(pool, sizes, odds)
    rows = np.where(is_match, sizes[near], 0)
    each = np.broadcast_to((times / rows.sum(axis=1))[:, None], near.shape)
    weights = np.bincount(near[is_match], weights=each[is_match], minlength=len(pool))
    return weights[place_of] / len(treated_odds)


def _nearest(pool: np.ndarray, sizes: np.ndarray, odds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places in the sorted pool around each of the odds, and which of them hold its nearest rows, ties included.

    Each place is a row or more: as many places on either side as there are neighbours are enough.
    """
    count = min(NEIGHBOURS, int(sizes.sum()))
    near = np.searchsorted(pool, odds)[:, None] + np.arange(-count, count)
    is_place = (near >= 0) & (near < len(pool))
    near = near.clip(0, len(pool) - 1)
    far = np.where(is_place, np.round(np.abs(pool[near] - odds[:, None]), SAME), np.inf)
    order = far.argsort(axis=1, kind="stable")
    reached = np.take_along_axis(np.where(is_place, sizes[near], 0), order, axis=1).cumsum(axis=1)
    needed = (reached >= count).argmax(axis=1)[:, None]
    last = np.take_along_axis(np.take_along_axis(far, order, axis=1), needed, axis=1)
    return near, is_place & (far <= last)


def effective_size(weights: np.ndarray) -> float:
    """How many equally weighted rows these weights are worth (Kish)."""
    return float(weights.sum() ** 2 / (weights**2).sum())
