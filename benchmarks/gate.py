"""The gate on one core: `workforce validate` of a long clean wage file against bare parsers, and many short files.

Contenders, each a process of its own with all its children on one core, start-up included:
  ours     workforce validate: checksum, child process, staging, pandera, duplicates, row rules
  duckdb   select count(*) from read_csv(...) with declared types, the file parsed and cast, nothing checked
  pyarrow  pyarrow.csv.read_csv, every column as text
Megabytes per second of processor time, user and system of all processes; what else the machine does hardly matters to
it. Short files: 200 of 40 rows in one process, the start of the reading process apart.

WORKFORCE_BENCH_ROWS (5,000,000), WORKFORCE_BENCH_ROUNDS (3), WORKFORCE_BENCH_DIR (the system's temporary folder).
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import ui_wage_file

BUDGET_MB_PER_SECOND = 40.0
SHORT_FILES = 200
CONTENDERS = ("ours", "duckdb", "pyarrow")


def run() -> list[tuple[str, str]]:
    """Measure all; returns label and figure."""
    rows = int(os.environ.get("WORKFORCE_BENCH_ROWS", "5000000"))
    rounds = int(os.environ.get("WORKFORCE_BENCH_ROUNDS", "3"))
    with tempfile.TemporaryDirectory(prefix="bench-", dir=os.environ.get("WORKFORCE_BENCH_DIR")) as name:
        file = Path(name) / ui_wage_file.FILE_NAME
        subprocess.run([sys.executable, "-m", "benchmarks.ui_wage_file", str(file), str(rows)], check=True)
        size = file.stat().st_size / 1e6
        best: dict[str, float] = {}
        for _ in range(rounds):
            for contender in CONTENDERS:
                took = _processor_seconds(contender, file)
                best[contender] = min(took, best.get(contender, took))
        short = subprocess.run(
            [sys.executable, "-m", "benchmarks.gate", "short", name], check=True, capture_output=True, text=True
        ).stdout.split()
    ours = size / best["ours"]
    kept = "kept" if ours >= BUDGET_MB_PER_SECOND else "MISSED"
    return [
        ("file", f"{rows:,} rows, {size:.0f} MB"),
        *(
            (f"{name}: MB per second of one core", f"{size / best[name]:.0f} ({best[name]:.1f} s)")
            for name in CONTENDERS
        ),
        ("ours, budget", f"{ours:.0f} MB/s (budget {BUDGET_MB_PER_SECOND:.0f}: {kept})"),
        ("reading process, start", f"{float(short[0]):.2f} s"),
        ("child per short file, first to last message", f"{float(short[1]) * 1000:.0f} ms"),
        ("validation of a short file", f"{float(short[2]) * 1000:.0f} ms"),
    ]


def _processor_seconds(contender: str, file: Path) -> float:
    """User and system time of one contender and its children, all on the first core we may use."""
    core = min(os.sched_getaffinity(0))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "benchmarks.gate", contender, str(file)]
    subprocess.run(command, check=True, preexec_fn=lambda: os.sched_setaffinity(0, {core}))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours(file: Path) -> None:
    """The whole gate."""
    import ingest
    from ingest.readers import client

    result = ingest.validate_file(file, "ui_wage")
    if result.is_rejected or result.rows_quarantined:
        raise RuntimeError(f"A good file is judged {result.outcome}.")
    client.close()  # waits for the reading process, so that its time counts


def duckdb(file: Path) -> None:
    """The engine alone."""
    import duckdb

    import contracts

    types = {field.name: field.sql_type for field in contracts.load("ui_wage").fields}
    con = duckdb.connect()
    con.execute("set enable_progress_bar = false")
    con.execute(f"create temp table t as select * from read_csv('{file}', header = true, columns = {types})")


def pyarrow(file: Path) -> None:
    """The parser alone."""
    import pyarrow as pa
    from pyarrow import csv

    import contracts

    types = dict.fromkeys(contracts.load("ui_wage").field_names, pa.string())
    csv.read_csv(file, convert_options=csv.ConvertOptions(column_types=types))


def short(folder: Path) -> None:
    """Print the seconds of a server's start, of a child and of a validation."""
    import contracts
    import ingest
    from ingest.readers import client
    from ingest.readers.reading import Submitted, reading

    source = contracts.load("ui_wage")
    long = folder / ui_wage_file.FILE_NAME
    with long.open(encoding="utf-8") as handle:
        lines = [next(handle) for _ in range(41)]
    files = []
    for number in range(SHORT_FILES):
        path = folder / "short" / f"dol_ui_wage_2023_20231215_v{number:03d}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(lines), encoding="utf-8")
        files.append(path)
    begun = time.perf_counter()
    client.server().await_ready()
    started = time.perf_counter()
    ingest.validate_file(files[0], "ui_wage")  # imports
    children, whole = [], []
    for path in files:
        at = time.perf_counter()
        with reading(path, source, Submitted(path.name)) as opened:
            for _ in opened.records.stream():
                pass
            opened.records.finish()
        children.append(time.perf_counter() - at)
        at = time.perf_counter()
        ingest.validate_file(path, "ui_wage")
        whole.append(time.perf_counter() - at)
    shutil.rmtree(folder / "short")
    print(started - begun, sorted(children)[SHORT_FILES // 2], sorted(whole)[SHORT_FILES // 2])


if __name__ == "__main__":
    {"ours": ours, "duckdb": duckdb, "pyarrow": pyarrow, "short": short}[sys.argv[1]](Path(sys.argv[2]))
