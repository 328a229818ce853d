"""Registered apprenticeship: agreements, their pay and their end, and the half-yearly extract.

Belongs here: who is an apprentice, where, for how long, the extract. Does not: wages as employers file them.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.characteristics import one_race, sex_text
from synth.days import NEVER, age, day, last_day, quarter, quarter_label, quarter_of, year_of
from synth.employers import Employers, growth, sector_names
from synth.extracts import Delivery, Extract, coded, dollars, numbered
from synth.frame import Frame, rows, take
from synth.noise import Columns, Habits, Recorder, date_text
from synth.people import People
from synth.rng import mixed, stream, unit, weighted, weighted_without_replacement
from synth.tables import minimum_wage, numbers, table, text
from synth.window import APPRENTICESHIP_QUARTERS, FIRST_REGISTRATION, TODAY, programme_persons

HABITS = Habits(
    "apprenticeship",
    capitals=True,
    ssn_missing=0.01,
    ssn_wrong=0.004,
    ssn_zero_lost=0.02,
    birth_wrong=0.006,
    given_wrong=0.008,
    nickname=0.02,
    surname_wrong=0.008,
    one_surname=0.25,
    middle=0.40,
    suffix=0.7,
    zip_zero_lost=0.03,
    name_lag_days=30,
)
ACTIVE, SUSPENDED, CANCELLED, COMPLETED, REINSTATED = range(5)
STATUSES = ("ACTIVE", "SUSP", "CANC", "COMP", "REINST")
UNITS = ("H", "W", "M", "Y")
_HOURS_PER_UNIT = np.array([1.0, 40.0, 2080 / 12, 2080.0])
_REASONS = ("Left employer", "Laid off", "Unsatisfactory progress", "Personal", "Transferred to another programme")
_WORK_HOURS_PER_DAY = 1_900 / 365
_PAY_YEAR = quarter("2023Q3")
"""The quarter whose pay occupations.csv states."""


def make_apprenticeships(people: People, employers: Employers, seed: int) -> Frame:
    """One row per agreement registered from 2018 on."""
    rng = stream(seed, "apprenticeship")
    count = len(people)
    registered = FIRST_REGISTRATION + (rng.random(count) ** 0.8 * (TODAY - 40 - FIRST_REGISTRATION)).astype(np.int64)
    years = age(people.birth, registered)
    weight = np.where((years >= 18) & (years <= 48), np.exp(-((years - 23).clip(0) / 9.0)), 0.0)
    weight = weight * np.where(people.sex == 1, 0.85, 0.15) * (people.schooling <= 6) * (people.death > registered)
    weight = weight * (people.story < 0)
    wanted = programme_persons("APPRENTICESHIP", count)
    person = weighted_without_replacement(rng, weight, wanted)
    occupations = table("occupations")
    by_sex = [weighted(rng, numbers(occupations, "weight") * share, len(person)) for share in _shares_by_sex()]
    occupation = np.where(people.sex[person] == 1, by_sex[0], by_sex[1])
    return describe(rng, employers, person, occupation, registered[person])


def _shares_by_sex() -> tuple[np.ndarray, np.ndarray]:
    female = numbers(table("occupations"), "female_share")
    return 1 - female, female


def describe(
    rng: np.random.Generator, employers: Employers, person: np.ndarray, occupation: np.ndarray, registered: np.ndarray
) -> Frame:
    """The columns of an agreement: employer, pay by the hour at entry and at journey level, course."""
    count = len(person)
    occupations = table("occupations")
    sector = np.array([sector_names().index(name) for name in text(occupations, "sector")])[occupation]
    term = numbers(occupations, "term_hours").astype(np.int64)[occupation]
    credit = np.where(rng.random(count) < 0.18, (term * rng.uniform(0.05, 0.3, count)).astype(np.int64), 0)
    start = registered + rng.integers(0, 15, count)
    level = growth(quarter_of(start)) / growth(_PAY_YEAR)
    entry_pay = numbers(occupations, "entry_hourly_usd")[occupation] * level * rng.normal(1, 0.04, count)
    journey_pay = numbers(occupations, "journey_hourly_usd")[occupation] * level * rng.normal(1, 0.05, count)
    entry_pay = np.maximum(entry_pay, minimum_wage(start))
    return {
        "person": person,
        "occupation": occupation,
        "employer": employers.draw(rng, sector),
        "registered": registered,
        "start": start,
        "term_hours": term,
        "credit_hours": credit,
        "entry_pay": entry_pay,
        "journey_pay": np.maximum(journey_pay, entry_pay * 1.08),
        "prior_pay": entry_pay * rng.uniform(0.75, 1.0, count),
        "unit": rng.choice(4, count, p=[0.90, 0.05, 0.03, 0.02]),
        **_course(rng, start, term - credit),
    }


def _course(rng: np.random.Generator, start: np.ndarray, hours: np.ndarray) -> Frame:
    """How an agreement goes: a third is cancelled, a third of those in probation; a few pause, most of them return."""
    count = len(start)
    full_term = (hours / _WORK_HOURS_PER_DAY * rng.uniform(0.92, 1.15, count)).astype(np.int64)
    probation = start + np.minimum(full_term // 4, 365)
    draw = rng.random(count)
    cancelled, early = draw < 0.36, draw < 0.12
    in_probation = start + 20 + (rng.random(count) * (probation - start - 25)).astype(np.int64)
    later = probation + 10 + (rng.random(count) * full_term * 0.7).astype(np.int64)
    pauses = draw > 0.93
    suspended = np.where(pauses, start + (full_term * rng.uniform(0.2, 0.6, count)).astype(np.int64), NEVER)
    away = rng.integers(60, 240, count)
    returns = pauses & (rng.random(count) < 0.6)
    completed = np.where(cancelled | (pauses & ~returns), NEVER, start + full_term + np.where(returns, away, 0))
    return {
        "probation": probation,
        "completed": completed,
        "terminated": np.where(cancelled, np.where(early, in_probation, later), NEVER),
        "reason": np.where(cancelled, rng.integers(0, len(_REASONS), count), -1),
        "suspended": suspended,
        "back": np.where(returns, suspended + away, NEVER),
    }


def effects(agreements: Frame) -> Frame:
    """Who is paid as an apprentice when (see jobs.Effects)."""
    stop = np.minimum(agreements["completed"], agreements["terminated"])
    return {
        "person": agreements["person"],
        "employer": agreements["employer"],
        "start": quarter_of(agreements["start"]),
        "stop": quarter_of(np.minimum(stop, NEVER)),
        "term": np.maximum(agreements["term_hours"] // 500, 4),
        "entry_pay": agreements["entry_pay"],
        "journey_pay": agreements["journey_pay"],
    }


def apprentice_number(people: People, who: np.ndarray, seed: int) -> np.ndarray:
    """The apprenticeship office's number of a person."""
    return 20_000 + stream(seed, "apprentice numbers").permutation(len(people) * 3)[who]


