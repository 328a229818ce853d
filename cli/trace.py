"""`workforce trace`: from a figure to the stays, files and rows behind it, and from a row to the figures.

Restricted use: what it lists is about single persons, under our opaque keys; no value of a row is shown.
Belongs here: showing and writing the file. Does not: finding (`trace_rows`).
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from cli.terminal import CROSS, TICK, console, count, say, show_table
from home import Home

SHOWN = 20
HEADING = ("period_key", "source", "file_name", "batch_id", "row_no")


def trace(report: str, where: str, out_file: Path | None) -> None:
    """The chosen figures with what was found behind each count, the files, and with `--out` every row as CSV."""
    from cli import trace_rows

    con = trace_rows.open_marts(Home.from_env())
    try:
        cells = trace_rows.write_counted(con, report, where)
        found = trace_rows.sources(con, report)
    finally:
        con.close()
    out = console()
    shown = [
        [cell.key, ", ".join(f"{name.removesuffix('_count')} {_judged(*both)}" for name, both in cell.counts.items())]
        for cell in cells
    ]
    show_table(out, "Each count of the figure, beside the stays found behind it", ["figure", "counts"], shown, left=2)
    files = Counter((row.source, row.file_name) for row in found)
    stays = len({row.period_key for row in found})
    listed = [[source, name, count(rows)] for (source, name), rows in sorted(files.items())]
    show_table(
        out,
        f"{count(stays)} stays from {count(len(files))} files; rows count from 1 after the header",
        ["source", "file", "rows"],
        listed,
        left=2,
    )
    if out_file:
        with out_file.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(HEADING)
            writer.writerows([row.period_key, row.source, row.file_name, row.batch_id, row.row_no] for row in found)
        out_file.chmod(0o600)
        say(out, f"{count(len(found))} rows written to {out_file}. Restricted: one line per person and record.")
    else:
        first = [[row.period_key, row.source, row.file_name, str(row.row_no)] for row in found[:SHOWN]]
        show_table(out, "The first rows", ["stay", "source", "file", "row"], first, left=3)
        say(out, f"All {count(len(found))}: add --out FILE.csv")


def trace_back(file_name: str, row_no: int) -> None:
    """The stays a row of a file belongs to, and the metrics they count in."""
    from cli import trace_rows

    con = trace_rows.open_marts(Home.from_env())
    try:
        batches = trace_rows.write_counted_of_row(con, file_name, row_no)
        counted = trace_rows.cells_of_stays(con)
        stays = [key for (key,) in con.execute("select period_key from stay order by period_key").fetchall()]
    finally:
        con.close()
    out = console()
    say(
        out,
        f"Row {count(row_no)} of {file_name} (batch {', '.join(batches)}) is about a person with {len(stays)} stays.",
    )
    shown = [[key, metric, str(year), "yes" if numerator else "no"] for key, metric, year, _, numerator in counted]
    show_table(out, "Where they count", ["stay", "metric", "programme year", "in the numerator"], shown, left=2)


def _judged(said: int, found: int) -> str:
    return f"{count(said)} {TICK}" if said == found else f"{count(said)} {CROSS} ({count(found)} found)"
