"""Costs, gains and returns once more, in plain Python and one stay at a time, in exact decimals.

Written from docs/rules.md section 13, not from the SQL, so that a mistake has to be made twice to go unseen.
Belongs here: working out what must come out of stays, wages and costs. Does not: finding those, reading marts.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from contracts.codes import CODES_DIR
from tests.support.outcome_oracle import Oracle, median, quarter_days, quarter_of

BEFORE, AFTER = range(-4, 0), range(1, 5)
EXCLUDES_ALL = {"01", "02", "03", "04"}
VERSIONS = {"1.0": ("HEAD", "END"), "2.0": ("DAYS", "START")}
HORIZON, RATE, TAX = 3, Decimal("0.03"), Decimal("0.22")


@dataclass(frozen=True)
class Stay:
    """One person's time in one programme; `last` is the day the stay ended, or the as-of day."""

    key: str
    person: str
    program: str
    entry: date
    exit: date | None
    last: date
    reason: str = "00"


@dataclass(frozen=True)
class Spent:
    """Money that has gone out in a programme year."""

    program: str
    program_year: int
    amount: Decimal


@dataclass
class Returns:
    """What one programme returns for one cohort under one version."""

    ended: int = 0
    pending: int = 0
    unmatched: int = 0
    left_out: int = 0
    not_on_file: int = 0
    cost_unknown: int = 0
    gains: list[Decimal] = field(default_factory=list)
    real_gains: list[Decimal] = field(default_factory=list)
    costs: list[Decimal] = field(default_factory=list)

    def row(self, timing: str) -> dict[str, object]:
        """Figures as the report has them; means are left to the reader."""
        gain, cost = sum(self.gains, Decimal(0)), sum(self.costs, Decimal(0))
        worth = sum(gain / (1 + RATE) ** (year + (timing == "END")) for year in range(HORIZON))
        known = bool(self.gains) and cost > 0
        of_exits = self.ended - self.left_out
        return {
            "numerator_count": len(self.gains),
            "denominator_count": of_exits,
            "coverage_share": rounded(Decimal(len(self.gains)) / of_exits, 6) if of_exits else None,
            "gain_usd": gain if self.gains else None,
            "median_gain_usd": median(self.gains) if self.gains else None,
            "real_gain_usd": sum(self.real_gains, Decimal(0)) if self.gains else None,
            "cost_usd": cost if self.gains else None,
            "simple_roi": rounded((gain - cost) / cost, 4) if known else None,
            "multi_year_roi": rounded((worth - cost) / cost, 4) if known else None,
            "taxpayer_roi": rounded((gain * TAX - cost) / cost, 4) if known else None,
            "payback_quarters": rounded(cost / (gain / 4), 3) if known and gain > 0 else None,
            "null_reason_code": self._reason(known),
            "pending_count": self.pending,
            "unmatched_count": self.unmatched,
            "excluded_count": self.left_out + self.not_on_file + self.cost_unknown,
        }

    def _reason(self, known: bool) -> str | None:
        if known:
            return None
        if self.gains:
            return "COST_NOT_POSITIVE"
        if self.cost_unknown:
            return "COST_UNKNOWN"
        if self.pending:
            return "WAGES_PENDING"
        return "WAGES_MISSING" if self.unmatched or self.not_on_file else "EXCLUDED"


def rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def program_year(day: date) -> int:
    return day.year - (day.month < 7)


