"""dbt's description of the raw tables: dbt_project/models/staging/_sources.yml. Committed, because dbt reads files."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.derive.ddl import BOOKKEEPING
from contracts.derive.yaml_text import yaml_text
from contracts.model import Source

PATH = "dbt_project/models/staging/_sources.yml"


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


def files(sources: Mapping[str, Source]) -> dict[str, str]:
    """Path and text of the committed file."""
    tables = [
        {
            "name": source.raw_table,
            "description": f"{source.title} ({source.contract_id}, {source.agency}). {source.description}",
            "config": {"meta": {"source": source.name, "kind": source.period_kind, "due_days": source.due_days}},
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
    return {PATH: yaml_text({"version": 2, "sources": [raw]})}
