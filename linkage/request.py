"""One P20 WIN request: match files in, throw-away ids out, nothing kept.

Belongs here: the order of the steps, what the engine is given, the throw-away ids. Does not: reading (`request_files`),
the files that are written (`request_output`), destruction (`request_destroy`). Neither vault nor warehouse is opened:
everything lies in a scratch database that is removed however the matching ends.

Throw-away ids are the one place where what is written is random. A person key is a sequence, so that the same bytes
give the same result; a throw-away id must be worth nothing outside its request: two requesters who compare what they
got, or one who got two requests, must not find the same person by an id. It is therefore a keyed hash under a secret
made for the request. While the secret is there, matching again gives the same ids; it is destroyed with the inputs.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from home.paths import shown
from home.scratch import EngineFault
from linkage.record_columns import IDENTIFYING
from linkage.records import Linker, engine, engine_notes
from linkage.request_files import FIELDS, MatchFile, make_table, read_match_file
from linkage.request_output import refuse_other_request, write_outputs
from linkage.request_plan import SECRET, read_request, standing_files
from linkage.run import LinkageError
from linkage.scratch import MEMORY_LIMIT, scratch_engine

ID_BYTES = 10
"""80 bits: among a million persons two the same are as good as impossible, and are refused all the same."""

READABLE = {
    "ssn": "case when regexp_full_match(replace(ssn, '-', ''), '[0-9]{9}') then replace(ssn, '-', '') end",
    "date_of_birth": "coalesce(try_strptime(date_of_birth, '%Y%m%d'), try_strptime(date_of_birth, '%Y-%m-%d'))"
    "::date::varchar",
    "sex": "case when upper(sex) in ('M', 'F') then upper(sex) end",
    "sasid": "case when regexp_full_match(sasid, '[0-9]{10}') and sasid <> repeat(left(sasid, 1), 10) then sasid end",
}
"""What is read of a value as sent; null where it is not as the layout wants it."""


@dataclass(frozen=True)
class MatchResult:
    """Counts of one matching. `persons_in_several` occur at two agencies or more."""

    request: str
    match_date: date
    rows: dict[str, int]
    persons: int
    persons_in_several: int
    rule_counts: dict[str, int]
    notes: tuple[str, ...]
    keys: tuple[Path, ...]


def match_request(
    folder: Path,
    out: Path,
    *,
    match_date: date,
    threads: int | None = None,
    memory_limit: str = MEMORY_LIMIT,
    secret: bytes | None = None,
    linker: Linker | None = None,
) -> MatchResult:
    """Matches the agencies of the request in `folder` and writes keys, matrix and logs below `out`.

    Matching again, with the secret still there, gives the same bytes. `secret` stands in for the request's own.
    Raises LinkageError, in one sentence and without a person's value; then nothing was written.
    """
    if not folder.is_dir():
        raise LinkageError(f"There is no folder {shown(folder)}.")
    request = read_request(folder)
    refuse_other_request(out, request)
    ends = request.dates.get("agreement_ends_on")
    if ends and ends < match_date:
        raise LinkageError(f"The agreement of request {request.number} ended on {ends}: nothing was matched.")
    paths, notes = standing_files(folder, request)
    with scratch_engine(threads=threads, memory_limit=memory_limit) as con, _secret(folder, secret) as key:
        make_table(con)
        files = [read_match_file(con, path, agency, request) for agency, path in paths.items()]
        notes += _write_relation(con, files)
        report = (linker or engine(threads))(con, "record")
        notes += engine_notes(report, {name for name in IDENTIFYING if name not in FIELDS.values()})
        _write_matched(con, key, request.number)
        rules = _rule_counts(con)
        how = {"links_by_rule": rules, "model_version": getattr(report, "model_version", None)}
        keys = write_outputs(con, out, request, files, match_date, how, list(dict.fromkeys(notes)))
        [(persons, several)] = con.execute(
            "select count(*), count(*) filter (where agencies > 1) from "
            "(select count(distinct agency) as agencies from matched group by matched_id)"
        ).fetchall()
    rows = {file.agency: file.rows for file in files}
    return MatchResult(
        request.number, match_date, rows, persons, several, rules, tuple(dict.fromkeys(notes)), tuple(keys)
    )


def _rule_counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rule → links it made, of the engine's `edge_decided`."""
    return dict(
        con.execute(
            "select match_rule, count(*) from edge_decided where refused_reason is null group by all order by all"
        ).fetchall()
    )


