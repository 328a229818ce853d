"""What `explain` tells about one person, and what it never tells."""

from __future__ import annotations

import pytest

import linkage
from linkage import cluster
from linkage.follow import WHY, WHY_NOT
from linkage.rules import RULES
from tests.unit.linkage.conftest import Vault, person, wage
from tests.unit.linkage.test_rules import OTHER_BORN, OTHER_SSN, SSN, ana


def test_a_person_is_its_identities_and_the_edges_that_bind_them(vault: Vault) -> None:
    vault.add(
        ana(agency_person_id="7"),
        wage(SSN, "A", "RIVERA"),
        ana("adult_ed", ssn=None),
        ana(agency_person_id="7", ssn=OTHER_SSN, birth_date=OTHER_BORN),
    ).link()
    told = linkage.explain(vault.home, vault.keys()[0])
    assert [(identity.label, identity.match_rule) for identity in told.identities] == [
        ("adult_ed 1", "D3"),
        ("cthires_participant 1", "D1"),
        ("ui_wage 1", "D1"),
    ]
    assert [(edge.left, edge.right, edge.match_rule) for edge in told.edges] == [
        ("cthires_participant 1", "ui_wage 1", "D1"),
        ("adult_ed 1", "cthires_participant 1", "D3"),
    ]
    assert [edge.why for edge in told.edges] == [WHY[edge.evidence] for edge in told.edges]
    assert [(edge.left, edge.why) for edge in told.refused] == [
        ("cthires_participant 1", WHY_NOT["two_numbers_and_birth_dates"])
    ]
    assert [event.event for event in told.events] == ["create"]
    assert told.has_valid_ssn


def test_a_retired_key_is_explained_as_the_person_it_became(vault: Vault) -> None:
    vault.add(person(agency_person_id="1"), person(agency_person_id="2")).link()
    vault.add(person(agency_person_id="1", sasid="S"), person(agency_person_id="2", sasid="S")).link()
    told = linkage.explain(vault.home, "P000000002")
    assert (told.asked_for, told.person_key) == ("P000000002", "P000000001")
    assert [event.event for event in told.events] == ["create", "create", "merge", "retire"]


def test_no_number_is_ever_told(vault: Vault) -> None:
    vault.add(ana(), wage(SSN, "ANA", "RIVERA")).link()
    assert SSN not in repr(linkage.explain(vault.home, "P000000001"))


def test_an_unknown_key_is_one_sentence(vault: Vault) -> None:
    vault.link()
    with pytest.raises(linkage.LinkageError, match="There is no person P999999999"):
        linkage.explain(vault.home, "P999999999")


def test_every_edge_can_be_explained() -> None:
    assert all(WHY[rule.name] for rule in RULES)
    assert all(WHY[word] for word in ("probability", "stands_alone", "decided_same"))
    assert all(WHY_NOT[rule.refuse_reason] for rule in RULES if rule.refuse_reason)
    assert all(WHY_NOT[reason] for reason in (*cluster.REASONS, cluster.OVERSIZED_COMPONENT))
    assert all(WHY_NOT[reason] for reason in ("uncertain", "unlikely", "name_alone"))
