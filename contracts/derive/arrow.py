"""Typed Arrow columns of a contract: types, and coercion of pandas columns of any kind to them.

Belongs here: text or typed pandas column in, Arrow array of the contract's type out, with the cells that are not of the
type. Does not: rules. Codes and text are done in Arrow, numbers and dates by casting.py's expressions in one query.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from contracts.derive.casting import cast_sql, evaluate
from contracts.model import MULTI_SEPARATOR, Field

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa


@cache
def arrow_type(field_type: str) -> pa.DataType:
    """Arrow type of a field type: string, int32, decimal128(14, 2) or date32."""
    import pyarrow as pa

    types = {"integer": pa.int32(), "decimal": pa.decimal128(14, 2), "date": pa.date32()}
    return types.get(field_type, pa.string())


def to_arrow(series: pd.Series) -> pa.ChunkedArray:
    """The values of a pandas column as Arrow, nulls kept, nothing converted when it is Arrow-backed already."""
    import pyarrow as pa

    try:
        array = pa.array(series.array, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # Mixed Python objects: compare as text, so that each cell is judged by itself.
        array = pa.array(
            [None if missing else str(value) for value, missing in zip(series, series.isna(), strict=True)]
        )
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def to_series(array: pa.ChunkedArray, index: pd.Index, name: str) -> pd.Series:
    """An Arrow-backed pandas column."""
    import pandas as pd

    return pd.Series(pd.arrays.ArrowExtensionArray(array), index=index, name=name, copy=False)


def clean_text(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text without surrounding blanks; empty is null. Values that are not text are written as text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = array if pa.types.is_string(array.type) else array.cast(pa.string())
    if pa.types.is_timestamp(array.type):
        text = pc.replace_substring_regex(text, r" 00:00:00([.]0+)?$", "")
    trimmed = pc.utf8_trim(text, characters=" ")
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def canonical_codes(field: Field, text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Clean text with every accepted spelling turned into its code; other values stay as they are."""
    import pyarrow as pa

    assert field.code_list is not None
    spellings = field.code_list.spellings

    def canonical(value: str) -> str:
        if not field.multi:
            return spellings.get(value.upper(), value)
        parts = (part.strip(" ") for part in value.replace("|", MULTI_SEPARATOR).split(MULTI_SEPARATOR))
        return MULTI_SEPARATOR.join(spellings.get(part.upper(), part) for part in parts)

    coded = text.combine_chunks().dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    meant = pa.array([canonical(value) for value in coded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([meant.take(coded.indices)])


def _typed_without_loss(array: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray | None:
    """`array` as `wanted` when it is typed already and loses nothing by it, else None."""
    import pyarrow as pa

    if array.type == wanted or pa.types.is_null(array.type):
        return array.cast(wanted)
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        return None
    try:
        typed = array.cast(wanted, safe=True)
        # A safe cast still drops a time of day and rounds a float: what comes back must be what went in.
        return typed if typed.cast(array.type).equals(array) else None
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None


def coerce_columns(columns: dict[Field, pd.Series]) -> dict[str, tuple[pa.ChunkedArray, pa.ChunkedArray | None]]:
    """Each column typed, with null where a cell is not of the type, and beside it the clean text if any cell is not.

    One DuckDB query casts all numbers and dates that came as text.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    done: dict[str, tuple[pa.ChunkedArray, pa.ChunkedArray | None]] = {}
    waiting: dict[str, tuple[Field, pa.ChunkedArray]] = {}
    for field, series in columns.items():
        array = to_arrow(series)
        if field.type in ("text", "code"):
            text = clean_text(array)
            done[field.name] = (canonical_codes(field, text) if field.type == "code" else text, None)
            continue
        typed = _typed_without_loss(array, arrow_type(field.type))
        if typed is None:
            waiting[field.name] = (field, clean_text(array))
        else:
            done[field.name] = (typed, None)
    if waiting:
        table = pa.table({name: text for name, (_, text) in waiting.items()})
        cast = evaluate([cast_sql(field, f'"{name}"') for name, (field, _) in waiting.items()], table)
        for number, (name, (field, text)) in enumerate(waiting.items()):
            typed = cast.column(number).cast(arrow_type(field.type))
            lost = pc.any(pc.and_(pc.is_null(typed), pc.is_valid(text))).as_py()
            done[name] = (typed, text if lost else None)
    return done


def typed_column(field: Field, series: pd.Series) -> pa.ChunkedArray:
    """One column typed; null where a cell is not of the type."""
    import pyarrow as pa

    dtype: Any = series.dtype
    if getattr(dtype, "pyarrow_dtype", None) == arrow_type(field.type):
        array = pa.array(series.array)
        return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
    return coerce_columns({field: series})[field.name][0]


def as_bools(array: Any) -> np.ndarray:
    """An Arrow boolean array as numpy; null counts as true, because null passes."""
    import pyarrow.compute as pc

    return pc.fill_null(array, True).to_numpy(zero_copy_only=False)
