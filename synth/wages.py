"""Wage records as employers file them: one row per person, employer and quarter, with amendments and voids.

Belongs here: what employers report of the jobs. Does not: the jobs themselves (jobs.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.days import first_day, last_day, quarter_label
from synth.employers import Employers, naics_text
from synth.extracts import Delivery, Extract, dollars, spoil
from synth.frame import Frame, rows, stack, take
from synth.jobs import LabourMarket
from synth.jobs_seen import JobsSeen
from synth.noise import Columns, Habits, Recorder, date_text, mistyped, ssn_text
from synth.people import People
from synth.rng import mixed, unit
from synth.tax_numbers import BORROWS, HAS_NEITHER
from synth.window import RESENT_WAGES, Window, wage_extract_day

HABITS = Habits(
    "ui_wage",
    capitals=True,
    given_wrong=0.006,
    nickname=0.015,
    surname_wrong=0.006,
    one_surname=0.25,
    given_length=12,
    surname_length=20,
    initial_only=0.12,
    name_lag_days=75,
)
ORIG, AMEND, VOID = range(3)
ACTIONS = ("ORIG", "AMEND", "VOID")
_SPOILT_QUARTER = "2024Q1"
HIDDEN_SSN = 999_999_999
_AS_FILED, _VOIDED = -1, -2


def write_wages(
    delivery: Delivery,
    people: People,
    employers: Employers,
    market: LabourMarket | JobsSeen,
    by_hand: Frame,
    window: Window,
    seed: int,
    watchers: Sequence[Callable[[int, Frame], None]] = (),
) -> None:
    """All wage extracts, quarter by quarter; `by_hand` has the stories' jobs (as in story_lives.told_jobs).

    Each of `watchers` is told every final quarter and its filings.
    """
    for number, jobs in market.quarters(window.wages):
        told = take(by_hand, by_hand["quarter"] == number)
        jobs["amended"] = np.full(rows(jobs), _AS_FILED)
        jobs = stack([jobs, {name: told[name] for name in jobs}])
        filings = _filings(people, employers, jobs, number, seed)
        final = number in window.final_wages
        if number == RESENT_WAGES or not final:
            early = take(filings, _filed_early(filings, 0.75 if final else 0.88, number, seed))
            _write(delivery, people, employers, early, number, False, seed)
        if final:
            _write(delivery, people, employers, filings, number, True, seed)
            for tell in watchers:
                tell(number, filings)


def reported_ssn(people: People, who: np.ndarray, employer: np.ndarray, on: int, seed: int) -> np.ndarray:
    """The number a worker gave this employer: one's own, an ITIN, somebody else's, or one made up of nines."""
    number = np.where(people.ssn_from[who] <= on, people.ssn[who], people.itin[who])
    borrowed = (people.ssn_kind[who] == BORROWS) & (people.lender[who] >= 0)
    number = np.where(borrowed, people.ssn[np.maximum(people.lender[who], 0)], number)
    number = np.where((people.ssn_kind[who] == HAS_NEITHER) | (number == 0), HIDDEN_SSN, number)
    key = mixed(seed, "job", who, employer).astype(np.int64)
    wrong = (unit(seed, "ui_wage/ssn", key) < 0.002) & (people.story[who] < 0)
    return np.where(wrong, mistyped(number, seed, key), number)


def _filings(people: People, employers: Employers, jobs: Frame, number: int, seed: int) -> Frame:
    """The quarter's filings in order of account and SSN: originals, then their amendments and voids."""
    end = int(last_day(number))
    ssn = reported_ssn(people, jobs["person"], jobs["employer"], end, seed)
    jobs = jobs | {"ssn": ssn}
    order = np.lexsort((jobs["person"], ssn, employers.ean[jobs["employer"]]))
    jobs = take(jobs, order)
    # One account files one original per SSN: of two workers under one number there, the first stays.
    again = (jobs["ssn"][1:] == jobs["ssn"][:-1]) & (jobs["employer"][1:] == jobs["employer"][:-1])
    jobs = take(jobs, ~np.concatenate([[False], again]))
    key = mixed(seed, f"filing/{number}", jobs["person"], jobs["employer"]).astype(np.int64)
    count = rows(jobs)
    told = people.story[jobs["person"]] >= 0
    nothing_paid = (unit(seed, "zero wage", key) < 0.0006) & ~told
    wait = 12 + (unit(seed, "received", jobs["employer"], np.full(count, number)) ** 2 * 33).astype(np.int64)
    filings = jobs | {
        "cents": np.where(nothing_paid, 0, jobs["cents"]),
        "action": np.full(count, ORIG),
        "seq": np.full(count, 1),
        "received": end + wait,
    }
    change = unit(seed, "amended", key)
    amended = ((change < 0.006) & ~told) | (jobs["amended"] >= 0)
    voided = ((change > 0.9988) & ~told) | (jobs["amended"] == _VOIDED)
    later = take(filings, amended | voided)
    void = voided[amended | voided]
    factor = 0.75 + 0.5 * unit(seed, "amended by", key[amended | voided])
    drawn = np.rint(later["cents"] * factor).astype(np.int64)
    later["cents"] = np.where(void, 0, np.where(later["amended"] >= 0, later["amended"], drawn))
    later["action"] = np.where(void, VOID, AMEND)
    later["seq"] = np.full(rows(later), 2)
    later["received"] = (
        later["received"] + 20 + (unit(seed, "amended when", key[amended | voided]) * 60).astype(np.int64)
    )
    together = stack([filings, later])
    return take(together, np.lexsort((together["seq"], together["ssn"], employers.ean[together["employer"]])))


