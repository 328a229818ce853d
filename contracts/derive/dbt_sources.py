"""What dbt knows of the contracts: the raw tables (_sources.yml) and when each source is due (a macro).

Both are committed, because dbt reads files.
"""

from __future__ import annotations

from collections.abc import Mapping

from contracts.derive.ddl import BOOKKEEPING
from contracts.derive.yaml_text import yaml_text
from contracts.model import Source

PATH = "dbt_project/models/staging/_sources.yml"
CALENDAR_PATH = "dbt_project/macros/source_calendar.sql"


def _columns(source: Source) -> list[dict]:
    columns = []
    for name, sql_type in source.raw_columns:
        entry: dict = {"name": name, "data_type": sql_type.lower()}
        field = source.by_name.get(name)
        if field is not None:
            entry["description"] = field.description + (f" Unit: {field.unit}." if field.unit else "")
            meta = {"pii": field.pii, "key": name in source.key}
            meta |= {key: value for key, value in (("codes", field.codes), ("pirl", field.pirl)) if value}
        elif name in BOOKKEEPING:
            entry["description"] = BOOKKEEPING[name]
            meta = {"pii": "N", "key": False}
        else:
            field = source.by_name[name.removesuffix("_token")]
            entry["description"] = f"Stands for {field.name}: equal values have equal tokens within one warehouse."
            meta = {"pii": "N", "key": field.name in source.key}
        entry["config"] = {"meta": meta}
        columns.append(entry)
    return columns


def _calendar(sources: Mapping[str, Source]) -> str:
    """A macro with one row per source: its kind of period, and the days after the end of one until it is due."""
    rows = [
        f"    select '{source.name}' as source_name, '{source.period_kind}' as period_kind_code, "
        f"{source.due_days} as due_days"
        for source in sources.values()
    ]
    return (
        "{#- Derived from the contracts by `make derive`: change those, not this file. -#}\n"
        "{% macro source_calendar() -%}\n" + "\n    union all\n".join(rows) + "\n{%- endmacro %}\n"
    )


def files(sources: Mapping[str, Source]) -> dict[str, str]:
    """Paths and texts of the committed files."""
    tables = [
        {
            "name": source.raw_table,
            "description": f"{source.title} ({source.contract_id}, {source.agency}). {source.description}",
            "columns": _columns(source),
        }
        for source in sources.values()
    ]
    raw = {
        "name": "raw",
        "database": "warehouse",
        "schema": "raw",
        "description": "Accepted rows of every batch, append-only, without direct identifiers; "
        "ledger.visible_batch says which of them count.",
        "tables": tables,
    }
    return {PATH: yaml_text({"version": 2, "sources": [raw]}), CALENDAR_PATH: _calendar(sources)}
