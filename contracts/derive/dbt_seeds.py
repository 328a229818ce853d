"""dbt's description of the code lists, and where each comes from: codes/_seeds.yml and codes/SOURCES.md."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.derive.yaml_text import yaml_text
from contracts.model import Source
from contracts.tables import tables

SEEDS = "contracts/codes/_seeds.yml"
SOURCES = "contracts/codes/SOURCES.md"


def _seeds() -> str:
    seeds = [
        {
            "name": f"ref_{table.name}",
            "description": f"{table.title}. Source: {table.source}.",
            "config": {"column_types": {column.name: column.type for column in table.columns}},
            "columns": [{"name": column.name, "description": column.description} for column in table.columns],
        }
        for table in tables()
    ]
    return yaml_text({"version": 2, "seeds": seeds})


def _sources() -> str:
    lines = [
        "# Where the code lists and reference tables come from",
        "",
        "Derived from `contracts/tables.yml` by `make derive`. Facts of public sources; no personal data. Read every",
        "code as text: leading zeros count.",
        "",
        "| file | what | source |",
        "|---|---|---|",
    ]
    lines += [f"| ref_{table.name}.csv | {table.title} | {table.source} |" for table in tables()]
    return "\n".join(lines) + "\n"


def files(sources: Mapping[str, Source]) -> dict[str, str]:
    """Paths and texts of the committed files; they do not depend on the sources."""
    del sources
    return {SEEDS: _seeds(), SOURCES: _sources()}
