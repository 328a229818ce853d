"""From bytes to records: the header, and the rows as Arrow text with their numbers. Nothing is sniffed.

Belongs here: everything that can be wrong before a value is looked at, and the one CSV parser of the gate (pyarrow: it
counts the columns of every record; DuckDB's own reader accepts some rows shifted by a column). Does not: types, codes,
rules. Row numbers count records from 1 after the header; a blank line takes a number but is no row.
"""

from __future__ import annotations

import csv
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import contracts
from contracts import Source
from ingest.archive import Bytes
from ingest.findings import Rejected, RuleCount, whole_file

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK = 2 << 20
"""Bytes parsed at once; no record may be longer, or a quotation mark is open."""
HEADER_LIMIT = 1 << 20
ROW_NO = "_row_no"
BOM = b"\xef\xbb\xbf"
RECORD_END = re.compile(rb'"|\r\n|\n|\r')
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
OTHER_FORMATS = {
    b"PK\x03\x04": "an Excel workbook or a zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF document",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}


@dataclass(frozen=True)
class Layout:
    """Where the rows of a file begin and which column is which field."""

    path: Path
    source: Source
    width: int
    columns: dict[int, str]
    """Position of each known column to field name."""
    data_offset: int
    header_lines: int
    notes: tuple[RuleCount, ...]
    """Warnings about the header: columns this source does not know."""


def read_layout(path: Path, source: Source, facts: Bytes) -> Layout:
    """Read the header. Raises Rejected with every structure finding of the header."""
    if facts.byte_count == 0:
        raise Rejected.by("G3.empty", "The file is empty: it has not even a header.")
    with path.open("rb") as handle:
        head = handle.read(HEADER_LIMIT)
    for magic, name in OTHER_FORMATS.items():
        if head.startswith(magic):
            raise Rejected.by("G3.not_text", f"The file is not CSV text; it looks like {name}.")
    if facts.has_control:
        raise Rejected.by("G3.not_text", "The file is not text: it holds control bytes.")
    skip = len(BOM) if head.startswith(BOM) else 0
    end = _record_end(head, skip)
    try:
        line = head[skip:end].decode(source.encoding)
    except UnicodeDecodeError:
        raise Rejected.by("G3.not_utf8", f"The header is not {_encoding(source)} text.") from None
    headings = _split(line, source.delimiter)
    if not any(heading.strip() for heading in headings):
        raise Rejected.by("G3.header", "The first line is blank: there is no header.")
    columns, notes = _match(source, headings, line)
    return Layout(path, source, len(headings), columns, end, line.count("\n"), notes)


def _record_end(head: bytes, start: int) -> int:
    """Offset just after the first record: its line end outside quotation marks."""
    quoted = False
    for mark in RECORD_END.finditer(head, start):
        if mark[0] == b'"':
            quoted = not quoted
        elif not quoted:
            return mark.end()
    if len(head) == HEADER_LIMIT:
        raise Rejected.by("G3.header", "The first line does not end: there is no header.")
    return len(head)


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        raise Rejected.by("G3.header", "The first line cannot be read as a header.") from None


def _match(source: Source, headings: list[str], line: str) -> tuple[dict[int, str], tuple[RuleCount, ...]]:
    """Which position is which field. A heading is never printed unless it is a word of the contract: a file without
    header has a person's values there."""
    match = contracts.match_header(source, headings)
    if match.missing:
        raise _wrong_header(source, headings, line, match)
    if match.repeated:
        raise Rejected(
            *(whole_file("G3.repeated_column", f"The column {name} is there twice.", name) for name in match.repeated)
        )
    columns = {headings.index(heading): name for heading, name in match.columns.items()}
    notes = tuple(
        whole_file(
            "G3.unknown_column", f"Column {number} of the file is not a column of {source.name}.", None, "warning"
        )
        for number, heading in enumerate(headings, start=1)
        if heading in match.unknown
    )
    return columns, notes


def _wrong_header(source: Source, headings: list[str], line: str, match: contracts.HeaderMatch) -> Rejected:
    """Why a header lacks required columns: another separator, another source, no header at all, or just a gap."""
    for delimiter, name in DELIMITERS.items():
        other = contracts.match_header(source, _split(line, delimiter)) if delimiter != source.delimiter else match
        if len(other.columns) > len(match.columns):
            wanted = DELIMITERS.get(source.delimiter, "another separator")
            return Rejected.by("G3.delimiter", f"The columns are separated by {name}; {source.name} takes {wanted}.")
    fits = {name: contracts.match_header(contract, headings) for name, contract in contracts.sources().items()}
    complete = [name for name, other in fits.items() if not other.missing]
    if complete:
        likely = max(complete, key=lambda name: (len(fits[name].columns), name))
        return Rejected.by("G3.other_source", f"This is not a {source.name} file: its header is that of {likely}.")
    if not match.columns:
        return Rejected.by("G3.header", f"The first line is not a header of {source.name}: no column name is known.")
    names = ", ".join(match.missing)
    return Rejected(
        *(whole_file("G3.missing_column", f"The required column {name} is missing.", name) for name in match.missing),
        reason=f"Required columns are missing: {names}." if len(match.missing) > 1 else None,
    )


def _encoding(source: Source) -> str:
    return source.encoding.upper()


class _RaggedMet(Exception):
    """A record of another width turned up while several threads were reading, which do not know row numbers."""