def write_apprenticeships(
    delivery: Delivery, people: People, employers: Employers, agreements: Frame, in_wioa: np.ndarray, seed: int
) -> None:
    """An extract each half-year: the agreements something happened to; the first brings all that were open in 2022."""
    number = apprentice_number(people, agreements["person"], seed)
    agreements = agreements | {"number": number, "agreement": np.arange(1, rows(agreements) + 1)}
    before = day("2021-12-31")
    ended = np.minimum(agreements["completed"], agreements["terminated"])
    agreements = take(agreements, ended > before)
    for period in APPRENTICESHIP_QUARTERS:
        end = int(last_day(period))
        news = agreements["registered"] <= end
        if period != APPRENTICESHIP_QUARTERS.start:
            events = ("registered", "completed", "terminated", "suspended", "back")
            news &= np.any([(agreements[name] > before) & (agreements[name] <= end) for name in events], axis=0)
        held = take(agreements, news)
        held = take(held, np.lexsort((held["agreement"], held["number"])))
        extract = Extract("apprenticeship", quarter_label(period), end + 15)
        delivery.write(extract, _columns(people, employers, held, end, in_wioa, seed), held["person"])
        before = end


def _status(held: Frame, end: int) -> np.ndarray:
    return np.select(
        [held["completed"] <= end, held["terminated"] <= end, held["back"] <= end, held["suspended"] <= end],
        [COMPLETED, CANCELLED, REINSTATED, SUSPENDED],
        ACTIVE,
    )


def _columns(people: People, employers: Employers, held: Frame, end: int, in_wioa: np.ndarray, seed: int) -> Columns:
    year = pa.array(year_of(held["registered"])).cast(pa.string())
    return {
        "apprentice_id": numbered("A", held["number"], 6),
        "agreement_no": pc.binary_join_element_wise("AG", year, numbered("", held["agreement"], 6), "-"),
        **_person_columns(people, held, end, seed),
        **_employer_columns(employers, held["employer"]),
        **_agreement_columns(held, end, seed),
        "wioa_coenrolled": pa.array(np.isin(held["person"], in_wioa).astype(np.int64)).cast(pa.string()),
    }


