"""Relatives of like names stay two people: brother and sister, twins with two first names, father and son."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.linkage.conftest import Identity, Vault, person
from tests.unit.linkage.test_rules import BORN, SSN

pytestmark = pytest.mark.slow

HOME = {"last_name": "Farrow", "street": "12 Elm Street", "town_code": "052", "zip": "06103"}
NEAR_SSN = SSN[:-1] + str((int(SSN[-1]) + 1) % 10)


def groups(vault: Vault, one: Identity, other: Identity) -> list[list[int]]:
    vault.add(person(**HOME, **one), person("adult_ed", **HOME, **other)).link(probability=True)
    return vault.groups()


def child(first: str, sex: str | None = None, **fields: object) -> Identity:
    return {"first_name": first, "sex": sex, "birth_date": BORN, **fields}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (child("Daniel", "M"), child("Daniela", "F")),
        (child("Daniel", "M", ssn=SSN), child("Daniela", "F", ssn=NEAR_SSN)),
        (child("Mary Ann"), child("Mary Beth")),
        (child("Maria", middle_name="Jose", ssn=SSN), child("Maria", middle_name="Luisa", ssn=NEAR_SSN)),
    ],
    ids=["brother and sister", "numbers a slip apart", "two first names", "a middle name, numbers a slip apart"],
)
def test_twins_of_like_names_are_two_people(vault: Vault, one: Identity, other: Identity) -> None:
    assert groups(vault, one, other) == [[1], [2]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (child("Daniel", "M"), child("Daniela", "M")),
        (child("Daniel", "M", ssn=SSN), child("Daniela", "F", ssn=SSN)),
        (child("Mary Ann"), child("Mary Anne")),
    ],
    ids=["a slip in the name", "one number", "a second name misspelt"],
)
def test_one_difference_alone_is_a_slip(vault: Vault, one: Identity, other: Identity) -> None:
    assert groups(vault, one, other) == [[1, 2]]


def seen_twice(vault: Vault, one: str, other: str) -> list[list[int]]:
    """Each name at two agencies: records 1 and 2, records 3 and 4."""
    for first in (one, other):
        for source in ("cthires_participant", "adult_ed"):
            vault.add(person(source, **HOME, **child(first, "M")))
    vault.link(probability=True)
    return vault.groups()


@pytest.mark.parametrize(("one", "other"), [("Jose", "Joel"), ("Julian", "Juan")])
def test_two_names_each_written_twice_are_twins(vault: Vault, one: str, other: str) -> None:
    assert seen_twice(vault, one, other) == [[1, 2], [3, 4]]


@pytest.mark.parametrize(("one", "other"), [("Marek", "Marrek"), ("Kathryn", "Catherine"), ("Mohamed", "Muhammad")])
def test_another_spelling_written_twice_is_no_twin(vault: Vault, one: str, other: str) -> None:
    assert seen_twice(vault, one, other) == [[1, 2, 3, 4]]


def test_who_fits_both_twins_joins_neither_to_the_other(vault: Vault) -> None:
    """An initial fits Adam and Alan; each of them is written twice."""
    assert seen_twice(vault, "Adam", "Alan") == [[1, 2], [3, 4]]
    vault.add(person("apprenticeship", **HOME, **child("A", "M"))).link(probability=True)
    assert [group for group in vault.groups() if {1, 3} <= {*group}] == []


def test_a_record_without_a_birth_date_does_not_join_father_and_son(vault: Vault) -> None:
    for born in (date(1960, 3, 4), date(1992, 8, 9)):
        for source in ("cthires_participant", "adult_ed"):
            vault.add(person(source, **HOME, first_name="Bram", sex="M", birth_date=born))
    vault.add(person("apprenticeship", **HOME, first_name="Bram", sex="M")).link(probability=True)
    assert [group for group in vault.groups() if {1, 3} <= {*group}] == []
    assert [[n for n in group if n < 5] for group in vault.groups() if {*group} & {1, 2, 3, 4}] == [[1, 2], [3, 4]]


def test_one_name_and_number_a_generation_apart_is_asked_and_not_merged(vault: Vault) -> None:
    found = groups(vault, child("Bram", ssn=SSN, birth_date=date(1950, 1, 2)), child("Bram", ssn=SSN))
    assert found == [[1], [2]]
    assert ("number_on_another_person", 1, 2) in vault.reviews()


def test_the_right_day_under_a_wrong_year_is_no_generation(vault: Vault) -> None:
    wrong_year = BORN.replace(year=BORN.year - 20)
    assert groups(vault, child("Bram", ssn=SSN), child("Bram", ssn=SSN, birth_date=wrong_year)) == [[1, 2]]
