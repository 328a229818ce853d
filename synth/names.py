"""Given names and surnames by culture, generation and sex, with the forms in which agencies write them.

Belongs here: the name book, drawing names, typing errors and nicknames of a name. Does not: whose name it is.
Errors are made once per name, not per person: a name has a few wrong forms, and a record points to one of them.
"""

from __future__ import annotations

import unicodedata
import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from synth.tables import table

EXACT, NICKNAME, SWAPPED, DROPPED, DOUBLED = range(5)
FORMS = 5
ERAS = ("old", "mid", "new")
_OWN_NAMES = {  # share of people of a culture whose given name comes from that culture; the others have American names
    "italian": 0.22,
    "polish": 0.30,
    "french": 0.18,
    "portuguese": 0.45,
    "hispanic": 0.82,
    "black": 0.70,
    "caribbean": 0.50,
    "haitian": 0.65,
    "african": 0.60,
    "south_asian": 0.85,
    "chinese": 0.60,
    "korean": 0.60,
    "vietnamese": 0.60,
    "filipino": 0.70,
    "arabic": 0.80,
    "albanian": 0.70,
    "greek": 0.35,
    "ukrainian": 0.50,
}
CULTURES = ("american", "irish", *_OWN_NAMES)


@dataclass(frozen=True)
class NameBook:
    """All names; `given_forms` and `surname_forms` hold FORMS forms of each, `*_ascii` the same in capitals.

    `given_pool[culture, sex, era]` and `surname_pool[culture]` list the names of a group with their weights.
    """

    given: list[str]
    surname: list[str]
    given_forms: pa.Array
    given_ascii: pa.Array
    surname_forms: pa.Array
    surname_ascii: pa.Array
    given_pool: dict[tuple[str, int, str], tuple[np.ndarray, np.ndarray]]
    surname_pool: dict[str, tuple[np.ndarray, np.ndarray]]


def ascii_capitals(name: str) -> str:
    """JOSE for José: how systems without accents keep a name."""
    plain = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L").replace("Đ", "D").replace("đ", "d"))
    return plain.encode("ascii", "ignore").decode().upper()


def wrong_forms(name: str) -> tuple[str, str, str]:
    """Two letters swapped, a letter dropped, a letter doubled; always at the same place of a name."""
    if len(name) < 3:
        return name, name, name
    at = 1 + zlib.crc32(name.encode()) % (len(name) - 2)
    return (
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        name[:at] + name[at + 1 :],
        name[: at + 1] + name[at:],
    )


def _forms(names: list[str], nicknames: list[str]) -> tuple[pa.Array, pa.Array]:
    written = [
        form
        for name, nickname in zip(names, nicknames, strict=True)
        for form in (name, nickname or name, *wrong_forms(name))
    ]
    return pa.array(written), pa.array([ascii_capitals(form) for form in written])


@cache
def name_book() -> NameBook:
    """The name book of synth/data/given_names.csv and surnames.csv."""
    given_rows, surname_rows = table("given_names"), table("surnames")
    given = list(dict.fromkeys(row["name"] for row in given_rows))
    surname = list(dict.fromkeys(row["name"] for row in surname_rows))
    given_index = {name: i for i, name in enumerate(given)}
    surname_index = {name: i for i, name in enumerate(surname)}
    nickname = {row["name"]: row["nickname"] for row in reversed(given_rows)}
    given_pool = {}
    for culture in CULTURES:
        for sex in (1, 2):
            for era in ERAS:
                held = [
                    given_index[row["name"]]
                    for row in given_rows
                    if row["culture"] == culture and row["sex"] == "?MF"[sex] and row["era"] in (era, "any")
                ]
                given_pool[culture, sex, era] = (np.array(held, np.int64), 1 / (np.arange(len(held)) + 4) ** 0.6)
    surname_pool = {}
    for culture in CULTURES:
        held = [row for row in surname_rows if row["culture"] == culture]
        surname_pool[culture] = (
            np.array([surname_index[row["name"]] for row in held]),
            np.array([float(row["weight"]) for row in held]),
        )
    given_forms, given_ascii = _forms(given, [nickname[name] for name in given])
    surname_forms, surname_ascii = _forms(surname, [""] * len(surname))
    return NameBook(given, surname, given_forms, given_ascii, surname_forms, surname_ascii, given_pool, surname_pool)


def _draw(rng: np.random.Generator, pool: tuple[np.ndarray, np.ndarray], size: int) -> np.ndarray:
    names, weights = pool
    return rng.choice(names, size, p=weights / weights.sum())


def draw_given(rng: np.random.Generator, culture: np.ndarray, sex: np.ndarray, era: np.ndarray) -> np.ndarray:
    """A given name per person, as a position in the name book; one draw per group of culture, sex and generation."""
    own = np.array([_OWN_NAMES.get(name, 0.0) for name in CULTURES])[culture]
    effective = np.where(rng.random(len(culture)) < own, culture, 0)
    chosen = np.zeros(len(culture), np.int64)
    group = (effective * 2 + sex - 1) * 3 + era
    order = np.argsort(group, kind="stable")
    present, starts = np.unique(group[order], return_index=True)
    for code, members in zip(present, np.split(order, starts[1:]), strict=True):
        pool = name_book().given_pool[CULTURES[code // 6], int(code // 3 % 2) + 1, ERAS[code % 3]]
        chosen[members] = _draw(rng, pool, len(members))
    return chosen


def draw_surname(rng: np.random.Generator, culture: np.ndarray) -> np.ndarray:
    """A surname per person, as a position in the name book."""
    chosen = np.zeros(len(culture), np.int64)
    for code in np.unique(culture):
        members = np.flatnonzero(culture == code)
        chosen[members] = _draw(rng, name_book().surname_pool[CULTURES[code]], len(members))
    return chosen


def era_of(birth_year: np.ndarray) -> np.ndarray:
    """Position in ERAS of a birth year."""
    return (birth_year >= 1965).astype(np.int64) + (birth_year >= 1990)