def _person_columns(people: People, held: Frame, end: int, seed: int) -> Columns:
    who = held["person"]
    clerk = Recorder(people, seed, HABITS)
    key = mixed(seed, "apprentice", who).astype(np.int64)
    on = np.full(rows(held), end)
    address = clerk.address(who, key, on)
    return {
        "ssn": clerk.ssn(who, key, on),
        "first_name": clerk.first_name(who, key),
        "last_name": clerk.last_name(who, key, on),
        "middle_name": clerk.middle_name(who, key),
        "suffix": clerk.suffix(who, key),
        "birth_date": date_text(clerk.birth_date(who, key, held["registered"])),
        "street": address["street"],
        "zip": address["zip"],
        "sex": sex_text(people, who, key, seed),
        "race": one_race(people, who),
        "hispanic": pa.array(people.hispanic[who]).cast(pa.string()),
        "veteran": pa.array(people.veteran[who].astype(np.int64)).cast(pa.string()),
        "disability": pa.array(people.disability[who].astype(np.int64)).cast(pa.string()),
    }


def _employer_columns(employers: Employers, employer: np.ndarray) -> Columns:
    return {
        "sponsor_id": numbered("SP", employer % 900, 4),
        "employer_id": numbered("EM", employer, 5),
        "ean": numbered("", employers.ean[employer], 10),
        "fein": numbered("", employers.fein[employer], 9),
        "rti_provider": coded(employer % 4, ("9000011", "129367", "129154", "JATC")),
    }


def _agreement_columns(held: Frame, end: int, seed: int) -> Columns:
    """Trade, term, dates and status as of the last day the extract knows."""
    occupations, status = table("occupations"), _status(held, end)

    def by_now(name: str) -> pa.Array:
        return date_text(np.where(held[name] <= end, held[name], NEVER))

    return {
        "occupation_code": coded(held["occupation"], text(occupations, "rapids_code")),
        "onet_soc": coded(held["occupation"], text(occupations, "onet_soc")),
        "trade_text": coded(held["occupation"], text(occupations, "trade")),
        "approach": coded(held["occupation"], text(occupations, "approach")),
        "term_hours": pa.array(held["term_hours"]),
        "prior_credit_hours": dollars(held["credit_hours"] * 100),
        "registered_date": date_text(held["registered"]),
        "apprenticeship_start_date": date_text(held["start"]),
        "probation_end_date": date_text(held["probation"]),
        "completed_date": by_now("completed"),
        "terminated_date": by_now("terminated"),
        "cancel_reason": coded(np.where(status == CANCELLED, held["reason"], -1), _REASONS),
        "suspended_from": by_now("suspended"),
        "suspended_to": by_now("back"),
        "apprenticeship_status": coded(status, STATUSES),
        **_pay_columns(held, status, seed),
        "credential_no": _certificates(held, status),
    }


def _pay_columns(held: Frame, status: np.ndarray, seed: int) -> Columns:
    """Wages in the unit of the agreement; the prior wage is not always known, the exit wage only at the end."""
    over = np.isin(status, [COMPLETED, CANCELLED])
    last_day_of = np.minimum(held["completed"], held["terminated"])
    worked = ((last_day_of - held["start"]) * _WORK_HOURS_PER_DAY / held["term_hours"]).clip(0, 1)
    exit_pay = held["entry_pay"] + (held["journey_pay"] - held["entry_pay"]) * np.where(over, worked, 0)
    known = unit(seed, "prior wage", held["person"]) < 0.7
    columns: Columns = {}
    for name, pay, shown in (
        ("prior", held["prior_pay"], known),
        ("entry", held["entry_pay"], np.ones(len(known), bool)),
        ("exit", exit_pay, over),
    ):
        cents = np.rint(pay * _HOURS_PER_UNIT[held["unit"]] * 100 + 0.49).astype(np.int64)
        columns[f"{name}_wage"] = dollars(cents, ~shown)
        columns[f"{name}_wage_unit"] = coded(np.where(shown, held["unit"], -1), UNITS)
    return columns


def _certificates(held: Frame, status: np.ndarray) -> pa.Array:
    written = numbered("CC", held["agreement"], 6)
    return pc.if_else(pa.array(status == COMPLETED), written, pa.scalar(None, pa.string()))
