"""`workforce compare`: which published figures moved between two releases. Belongs here: showing, writing the file."""

from __future__ import annotations

import csv
from pathlib import Path

from cli.out_file import check_out
from cli.terminal import console, count, say, show_table
from home import Home

SHOWN = 12
HEADING = ("report", "key", "column", "before", "after", "difference")


def compare(before: str, after: str, out_file: Path | None) -> None:
    """Counts per report, the largest moves, and with `--out` every one of them as CSV."""
    import publish

    check_out(out_file)
    home = Home.from_env()
    found = publish.compare(publish.find_release(home, before), publish.find_release(home, after))
    out = console()
    say(out, f"From {found.before} to {found.after}")
    out.print()
    counted = [
        [moved.report, count(moved.compared), count(moved.changed), count(moved.added), count(moved.removed)]
        for moved in found.reports
        if not moved.is_still
    ]
    still = [moved.report for moved in found.reports if moved.is_still]
    if counted:
        show_table(out, "Reports that moved", ["report", "rows", "changed", "added", "removed"], counted, left=1)
    if still:
        say(out, f"No figure moved in {', '.join(still)}.")
    if found.not_compared:
        say(out, f"Only one of the two has {', '.join(found.not_compared)}.")
    if found.rows and not out_file:
        shown = [[report, key, column, was or "", now or ""] for report, key, column, was, now, _ in found.rows[:SHOWN]]
        show_table(out, "The first of them", ["report", "row", "figure", "before", "after"], shown, left=3)
        say(out, f"All {count(len(found.rows))}: add --out FILE.csv")
    if out_file:
        with out_file.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(HEADING)
            writer.writerows(found.rows)
        say(out, f"{count(len(found.rows))} figures written to {out_file}")
