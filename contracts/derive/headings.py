"""Headings of a frame, as an agency writes them, to the field names of a contract: the first step of every schema.

Belongs here: renaming, and what may be said about headings in an error. Does not: what a heading means (header.py).
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors

from contracts.derive.rule_checks import IN_ORDER
from contracts.header import match_header
from contracts.model import CONTEXT_COLUMNS, ROW_NO, Source

BESIDE = {*CONTEXT_COLUMNS, ROW_NO, IN_ORDER}
"""Columns that are no headings of the agency."""


def with_field_names(source: Source, names: Collection[str], frame: pd.DataFrame) -> pd.DataFrame:
    """The frame under field names. Raises pandera's SchemaErrors when a field has two columns.

    `names` are the fields the schema at hand is about. When a required one is missing, the columns nobody knows are
    left away: pandera prints the headings it has, and of a file without a header those are a person's values.
    """
    given = [str(column) for column in frame.columns]
    if BESIDE.union(names).issuperset(given) and len(set(given)) == len(given):
        meant, repeated = dict.fromkeys(given), []
    else:
        match = match_header(source, [column for column in given if column not in BESIDE])
        meant, repeated = match.columns, match.repeated
    if repeated:
        raise _repeated(source, repeated)
    named = [meant.get(column) or column for column in given]
    if named != list(frame.columns):
        frame = frame.set_axis(named, axis=1)
    if any(source.by_name[name].required and name not in named for name in names):
        known = {*BESIDE, *source.field_names}
        return frame.loc[:, [name in known for name in named]]
    return frame


def _repeated(source: Source, repeated: Collection[str]) -> SchemaErrors:
    schema = pa.DataFrameSchema(name=source.name)
    nothing = pd.DataFrame()
    errors = [
        SchemaError(
            schema,
            nothing,
            f"{name} has more than one column",
            failure_cases=name,
            check="one_column_per_field",
            reason_code=SchemaErrorReason.DUPLICATE_COLUMN_LABELS,
        )
        for name in repeated
    ]
    return SchemaErrors(schema, errors, nothing)
