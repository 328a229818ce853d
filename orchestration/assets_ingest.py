"""One asset per contract: the raw table of a source, and the checks its contract asks for.

Belongs here: Dagster's view of loading. Does not: loading (ingest), what a contract says and which checks follow
from it (contracts).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from orchestration import groups, progress
from orchestration.assets_calendar import freshness
from orchestration.environment import Environment, told_in_a_sentence

if TYPE_CHECKING:
    from contracts import Source
    from contracts.derive.dagster_assets import AssetPlan
    from ingest import BatchResult

ROWS_RECONCILE = "rows_reconcile"
QUARANTINE_SHARE = "quarantine_share"
LIKE_BEFORE = "like_before"
SECONDS_TO_LOOK_AGAIN = 1.0
"""A file touched this recently is looked at twice: who is still writing it is noticed."""
BATCHES_REFUSED = "batches_refused"
"""Metadata of a failed files check: which batches, separated by blanks."""

Results = Iterator[dg.MaterializeResult | dg.AssetCheckResult]


def raw_asset(source: Source) -> dg.AssetsDefinition:
    """`raw_<source>`: every new file of the source's landing folder, with the contract's checks and two of ours."""
    from contracts.derive.dagster_assets import asset_plan

    plan = asset_plan(source)
    spec = dg.AssetSpec(
        plan.name,
        group_name=groups.INGEST,
        description=plan.description,
        kinds=set(plan.kinds),
        code_version=source.version,
        metadata=dict(plan.metadata),
        freshness_policy=freshness(source),
    )

    @dg.multi_asset(name=plan.name, specs=[spec], check_specs=check_specs(source, plan))
    def load(environment: Environment) -> Results:
        import ingest

        with told_in_a_sentence(environment.home), progress.step(f"Loading {source.name}") as going:
            results = ingest.load_source(
                environment.home,
                source.name,
                environment.landing_folder,
                progress=lambda file, doing: going.detail(f"{file}: {doing}"),
                look_again=SECONDS_TO_LOOK_AGAIN,
            )
            tally = count_rows(environment.home.warehouse_db, source)
            broken = count_broken(environment.home.warehouse_db, [result.batch_id for result in results])
            going.note = note(results)
            yield dg.MaterializeResult(asset_key=plan.name, metadata={"files": len(results), **tally.metadata()})
            yield from contract_results(plan, results, broken)
            yield from ledger_results(source, plan, tally)
            yield drift_result(plan, compare_batches(environment.home.warehouse_db, source))

    return load


def check_specs(source: Source, plan: AssetPlan) -> list[dg.AssetCheckSpec]:
    """The contract's checks, and whether the ledger adds up; a blocking one stops what comes after in the same job."""
    asset = dg.AssetKey(plan.name)
    ours = [
        dg.AssetCheckSpec(
            ROWS_RECONCILE,
            asset=asset,
            blocking=True,
            description="Per file, rows received = accepted + quarantined; raw holds exactly the accepted rows.",
        ),
        dg.AssetCheckSpec(
            QUARANTINE_SHARE,
            asset=asset,
            description="Quarantined rows stay under half of the share at which a file is refused "
            f"({source.reject_share:.0%}).",
        ),
        dg.AssetCheckSpec(
            LIKE_BEFORE,
            asset=asset,
            description="The newest extract is like those before it in rows, blanks, codes and amounts; none is held.",
        ),
    ]
    contract = [
        dg.AssetCheckSpec(check.name, asset=asset, blocking=check.blocking, description=check.description)
        for check in plan.checks
    ]
    return [*contract, *ours]


@dataclass(frozen=True)
class Tally:
    """Rows of one source over every file that ever came, and rows in its raw table."""

    received: int
    accepted: int
    quarantined: int
    unbalanced_files: int
    in_raw: int

    @property
    def is_balanced(self) -> bool:
        return self.unbalanced_files == 0 and self.in_raw == self.accepted

    @property
    def quarantine_share(self) -> float:
        return self.quarantined / self.received if self.received else 0.0

    def metadata(self) -> dict[str, int]:
        return {
            "rows_received": self.received,
            "rows_accepted": self.accepted,
            "rows_quarantined": self.quarantined,
            "rows_in_raw": self.in_raw,
        }


def count_rows(warehouse: Path, source: Source) -> Tally:
    """Count from the ledger and, independently, from the raw table."""
    import duckdb

    connection = duckdb.connect(str(warehouse), read_only=True)
    try:
        [(received, accepted, quarantined, unbalanced)] = connection.execute(
            "select coalesce(sum(rows_received), 0)::bigint, coalesce(sum(rows_accepted), 0)::bigint, "
            "coalesce(sum(rows_quarantined), 0)::bigint, "
            "count(*) filter (where rows_received <> rows_accepted + rows_quarantined) "
            "from ledger.batch where source = ? and outcome <> 'reject_file'",
            [source.name],
        ).fetchall()
        [(in_raw,)] = connection.execute(f'select count(*) from raw."{source.raw_table}"').fetchall()
    finally:
        connection.close()
    return Tally(received, accepted, quarantined, unbalanced, in_raw)


