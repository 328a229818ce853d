"""What came of a participation: the exit as the source states it, credentials, skill gains, placement, work.

Belongs here: results of entries and services. Does not: wages themselves (jobs.py turns `effects` into jobs), files.
"""

from __future__ import annotations

import numpy as np

from synth.cthires_entries import CODES, EMPLOYED, NOTICE, REPORTABLE
from synth.days import NEVER, day, quarter_of
from synth.employers import sector_names
from synth.frame import Frame, rows, stack
from synth.jobs import BEFORE_LAYOFF, IN_PROGRAMME, INSTITUTION, NATURAL, SETBACK, SUCCESS
from synth.people import People
from synth.rng import stream, unit
from synth.tables import numbers, programmes, table
from synth.window import TODAY

CRED, MSG_EFL, MSG_PS, MSG_SEC, MSG_MILE, MSG_SKILL, DIPLOMA = range(7)
EVENT_TYPES = ("CRED", "MSG_EFL", "MSG_PS", "MSG_SEC", "MSG_MILE", "MSG_SKILL", "DIPLOMA")
INSTITUTIONALISED, MEDICAL, DECEASED, CALLED_UP, FOSTER_MOVED = 1, 2, 3, 4, 5

_USUAL_PAY = -0.68
"""Participants earn less than others of their sector and schooling (log points)."""
_PAY = {"DW": -0.28, "DWG": -0.28, "TAA": -0.28, "JVSG": -0.35, "WP": -0.52, "YOUTH": -0.45, "SYEP": -0.30}


def close(people: People, seed: int, entries: Frame, services: Frame) -> tuple[Frame, Frame]:
    """The entries with all that is known of their end, and the events: credentials, diplomas, skill gains."""
    rng = stream(seed, "cthires/outcomes")
    count = rows(entries)
    entries = entries | _study(entries, services)
    entries["reason"] = _exit_reasons(rng, people, entries)
    counted_wrong = (rng.random(count) < 0.015) & (entries["closed_early"] == 0)
    stated = entries["last"] + np.where(counted_wrong, rng.integers(1, 40, count), 0)
    waits = np.where(entries["closed_early"] == 1, 10, 91)
    known = np.where((entries["open"] == 1) & (entries["closed_early"] == 0), NEVER, entries["last"] + waits)
    entries |= {"stated_exit": stated, "known": known}
    entries["employed_after"] = _works_after(seed, entries)
    events = _events(rng, entries)
    entries |= _later_news(rng, entries)
    return entries, events


def _study(entries: Frame, services: Frame) -> Frame:
    """Enrolment in education or training (PIRL 1811, 1813) and whether the training was completed."""
    count = rows(entries)
    begin, end = np.full(count, NEVER, np.int64), np.full(count, NEVER, np.int64)
    done = np.zeros(count, np.int64)
    taught = services["training"] >= 0
    row = services["entry_row"][taught]
    begin[row], end[row], done[row] = services["start"][taught], services["end"][taught], services["completed"][taught]
    school = (entries["in_secondary"] == 1) | (entries["in_postsecondary"] == 1)
    begin = np.where(school, np.minimum(begin, entries["entry"]), begin)
    return {"study_from": begin, "study_to": np.where(done == 1, end, NEVER), "trained_to": end, "trained": done}


def _exit_reasons(rng: np.random.Generator, people: People, entries: Frame) -> np.ndarray:
    draw = rng.random(rows(entries))
    reason = np.select([draw < 0.008, draw < 0.022, draw < 0.025], [INSTITUTIONALISED, MEDICAL, CALLED_UP], 0)
    reason = np.where((entries["programme"] == CODES.index("YOUTH")) & (draw > 0.98), FOSTER_MOVED, reason)
    died = people.death[entries["person"]] <= entries["last"] + 90
    return np.where(died, DECEASED, reason)


def _works_after(seed: int, entries: Frame) -> np.ndarray:
    """Whether the participant has work after exit: by programme, likelier after training, unlikelier without schooling.

    The draw belongs to the person, so two programmes of one person do not contradict each other.
    """
    share = np.array([programmes()[code].employed_q2 for code in CODES])[entries["programme"]]
    share = share + 0.07 * (entries["trained"] == 1) - 0.06 * (entries["schooling"] == 0)
    share = share + 0.08 * (entries["status"] == EMPLOYED)
    return (unit(seed, "works after", entries["person"]) < share).astype(np.int64)


