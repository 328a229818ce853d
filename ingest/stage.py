"""The stage: one file's rows in the scratch engine, typed, with their numbers and a mark for cells that are no value.

Belongs here: casting (by the contract's own expressions) and counting what was read. Does not: judging.
Table identifiers: each distinct tuple of the identifying fields once, with its first row; a fraction of the rows, so
what is asked of identifiers is asked there.
Table stage: _row_no, _not_typed (bit k: the k-th typed field holds text that is not of its type), _record_action, every
field in contract order; a column the file does not have is null. Text is without surrounding blanks, codes are
canonical. _who and _key are hashes of the identifiers and of the key: eight bytes to look through instead of the texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts import RECORD_ACTION, Field, Source
from home.scratch import EngineFault
from home.sql import literal, quote
from ingest.readers.header import Layout
from ingest.readers.protocol import ROW_NO
from ingest.readers.reading import Reading, Records

if TYPE_CHECKING:
    import duckdb

TYPED = ("integer", "decimal", "date")
BIT_TYPES = (("UTINYINT", 8), ("USMALLINT", 16), ("UINTEGER", 32), ("BIGINT", 62))


SMALL_BYTES = 4_000_000
"""Size up to which the staging query is run without planning."""


@dataclass(frozen=True)
class Staged:
    """What came off one file. rows_received counts rows with at least one value, ragged ones included."""

    layout: Layout
    rows_staged: int
    blank_lines: int
    records: Records

    @property
    def rows_received(self) -> int:
        return self.rows_staged + len(self.records.ragged)


def typed_fields(source: Source) -> list[Field]:
    """The fields whose text may fail to be of their type, in the order of the bits of _not_typed."""
    return [field for field in source.fields if field.type in TYPED]


def stage_file(con: duckdb.DuckDBPyConnection, reading: Reading) -> Staged:
    """Fill the table stage. Raises Rejected when records cannot be told apart or are not text."""
    layout, records = reading.layout, reading.records
    # The query is long, and planning it well takes a small file longer than running it as it stands.
    con.execute(f"pragma {'disable' if reading.byte_count < SMALL_BYTES else 'enable'}_optimizer")
    con.execute("drop table if exists stage")
    con.register("incoming", records.stream())
    try:
        # A temporary table: in memory and uncompressed until it spills, which is what makes this step quick.
        con.execute(f"create temp table stage as {select_sql(layout)}")
    finally:
        con.unregister("incoming")
        con.execute("pragma enable_optimizer")
    records.finish()
    if identifying(layout.source):
        collect_identifiers(con, layout.source, "stage")
    [(staged,)] = con.execute("select count(*) from stage").fetchall()
    if staged + records.blank + len(records.ragged) != records.seen:
        raise EngineFault(f"{records.seen:,} records were read and {staged:,} reached the stage: nothing is loaded.")
    return Staged(layout, staged, records.blank, records)


def identifying(source: Source) -> list[str]:
    """The fields a row's identity and tokens follow from."""
    names = [field.name for field in (*source.identity_fields, *source.token_fields)]
    return list(dict.fromkeys([*names, *([source.id_within] if source.id_within else [])]))


def collect_identifiers(con: duckdb.DuckDBPyConnection, source: Source, rows: str) -> None:
    """Fill the table identifiers from `rows`: the stage, or what is left of it."""
    columns = ", ".join(quote(name) for name in identifying(source))
    con.execute(
        "create or replace temp table identifiers as "
        f"select {columns}, min(_row_no) as first_row_no from {rows} group by all"
    )


def select_sql(layout: Layout) -> str:
    """The query that types the incoming text."""
    present = set(layout.names)
    marks = [
        f"CASE WHEN ({quick_cast_sql(field)}) IS NOT NULL THEN 0 "
        f"WHEN {quote(field.name)} IS NULL THEN 0 ELSE {1 << bit} END"
        for bit, field in enumerate(typed_fields(layout.source))
        if field.name in present
    ]
    columns = [
        f"{quick_cast_sql(field) if field.name in present else f'NULL::{field.sql_type}'} AS {quote(field.name)}"
        for field in layout.source.fields
    ]
    # The column is in memory for every row: as narrow as its bits allow.
    narrow = next(kind for kind, size in BIT_TYPES if len(typed_fields(layout.source)) <= size)
    action = f"upper({RECORD_ACTION})" if RECORD_ACTION in present else "NULL::VARCHAR"
    known = ", ".join(quote(name) for name in layout.columns.values())
    typed = (
        f"select {ROW_NO}, ({' | '.join(marks) or '0'})::{narrow} as _not_typed, "
        f"{action} as {RECORD_ACTION}, {', '.join(columns)} "
        f"from incoming where coalesce({known}) is not null"
    )
    names = identifying(layout.source)
    who = hash_sql(names) if names else "NULL::UBIGINT"
    return f"select *, {who} as _who, {hash_sql(layout.source.key)} as _key from ({typed})"


def hash_sql(names: Sequence[str]) -> str:
    """64 bits of the values of these columns: narrows a search, never decides it."""
    return f"hash({', '.join(quote(name) for name in names)})"


def quick_cast_sql(field: Field) -> str:
    """The contract's cast, with a way around it for the plain spelling nearly every cell has.

    Text comes without blanks around it, so it is its own value. A number or date that is spelled as its value is
    written needs no pattern.
    """
    from contracts.derive.casting import cast_sql

    column = quote(field.name)
    exact = cast_sql(field, column)
    if field.type in TYPED:
        value = f"TRY_CAST({column} AS {field.sql_type})"
        plain = f"{value}::VARCHAR = {column}"
        if field.type == "date":
            plain = f"length({column}) = 10 AND {plain}"  # not year 10000, not 'infinity'
        return f"CASE WHEN {plain} THEN {value} ELSE {exact} END"
    if field.type == "code" and not field.multi:
        assert field.code_list is not None
        common = ", ".join(literal(code) for code in field.code_list.codes)
        return f"CASE WHEN {column} IN ({common}) THEN {column} ELSE {exact} END"
    return column if field.type == "text" else exact
