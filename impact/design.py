"""A comparison made alike, before any outcome is looked at. Belongs here: coding, support, weights, balance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from impact.features import encode
from impact.propensity import common_support, log_odds, with_second_order
from impact.refusal import ImpactRefused, NoOverlap, TooFew, counted
from impact.regression import Regression, regression
from impact.weights import balancing, effective_size, matching

METHODS = ("balance", "match")
CALIPER = 0.2
"""Standard deviations of the log-odds (Austin 2011)."""
FEWEST = 10
"""Rows each group needs: below this a standard error says nothing."""
ROWS_PER_COLUMN = 2
"""Rows of the smaller group per covariate, category or product, at least: with fewer the regression fits anything."""
WORST_BALANCE = 0.1
"""Standardised difference that is still called balanced (Austin 2009)."""


@dataclass(frozen=True)
class Balance:
    """One line of the balance table: means, and their difference in standard deviations before and after."""

    treated_mean: float
    comparison_mean_before: float
    comparison_mean_after: float
    before: float
    after: float


@dataclass(frozen=True)
class Design:
    """`kept` marks the rows that are used; `weights`, of every row, add up to 1 in each group. No outcome is in it."""

    treated: np.ndarray
    kept: np.ndarray
    weights: np.ndarray
    terms: np.ndarray
    odds: np.ndarray
    shown: dict[str, np.ndarray]
    method: str
    dropped: dict[str, int]
    second_order: tuple[str, ...]
    told: tuple[str, ...]

    @property
    def treated_count(self) -> int:
        return int((self.kept & self.treated).sum())

    @property
    def comparison_count(self) -> int:
        return int((self.kept & ~self.treated).sum())

    @property
    def support(self) -> tuple[float, float]:
        """Lowest and highest log-odds of a treated row that is used."""
        odds = self.odds[self.kept & self.treated]
        return float(odds.min()), float(odds.max())

    @property
    def effective_comparison(self) -> float:
        return effective_size(self.weights[self.kept & ~self.treated])

    @cached_property
    def regression(self) -> Regression:
        return regression(self.terms[self.kept], self.treated[self.kept], self.weights[self.kept])

    @cached_property
    def balance(self) -> dict[str, Balance]:
        return _balance(self.shown, self.treated, self.weights)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the covariates, and what a reader must know before believing a figure."""
        return (*self.told, *_warnings(self.balance, self.effective_comparison))


def design(
    frame: pd.DataFrame,
    treated: np.ndarray,
    covariates: Sequence[str],
    categorical: Collection[str] = (),
    method: str = "balance",
    caliper: float = CALIPER,
    with_products: bool = True,
    rows_per_column: int = ROWS_PER_COLUMN,
) -> Design:
    """The comparison for these rows. `treated`: one boolean per row. `with_products`: look for squares and products.

    Raises TooFew when a group is too small, NoOverlap when nobody is comparable, ImpactRefused for unusable covariates.
    """
    _check_sizes(
        treated, np.ones(len(treated), dtype=bool), TooFew("The {group} group has {rows}; {least} are needed.")
    )
    features = encode(frame, covariates, categorical)
    smaller = int(min(treated.sum(), (~treated).sum()))
    _check_room(smaller, features.count, rows_per_column)
    terms, second_order = with_second_order(features, treated) if with_products else (features.values, ())
    odds, _ = log_odds(terms, treated)
    support = common_support(odds, treated, caliper)
    kept, weights = _weighed(treated, support.kept, terms, odds, method)
    dropped = dict(support.dropped)
    if method == "match":
        dropped["comparison_nobodys_match"] = int((support.kept & ~kept).sum())
    return Design(treated, kept, weights, terms, odds, features.shown, method, dropped, second_order, features.notes)


def restricted(whole: Design, usable: np.ndarray) -> Design:
    """The same comparison among the usable rows only, made alike again: one year of entry, or outcomes that are known.

    Raises NoOverlap when too few are left.
    """
    kept, weights = _weighed(whole.treated, whole.kept & usable, whole.terms, whole.odds, whole.method)
    return replace(whole, kept=kept, weights=weights)


def _weighed(
    treated: np.ndarray, kept: np.ndarray, terms: np.ndarray, odds: np.ndarray, method: str
) -> tuple[np.ndarray, np.ndarray]:
    """Which of the kept rows are used, and their weights: equal for the treated, the method's for the comparison."""
    _check_sizes(
        treated, kept, NoOverlap("The groups are too unlike on these covariates: only {rows} of the {group} group have "
                                 "anybody like them, {least} are needed.")
    )  # fmt: skip
    ours, pool = kept & treated, kept & ~treated
    _check_room(int(pool.sum()), terms.shape[1], ROWS_PER_COLUMN)
    weights = np.zeros(len(treated))
    weights[ours] = 1.0 / ours.sum()
    if method == "match":
        weights[pool] = matching(odds[pool], odds[ours])
    else:
        weights[pool] = balancing(terms[pool], terms[ours].mean(axis=0))
    return (weights > 0 if method == "match" else kept), weights


def _check_room(rows: int, columns: int, rows_per_column: int) -> None:
    if rows < rows_per_column * columns:
        raise TooFew(
            f"The smaller group has {counted(rows, 'row')} to compare, too few for {columns} covariates, categories "
            "and products: name fewer covariates, or bring more rows."
        )


def _check_sizes(treated: np.ndarray, kept: np.ndarray, refusal: ImpactRefused) -> None:
    for group, rows in (("treated", kept & treated), ("comparison", kept & ~treated)):
        if rows.sum() < FEWEST:
            told = str(refusal).format(group=group, rows=counted(int(rows.sum()), "row"), least=FEWEST)
            raise type(refusal)(told)


def _balance(shown: dict[str, np.ndarray], treated: np.ndarray, weights: np.ndarray) -> dict[str, Balance]:
    """Per covariate; the standard deviation is that of both groups before, so that before and after compare."""
    lines = {}
    for name, values in shown.items():
        deviation = float(np.sqrt((values[treated].var() + values[~treated].var()) / 2))
        comparison, after = float(values[~treated].mean()), float(weights[~treated] @ values[~treated])
        gaps = (float(values[treated].mean()) - comparison, float(weights[treated] @ values[treated]) - after)
        before, left = (gap / deviation if deviation else 0.0 for gap in gaps)
        lines[name] = Balance(float(weights[treated] @ values[treated]), comparison, after, before, left)
    return lines


def _warnings(balance: dict[str, Balance], size: float) -> list[str]:
    """What a reader must know before believing the figure."""
    found = []
    unlike = [name for name, line in balance.items() if abs(line.after) > WORST_BALANCE]
    if unlike:
        found.append(
            f"The groups still differ by more than {WORST_BALANCE} standard deviations in {', '.join(unlike[:12])}: "
            "the regression adjusts for it, but the figure leans on that."
        )
    if size < FEWEST * 3:
        found.append(f"The comparison rests on few: its weights are worth {size:.0f} rows.")
    return found
