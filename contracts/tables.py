"""The code lists and reference tables as tables: title, source, column types and descriptions (contracts/tables.yml).

Belongs here: what dbt and the dictionary say about codes/*.csv. Does not: reading the rows (codes.py).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from contracts.codes import CODES_DIR
from contracts.errors import ContractError
from contracts.registry import CONTRACTS_DIR
from contracts.yaml_file import read_yaml

COMMON = {
    "code": "The code, as stored everywhere.",
    "label": "What it means.",
    "aliases": "Other accepted spellings, separated by |; case never matters.",
}


@dataclass(frozen=True)
class TableColumn:
    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Table:
    """One file of contracts/codes."""

    name: str
    title: str
    source: str
    columns: tuple[TableColumn, ...]


def _header(name: str) -> list[str]:
    with (CODES_DIR / f"ref_{name}.csv").open(encoding="utf-8", newline="") as handle:
        return next(csv.reader(handle))


@cache
def tables() -> tuple[Table, ...]:
    """Every table of contracts/codes, in name order. Raises ContractError when tables.yml and the files disagree."""
    said = read_yaml(CONTRACTS_DIR / "tables.yml")
    files = sorted(path.stem.removeprefix("ref_") for path in CODES_DIR.glob("ref_*.csv"))
    for name in sorted(set(files) ^ set(said)):
        where = "is not described in tables.yml" if name in files else "is described in tables.yml but is not there"
        raise ContractError(f"codes/ref_{name}.csv {where}; a table and its description come together.")
    found = []
    for name in files:
        columns = said[name].get("columns", {})
        header = _header(name)
        for column in [*columns, *header]:
            if column not in header or (column not in columns and column not in COMMON):
                raise ContractError(f"codes/ref_{name}.csv and tables.yml disagree on the column {column!r}.")
        found.append(
            Table(
                name,
                said[name]["title"],
                said[name]["source"],
                tuple(
                    TableColumn(
                        column,
                        columns.get(column, {}).get("type", "varchar"),
                        columns.get(column, {}).get("description", COMMON.get(column, "")),
                    )
                    for column in header
                ),
            )
        )
    return tuple(found)
