"""Run the installed command as a user would, or what it runs in this process, and read what it published."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from unittest import mock

import duckdb

from home import Home
from orchestration import runs

WORKFORCE = str(Path(sys.executable).with_name("workforce"))


def workforce(home: Path, *arguments: str, check: bool = True, timeout: int = 600) -> subprocess.CompletedProcess[str]:
    """`workforce ARGUMENTS` with WORKFORCE_HOME=home; the output is shown when it fails."""
    done = subprocess.run(
        [WORKFORCE, *arguments],
        env=os.environ | {"WORKFORCE_HOME": str(home), "NO_COLOR": "1", "COLUMNS": "160"},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if check and done.returncode != 0:
        raise AssertionError(f"workforce {' '.join(arguments)} exited {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def run_here(home: Path, landing: Path, as_of: str | None = None) -> None:
    """What `workforce run` does, without a new process: Dagster, dbt and the rest are imported once for all worlds.

    For worlds whose figures are looked at; what the command says, and how it ends, is asked of the command.
    """
    with mock.patch.dict(os.environ, WORKFORCE_HOME=str(home)):
        outcome = runs.run(Home.from_env(), landing, date.fromisoformat(as_of) if as_of else None)
    assert not outcome.failures, outcome.failures


def query(home: Path, sql: str, parameters: list | None = None) -> list[tuple]:
    """Rows of the current release."""
    connection = duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True)
    try:
        return connection.execute(sql, parameters or []).fetchall()
    finally:
        connection.close()
