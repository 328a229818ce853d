"""The name of a release: what it was made from, and no clock, so equal inputs give equal names."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from home import PROJECT_ROOT, Home

DECIDES = {
    "contracts": {".py", ".yml", ".csv"},
    "ingest": {".py"},
    "linkage": {".py", ".yml", ".csv"},
    "impact": {".py"},
    "dbt_project": {".sql", ".py", ".yml", ".csv"},
    "publish": {".py", ".yml"},
}
"""Folders and file types that decide a number. Orchestration and the command do not."""

VISIBLE = """
select concat_ws(' ', batch_id, visible_batch.extract_ts, batch.is_final)
from ledger.visible_batch left join ledger.batch using (batch_id) order by batch_id
"""
"""Every visible batch with what a late manifest may change of it: when it was taken, and whether it is final."""

NOT_SOURCE = {"__pycache__", "target", "logs", "dbt_packages"}


def release_name(home: Home, as_of: date) -> str:
    """`<as_of>_<run id>`: the run id is in every row of every report, so a figure says which release it is from."""
    return f"{as_of.isoformat()}_{run_id(home)}"


def run_id(home: Home) -> str:
    """12 hex digits over the visible batches, who is who, and the code that decides numbers."""
    batches = [batch for (batch,) in _rows(home.warehouse_db, VISIBLE)]
    whole = "\n".join([*batches, who_is_who(home), code_digest()])
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def stamp_build(home: Home) -> None:
    """Writes the run id into the build's parameters, where dbt reads it."""
    import duckdb

    from ingest import ledger

    found = run_id(home)
    connection = duckdb.connect(str(home.warehouse_db))
    try:
        ledger.set_run_id(connection, found)
    finally:
        connection.close()


def as_of_of_build(home: Home) -> date:
    """The as-of day the last build was made with."""
    [(as_of,)] = _rows(home.warehouse_db, "select as_of_date from ledger.build")
    return as_of


def who_is_who(home: Home) -> str:
    """A digest of the build's crosswalk that is the same under every secret key: persons by where each identity was
    first seen.

    An exclusive or over hashes needs no order, so it costs one pass at any size.
    """
    [(persons, digest)] = _rows(
        home.vault_db,
        "select count(*), bit_xor(md5_number(concat_ws('|', source, first_sha256, first_row_no, person_key)))::varchar "
        "from vault.identity join built.linkage.person_crosswalk using (identity_key)",
        built=home.warehouse_db,
    )
    return f"{persons} {digest}"


def code_digest(root: Path = PROJECT_ROOT) -> str:
    """Over every file that decides a number, by path and content."""
    digest = hashlib.sha256()
    for folder, suffixes in sorted(DECIDES.items()):
        for path in sorted((root / folder).rglob("*")):
            inside = path.relative_to(root)
            if path.suffix in suffixes and not NOT_SOURCE.intersection(inside.parts):
                digest.update(f"{inside.as_posix()}\n".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _rows(database: Path, sql: str, built: Path | None = None) -> list[tuple[Any, ...]]:
    """`built`: a database to read under that name as well."""
    import duckdb

    connection = duckdb.connect(str(database), read_only=True)
    try:
        if built:
            connection.execute(f"attach '{str(built).replace(chr(39), chr(39) * 2)}' as built (read_only)")
        return connection.execute(sql).fetchall()
    finally:
        connection.close()
