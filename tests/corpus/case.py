"""One way to be wrong: how the file is made from a valid sample, and which outcomes are right.

Belongs here: the shapes and the register of cases. Does not: any particular case.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import contracts
from contracts import Field, Source

LEVELS = ("accept", "accept_with_warning", "quarantine_rows", "reject_file")
"""Outcomes from lax to strict."""

ACCEPT = frozenset(LEVELS[:2])
WARN = frozenset({"accept_with_warning"})
QUARANTINE = frozenset({"quarantine_rows"})
REJECT = frozenset({"reject_file"})
KEEP_OUT = QUARANTINE | REJECT
WARN_OR_MORE = frozenset(LEVELS[1:])


@dataclass(frozen=True)
class Sample:
    """Rows of one source that break no rule, as text, under canonical headings."""

    source: Source
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    period: str
    day: str
    manifest: dict[str, Any]
    """Facts of the submission the rows came from that rules depend on."""

    def changed(self, row: int, column: str, value: str) -> Sample:
        """The sample with one cell replaced; rows count from 1."""
        place = self.header.index(column)
        cells = list(self.rows[row - 1])
        cells[place] = value
        return replace(self, rows=(*self.rows[: row - 1], tuple(cells), *self.rows[row:]))

    def every(self, column: str, change: Callable[[str], str]) -> Sample:
        """The sample with a column rewritten."""
        place = self.header.index(column)
        rows = tuple((*row[:place], change(row[place]), *row[place + 1 :]) for row in self.rows)
        return replace(self, rows=rows)

    def text(self, delimiter: str = ",", end: str = "\n", header: tuple[str, ...] | None = None) -> str:
        """The sample as CSV text."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
        writer.writerow(header or self.header)
        writer.writerows(self.rows)
        return out.getvalue()

    def lines(self) -> list[str]:
        """The lines of the CSV text, header first, without line ends. No cell of a sample has a line break."""
        return self.text().splitlines()

    def filled(self, wanted: Callable[[Field], bool], row: int = 7) -> Field | None:
        """The first field of that kind with a value in that row, those outside the key first."""
        there = [self.source.by_name[name] for name in self.header if self.rows[row - 1][self.header.index(name)]]
        found = [known for known in there if wanted(known)]
        outside = [known for known in found if known.name not in self.source.key]
        return next(iter(outside or found), None)

    @property
    def file_name(self) -> str:
        return f"{self.source.agency_code}_{self.source.name}_{self.period}_{self.day}_v01.csv"


@dataclass(frozen=True)
class BadFile:
    """What arrives: bytes under a name, and the manifest beside it."""

    content: bytes
    suffix: str = ".csv"
    """Replaces `.csv` in the sample's file name."""
    rows: tuple[int, ...] = ()
    """Rows that must be kept out when the file is not refused."""
    manifest: dict[str, Any] | bytes | None = field(default_factory=dict)
    """Added to the sample's; bytes: as they are; None: no manifest at all."""
    name: str | None = None
    """The whole file name, when it matters."""
    place: Callable[[Path], None] | None = None
    """Puts something at the path that is no ordinary file."""


@dataclass(frozen=True)
class Case:
    """A way to be wrong. `make` gives None where it does not apply to the source."""

    name: str
    right: frozenset[str]
    make: Callable[[Sample], BadFile | None]

    def applies(self, sample: Sample) -> BadFile | None:
        return self.make(sample)


CASES: dict[str, Case] = {}


def case(right: frozenset[str], name: str | None = None) -> Callable[[Callable[[Sample], Any]], Any]:
    """Register a maker under its own words. It may return bytes or text instead of a BadFile."""

    def register(make: Callable[[Sample], Any]) -> Any:
        called = name or make.__name__.replace("_", " ")
        assert called not in CASES, f"two cases are called {called!r}"
        CASES[called] = Case(called, right, lambda sample: as_file(make(sample)))
        return make

    return register


def as_file(made: Any) -> BadFile | None:
    """Bytes and text are files under the sample's name."""
    if isinstance(made, str):
        made = made.encode()
    return BadFile(made) if isinstance(made, bytes) else made


def put(folder: Path, sample: Sample, bad: BadFile) -> Path:
    """Write the file, and a true manifest beside it unless the case says otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (bad.name or sample.file_name.removesuffix(".csv") + bad.suffix)
    if bad.place is not None:
        bad.place(path)
    else:
        path.write_bytes(bad.content)
    beside = path.with_name(path.name + ".manifest.json")
    if isinstance(bad.manifest, bytes):
        beside.write_bytes(bad.manifest)
    elif bad.manifest is not None:
        facts = {
            "sha256": sha256(bad.content).hexdigest(),
            "mode": "snapshot",
            "period": sample.period,
            "extract_ts": f"{sample.day[:4]}-{sample.day[4:6]}-{sample.day[6:]}T06:00:00Z",
            **sample.manifest,
            **bad.manifest,
        }
        beside.write_text(json.dumps({key: value for key, value in facts.items() if value is not None}))
    return path


def cases() -> list[Case]:
    """Every case, in the order the modules register them."""
    from tests.corpus import containers, protocol, structure, values, workbooks  # noqa: F401

    return list(CASES.values())


def usable(source: str, landing: Path) -> Iterator[Path]:
    """The CSV extracts of a source in a landing folder, by name."""
    folder = landing / contracts.canonical_name(source)
    return iter(sorted(folder.glob("*.csv"))) if folder.is_dir() else iter(())
