"""A warehouse by hand: raw rows, ledger and crosswalk as ingest and linkage would leave them, for tests of dbt alone.

Belongs here: storing rows and running dbt on them. Does not: what the rows should come to.
"""

from __future__ import annotations

import os
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

import contracts
from home import PROJECT_ROOT, Home

PROJECT = str(PROJECT_ROOT / "dbt_project")


def key_of(*parts: object) -> uuid.UUID:
    """Stands for a keyed hash: equal parts, equal key."""
    return uuid.UUID(sha256("|".join(map(str, parts)).encode()).hexdigest()[:32])


@dataclass
class ScratchWarehouse:
    """Rows by source, added one at a time; `person` names the person a record is linked to."""

    as_of: date
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    batches: dict[str, tuple[str, str, str, bool, str | None]] = field(default_factory=dict)
    persons: dict[uuid.UUID, tuple[str, bool]] = field(default_factory=dict)

    def batch(
        self, source: str, period: str, extract: str, is_final: bool = False, amend_mode: str | None = None
    ) -> str:
        """The visible batch of a source and period."""
        batch_id = f"{source}-{period}-{extract}"
        self.batches[batch_id] = (source, period, extract, is_final, amend_mode)
        return batch_id

    def add(self, source: str, batch_id: str, person: str = "", has_valid_ssn: bool = True, **values: Any) -> None:
        """One accepted row. The person's name stands for whatever identifies them, so their tokens agree."""
        contract = contracts.load(source)
        row: dict[str, Any] = {"_batch_id": batch_id, "_row_no": len(self.rows[source]) + 1}
        if contract.has_identity:
            row["identity_key"] = key_of(source, person)
            self.persons[row["identity_key"]] = (person, has_valid_ssn)
        for token in contract.token_fields:
            row[f"{token.name}_token"] = key_of(token.name, person)
        unknown = set(values) - {name for name, _ in contract.raw_columns}
        assert not unknown, f"{source}: no such raw columns: {sorted(unknown)}"
        self.rows[source].append(row | values)

    def write(self, home: Home) -> None:
        """Write `home.warehouse_db`. Raw columns have the contracts' types; a row may leave required ones blank."""
        import duckdb

        from ingest import ledger

        con = duckdb.connect(str(home.ensure().warehouse_db))
        ledger.ensure(con)
        con.execute("begin")
        for name, contract in contracts.sources().items():
            columns = [column for column, _ in contract.raw_columns]
            types = ", ".join(f"{column} {sql_type}" for column, sql_type in contract.raw_columns)
            con.execute(f"create or replace table raw.raw_{name} ({types})")
            self._fill(con, f"raw.raw_{name}", [[row.get(column) for column in columns] for row in self.rows[name]])
        con.execute(
            "create schema linkage; create table linkage.person_crosswalk (identity_key uuid primary key, "
            "person_key varchar not null, match_rule varchar not null, person_has_valid_ssn boolean not null)"
        )
        self._fill(con, "linkage.person_crosswalk", [[key, who, "D1", ok] for key, (who, ok) in self.persons.items()])
        for batch_id, (source, period, extract, is_final, amend_mode) in self.batches.items():
            con.execute(
                "insert into ledger.batch by name select $id as batch_id, $source as source, $id as file_name, "
                "$id as sha256, 0 as byte_count, $period as period, $extract::timestamp as extract_ts, "
                "$extract::timestamp as landed_at, 'snapshot' as submission_mode, $final as is_final, "
                "$mode as amend_mode, '1' as contract_version, 'accept' as outcome, 0 as rows_received, "
                "0 as rows_accepted, 0 as rows_quarantined, $id as submission_digest",
                {
                    "id": batch_id,
                    "source": source,
                    "period": period,
                    "extract": extract,
                    "final": is_final,
                    "mode": amend_mode,
                },
            )
            con.execute("insert into ledger.sighting values (?, ?, ?::timestamp, 1)", [batch_id, batch_id, extract])
        con.execute("commit")
        ledger.set_visibility(con, self.as_of)
        con.close()

    @staticmethod
    def _fill(con: Any, table: str, rows: list[list[Any]]) -> None:
        if rows:
            con.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)


def dbt(home: Home, *command: str) -> list[tuple[str, str, str]]:
    """Runs dbt in this process on `home`; (name, status, message) of each node, in the order they finished."""
    import pytest
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    from orchestration.dbt_build import manifest

    parsed = manifest(home)
    places = ["--project-dir", PROJECT, "--profiles-dir", PROJECT]
    places += ["--target-path", str(home.dbt / "target"), "--log-path", str(home.dbt / "logs")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "WORKFORCE_MARTS_DB", str(home.marts_building_db))
        patch.setitem(os.environ, "WORKFORCE_WAREHOUSE_DB", str(home.warehouse_db))
        patch.setitem(os.environ, "WORKFORCE_DBT_KEEP_OPEN", "true")
        result = dbtRunner(manifest=parsed).invoke(["--quiet", "--no-print", *command, *places])
        DuckDBConnectionManager.env().close()
    assert result.result is not None, result.exception
    return [(run.node.name, str(run.status), run.message or "") for run in result.result.results]


def marts(home: Home, sql: str) -> list[tuple]:
    """Rows of the marts just built."""
    import duckdb

    con = duckdb.connect(str(home.marts_building_db), read_only=True)
    try:
        con.execute("set search_path = 'core,reporting'")
        return con.execute(sql).fetchall()
    finally:
        con.close()
