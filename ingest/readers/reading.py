"""Parent side: one file from its name to a stream of rows. What the rest of the package knows of readers.

Belongs here: the order in which the parent talks to a child. Does not: formats, headings, processes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts import Source
from contracts.profile import EXTRACT_DATE, Profile
from ingest.archive import open_regular
from ingest.findings import Rejected, RuleCount, whole_file
from ingest.readers import formats, header
from ingest.readers.client import UNUSABLE, Child
from ingest.readers.protocol import LONGEST_HEADER, ROW_NO, Column, Limits, Plan

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Submitted:
    """What the bytes cannot say: the name they came under, their profile, and the day they were extracted."""

    file_name: str
    profile: Profile = field(default_factory=Profile)
    extract_date: date | None = None


@dataclass
class Records:
    """The rows of one file as Arrow batches, and after the last of them, what else was in the file."""

    child: Child
    plan: Plan
    ragged: list[int] = field(default_factory=list)
    """Numbers of records of another width than the header's."""
    widths: list[int] = field(default_factory=list)
    """Widths they have."""
    seen: int = 0
    """Records read, ragged and blank ones included."""
    delivered: int = 0
    """Rows that came in batches."""
    blank: int = 0
    """Records without any value: those among the rows, and those the child passed over."""
    notes: tuple[RuleCount, ...] = ()

    def stream(self) -> pa.RecordBatchReader:
        """The batches, each once. After the last, `finish` must be called."""
        import pyarrow as pa

        schema = pa.schema([(ROW_NO, pa.int64()), *((column.name, pa.string()) for column in self.plan.columns)])
        self.child.start(self.plan)
        return pa.RecordBatchReader.from_batches(schema, self._counted(self.child.batches(schema)))

    def _counted(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        places = [place for place, column in enumerate(self.plan.columns, start=1) if column.place is not None]
        for batch in batches:
            self.delivered += batch.num_rows
            self.blank += _blank_rows(batch, places)
            yield batch

    def finish(self) -> None:
        """Hear the summary. Raises Rejected when the child did not come to a good end, or a row is missing."""
        said = self.child.end()
        try:
            self.seen, passed_over = int(said["seen"]), int(said["blank"])
            self.ragged = [int(number) for number in said["ragged_rows"]]
            self.widths = [int(width) for width in said["widths"]]
            self.notes = tuple(whole_file(str(rule), str(told), None, "warning") for rule, told in said["notes"])
            in_range = all(0 < number <= self.seen for number in self.ragged)
        except (KeyError, *UNUSABLE):
            raise Rejected.by("G3.damaged", "The reading process did not say how the file ended.") from None
        if not in_range or passed_over < 0 or self.seen != self.delivered + len(self.ragged) + passed_over:
            raise Rejected.by("G3.damaged", "Rows were lost while the file was read; none of it is taken.")
        self.blank += passed_over


@dataclass
class Reading:
    """A file whose header was understood: its layout, and its rows."""

    layout: header.Layout
    records: Records
    byte_count: int


@contextmanager
def reading(
    path: Path, source: Source, submitted: Submitted, as_came: bool = False, limits: Limits | None = None
) -> Iterator[Reading]:
    """Open a file in a child and match its header; the child ends with the block. Raises Rejected.

    `as_came`: every column of the file instead of the known ones, by position, its text untouched.
    """
    profile = submitted.profile
    shape = formats.shape_of(source, submitted.file_name, profile)
    layout = formats.layout_of(source, shape, profile)
    if layout is not None:
        profile = replace(profile, fixed={**layout.fixed, **profile.fixed})
    if not as_came:
        profile = replace(profile, fixed=_dated(profile.fixed, submitted.extract_date))
    handle = open_regular(path)
    try:
        size = os.fstat(handle).st_size
        child = Child(handle, shape, limits or Limits())
    finally:
        os.close(handle)
    try:
        headings, line = _heard(child.head())
        found = header.match(source, headings, line, shape, profile)
        plan = Plan(_every_column(found), True) if as_came else Plan(found.stream_columns(profile.date_style))
        yield Reading(found, Records(child, plan), size)
    finally:
        child.close()


def _heard(head: dict[str, Any]) -> tuple[list[str], str]:
    """Headings and their line, as the child says them."""
    headings, line = head.get("headings"), head.get("line", "")
    if (
        not isinstance(headings, list)
        or not all(isinstance(heading, str) for heading in headings)
        or not isinstance(line, str)
        or len(line) > LONGEST_HEADER
    ):
        raise Rejected.by("G3.damaged", "The reading process did not say how the file begins.")
    return headings, line


def _blank_rows(batch: pa.RecordBatch, places: list[int]) -> int:
    """How many rows have no value in any of these columns. Nearly always one look at a full column tells."""
    import pyarrow.compute as pc

    if not places or any(batch.column(place).null_count == 0 for place in places):
        return 0
    filled = batch.column(places[0]).is_valid()
    for place in places[1:]:
        if pc.all(filled).as_py():
            return 0
        filled = pc.or_(filled, batch.column(place).is_valid())
    return batch.num_rows - int(pc.sum(filled).as_py() or 0)


def _every_column(layout: header.Layout) -> tuple[Column, ...]:
    return tuple(Column(f"c{place}", place) for place in range(layout.width))


def _dated(fixed: dict[str, str], extract_date: date | None) -> dict[str, str]:
    """Fixed values with the extract date where it stands in for a column."""
    if EXTRACT_DATE in fixed.values() and extract_date is None:
        raise Rejected.by(
            "G1.name", "The day the extract was taken stands in for a column, and the file's name does not give it."
        )
    return {name: str(extract_date) if text == EXTRACT_DATE else text for name, text in fixed.items()}
