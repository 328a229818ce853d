"""One question about one table: what did the treatment change? Belongs here: rows in, estimate out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from impact.design import CALIPER, METHODS, Design, design
from impact.effect import FEWEST_CLUSTERS, Effect, effect
from impact.refusal import ImpactRefused, counted, listed
from impact.table import numbers_of, zero_or_one

LEAST_CLUSTERS = 3
"""Clusters either group needs. A group in one adds nothing to the error, which is then nonsense; with two treated among
22 the 95 % interval held the truth in 77 % of 150 draws, with three in 85 %, with five in 92 %."""


@dataclass(frozen=True)
class Question:
    """Which column is what. `baseline`: the outcome measured before; the effect is then on the change since."""

    treatment: str
    outcome: str
    covariates: tuple[str, ...]
    categorical: tuple[str, ...] = ()
    cluster: str | None = None
    baseline: str | None = None
    method: str = "balance"
    caliper: float = CALIPER

    @property
    def columns(self) -> list[str]:
        """Each once, the outcome last: sorted by them, the rows the design sees are in no order of the outcome."""
        one = [self.treatment, *self.covariates, self.cluster, self.baseline, self.outcome]
        return list(dict.fromkeys(name for name in one if name))


@dataclass(frozen=True)
class Estimate:
    """The answer, with everything needed to judge it."""

    question: Question
    result: Effect
    naive_difference: float
    design: Design
    dropped: dict[str, int]
    notes: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """As `--json` prints it. rows of the file = treated + comparison + dropped."""
        return {
            "effect": self.result.effect,
            "standard_error": self.result.standard_error,
            "naive_difference": self.naive_difference,
            "treated": self.design.treated_count,
            "comparison": self.design.comparison_count,
            "dropped": sum(self.dropped.values()),
            "balance": {name: asdict(line) for name, line in self.design.balance.items()},
            "interval": [self.result.low, self.result.high],
            "dropped_by_reason": self.dropped,
            "comparison_effective": self.design.effective_comparison,
            "method": self.question.method,
            "notes": list(self.notes),
        }


def estimate(frame: pd.DataFrame, question: Question) -> Estimate:
    """The effect of the treatment on the treated. The order of the rows does not matter.

    Raises ImpactRefused, in one sentence, for a question or rows that allow no estimate.
    """
    _check(question)
    frame, treated, outcome, dropped = _usable(frame, question)
    made = design(frame, treated, question.covariates, question.categorical, question.method, question.caliper)
    clusters = _clusters(frame, question, made)
    result = effect(made, outcome, clusters)
    naive = float(outcome[treated].mean() - outcome[~treated].mean())
    notes = [*made.notes, *_notes(question, outcome, clusters, made)]
    return Estimate(question, result, naive, made, dropped | made.dropped, tuple(notes))


def _check(question: Question) -> None:
    if question.method not in METHODS:
        raise ImpactRefused(f"There is no method {question.method}; there is {' and '.join(METHODS)}.")
    if not question.covariates:
        raise ImpactRefused("Name at least one covariate to compare on.")
    if not question.caliper > 0:
        raise ImpactRefused("The caliper must be greater than 0.")
    if question.treatment == question.outcome:
        raise ImpactRefused(f"{question.treatment} cannot be treatment and outcome.")
    others = (("a covariate", question.covariates), ("the cluster", [question.cluster]),
              ("the outcome before", [question.baseline]))  # fmt: skip
    for role, name in (("treatment", question.treatment), ("outcome", question.outcome)):
        for other, names in others:
            if name in names:
                raise ImpactRefused(f"{name} is the {role}; it cannot be {other} too.")
    if unknown := sorted(set(question.categorical) - set(question.covariates)):
        raise ImpactRefused(f"Only covariates can be categorical; {listed(unknown)} is not among them.")


def _usable(frame: pd.DataFrame, question: Question) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, dict[str, int]]:
    """Rows with a treatment and an outcome, in an order of their own, and how many lack one."""
    treatment = zero_or_one(frame[question.treatment], question.treatment)
    outcome = numbers_of(frame[question.outcome], question.outcome, "outcome")
    if question.baseline:
        outcome = outcome - numbers_of(frame[question.baseline], question.baseline, "outcome before")
    lacks_treatment = treatment.isna()
    lacks_outcome = ~lacks_treatment & outcome.isna()
    dropped = {"treatment_missing": int(lacks_treatment.sum()), "outcome_missing": int(lacks_outcome.sum())}
    usable = ~(lacks_treatment | lacks_outcome)
    if question.cluster:
        lacks_cluster = usable & frame[question.cluster].isna()
        dropped["cluster_missing"] = int(lacks_cluster.sum())
        usable &= ~lacks_cluster
    rows = frame[usable]
    order = rows[question.columns].astype(str).sort_values(question.columns, kind="stable").index
    return rows.loc[order], treatment[order].to_numpy() == 1.0, outcome[order].to_numpy(dtype="float64"), dropped


def _clusters(frame: pd.DataFrame, question: Question, made: Design) -> np.ndarray | None:
    """The cluster of each row. Raises ImpactRefused when a group is in too few to say how they differ."""
    if not question.cluster:
        return None
    clusters = frame[question.cluster].astype(str).to_numpy()
    for group, count in _cluster_counts(clusters, made).items():
        if count < LEAST_CLUSTERS:
            raise ImpactRefused(
                f"The {group} group is in {counted(count, 'cluster')} of {question.cluster}, and {LEAST_CLUSTERS} are "
                "needed: name a column of smaller clusters, or none."
            )
    return clusters


def _cluster_counts(clusters: np.ndarray, made: Design) -> dict[str, int]:
    """How many clusters the rows of each group that are used are in."""
    groups = {"treated": made.treated, "comparison": ~made.treated}
    return {group: len(np.unique(clusters[made.kept & rows])) for group, rows in groups.items()}


def _notes(question: Question, outcome: np.ndarray, clusters: np.ndarray | None, made: Design) -> list[str]:
    found = []
    if np.ptp(outcome) == 0:
        found.append(f"{question.outcome} is the same in every row: an effect of 0 says nothing.")
    elif set(np.unique(outcome)) <= {0.0, 1.0}:
        found.append(f"{question.outcome} is 0 or 1: the effect is a difference of shares.")
    if made.second_order:
        found.append(f"Compared on as well, because the logit is better with it: {listed(made.second_order)}.")
    if clusters is not None:
        found += _few_clusters(clusters, made)
    return found


def _few_clusters(clusters: np.ndarray, made: Design) -> list[str]:
    count = len(np.unique(clusters[made.kept]))
    group, least = min(_cluster_counts(clusters, made).items(), key=lambda one: one[1])
    if count < FEWEST_CLUSTERS:
        told = f"{counted(count, 'cluster')} only"
    elif least < FEWEST_CLUSTERS / 2:
        told = f"The {group} group is in {counted(least, 'cluster')} only"
    else:
        return []
    return [f"{told}: the standard error is likely too small."]