def _filed_early(filings: Frame, share: float, number: int, seed: int) -> np.ndarray:
    """Filings in hand 46 days after the quarter: those of the employers who file on time, without later amendments."""
    employer = filings["employer"]
    on_time = unit(seed, "files on time", employer, np.full(len(employer), number)) < share
    return on_time & (filings["received"] <= wage_extract_day(number, final=False))


def _write(
    delivery: Delivery, people: People, employers: Employers, filings: Frame, number: int, final: bool, seed: int
) -> None:
    label = quarter_label(number)
    manifest = {
        "period_from": str(np.datetime64(int(first_day(number)), "D")),
        "period_to": str(np.datetime64(int(last_day(number)), "D")),
        "final": final,
        "amend_mode": "replace",
    }
    extract = Extract("ui_wage", label, wage_extract_day(number, final), manifest=manifest)
    columns = _columns(people, employers, filings, number, seed)
    if label == _SPOILT_QUARTER:
        ordinary = np.flatnonzero((people.story[filings["person"]] < 0) & (filings["action"] == ORIG))
        spoil(columns, "wage_usd", [int(ordinary[len(ordinary) // 3])], "-250.00")
        spoil(columns, "naics_code", [int(ordinary[len(ordinary) // 2])], "UNKNOWN")
    delivery.write(extract, columns, filings["person"])


def _columns(people: People, employers: Employers, filings: Frame, number: int, seed: int) -> Columns:
    who, employer = filings["person"], filings["employer"]
    key = mixed(seed, "job", who, employer).astype(np.int64)
    clerk = Recorder(people, seed, HABITS)
    count = rows(filings)
    end = np.full(count, int(last_day(number)))
    no_zero_lost = unit(seed, "ui zero lost", key) < 0.0008
    no_zero_lost &= (people.story[who] < 0) & (filings["ssn"] >= 1_000_000) & (filings["ssn"] < 100_000_000)
    return {
        "ssn": ssn_text(filings["ssn"], np.zeros(count, bool), no_zero_lost),
        "last_name": clerk.last_name(who, key, end),
        "first_name": clerk.first_name(who, key),
        "wage_year": pa.array(np.full(count, number // 4)),
        "wage_quarter_number": pa.array(np.full(count, number % 4 + 1)),
        "wage_usd": dollars(filings["cents"]),
        "ean": pc.utf8_lpad(pa.array(employers.ean[employer]).cast(pa.string()), 10, "0"),
        "fein": pc.utf8_lpad(pa.array(employers.fein[employer]).cast(pa.string()), 9, "0"),
        "naics_code": naics_text().take(pa.array(employers.naics[employer])),
        "filing_seq": pa.array(filings["seq"]),
        "wage_action": pa.array(ACTIONS).take(pa.array(filings["action"])),
        "received_date": date_text(filings["received"]),
    }
