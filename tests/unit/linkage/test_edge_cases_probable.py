"""The edge cases e4 to e10 and adult education over two periods (O12), with exact rules and probability together.

What the exact rules do alone is in test_edge_cases; who is joined or stays apart by weight alone, twins too, in
test_engine.
"""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

import linkage
from linkage.decisions import CANNOT_LINK, decide
from tests.unit.linkage.conftest import Identity, Vault, person, wage
from tests.unit.linkage.test_rules import BORN, OTHER_SSN, SSN, ana

pytestmark = pytest.mark.slow

HOME = {"street": "12 Elm Street", "town_code": "052", "zip": "06103"}
DAY, LATER = date(2023, 6, 30), date(2024, 6, 30)


def linked(vault: Vault, *identities: Identity, on: date = DAY) -> Vault:
    vault.add(*identities).link(probability=True, on=on)
    return vault


def crosswalk(vault: Vault, day: date) -> set[tuple[int, str]]:
    """Row number and person key, as a build of that day sees them."""
    linkage.write_crosswalk(vault.home, day)
    row_of = dict(vault.query("select identity_key, first_row_no from identity"))
    with duckdb.connect(str(vault.home.warehouse_db), read_only=True) as con:
        found = con.execute("select identity_key, person_key from linkage.person_crosswalk").fetchall()
    return {(row_of[identity], key) for identity, key in found}


def test_e4_an_initial_under_a_lent_number_does_not_join_borrower_and_lender(vault: Vault) -> None:
    lender = person(first_name="James", last_name="Dunn", birth_date=BORN, zip="06103", ssn=SSN)
    linked(vault, lender, wage(SSN, "JAMES", "DUNN"), wage(SSN, "JOHN", "RIVERA"), wage(SSN, "J", "RIVERA"))
    assert vault.groups() == [[1, 2], [3, 4]]
    assert ("P", "two_names_under_one_number") in vault.refused()
    assert ("wage_name_does_not_fit", 3, 1) in vault.reviews()


@pytest.mark.parametrize(
    ("first", "last"), [("RIVERA", "ANA"), ("ANA", "KOWALSKI"), ("A", "KOWALSKI")], ids=["swapped", "new", "initial"]
)
def test_e4_a_name_written_another_way_under_the_own_number_is_no_borrowers(
    vault: Vault, first: str, last: str
) -> None:
    assert linked(vault, ana(), wage(SSN, "ANA", "RIVERA"), wage(SSN, first, last)).groups() == [[1, 2, 3]]


def test_e5_a_number_with_three_birth_dates_links_nobody(vault: Vault) -> None:
    borrowers = [
        person(first_name=first, last_name=last, birth_date=born, zip=zip_code, ssn=SSN)
        for first, last, born, zip_code in (
            ("Ana", "Rivera", date(1980, 2, 3), "06103"),
            ("Wei", "Chen", date(1991, 7, 9), "06510"),
            ("Tomasz", "Nowak", date(1966, 11, 21), "06854"),
        )
    ]
    linked(vault, *borrowers, wage(SSN, "ANA", "RIVERA"))
    assert vault.groups() == [[1], [2], [3], [4]]
    assert ("shared_number", 1, None) in vault.reviews()
    assert vault.query("select distinct person_has_valid_ssn from linkage.identity_person") == [(False,)]


def test_e6_an_itin_replaced_by_a_number_leaves_the_person_as_it_is(vault: Vault) -> None:
    before = linked(vault, ana(ssn="912701234", **HOME)).keys()
    linked(vault, ana("adult_ed", first_name="Anna", **HOME), wage(SSN, "ANA", "RIVERA"), on=LATER)
    assert vault.keys() == before * 3
    assert vault.query("select distinct person_has_valid_ssn from linkage.identity_person") == [(True,)]


def test_e7_a_twin_without_a_number_is_found_by_the_first_name(vault: Vault) -> None:
    def twin(first: str, source: str = "cthires_participant", **fields: object) -> Identity:
        return person(source, first_name=first, last_name="Diaz", birth_date=BORN, **HOME, **fields)

    luis, carlos = twin("Luis", ssn=SSN), twin("Carlos", ssn=SSN[:-1] + str((int(SSN[-1]) + 1) % 10))
    linked(vault, luis, carlos, twin("Luiz", "adult_ed"), twin("Carlo", "dual_credit"))
    assert vault.groups() == [[1, 3], [2, 4]]


@pytest.mark.parametrize(
    "changed",
    [
        {"last_name": "Rivera-López"},
        {"last_name": "Rivéra Sr."},
        {"first_name": "ANA MARÍA", "last_name": "RIVERRA"},
        {"birth_date": date(1980, 3, 2)},
        {"last_name": "Kowalski", "middle_name": "Rivera"},
    ],
    ids=["hyphen", "accent and suffix", "two given names and a slip", "day and month", "married"],
)
def test_e8_a_person_without_a_number_is_found_under_another_name_at_home(vault: Vault, changed: dict) -> None:
    first, second = ana(ssn=None, **HOME), ana("adult_ed", **({"ssn": None, **HOME} | changed))
    assert linked(vault, first, second).groups() == [[1, 2]]


