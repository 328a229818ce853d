"""Enrolments in Career ConneCT, the Good Jobs Challenge and career-loan training: who, when, for what, how it goes.

Belongs here: people, dates, training, completion, the job afterwards. Does not: extracts (career_connect.py,
good_jobs.py, career_loans.py). Enrolments change nothing in anybody's working life: they are laid over it, and a
placement is a job the wage records know as well.
"""

from __future__ import annotations

import numpy as np

from synth.days import NEVER, age, day, first_day, last_day, quarter_of
from synth.frame import Frame, stack
from synth.jobs_seen import JobsSeen, hourly
from synth.people import People
from synth.places import places, wda_codes
from synth.rng import stream, unit, weighted_without_replacement
from synth.tables import minimum_wage, numbers, table, text
from synth.window import PERSONS_IN_SAMPLE, PERSONS_IN_STATE, TODAY

SECTORS = ("HEALTH", "MFG", "IT", "INFRA", "CLEAN", "TDL", "OTHER")
_TAUGHT_IN = {"HEALTH": "62", "MFG": "31", "IT": "54", "INFRA": "23", "CLEAN": "23", "TDL": "48"}
"""Sector of trainings.csv that a programme's sector teaches; OTHER takes any."""
PROGRAMMES = tuple(row["programme"] for row in table("workforce_programmes"))
_ELSEWHERE = 0.02
"""How likely someone from another area is to enter a regional programme, beside someone from the region."""


def persons_of(code: str, persons: int) -> int:
    """People who enter the programme in a state of `persons`: in proportion, but at least the sample floor."""
    [row] = [row for row in table("workforce_programmes") if row["programme"] == code]
    floor = float(row["sample_floor"]) * min(1.0, persons / PERSONS_IN_SAMPLE)
    return max(1, round(max(float(row["persons_in_state"]) * persons / PERSONS_IN_STATE, floor)))


def oversampled(code: str, persons: int) -> float:
    """How many times larger the programme is than its share of the state; 1 in a large Connecticut."""
    [row] = [row for row in table("workforce_programmes") if row["programme"] == code]
    return persons_of(code, persons) / (float(row["persons_in_state"]) * persons / PERSONS_IN_STATE)


def make_enrolments(people: People, in_cthires: np.ndarray, seed: int) -> Frame:
    """One row per enrolment, in order of programme and person; `in_cthires` are positions of CTHires participants."""
    return stack([_enrol(people, in_cthires, code, seed) for code in PROGRAMMES])


def system_of(enrolments: Frame, system: str) -> np.ndarray:
    """Which enrolments are in programmes of the system (CAREERCONNECT, GJC, CAREERLOAN)."""
    there = np.array([row["system"] == system for row in table("workforce_programmes")])
    return there[enrolments["programme"]]


def _enrol(people: People, in_cthires: np.ndarray, code: str, seed: int) -> Frame:
    rng = stream(seed, f"enrolments/{code}")
    position = PROGRAMMES.index(code)
    row = table("workforce_programmes")[position]
    enrol = rng.integers(day(row["opens"]), day(row["closes"]), len(people))
    years = age(people.birth, enrol)
    weight = np.where((years >= int(row["min_age"])) & (years <= int(row["max_age"])), 1.0, 0.0)
    weight *= (people.death > enrol + 400) & (people.story < 0)
    female = float(row["female_share"])
    weight *= np.where(people.sex == 2, female, 1 - female) * (0.6 + people.low_income + 0.5 * people.ex_offender)
    weight *= np.where(people.schooling >= 7, 0.3, 1.0)
    served = np.zeros(len(people), bool)
    served[in_cthires] = True
    weight *= np.where(served, 0.2 if row["system"] == "CAREERLOAN" else 3.0, 1.0)
    if row["wda"]:
        areas = [wda_codes().index(area) for area in row["wda"].split("|")]
        weight *= np.where(np.isin(places().wda[places().town[people.home.part]], areas), 1.0, _ELSEWHERE)
    who = weighted_without_replacement(rng, weight, persons_of(code, len(people)))
    return {"person": who, "programme": np.full(len(who), position), **_course(rng, row, enrol[who])}


