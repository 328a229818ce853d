"""The edge cases e4 to e10 of identity, one test each, and what the vetoes keep apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import duckdb
import pytest

import linkage
from linkage import cluster, rules
from linkage.rules import Block
from tests.unit.linkage.conftest import Identity, Vault, person, wage
from tests.unit.linkage.test_rules import BORN, OTHER_BORN, OTHER_SSN, SSN, ana

Linked = Callable[..., Vault]


def test_e4_wages_under_a_name_that_does_not_fit_stay_out_and_are_listed(linked: Linked) -> None:
    vault = linked(ana(), wage(SSN, "ANA", "RIVERA"), wage(SSN, "JOHN", "SMITH"), wage(SSN, "J", "SMITH"))
    assert vault.groups() == [[1, 2], [3, 4]]
    assert vault.reviews() == [("wage_name_does_not_fit", 3, 1)]


def test_e4_two_names_and_no_person_known_are_two_persons(linked: Linked) -> None:
    vault = linked(wage(SSN, "JOHN", "SMITH"), wage(SSN, "ANA", "RIVERA"))
    assert vault.groups() == [[1], [2]]
    assert vault.reviews() == [("wage_name_does_not_fit", 2, 1)]


def test_e5_a_number_with_three_birth_dates_is_nobodys_key(linked: Linked) -> None:
    borrowers = [ana(agency_person_id=str(n), birth_date=date(1980, 2, n), zip=f"0610{n}") for n in (1, 2, 3)]
    vault = linked(*borrowers, wage(SSN, "ANA", "RIVERA"))
    assert vault.groups() == [[1], [2], [3], [4]]
    assert vault.reviews() == [("shared_number", 1, None)]
    assert vault.query("select count(*) from linkage.review_member") == [(4,)]
    assert vault.query("select distinct person_has_valid_ssn from linkage.identity_person") == [(False,)]


def test_e5_two_birth_dates_are_a_slip_not_a_shared_number(linked: Linked) -> None:
    vault = linked(ana(birth_date=date(1980, 2, 1)), ana("adult_ed", birth_date=date(1980, 2, 2)))
    assert vault.groups() == [[1, 2]]


def test_e6_an_itin_replaced_by_a_number_leaves_the_person_as_it_is(vault: Vault) -> None:
    vault.add(ana(agency_person_id="7", ssn="912701234")).link()
    before = vault.keys()
    vault.add(ana(agency_person_id="7"), wage(SSN, "ANA", "RIVERA")).link()
    assert vault.keys() == before * 3
    assert vault.query("select distinct person_has_valid_ssn from linkage.identity_person") == [(True,)]


def _twin(first: str, **fields: object) -> Identity:
    return person(**({"last_name": "Diaz", "birth_date": BORN, "zip": "06103", "first_name": first} | fields))


def test_e7_twins_stay_apart(linked: Linked) -> None:
    vault = linked(
        _twin("Luis", ssn=SSN),
        _twin("Carlos", ssn="219451235"),
        _twin("Luis", source="adult_ed"),
        _twin("Carlos", source="dual_credit"),
    )
    assert vault.groups() == [[1, 3], [2, 4]]


def test_e7_a_twins_number_keyed_into_the_siblings_record_joins_the_sibling(linked: Linked) -> None:
    vault = linked(
        _twin("Luis", ssn=SSN, agency_person_id="1"),
        _twin("Luis", ssn="219451235", agency_person_id="1"),
        _twin("Carlos", ssn="219451235", agency_person_id="2"),
    )
    assert vault.groups() == [[1, 2], [3]]
    assert vault.refused() == [("D1", "twins")]


def test_e7_twins_behind_one_agency_id_with_two_numbers_stay_apart(linked: Linked) -> None:
    vault = linked(_twin("Luis", ssn=SSN, agency_person_id="1"), _twin("Carlos", ssn=OTHER_SSN, agency_person_id="1"))
    assert vault.groups() == [[1], [2]]
    assert vault.reviews() == [("one_id_two_people", 1, 2)]


@pytest.mark.parametrize(
    "changed",
    [
        {"last_name": "RIVERA"},
        {"last_name": "Rivéra"},
        {"last_name": "Ri\u200bvera"},
        {"last_name": "Rivera, Sr."},
        {"first_name": "ANA María", "middle_name": None, "ssn": SSN},
        {"last_name": "Rivera-López", "ssn": SSN},
        {"birth_date": date(1980, 3, 2), "ssn": SSN},
        {"last_name": "López", "ssn": SSN},
    ],
    ids=str,
)
def test_e8_spelling_accents_suffixes_hyphens_and_new_names_find_the_person(linked: Linked, changed: dict) -> None:
    assert linked(ana(), ana("adult_ed", **({"ssn": None} | changed))).groups() == [[1, 2]]


def test_e9_a_merge_keeps_the_older_key_and_forwards_the_other(vault: Vault) -> None:
    vault.add(ana(ssn=None, agency_person_id="1"), ana("adult_ed", zip="06510")).link()
    assert vault.groups() == [[1], [2]]
    vault.add(ana(agency_person_id="1")).link()
    assert vault.groups() == [[1, 2, 3]]
    survivor, retired = vault.query(
        "select person_key, other_person_key from linkage.person_event where event = 'merge'"
    )[0]
    assert set(vault.keys()) == {survivor}
    assert vault.query("select person_key, forwarded_to from linkage.person order by created_seq") == [
        (survivor, None),
        (retired, survivor),
    ]


def test_e10_a_split_leaves_the_key_with_the_oldest_record(vault: Vault) -> None:
    vault.add(ana(), ana("adult_ed", birth_date=date(1980, 2, 4)), wage(SSN, "ANA", "RIVERA")).link()
    assert vault.groups() == [[1, 2, 3]]
    oldest = vault.query(
        "select p.person_key from linkage.identity_person as p join identity as i using (identity_key) "
        "order by i.source, i.first_sha256, i.first_row_no limit 1"
    )[0][0]
    # A third birth date turns the number into a shared one, so it no longer holds the records together.
    vault.add(ana("apprenticeship", birth_date=date(1980, 2, 5))).link()
    assert vault.groups() == [[1], [2], [3], [4]]
    assert vault.keys()[1] == oldest
    events = vault.query("select event, person_key from linkage.person_event where link_seq = 2 order by event_seq")
    assert events == [("create", vault.keys()[3]), ("split", oldest), ("split", oldest)]


@pytest.mark.parametrize(
    ("left", "right", "veto"),
    [
        (
            ana(agency_person_id="1"),
            ana(agency_person_id="1", ssn=OTHER_SSN, birth_date=OTHER_BORN),
            "two_numbers_and_birth_dates",
        ),
        (ana(agency_person_id="1"), ana(agency_person_id="1", sex="1", birth_date=OTHER_BORN), "sex_and_birth_date"),
        (ana(suffix="Sr"), ana("adult_ed", suffix="Jr", birth_date=OTHER_BORN), "generation"),
        (
            ana("adult_ed", ssn=None, sasid="S1"),
            person("dual_credit", agency_person_id="S1", first_name="Karl", last_name="Wong", birth_date=OTHER_BORN),
            "nothing_agrees",
        ),
    ],
    ids=["two numbers", "sex", "generation", "wrong id"],
)  # fmt: skip
def test_a_veto_refuses_the_edge_and_keeps_its_reason(
    linked: Linked, left: Identity, right: Identity, veto: str
) -> None:
    vault = linked(left, right)
    assert vault.groups() == [[1], [2]]
    assert {reason for _, reason in vault.refused()} == {veto}


@pytest.mark.parametrize(
    "changed",
    [
        {"ssn": "219451243", "birth_date": OTHER_BORN},
        {"ssn": OTHER_SSN},
        {"sex": "1"},
        {"suffix": "Jr", "birth_date": OTHER_BORN},
        {"first_name": "Nita", "last_name": "Wong"},
    ],
    ids=["transposed number", "two numbers, one birth date", "sex alone", "one suffix only", "birth date agrees"],
)
def test_one_step_beside_a_veto_the_agencys_id_holds(linked: Linked, changed: dict) -> None:
    vault = linked(ana(agency_person_id="1"), ana(**({"agency_person_id": "1"} | changed)))
    assert vault.groups() == [[1, 2]]


def test_a_person_with_two_numbers_is_listed(linked: Linked) -> None:
    vault = linked(ana(agency_person_id="1"), ana(agency_person_id="1", ssn=OTHER_SSN))
    assert vault.groups() == [[1, 2]]
    assert vault.reviews() == [("several_numbers", 1, 2)]


def test_a_name_never_joins_two_numbers_through_a_third_record(linked: Linked) -> None:
    """Row 2 has no number and fits row 1 by name; the agency's id ties it to row 3 with another number."""
    vault = linked(
        ana(),
        ana("adult_ed", ssn=None, agency_person_id="1"),
        ana("adult_ed", ssn=OTHER_SSN, agency_person_id="1", middle_name=None, last_name="Riviera"),
    )
    assert vault.groups() == [[1], [2, 3]]
    assert vault.refused() == [("D3", "two_numbers")]


