"""Receipts: what became of one file, for the agency that sent it. JSON for programs, HTML and CSV for people.

Belongs here: telling what the ledger says. Does not: deciding anything, or any value of a row. Made from the ledger
alone, so a lost receipt can be made again.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import contracts
from contracts import Source
from home import Home, pages
from ingest import cross_results, faults
from ingest.calendar import due_of, following
from ingest.findings import FIXES, LISTED_ROWS
from ingest.ledger import Batch, find
from ingest.naming import PERIOD
from ingest.standing import standing_sql

if TYPE_CHECKING:
    import duckdb
    import jinja2

SHOWN_RANGES = 40
"""Row ranges printed per rule in the HTML; the JSON has every listed number."""

HEADLINES = {
    "accept": "Accepted",
    "accept_with_warning": "Accepted, with warnings",
    "quarantine_rows": "Accepted, some rows kept out",
    "reject_file": "Rejected",
}
FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r|]")
"""What a spreadsheet may take for the beginning of a formula, full-width forms included."""
HELD = "Held: differs from the batches before it"


def folder(home: Home, source: str, batch_id: str) -> Path:
    """Where the receipt of a batch lies."""
    return home.receipts / source / batch_id


def write(con: duckdb.DuckDBPyConnection, home: Home, batch_id: str) -> Path:
    """Write receipt.json, receipt.html and findings.csv from the ledger; returns the HTML file."""
    batch = find(con, batch_id)
    if batch is None:
        raise LookupError(f"The ledger has no batch {batch_id}.")
    receipt = describe(batch, _rules(con, batch), _base_of(con, batch), cross_results.of_batch(con, batch))
    target = folder(home, batch.source, batch_id)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(target / "receipt.json", json.dumps(receipt, indent=2, default=str) + "\n")
    write_whole(target / "findings.csv", findings_csv(receipt))
    write_whole(target / "receipt.html", _template().render(receipt))
    return target / "receipt.html"


def try_write(con: duckdb.DuckDBPyConnection, home: Home, batch_id: str, source: str) -> None:
    """Write a receipt, or log why not: what was loaded stands, and the receipt is made up for at the next start."""
    try:
        write(con, home, batch_id)
    except Exception as error:
        if faults.concerns_everything(error):
            raise
        withdraw(home, source, [batch_id])
        faults.note(error, home, f"writing the receipt of {batch_id}")


def withdraw(home: Home, source: str, batch_ids: Iterable[str]) -> None:
    """Take away receipts that are about to say something else, so that they are made anew even after a crash."""
    for batch_id in batch_ids:
        folder(home, source, batch_id).joinpath("receipt.html").unlink(missing_ok=True)


def write_missing(con: duckdb.DuckDBPyConnection, home: Home, source: str | None = None) -> None:
    """Make every receipt that is not there, of one source or of all."""
    found = con.execute(
        "select batch_id, source from warehouse.ledger.batch where source = coalesce(?, source) order by all", [source]
    ).fetchall()
    for batch_id, of_source in found:
        if not folder(home, of_source, batch_id).joinpath("receipt.html").exists():
            try_write(con, home, batch_id, of_source)


def describe(
    batch: Batch, rules: list[dict[str, Any]], base: Sequence[str], cross: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The receipt as plain data. `base`: the batches that stand of the same source, sender and period."""
    contract = contracts.load(batch.source)
    return {
        **asdict(batch),
        **_rows(batch, batch.batch_id in base),
        "stands": batch.batch_id in base,
        "superseded_by": [] if batch.batch_id in base or _is_out(batch) else list(base),
        "title": contract.title,
        "agency": contract.agency,
        "contract_id": contract.contract_id,
        "headline": HELD if batch.is_held else HEADLINES[batch.outcome],
        "summary": _summary(batch),
        "next_step": _next_step(batch, batch.batch_id in base, rules) + _across(cross),
        "due_next": due_next(batch, contract),
        "errors": [rule for rule in rules if rule["severity"] == "error"],
        "warnings": [rule for rule in rules if rule["severity"] == "warning"],
        "cross_file": cross,
    }


