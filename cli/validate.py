"""`workforce validate`: one file against one contract, nothing loaded. Never shows a value, only where it is."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.guard import OUR_FAULT, REFUSED
from cli.terminal import CROSS, TICK, console, count, say, show_table

if TYPE_CHECKING:
    from contracts import Source
    from contracts.profile import Profile
    from ingest import GateResult

CODES = {"accept": 0, "accept_with_warning": 0, "quarantine_rows": 1, "reject_file": 2}
WORDS = {
    "accept": "would be accepted",
    "accept_with_warning": "would be accepted, with warnings",
    "quarantine_rows": "would be accepted without the rows that break a rule",
    "reject_file": "would be rejected as a whole",
}
ROWS_SHOWN = 12
NUMBERS = "quarantined_row_numbers"
AT_ONCE = 10_000


class NotChecked(RuntimeError):
    """The file could not be held against a contract: one of the two is not there."""


def validate(
    file: Path,
    source: str | None,
    contract: Path | None,
    as_json: bool,
    profile: Path | None = None,
    accepted: Path | None = None,
) -> int:
    """Check the file and show the findings; returns the exit code of its outcome."""
    import ingest

    try:
        wanted = contract_for(source, contract)
        if not file.is_file():
            raise NotChecked(f"There is no file {file}.")
        if accepted is not None and accepted.exists() and accepted.samefile(file):
            raise NotChecked("The accepted rows would overwrite the file itself: name another file for them.")
        written_as = profile_for(file, wanted, profile)
        result = ingest.validate_file(file, wanted, written_as, private_scratch())
        if accepted is not None:
            ingest.write_accepted(file, wanted, result, accepted, written_as)
    except Exception as error:
        if not as_json:
            raise
        return answer_fault(error)
    if as_json:
        write_json(as_data(result), result.quarantined)
    else:
        show(file, wanted.name, result)
    return CODES[result.outcome]


def contract_for(source: str | None, draft: Path | None) -> Source:
    """The contract of that name, or the one in a file that is being drafted."""
    import contracts

    if (source is None) == (draft is None):
        raise NotChecked("Say which contract: --source NAME, or --contract FILE.yml for one that is being drafted.")
    if draft is not None:
        if not draft.is_file():
            raise NotChecked(f"There is no file {draft}.")
        return contracts.read_draft(draft)
    name = contracts.canonical_name(source or "")
    if name not in contracts.source_names():
        raise NotChecked(f"There is no source {source}: it is one of {', '.join(contracts.source_names())}.")
    return contracts.load(name)


def profile_for(file: Path, source: Source, given: Path | None) -> Profile:
    """How the file is written: as the given profile says, else the one its name calls for, local ones first."""
    from contracts.profile import find_profile, read_profile
    from home import Home

    if given is None:
        return find_profile(source, file.name, Home.from_env().root / "profiles")
    if not given.is_file():
        raise NotChecked(f"There is no file {given}.")
    return read_profile(given, source)


def private_scratch() -> Path:
    """Where the engine may spill rows: in the environment, readable by its owner only. No database is made."""
    from home import Home
    from home.layout import PRIVATE

    home = Home.from_env()
    for folder in (home.root, home.scratch):
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    return home.scratch


def answer_fault(error: Exception) -> int:
    """The refusal as JSON, in the form of a verdict, for programs that read nothing else."""
    from home import Home
    from orchestration.faults import describe

    fault = describe(error, Home.from_env())
    is_ours = fault.kind == "ours"
    finding = {
        "rule": "G0.fault" if is_ours else "G0.refused",
        "severity": "error",
        "column": None,
        "row": None,
        "message": fault.sentence,
        "fix": "",
    }
    counts = dict.fromkeys(("rows_received", "rows_accepted", "rows_quarantined"), 0)
    verdict = {"outcome": "reject_file", "reject_reason": fault.sentence}
    write_json({**verdict, **counts, NUMBERS: [], "findings": [finding], "rules": []}, ())
    return OUR_FAULT if is_ours else REFUSED


def as_data(result: GateResult) -> dict[str, Any]:
    """The verdict as plain data: counts, findings and broken rules; never a value of a row. Row numbers come apart."""
    return {
        "outcome": result.outcome,
        "reject_reason": result.reject_reason,
        "rows_received": result.rows_received,
        "rows_accepted": result.rows_accepted,
        "rows_quarantined": result.rows_quarantined,
        NUMBERS: [],
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
        "rules": [
            {
                "rule": rule.rule_id,
                "severity": rule.severity,
                "column": rule.column_name,
                "rows_failed": rule.rows_failed,
                "rows_checked": rule.rows_checked,
            }
            for rule in result.counts
            if rule.is_broken
        ],
    }


def write_json(verdict: dict[str, Any], quarantined: Sequence[int]) -> None:
    """Print the verdict; the row numbers a slice at a time, because there may be millions."""
    before, after = json.dumps(verdict, indent=2).split(f'"{NUMBERS}": []', 1)
    sys.stdout.write(f'{before}"{NUMBERS}": [')
    for start in range(0, len(quarantined), AT_ONCE):
        sys.stdout.write((", " if start else "") + ", ".join(map(str, quarantined[start : start + AT_ONCE])))
    sys.stdout.write(f"]{after}\n")
    sys.stdout.flush()


def show(file: Path, source: str, result: GateResult) -> None:
    """The verdict, then one line per broken rule with its rows and what to do."""
    from ingest.plain import plain_name

    out = console()
    mark = CROSS if result.is_rejected else TICK
    say(out, f"{mark} {plain_name(file)} as {source}: {WORDS[result.outcome]}.")
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
