"""The end of a P20 WIN request: inputs, keys and secret are deleted, and the destruction log says so.

Belongs here: what of a request is destroyed, and the log. Does not: backups and snapshots of the storage, which no
program here can reach. Matrix and logs stay: without the keys and the secret their ids lead to nobody.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from home.paths import shown
from linkage.request_files import sha256_of
from linkage.request_output import (
    KEYS,
    LOGS,
    MATCH_LOG,
    read_match_log,
    refuse_other_request,
    write_match_log,
)
from linkage.request_plan import SECRET, files_of_request, is_same_request, parse_name, read_request
from linkage.run import LinkageError

DESTRUCTION_LOG = f"{LOGS}/destruction_log.csv"
HEADS = ("request", "file", "kind", "sha256", "rows", "destroyed_on", "destroyed_by")
KINDS = {"match": "match file", "analytical": "analytical file", "key": "key file"}
LONGEST_NAME = 100


@dataclass(frozen=True)
class Doomed:
    """One file that is to be destroyed, and what it is."""

    path: Path
    kind: str


def doomed_files(folder: Path, out: Path) -> list[Doomed]:
    """Every file of the request that holds or leads to a person: inputs of any version, keys, the secret.

    Raises LinkageError when there is no request, or nothing of it is left.
    """
    if not folder.is_dir():
        raise LinkageError(f"There is no folder {shown(folder)}.")
    request = read_request(folder)
    refuse_other_request(out, request)
    found = [Doomed(path, KINDS[said.kind]) for path, said in files_of_request(folder, request)]
    keys = sorted((out / KEYS).iterdir()) if (out / KEYS).is_dir() else []
    for path in keys:
        said = parse_name(path.name)
        if path.is_file() and said and said.kind == "key" and is_same_request(said.request, request.number):
            found.append(Doomed(path, KINDS["key"]))
    if (folder / SECRET).exists():
        found.append(Doomed(folder / SECRET, "secret"))
    links = [one.path.name for one in found if one.path.is_symlink()]
    if links:
        raise LinkageError(f"{shown(Path(links[0]))} only points to a file elsewhere: destroy that one first.")
    if not found:
        raise LinkageError(f"Nothing is left to destroy of request {request.number}.")
    return found


def others_left(folder: Path, doomed: Sequence[Doomed]) -> list[str]:
    """Names of what stays in the request's folder beside its description: somebody must look whether it may."""
    gone = {one.path for one in doomed}
    stays = [path for path in sorted(folder.iterdir()) if path not in gone and path.name != "request.yml"]
    return [shown(Path(path.name)) for path in stays]


def destroy_request(folder: Path, out: Path, *, day: date, by: str) -> list[Doomed]:
    """Deletes the files of `doomed_files`, each with a line in the destruction log; returns them.

    The log is append-only and synced line by line; it is opened before anything is deleted, so that nothing goes
    without a trace. Raises LinkageError when nobody says who does it.
    """
    by = " ".join(by.split())
    if not by or len(by) > LONGEST_NAME or not by.isprintable():
        raise LinkageError("Say who destroys the files: a name of at most 100 characters.")
    doomed = doomed_files(folder, out)
    number = read_request(folder).number
    log = out / DESTRUCTION_LOG
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_new = not log.exists()
    with log.open("a", encoding="utf-8", newline="") as target:
        log.chmod(0o600)
        lines = csv.writer(target, lineterminator="\n")
        if is_new:
            lines.writerow(HEADS)
        gone = set()
        for one in doomed:
            # A secret's checksum would let a guess at it be tried; it has no rows.
            sha256 = "" if one.kind == "secret" else sha256_of(one.path)
            rows = "" if one.kind == "secret" else _rows(one.path)
            one.path.unlink()
            lines.writerow((number, one.path.name, one.kind, sha256, rows, day.isoformat(), by))
            target.flush()
            os.fsync(target.fileno())
            gone.add((one.path.name, sha256))
    _tell_match_log(out, gone, day, by)
    return doomed


def _rows(path: Path) -> int:
    """Lines after the header."""
    with path.open("rb") as lines:
        return max(sum(1 for line in lines if line.strip()) - 1, 0)


def _tell_match_log(out: Path, gone: set[tuple[str, str]], day: date, by: str) -> None:
    """Each line of the match log says when its file was destroyed, and by whom."""
    logged = read_match_log(out)
    for line in logged:
        if (line["file"], line["sha256"]) in gone and not line["destroyed_on"]:
            line |= {"destroyed_on": day.isoformat(), "destroyed_by": by}
    if logged:
        write_match_log(out / MATCH_LOG, logged)
