"""College: who studies where, term by term, after dual credit, high school or adult education, and what they complete.

Belongs here: enrolments and awards as they happened. Does not: the extracts about them (college_files, clearinghouse).
Terms are numbered year * 2 + season, with the school year the term lies in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.adult_ed import IET
from synth.days import NEVER, age, day, parts
from synth.dual_credit import FALL, GRADES
from synth.frame import Frame, place_in_group, rows, stack, take
from synth.people import People
from synth.rng import stream, unit, weighted
from synth.tables import codes, numbers, table, text
from synth.window import SCHOOL_YEARS

DUAL, LEAVER, LEARNER, TRAINEE = range(4)
"""How someone comes to college: while at high school, from there, from adult education, to a non-credit course."""
CT_STATE = 0
_LEAVER_WEIGHTS = np.array([0.46, 0.18, 0.10, 0.08, 0.06, 0.03, 0.04, 0.05, 0.0])
STATUSES = ("FT", "TQ", "HT", "LHT", "NE")
FT, TQ, HT, LHT, NE = range(5)
_CREDITS = np.array([[15, 12, 12], [9, 9, 10], [6, 7, 6], [3, 3, 4], [0, 0, 0]])
AWARDS = tuple(row["code"] for row in codes("award_level"))
_AS, _BA, _BS, _CERT, _SHORT, _PREAPP, _NONE = (
    AWARDS.index(code) for code in ("AS", "BA", "BS", "CERT_1_2", "CERT_LT1", "PREAPP", "NONE")
)
_LAST_TERM = SCHOOL_YEARS[-1] * 2 + 1
_NO_CREDIT = [GRADES.index(grade) for grade in ("F", "W", "I", "AU")]


@dataclass(frozen=True)
class College:
    """Enrolments: one row per person, college and term. Awards: one row each; `enrolled` is the row of their term."""

    enrolments: Frame
    awards: Frame


def make_college(people: People, courses: Frame, periods: Frame, seed: int) -> College:
    """College careers that follow from dual-credit `courses` and adult-education `periods`."""
    rng = stream(seed, "college")
    spells = _once([_leavers(rng, people, courses), *_learners(rng, people, periods)])
    enrolments = stack([_dual(courses), _terms(rng, people, spells)])
    order = np.lexsort((enrolments["college"], enrolments["term"], enrolments["person"]))
    enrolments = take(enrolments, order)
    return College(enrolments, _awards(enrolments, seed))


def term_days(term: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last day of each term."""
    years = range(SCHOOL_YEARS[0] - 2, SCHOOL_YEARS[-1] + 3)
    begins = np.array([day(text) for year in years for text in (f"{year}-08-28", f"{year + 1}-01-22")])
    ends = np.array([day(text) for year in years for text in (f"{year}-12-15", f"{year + 1}-05-14")])
    at = term - years[0] * 2
    return begins[at], ends[at]


def _dual(courses: Frame) -> Frame:
    """Dual-credit courses the college reports, as terms at the college."""
    held = take(courses, courses["by_college"] == 1)
    term = held["year"] * 2 + (held["term"] != FALL)
    key = (held["person"] * 10_000 + term) * 16 + held["college"]
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    credits = (numbers(table("courses"), "credits") * 100).astype(np.int64)[held["course"]]
    attempted, earned = np.zeros(len(first), np.int64), np.zeros(len(first), np.int64)
    np.add.at(attempted, group, credits)
    np.add.at(earned, group, np.where(np.isin(held["grade"], _NO_CREDIT), 0, credits))
    count = len(first)
    return {
        "person": held["person"][first],
        "college": held["college"][first],
        "term": term[first],
        "origin": np.full(count, DUAL),
        "place": np.zeros(count, np.int64),
        "major": np.full(count, -1),
        "sought": np.full(count, _NONE),
        "status": np.full(count, LHT),
        "attempted": attempted,
        "earned": earned,
        "gpa": np.where(earned > 0, 310, 90),
        "completes": np.zeros(count, np.int64),
    }


def _spells(person: np.ndarray, college: np.ndarray, start: np.ndarray, needed: np.ndarray, origin: int) -> Frame:
    sought = np.where(college == CT_STATE, _AS, np.where(person % 3 == 0, _BA, _BS))
    given = {LEAVER: sought, LEARNER: np.full(len(person), _CERT), TRAINEE: np.full(len(person), _PREAPP)}
    return {
        "person": person,
        "college": college,
        "start": start,
        "needed": needed,
        "origin": np.full(len(person), origin),
        "sought": given[origin],
    }


def _once(groups: list[Frame]) -> Frame:
    """The spells of all groups; who is in several stays in the first."""
    together = stack(groups)
    _, first = np.unique(together["person"], return_index=True)
    return take(together, np.sort(first))


