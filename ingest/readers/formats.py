"""Parent side: what a file is declared to be, by its name, its contract and its submission profile. Never by its bytes.

Belongs here: suffixes and what they stand for. Does not: reading.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from contracts import Source
from contracts.layouts import Layout, read_layout
from contracts.profile import Profile
from ingest.findings import Rejected
from ingest.readers.protocol import Shape, to_data

DELIMITED = {
    ".csv": (",", "CSV text"),
    ".tsv": ("\t", "tab-separated text"),
    ".tab": ("\t", "tab-separated text"),
    ".psv": ("|", "text separated by vertical bars"),
    ".pipe": ("|", "text separated by vertical bars"),
    ".matching": ("\t", "tab-separated text"),
    ".analytical": ("\t", "tab-separated text"),
    ".key": ("\t", "tab-separated text"),
}
PLAIN = (".txt", ".dat")
"""Fixed width where the contract has such a layout, else text with the contract's separator."""
WORKBOOKS = {".xlsx": "workbook", ".xls": "old_workbook"}
MACROS = (".xlsm", ".xlsb", ".xltm", ".xlam")
PACKED = {".gz": "gzip", ".zip": "zip"}
KNOWN = (*DELIMITED, *PLAIN, *WORKBOOKS, ".parquet", *PACKED)
P20_WIN = (".matching", ".analytical", ".key")
P20_PLAIN = re.compile(r"p20_q\d+_[a-z0-9]+_match(_v\d+)?", re.IGNORECASE)
SAID = {",": "CSV text", "\t": "tab-separated text", "|": "text separated by vertical bars"}


def shape_of(source: Source, file_name: str, profile: Profile) -> Shape:
    """The shape of a file of this name. Raises Rejected when nothing is declared for it."""
    suffix = suffix_of(file_name)
    if suffix in PACKED:
        inner = suffix_of(PurePath(file_name).stem)
        if suffix == ".zip":
            members = {known: to_data(_plain(source, known, profile)) for known in _members(profile)}
            return Shape("zip", "a zip file", members=members)
        return Shape("gzip", "a gzip file", inside=to_data(_plain(source, inner, profile)))
    return _plain(source, suffix, profile)


def suffix_of(file_name: str) -> str:
    """The suffix that decides. Names of P20 WIN say what they are without one, or before `.txt`."""
    path = PurePath(file_name)
    suffix, inner = path.suffix.lower(), PurePath(path.stem).suffix.lower()
    if P20_PLAIN.fullmatch(path.stem if suffix == ".txt" else file_name):
        return P20_WIN[0]
    return inner if suffix == ".txt" and inner in P20_WIN else suffix


def layout_of(source: Source, shape: Shape, profile: Profile) -> Layout | None:
    """The fixed-width layout a file of this shape is read by."""
    name = profile.layout or (source.formats[0] if source.formats else None)
    return read_layout(name) if name and shape.kind == "fixed" else None


def _members(profile: Profile) -> tuple[str, ...]:
    said = () if profile.suffix is None else (profile.suffix,)
    return tuple({*DELIMITED, *PLAIN, *WORKBOOKS, ".parquet", *said})


def _plain(source: Source, suffix: str, profile: Profile) -> Shape:
    """The shape by one suffix; what the profile says goes first, for files of its own suffix."""
    if profile.suffix not in (None, suffix):
        profile = Profile()
    text: dict[str, Any] = {
        "encoding": profile.encoding or source.encoding,
        "quote": profile.quote,
        "header_row": profile.header_row,
    }
    kind = profile.format
    fixed = profile.layout or (source.formats[0] if source.formats else None)
    if kind == "fixed" or (kind is None and suffix in PLAIN and fixed):
        records = read_layout(str(fixed)).to_data()
        return Shape("fixed", "a fixed-width file", records=records, **text)
    if kind in ("workbook", "old_workbook") or (kind is None and suffix in WORKBOOKS):
        return _workbook(kind or WORKBOOKS[suffix], text, profile)
    if kind == "parquet" or (kind is None and suffix == ".parquet"):
        return Shape("parquet", "a Parquet file")
    if kind == "delimited" or suffix in DELIMITED or suffix in PLAIN:
        usual, said = DELIMITED.get(suffix, (source.delimiter, SAID.get(source.delimiter, "text")))
        if suffix == ".csv" and source.delimiter != ",":
            usual, said = source.delimiter, SAID.get(source.delimiter, "text")
        delimiter = profile.delimiter or usual
        quote = "" if suffix in P20_WIN and not profile.name else profile.quote
        shape = Shape("delimited", SAID.get(delimiter, said), delimiter=delimiter, **text)
        return replace(shape, quote=quote)
    if suffix in MACROS:
        raise Rejected.by("G3.macro", f"The suffix {suffix} stands for a workbook with programs in it.")
    if not suffix:
        raise Rejected.by("G3.format", "The file name has no suffix, so nothing says what format the file has.")
    raise Rejected.by("G3.format", f"No format is declared for files ending in {suffix}; known are {', '.join(KNOWN)}.")


def _workbook(kind: str, text: dict[str, Any], profile: Profile) -> Shape:
    said = "an Excel workbook" if kind == "workbook" else "an old Excel workbook"
    return Shape(kind, said, sheet=profile.sheet, header_row=text["header_row"])
