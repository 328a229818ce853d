"""Fixed-width layouts as data: layouts/<name>.yml, the positions in layouts/<name>.csv.

Belongs here: loading them, checked. Does not: reading submissions.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from contracts.errors import ContractError
from contracts.shapes import MAPPING, TEXT, TEXTS, WHOLE, need, one_of
from contracts.yaml_file import read_yaml

LAYOUTS_DIR = Path(__file__).resolve().parent / "layouts"
KEYS = {
    "title": TEXT, "origin": TEXT, "description": TEXT, "length": WHOLE, "types": TEXTS, "row_type": TEXT,
    "fixed": MAPPING, "totals": MAPPING,
}  # fmt: skip
TOTALS = {"record": TEXT, "count": TEXT, "amount": TEXT, "of": TEXT}
PLACE_KEYS = ("record", "start", "end", "field", "reading", "note")
READINGS = ("", "cents", "quarter_year", "quarter_number", "quarter_month", "short_year", "unknown_i", "account")
"""How the text at a place becomes a value; in words in layouts/README.md."""


@dataclass(frozen=True)
class Place:
    """One field of one record type. Positions count bytes from 1."""

    record: str
    start: int
    end: int
    field: str
    reading: str = ""


@dataclass(frozen=True)
class Layout:
    """A file of records of one length each, their type in the first byte."""

    name: str
    length: int
    row_type: str
    """Records of this type are the rows."""
    types: tuple[str, ...]
    """Every record type, in the order they may come within a group."""
    places: tuple[Place, ...]
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Fields of the source the layout has no place for: their text in every row."""
    totals: Mapping[str, Any] = field(default_factory=dict)
    """record, count and amount: the record that says how many rows came and what they add up to."""

    def to_data(self) -> dict[str, Any]:
        return asdict(self)


def layout_names() -> list[str]:
    """The names of all layouts, sorted."""
    return sorted(path.stem for path in LAYOUTS_DIR.glob("*.yml"))


@cache
def read_layout(name: str) -> Layout:
    """The layout `name`. Raises ContractError when there is none or it is wrong."""
    if name not in layout_names():
        raise ContractError(f"There is no layout {name!r}; known are {', '.join(layout_names())}.")
    path = LAYOUTS_DIR / f"{name}.yml"
    said = read_yaml(path)
    need(path.name, said, KEYS, {"title", "origin", "length", "types", "row_type"})
    types = tuple(said["types"])
    need(f"{path.name}: totals", said.get("totals", {}), TOTALS)
    one_of(path.name, "row_type", said["row_type"], types)
    places = _places(path.with_suffix(".csv"), types, said["length"])
    return Layout(
        name=name,
        length=said["length"],
        row_type=said["row_type"],
        types=types,
        places=places,
        fixed={key: str(text) for key, text in said.get("fixed", {}).items()},
        totals=said.get("totals", {}),
    )


def _places(path: Path, types: tuple[str, ...], length: int) -> tuple[Place, ...]:
    found = []
    with path.open(encoding="utf-8", newline="") as handle:
        for number, row in enumerate(csv.DictReader(handle), start=2):
            where = f"{path.name} line {number}"
            if tuple(row) != PLACE_KEYS:
                raise ContractError(f"{path.name}: the columns are {', '.join(PLACE_KEYS)}.")
            start, end = int(row["start"]), int(row["end"])
            one_of(where, "record", row["record"], types)
            one_of(where, "reading", row["reading"], READINGS)
            if not 1 <= start <= end <= length:
                raise ContractError(f"{where}: the positions {start} to {end} are not within {length} bytes.")
            found.append(Place(row["record"], start, end, row["field"], row["reading"]))
    for kind in types:
        spans = sorted((place.start, place.end) for place in found if place.record == kind)
        for one, (start, end) in pairwise(spans):
            if start <= one[1] and one != (start, end):  # one place may be read in two ways
                raise ContractError(f"{path.name}: two places of the record {kind} overlap at {start}.")
    return tuple(found)
