"""Writes extracts as agencies send them, their manifests, and the truth about every row.

Belongs here: files, bytes, row numbers. Does not: what is in them. CSV options are fixed, so the same rows are the
same bytes; a row of truth/record.parquet goes with each row that names or refers to a person.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pyarrow.parquet as pq

import contracts
from synth.days import compact, iso
from synth.noise import Columns

_OPTIONS = csv.WriteOptions(include_header=False, batch_size=16_384, delimiter=",", quoting_style="needed")
_RECORD = pa.schema(
    [
        ("source", pa.dictionary(pa.int32(), pa.string())),
        ("file_name", pa.dictionary(pa.int32(), pa.string())),
        ("row_no", pa.int32()),
        ("truth_person_id", pa.int32()),
    ]
)


@dataclass(frozen=True)
class Extract:
    """One file: which source and period, when it was taken, and what its manifest adds (None: no manifest)."""

    source: str
    period: str
    taken: int
    version: int = 1
    manifest: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """`{agency}_{source}_{period}_{yyyymmdd}_v{nn}.csv`."""
        agency = contracts.load(self.source).agency_code
        return f"{agency}_{self.source}_{self.period}_{compact(self.taken)}_v{self.version:02d}.csv"


@dataclass(frozen=True)
class Override:
    """What one source wrote about one person instead, in extracts taken from `since` to `until` (day numbers)."""

    source: str
    person: int
    column: str
    value: str | None
    since: int
    until: int


@dataclass
class Delivery:
    """The folder `out`: landing/<source>/ and truth/. Use as a context manager; leaving it completes the truth."""

    out: Path
    overrides: list[Override] = field(default_factory=list)
    rows_written: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> Delivery:
        (self.out / "truth").mkdir(parents=True, exist_ok=True)
        self._records = pq.ParquetWriter(self.out / "truth" / "record.parquet", _RECORD, compression="zstd")
        return self

    def __exit__(self, *_: object) -> None:
        self._records.close()

    def write(self, extract: Extract, columns: Columns, person: np.ndarray | None) -> None:
        """One extract: its CSV file, its manifest, and whose each row is (positions of people; ids are one higher).

        `person` is None where rows are not about people.
        """
        if person is not None:
            columns = self._overridden(extract, columns, person)
            self._records.write_table(_record_rows(extract, person))
        count = len(next(iter(columns.values())))
        folder = self.out / "landing" / extract.source
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / extract.name
        with path.open("wb") as handle:
            handle.write((",".join(columns) + "\n").encode())
            csv.write_csv(pa.table(columns), handle, _OPTIONS)
        if extract.manifest is not None:
            self._write_manifest(path, extract, count)
        self.rows_written[extract.source] = self.rows_written.get(extract.source, 0) + count

    def send(self, extract: Extract, columns: Columns, person: np.ndarray) -> None:
        """The same; but who has nothing to report sends nothing, and a small Connecticut often has nothing."""
        if len(person):
            self.write(extract, columns, person)

    def _overridden(self, extract: Extract, columns: Columns, person: np.ndarray) -> Columns:
        columns = dict(columns)
        for said in self.overrides:
            if said.source != extract.source or said.column not in columns:
                continue
            if said.since <= extract.taken <= said.until:
                written = columns[said.column]
                here = pa.array(person == said.person)
                columns[said.column] = pc.if_else(here, pa.scalar(said.value, pa.string()).cast(written.type), written)
        return columns

    def _write_manifest(self, path: Path, extract: Extract, count: int) -> None:
        facts = {
            "sha256": _sha256(path),
            "rows": count,
            "mode": "snapshot",
            "period": extract.period,
            "extract_ts": f"{iso(extract.taken)}T06:00:00Z",
            **(extract.manifest or {}),
        }
        path.with_name(path.name + ".manifest.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _record_rows(extract: Extract, person: np.ndarray) -> pa.Table:
    """Whose each row is; a row about nobody (-1, a headcount) has no truth."""
    row_no = np.flatnonzero(person >= 0).astype(np.int32) + np.int32(1)
    person, count = person[row_no - 1], len(row_no)

    def same(value: str) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([value]))

    return pa.table(
        [
            same(extract.source),
            same(extract.name),
            pa.array(row_no),
            pa.array(person.astype(np.int32) + 1),
        ],
        schema=_RECORD,
    )


def spoil(columns: Columns, column: str, rows: list[int], value: str) -> None:
    """Put an unusable `value` into some rows of a column, as a clerk would; the gate must keep those rows out."""
    written = columns[column].cast(pa.string()).to_numpy(zero_copy_only=False).astype(object)
    for row in rows:
        written[row] = value
    columns[column] = pa.array(written, pa.string())


def dollars(cents: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Whole cents as dollars with two places."""
    whole = pa.array(cents, mask=missing).cast(pa.decimal128(19, 0))
    return _shifted(whole)


def _shifted(cents: pa.Array) -> pa.Array:
    """The same digits with the decimal point moved two places: exact, and without a division."""
    return pa.Array.from_buffers(pa.decimal128(19, 2), len(cents), cents.buffers(), cents.null_count, cents.offset)


def coded(values: np.ndarray, names: tuple[str, ...] | list[str]) -> pa.Array:
    """Positions as their codes; a negative position is null."""
    return pa.array(names, pa.string()).take(pa.array(np.maximum(values, 0), mask=values < 0))


def constant(value: str, count: int) -> pa.Array:
    """One text in every row."""
    return pa.array([value]).take(pa.array(np.zeros(count, np.int64)))


def numbered(prefix: str, values: np.ndarray, width: int) -> pa.Array:
    """Numbers with a prefix and leading zeros, as agencies number their records."""
    digits = pc.utf8_lpad(pa.array(values).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(constant(prefix, len(values)), digits, "")
