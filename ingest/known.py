"""The earliest day anything is known of: asked before a run, so that an as-of day before it costs no load.

Belongs here: that day, from names, manifests and the ledger. Does not: which extract stands (standing).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from home import Home
from ingest.findings import Rejected
from ingest.landing import scan
from ingest.naming import read_facts


def oldest_extract(home: Home, landing: Path) -> date | None:
    """The earliest day of the extracts that were loaded or lie in `landing`; None when there is none of a day.

    An extract without a date is older than all others. A file whose name cannot be read is left to the gate.
    """
    days = _in_ledger(home)
    for seen in scan(landing):
        try:
            days.append(read_facts(seen.path, is_trial=True).extract_ts.date())
        except Rejected:
            continue
    return min(days, default=None)


def _in_ledger(home: Home) -> list[date]:
    import duckdb

    if not home.warehouse_db.exists():
        return []
    with duckdb.connect(str(home.warehouse_db), read_only=True) as con:
        try:
            found = con.execute(
                "select min(sighting.extract_ts)::date from ledger.sighting join ledger.batch using (batch_id) "
                "where outcome <> 'reject_file'"
            ).fetchall()
        except duckdb.CatalogException:
            return []
    return [day for (day,) in found if day is not None]
