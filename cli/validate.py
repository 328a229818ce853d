"""`workforce validate`: one file against one contract, nothing loaded. Never shows a value, only where it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.guard import REFUSED
from cli.terminal import CROSS, TICK, complain, console, count, say, show_table

if TYPE_CHECKING:
    from ingest import GateResult

CODES = {"accept": 0, "accept_with_warning": 0, "quarantine_rows": 1, "reject_file": 2}
WORDS = {
    "accept": "would be accepted",
    "accept_with_warning": "would be accepted, with warnings",
    "quarantine_rows": "would be accepted without the rows that break a rule",
    "reject_file": "would be rejected as a whole",
}
ROWS_SHOWN = 12


def validate(file: Path, source: str, as_json: bool) -> int:
    """Check the file and show the findings; returns the exit code of its outcome."""
    import contracts
    import ingest

    if source not in contracts.source_names():
        complain(f"There is no source {source}: it is one of {', '.join(contracts.source_names())}.")
        return REFUSED
    if not file.is_file():
        complain(f"There is no file {file}.")
        return REFUSED
    result = ingest.validate_file(file, source)
    if as_json:
        print(json.dumps(as_data(result), indent=2))
    else:
        show(file, source, result)
    return CODES[result.outcome]


def as_data(result: GateResult) -> dict[str, Any]:
    """The verdict as plain data: counts, quarantined row numbers and findings; never a value of a row."""
    quarantined = {
        finding.row_no for finding in result.findings if finding.severity == "error" and finding.row_no is not None
    }
    return {
        "outcome": result.outcome,
        "reject_reason": result.reject_reason,
        "rows_received": result.rows_received,
        "rows_accepted": result.rows_accepted,
        "rows_quarantined": result.rows_quarantined,
        "quarantined_row_numbers": sorted(quarantined),
        "findings": [
            {
                "rule": finding.rule_id,
                "severity": finding.severity,
                "column": finding.column_name,
                "row": finding.row_no,
                "message": finding.message,
                "fix": finding.fix,
            }
            for finding in result.findings
        ],
    }


def show(file: Path, source: str, result: GateResult) -> None:
    """The verdict, then one line per broken rule with its rows and what to do."""
    out = console()
    mark = CROSS if result.is_rejected else TICK
    say(out, f"{mark} {file.name} {WORDS[result.outcome]} as {source}.")
    if result.reject_reason:
        say(out, f"  {result.reject_reason}")
    received, accepted, quarantined = result.rows_received, result.rows_accepted, result.rows_quarantined
    told = f"{rows_in_words(received)} received"
    if not result.is_rejected:
        told += f" = {count(accepted)} accepted + {count(quarantined)} quarantined"
    say(out, f"  {told}.\n")
    broken = [number for number in result.counts if number.is_broken]
    shown = [
        [
            rule.severity,
            rule.rule_id,
            rule.column_name or "",
            "whole file" if rule.rows_failed is None else f"{rows_in_words(rule.rows_failed)}: {listed(rule.rows)}",
            sentences(rule.message, rule.fix),
        ]
        for rule in broken
    ]
    if shown:
        show_table(out, "Findings (rows count from 1 after the header)", HEADS, shown, left=len(HEADS))


HEADS = ["severity", "rule", "column", "where", "what, and what to do"]


def sentences(message: str, fix: str) -> str:
    """What is wrong and what to do, as two sentences."""
    wrong = message[:1].upper() + message[1:].rstrip(".")
    return f"{wrong}. {fix}".strip()


def rows_in_words(number: int) -> str:
    """`1 row`, `2 rows`."""
    return f"{count(number)} {'row' if number == 1 else 'rows'}"


def listed(numbers: tuple[int, ...]) -> str:
    """The first few row numbers."""
    more = ", …" if len(numbers) > ROWS_SHOWN else ""
    return ", ".join(str(number) for number in numbers[:ROWS_SHOWN]) + more
