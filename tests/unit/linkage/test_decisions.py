"""Decisions of reviewers: what is recorded, what is refused and changes nothing, what a run is handed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import linkage
from home import Home
from home.lock import LockHeld, run_lock
from linkage import kept
from linkage.decisions import (
    CANNOT_LINK,
    MUST_LINK,
    Decision,
    ReviewError,
    decide,
    decisions,
    prepare,
    withdraw,
    write_decided,
)
from tests.unit.linkage.conftest import Vault, person
from tests.unit.linkage.test_contradictions import DAY, SIX, STEP, is_possible

pytestmark = pytest.mark.slow

LATER = date(2026, 4, 1)


@pytest.fixture
def keys(vault: Vault) -> list[str]:
    """Six identities that nothing links, in the order of their first records."""
    vault.add(*[person("adult_ed", agency_person_id=str(number)) for number in range(6)])
    return [key for (key,) in vault.query("select identity_key::varchar from identity order by first_row_no")]


def everything(vault: Vault) -> list[tuple]:
    """What a refusal must leave as it is."""
    with duckdb.connect(str(vault.home.vault_db), read_only=True) as con:
        tables = con.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        return [(*name, con.execute(f"select * from {name[0]}.{name[1]}").fetchall()) for name in tables]


def must(vault: Vault, left: str, right: str) -> Decision:
    return decide(vault.home, (left, right), MUST_LINK, "K. Lee", "same student id on paper", DAY)


def cannot(vault: Vault, left: str, right: str) -> Decision:
    return decide(vault.home, (left, right), CANNOT_LINK, "K. Lee", "twins", DAY)


def test_a_decision_is_kept_with_who_when_and_why(vault: Vault, keys: list[str]) -> None:
    made = must(vault, keys[0], keys[1])
    assert decisions(vault.home) == [made]
    assert made == Decision(1, MUST_LINK, keys[0], keys[1], "K. Lee", DAY, "same student id on paper")
    assert made.stands


def test_a_withdrawn_decision_stays_on_record_and_no_longer_stands(vault: Vault, keys: list[str]) -> None:
    cannot(vault, keys[0], keys[1])
    gone = withdraw(vault.home, 1, "M. Ruiz", "other record meant", LATER)
    again = must(vault, keys[1], keys[0])
    assert not gone.stands
    assert (gone.withdrawn_by, gone.withdrawn_on, gone.withdrawn_reason) == ("M. Ruiz", LATER, "other record meant")
    assert decisions(vault.home) == [gone, again]
    assert again.decision_seq == 2


def test_decisions_survive_every_later_run(vault: Vault, keys: list[str]) -> None:
    made = [cannot(vault, keys[0], keys[1]), must(vault, keys[2], keys[3])]
    vault.link()
    vault.add(person("adult_ed", agency_person_id="9")).link()
    assert decisions(vault.home) == made


def handed_over(vault: Vault) -> tuple[list[tuple], list[tuple]]:
    with duckdb.connect(str(vault.home.vault_db)) as con:
        prepare(con)
        kept.prepare(con)
        kept.standardise(con)
        counts = write_decided(con)
        must_link, cannot_link = (
            con.execute(f"select a, b from {table} order by rowid").fetchall()
            for table in ("decided_must", "decided_cannot")
        )
        assert counts == (len(must_link), len(cannot_link))
        return must_link, cannot_link


def test_a_run_is_handed_standing_pairs_in_the_order_of_first_records(vault: Vault, keys: list[str]) -> None:
    assert handed_over(vault) == ([], [])
    must(vault, keys[4], keys[1])
    must(vault, keys[1], keys[0])
    cannot(vault, keys[5], keys[2])
    cannot(vault, keys[3], keys[2])
    withdraw(vault.home, 4, "K. Lee", "an error", DAY)
    assert handed_over(vault) == ([(0, 1), (1, 4)], [(2, 5)])


def test_a_decision_about_a_record_that_is_no_longer_there_is_not_handed_over(vault: Vault, keys: list[str]) -> None:
    must(vault, keys[0], keys[1])
    with duckdb.connect(str(vault.home.vault_db)) as con:
        con.execute("delete from identity where identity_key = ?", [keys[1]])
    assert handed_over(vault) == ([], [])
    assert len(decisions(vault.home)) == 1


@pytest.mark.parametrize(
    ("pair", "decision", "told"),
    [
        ((0, 1), CANNOT_LINK, "decided otherwise by decision 1 of 2026-03-02 by K. Lee; withdraw that first"),
        ((1, 0), CANNOT_LINK, "decided otherwise by decision 1"),
        ((1, 0), MUST_LINK, "decided so already: decision 1"),
        ((0, 2), CANNOT_LINK, "one person by decision 1 of 2026-03-02 by K. Lee, then decision 2 of"),
        ((0, 3), MUST_LINK, "decision 3 of 2026-03-02 by K. Lee says two people and decision 1 of"),
        ((4, 0), MUST_LINK, "decision 5 of 2026-03-02 by K. Lee says two people and decision 4 of 2026-03-02"),
        ((2, 2), MUST_LINK, "names one twice"),
        ((2, 2), CANNOT_LINK, "names one twice"),
        ((2, 0), "perhaps", "must_link or cannot_link"),
    ],
)
def test_a_contradiction_is_refused_in_one_sentence_and_changes_nothing(
    vault: Vault, keys: list[str], pair: tuple[int, int], decision: str, told: str
) -> None:
    """0–1–2 are one person, 2 is not 3, 4–5 are one person, 5 is not 1."""
    must(vault, keys[0], keys[1])
    must(vault, keys[1], keys[2])
    cannot(vault, keys[2], keys[3])
    must(vault, keys[4], keys[5])
    cannot(vault, keys[5], keys[1])
    before = everything(vault)
    with pytest.raises(ReviewError, match=told) as refused:
        decide(vault.home, (keys[pair[0]], keys[pair[1]]), decision, "K. Lee", "a reason", DAY)
    assert str(refused.value).endswith("Nothing was changed.")
    assert everything(vault) == before


@pytest.mark.parametrize(
    ("by", "why", "told"),
    [
        ("", "a reason", "The name of who decides is missing"),
        (" \n", "a reason", "The name of who decides is missing"),
        ("K. Lee", "\t", "The reason is missing"),
        ("K. Lee", "a \x1b[31m reason", "not plain text"),
        ("K. Lee", "both carry 219-45-1234", "something like a Social Security number"),
        ("219451234", "a reason", "something like a Social Security number"),
        ("K. Lee", "born 02/03/1234", "The reason holds a date"),
        ("K. Lee 02/03/1234", "a reason", "The name of who decides holds a date"),
        ("Ana Quill1234", "as Ana says", "The reason holds a name of one of the two"),
    ],
)
def test_without_who_or_why_or_with_what_tells_a_person_nothing_is_recorded(
    vault: Vault, by: str, why: str, told: str
) -> None:
    vault.add(person("adult_ed", first_name="Aña"), person("adult_ed", last_name="Roe"))
    keys = [key for (key,) in vault.query("select identity_key::varchar from identity order by first_row_no")]
    before = everything(vault)
    with pytest.raises(ReviewError, match=told) as refused:
        decide(vault.home, (keys[0], keys[1]), MUST_LINK, by, why, DAY)
    assert "1234" not in str(refused.value) and "Ana" not in str(refused.value)
    assert everything(vault) == before


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("abcd1234", "There is no such review item"),
        ((SIX[0], SIX[1]), "There is no such identity"),
        (("219451234", "ANA RIVERA"), "not two identity keys"),
    ],
)
def test_an_unknown_identity_or_item_is_refused_and_not_repeated(
    vault: Vault, keys: list[str], asked: str | tuple[str, str], told: str
) -> None:
    before = everything(vault)
    with pytest.raises(ReviewError, match=told) as refused:
        decide(vault.home, asked, MUST_LINK, "K. Lee", "a reason", DAY)
    assert not any(text in str(refused.value) for text in ("219451234", "RIVERA"))
    assert everything(vault) == before


@pytest.mark.parametrize(
    ("seq", "by", "why", "on", "told"),
    [
        (3, "K. Lee", "a reason", LATER, "There is no decision 3"),
        (1, "K. Lee", "a reason", LATER, "withdrawn already, on 2026-03-02 by M. Ruiz"),
        (2, "", "a reason", LATER, "who withdraws is missing"),
        (2, "K. Lee", "", LATER, "The reason is missing"),
        (2, "K. Lee", "a reason", date(2026, 3, 1), "cannot be withdrawn before"),
    ],
)
def test_a_withdrawal_that_makes_no_sense_changes_nothing(
    vault: Vault, keys: list[str], seq: int, by: str, why: str, on: date, told: str
) -> None:
    must(vault, keys[0], keys[1])
    must(vault, keys[2], keys[3])
    withdraw(vault.home, 1, "M. Ruiz", "an error", DAY)
    before = everything(vault)
    with pytest.raises(ReviewError, match=told):
        withdraw(vault.home, seq, by, why, on)
    assert everything(vault) == before


def test_while_a_run_is_going_nothing_is_decided(vault: Vault, keys: list[str]) -> None:
    with run_lock(vault.home, what="a run"), pytest.raises(LockHeld):
        must(vault, keys[0], keys[1])
    assert decisions(vault.home) == []


def test_without_a_vault_it_is_one_sentence(tmp_path: Path) -> None:
    nowhere = Home(tmp_path / "nothing")
    for asked in (lambda: decisions(nowhere), lambda: withdraw(nowhere, 1, "K. Lee", "a reason", DAY)):
        with pytest.raises(linkage.LinkageError, match="no identities to link yet"):
            asked()


@given(st.lists(STEP, min_size=1, max_size=12))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_the_table_never_holds_a_contradiction(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple]) -> None:
    vault = Vault(tmp_path_factory.mktemp("decided") / "home")
    vault.add(*[person("adult_ed", agency_person_id=str(number)) for number in range(6)])
    keys = [key for (key,) in vault.query("select identity_key::varchar from identity order by first_row_no")]
    for what, a, b in steps:
        before = everything(vault)
        try:
            if what == "withdraw":
                withdraw(vault.home, a, "K. Lee", "a reason", DAY)
            else:
                decide(vault.home, (keys[a], keys[b]), what, "K. Lee", "a reason", DAY)
        except ReviewError:
            assert everything(vault) == before
        taken = decisions(vault.home)
        assert [one.decision_seq for one in taken] == list(range(1, len(taken) + 1))
        place = {key: number for number, key in enumerate(keys)}
        assert is_possible(
            [(one.decision, place[one.identity_key], place[one.other_identity_key]) for one in taken if one.stands]
        )
