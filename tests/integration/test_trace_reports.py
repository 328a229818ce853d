"""Every figure of every report that says how it is counted is counted again, and the two numbers are the same."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

import publish
from cli.models import described
from cli.trace_marts import open_marts
from cli.trace_rows import Cell, meta_of_reports, parts_of, write_counted
from cli.trace_sources import sources
from home import Home
from tests.support.running import workforce

pytestmark = pytest.mark.slow

TRACED = [name for name, meta in meta_of_reports().items() if "trace" in meta]
MANY = 10_000
"""Of a report with more rows a quarter is counted again: those whose key has a digest below 4."""
KINDS = ("metric_code", "indicator_code", "kpi_code", "program_code", "level_code", "pathway_code")
EVERY = 10**9


def digest(report: str) -> str:
    [key] = [mart.key for mart in publish.marts() if mart.name == report]
    return f"md5(concat_ws('|', {', '.join(key)}))"


def counts_of(report: str) -> set[str]:
    """The columns that say how many."""
    [model] = [model for model in described() if model["name"] == report]
    whole = {column["name"] for column in model["columns"] if column["data_type"] == "bigint"}
    return {name for name in whole if name.endswith("_count")}


def wrong(con: duckdb.DuckDBPyConnection, report: str, cells: list[Cell]) -> list[Any]:
    """Figures that were not found again, and counts above zero that nothing counts and nothing is said of."""
    rows = con.execute("select * from cell order by cell_no").fetchall()
    places = [(i, name) for i, (name, *_) in enumerate(con.description or []) if name in counts_of(report)]
    found: list[Any] = [(cell.key, cell.counts) for cell in cells if not cell.agrees]
    for cell, row in zip(cells, rows, strict=True):
        left = [name for i, name in places if row[i] and name not in cell.counts]
        if not cell.notes and (left or not cell.counts):
            found.append((cell.key, "counted by nothing", left))
    return found


@pytest.fixture(scope="module")
def marts(sample_run) -> Any:
    with open_marts(Home(sample_run.home)) as con:
        yield con


@pytest.mark.parametrize("report", TRACED)
def test_every_count_of_a_report_is_found_again(marts, report: str) -> None:
    [(rows,)] = marts.execute(f"select count(*) from {report}").fetchall()
    cells = write_counted(marts, report, f"{digest(report)} < '4'" if rows > MANY else "true", most=EVERY)
    assert wrong(marts, report, cells) == []
    for kind in {name for name, *_ in marts.execute("describe cell").fetchall()} & set(KINDS):
        missed = f"select distinct {kind} from {report} except select {kind} from cell"
        assert marts.execute(missed).fetchall() == [], f"every {kind} is among those counted again"


@pytest.mark.parametrize("report", TRACED)
def test_whoever_counts_has_rows_in_files(marts, report: str) -> None:
    some = f"{digest(report)} in (select {digest(report)} as digest from {report} order by digest limit 20)"
    write_counted(marts, report, some)
    found = sources(marts, report)
    counted = {who for (who,) in marts.execute("select distinct person_key from counted").fetchall()}
    assert counted, "nothing counted among the rows chosen"
    assert counted - {None} == {row.person_key for row in found if row.row_no is not None}
    things = marts.execute("select distinct part_no from counted where person_key is null").fetchall()
    files = {source for (part_no,) in things for source in parts_of(report)[part_no].files}
    assert files == {row.source for row in found if row.row_no is None}, "things that are no persons have whole files"


def test_a_figure_that_is_not_found_again_is_marked(sample_run, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.marts_db.parent.mkdir(parents=True)
    shutil.copy(Home(sample_run.home).marts_db, home.marts_db)
    shutil.copy(Home(sample_run.home).warehouse_db, home.warehouse_db)
    with duckdb.connect(str(home.marts_db)) as con:
        [(year, said)] = con.execute(
            "select program_year, participation_count from reporting.rpt_nrs_table_4 "
            "where period_basis_code = 'ALL' and entering_efl_code = 'ALL' order by all limit 1"
        ).fetchall()
        con.execute(
            "delete from core.fct_adult_ed_skill_gain where participation_key = "
            f"(select min(participation_key) from core.fct_adult_ed_skill_gain where program_year = {year})"
        )
    where = f"program_year = {year} and period_basis_code = 'ALL' and entering_efl_code = 'ALL'"
    told = workforce(tmp_path, "trace", "rpt_nrs_table_4", "--where", where).stdout
    assert f"participation {said} ✗ ({said - 1} found)" in " ".join(told.split())


def test_what_is_no_person_is_named_with_its_table_and_its_files(sample_run) -> None:
    told = workforce(sample_run.home, "trace", "rpt_kpi", "--where", "kpi_code = 'OPENINGS'").stdout
    assert (
        "Counted without a person: openings, rows of fct_job_opening, from the files of job_posting_snapshot." in told
    )
    assert "whole file" in told and "0 stays of 0 persons" in told
    told = workforce(sample_run.home, "trace", "rpt_kpi", "--where", "kpi_code = 'LATEST_WAGE_QUARTER'").stdout
    assert "LATEST_WAGE_QUARTER counts no persons" in told
    refused = workforce(sample_run.home, "trace", "rpt_supply_demand", check=False)
    assert (
        refused.returncode == 2
        and "rpt_supply_demand is not traced. It counts no persons but openings" in refused.stderr
    )