def _events(rng: np.random.Generator, entries: Frame) -> Frame:
    """Credentials after completed training (some late, a few too late), diplomas, and skill gains on the way."""
    real = entries["level"] != REPORTABLE
    offers = table("trainings")
    count = rows(entries)
    late = rng.choice([0, 0, 1, 2, 3], count, p=[0.5, 0.2, 0.2, 0.07, 0.03])
    wait = np.select(
        [late == 0, late == 1, late == 2],
        [rng.integers(0, 21, count), rng.integers(20, 90, count), rng.integers(120, 300, count)],
        rng.integers(400, 520, count),
    )
    certified = real & (entries["trained"] == 1) & ~np.isin(entries["kind"], [1, 5]) & (rng.random(count) < 0.80)
    credential_type = numbers(offers, "credential_type").astype(np.int64)[entries["training"]]
    events = [_event(certified, CRED, entries["trained_to"] + wait, credential_type, entries["training"])]
    some_way = entries["study_from"] + ((entries["last"] - entries["study_from"]) * rng.uniform(0.3, 0.95, count))
    some_way = np.where(entries["study_from"] < NEVER, some_way, NEVER).astype(np.int64)
    taught = real & (entries["kind"] > 0)
    gains = rng.random(count)
    events.append(_event(taught & (gains < 0.55), MSG_MILE, some_way))
    events.append(
        _event(taught & (gains > 0.45) & (gains < 0.88), MSG_SKILL, np.minimum(some_way + 9, entries["last"]))
    )
    events.append(_event(taught & (entries["kind"] == 4) & (gains < 0.8), MSG_EFL, some_way))
    events.append(_event(real & (entries["in_postsecondary"] == 1) & (gains < 0.6), MSG_PS, some_way))
    events.append(_event(real & (entries["in_secondary"] == 1) & (gains < 0.65), MSG_SEC, some_way))
    graduates = real & (entries["in_secondary"] == 1) & (rng.random(count) < 0.6)
    june = _next_june(entries["entry"] + 40)
    in_time = june <= entries["last"] + 300
    one = np.ones(count, np.int64)
    events.append(_event(graduates & in_time, DIPLOMA, june + rng.integers(8, 22, count), one))
    degree = real & (entries["in_postsecondary"] == 1) & (rng.random(count) < 0.25)
    events.append(_event(degree, CRED, entries["last"] + rng.integers(0, 200, count), 2 * one))
    all_events = stack(events)
    keep = (all_events["day"] <= TODAY) & (all_events["day"] >= entries["entry"][all_events["entry_row"]])
    return {name: column[keep] for name, column in all_events.items()}


def _event(
    which: np.ndarray,
    kind: int,
    on: np.ndarray,
    credential: np.ndarray | None = None,
    training: np.ndarray | None = None,
) -> Frame:
    row = np.flatnonzero(which)
    return {
        "entry_row": row,
        "type": np.full(len(row), kind),
        "day": on[row],
        "credential": np.full(len(row), -1) if credential is None else credential[row],
        "training": np.full(len(row), -1) if training is None else training[row],
        "seq": np.full(len(row), 2 if kind == CRED and training is None else 1),
    }


def _next_june(days: np.ndarray) -> np.ndarray:
    """1 June on or after each day."""
    junes = np.array([day(f"{year}-06-01") for year in range(2021, 2028)])
    return junes[np.searchsorted(junes, days).clip(0, len(junes) - 1)]


def _later_news(rng: np.random.Generator, entries: Frame) -> Frame:
    """What arrives after exit: enrolment in college (PIRL 1406), youth placements in the second and fourth quarter."""
    count = rows(entries)
    left = entries["open"] == 0
    enrols = left & (entries["in_secondary"] == 1) & (rng.random(count) < 0.35)
    enrolled = np.where(enrols, entries["last"] + rng.integers(20, 420, count), NEVER)
    youth = (entries["programme"] == CODES.index("YOUTH")) & left & (entries["level"] != REPORTABLE)
    placed = youth & (rng.random(count) < np.where(entries["employed_after"] == 1, 0.15, 0.32))
    kind = rng.choice([1, 2, 3], count, p=[0.3, 0.55, 0.15])
    stays = rng.random(count) < 0.7
    return {
        "enrolled_after": np.where(enrolled <= TODAY, enrolled, NEVER),
        "placement_q2": np.where(youth, np.where(placed, kind, 0), -1),
        "placement_q4": np.where(youth, np.where(placed & stays, kind, 0), -1),
    }


def effects(entries: Frame) -> Frame:
    """What the participations do to working lives (see jobs.Effects)."""
    offers = table("trainings")
    sectors = np.array([sector_names().index(row["sector"]) for row in offers])
    at_work = np.isin(entries["status"], [EMPLOYED, NOTICE])
    layoff = np.isin(entries["programme"], [CODES.index(code) for code in ("DW", "DWG", "TAA")])
    away = np.isin(entries["reason"], [INSTITUTIONALISED, MEDICAL, DECEASED]) & (entries["open"] == 0)
    after = np.where(entries["employed_after"] == 1, SUCCESS, SETBACK)
    trained = (entries["trained"] == 1) & (entries["training"] >= 0)
    left = np.where(entries["open"] == 1, NEVER, entries["last"])
    usual = np.array([_PAY.get(code, _USUAL_PAY) for code in CODES])[entries["programme"]]
    frame = {
        "person": entries["person"],
        "entry": quarter_of(entries["entry"]),
        "exit": quarter_of(left),
        "mode_in": np.where(at_work, NATURAL, IN_PROGRAMME),
        "mode_before": np.where(layoff, BEFORE_LAYOFF, NATURAL),
        "mode_after": np.where(away, INSTITUTION, after),
        "pay_before": usual,
        "pay_after": usual + np.where(trained, 0.16, 0.05),
        "sector": np.where(trained, sectors[entries["training"]], -1),
    }
    serious = entries["level"] != REPORTABLE
    return {name: column[serious] for name, column in frame.items()}
