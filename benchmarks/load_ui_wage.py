"""Our load of a long wage file against the least any load must do, and against the usual way in Python.

Contenders, each in a process of its own, start-up included:
  bare    DuckDB: create table as select * from read_csv(...) with declared types, into a file
  ours    ingest.load_file: archive, checksum, gate, pandera, vault, raw, ledger, receipt
  pandas  pandas.read_csv, the same pandera schema over the frame, insert into a DuckDB file
They take turns; of each the quickest turn counts, because whatever else the machine does only slows down.

WORKFORCE_BENCH_ROWS (5,000,000), WORKFORCE_BENCH_ROUNDS (3), WORKFORCE_BENCH_DIR (the system's temporary folder).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import ui_wage_file

BUDGET = {"bare": 2.5, "pandas": 0.5, "memory_gib": 1.0}
PANDAS_ROUNDS = 1


def run() -> list[tuple[str, str]]:
    """Measure all three; returns label and figure."""
    rows = int(os.environ.get("WORKFORCE_BENCH_ROWS", "5000000"))
    rounds = int(os.environ.get("WORKFORCE_BENCH_ROUNDS", "3"))
    with tempfile.TemporaryDirectory(prefix="bench-", dir=os.environ.get("WORKFORCE_BENCH_DIR")) as name:
        folder = Path(name)
        file = folder / ui_wage_file.FILE_NAME
        # Not in this process: a child's peak memory counts what its parent holds when it is started.
        subprocess.run([sys.executable, "-m", "benchmarks.ui_wage_file", str(file), str(rows)], check=True)
        seconds: dict[str, float] = {}
        memory: dict[str, float] = {}
        for turn in range(rounds):
            for contender in CONTENDERS:
                if contender == "pandas" and turn >= PANDAS_ROUNDS:
                    continue
                took, peak = _measure(contender, file, folder / "work")
                seconds[contender] = min(took, seconds.get(contender, took))
                memory[contender] = max(peak, memory.get(contender, peak))
        size = file.stat().st_size / 1e6
    return [
        ("file", f"{rows:,} rows, {size:.0f} MB"),
        *((f"{name}: seconds, peak memory", f"{seconds[name]:.1f} s, {memory[name]:.2f} GiB") for name in CONTENDERS),
        _against("ours / bare DuckDB", seconds["ours"] / seconds["bare"], BUDGET["bare"]),
        _against("ours / pandas and pandera", seconds["ours"] / seconds["pandas"], BUDGET["pandas"]),
        _against("ours, peak memory in GiB", memory["ours"], BUDGET["memory_gib"]),
    ]


def _against(label: str, figure: float, budget: float) -> tuple[str, str]:
    return label, f"{figure:.2f} (budget {budget}: {'kept' if figure <= budget else 'EXCEEDED'})"


def _measure(contender: str, file: Path, work: Path) -> tuple[float, float]:
    """Seconds and peak GiB of one contender in a fresh process and an empty folder."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    started = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-m", "benchmarks.load_ui_wage", contender, str(file), str(work)])
    _, status, used = os.wait4(child.pid, 0)
    took = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"The contender {contender} failed with exit code {child.returncode}.")
    shutil.rmtree(work, ignore_errors=True)
    return took, used.ru_maxrss * 1024 / 2**30


def bare(file: Path, work: Path) -> None:
    """The engine alone: parse, cast, store."""
    import duckdb

    import contracts

    types = {field.name: field.sql_type for field in contracts.load("ui_wage").fields}
    con = duckdb.connect(str(work / "bare.duckdb"))
    con.execute("set enable_progress_bar = false")
    con.execute(f"create table ui_wage as select * from read_csv('{file}', header = true, columns = {types})")
    con.close()


def ours(file: Path, work: Path) -> None:
    """The whole load."""
    import ingest
    from home import Home

    done = ingest.load_file(Home(work), file, "ui_wage")
    if done.outcome != "accept":
        raise RuntimeError(done.message)


def pandas(file: Path, work: Path) -> None:
    """The usual way: a frame, its schema, an insert. No archive, split, ledger or receipt."""
    import duckdb
    import pandas as pd

    import contracts

    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    frame, findings = contracts.validate("ui_wage", frame.rename(columns=contracts.canonical_columns("ui_wage", frame)))
    if findings:
        raise RuntimeError(f"pandera found {len(findings)} broken rules in a good file.")
    con = duckdb.connect(str(work / "pandas.duckdb"))
    con.execute("set enable_progress_bar = false")
    con.execute("create table ui_wage as select * from frame")
    con.close()


CONTENDERS: dict[str, Callable[[Path, Path], None]] = {"bare": bare, "ours": ours, "pandas": pandas}


if __name__ == "__main__":
    CONTENDERS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
