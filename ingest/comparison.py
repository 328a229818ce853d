"""A batch's profile beside the profiles of the batches before it: which, how far off, how far off it may be.

Belongs here: arithmetic on profiles. Does not: the verdict and what follows from it (drift), the page (drift_page).

History of a batch: of every other period the newest extract taken no later than this one, of the same kind of period
and the same mode, held batches left out; an extract taken before its period had ended is compared with such extracts
alone. Where at least FEWEST of them are of the same quarter or month of another year, only those count, else the
newest NEWEST of all. Fewer than FEWEST: no history yet.

How far off it may be: the contract's tolerance; or three times the usual spread of the history where that is wider; or
what chance alone does in so few rows; or as far as its history has been, in a history of MANY but for its highest and
lowest. The number of rows may never be further off than twice the tolerance for its history's sake: a source that grows
spreads by growing. Numbers of rows and amounts are measured against the middle of
the history (a share of it), shares by their difference.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from statistics import median

from contracts import Source
from ingest.naming import PERIOD
from ingest.profile import OTHER, SMALL_GROUP, Metric, Profile

FEWEST = 3
NEWEST = 8
MANY = 5
SPREADS = 3.0
STANDARD_ERRORS = 4.0
"""A batch has hundreds of metrics: one in a thousand would be beyond three by chance."""
NORMAL = 1.4826
"""The median distance from the median, times this, is a standard deviation where values scatter normally."""
TOLERANCES = {"rows_share": 0.30, "null_share": 0.10, "code_share": 0.10, "amount_share": 0.25}
"""What a contract that says nothing tolerates."""
JUDGED = {
    "rows": ("G8.rows", "rows_share"),
    "distinct_share": ("G8.rows", "rows_share"),
    "null_share": ("G8.nulls", "null_share"),
    "code_share": ("G8.codes", "code_share"),
    "median": ("G8.amounts", "amount_share"),
    "p90": ("G8.amounts", "amount_share"),
}
"""Metric: the rule that judges it and the tolerance it has. The other metrics are shown and not judged."""
RULE_IDS = tuple(dict.fromkeys(rule for rule, _ in JUDGED.values()))
RELATIVE = {"rows", "median", "p90", "mean", "p10", "value_count"}


@dataclass(frozen=True)
class Profiled:
    """An accepted batch with its profile, and the extracts its bytes came as: moment and version, earliest first."""

    batch_id: str
    period: str
    kind: str
    extracts: tuple[tuple[datetime, int, str], ...]
    is_accepted: bool
    """A steward has said that the difference is real."""
    profile: Profile

    @property
    def extract_ts(self) -> datetime:
        return self.extracts[0][0]

    @cached_property
    def season(self) -> str:
        """The quarter or month of the year, or '' for a whole year."""
        match = PERIOD.fullmatch(self.period)
        return "" if match is None else next((text for text in (match["quarter"], match["month"]) if text), "")

    @cached_property
    def shape(self) -> tuple[str, str, int]:
        """What must be the same for two batches to be comparable: mode and interim or not, kind of period, length."""
        match = PERIOD.fullmatch(self.period)
        return self.kind, match["kind"] if match else "", len(self.season)


@dataclass(frozen=True)
class Comparison:
    """One metric of a batch against its history. What is allowed below and above the middle is in the unit of `change`,
    and positive."""

    metric: Metric
    value: float
    before: tuple[float, ...]
    middle: float
    below: float
    above: float

    @property
    def rule_id(self) -> str:
        return JUDGED[self.metric.name][0]

    @property
    def is_relative(self) -> bool:
        return self.metric.name in RELATIVE

    @property
    def change(self) -> float:
        return _change(self.value, self.middle, self.is_relative)

    @property
    def reach(self) -> float:
        """The change in units of what is allowed: beyond ±1 the rule is broken."""
        return round(self.change / (self.below if self.change < 0 else self.above), 6)

    @property
    def limits(self) -> tuple[float, float]:
        """The values between which the metric breaks no rule."""
        if self.is_relative:
            return max(0.0, self.middle * (1 - self.below)), self.middle * (1 + self.above)
        return max(0.0, self.middle - self.below), min(1.0, self.middle + self.above)


def tolerance(source: Source, name: str) -> float:
    """The contract's tolerance of that name, or the usual one."""
    return float(source.drift.get(name, TOLERANCES[name]))


def history(batch: Profiled, batches: Sequence[Profiled], held: Collection[str]) -> list[Profiled]:
    """What a batch is compared with, oldest period first; empty when that is too little to go by."""
    newest: dict[str, tuple[tuple[datetime, int, str], Profiled]] = {}
    for other in batches:
        if other.period == batch.period or other.batch_id in held or other.shape != batch.shape:
            continue
        known = [extract for extract in other.extracts if extract[0] <= batch.extract_ts]
        if known and (other.period not in newest or newest[other.period][0] < known[-1]):
            newest[other.period] = known[-1], other
    found = [newest[period][1] for period in sorted(newest)]
    seasonal = [other for other in found if other.season == batch.season]
    chosen = seasonal if batch.season and len(seasonal) >= FEWEST else found
    return chosen[-NEWEST:] if len(chosen) >= FEWEST else []


