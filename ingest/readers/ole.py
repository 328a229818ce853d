"""Child side: old Office files as far as needed to see what is in them: streams of an OLE container, records of a
workbook (BIFF8).

Belongs here: finding macros, passwords, hidden rows, links, error cells. Does not: cell values (calamine).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.readers.protocol import Refusal

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MINI_LIMIT = 4096
END, FREE = 0xFFFFFFFE, 0xFFFFFFFF
MACRO_NAMES = {"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA", "MACROS"}
LOCKED_NAMES = {"ENCRYPTEDPACKAGE", "ENCRYPTIONINFO"}
BOF, BOUNDSHEET, FILEPASS, ROW, COLINFO, MERGED, FORMULA, BOOLERR, SUPBOOK = (
    0x0809, 0x0085, 0x002F, 0x0208, 0x007D, 0x00E5, 0x0006, 0x0205, 0x01AE,
)  # fmt: skip
MACRO_SHEETS = (1, 6)
OWN_BOOK = b"\x01\x04"
HIDDEN_ROW, HIDDEN_COLUMN = 0x20, 0x01


def damaged() -> Refusal:
    return Refusal("G3.damaged", "The workbook is damaged.")


class Container:
    """The names and streams of an OLE file."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(MAGIC) or len(data) < 512:
            raise damaged()
        self._data = data
        self._size = 1 << min(struct.unpack_from("<H", data, 30)[0], 12)
        self._fat = self._read_fat()
        entries = self._chain(struct.unpack_from("<I", data, 48)[0])
        self._entries = [self._entry(entries[at : at + 128]) for at in range(0, len(entries) - 127, 128)]
        self.names = {name.upper() for name, _, _ in self._entries if name}

    def _read_fat(self) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        more, left = struct.unpack_from("<2I", self._data, 68)
        while more not in (END, FREE) and left:
            block = struct.unpack(f"<{self._size // 4}I", self._sector(more))
            sectors, more, left = [*sectors, *block[:-1]], block[-1], left - 1
        known = [number for number in sectors if number < END][: len(self._data) // self._size + 1]
        return [entry for number in known for entry in struct.unpack(f"<{self._size // 4}I", self._sector(number))]

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        block = self._data[at : at + self._size]
        if not block:
            raise damaged()
        return block.ljust(self._size, b"\0")

    def _chain(self, number: int) -> bytes:
        found, left = [], len(self._fat) + 1
        while number < END and left:
            found.append(self._sector(number))
            if number >= len(self._fat):
                break
            number, left = self._fat[number], left - 1
        return b"".join(found)

    @staticmethod
    def _entry(raw: bytes) -> tuple[str, int, int]:
        length = min(struct.unpack_from("<H", raw, 64)[0], 64)
        name = raw[: max(0, length - 2)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", raw, 116)
        return name, start, size

    def workbook(self) -> bytes:
        """The stream with the sheets; empty when there is none (a small one lies in the container's mini stream)."""
        for name, start, size in self._entries:
            if name.upper() in ("WORKBOOK", "BOOK"):
                return self._chain(start)[:size] if size >= MINI_LIMIT else self._mini(start, size)
        return b""

    def _mini(self, start: int, size: int) -> bytes:
        root = self._chain(self._entries[0][1])
        table = self._chain(struct.unpack_from("<I", self._data, 60)[0])
        found, left = b"", size // 64 + 1
        while start < END and left and start * 4 + 4 <= len(table):
            found += root[start * 64 : start * 64 + 64]
            start, left = struct.unpack_from("<I", table, start * 4)[0], left - 1
        return found[:size]


@dataclass
class SheetFacts:
    """What is odd about one sheet. Rows and columns count from 0."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    formulas: int = 0
    without_value: int = 0
    error_row: int | None = None


@dataclass
class BookFacts:
    """What is odd about an old workbook."""

    locked: bool = False
    macros: bool = False
    links: bool = False
    sheets: list[SheetFacts] = field(default_factory=list)


def look_through(stream: bytes) -> BookFacts:
    """The facts of a workbook stream, its sheets in the order of their names."""
    facts = BookFacts()
    starts = []
    for kind, body in _records(stream, 0):
        if kind == FILEPASS:
            facts.locked = True
        elif kind == BOUNDSHEET and len(body) >= 6:
            starts.append(struct.unpack_from("<I", body)[0])
            facts.macros = facts.macros or body[5] in MACRO_SHEETS
        elif kind == SUPBOOK and body[2:4] != OWN_BOOK:
            facts.links = True
    if not facts.locked:
        facts.sheets = [_sheet(stream, start) for start in starts]
    return facts


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one substream, to its end."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        depth += (kind == BOF) - (kind == 0x000A)
        if depth <= 0 and kind == 0x000A:
            return
        at += 4 + length


def _sheet(stream: bytes, start: int) -> SheetFacts:
    facts = SheetFacts()
    for kind, body in _records(stream, start):
        if kind == ROW and len(body) >= 14 and body[12] & HIDDEN_ROW:
            facts.hidden_rows.append(struct.unpack_from("<H", body)[0])
        elif kind == COLINFO and len(body) >= 10 and body[8] & HIDDEN_COLUMN:
            facts.hidden_columns.append(struct.unpack_from("<HH", body))
        elif kind == FORMULA and len(body) >= 14:
            facts.formulas += 1
            if body[12:14] == b"\xff\xff" and body[6] == 2:
                facts.error_row = struct.unpack_from("<H", body)[0]
        elif kind == BOOLERR and len(body) >= 8 and body[7]:
            facts.error_row = struct.unpack_from("<H", body)[0]
    return facts
