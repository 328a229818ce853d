"""Cross-file rules, evaluated: the visible rows of one source against those of others, once persons are known.

Belongs here: asking, counting, listing row numbers, the receipts that change. Does not: what a rule says
(contracts/cross_rules.yml), the views it is asked over (cross_views), which batches are visible (ledger).

A rule whose other source has no visible batch is not checked, which is not the same as passed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import contracts
from contracts.cross import CrossRule, cross_rules, cross_views
from home import Home
from home.sql import literal, quote
from ingest import cross_views as views
from ingest import receipts
from ingest.engine import in_sentences, scratch_engine
from ingest.findings import LISTED_ROWS

if TYPE_CHECKING:
    import duckdb

Progress = Callable[[str], None]
COUNT_COLUMNS = (
    "rule_id, source, batch_id, severity, column_name, rows_failed, rows_checked, amount_passed, amount_failed, missing"
)
Result = tuple[str, str, int | None, int]
"""Rule, source, rows failed (None: it could not be checked), rows checked."""


def evaluate(home: Home, progress: Progress = lambda doing: None) -> list[Result]:
    """Evaluate every rule on what is visible, rewrite the receipts that change, and return the results.

    After visibility and linkage; the caller holds the run lock.
    """
    with in_sentences(home.root), scratch_engine(home.scratch) as con:
        con.execute(f"attach {literal(str(home.warehouse_db))} as warehouse")
        visible = views.visible_sources(con)
        rules = [rule for rule in cross_rules() if rule.source in visible]
        askable = [rule for rule in rules if visible.keys() >= set(rule.reads)]
        _make_views(con, askable, visible, progress)
        _make_results(con)
        for rule in rules:
            progress(f"{rule.id} of {rule.source}")
            if rule in askable:
                _ask(con, rule)
            else:
                _pass_over(con, rule, sorted(set(rule.reads) - visible.keys()))
        _store(con, home)
        receipts.write_missing(con, home)
        return con.execute(
            "select rule_id, source, sum(rows_failed)::bigint, sum(rows_checked)::bigint "
            "from warehouse.ledger.cross_count group by rule_id, source order by rule_id, source"
        ).fetchall()


def _make_views(
    con: duckdb.DuckDBPyConnection, rules: list[CrossRule], visible: dict[str, int], progress: Progress
) -> None:
    views.make_build(con)
    for name in sorted({name for rule in rules for name in rule.reads}):
        progress(f"rows of {name}")
        views.make_source(con, contracts.load(name), visible[name])
    used = {name for rule in rules for name in rule.uses}
    for view in cross_views():
        if view.name in used:
            views.make_view(con, view)


def _make_results(con: duckdb.DuckDBPyConnection) -> None:
    for table, like in (("counted", "cross_count"), ("found", "cross_finding")):
        con.execute(f"create or replace temp table {table} as select * from warehouse.ledger.{like} limit 0")


def _ask(con: duckdb.DuckDBPyConnection, rule: CrossRule) -> None:
    """Count per visible batch, rows that the rule is not about left out, and list the first rows that break it."""
    con.execute(
        "create or replace temp table judged as "
        f"select this._batch_id as batch_id, this._row_no as row_no, not coalesce(({rule.passes}), true) as is_failed, "
        f"({rule.amount or 'null'})::decimal(18, 2) as amount from {quote(rule.source)} as this where {rule.applies}"
    )
    con.execute(
        f"insert into counted ({COUNT_COLUMNS}) select $rule, $source, v.batch_id, $severity, $column, "
        "count(*) filter (where j.is_failed), count(j.row_no), "
        "sum(j.amount) filter (where not j.is_failed), sum(j.amount) filter (where j.is_failed), null "
        "from warehouse.ledger.visible_batch v left join judged j on j.batch_id = v.batch_id "
        "where v.source = $source group by v.batch_id",
        _named(rule),
    )
    con.execute(
        "insert into found select $rule, $source, batch_id, row_no from judged where is_failed "
        f"qualify row_number() over (partition by batch_id order by row_no) <= {LISTED_ROWS}",
        {"rule": rule.id, "source": rule.source},
    )


def _pass_over(con: duckdb.DuckDBPyConnection, rule: CrossRule, missing: list[str]) -> None:
    con.execute(
        f"insert into counted ({COUNT_COLUMNS}) select $rule, $source, batch_id, $severity, $column, null, 0, null, "
        "null, $missing from warehouse.ledger.visible_batch where source = $source",
        _named(rule) | {"missing": ", ".join(missing)},
    )


def _named(rule: CrossRule) -> dict[str, str]:
    return {"rule": rule.id, "source": rule.source, "severity": rule.severity, "column": ", ".join(rule.columns)}


def _store(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Replace the last evaluation by this one. Receipts that will say something else are taken away before."""
    ledger = "warehouse.ledger"
    differ = " union ".join(
        f"select batch_id from (select * from {one} except select * from {other})"
        for new, old in (("counted", f"{ledger}.cross_count"), ("found", f"{ledger}.cross_finding"))
        for one, other in ((new, old), (old, new))
    )
    changed = con.execute(
        f"select source, batch_id from {ledger}.batch where batch_id in ({differ}) order by all"
    ).fetchall()
    con.execute("begin")
    try:
        for new, old in (("counted", "cross_count"), ("found", "cross_finding")):
            con.execute(f"delete from {ledger}.{old}")
            con.execute(f"insert into {ledger}.{old} select * from {new} order by all")
        for source, batch_id in changed:
            receipts.withdraw(home, source, [batch_id])
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
