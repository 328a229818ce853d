"""A small finished build to publish from: real DuckDB files, two marts."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from home import Home
from publish import Mart

PEOPLE = Mart("dim_person", "core", ("person_key",))
WAGES = Mart("fct_wage_quarter", "core", ("person_key", "quarter"))


def build(home: Home, wage: int = 100, people: int = 50) -> None:
    """Write `marts.duckdb` as a finished dbt build would leave it, rows in no useful order."""
    home.marts_db.unlink(missing_ok=True)
    connection = duckdb.connect(str(home.marts_db))
    connection.execute("create schema core")
    connection.execute(
        "create table core.dim_person as select 'P' || lpad(i::varchar, 9, '0') as person_key, 1980 as birth_year "
        f"from range({people}) t(i) order by hash(i)"
    )
    connection.execute(
        "create table core.fct_wage_quarter as select person_key, '2024Q1' as quarter, "
        f"{wage}::decimal(14,2) as wage_usd from core.dim_person"
    )
    connection.execute(
        "comment on table core.dim_person is 'Grain: one row per person. It''s the key that stays.';"
        "comment on column core.dim_person.person_key is 'Ours, opaque';"
        "comment on column core.dim_person.birth_year is 'Year of birth';"
        "comment on table core.fct_wage_quarter is 'Grain: person and quarter';"
        "comment on column core.fct_wage_quarter.person_key is 'Ours, opaque';"
        "comment on column core.fct_wage_quarter.quarter is 'Calendar quarter';"
        "comment on column core.fct_wage_quarter.wage_usd is 'Wages of the quarter, in dollars'"
    )
    connection.close()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home").ensure()
    build(made)
    return made
