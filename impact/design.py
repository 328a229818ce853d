"""A comparison made alike, before any outcome is looked at. Belongs here: coding, support, weights, balance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from impact.features import encode
from impact.propensity import common_support, log_odds, with_second_order
from impact.refusal import ImpactRefused, counted
from impact.weights import balancing, effective_size, matching

METHODS = ("balance", "match")
CALIPER = 0.2
"""Standard deviations of the log-odds (Austin 2011)."""
FEWEST = 10
"""Rows each group needs: below this a standard error says nothing."""
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
    balance: dict[str, Balance]
    dropped: dict[str, int]
    second_order: tuple[str, ...]
    notes: tuple[str, ...]

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


def design(
    frame: pd.DataFrame,
    treated: np.ndarray,
    covariates: Sequence[str],
    categorical: Collection[str] = (),
    method: str = "balance",
    caliper: float = CALIPER,
) -> Design:
    """The comparison for these rows. `treated`: one boolean per row.

    Raises ImpactRefused when a group is too small or nobody is comparable.
    """
    _check_sizes(int(treated.sum()), int((~treated).sum()), "has")
    features = encode(frame, covariates, categorical)
    smaller = int(min(treated.sum(), (~treated).sum()))
    if features.count * 2 > smaller:
        raise ImpactRefused(
            f"The smaller group has {counted(smaller, 'row')}, too few for {features.count} covariates and categories: "
            "name fewer covariates, or bring more rows."
        )
    terms, second_order = with_second_order(features, treated)
    odds, _ = log_odds(terms, treated)
    support = common_support(odds, treated, caliper)
    kept = support.kept
    _check_sizes(int((kept & treated).sum()), int((kept & ~treated).sum()), "keeps, on common support,")
    pool = kept & ~treated
    if method == "match":
        found = matching(odds[pool], odds[kept & treated])
    else:
        found = balancing(terms[pool], terms[kept & treated].mean(axis=0))
    weights = np.zeros(len(treated))
    weights[kept & treated] = 1.0 / (kept & treated).sum()
    weights[pool] = found
    dropped = dict(support.dropped)
    if method == "match":
        kept = weights > 0
        dropped["comparison_nobodys_match"] = int((pool & ~kept).sum())
    balance = _balance(features.shown, treated, weights)
    notes = [*features.notes, *_warnings(balance, weights[pool])]
    return Design(treated, kept, weights, terms, odds, balance, dropped, second_order, tuple(notes))


def _check_sizes(treated: int, comparison: int, verb: str) -> None:
    for group, size in (("treated", treated), ("comparison", comparison)):
        if size < FEWEST:
            raise ImpactRefused(
                f"The {group} group {verb} {counted(size, 'row')}; {FEWEST} are needed. "
                + ("Bring more rows." if verb == "has" else
                   "The groups are too unlike on these covariates: nobody comparable is left.")
            )  # fmt: skip


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


def _warnings(balance: dict[str, Balance], comparison_weights: np.ndarray) -> list[str]:
    """What a reader must know before believing the figure."""
    found = []
    unlike = [name for name, line in balance.items() if abs(line.after) > WORST_BALANCE]
    if unlike:
        found.append(
            f"The groups still differ by more than {WORST_BALANCE} standard deviations in {', '.join(unlike[:12])}: "
            "the regression adjusts for it, but the figure leans on that."
        )
    size = effective_size(comparison_weights)
    if size < FEWEST * 3:
        found.append(f"The comparison rests on few: its weights are worth {size:.0f} rows.")
    return found
