"""Bytes that were loaded before: whether the verdict on them holds, and what their manifest says now.

Belongs here: late facts (a period turned final, a corrected extract time) and the receipts they touch. Does not:
loading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts import Source
from home import Home
from ingest import drift_ledger, ledger, ledger_log, receipts
from ingest.naming import Facts
from ingest.standing import standing_batches

if TYPE_CHECKING:
    import duckdb


def known_batch(
    con: duckdb.DuckDBPyConnection, source: Source, facts: Facts | None, sha256: str, digest: str
) -> ledger.Batch | None:
    """The batch of these bytes under these terms, if the verdict on it holds: an accepted file's always, a refused
    one's while name, manifest and contract are the same."""
    known = ledger.find(con, ledger.batch_id(source.name, facts, sha256))
    if known is None or known.outcome != "reject_file":
        return known
    is_same = known.submission_digest == digest and known.contract_version == source.version
    return known if is_same else None


def take_up(
    con: duckdb.DuckDBPyConnection, home: Home, known: ledger.Batch, file_name: str, facts: Facts | None
) -> str:
    """Take up what name and manifest say of bytes that are loaded; the rows stay as they are.

    Returns a sentence on what came of it, '' when there was nothing new.
    """
    if facts is None or known.outcome == "reject_file":
        return ""
    if (facts.sha256 or known.sha256).lower() != known.sha256:
        return "its manifest announces another checksum and was not taken up."
    if facts.rows is not None and facts.rows != known.rows_received:
        return f"its manifest announces {facts.rows:,} rows, the file has {known.rows_received:,}: it was not taken up."
    before = standing_batches(con, known.source)
    con.execute("begin")
    try:
        changed = ledger.take_up(con, known, file_name, facts)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    if facts.drift_accepted and not known.drift_accepted:
        drift_ledger.accept(con, known.batch_id)
        changed = True
    if not changed:
        return ""
    ledger_log.append(con, home.ledger_log, [known.batch_id])
    for batch_id in sorted({known.batch_id} | (before ^ standing_batches(con, known.source))):
        receipts.try_write(con, home, batch_id, known.source)
    return "what its name and manifest say now was taken up."
