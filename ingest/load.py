"""Loading: landing → archive → gate → vault → raw and ledger → log and receipt, one file at a time.

Belongs here: the order, and what is safe when a step fails. Does not: any of the steps.

The vault is written first, in its own transaction (the engine writes one database per transaction); rows and ledger
entry follow in one. A crash in between leaves identities without rows, which the next try finds and uses. The line log
and the receipt are made from the ledger, and made up for at the next start when they are missing. A file that is
refused stops no other file, and no more does one that this program cannot cope with.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import contracts
from contracts import Source
from contracts.profile import Profile, find_profile
from home import Home
from home.scratch import EngineFault, clear_left
from home.sql import literal
from ingest import archive, drift, faults, gate, ledger, ledger_log, profile, receipts, repeat, split
from ingest.engine import SPILL, in_sentences, scratch_engine
from ingest.findings import GateResult, Rejected
from ingest.landing import Submission, look, scan, unchanged
from ingest.naming import Facts, is_announced_otherwise, read_facts, submission_digest
from ingest.readers import client
from ingest.readers.reading import Submitted
from ingest.results import BatchResult, result_of
from ingest.review import review
from ingest.stage import identifying
from ingest.standing import standing_batches

if TYPE_CHECKING:
    import duckdb

LEFT_BY_THE_GATE = (
    "stage", "identifiers", "failed", "invalid", "suspect", "duplicate", "quarantined", "misplaced", "person",
)  # fmt: skip
Progress = Callable[[str, str], None]
"""Told the file name and what is being done with it."""


def silent(file_name: str, step: str) -> None:
    """Progress for nobody."""


def submission(
    path: Path, source: Source, facts: Facts | None, profile: Profile | None = None, home: Home | None = None
) -> Submitted:
    """What the readers must know beside the bytes; local profiles lie in the home's folder `profiles`."""
    folders = [home.root / "profiles"] if home is not None else []
    chosen = profile or find_profile(source, path.name, *folders)
    return Submitted(path.name, chosen, facts.extract_ts.date() if facts else None)


def load_source(
    home: Home,
    source: str,
    landing: Path | None = None,
    settle_seconds: float = 0.0,
    progress: Progress = silent,
    look_again: float = 0.0,
) -> list[BatchResult]:
    """Load every settled file of a source, by file name; one that is refused does not stop the next.

    A file touched in the last `look_again` seconds is looked at twice that far apart, and waits when it changed; one
    whose manifest announces another checksum waits until it is twice as old. The caller holds the run lock.
    Raises Refused when loading cannot go on at all (full disk): the files before are loaded, the file at hand is not.
    """
    contract = contracts.load(source)
    found = unchanged(scan(landing or home.landing, settle_seconds, contract.name), look_again)
    with _open(home) as con, _schema_beside(contract.name):
        tried = [_try(con, home, contract, seen, progress, 2 * look_again) for seen in found]
        return _compared(con, home, contract, [done for done in tried if done is not None], progress)


def load_file(home: Home, path: Path, source: str, progress: Progress = silent) -> BatchResult:
    """Load one file, wherever it lies. The caller holds the run lock. Raises Refused as load_source does."""
    contract = contracts.load(source)
    with _open(home) as con, _schema_beside(contract.name):
        done = _load(con, home, contract, look(contract.name, path) or Submission(contract.name, path, 0, 0), progress)
        assert done is not None  # a file that is asked for by its path does not wait
        return _compared(con, home, contract, [done], progress)[0]


def validate_file(
    path: Path, source: str | Source, profile: Profile | None = None, scratch: Path | None = None
) -> GateResult:
    """Judge a file without loading it: no archive, no ledger. Raises Refused when the disk is full.

    `source` may be a contract that no registry knows, such as a draft; `profile` None: the one the name calls for.
    Rows that do not fit into memory are spilled below `scratch`, else into the system's folder for such files.
    """
    contract = contracts.as_source(source)
    client.server()  # starts while the name and the checksum are looked at
    result = GateResult(contract.name)
    try:
        facts = read_facts(path, contract, is_trial=True)
    except Rejected as refusal:
        facts = None
        result.counts += refusal.counts
    try:
        data = archive.inspect(path)
    except Rejected as refusal:
        result.counts += refusal.counts
        return result.reject(str(refusal))
    if scratch is not None:
        clear_left(SPILL, scratch)
    with in_sentences(scratch or path.parent), scratch_engine(scratch) as con:
        passage = gate.judge(con, path, contract, data, facts, submitted=submission(path, contract, facts, profile))
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
        clear_left(SPILL, home.scratch)
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
    """Import pandera in the background: most of a second that copying and reading the file need not wait for. The
    reading process starts meanwhile."""
    client.server()
    importing = threading.Thread(target=lambda: contracts.pandera_schema(source, "every"), name="schema")
    importing.start()
    try:
        yield
    finally:
        importing.join()


