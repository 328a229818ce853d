"""A weighted regression among the comparison, for any outcome. Belongs here: what does not depend on the outcome."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

MOST_LEVERAGE = 0.99


@dataclass(frozen=True)
class Regression:
    """`terms`: constant and terms of the rows that are used; `shares`: weights of the comparison among them."""

    terms: np.ndarray
    treated: np.ndarray
    shares: np.ndarray
    inverse: np.ndarray
    leverage: np.ndarray

    def expected(self, outcome: np.ndarray) -> np.ndarray:
        """What the rows that are used would have without treatment."""
        return self.terms @ (self.inverse @ (np.sqrt(self.shares) * outcome[~self.treated]))


def regression(terms: np.ndarray, treated: np.ndarray, weights: np.ndarray) -> Regression:
    """Weighted least squares by statsmodels, its pseudo-inverse kept, so that each outcome costs a product."""
    from statsmodels.regression.linear_model import WLS

    terms = np.column_stack([np.ones(len(terms)), terms])
    pool, shares = terms[~treated], weights[~treated]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a term without variation among those kept: pinv leaves it out
        fitted = WLS(np.zeros(len(pool)), pool, weights=shares).fit(method="pinv")
    leverage = np.einsum("ij,ij->i", pool @ fitted.normalized_cov_params, pool) * shares
    return Regression(terms, treated, shares, fitted.model.pinv_wexog, np.clip(leverage, 0.0, MOST_LEVERAGE))
