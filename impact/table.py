"""A file of rows, and its columns as numbers. Belongs here: reading and what a cell means. Does not: coding covariates.

A missing cell is empty or one of MISSING. Nothing that is raised repeats a cell: columns and lines only.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from impact.refusal import ImpactRefused, counted, listed

MISSING = frozenset({"", ".", "na", "n/a", "nan", "null", "none", "#n/a"})
WORDS = {"true": 1.0, "t": 1.0, "yes": 1.0, "y": 1.0, "false": 0.0, "f": 0.0, "no": 0.0, "n": 0.0}
"""Ways to write 1 and 0, lower case."""
FIRST_LINE = 2
"""Line of the first row: line 1 is the header."""


def read_table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """The named columns of a comma-separated UTF-8 file (.gz allowed) as text, missing cells as NA, in file order.

    The index is the line each row is on, if no cell holds a line break. Raises ImpactRefused for a file that cannot be
    read so, that has no rows, or whose header lacks a column or has it twice.
    """
    wanted = list(dict.fromkeys(columns))
    try:
        header = pd.read_csv(path, header=None, nrows=1, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        names = [str(name).strip() for name in header.iloc[0]]
        _check_header(path, names, wanted)
        places = [names.index(name) for name in wanted]
        rows = pd.read_csv(
            path, header=None, skiprows=1, names=range(len(names)), usecols=places, dtype=str, keep_default_na=False,
            encoding="utf-8-sig", quoting=csv.QUOTE_MINIMAL, index_col=False, skip_blank_lines=True,
        )  # fmt: skip
    except FileNotFoundError:
        raise ImpactRefused(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise ImpactRefused(f"{path} is a folder; name a CSV file.") from None
    except pd.errors.EmptyDataError:
        raise ImpactRefused(f"{path.name} is empty: it needs a header and rows.") from None
    except UnicodeDecodeError:
        raise ImpactRefused(f"{path.name} is not UTF-8 text; save it as CSV (UTF-8).") from None
    except pd.errors.ParserError as error:
        line = re.search(r"line (\d+)", str(error))
        where = f" in line {line.group(1)}" if line else ""
        raise ImpactRefused(f"{path.name} cannot be read as comma-separated rows: look for a quote or a comma{where}.")\
            from None  # fmt: skip
    if rows.empty:
        raise ImpactRefused(f"{path.name} has a header and no rows.")
    rows = rows[places].set_axis(wanted, axis=1)
    rows.index = pd.RangeIndex(FIRST_LINE, FIRST_LINE + len(rows))
    return rows.apply(_without_missing)


def _check_header(path: Path, names: list[str], wanted: Sequence[str]) -> None:
    if absent := [name for name in wanted if name not in names]:
        near = sorted({name for one in absent for name in get_close_matches(one, names, n=2)})
        hint = " Is it separated by commas?" if len(names) == 1 else f" Near: {listed(near)}." if near else ""
        raise ImpactRefused(f"{path.name} has no column {listed(absent)}.{hint}")
    if twice := [name for name in wanted if names.count(name) > 1]:
        raise ImpactRefused(f"{path.name} has the column {listed(twice)} more than once; keep one of them.")


def _without_missing(column: pd.Series) -> pd.Series:
    text = column.astype("object").where(column.notna(), "").str.strip()
    return text.mask(text.str.lower().isin(MISSING), None)


def as_numbers(column: pd.Series) -> pd.Series | None:
    """The column as floats, NaN where missing; None when any cell is neither a number nor a word for 1 or 0.

    Infinity is no number. A column mixes numbers and words only if all of it reads as numbers.
    """
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        numbers = column.astype("float64")
        return None if np.isinf(numbers).any() else numbers
    text = column.astype("object")
    present = text.notna()
    numbers = pd.to_numeric(text, errors="coerce").astype("float64")
    if (numbers.notna() == present).all() and not np.isinf(numbers).any():
        return numbers
    words = text[present].astype(str).str.strip().str.lower().map(WORDS)
    return words.reindex(column.index).astype("float64") if words.notna().all() else None


def numbers_of(column: pd.Series, name: str, meaning: str) -> pd.Series:
    """The column as floats. Raises ImpactRefused, with the first bad line, when it holds anything else."""
    numbers = as_numbers(column)
    if numbers is not None:
        return numbers
    tried = pd.to_numeric(column, errors="coerce").astype("float64")
    bad = column.notna() & ~np.isfinite(tried)
    raise ImpactRefused(
        f"{name}, the {meaning}, must be numbers: {counted(int(bad.sum()), 'cell')} "
        f"{'is' if bad.sum() == 1 else 'are'} not, the first in line {bad.idxmax()}."
    )


def zero_or_one(column: pd.Series, name: str) -> pd.Series:
    """The treatment as floats 1, 0 and NaN. Raises ImpactRefused when it holds anything else or only one of them."""
    numbers = as_numbers(column)
    found = set() if numbers is None else set(numbers.dropna().unique())
    if numbers is None or found - {0.0, 1.0}:
        distinct = column.nunique()
        raise ImpactRefused(
            f"{name}, the treatment, must be 1 for the treated and 0 for the comparison group; it has "
            f"{counted(distinct, 'other value') if distinct == 1 else f'{distinct:,} values that are not these two'}."
        )
    for wanted, group in ((1.0, "treated"), (0.0, "comparison")):
        if wanted not in found:
            raise ImpactRefused(f"{name}, the treatment, has no {wanted:.0f}: there is nobody in the {group} group.")
    return numbers
