"""The gate: one file against one contract. Structure, values, duplicate keys, row rules; then the verdict.

Belongs here: the order, duplicates, thresholds. Does not: reading (reader), casting (stage), value and row rules
(checks), storing anything. A file that fails its structure is judged no further. Row rules see every row that has the
right width, so that one receipt names all there is to correct.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import contracts
from contracts import Source
from home.sql import literal, quote
from ingest.archive import Bytes
from ingest.checks import Checks, Context
from ingest.engine import lent, repeated
from ingest.findings import FIXES, LISTED_ROWS, GateResult, Rejected, RuleCount, whole_file
from ingest.naming import Facts
from ingest.readers.reading import Submitted, reading
from ingest.stage import Staged, stage_file

if TYPE_CHECKING:
    import duckdb

Progress = Callable[[str], None]


def silent(step: str) -> None:
    """Progress for nobody."""


@dataclass(frozen=True)
class Passage:
    """A file that went through the gate: the verdict, and the tables stage and failed it left in the engine."""

    result: GateResult
    staged: Staged | None


def judge(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    source: Source,
    data: Bytes,
    facts: Facts | None,
    progress: Progress = silent,
    submitted: Submitted | None = None,
) -> Passage:
    """Judge the bytes at `path`. `facts` None: the name said nothing, and rules on the extract date pass.
    `submitted` None: the file lies under the name it came with, and is written as the contract says.

    Leaves the tables stage (all rows of the right width) and quarantined(_row_no) in `con` for the split.
    Raises nothing about the data: every objection is in the result.
    """
    result = GateResult(source.name, counts=list(facts.notes) if facts else [])
    try:
        if facts is not None:
            _as_announced(data, facts)
        progress("reading rows")
        with reading(path, source, submitted or Submitted(path.name)) as found:
            result.counts += found.layout.notes
            staged = stage_file(con, found)
        result.counts += staged.records.notes
    except Rejected as refusal:
        result.counts += refusal.counts
        return Passage(result.reject(str(refusal)), None)
    result.rows_received = staged.rows_received
    _count_rows(result, staged, facts)
    if not result.is_rejected and result.rows_received:
        _check(con, staged, result, facts, progress)
    return Passage(result, staged)


def quarantined_rows(con: duckdb.DuckDBPyConnection, passage: Passage) -> array[int]:
    """The numbers of all rows kept out, ascending: eight bytes each, however many they are."""
    import numpy as np

    if passage.staged is None or not passage.result.rows_quarantined:
        return array("q")
    numbers = con.execute("select _row_no from quarantined").fetchnumpy()["_row_no"]
    ragged = array("q", passage.staged.records.ragged)
    found = np.concatenate([np.asarray(numbers, dtype="int64"), np.frombuffer(ragged, dtype="int64")])
    found.sort()
    return array("q", found.tobytes())


def _as_announced(data: Bytes, facts: Facts) -> None:
    if facts.sha256 and facts.sha256.lower() != data.sha256:
        raise Rejected.by("G2.sha256", "The file's checksum is not the one in the manifest: it was changed or damaged.")


def _count_rows(result: GateResult, staged: Staged, facts: Facts | None) -> None:
    """Zero rows are accepted only when announced; an announced number must be the number received."""
    announced = facts.rows if facts else None
    received = result.rows_received
    if announced is not None and announced != received:
        _refuse(result, "G2.rows", f"The manifest announces {announced:,} rows, the file has {received:,}.")
    elif received == 0 and announced is None:
        _refuse(result, "G3.empty", "The file has a header and no rows.")
    if staged.blank_lines:
        result.counts.append(
            whole_file("G3.blank_line", f"Lines without any value: {staged.blank_lines:,}.", None, "warning")
        )


def _refuse(result: GateResult, rule_id: str, message: str) -> None:
    result.counts.append(whole_file(rule_id, message))
    result.reject(message)


def _check(
    con: duckdb.DuckDBPyConnection, staged: Staged, result: GateResult, facts: Facts | None, progress: Progress
) -> None:
    source = staged.layout.source
    context = Context()
    if facts is not None:
        context = Context(facts.extract_date, facts.amend_mode, facts.period_to, facts.layout_year)
    checks = Checks(con, source, set(staged.layout.names), staged.rows_staged, context)
    progress("checking values")
    checks.values()
    actions = _record_actions(con, staged, facts)
    progress("looking for duplicate keys")
    duplicates = _duplicates(con, source)
    progress("checking row rules")
    checks.rules_between_columns()
    result.counts += [
        *_ragged(staged),
        *actions,
        *_rule_counts(con, checks, staged.rows_staged),
        RuleCount(
            "G5.duplicate_key",
            "error",
            ", ".join(source.key),
            f"The key ({', '.join(source.key)}) of the row is there more than once",
            FIXES["G5.duplicate_key"],
            *duplicates,
        ),
    ]
    _decide(con, checks, source, staged, result)


def _ragged(staged: Staged) -> list[RuleCount]:
    ragged = staged.records.ragged
    message = f"the row does not have the {staged.layout.width} columns of the header"
    widths = staged.records.widths
    if len(widths) == 1:
        message = f"the row has {widths[0]} columns, the header has {staged.layout.width}"
    rows = tuple(ragged[:LISTED_ROWS])
    return [RuleCount("G3.ragged", "error", None, message, FIXES["G3.ragged"], len(ragged), staged.rows_received, rows)]


def _record_actions(con: duckdb.DuckDBPyConnection, staged: Staged, facts: Facts | None) -> list[RuleCount]:
    """What rows say they do to the row before them: in words of the protocol, and a deletion in a delta only.

    Leaves the rows that are wrong in the table misplaced(_row_no).
    """
    allowed = ", ".join(map(literal, contracts.RECORD_ACTIONS))
    wrong = {"G4.record_action": f"{contracts.RECORD_ACTION} not in ({allowed})"}
    messages = {"G4.record_action": f"record_action is none of {', '.join(contracts.RECORD_ACTIONS)}"}
    if facts is None or facts.submission_mode == "snapshot":
        wrong["G5.delete_in_snapshot"] = f"{contracts.RECORD_ACTION} = 'D'"
        messages["G5.delete_in_snapshot"] = "record_action is D in a snapshot, where leaving a row out deletes it"
    con.execute(
        f"create or replace temp table misplaced as select _row_no from stage where {' or '.join(wrong.values())}"
    )
    if contracts.RECORD_ACTION not in staged.layout.names:
        return []
    found = []
    for rule_id, condition in wrong.items():
        [(count, rows)] = con.execute(
            f"select count(*), list_sort(min(_row_no, {LISTED_ROWS})) from stage where {condition}"
        ).fetchall()
        listed = tuple(rows or ())
        found.append(
            RuleCount(
                rule_id, "error", "record_action", messages[rule_id], FIXES[rule_id], count, staged.rows_staged, listed
            )
        )
    return found


def _rule_counts(con: duckdb.DuckDBPyConnection, checks: Checks, rows: int) -> list[RuleCount]:
    """One count per rule of the contract, broken or not, in contract order."""
    found = con.execute(
        f"select rule_no, count(*), list_sort(min(_row_no, {LISTED_ROWS})) from failed group by rule_no"
    ).fetchall()
    failed = {number: (count, tuple(listed)) for number, count, listed in found}
    return [
        RuleCount(rule.rule_id, rule.severity, rule.column, rule.message, rule.fix, count, rows, listed)
        for number, rule in enumerate(checks.rules)
        for count, listed in [failed.get(number, (0, ()))]
    ]


def _duplicates(con: duckdb.DuckDBPyConnection, source: Source) -> tuple[int, int, tuple[int, ...]]:
    """Rows whose key another row has too, among those whose values are in order: failed, checked, listed numbers.

    A hash of the key narrows the search; equal keys are compared in full. Blank parts of a key count as equal.
    """
    import pyarrow as pa

    key = ", ".join(quote(name) for name in (*source.key, *source.key_also))
    errors = _error_rules(source)
    con.execute(
        "create or replace temp table invalid as "
        f"select distinct _row_no from failed where rule_no in ({', '.join(map(str, errors)) or 'null'})"
    )
    [(bad,)] = con.execute("select count(*) from invalid").fetchall()
    valid = "stage" if not bad else "(from stage anti join invalid using (_row_no))"
    with lent(con, "suspect", pa.table({"_key": repeated(con, "_key", valid)})):
        con.execute(
            "create or replace temp table duplicate as select unnest(rows) as _row_no from ("
            f"select list(_row_no) as rows from {valid} where _key in (select _key from suspect) "
            f"group by {key} having count(*) > 1)"
        )
    [(count, listed, checked)] = con.execute(
        f"select count(*), list_sort(min(_row_no, {LISTED_ROWS})), (select count(*) from {valid}) from duplicate"
    ).fetchall()
    return count, checked, tuple(listed or ())


def _error_rules(source: Source) -> list[int]:
    return [number for number, rule in enumerate(contracts.rules(source)) if rule.severity == "error"]


def _decide(con: duckdb.DuckDBPyConnection, checks: Checks, source: Source, staged: Staged, result: GateResult) -> None:
    """The outcome: duplicates and the share of rows to keep out may refuse the file, else rows are kept out."""
    errors = ", ".join(map(str, _error_rules(source))) or "null"
    keeps_duplicates_out = source.duplicate_key == "quarantine_rows"
    also = "union select _row_no from duplicate" if keeps_duplicates_out else ""
    con.execute(
        "create or replace temp table quarantined as "
        f"select distinct _row_no from failed where rule_no in ({errors}) union select _row_no from misplaced "
        f"{also}"
    )
    [(kept_out,)] = con.execute("select count(*) from quarantined").fetchall()
    received = result.rows_received
    result.rows_quarantined = kept_out + len(staged.records.ragged)
    result.rows_accepted = received - result.rows_quarantined
    duplicates = next(count.rows_failed for count in result.counts if count.rule_id == "G5.duplicate_key")
    if duplicates and not keeps_duplicates_out:
        result.reject(f"{duplicates:,} rows share their key ({', '.join(source.key)}) with another row.")
    elif result.rows_accepted == 0:
        result.reject(f"Each of the {received:,} rows has an error.")
    elif _too_many(result.rows_quarantined, received, source):
        result.reject(
            f"{result.rows_quarantined:,} of {received:,} rows have an error: more than "
            f"{source.reject_share:.0%} of the file, which is the limit of {source.name}."
        )
    elif result.rows_quarantined:
        result.outcome = "quarantine_rows"
    elif any(count.is_broken for count in result.counts):
        result.outcome = "accept_with_warning"


def _too_many(kept_out: int, received: int, source: Source) -> bool:
    return kept_out > source.reject_min_rows and kept_out > source.reject_share * received
