"""Example rows of the contracts as frames, for tests of rules."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

import contracts

EXTRACT_DATE = "2024-01-31"
LAYOUT_YEAR = "2022"


def example(source: str) -> dict[str, str]:
    """The invented example row of a source, which breaks no rule."""
    return {field.name: field.example for field in contracts.load(source).fields}


def frame(source: str, *changes: Mapping[str, str]) -> pd.DataFrame:
    """One row per change: the example row with that change, all text, extract taken on EXTRACT_DATE."""
    facts = {
        "_extract_date": EXTRACT_DATE,
        "_amend_mode": "",
        "_period_to": EXTRACT_DATE,
        "_layout_year": LAYOUT_YEAR,
    }
    rows = [example(source) | facts | dict(change) for change in changes]
    return pd.DataFrame(rows, dtype="str")


def typed(source: str, text: pd.DataFrame) -> pd.DataFrame:
    """The same frame as a loader would hand it over: Arrow types of the contract. Every cell must be of its type."""
    import pyarrow as pa

    from contracts.derive.arrow import arrow_type, typed_column

    contract = contracts.load(source)
    columns = {name: typed_column(contract.by_name[name], text[name]) for name in text if name in contract.by_name}
    context = {
        "_extract_date": pa.date32(),
        "_amend_mode": pa.string(),
        "_period_to": pa.date32(),
        "_layout_year": pa.int32(),
    }
    columns |= {name: pa.array(text[name], pa.string()).cast(kind) for name, kind in context.items() if name in text}
    assert all(columns[field.name].type == arrow_type(field.type) for field in contract.fields if field.name in columns)
    return pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)


def broken(findings: list) -> set[tuple[str, str, object]]:
    """Findings as (rule, column, row)."""
    return {(finding.rule_id, finding.column, row) for finding in findings for row in finding.rows}
