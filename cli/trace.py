"""`workforce trace`: from a figure to the stays, persons, files and rows behind it, and from a row to the figures.

Restricted use: what it lists is about single persons, under our opaque keys; no value of a row is shown.
Belongs here: showing and writing the file. Does not: counting (`trace_rows`), finding files and rows (`trace_sources`).
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from cli.out_file import check_out
from cli.terminal import CROSS, TICK, console, count, say, show_table
from home import Home

if TYPE_CHECKING:
    from cli.trace_rows import Cell
    from cli.trace_sources import Source

SHOWN = 20
HEADING = ("person_key", "period_key", "source", "file_name", "batch_id", "row_no")


def trace(report: str, where: str, out_file: Path | None) -> None:
    """The chosen figures with what was found behind each count, the files, and with `--out` every row as CSV."""
    from cli import trace_marts, trace_rows, trace_sources

    check_out(out_file)
    with trace_marts.open_marts(Home.from_env()) as con:
        cells = trace_rows.write_counted(con, report, where)
        found = trace_sources.sources(con, report)
    _show_cells(cells)
    _show_files(found)
    out = console()
    if out_file:
        with out_file.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(HEADING)
            writer.writerows([getattr(row, name) for name in HEADING] for row in found)
        out_file.chmod(0o600)
        say(out, f"{count(len(found))} rows written to {out_file}. Restricted: one line per person and record.")
    else:
        first = [
            [row.period_key or row.person_key or "no person", row.source, row.file_name, _row(row)]
            for row in found[:SHOWN]
        ]
        show_table(out, "The first rows", ["stay or person", "source", "file", "row"], first, left=3)
        say(out, f"All {count(len(found))}: add --out FILE.csv")


def trace_back(file_name: str, row_no: int) -> None:
    """The stays a row of a file belongs to, and the metrics they count in."""
    from cli import trace_marts, trace_sources

    with trace_marts.open_marts(Home.from_env()) as con:
        batches = trace_sources.write_counted_of_row(con, file_name, row_no)
        counted = trace_sources.cells_of_stays(con)
        stays = [key for (key,) in con.execute("select period_key from stay order by period_key").fetchall()]
    out = console()
    say(
        out,
        f"Row {count(row_no)} of {file_name} (batch {', '.join(batches)}) is about a person with {len(stays)} stays.",
    )
    shown = [[key, metric, str(year), "yes" if numerator else "no"] for key, metric, year, _, numerator in counted]
    show_table(out, "Where they count", ["stay", "metric", "programme year", "in the numerator"], shown, left=2)


def _show_cells(cells: list[Cell]) -> None:
    """Every figure with its counts, and below what a reader must know of them."""
    out = console()
    shown = [
        [cell.key, ", ".join(f"{name.removesuffix('_count')} {_judged(*both)}" for name, both in cell.counts.items())]
        for cell in cells
    ]
    show_table(out, "Each count of the figure, beside what was found behind it", ["figure", "counts"], shown, left=2)
    for note in dict.fromkeys(note for cell in cells for note in cell.notes):
        say(out, note)


def _show_files(found: list[Source]) -> None:
    files = Counter((row.source, row.file_name) for row in found)
    whole = {(row.source, row.file_name) for row in found if row.row_no is None}
    stays = len({row.period_key for row in found if row.period_key})
    persons = len({row.person_key for row in found if row.person_key})
    listed = [[*file, "whole file" if file in whole else count(rows)] for file, rows in sorted(files.items())]
    show_table(
        console(),
        f"{count(stays)} stays of {count(persons)} persons from {count(len(files))} files; "
        "rows count from 1 after the header",
        ["source", "file", "rows"],
        listed,
        left=2,
    )


def _row(row: Source) -> str:
    return "whole file" if row.row_no is None else str(row.row_no)


def _judged(said: int, found: int) -> str:
    return f"{count(said)} {TICK}" if said == found else f"{count(said)} {CROSS} ({count(found)} found)"
