"""Find a person's values where they must not be: in any file, and in any column of any database."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

NINE_DIGITS = re.compile(rb"(?<!\d)\d{9}(?!\d)")


def files_outside_the_vault(home: Path) -> list[Path]:
    """Every file of the environment but the vault's and the archive's."""
    return sorted(
        path
        for path in home.rglob("*")
        if path.is_file() and not path.is_symlink() and path.relative_to(home).parts[0] not in {"vault", "archive"}
    )


def text_columns(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    return connection.execute(
        "select table_schema, table_name, column_name from information_schema.columns c "
        "join information_schema.tables t using (table_catalog, table_schema, table_name) "
        "where t.table_type = 'BASE TABLE' and c.data_type like '%VARCHAR%' "
        "and table_catalog = current_database() order by all"
    ).fetchall()


def database_hits(path: Path, values: Iterable[str]) -> list[str]:
    """`table.column` of each stored text that holds one of `values` (compared in lower case, anywhere in the text).

    Columns share most of their texts: each distinct one is searched once, and its columns are looked up when it holds
    a value.
    """
    connection = duckdb.connect(str(path), read_only=True)
    try:
        columns = text_columns(connection)
        each = [
            f'select distinct lower("{column}"::varchar) as text from "{schema}"."{table}"'
            for schema, table, column in columns
        ]
        stored = " union ".join(each) or "select '' as text"
        pool = [text for (text,) in connection.execute(f"select text from ({stored}) where text <> ''").fetchall()]
        together = "\0".join(pool)
        found = [value for value in set(values) if value in together]
        holding = [[text] for text in pool if any(value in text for value in found)]
        if not holding:
            return []
        connection.execute("create temp table holding (text varchar)")
        connection.executemany("insert into holding values (?)", holding)
        return [
            f"{path.name}: {schema}.{table}.{column}"
            for (schema, table, column), texts in zip(columns, each, strict=True)
            if connection.execute(f"select 1 from ({texts}) semi join holding using (text) limit 1").fetchall()
        ]
    finally:
        connection.close()


def byte_hits(path: Path, values: Iterable[str]) -> list[str]:
    """`file` once for each of `values` found in its bytes, in plain or UTF-16 text, in any case."""
    content = path.read_bytes().lower()
    without_zeros = content.translate(None, b"\0")  # either way of writing it is in here, and it takes one search
    near = [value.lower() for value in values if value.lower().encode() in without_zeros]
    return [str(path) for value in near if value.encode() in content or value.encode("utf-16-le") in content]


def ssn_hits(path: Path, ssns: set[bytes]) -> list[str]:
    """`file` once for each nine-digit run in its bytes that is one of `ssns`."""
    return [str(path) for run in set(NINE_DIGITS.findall(path.read_bytes())) if run in ssns]
