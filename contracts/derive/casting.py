"""How text becomes a typed value: one DuckDB expression per field. Null where the text is not such a value.

Belongs here: the expressions, and running expressions over an Arrow table. Does not: what a failed cast means (that is
the rule G4.type), reading files. The pandera schema coerces with these; a loader that casts may use the same text.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from contracts.model import MULTI_SEPARATOR, Field

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

DATE_PATTERN = "[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}"
INTEGER_PATTERN = "[+-]?[0-9]{1,10}"
DECIMAL_PATTERN = "[+-]?([0-9]+([.][0-9]{0,2}0*)?|[.][0-9]{1,2}0*)"

_local = threading.local()


def clean_sql(column: str) -> str:
    """The text without surrounding blanks; empty is null. Blanks only: bare trim() takes other spaces too."""
    return f"nullif(trim({column}, ' '), '')"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _code_sql(field: Field, clean: str) -> str:
    assert field.code_list is not None
    spellings = field.code_list.spellings
    cases = " ".join(f"WHEN {_literal(name)} THEN {_literal(code)}" for name, code in spellings.items())
    if not field.multi:
        return f"CASE upper({clean}) {cases} ELSE {clean} END"
    each = f"CASE upper(trim(part, ' ')) {cases} ELSE trim(part, ' ') END"
    parts = f"string_split(replace({clean}, '|', {_literal(MULTI_SEPARATOR)}), {_literal(MULTI_SEPARATOR)})"
    return f"array_to_string(list_transform({parts}, lambda part: {each}), {_literal(MULTI_SEPARATOR)})"


def cast_sql(field: Field, column: str) -> str:
    """DuckDB expression: the VARCHAR expression `column` as the field's SQL type, null when it is not of that type.

    Dates are ISO or YYYYMMDD. Decimals have at most two places (zeros may follow) and no separators. Codes become
    canonical; a value that is no code stays as it is, for G4.code to find.
    """
    clean = clean_sql(column)
    if field.type == "code":
        return _code_sql(field, clean)
    if field.type == "integer":
        return f"CASE WHEN regexp_full_match({clean}, '{INTEGER_PATTERN}') THEN TRY_CAST({clean} AS INTEGER) END"
    if field.type == "decimal":
        return f"CASE WHEN regexp_full_match({clean}, '{DECIMAL_PATTERN}') THEN TRY_CAST({clean} AS DECIMAL(14,2)) END"
    if field.type == "date":
        dashed = f"{clean}[1:4] || '-' || {clean}[5:6] || '-' || {clean}[7:8]"
        iso = f"CASE WHEN length({clean}) = 8 THEN {dashed} ELSE {clean} END"
        return f"CASE WHEN regexp_full_match({clean}, '{DATE_PATTERN}') THEN TRY_CAST({iso} AS DATE) END"
    return clean


def connection() -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB of this thread, for expressions only; nothing is ever stored in it."""
    if not hasattr(_local, "connection"):
        import duckdb

        _local.connection = duckdb.connect(":memory:")
    return _local.connection


def evaluate(expressions: Sequence[str], table: pa.Table, ordered_by: str | None = None) -> pa.Table:
    """The expressions over each row of `table`, in its row order; the columns are named c0, c1, ...

    Expressions with window functions do not keep the order of rows: `ordered_by` is the column that restores it.
    """
    named = ", ".join(f"{expression} AS c{number}" for number, expression in enumerate(expressions))
    order = f" ORDER BY {ordered_by}" if ordered_by is not None else ""
    # One statement, not a chain of relations: DuckDB binds each link of a chain.
    return connection().sql(f'SELECT {named} FROM "table"{order}').to_arrow_table()
