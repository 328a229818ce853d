"""The small tables behind the invented Connecticut: synth/data (sources in SOURCES.md) and the contracts' code lists.

Belongs here: reading them. Does not: drawing from them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from synth.days import day

DATA = Path(__file__).resolve().parent / "data"
CODES = Path(__file__).resolve().parent.parent / "contracts" / "codes"


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of synth/data/<name>.csv as text."""
    return _read(DATA / f"{name}.csv")


@cache
def codes(name: str) -> tuple[dict[str, str], ...]:
    """The rows of contracts/codes/ref_<name>.csv as text."""
    return _read(CODES / f"ref_{name}.csv")


def _read(path: Path) -> tuple[dict[str, str], ...]:
    with path.open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle, strict=True))


def text(rows: tuple[dict[str, str], ...], column: str) -> list[str]:
    """One column as it stands."""
    return [row[column] for row in rows]


def numbers(rows: tuple[dict[str, str], ...], column: str) -> np.ndarray:
    """One column as floating-point numbers."""
    return np.array([float(row[column]) for row in rows])


@dataclass(frozen=True)
class Programme:
    """Size and shape of one programme (synth/data/programmes.csv)."""

    code: str
    entries_per_year: float
    sample_floor: int
    services: float
    gap_days: float
    training_share: float
    employed_q2: float
    employed_at_entry: float
    min_age: int
    max_age: int
    female_share: float
    funding_code: str


@cache
def programmes() -> dict[str, Programme]:
    """Every programme by code, in file order."""
    kinds = {"code": str, "funding_code": str, "sample_floor": int, "min_age": int, "max_age": int}
    return {
        row["programme"]: Programme(
            **{
                name: kinds.get(name, float)(row["programme" if name == "code" else name])
                for name in Programme.__dataclass_fields__
            }
        )
        for row in table("programmes")
    }


def minimum_wage(days: npt.ArrayLike) -> np.ndarray:
    """Connecticut's hourly minimum wage on each day; the earliest known step before the table begins."""
    steps = codes("minimum_wage")
    since = np.array([day(row["effective_date"]) for row in steps])
    rates = numbers(steps, "minimum_wage_usd")
    return rates[(np.searchsorted(since, np.asarray(days), side="right") - 1).clip(0)]
