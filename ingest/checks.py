"""Value checks and row rules of the contract, by pandera, on distinct values instead of rows.

Belongs here: which values pandera must see so that its verdict holds for every row, and joining the failing ones back
to row numbers. Does not: what a rule says (contracts), duplicates and thresholds (gate).

Why it is the same as checking every row: a check of one cell has one verdict for equal cells, a row rule one verdict
for equal tuples. For a pure range the extremes are seen first; if both pass, so does all between them. In long files a
row rule's own expression picks the tuples that may fail, and pandera judges those. Failing rows go into the table
failed(_row_no, rule_no).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import contracts
from contracts import Field, RowRule, RuleText, Source
from ingest.engine import quote
from ingest.stage import typed_fields

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

AT_ONCE = 200_000
"""Distinct values handed to pandera in one frame: bounds its memory."""
LONG_FILE = 50_000
"""Rows from which a row rule's own expression narrows down the tuples pandera is given."""


@dataclass(frozen=True)
class Context:
    """Facts of the submission that row rules may use."""

    extract_date: date | None = None
    amend_mode: str | None = None

    def column(self, name: str) -> tuple[Any, str]:
        """Value and SQL type of one context column."""
        value = {"_extract_date": self.extract_date, "_amend_mode": self.amend_mode}[name]
        return value, contracts.CONTEXT_COLUMNS[name]


