"""Programmes against job seekers who had none: design once per programme, effects by year of entry and quarter.

Belongs here: from stays, wages by quarter and windows to one line per figure. Does not: which stays (dbt), columns of
reports (dbt).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from impact.design import ROWS_PER_COLUMN, Design, design, restricted
from impact.effect import effect
from impact.refusal import ImpactRefused, NoOverlap, TooFew

WAGE, EMPLOYED = "NET_WAGE", "NET_EMPLOYED"
ALL = "ALL"
SEEN = ("pending_count", "excluded_small_count")
CODES = frozenset(
    {
        "entry_season_number",
        "sex_code",
        "race_label",
        "education_level_code",
        "employment_status_entry_code",
        "wda_code",
    }
)
ALWAYS = ("age_years", "sex_code", "entry_quarter_index")
"""Compared on whatever happens, as are the wages of each quarter before entry."""
ROOM = 5
"""Stays of the smaller group per covariate, category or product (Vittinghoff and McCulloch 2007), so that there are
enough in quarters that only the earlier entrants have reached."""
WITH_ROOM = (
    "education_level_code",
    "race_label",
    "employment_status_entry_code",
    "is_long_term_unemployed",
    "is_low_income",
    "has_disability",
    "wda_code",
    "is_ex_offender",
    "is_english_learner",
    "is_single_parent",
    "is_veteran",
    "is_homeless",
    "entry_season_number",
)
"""Compared on as well, those first that tell most of future earnings; if too few, the last are left out."""
COLUMNS = {
    "line_kind": "object", "program_code": "object", "comparison_program_code": "object", "entry_cohort": "object",
    "metric_code": "object", "window_code": "object", "from_quarter": "int64", "to_quarter": "int64",
    "covariate_name": "object", "not_estimated_reason": "object", "effect_value": "float64",
    "standard_error_value": "float64", "low_value": "float64", "high_value": "float64", "naive_value": "float64",
    "treated_mean_value": "float64", "comparison_mean_value": "float64", "comparison_mean_before_value": "float64",
    "gap_before_value": "float64", "gap_after_value": "float64", "denominator_count": "int64",
    "numerator_count": "int64", "comparison_count": "int64", "comparison_effective_count": "int64",
    "pending_count": "int64", "unmatched_count": "int64", "excluded_history_count": "int64",
    "excluded_unlike_count": "int64", "excluded_small_count": "int64",
}  # fmt: skip


@dataclass(frozen=True)
class Inputs:
    """Tables as dbt keeps them. `quarters`: period_key, quarters_from_anchor (from entry), wage_usd. The last two are
    the fewest treated stays a figure may rest on, and the share of each group for which a covariate must be known."""

    programs: pd.DataFrame
    stays: pd.DataFrame
    quarters: pd.DataFrame
    windows: pd.DataFrame
    least: int
    known: float


@dataclass(frozen=True)
class Group:
    """The stays of one programme and of its comparison, by period_key, and their wages by quarter from entry.

    `usable`: persons who can be matched to wages, whose wages before entry are all known. `persons`: a number each.
    """

    program: str
    comparison: str
    stays: pd.DataFrame
    treated: np.ndarray
    wages: dict[int, np.ndarray]
    usable: np.ndarray
    persons: np.ndarray

    @property
    def before(self) -> list[int]:
        return sorted(quarter for quarter in self.wages if quarter < 0)

    def cohorts(self) -> dict[str, np.ndarray]:
        """ALL, and each year in which somebody entered the programme: its members of either group."""
        year = self.stays["entry_program_year"].to_numpy()
        years = sorted(set(year[self.treated]))
        return {ALL: np.ones(len(year), dtype=bool)} | {str(one): year == one for one in years}

    def counts(self, members: np.ndarray) -> dict[str, int]:
        """Of the treated in a cohort: all, those who cannot be matched, those without known wages before entry."""
        ours = members & self.treated
        matched = self.stays["is_wage_matched"].to_numpy(dtype=bool)
        return {
            "denominator_count": int(ours.sum()),
            "unmatched_count": int((ours & ~matched).sum()),
            "excluded_history_count": int((ours & matched & ~self.usable).sum()),
        }


def estimate_programs(inputs: Inputs) -> pd.DataFrame:
    """EFFECT lines: programme x cohort (year of entry, or ALL) x metric x window. BALANCE lines: x covariate.

    In the order of the programmes' codes; the order of the rows that come in does not matter.
    """
    wages = inputs.quarters.pivot(index="period_key", columns="quarters_from_anchor", values="wage_usd")
    lines: list[dict[str, Any]] = []
    for program, comparison in sorted(
        inputs.programs[["program_code", "comparison_program_code"]].itertuples(index=False, name=None)
    ):
        group = _group(program, comparison, inputs.stays, wages)
        lines += _lines(group, inputs)
    table = pd.DataFrame(lines, columns=list(COLUMNS))
    counts = [name for name, kind in COLUMNS.items() if kind == "int64"]
    return table.assign(**{name: table[name].fillna(0) for name in counts}).astype(COLUMNS)


def _group(program: str, comparison: str, stays: pd.DataFrame, wages: pd.DataFrame) -> Group:
    is_treated = stays["is_treated"].astype(bool)
    of_program = is_treated & (stays["program_code"] == program)
    of_comparison = ~is_treated & (stays["program_code"] == comparison)
    chosen = stays[of_program | of_comparison].sort_values("period_key").reset_index(drop=True)
    own = wages.reindex(chosen["period_key"])
    by_quarter = {int(quarter): own[quarter].to_numpy(dtype="float64") for quarter in own.columns}
    known = [~np.isnan(by_quarter[quarter]) for quarter in by_quarter if quarter < 0]
    usable = chosen["is_wage_matched"].to_numpy(dtype=bool) & np.logical_and.reduce(known)
    persons, _ = pd.factorize(chosen["person_key"])
    return Group(program, comparison, chosen, chosen["is_treated"].to_numpy(dtype=bool), by_quarter, usable, persons)


def _lines(group: Group, inputs: Inputs) -> Iterator[dict[str, Any]]:
    """All lines of one programme. Where nothing can be estimated each figure is a line with its reason."""
    made: Design | str
    try:
        made = _design(group, inputs.least, inputs.known)
    except ImpactRefused as refused:
        made = _reason(refused)
    for cohort, members in group.cohorts().items():
        common = {"program_code": group.program, "comparison_program_code": group.comparison, "entry_cohort": cohort}
        counts = group.counts(members)
        if not counts["denominator_count"]:
            continue
        for line in _cohort(group, members[group.usable], made, inputs):
            yield {**common, **counts, **line}


def _design(group: Group, least: int, known: float) -> Design:
    """The comparison of one programme over all years: at entry alike in who they are and in each quarter's wages."""
    stays, treated = group.stays[group.usable], group.treated[group.usable]
    if treated.sum() < least:
        raise TooFew("Fewer than a figure may rest on.")
    frame = stays[[*ALWAYS, *WITH_ROOM]].copy()
    for name in set(frame) - CODES:
        frame[name] = frame[name].astype("float64")
    wages = [f"wage_{-quarter}_quarters_before" for quarter in group.before]
    for name, quarter in zip(wages, group.before, strict=True):
        frame[name] = group.wages[quarter][group.usable]
    present = frame.notna()
    shares = np.minimum(present[treated].mean(), present[~treated].mean())
    extra = [name for name in WITH_ROOM if shares[name] >= known]
    while True:
        asked = [*wages, *ALWAYS, *extra]
        room = ROOM if extra else ROWS_PER_COLUMN
        try:
            return design(frame, treated, asked, CODES.intersection(asked), with_products=False, rows_per_column=room)
        except TooFew:
            if not extra:
                raise
        extra = extra[: len(extra) // 2]


def _reason(refused: ImpactRefused) -> str:
    return "NO_OVERLAP" if isinstance(refused, NoOverlap) else "TOO_FEW"


def _cohort(group: Group, members: np.ndarray, made: Design | str, inputs: Inputs) -> Iterator[dict[str, Any]]:
    """The lines of one cohort; `members` among the usable stays."""
    own = made if isinstance(made, str) else _restricted(made, members, inputs.least)
    if isinstance(own, Design):
        yield from _balance(own)
    found: dict[bytes, Design | str] = {}
    unknown = np.full(len(group.usable), np.nan)  # a build of an early day has no quarter that far from any entry
    for window in inputs.windows.sort_values("window_code").itertuples(index=False):
        quarters = range(int(window.from_quarter), int(window.to_quarter) + 1)
        paid = np.column_stack([group.wages.get(quarter, unknown)[group.usable] for quarter in quarters])
        known = ~np.isnan(paid).any(axis=1)
        alike = own
        if isinstance(own, Design) and not known[own.kept].all():
            key = known.tobytes()
            if key not in found:
                found[key] = _restricted(own, known, inputs.least)
            alike = found[key]
        counts = _counts(members & group.treated[group.usable], known, own, alike)
        for metric in (WAGE, EMPLOYED):
            line = {
                "line_kind": "EFFECT",
                "metric_code": metric,
                "window_code": window.window_code,
                "from_quarter": quarters[0],
                "to_quarter": quarters[-1],
            }
            if isinstance(alike, Design):
                outcome = _outcome(group, paid, metric, is_change=quarters[0] >= 0)
                figure = _figure(alike, outcome, members & known, group.persons[group.usable])
                yield line | counts | figure
            else:
                is_pending = counts["excluded_small_count"] < inputs.least <= sum(counts.get(name, 0) for name in SEEN)
                reason = "PENDING" if isinstance(own, Design) and is_pending else alike
                yield line | counts | {"not_estimated_reason": reason}


def _restricted(made: Design, rows: np.ndarray, least: int) -> Design | str:
    """The design among these rows, or why there is none; the comparison must be worth `least` too."""
    if (made.kept & made.treated & rows).sum() < least:
        return "TOO_FEW"
    try:
        found = restricted(made, rows)
    except ImpactRefused as refused:
        return _reason(refused)
    return found if found.effective_comparison >= least else "TOO_FEW"


def _counts(ours: np.ndarray, known: np.ndarray, own: Design | str, alike: Design | str) -> dict[str, int]:
    """What became of the usable treated of a cohort: each is in one of these."""
    if isinstance(own, str):
        return {"excluded_small_count": int(ours.sum())}
    used = own.kept & own.treated
    seen = int((used & known).sum())
    is_estimated = isinstance(alike, Design)
    counts = {
        "pending_count": int((used & ~known).sum()),
        "excluded_unlike_count": int((ours & ~used).sum()),
        "numerator_count": seen if is_estimated else 0,
        "excluded_small_count": 0 if is_estimated else seen,
    }
    return counts | _sizes(alike) if isinstance(alike, Design) else counts


def _sizes(made: Design) -> dict[str, int]:
    return {"comparison_count": made.comparison_count, "comparison_effective_count": round(made.effective_comparison)}


def _outcome(group: Group, paid: np.ndarray, metric: str, is_change: bool) -> np.ndarray:
    """Mean per quarter; as a change, less the mean of the quarters before entry. 0 where it is not known."""
    before = np.column_stack([group.wages[quarter][group.usable] for quarter in group.before])
    now, then = (paid, before) if metric == WAGE else (paid > 0, before > 0)
    outcome = now.mean(axis=1) - (then.mean(axis=1) if is_change else 0.0)
    return np.where(np.isnan(paid).any(axis=1), 0.0, outcome)


def _figure(made: Design, outcome: np.ndarray, known: np.ndarray, persons: np.ndarray) -> dict[str, float]:
    """The effect, by person where one has several stays, and the difference without any comparison made alike."""
    found = effect(made, outcome, persons)
    naive = outcome[known & made.treated].mean() - outcome[known & ~made.treated].mean()
    return {
        "effect_value": found.effect,
        "standard_error_value": found.standard_error,
        "low_value": found.low,
        "high_value": found.high,
        "naive_value": float(naive),
        "treated_mean_value": found.treated_mean,
        "comparison_mean_value": found.comparison_mean,
    }


def _balance(made: Design) -> Iterator[dict[str, Any]]:
    for name, line in made.balance.items():
        yield {
            "line_kind": "BALANCE",
            "covariate_name": name,
            "numerator_count": made.treated_count,
            "treated_mean_value": line.treated_mean,
            "comparison_mean_value": line.comparison_mean_after,
            "comparison_mean_before_value": line.comparison_mean_before,
            "gap_before_value": line.before,
            "gap_after_value": line.after,
        } | _sizes(made)
