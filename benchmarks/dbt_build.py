"""The whole dbt build against its own statements run bare, on an invented Connecticut.

Belongs here: making the input, running both. Does not: what a model says.
dbt: parse kept, models and tests in this process, as `workforce run` does it. Bare: the compiled selects of the same
models and tests, one after the other on one connection, the seeds and Python models copied; the sum of their seconds.

WORKFORCE_BENCH_PERSONS (100,000), WORKFORCE_BENCH_DIR (the system's temporary folder).
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

import cli  # noqa: F401  # its setting for linear algebra, as `workforce run` has it
import contracts
import ingest
import linkage
import synth
from home import Home
from orchestration import dbt_build

BUDGET = 2.0
SHOWN = 25
"""Models that are told one by one."""


def run() -> list[tuple[str, str]]:
    """Measure both; returns label and figure."""
    persons = int(os.environ.get("WORKFORCE_BENCH_PERSONS", "100000"))
    with tempfile.TemporaryDirectory(prefix="bench-", dir=os.environ.get("WORKFORCE_BENCH_DIR")) as name:
        home = loaded(Path(name), persons)
        parsed = dbt_build.manifest(home)
        started = time.perf_counter()
        outcome = dbt_build.build(home)
        whole = time.perf_counter() - started
        if not outcome.is_whole:
            raise RuntimeError("The build under measurement failed.")
        statements = bare(home, parsed, outcome, Path(name) / "bare")
        wages = rows(home.marts_building_db, "core.fct_wage_quarter")
        costs = [cost for kind in ("model", "test", "seed") for cost in _costs(home, parsed, outcome, statements, kind)]
    total = sum(statements.values())
    verdict = "kept" if whole <= BUDGET * total else "EXCEEDED"
    return [
        ("input", f"{persons:,} persons, {wages:,} wages per person, employer and quarter"),
        ("dbt build, models and tests", f"{whole:.1f} s"),
        ("its statements, bare", f"{total:.1f} s, {len(statements)} statements"),
        ("dbt / bare", f"{whole / total:.2f} (budget {BUDGET}: {verdict})"),
        *costs,
    ]


def _costs(
    home: Home, parsed: Any, outcome: dbt_build.Outcome, statements: dict[str, float], kind: str
) -> list[tuple[str, str]]:
    """The costliest tables by dbt's clock, one by one, and a line for all of a kind."""
    nodes = sorted(
        (node for node in outcome.nodes if node.kind == kind and node.name in statements),
        key=lambda node: (-node.seconds, node.name),
    )
    lines = []
    for node in nodes if kind == "model" else ():
        found = parsed.nodes[node.unique_id]
        if found.config.materialized == "view" or len(lines) == SHOWN:
            continue
        counted = f"{rows(home.marts_building_db, f'{found.schema}.{found.name}'):,} rows"
        lines.append((f"  {node.name}", f"{statements[node.name]:.2f} s bare, {node.seconds:.2f} s by dbt, {counted}"))
    bare_s, dbt_s = sum(statements[node.name] for node in nodes), sum(node.seconds for node in nodes)
    return [*lines, (f"  every {kind}: {len(nodes)}", f"{bare_s:.1f} s bare, {dbt_s:.1f} s by dbt")]


def loaded(folder: Path, persons: int) -> Home:
    """A home with an invented Connecticut loaded and linked, ready to build."""
    synth.generate(persons, 7, folder / "world")
    home = Home(folder / "home").ensure()
    for source in contracts.source_names():
        ingest.load_source(home, source, folder / "world" / "landing")
    connection = duckdb.connect(str(home.warehouse_db))
    try:
        ingest.set_visibility(connection, None)
    finally:
        connection.close()
    linkage.link(home)
    linkage.write_crosswalk(home)
    return home


def bare(home: Home, parsed: Any, outcome: dbt_build.Outcome, folder: Path) -> dict[str, float]:
    """Seconds of each model's and test's compiled select, in the order dbt finished them."""
    compiled = {path.stem: path for path in (home.dbt / "target" / "compiled").rglob("*.sql")}
    folder.mkdir()
    connection = duckdb.connect(str(folder / home.marts_building_db.name))
    try:
        connection.execute(f"attach '{home.warehouse_db}' as warehouse (read_only)")
        connection.execute(f"attach '{home.marts_building_db}' as built (read_only)")
        return {
            node.name: _timed(connection, parsed.nodes[node.unique_id], compiled)
            for node in outcome.nodes
            if node.status != "skipped"
        }
    finally:
        connection.close()


def _timed(connection: duckdb.DuckDBPyConnection, node: Any, compiled: dict[str, Path]) -> float:
    kind = str(node.resource_type)
    if kind == "seed" or getattr(node, "language", "sql") == "python":
        select = f'select * from built."{node.schema}"."{node.name}"'
    else:
        select = compiled[Path(node.path).stem].read_text(encoding="utf-8").strip().rstrip(";")
    statement = select
    if kind in {"model", "seed"}:
        shape = "view" if kind == "model" and node.config.materialized == "view" else "table"
        connection.execute(f'create schema if not exists "{node.schema}"')
        statement = f'create {shape} "{node.schema}"."{node.name}" as {select}'
    started = time.perf_counter()
    connection.execute(statement).fetchall()
    return time.perf_counter() - started


def rows(database: Path, table: str) -> int:
    connection = duckdb.connect(str(database), read_only=True)
    try:
        return connection.execute(f"select count(*) from {table}").fetchall()[0][0]
    finally:
        connection.close()
