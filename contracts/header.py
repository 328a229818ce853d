"""Column headings: which field of a contract a heading means.

Belongs here: the comparison of headings. Does not: reading files, or deciding what to do about a wrong heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.model import Source


def normalise(heading: str) -> str:
    """A heading for comparison: no surrounding blanks, runs of blanks, hyphens and underscores as one _, any case."""
    return re.sub(r"[\s\-_]+", "_", heading.strip().lstrip("\ufeff").strip()).casefold()


@dataclass(frozen=True)
class HeaderMatch:
    """How the headings of one file fit a contract; the order of the columns does not matter."""

    columns: dict[str, str]
    """Heading as received to field name; the first heading of a field wins."""
    missing: tuple[str, ...]
    """Required fields with no heading: the file cannot be read."""
    absent: tuple[str, ...]
    """Conditional and optional fields with no heading: read as all blank."""
    unknown: tuple[str, ...]
    """Headings that mean nothing here: ignored, with a warning."""
    repeated: tuple[str, ...]
    """Fields with more than one heading: the file cannot be read."""


def match_header(source: Source, headings: Iterable[str]) -> HeaderMatch:
    """Which field each heading means: its canonical name or an alias."""
    meanings = {normalise(text): field.name for field in source.fields for text in (field.name, *field.aliases)}
    columns: dict[str, str] = {}
    unknown, repeated = [], []
    seen: set[str] = set()
    for heading in headings:
        field = meanings.get(normalise(heading))
        if field is None:
            unknown.append(heading)
        elif field in seen:
            repeated.append(field)
        else:
            seen.add(field)
            columns[heading] = field
    left = [field for field in source.fields if field.name not in seen]
    return HeaderMatch(
        columns=columns,
        missing=tuple(field.name for field in left if field.required),
        absent=tuple(field.name for field in left if not field.required),
        unknown=tuple(unknown),
        repeated=tuple(dict.fromkeys(repeated)),
    )
