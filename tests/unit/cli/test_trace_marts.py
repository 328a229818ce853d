"""What `workforce trace --where` may be: one condition on the columns of a report, and nothing that reads elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from cli.trace_marts import NotTraced, open_marts, write_chosen
from home import Home

SECRET = "Quenby"
SHUT = r"file system operations are disabled|the configuration has been locked"


def made(path: Path, *statements: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as con:
        for statement in statements:
            con.execute(statement)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home").ensure()
    made(
        home.marts_db,
        "create schema reporting",
        "create schema core",
        "create table core.fct_batch as select 'b1' as batch_id",
        "create table reporting.rpt_kpi as select 'K' || range as kpi_code, 2020 + range as year from range(3)",
    )
    made(home.warehouse_db, "create schema raw", f"create table raw.wage as select '{SECRET}' as name")
    made(home.root / "vault" / "vault.duckdb", f"create table identity as select '{SECRET}' as first_name")
    (home.root / "other.csv").write_text(f"name\n{SECRET}\n", encoding="utf-8")
    return home


@pytest.fixture
def con(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_marts(home) as opened:
        yield opened


def chosen(con: duckdb.DuckDBPyConnection, where: str) -> list[str]:
    write_chosen(con, "rpt_kpi", where)
    return [code for (code,) in con.execute("select kpi_code from chosen").fetchall()]


@pytest.mark.parametrize(
    ("where", "codes"),
    [
        ("true", ["K0", "K1", "K2"]),
        ("kpi_code = 'K1' or year = 2022", ["K1", "K2"]),
        ("kpi_code = 'K1' -- the one of 2021", ["K1"]),
        ("kpi_code <> ';) or (' and year\n  in (2020, 2021)", ["K0", "K1"]),
        ("year = (select max(year) from rpt_kpi) and exists (from fct_batch)", ["K2"]),
    ],
)
def test_a_condition_chooses_its_rows(con, where: str, codes: list[str]) -> None:
    assert chosen(con, where) == codes


@pytest.mark.parametrize(
    "where",
    [
        "",
        "-- nothing",
        "true;",
        "true limit 1",
        "true order by year",
        "true) or (true",
        "true) union all (select 'x', 1",
        "true) --",
        "true /*",
        "true union all select 'x', 1",
        "true from rpt_kpi",
        "true; drop table warehouse.raw.wage; select 1 as a",
        "true limit 1; use memory; detach warehouse; attach '{home}/warehouse/warehouse.duckdb' as w2; "
        "drop table w2.raw.wage; select 1 as a",
        "true limit 1; attach '{home}/vault/vault.duckdb' as v (read_only); "
        "select error((select max(first_name) from v.main.identity)) --",
        "true limit 1; copy (select 1 as a) to '{home}/copied.csv'; select 1 as a",
        "exists (select * from read_csv('{home}/other.csv'))",
        "error((select max(name) from read_csv('{home}/other.csv')))",
        "exists (from '{home}/other.csv')",
        "exists (from read_text('{home}/other.csv'))",
        "exists (from glob('{home}/*'))",
        "error((select max(name) from warehouse.raw.wage))",
        "year = (select max(name)::integer from warehouse.raw.wage)",
        "(select max(name)::boolean from warehouse.raw.wage)",
        "strptime((select max(name) from warehouse.raw.wage), '%Y') is null",
        "exists (from con)",
        "exists (from sqlite_scan('{home}/other.db', 'identity'))",
        "exists (from read_duckdb('{home}/vault/vault.duckdb', table_name = 'identity'))",
        "exists (from query('select * from read_csv(''{home}/other.csv'')'))",
    ],
)
def test_anything_else_is_refused_and_does_nothing(home: Home, con, where: str) -> None:
    with pytest.raises(NotTraced) as refused:
        chosen(con, where.format(home=home.root))
    assert SECRET not in str(refused.value) and "rpt_kpi" in str(refused.value)
    con.close()
    assert not (home.root / "copied.csv").exists()
    with duckdb.connect(str(home.warehouse_db)) as warehouse:
        assert warehouse.execute("select count(*) from raw.wage").fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("yaer = 2020", r"cannot be read \(.*yaer.*\)"),
        ("year = = 2020", r"cannot be read \(syntax error.*\)"),
        ("true; select 1", "more than one condition"),
        ("year = 'abc'", "a value that cannot be compared"),
        ("yearly(year) = 1", "a table or a function that is not there"),
        ("exists (from read_csv('/etc/hostname'))", "may read no file"),
    ],
)
def test_a_refusal_says_what_is_wrong(con, where: str, told: str) -> None:
    with pytest.raises(NotTraced, match=told):
        chosen(con, where)


@pytest.mark.parametrize(
    "statement",
    [
        "attach '{home}/vault/vault.duckdb' as v (read_only)",
        "copy (select 1) to '{home}/copied.csv'",
        "copy (select 1) to '{home}/scratch/copied.csv'",
        "select * from read_csv('{home}/other.csv')",
        "export database '{home}/exported'",
        "set enable_external_access = true",
        "set temp_directory = '{home}'",
    ],
)
def test_what_is_opened_reads_nothing_else_even_if_it_were_asked(home: Home, con, statement: str) -> None:
    with pytest.raises(duckdb.Error, match=SHUT):
        con.execute(statement.format(home=home.root))


def test_what_does_not_fit_into_memory_still_goes_to_scratch(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = duckdb.connect
    monkeypatch.setattr(
        duckdb, "connect", lambda path, config: connect(path, config=config | {"memory_limit": "30MB", "threads": "1"})
    )
    with open_marts(home) as con:
        con.execute("create temp table big as select md5(range::varchar) as digest from range(1500000) order by digest")
        assert list(home.scratch.rglob("*.tmp"))
        assert con.execute("select count(distinct kpi_code) from rpt_kpi").fetchall() == [(3,)]
    assert list(home.scratch.iterdir()) == []
