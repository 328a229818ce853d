"""A reviewer's "one person" joins two persons as they are; what happens where another decision parts them."""

from __future__ import annotations

from datetime import date

import pytest

from linkage.decisions import CANNOT_LINK, MUST_LINK, decide
from linkage.follow import explain
from tests.unit.linkage.conftest import Vault, person
from tests.unit.linkage.test_rules import BORN, OTHER_SSN, SSN

pytestmark = pytest.mark.slow

DAY = date(2026, 3, 2)
OTHER_BORN = date(1971, 11, 5)


@pytest.fixture
def two_persons(vault: Vault) -> Vault:
    """Rows 1 to 3 and 4 to 6 are a person each, by the agency's id; every row of one is vetoed with every of the other,
    by number and birth date."""
    one = person(agency_person_id="1", first_name="Odile", last_name="Farrow", birth_date=BORN, ssn=SSN)
    other = person(agency_person_id="2", first_name="Bram", last_name="Teal", birth_date=OTHER_BORN, ssn=OTHER_SSN)
    vault.add(*[one | {"zip": zip_code} for zip_code in ("06103", "06510", "06854")])
    vault.add(*[other | {"zip": zip_code} for zip_code in ("06103", "06510", "06854")]).link(probability=True)
    assert vault.groups() == [[1, 2, 3], [4, 5, 6]]
    return vault


def decided(vault: Vault, left: int, right: int, decision: str) -> None:
    key = dict(vault.query("select first_row_no, identity_key::varchar from identity"))
    decide(vault.home, (key[left], key[right]), decision, "K. Lee", "seen on paper", DAY)


def test_two_persons_decided_to_be_one_are_one_whatever_vetoes_are_between_them(two_persons: Vault) -> None:
    decided(two_persons, 1, 4, MUST_LINK)
    result = two_persons.link(probability=True)
    assert two_persons.groups() == [[1, 2, 3, 4, 5, 6]]
    assert (result.events["merge"], result.events["split"]) == (1, 0)
    assert {reason for reason, *_ in two_persons.reviews()} == {"several_numbers"}


def test_a_decision_between_other_records_of_the_two_holds_too_and_the_person_is_listed_as_not_whole(
    two_persons: Vault,
) -> None:
    decided(two_persons, 1, 4, MUST_LINK)
    decided(two_persons, 2, 5, CANNOT_LINK)
    result = two_persons.link(probability=True)
    together = {row: group for group in map(tuple, two_persons.groups()) for row in group}
    assert together[1] == together[4]
    assert together[2] != together[5]
    assert ("decision_kept_in_part", 1, 4) in two_persons.reviews()
    assert result.review_by_reason["decision_kept_in_part"] == 1
    told = explain(two_persons.home, two_persons.keys()[0])
    assert [edge.why for edge in told.edges if edge.match_rule == "R"] == [
        "A reviewer decided so; another decision keeps other records of the two apart."
    ]


def test_the_same_decisions_give_the_same_persons_in_every_run(two_persons: Vault) -> None:
    decided(two_persons, 1, 4, MUST_LINK)
    decided(two_persons, 2, 5, CANNOT_LINK)
    two_persons.link(probability=True)
    before = two_persons.keys()
    two_persons.link(probability=True, full=True)
    assert two_persons.keys() == before
