"""The named stories: who is in them and who they are (synth/data/stories.yml).

Belongs here: reading the stories, placing their people. Does not: what they live through (story_lives.py). Story
people are the first persons of every Connecticut, whatever its size: truth_person_id 1 is always Ana.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import yaml

from synth.days import NEVER, day
from synth.employers import Employers, sector_names
from synth.names import CULTURES, name_book
from synth.people import AIAN, ASIAN, BLACK, HYPHEN, NHPI, NONE, SPACE, SUFFIXES, WHITE, People, Surname
from synth.places import Address, places, street_number
from synth.tables import DATA
from synth.tax_numbers import BORROWS, HAS_ITIN, HAS_NEITHER, HAS_SSN

_RACES = {"aian": AIAN, "asian": ASIAN, "black": BLACK, "nhpi": NHPI, "white": WHITE}
_TRAITS = ("veteran", "disability", "low_income", "english_learner", "ex_offender", "single_parent")


@dataclass(frozen=True)
class Role:
    """One person of a story; `position` is their place among all people."""

    story: str
    name: str
    position: int
    facts: dict[str, Any]


@cache
def script() -> dict[str, Any]:
    """The stories file as it stands."""
    with (DATA / "stories.yml").open(encoding="utf-8") as handle:
        return yaml.safe_load(handle)


@cache
def cast() -> dict[str, Role]:
    """Every role by name, in order of appearance."""
    roles: dict[str, Role] = {}
    for story, told in script()["stories"].items():
        for name, facts in told["people"].items():
            roles[name] = Role(story, name, len(roles), facts)
    return roles


def story_names() -> list[str]:
    """The stories in order."""
    return list(script()["stories"])


def told(kind: str) -> list[dict[str, Any]]:
    """All entries of one kind (programmes, jobs, ...) of all stories, each with its role's position as `person`."""
    return [
        {**entry, "person": cast()[entry["who"]].position, "story": name}
        for name, story in script()["stories"].items()
        for entry in story.get(kind, [])
    ]


def as_day(value: Any, otherwise: int = NEVER) -> int:
    """A date of the file as a day number."""
    return otherwise if value is None else day(str(value))


def place_people(people: People) -> None:
    """Make the first people those of the stories, in place."""
    book = name_book()
    for role in cast().values():
        at, facts = role.position, role.facts
        people.story[at] = story_names().index(role.story)
        people.birth[at], people.sex[at] = as_day(facts["birth"]), facts["sex"]
        people.culture[at] = CULTURES.index(facts["culture"])
        people.hispanic[at] = facts.get("hispanic", 0)
        people.race[at] = sum(_RACES[name] for name in facts["race"])
        people.given[at] = book.given.index(facts["given"])
        people.middle[at] = book.given.index(facts["middle"]) if "middle" in facts else -1
        people.suffix[at] = SUFFIXES.index(facts.get("suffix", ""))
        people.schooling[at] = facts["schooling"]
        people.death[at] = as_day(facts.get("death"))
        for trait in _TRAITS:
            getattr(people, trait)[at] = facts.get(trait, False)
        _set_surname(people.surname, at, facts)
        _set_surname(people.married_surname, at, facts.get("married", facts))
        people.married[at] = as_day(facts.get("married", {}).get("day"))
        _set_home(people.home, at, facts["home"])
        _set_home(people.next_home, at, facts.get("move", facts)["home"])
        people.move[at] = as_day(facts.get("move", {}).get("day"))
        _set_number(people, at, facts)
        if "twin_of" in facts:
            other = cast()[facts["twin_of"]].position
            people.twin[at], people.twin[other] = other, at


def _set_surname(surname: Surname, at: int, facts: dict[str, Any]) -> None:
    parts = [name_book().surname.index(part) for part in facts["surname"]]
    surname.first[at] = parts[0]
    surname.second[at] = parts[1] if len(parts) == 2 else -1
    surname.joiner[at] = {"space": SPACE, "hyphen": HYPHEN}[facts["joiner"]] if len(parts) == 2 else NONE


def _set_home(address: Address, at: int, home: list[Any]) -> None:
    zip_code, town_code, number, street = home
    town = places().town_code.to_pylist().index(town_code)
    address.part[at] = np.flatnonzero((places().zip_number == int(zip_code)) & (places().town == town))[0]
    address.street[at] = street_number(street)
    address.number[at], address.unit[at] = number, 0


def _set_number(people: People, at: int, facts: dict[str, Any]) -> None:
    people.ssn[at], people.itin[at] = facts["ssn"], facts.get("itin", 0)
    people.ssn_from[at] = as_day(facts.get("ssn_from"), -NEVER) if facts["ssn"] else NEVER
    people.ssn_kind[at] = HAS_SSN if facts["ssn"] else HAS_NEITHER
    if "itin" in facts:
        people.ssn_kind[at] = HAS_ITIN
    if "lender" in facts:
        people.ssn_kind[at], people.lender[at] = BORROWS, cast()[facts["lender"]].position


def place_employers(employers: Employers) -> dict[str, int]:
    """The stories' employers as positions; accounts of one company share its FEIN from here on."""
    found: dict[str, int] = {}
    for name, facts in script()["employers"].items():
        found[name] = int(employers.start[sector_names().index(facts["sector"])]) + facts["rank"]
        if "company_of" in facts:
            employers.fein[found[name]] = employers.fein[found[facts["company_of"]]]
    return found
