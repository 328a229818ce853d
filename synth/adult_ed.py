"""Adult education: learners, their periods of participation per fiscal year, and the yearly LACES extract.

Belongs here: who learns, hours, levels, diplomas, the extract. Does not: level gains (the assessment source).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from synth.characteristics import barrier_columns, race_columns
from synth.days import NEVER, age, day, quarter_of
from synth.extracts import Delivery, Extract, coded, dollars, numbered, spoil
from synth.frame import Frame, rows, stack, take
from synth.jobs import NATURAL, SETBACK, SUCCESS
from synth.noise import Columns, Habits, Recorder, date_text
from synth.people import People
from synth.places import places
from synth.rng import mixed, stream, unit, weighted_without_replacement
from synth.tables import programmes
from synth.window import FISCAL_YEARS, TODAY, YEARS_PER_LEARNER, programme_persons

HABITS = Habits(
    "adult_ed",
    ssn_missing=0.42,
    ssn_placeholder=0.003,
    ssn_wrong=0.004,
    ssn_zero_lost=0.012,
    birth_wrong=0.008,
    given_wrong=0.012,
    nickname=0.04,
    surname_wrong=0.012,
    one_surname=0.20,
    middle=0.35,
    suffix=0.7,
    zip_zero_lost=0.02,
    name_lag_days=40,
)
TYPES = ("ABE", "ASE", "ESL", "IET;ASE", "IELCE;ESL", "WORKPLACE", "FAMLIT;ESL", "CORR;ABE")
ABE, ASE, ESL, IET, IELCE, WORKPLACE, FAMLIT, CORR = range(8)
LEVELS = tuple(f"{track}{level}" for track in ("ABE", "ESL") for level in range(1, 7))
DIPLOMAS = ("HSD", "GED", "NEDP")
_SPOILT_YEAR = 2024
_GAP = 90
_USUAL_PAY = -0.50
"""Learners earn less than others of their sector and schooling (log points)."""


def make_adult_ed(people: People, seed: int) -> Frame:
    """One row per learner, fiscal year and period; learners come for one to four years, some leave and return."""
    rng = stream(seed, "adult_ed")
    count = len(people)
    wanted = programme_persons("ADULT_ED", count)
    first_year = rng.integers(FISCAL_YEARS.start - 1, FISCAL_YEARS.stop, count)
    learner = weighted_without_replacement(rng, _weights(people, first_year), wanted)
    years = 1 + rng.geometric(1 / YEARS_PER_LEARNER, len(learner)).clip(1, 4) - 1
    row = np.repeat(np.arange(len(learner)), years)
    year = first_year[learner][row] + np.arange(len(row)) - np.repeat(np.cumsum(years) - years, years)
    on_file = (year >= FISCAL_YEARS.start) & (year < FISCAL_YEARS.stop)
    person, year = learner[row][on_file], year[on_file]
    july = np.array([day(f"{start - 1}-07-01") for start in range(2021, 2030)])[year - 2021]
    entry = july + rng.choice([60, 66, 75, 110, 190, 205, 230], len(person)) + rng.integers(0, 14, len(person))
    length = (rng.gamma(2.2, 45, len(person))).astype(np.int64).clip(1, 300)
    last = np.minimum(entry + length, july + 362)
    first = _periods(rng, people, person, year, np.ones(len(person), np.int64), entry, last)
    back = last + rng.integers(92, 150, len(person))
    returns = (rng.random(len(person)) < 0.12) & (back < july + 330)
    index = np.flatnonzero(returns)
    until = np.minimum(back[index] + rng.integers(10, 80, len(index)), july[index] + 362)
    again = _periods(rng, people, person[index], year[index], np.full(len(index), 2), back[index], until)
    together = stack([first, again])
    alive = (people.death[together["person"]] > together["entry"]) & (together["entry"] <= TODAY)
    return _with_totals(take(together, alive))


def _weights(people: People, year: np.ndarray) -> np.ndarray:
    start = np.array([day(f"{year - 1}-09-01") for year in range(2021, 2030)])[year - 2021]
    years = age(people.birth, start)
    weight = np.where((years >= 17) & (years <= 70), 0.02, 0.0)
    weight = weight * (1 + 40 * (people.schooling == 0) + 60 * people.english_learner)
    weight = weight * np.where(people.sex == 2, 1.3, 0.9) * np.where(years < 45, 1.3, 0.6)
    return weight * (people.story < 0) * (people.death > start)


def _periods(
    rng: np.random.Generator,
    people: People,
    person: np.ndarray,
    year: np.ndarray,
    number: np.ndarray,
    entry: np.ndarray,
    last: np.ndarray,
) -> Frame:
    """The columns of periods of participation."""
    count = len(person)
    english = people.english_learner[person]
    no_diploma = people.schooling[person] == 0
    draw = rng.random(count)
    basic = np.select([draw < 0.40, draw < 0.88, draw < 0.93], [ABE, ASE, IET], WORKPLACE)
    language = np.select([draw < 0.86, draw < 0.93, draw < 0.97], [ESL, IELCE, FAMLIT], WORKPLACE)
    kind = np.where(english, language, basic)
    kind = np.where(people.ex_offender[person] & (draw > 0.6), CORR, kind)
    levels = [6 + rng.integers(0, 6, count), 4 + rng.integers(0, 2, count)]
    level = np.select([english, kind == ASE], levels, rng.integers(0, 4, count))
    hours = (4 + (last - entry) * rng.uniform(0.2, 1.1, count)).round(1)
    hours = np.where(rng.random(count) < 0.09, rng.uniform(1, 11.9, count).round(1), hours)
    earns = (kind == ASE) & no_diploma & (hours >= 30) & (rng.random(count) < 0.34)
    return {
        "person": person,
        "year": year,
        "number": number,
        "entry": entry,
        "last": last,
        "tenths": np.rint(hours * 10).astype(np.int64),
        "kind": kind,
        "level": level,
        "status": np.where(rng.random(count) < 0.50, 1, np.where(rng.random(count) < 0.65, 0, 3)),
        "reason": np.select([kind == CORR, rng.random(count) < 0.012], [7, 2], 0),
        "diploma": np.where(earns, rng.choice([0, 1, 2], count, p=[0.45, 0.35, 0.20]), -1),
        "diploma_day": np.where(earns, last, NEVER),
        "distance": (rng.random(count) < 0.12).astype(np.int64),
    }


def _with_totals(periods: Frame) -> Frame:
    """Hours of the fiscal year beside the hours of the period, and the intake of the learner."""
    _, group = np.unique(periods["person"] * 10_000 + periods["year"], return_inverse=True)
    total = np.zeros(group.max(initial=0) + 1, np.int64)
    np.add.at(total, group, periods["tenths"])
    people_of, learner = np.unique(periods["person"], return_inverse=True)
    intake = np.full(len(people_of), NEVER, np.int64)
    np.minimum.at(intake, learner, periods["entry"])
    return periods | {"total_tenths": total[group], "intake": intake[learner] - 6}


def effects(periods: Frame, seed: int) -> Frame:
    """What learning does to working lives (see jobs.Effects): pay is low; a diploma brings work and a little more."""
    learners = take(periods, periods["last"] < TODAY)
    count = rows(learners)
    done = learners["diploma"] >= 0
    works = unit(seed, "works after", learners["person"]) < programmes()["ADULT_ED"].employed_q2 + 0.15
    return {
        "person": learners["person"],
        "entry": quarter_of(learners["entry"]),
        "exit": quarter_of(learners["last"]),
        "mode_in": np.full(count, NATURAL),
        "mode_before": np.full(count, NATURAL),
        "mode_after": np.where(done, np.where(works, SUCCESS, SETBACK), NATURAL),
        "pay_before": np.full(count, _USUAL_PAY),
        "pay_after": np.where(done, _USUAL_PAY + 0.08, _USUAL_PAY),
        "sector": np.full(count, -1),
    }


def extract_day(year: int) -> int:
    """LACES is extracted on 1 October, when the exits of the fiscal year are known; the running year on 12 January."""
    return day("2026-01-12") if year == FISCAL_YEARS[-1] else day(f"{year}-10-01")


def write_adult_ed(delivery: Delivery, people: People, periods: Frame, seed: int) -> None:
    """One extract per fiscal year, named by the programme year it is."""
    periods = periods | {"goes_on": _goes_on(periods)}
    for year in FISCAL_YEARS:
        taken = extract_day(year)
        held = take(periods, (periods["year"] == year) & (periods["entry"] <= min(taken - 10, TODAY)))
        order = np.lexsort((held["number"], student_number(people, held["person"], seed)))
        held = take(held, order)
        held = held | {"last": np.minimum(held["last"], min(taken - 10, TODAY))}
        columns = _columns(people, held, taken, seed)
        if year == _SPOILT_YEAR:
            ordinary = np.flatnonzero(people.story[held["person"]] < 0)
            spoil(columns, "birth_date", [int(ordinary[len(ordinary) // 2])], "1987-02-30")
        delivery.write(Extract("adult_ed", f"PY{year - 1}", taken), columns, held["person"])


def _goes_on(periods: Frame) -> np.ndarray:
    """Whether the learner's next period begins less than 90 days after this one, in the next fiscal year."""
    order = np.lexsort((periods["entry"], periods["person"]))
    person, entry, last = (periods[name][order] for name in ("person", "entry", "last"))
    goes_on = np.zeros(len(order), bool)
    goes_on[order[:-1]] = (person[1:] == person[:-1]) & (entry[1:] - last[:-1] < _GAP)
    return goes_on


