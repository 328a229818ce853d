"""A number lent within a family: an initial fits lender and borrower, and must not make them one person."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.linkage.conftest import Vault, person, wage
from tests.unit.linkage.test_rules import SSN

pytestmark = pytest.mark.slow


def groups(vault: Vault, one: tuple[str, date], other: tuple[str, date]) -> list[list[int]]:
    """Two records of one number and last name, and a wage record with the initial of the first."""
    for first, born in (one, other):
        vault.add(person("adult_ed", first_name=first, last_name="Farrow", birth_date=born, ssn=SSN))
    vault.add(wage(SSN, one[0][0], "FARROW")).link()
    return vault.groups()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Corin", date(1985, 3, 9)), ("Calder", date(1990, 7, 1))),
        (("Katherine", date(1975, 3, 9)), ("Kylie", date(2003, 7, 1))),
    ],
    ids=["brothers", "a parent and a child"],
)
def test_an_initial_joins_no_more_than_one_of_the_two(vault: Vault, one: tuple, other: tuple) -> None:
    found = groups(vault, one, other)
    assert not any({1, 2} <= set(group) for group in found)
    assert "a_number_lent_in_the_family" in {reason for _, reason in vault.refused()}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Corin", date(1985, 3, 9)), ("Calder", date(1985, 3, 8))),
        (("Corin", date(1985, 3, 9)), ("Calder", date(1985, 9, 3))),
        (("William", date(1985, 3, 9)), ("Bill", date(1990, 7, 1))),
    ],
    ids=["a slip in the date", "day and month swapped", "a nickname"],
)
def test_a_slip_or_a_nickname_is_no_second_person(vault: Vault, one: tuple, other: tuple) -> None:
    groups(vault, one, other)
    assert "a_number_lent_in_the_family" not in {reason for _, reason in vault.refused()}
