"""`workforce run`: progress while it goes, then the ledger, the persons, the indicators, and where to look next."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cli.guard import REFUSED
from cli.terminal import complain, console

ALL_WELL, FILE_REFUSED = 0, 1


def run(landing: Path | None, as_of: date | None) -> int:
    """Run everything and show what came of it; returns the exit code."""
    from cli import report, synthetic
    from cli.terminal import Steps
    from home import Home
    from orchestration import progress, runs

    home = Home.from_env()
    folder = (landing or home.landing).resolve()
    out = console()
    with progress.listening(Steps(out)):
        outcome = runs.run(home, folder, as_of)
    synthetic.remember(home, folder)
    if outcome.failures:
        for sentence in outcome.failures:
            complain(sentence)
        report.show_refusals(out, home, outcome.refused_batches)
        return REFUSED
    out.print()
    report.show_ledger(out, home)
    report.show_refusals(out, home, outcome.refused_batches)
    report.show_held(out, home)
    report.show_strays(out, folder)
    report.show_persons(out, home)
    report.show_indicators(out, home)
    report.show_places(out, home, as_of)
    return FILE_REFUSED if outcome.refused_batches else ALL_WELL