def count_broken(warehouse: Path, batches: Sequence[str]) -> dict[str, int]:
    """Rows of these batches that broke each rule; rules nobody broke are not listed."""
    import duckdb

    connection = duckdb.connect(str(warehouse), read_only=True)
    try:
        return dict(
            connection.execute(
                "select rule_id, sum(rows_failed)::bigint from ledger.rule_count "
                "where list_contains(?, batch_id) and rows_failed > 0 group by rule_id order by rule_id",
                [list(batches)],
            ).fetchall()
        )
    finally:
        connection.close()


def contract_results(
    plan: AssetPlan, results: Sequence[BatchResult], broken: Mapping[str, int]
) -> Iterator[dg.AssetCheckResult]:
    """The contract's checks: refused files are an error, rows that break a rule a warning (they were set aside)."""
    refused = [result.batch_id for result in results if result.outcome == "reject_file"]
    for check in plan.checks:
        of_check = {rule: rows for rule, rows in broken.items() if rule in check.rule_ids}
        yield dg.AssetCheckResult(
            asset_key=plan.name,
            check_name=check.name,
            passed=not refused if check.blocking else not of_check,
            severity=dg.AssetCheckSeverity.ERROR if check.blocking else dg.AssetCheckSeverity.WARN,
            metadata={BATCHES_REFUSED: " ".join(refused)}
            if check.blocking
            else {"rows": sum(of_check.values()), **of_check},
        )


def ledger_results(source: Source, plan: AssetPlan, tally: Tally) -> Iterator[dg.AssetCheckResult]:
    """Whether nothing was lost, and whether too much was set aside."""
    yield dg.AssetCheckResult(
        asset_key=plan.name,
        check_name=ROWS_RECONCILE,
        passed=tally.is_balanced,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={**tally.metadata(), "files_that_do_not_balance": tally.unbalanced_files},
    )
    yield dg.AssetCheckResult(
        asset_key=plan.name,
        check_name=QUARANTINE_SHARE,
        passed=tally.quarantine_share <= source.reject_share / 2,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"share": tally.quarantine_share},
    )


@dataclass(frozen=True)
class Likeness:
    """The newest extract against those before it: batches it was compared with, rules it broke; and batches held."""

    batches_before: int
    broken: tuple[str, ...]
    held: tuple[str, ...]


def compare_batches(warehouse: Path, source: Source) -> Likeness:
    """What the ledger says of the newest extract, and which batches are held."""
    import duckdb

    connection = duckdb.connect(str(warehouse), read_only=True)
    try:
        newest = connection.execute(
            "select b.batch_id, r.batches_before from ledger.batch b join ledger.drift_review r using (batch_id) "
            "where b.source = ? order by b.extract_ts desc, b.batch_id limit 1",
            [source.name],
        ).fetchall()
        broken = connection.execute(
            "select distinct rule_id from ledger.rule_count where rule_id like 'G8.%' and list_contains(?, batch_id) "
            "order by rule_id",
            [[batch_id for batch_id, _ in newest]],
        ).fetchall()
        held = connection.execute(
            "select batch_id from ledger.batch where source = ? and is_held order by batch_id", [source.name]
        ).fetchall()
    finally:
        connection.close()
    return Likeness(
        batches_before=sum(before for _, before in newest),
        broken=tuple(rule for (rule,) in broken),
        held=tuple(batch_id for (batch_id,) in held),
    )


def drift_result(plan: AssetPlan, likeness: Likeness) -> dg.AssetCheckResult:
    """A warning when the newest extract differs, an error when a batch waits for a steward."""
    return dg.AssetCheckResult(
        asset_key=plan.name,
        check_name=LIKE_BEFORE,
        passed=not likeness.broken and not likeness.held,
        severity=dg.AssetCheckSeverity.ERROR if likeness.held else dg.AssetCheckSeverity.WARN,
        metadata={
            "batches_before": likeness.batches_before,
            "rules_broken": ", ".join(likeness.broken),
            "batches_held": " ".join(likeness.held),
        },
    )


def note(results: Sequence[BatchResult]) -> str:
    """One line for the terminal."""
    new = [result for result in results if result.is_new]
    rows = sum(result.rows_accepted for result in new)
    refused = sum(result.outcome == "reject_file" for result in results)
    held = sum(result.is_held for result in results)
    told = (
        f"{len(new)} new of {len(results)} files, {rows:,} rows accepted" if new else f"{len(results)} files, none new"
    )
    told += f", {refused} REJECTED" if refused else ""
    return told + (f", {held} HELD" if held else "")