def _catch_up(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Log lines and receipts of batches that were committed by a run killed right after."""
    ledger_log.append(con, home.ledger_log, ledger_log.missing(con, home.ledger_log))
    receipts.write_missing(con, home)


def _try(
    con: duckdb.DuckDBPyConnection, home: Home, source: Source, seen: Submission, progress: Progress, waits_until: float
) -> BatchResult | None:
    """As _load, but what nobody foresaw is this file's own result: in the ledger until the file can be taken."""
    try:
        with in_sentences(home.root):
            return _load(con, home, source, seen, progress, waits_until)
    except Exception as error:
        if faults.concerns_everything(error):
            raise
        _clear(con)
        why = Rejected.by(faults.RULE, faults.sentence(error, home, "loading this file"))
        return _not_read(con, home, source, seen, submission_digest(seen.path), None, why)


def _load(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    source: Source,
    seen: Submission,
    progress: Progress,
    waits_until: float = 0.0,
) -> BatchResult | None:
    """What became of one file. None: it is younger than `waits_until` seconds and not yet what its manifest says."""
    seen = look(source.name, seen.path) or seen
    digest, facts, refusal = _facts(seen.path, source)

    def tell(step: str) -> None:
        progress(seen.file_name, step)

    tell("archiving")
    try:
        if ledger.has_size(con, source.name, seen.size):
            data = archive.inspect(seen.path)
            known = repeat.known_batch(con, source, facts, data.sha256, digest)
            if known is not None:
                return _repeat(con, home, known, seen, facts)
        copy = archive.store(seen.path, home.archive)
    except Rejected as unread:
        return _not_read(con, home, source, seen, digest, facts, unread)
    try:
        if is_announced_otherwise(facts, copy.facts.sha256) and seen.is_younger_than(waits_until):
            copy.discard()
            return None
        known = repeat.known_batch(con, source, facts, copy.facts.sha256, digest)
        if known is not None:  # replaced by known bytes since it was looked at
            copy.discard()
            return _repeat(con, home, known, seen, facts)
        if refusal is not None:
            result = GateResult(source.name, counts=list(refusal.counts)).reject(str(refusal))
        else:
            result = gate.judge(
                con, copy.path, source, copy.facts, facts, tell, submission(seen.path, source, facts, None, home)
            ).result
        copy.seal()
        batch = _batch(source, seen, digest, copy.facts, facts, result)
        if batch.rows_accepted:
            batch = replace(batch, is_held=drift.must_wait(con, source, batch.period))
        _commit(con, home, source, batch, result, facts, tell)
    except BaseException:
        copy.discard()
        raise
    return _finish(con, home, batch, tell)


def _facts(path: Path, source: Source) -> tuple[str, Facts | None, Rejected | None]:
    """What name and manifest say, or why they cannot be used, and the digest of what was read: a manifest that is
    corrected meanwhile is another one."""
    before = submission_digest(path)
    try:
        facts = read_facts(path, source)
    except Rejected as refusal:
        return before, None, refusal
    return facts.digest, facts, None


def _repeat(
    con: duckdb.DuckDBPyConnection, home: Home, known: ledger.Batch, seen: Submission, facts: Facts | None
) -> BatchResult:
    """The same bytes again: rows stay, and what is said of them now is taken up. The file could be read after all."""
    unread = _unread_id(known.source, seen.file_name)
    if ledger.find(con, unread) is not None:
        ledger.forget(con, unread)
        shutil.rmtree(receipts.folder(home, known.source, unread), ignore_errors=True)
    note = repeat.take_up(con, home, known, seen.file_name, facts)
    return result_of(home, known, seen.file_name, is_new=False, note=note)


def _not_read(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    source: Source,
    seen: Submission,
    digest: str,
    facts: Facts | None,
    why: Rejected,
) -> BatchResult:
    """A file whose bytes could not be had: in the ledger under its name, until it can be read."""
    result = GateResult(source.name, counts=list(why.counts)).reject(str(why))
    batch = _batch(source, seen, digest, archive.Bytes("", seen.size), facts, result)
    known = ledger.find(con, batch.batch_id)
    if known and known.reject_reason == batch.reject_reason:
        return result_of(home, known, seen.file_name, is_new=False)
    _commit(con, home, source, batch, result, None, lambda step: None)
    return _finish(con, home, batch, lambda step: None)


def _unread_id(source: str, file_name: str) -> str:
    return f"{source}-unread-{hashlib.sha256(file_name.encode()).hexdigest()[:12]}"


def _batch(
    source: Source, seen: Submission, digest: str, data: archive.Bytes, facts: Facts | None, result: GateResult
) -> ledger.Batch:
    period = facts.period if facts else None
    return ledger.Batch(
        batch_id=ledger.batch_id(source.name, facts, data.sha256)
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
        submission_digest=digest,
        drift_accepted=facts.drift_accepted if facts else False,
        layout_year=facts.layout_year if facts else None,
        submitter=facts.submitter if facts else None,
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
    before = standing_batches(con, source.name)
    con.execute("begin")
    try:
        if rows is not None:
            stored = split.write_rows(con, source, batch.batch_id, rows, join)
            if stored != batch.rows_accepted:
                raise EngineFault(f"{stored:,} rows would be stored of {batch.rows_accepted:,} accepted: nothing was.")
        if batch.sha256:
            ledger.forget(con, _unread_id(source.name, batch.file_name))
        ledger.record(con, batch, result, facts)
        if batch.outcome != "reject_file":
            measured = profile.measure(con, source, rows or split.STAGE, batch.rows_accepted, batch.rows_received)
            profile.store(con, batch.batch_id, measured)
        receipts.withdraw(home, source.name, before ^ standing_batches(con, source.name))
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    _clear(con)


def _clear(con: duckdb.DuckDBPyConnection) -> None:
    for table in LEFT_BY_THE_GATE:
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
    receipts.try_write(con, home, batch.batch_id, batch.source)
    receipts.write_missing(con, home, batch.source)
    return result_of(home, batch, batch.file_name, is_new=True)


def _compared(
    con: duckdb.DuckDBPyConnection, home: Home, source: Source, loaded: list[BatchResult], progress: Progress
) -> list[BatchResult]:
    """The results once every batch of the source was compared with those before it; log and receipts follow."""
    progress(source.name, "comparing with the batches before")
    review(con, home, source)
    now = {done.batch_id: ledger.find(con, done.batch_id) for done in loaded}
    return [
        replace(done, outcome=batch.outcome, is_held=batch.is_held)
        for done in loaded
        for batch in [now[done.batch_id]]
        if batch is not None
    ]
