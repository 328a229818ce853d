"""Child side: text with separators, by the one CSV parser of the gate (pyarrow: it counts the columns of every record;
DuckDB's own reader accepts some rows shifted by a column).

Belongs here: headings, records, ragged ones, quotation marks that swallow lines. Does not: what a heading means.
"""

from __future__ import annotations

import csv
import io
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from ingest.readers import protocol
from ingest.readers.hygiene import open_quote
from ingest.readers.protocol import MOST_RAGGED, ROW_NO, Limits, Plan, Refusal, Shape
from ingest.readers.textual import TextBytes
from ingest.readers.unpack import Stream

BLOCK = 1 << 20
"""Bytes parsed at once; no record may be longer."""
HEADER_LIMIT = 1 << 20
CELL_LIMIT = 1 << 17
"""Of a heading, for Python's csv module."""


class Reader:
    """One delimited file."""

    def __init__(self, stream: Stream, shape: Shape, limits: Limits) -> None:
        self._text = TextBytes(stream, shape.encoding)
        self._shape = shape
        self._rest = b""
        self._width = 0
        self._ragged = array("q")
        self._widths: set[int] = set()
        self._seen = 0
        self._open_quote: int | None = None

    @property
    def notes(self) -> list[list[Any]]:
        return self._text.notes()

    def head(self) -> dict[str, Any]:
        first = self._first_bytes()
        start = 0
        for _ in range(self._shape.header_row - 1):
            start = _line_end(first, start)
        end = self._record_end(first, start)
        line = first[start:end].decode("utf-8", "replace")
        self._rest = first[end:]
        headings = _split(line, self._shape)
        self._width = len(headings)
        return {"headings": headings, "line": line}

    def _first_bytes(self) -> bytes:
        first = self._text.read(HEADER_LIMIT)
        while len(first) < HEADER_LIMIT and (more := self._text.read(HEADER_LIMIT)):
            first += more
        return first

    def _record_end(self, head: bytes, start: int) -> int:
        """Offset just after the record that begins at `start`: its line end outside quotation marks."""
        mark_of = self._shape.quote.encode()
        ends = re.compile(b"|".join([*([re.escape(mark_of)] if mark_of else []), b"\r\n", b"\n", b"\r"]))
        quoted = False
        for mark in ends.finditer(head, start):
            if mark[0] == mark_of:
                quoted = not quoted
            elif not quoted:
                return mark.end()
        if len(head) >= HEADER_LIMIT:
            raise Refusal("G3.header", "The first line does not end: there is no header.")
        return len(head)

    def batches(self, plan: Plan) -> Iterator[pa.RecordBatch]:
        """The records of the header's width, numbered. Glued rows are found by the cells that hold lines."""
        try:
            for batch in self._parsed(plan):
                self._stop_if_lost()
                if self._text.has_quote and self._shape.quote:
                    self._not_glued(batch)
                yield batch
            self._stop_if_lost()
        except pa.ArrowInvalid:
            # pyarrow's message may quote the row; what it can be is one of two
            if self._text.has_quote and self._shape.quote:
                raise open_quote(self._seen + 1, exact=False) from None
            raise Refusal("G3.too_long", f"The row after row {self._seen:,} is longer than 1 MB.") from None
        self._seen += len(self._ragged) - bisect_right(self._ragged, self._seen)

    def _parsed(self, plan: Plan) -> Iterator[pa.RecordBatch]:
        first = self._rest or self._text.read()
        if not first:
            return
        names = [f"c{place}" for place in range(self._width)]
        wanted = [names[column.place] for column in plan.columns if column.place is not None]
        blocks = arrow_csv.open_csv(
            pa.PythonFile(_Feed(first, self._text), "r"),
            arrow_csv.ReadOptions(column_names=names, block_size=BLOCK, use_threads=False),
            arrow_csv.ParseOptions(
                delimiter=self._shape.delimiter,
                quote_char=self._shape.quote or False,
                newlines_in_values=bool(self._shape.quote),
                ignore_empty_lines=False,
                invalid_row_handler=self._odd_width,
            ),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=wanted,
                null_values=[""],
                strings_can_be_null=True,
                check_utf8=False,
            ),
        )
        for block in blocks:
            numbers = self._numbers(block.num_rows)
            yield pa.RecordBatch.from_arrays([numbers, *block.columns], names=[ROW_NO, *wanted])

    def _odd_width(self, row: Any) -> str:
        if "\n" in row.text or "\r" in row.text:
            self._open_quote = self._open_quote or row.number
        self._ragged.append(row.number)
        self._widths.add(row.actual_columns)
        return "skip"

    def _stop_if_lost(self) -> None:
        if self._open_quote is not None:
            raise open_quote(self._open_quote)
        if len(self._ragged) > MOST_RAGGED:
            raise Refusal("G3.ragged", f"More than {MOST_RAGGED:,} rows do not have the columns of the header.")

    def _numbers(self, count: int) -> pa.Array:
        """Numbers of the next `count` well-formed records, stepping over the ragged ones among them."""
        first, last = self._seen + 1, self._seen + count
        start = stop = bisect_left(self._ragged, first)
        while stop < len(self._ragged) and self._ragged[stop] <= last:
            stop, last = stop + 1, last + 1
        self._seen = last
        numbers = np.arange(first, last + 1)
        if stop > start:
            numbers = np.setdiff1d(numbers, np.array(self._ragged[start:stop]), assume_unique=True)
        return pa.array(numbers)

    def _not_glued(self, batch: pa.RecordBatch) -> None:
        """Refuse a cell that has swallowed other rows: line breaks and a whole row of separators.

        Its row can have the right width, when a mark opens and closes in the same column of two rows.
        """
        import pyarrow.compute as pc

        for column in batch.columns[1:]:
            letters = column.buffers()[2]
            if letters is None or not (np.frombuffer(letters, dtype=np.uint8) < 32).any():
                continue
            broken = pc.match_substring_regex(column, "[\r\n]")
            for number, cell in zip(batch.column(0).filter(broken), column.filter(broken), strict=True):
                if cell.is_valid and cell.as_py().count(self._shape.delimiter) >= self._width - 1:
                    raise open_quote(number.as_py())

    def summary(self) -> dict[str, Any]:
        return protocol.summary(self._seen, self._ragged, self._widths)


class _Feed(io.RawIOBase):
    """The text after the header, for pyarrow to read from."""

    def __init__(self, first: bytes, text: TextBytes) -> None:
        self._first = first
        self._text = text

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._first:
            out, self._first = self._first[:size], self._first[size:]
            return out
        return self._text.read(size)


def _line_end(text: bytes, start: int) -> int:
    found = re.compile(b"\r\n|\n|\r").search(text, start)
    return found.end() if found else len(text)


def _split(line: str, shape: Shape) -> list[str]:
    csv.field_size_limit(CELL_LIMIT)
    quoting = {"quotechar": shape.quote} if shape.quote else {"quoting": csv.QUOTE_NONE}
    try:
        return next(csv.reader([line], delimiter=shape.delimiter, **quoting), [])
    except csv.Error:
        raise Refusal("G3.header", "The first line cannot be read as a header.") from None
