"""What participants received: services every few weeks, training, gaps, follow-up; and the exit that follows from them.

Belongs here: the chain of services of an entry, its last qualifying day and the day the exit is known. Does not: who
enters (cthires_entries.py), what came of it (cthires_outcomes.py), files.
"""

from __future__ import annotations

import numpy as np

from synth.cthires_entries import CODES, REPORTABLE
from synth.days import NEVER, day
from synth.frame import Frame, largest_per_group, place_in_group, rows, running_total, stack
from synth.people import People
from synth.rng import stream
from synth.tables import codes, numbers, programmes, table
from synth.window import TODAY

SERVICE_CODES = tuple(row["code"] for row in codes("service_code"))
CLOSED, CANCELLED = 0, 1
GAP_DAYS = 90
_LAST_PLANNED = day("2026-02-28")


def _code(name: str) -> int:
    return SERVICE_CODES.index(name)


_FIRST = {"WP": "101", "YOUTH": "211", "SYEP": "216"}
_NEXT = {
    "WP": ["102", "103", "104", "105", "106", "107"],
    "JVSG": ["102", "104", "105", "203"],
    "YOUTH": ["212", "213", "214", "215", "203"],
    "SYEP": ["216"],
}
_NEXT_OTHERS = ["202", "203", "204", "205", "206", "208"]
TRAINING_CODES = {1: "302", 2: "304", 3: "305", 4: "307", 5: "303", 6: "301", 9: "306", 10: "308"}
_SELF_SERVICE = ["001", "002", "003", "010", "011"]
_SUPPORT = ["401", "402", "403", "404"]
_FOLLOW_UP = {"YOUTH": ["503"]}


def make_services(people: People, seed: int, entries: Frame, round_name: str) -> tuple[Frame, Frame]:
    """The services of the entries, and the entries with `last` (last qualifying day), `open`, `gap_from`, `gap_to`."""
    rng = stream(seed, f"cthires/services/{round_name}")
    trainings = _training_services(rng, entries)
    reach = np.full(rows(entries), 0, np.int64)
    reach[trainings["entry_row"]] = trainings["end"]
    career, gap_from, gap_to = _career_services(rng, entries, reach)
    qualifying = stack([career, trainings])
    death = people.death[entries["person"]]
    qualifying = _until(qualifying, np.minimum(death, _LAST_PLANNED)[qualifying["entry_row"]])
    ends = np.minimum(qualifying["end"], death[qualifying["entry_row"]])
    qualifying["end"] = ends
    counted = (qualifying["cancelled"] == 0) & (entries["level"][qualifying["entry_row"]] != REPORTABLE)
    last = largest_per_group(ends[counted], qualifying["entry_row"][counted], rows(entries), empty=0)
    last = np.maximum(last, entries["entry"])
    entries = entries | {"last": last, "gap_from": gap_from, "gap_to": gap_to}
    entries["open"] = ((last + GAP_DAYS > TODAY) | (entries["level"] == REPORTABLE)).astype(np.int64)
    after = _after_exit(rng, entries)
    after = _until(after, np.minimum(death, TODAY)[after["entry_row"]])
    return stack([qualifying, after]), entries


def _services(entry_row: np.ndarray, code: np.ndarray, start: np.ndarray, end: np.ndarray) -> Frame:
    count = len(entry_row)
    return {
        "entry_row": entry_row,
        "code": code,
        "start": start,
        "end": end,
        "cancelled": np.zeros(count, np.int64),
        "training": np.full(count, -1, np.int64),
        "kind": np.zeros(count, np.int64),
        "completed": np.full(count, 9, np.int64),
        "cost_cents": np.full(count, -1, np.int64),
    }


def _until(services: Frame, limit: np.ndarray) -> Frame:
    keep = services["start"] <= limit
    return {name: column[keep] for name, column in services.items()}


def _training_services(rng: np.random.Generator, entries: Frame) -> Frame:
    """One training service per trained entry, two to five weeks after entry."""
    row = np.flatnonzero(entries["training"] >= 0)
    offers = table("trainings")
    training = entries["training"][row]
    start = entries["entry"][row] + rng.integers(10, 36, len(row))
    length = numbers(offers, "days")[training] * rng.uniform(0.85, 1.2, len(row))
    completed = rng.random(len(row)) < 0.80
    length = np.where(completed, length, length * rng.uniform(0.15, 0.8, len(row))).astype(np.int64)
    codes_of = np.zeros(11, np.int64)
    for kind, name in TRAINING_CODES.items():
        codes_of[kind] = _code(name)
    services = _services(row, codes_of[entries["kind"][row]], start, start + np.maximum(length, 5))
    cost = numbers(offers, "cost_usd")[training] * rng.choice([0.9, 1.0, 1.0, 1.1], len(row))
    services["cost_cents"] = np.where(rng.random(len(row)) < 0.1, -1, np.rint(cost * 100)).astype(np.int64)
    services["training"] = training
    services["kind"] = entries["kind"][row]
    services["completed"] = completed.astype(np.int64)
    return services


