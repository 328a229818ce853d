"""Column headings: which field of a contract a heading means.

Belongs here: the comparison of headings, PIRL element numbers among them. Does not: reading files, or deciding what to
do about a wrong heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.model import Source

RECORD_ACTION = "_record_action"
"""Column that says what a row of a delta does."""
RECORD_ACTIONS = ("A", "C", "D")
"""Add, change, delete."""

_ELEMENT = re.compile(
    r"(?:e|p|pirl|item|element|pirl_element)?_?0*(?P<number>(?!0)\d+|0)(?:_?(?P<letter>[a-z]))?(?:_.*|[.:](?:_.*|[a-z].*))?"
)
"""A heading that is a PIRL element number: e0100, p100, PIRL 100, Item_100, 100, 100 - Unique Individual Identifier.

A point or colon after the number needs a name behind it: 901.5 is an amount.
"""
_PUBLISHED_AS = {"180_c": "108_c", "4000": "101"}
"""Numbers of published files that stand for another element: a misprint, and the state of residence of 2021."""


def normalise(heading: str) -> str:
    """A heading for comparison, in any case: words joined by one _.

    Blanks, hyphens, underscores, slashes and question marks only part words, so that "Record Found Y/N" is
    RECORD_FOUND_Y/N and "Graduated?" is GRADUATED, as the years of one layout write them.
    """
    return re.sub(r"[\s\-_/?]+", "_", heading.strip().lstrip("\ufeff")).strip("_").casefold()


def run_together(plain: str) -> str:
    """A normalised heading as it is written without anything between its words: LASTNAME for last_name."""
    return plain.replace("_", "")


def element_numbers(heading: str) -> tuple[str, ...]:
    """The PIRL elements a normalised heading may name, likeliest first: 108-C is 108_c, else 108 and a name."""
    match = _ELEMENT.fullmatch(heading)
    if match is None:
        return ()
    lettered = [f"{match['number']}_{match['letter']}"] if match["letter"] else []
    return tuple(_PUBLISHED_AS.get(number, number) for number in (*lettered, match["number"]))


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
    """Which field each heading means: a name or alias, a PIRL element if the contract has them, words run together."""
    meanings = {normalise(RECORD_ACTION): RECORD_ACTION}  # a field of that name goes first
    meanings |= {normalise(text): field.name for field in source.fields for text in (field.name, *field.aliases)}
    elements = {normalise(field.pirl): field.name for field in source.fields if field.pirl and source.pirl_headings}
    together = {run_together(text): field for text, field in meanings.items()}
    columns: dict[str, str] = {}
    unknown, repeated = [], []
    seen: set[str] = set()
    for heading in headings:
        plain = normalise(heading)
        meant = [meanings.get(plain), *(elements.get(number) for number in element_numbers(plain)), together.get(plain)]
        field = next(filter(None, meant), None)
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
