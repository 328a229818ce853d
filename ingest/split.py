"""The split: identifiers to the vault, content to the warehouse, joined by nothing but a keyed hash.

Belongs here: identity keys, tokens, the vault's tables, the raw rows. Does not: judging rows, the ledger.

identity_key = first 128 bits of SHA-256(secret | source | identifier tuple); a token the same over (id system | value),
so that one number gives one token in every source. Where institutions number their own people (id_within), the
institution is part of both, and of the id system: the same number at two of them says nothing.
A row that gives no identifier at all, such as a headcount, is nobody: no identity_key, and nothing in the vault.
The vault's tables have no index on identity_key: each key is written once because it is looked up first, and an index
over millions of hashes would cost more than the load.
"""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from contracts import RECORD_ACTION, Source
from contracts.model import IDENTITY_COLUMNS
from home import Home
from home.sql import literal, quote
from ingest.engine import repeated
from ingest.stage import collect_identifiers, hash_sql, identifying

if TYPE_CHECKING:
    import duckdb

PACKED = "zstd"

VAULT_DDL = f"""
create table if not exists vault.identity (
    identity_key uuid, source varchar, id_system varchar, agency_person_id varchar using compression {PACKED},
    sasid varchar using compression {PACKED}, ssn varchar using compression {PACKED},
    first_name varchar, middle_name varchar, last_name varchar, suffix varchar, birth_date date, sex varchar,
    street varchar, town_code varchar, zip varchar, first_sha256 varchar, first_row_no bigint
);
create table if not exists vault.identity_batch (identity_key uuid, batch_id varchar);
"""
"""Grain: identity one row per identifier tuple of a source; identity_batch one per identity and batch it came in.
first_sha256 and first_row_no name the first record of the identity, by checksum and row, whatever came in first."""

STAGE = "stage"
BETWEEN, NULL = 31, 30
"""Characters between the parts of what is hashed, and for a part that is not there; the gate lets neither in."""


def identity_secret(home: Home) -> str:
    """The secret of the keyed hash: made once, 0600, in the vault's folder. Lost, old persons get new keys."""
    path = home.identity_key_file
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(path.name + ".new")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(32))
            stream.flush()
            os.fsync(stream.fileno())
        fresh.rename(path)
    return path.read_text(encoding="ascii").strip()


def key_sql(parts: list[str]) -> str:
    """128 bits of SHA-256 over the secret ($secret) and the SQL texts `parts`, as a UUID."""
    framed = ", ".join(f"coalesce({part}, chr({NULL}))" for part in parts)
    return f"unhex(left(sha256(concat_ws(chr({BETWEEN}), $secret, {framed})), 32))::uuid"


def find_persons(con: duckdb.DuckDBPyConnection, source: Source, secret: str, rows: str) -> str:
    """Fill person: one row per distinct tuple of identifiers among `rows`, with identity_key and tokens.

    Returns the condition that joins a row s to its person p.
    """
    if rows != STAGE:
        collect_identifiers(con, source, rows)
    names = identifying(source)
    keys = []
    within = [_text(source.id_within)] if source.id_within else []
    if source.has_identity:
        parts = [literal(source.name), *(_text(field.name) for field in source.identity_fields), *within]
        keys.append(f"{_if_anyone(source, key_sql(parts))} as identity_key")
    for field in source.token_fields:
        whose = within if field.name == source.person_id_field else []
        token = key_sql([literal(f"token {field.token_system}"), *whose, _text(field.name)])
        given = f"{quote(field.name)} is not null"
        keys.append(f"case when {given} then {token} end as {quote(str(field.token_column))}")
    con.execute(
        f"create or replace temp table person as select *, {hash_sql(names)} as _who, {', '.join(keys)} "
        "from identifiers",
        {"secret": secret},
    )
    if not len(repeated(con, "_who", "person")):
        return "p._who = s._who"
    return " and ".join(f"p.{quote(name)} is not distinct from s.{quote(name)}" for name in names)


