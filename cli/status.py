"""`workforce status`: what came in per source, which wage quarter is complete, the last release, the last runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.report import rows, shown_path
from cli.terminal import console, count, say, show_table
from home import Home

if TYPE_CHECKING:
    from rich.console import Console

RUNS_SHOWN = 5


def status() -> None:
    """Show it; says so in a sentence when a run holds the warehouse."""
    home = Home.from_env()
    out = console()
    if not home.warehouse_db.exists():
        say(out, f"Nothing has been loaded into {home.root} yet: `workforce run --landing DIR`.")
        return
    show_sources(out, home)
    show_release(out, home)
    show_runs(out, home)


def show_sources(out: Console, home: Home) -> None:
    """Per source: last extract, files, rows."""
    import duckdb

    try:
        found = rows(
            home.warehouse_db,
            "select source, max(extract_ts)::date::varchar, count(*) filter (where outcome <> 'reject_file'), "
            "count(*) filter (where outcome = 'reject_file'), "
            "sum(rows_accepted) filter (where outcome <> 'reject_file')::bigint "
            "from ledger.batch group by source order by source",
        )
    except duckdb.IOException:
        say(out, "A run is writing to the warehouse: what it loads shows here when it has ended.\n")
        return
    shown = [
        [source, extract, count(accepted), count(refused), count(total)]
        for source, extract, accepted, refused, total in found
    ]
    show_table(out, "Loaded so far", ["source", "last extract", "files", "rejected", "rows accepted"], shown, left=2)


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
