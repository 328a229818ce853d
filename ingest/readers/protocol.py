"""What parent and child say to each other: a line of JSON each way, and the limits both know.

Belongs here: the shapes, sending, receiving. Does not: who decides what. Rows go another way, as an Arrow stream.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

ROW_NO = "_row_no"
MOST_COLUMNS = 4096
LONGEST_HEADING = 256
"""Characters. A longer one is told as its beginning and one more: enough to see that it is too long."""
LONGEST_HEADER = 1 << 20
"""Characters of the line that the headings stand in."""
MOST_RAGGED = 1_000_000
"""Records of the wrong width told before the file is refused."""


@dataclass(frozen=True)
class Shape:
    """How the rows lie in the bytes: everything the child needs to know to find headings and records."""

    kind: str
    """delimited, fixed, workbook, old_workbook, parquet; gzip or zip: what is inside says `inside` or `members`."""
    said: str = "CSV text"
    """The format in words, as the file's name or its profile has it."""
    inside: dict[str, Any] | None = None
    """Of gzip: the shape of what it holds."""
    members: dict[str, Any] = field(default_factory=dict)
    """Of zip: shapes by the suffix of the one member."""
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    header_row: int = 1
    """The line, or row of the sheet, with the headings; what comes before is passed over."""
    sheet: str | None = None
    records: dict[str, Any] = field(default_factory=dict)
    """Of a fixed-width layout: see contracts.layouts."""


@dataclass(frozen=True)
class Limits:
    """What one child may use."""

    seconds: float = 45.0
    """Of waiting for it while nothing comes; what comes earns more (clock)."""
    memory_bytes: int = 1536 << 20
    expanded_bytes: int = 4 << 30
    """Bytes a packed file may come to."""
    expanded_free_bytes: int = 64 << 20
    """Up to here the ratio does not matter."""
    expanded_ratio: int = 200
    in_memory_bytes: int = 400 << 20
    """Bytes a packed workbook or Parquet file may come to, or the parts of a workbook."""
    open_files: int = 32
    most_seconds: float = 900.0
    """Of waiting for it, whatever it earns."""


@dataclass(frozen=True)
class Column:
    """One column of the stream: where it is in the record, or the text it has in every row."""

    name: str
    place: int | None
    text: str | None = None
    date_style: str | None = None


@dataclass(frozen=True)
class Plan:
    """What the parent wants of the records, once it has seen the headings."""

    columns: tuple[Column, ...]
    as_came: bool = False
    """Text untouched: not trimmed, blanks as they are."""


class Refusal(Exception):
    """Child side: the file cannot be read. Rule and sentence, never a value."""

    def __init__(self, rule_id: str, message: str) -> None:
        super().__init__(message)
        self.rule_id = rule_id
        self.message = message


def too_many_columns(count: int) -> str:
    """The sentence for a header that is too wide, whoever counts it."""
    return f"The header has {count:,} columns; no file may have more than {MOST_COLUMNS:,}."


def summary(seen: int, ragged: Iterable[int] = (), widths: Iterable[int] = (), blank: int = 0) -> dict[str, Any]:
    """What a reader says at the end: records seen, rows of another width, two such widths, records passed over."""
    return {"seen": seen, "ragged_rows": list(ragged), "widths": sorted(widths)[:2], "blank": blank}


def to_data(thing: Any) -> dict[str, Any]:
    """A dataclass of this module as plain data."""
    return asdict(thing)


def to_shape(said: dict[str, Any]) -> Shape:
    return Shape(**said)


def to_plan(said: dict[str, Any]) -> Plan:
    return Plan(tuple(Column(**column) for column in said["columns"]), said["as_came"])


def send(channel: socket.socket, message: dict[str, Any]) -> None:
    """One message, as one line."""
    channel.sendall(json.dumps(message).encode() + b"\n")
