"""What follows from a contract: DDL that runs, a plan that covers every rule, pages and headers that are complete."""

from __future__ import annotations

import csv
import io
import subprocess
import sys

import duckdb
import pandas as pd
import pytest
import yaml

import contracts
from contracts.derive import dagster_assets, dbt_seeds, dbt_sources, dictionary, sample_header
from contracts.derive.ddl import identity_ddl, raw_table_ddl
from contracts.model import IDENTITY_COLUMNS
from contracts.tables import tables

SOURCES = contracts.source_names()


@pytest.mark.parametrize("source", SOURCES)
def test_raw_table_has_the_columns_of_the_contract_and_no_direct_identifier(source: str) -> None:
    contract = contracts.load(source)
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA raw")
        con.execute(raw_table_ddl(contract))
        con.execute(raw_table_ddl(contract))
        query = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index"
        found = con.execute(query, [contract.raw_table]).fetchall()
    assert tuple(found) == contract.raw_columns
    assert not {name for name, _ in found} & {field.name for field in contract.fields if field.pii == "D"}


def test_vault_tables_hold_every_identity_column_a_field_may_fill() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA vault")
        for statement in identity_ddl():
            con.execute(statement)
        query = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'identity'"
        found = dict(con.execute(query).fetchall())
    assert set(IDENTITY_COLUMNS) <= set(found)
    assert found["birth_date"] == "DATE"
    assert found["identity_key"] == "UUID"


@pytest.mark.parametrize("source", SOURCES)
def test_asset_plan_covers_every_rule_once(source: str) -> None:
    plan = dagster_assets.asset_plan(contracts.load(source))
    assert plan.name == f"raw_{source}"
    covered = [rule for check in plan.checks for rule in check.rule_ids]
    assert len(covered) == len(set(covered))
    assert set(covered) == {rule.rule_id for rule in contracts.rules(source)}
    assert [check.name for check in plan.checks if check.blocking] == [f"{source}_files"]


def test_plans_are_made_without_importing_dagster() -> None:
    code = (
        "import sys, contracts; from contracts.derive.dagster_assets import asset_plan; "
        "asset_plan(contracts.load('ui_wage')); print('dagster' in sys.modules, 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_dbt_sources_describe_every_raw_column() -> None:
    (raw,) = yaml.safe_load(dbt_sources.files(contracts.sources())[dbt_sources.PATH])["sources"]
    assert (raw["database"], raw["schema"]) == ("warehouse", "raw")
    described = {table["name"]: table["columns"] for table in raw["tables"]}
    for source in contracts.sources().values():
        columns = described[source.raw_table]
        assert [column["name"] for column in columns] == [name for name, _ in source.raw_columns]
        for column in columns:
            assert column["description"]
            assert column["config"]["meta"]["pii"] in "QSN"


def test_seed_types_keep_codes_as_text() -> None:
    seeds = yaml.safe_load(dbt_seeds.files(contracts.sources())[dbt_seeds.SEEDS])["seeds"]
    types = {seed["name"]: seed["config"]["column_types"] for seed in seeds}
    assert set(types) == {f"ref_{table.name}" for table in tables()}
    for name, columns in types.items():
        assert columns.get("code", "varchar") == "varchar", name
    assert types["ref_town"]["planning_region_code"] == "varchar"
    assert types["ref_zip_town"] | {"zip": "varchar", "town_code": "varchar"} == types["ref_zip_town"]


@pytest.mark.parametrize("source", SOURCES)
def test_sample_header_and_row_are_valid(source: str) -> None:
    text = sample_header.sample_header(contracts.load(source))
    header, row = csv.reader(io.StringIO(text))
    assert tuple(header) == contracts.load(source).field_names
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    assert frame.iloc[0].tolist() == row
    assert contracts.validate(source, frame)[1] == []


@pytest.mark.parametrize("source", SOURCES)
def test_dictionary_page_names_every_column_heading_and_rule(source: str) -> None:
    page = dictionary.source_page(contracts.load(source))
    for field in contracts.load(source).fields:
        assert f"| {field.name} |" in page or f"| **{field.name}** |" in page
        for alias in field.aliases:
            assert alias in page
    for rule in contracts.rules(source):
        assert rule.message in page and rule.rule_id in page


def test_dictionary_lists_every_code_in_use_and_links_to_it() -> None:
    page = dictionary.codes_page(contracts.sources())
    used = {field.codes for source in contracts.sources().values() for field in source.fields if field.codes}
    for name in used:
        assert f"\n## {name}\n" in page
        for row in contracts.code_list(name).rows:
            assert f"| {row.code} | {row.label} |" in page
    index = dictionary.index_page(contracts.sources())
    for source in contracts.sources().values():
        assert f"[{source.name}]({source.name}.md)" in index
        assert all(f"| {field.name} |" in index for field in source.fields)
