"""Table definitions that follow from a contract: the raw table of the warehouse, the identity tables of the vault."""

from __future__ import annotations

from contracts.header import RECORD_ACTION
from contracts.model import IDENTITY_COLUMNS, Source

BOOKKEEPING = {
    "_batch_id": "Batch the row came with.",
    "_row_no": "Row in the file as received, from 1 after the header.",
    "_record_action": "What the row does in a delta: A add, C change, D delete; blank: add or change.",
    "identity_key": "Keyed hash of the row's identifiers: joins to the person crosswalk.",
}


def raw_table_ddl(source: Source, schema: str = "raw") -> str:
    """CREATE TABLE of raw_<source>: bookkeeping, identity key, tokens, content in contract order.

    Key columns and required columns are NOT NULL: a row without them was quarantined.
    """
    lines = []
    for name, sql_type in source.raw_columns:
        field = source.by_name.get(name.removesuffix("_token"))
        must = field.required if field else name != RECORD_ACTION
        lines.append(f"    {name} {sql_type}{' NOT NULL' if must else ''}")
    return f"CREATE TABLE IF NOT EXISTS {schema}.{source.raw_table} (\n" + ",\n".join(lines) + "\n)"


def identity_ddl() -> tuple[str, ...]:
    """CREATE TABLE statements of the vault: one row per distinct identifier tuple, and the batches it came with."""
    content = "".join(f"    {name} {'DATE' if name == 'birth_date' else 'VARCHAR'},\n" for name in IDENTITY_COLUMNS)
    return (
        "CREATE TABLE IF NOT EXISTS vault.identity (\n"
        "    identity_key UUID PRIMARY KEY,\n    source VARCHAR NOT NULL,\n    id_system VARCHAR,\n"
        f"{content}    first_sha256 VARCHAR NOT NULL,\n    first_row_no BIGINT NOT NULL\n)",
        "CREATE TABLE IF NOT EXISTS vault.identity_batch (\n"
        "    identity_key UUID NOT NULL,\n    batch_id VARCHAR NOT NULL\n)",
    )
