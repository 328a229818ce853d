"""CTHires put together: entries, services and results of every participant, numbered and ready for the extracts.

Belongs here: the order of the steps. Does not: the steps (cthires_entries, _services, _outcomes) and files (_files).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.cthires_entries import REPORTABLE, make_entries, make_returns
from synth.cthires_outcomes import close
from synth.cthires_services import make_services
from synth.days import first_day
from synth.frame import Frame, rows, stack, take
from synth.people import People
from synth.window import CTHIRES_QUARTERS


@dataclass(frozen=True)
class Cthires:
    """Entries (one row per period as CTHires keeps it), their services and events (`entry_row` points to the entry)."""

    entries: Frame
    services: Frame
    events: Frame


def make_cthires(people: People, seed: int) -> Cthires:
    """Everything CTHires knows, but for the stories."""
    first = make_entries(people, seed)
    services, first = make_services(people, seed, first, "first")
    returns = make_returns(people, seed, first, first["last"], first["open"] == 0)
    more, returns = make_services(people, seed, returns, "returns")
    more["entry_row"] = more["entry_row"] + rows(first)
    entries, services = stack([first, returns]), stack([services, more])
    entries, events = close(people, seed, entries, services)
    return _on_file(Cthires(entries, services, events))


def with_stories(cthires: Cthires, told: Cthires) -> Cthires:
    """The same with the stories' rows below, and services numbered."""
    offset = rows(cthires.entries)
    moved = [frame | {"entry_row": frame["entry_row"] + offset} for frame in (told.services, told.events)]
    services = stack([cthires.services, moved[0]])
    order = np.lexsort((services["code"], services["entry_row"], services["start"]))
    services = take(services, order)
    services["service_number"] = np.arange(1, rows(services) + 1)
    return Cthires(stack([cthires.entries, told.entries]), services, stack([cthires.events, moved[1]]))


def _on_file(cthires: Cthires) -> Cthires:
    """Without periods that were over before the first extract, and what belongs to them."""
    entries = cthires.entries
    opening = int(first_day(CTHIRES_QUARTERS.start))
    reportable = entries["level"] == REPORTABLE
    kept = np.where(reportable, entries["entry"] >= opening, entries["known"] >= opening)
    new_row = np.cumsum(kept) - 1
    parts = []
    for frame in (cthires.services, cthires.events):
        frame = take(frame, kept[frame["entry_row"]])
        parts.append(frame | {"entry_row": new_row[frame["entry_row"]]})
    return Cthires(take(entries, kept), *parts)
