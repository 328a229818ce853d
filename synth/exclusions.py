"""Deaths and other reasons that leave a person out of the indicators, as the restricted exchange sends them.

Belongs here: which deaths and absences are reported under which number. Does not: who dies when (people.py).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from synth.adult_ed import student_number
from synth.cthires import Cthires
from synth.cthires_entries import REPORTABLE
from synth.cthires_files import HABITS
from synth.days import NEVER, day
from synth.extracts import Delivery, Extract, coded, constant
from synth.frame import Frame, rows, stack, take
from synth.noise import Recorder, date_text
from synth.people import People
from synth.rng import mixed, pick, unit
from synth.window import TODAY

YEARS = range(2022, 2026)
TYPES = ("DEATH", "INSTITUTION", "MEDICAL", "ACTIVE_DUTY")
SYSTEMS = ("CTHIRES", "LACES")
_DEATH = 0
_WITHIN_DAYS = 330
"""Days after exit in which an absence begins."""


def write_exclusions(delivery: Delivery, people: People, cthires: Cthires, learning: Frame, seed: int) -> None:
    """One extract a year, taken in the weeks after it."""
    events = stack([_deaths(people, cthires, learning, seed), _absences(people, cthires, seed)])
    order = np.lexsort((events["type"], events["on"], events["number"], events["system"]))
    events = take(events, order)
    for year in YEARS:
        opening, taken = day(f"{year}-01-01"), min(day(f"{year + 1}-02-15"), day("2026-01-12"))
        held = take(events, (events["on"] >= opening) & (events["on"] < day(f"{year + 1}-01-01")))
        held = take(held, held["on"] <= min(taken, TODAY))
        delivery.send(Extract("death_or_exclusion", str(year), taken), _columns(people, held, seed), held["person"])


def _deaths(people: People, cthires: Cthires, learning: Frame, seed: int) -> Frame:
    """Deaths of people in CTHires; of adult learners outside it."""
    known, first = np.unique(cthires.entries["person"], return_index=True)
    learners = np.setdiff1d(np.unique(learning["person"]), known)
    person = np.concatenate([known, learners])
    number = np.concatenate([cthires.entries["number"][first], student_number(people, learners, seed)])
    dead = people.death[person] <= TODAY
    return {
        "person": person[dead],
        "system": np.repeat([0, 1], [len(known), len(learners)])[dead],
        "number": number[dead],
        "type": np.full(int(dead.sum()), _DEATH),
        "on": people.death[person[dead]],
        "until": np.full(int(dead.sum()), NEVER),
    }


def _absences(people: People, cthires: Cthires, seed: int) -> Frame:
    """A few who left for work and fell ill, were called up or detained in the year after."""
    entries = cthires.entries
    key = mixed(seed, "absence", entries["number"], entries["entry"]).astype(np.int64)
    left = (entries["open"] == 0) & (entries["level"] != REPORTABLE) & (entries["reason"] == 0)
    away = left & (unit(seed, "absent", key) < 0.02) & (people.story[entries["person"]] < 0)
    index = np.flatnonzero(away)
    index = index[np.unique(entries["person"][index], return_index=True)[1]]
    key = key[index]
    begins = entries["last"][index] + 5 + pick(seed, "absent from", _WITHIN_DAYS, key)
    ends = begins + 91 + pick(seed, "absent for", 150, key)
    alive = (people.death[entries["person"][index]] > ends) & (begins <= TODAY - 30)
    absences = {
        "person": entries["person"][index],
        "system": np.zeros(len(index), np.int64),
        "number": entries["number"][index],
        "type": 1 + pick(seed, "absence", len(TYPES) - 1, key),
        "on": begins,
        "until": np.where(ends <= TODAY, ends, NEVER),
    }
    return take(absences, alive)


def _columns(people: People, held: Frame, seed: int) -> dict[str, pa.Array]:
    who, count = held["person"], rows(held)
    key = mixed(seed, "intake", held["number"]).astype(np.int64)
    clerk = Recorder(people, seed, HABITS)
    numbers = [str(n) if system == 0 else f"L{n:07d}" for n, system in zip(held["number"], held["system"], strict=True)]
    return {
        "source_system": coded(held["system"], SYSTEMS),
        "exclusion_person_id": pa.array(numbers, pa.string()),
        "ssn": clerk.ssn(who, key, held["on"]),
        "first_name": clerk.first_name(who, key),
        "last_name": clerk.last_name(who, key, held["on"]),
        "middle_name": clerk.middle_name(who, key),
        "birth_date": date_text(clerk.birth_date(who, key, held["on"])),
        "sex": pa.array(people.sex[who]).cast(pa.string()),
        "zip": clerk.zip_code(who, key, clerk.home(who, held["on"])),
        "exclusion_type": coded(held["type"], TYPES),
        "exclusion_date": date_text(held["on"]),
        "exclusion_end_date": date_text(held["until"]),
        "evidence_code": constant("CERTIFICATE", count),
    }
