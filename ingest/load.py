"""Loading: landing → archive → gate → vault → raw and ledger → log and receipt, one file at a time.

Belongs here: the order, and what is safe when a step fails. Does not: any of the steps.

The vault is written first, in its own transaction (the engine writes one database per transaction); rows and ledger
entry follow in one. A crash in between leaves identities without rows, which the next try finds and uses. The line log
and the receipt are made from the ledger, and made up for at the next start when they are missing. A file that is
refused stops no other file.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import contracts
from contracts import Source
from home import Home
from ingest import archive, gate, ledger, ledger_log, receipts, split
from ingest.engine import EngineFault, in_sentences, literal, scratch_engine
from ingest.findings import GateResult, Rejected
from ingest.landing import Submission, scan
from ingest.naming import Facts, read_facts, submission_digest
from ingest.stage import identifying

if TYPE_CHECKING:
    import duckdb

Progress = Callable[[str, str], None]
"""Told the file name and what is being done with it."""


def silent(file_name: str, step: str) -> None:
    """Progress for nobody."""


@dataclass(frozen=True)
class BatchResult:
    """What became of one file. `is_new` False: the same bytes were there already, and nothing was changed."""

    source: str
    file_name: str
    batch_id: str
    outcome: str
    is_new: bool
    rows_received: int
    rows_accepted: int
    rows_quarantined: int
    reject_reason: str | None
    receipt: Path

    @property
    def message(self) -> str:
        """One sentence for the person on call."""
        if self.outcome == "reject_file":
            again = "" if self.is_new else " (as before: the same file was refused already)"
            return f"{self.file_name} was rejected{again}: {self.reject_reason}"
        if not self.is_new:
            return f"{self.file_name} holds the bytes of {self.batch_id}, which is loaded already: nothing was changed."
        kept_out = f", {self.rows_quarantined:,} quarantined" if self.rows_quarantined else ""
        return f"{self.file_name}: {self.rows_received:,} rows received, {self.rows_accepted:,} accepted{kept_out}."


def load_source(
    home: Home,
    source: str,
    landing: Path | None = None,
    settle_seconds: float = 0.0,
    progress: Progress = silent,
) -> list[BatchResult]:
    """Load every settled file of a source, by file name; one that is refused does not stop the next.

    The caller holds the run lock. Raises Refused when loading cannot go on at all (full disk); the files before are
    loaded then, the file at hand is not.
    """
    found = scan(landing or home.landing, settle_seconds, source)
    with _open(home) as con, _schema_beside(source):
        return [_load(con, home, contracts.load(source), seen, progress) for seen in found]


def load_file(home: Home, path: Path, source: str, progress: Progress = silent) -> BatchResult:
    """Load one file, wherever it lies. The caller holds the run lock. Raises Refused as load_source does."""
    size = path.lstat().st_size if path.is_file() else 0
    with _open(home) as con, _schema_beside(source):
        return _load(con, home, contracts.load(source), Submission(source, path, size, 0), progress)


def validate_file(path: Path, source: str | Source) -> GateResult:
    """Judge a file without loading it: no archive, no ledger. Raises Refused when the disk is full.

    `source` may be a contract that no registry knows, such as a draft.
    """
    contract = contracts.as_source(source)
    result = GateResult(contract.name)
    try:
        facts = read_facts(path)
    except Rejected as refusal:
        facts = None
        result.counts += refusal.counts
    try:
        data = archive.inspect(path)
    except Rejected as refusal:
        result.counts += refusal.counts
        return result.reject(str(refusal))
    with in_sentences(path.parent), scratch_engine(None) as con:
        passage = gate.judge(con, path, contract, data, facts)
        judged = passage.result
        judged.quarantined = gate.quarantined_rows(con, passage)
    if result.counts and not judged.is_rejected:
        judged.reject(result.counts[0].message)
    judged.counts = result.counts + judged.counts
    return judged


@contextmanager
def _open(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The scratch engine with warehouse and vault attached, after whatever a killed run left was made up for."""
    import duckdb

    home.ensure()
    with in_sentences(home.root):
        for left in home.scratch.glob("load-*"):
            shutil.rmtree(left, ignore_errors=True)
        archive.clear_unfinished(home.archive)
        warehouse = duckdb.connect(str(home.warehouse_db))
        try:
            ledger.ensure(warehouse)
        finally:
            warehouse.close()
        with scratch_engine(home.scratch) as con:
            con.execute(f"attach {literal(str(home.warehouse_db))} as warehouse")
            con.execute(f"attach {literal(str(home.vault_db))} as vault")
            con.execute(split.VAULT_DDL)
            _catch_up(con, home)
            yield con


