"""What the ledger knows of cross-file rules: counts and row numbers per rule and batch, of the last evaluation.

Belongs here: the two tables, and the words a receipt needs. Does not: evaluating (cross_file).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from contracts.cross import cross_rule
from ingest.findings import LISTED_ROWS

if TYPE_CHECKING:
    import duckdb

    from ingest.ledger import Batch

DDL = """
create table if not exists ledger.cross_count (
    rule_id varchar not null, source varchar not null, batch_id varchar not null, severity varchar not null,
    column_name varchar not null, rows_failed bigint, rows_checked bigint not null,
    amount_passed decimal(18, 2), amount_failed decimal(18, 2), missing varchar
);
create table if not exists ledger.cross_finding (
    rule_id varchar not null, source varchar not null, batch_id varchar not null, row_no bigint not null
);
"""
"""Grain: cross_count one row per rule and batch that was in use at the last evaluation, rows_failed null when the rule
could not be checked because a source it needs (missing, comma-separated) had nothing in use; cross_finding one row per
listed row of a rule, up to 1,000 per batch."""

FEWEST = 10
"""Rows an amount must be made of to be shown: fewer would tell a person's."""


def of_batch(con: duckdb.DuckDBPyConnection, batch: Batch) -> dict[str, Any] | None:
    """The rules of a batch: broken, passed and not checked. None when it was not in use at any evaluation."""
    counts = con.execute(
        "select rule_id, rows_failed, rows_checked, amount_passed, amount_failed, missing "
        "from warehouse.ledger.cross_count where batch_id = ? order by rule_id",
        [batch.batch_id],
    ).fetchall()
    if not counts:
        return None
    found: dict[str, Any] = {"broken": [], "passed": [], "not_checked": []}
    for rule_id, failed, checked, agree, differ, missing in counts:
        if failed is None:
            found["not_checked"].append({"rule_id": rule_id, "missing": missing.split(", ")})
        elif failed == 0:
            found["passed"].append({"rule_id": rule_id, "rows_checked": checked})
        else:
            enough = failed >= FEWEST and checked - failed >= FEWEST
            found["broken"].append(_broken(con, batch, rule_id, failed, checked, (agree, differ) if enough else None))
    return found


def _broken(
    con: duckdb.DuckDBPyConnection,
    batch: Batch,
    rule_id: str,
    failed: int,
    checked: int,
    amounts: tuple[Decimal | None, Decimal | None] | None,
) -> dict[str, Any]:
    rule = cross_rule(rule_id, batch.source)
    rows = con.execute(
        "select row_no from warehouse.ledger.cross_finding where batch_id = ? and rule_id = ? order by row_no",
        [batch.batch_id, rule_id],
    ).fetchall()
    return {
        "rule_id": rule_id,
        "severity": rule.severity if rule else "warning",
        "column": ", ".join(rule.columns) if rule else "",
        "message": rule.message if rule else "This rule is no longer asked.",
        "fix": rule.fix if rule else "Nothing.",
        "rows_failed": failed,
        "rows_checked": checked,
        "rows": [row_no for (row_no,) in rows],
        "rows_are_complete": failed <= LISTED_ROWS,
        "amount_matched": amounts[0] if amounts else None,
        "amount_unmatched": amounts[1] if amounts else None,
    }