class Records:
    """The rows of one file as Arrow batches: `_row_no` and one text column per known field, blanks as null.

    Records of another width are left out and listed in `ragged`. `threaded` reading is quick but does not know row
    numbers: it stops with `must_restart` at the first ragged record, and a second, single-threaded reading takes over.
    """

    def __init__(self, layout: Layout, threaded: bool) -> None:
        self.layout = layout
        self.threaded = threaded
        self.ragged = array("q")
        self.widths: dict[int, int] = {}
        """Width of the listed ragged records."""
        self.seen = 0
        """Records read so far, ragged and blank ones included."""
        self.error: Rejected | None = None
        self.must_restart = False
        self._open_quote: int | None = None

    def schema(self) -> pa.Schema:
        import pyarrow as pa

        return pa.schema([(ROW_NO, pa.int64()), *((name, pa.string()) for name in self.layout.columns.values())])

    def stream(self) -> pa.RecordBatchReader:
        """The batches, each once. An exception of the stream reaches the engine as its own: look at `error` first."""
        import pyarrow as pa

        return pa.RecordBatchReader.from_batches(self.schema(), self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        try:
            yield from self._numbered(pa)
        except pa.ArrowInvalid as error:
            self.error = self._explain(str(error))
            raise self.error from None
        except _RaggedMet:
            self.must_restart = True
            raise

    def _numbered(self, pa: Any) -> Iterator[pa.RecordBatch]:
        schema = self.schema()
        for batch in self._open(pa):
            self._stop_if_lost()
            yield pa.RecordBatch.from_arrays([self._numbers(pa, batch.num_rows), *batch.columns], schema=schema)
        self._stop_if_lost()
        self.seen += len(self.ragged) - bisect_right(self.ragged, self.seen)

    def _open(self, pa: Any) -> Iterator[pa.RecordBatch]:
        from pyarrow import csv as arrow_csv

        handle = pa.OSFile(str(self.layout.path), "rb")
        handle.seek(self.layout.data_offset)
        if handle.tell() == handle.size():
            return
        encoding = self.layout.source.encoding
        if encoding.replace("-", "").lower() != "utf8":
            handle = pa.transcoding_input_stream(handle, encoding, "utf8")
        names = [f"c{position}" for position in range(self.layout.width)]
        wanted = [names[position] for position in self.layout.columns]
        yield from arrow_csv.open_csv(
            handle,
            arrow_csv.ReadOptions(column_names=names, block_size=BLOCK, use_threads=self.threaded),
            arrow_csv.ParseOptions(
                delimiter=self.layout.source.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=self._ragged,
            ),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=wanted,
                null_values=[""],
                strings_can_be_null=True,
            ),
        )

    def _ragged(self, row: Any) -> str:
        if "\n" in row.text or "\r" in row.text:
            self._open_quote = self._open_quote or row.number or -1
        if row.number is not None:
            self.ragged.append(row.number)
            if len(self.widths) < 1000:
                self.widths[row.number] = row.actual_columns
        else:
            self.must_restart = True
        return "skip"

    def _stop_if_lost(self) -> None:
        if self.threaded and self.must_restart:
            raise _RaggedMet
        if self._open_quote is not None:
            self.error = open_quote(self._open_quote)
            raise self.error

    def _numbers(self, pa: Any, count: int) -> pa.Array:
        """Numbers of the next `count` well-formed records, stepping over the ragged ones among them."""
        import numpy as np

        first, last = self.seen + 1, self.seen + count
        start = stop = bisect_left(self.ragged, first)
        while stop < len(self.ragged) and self.ragged[stop] <= last:
            stop, last = stop + 1, last + 1
        self.seen = last
        numbers = np.arange(first, last + 1)
        if stop > start:
            numbers = np.setdiff1d(numbers, np.array(self.ragged[start:stop]), assume_unique=True)
        return pa.array(numbers)

    def _explain(self, message: str) -> Rejected:
        """pyarrow's message may quote the row; only what kind it is is kept."""
        if "UTF8" in message or "UTF-8" in message:
            line = first_undecodable_line(self.layout)
            where = f"; the first wrong byte is in line {line}" if line else ""
            return Rejected.by("G3.not_utf8", f"The file is not {_encoding(self.layout.source)} text{where}.")
        return open_quote(self.seen + 1, exact=False)


def open_quote(row_no: int, exact: bool = True) -> Rejected:
    """The sentence for a quotation mark that swallows lines: where rows end can no longer be told."""
    where = f"in row {row_no}" if exact and row_no > 0 else f"after row {max(row_no - 1, 0)}"
    return Rejected.by(
        "G3.unclosed_quote",
        f"A quotation mark that opens {where} does not close where it should: the rows after it run together.",
    )


def first_undecodable_line(layout: Layout) -> int | None:
    """Number of the first line, header included, that is not text in the contract's encoding."""
    with layout.path.open("rb") as handle:
        for number, line in enumerate(handle, start=1):
            try:
                line.decode(layout.source.encoding)
            except UnicodeDecodeError:
                return number
    return None


def count_lines(path: Path) -> int:
    """Lines of a file by \\n; a last line without one counts. More lines than records: some cell runs over lines."""
    count, last = 0, b"\n"
    with path.open("rb", buffering=0) as handle:
        while chunk := handle.read(BLOCK):
            count, last = count + chunk.count(b"\n"), chunk[-1:]
    return count + (last != b"\n")


def glued_row(layout: Layout) -> int | None:
    """Number of the first row with a cell that has swallowed other rows: line breaks and a whole row of separators.

    Such a row can have the right width, when a mark opens and closes in the same column of two rows.
    """
    import pyarrow.compute as pc

    for batch in Records(layout, threaded=False).stream():
        for column in batch.columns[1:]:
            broken = pc.match_substring_regex(column, "[\r\n]")
            if not pc.any(broken).as_py():
                continue
            for number, cell in zip(batch.column(0).filter(broken), column.filter(broken), strict=True):
                if cell.as_py().count(layout.source.delimiter) >= layout.width - 1:
                    return number.as_py()
    return None