@contextmanager
def _secret(folder: Path, given: bytes | None) -> Iterator[bytes]:
    """The secret of the request, made if there is none; one that was made for a matching that failed is removed."""
    path = folder / SECRET
    if given is not None:
        yield given
        return
    is_new = not path.exists()
    if is_new:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as target:
            target.write(secrets.token_hex(32))
    try:
        key = path.read_bytes().strip()
        if len(key) < 32:
            raise LinkageError(f"{SECRET} is damaged: remove it to match anew, with other throw-away ids.")
        yield key
    except BaseException:
        if is_new:
            path.unlink(missing_ok=True)
        raise


def _write_relation(con: duckdb.DuckDBPyConnection, files: list[MatchFile]) -> list[str]:
    """Writes the table `record`, what the engine reads; returns notes on fields that were sent and not used."""
    sent = {heading for file in files for heading in file.fields}
    has_sasid = "SASID" in sent
    columns = ", ".join(
        f"{READABLE.get(name, name) if name in FIELDS.values() else 'null::varchar'} as {name}"
        for name in (*IDENTIFYING, *(("sasid",) if has_sasid else ()))
    )
    con.execute(
        f"create table record as select agency as source_system, agency_id as source_record_id, {columns} "
        "from match_read order by all"
    )
    con.execute(
        f"create table readable as select agency, agency_id, "
        f"{', '.join(f'{READABLE.get(name, name)} as {name}' for name in FIELDS.values())} from match_read"
    )
    idle = [heading for heading in ("HighSchoolCode", "HighSchoolName") if heading in sent]
    notes = [f"Not used for matching: {', '.join(idle)}."] if idle else []
    absent = [heading for heading in ("LastName", "FirstName", "DOB", "SASID", "SSN") if heading not in sent]
    return notes + ([f"Sent by no agency: {', '.join(absent)}."] if absent else [])


def _write_matched(con: duckdb.DuckDBPyConnection, key: bytes, number: str) -> None:
    """Writes the table `matched` (agency, agency_id, matched_id). Grain: one row per row of a match file.

    The throw-away id hangs on the first member of its person, so that it comes out the same while inputs and secret do.
    """
    firsts = con.execute(
        "select cluster, first.agency, first.id from (select cluster, min({'agency': source_system, 'id': "
        "source_record_id}) as first from clustered_record group by cluster) order by cluster"
    ).fetchall()
    ids = [throwaway_id(key, number, agency, agency_id) for _, agency, agency_id in firsts]
    if len(set(ids)) < len(ids):
        raise LinkageError("Two persons got the same throw-away id: remove the request's secret and match again.")
    con.register("id_of", pa.table({"cluster": [cluster for cluster, _, _ in firsts], "matched_id": ids}))
    con.execute(
        "create table matched as select source_system as agency, source_record_id as agency_id, matched_id "
        "from clustered_record inner join id_of using (cluster)"
    )
    con.unregister("id_of")
    [(rows, records)] = con.execute("select (select count(*) from matched), (select count(*) from record)").fetchall()
    if rows != records:
        raise EngineFault("Linkage did not give every record exactly one person.")


def throwaway_id(key: bytes, number: str, agency: str, agency_id: str) -> str:
    """`M` and sixteen letters and digits that say nothing to anybody without the request's secret."""
    text = "\x1f".join((number, agency, agency_id)).encode()
    return "M" + base64.b32encode(hmac.new(key, text, hashlib.sha256).digest()[:ID_BYTES]).decode()
