"""A weighted regression among the comparison, for any outcome. Belongs here: what does not depend on the outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOST_LEVERAGE = 0.99
VARIES = 1e-10
"""Share of the largest variance below which a combination of terms does not vary among those kept and is left out:
the square of what `features` asks of a covariate."""


@dataclass(frozen=True)
class Regression:
    """`terms`: constant and terms of the rows that are used; `shares`: weights of the comparison among them.

    `inverse`: of the terms' weighted cross-products, by combinations of terms that vary.
    """

    terms: np.ndarray
    treated: np.ndarray
    shares: np.ndarray
    inverse: np.ndarray
    leverage: np.ndarray

    def expected(self, outcome: np.ndarray) -> np.ndarray:
        """What the rows that are used would have without treatment."""
        pool, own = self.terms[~self.treated], outcome[~self.treated]
        coefficients = np.zeros(self.terms.shape[1])
        for _ in range(2):  # the second round removes what rounding left in the first
            coefficients += self.inverse @ ((self.shares * (own - pool @ coefficients)) @ pool)
        return self.terms @ coefficients


def regression(terms: np.ndarray, treated: np.ndarray, weights: np.ndarray) -> Regression:
    """Weighted least squares by its cross-products, inverted once, so that each outcome costs a product."""
    terms = np.column_stack([np.ones(len(terms)), terms])
    pool, shares = terms[~treated], weights[~treated]
    scaled = pool * np.sqrt(shares)[:, None]
    variances, combinations = np.linalg.eigh(scaled.T @ scaled)
    varies = variances > VARIES * variances[-1]
    inverse = (combinations[:, varies] / variances[varies]) @ combinations[:, varies].T
    leverage = np.einsum("ij,ij->i", scaled @ inverse, scaled)
    return Regression(terms, treated, shares, inverse, np.clip(leverage, 0.0, MOST_LEVERAGE))
