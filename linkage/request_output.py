"""What a P20 WIN request gives back: a key file per agency, the matrix, and logs that hold no person's value.

Belongs here: layouts and names of those files, putting them into place together. Does not: any match, any measure of
quality (`request_quality`).
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from home.paths import shown
from home.sql import literal, quote
from linkage.request_files import MatchFile
from linkage.request_plan import Request
from linkage.request_quality import agreement, field_quality, match_rate, null_shares
from linkage.run import LinkageError
from linkage.scratch import into_place

KEYS, LOGS = "keys", "logs"
MATRIX, PAIRS = "matrix.csv", "pair_counts.csv"
REQUEST_LOG, MATCH_LOG, MATCH_REPORT = f"{LOGS}/request_log.json", f"{LOGS}/match_log.csv", f"{LOGS}/match_report.json"
MATCH_LOG_HEADS = (
    "request",
    "file",
    "sender",
    "receiver",
    "recipient",
    "sha256",
    "rows",
    "fields",
    "null_shares",
    "match_date",
    "matrix_date",
    "destroyed_on",
    "destroyed_by",
)


def refuse_other_request(out: Path, request: Request) -> None:
    """Raises LinkageError when `out` is a file, or holds what another request gave."""
    if out.exists() and not out.is_dir():
        raise LinkageError(f"{shown(out)} is a file: name a folder for the results.")
    log = out / REQUEST_LOG
    if log.exists() and json.loads(log.read_text(encoding="utf-8")).get("number") != request.number:
        raise LinkageError(f"{shown(out)} holds the results of another request: name another folder.")


def key_name(agency: str, number: str, day: date) -> str:
    """The name of a key file, in P20 WIN's dated style, which has one for keys."""
    return f"{agency}.{number}.{day:%m_%d_%Y}.key"


def write_outputs(
    con: duckdb.DuckDBPyConnection,
    out: Path,
    request: Request,
    files: Sequence[MatchFile],
    match_date: date,
    how: dict[str, Any],
    notes: list[str],
) -> list[Path]:
    """Writes everything beside its place and moves it there when all is complete; returns the key files.

    Reads the tables `matched`, `readable` and `match_read`. `how` it was matched goes into the match report.
    """
    was_there = out.exists()
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=out))
    try:
        for folder in (KEYS, LOGS):
            (building / folder).mkdir(mode=0o700)
        keys = [_write_key(con, building, request, file, match_date) for file in files]
        _write_matrix(con, building, request.agencies)
        _write_quality(con, building, files)
        _write_json(building / REQUEST_LOG, _request_facts(request, match_date))
        _write_json(building / MATCH_REPORT, _report(con, request, match_date, how, notes))
        _write_match_log(con, building, out, request, files, match_date)
        for path in sorted(path for path in building.rglob("*") if path.is_file()):
            path.chmod(0o600)
            target = out / path.relative_to(building)
            target.parent.mkdir(mode=0o700, exist_ok=True)
            path.replace(target)
        return [out / path.relative_to(building) for path in keys]
    finally:
        shutil.rmtree(building, ignore_errors=True)
        if not was_there:
            with suppress(OSError):
                out.rmdir()  # only when nothing came into it


def _write_key(con: duckdb.DuckDBPyConnection, building: Path, request: Request, file: MatchFile, day: date) -> Path:
    """One agency's own ids and the throw-away ids they became: tab-delimited, no quotes, ordered by the agency's id."""
    path = building / KEYS / key_name(file.agency, request.number, day)
    found = con.execute("select agency_id, matched_id from matched where agency = ? order by all", [file.agency])
    with path.open("w", encoding="utf-8", newline="") as lines:
        lines.write(f"{file.id_heading}\tMatchedID\n")
        while rows := found.fetchmany(50_000):
            lines.writelines(f"{agency_id}\t{matched_id}\n" for agency_id, matched_id in rows)
    return path