def _across(cross: dict[str, Any] | None) -> str:
    if not (cross and cross["broken"]):
        return ""
    return " Some rows do not fit what other files say, see below: one of the files may need correcting."


def _is_out(batch: Batch) -> bool:
    return batch.is_held or batch.outcome == "reject_file"


def _rows(batch: Batch, stands: bool) -> dict[str, int]:
    """rows_received = rows_accepted + rows_quarantined + rows_superseded + rows_held + rows_refused, of one file."""
    loaded = batch.rows_accepted
    return {
        "rows_accepted": loaded if stands else 0,
        "rows_superseded": 0 if stands or _is_out(batch) else loaded,
        "rows_held": loaded if batch.is_held else 0,
        "rows_refused": batch.rows_received - batch.rows_quarantined if batch.outcome == "reject_file" else 0,
    }


def _base_of(con: duckdb.DuckDBPyConnection, batch: Batch) -> list[str]:
    """What stands of the batch's source, sender and period, by id."""
    same = "b.source = $source and b.period = $period and coalesce(b.submitter, '') = $submitter"
    standing = con.execute(
        f"select batch_id from ({standing_sql('warehouse.ledger', same)}) order by batch_id",
        {"source": batch.source, "period": batch.period, "submitter": batch.submitter or ""},
    ).fetchall()
    return [batch_id for (batch_id,) in standing]


def due_next(batch: Batch, contract: Source) -> dict[str, str] | None:
    """The period after this one and the day its submission is due; None where no period follows."""
    after = following(batch.period) if batch.period and PERIOD.fullmatch(batch.period) else None
    if after is None:
        return None
    due = due_of(contract, after)
    return {"period": due.period, "due": due.due.isoformat()}


