"""Child side: the bytes of a file, out of gzip or zip, and whether they are what the file is said to be.

Belongs here: wrappings and their tricks, magic numbers. Does not: text, sheets, pages. Nothing is ever written out: a
member's name decides its format and nothing else.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath

from ingest.readers import protocol
from ingest.readers.protocol import Limits, Refusal, Shape

CHUNK = 1 << 20
PEEK = 4096
MAGIC = {
    b"PK\x03\x04": "an Excel workbook or a zip file",
    b"PK\x05\x06": "an empty zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook or a locked one",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip file",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"7z\xbc\xaf": "a 7-Zip file",
    b"Rar!": "a RAR file",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "a SQLite database",
    b"\x7fELF": "a program",
    b"{\\rtf": "a rich text document",
}
WANTED = {
    "workbook": (b"PK\x03\x04",),
    "old_workbook": (b"\xd0\xcf\x11\xe0",),
    "parquet": (b"PAR1",),
    "gzip": (b"\x1f\x8b",),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
}
WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff")


class Stream(io.RawIOBase):
    """Bytes from wherever, with a look at the first of them."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._more = read
        self._first = b""

    def readable(self) -> bool:
        return True

    def peek(self) -> bytes:
        while len(self._first) < PEEK and (more := self._more(PEEK)):
            self._first += more
        return self._first[:PEEK]

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(CHUNK), b""))
        if self._first:
            out, self._first = self._first[:size], self._first[size:]
            return out
        return self._more(size)


class Metered:
    """Counts what comes out of a wrapping, against what went in."""

    def __init__(self, packed_bytes: int, limits: Limits) -> None:
        free = max(limits.expanded_free_bytes, limits.expanded_ratio * packed_bytes)
        self._left = min(free, limits.expanded_bytes)

    def __call__(self, chunk: bytes) -> bytes:
        self._left -= len(chunk)
        if self._left < 0:
            raise bomb()
        return chunk


def bomb() -> Refusal:
    return Refusal("G3.too_costly", "Unpacked, the file is many times larger than any extract is: it was not read on.")


def opened(handle: int, shape: Shape, limits: Limits) -> tuple[Stream, Shape]:
    """The bytes inside all wrappings and their shape, once they begin as bytes of that shape do."""
    whole_size = os.fstat(handle).st_size
    stream = Stream(lambda size: os.read(handle, min(size, whole_size + 1)))  # no large buffers for small files
    _as_said(stream, shape)
    if shape.kind == "gzip":
        stream = Stream(_gunzipped(stream, Metered(whole_size, limits)))
        shape = protocol.to_shape(shape.inside or {})
        _as_said(stream, shape)
    elif shape.kind == "zip":
        stream, shape = _only_member(handle, shape, limits)
        _as_said(stream, shape)
    return stream, shape


def whole(stream: Stream, limits: Limits) -> bytes:
    """All of the bytes, for formats that are not read from front to back."""
    held = bytearray()
    while chunk := stream.read(CHUNK):
        held += chunk
        if len(held) > limits.in_memory_bytes:
            raise bomb()
    return bytes(held)


def _as_said(stream: Stream, shape: Shape) -> None:
    """Refuse bytes of another format than the name says."""
    first = stream.peek()
    if not first:
        raise Refusal("G3.empty", "The file is empty: it has not even a header.")
    wanted = WANTED.get(shape.kind)
    if wanted is not None and first.startswith(wanted):
        return
    found = next((name for magic, name in MAGIC.items() if first.startswith(magic)), None)
    if wanted is None:
        if found:
            raise Refusal("G3.not_text", f"The name says {shape.said}, the bytes are {found}.")
        if first.startswith(WIDE_TEXT) and not shape.encoding.lower().replace("_", "-").startswith("utf-16"):
            raise Refusal(
                "G3.not_text",
                f"The name says {shape.said}, the bytes are UTF-16 text; a submission profile must say so "
                "(encoding: utf-16).",
            )
        return
    if found is None:
        begins = first.lstrip().lower()
        web = begins.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta"))
        found = "a web page or XML text" if web else "not"
    if shape.kind == "workbook" and first.startswith(WANTED["old_workbook"]):
        return  # a locked workbook looks like an old one; the workbook reader tells them apart
    are = "the bytes are not" if found == "not" else f"the bytes are {found}"
    raise Refusal("G3.other_format", f"The name says {shape.said}, {are}.")


def _gunzipped(stream: Stream, meter: Metered) -> Callable[[int], bytes]:
    unpacker = zlib.decompressobj(wbits=31)
    spare = b""

    def read(size: int) -> bytes:
        nonlocal spare
        try:
            while not unpacker.eof:
                fed = spare or stream.read(1 << 16)
                if not fed:
                    raise Refusal("G3.damaged", "The gzip file ends too early: it was cut off.")
                out = unpacker.decompress(fed, size)
                spare = unpacker.unconsumed_tail
                if out:
                    return meter(out)
        except zlib.error:
            raise Refusal("G3.damaged", "The gzip file is damaged.") from None
        if unpacker.unused_data.strip(b"\0") or stream.read(1 << 16).strip(b"\0"):
            raise Refusal("G3.members", "The gzip file goes on after its first member; send one file in it.")
        return b""

    return read


def _only_member(handle: int, shape: Shape, limits: Limits) -> tuple[Stream, Shape]:
    """The one regular file in a zip."""
    try:
        archive = zipfile.ZipFile(io.FileIO(handle, closefd=False))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        raise Refusal("G3.damaged", "The zip file is damaged.") from None
    check_names(members)
    if len(members) != 1 or members[0].is_dir():
        raise Refusal("G3.members", f"The zip file holds {len(members):,} entries; send exactly one file in it.")
    [member] = members
    suffix = PurePosixPath(member.filename).suffix.lower()
    inside = shape.members.get(suffix)
    if inside is None:
        known = ", ".join(sorted(shape.members))
        raise Refusal("G3.format", f"What the zip file holds has a suffix nothing is declared for; known are {known}.")
    if member.flag_bits & 1:
        raise Refusal("G3.password", "The zip file is locked with a password.")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refusal("G3.format", "The zip file is packed by a method other than the usual one (deflate).")
    meter = Metered(member.compress_size, limits)
    source = archive.open(member)

    def read(size: int) -> bytes:
        try:
            return meter(source.read(size))
        except (zipfile.BadZipFile, zlib.error, EOFError):
            raise Refusal("G3.damaged", "The zip file is damaged.") from None

    return Stream(read), protocol.to_shape(inside)


def check_names(members: list[zipfile.ZipInfo]) -> None:
    """Names that would lead out of a folder, and links; nothing is unpacked to disk, but no honest file has them."""
    for member in members:
        name = member.filename.replace("\\", "/")
        if name.startswith("/") or ":" in name.split("/")[0] or ".." in name.split("/"):
            raise Refusal("G3.path_trick", "An entry of the zip file has a path that leads elsewhere.")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Refusal("G3.path_trick", "An entry of the zip file is a link to another file.")
