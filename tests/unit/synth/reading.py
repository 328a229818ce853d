"""Reading extracts as text, for the tests of the invented Connecticut."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import duckdb

from home import PROJECT_ROOT

SAMPLE = PROJECT_ROOT / "data" / "sample"


def digests(folder: Path) -> dict[str, str]:
    """Every file below landing/ and truth/ with a digest of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for part in ("landing", "truth")
        for path in sorted((folder / part).rglob("*"))
        if path.is_file()
    }


def extracts(folder: Path, sources: Iterable[str]) -> duckdb.DuckDBPyConnection:
    """A connection with one text table per source (`file_name`, `row_no` beside the columns) and the truth."""
    connection = duckdb.connect()
    for source in sources:
        connection.execute(
            f"create table {source} as select *, parse_filename(filename) as file_name, "
            "row_number() over (partition by filename order by file_row_number) as row_no from ("
            "select *, row_number() over () as file_row_number from read_csv("
            f"'{folder}/landing/{source}/*.csv', all_varchar = true, header = true, filename = true, "
            "delim = ',', quote = '\"', parallel = false))"
        )
    for name in ("person", "record"):
        connection.execute(f"create table {name} as select * from '{folder}/truth/{name}.parquet'")
    connection.execute(f"create table story as select * from read_csv('{folder}/truth/story.csv', all_varchar = true)")
    return connection
