"""The ledger: which files came, what became of them, and which of them stand. In the warehouse, beside the rows.

Belongs here: the ledger's tables, writing a batch in the transaction of its rows, visibility. Does not: which batches
stand (standing), the line log outside the database (ledger_log), rows, identities.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import contracts
from home.sql import quote
from ingest import cross_results, drift_ledger, profile
from ingest.findings import GateResult, Refused
from ingest.naming import Facts
from ingest.split import raw_ddl
from ingest.standing import VIEWS, standing_sql

if TYPE_CHECKING:
    import duckdb

DDL = """
create schema if not exists raw;
create schema if not exists ledger;
create table if not exists ledger.batch (
    batch_id varchar primary key, source varchar not null, file_name varchar not null, sha256 varchar not null,
    byte_count bigint not null, period varchar, period_from date, period_to date, extract_ts timestamp,
    landed_at timestamp not null, submission_mode varchar not null, is_final boolean not null, amend_mode varchar,
    contract_version varchar not null, outcome varchar not null, reject_reason varchar, rows_received bigint not null,
    rows_accepted bigint not null, rows_quarantined bigint not null, submission_digest varchar not null,
    is_held boolean default false, drift_accepted boolean default false, layout_year integer, submitter varchar
);
create table if not exists ledger.sighting (
    batch_id varchar not null, file_name varchar not null, extract_ts timestamp not null, file_version integer not null
);
create table if not exists ledger.finding (
    batch_id varchar not null, rule_id varchar not null, severity varchar not null, column_name varchar, row_no bigint,
    message varchar not null
);
create table if not exists ledger.rule_count (
    batch_id varchar not null, rule_id varchar not null, severity varchar not null, column_name varchar,
    rows_failed bigint, rows_checked bigint not null
);
create table if not exists ledger.visible_batch (
    batch_id varchar not null, source varchar not null, period varchar not null, extract_ts timestamp not null,
    as_of_date date not null, place integer, submitter varchar
);
create table if not exists ledger.build (as_of_date date not null, run_id varchar);
alter table ledger.build add column if not exists run_id varchar;
alter table ledger.batch add column if not exists is_held boolean default false;
alter table ledger.batch add column if not exists drift_accepted boolean default false;
alter table ledger.batch add column if not exists layout_year integer;
alter table ledger.batch add column if not exists submitter varchar;
alter table ledger.visible_batch add column if not exists place integer;
alter table ledger.visible_batch add column if not exists submitter varchar;
"""
"""Grain: batch one row per file, period and terms; sighting one per batch and name its bytes came under;
finding one per listed row of a rule (row_no null: the whole file); rule_count one per rule and batch (rows_failed null:
the whole file); visible_batch one per batch that stands; build exactly one row once visibility was set."""


@dataclass(frozen=True)
class Batch:
    """One row of ledger.batch. landed_at is bookkeeping: nothing that is computed may depend on it."""

    batch_id: str
    source: str
    file_name: str
    sha256: str
    byte_count: int
    period: str | None
    period_from: date | None
    period_to: date | None
    extract_ts: datetime | None
    landed_at: datetime
    submission_mode: str
    is_final: bool
    amend_mode: str | None
    contract_version: str
    outcome: str
    reject_reason: str | None
    rows_received: int
    rows_accepted: int
    rows_quarantined: int
    submission_digest: str
    is_held: bool = False
    drift_accepted: bool = False
    layout_year: int | None = None
    submitter: str | None = None
    """The agency that sent it, in a source of several agencies; blank for the contract's own."""


COLUMNS = tuple(field.name for field in fields(Batch))


def batch_id(source: str, facts: Facts | None, sha256: str) -> str:
    """'<source>-<period>-<12 hex digits>' and the terms of the manifest, if special: `-delta`, `-` and 6 hex digits.

    A file that does not say its period has 'unknown' there.
    """
    return f"{source}-{facts.period if facts else 'unknown'}-{sha256[:12]}{facts.terms if facts else ''}"


