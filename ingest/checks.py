"""Value, row and file rules of the contract, by pandera: the rows of a short file, the distinct values of a long one.

Belongs here: which values pandera must see so that its verdict holds for every row, and joining the failing ones back
to row numbers. Does not: what a rule says (contracts), duplicates and thresholds (gate).

A short file goes to pandera whole: one call costs less than one per column. Why distinct values of a long one are the
same as every row: a check of one cell has one verdict for equal cells, a row rule one verdict for equal tuples. For a
pure range the extremes are seen first; if both pass, so does all between them. A row rule's own expression picks the
tuples that may fail, and pandera judges those. A file rule looks over all rows whose values are in order; those of a
long file are looked over where they are, by the rule's own expression. Failing rows go into the table
failed(_row_no, rule_no).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import contracts
from contracts import Field, RowRule, RuleText, Source
from contracts.model import PERSON_NUMBER, ROW_NO, SHORTENED, STRANGE
from home.sql import literal, quote
from ingest.engine import lent
from ingest.stage import identifying, typed_fields

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

AT_ONCE = 200_000
"""Distinct values handed to pandera in one frame: bounds its memory."""
SHORT_FILE = 50_000
"""Rows up to which pandera is given the rows themselves."""


@dataclass(frozen=True)
class Context:
    """Facts of the submission that row rules may use."""

    extract_date: date | None = None
    amend_mode: str | None = None
    period_to: date | None = None
    layout_year: int | None = None

    def column(self, name: str) -> tuple[Any, str]:
        """Value and SQL type of one context column."""
        value = {
            "_extract_date": self.extract_date,
            "_amend_mode": self.amend_mode,
            "_period_to": self.period_to,
            "_layout_year": self.layout_year,
        }[name]
        return value, contracts.CONTEXT_COLUMNS[name]


class Checks:
    """The value checks, row rules and file rules of one staged file. Rule numbers are positions in `rules`."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, source: Source, present: set[str], rows: int, context: Context
    ) -> None:
        self.con = con
        self.source = source
        self.present = present
        self.rows = rows
        self.context = context
        self._held: list[tuple[int, pa.Array]] = []
        self.rules: list[RuleText] = list(contracts.rules(source))
        self._number = {(rule.rule_id, rule.column): number for number, rule in enumerate(self.rules)}
        self._identifying = set(identifying(source))
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
            if self.rows > SHORT_FILE:
                self._fail_values(field, self._failing(field, nulls - bad_cells, low, high))
        if self.rows <= SHORT_FILE:
            self._judge_rows(fields)

    def rules_between_columns(self) -> None:
        """Every row rule and file rule of the contract, errors and warnings; after `values`."""
        for number, rows in self._held:
            self._fail_rows(number, rows)
        if self.rows > SHORT_FILE:
            for rule in self.source.row_rules:
                self._row_rule(rule)
            for rule in self.source.file_rules:
                self._file_rule(rule)

    # ------------------------------------------------------------------------------------------------- a short file

    def _judge_rows(self, fields: list[Field]) -> None:
        """pandera's verdict on all rows at once; what it holds against row rules waits for their turn."""
        names = [field.name for field in fields]
        facts = [f"?::{self.context.column(name)[1]} as {name}" for name in contracts.CONTEXT_COLUMNS]
        parameters = [self.context.column(name)[0] for name in contracts.CONTEXT_COLUMNS]
        # A cell that is not of its type came out null, which pandera cannot know; file rules leave its row out.
        known = "_not_typed = 0 as _in_order"
        query = f"select _row_no, {', '.join([*map(quote, names), *facts, known])} from stage order by _row_no"
        rows = self.con.sql(query, params=parameters).to_arrow_table()
        schema = contracts.pandera_schema(self.source, "every")
        for rule_id, column, found in _broken(schema, self.source, _typed(rows, fields)):
            number, numbers = self._number[rule_id, column], rows.column("_row_no").take(found)
            if rule_id in self.source.rules_by_id:
                self._held.append((number, numbers))
            else:
                self._fail_rows(number, numbers, self.source.by_name[column])

    def _fail_rows(self, number: int, rows: pa.Array, field: Field | None = None) -> None:
        """A cell that is not of its type came out null: it breaks G4.type and not G4.required as well."""
        import pyarrow as pa

        given = field is not None and field.name in self._bits
        also = f" and not ({self._bad_cell(field)})" if given and field is not None else ""
        with lent(self.con, "failing", pa.table({"row_no": rows})):
            self._fail(number, f"_row_no in (select row_no from failing){also}")

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
        if field.placeholders or _has_a_list_or_form(field):
            # All of them before any is written down: a result being read blocks the connection.
            failing += [found for part in self._distinct(field) for found in self._judge(field, part)]
        return failing

    def _distinct(self, field: Field) -> Iterator[pa.Array]:
        from contracts.derive.arrow import arrow_type

        name, table = quote(field.name), self._table((field.name,))
        once = "distinct" if table == "stage" else ""  # identifiers hardly repeat; finding that out costs more
        wanted = f"{name} is not null"
        if field.placeholders and not _has_a_list_or_form(field):
            # Little is held against free text, so only the few values it may hold of are looked at.
            words = ", ".join(map(literal, field.placeholders))
            wanted = (
                f"(strlen({name}) <= {max(map(len, field.placeholders))} and upper({name}) in ({words})) "
                f"or (contains({name}, '+') and regexp_full_match({name}, {literal(SHORTENED)})) "
                f"or (strlen({name}) <> length({name}) and regexp_matches({name}, {literal(STRANGE)})) "
                f"or (contains({name}, '-') and regexp_matches({name}, {literal(PERSON_NUMBER)}))"
            )
        query = f"select {once} {name} as value from {table} where {wanted}"
        for part in self.con.sql(query).to_arrow_reader(AT_ONCE):
            yield part.column(0).cast(arrow_type(field.type))

    def _table(self, columns: tuple[str, ...]) -> str:
        """Where every value of these columns is: among the identifiers when all of them identify, else in the rows."""
        return "identifiers" if self._identifying.issuperset(columns) else "stage"

    def _judge(self, field: Field, values: pa.Array) -> list[tuple[int, pa.Array]]:
        """pandera's verdict: (rule number, failing values) for each broken rule."""
        broken = _broken(contracts.column_schema(self.source, field.name), self.source, {field.name: values})
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
            with lent(self.con, "failing", pa.table({"value": values})):
                self._fail(number, f"{name} in (select value from failing where value is not null)")

    # ------------------------------------------------------------------------------------------------------- row rules

    def _row_rule(self, rule: RowRule) -> None:
        columns = ", ".join(quote(name) for name in rule.columns)
        facts = [f"?::{self.context.column(name)[1]} as {name}" for name in rule.context]
        rows = f"(select {', '.join([columns, *facts])} from {self._table(rule.columns)})"
        parameters = [self.context.column(name)[0] for name in rule.context]
        tuples = f"select distinct {', '.join([columns, *rule.context])} from {rows} where not {rule.passes_sql}"
        schema = contracts.rule_schema(self.source, rule.id)
        same = " and ".join(f"s.{quote(name)} is not distinct from f.{quote(name)}" for name in rule.columns)
        number = self._number[rule.id, self._column_of(rule)]
        failing = [
            part.take(found)
            for part in self.con.sql(tuples, params=parameters).to_arrow_reader(AT_ONCE)
            for _, _, found in _broken(schema, self.source, dict(zip(part.schema.names, part.columns, strict=True)))
        ]
        for table in failing:
            with lent(self.con, "failing", table):
                self._fail(number, f"exists (select 1 from failing f where {same})")

    def _file_rule(self, rule: RowRule) -> None:
        """Over the rows that broke no value rule, which were judged before."""
        facts = [f"?::{self.context.column(name)[1]} as {name}" for name in rule.context]
        parameters = [self.context.column(name)[0] for name in rule.context]
        columns = ", ".join([ROW_NO, *map(quote, rule.columns), *facts])
        values = ", ".join(
            str(number)
            for number, text in enumerate(self.rules)
            if text.rule_id.startswith("G4.") and text.severity == "error"
        )
        sound = f"(from stage anti join (from failed where rule_no in ({values})) using (_row_no))"
        number = self._number[rule.id, self._column_of(rule)]
        self.con.execute(
            f"insert into failed select {ROW_NO}, {number} from ("
            f"select {ROW_NO}, {rule.passes_sql} as holds from (select {columns} from {sound})) where not holds",
            parameters,
        )

    def _column_of(self, rule: RowRule) -> str:
        return contracts.describe(self.source, rule.id).column

    def _fail(self, number: int, where: str) -> None:
        self.con.execute(f"insert into failed select _row_no, {number} from stage s where {where}")


