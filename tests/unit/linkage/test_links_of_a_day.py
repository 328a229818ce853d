"""The links of a day: what a crosswalk of an earlier day shows after later runs, and the run of each day."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest

import linkage
from linkage.history import BEFORE_ALL_DATA
from linkage.key_event import KINDS
from tests.unit.linkage.conftest import Vault, person, wage
from tests.unit.linkage.test_rules import OTHER_SSN, SSN, ana

pytestmark = pytest.mark.slow

JUNE, JULY = date(2024, 6, 30), date(2024, 7, 31)


def _crosswalk(vault: Vault, as_of: date | None = None, batches: list[str] | None = None) -> dict[int, str]:
    """Row number → person key, as a build of that day sees it."""
    linkage.write_crosswalk(vault.home, as_of, batches)
    row_of = dict(vault.query("select identity_key, first_row_no from identity"))
    with duckdb.connect(str(vault.home.warehouse_db), read_only=True) as con:
        found = con.execute("select identity_key, person_key from linkage.person_crosswalk").fetchall()
    return {row_of[identity]: key for identity, key in found}


def test_e9_a_merge_after_publication_leaves_earlier_days_as_they_were(vault: Vault) -> None:
    vault.add(person(agency_person_id="1"), person(agency_person_id="2")).link(on=JUNE)
    published = _crosswalk(vault, JUNE)
    assert published == _crosswalk(vault) == {1: "P000000001", 2: "P000000002"}
    vault.add(person(agency_person_id="1", sasid="S"), person(agency_person_id="2", sasid="S")).link(on=JULY)
    assert set(_crosswalk(vault).values()) == {"P000000001"}
    assert _crosswalk(vault, JULY) == _crosswalk(vault, JULY + timedelta(days=400)) == _crosswalk(vault)
    # An identity of an extract that came in late has its first link, and moves nobody else's.
    late = {3: "P000000001", 4: "P000000001"}
    assert _crosswalk(vault, JULY - timedelta(days=1)) == _crosswalk(vault, JUNE) == published | late
    assert _crosswalk(vault, JUNE - timedelta(days=400)) == published | late
    touched = vault.query("select person_key, is_new from linkage.person_touched where link_day = date '2024-07-31'")
    assert sorted(touched) == [("P000000001", False), ("P000000002", False)]


def test_an_as_of_crosswalk_names_nobody_of_later_extracts(vault: Vault) -> None:
    vault.add(ana(), wage(OTHER_SSN, "JOHN", "SMITH")).link(on=JUNE)
    with duckdb.connect(str(vault.home.vault_db)) as con:
        con.execute(
            "create table identity_batch as "
            "select identity_key, if(first_row_no = 1, 'june', 'july') as batch_id from identity"
        )
    assert _crosswalk(vault, JUNE, ["june"]) == {1: "P000000001"}
    assert _crosswalk(vault, JUNE, []) == {}


def test_e10_after_a_split_each_record_goes_with_its_own_identity(vault: Vault) -> None:
    vault.add(ana(), ana("adult_ed", birth_date=date(1980, 2, 4)), wage(SSN, "ANA", "RIVERA")).link(on=JUNE)
    together = _crosswalk(vault, JUNE)
    assert len(set(together.values())) == 1
    vault.add(ana("apprenticeship", birth_date=date(1980, 2, 5))).link(on=JULY)  # the number turns out to be shared
    now = _crosswalk(vault)
    assert len(set(now.values())) == 4
    assert {row: key for row, key in _crosswalk(vault, JUNE).items() if row in together} == together
    moved = vault.query(
        "select i.first_row_no, e.other_person_key, e.evidence from linkage.person_event as e "
        "join identity as i using (identity_key) where e.event = 'split' order by all"
    )
    assert moved == [(row, now[row], "nothing_links_them") for row in (1, 3)]


def _state(vault: Vault) -> list[list[tuple]]:
    return [
        vault.query(f"select * from linkage.{table} order by rowid") for table in ("person", "identity_person", "edge")
    ]


def test_a_registry_from_before_links_had_a_day_is_taken_over(vault: Vault) -> None:
    vault.add(person(agency_person_id="1"), person(agency_person_id="2")).link()
    vault.add(person(agency_person_id="1", sasid="S"), person(agency_person_id="2", sasid="S")).link()
    before = _state(vault)
    with duckdb.connect(str(vault.home.vault_db)) as con:
        con.execute("drop view linkage.person_touched; drop table linkage.link_run")
        con.execute("drop table linkage.identity_person_history")
        con.execute("create table linkage.old as select person_key, created_seq, forwarded_to from linkage.person")
        con.execute("drop table linkage.person; alter table linkage.old rename to person")
        con.execute("delete from linkage.person_event where event = 'retire'")
        for column in ("link_day", "weight", "model_version", "decision_seq"):
            con.execute(f"alter table linkage.person_event drop column {column}")
    assert vault.link(on=JUNE).events == dict.fromkeys(KINDS, 0)
    assert _state(vault) == before
    assert vault.query("select link_seq, link_day, persons from linkage.link_run") == [
        (2, BEFORE_ALL_DATA, 1),
        (3, JUNE, 1),
    ]
    assert set(_crosswalk(vault, JUNE - timedelta(days=1)).values()) == {"P000000001"}
