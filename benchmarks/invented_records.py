"""Person records of six agencies about the invented people of `synth`, with the truth, as clean or as noisy as asked.

Belongs here: who is at which agency and what its records show. Does not: people and errors (`synth`), scoring. Every
member of a household is there (families, twins, fathers and sons of one name), which is harder than programmes that
take one of a family.
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth import adult_ed, apprenticeship, career_connect, cthires_files, dual_credit, wages
from synth.days import day
from synth.families import live_as_families
from synth.noise import Habits, Recorder, date_text
from synth.people import make_people
from synth.rng import stream

AGENCIES = (
    (cthires_files.HABITS, True, True),
    (adult_ed.HABITS, True, True),
    (apprenticeship.HABITS, True, True),
    (career_connect.HABITS, True, True),
    (dual_credit.HABITS, False, True),
    (wages.HABITS, True, False),
)
"""Habits of an agency, whether it has numbers, whether it has birth date, sex and address."""
AT_AN_AGENCY = 0.52
"""Share of people each agency knows: about three records per person."""
ERRORS = ("ssn_missing", "ssn_placeholder", "ssn_wrong", "ssn_zero_lost", "birth_wrong", "given_wrong", "nickname",
          "surname_wrong", "one_surname", "zip_zero_lost", "initial_only")  # fmt: skip
"""What `noise` multiplies; a share stays under one in two."""
FROM, TO = day("2021-01-01"), day("2025-12-31")


def noisy(habits: Habits, noise: float) -> Habits:
    """The same agency, wrong `noise` times as often."""
    known = {field.name for field in fields(habits)}
    usual = {name: getattr(habits, name) for name in ERRORS if name in known}
    return replace(habits, **{name: max(rate, min(0.5, rate * noise)) for name, rate in usual.items()})


def records(count: int, noise: float, seed: int) -> pa.Table:
    """About `count` records, all text but `truth_person_id`. The same arguments give the same records."""
    people = make_people(round(count / (AT_AN_AGENCY * len(AGENCIES))), seed)
    live_as_families(people, seed)
    made = []
    for habits, has_number, has_life in AGENCIES:
        rng = stream(seed, f"records of {habits.source}")
        who = np.flatnonzero(rng.random(len(people)) < AT_AN_AGENCY)
        made.append(_of(Recorder(people, seed, noisy(habits, noise)), who, rng, has_number, has_life))
    return pa.concat_tables(made)


def _of(clerk: Recorder, who: np.ndarray, rng: np.random.Generator, has_number: bool, has_life: bool) -> pa.Table:
    on = rng.integers(FROM, TO, who.size)
    nothing = pa.nulls(who.size, pa.string())
    columns = {
        "source_system": pa.array([clerk.habits.source] * who.size),
        "source_record_id": pa.array(np.arange(who.size)).cast(pa.string()),
        "ssn": clerk.ssn(who, who, on) if has_number else nothing,
        "first_name": clerk.first_name(who, who),
        "middle_name": clerk.middle_name(who, who),
        "last_name": clerk.last_name(who, who, on),
        "suffix": clerk.suffix(who, who),
        "date_of_birth": nothing,
        "sex": nothing,
        "street": nothing,
        "zip": nothing,
    }
    if has_life:
        address = clerk.address(who, who, on)
        columns |= {
            "date_of_birth": pc.cast(date_text(clerk.birth_date(who, who, on)), pa.string()),
            "sex": pa.array(clerk.people.sex[who].astype(np.int8)).cast(pa.string()),
            "street": address["street"],
            "zip": address["zip"],
        }
    return pa.table({**columns, "truth_person_id": pa.array(who)})
