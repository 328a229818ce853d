"""A profile says what rows are like as a whole, right to the digit, and nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

import contracts
from contracts import Field
from home.sql import quote
from ingest.engine import scratch_engine
from ingest.profile import OTHER, SMALL_GROUP, Metric, measure, person_column

ROWS = 40
TEXT, AMOUNT = "Zyxquibble", 654_321.98


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with scratch_engine(tmp_path) as made:
        yield made


def stage(con: duckdb.DuckDBPyConnection, source: str, rows: int, **columns: str) -> None:
    """A staged file whose every value is somebody's; `columns` are SQL expressions over the row number `n`."""
    values = [
        f"{columns.get(field.name, canary(field))} as {quote(field.name)}" for field in contracts.load(source).fields
    ]
    con.execute(
        f"create or replace temp table stage as select n as _row_no, {', '.join(values)} from range({rows}) t(n)"
    )


def canary(field: Field) -> str:
    """An unmistakable value per row."""
    if field.type == "text":
        return f"'{TEXT}' || n"
    if field.type == "code":
        assert field.code_list is not None
        return f"if(n = 0, '{TEXT}', '{field.code_list.codes[0]}')"
    return {
        "integer": "900000 + n",
        "decimal": f"({AMOUNT} + n * 0.01)::decimal(14, 2)",
        "date": "date '1871-01-01' + n::integer",
    }[field.type]


@pytest.mark.parametrize("source", contracts.source_names())
def test_no_profile_holds_a_value_of_a_person(con: duckdb.DuckDBPyConnection, source: str) -> None:
    contract = contracts.load(source)
    stage(con, source, ROWS)
    profile = measure(con, contract, "stage", ROWS, ROWS)
    amounts = {round(AMOUNT + row / 100, 2) for row in range(ROWS)}
    for metric, value in profile.items():
        assert metric.column in ("", *contract.field_names)
        field = contract.by_name.get(metric.column)
        assert metric.code == "" or (field and field.code_list and metric.code in field.code_list.codes)
        assert TEXT not in repr(metric)
        assert not (900_000 <= value < 900_000 + ROWS)
        assert value not in amounts
    assert {metric.column for metric in profile if metric.name == "null_share"} == set(contract.field_names)
    if (person := person_column(contract)) is not None:
        assert profile[Metric("distinct_share", person)] == pytest.approx(1, abs=0.1)


def test_a_profile_by_hand(con: duckdb.DuckDBPyConnection) -> None:
    stage(
        con, "ui_wage", 100,
        wage_usd="(if(n < 50, 1000, 3000))::decimal(14, 2)",
        wage_action="case when n < 60 then 'ORIG' when n < 91 then 'AMEND' when n < 100 then 'VOID' end",
        naics_code="if(n < 25, null, '622110')",
        ssn="'2121' || lpad((n // 2)::varchar, 5, '0')",
    )  # fmt: skip
    profile = measure(con, contracts.load("ui_wage"), "stage", 100, 125)
    assert profile[Metric("rows")] == 100
    assert profile[Metric("quarantine_share")] == 0.2
    assert profile[Metric("null_share", "naics_code")] == 0.25
    assert {m.code: v for m, v in profile.items() if m.name == "code_share"} == {"ORIG": 0.6, "AMEND": 0.31}
    figures = {m.name: v for m, v in profile.items() if m.column == "wage_usd" and m.name != "null_share"}
    assert figures == {"value_count": 100, "mean": 2000, "p10": 1000, "median": 2000, "p90": 3000}
    assert profile[Metric("distinct_share", "ssn")] == pytest.approx(0.5, abs=0.05)


def test_small_groups_are_counted_together_or_not_at_all(con: duckdb.DuckDBPyConnection) -> None:
    def shares(few: int) -> dict[str, float]:
        stage(
            con,
            "ui_wage",
            100,
            wage_action=f"case when n < {few} then 'VOID' when n < {2 * few} then 'AMEND' else 'ORIG' end",
        )
        profile = measure(con, contracts.load("ui_wage"), "stage", 100, 100)
        return {metric.code: value for metric, value in profile.items() if metric.name == "code_share"}

    assert shares(SMALL_GROUP) == {"VOID": 0.1, "AMEND": 0.1, "ORIG": 0.8}
    assert shares(SMALL_GROUP - 1) == {OTHER: 0.18, "ORIG": 0.82}
    assert shares(4) == {"ORIG": 0.92}


def test_of_a_file_of_few_rows_only_their_number_is_kept(con: duckdb.DuckDBPyConnection) -> None:
    stage(con, "ui_wage", SMALL_GROUP - 1)
    profile = measure(con, contracts.load("ui_wage"), "stage", SMALL_GROUP - 1, 12)
    assert profile == {Metric("rows"): 9, Metric("quarantine_share"): 0.25}


def test_figures_of_few_amounts_are_left_out(con: duckdb.DuckDBPyConnection) -> None:
    stage(con, "ui_wage", 100, wage_usd="if(n < 9, 4321.55, null)::decimal(14, 2)")
    profile = measure(con, contracts.load("ui_wage"), "stage", 100, 100)
    assert {metric.name for metric in profile if metric.column == "wage_usd"} == {"null_share"}


def test_each_of_several_codes_in_a_cell_counts(con: duckdb.DuckDBPyConnection) -> None:
    stage(con, "adult_ed", 40, adult_ed_program_type="if(n < 30, 'ABE;ESL', 'ABE')")
    profile = measure(con, contracts.load("adult_ed"), "stage", 40, 40)
    shares = {m.code: v for m, v in profile.items() if m.column == "adult_ed_program_type" and m.name == "code_share"}
    assert shares == {"ABE": 1, "ESL": 0.75}