def _write_matrix(con: duckdb.DuckDBPyConnection, building: Path, agencies: Sequence[str]) -> None:
    """Throw-away id × agency: how many of the agency's ids it stands for; and persons by pair of agencies.

    Ordered by throw-away id, which is as good as shuffled.
    """
    counts = ", ".join(f"count(*) filter (where agency = {literal(code)}) as {quote(code)}" for code in agencies)
    con.execute(
        f"copy (select matched_id, {counts} from matched group by all order by matched_id) "
        f"to {literal(str(building / MATRIX))} (format csv, header)"
    )
    rows = con.execute(
        """
        with person as (select distinct agency, matched_id from matched),
        size as (select agency, count(*) as persons from person group by all),
        pair as (
            select l.agency as a, r.agency as b, count(*) as common
            from person as l inner join person as r on l.matched_id = r.matched_id and l.agency < r.agency group by all
        )
        select l.agency, r.agency, l.persons, r.persons, coalesce(common, 0),
            round(coalesce(common, 0) / l.persons, 4), round(coalesce(common, 0) / r.persons, 4)
        from size as l inner join size as r on l.agency < r.agency
        left join pair on pair.a = l.agency and pair.b = r.agency order by all
        """
    ).fetchall()
    heads = ("agency_a", "agency_b", "persons_a", "persons_b", "persons_in_both", "share_of_a", "share_of_b")
    write_csv(building / PAIRS, heads, rows)


def _write_quality(con: duckdb.DuckDBPyConnection, building: Path, files: Sequence[MatchFile]) -> None:
    for name, (heads, rows) in {
        "field_quality": field_quality(con, files),
        "agreement": agreement(con, files),
        "match_rate": match_rate(con, files),
    }.items():
        write_csv(building / LOGS / f"{name}.csv", heads, rows)


def _request_facts(request: Request, match_date: date) -> dict[str, Any]:
    return {
        "number": request.number,
        "name": request.name,
        "requester": request.requester,
        "agreement": request.agreement,
        "agencies": list(request.agencies),
        **{key: day.isoformat() for key, day in request.dates.items()},
        **request.words,
        "match_date": match_date.isoformat(),
    }


def _report(
    con: duckdb.DuckDBPyConnection, request: Request, day: date, how: dict[str, Any], notes: list[str]
) -> dict[str, Any]:
    spread = con.execute(
        "select agencies, count(*) from (select count(distinct agency) as agencies from matched group by matched_id) "
        "group by all order by all"
    ).fetchall()
    return {
        "request": request.number,
        "match_date": day.isoformat(),
        "persons": sum(persons for _, persons in spread),
        "persons_by_number_of_agencies": {str(agencies): persons for agencies, persons in spread},
        **how,
        "notes": notes,
    }


def _write_match_log(
    con: duckdb.DuckDBPyConnection,
    building: Path,
    out: Path,
    request: Request,
    files: Sequence[MatchFile],
    day: date,
) -> None:
    """The log of every matching of the request so far, and of this one."""
    receiver = str(request.words.get("receiver", "DOL"))
    logged = read_match_log(out)
    for file in files:
        shares = " ".join(f"{heading}={share:.4f}" for heading, share in null_shares(con, file).items())
        values = (
            request.number, file.path.name, file.agency, receiver, request.requester, file.sha256, str(file.rows),
            " ".join(file.fields), shares, day.isoformat(), day.isoformat(), "", "",
        )  # fmt: skip
        line = dict(zip(MATCH_LOG_HEADS, values, strict=True))
        if line not in logged:
            logged.append(line)
    write_match_log(building / MATCH_LOG, logged)


def read_match_log(out: Path) -> list[dict[str, str]]:
    """Lines of the match log below `out`, none when there is none."""
    path = out / MATCH_LOG
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write_match_log(path: Path, lines: Iterable[dict[str, str]]) -> None:
    """Replaces a match log."""
    write_csv(path, MATCH_LOG_HEADS, [[line[head] for head in MATCH_LOG_HEADS] for line in lines])


def write_csv(path: Path, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A CSV file, put into place whole."""
    with into_place(path) as part, part.open("w", encoding="utf-8", newline="") as target:
        lines = csv.writer(target, lineterminator="\n")
        lines.writerow(heads)
        lines.writerows(rows)
        target.flush()
        os.fsync(target.fileno())


def _write_json(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
