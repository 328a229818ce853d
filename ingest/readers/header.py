"""Parent side: which heading is which field of the contract, and why a header that does not fit does not.

Belongs here: structure findings about the header. Does not: finding the header in the bytes (child). A heading is never
printed unless it is a word of the contract: a file without header has a person's values there.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

import contracts
from contracts import HeaderMatch, Source
from contracts.profile import Profile
from ingest.findings import Rejected, RuleCount, whole_file
from ingest.readers.protocol import LONGEST_HEADING, MOST_COLUMNS, Column, Shape, too_many_columns

UNKNOWN_LISTED = 20
"""Columns without meaning that are told one by one."""
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}


@dataclass(frozen=True)
class Layout:
    """Which column of a file is which field."""

    source: Source
    width: int
    columns: dict[int, str]
    """Position of each known column to field name."""
    fixed: dict[str, str]
    """Fields with the same text in every row, which the profile or the layout gives."""
    headings: tuple[str, ...]
    notes: tuple[RuleCount, ...]
    """Warnings about the header: columns this source does not know."""

    @property
    def names(self) -> list[str]:
        """Every field the rows bring, in the order of the stream."""
        return [*self.columns.values(), *self.fixed]

    def stream_columns(self, date_style: str | None) -> tuple[Column, ...]:
        """What the child is to send."""
        known = self.source.by_name
        placed = [
            Column(name, place, None, date_style if name in known and known[name].type == "date" else None)
            for place, name in self.columns.items()
        ]
        return (*placed, *(Column(name, None, text) for name, text in self.fixed.items()))


def match(source: Source, headings: list[str], line: str, shape: Shape, profile: Profile) -> Layout:
    """The layout of a file with these headings. Raises Rejected with every structure finding of the header."""
    if len(headings) > MOST_COLUMNS:
        raise Rejected.by("G3.header", too_many_columns(len(headings)))
    if not any(heading.strip() for heading in headings):
        raise Rejected.by("G3.header", "The first line is blank: there is no header.")
    _refuse_long(source, headings, line, shape)
    meant = [profile.meaning(heading) for heading in headings]
    found = contracts.match_header(source, meant)
    fixed = {name: text for name, text in profile.fixed.items() if name not in found.columns.values()}
    missing = [name for name in found.missing if name not in fixed]
    if missing:
        raise _wrong_header(source, headings, line, found, missing, shape)
    if found.repeated:
        raise Rejected(
            *(whole_file("G3.repeated_column", f"The column {name} is there twice.", name) for name in found.repeated)
        )
    first_place = {heading: place for place, heading in reversed(list(enumerate(meant)))}
    columns = {first_place[heading]: name for heading, name in found.columns.items()}
    unknown = {heading for heading in found.unknown if not profile.ignores(heading)}
    notes = _unknown_columns(source, [number for number, heading in enumerate(meant, 1) if heading in unknown])
    return Layout(source, len(headings), dict(sorted(columns.items())), fixed, tuple(headings), notes)


def _unknown_columns(source: Source, numbers: list[int]) -> tuple[RuleCount, ...]:
    """A warning for each column that means nothing here; one for all of them when they are many."""
    told = [f"Column {number} of the file is not a column of {source.name}." for number in numbers]
    if len(numbers) > UNKNOWN_LISTED:
        first = ", ".join(map(str, numbers[:UNKNOWN_LISTED]))
        told = [f"{len(numbers):,} columns of the file are not columns of {source.name}; the first are {first}."]
    return tuple(whole_file("G3.unknown_column", sentence, None, "warning") for sentence in told)


def _refuse_long(source: Source, headings: list[str], line: str, shape: Shape) -> None:
    """Refuse headings longer than any is. The usual reason is a line that was not parted: that is said instead."""
    number = next((number for number, heading in enumerate(headings, 1) if len(heading) > LONGEST_HEADING), None)
    if number is None:
        return
    if shape.kind == "delimited":
        _refuse_other_delimiter(source, contracts.match_header(source, headings), line, shape)
    told = f"The heading of column {number} is longer than {LONGEST_HEADING} characters: the first line is no header."
    raise Rejected.by("G3.header", told)


def _wrong_header(
    source: Source, headings: list[str], line: str, found: HeaderMatch, missing: list[str], shape: Shape
) -> Rejected:
    """Why a header lacks required columns: another separator, another source, no header at all, or just a gap."""
    if shape.kind == "delimited":
        _refuse_other_delimiter(source, found, line, shape)
    fits = {name: contracts.match_header(contract, headings) for name, contract in contracts.sources().items()}
    complete = [name for name, other in fits.items() if not other.missing]
    if complete:
        likely = max(complete, key=lambda name: (len(fits[name].columns), name))
        return Rejected.by("G3.other_source", f"This is not a {source.name} file: its header is that of {likely}.")
    if not found.columns:
        return Rejected.by("G3.header", f"The first line is not a header of {source.name}: no column name is known.")
    names = ", ".join(missing)
    return Rejected(
        *(whole_file("G3.missing_column", f"The required column {name} is missing.", name) for name in missing),
        reason=f"Required columns are missing: {names}." if len(missing) > 1 else None,
    )


def _refuse_other_delimiter(source: Source, found: HeaderMatch, line: str, shape: Shape) -> None:
    for delimiter, name in DELIMITERS.items():
        other = found if delimiter == shape.delimiter else contracts.match_header(source, _split(line, delimiter))
        if len(other.columns) > len(found.columns):
            wanted = DELIMITERS.get(shape.delimiter, "another separator")
            raise Rejected.by("G3.delimiter", f"The columns are separated by {name}, {shape.said} has {wanted}.")


def _split(line: str, delimiter: str) -> list[str]:
    try:
        headings = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
    return [heading[: LONGEST_HEADING + 1] for heading in headings[:MOST_COLUMNS]]
