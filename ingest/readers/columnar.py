"""Child side: Parquet, each column to text by an exact rule.

Belongs here: which types become which text, and damage behind a good footer. Does not: anything about values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.readers import protocol
from ingest.readers.protocol import ROW_NO, Limits, Plan, Refusal, Shape
from ingest.readers.unpack import Stream, whole

AT_ONCE = 10_000
LARGEST_GROUP = 512 << 20
"""Bytes of a row group, unpacked: more would not fit beside what the child needs."""


class Reader:
    """One Parquet file."""

    def __init__(self, stream: Stream, shape: Shape, limits: Limits) -> None:
        self.notes: list[list[Any]] = []
        self._seen = 0
        try:
            self._file = pq.ParquetFile(pa.BufferReader(whole(stream, limits)), page_checksum_verification=True)
            self._schema = self._file.schema_arrow
        except (pa.ArrowException, OSError, ValueError):
            raise _damaged() from None
        parts = self._file.metadata
        groups = (parts.row_group(number) for number in range(parts.num_row_groups))
        if any(group.total_byte_size > LARGEST_GROUP for group in groups):
            raise Refusal("G3.too_costly", "A row group of the Parquet file is too large; write smaller ones.")

    def head(self) -> dict[str, Any]:
        for place, field in enumerate(self._schema, start=1):
            if pa.types.is_nested(field.type):
                raise Refusal("G3.nested_column", f"Column {place} holds lists or structures, not plain values.")
        return {"headings": self._schema.names}

    def batches(self, plan: Plan) -> Iterator[pa.RecordBatch]:
        places = [column.place for column in plan.columns if column.place is not None]
        writers = [_writer(self._schema.field(place).type, place + 1) for place in places]
        try:
            for batch in self._file.iter_batches(AT_ONCE, use_threads=False):
                numbers = pa.array(range(self._seen + 1, self._seen + batch.num_rows + 1), pa.int64())
                columns = [write(batch.column(place)) for write, place in zip(writers, places, strict=True)]
                self._seen += batch.num_rows
                texts = [pc.if_else(pc.equal(text, ""), None, text) for text in columns]
                yield pa.RecordBatch.from_arrays([numbers, *texts], names=[ROW_NO, *(f"c{place}" for place in places)])
        except pa.ArrowMemoryError:
            raise
        except _NotText as wrong:
            told = f"Row {self._seen + wrong.row:,} has bytes in column {wrong.column} that are not UTF-8 text."
            raise Refusal("G3.not_utf8", told) from None
        except (pa.ArrowException, OSError, ValueError):
            raise _damaged() from None

    def summary(self) -> dict[str, Any]:
        return protocol.summary(self._seen)


class _NotText(Exception):
    """A cell of a text column that is no text; the row counts from 1 in its batch."""

    def __init__(self, row: int, column: int) -> None:
        super().__init__()
        self.row = row
        self.column = column


def _damaged() -> Refusal:
    return Refusal("G3.damaged", "The Parquet file is damaged: its pages are not what its footer says.")


def _writer(kind: pa.DataType, column: int) -> Callable[[Any], Any]:
    """How a column of this type is written as text."""
    types = pa.types
    if types.is_dictionary(kind):
        write = _writer(kind.value_type, column)
        return lambda cells: write(cells.cast(kind.value_type))
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return lambda cells: _text(cells, column)
    if types.is_integer(kind) or types.is_date(kind) or types.is_null(kind):
        return lambda cells: cells.cast(pa.string())
    if types.is_decimal(kind):
        return lambda cells: _each(cells, lambda value: f"{value:f}")
    if types.is_timestamp(kind):
        return lambda cells: _each(cells.cast(pa.timestamp("us", kind.tz), safe=False), _moment)
    if types.is_floating(kind):
        return lambda cells: _each(cells, lambda value: _float(value, column))
    if types.is_boolean(kind):
        return lambda cells: _each(cells, lambda value: "TRUE" if value else "FALSE")
    raise Refusal("G3.column_type", f"Column {column} is of a type that has no exact text.")


def _text(cells: Any, column: int) -> Any:
    """Text as it is, once it is known to be text: Parquet only says so, and takes any bytes."""
    try:
        cells.validate(full=True)
    except pa.ArrowInvalid:
        for row, cell in enumerate(cells, start=1):
            try:
                cell.as_py()
            except UnicodeDecodeError:
                raise _NotText(row, column) from None
        raise
    return cells.cast(pa.string())


def _each(cells: Any, write: Callable[[Any], str]) -> pa.StringArray:
    return pa.array([None if value is None else write(value) for value in cells.to_pylist()], pa.string())


def _moment(value: Any) -> str:
    is_day = value.hour == value.minute == value.second == value.microsecond == 0
    return value.date().isoformat() if is_day else value.isoformat(sep=" ")


def _float(value: float, column: int) -> str:
    """A whole number, or one with at most two decimals as money has; nothing else has one exact text."""
    if not math.isfinite(value):
        raise Refusal("G3.column_type", f"Column {column} holds numbers that are none (NaN or infinite).")
    text = f"{value:.2f}"
    if abs(value) >= 1e15 or float(text) != value:
        raise Refusal("G3.column_type", f"Column {column} holds binary fractions that have no exact decimal text.")
    return text[:-3] if text.endswith(".00") else text