def test_e9_a_merge_by_weight_keeps_the_older_key_and_the_links_of_the_day_before(vault: Vault) -> None:
    older = ana(ssn=None, birth_date=None, **HOME)
    newer = ana("adult_ed", ssn=None, zip="06510", birth_date=date(1980, 2, 3))
    apart = linked(vault, older, newer).keys()
    assert apart[0] != apart[1]
    linked(vault, ana("apprenticeship", ssn=None, first_name="Anna", birth_date=date(1980, 2, 3), **HOME), on=LATER)
    assert vault.groups() == [[1, 2, 3]]
    [(survivor, retired)] = vault.query(
        "select person_key, other_person_key from linkage.person_event where event = 'merge'"
    )
    assert {survivor, retired} == set(apart)
    assert set(vault.keys()) == {survivor}
    assert vault.query(f"select forwarded_to from linkage.person where person_key = '{retired}'") == [(survivor,)]
    assert crosswalk(vault, DAY) == {(1, apart[0]), (2, apart[1]), (3, survivor)}
    assert crosswalk(vault, LATER) == {(1, survivor), (2, survivor), (3, survivor)}


def test_e10_a_split_moves_records_one_by_one_and_leaves_the_key_with_the_oldest(vault: Vault) -> None:
    sister = {"first_name": "Anna", "ssn": None, **HOME}
    linked(vault, ana(**HOME), ana("adult_ed", **sister), wage(SSN, "ANA", "RIVERA"))
    assert vault.groups() == [[1, 2, 3]]
    identities = [key for (key,) in vault.query("select identity_key::varchar from identity order by first_row_no")]
    decide(vault.home, (identities[0], identities[1]), CANNOT_LINK, "steward", "two sisters", LATER)
    vault.link(probability=True, on=LATER)
    assert vault.groups() == [[1, 3], [2]]
    events = vault.query("select event, person_key from linkage.person_event where link_seq = 2 order by event_seq")
    oldest = vault.query("select person_key from linkage.person_event where event = 'create' order by event_seq")[0][0]
    assert events == [("split", oldest)]
    one, other, one_again = vault.keys()
    assert one == one_again != other
    assert oldest in (one, other)


LEARNERS = {
    "L1": ("Malik", "Brown", date(1999, 4, 2)),
    "L2": ("Wei", "Chen", date(1985, 9, 14)),
    "L3": ("Rosa", "Delgado", date(1977, 12, 30)),
    "L4": ("Katarzyna", "Nowak", date(1990, 6, 8)),
    "L5": ("Jean", "Baptiste", date(1968, 1, 19)),
    "L6": ("Devon", "Clarke", date(1994, 10, 3)),
}


def learner(name: str, **fields: object) -> Identity:
    """A learner as the year's file has one; no number, as with three in four."""
    first, last, born = LEARNERS[name]
    place = list(LEARNERS).index(name)
    row = {"first_name": first, "last_name": last, "birth_date": born, "street": f"{place + 3} Oak Avenue"}
    return person("adult_ed", **(row | {"town_code": "064", "zip": "06103", "agency_person_id": name} | fields))


@pytest.mark.parametrize(
    "returned",
    [
        {},
        {"agency_person_id": "N4", "last_name": "Nowak-Clarke"},
        {"agency_person_id": "N4", "first_name": "Katarzina", "street": "88 Main Street", "zip": "06106"},
        {"agency_person_id": "N4", "birth_date": date(1990, 8, 6)},
    ],
    ids=[
        "the same id",
        "another provider, married",
        "another provider, moved",
        "another provider, a date turned round",
    ],
)
def test_o12_a_learner_who_returns_after_101_days_is_the_person_of_the_first_period(
    vault: Vault, returned: dict
) -> None:
    """L4 and L5 come back for a second period; the others do not. Everybody keeps the key of the first year."""
    before = linked(vault, *(learner(name) for name in LEARNERS)).keys()
    assert len(set(before)) == len(LEARNERS)
    linked(vault, learner("L4", **returned), learner("L5"), on=LATER)
    assert vault.keys() == [*before, before[3], before[4]]
    assert vault.query("select count(*) from linkage.person_event where event <> 'create'") == [(0,)]


def test_o12_a_learner_keeps_the_key_when_the_second_period_brings_a_number_and_wages(vault: Vault) -> None:
    before = linked(vault, *(learner(name) for name in LEARNERS)).keys()
    linked(vault, learner("L4", ssn=SSN), wage(SSN, "KATARZYNA", "NOWAK"), wage(OTHER_SSN, "JEAN", "LOUIS"), on=LATER)
    assert vault.keys()[:8] == [*before, before[3], before[3]]
    assert vault.keys()[8] not in before
