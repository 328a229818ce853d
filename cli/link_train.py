"""What `workforce link train` does: make a new model, then say how far it is from the reviewed one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from cli.link_records import leaving_nothing
from cli.terminal import TICK, console, count, say
from home import Home

if TYPE_CHECKING:
    from linkage.train import Trained


def train(out: Path, version: str, records: Path | None, threads: int | None, memory_limit: str, as_json: bool) -> None:
    """Make the model and its report and show the summary."""
    from linkage.train import train as make

    with leaving_nothing():
        done = make(Home.from_env(), out, version, records=records, threads=threads, memory_limit=memory_limit)
    if as_json:
        print(json.dumps(as_data(done), indent=2))
    else:
        show(done, version)


def as_data(done: Trained) -> dict[str, object]:
    """The counts as plain data."""
    return {
        "records": done.records,
        "links_by_the_reviewed_model": done.links_before,
        "links_by_the_new_model": done.links_after,
        "levels_not_observed": [" ".join(key) for key in done.kept],
        "levels_moved_far": [" ".join(key) for key in done.moved],
        "model": str(done.model),
        "report": str(done.report),
    }


def show(done: Trained, version: str) -> None:
    """Counts, what moved, what stayed, and where the two files are."""
    told = console()
    say(told, f"{TICK} Model {version} from {count(done.records)} records.")
    say(
        told,
        f"  Pairs linked: {count(done.links_before)} by the model in use, {count(done.links_after)} by the new one.",
    )
    say(told, f"  {count(len(done.moved))} levels moved by more than 1 bit; {count(len(done.kept))} keep their m.")
    say(told, f"  Wrote {done.model}, not in use until it is reviewed; read {done.report} first.")
