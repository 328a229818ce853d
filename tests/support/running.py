"""Run the installed command as a user would, and read what it published."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb

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


def query(home: Path, sql: str, parameters: list | None = None) -> list[tuple]:
    """Rows of the current release."""
    connection = duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True)
    try:
        return connection.execute(sql, parameters or []).fetchall()
    finally:
        connection.close()
