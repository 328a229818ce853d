"""Days and quarters as integers, so that whole columns of dates are plain arithmetic.

A day counts from 1970-01-01 (as Arrow's date32 does); a quarter is year * 4 + number - 1. Nothing else belongs here.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

NEVER = 200_000
"""A day that does not come (year 2517)."""


def day(text: str) -> int:
    """2023-01-31 as a day number."""
    return int(np.datetime64(text, "D").astype(np.int64))


def iso(number: int) -> str:
    """A day number as 2023-01-31."""
    return str(np.datetime64(int(number), "D"))


def compact(number: int) -> str:
    """A day number as 20230131, as in file names."""
    return iso(number).replace("-", "")


def quarter(text: str) -> int:
    """2023Q1 as a quarter number."""
    year, number = text.split("Q")
    return int(year) * 4 + int(number) - 1


def quarter_label(number: int) -> str:
    """A quarter number as 2023Q1."""
    return f"{number // 4}Q{number % 4 + 1}"


def quarter_of(days: npt.ArrayLike) -> np.ndarray:
    """The quarter of each day."""
    months = np.asarray(days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return 1970 * 4 + months // 3


def first_day(quarters: npt.ArrayLike) -> np.ndarray:
    """The first day of each quarter."""
    months = (np.asarray(quarters) - 1970 * 4) * 3
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def last_day(quarters: npt.ArrayLike) -> np.ndarray:
    """The last day of each quarter."""
    return first_day(np.asarray(quarters) + 1) - 1


def year_of(days: npt.ArrayLike) -> np.ndarray:
    """The calendar year of each day."""
    return np.asarray(days).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def parts(days: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Year, month and day of month of each day."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month_count = months.astype(np.int64)
    return 1970 + month_count // 12, month_count % 12 + 1, (dates - months).astype(np.int64) + 1


def from_parts(year: np.ndarray, month: np.ndarray, day_of_month: np.ndarray) -> np.ndarray:
    """Day numbers of year, month and day of month."""
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64) + day_of_month - 1


def age(birth: np.ndarray, on: npt.ArrayLike) -> np.ndarray:
    """Completed years of age on a day."""
    born_year, born_month, born_day = parts(np.asarray(birth))
    on_year, on_month, on_day = parts(np.broadcast_to(np.asarray(on), np.shape(birth)))
    before_birthday = (on_month < born_month) | ((on_month == born_month) & (on_day < born_day))
    return on_year - born_year - before_birthday