def findings_csv(receipt: dict[str, Any]) -> str:
    """One line per listed row of a rule, for a spreadsheet: what to correct where. No cell can start a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["rule", "severity", "column", "row", "message", "how_to_fix"])
    across = (receipt["cross_file"] or {}).get("broken", [])
    for rule in [*receipt["errors"], *receipt["warnings"], *across]:
        words = (rule["rule_id"], rule["severity"], rule["column"] or "")
        for row in rule["rows"] or [""]:
            cells = (*words, str(row), _sentence(rule), rule["fix"])
            writer.writerow([inert(cell) for cell in cells])
    return out.getvalue()


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before whatever could begin one."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def _summary(batch: Batch) -> str:
    received, accepted = f"{batch.rows_received:,}", f"{batch.rows_accepted:,}"
    if batch.outcome == "reject_file":
        return f"The file was not loaded. {batch.reject_reason}"
    if batch.is_held:
        return (
            f"Of {received} rows received, {accepted} are in order, but the file as a whole is unlike those before it."
        )
    if batch.outcome == "quarantine_rows":
        return (
            f"Of {received} rows received, {accepted} were loaded and {batch.rows_quarantined:,} were kept out because "
            "of errors."
        )
    if batch.rows_received == 0:
        return "The file has no rows, as its manifest announced."
    return f"All {received} rows were loaded."


def _next_step(batch: Batch, stands: bool, rules: list[dict[str, Any]]) -> str:
    if any(rule["rule_id"] == faults.RULE for rule in rules):
        return "Nothing needs to be sent again: the file is tried again at the next run."
    if batch.outcome == "reject_file":
        return (
            "Nothing of this file is in use; the last good extract of the period stays. Correct what is listed below "
            "and send the whole extract again. Nothing needs to be withdrawn."
        )
    if batch.is_held:
        return (
            "Nothing of this file is in use; the last good extract of the period stays. Look at the warnings and the "
            "profile. If the file is incomplete or wrong, send the whole extract again. If the difference is real, put "
            '"drift_accepted": true into the manifest and send both again: the file is used then.'
        )
    if not stands:
        return (
            "Nothing needs to be done. A newer extract of the same period is in use; this one is kept as history, and "
            "its rows count as superseded."
        )
    if batch.outcome == "quarantine_rows":
        return (
            "The loaded rows are in use. Correct the rows listed under errors and send the whole extract again under a "
            "newer date or version: it replaces this one."
        )
    if batch.outcome == "accept_with_warning":
        return "All rows are in use. Look at the warnings; a corrected extract of the period replaces this one."
    return "All rows are in use. A later extract of the same period replaces this one."


def _rules(con: duckdb.DuckDBPyConnection, batch: Batch) -> list[dict[str, Any]]:
    """The broken rules of a batch: errors before warnings, whole-file findings first, then the most rows."""
    found = con.execute(
        "select distinct c.rule_id, c.severity, c.column_name, c.rows_failed, c.rows_checked, f.message, f.rows "
        "from warehouse.ledger.rule_count c join ("
        "  select rule_id, column_name, message, list_sort(list(row_no) filter (where row_no is not null)) as rows"
        "  from warehouse.ledger.finding where batch_id = $batch_id group by all"
        ") f on f.rule_id = c.rule_id and f.column_name is not distinct from c.column_name "
        "where c.batch_id = $batch_id "
        "order by c.severity, c.rows_failed is null desc, c.rows_failed desc, c.rule_id, c.column_name, f.message",
        {"batch_id": batch.batch_id},
    ).fetchall()
    return [
        {
            "rule_id": rule_id,
            "severity": severity,
            "column": column,
            "message": message,
            "fix": fix(batch.source, rule_id, column),
            "rows_failed": failed,
            "rows_checked": checked,
            "rows": listed or [],
            "rows_are_complete": failed is None or failed <= LISTED_ROWS,
        }
        for rule_id, severity, column, failed, checked, message, listed in found
    ]


def fix(source: str, rule_id: str, column: str | None) -> str:
    """What to do about a rule: the gate's own word, else the contract's. Empty when today's contract has it no more."""
    if rule_id in FIXES:
        return FIXES[rule_id]
    try:
        return contracts.describe(source, rule_id, column or "").fix
    except contracts.ContractError:
        return ""


def ranges(rows: list[int]) -> list[str]:
    """Row numbers for reading: runs as 'first–last'."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return [f"{first:,}" if first == last else f"{first:,}–{last:,}" for first, last in runs]


def _row_text(rule: dict[str, Any]) -> str:
    if rule["rows_failed"] is None:
        return "the whole file"
    shown = ranges(rule["rows"])
    more = len(shown) > SHOWN_RANGES or not rule["rows_are_complete"]
    return ", ".join(shown[:SHOWN_RANGES]) + (" and more (receipt.json lists up to 1,000)" if more else "")


def _sentence(rule: dict[str, Any]) -> str:
    """The message with a capital, unless it begins with the name of a column."""
    message, columns = rule["message"], (rule["column"] or "").split(", ")
    return message if message.split(" ")[0] in columns else message[:1].upper() + message[1:]


def _moment(value: datetime | None) -> str:
    if value is None:
        return "not given"
    return value.strftime("%Y-%m-%d" if value.time() == time.min else "%Y-%m-%d %H:%M UTC")


def _bytes_text(count: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"


@cache
def _template() -> jinja2.Template:
    return environment().get_template("receipt.html.j2")


def environment() -> jinja2.Environment:
    """The templates of this folder, with the words of receipts."""
    made = pages.environment(Path(__file__).parent)
    made.filters |= {
        "row_text": _row_text,
        "bytes_text": _bytes_text,
        "sentence": _sentence,
        "moment": _moment,
        "count": lambda number: f"{number:,}",
    }
    return made


def write_whole(path: Path, text: str) -> None:
    """Write a page whole or not at all: a reader never finds half a receipt."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
