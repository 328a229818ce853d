"""What the ledger knows of drift: profiles with their extracts, reviews, findings G8.*, which batches are held.

Belongs here: reading and writing it. Does not: judging (drift), comparing (comparison).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ingest import profile
from ingest.comparison import RULE_IDS, Comparison, Profiled, sentence

if TYPE_CHECKING:
    import duckdb

METHOD = 2
"""One more when the arithmetic changes: every batch is judged anew then."""

DDL = """
create table if not exists ledger.drift_review (
    batch_id varchar not null, basis varchar not null, digest varchar not null, is_broken boolean not null,
    batches_before integer not null
);
"""
"""Grain: one row per accepted batch that was compared with the history of its source. basis: checksum of all the source
had when it was; digest: of the comparison itself."""


@dataclass(frozen=True)
class Known:
    """How a batch stood before; of one never compared, basis and digest are blank."""

    basis: str
    digest: str
    is_broken: bool
    is_held: bool


@dataclass
class Judgement:
    """A batch beside its history, and the verdict."""

    batch: Profiled
    was: Known
    before: list[Profiled]
    compared: list[Comparison]
    blocks: bool
    broken: list[Comparison] = field(default_factory=list)
    is_broken: bool = False

    @property
    def is_held(self) -> bool:
        return self.blocks and self.is_broken and not self.batch.is_accepted

    def __post_init__(self) -> None:
        before = [past.batch_id for past in self.before]
        self.digest = digest(before, [repr(one) for one in self.compared], self.blocks, self.batch.is_accepted)

    @property
    def is_fresh(self) -> bool:
        """The comparison is another than the one the ledger has a verdict on."""
        return self.digest != self.was.digest

    @property
    def told(self) -> list[Comparison]:
        """Of each rule and column the comparison that is furthest off: when one code grows, another must shrink."""
        furthest: dict[tuple[str, str], Comparison] = {}
        for one in sorted(self.broken, key=lambda one: -abs(one.reach)):
            furthest.setdefault((one.rule_id, one.metric.column), one)
        return list(furthest.values())

    @property
    def changes_receipt(self) -> bool:
        return self.is_broken or self.was.is_broken or self.is_held != self.was.is_held


def digest(*parts: Any) -> str:
    """16 hex digits of the parts and the method."""
    return hashlib.sha256(json.dumps([METHOD, *parts], default=str, sort_keys=True).encode()).hexdigest()[:16]


def profiled(con: duckdb.DuckDBPyConnection, source: str) -> list[Profiled]:
    """The accepted batches of a source with their profiles, in the order their extracts were taken."""
    profiles = profile.read(con, source)
    rows = con.execute(
        "select b.batch_id, b.period, b.submission_mode, b.drift_accepted, min(s.extract_ts)::date <= b.period_to, "
        "coalesce(b.submitter, ''), "
        "list_sort(list((s.extract_ts, s.file_version))) as extracts, b.sha256 "
        "from warehouse.ledger.batch b join warehouse.ledger.sighting s using (batch_id) "
        "where b.source = ? and b.outcome <> 'reject_file' "
        "group by b.batch_id, b.period, b.period_to, b.submission_mode, b.drift_accepted, b.sha256, b.submitter "
        "order by extracts, b.sha256",
        [source],
    ).fetchall()
    return [
        Profiled(
            batch_id=batch_id,
            period=period,
            kind=f"{'interim ' if is_interim else ''}{mode} {submitter}".strip(),
            extracts=tuple((moment, version, sha256) for moment, version in extracts),
            is_accepted=accepted,
            profile=profiles[batch_id],
        )
        for batch_id, period, mode, accepted, is_interim, submitter, extracts, sha256 in rows
        if batch_id in profiles
    ]


def known(con: duckdb.DuckDBPyConnection, source: str) -> dict[str, Known]:
    """How each accepted batch of a source stands, by batch."""
    rows = con.execute(
        "select b.batch_id, coalesce(r.basis, ''), coalesce(r.digest, ''), coalesce(r.is_broken, false), b.is_held "
        "from warehouse.ledger.batch b left join warehouse.ledger.drift_review r using (batch_id) "
        "where b.source = ? and b.outcome <> 'reject_file'",
        [source],
    ).fetchall()
    return {batch_id: Known(*review) for batch_id, *review in rows}


def other_periods(con: duckdb.DuckDBPyConnection, source: str, period: str | None) -> int:
    """Periods of a source other than `period` that have an accepted batch."""
    [(periods,)] = con.execute(
        "select count(distinct period) from warehouse.ledger.batch "
        "where source = ? and outcome <> 'reject_file' and period is distinct from ?",
        [source, period],
    ).fetchall()
    return periods


def accept(con: duckdb.DuckDBPyConnection, batch_id: str) -> None:
    """Note that a steward has said the difference is real: the batch stands from the next review on."""
    con.execute("update warehouse.ledger.batch set drift_accepted = true where batch_id = ?", [batch_id])


def write(
    con: duckdb.DuckDBPyConnection,
    source: str,
    judged: Mapping[str, Judgement],
    made: Mapping[str, Judgement],
    basis: str,
) -> None:
    """The judgements that were `made` anew, and the basis of all that were `judged`, in one transaction."""
    con.execute("begin")
    try:
        for batch_id, judgement in made.items():
            _write_one(con, batch_id, judgement, basis)
        con.execute(
            "update warehouse.ledger.drift_review set basis = ? where list_contains(?, batch_id)", [basis, [*judged]]
        )
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise


def _write_one(con: duckdb.DuckDBPyConnection, batch_id: str, one: Judgement, basis: str) -> None:
    warehouse = "warehouse.ledger"
    for table in ("finding", "rule_count"):
        con.execute(
            f"delete from {warehouse}.{table} where batch_id = ? and list_contains(?, rule_id)",
            [batch_id, list(RULE_IDS)],
        )
    checked = int(one.batch.profile[profile.Metric("rows")])
    for of in one.told:
        found = [batch_id, of.rule_id, of.metric.column or None]
        con.execute(f"insert into {warehouse}.rule_count values (?, ?, 'warning', ?, null, ?)", [*found, checked])
        con.execute(f"insert into {warehouse}.finding values (?, ?, 'warning', ?, null, ?)", [*found, sentence(of)])
    con.execute(f"delete from {warehouse}.drift_review where batch_id = ?", [batch_id])
    con.execute(
        f"insert into {warehouse}.drift_review values (?, ?, ?, ?, ?)",
        [batch_id, basis, one.digest, one.is_broken, len(one.before)],
    )
    con.execute(
        f"update {warehouse}.batch b set is_held = ?, outcome = case "
        "when outcome not in ('accept', 'accept_with_warning') then outcome "
        f"when exists (select 1 from {warehouse}.rule_count c where c.batch_id = b.batch_id "
        "and (c.rows_failed is null or c.rows_failed > 0)) then 'accept_with_warning' else 'accept' end "
        "where b.batch_id = ?",
        [one.is_held, batch_id],
    )
