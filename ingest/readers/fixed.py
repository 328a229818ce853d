"""Child side: fixed-width records of one length, their type in the first character, by a layout that is data.

Belongs here: record types and their order, values carried down from a heading record, totals, readings. Does not: the
positions (contracts/layouts). Row numbers count lines, whatever their type. Positions count characters.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.readers import protocol
from ingest.readers.hygiene import by_value
from ingest.readers.protocol import MOST_RAGGED, ROW_NO, Limits, Plan, Refusal, Shape
from ingest.readers.textual import TextBytes
from ingest.readers.unpack import Stream

BLOCK = 4 << 20
UNKNOWN_SSN = "000000000"
QUARTERS = {"03": "1", "06": "2", "09": "3", "12": "4"}
NOT_READ = "{} (not as in the layout)"
"""For text a reading does not fit: never a value of the field's type, so its row is found."""
OLDEST_SHORT_YEAR = 70
MONEY = r"^[0-9]{1,15}$"


def _quarter_year(came: str) -> str:
    return came[2:] if re.fullmatch(r"(03|06|09|12)\d{4}", came) else NOT_READ.format(came)


def _quarter_number(came: str) -> str:
    return QUARTERS[came[:2]] if re.fullmatch(r"(03|06|09|12)(\d{4})?", came) else NOT_READ.format(came)


def _short_year(came: str) -> str:
    if not re.fullmatch(r"\d\d", came):
        return NOT_READ.format(came)
    return f"{19 if int(came) >= OLDEST_SHORT_YEAR else 20}{came}"


def _known(came: str) -> str:
    return UNKNOWN_SSN if came == "I" else came


def _account(came: str) -> str:
    """Accounts had seven digits once; ten since."""
    return f"000{came}" if re.fullmatch(r"\d{7}", came) else came


BY_VALUE = {
    "account": _account,
    "quarter_year": _quarter_year,
    "quarter_number": _quarter_number,
    "quarter_month": _quarter_number,
    "short_year": _short_year,
    "unknown_i": _known,
}


class Reader:
    """One fixed-width file."""

    def __init__(self, stream: Stream, shape: Shape, limits: Limits) -> None:
        self._text = TextBytes(stream, shape.encoding)
        self._records = shape.records
        self._types: list[str] = list(self._records["types"])
        self._row = self._records["row_type"]
        self._lines = 0
        self._rows = self._blank = 0
        self._ragged = array("q")
        self._widths: set[int] = set()
        self._last = -1
        """Rank of the type of the last record."""
        self._carried: dict[str, str | None] = {}
        self._totals = Totals(self._records)

    @property
    def notes(self) -> list[list[Any]]:
        return self._text.notes()

    def head(self) -> dict[str, Any]:
        total = self._records["totals"].get("record")
        names = [place["field"] for place in self._records["places"] if place["record"] != total]
        self._names = list(dict.fromkeys(names))
        return {"headings": self._names}

    def batches(self, plan: Plan) -> Iterator[pa.RecordBatch]:
        wanted = [self._names[column.place] for column in plan.columns if column.place is not None]
        rest = b""
        while chunk := self._text.read(BLOCK):
            chunk = rest + chunk
            cut = chunk.rfind(b"\n") + 1
            rest = chunk[cut:]
            if len(rest) > 1 << 20:
                raise Refusal("G3.too_long", f"The line after line {self._lines:,} is longer than 1 MB.")
            if cut:
                yield from self._block(chunk[:cut], wanted)
        if rest:
            yield from self._block(rest, wanted)
        self._totals.close()

    def _block(self, block: bytes, wanted: list[str]) -> Iterator[pa.RecordBatch]:
        lines = _lines(block)
        numbers = np.arange(self._lines + 1, self._lines + len(lines) + 1)
        self._lines += len(lines)
        widths = pc.utf8_length(lines).to_numpy()
        filled = pc.not_equal(pc.utf8_trim(lines, " "), "").to_numpy(zero_copy_only=False)
        self._blank += int((~filled).sum())
        if not filled.all():
            lines, numbers, widths = lines.filter(pa.array(filled)), numbers[filled], widths[filled]
        kinds = pc.utf8_slice_codeunits(lines, 0, 1)
        ranks = pc.index_in(kinds, value_set=pa.array(self._types)).fill_null(-1).to_numpy()
        self._in_order(ranks, numbers)
        good = widths == self._records["length"]
        rows = ranks == self._types.index(self._row)
        self._ragged.extend(numbers[~good].tolist())
        if len(self._ragged) > MOST_RAGGED:
            raise Refusal("G3.ragged", f"More than {MOST_RAGGED:,} records do not have the length of the layout.")
        self._widths.update(np.unique(widths[~good])[:2].tolist())
        self._totals.add(lines, kinds, numbers, good)
        keep = pa.array(good & rows)
        columns = [self._column(name, lines, ranks, good).filter(keep) for name in wanted]
        numbered = pa.array(numbers[good & rows])
        self._rows += len(numbered)
        if len(numbered):
            yield pa.RecordBatch.from_arrays([numbered, *columns], names=[ROW_NO, *wanted])

    def _in_order(self, ranks: np.ndarray, numbers: np.ndarray) -> None:
        """Types come in the layout's order; the rows repeat, and a new heading record begins the next group."""
        if (ranks < 0).any():
            line = numbers[int((ranks < 0).argmax())]
            raise Refusal("G3.record_type", f"Line {line:,} begins with a record type that the layout does not have.")
        before = np.concatenate([[self._last], ranks[:-1]])
        row = self._types.index(self._row)
        heading = row - 1
        repeats = (ranks == before) & ((ranks == row) | (ranks == heading))
        anew = (ranks == heading) & (before >= row) & (before < len(self._types) - 1 if "F" in self._types else True)
        wrong = ~((ranks > before) | repeats | anew)
        if wrong.any():
            line = numbers[int(wrong.argmax())]
            raise Refusal("G3.record_order", f"The record in line {line:,} may not come after the one before it.")
        self._last = int(ranks[-1]) if len(ranks) else self._last

    def _column(self, name: str, lines: pa.StringArray, ranks: np.ndarray, good: np.ndarray) -> Any:
        """The field's text on each line: the row's own, else what the last heading record says."""
        places = {place["record"]: place for place in self._records["places"] if place["field"] == name}
        own = places.pop(self._row, None)
        text = _read(lines, own) if own else pa.nulls(len(lines), pa.string())
        for record, place in places.items():
            is_there = (ranks == self._types.index(record)) & good
            latest = np.maximum.accumulate(np.where(is_there, np.arange(len(lines)), -1))
            said = _read(lines, place).take(pa.array(np.where(latest < 0, None, latest), pa.int64()))
            said = pc.if_else(pa.array(latest < 0), self._carried.get(name), said)
            if len(said):
                self._carried[name] = said[-1].as_py()
            text = pc.coalesce(text, said)
        return text

    def summary(self) -> dict[str, Any]:
        seen = self._rows + self._blank + len(self._ragged)
        return protocol.summary(seen, self._ragged, self._widths, self._blank)


