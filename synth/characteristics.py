"""What intake forms ask about a person: sex, ethnicity and race, barriers to employment.

Belongs here: columns that several sources share. Does not: identifiers (noise.py) and what one source alone asks.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from synth.cthires_entries import CODES, UNEMPLOYED
from synth.days import age
from synth.noise import Columns
from synth.people import AIAN, ASIAN, BLACK, NHPI, WHITE, People
from synth.rng import unit

_FLAGS = {"aian": AIAN, "asian": ASIAN, "black": BLACK, "nhpi": NHPI, "white": WHITE}
RACES = ("WHITE", "BLACK", "ASIAN", "AIAN", "NHPI", "TWO_OR_MORE", "UNKNOWN")


def one_race(people: People, who: np.ndarray) -> pa.Array:
    """One value per person, as the schools and the apprenticeship office keep it."""
    race = people.race[who]
    known = [race == 0, *(race == bit for bit in (WHITE, BLACK, ASIAN, AIAN, NHPI))]
    return pa.array(RACES).take(pa.array(np.select(known, [6, 0, 1, 2, 3, 4], 5)))


def sex_text(people: People, who: np.ndarray, key: np.ndarray, seed: int) -> pa.Array:
    """Sex; a few did not say."""
    unstated = (unit(seed, "sex not stated", key) < 0.006) & (people.story[who] < 0)
    return pa.array(np.where(unstated, 9, people.sex[who])).cast(pa.string())


def race_columns(people: People, who: np.ndarray, seed: int) -> Columns:
    """Ethnicity and the five race flags; 9 in all of them for those who did not say."""
    unsaid = (unit(seed, "race not stated", who) < 0.03) & (people.story[who] < 0)
    columns = {"hispanic": pa.array(np.where(unsaid, 9, people.hispanic[who])).cast(pa.string())}
    for name, bit in _FLAGS.items():
        has = ((people.race[who] & bit) > 0).astype(np.int64)
        columns[name] = pa.array(np.where(unsaid, 9, has)).cast(pa.string())
    return columns


def barrier_columns(
    people: People, who: np.ndarray, entry: np.ndarray, programme: np.ndarray, status: np.ndarray, seed: int
) -> Columns:
    """Barriers at entry (PIRL 600 to 808, 402), veteran and disability; `programme` -1 outside CTHires."""
    young = age(people.birth[who], entry) <= 24
    poor = people.low_income[who]

    def drawn(name: str, share: np.ndarray | float) -> np.ndarray:
        return (unit(seed, f"barrier/{name}", who) < share).astype(np.int64)

    tanf = np.where(programme == CODES.index("JFES"), 1, drawn("tanf", 0.10 * poor))
    snap = np.where(programme == CODES.index("SNAPET"), 1, drawn("snap", 0.55 * poor))
    flags = {
        "tanf": tanf,
        "exhausting_tanf": tanf * drawn("exhausting", 0.2),
        "snap": snap,
        "other_assistance": drawn("other", 0.08 * poor),
        "pregnant_parenting_youth": drawn("parenting", 0.09 * young),
        "youth_needing_assistance": drawn("assistance", 0.30 * young),
        "foster_youth": drawn("foster", 0.05 * young),
        "homeless": drawn("homeless", 0.01 + 0.06 * poor),
        "ex_offender": people.ex_offender[who].astype(np.int64),
        "low_income": (poor | (tanf + snap > 0)).astype(np.int64),
        "english_learner": people.english_learner[who].astype(np.int64),
        "basic_skills_deficient": drawn("skills", np.where(people.schooling[who] == 0, 0.55, 0.12)),
        "cultural_barriers": drawn("cultural", 0.25 * people.english_learner[who]),
        "single_parent": people.single_parent[who].astype(np.int64),
        "displaced_homemaker": drawn("homemaker", 0.01 * (people.sex[who] == 2)),
        "farmworker": drawn("farm", 0.004),
        "long_term_unemployed": drawn("long", 0.28) * (status == UNEMPLOYED),
        "veteran": people.veteran[who].astype(np.int64),
        "disability": people.disability[who].astype(np.int64),
    }
    unasked = (unit(seed, "barriers not asked", who) < 0.02) & (people.story[who] < 0)
    for name in ("homeless", "ex_offender", "disability", "cultural_barriers"):
        flags[name] = np.where(unasked, 9, flags[name])
    return {name: pa.array(flag).cast(pa.string()) for name, flag in flags.items()}
