"""Career ConneCT: the half-yearly extract of its grantees, and the columns the Good Jobs Challenge shares with it.

Belongs here: what grantees record of an enrolment. Does not: who enrols and what comes of it (enrolments.py).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.characteristics import barrier_columns, race_columns, sex_text
from synth.days import NEVER, age, last_day, quarter, quarter_label
from synth.employer_accounts import Accounts
from synth.employers import Employers
from synth.enrolments import PROGRAMMES, SECTORS, reported_in, system_of
from synth.extracts import Delivery, Extract, coded, dollars, numbered, spoil
from synth.frame import Frame, rows, take
from synth.noise import Columns, Habits, Recorder, date_text
from synth.people import People, schooling_on
from synth.places import places, wda_codes
from synth.rng import mixed, stream, unit
from synth.tables import codes, table, text

HABITS = Habits(
    "career_connect",
    ssn_missing=0.14,
    ssn_wrong=0.006,
    ssn_zero_lost=0.008,
    birth_wrong=0.006,
    given_wrong=0.008,
    nickname=0.05,
    surname_wrong=0.010,
    one_surname=0.18,
    middle=0.35,
    zip_zero_lost=0.010,
    name_lag_days=15,
)
QUARTERS = range(quarter("2022Q2"), quarter("2025Q4") + 1, 2)
STATUSES = ("ENROLLED", "COMPLETED", "WITHDREW", "PLACED")
ENROLLED, COMPLETED, WITHDREW, PLACED = range(4)
_SPOILT = "2024Q2"
_UNEMPLOYED = 0
_YES_NO = ("0", "1")


def write_career_connect(
    delivery: Delivery, people: People, employers: Employers, accounts: Accounts, enrolments: Frame, seed: int
) -> None:
    """An extract each half-year: the enrolments something happened to since the one before."""
    ours = take(enrolments, system_of(enrolments, "CAREERCONNECT"))
    ours = ours | {"number": participant_number(people, ours["person"], seed)}
    before = 0
    for period in QUARTERS:
        end = int(last_day(period))
        held = take(ours, reported_in(ours, before, end))
        held = take(held, np.lexsort((held["enrol"], held["number"])))
        columns = {
            "career_connect_id": number_text(held["number"]),
            **record(people, employers, accounts, held, end, Recorder(people, seed, HABITS), seed),
        }
        if quarter_label(period) == _SPOILT and rows(held):
            spoil(columns, "sector_code", [rows(held) // 2], "ROBOTICS")
        delivery.send(Extract("career_connect", quarter_label(period), end + 15), columns, held["person"])
        before = end


def participant_number(people: People, who: np.ndarray, seed: int) -> np.ndarray:
    """Career ConneCT number of a person."""
    return 1_000 + stream(seed, "career connect numbers").permutation(len(people) * 2)[who]


def number_text(number: np.ndarray) -> pa.Array:
    """Career ConneCT numbers as grantees write them."""
    return numbered("CC", number, 6)


def status_on(held: Frame, end: int) -> np.ndarray:
    """How far each person has come on a day, as a position in STATUSES."""
    over = held["end"] <= end
    return np.select(
        [over & (held["withdraws"] == 1), held["placed"] <= end, over], [WITHDREW, PLACED, COMPLETED], ENROLLED
    )


def record(
    people: People, employers: Employers, accounts: Accounts, held: Frame, end: int, clerk: Recorder, seed: int
) -> Columns:
    """What is recorded of an enrolment as of a day, but for the number of the person."""
    who = held["person"]
    key = mixed(seed, f"{clerk.habits.source}/intake", who).astype(np.int64)
    return {
        **_person(people, held, end, clerk, key, seed),
        **_circumstances(people, held, seed),
        **_grant(people, held),
        **_training(held, end),
        **_job(employers, accounts, held, end),
        "cthires_id": cthires_text(held["cthires"]),
    }


def cthires_text(number: np.ndarray) -> pa.Array:
    """CTHires numbers as other programmes write them down; a negative one is null."""
    return pc.if_else(pa.array(number >= 0), numbered("", np.maximum(number, 0), 1), pa.scalar(None, pa.string()))


def _person(people: People, held: Frame, end: int, clerk: Recorder, key: np.ndarray, seed: int) -> Columns:
    who, on = held["person"], np.full(rows(held), end)
    return {
        "ssn": clerk.ssn(who, key, on),
        "first_name": clerk.first_name(who, key),
        "last_name": clerk.last_name(who, key, on),
        "middle_name": clerk.middle_name(who, key),
        "suffix": clerk.suffix(who, key),
        "birth_date": date_text(clerk.birth_date(who, key, held["enrol"])),
        "sex": sex_text(people, who, key, seed),
        **clerk.address(who, key, on),
    }


def _circumstances(people: People, held: Frame, seed: int) -> Columns:
    """What the person states at enrolment: race, barriers, work, schooling."""
    who, enrol = held["person"], held["enrol"]
    guess = (unit(seed, "works at enrolment", who) < 0.34).astype(np.int64)
    status = np.where(held["seen_before"] == 1, (held["prior_employer"] >= 0).astype(np.int64), guess)
    years = age(people.birth[who], enrol)
    idle = (years >= 16) & (years <= 24) & (status == _UNEMPLOYED) & (unit(seed, "at school", who) < 0.5)
    newcomer = people.english_learner[who] & (unit(seed, "newcomer", who) < 0.6)
    digital = unit(seed, "digital gap", who) < 0.10 + 0.15 * people.low_income[who]
    return {
        **race_columns(people, who, seed),
        **barrier_columns(people, who, enrol, np.full(rows(held), -1), status, seed),
        "immigrant_refugee": coded(newcomer.astype(np.int64), _YES_NO),
        "opportunity_youth": coded(idle.astype(np.int64), _YES_NO),
        "digital_literacy_gap": coded(digital.astype(np.int64), _YES_NO),
        "emp_status_entry": coded(status, ("0", "1")),
        "educ_level": pa.array(schooling_on(people, who, enrol)).cast(pa.string()),
    }


def _grant(people: People, held: Frame) -> Columns:
    """The grant that pays: one of the programme, of the person's area where the programme has one there."""
    grants = [row for row in table("grants") if row["amendment_no"] == "0"]
    area = places().wda[places().town[people.home.part[held["person"]]]]
    chosen = np.zeros(rows(held), np.int64)
    for position, code in enumerate(PROGRAMMES):
        pays = [n for n, row in enumerate(grants) if row["program_code"] == ("GJC" if code == "SPRINT" else code)]
        if not pays:
            continue
        for number, name in enumerate(wda_codes()):
            there = [n for n in pays if grants[n]["wda_code"] in (name, "")] or pays
            here = np.flatnonzero((held["programme"] == position) & (area == number))
            chosen[here] = np.array(there)[held["person"][here] % len(there)]
    return {
        "grant_id": coded(chosen, [row["grant_id"] for row in grants]),
        "grantee_name": coded(chosen, [row["grantee_name"] for row in grants]),
        "program_code": coded(held["programme"], PROGRAMMES),
        "sector_code": coded(held["sector"], SECTORS),
        "referral_source": coded(held["referral"], text(codes("referral_source"), "code")),
    }