def _has_a_list_or_form(field: Field) -> bool:
    """Whether any value may be wrong, so that every distinct one must be seen."""
    return field.type == "code" or bool(field.pattern) or field.minimum is not None or field.maximum is not None


def _is_pure_range(field: Field) -> bool:
    """Only a range to check: then the extremes speak for everything between them."""
    has_range = field.minimum is not None or field.maximum is not None
    return has_range and field.type in ("integer", "decimal", "date") and not field.pattern


def _typed(rows: pa.Table, fields: list[Field]) -> dict[str, Any]:
    """The columns as the contract's Arrow types, and the facts of the submission beside them."""
    from contracts.derive.arrow import arrow_type

    kinds = {field.name: arrow_type(field.type) for field in fields}
    return {name: rows.column(name).cast(kinds.get(name, rows.column(name).type)) for name in rows.column_names[1:]}


def _broken(schema: Any, source: Source, columns: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Rule id, column and positions of failing rows for each broken rule. pandera's text is never looked at."""
    import pandas as pd
    import pyarrow as pa
    from pandera.errors import SchemaErrors

    from contracts.derive.arrow import to_series

    count = len(next(iter(columns.values())))
    index = pd.RangeIndex(count)
    frame = pd.DataFrame(
        {
            name: to_series(pa.chunked_array([values]) if isinstance(values, pa.Array) else values, index, name)
            for name, values in columns.items()
        },
        index=index,
    )
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        found = contracts.findings_from_schema_errors(source, errors)
        return [(finding.rule_id, finding.column, pa.array(finding.rows.to_numpy())) for finding in found]
    return []
