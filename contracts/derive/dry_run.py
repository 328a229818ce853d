"""Whether the expressions of a contract can be run at all: patterns, limits and rules, over no rows.

Belongs here: trying. Does not: whether they mean what they should, which cases in the tests show.
"""

from __future__ import annotations

from contracts.derive.arrow import arrow_type
from contracts.derive.casting import evaluate
from contracts.errors import ContractError
from contracts.model import CONTEXT_COLUMNS, ROW_NO, Field, Source


def dry_run(source: Source, place: str) -> None:
    """Raise ContractError, starting with `place`, for the first expression that cannot be run."""
    import duckdb
    import pyarrow as pa

    from contracts.derive.rule_checks import CONTEXT_TYPES

    for field in source.fields:
        _try_field(field, f"{place}: field {field.name}")
    kinds = {field.name: arrow_type(field.type) for field in source.fields}
    kinds |= {name: CONTEXT_TYPES[kind] for name, kind in CONTEXT_COLUMNS.items()} | {ROW_NO: pa.int64()}
    nothing = pa.schema(list(kinds.items())).empty_table()
    for rule in source.logic_rules:
        try:
            [column] = evaluate([rule.passes_sql], nothing).columns
        except duckdb.Error as error:
            why = str(error).split("\n")[0]
            raise ContractError(f"{place}: rule {rule.id}: its sql cannot be run ({why}).") from None
        if not pa.types.is_boolean(column.type):
            raise ContractError(f"{place}: rule {rule.id}: its sql must be true or false for a row, not {column.type}.")


def _try_field(field: Field, where: str) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = arrow_type(field.type)
    for word, limit in (("minimum", field.minimum), ("maximum", field.maximum)):
        if limit is None:
            continue
        if field.type in ("text", "code"):
            raise ContractError(f"{where}: {word} is for numbers and dates, not for {field.type}.")
        try:
            pa.scalar(limit).cast(kind)
        except pa.ArrowInvalid:
            raise ContractError(f"{where}: {word} {limit!r} is not of its type, {field.type}.") from None
    if field.pattern is None:
        return
    if field.type not in ("text", "code"):
        raise ContractError(f"{where}: a pattern is for text, not for {field.type}.")
    try:
        pc.match_substring_regex(pa.array([""]), f"^(?:{field.pattern})$")
    except pa.ArrowInvalid as error:
        raise ContractError(f"{where}: the pattern {field.pattern!r} cannot be read ({error}).") from None
