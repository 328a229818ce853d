"""Splink's predictions without what nobody reads of them: fifty columns a pair, of which a run needs the levels.

Belongs here: how Splink writes to the database. Does not: what it compares (`levels`), who asks (`score`).
"""

from __future__ import annotations

import duckdb
from splink import DuckDBAPI


class NarrowAPI(DuckDBAPI):
    """Splink writes every step as a table; of its predictions only the `wanted` expressions, and computes no more."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, wanted: str) -> None:
        super().__init__(connection=connection)
        self._wanted = wanted

    def _setup_for_execute_sql(self, sql: str, physical_name: str) -> str:
        if physical_name.startswith("__splink__df_predict"):
            sql = f"select {self._wanted} from (\n{sql}\n)"
        return super()._setup_for_execute_sql(sql, physical_name)
