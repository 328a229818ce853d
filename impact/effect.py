"""The effect on one outcome under a design. Belongs here: the estimate and its standard error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from impact.design import Design
from impact.refusal import ImpactRefused

LEVEL = 0.95
FEWEST_CLUSTERS = 20


@dataclass(frozen=True)
class Effect:
    """Average effect on the treated who are used, in the outcome's unit; `low` and `high` bound the 95 % interval."""

    effect: float
    standard_error: float
    low: float
    high: float
    treated_mean: float
    comparison_mean: float


def effect(design: Design, outcome: np.ndarray, clusters: np.ndarray | None = None) -> Effect:
    """Mean of the treated minus the weighted mean of the comparison, adjusted by a regression among the comparison.

    Doubly robust: right when the propensity model or the regression is (Robins and others 1994; for balancing weights
    Zhao and Percival 2017; for matches this is the bias adjustment of Abadie and Imbens 2011). The standard error is
    robust to unequal variances (HC2), sums within `clusters` where given, and takes the weights as found.
    """
    from scipy import stats

    fit = design.regression
    treated, y = fit.treated, outcome[design.kept]
    gaps = y - fit.expected(y)
    found = float(gaps[treated].mean() - fit.shares @ gaps[~treated])
    influence = np.empty(len(y))
    influence[treated] = (gaps[treated] - gaps[treated].mean()) / treated.sum()
    influence[~treated] = -fit.shares * gaps[~treated] / np.sqrt(1.0 - fit.leverage)
    size = design.effective_comparison
    if clusters is None:
        count = int(treated.sum())
        variance = (influence[treated] ** 2).sum() * count / (count - 1) + (influence[~treated] ** 2).sum()
        freedom = max(count + size - 2, 1.0)
    else:
        _, place = np.unique(clusters[design.kept], return_inverse=True)
        sums = np.bincount(place, weights=influence)
        if len(sums) < 2:
            raise ImpactRefused("All rows that are used are in one cluster: there is no standard error.")
        variance = (sums**2).sum() * len(sums) / (len(sums) - 1)
        freedom = len(sums) - 1
    error = float(np.sqrt(variance))
    half = float(stats.t.ppf((1 + LEVEL) / 2, freedom)) * error
    mean = float(y[treated].mean())
    return Effect(found, error, found - half, found + half, mean, mean - found)