def _course(rng: np.random.Generator, row: dict[str, str], enrol: np.ndarray) -> Frame:
    """Training, its days, and whether it is completed: one in six withdraws."""
    count = len(enrol)
    offered = row["sectors"].split("|")
    sector = np.array([SECTORS.index(name) for name in offered])[rng.integers(0, len(offered), count)]
    training = _training(rng, sector)
    start = enrol + rng.integers(0, 22, count)
    days = np.where(int(row["days"]), int(row["days"]), numbers(table("trainings"), "days")[training].astype(np.int64))
    end = start + (days * rng.uniform(0.95, 1.1, count)).astype(np.int64)
    withdraws = rng.random(count) < 0.16
    stops = start + (days * rng.uniform(0.1, 0.8, count)).astype(np.int64)
    earns = ~withdraws & (rng.random(count) < 0.82)
    return {
        "sector": sector,
        "training": training,
        "applied": np.where(rng.random(count) < 0.05, NEVER, enrol - rng.integers(2, 46, count)),
        "enrol": enrol,
        "start": start,
        "end": np.where(withdraws, stops, end),
        "withdraws": withdraws.astype(np.int64),
        "credential_day": np.where(earns, end + rng.integers(0, 31, count), NEVER),
        "referral": rng.choice(10, count, p=[0.34, 0.20, 0.14, 0.03, 0.07, 0.05, 0.05, 0.07, 0.04, 0.01]),
    }


def _training(rng: np.random.Generator, sector: np.ndarray) -> np.ndarray:
    """A training of trainings.csv for each sector."""
    offers = table("trainings")
    taught = np.array(text(offers, "sector"))
    weight = numbers(offers, "weight")
    training = np.zeros(len(sector), np.int64)
    for position, name in enumerate(SECTORS):
        here = sector == position
        share = weight * (taught == _TAUGHT_IN[name]) if name in _TAUGHT_IN else weight
        training[here] = rng.choice(len(offers), int(here.sum()), p=share / share.sum())
    return training


def with_jobs(enrolments: Frame, seen: JobsSeen, seed: int) -> Frame:
    """Beside each enrolment the job before it and the job the person was placed in, as far as jobs were seen."""
    who, enrol, end = enrolments["person"], enrolments["enrol"], enrolments["end"]
    before, before_cents = seen.job(who, quarter_of(enrol) - 1)
    placed = np.full(len(who), NEVER, np.int64)
    employer, cents = np.full(len(who), -1), np.zeros(len(who), np.int64)
    could = enrolments["withdraws"] == 0
    for later in (0, 1, 2):
        number = quarter_of(end) + later
        found, _ = seen.job(who, number)
        next_employer, next_cents = seen.job(who, number + 1)
        stays = could & (placed >= NEVER) & (found >= 0) & (found == next_employer)
        earliest = np.maximum(first_day(number), end + 1)
        room = np.maximum(last_day(number) - earliest, 0)
        first = earliest + (unit(seed, "placed on", who, enrol) * room).astype(np.int64)
        placed, employer = np.where(stays, first, placed), np.where(stays, found, employer)
        cents = np.where(stays, next_cents, cents)
    by_hour, hours = hourly(cents)
    floor = np.rint(minimum_wage(np.minimum(placed, TODAY)) * 100).astype(np.int64)
    prior, _ = hourly(before_cents)
    return enrolments | {
        "seen_before": seen.saw(quarter_of(enrol) - 1).astype(np.int64),
        "prior_employer": before,
        "prior_hourly": np.where(before >= 0, prior, 0),
        "placed": placed,
        "employer": employer,
        "hourly": np.maximum(by_hour, floor),
        "hours": hours,
        "benefits": (unit(seed, "benefits", employer) < 0.62).astype(np.int64),
        **{f"kept_{days}": _kept(who, placed + days, seen) for days in (90, 180)},
    }


def _kept(who: np.ndarray, on: np.ndarray, seen: JobsSeen) -> np.ndarray:
    """1 at work in the quarter of the day, 0 not, -1 where nobody can know."""
    number = quarter_of(np.minimum(on, NEVER))
    employer, _ = seen.job(who, number)
    return np.where(seen.saw(number), (employer >= 0).astype(np.int64), -1)


def reported_in(enrolments: Frame, after: int, end: int) -> np.ndarray:
    """Enrolments an extract brings: those something happened to after the day `after`, up to the day `end`."""
    news = [enrolments[name] for name in ("enrol", "end", "credential_day", "placed")]
    news += [np.where(enrolments["placed"] >= NEVER, NEVER, enrolments["placed"] + days) for days in (90, 180)]
    happened = np.any([(days > after) & (days <= end) for days in news], axis=0)
    return np.flatnonzero(happened & (enrolments["enrol"] <= end))