class Checks:
    """The value checks and row rules of one staged file. Rule numbers are positions in `rules`."""

    def __init__(self, con: duckdb.DuckDBPyConnection, source: Source, present: set[str], rows: int) -> None:
        self.con = con
        self.source = source
        self.present = present
        self.rows = rows
        self.rules: list[RuleText] = list(contracts.rules(source.name))
        self._number = {(rule.rule_id, rule.column): number for number, rule in enumerate(self.rules)}
        self._bits = {field.name: bit for bit, field in enumerate(typed_fields(source))}
        con.execute("create or replace temp table failed (_row_no bigint, rule_no integer)")

    def values(self) -> None:
        """Every field's own rules: given, of its type, a code, of its form, in range."""
        fields = [field for field in self.source.fields if field.name in self.present]
        if not fields or self.rows == 0:
            return
        facts = self._facts(fields)
        for field in fields:
            bad_cells, nulls, low, high = facts[field.name]
            if bad_cells:
                self._fail(self._of("G4.type", field), self._bad_cell(field))
            self._fail_values(field, self._failing(field, nulls - bad_cells, low, high))

    def rules_between_columns(self, context: Context) -> None:
        """Every row rule of the contract, errors and warnings."""
        if self.rows:
            for rule in self.source.row_rules:
                self._row_rule(rule, context)

    # ----------------------------------------------------------------------------------------------- values of a field

    def _of(self, rule_id: str, field: Field) -> int:
        return self._number[rule_id, field.name]

    def _facts(self, fields: list[Field]) -> dict[str, tuple[int, int, Any, Any]]:
        """Per field, in one scan: cells not of its type, nulls, and the extremes where a range is all there is."""
        wanted = []
        for field in fields:
            name = quote(field.name)
            bad = f"count(*) filter ({self._bad_cell(field)})" if field.name in self._bits else "0"
            ends = (f"min({name})", f"max({name})") if _is_pure_range(field) else ("null", "null")
            wanted += [bad, f"count(*) - count({name})", *ends]
        [found] = self.con.execute(f"select {', '.join(wanted)} from stage").fetchall()
        return {field.name: found[4 * place : 4 * place + 4] for place, field in enumerate(fields)}

    def _bad_cell(self, field: Field) -> str:
        return f"(_not_typed & {1 << self._bits[field.name]}) <> 0"

    def _failing(self, field: Field, nulls: int, low: Any, high: Any) -> list[tuple[int, pa.Array]]:
        """What pandera holds against a field: (rule number, failing values), from as few values as will do."""
        import pyarrow as pa

        from contracts.derive.arrow import arrow_type

        kind = arrow_type(field.type)
        failing = self._judge(field, pa.array([None], kind)) if nulls and field.required else []
        if _is_pure_range(field) and (low is None or not self._judge(field, pa.array([low, high], kind))):
            return failing
        if field.type == "code" or field.pattern or field.minimum is not None or field.maximum is not None:
            # All of them before any is written down: a result being read blocks the connection.
            failing += [found for part in self._distinct(field) for found in self._judge(field, part)]
        return failing

    def _distinct(self, field: Field) -> Iterator[pa.Array]:
        from contracts.derive.arrow import arrow_type

        name = quote(field.name)
        query = f"select distinct {name} as value from stage where {name} is not null"
        for part in self.con.sql(query).to_arrow_reader(AT_ONCE):
            yield part.column(0).cast(arrow_type(field.type))

    def _judge(self, field: Field, values: pa.Array) -> list[tuple[int, pa.Array]]:
        """pandera's verdict: (rule number, failing values) for each broken rule."""
        broken = _broken(contracts.column_schema(self.source.name, field.name), self.source, {field.name: values})
        return [(self._number[rule_id, column], values.take(rows)) for rule_id, column, rows in broken]

    def _fail_values(self, field: Field, failing: list[tuple[int, pa.Array]]) -> None:
        import pyarrow as pa

        name = quote(field.name)
        for number, values in failing:
            if values.null_count:
                missing = f"{name} is null"
                if field.name in self._bits:
                    missing += f" and not ({self._bad_cell(field)})"
                self._fail(number, missing)
            with _lent(self.con, "failing", pa.table({"value": values})):
                self._fail(number, f"{name} in (select value from failing where value is not null)")

    # ------------------------------------------------------------------------------------------------------- row rules

    def _row_rule(self, rule: RowRule, context: Context) -> None:
        columns = ", ".join(quote(name) for name in rule.columns)
        facts = [f"?::{context.column(name)[1]} as {name}" for name in rule.context]
        rows = f"(select {', '.join(['_row_no', columns, *facts])} from stage)"
        narrow = f" where not {rule.passes_sql}" if self.rows > LONG_FILE else ""
        parameters = [context.column(name)[0] for name in rule.context]
        tuples = f"select distinct {', '.join([columns, *rule.context])} from {rows}{narrow}"
        schema = contracts.rule_schema(self.source.name, rule.id)
        same = " and ".join(f"s.{quote(name)} is not distinct from f.{quote(name)}" for name in rule.columns)
        number = self._number[rule.id, self._column_of(rule)]
        failing = [
            part.take(found)
            for part in self.con.sql(tuples, params=parameters).to_arrow_reader(AT_ONCE)
            for _, _, found in _broken(schema, self.source, dict(zip(part.schema.names, part.columns, strict=True)))
        ]
        for table in failing:
            with _lent(self.con, "failing", table):
                self._fail(number, f"exists (select 1 from failing f where {same})")

    def _column_of(self, rule: RowRule) -> str:
        return contracts.describe(self.source.name, rule.id).column

    def _fail(self, number: int, where: str) -> None:
        self.con.execute(f"insert into failed select _row_no, {number} from stage s where {where}")


def _is_pure_range(field: Field) -> bool:
    """Only a range to check: then the extremes speak for everything between them."""
    has_range = field.minimum is not None or field.maximum is not None
    return has_range and field.type in ("integer", "decimal", "date") and not field.pattern


def _broken(schema: Any, source: Source, columns: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Rule id, column and positions of failing rows for each broken rule. pandera's text is never looked at."""
    import pandas as pd
    import pyarrow as pa
    from pandera.errors import SchemaErrors

    from contracts.derive.arrow import to_series

    count = len(next(iter(columns.values())))
    index = pd.RangeIndex(count)
    frame = pd.DataFrame(
        {name: to_series(pa.chunked_array([values]), index, name) for name, values in columns.items()}, index=index
    )
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        found = contracts.findings_from_schema_errors(source.name, errors)
        return [(finding.rule_id, finding.column, pa.array(finding.rows.to_numpy())) for finding in found]
    return []


class _lent:
    """A table the engine may read for the length of a block."""

    def __init__(self, con: duckdb.DuckDBPyConnection, name: str, table: Any) -> None:
        self.con, self.name, self.table = con, name, table

    def __enter__(self) -> None:
        self.con.register(self.name, self.table)

    def __exit__(self, *unused: object) -> None:
        self.con.unregister(self.name)