class RoiOracle:
    """Returns of `stays` by programme, cohort (programme year of exit, or ALL) and version.

    `wages`: by person and quarter, above zero only. `is_matched`: whether a person's wages could be found at all.
    `learned`: reasons to leave a person out that came from elsewhere, with the days they are in force.
    """

    def __init__(
        self,
        as_of: date,
        stays: Iterable[Stay],
        spent: Iterable[Spent],
        wages: dict[str, dict[int, Decimal]],
        is_complete: Callable[[int], bool],
        is_matched: Callable[[str], bool],
        learned: Callable[[str], list[tuple[str, date, date]]],
    ) -> None:
        self.as_of, self.stays, self.wages = as_of, sorted(stays, key=lambda stay: stay.key), wages
        self.is_complete, self.is_matched, self.learned = is_complete, is_matched, learned
        self.first_complete = next((quarter for quarter in range(1990 * 4, 2050 * 4) if is_complete(quarter)), None)
        self.prices, self.base = prices(as_of)
        self.shares = {version: self._shares(list(spent), how) for version, (how, _) in VERSIONS.items()}
        self.returns: dict[tuple[str, str, str], Returns] = defaultdict(Returns)
        for stay in self.stays:
            if stay.exit is not None:
                self._count(stay)

    def rows(self) -> dict[tuple[str, str, str], dict[str, object]]:
        return {key: found.row(VERSIONS[key[2]][1]) for key, found in self.returns.items()}

    # --- costs

    def _shares(self, spent: list[Spent], how: str) -> dict[tuple[str, int], Decimal]:
        """Dollars by stay and programme year: running totals, each rounded to the cent."""
        totals: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
        for paid in spent:
            totals[paid.program, paid.program_year] += paid.amount
        found: dict[tuple[str, int], Decimal] = {}
        for (program, year), total in totals.items():
            first, last = date(year, 7, 1), date(year + 1, 6, 30)
            there = [s for s in self.stays if s.program == program and s.entry <= last and s.last >= first]
            weight = {s.key: 1 if how == "HEAD" else (min(last, s.last) - max(first, s.entry)).days + 1 for s in there}
            everybody, running = sum(weight.values()), 0
            for stay in there:
                before = rounded(total * running / everybody, 2)
                running += weight[stay.key]
                found[stay.key, year] = rounded(total * running / everybody, 2) - before
        return found

    def _cost(self, stay: Stay, version: str) -> Decimal | None:
        years = range(program_year(stay.entry), program_year(stay.last) + 1)
        shares = [self.shares[version].get((stay.key, year)) for year in years]
        return None if None in shares else sum(shares, Decimal(0))

    # --- gains

    def _gain(self, stay: Stay) -> tuple[str, Decimal, Decimal | None]:
        """What is known of the gain: known, pending or not on file; in dollars of the day and in constant prices."""
        entered, left = quarter_of(stay.entry), quarter_of(stay.exit)
        before, after = [entered + n for n in BEFORE], [left + n for n in AFTER]
        if self.first_complete is not None and min(before) < self.first_complete:
            return "not on file", Decimal(0), None
        if not all(self.is_complete(quarter) for quarter in before + after):
            return "pending", Decimal(0), None
        paid = self.wages.get(stay.person, {})
        signed = [(quarter, -paid.get(quarter, Decimal(0))) for quarter in before]
        signed += [(quarter, paid.get(quarter, Decimal(0))) for quarter in after]
        real = [
            rounded(wage * self.base / self.prices[quarter], 2) if quarter in self.prices else None
            for quarter, wage in signed
        ]
        return "known", sum(wage for _, wage in signed), None if None in real else sum(real, Decimal(0))

    def _count(self, stay: Stay) -> None:
        what, gain, real = self._gain(stay)
        for version in VERSIONS:
            cost = self._cost(stay, version)
            for cohort in (str(program_year(stay.exit)), "ALL"):
                found = self.returns[stay.program, cohort, version]
                found.ended += 1
                if self._is_left_out(stay):
                    found.left_out += 1
                elif not self.is_matched(stay.person):
                    found.unmatched += 1
                elif what == "not on file":
                    found.not_on_file += 1
                elif what == "pending":
                    found.pending += 1
                elif cost is None:
                    found.cost_unknown += 1
                else:
                    found.gains.append(gain)
                    found.costs.append(cost)
                    found.real_gains += [] if real is None else [real]

    def _is_left_out(self, stay: Stay) -> bool:
        excludes = EXCLUDES_ALL | {"YOUTH": {"05"}, "ADULT_ED": {"07"}}.get(stay.program, set())
        measured = [stay.exit, *(quarter_days(quarter_of(stay.exit) + n)[0] for n in AFTER)]
        return stay.reason in excludes or any(
            reason in excludes and start <= day <= end
            for reason, start, end in self.learned(stay.person)
            for day in measured
        )


def prices(as_of: date) -> tuple[dict[int, Decimal], Decimal]:
    """Price index by quarter as known on the day, and that of the third quarter of the year before it."""
    with (CODES_DIR / "ref_cpi.csv").open(encoding="utf-8", newline="") as handle:
        found = {
            int(row["calendar_year"]) * 4 + int(row["quarter_number"]) - 1: Decimal(row["index_value"])
            for row in csv.DictReader(handle)
            if date.fromisoformat(row["known_from_date"]) <= as_of
        }
    return found, found[(as_of.year - 1) * 4 + 2]


def returns_of(oracle: Oracle, spent: Iterable[Spent]) -> RoiOracle:
    """Returns of the participants of the outcome oracle, whose periods, wages and reasons these are."""
    stays = []
    for person, periods in oracle.periods.items():
        for period in (period for period in periods if period.newest.is_participant):
            left = period.exit if period.exit and period.exit <= oracle.as_of else None
            key = f"{person}-{period.program}-{period.entry}"
            reason = period.newest.reason
            stays.append(Stay(key, person, period.program, period.entry, left, left or oracle.as_of, reason))
    wages: dict[str, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for person, life in oracle.lives.items():
        for quarter, wage in [*((q, w) for (_, q), w in life.wages.items()), *life.sums.items()]:
            wages[person][quarter] += wage
    return RoiOracle(
        oracle.as_of, stays, spent, wages, oracle.is_complete,
        is_matched=lambda person: oracle.lives[person].has_valid_ssn or person in wages,
        learned=lambda person: oracle.lives[person].exclusions,
    )  # fmt: skip
