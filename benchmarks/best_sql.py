"""Each costly model against the quickest SQL found for it by hand, on an invented Connecticut.

Belongs here: running both, comparing their rows. Does not: the SQL (`best_sql/`), what a model says.
Both read the tables the model is made from, with two threads, and end in a temporary table: writing to disk costs both
the same and would hide the difference. Seconds of the processors, medians of nine, in turns. By hand, every feature of
DuckDB will do: steps in temporary tables, keys as numbers, joins to the nearest date, grouping sets.

WORKFORCE_BENCH_PERSONS (100,000), WORKFORCE_BENCH_DIR (the system's temporary folder).
"""

from __future__ import annotations

import os
import resource
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from benchmarks.dbt_build import loaded
from home import Home
from orchestration import dbt_build

BUDGET = 2.0
RUNS = 9
BY_HAND = Path(__file__).parent / "best_sql"


def run() -> Iterator[tuple[str, str]]:
    """Measure every model that has SQL by hand; label and figure of each, as soon as they are known.

    Raises RuntimeError when the build fails, when the two give different rows, or, after the last figure, when a model
    is over its budget.
    """
    persons = int(os.environ.get("WORKFORCE_BENCH_PERSONS", "100000"))
    with tempfile.TemporaryDirectory(prefix="bench-", dir=os.environ.get("WORKFORCE_BENCH_DIR")) as name:
        home = loaded(Path(name), persons)
        if not dbt_build.build(home).is_whole:
            raise RuntimeError("The build under measurement failed.")
        yield "input", f"{persons:,} persons"
        slow = []
        for model in models():
            compiled, best, rows = measured(home, home.marts_building_db, model)
            ratio = compiled / best
            if ratio > BUDGET:
                slow.append(f"{model} {ratio:.2f}")
            yield model, f"{compiled:.2f} s, by hand {best:.2f} s, ratio {ratio:.2f}, {rows:,} rows"
    if slow:
        raise RuntimeError(f"Slower than {BUDGET:.0f} times the SQL by hand: {', '.join(slow)}.")


def models() -> list[str]:
    """The models that have SQL by hand."""
    return sorted(path.stem for path in BY_HAND.glob("*.sql"))


def measured(home: Home, marts: Path, model: str, runs: int = RUNS) -> tuple[float, float, int]:
    """Seconds of the model's own select, seconds of the SQL by hand, rows of either.

    Raises RuntimeError when they differ in a column, a type or a row: then the seconds would compare nothing.
    """
    with _opened(home, marts) as connection:
        pairs = [_both(connection, home, model) for _ in range(runs)]
        rows = _rows_of_either(connection, model)
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs), rows


def check_same(home: Home, marts: Path, model: str) -> int:
    """Rows of the model and of its SQL by hand, run once each. Raises RuntimeError when the two are not the same."""
    return measured(home, marts, model, runs=1)[-1]


@contextmanager
def _opened(home: Home, marts: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Warehouse and marts to read, the marts under the name the compiled selects know them by, in use.

    dbt names a database by its file, up to the first dot: so a build under way and the last good one are both `marts`.
    """
    name = marts.name.partition(".")[0]
    connection = duckdb.connect()
    try:
        connection.execute(f"attach '{home.warehouse_db}' as warehouse (read_only)")
        connection.execute(f"attach '{marts}' as {name} (read_only)")
        connection.execute(f"use {name}")
        connection.execute("set threads = 2")
        yield connection
    finally:
        connection.close()


def _both(connection: duckdb.DuckDBPyConnection, home: Home, model: str) -> tuple[float, float]:
    """The model's own select into `compiled`, the SQL by hand into `by_hand`; seconds of each."""
    compiled = next((home.dbt / "target" / "compiled").rglob(f"{model}.sql"))
    by_hand = BY_HAND / f"{model}.sql"
    return (
        _timed(connection, compiled.read_text(encoding="utf-8"), "compiled"),
        _timed(connection, by_hand.read_text(encoding="utf-8"), "by_hand"),
    )


def _timed(connection: duckdb.DuckDBPyConnection, text: str, table: str) -> float:
    """Run statements, the last of them a select into a temporary table; the processors' seconds of all of them."""
    *steps, select = [statement.query for statement in connection.extract_statements(text)]
    started = _processor_seconds()
    for step in steps:
        connection.execute(step)
    connection.execute(f"create or replace temp table {table} as {select}")
    return _processor_seconds() - started


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _rows_of_either(connection: duckdb.DuckDBPyConnection, model: str) -> int:
    """How many, where both have the same columns, types and rows, as often. Raises RuntimeError where not."""
    columns = [
        connection.execute(f"select column_name, column_type from (describe {table})").fetchall()
        for table in ("compiled", "by_hand")
    ]
    if columns[0] != columns[1]:
        raise RuntimeError(f"best_sql/{model}.sql gives other columns than the model, so their times compare nothing.")
    for one, other in (("compiled", "by_hand"), ("by_hand", "compiled")):
        query = f"select count(*) from (select * from {one} except all select * from {other})"
        odd = connection.execute(query).fetchall()[0][0]
        if odd:
            raise RuntimeError(f"{model}: {odd:,} rows of {one} are not in {other}, so their times compare nothing.")
    return connection.execute("select count(*) from compiled").fetchall()[0][0]
