"""Numbers, families, names: what is true of the invented people."""

from __future__ import annotations

import numpy as np
import pytest

from synth.days import NEVER
from synth.families import live_as_families
from synth.names import CULTURES, ascii_capitals, name_book, wrong_forms
from synth.people import JR, NONE, SR, THIRD, People, make_people
from synth.tax_numbers import BORROWS, HAS_SSN


@pytest.fixture(scope="module")
def people() -> People:
    everybody = make_people(40_000, 3)
    live_as_families(everybody, 3)
    return everybody


def test_every_ssn_is_distinct_and_valid_in_form(people: People) -> None:
    area, group, serial = people.ssn // 1_000_000, people.ssn // 10_000 % 100, people.ssn % 10_000
    assert len(np.unique(people.ssn)) == len(people)
    assert ((area > 0) & (area != 666) & (area < 900)).all()
    assert (group > 0).all() and (serial > 0).all()
    assert (people.ssn % 111_111_111 != 0).all()
    assert (group != 99).all()  # the stories' own


def test_an_employer_number_is_never_anybodys_ssn(people: People) -> None:
    assert not np.isin(people.ssn // 10_000_000, [0, 8]).any()  # EANs begin with 001, FEINs with 08


def test_twins_share_birth_and_home_but_no_number(people: People) -> None:
    twin = np.flatnonzero(people.twin >= 0)
    other = people.twin[twin]
    assert len(twin) > 20
    assert (people.twin[other] == twin).all()
    assert (people.birth[twin] == people.birth[other]).all()
    assert (people.household[twin] == people.household[other]).all()
    assert (people.ssn[twin] != people.ssn[other]).all()
    assert (np.abs(people.ssn[twin] - people.ssn[other]) == 1).any()


def test_juniors_carry_the_fathers_name_in_the_same_household(people: People) -> None:
    junior = np.flatnonzero(np.isin(people.suffix, [JR, THIRD]) & (people.position == 2))
    father = junior - people.position[junior]
    assert len(junior) > 20
    assert (people.given[junior] == people.given[father]).all()
    assert (people.surname.first[junior] == people.surname.first[father]).all()
    assert np.isin(people.suffix[father], [SR, JR, 0]).all()
    assert (people.birth[junior] > people.birth[father]).all()


def test_weddings_change_a_name_and_a_home(people: People) -> None:
    married = np.flatnonzero(people.married < NEVER)
    assert 0.01 < len(married) / len(people) < 0.06
    assert (people.move[married] == people.married[married]).all()
    before, after = people.surname.take(married), people.married_surname.take(married)
    assert ((before.first != after.first) | (before.second != after.second) | (before.joiner != after.joiner)).all()
    assert 0.05 < (after.joiner != NONE).mean() < 0.6


def test_who_borrows_a_number_borrows_an_owners(people: People) -> None:
    borrower = np.flatnonzero(people.lender >= 0)
    assert (people.ssn_kind[borrower] == BORROWS).all()
    assert (people.ssn_kind[people.lender[borrower]] == HAS_SSN).all()
    assert (people.sex[borrower] == people.sex[people.lender[borrower]]).all()


def test_names_come_from_every_culture(people: People) -> None:
    shares = np.bincount(people.culture, minlength=len(CULTURES)) / len(people)
    assert (shares > 0.001).all()
    latin = people.culture == CULTURES.index("hispanic")
    assert 0.3 < (people.surname.joiner[latin] != NONE).mean() < 0.6


def test_the_name_book_has_hyphens_apostrophes_and_accents() -> None:
    names = " ".join(name_book().given + name_book().surname)
    assert len(name_book().given) > 700 and len(name_book().surname) > 700
    assert [sign for sign in "-'éñóçłã" if sign not in names] == []


@pytest.mark.parametrize(
    ("name", "plain"),
    [("José", "JOSE"), ("Wójcik", "WOJCIK"), ("Łukasz", "LUKASZ"), ("O'Brien", "O'BRIEN"), ("Đặng", "DANG")],
)
def test_systems_without_accents_keep_plain_capitals(name: str, plain: str) -> None:
    assert ascii_capitals(name) == plain


def test_wrong_forms_are_one_slip_away() -> None:
    swapped, dropped, doubled = wrong_forms("Kowalski")
    assert sorted(swapped) == sorted("Kowalski")
    assert len(dropped) == 7 and len(doubled) == 9
    assert wrong_forms("Ng") == ("Ng", "Ng", "Ng")


def test_deaths_come_with_age(people: People) -> None:
    dead = people.death < NEVER
    assert 0.004 < dead.mean() < 0.03
    assert people.birth[dead].mean() < people.birth[~dead].mean()
