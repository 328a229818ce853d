"""Weights that make the comparison group like the treated. Belongs here: two ways to weigh. Does not: any outcome."""

from __future__ import annotations

import numpy as np

STEPS = 50
CLOSE = 1e-6
PENALTIES = (0.0, 1e-3, 1e-2, 1e-1)
"""Of the balancing, per squared multiplier: none, and where exact balance cannot be had, ever more of it."""
NEIGHBOURS = 4
"""Matches per treated row (Abadie and Imbens 2006 and 2011 use four: one wastes data, many are unlike)."""


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

    They add up to 1. Of equally near rows the earlier ones are taken.
    """
    count = min(NEIGHBOURS, len(comparison_odds))
    order = np.argsort(comparison_odds, kind="stable")
    pool = comparison_odds[order]
    weights = np.zeros(len(pool))
    for odds in treated_odds:
        place = int(np.searchsorted(pool, odds))
        near = np.arange(max(place - count, 0), min(place + count, len(pool)))
        best = near[np.argsort(np.abs(pool[near] - odds), kind="stable")[:count]]
        weights[order[best]] += 1.0
    return weights / weights.sum()


def effective_size(weights: np.ndarray) -> float:
    """How many equally weighted rows these weights are worth (Kish)."""
    return float(weights.sum() ** 2 / (weights**2).sum())
