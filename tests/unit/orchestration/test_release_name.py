"""A release is named by what is in it: equal inputs, equal names; anything that decides a number changes the name."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from home import PROJECT_ROOT, Home
from orchestration.release_name import DECIDES, code_digest, release_name


def environment(
    folder: Path,
    batches: list[str],
    secret: int,
    person: str = "P000000001",
    taken: str = "2023-05-30",
    is_final: bool = False,
) -> Home:
    """An environment with these visible batches and one linked identity, whose key depends on `secret`."""
    home = Home(folder).ensure()
    warehouse = duckdb.connect(str(home.warehouse_db))
    warehouse.execute(
        "create schema ledger; create table ledger.visible_batch (batch_id varchar, extract_ts timestamp);"
        "create table ledger.batch (batch_id varchar, is_final boolean);"
        "create schema linkage; create table linkage.person_crosswalk (identity_key integer, person_key varchar)"
    )
    warehouse.executemany("insert into ledger.visible_batch values (?, ?)", [[batch, taken] for batch in batches])
    warehouse.executemany("insert into ledger.batch values (?, ?)", [[batch, is_final] for batch in batches])
    warehouse.execute(f"insert into linkage.person_crosswalk values ({secret}, '{person}')")
    warehouse.close()
    vault = duckdb.connect(str(home.vault_db))
    vault.execute(
        "create table identity (identity_key integer, source varchar, first_sha256 varchar, first_row_no bigint)"
    )
    vault.execute(f"insert into identity values ({secret}, 'ui_wage', 'abc', 1)")
    vault.close()
    return home


DAY = date(2025, 6, 30)


def test_the_same_inputs_give_the_same_name_under_another_secret_key_and_order(tmp_path: Path) -> None:
    one = release_name(environment(tmp_path / "a", ["b1", "b2"], secret=1), DAY)
    other = release_name(environment(tmp_path / "b", ["b2", "b1"], secret=2), DAY)
    assert one == other
    assert one.startswith("2025-06-30_")
    assert len(one) == len("2025-06-30_") + 12


@pytest.mark.parametrize(
    "change", [{"batches": ["b1"]}, {"person": "P000000002"}, {"taken": "2023-06-01"}, {"is_final": True}]
)
def test_other_batches_facts_or_another_person_give_another_name(tmp_path: Path, change: dict) -> None:
    plain = {"batches": ["b1", "b2"], "secret": 1}
    one = release_name(environment(tmp_path / "a", **plain), DAY)
    assert release_name(environment(tmp_path / "b", **plain | change), DAY) != one


def test_another_day_gives_another_name(tmp_path: Path) -> None:
    home = environment(tmp_path / "a", ["b1"], secret=1)
    assert release_name(home, DAY) != release_name(home, date(2025, 7, 1))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in DECIDES:
        shutil.copytree(PROJECT_ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.mark.parametrize("name", ["dbt_project/dbt_project.yml", "contracts/fields.yml", "linkage/rules.py"])
def test_a_changed_rule_changes_the_code_digest(copy: Path, name: str) -> None:
    before = code_digest(copy)
    assert before == code_digest()
    with (copy / name).open("a", encoding="utf-8") as handle:
        handle.write("\n# changed\n")
    assert code_digest(copy) != before


def test_what_decides_no_number_does_not_change_it(copy: Path) -> None:
    before = code_digest(copy)
    (copy / "dbt_project" / "target").mkdir(exist_ok=True)
    (copy / "dbt_project" / "target" / "compiled.sql").write_text("select 1", encoding="utf-8")
    (copy / "linkage" / "__pycache__").mkdir(exist_ok=True)
    (copy / "linkage" / "__pycache__" / "x.py").write_text("", encoding="utf-8")
    (copy / "linkage" / "notes.txt").write_text("", encoding="utf-8")
    assert code_digest(copy) == before
