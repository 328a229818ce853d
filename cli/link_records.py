"""What `workforce link RECORDS_DIR` does: link, then say what was used and what was not."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cli.terminal import TICK, console, count, say

if TYPE_CHECKING:
    from linkage.records import LinkedRecords


def link(place: Path, out: Path, threads: int | None, memory_limit: str, as_json: bool) -> None:
    """Link the records and show the summary."""
    from linkage.records import link_records

    with leaving_nothing():
        linked = link_records(place, out, threads=threads, memory_limit=memory_limit)
    if as_json:
        print(json.dumps(linked.as_data(), indent=2, ensure_ascii=False))
    else:
        show(linked, out)


def show(linked: LinkedRecords, out: Path) -> None:
    """Counts, columns, notes, and where the result is."""
    told = console()
    records, sources, persons = (
        f"{count(number)} {word}{'' if number == 1 else 's'}"
        for number, word in ((linked.records, "record"), (len(linked.sources), "source"), (linked.persons, "person"))
    )
    say(told, f"{TICK} {records} of {sources}: {persons}.")
    say(told, f"  Used: {', '.join(linked.used)}.")
    for note in linked.notes:
        say(told, f"  {note}")
    say(told, f"  Wrote {out}.")


@contextmanager
def leaving_nothing() -> Iterator[None]:
    """A polite kill ends the block as Ctrl-C does, so that what holds identifiers is removed on the way out.

    The engine turns an interruption into errors of its own; whatever comes out of a block that was stopped is one.
    """
    asked = []

    def stop(*_: object) -> None:
        asked.append(True)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except Exception:
        if asked:
            raise KeyboardInterrupt from None
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