@contextmanager
def _schema_beside(source: str) -> Iterator[None]:
    """Import pandera in the background: most of a second that copying and reading the file need not wait for."""
    importing = threading.Thread(target=lambda: contracts.pandera_schema(source), name="schema")
    importing.start()
    try:
        yield
    finally:
        importing.join()


def _catch_up(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Log lines and receipts of batches that were committed by a run killed right after."""
    ledger_log.append(con, home.ledger_log, ledger_log.missing(con, home.ledger_log))
    for batch_id, source in con.execute("select batch_id, source from warehouse.ledger.batch order by all").fetchall():
        if not receipts.folder(home, source, batch_id).joinpath("receipt.html").exists():
            receipts.write(con, home, batch_id)


def _load(
    con: duckdb.DuckDBPyConnection, home: Home, source: Source, seen: Submission, progress: Progress
) -> BatchResult:
    facts, refusal = _facts(seen.path)
    period = facts.period if facts else None

    def tell(step: str) -> None:
        progress(seen.file_name, step)

    tell("archiving")
    try:
        if ledger.has_size(con, source.name, seen.size):
            data = archive.inspect(seen.path)
            known = ledger.find(con, ledger.batch_id(source.name, period, data.sha256))
            if known and _stands(known, seen.path, source):
                return _repeat(con, home, known, seen, facts)
        copy = archive.store(seen.path, home.archive)
    except Rejected as unread:
        return _not_read(con, home, source, seen, facts, unread)
    try:
        if refusal is not None:
            result = GateResult(source.name, counts=list(refusal.counts)).reject(str(refusal))
        else:
            result = gate.judge(con, copy.path, source, copy.facts, facts, tell).result
        copy.seal()
        batch = _batch(source, seen, copy.facts, facts, result)
        _commit(con, home, source, batch, result, facts, tell)
    except BaseException:
        copy.discard()
        raise
    return _finish(con, home, batch, tell)


def _facts(path: Path) -> tuple[Facts | None, Rejected | None]:
    try:
        return read_facts(path), None
    except Rejected as refusal:
        return None, refusal


def _stands(known: ledger.Batch, path: Path, source: Source) -> bool:
    """Whether a verdict still holds: an accepted file's always; a refused one's while name, manifest and contract are
    the same."""
    if known.outcome != "reject_file":
        return True
    return known.submission_digest == submission_digest(path) and known.contract_version == source.version


def _repeat(
    con: duckdb.DuckDBPyConnection, home: Home, known: ledger.Batch, seen: Submission, facts: Facts | None
) -> BatchResult:
    """The same bytes again. When they are the extract of another day, that is noted: it may make them stand again."""
    if facts is not None and known.outcome != "reject_file":
        ledger.see_again(con, known.batch_id, seen.file_name, facts)
    return _result(home, known, seen.file_name, is_new=False)


def _not_read(
    con: duckdb.DuckDBPyConnection, home: Home, source: Source, seen: Submission, facts: Facts | None, why: Rejected
) -> BatchResult:
    """A file whose bytes could not be had: in the ledger under its name, until it can be read."""
    result = GateResult(source.name, counts=list(why.counts)).reject(str(why))
    batch = _batch(source, seen, archive.Bytes("", seen.size, False, False), facts, result)
    known = ledger.find(con, batch.batch_id)
    if known and known.reject_reason == batch.reject_reason:
        return _result(home, known, seen.file_name, is_new=False)
    _commit(con, home, source, batch, result, None, lambda step: None)
    return _finish(con, home, batch, lambda step: None)


def _unread_id(source: str, file_name: str) -> str:
    return f"{source}-unread-{hashlib.sha256(file_name.encode()).hexdigest()[:12]}"


def _batch(
    source: Source, seen: Submission, data: archive.Bytes, facts: Facts | None, result: GateResult
) -> ledger.Batch:
    period = facts.period if facts else None
    return ledger.Batch(
        batch_id=ledger.batch_id(source.name, period, data.sha256)
        if data.sha256
        else _unread_id(source.name, seen.file_name),
        source=source.name,
        file_name=seen.file_name,
        sha256=data.sha256,
        byte_count=data.byte_count,
        period=period,
        period_from=facts.period_from if facts else None,
        period_to=facts.period_to if facts else None,
        extract_ts=facts.extract_ts if facts else None,
        landed_at=datetime.now(UTC).replace(tzinfo=None),
        submission_mode=facts.submission_mode if facts else "snapshot",
        is_final=facts.is_final if facts else False,
        amend_mode=facts.amend_mode if facts else None,
        contract_version=source.version,
        outcome=result.outcome,
        reject_reason=result.reject_reason,
        rows_received=result.rows_received,
        rows_accepted=result.rows_accepted,
        rows_quarantined=result.rows_quarantined,
        submission_digest=submission_digest(seen.path),
    )


def _commit(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    source: Source,
    batch: ledger.Batch,
    result: GateResult,
    facts: Facts | None,
    tell: Callable[[str], None],
) -> None:
    """Identities, then rows and ledger entry together. Of a rejected file, the ledger entry alone."""
    rows = join = None
    if batch.rows_accepted:
        rows = split.STAGE if not batch.rows_quarantined else "(from stage anti join quarantined using (_row_no))"
        if identifying(source):
            tell("splitting off identifiers")
            join = split.find_persons(con, source, split.identity_secret(home), rows)
        if source.has_identity:
            split.write_identities(con, source, batch.batch_id, batch.sha256)
        tell("storing rows")
    con.execute("begin")
    try:
        if rows is not None:
            stored = split.write_rows(con, source, batch.batch_id, rows, join)
            if stored != batch.rows_accepted:
                raise EngineFault(f"{stored:,} rows would be stored of {batch.rows_accepted:,} accepted: nothing was.")
        if batch.sha256:
            ledger.forget(con, _unread_id(source.name, batch.file_name))
        ledger.record(con, batch, result, facts)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    for table in ("stage", "identifiers", "failed", "invalid", "suspect", "duplicate", "quarantined", "person"):
        con.execute(f"drop table if exists {table}")


def _finish(
    con: duckdb.DuckDBPyConnection, home: Home, batch: ledger.Batch, tell: Callable[[str], None]
) -> BatchResult:
    """The line log and the receipt, from what the ledger says now."""
    tell("writing the receipt")
    if batch.sha256:
        shutil.rmtree(
            receipts.folder(home, batch.source, _unread_id(batch.source, batch.file_name)), ignore_errors=True
        )
    ledger_log.append(con, home.ledger_log, [batch.batch_id])
    receipts.write(con, home, batch.batch_id)
    return _result(home, batch, batch.file_name, is_new=True)


def _result(home: Home, batch: ledger.Batch, file_name: str, is_new: bool) -> BatchResult:
    return BatchResult(
        source=batch.source,
        file_name=file_name,
        batch_id=batch.batch_id,
        outcome=batch.outcome,
        is_new=is_new,
        rows_received=batch.rows_received,
        rows_accepted=batch.rows_accepted,
        rows_quarantined=batch.rows_quarantined,
        reject_reason=batch.reject_reason,
        receipt=receipts.folder(home, batch.source, batch.batch_id) / "receipt.html",
    )