def _if_anyone(source: Source, key: str) -> str:
    """The key, or null where no identifier is given. Asked only where the contract requires none."""
    if any(field.required for field in source.identity_fields):
        return key
    given = ", ".join(_text(field.name) for field in source.identity_fields)
    return f"case when coalesce({given}) is not null then {key} end"


def _text(name: str) -> str:
    return f"{quote(name)}::varchar"


def write_identities(con: duckdb.DuckDBPyConnection, source: Source, batch_id: str, sha256: str) -> None:
    """Add the persons of this file to the vault, in a transaction of its own. Doing it again changes nothing."""
    con.execute("begin")
    try:
        _write_identities(con, source, batch_id, sha256)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise


def _write_identities(con: duckdb.DuckDBPyConnection, source: Source, batch_id: str, sha256: str) -> None:
    filled = {str(field.identity): quote(field.name) for field in source.identity_fields}
    values = ", ".join(f"{filled.get(column, 'null')} as {column}" for column in IDENTITY_COLUMNS)
    extra = [field for field in source.token_fields if not field.identity]
    # Where a token is not part of the identity, one identity has several rows in person.
    first = "qualify row_number() over (partition by identity_key order by first_row_no) = 1" if extra else ""
    system = f"concat_ws(' ', $system, {_text(source.id_within)})" if source.id_within else "$system"
    parameters = {"source": source.name, "system": source.id_system, "sha256": sha256}
    [(known,)] = con.execute("select count(*) from vault.identity").fetchall()
    if known:
        con.execute(
            "update vault.identity v set first_sha256 = $sha256, first_row_no = p.first_row_no "
            "from (select identity_key, min(first_row_no) as first_row_no from person group by identity_key) p "
            "where v.identity_key = p.identity_key and (v.first_sha256, v.first_row_no) > ($sha256, p.first_row_no)",
            {"sha256": sha256},
        )
    con.execute(
        "insert into vault.identity by name select identity_key, $source as source, "
        f"{system} as id_system, {values}, $sha256 as first_sha256, first_row_no from person p "
        "where identity_key is not null "
        f"and not exists (select 1 from vault.identity v where v.identity_key = p.identity_key) {first}",
        parameters,
    )
    con.execute("delete from vault.identity_batch where batch_id = ?", [batch_id])
    once = "distinct" if extra else ""
    con.execute(
        f"insert into vault.identity_batch select {once} identity_key, ? from person where identity_key is not null",
        [batch_id],
    )


def raw_ddl(source: Source) -> str:
    """The raw table of a source, typed by its contract. Grain: one row per accepted row of a batch."""
    columns = ", ".join(f"{quote(name)} {kind}{_packed(source, name)}" for name, kind in source.raw_columns)
    return f"create table if not exists raw.{source.raw_table} ({columns})"


def _packed(source: Source, column: str) -> str:
    """How a raw column is compressed.

    Numbers of persons, employers and records hardly repeat: a dictionary of them takes twice the time to build and
    reads no quicker than ZSTD. Codes and classifications repeat, and keep the dictionary.
    """
    field = source.by_name.get(column)
    if field is None or field.type != "text" or field.name.endswith("_code"):
        return ""
    return f" using compression {PACKED}" if field.pattern or field.name in source.key else ""


def write_rows(con: duckdb.DuckDBPyConnection, source: Source, batch_id: str, rows: str, join: str | None) -> int:
    """Add the accepted rows to the raw table; the caller holds the transaction. Returns how many."""
    values = {"_batch_id": "$batch_id", "_row_no": "s._row_no", RECORD_ACTION: f"s.{RECORD_ACTION}"}
    if join is not None:
        values |= {"identity_key": "p.identity_key"} if source.has_identity else {}
        values |= {str(field.token_column): f"p.{quote(str(field.token_column))}" for field in source.token_fields}
    values |= {field.name: f"s.{quote(field.name)}" for field in source.content_fields}
    joined = f"{rows} s" if join is None else f"{rows} s join person p on {join}"
    [(count,)] = con.execute(
        f"insert into warehouse.raw.{source.raw_table} ({', '.join(map(quote, values))}) "
        f"select {', '.join(values.values())} from {joined}",
        {"batch_id": batch_id},
    ).fetchall()
    return count