def test_a_block_too_large_to_compare_is_flagged_not_exploded(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    small = Block("ssn", rules.SSN.keys_sql, "test", max_size=3)
    limited = tuple(
        rules.Rule(rule.code, rule.name, small, rule.sql, rule.reason)
        for rule in rules.RULES
        if rule.block is rules.SSN
    )
    monkeypatch.setattr("linkage.block.RULES", limited)
    vault.add(*[wage(SSN, "ANA", f"RIVERA{n}") for n in range(4)], wage(OTHER_SSN, "A", "X"), wage(OTHER_SSN, "A", "X"))
    vault.link()
    assert vault.groups() == [[1], [2], [3], [4], [5, 6]]
    assert [item for item in vault.reviews() if item[0] == "oversized_block"] == [("oversized_block", 1, None)]
    assert vault.query(
        "select i.first_row_no from linkage.review_member as m join linkage.review as r using (item_id) "
        "join identity as i on i.identity_key = m.identity_key where r.reason = 'oversized_block' order by all"
    ) == [(1,), (2,), (3,), (4,)]


def test_a_chain_too_long_for_a_person_is_refused_whole(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "MAX_COMPONENT", 2)
    vault.add(
        *[wage(SSN, "ANA", "RIVERA") for _ in range(3)], wage(OTHER_SSN, "A", "X"), wage(OTHER_SSN, "A", "X")
    ).link()
    assert vault.groups() == [[1], [2], [3], [4, 5]]
    assert vault.refused() == [("D1", "oversized_component")] * 3


def _same_street(con: duckdb.DuckDBPyConnection) -> str:
    """An engine of another kind: everybody of one postcode, whatever the rest says."""
    weaker_than_all = len(rules.RULES) + 1
    return (
        f"select l.n as a, r.n as b, {weaker_than_all} as rank, 'P' as match_rule, 'neighbours' as evidence, "
        "0.5 as agreement, null as refused_reason from std as l join std as r on l.zip5 = r.zip5 and l.n < r.n"
    )


def test_another_engine_adds_edges_and_the_vetoes_hold_for_it_too(vault: Vault) -> None:
    vault.add(
        ana(first_name="Ana"),
        ana("adult_ed", ssn=None, first_name="Anita", birth_date=None),
        ana("apprenticeship", ssn=OTHER_SSN, first_name="Eva"),
    )
    result = vault.link(producers=(*linkage.DETERMINISTIC, _same_street))
    assert vault.groups() == [[1], [2, 3]]
    assert result.edges_by_rule == {"P": 1}
    assert result.refused_by_reason == {"two_numbers": 2}
