"""Career Accelerator loans: zero-interest loans for training, paid back by the month once the salary reaches a trigger.

Belongs here: loans, their status, payments, and the yearly extracts. Does not: who trains (enrolments.py) or earns.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from synth.career_connect import cthires_text
from synth.days import NEVER, first_day, last_day, quarter_of, year_of
from synth.enrolments import SECTORS, system_of
from synth.extracts import Delivery, Extract, coded, dollars, numbered
from synth.frame import Frame, rows, stack, take
from synth.jobs_seen import JobsSeen
from synth.noise import Columns, Habits, Recorder, date_text
from synth.people import People
from synth.places import places
from synth.rng import mixed, stream, unit
from synth.tables import numbers, table
from synth.training_list import provider_number, provider_text
from synth.window import CTHIRES_QUARTERS

HABITS = Habits(
    "career_loan",
    ssn_missing=0.01,
    ssn_wrong=0.004,
    birth_wrong=0.003,
    given_wrong=0.005,
    surname_wrong=0.005,
    one_surname=0.10,
    middle=0.60,
    name_lag_days=30,
)
STATUSES = ("TRAINING", "GRACE", "REPAYING", "PAUSED", "REPAID", "DEFAULT", "CANCELLED")
TRAINING, GRACE, REPAYING, PAUSED, REPAID, DEFAULT, CANCELLED = range(7)
_FIELDS = {"TDL": "CDL", "MFG": "MFG", "HEALTH": "HEALTH"}
_TRIGGER_CENTS = 4_000_000
_MONTHS = 30
"""Payments a loan is meant to take."""


def write_career_loans(
    delivery: Delivery, people: People, enrolments: Frame, cthires_number: np.ndarray, seen: JobsSeen, seed: int
) -> None:
    """Loans as they stand, and the payments of each year."""
    loans = make_loans(enrolments, seed)
    payments = make_payments(loans, seen)
    loans = loans | {"cthires": cthires_number[loans["person"]]}
    for period in CTHIRES_QUARTERS[3::4]:
        end = int(last_day(period))
        held = take(loans, loans["start"] <= end)
        paid = take(payments, year_of(payments["day"]) == period // 4)
        columns = _loan_columns(people, held, payments, end, seed)
        delivery.send(Extract("career_loan", str(period // 4), end + 15), columns, held["person"])
        extract = Extract("career_loan_payment", str(period // 4), end + 15)
        delivery.send(extract, _payment_columns(loans, paid), loans["person"][paid["loan"]])


def make_loans(enrolments: Frame, seed: int) -> Frame:
    """One row per loan, in order of day and person, numbered."""
    lent = take(enrolments, system_of(enrolments, "CAREERLOAN"))
    lent = take(lent, np.lexsort((lent["person"], lent["enrol"])))
    rng = stream(seed, "career loans")
    cost = numbers(table("trainings"), "cost_usd")[lent["training"]] * rng.uniform(0.9, 1.1, rows(lent))
    return {
        "person": lent["person"],
        "number": np.cumsum(1 + rng.integers(0, 4, rows(lent))),
        "sector": lent["sector"],
        "training": lent["training"],
        "principal": np.rint(cost / 50).astype(np.int64) * 5_000,
        "start": lent["enrol"],
        "end": lent["end"],
        "cancelled": ((lent["withdraws"] == 1) & (rng.random(rows(lent)) < 0.4)).astype(np.int64),
    }


def make_payments(loans: Frame, seen: JobsSeen) -> Frame:
    """A payment each month of a quarter whose pay, taken for a year, reaches the trigger; in order of day and loan."""
    left = np.where(loans["cancelled"] == 1, 0, loans["principal"])
    monthly = np.maximum(loans["principal"] // _MONTHS // 100 * 100, 100)
    everyone = np.arange(rows(loans))
    made: list[Frame] = [{name: np.zeros(0, np.int64) for name in ("loan", "day", "cents")}]
    for period in CTHIRES_QUARTERS:
        _, cents = seen.job(loans["person"], np.full(rows(loans), period))
        due = (cents * 4 >= _TRIGGER_CENTS) & (quarter_of(loans["end"]) < period)
        for month in range(3):
            amount = np.minimum(monthly, left)
            pays = due & (amount > 0)
            when = int(first_day(period)) + 30 * month + loans["number"] % 25
            made.append({"loan": everyone[pays], "day": when[pays], "cents": amount[pays]})
            left = np.where(pays, left - amount, left)
    payments = stack(made)
    payments = take(payments, np.lexsort((payments["loan"], payments["day"])))
    return payments | {"number": np.arange(1, rows(payments) + 1)}


def _status(loans: Frame, payments: Frame, end: int, seed: int) -> np.ndarray:
    """Where each loan stands on a day; a loan unpaid for a year after a first payment may be in default."""
    until = take(payments, payments["day"] <= end)
    paid = np.zeros(rows(loans), np.int64)
    latest = np.zeros(rows(loans), np.int64)
    here = until["loan"] < rows(loans)
    np.add.at(paid, until["loan"][here], until["cents"][here])
    np.maximum.at(latest, until["loan"][here], until["day"][here])
    stopped = end - latest > 120
    gives_up = (end - latest > 365) & (unit(seed, "loan default", loans["number"]) < 0.5)
    return np.select(
        [
            (loans["cancelled"] == 1) & (loans["end"] <= end),
            loans["end"] > end,
            paid >= loans["principal"],
            paid == 0,
            gives_up,
            stopped,
        ],
        [CANCELLED, TRAINING, REPAID, GRACE, DEFAULT, PAUSED],
        REPAYING,
    )


def _loan_columns(people: People, held: Frame, payments: Frame, end: int, seed: int) -> Columns:
    who, on = held["person"], np.full(rows(held), end)
    key = mixed(seed, "borrower", who).astype(np.int64)
    clerk = Recorder(people, seed, HABITS)
    known = (held["cthires"] >= 0) & (unit(seed, "lender knows CTHires", who) < 0.5)
    address = clerk.address(who, key, on)
    area = places().wda[places().town[people.home.part[who]]]
    field = [_FIELDS.get(name, "OTHER") for name in SECTORS]
    ended = (held["end"] <= end) & (held["cancelled"] == 0)
    return {
        "loan_id": loan_text(held["number"]),
        "borrower_id": numbered("B", 50 + stream(seed, "borrowers").permutation(len(people) * 2)[who], 6),
        "ssn": clerk.ssn(who, key, on),
        "first_name": clerk.first_name(who, key),
        "last_name": clerk.last_name(who, key, on),
        "middle_name": clerk.middle_name(who, key),
        "suffix": clerk.suffix(who, key),
        "birth_date": date_text(clerk.birth_date(who, key, held["start"])),
        "sex": pa.array(people.sex[who]).cast(pa.string()),
        **address,
        "loan_field": coded(held["sector"], field),
        "provider_id": provider_text(provider_number(held["training"], area)),
        "principal_usd": dollars(held["principal"]),
        "loan_start_date": date_text(held["start"]),
        "training_end_date": date_text(np.where(ended, held["end"], NEVER)),
        "trigger_salary_usd": dollars(np.full(rows(held), _TRIGGER_CENTS)),
        "loan_status": coded(_status(held, payments, end, seed), STATUSES),
        "cthires_id": cthires_text(np.where(known, held["cthires"], -1)),
    }


def _payment_columns(loans: Frame, paid: Frame) -> Columns:
    return {
        "payment_id": numbered("CAP-", paid["number"], 6),
        "loan_id": loan_text(loans["number"][paid["loan"]]),
        "payment_usd": dollars(paid["cents"]),
        "paid_date": date_text(paid["day"]),
    }


def loan_text(number: np.ndarray) -> pa.Array:
    """Numbers of loans as the lender writes them."""
    return numbered("CA-", number, 5)