def _training(held: Frame, end: int) -> Columns:
    offers = table("trainings")
    earned = held["credential_day"] <= end

    def by_now(days: np.ndarray) -> pa.Array:
        return date_text(np.where(days <= end, days, NEVER))

    return {
        "applied_date": date_text(held["applied"]),
        "enrol_date": date_text(held["enrol"]),
        "training_start_date": by_now(held["start"]),
        "training_end_date": by_now(held["end"]),
        "training_status": coded(status_on(held, end), STATUSES),
        "credential_type": coded(np.where(earned, held["training"], -1), text(offers, "credential_type")),
        "credential_name": coded(np.where(earned, held["training"], -1), text(offers, "credential_name")),
        "credential_date": by_now(held["credential_day"]),
    }


def _job(employers: Employers, accounts: Accounts, held: Frame, end: int) -> Columns:
    offers = table("trainings")
    placed = held["placed"] <= end
    employer = np.where(placed, held["employer"], 0)
    job = np.where(placed, held["training"], -1)
    known = {days: np.where(held["placed"] + days <= end, held[f"kept_{days}"], -1) for days in (90, 180)}

    def shown(values: pa.Array) -> pa.Array:
        return pc.if_else(pa.array(placed), values, pa.scalar(None, values.type))

    return {
        "placement_date": date_text(np.where(placed, held["placed"], NEVER)),
        "employer_name": shown(accounts.legal_name.take(pa.array(employer))),
        "fein": shown(numbered("", employers.fein[employer], 9)),
        "ean": shown(numbered("", employers.ean[employer], 10)),
        "job_title": coded(job, text(offers, "title")),
        "soc_code": coded(job, [code[:7] for code in text(offers, "onet_code")]),
        "start_hourly_wage_usd": dollars(held["hourly"], ~placed),
        "weekly_hours": dollars(np.rint(held["hours"] * 100).astype(np.int64), ~placed),
        "benefits_flag": coded(np.where(placed, held["benefits"], -1), _YES_NO),
        "prior_hourly_wage_usd": dollars(held["prior_hourly"], held["seen_before"] == 0),
        "retained_90_days": coded(known[90], _YES_NO),
        "retained_180_days": coded(known[180], _YES_NO),
    }
