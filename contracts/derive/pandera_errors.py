"""What pandera raises for a frame: the failing rows of all its columns in one table, made once.

Belongs here: the table and its message. Does not: checks, and what a finding is (pandera_schema).

pandera makes the table per column, throws it away and makes it again for the frame, by a chain of copies per error.
With a thousand errors that is most of the time a look at a frame takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.api.base.error_handler import ErrorHandler
from pandera.backends.pandas.components import ColumnBackend
from pandera.backends.pandas.container import DataFrameSchemaBackend
from pandera.errors import FailureCaseMetadata, SchemaError

SHOWN_OF_A_ROW = ["schema_context", "column", "check", "check_number", "failure_case", "index"]


class Column(pa.Column):
    """A column that is only ever checked as part of a frame."""


class DataFrameSchema(pa.DataFrameSchema):
    """pandera's own, reporting as this module does; it bears pandera's name because its errors print it."""


class _ColumnBackend(ColumnBackend):
    def failure_cases_metadata(self, schema_name: str, schema_errors: list[SchemaError]) -> FailureCaseMetadata:
        """Nothing: the frame takes the errors one by one."""
        return FailureCaseMetadata(failure_cases=None, message={}, error_counts={})


class _FrameBackend(DataFrameSchemaBackend):
    def failure_cases_metadata(self, schema_name: str, schema_errors: list[SchemaError]) -> FailureCaseMetadata:
        handler = ErrorHandler()
        handler.collect_errors(schema_errors)
        summary = handler.summarize(schema_name=schema_name)
        return FailureCaseMetadata(
            failure_cases=failing_rows(schema_errors),
            message={category: dict(by_reason) for category, by_reason in summary.items()},
            error_counts=Counter(error["reason_code"].name for error in handler.collected_errors),
        )


Column.register_backend(pd.DataFrame, _ColumnBackend)
DataFrameSchema.register_backend(pd.DataFrame, _FrameBackend)


def failing_rows(errors: Sequence[SchemaError]) -> pd.DataFrame:
    """The table pandera makes of errors: a row per failing row shown, then one per error that has no rows."""
    rows: list[tuple[Any, ...]] = []
    without_rows: list[tuple[Any, ...]] = []
    for error in errors:
        context, check, number = type(error.schema).__name__, _name(error.check), error.check_index
        cases = error.failure_cases
        if not isinstance(cases, pd.DataFrame):
            without_rows.append((context, error.schema.name, check, number, cases, None))
            continue
        column = error.schema.name if error.column_name is None else error.column_name
        columns = cases["column"] if "column" in cases else [column] * len(cases)
        for where, case, label in zip(columns, cases["failure_case"], cases["index"], strict=True):
            rows.append((context, where, check, number, case, label))
    # As objects: a number or a label beside one that is missing would become a float.
    table = pd.DataFrame(rows + without_rows, columns=SHOWN_OF_A_ROW, dtype=object)
    return table.sort_values("schema_context", ascending=False, kind="stable")


def _name(check: Any) -> str | None:
    if check is None or isinstance(check, str):
        return check
    return check.error or check.name or str(check)
