"""Who enters which CTHires programme, when, and what is known of them at entry.

Belongs here: entries, re-entries, co-enrolment, circumstances at entry. Does not: services and exits
(cthires_services.py), results (cthires_outcomes.py), files.
"""

from __future__ import annotations

import numpy as np

from synth.days import age, day
from synth.frame import Frame, rows
from synth.people import People, schooling_on
from synth.places import places
from synth.rng import stream, unit, weighted, weighted_without_replacement
from synth.tables import Programme, numbers, programmes, table
from synth.window import OPENS, TODAY, programme_persons

CODES = tuple(code for code in programmes() if code not in ("APPRENTICESHIP", "ADULT_ED", "DUAL_CREDIT"))
"""The programmes CTHires keeps, in the order of programmes.csv; a frame holds their positions here."""
UNEMPLOYED, EMPLOYED, NOTICE, OUT_OF_LABOUR_FORCE = range(4)
REPORTABLE = 4

_KINDS = {6: 0.68, 1: 0.12, 2: 0.06, 5: 0.05, 4: 0.05, 3: 0.02, 9: 0.02}
"""Types of training (PIRL 1303) and their shares: 06 occupational skills, 01 on the job, ..."""
_OCCUPATIONAL, _YOUTH = 6, 10


def participant_numbers(people: People, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two CTHires numbers per person: the usual one, and the one of those who were registered twice by mistake."""
    count = max(len(people), 500)
    drawn = 4_000_000 + stream(seed, "participant numbers").permutation(count * 4)
    return drawn[: len(people)], drawn[count : count + len(people)]


def make_entries(people: People, seed: int) -> Frame:
    """First entries into every programme, and Wagner-Peyser beside Adult and Dislocated Worker."""
    chosen = []
    persons = len(people)
    for position, code in enumerate(CODES):
        rng = stream(seed, f"cthires/{code}")
        entry = _entry_days(rng, code, persons)
        weight = _weights(people, programmes()[code], code, entry)
        taken = weighted_without_replacement(rng, weight, programme_persons(code, persons))
        chosen.append((taken, np.full(len(taken), position), entry[taken]))
    person, programme, entry = (np.concatenate(column) for column in zip(*chosen, strict=True))
    rng = stream(seed, "cthires/co-enrolled")
    wp = CODES.index("WP")
    both = np.isin(programme, [CODES.index("ADULT"), CODES.index("DW")]) & (rng.random(len(programme)) < 0.35)
    both &= ~np.isin(person, person[programme == wp])
    first = np.unique(person[both], return_index=True)[1]
    also = np.flatnonzero(both)[first]
    person = np.concatenate([person, person[also]])
    programme = np.concatenate([programme, np.full(len(also), wp)])
    shift = rng.choice([0, 0, 0, 7, 21], len(also))
    entry = np.concatenate([entry, np.minimum(entry[also] + shift, TODAY - 5)])
    number = participant_numbers(people, seed)[0][person]
    return describe(people, seed, person, programme, entry, number)


def _entry_days(rng: np.random.Generator, code: str, count: int) -> np.ndarray:
    if code != "SYEP":
        return rng.integers(OPENS, TODAY - 20, count)
    july = np.array([day(f"{year}-07-01") for year in range(2022, 2026)])
    return july[rng.integers(0, len(july), count)] + rng.integers(0, 12, count)


def _weights(people: People, programme: Programme, code: str, entry: np.ndarray) -> np.ndarray:
    """How likely each person is to enter on the day; 0 for who is not eligible then."""
    years = age(people.birth, entry)
    weight = np.where((years >= programme.min_age) & (years <= programme.max_age), 1.0, 0.0)
    weight *= (people.death > entry) & (people.story < 0)
    weight *= np.where(people.sex == 2, programme.female_share, 1 - programme.female_share)
    prime = np.select([years < 25, years < 45, years < 55, years < 60], [0.8, 1.35, 1.0, 0.8], 0.35)
    weight *= prime if programme.max_age > 30 else 1.0
    trait = {
        "JVSG": np.where(people.veteran, 1.0, 0.0),
        "BESTCHANCE": np.where(people.ex_offender, 1.0, 0.0),
        "DW": 1.0 + (people.schooling >= 4),
        "SNAPET": 0.05 + people.low_income,
        "JFES": 0.02 + people.low_income * (0.3 + people.single_parent),
    }.get(code, 0.5 + 1.3 * people.low_income + 0.6 * people.ex_offender)
    return weight * trait


def describe(
    people: People, seed: int, person: np.ndarray, programme: np.ndarray, entry: np.ndarray, number: np.ndarray
) -> Frame:
    """The columns of an entry: what the participant told at intake."""
    count = len(person)
    rng = stream(seed, f"cthires/intake/{count}")
    shapes = list(programmes().values())[: len(CODES)]
    employed_share = np.array([shape.employed_at_entry for shape in shapes])[programme]
    draw = rng.random(count)
    status = np.where(draw < employed_share, EMPLOYED, np.where(draw > 0.93, OUT_OF_LABOUR_FORCE, UNEMPLOYED))
    status = np.where((programme == CODES.index("DW")) & (draw > 0.9), NOTICE, status)
    years = age(people.birth[person], entry)
    youth = programme == CODES.index("YOUTH")
    in_secondary = youth & (years < 19) & (rng.random(count) < 0.75)
    schooling = np.where(in_secondary, 0, schooling_on(people, person, entry))
    training_share = np.array([shape.training_share for shape in shapes])[programme]
    trained = (rng.random(count) < training_share) & ~(in_secondary & (rng.random(count) < 0.5))
    training, kind = _trainings(rng, people, person, youth, trained)
    in_postsecondary = (years >= 18) & (schooling > 0) & (rng.random(count) < np.where(youth, 0.12, 0.03))
    reportable = (programme == CODES.index("WP")) & (rng.random(count) < 0.18)
    level = np.where(reportable, REPORTABLE, rng.choice([1, 2, 3], count, p=[0.90, 0.07, 0.03]))
    moved = people.move[person] <= entry
    part = np.where(moved, people.next_home.part[person], people.home.part[person])
    return {
        "person": person,
        "number": number,
        "programme": programme,
        "entry": entry,
        "level": level,
        "wda": places().wda[places().town[part]],
        "status": status,
        "schooling": schooling,
        "in_secondary": in_secondary.astype(np.int64),
        "in_postsecondary": in_postsecondary.astype(np.int64),
        "training": np.where(reportable, -1, training),
        "kind": np.where(reportable, 0, kind),
        "closed_early": np.zeros(count, np.int64),
    }


def _trainings(
    rng: np.random.Generator, people: People, person: np.ndarray, youth: np.ndarray, trained: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Programme of study (position in trainings.csv, -1 none) and type of training (PIRL 1303, 0 none)."""
    count = len(person)
    offers = table("trainings")
    female, weight = numbers(offers, "female_share"), numbers(offers, "weight")
    by_sex = [weighted(rng, weight * share, count) for share in (1 - female, female)]
    training = np.where(people.sex[person] == 2, by_sex[1], by_sex[0])
    usual = rng.choice(list(_KINDS), count, p=list(_KINDS.values()))
    kind = np.where(youth & (usual == _OCCUPATIONAL), _YOUTH, usual)
    return np.where(trained, training, -1), np.where(trained, kind, 0)


def make_returns(people: People, seed: int, frame: Frame, last: np.ndarray, exited: np.ndarray) -> Frame:
    """Second entries of people who came back: three in four after a real gap, one in four within 90 days of it."""
    rng = stream(seed, "cthires/returns")
    count = rows(frame)
    gap = np.where(rng.random(count) < 0.25, rng.integers(35, 88, count), rng.integers(92, 420, count))
    entry = last + gap
    returns = exited & (frame["level"] != REPORTABLE) & (rng.random(count) < 0.13) & (entry < TODAY - 5)
    returns &= people.death[frame["person"]] > entry
    returns &= frame["programme"] != CODES.index("SYEP")
    limit = np.array([programmes()[code].max_age for code in CODES])[frame["programme"]]
    returns &= age(people.birth[frame["person"]], entry) <= limit
    index = np.flatnonzero(returns)
    person = frame["person"][index]
    usual, mistaken = participant_numbers(people, seed)
    twice = unit(seed, "registered twice", person) < 0.06
    number = np.where(twice, mistaken[person], usual[person])
    frame["closed_early"][index[gap[index] <= 90]] = 1
    return describe(people, seed, person, frame["programme"][index], entry[index], number)