def compare(source: Source, profile: Profile, before: Sequence[Profile]) -> list[Comparison]:
    """Every judged metric of a batch that at least FEWEST batches of its history have too."""
    found = []
    for metric in _metrics(profile, before):
        known = [past for past in before if _has(past, metric)]
        if len(known) < FEWEST or not _has(profile, metric):
            continue
        values = [_value(past, metric, profile.get(metric, 0.0)) for past in known]
        middle = median(values)
        if metric.name in RELATIVE and middle <= 0:
            continue
        value = _value(profile, metric, middle)
        allowed = _allowed(source, metric, value, middle, values, _basis(profile, metric))
        found.append(Comparison(metric, value, tuple(values), middle, *allowed))
    return found


def _metrics(profile: Profile, before: Sequence[Profile]) -> list[Metric]:
    """Judged metrics of the batch, and codes that only its history has."""
    every = set(profile).union(*before)
    return sorted(metric for metric in every if metric.name in JUDGED and metric.code != OTHER)


def _has(profile: Profile, metric: Metric) -> bool:
    """Whether a profile says something of a metric: of a code also by not having it, if the column was filled."""
    if metric.name == "code_share":
        return _given(profile, metric.column) >= SMALL_GROUP
    return metric in profile


def _value(profile: Profile, metric: Metric, hoped: float) -> float:
    """The value of a metric; a code too rare to be shown may have had any share up to that of a small group."""
    if metric in profile:
        return profile[metric]
    return min(hoped, (SMALL_GROUP - 1) / _given(profile, metric.column))


def _given(profile: Profile, column: str) -> float:
    """Rows with a value in the column."""
    return profile[Metric("rows")] * (1 - profile.get(Metric("null_share", column), 1.0))


def _basis(profile: Profile, metric: Metric) -> float:
    """How many rows a metric was taken from."""
    if metric.name in ("median", "p90"):
        values = profile[Metric("value_count", metric.column)]
        return values if metric.name == "median" else values / 4  # values are sparse there: twice the standard error
    return _given(profile, metric.column) if metric.name == "code_share" else profile[Metric("rows")]


def _allowed(
    source: Source, metric: Metric, value: float, middle: float, values: Sequence[float], basis: float
) -> tuple[float, float]:
    """How far the metric may be below and above the middle of its history."""
    plain = tolerance(source, JUDGED[metric.name][1])
    changes = sorted(_change(past, middle, metric.name in RELATIVE) for past in values)
    spread = SPREADS * NORMAL * median(map(abs, changes))
    seen = changes[1:-1] if len(changes) >= MANY else changes
    by_history = [max(spread, -seen[0]), max(spread, seen[-1])]
    if metric.name == "rows":
        by_history = [min(2 * plain, side) for side in by_history]
    chance = _chance(metric, value, middle, basis)
    below, above = (max(plain, side, chance) for side in by_history)
    return below, above


def _chance(metric: Metric, value: float, middle: float, basis: float) -> float:
    """What so few rows differ by when nothing has changed."""
    if metric.name in RELATIVE:
        return STANDARD_ERRORS / math.sqrt(max(1.0, middle if metric.name == "rows" else basis))
    share = (value + middle) / 2
    return STANDARD_ERRORS * math.sqrt(share * (1 - share) / max(1.0, basis))


def _change(value: float, middle: float, is_relative: bool) -> float:
    return value / middle - 1 if is_relative else value - middle


def sentence(one: Comparison) -> str:
    """One comparison in words."""
    count = f"the {len(one.before)} batches it is compared with"
    if one.is_relative:
        changes = [_change(past, one.middle, True) for past in one.before]
        what = {
            "rows": "The number of rows",
            "median": f"The median of {one.metric.column}",
            "p90": f"The 90th percentile of {one.metric.column}",
        }[one.metric.name]
        side = "below" if one.change < 0 else "above"
        return (
            f"{what} is {percent(abs(one.change))} {side} the middle of {count}; those lie "
            f"{percent(min(changes), sign=True)} to {percent(max(changes), sign=True)} from it."
        )
    what = {
        "null_share": f"The share of rows without {one.metric.column}",
        "code_share": f"The share of {one.metric.column} that is {one.metric.code}",
        "distinct_share": f"The share of rows with a {one.metric.column} of their own",
    }[one.metric.name]
    low, high = percent(min(one.before)), percent(max(one.before))
    return f"{what} is {percent(one.value)}; in {count} it was {low if low == high else f'{low} to {high}'}."


def percent(share: float, sign: bool = False) -> str:
    """A share for reading: whole percents, tenths below ten."""
    digits = 0 if abs(share) >= 0.0995 or share == 0 else 1
    return f"{100 * share:{'+' if sign and share else ''}.{digits}f} %"
