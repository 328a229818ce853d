"""Child side: Excel workbooks, xlsx and xls, one sheet of them, cell values as text.

Belongs here: which sheet, how a cell's value is written, what refuses a sheet. Does not: looking into the container
(ooxml, ole). Formulas are never worked out: the value the spreadsheet program left is taken, with a warning.
"""

from __future__ import annotations

import datetime
import io
from array import array
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa

from ingest.readers import ole, ooxml, protocol
from ingest.readers.protocol import MOST_RAGGED, ROW_NO, Limits, Plan, Refusal, Shape
from ingest.readers.unpack import Stream, whole

AT_ONCE = 10_000
TOO_LARGE = 1e15
MIDNIGHT = datetime.time(0)


class Reader:
    """One sheet of a workbook."""

    def __init__(self, stream: Stream, shape: Shape, limits: Limits) -> None:
        self.notes: list[list[Any]] = []
        self._shape = shape
        self._limits = limits
        data = whole(stream, limits)
        self._container = ole.Container(data) if data.startswith(ole.MAGIC) else None
        if self._container is not None:
            self._look_at_container(self._container)
        self._package = None if self._container else ooxml.Package(io.BytesIO(data), len(data), limits)
        self._sheet, facts = self._choose(data)
        self._rows = self._sheet.iter_rows()
        self._facts = facts
        self._width = 0
        self._seen = 0
        self._ragged = array("q")
        self._widths: set[int] = set()

    def _look_at_container(self, container: ole.Container) -> None:
        if container.names & ole.LOCKED_NAMES:
            raise Refusal("G3.password", "The workbook is locked with a password.")
        if self._shape.kind == "workbook":
            raise Refusal("G3.other_format", f"The name says {self._shape.said}, the bytes are an old Excel workbook.")
        if container.names & ole.MACRO_NAMES:
            raise Refusal("G3.macro", "The workbook has programs (macros) in it.")
        self._old = ole.look_through(container.workbook())
        if self._old.locked:
            raise Refusal("G3.password", "The workbook is locked with a password.")
        if self._old.macros:
            raise Refusal("G3.macro", "The workbook has programs (macros) in it.")

    def _choose(self, data: bytes) -> tuple[Any, ole.SheetFacts]:
        """The sheet the profile names, or the one visible sheet that has anything in it."""
        import python_calamine as calamine

        try:
            book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
            known = book.sheets_metadata
            visible = [one.name for one in known if one.visible == calamine.SheetVisibleEnum.Visible]
            hidden = [one.name for one in known if one.name not in visible]
            sheets = {name: book.get_sheet_by_name(name) for name in visible}
        except calamine.PasswordError:
            raise Refusal("G3.password", "The workbook is locked with a password.") from None
        except (calamine.CalamineError, calamine.ZipError, calamine.XmlError, OSError, ValueError):
            raise ole.damaged() from None
        name = self._wanted(sheets, [one.name for one in known])
        if hidden:
            self.notes.append(["G3.hidden_sheet", f"Hidden sheets, which were not read: {len(hidden):,}."])
        if self._package is not None:
            facts, links = ooxml.look_through(self._package.sheet_part(name)), self._package.has_links
        else:
            place = [one.name for one in known].index(name)
            facts, links = (
                (self._old.sheets[place] if place < len(self._old.sheets) else ole.SheetFacts()),
                self._old.links,
            )
        if links:
            self.notes.append(["G3.external_link", "The workbook has links to other files; they were not followed."])
        return sheets.get(name) or book.get_sheet_by_name(name), facts

    def _wanted(self, sheets: dict[str, Any], names: list[str]) -> str:
        if self._shape.sheet is not None:
            if self._shape.sheet not in names:
                raise Refusal("G3.sheets", "The sheet that the submission profile names is not in the workbook.")
            return self._shape.sheet
        filled = [name for name, sheet in sheets.items() if sheet.height]
        if len(filled) > 1:
            raise Refusal("G3.sheets", f"The workbook has {len(filled):,} visible sheets with rows; one is taken.")
        if not filled:
            raise Refusal("G3.empty", "The workbook has no visible sheet with rows.")
        return filled[0]

    def head(self) -> dict[str, Any]:
        for _ in range(self._shape.header_row - 1):
            next(self._rows, None)
        headings = [text_of(cell, 0, place) or "" for place, cell in enumerate(next(self._rows, []), start=1)]
        while headings and not headings[-1].strip():
            headings.pop()
        self._width = len(headings)
        self._refuse_oddities()
        return {"headings": headings}

    def _refuse_oddities(self) -> None:
        """What lies in the table and would be read as something it is not, or not be read."""
        facts, top = self._facts, self._shape.header_row - 1
        columns = [first for first, _ in facts.hidden_columns if first < self._width]
        rows = [row for row in facts.hidden_rows if row >= top and row < self._sheet.total_height + top + 1]
        if columns or rows:
            what = " and ".join(
                f"{len(found):,} hidden {name}"
                for found, name in ((rows, "rows"), (columns, "ranges of columns"))
                if found
            )
            raise Refusal("G3.hidden_rows", f"The sheet has {what}.")
        for (first_row, first), (last_row, last) in self._sheet.merged_cell_ranges or ():
            if last_row >= top and first < self._width and (first_row, first) != (last_row, last):
                raise Refusal("G3.merged_cells", f"Cells are merged from row {first_row + 1:,} of the sheet on.")
        if facts.error_row is not None:
            raise Refusal("G3.error_cell", "A cell of the sheet shows an error (such as #N/A or #REF!) and no value.")
        if facts.without_value:
            raise Refusal("G3.formula_without_value", f"Formulas without a worked-out value: {facts.without_value:,}.")
        if facts.formulas:
            self.notes.append(["G3.formula", f"Cells with formulas: {facts.formulas:,}; their last values were taken."])

    def batches(self, plan: Plan) -> Iterator[pa.RecordBatch]:
        places = [column.place for column in plan.columns if column.place is not None]
        names = [ROW_NO, *(f"c{place}" for place in places)]
        numbers: list[int] = []
        held: list[list[str | None]] = [[] for _ in places]
        for row in self._rows:
            self._seen += 1
            if any(cell != "" for cell in row[self._width :]):
                self._odd(row)
                continue
            numbers.append(self._seen)
            for cells, place in zip(held, places, strict=True):
                cells.append(text_of(row[place], self._seen, place + 1) if place < len(row) else None)
            if len(numbers) == AT_ONCE:
                yield _batch(numbers, held, names)
                numbers, held = [], [[] for _ in places]
        if numbers:
            yield _batch(numbers, held, names)

    def _odd(self, row: list[Any]) -> None:
        self._ragged.append(self._seen)
        self._widths.add(max(place for place, cell in enumerate(row, start=1) if cell != ""))
        if len(self._ragged) > MOST_RAGGED:
            raise Refusal("G3.ragged", f"More than {MOST_RAGGED:,} rows do not have the columns of the header.")

    def summary(self) -> dict[str, Any]:
        return protocol.summary(self._seen, self._ragged, self._widths)


def _batch(numbers: list[int], held: list[list[str | None]], names: list[str]) -> pa.RecordBatch:
    columns = [pa.array(cells, pa.string()) for cells in held]
    return pa.RecordBatch.from_arrays([pa.array(numbers, pa.int64()), *columns], names=names)


def text_of(value: Any, row_no: int, column: int) -> str | None:
    """A cell's value as text: whole numbers without point, days as ISO, nothing as null.

    Fifteen digits are all a spreadsheet program keeps of a number; what follows is noise of the binary form. A number
    with more digits before the point is therefore not what was entered, and nobody can tell what was.
    """
    if value == "" or value is None:
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if not abs(value) < TOO_LARGE:
            where = f"Row {row_no:,}" if row_no else "The header"
            raise Refusal(
                "G3.column_type",
                f"{where} has a number of more than 15 digits in column {column}, of which a workbook does not keep "
                "the last ones; store the column as text.",
            )
        short = f"{value:.15g}"
        return f"{Decimal(short):f}" if "e" in short else short
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == MIDNIGHT else value.isoformat(sep=" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