def ensure(con: duckdb.DuckDBPyConnection) -> None:
    """Make the ledger, its view and one raw table per contract; `con` has the warehouse as its main database.

    A column a newer contract adds is added to the raw table, null in the rows that are there. All in one transaction:
    a table at a time, each is written to disk by itself.
    """
    con.begin()
    try:
        _make(con)
    except BaseException:
        con.rollback()
        raise
    con.commit()


def _make(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(DDL)
    con.execute(profile.DDL)
    con.execute(drift_ledger.DDL)
    con.execute(cross_results.DDL)
    con.execute(VIEWS)
    known: dict[str, set[str]] = {}
    for table, column in con.execute(
        "select table_name, column_name from duckdb_columns() "
        "where database_name = current_database() and schema_name = 'raw'"
    ).fetchall():
        known.setdefault(table, set()).add(column)
    for source in contracts.sources().values():
        if source.raw_table not in known:
            con.execute(raw_ddl(source))
            continue
        for name, kind in source.raw_columns:
            if name not in known[source.raw_table]:
                con.execute(f"alter table raw.{source.raw_table} add column {quote(name)} {kind}")


def find(con: duckdb.DuckDBPyConnection, wanted: str) -> Batch | None:
    """The batch of that id, or None. The warehouse is attached as `warehouse`."""
    rows = con.execute(
        f"select {', '.join(COLUMNS)} from warehouse.ledger.batch where batch_id = ?", [wanted]
    ).fetchall()
    return Batch(*rows[0]) if rows else None


def has_size(con: duckdb.DuckDBPyConnection, source: str, byte_count: int) -> bool:
    """Whether some file of the source has this length: only then can the same bytes be in the ledger."""
    [(found,)] = con.execute(
        "select count(*) from warehouse.ledger.batch where source = ? and byte_count = ?", [source, byte_count]
    ).fetchall()
    return found > 0


def record(con: duckdb.DuckDBPyConnection, batch: Batch, result: GateResult, facts: Facts | None) -> None:
    """Write a batch with its findings, in the caller's transaction. A batch judged again replaces its own entry."""
    forget(con, batch.batch_id)
    row = [getattr(batch, column) for column in COLUMNS]
    con.execute(f"insert into warehouse.ledger.batch ({', '.join(COLUMNS)}) values ({_marks(row)})", row)
    _insert(
        con,
        "rule_count",
        [(batch.batch_id, c.rule_id, c.severity, c.column_name, c.rows_failed, c.rows_checked) for c in result.counts],
    )
    _insert(
        con,
        "finding",
        [(batch.batch_id, f.rule_id, f.severity, f.column_name, f.row_no, f.message) for f in result.findings],
    )
    if facts is not None:
        see_again(con, batch.batch_id, batch.file_name, facts)


def forget(con: duckdb.DuckDBPyConnection, wanted: str) -> None:
    """Take the entry of a refused batch away, because it is judged again."""
    for table in ("finding", "rule_count", "sighting", "batch"):
        con.execute(f"delete from warehouse.ledger.{table} where batch_id = ?", [wanted])


def see_again(con: duckdb.DuckDBPyConnection, seen: str, file_name: str, facts: Facts) -> bool:
    """Note which extract the bytes of a batch came as, under a name. Returns False when that is known already.

    A name means one extract: what it meant before, of this batch or of the same bytes under other terms, is withdrawn.
    Other bytes under the same name and day are a new version of it, whatever the name says.
    """
    ledger = "warehouse.ledger"
    [(source, sha256)] = con.execute(f"select source, sha256 from {ledger}.batch where batch_id = ?", [seen]).fetchall()
    here = (
        f"{ledger}.sighting where file_name = ? and batch_id in (select batch_id from {ledger}.batch where source = ?"
    )
    [(others,)] = con.execute(
        f"select max(file_version) from {here} and sha256 <> ? and outcome <> 'reject_file') and extract_ts = ?",
        [file_name, source, sha256, facts.extract_ts],
    ).fetchall()
    now = (seen, facts.extract_ts, max(facts.version, (others or 0) + 1))
    of_bytes = [file_name, source, sha256]
    known = con.execute(f"select batch_id, extract_ts, file_version from {here} and sha256 = ?)", of_bytes).fetchall()
    if known == [now]:
        return False
    con.execute(f"delete from {here} and sha256 = ?)", of_bytes)
    con.execute(f"insert into {ledger}.sighting values (?, ?, ?, ?)", [seen, file_name, *now[1:]])
    return True


def take_up(con: duckdb.DuckDBPyConnection, known: Batch, file_name: str, facts: Facts) -> bool:
    """Take up what a manifest says of bytes that are loaded already, in the caller's transaction; the rows stay.

    Under the batch's own name the manifest replaces what was said before; under another name it is the extract of
    another day, and may add that the period is final. Returns whether anything changed.
    """
    is_own = file_name == known.file_name
    now = {"is_final": facts.is_final if is_own else known.is_final or facts.is_final}
    if is_own:
        now |= {"extract_ts": facts.extract_ts, "submission_digest": facts.digest}
    changed = {column: value for column, value in now.items() if getattr(known, column) != value}
    if changed:
        assignments = ", ".join(f"{column} = ?" for column in changed)
        con.execute(
            f"update warehouse.ledger.batch set {assignments} where batch_id = ?", [*changed.values(), known.batch_id]
        )
    return see_again(con, known.batch_id, file_name, facts) or bool(changed)


def _marks(row: list[Any]) -> str:
    return ", ".join("?" for _ in row)


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[Any, ...]]) -> None:
    """Many rows in one statement, by column: row by row costs a statement each."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        kinds = {"rows_failed": "bigint", "rows_checked": "bigint", "row_no": "bigint"}
        names = [
            name
            for (name,) in con.execute(
                "select column_name from duckdb_columns() where database_name = 'warehouse' and schema_name = 'ledger' "
                "and table_name = ? order by column_index",
                [table],
            ).fetchall()
        ]
        values = ", ".join(f"unnest(?::{kinds.get(name, 'varchar')}[])" for name in names)
        con.execute(f"insert into warehouse.ledger.{table} select {values}", columns)


def set_visibility(con: duckdb.DuckDBPyConnection, as_of: date | None = None) -> date:
    """Choose what a build may see: of each source, sender and period, what stands by the end of `as_of`.

    `con` has the warehouse as its main database. Without `as_of`, the day of the newest accepted extract. Rewrites
    ledger.visible_batch and ledger.build in one transaction and returns the day.
    Raises Refused when nothing was accepted yet, so that there is no day to build.
    """
    ensure(con)
    if as_of is None:
        [(as_of,)] = con.execute(f"select max(extract_ts)::date from ({standing_sql()})").fetchall()
    if as_of is None:
        raise Refused("No file has been accepted yet, so there is nothing to build. Load an extract first.")
    con.execute("begin")
    try:
        con.execute("delete from ledger.visible_batch")
        con.execute("delete from ledger.build")
        con.execute(
            "insert into ledger.visible_batch (batch_id, source, period, extract_ts, as_of_date, place, submitter) "
            "select batch_id, source, period, extract_ts, $as_of, place, submitter from ("
            f"{standing_sql(known='s.extract_ts < $as_of::date + 1')}) order by source, submitter, period, place",
            {"as_of": as_of},
        )
        con.execute("insert into ledger.build (as_of_date) values (?)", [as_of])
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    return as_of


def set_run_id(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Says what the build is made of: `run_id` goes into every row of every report. `con` as in `set_visibility`."""
    con.execute("update ledger.build set run_id = ?", [run_id])
