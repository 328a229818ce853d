"""Each rule trips on its case and stays quiet one step beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from linkage.rules import RULES, VETOES
from tests.unit.linkage.conftest import Identity, Vault, person, wage

Linked = Callable[..., Vault]

SSN, OTHER_SSN = "219451234", "438127650"
BORN, OTHER_BORN = date(1980, 2, 3), date(1991, 11, 30)


def ana(source: str = "cthires_participant", **changed: object) -> Identity:
    """Ana Rivera with everything known, unless changed."""
    known: dict[str, object] = {
        "ssn": SSN,
        "first_name": "Ana",
        "middle_name": "Luz",
        "last_name": "Rivera",
        "birth_date": BORN,
        "sex": "2",
        "zip": "06103",
    }
    return person(source, **(known | changed))


@pytest.mark.parametrize(
    ("left", "right", "evidence"),
    [
        pytest.param(ana(), ana("adult_ed"), "ssn_and_birth_date", id="everything agrees"),
        pytest.param(ana(), ana("adult_ed", last_name="Soto"), "ssn_and_birth_date", id="changed last name"),
        pytest.param(ana(), ana("adult_ed", birth_date=date(1980, 3, 2)), "ssn_and_name", id="day and month swapped"),
        pytest.param(
            ana(), ana("adult_ed", birth_date=OTHER_BORN, last_name="Rivera-Soto"), "ssn_and_name", id="hyphen"
        ),
        pytest.param(ana(), ana("adult_ed", birth_date=None, last_name="Riveras"), "ssn_and_name", id="no birth date"),
        pytest.param(ana(), wage(SSN, "A", "RIVERA"), "ssn_and_name", id="wage with an initial"),
        pytest.param(ana(), wage(SSN, "ALICIA", "RIVERA"), "ssn_initial_and_last_name", id="wage, other first name"),
        pytest.param(ana(), wage(SSN, "ANA", "SOTO"), "ssn_and_full_first_name", id="wage after marriage"),
        pytest.param(
            ana(), ana("adult_ed", first_name="Nita"), "ssn_and_birth_date_other_first_name", id="nickname"
        ),
    ],
)  # fmt: skip
def test_d1_joins_one_number_when_a_name_or_birth_date_agrees(
    linked: Linked, left: Identity, right: Identity, evidence: str
) -> None:
    vault = linked(left, right)
    assert vault.groups() == [[1, 2]]
    assert vault.rules()[0] == ("D1", evidence)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(ana(), wage(SSN, "JOHN", "SMITH"), id="e4: another name on the wage record"),
        pytest.param(ana(), wage(SSN, "J", "RIVERA"), id="another initial"),
        pytest.param(ana(), wage(SSN, "A", "SMITH"), id="initial alone"),
        pytest.param(
            ana(), ana("adult_ed", first_name="Jorge", birth_date=OTHER_BORN), id="number borrowed in the family"
        ),
        pytest.param(ana(), ana("adult_ed", last_name="Soto", birth_date=OTHER_BORN), id="first name alone"),
        pytest.param(
            ana(ssn="123456789", zip="06103"),
            ana("adult_ed", ssn="123456789", zip="06510"),
            id="stand-in number",
        ),
        pytest.param(ana(zip="06103"), ana("adult_ed", ssn="912701234", zip="06510"), id="ITIN is no number"),
    ],
)
def test_d1_does_not_join_on_the_number_alone(linked: Linked, left: Identity, right: Identity) -> None:
    assert linked(left, right).groups() == [[1], [2]]


@pytest.mark.parametrize(
    ("left", "right", "one_person"),
    [
        (ana(ssn=None, agency_person_id="p1"), ana(ssn=None, agency_person_id="P1 ", last_name="Soto"), True),
        (ana("adult_ed", ssn=None, sasid="S7", zip="06103"), person("dual_credit", agency_person_id="S7"), True),
        (ana("apprenticeship", agency_person_id="1"), ana("apprenticeship", agency_person_id="1", ssn=None), True),
        (ana(ssn=None, agency_person_id="1", last_name="Soto"), ana("adult_ed", agency_person_id="1"), False),
        (ana(ssn=None, agency_person_id="1", last_name="Soto"), ana(ssn=None, agency_person_id="2"), False),
    ],
)
def test_d2_joins_one_id_of_one_system(linked: Linked, left: Identity, right: Identity, one_person: bool) -> None:
    vault = linked(left, right)
    assert vault.groups() == ([[1, 2]] if one_person else [[1], [2]])
    assert ("D2", "same_agency_id") in vault.rules() if one_person else vault.rules() == []


@pytest.mark.parametrize(
    "changed",
    [{}, {"zip": None}, {"sex": "9"}, {"middle_name": "L."}, {"middle_name": None}, {"suffix": "Jr"}, {"ssn": SSN}],
    ids=str,
)
def test_d3_joins_exact_name_and_birth_date_when_nothing_else_differs(linked: Linked, changed: dict) -> None:
    vault = linked(ana(ssn=None), ana("adult_ed", **({"ssn": None} | changed)))
    assert vault.rules() == [("D3", "name_and_birth_date")]


@pytest.mark.parametrize(
    "changed",
    [
        {"zip": "06510"},
        {"sex": "1"},
        {"middle_name": "Eva"},
        {"birth_date": date(1980, 2, 4)},
        {"birth_date": None},
        {"first_name": "Anna"},
        {"first_name": "A"},
        {"last_name": "Riviera"},
        {"ssn": OTHER_SSN},
        {"ssn": "219451235"},
    ],
    ids=str,
)
def test_d3_stays_quiet_when_anything_differs(linked: Linked, changed: dict) -> None:
    assert linked(ana(suffix="Sr"), ana("adult_ed", **({"ssn": None} | changed))).groups() == [[1], [2]]


def test_d3_does_not_choose_between_two_people_of_one_name_and_birth_date(linked: Linked) -> None:
    vault = linked(ana(), ana("adult_ed", ssn=OTHER_SSN), ana("dual_credit", ssn=None))
    assert vault.groups() == [[1], [2], [3]]
    assert vault.refused() == [("D3", "name_fits_two_numbers")] * 2
    assert ("name_fits_two_numbers", 1, 3) not in vault.rules()
    assert {reason for reason, *_ in vault.reviews()} == {"name_fits_two_numbers"}


def test_a_slip_in_one_number_is_not_two_people_of_one_name(linked: Linked) -> None:
    vault = linked(ana(agency_person_id="1"), ana(agency_person_id="1", ssn="219451243"), ana("dual_credit", ssn=None))
    assert vault.groups() == [[1, 2, 3]]


def test_every_rule_and_veto_has_its_own_name_and_a_reason() -> None:
    names = [value.name for value in (*RULES, *VETOES)]
    assert len(set(names)) == len(names)
    assert all(value.reason.endswith(".") for value in (*RULES, *VETOES))
    assert [rule.code for rule in RULES if rule.code != "D1"] == ["D2", "D3"]
