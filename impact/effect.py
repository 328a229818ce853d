"""The effect on one outcome under a design. Belongs here: the estimate and its standard error."""

from __future__ import annotations

import warnings
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
    from statsmodels.regression.linear_model import WLS

    kept, treated = design.kept, design.treated[design.kept]
    terms = np.column_stack([np.ones(kept.sum()), design.terms[kept]])
    weights, y = design.weights[kept], outcome[kept]
    pool, shares = terms[~treated], weights[~treated]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a term without variation among those kept: pinv leaves it out
        fitted = WLS(y[~treated], pool, weights=shares).fit(method="pinv")
    expected = terms @ fitted.params
    gaps = y - expected
    found = float(gaps[treated].mean() - shares @ gaps[~treated])
    leverage = np.clip(np.einsum("ij,jk,ik->i", pool, fitted.normalized_cov_params, pool) * shares, 0.0, 0.99)
    influence = np.empty(len(y))
    influence[treated] = (gaps[treated] - gaps[treated].mean()) * weights[treated]
    influence[~treated] = -shares * gaps[~treated] / np.sqrt(1.0 - leverage)
    size = design.effective_comparison
    if clusters is None:
        count = int(treated.sum())
        variance = (influence[treated] ** 2).sum() * count / (count - 1) + (influence[~treated] ** 2).sum()
        freedom = max(count + size - 2, 1.0)
    else:
        _, place = np.unique(clusters[kept], return_inverse=True)
        sums = np.bincount(place, weights=influence)
        if len(sums) < 2:
            raise ImpactRefused("All rows that are used are in one cluster: there is no standard error.")
        variance = (sums**2).sum() * len(sums) / (len(sums) - 1)
        freedom = len(sums) - 1
    error = float(np.sqrt(variance))
    half = float(stats.t.ppf((1 + LEVEL) / 2, freedom)) * error
    mean = float(y[treated].mean())
    return Effect(found, error, found - half, found + half, mean, mean - found)
