"""Covariates as columns of numbers. Belongs here: coding, missing cells, what says nothing new. Does not: any outcome.

Every choice here is made before anything is estimated and is told in a note.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from impact.refusal import ImpactRefused, counted, listed
from impact.table import as_numbers

FEW = 10
"""Rows a text category needs to stand alone; smaller ones are one category together."""
ZEROES = (0.05, 0.95)
"""A covariate that is never negative and zero for this share of rows has two parts, such as having a job and what it
paid; the zero then counts as a covariate too (as unemployment does beside earnings in Dehejia and Wahba 1999)."""
CONTINUOUS = 10
"""A covariate with more distinct values than this is continuous."""
OTHER, ABSENT = "(others)", "(missing)"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Features:
    """`values`: rows x features, mean 0 and deviation 1. `shown`: what the balance table lists, in its own units."""

    names: tuple[str, ...]
    values: np.ndarray
    shown: dict[str, np.ndarray]
    notes: tuple[str, ...]

    @property
    def count(self) -> int:
        return self.values.shape[1]


def encode(frame: pd.DataFrame, covariates: Sequence[str], categorical: Collection[str] = ()) -> Features:
    """One or several features per covariate. Raises ImpactRefused when no covariate says anything.

    A number stays as it is; a missing one becomes the mean, with a feature of its own that says so (Rosenbaum and
    Rubin 1984). Text, and what `categorical` names, becomes one feature per category, missing being one. Constants and
    what follows from other covariates are left out.
    """
    columns: dict[str, np.ndarray] = {}
    derived: dict[str, np.ndarray] = {}
    shown: dict[str, np.ndarray] = {}
    notes: list[str] = []
    for name in covariates:
        numbers = None if name in categorical else _numbers(frame[name], name)
        if numbers is None:
            levels = _levels(frame[name], name, notes)
            shown |= levels if len(levels) > 1 else {}
            usual = max(levels, key=lambda label: (levels[label].sum(), label))
            columns |= {label: values for label, values in levels.items() if label != usual}
            continue
        filled, missing, zero = _parts(numbers, name, notes)
        shown[name] = columns[name] = filled
        derived |= missing | zero
        shown |= missing
    constant = [name for name in covariates if _is_constant(name, columns)]
    if constant:
        notes.append(f"Left out, the same in every row: {listed(constant)}.")
        shown = {label: values for label, values in shown.items() if label not in constant}
    names, values, redundant = _independent(columns | derived)
    if told := [name for name in redundant if name in columns and name not in constant]:
        notes.append(f"Left out, because they follow from other covariates: {listed(told)}.")
    if not names:
        raise ImpactRefused(
            f"No covariate differs between rows ({listed(covariates)}): there is nothing to compare on."
        )
    return Features(tuple(names), values, shown, tuple(notes))


def _numbers(column: pd.Series, name: str) -> pd.Series | None:
    """The covariate as numbers; dates as days; None for text. Raises ImpactRefused for numbers with text among them."""
    numbers = as_numbers(column)
    if numbers is not None:
        return numbers
    text = column.dropna().astype(str)
    if text.str.fullmatch(DAY).all():
        days = pd.to_datetime(text, errors="coerce")
        if days.notna().all():
            return (days - pd.Timestamp("1970-01-01")).dt.days.reindex(column.index).astype("float64")
    tried = pd.to_numeric(column, errors="coerce").astype("float64")
    bad = column.notna() & ~np.isfinite(tried)
    if bad.sum() * 2 < column.notna().sum():
        raise ImpactRefused(
            f"{name} holds numbers and {counted(int(bad.sum()), 'cell')} that "
            f"{'is' if bad.sum() == 1 else 'are'} none, the first in line {bad.idxmax()}: correct them, or name it "
            "in --categorical."
        )
    return None


def _parts(
    numbers: pd.Series, name: str, notes: list[str]
) -> tuple[np.ndarray, dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The values with the mean where missing, whether each was missing, and whether it is zero where that is a part."""
    values = numbers.to_numpy(dtype="float64")
    absent = np.isnan(values)
    if absent.all():
        return np.zeros(len(values)), {}, {}
    missing = {}
    if absent.any():
        notes.append(f"{name}: {counted(int(absent.sum()), 'missing value')}, compared as a group of its own.")
        missing = {f"{name} {ABSENT}": absent.astype("float64")}
    known = values[~absent]
    share = (known == 0).mean()
    filled = np.where(absent, known.mean(), values)
    has_part = known.min() >= 0 and len(np.unique(known)) > CONTINUOUS and ZEROES[0] <= share <= ZEROES[1]
    return filled, missing, {f"{name} = 0": (filled == 0).astype("float64")} if has_part else {}


def _levels(column: pd.Series, name: str, notes: list[str]) -> dict[str, np.ndarray]:
    """`name: category` to 1 and 0, most rows first; categories of fewer than FEW rows together."""
    text = column.astype("object").where(column.notna(), ABSENT).astype(str).to_numpy()
    names, place = np.unique(text.astype(str), return_inverse=True)
    sizes = np.bincount(place)
    small = sizes < FEW
    if small.any():
        notes.append(f"{name}: {small.sum():,} of its categories have fewer than {FEW} rows and are compared as one.")
    levels = {str(names[one]): place == one for one in np.lexsort((names, -sizes)) if not small[one]}
    if small.any():
        levels[OTHER] = small[place]
    return {f"{name}: {level}": members.astype("float64") for level, members in levels.items()}


def _is_constant(name: str, columns: dict[str, np.ndarray]) -> bool:
    own = [values for label, values in columns.items() if label == name or label.startswith(f"{name}: ")]
    return all(np.ptp(values) == 0 for values in own)


def _independent(columns: dict[str, np.ndarray]) -> tuple[list[str], np.ndarray, list[str]]:
    """Names and standardised values of columns that are no constant nor a combination of earlier ones; the others."""
    kept: list[str] = []
    basis: list[np.ndarray] = []
    values: list[np.ndarray] = []
    redundant: list[str] = []
    for name, column in columns.items():
        deviation = column.std()
        centred = column - column.mean()
        if deviation <= 1e-12 * max(1.0, np.abs(column).max()):
            redundant.append(name)
            continue
        one = centred / deviation
        rest = one.copy()
        for _ in range(2):  # twice is enough
            for direction in basis:
                rest -= direction * (direction @ rest)
        if np.sqrt((rest @ rest) / len(rest)) < 1e-5:
            redundant.append(name)
            continue
        kept.append(name)
        values.append(one)
        basis.append(rest / np.sqrt(rest @ rest))
    return kept, np.column_stack(values) if values else np.empty((0, 0)), redundant