def _leavers(rng: np.random.Generator, people: People, courses: Frame) -> Frame:
    """School leavers in the autumn after high school; those with dual credit and with degrees to come more often."""
    everyone = np.arange(len(people))
    had_dual = np.isin(everyone, courses["person"])
    persons, starts = [], []
    for year in range(SCHOOL_YEARS[0] - 1, SCHOOL_YEARS[-1]):
        senior = (age(people.birth, day(f"{year}-09-01")) == 17) & (people.death >= NEVER) & (people.story < 0)
        chance = np.where(had_dual, 0.80, 0.45) * np.where(people.schooling >= 4, 1.0, 0.35)
        person = everyone[senior & (rng.random(len(people)) < chance)]
        persons.append(person)
        starts.append(np.full(len(person), (year + 1) * 2))
    person, start = np.concatenate(persons), np.concatenate(starts)
    college = weighted(rng, _LEAVER_WEIGHTS, len(person))
    needed = np.where(college == CT_STATE, 4 + rng.integers(0, 3, len(person)), 8)
    return _spells(person, college, start, needed, LEAVER)


def _learners(rng: np.random.Generator, people: People, periods: Frame) -> list[Frame]:
    """Adult learners: with a diploma to a certificate, from integrated training to a pre-apprenticeship."""
    ordinary = (people.story[periods["person"]] < 0) & (people.death[periods["person"]] >= NEVER)
    _, first = np.unique(periods["person"], return_index=True)
    once = np.zeros(rows(periods), bool)
    once[first] = True
    draw = rng.random(rows(periods))
    graduates = take(periods, ordinary & (periods["diploma"] >= 0) & (draw < 0.55))
    trainees = take(periods, ordinary & once & (periods["kind"] == IET) & (periods["diploma"] < 0) & (draw < 0.7))
    found = []
    for held, origin, needed in ((graduates, LEARNER, 3), (trainees, TRAINEE, 1)):
        year, month, _ = parts(held["last"])
        start = np.where(month <= 7, year * 2, year * 2 + 1)
        _, once_each = np.unique(held["person"], return_index=True)
        college = np.full(rows(held), CT_STATE)
        spells = _spells(held["person"], college, start, np.full(rows(held), needed), origin)
        found.append(take(spells, once_each))
    return found


def _terms(rng: np.random.Generator, people: People, spells: Frame) -> Frame:
    """The terms of each spell, until it is complete, broken off, or not yet seen."""
    count = rows(spells)
    leaves = rng.geometric(np.where(spells["college"] == CT_STATE, 0.11, 0.05), count)
    stays = np.minimum(spells["needed"], leaves)
    held = np.clip(_LAST_TERM - spells["start"] + 1, 0, stays)
    quits = (stays < spells["needed"]) & (held == stays) & (spells["start"] + stays <= _LAST_TERM)
    quits &= rng.random(count) < 0.25
    row = np.repeat(np.arange(count), held + quits)
    place = place_in_group(held + quits)
    gone = place == held[row]
    part_time = np.where(spells["college"] == CT_STATE, 0.45, 0.08) + 0.4 * (spells["origin"] == LEARNER)
    usual = np.where(rng.random(count) < part_time, rng.choice([TQ, HT, LHT], count, p=[0.3, 0.5, 0.2]), FT)
    usual = np.where(spells["origin"] == TRAINEE, LHT, usual)
    status = np.where(gone, NE, usual[row])
    attempted = _CREDITS[status, rng.integers(0, 3, len(row))] * 100
    attempted = np.where(spells["origin"][row] == TRAINEE, 0, attempted)
    share = np.where(rng.random(len(row)) < 0.82, 1.0, 0.5)
    earned = (attempted * share // 100).astype(np.int64) * 100
    majors = table("majors")
    adult = spells["origin"] != LEAVER
    major = np.where(
        adult,
        weighted(rng, numbers(majors, "adult_weight"), count),
        weighted(rng, numbers(majors, "weight"), count),
    )
    return {
        "person": spells["person"][row],
        "college": spells["college"][row],
        "term": spells["start"][row] + place,
        "origin": spells["origin"][row],
        "place": place,
        "major": major[row],
        "sought": spells["sought"][row],
        "status": status,
        "attempted": attempted,
        "earned": earned,
        "gpa": np.clip(rng.normal(305, 55, len(row)), 50, 400).astype(np.int64),
        "completes": ((place + 1 == spells["needed"][row]) & ~gone).astype(np.int64),
    }


def _awards(enrolments: Frame, seed: int) -> Frame:
    """An award for each completed spell; some associate's degrees come with a short certificate."""
    done = np.flatnonzero(enrolments["completes"] == 1)
    _, ends = term_days(enrolments["term"][done])
    award = {
        "enrolled": done,
        "level": enrolments["sought"][done],
        "day": ends + 9,
        "seq": np.ones(len(done), np.int64),
    }
    also = (award["level"] == _AS) & (unit(seed, "second award", enrolments["person"][done]) < 0.2)
    extra = take(award, also)
    extra |= {"level": np.full(rows(extra), _SHORT), "seq": np.full(rows(extra), 2)}
    together = stack([award, extra])
    return take(together, np.lexsort((together["seq"], together["enrolled"])))


def college_codes() -> list[str]:
    """UnitIDs in the order in which enrolments number colleges."""
    return text(table("colleges"), "ihe_code")
