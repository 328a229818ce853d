"""The ledger once more, one JSON line per batch, outside the database: what is left to read when the database is lost.

Belongs here: appending, and catching up after a run that was killed between database and log. Does not: rows, values.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.ledger import COLUMNS

if TYPE_CHECKING:
    import duckdb


def append(con: duckdb.DuckDBPyConnection, log: Path, batch_ids: list[str]) -> None:
    """One line per batch, as the ledger has it now, safe on disk when this returns."""
    if not batch_ids:
        return
    lines = "".join(json.dumps(_entry(con, batch_id), default=str, sort_keys=True) + "\n" for batch_id in batch_ids)
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "ab") as stream:
        stream.write(_end_broken_line(log) + lines.encode())
        stream.flush()
        os.fsync(stream.fileno())


def missing(con: duckdb.DuckDBPyConnection, log: Path) -> list[str]:
    """Batches of the ledger whose last line in the log is not as they are now, or that have none, oldest first."""
    state = ("batch_id", "outcome", "is_held", "is_final", "submission_digest")
    rows = con.execute(f"select {', '.join(state)} from warehouse.ledger.batch order by landed_at, batch_id").fetchall()
    last = {line.get("batch_id"): tuple(line.get(key, False) for key in state) for line in _lines(log)}
    return [row[0] for row in rows if row != last.get(row[0])]


def _entry(con: duckdb.DuckDBPyConnection, batch_id: str) -> dict[str, Any]:
    [row] = con.execute(
        f"select {', '.join(COLUMNS)} from warehouse.ledger.batch where batch_id = ?", [batch_id]
    ).fetchall()
    broken = con.execute(
        "select rule_id, severity, column_name, rows_failed from warehouse.ledger.rule_count "
        "where batch_id = ? and (rows_failed is null or rows_failed > 0) order by all",
        [batch_id],
    ).fetchall()
    names = ("rule_id", "severity", "column_name", "rows_failed")
    return dict(zip(COLUMNS, row, strict=True)) | {"rules": [dict(zip(names, rule, strict=True)) for rule in broken]}


def _lines(log: Path) -> list[dict[str, Any]]:
    """Every whole line; one that was cut off by a crash is written anew by the catch-up."""
    if not log.exists():
        return []
    found = []
    for line in log.read_text(encoding="utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def _end_broken_line(log: Path) -> bytes:
    """A line feed when the last append was cut off in the middle of its line."""
    if not log.exists() or log.stat().st_size == 0:
        return b""
    with log.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return b"" if stream.read(1) == b"\n" else b"\n"
