"""Every figure of every report that says how it is counted is counted again, and the two numbers are the same."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from cli.models import described
from cli.trace_rows import Cell, NotTraced, meta_of_reports, open_marts, write_counted
from cli.trace_sources import sources
from home import Home

pytestmark = pytest.mark.slow

TRACED = [name for name, meta in meta_of_reports().items() if "trace" in meta]


def counts_of(report: str) -> set[str]:
    """The columns that say how many."""
    [model] = [model for model in described() if model["name"] == report]
    return {
        column["name"]
        for column in model["columns"]
        if column["name"].endswith("_count") and column["data_type"] == "bigint"
    }


def wrong(con: duckdb.DuckDBPyConnection, report: str, cells: list[Cell]) -> list[Any]:
    """Figures that were not found again, and counts above zero that nothing counts and nothing is said of."""
    rows = con.execute("select * from cell order by cell_no").fetchall()
    names = [column[0] for column in con.description or []]
    found: list[Any] = [(cell.key, cell.counts) for cell in cells if not cell.agrees]
    for cell, row in zip(cells, rows, strict=True):
        left = {name: said for name, said in zip(names, row, strict=True) if name in counts_of(report) and said}
        if left.keys() - cell.counts.keys() and not cell.notes or not (cell.counts or cell.notes):
            found.append((cell.key, "counted by nothing", left))
    return found
