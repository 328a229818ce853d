"""Child side: cells as the gate sees them, whatever format they came in. Trimmed, dated.

Belongs here: what holds for a cell of any format: blanks in it and around it, its length, control characters, a
declared style of dates, fixed values. Does not: records, and whether a value is right.

Most batches are plain: one look at the least and the greatest byte of a column tells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.readers.dates import CONVERT
from ingest.readers.protocol import Plan, Refusal, Shape

LONGEST = 1 << 16
"""Bytes of a cell."""
BLANK, DELETE = 32, 127
SPACES = r"[\x{00a0}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}]"
"""Blanks other than the blank (RE2); what has no width is none of them, and is the contract's to refuse."""


def open_quote(row_no: int, exact: bool = True) -> Refusal:
    """For a quotation mark that swallows lines: where rows end can no longer be told."""
    where = f"in row {row_no}" if exact and row_no > 0 else f"after row {max(row_no - 1, 0)}"
    return Refusal(
        "G3.unclosed_quote",
        f"A quotation mark that opens {where} does not close where it should: the rows after it run together.",
    )


class Hygiene:
    """Passes batches on in the plan's order, each cell clean."""

    def __init__(self, plan: Plan, shape: Shape) -> None:
        self._plan = plan
        self._converts: dict[str, Callable[[str], str]] = {
            column.name: CONVERT[column.date_style]
            for column in plan.columns
            if column.date_style and column.date_style != "iso" and not plan.as_came
        }

    def passed(self, batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
        """The batch with the columns of the plan, clean."""
        cells = iter(batch.columns[1:])
        columns = [batch.column(0)]
        for column in self._plan.columns:
            if column.place is None:
                columns.append(pa.repeat(pa.scalar(column.text, pa.string()), batch.num_rows))
            else:
                columns.append(self._clean(column.name, next(cells), batch.column(0)))
        return pa.RecordBatch.from_arrays(columns, schema=schema)

    def _clean(self, name: str, cells: pa.StringArray, numbers: pa.Array) -> pa.StringArray:
        letters, ends = _letters(cells)
        if not len(letters):
            return cells
        if len(letters) > LONGEST and np.diff(ends).max() > LONGEST:
            row = numbers[int(np.diff(ends).argmax())].as_py()
            raise Refusal("G3.too_long", f"Row {row:,} has a cell longer than 64 kB.")
        least, most = letters.min(), letters.max()
        if least < BLANK or (most >= DELETE and (letters == DELETE).any()):
            _refuse_control(cells, numbers)
        if self._plan.as_came:
            return cells
        if most > DELETE:
            cells = pc.replace_substring_regex(cells, SPACES, " ")
            letters, ends = _letters(cells)
            least = letters.min()
        if least <= BLANK and _padded(letters, ends):
            cells = pc.utf8_trim(cells, " ")
            cells = pc.if_else(pc.equal(cells, ""), None, cells)
        if name in self._converts:
            cells = by_value(cells, self._converts[name])
        return cells


def _letters(cells: pa.StringArray) -> tuple[np.ndarray, np.ndarray]:
    """The bytes of all cells, and where each ends among them (one more than there are cells)."""
    _, offsets, data = cells.buffers()
    if data is None or not len(cells):
        return np.empty(0, np.uint8), np.zeros(1, np.int32)
    ends = np.frombuffer(offsets, dtype=np.int32)[cells.offset : cells.offset + len(cells) + 1]
    return np.frombuffer(data, dtype=np.uint8)[ends[0] : ends[-1]], ends - ends[0]


def _padded(letters: np.ndarray, ends: np.ndarray) -> bool:
    """Whether some cell begins or ends with a blank."""
    filled = ends[1:] > ends[:-1]
    if not filled.any():
        return False
    return bool((letters[ends[:-1][filled]] == BLANK).any() or (letters[ends[1:][filled] - 1] == BLANK).any())


def _refuse_control(cells: pa.StringArray, numbers: pa.Array) -> None:
    """A control character other than tab and line break. In text they are found earlier, and in every column."""
    found = pc.fill_null(pc.match_substring_regex(cells, r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"), False)
    if pc.any(found).as_py():
        row = numbers.filter(found)[0].as_py()
        raise Refusal("G3.not_text", f"A cell of row {row:,} is not text: it holds control bytes.")


def by_value(cells: pa.StringArray, convert: Callable[[str], str]) -> Any:
    """Each distinct value converted once."""
    coded = cells.dictionary_encode()
    values = pa.array([None if text is None else convert(text) for text in coded.dictionary.to_pylist()], pa.string())
    return values.take(coded.indices)
