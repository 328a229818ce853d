"""What leaves is what is listed, explained, ordered and complete; what must not leave stops the release."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import contracts
from home import Home
from publish import Mart, PublishRefused, marts, publish
from publish.forbidden import direct_identifiers, forbidden_columns
from publish.retention import is_open_elsewhere
from tests.unit.publish.conftest import PEOPLE, WAGES, build

BOTH = [PEOPLE, WAGES]


def read(path: Path, sql: str) -> list[tuple]:
    connection = duckdb.connect(str(path), read_only=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_release_holds_the_listed_marts_and_says_what_it_is(home: Home) -> None:
    path = publish(home, "2025-06-30_aaaaaaaaaaaa", BOTH)
    assert path.name == "workforce_2025-06-30_aaaaaaaaaaaa.duckdb"
    assert home.current.resolve() == path
    tables = read(path, "select table_name from information_schema.tables order by 1")
    assert [name for (name,) in tables] == ["dim_person", "fct_wage_quarter", "release"]
    assert read(path, "select release, as_of_date::varchar, mart, row_count from release order by mart") == [
        ("2025-06-30_aaaaaaaaaaaa", "2025-06-30", "dim_person", 50),
        ("2025-06-30_aaaaaaaaaaaa", "2025-06-30", "fct_wage_quarter", 50),
    ]


def test_a_mart_that_is_not_listed_stays(home: Home) -> None:
    path = publish(home, "2025-06-30_aaaaaaaaaaaa", [PEOPLE])
    assert read(path, "select count(*) from information_schema.tables where table_name like 'fct%'") == [(0,)]


def test_rows_are_in_the_order_of_the_key(home: Home) -> None:
    path = publish(home, "2025-06-30_aaaaaaaaaaaa", BOTH)
    keys = [key for (key,) in read(path, "select person_key from dim_person")]
    assert keys == sorted(keys)


def test_descriptions_travel_with_the_data(home: Home) -> None:
    path = publish(home, "2025-06-30_aaaaaaaaaaaa", BOTH)
    assert read(path, "select comment from duckdb_tables() where table_name = 'dim_person'") == [
        ("Grain: one row per person. It's the key that stays.",)
    ]
    assert read(path, "select count(*) from duckdb_columns() where comment is null and not internal") == [(0,)]


def test_release_is_read_only_and_nothing_half_made_stays(home: Home) -> None:
    path = publish(home, "2025-06-30_aaaaaaaaaaaa", BOTH)
    assert path.stat().st_mode & 0o777 == 0o440
    assert sorted(entry.name for entry in home.published.iterdir()) == ["current.duckdb", path.name]


def test_current_is_a_relative_link_so_the_folder_can_be_moved(home: Home) -> None:
    publish(home, "2025-06-30_aaaaaaaaaaaa", BOTH)
    assert home.current.readlink() == Path("workforce_2025-06-30_aaaaaaaaaaaa.duckdb")


def test_the_same_release_twice_gives_the_same_rows(home: Home) -> None:
    first = read(publish(home, "2025-06-30_aaaaaaaaaaaa", BOTH), "from fct_wage_quarter")
    assert read(publish(home, "2025-06-30_aaaaaaaaaaaa", BOTH), "from fct_wage_quarter") == first


@pytest.mark.parametrize("column", ["ssn", "last_name", "identity_key", "sasid_token", "First_Name", "_batch_id"])
def test_a_column_that_identifies_stops_the_release_and_current_stays(home: Home, column: str) -> None:
    before = publish(home, "2025-06-30_aaaaaaaaaaaa", BOTH)
    connection = duckdb.connect(str(home.marts_db))
    connection.execute(f'alter table core.dim_person add column "{column}" varchar')
    connection.close()
    with pytest.raises(PublishRefused, match=f"dim_person has column.*{column}"):
        publish(home, "2025-07-31_bbbbbbbbbbbb", BOTH)
    assert home.current.resolve() == before
    assert sorted(entry.name for entry in home.published.iterdir()) == ["current.duckdb", before.name]


def test_every_direct_identifier_of_every_contract_is_forbidden() -> None:
    direct = {field.name for source in contracts.sources().values() for field in source.fields if field.pii == "D"}
    assert {"ssn", "first_name", "last_name", "street", "sasid"} <= direct
    plain = {field.name for source in contracts.sources().values() for field in source.fields if field.pii != "D"}
    assert direct - plain <= direct_identifiers()
    assert forbidden_columns(["person_key", "quarter", "wage_usd", "program_code", "participant_id"]) == []


def test_a_column_without_a_description_stops_the_release(home: Home) -> None:
    connection = duckdb.connect(str(home.marts_db))
    connection.execute("alter table core.dim_person add column mystery_count integer")
    connection.close()
    with pytest.raises(PublishRefused, match="without a description: mystery_count"):
        publish(home, "2025-06-30_aaaaaaaaaaaa", BOTH)


def test_a_listed_mart_that_was_not_built_stops_the_release(home: Home) -> None:
    with pytest.raises(PublishRefused, match=r"no reporting\.rpt_nothing"):
        publish(home, "2025-06-30_aaaaaaaaaaaa", [*BOTH, Mart("rpt_nothing", "reporting", ("a",))])


def test_without_a_build_there_is_nothing_to_publish(tmp_path: Path) -> None:
    with pytest.raises(PublishRefused, match="no good build"):
        publish(Home(tmp_path).ensure(), "2025-06-30_aaaaaaaaaaaa", BOTH)


def test_old_releases_go_but_never_one_that_is_open(home: Home) -> None:
    first = publish(home, "2025-01-31_000000000000", BOTH, keep=2)
    reader = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb, sys; c = duckdb.connect({str(first)!r}, read_only=True); print('open', flush=True); "
            "sys.stdin.read()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        reader.stdout.readline()
        assert is_open_elsewhere(first)
        names = [f"2025-{month:02d}-28_00000000000{month}" for month in range(2, 6)]
        paths = [publish(home, name, BOTH, keep=2) for name in names]
        left = {entry.name for entry in home.published.glob("workforce_*")}
        assert left == {first.name, paths[-2].name, paths[-1].name}
    finally:
        reader.stdin.close()
        reader.wait(timeout=30)
    publish(home, "2025-06-28_000000000006", BOTH, keep=2)
    assert not first.exists()


def test_a_killed_run_leaves_a_half_made_file_that_the_next_one_removes(home: Home) -> None:
    (home.published / ".building-2025-01-31_dead.duckdb").write_bytes(b"torn")
    path = publish(home, "2025-06-30_aaaaaaaaaaaa", BOTH)
    assert sorted(entry.name for entry in home.published.iterdir()) == ["current.duckdb", path.name]


def test_new_numbers_under_a_new_name_leave_the_old_release_alone(home: Home) -> None:
    old = publish(home, "2025-06-30_aaaaaaaaaaaa", BOTH)
    build(home, wage=200)
    publish(home, "2025-07-31_bbbbbbbbbbbb", BOTH)
    assert read(old, "select max(wage_usd)::integer from fct_wage_quarter") == [(100,)]
    assert read(home.current, "select max(wage_usd)::integer from fct_wage_quarter") == [(200,)]


def test_the_list_names_every_mart_once_with_a_key() -> None:
    listed = marts()
    assert len({mart.name for mart in listed}) == len(listed)
    assert all(mart.key and mart.schema in {"core", "reporting"} for mart in listed)
