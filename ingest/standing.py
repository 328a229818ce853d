"""What stands: which of the accepted batches a build may see, and the ledger's views that follow from it.

Belongs here: superseding, reconciliation, error rates. Does not: writing batches and visibility (ledger), rows.

Scope is source × period; in a source that several agencies send, source × sender × period. The newest snapshot stands,
and with it every delta taken after it; deltas without a snapshot stand alone. What is newer: extract time, then
version, then (of one snapshot and one delta) the delta, then checksum.
When the same bytes came as extracts of several days, the newest counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def standing_sql(ledger: str = "ledger", known: str = "true") -> str:
    """Query: batch_id, source, submitter, period, extract_ts of every batch that stands, and its place in its source,
    submitter and period: the higher place is the newer. `known`: a condition on sightings `s`."""
    return f"""
select batch_id, source, submitter, period, extract_ts, place from (
    select
        *, max(place) filter (where submission_mode = 'snapshot') over (partition by source, submitter, period) as base
    from (
        select
            batch_id, source, submitter, period, extract_ts, submission_mode,
            row_number() over (
                partition by source, submitter, period
                order by extract_ts, file_version, submission_mode = 'delta', sha256, file_name
            ) as place
        from (
            select
                b.batch_id, b.source, coalesce(b.submitter, '') as submitter, b.period, b.submission_mode, b.sha256,
                s.extract_ts, s.file_version, s.file_name
            from {ledger}.batch as b inner join {ledger}.sighting as s using (batch_id)
            where b.outcome <> 'reject_file' and not coalesce(b.is_held, false) and {known}
            qualify row_number() over (
                partition by b.batch_id order by s.extract_ts desc, s.file_version desc, s.file_name desc
            ) = 1
        ) as newest
    ) as placed
) as based
where place >= coalesce(base, 0)
"""


VIEWS = f"""
create or replace view ledger.reconciliation as
with standing as ({standing_sql()})
select
    b.source,
    count(*) filter (where b.outcome <> 'reject_file') as files_accepted,
    count(*) filter (where b.outcome = 'reject_file') as files_rejected,
    coalesce(sum(b.rows_received) filter (where b.outcome <> 'reject_file'), 0)::bigint as rows_received,
    coalesce(sum(b.rows_accepted) filter (where standing.batch_id is not null), 0)::bigint as rows_accepted,
    coalesce(sum(b.rows_quarantined) filter (where b.outcome <> 'reject_file'), 0)::bigint as rows_quarantined,
    coalesce(sum(b.rows_accepted) filter (
        where b.outcome <> 'reject_file' and not coalesce(b.is_held, false) and standing.batch_id is null
    ), 0)::bigint as rows_superseded,
    coalesce(sum(b.rows_accepted) filter (where b.outcome <> 'reject_file' and b.is_held), 0)::bigint as rows_held
from ledger.batch as b left join standing using (batch_id)
group by b.source;

create or replace view ledger.error_rate as
select
    b.source, b.period, b.extract_ts, b.batch_id, c.rule_id, c.severity, c.column_name,
    c.rows_failed, c.rows_checked, c.rows_failed / c.rows_checked as share
from ledger.rule_count as c inner join ledger.batch as b using (batch_id)
where c.rows_checked > 0;
"""
"""Grain: reconciliation one row per source, over all time: rows_received = rows_accepted + rows_quarantined +
rows_superseded + rows_held, where the rows of a rejected file count in none and held rows stand nowhere until a steward
releases their batch. A row of a batch that stands counts as accepted, also when a delta on top of it replaces the row.
error_rate one row per batch, rule and column: ordered by extract_ts it is the rate over time."""


def standing_batches(con: duckdb.DuckDBPyConnection, source: str) -> set[str]:
    """The batches of a source that stand now. The warehouse is attached as `warehouse`."""
    found = con.execute(
        f"select batch_id from ({standing_sql('warehouse.ledger', 'b.source = $source')})", {"source": source}
    ).fetchall()
    return {batch_id for (batch_id,) in found}
