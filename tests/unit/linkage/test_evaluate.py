"""Scores against hand-counted pairs."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

import linkage
from linkage.evaluate import GroupScore, PairScore, score, score_groups
from tests.unit.linkage.conftest import Vault, person, wage
from tests.unit.linkage.test_rules import SSN, ana

JUDGED = """
select * from (values
    ('cthires', 'P1', 'a'), ('cthires', 'P1', 'a'), ('wage', 'P1', 'a'),  -- three of a together
    ('wage', 'P2', 'a'),                                                  -- and one of a missed
    ('cthires', 'P3', 'b'), ('wage', 'P3', 'c'),                          -- b and c wrongly together
    ('wage', 'P4', 'd'),
    ('wage', 'P5', null)
) as t (source, person_key, truth_person_id)
"""


def test_pairs_are_counted_overall_and_by_source_pair() -> None:
    with duckdb.connect() as con:
        con.execute(f"create table judged as {JUDGED}")
        result = score(con, "judged")
    # Joined: 3 pairs in P1, 1 in P3. True: 6 pairs of a. Right: the 3 of P1.
    assert result.overall == PairScore(right=3, joined=4, true=6)
    assert result.by_source_pair == {
        ("cthires", "cthires"): PairScore(right=1, joined=1, true=1),
        ("cthires", "wage"): PairScore(right=2, joined=3, true=4),
        ("wage", "wage"): PairScore(right=0, joined=0, true=1),
    }
    assert result.overall.precision == 3 / 4
    assert result.overall.recall == 3 / 6
    assert result.overall.f1 == pytest.approx(2 * 0.75 * 0.5 / 1.25)


def test_wrongly_merged_persons_are_true_persons_that_share_a_cluster() -> None:
    with duckdb.connect() as con:
        con.execute(f"create table judged as {JUDGED}")
        result = score(con, "judged")
    assert (result.persons, result.persons_wrongly_merged, result.identities_without_truth) == (4, 2, 1)
    assert result.wrongly_merged_per_10_000 == 5_000


def test_a_group_is_judged_by_every_pair_that_has_one_of_its_records() -> None:
    groups = "(values ('a', 'sex', 'F'), ('b', 'sex', 'F'), ('c', 'sex', 'M'), ('b', 'race', 'x'), ('b', 'race', 'y'))"
    with duckdb.connect() as con:
        con.execute(f"create table judged as {JUDGED}")
        result = score_groups(con, "judged", f"(select * from {groups} as t (truth_person_id, grouped_by, value))")
    # The pair of b and c is wrong for both their groups; d is in none.
    of_b = GroupScore(PairScore(right=0, joined=1, true=0), persons=1, persons_wrongly_merged=1)
    assert result == {
        ("race", "x"): of_b,
        ("race", "y"): of_b,
        ("sex", "F"): GroupScore(PairScore(right=3, joined=4, true=6), persons=2, persons_wrongly_merged=1),
        ("sex", "M"): of_b,
    }


def test_nothing_joined_and_nothing_to_join_is_no_error() -> None:
    nothing = PairScore(0, 0, 0)
    assert (nothing.precision, nothing.recall, nothing.f1) == (1, 1, 1)


def _with_ledger(vault: Vault, folder: Path, truth: str) -> Path:
    with duckdb.connect(str(vault.home.warehouse_db)) as con:
        con.execute("create schema ledger")
        con.execute("create table ledger.batch as select 'ui_wage' as source, 'w.csv' as file_name, 'aa' as sha256")
        con.execute("insert into ledger.batch values ('cthires_participant', 'p.csv', 'aa')")
        con.execute(f"copy ({truth}) to '{folder / 'record.parquet'}' (format parquet)")
    return folder / "record.parquet"


def test_truth_reaches_identities_by_file_checksum_and_row(vault: Vault, tmp_path: Path) -> None:
    vault.add(ana(), wage(SSN, "ANA", "RIVERA"), wage(SSN, "JOHN", "SMITH"), person("adult_ed")).link()
    truth = _with_ledger(
        vault,
        tmp_path,
        "select * from (values ('cthires_participant', 'p.csv', 1, 'ana'), ('ui_wage', 'w.csv', 2, 'ana'), "
        "('ui_wage', 'w.csv', 3, 'ana')) as t (source, file_name, row_no, truth_person_id)",
    )
    result = linkage.evaluate(vault.home, truth)
    assert result.overall == PairScore(right=1, joined=1, true=3)
    assert (result.persons, result.identities_without_truth) == (1, 1)


def test_a_truth_of_other_files_is_one_sentence(vault: Vault, tmp_path: Path) -> None:
    vault.add(ana()).link()
    truth = _with_ledger(vault, tmp_path, "select 'x' as source, 'y' as file_name, 1 as row_no, 'z' as truth_person_id")
    with pytest.raises(linkage.LinkageError, match="names none of the loaded files"):
        linkage.evaluate(vault.home, truth)
