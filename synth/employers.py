"""Employers: how many per sector, how large, what they pay, and which accounts belong to one company.

Belongs here: employers and the pay level of their sector. Does not: who works there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from synth.days import last_day, quarter
from synth.rng import stream, weighted
from synth.tables import minimum_wage, numbers, table, text
from synth.window import PERSONS_IN_STATE

YEARLY_GROWTH = 0.036
"""Wage growth after 2020, the year of the sector means."""
_BASE = quarter("2020Q3")
_LOST_TO_PART_QUARTERS = 1.06
"""Jobs that begin or end in a quarter pay for part of it; full quarters pay this much more, so that means agree."""
_FULL_TIME_HOURS, _PART_TIME_HOURS = 39.5, 19.0
WEEKS = 13


@dataclass(frozen=True)
class Employers:
    """One element per employer account (EAN), grouped by sector; `scale[sector]` is the hourly pay level of 2020."""

    sector: np.ndarray
    naics: np.ndarray
    ean: np.ndarray
    fein: np.ndarray
    pay: np.ndarray
    size_edges: np.ndarray
    start: np.ndarray
    stop: np.ndarray
    scale: np.ndarray

    def draw(self, rng: np.random.Generator, sector: np.ndarray) -> np.ndarray:
        """An employer of each sector, large ones likelier."""
        low = np.where(self.start[sector] > 0, self.size_edges[self.start[sector] - 1], 0.0)
        high = self.size_edges[self.stop[sector] - 1]
        chosen = np.searchsorted(self.size_edges, low + rng.random(len(sector)) * (high - low), side="right")
        return chosen.clip(self.start[sector], self.stop[sector] - 1)


def sector_names() -> list[str]:
    """The sectors in the order of sectors.csv: their codes as QCEW writes them (G2, G3 are state and local)."""
    return text(table("sectors"), "sector")


def naics_text() -> pa.Array:
    """Six-digit NAICS codes in the order of naics.csv."""
    return pa.array(text(table("naics"), "naics_code"))


def growth(quarters: npt.ArrayLike) -> np.ndarray:
    """Pay level of each quarter relative to 2020."""
    return (1 + YEARLY_GROWTH) ** ((np.asarray(quarters) - _BASE) / 4)


def schooling_effect() -> np.ndarray:
    """How much more people of the four schooling tiers earn than their sector's mean (log points)."""
    return np.array([-0.20, -0.08, 0.02, 0.16])


def sector_mix() -> np.ndarray:
    """Share of each sector (column) among jobs of each schooling tier (row), so that the totals match QCEW."""
    sectors = table("sectors")
    tilts = [numbers(sectors, f"tilt_{tier}") for tier in ("no_diploma", "high_school", "some_college", "bachelor")]
    weights = numbers(sectors, "employment_2020") * np.stack(tilts)
    tiers = np.array([0.10, 0.24, 0.30, 0.36])
    jobs = numbers(sectors, "employment_2020") / numbers(sectors, "employment_2020").sum()
    for _ in range(60):  # iterative proportional fitting to tier shares and sector employment
        weights = weights / weights.sum(axis=1, keepdims=True) * tiers[:, None]
        weights = weights / weights.sum(axis=0, keepdims=True) * jobs[None, :]
    return weights / weights.sum(axis=1, keepdims=True)


def make_employers(persons: int, seed: int) -> Employers:
    """Employers in proportion to the published establishments, at least six in each sector."""
    rng = stream(seed, "employers")
    sectors = table("sectors")
    counts = np.maximum(6, 0.8 * numbers(sectors, "establishments_2020") * persons / PERSONS_IN_STATE).astype(np.int64)
    total = int(counts.sum())
    sector = np.repeat(np.arange(len(sectors)), counts)
    stop = np.cumsum(counts)
    rank = np.arange(total) - (stop - counts)[sector]
    size = 1.0 / (rank + 1.5) ** 0.95 * rng.lognormal(0, 0.5, total)
    naics_rows = table("naics")
    naics = np.zeros(total, np.int64)
    for code, name in enumerate(sector_names()):
        held = np.array([i for i, row in enumerate(naics_rows) if row["sector"] == name])
        members = np.flatnonzero(sector == code)
        naics[members] = held[weighted(rng, np.array([float(naics_rows[i]["weight"]) for i in held]), len(members))]
    return Employers(
        sector=sector,
        naics=naics,
        # No EAN or FEIN can be mistaken for an invented SSN: 001 and the unassigned prefix 08 are in no SSN area used.
        ean=10_000_000 + rng.permutation(9_000_000)[:total],
        fein=80_000_000 + _company(rng, sector, total),
        pay=rng.normal(0, 0.12, total),
        size_edges=np.cumsum(size),
        start=stop - counts,
        stop=stop,
        scale=_sector_scale(),
    )


def _company(rng: np.random.Generator, sector: np.ndarray, total: int) -> np.ndarray:
    """The number of the company of each account: one in twelve accounts belongs to the company before it."""
    same = rng.random(total) < 1 / 12
    same[0] = False
    same[1:] &= sector[1:] == sector[:-1]
    numbers_of = rng.permutation(9_000_000)[:total]
    leader = np.maximum.accumulate(np.where(same, 0, np.arange(total)))
    return numbers_of[leader]


def _sector_scale() -> np.ndarray:
    """Hourly pay level per sector so that a year's mean wage is the published one, minimum wage included."""
    sectors = table("sectors")
    rng = np.random.Generator(np.random.PCG64(20_200_701))
    shocks = rng.normal(size=4000)
    shares = (np.arange(4000) + 0.5) / 4000
    floor = float(minimum_wage(last_day(_BASE)))
    tiers = np.array([0.10, 0.24, 0.30, 0.36])[:, None] * sector_mix()
    tiers = tiers / tiers.sum(axis=0)
    scale = np.zeros(len(sectors))
    for code, row in enumerate(sectors):
        part_time = rng.permutation(shares) < float(row["part_time_share"])
        tier = np.searchsorted(np.cumsum(tiers[:, code]), rng.permutation(shares)).clip(0, 3)
        spread = np.exp(schooling_effect()[tier] + float(row["log_sigma"]) * shocks)
        hours = np.where(part_time, _PART_TIME_HOURS, _FULL_TIME_HOURS)
        target = float(row["mean_annual_wage_2020_usd"]) * _LOST_TO_PART_QUARTERS
        low, high = 1.0, 400.0
        for _ in range(50):
            middle = (low + high) / 2
            mean = float((np.maximum(middle * spread, floor) * hours * 4 * WEEKS).mean())
            low, high = (middle, high) if mean < target else (low, middle)
        scale[code] = low
    return scale


def draw_hours(rng: np.random.Generator, part_time: np.ndarray) -> np.ndarray:
    """Weekly hours of part-time and full-time jobs."""
    count = len(part_time)
    return np.where(part_time, rng.uniform(10, 28, count), rng.normal(_FULL_TIME_HOURS, 1.5, count))