class Totals:
    """Totals records against the rows before them. Amounts are never told: a total may be one person's wage."""

    def __init__(self, records: dict[str, Any]) -> None:
        said = records["totals"]
        self._record: str | None = said.get("record")
        self._row = records["row_type"]
        place = {(one["record"], one["field"]): one for one in records["places"]}
        if self._record:
            self._count = place[self._record, said["count"]]
            self._amount = place[self._record, said["amount"]]
            self._of = place[self._row, said["of"]]
        self._rows = self._cents = 0
        self._sure = True

    def add(self, lines: pa.StringArray, kinds: pa.StringArray, numbers: np.ndarray, good: np.ndarray) -> None:
        """Go through one block of records."""
        if not self._record or not len(lines):
            return
        is_row = pc.equal(kinds, self._row).to_numpy(zero_copy_only=False)
        cents = pc.utf8_trim(pc.utf8_slice_codeunits(lines, self._of["start"] - 1, self._of["end"]), " ")
        sure = pc.match_substring_regex(cents, MONEY).to_numpy(zero_copy_only=False) & good
        amounts = pc.if_else(pa.array(sure & is_row), cents, "0").cast(pa.int64()).to_numpy()
        at = 0
        for place in np.flatnonzero(pc.equal(kinds, self._record).to_numpy(zero_copy_only=False)):
            self._sum(is_row[at:place], amounts[at:place], sure[at:place])
            if good[place]:
                self._compare(lines[int(place)].as_py(), int(numbers[place]))
            self._rows = self._cents = 0
            self._sure, at = True, place
        self._sum(is_row[at:], amounts[at:], sure[at:])

    def _sum(self, is_row: np.ndarray, amounts: np.ndarray, sure: np.ndarray) -> None:
        self._rows += int(is_row.sum())
        self._cents += int(amounts.sum())
        self._sure = self._sure and bool(sure[is_row].all())

    def _compare(self, line: str, number: int) -> None:
        count, amount = (line[place["start"] - 1 : place["end"]].strip() for place in (self._count, self._amount))
        if not count.isdigit() or int(count) != self._rows:
            raise Refusal(
                "G2.totals", f"The totals record in line {number:,} does not count the {self._rows:,} rows before it."
            )
        if self._sure and (not amount.isdigit() or int(amount) != self._cents):
            raise Refusal(
                "G2.totals",
                f"The totals record in line {number:,} does not add up the {self._rows:,} rows before it.",
            )

    def close(self) -> None:
        """At the end of the file: no rows may be left without their totals."""
        if self._record and self._rows:
            raise Refusal("G2.totals", f"No totals record follows the last {self._rows:,} rows: the file is cut off.")


def _lines(block: bytes) -> pa.StringArray:
    """The lines of a block, without their ends."""
    ends = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord("\n")) + 1
    if not len(ends) or ends[-1] != len(block):
        ends = np.append(ends, len(block))
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    whole = pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(block))
    return pc.utf8_rtrim(whole, "\r\n")


def _read(lines: pa.StringArray, place: dict[str, Any]) -> Any:
    """The text at a place of every line as its reading has it; blank is null."""
    text = pc.utf8_trim(pc.utf8_slice_codeunits(lines, place["start"] - 1, place["end"]), " ")
    text = pc.if_else(pc.equal(text, ""), None, text)
    reading = place["reading"]
    if reading == "cents":
        return _cents(text)
    return by_value(text, BY_VALUE[reading]) if reading else text


def _cents(text: pa.StringArray) -> Any:
    """Digits as dollars and cents."""
    digits = pc.fill_null(pc.match_substring_regex(text, MONEY), False)
    cents = pc.if_else(digits, text, None).cast(pa.int64())
    dollars = pc.divide(cents, 100)
    rest = pc.utf8_lpad(pc.subtract(cents, pc.multiply(dollars, 100)).cast(pa.string()), 2, "0")
    money = pc.binary_join_element_wise(dollars.cast(pa.string()), rest, ".")
    odd = pc.binary_join_element_wise(text, NOT_READ.format("").strip(), " ")
    return pc.if_else(digits, money, odd)
