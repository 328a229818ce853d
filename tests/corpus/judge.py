"""The gate's verdict on every case of every source: right, over-strict, silently wrong or crashed.

Belongs here: samples from the committed extracts, running the gate, comparing. Does not: making bad files.
Silently wrong: laxer than every right outcome, or a bad row among the accepted ones.
"""

from __future__ import annotations

import csv
import json
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path

import contracts
import ingest
from contracts import Source
from home import PROJECT_ROOT
from tests.corpus.case import LEVELS, BadFile, Case, Sample, cases, put

LANDING = PROJECT_ROOT / "data" / "sample" / "landing"
ROWS = 60
FEWEST = 12
VERDICTS = ("right", "over-strict", "silently wrong", "crashed")
KEPT_FACTS = ("layout_year", "amend_mode", "final", "period_from", "period_to")


@dataclass(frozen=True)
class Judged:
    """What came of one case. `told` says more when it is not right; it holds no value of the file."""

    source: str
    case: str
    verdict: str
    outcome: str
    seconds: float
    told: str = ""


def sample(source: str, folder: Path) -> Sample:
    """The first rows of the newest committed extracts of the source that have no finding at all, as one extract.

    Raises LookupError when there are no twelve such rows under one header.
    """
    contract = contracts.load(source)
    newest = sorted((LANDING / source).glob("*.csv"), key=lambda path: path.stem.rsplit("_", 3)[2], reverse=True)
    made: Sample | None = None
    for path in newest:
        found = _clean_rows(contract, path)
        made = found if made is None else replace(made, rows=(*made.rows, *found.rows)[:ROWS])
        check = put(folder / "check", made, BadFile(made.text().encode()))
        is_clean = ingest.validate_file(check, source).outcome == "accept"
        if is_clean and len(made.rows) >= FEWEST:
            return made
        made = made if is_clean else None
    raise LookupError(f"data/sample has no extract of {source} with {FEWEST} rows that are in order.")


def _clean_rows(contract: Source, path: Path) -> Sample:
    """The rows of one extract without any finding, under canonical headings."""
    with path.open(encoding="utf-8", newline="") as handle:
        headings, *rows = csv.reader(handle)
    columns = contracts.match_header(contract, headings).columns
    marked = {finding.row_no for finding in ingest.validate_file(path, contract.name).findings}
    good = tuple(tuple(row) for number, row in enumerate(rows, 1) if number not in marked)[:ROWS]
    _, period, day, _ = path.stem.rsplit("_", 3)
    beside = path.with_name(path.name + ".manifest.json")
    facts = json.loads(beside.read_text()) if beside.is_file() else {}
    kept = {key: facts[key] for key in KEPT_FACTS if key in facts}
    return Sample(contract, tuple(columns.get(heading, heading) for heading in headings), good, period, day, kept)


def judge(made: Sample, one: Case, folder: Path) -> Judged | None:
    """The verdict on one case, or None when it does not apply to the source."""
    bad = one.applies(made)
    if bad is None:
        return None
    shutil.rmtree(folder, ignore_errors=True)
    path = put(folder, made, bad)
    started = time.perf_counter()
    try:
        result = ingest.validate_file(path, made.source.name)
    except Exception as error:
        return Judged(made.source.name, one.name, "crashed", "", time.perf_counter() - started, type(error).__name__)
    seconds = time.perf_counter() - started
    verdict, told = compare(one, bad, result)
    return Judged(made.source.name, one.name, verdict, result.outcome, seconds, told)


def compare(one: Case, bad: BadFile, result: ingest.GateResult) -> tuple[str, str]:
    """Verdict and, when it is not right, what was expected."""
    level = LEVELS.index(result.outcome)
    expected = f"{result.outcome}, right would be {' or '.join(sorted(one.right))}"
    if level < min(LEVELS.index(right) for right in one.right):
        return "silently wrong", expected
    if result.outcome == "quarantine_rows" and bad.rows:
        kept_out = {finding.row_no for finding in result.findings if finding.severity == "error"}
        if not set(bad.rows) <= kept_out:
            return "silently wrong", f"rows {bad.rows} should be kept out"
        if result.rows_quarantined > len(bad.rows):
            return "over-strict", f"{result.rows_quarantined} rows kept out, right would be {len(bad.rows)}"
    if result.outcome not in one.right:
        return "over-strict", expected
    return "right", ""


def judge_source(source: str, folder: Path, every: int = 1, first: int = 0) -> list[Judged]:
    """The cases that apply to a source, in order: all, or each `every`th from the `first` on."""
    made = sample(source, folder / source)
    found = (judge(made, one, folder / source / "case") for one in cases()[first % every :: every])
    return [judged for judged in found if judged is not None]


def table(judged: list[Judged]) -> str:
    """Verdicts per source, as a Markdown table, with the slowest case."""
    lines = [f"| source | cases | {' | '.join(VERDICTS)} | slowest |", "|---|---|" + "---|" * (len(VERDICTS) + 1)]
    for source in sorted({one.source for one in judged}):
        of = [one for one in judged if one.source == source]
        counts = [sum(one.verdict == verdict for one in of) for verdict in VERDICTS]
        slowest = max(of, key=lambda one: one.seconds)
        cells = [source, len(of), *counts, f"{slowest.seconds:.1f} s ({slowest.case})"]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    counts = [sum(one.verdict == verdict for one in judged) for verdict in VERDICTS]
    lines.append("| " + " | ".join(map(str, ["all", len(judged), *counts, ""])) + " |")
    return "\n".join(lines)
