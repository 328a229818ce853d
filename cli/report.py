"""The last lines of a run: does the ledger add up, how many persons, what came of them, where to look next.

Every number is read from the databases the run left behind; ✓ and ✗ are computed per line, not printed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.terminal import CROSS, TICK, count, say, show_table
from home import Home

if TYPE_CHECKING:
    from datetime import date

    from rich.console import Console

INDICATORS = ("EMP_Q2", "EMP_Q4", "MEDIAN_Q2", "CREDENTIAL", "MSG", "RETENTION")


def rows(database: Path, sql: str, parameters: list[Any] | dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Result of one query on a database opened for reading only."""
    import duckdb

    connection = duckdb.connect(str(database), read_only=True)
    try:
        return connection.execute(sql, parameters or []).fetchall()
    finally:
        connection.close()


def show_ledger(out: Console, home: Home) -> None:
    """Per source: files, and rows received = accepted + quarantined + superseded."""
    found = rows(
        home.warehouse_db,
        "select source, files_accepted, files_rejected, rows_received, rows_accepted, rows_quarantined, "
        "rows_superseded, rows_held from ledger.reconciliation order by source",
    )
    shown = []
    for source, accepted_files, rejected_files, received, *parts in found:
        numbers = (accepted_files, rejected_files, received, *parts)
        shown.append([source, *map(count, numbers), TICK if received == sum(parts) else CROSS])
    title = "Ledger: rows received = accepted + quarantined + superseded + held"
    heads = ["source", "files", "refused", "received", "accepted", "quarantined", "superseded", "held", ""]
    show_table(out, title, heads, shown)


def show_refusals(out: Console, home: Home, batches: list[str]) -> None:
    """Each refused file with its reason and where its receipt is."""
    if not batches:
        return
    found = rows(
        home.warehouse_db,
        "select source, file_name, batch_id, reject_reason from ledger.batch "
        "where list_contains(?, batch_id) order by source, file_name",
        [batches],
    )
    for source, file_name, batch_id, reason in found:
        receipt = shown_path(home.receipts / source / batch_id / "receipt.html")
        say(out, f"{CROSS} Rejected: {source}/{file_name}: {reason} Receipt: {receipt}")
    out.print()


def show_held(out: Console, home: Home) -> None:
    """Each batch that waits for a steward because it is unlike those before it, and where its profile is."""
    found = rows(
        home.warehouse_db,
        "select source, file_name, batch_id from ledger.batch where is_held order by source, file_name",
    )
    for source, file_name, batch_id in found:
        profile = shown_path(home.receipts / source / batch_id / "profile.html")
        say(out, f"{CROSS} Held: {source}/{file_name} is unlike the batches before it and not in use. See {profile}")
    if found:
        out.print()


def show_strays(out: Console, landing: Path) -> None:
    """What lies in the landing folder where no source will ever find it."""
    import ingest

    for stray in ingest.strays(landing):
        say(
            out,
            f"{CROSS} Not looked at: {stray.name} is not the folder of a source. Put files into {landing}/<source>/.",
        )


def show_persons(out: Console, home: Home) -> None:
    """How many persons are behind how many identities, and by which rule each identity found its person."""
    found = rows(
        home.warehouse_db,
        "select match_rule, count(*), count(distinct person_key) from linkage.person_crosswalk "
        "group by all order by all",
    )
    [(identities, persons)] = rows(
        home.warehouse_db, "select count(*), count(distinct person_key) from linkage.person_crosswalk"
    )
    shown = [[rule, count(of_rule), count(of_persons)] for rule, of_rule, of_persons in found]
    title = f"Persons: {count(identities)} identities from all sources are {count(persons)} persons"
    show_table(out, title, ["linked by", "identities", "persons touched"], shown)


def show_indicators(out: Console, home: Home) -> None:
    """The six WIOA indicators, statewide, by programme, for the newest programme year whose wages are complete."""
    year, is_complete = newest_year(home)
    if year is None:
        out.print("No WIOA cohort has a result yet.\n")
        return
    found = rows(
        home.current,
        "select program_code, indicator_code, indicator_share, median_usd, denominator_count from rpt_wioa_indicator "
        "where program_year = ? and report_type = 'ANNUAL' and wda_code = 'ALL' and slice_code = 'ALL' "
        "order by program_code, indicator_code",
        [year],
    )
    cells: dict[str, dict[str, str]] = {}
    for program, indicator, share, median, denominator in found:
        cells.setdefault(program, {})[indicator] = cell(share, median, denominator)
    shown = [[program, *(of.get(code, "-") for code in INDICATORS)] for program, of in cells.items()]
    note = "" if is_complete else ", still open: some wage quarters are not complete"
    title = f"WIOA indicators, statewide, programme year {year}{note} (n = cohort)"
    show_table(out, title, ["programme", *INDICATORS], shown)


def newest_year(home: Home) -> tuple[int | None, bool]:
    """Newest year with nothing pending and nearly every indicator, else nearly every one, else any; and if complete."""
    found = rows(
        home.current,
        "select program_year, sum(pending_count) = 0 as is_complete, "
        "count(distinct indicator_code) filter (where denominator_count > 0) >= 5 as is_broad "
        "from rpt_wioa_indicator where report_type = 'ANNUAL' and wda_code = 'ALL' and slice_code = 'ALL' "
        f"and indicator_code in {INDICATORS} "
        "group by program_year having sum(denominator_count) > 0 "
        "order by is_complete and is_broad desc, is_broad desc, program_year desc limit 1",
    )
    return (found[0][0], found[0][1]) if found else (None, False)


def cell(share: Any, median: Any, denominator: int | None) -> str:
    """A share or a median with the size of its cohort."""
    if not denominator:
        return "-"
    value = f"${median:,.0f}" if median is not None else "-" if share is None else f"{100 * share:.1f} %"
    return f"{value} ({count(denominator)})"


def show_places(out: Console, home: Home, as_of: date | None) -> None:
    """Where the results are, and one query to paste."""
    release = shown_path(home.published / home.current.readlink())
    say(out, f"Release    {release}  (current.duckdb points to it)")
    if as_of:
        say(out, f"           as known on {as_of}; run again without --as-of to show the newest state")
    say(out, "           restricted: one row per person, and cells of any size; not for the public")
    say(out, f"Receipts   {shown_path(home.receipts)}/<source>/<batch>/receipt.html")
    say(out, "Dagster    workforce up   then http://127.0.0.1:3000")
    say(out, "\nOne query to paste:\n")
    say(out, query_to_paste(home))


def query_to_paste(home: Home) -> str:
    """A shell line that prints the newest report from the current release."""
    sql = (
        "select program_year, program_code, indicator_code, numerator_count, denominator_count, indicator_share, "
        "median_usd from rpt_wioa_indicator where report_type = 'ANNUAL' and wda_code = 'ALL' and slice_code = 'ALL' "
        "order by program_year desc, program_code, indicator_code limit 30"
    )
    python, current = shown_path(Path(sys.executable)), shown_path(home.current)
    return f"{python} -c \"import duckdb; print(duckdb.connect('{current}', read_only=True).sql('''{sql}'''))\""


def shown_path(path: Path) -> str:
    """Relative to where the reader stands, when it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