def student_number(people: People, who: np.ndarray, seed: int) -> np.ndarray:
    """LACES number of a learner."""
    return 10_000 + stream(seed, "laces").permutation(len(people) * 3)[who]


def _columns(people: People, held: Frame, taken: int, seed: int) -> Columns:
    who, count = held["person"], rows(held)
    on = np.full(count, taken)
    clerk = Recorder(people, seed, HABITS)
    student = student_number(people, who, seed)
    key = mixed(seed, "learner", who).astype(np.int64)
    exited = (held["last"] + _GAP <= taken) & ~held["goes_on"]
    brought = (unit(seed, "sasid", key) < 0.35) | (people.story[who] >= 0)
    has_sasid = (people.birth[who] >= day("1997-01-01")) & brought
    barriers = barrier_columns(people, who, held["entry"], np.full(count, -1), held["status"], seed)
    address = clerk.address(who, key, on)
    return {
        "student_id": numbered("L", student, 7),
        "ssn": clerk.ssn(who, key, on),
        "sasid": pa.array(people.sasid[who], mask=~has_sasid).cast(pa.string()),
        "first_name": clerk.first_name(who, key),
        "last_name": clerk.last_name(who, key, on),
        "middle_name": clerk.middle_name(who, key),
        "suffix": clerk.suffix(who, key),
        "birth_date": date_text(clerk.birth_date(who, key, held["entry"])),
        **address,
        "pop_fiscal_year": pa.array(held["year"]),
        "pop_number": pa.array(held["number"]),
        "pop_hours": dollars(held["tenths"] * 10),
        "total_hours": dollars(held["total_tenths"] * 10),
        "first_intake_date": date_text(held["intake"]),
        "entry_date": date_text(held["entry"]),
        "last_activity_date": date_text(held["last"]),
        "exit_date": date_text(np.where(exited, held["last"], NEVER)),
        "exit_reason": coded(np.where(exited, held["reason"], -1), [f"{code:02d}" for code in range(8)]),
        "adult_ed_program_type": coded(held["kind"], TYPES),
        "entering_efl": coded(held["level"], LEVELS),
        "sex": pa.array(people.sex[who]).cast(pa.string()),
        **race_columns(people, who, seed),
        **barriers,
        "emp_status_entry": pa.array(held["status"]).cast(pa.string()),
        "diploma_type": coded(held["diploma"], DIPLOMAS),
        "diploma_date": date_text(np.where(held["last"] >= held["diploma_day"], held["diploma_day"], NEVER)),
        "distance_flag": pa.array(held["distance"]).cast(pa.string()),
        "provider_id": coded(places().town[people.home.part[who]] % 48, [f"AE{code:03d}" for code in range(48)]),
    }
