"""Typed Arrow columns of a contract: types, and coercion of pandas columns of any kind to them.

Belongs here: text or typed pandas column in, Arrow array of the contract's type out, with the cells that are not of the
type. Does not: rules. Codes and text are done in Arrow, numbers and dates by casting.py's expressions in one query.
"""

from __future__ import annotations

import weakref
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


def _cast_columns(texts: list[tuple[Field, pa.ChunkedArray]]) -> list[pa.ChunkedArray]:
    """Each column of clean text as its field's type, null where it is not of it; in the order given.

    The columns of one type go through DuckDB end to end: making a query ready costs more than casting a few rows.
    """
    import pyarrow as pa

    cast: list[pa.ChunkedArray] = [text for _, text in texts]
    for field_type in dict.fromkeys(field.type for field, _ in texts):
        places = [place for place, (field, _) in enumerate(texts) if field.type == field_type]
        table = pa.table({"cell": pa.chunked_array([chunk for place in places for chunk in texts[place][1].chunks])})
        found = evaluate([cast_sql(texts[places[0]][0], "cell")], table).column(0).cast(arrow_type(field_type))
        start = 0
        for place in places:
            count = len(texts[place][1])
            cast[place] = found.slice(start, count)
            start += count
    return cast


def coerce_columns(columns: dict[Field, pd.Series]) -> dict[str, tuple[pa.ChunkedArray, pa.ChunkedArray | None]]:
    """Each column typed, with null where a cell is not of the type, and beside it the clean text if any cell is not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    done: dict[str, tuple[pa.ChunkedArray, pa.ChunkedArray | None]] = {}
    waiting: list[tuple[Field, pa.ChunkedArray]] = []
    for field, series in columns.items():
        array = to_arrow(series)
        if field.type in ("text", "code"):
            text = clean_text(array)
            done[field.name] = (canonical_codes(field, text) if field.type == "code" else text, None)
            continue
        typed = _typed_without_loss(array, arrow_type(field.type))
        if typed is not None:
            done[field.name] = (typed, None)
            continue
        text = clean_text(array)
        if text.null_count == len(text):
            done[field.name] = (pa.chunked_array([pa.nulls(len(text), arrow_type(field.type))]), None)
        else:
            waiting.append((field, text))
    for (field, text), typed in zip(waiting, _cast_columns(waiting), strict=True):
        lost = pc.any(pc.and_(pc.is_null(typed), pc.is_valid(text))).as_py()
        if lost:
            _typed_text.keep(text, typed)
        done[field.name] = (typed, text if lost else None)
    return done


class _TypedText:
    """What text that is not all of its type was cast to, as long as that very text lives.

    Each check of such a column, and each rule that reads it, asks for it typed. An Arrow array never changes, so what
    was found once stays true; with the array its entry goes.
    """

    def __init__(self) -> None:
        self._kept: dict[int, tuple[weakref.ref[pa.ChunkedArray], pa.ChunkedArray]] = {}

    def keep(self, text: pa.ChunkedArray, typed: pa.ChunkedArray) -> None:
        key = id(text)
        self._kept[key] = (weakref.ref(text, lambda _: self._kept.pop(key, None)), typed)

    def of(self, text: Any, wanted: pa.DataType) -> pa.ChunkedArray | None:
        kept = self._kept.get(id(text))
        return kept[1] if kept is not None and kept[0]() is text and kept[1].type == wanted else None


_typed_text = _TypedText()


def typed_column(field: Field, series: pd.Series) -> pa.ChunkedArray:
    """One column typed; null where a cell is not of the type."""
    import pyarrow as pa

    dtype: Any = series.dtype
    found = getattr(dtype, "pyarrow_dtype", None)
    wanted = arrow_type(field.type)
    if found == wanted:
        array = pa.array(series.array)
        return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
    if found is not None:
        kept = _typed_text.of(series.array.__arrow_array__(), wanted)
        if kept is not None:
            return kept
    return coerce_columns({field: series})[field.name][0]


def as_bools(array: Any) -> np.ndarray:
    """An Arrow boolean array as numpy; null counts as true, because null passes."""
    import pyarrow.compute as pc

    return pc.fill_null(array, True).to_numpy(zero_copy_only=False)
