"""`workforce status`: what came in per source and what should have, the newest complete wage quarter, release, runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cli.report import rows, shown_path
from cli.terminal import console, count, say, show_table
from home import Home

if TYPE_CHECKING:
    from rich.console import Console

    from ingest.calendar import Timeliness

RUNS_SHOWN = 5
PERIODS_NAMED = 2


def status(day: date | None = None) -> None:
    """Show it, lateness as on `day` (today); says so in a sentence when a run holds the warehouse."""
    home = Home.from_env()
    out = console()
    if not home.warehouse_db.exists():
        say(out, f"Nothing has been loaded into {home.root} yet: `workforce run --landing DIR`.")
        return
    show_sources(out, home, day or date.today())
    show_cross_file(out, home)
    show_release(out, home)
    show_runs(out, home)


def show_sources(out: Console, home: Home, day: date) -> None:
    """Per source: newest period, extract and rows; when the next is due; what is late, missing, shrunken or held."""
    import duckdb

    import contracts
    from ingest.calendar import overview

    try:
        stands = overview(home.warehouse_db, list(contracts.sources().values()), day)
        files = rows(
            home.warehouse_db,
            "select source, count(*) filter (where outcome <> 'reject_file'), "
            "count(*) filter (where outcome = 'reject_file') from ledger.batch group by source",
        )
    except duckdb.IOException:
        say(out, "A run is writing to the warehouse: what it loads shows here when it has ended.\n")
        return
    counts = {source: [count(accepted), count(refused)] for source, accepted, refused in files}
    known = [one for one in stands if one.source in counts]
    shown = [[*_facts(one), remarks(one), *counts[one.source], count(one.last and one.last.rows)] for one in known]
    heads = ["source", "newest", "extract", "next due", "to look at", "files", "rejected", "rows"]
    show_table(out, f"Submissions, as of {day} (rows of the newest period)", heads, shown, left=5)
    silent = [one.source for one in stands if one.source not in counts]
    if silent:
        say(out, f"Nothing received yet: {', '.join(silent)}.\n")


def _facts(one: Timeliness) -> list[str]:
    newest = [one.last.period, str(one.last.extracted)] if one.last else ["", ""]
    return [one.source, *newest, f"{one.next_due.period} by {one.next_due.due}" if one.next_due else ""]


def remarks(one: Timeliness) -> str:
    """What a steward should look at, such as 'late 2025Q4; missing 2025Q1, 2025Q2 and 3 more'."""
    told = {"late": one.late, "missing": one.missing, "shrunken": one.shrunken, "held": one.held}
    return "; ".join(f"{word} {_newest(periods)}" for word, periods in told.items() if periods)


def _newest(periods: Sequence[str]) -> str:
    named = ", ".join(periods[-PERIODS_NAMED:])
    more = len(periods) - PERIODS_NAMED
    return f"{named} and {more} more" if more > 0 else named


def show_cross_file(out: Console, home: Home) -> None:
    """The rules between files that found rows at the last build, and how many could not be asked."""
    import duckdb

    try:
        found = rows(
            home.warehouse_db,
            "select rule_id, source, sum(rows_failed)::bigint, sum(rows_checked)::bigint from ledger.cross_count "
            "group by rule_id, source order by rule_id, source",
        )
    except (duckdb.CatalogException, duckdb.IOException):  # loaded before there were such rules, or a run is writing
        return
    shown = [[rule, source, count(failed), count(checked)] for rule, source, failed, checked in found if failed]
    if shown:
        heads = ["rule", "source", "rows to look at", "of rows"]
        show_table(out, "Against other files, at the last build", heads, shown, left=2)
    skipped = sorted({rule for rule, _, failed, _ in found if failed is None})
    if skipped:
        say(out, f"Not checked, because the other source has no file in use: {', '.join(skipped)}.\n")


def show_release(out: Console, home: Home) -> None:
    """The current release, its as-of day and the newest complete wage quarter in it."""
    if not home.current.exists():
        say(out, "No release has been published yet.\n")
        return
    [(release, as_of)] = rows(home.current, "select distinct release, as_of_date::varchar from release")
    [(quarter,)] = rows(home.current, "select max(quarter) from dim_quarter where is_wage_complete")
    say(out, f"Release {release}, as of {as_of}: {shown_path(home.current)}")
    say(out, f"Newest complete wage quarter: {quarter or 'none yet'}\n")


def show_runs(out: Console, home: Home) -> None:
    """The last runs Dagster knows of, whoever started them."""
    from orchestration.history import last_runs

    shown = [[run.job, run.status, run.started, run.seconds] for run in last_runs(home, RUNS_SHOWN)]
    show_table(out, "Last runs", ["job", "result", "started", "seconds"], shown, left=3)
    failed = home.root / "logs" / "failed-runs.txt"
    if failed.exists():
        say(out, f"Failed runs of the daemon, one sentence each: {shown_path(Path(failed))}")
