"""A file of rows, and its columns as numbers. Belongs here: reading and what a cell means. Does not: coding covariates.

A missing cell is empty or one of MISSING. Nothing that is raised repeats a cell: columns and lines only.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from impact.refusal import ImpactRefused, counted, listed

MISSING = frozenset({"", ".", "na", "n/a", "nan", "null", "none", "#n/a"})
WORDS = {"true": 1.0, "t": 1.0, "yes": 1.0, "y": 1.0, "false": 0.0, "f": 0.0, "no": 0.0, "n": 0.0}
"""Ways to write 1 and 0, lower case."""
LARGEST = 1e100
"""A number beyond it is a slip, and its square would be beyond what a float holds."""


def read_table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """The named columns of a comma-separated UTF-8 file (.gz allowed) as text, missing cells as None, in file order.

    The index is the line each row ends on. Raises ImpactRefused for a file that cannot be read so, that has no rows, or
    whose header lacks a column or has it twice.
    """
    wanted = list(dict.fromkeys(columns))
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig", newline="") as file:
            lines, cells = _cells(path, csv.reader(file, strict=True), wanted)
    except FileNotFoundError:
        raise ImpactRefused(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise ImpactRefused(f"{path} is a folder; name a CSV file.") from None
    except UnicodeDecodeError:
        raise ImpactRefused(f"{path.name} is not UTF-8 text; save it as CSV (UTF-8).") from None
    except (csv.Error, gzip.BadGzipFile, zlib.error, EOFError):
        raise ImpactRefused(
            f"{path.name} cannot be read as CSV: a quotation mark is not closed, or it is damaged."
        ) from None
    if not lines:
        raise ImpactRefused(f"{path.name} has a header and no rows.")
    return pd.DataFrame(cells, columns=wanted, index=lines, dtype="object")


def _cells(path: Path, reader: Any, wanted: Sequence[str]) -> tuple[list[int], list[list[str | None]]]:
    """The line and the wanted cells of each row; empty lines are no rows."""
    names = [name.strip() for name in next(reader, [])]
    if not any(names):
        raise ImpactRefused(f"{path.name} is empty: it needs a header and rows.")
    _check_header(path, names, wanted)
    places = [names.index(name) for name in wanted]
    lines, rows = [], []
    for cells in reader:
        if not cells:
            continue
        if len(cells) != len(names):
            raise ImpactRefused(
                f"{path.name}, line {reader.line_num}: {counted(len(cells), 'cell')}, and the header has {len(names)}; "
                "look for a comma inside a value that has no quotation marks."
            )
        lines.append(reader.line_num)
        rows.append([_cell(cells[place]) for place in places])
    return lines, rows


def _cell(text: str) -> str | None:
    text = text.strip()
    return None if text.lower() in MISSING else text


def _check_header(path: Path, names: list[str], wanted: Sequence[str]) -> None:
    if absent := [name for name in wanted if name not in names]:
        near = sorted({name for one in absent for name in get_close_matches(one, names, n=2)})
        hint = " Is it separated by commas?" if len(names) == 1 else f" Near: {listed(near)}." if near else ""
        raise ImpactRefused(f"{path.name} has no column {listed(absent)}.{hint}")
    if twice := [name for name in wanted if names.count(name) > 1]:
        raise ImpactRefused(f"{path.name} has the column {listed(twice)} more than once; keep one of them.")


def as_numbers(column: pd.Series) -> pd.Series | None:
    """The column as floats, NaN where missing; None when any cell is neither a number nor a word for 1 or 0.

    Infinity is no number. A column mixes numbers and words only if all of it reads as numbers. Raises ImpactRefused,
    with the first line, for a number beyond LARGEST.
    """
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        numbers = column.astype("float64")
        return None if np.isinf(numbers).any() else _checked(numbers)
    text = column.astype("object")
    present = text.notna()
    numbers = pd.to_numeric(text, errors="coerce").astype("float64")
    if (numbers.notna() == present).all() and not np.isinf(numbers).any():
        return _checked(numbers)
    words = text[present].astype(str).str.strip().str.lower().map(WORDS)
    return words.reindex(column.index).astype("float64") if words.notna().all() else None


def _checked(numbers: pd.Series) -> pd.Series:
    huge = numbers.abs() > LARGEST
    if huge.any():
        raise ImpactRefused(
            f"{numbers.name}, line {huge.idxmax()}: the number is beyond {LARGEST:.0e}, too large to reckon with; "
            "correct it, or leave the cell empty."
        )
    return numbers


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
