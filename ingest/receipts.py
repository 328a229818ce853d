"""Receipts: what became of one file, for the agency that sent it. JSON for programs, HTML for people.

Belongs here: telling what the ledger says. Does not: deciding anything, or any value of a row. Made from the ledger
alone, so a lost receipt can be made again.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import contracts
from home import Home
from ingest.findings import FIXES, LISTED_ROWS
from ingest.ledger import Batch, find

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


def folder(home: Home, source: str, batch_id: str) -> Path:
    """Where the receipt of a batch lies."""
    return home.receipts / source / batch_id


def write(con: duckdb.DuckDBPyConnection, home: Home, batch_id: str) -> Path:
    """Write receipt.json and receipt.html from the ledger; returns the HTML file."""
    batch = find(con, batch_id)
    if batch is None:
        raise LookupError(f"The ledger has no batch {batch_id}.")
    receipt = describe(batch, _rules(con, batch))
    target = folder(home, batch.source, batch_id)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(target / "receipt.json", json.dumps(receipt, indent=2, default=str) + "\n")
    _write(target / "receipt.html", _template().render(receipt))
    return target / "receipt.html"


def describe(batch: Batch, rules: list[dict[str, Any]]) -> dict[str, Any]:
    """The receipt as plain data."""
    contract = contracts.load(batch.source)
    errors = [rule for rule in rules if rule["severity"] == "error"]
    warnings = [rule for rule in rules if rule["severity"] == "warning"]
    return {
        **asdict(batch),
        "title": contract.title,
        "agency": contract.agency,
        "contract_id": contract.contract_id,
        "headline": HEADLINES[batch.outcome],
        "summary": _summary(batch),
        "next_step": _next_step(batch),
        "errors": errors,
        "warnings": warnings,
    }


def _summary(batch: Batch) -> str:
    received, accepted = f"{batch.rows_received:,}", f"{batch.rows_accepted:,}"
    if batch.outcome == "reject_file":
        return f"The file was not loaded. {batch.reject_reason}"
    if batch.outcome == "quarantine_rows":
        return (
            f"Of {received} rows received, {accepted} were loaded and {batch.rows_quarantined:,} were kept out because "
            "of errors."
        )
    if batch.rows_received == 0:
        return "The file has no rows, as its manifest announced."
    return f"All {received} rows were loaded."


def _next_step(batch: Batch) -> str:
    if batch.outcome == "reject_file":
        return (
            "Nothing of this file is in use; the last good extract of the period stays. Correct what is listed below "
            "and send the whole extract again. Nothing needs to be withdrawn."
        )
    if batch.outcome == "quarantine_rows":
        return (
            "The loaded rows are in use. Correct the rows listed under errors and send the whole extract again under a "
            "newer date or version: it replaces this one."
        )
    if batch.outcome == "accept_with_warning":
        return "All rows are in use. Look at the warnings; a corrected extract of the period replaces this one."
    return "Nothing needs to be done. A later extract of the same period replaces this one."


def _rules(con: duckdb.DuckDBPyConnection, batch: Batch) -> list[dict[str, Any]]:
    """The broken rules of a batch: errors before warnings, whole-file findings first, then the most rows."""
    found = con.execute(
        "select c.rule_id, c.severity, c.column_name, c.rows_failed, c.rows_checked, f.message, f.rows "
        "from warehouse.ledger.rule_count c join ("
        "  select rule_id, column_name, message, list_sort(list(row_no) filter (where row_no is not null)) as rows"
        "  from warehouse.ledger.finding where batch_id = $batch_id group by all"
        ") f on f.rule_id = c.rule_id and f.column_name is not distinct from c.column_name "
        "where c.batch_id = $batch_id "
        "order by c.severity, c.rows_failed is not null, c.rows_failed desc, c.rule_id, c.column_name, f.message",
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
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "row_text": _row_text,
        "bytes_text": _bytes_text,
        "sentence": _sentence,
        "moment": _moment,
        "count": lambda number: f"{number:,}",
    }
    return environment.get_template("receipt.html.j2")


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a reader never finds half a receipt."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
