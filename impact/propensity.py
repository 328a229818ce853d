"""How likely each row was to be treated, given its covariates. Belongs here: the logit, its terms, common support.

Terms: every covariate, then squares and products one after another while the next improves the logit by more than
chance (Imbens and Rubin 2015, chapter 13). No outcome is looked at.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from impact.features import CONTINUOUS, Features

IMPROVES = 2.71
"""A term enters when its score statistic exceeds this: the likelihood-ratio threshold of Imbens and Rubin (2015)."""
ROWS_PER_TERM = 10
"""Rows of the smaller group per term of the logit, at least (Peduzzi and others 1996)."""
MAX_TERMS = 30
MAX_FEATURES = 40
"""With more features than this no products are tried: there would be too many to choose from."""
FARTHEST = 30.0
"""Log-odds are kept within this: beyond it a probability is 0 or 1 anyway."""


@dataclass(frozen=True)
class Support:
    """Which rows are kept, and how many of each group were not and why."""

    kept: np.ndarray
    dropped: dict[str, int]


def log_odds(values: np.ndarray, treated: np.ndarray, start: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds of treatment by a logit on the values, and its coefficients (constant first).

    Where the groups separate along a value the coefficient grows without bound; the fit stops, and common support then
    drops those rows.
    """
    from statsmodels.discrete.discrete_model import Logit
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    design = np.column_stack([np.ones(len(values)), values])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            fitted = Logit(treated.astype("float64"), design).fit(
                disp=False, maxiter=15, start_params=start, warn_convergence=False, skip_hessian=True
            )
            coefficients = np.asarray(fitted.params)
        except np.linalg.LinAlgError:
            coefficients = np.full(design.shape[1], np.nan)
        if not np.isfinite(coefficients).all():
            model = GLM(treated.astype("float64"), design, family=Binomial())
            coefficients = np.asarray(model.fit(maxiter=15).params)
    return np.clip(design @ coefficients, -FARTHEST, FARTHEST), coefficients


def with_second_order(features: Features, treated: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """The features' values, and beside them the squares and products that the logit is better with; their names."""
    values = features.values
    smaller = int(min(treated.sum(), (~treated).sum()))
    room = min(smaller // ROWS_PER_TERM - features.count, MAX_TERMS)
    if room <= 0 or features.count > MAX_FEATURES:
        return values, ()
    names, candidates = _second_order(features)
    chosen: list[int] = []
    start = None
    while candidates.shape[1] and len(chosen) < room:
        odds, start = log_odds(values, treated, start)
        gain = _score_statistics(values, candidates, odds, treated)
        gain[chosen] = 0.0
        best = int(gain.argmax())
        if gain[best] <= IMPROVES:
            break
        chosen.append(best)
        values = np.column_stack([values, candidates[:, best]])
        start = np.append(start, 0.0)
    return values, tuple(names[place] for place in chosen)


def _second_order(features: Features) -> tuple[list[str], np.ndarray]:
    """Squares of continuous features and products of any two, standardised, in the features' order."""
    names, columns = [], []
    values = features.values
    for i in range(features.count):
        for j in range(i, features.count):
            if i == j and len(np.unique(values[:, i])) <= CONTINUOUS:
                continue
            product = values[:, i] * values[:, j]
            deviation = product.std()
            if deviation > 1e-9:
                names.append(f"{features.names[i]} × {features.names[j]}")
                columns.append((product - product.mean()) / deviation)
    return names, np.column_stack(columns) if columns else np.empty((len(values), 0))


def _score_statistics(values: np.ndarray, candidates: np.ndarray, odds: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Rao's score statistic (1 degree of freedom) for adding each candidate; 0 for what is nearly a combination."""
    chance = 1.0 / (1.0 + np.exp(-odds))
    weight = chance * (1.0 - chance)
    inside = np.column_stack([np.ones(len(values)), values])
    information = inside.T @ (inside * weight[:, None])
    slope = candidates.T @ (treated - chance)
    crossed = inside.T @ (candidates * weight[:, None])
    own = np.einsum("ij,ij,i->j", candidates, candidates, weight)
    left = own - np.einsum("ij,ij->j", crossed, np.linalg.pinv(information, hermitian=True) @ crossed)
    return np.where(left > 1e-3 * own, slope**2 / np.maximum(left, 1e-300), 0.0)


def common_support(odds: np.ndarray, treated: np.ndarray, caliper: float) -> Support:
    """Rows for which there is somebody like them in the other group.

    Dropped: comparison rows less likely than any treated row, treated rows more likely than any comparison row (Dehejia
    and Wahba 1999), then treated rows without a comparison row within `caliper` standard deviations of the log-odds
    (Austin 2011).
    """
    kept = np.ones(len(odds), dtype=bool)
    low, high = odds[treated].min(), odds[~treated].max()
    below, above = ~treated & (odds < low), treated & (odds > high)
    kept[below | above] = False
    spread = np.sqrt((odds[treated].var() + odds[~treated].var()) / 2)
    pool = np.sort(odds[kept & ~treated])
    alone = kept & treated & (_distance(odds, pool) > caliper * spread)
    kept[alone] = False
    dropped = {
        "comparison_unlike_any_treated": int(below.sum()),
        "treated_unlike_any_comparison": int(above.sum() + alone.sum()),
    }
    return Support(kept, dropped)


def _distance(odds: np.ndarray, pool: np.ndarray) -> np.ndarray:
    """How far each row is from the nearest value of the sorted pool."""
    if not len(pool):
        return np.full(len(odds), np.inf)
    place = np.searchsorted(pool, odds)
    before, after = pool[np.clip(place - 1, 0, None)], pool[np.clip(place, None, len(pool) - 1)]
    return np.minimum(np.abs(odds - before), np.abs(odds - after))
