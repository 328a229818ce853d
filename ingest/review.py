"""After the files of a source are in: compare its batches with their history; log, receipts and pages follow.

Belongs here: the order. Does not: judging (drift), what a page says (drift_page, receipts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts import Source
from home import Home
from ingest import drift, drift_ledger, drift_page, ledger_log, receipts
from ingest.standing import standing_batches

if TYPE_CHECKING:
    import duckdb


def review(con: duckdb.DuckDBPyConnection, home: Home, source: Source) -> None:
    """Compare, then write what has changed. A page that was lost, or that a killed run did not get to, is made."""
    known = drift_ledger.known(con, source.name)
    lost = [batch_id for batch_id in known if not drift_page.path(home, source, batch_id).exists()]
    before = standing_batches(con, source.name)
    judged = drift.review(con, source, again=lost)
    changed = [batch_id for batch_id, one in judged.items() if one.changes_receipt]
    ledger_log.append(con, home.ledger_log, changed)
    for batch_id in sorted({*changed, *(before ^ standing_batches(con, source.name))}):
        receipts.try_write(con, home, batch_id, source.name)
    drift_page.write(home, source, judged)
