"""What `workforce link request` does: match one P20 WIN request, or destroy what it was matched from."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cli.link_records import leaving_nothing
from cli.terminal import TICK, console, count, say

if TYPE_CHECKING:
    from linkage.request import MatchResult


class NotDestroyed(RuntimeError):
    """Who destroys was not said."""


def match(folder: Path, out: Path, day: date | None, threads: int | None, memory_limit: str, as_json: bool) -> None:
    """Match the request and show counts and where things are."""
    from linkage.request import match_request

    with leaving_nothing():
        done = match_request(folder, out, match_date=day or date.today(), threads=threads, memory_limit=memory_limit)
    if as_json:
        print(json.dumps(as_data(done), indent=2, ensure_ascii=False))
    else:
        show(done, out)


def as_data(done: MatchResult) -> dict[str, object]:
    """The counts as plain data."""
    return {
        "request": done.request,
        "match_date": done.match_date.isoformat(),
        "rows": done.rows,
        "persons": done.persons,
        "persons_in_several": done.persons_in_several,
        "links_by_rule": done.rule_counts,
        "notes": list(done.notes),
        "keys": [str(path) for path in done.keys],
    }


def show(done: MatchResult, out: Path) -> None:
    """Counts, notes, and which file is for whom."""
    told = console()
    sent = ", ".join(f"{agency} {count(rows)}" for agency, rows in done.rows.items())
    say(told, f"{TICK} Request {done.request}: {sent} ids are {count(done.persons)} persons.")
    say(told, f"  {count(done.persons_in_several)} of them occur at two agencies or more.")
    for note in done.notes:
        say(told, f"  {note}")
    say(told, "  Each key goes to its own agency and to nobody else:")
    for path in done.keys:
        say(told, f"    {path}")
    say(told, f"  For the requester: {out / 'matrix.csv'}, {out / 'pair_counts.csv'}. Logs: {out / 'logs'}.")


def destroy(folder: Path, out: Path, day: date | None, by: str | None, is_confirmed: bool) -> None:
    """Show what goes, ask, delete, and say what is left."""
    from linkage.request_destroy import destroy_request, doomed_files, others_left

    if not by:
        raise NotDestroyed("Say with --by who destroys the files: the destruction log names somebody.")
    told = console()
    doomed = doomed_files(folder, out)
    for one in doomed:
        say(told, f"  {one.kind}: {one.path}")
    if not is_confirmed and not typer.confirm(f"Destroy these {len(doomed)} files for good?"):
        say(told, "Nothing was destroyed.")
        return
    left = others_left(folder, doomed)
    gone = destroy_request(folder, out, day=day or date.today(), by=by)
    say(told, f"{TICK} Destroyed {len(gone)} files; {out / 'logs' / 'destruction_log.csv'} says which.")
    if left:
        say(told, f"  Still in {folder}, look whether they may be: {', '.join(left)}.")
