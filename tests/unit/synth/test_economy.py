"""Employers, training programmes, postings and costs belong to the lives beside them; figures are as published."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

import synth
from synth.tables import table
from tests.unit.synth.reading import extracts

pytestmark = pytest.mark.slow
SOURCES = (
    "ui_wage",
    "cthires_service",
    "employer_master",
    "etp_program",
    "job_posting_snapshot",
    "program_cost",
    "external_stat",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder: Path = tmp_path_factory.mktemp("world")
    synth.generate(600, 5, folder, quarters=6)
    return extracts(folder, SOURCES)


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple]:
    return connection.execute(sql).fetchall()


def test_every_wage_account_is_known_with_its_company_from_before_the_first_wage(
    world: duckdb.DuckDBPyConnection,
) -> None:
    wages = "(select ean, fein, min(wage_year || '-' || wage_quarter_number) as first from ui_wage group by all)"
    known = "(select ean, fein, min(valid_from_date)::date as since from employer_master group by all)"
    assert rows(world, f"select 1 from {wages} w anti join {known} k using (ean, fein)") == []
    late = "year(since) || '-' || quarter(since) > first"
    assert rows(world, f"select 1 from {wages} w join {known} k using (ean, fein) where {late}") == []


def test_a_transfer_is_told_from_both_sides(world: duckdb.DuckDBPyConnection) -> None:
    to_side = "select predecessor_ean, ean, transfer_date from employer_master where predecessor_ean is not null"
    from_side = "select ean, successor_ean, transfer_date from employer_master where successor_ean is not null"
    told = rows(world, f"select distinct * from ({to_side}) order by all")
    assert told == rows(world, f"select distinct * from ({from_side}) order by all")
    assert told != []


def test_every_training_is_on_the_list_of_programmes(world: duckdb.DuckDBPyConnection) -> None:
    training = "select distinct provider_id, onet_code from cthires_service where provider_id is not null"
    listed = "select provider_id, replace(replace(onet_code, '-', ''), '.', '') as onet_code from etp_program"
    assert rows(world, f"select * from ({training}) anti join ({listed}) using (provider_id, onet_code)") == []


def test_every_account_of_a_posting_is_an_employer(world: duckdb.DuckDBPyConnection) -> None:
    assert rows(world, "select 1 from job_posting_snapshot anti join employer_master using (ean) where ean > ''") == []
    assert rows(world, "select 1 from job_posting_snapshot where posted_date > snapshot_date") == []


def test_training_costs_are_those_of_the_services(world: duckdb.DuckDBPyConnection) -> None:
    # Services of a provider all of whose trainings in the year name their cost.
    paid = (
        "select program_code, provider_id, sum(service_cost_usd::decimal(14, 2)) as usd from (select distinct on "
        "(service_id) * from cthires_service order by service_id, file_name desc) where provider_id is not null and "
        "service_status <> 'cancelled' and service_start_date between '2023-07-01' and '2024-06-30' "
        "group by all having count(*) = count(service_cost_usd)"
    )
    costs = (
        "select program_code, provider_id, cost_amount_usd::decimal(14, 2) as cost from program_cost where "
        "cost_period = 'PY2023' and cost_class = 'TRAINING' and cost_basis = 'ACTUAL'"
    )
    found = rows(world, f"select usd, cost from ({paid}) join ({costs}) using (program_code, provider_id)")
    assert len(found) > 5
    assert [pair for pair in found if Decimal(pair[0]) != Decimal(pair[1])] == []


def test_published_figures_are_sent_as_they_stand(world: duckdb.DuckDBPyConnection) -> None:
    figures = table("published_figures")
    columns = ", ".join(f"coalesce({name}, '')" for name in figures[0])
    assert sorted(rows(world, f"select {columns} from external_stat")) == sorted(tuple(row.values()) for row in figures)


def test_published_participants_are_those_of_the_four_employment_statuses(world: duckdb.DuckDBPyConnection) -> None:
    """NRS: participants of Tables 1 to 4 are the four status lines of Table 6."""
    told = dict(
        rows(
            world,
            "select series_id, stat_value::integer from external_stat "
            "where series_id like 'NRS_%' and stat_period = 'PY2022'",
        )
    )
    lines = ("NRS_EMPLOYED", "NRS_EMPLOYED_WITH_NOTICE", "NRS_UNEMPLOYED", "NRS_NOT_IN_LABOUR_FORCE")
    assert told["NRS_PARTICIPANTS"] == sum(told[line] for line in lines) == 15_419
