"""Child side: what is odd about an xlsx workbook, from its parts, before its cells are read.

Belongs here: macros, links, bombs, entities, hidden rows and columns, formulas and error cells. Does not: cell values
(calamine). Parts are looked through as bytes: nothing in them is followed or run.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from typing import Any
from xml.etree import ElementTree

from ingest.readers.ole import SheetFacts, damaged
from ingest.readers.protocol import Limits, Refusal
from ingest.readers.unpack import bomb, check_names

MOST_PARTS = 10_000
MACRO = re.compile(r"vbaProject|/macrosheets/|vbaData|/activeX/", re.IGNORECASE)
LINKS = re.compile(r"/externalLinks/|/connections\.xml|/queryTables/", re.IGNORECASE)
ENTITIES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
TAG = rb"<(?:\w+:)?%s\b([^>]*)"
ROW, COLUMN, CELL = (re.compile(TAG % name) for name in (b"row", b"col", b"c"))
HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
NUMBER = rb"""\s%s\s*=\s*["'](\d{1,7})["']"""
AT, FROM, TO = (re.compile(NUMBER % name) for name in (b"r", b"min", b"max"))
ERROR_CELL = re.compile(rb"""<(?:\w+:)?c\b(?=[^>]*\st\s*=\s*["']e["'])[^>]*\sr\s*=\s*["'][A-Z]+(\d+)""")
FORMULA = re.compile(rb"<(?:\w+:)?f\b")
NO_VALUE = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(</(?:\w+:)?c>|<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)"
)
TEXT_CELL = re.compile(rb"""\st\s*=\s*["']str["']""")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Package:
    """The parts of a workbook, once nothing about the package itself is wrong."""

    def __init__(self, file: Any, packed_bytes: int, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
            members = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
            raise damaged() from None
        names = [member.filename for member in members]
        check_names(members)
        if len(members) > MOST_PARTS:
            raise bomb()
        if len(set(names)) < len(names):
            raise damaged()
        if any(member.flag_bits & 1 for member in members):
            raise Refusal("G3.password", "The workbook is locked with a password.")
        if any(MACRO.search(name) for name in names):
            raise Refusal("G3.macro", "The workbook has programs (macros) in it.")
        whole = sum(member.file_size for member in members)
        free = max(limits.expanded_free_bytes, limits.expanded_ratio * packed_bytes)
        if whole > min(free, limits.in_memory_bytes):
            raise bomb()
        self.has_links = any(LINKS.search(f"/{name}") for name in names)
        self._names = {name.lower(): name for name in names}
        self._refuse_entities(names)

    def _refuse_entities(self, names: list[str]) -> None:
        for name in names:
            if name.lower().endswith((".xml", ".rels", ".vml")):
                part = self.part(name)
                if ENTITIES.search(part) or part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in part[:200]:
                    raise Refusal("G3.entities", "The workbook's XML defines entities, as no spreadsheet does.")
        types = self.part("[Content_Types].xml")
        if b"macroEnabled" in types:
            raise Refusal("G3.macro", "The workbook has programs (macros) in it.")

    def part(self, name: str) -> bytes:
        """A part as it is; empty when it is not there."""
        known = self._names.get(name.lower())
        if known is None:
            return b""
        try:
            return self._zip.read(known)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
            raise damaged() from None

    def sheet_part(self, sheet: str) -> bytes:
        """The XML of a sheet."""
        try:
            book = ElementTree.fromstring(self.part("xl/workbook.xml"))
            links = ElementTree.fromstring(self.part("xl/_rels/workbook.xml.rels"))
        except ElementTree.ParseError:
            raise damaged() from None
        wanted = [one.get(RELATION) for one in book.iter() if one.tag.endswith("}sheet") and one.get("name") == sheet]
        targets = [str(one.get("Target")) for one in links if wanted and one.get("Id") == wanted[0]]
        if not targets:
            raise damaged()
        return self.part(posixpath.normpath(posixpath.join("/xl", targets[0])).lstrip("/"))


def look_through(part: bytes) -> SheetFacts:
    """The facts of a sheet, from its XML."""
    facts = SheetFacts(formulas=len(FORMULA.findall(part)))
    if b"hidden" in part:
        at = 0
        for row in ROW.finditer(part):
            number = AT.search(row[1])
            at = int(number[1]) - 1 if number else at + 1
            if HIDDEN.search(row[1]):
                facts.hidden_rows.append(at)
        for column in COLUMN.finditer(part):
            first, last = FROM.search(column[1]), TO.search(column[1])
            if HIDDEN.search(column[1]) and first and last:
                facts.hidden_columns.append((int(first[1]) - 1, int(last[1]) - 1))
    if facts.formulas:
        found = NO_VALUE.finditer(part)
        facts.without_value = sum(
            1 for cell in found if (cell[2].startswith(b"</") and b":v" not in cell[2]) or not TEXT_CELL.search(cell[1])
        )
    wrong = ERROR_CELL.search(part) or re.search(rb"""\st\s*=\s*["']e["']""", part)
    if wrong:
        facts.error_row = int(wrong[1]) - 1 if wrong.re is ERROR_CELL else 0
    return facts
