"""Where people live: ZIP and town drawn together by population, and invented street addresses.

Belongs here: towns, ZIP codes, streets, schools by town. Does not: who lives there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.rng import weighted
from synth.tables import codes, numbers, table, text

_DEFAULT_MIX = (0.05, 0.02, 0.03)
_KINDS = ["Street", "Street", "Street", "Avenue", "Avenue", "Road", "Road", "Lane", "Drive", "Court"]
_UNITS = ["", "", "", " Apt 1", " Apt 2", " Apt 3B", " Unit 4", " Fl 2", " Apt 12", " #5"]


@dataclass(frozen=True)
class Places:
    """The parts of a ZIP code that lie in one town each: `zip_code[i]` of town `town_code[i]` has `population[i]`."""

    zip_code: pa.Array
    zip_number: np.ndarray
    town: np.ndarray
    population: np.ndarray
    town_code: pa.Array
    wda: np.ndarray
    hispanic: np.ndarray
    black: np.ndarray
    asian: np.ndarray


@cache
def places() -> Places:
    """The towns and ZIP codes of Connecticut."""
    towns = codes("town")
    town_codes = text(towns, "code")
    index = {code: i for i, code in enumerate(town_codes)}
    parts = table("zip_town_population")
    mixes = {row["town_code"]: row for row in table("town_mix")}
    shares = np.array(
        [
            [float(mixes[code][f"{group}_share"]) for group in ("hispanic", "black", "asian")]
            if code in mixes
            else _DEFAULT_MIX
            for code in town_codes
        ]
    )
    return Places(
        zip_code=pa.array(text(parts, "zip")),
        zip_number=np.array([int(row["zip"]) for row in parts]),
        town=np.array([index[row["town_code"]] for row in parts]),
        population=numbers(parts, "population"),
        town_code=pa.array(town_codes),
        wda=np.array([wda_codes().index(row["wda_code"]) for row in towns]),
        hispanic=shares[:, 0],
        black=shares[:, 1],
        asian=shares[:, 2],
    )


@cache
def wda_codes() -> tuple[str, ...]:
    """The workforce development areas, in the order of the code list."""
    return tuple(text(codes("wda"), "code"))


@dataclass
class Address:
    """One address per person: position in `places()`, street, house number and unit."""

    part: np.ndarray
    street: np.ndarray
    number: np.ndarray
    unit: np.ndarray

    def take(self, index: np.ndarray) -> Address:
        """The addresses at `index`."""
        return Address(self.part[index], self.street[index], self.number[index], self.unit[index])

    def where(self, other_is_true: np.ndarray, other: Address) -> Address:
        """`other` where the mask holds, this one elsewhere."""
        return Address(
            np.where(other_is_true, other.part, self.part),
            np.where(other_is_true, other.street, self.street),
            np.where(other_is_true, other.number, self.number),
            np.where(other_is_true, other.unit, self.unit),
        )


def draw_addresses(rng: np.random.Generator, count: int) -> Address:
    """Addresses drawn by population."""
    return Address(
        part=weighted(rng, places().population, count),
        street=rng.integers(0, len(table("streets")) * len(_KINDS), count),
        number=1 + (rng.exponential(90, count)).astype(np.int64) % 1900,
        unit=rng.integers(0, len(_UNITS), count),
    )


@cache
def _street_forms() -> pa.Array:
    return pa.array([f" {row['street']} {kind}" for row in table("streets") for kind in _KINDS])


def street_number(street: str) -> int:
    """The position of a street such as `Elm Street`."""
    return _street_forms().to_pylist().index(f" {street}")


def street_text(address: Address) -> pa.Array:
    """House number, street and unit, as one line."""
    return pc.binary_join_element_wise(
        pa.array(address.number).cast(pa.string()),
        _street_forms().take(pa.array(address.street)),
        pa.array(_UNITS).take(pa.array(address.unit)),
        "",
    )


def town_text(address: Address) -> pa.Array:
    """Tax town code of each address."""
    return places().town_code.take(pa.array(places().town[address.part]))


@cache
def schools_by_town() -> tuple[np.ndarray, np.ndarray, list[dict[str, str]]]:
    """For each town, where its high schools begin and how many there are, in the list of schools.

    A town without a high school sends its students to those of the town before it in its workforce area.
    """
    towns = text(codes("town"), "code")
    schools = sorted(table("high_schools"), key=lambda row: (row["town_code"], row["school_code"]))
    held = [row["town_code"] for row in schools]
    latest: dict[int, tuple[int, int]] = {}
    starts, counts = np.zeros(len(towns), np.int64), np.zeros(len(towns), np.int64)
    for _ in range(2):  # the second pass fills the towns that come before the first school of their area
        for position, code in enumerate(towns):
            area = int(places().wda[position])
            if code in held:
                latest[area] = (held.index(code), held.count(code))
            starts[position], counts[position] = latest.get(area, (0, len(schools)))
    return starts, counts, schools