def _career_services(
    rng: np.random.Generator, entries: Frame, reach: np.ndarray
) -> tuple[Frame, np.ndarray, np.ndarray]:
    """Services every few weeks from entry to a little after the training; a few gaps are long, some of them planned."""
    shapes = [programmes()[code] for code in CODES]
    usual = np.array([shape.services for shape in shapes])[entries["programme"]]
    gap = np.array([shape.gap_days for shape in shapes])[entries["programme"]]
    counts = 1 + rng.poisson(usual - 1)
    needed = np.ceil((reach - entries["entry"]) / gap).astype(np.int64) + 1
    counts = np.where(entries["level"] == REPORTABLE, 1 + rng.integers(0, 2, len(counts)), np.maximum(counts, needed))
    row = np.repeat(np.arange(len(counts)), counts)
    place = place_in_group(counts)
    waits = np.rint(gap[row] * rng.lognormal(-0.1, 0.45, len(row))).clip(3, 80).astype(np.int64)
    waits[place == 0] = 0
    duration = np.where(rng.random(len(row)) < 0.25, rng.integers(1, 6, len(row)), 0)
    first = np.cumsum(counts) - counts
    middle = first + counts // 2
    draw = rng.random(len(counts))
    long = (counts >= 4) & (draw < 0.07)
    planned = (counts >= 4) & (draw > 0.975)
    waits[middle[long]] = rng.choice([60, 75, 88, 89, 90], int(long.sum()))
    waits[middle[planned]] = rng.integers(95, 140, int(planned.sum()))
    duration[middle[long | planned] - 1] = 0
    start = entries["entry"][row] + running_total(waits, counts)
    services = _services(row, _career_codes(rng, entries, row, place), start, start + duration)
    around_a_gap = np.isin(np.arange(len(row)), np.concatenate([middle[long | planned], middle[long | planned] - 1]))
    # A cancelled service must not open a gap that ends the period.
    bridged = waits + np.append(waits[1:], 0) <= GAP_DAYS
    inner = (place > 0) & (place < counts[row] - 1) & ~around_a_gap & bridged
    services["cancelled"] = (inner & (rng.random(len(row)) < 0.015)).astype(np.int64)
    gap_from = np.full(len(counts), NEVER, np.int64)
    gap_to = np.full(len(counts), NEVER, np.int64)
    gap_from[planned] = start[middle[planned] - 1] + 5
    gap_to[planned] = start[middle[planned]] - 1
    return services, gap_from, gap_to


def _career_codes(rng: np.random.Generator, entries: Frame, row: np.ndarray, place: np.ndarray) -> np.ndarray:
    first = np.array([_code(_FIRST.get(code, "201")) for code in CODES])
    width = 6
    following = np.array([np.resize([_code(name) for name in _NEXT.get(code, _NEXT_OTHERS)], width) for code in CODES])
    programme = entries["programme"][row]
    code = np.where(place == 0, first[programme], following[programme, rng.integers(0, width, len(row))])
    looked = np.array([_code(name) for name in _SELF_SERVICE])[rng.integers(0, len(_SELF_SERVICE), len(row))]
    return np.where(entries["level"][row] == REPORTABLE, looked, code)


def _after_exit(rng: np.random.Generator, entries: Frame) -> Frame:
    """Follow-up and supportive services and self-service after the last qualifying day: none of them extends it."""
    exited = np.flatnonzero((entries["open"] == 0) & (entries["level"] != REPORTABLE))
    followed = exited[rng.random(len(exited)) < 0.45]
    counts = 1 + rng.poisson(1.2, len(followed))
    row = np.repeat(followed, counts)
    start = entries["last"][row] + rng.integers(14, 70, len(row)) + place_in_group(counts) * 75
    usual = [[_code(name) for name in _FOLLOW_UP.get(code, ["501", "502"])] for code in CODES]
    choices = np.array([np.resize(names, 2) for names in usual])
    follow_up = _services(row, choices[entries["programme"][row], rng.integers(0, 2, len(row))], start, start)
    # Supportive services extend participation of youth, so after exit youth get none.
    others = exited[entries["programme"][exited] != CODES.index("YOUTH")]
    helped = others[rng.random(len(others)) < 0.10]
    start = entries["last"][helped] + rng.integers(5, 80, len(helped))
    kind = np.array([_code(name) for name in _SUPPORT])[rng.integers(0, 4, len(helped))]
    support = _services(helped, kind, start, start)
    support["cost_cents"] = rng.integers(2_000, 40_000, len(helped))
    alone = exited[rng.random(len(exited)) < 0.08]
    start = entries["last"][alone] + rng.integers(3, 60, len(alone))
    look = np.array([_code(name) for name in _SELF_SERVICE])[rng.integers(0, len(_SELF_SERVICE), len(alone))]
    return stack([follow_up, support, _services(alone, look, start, start)])
