"""Incumbent worker training of the Manufacturing Innovation Fund: contracts, who was trained, the yearly extract.

Belongs here: companies with a contract, trainees among the people who work there, headcounts of companies that name
nobody. Does not: the jobs themselves (jobs.py).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.days import NEVER, day
from synth.employer_accounts import Accounts
from synth.employers import Employers, sector_names
from synth.extracts import Delivery, Extract, coded, dollars, numbered
from synth.frame import Frame, place_in_group, rows, stack, take
from synth.jobs_seen import JobsSeen, hourly
from synth.noise import Columns, Habits, Recorder, date_text
from synth.people import People
from synth.rng import mixed, stream, unit
from synth.window import PERSONS_IN_STATE

HABITS = Habits(
    "mif",
    capitals=True,
    ssn_missing=0.30,
    ssn_wrong=0.006,
    birth_wrong=0.004,
    given_wrong=0.010,
    nickname=0.06,
    surname_wrong=0.010,
    one_surname=0.20,
    name_lag_days=60,
)
FISCAL_YEARS = range(2022, 2026)
"""Fiscal year 2023 ran from July 2022 to June 2023."""
_COMPANIES_IN_STATE, _FEWEST = 34, 5
"""With a contract in fiscal year 2023, by the strategic plan; and in a small sample."""
_MOST_TRAINEES = 19
"""645 people at 34 companies in that year."""
_CENTS_A_TRAINEE = 47_400
"""305,615 dollars for 645 people."""
_TOPICS = (
    ("CNC programming", "NIMS CNC operations"),
    ("Lean manufacturing", "Lean bronze certification"),
    ("Blueprint reading and metrology", ""),
    ("Welding qualification", "AWS certified welder"),
    ("Quality auditing, AS9100", "Internal auditor certificate"),
    ("Supervisor skills", ""),
)


def write_incumbent_training(
    delivery: Delivery, people: People, employers: Employers, accounts: Accounts, seen: JobsSeen, seed: int
) -> None:
    """The contracts of each fiscal year."""
    for year in FISCAL_YEARS:
        rng = stream(seed, f"incumbent/{year}")
        floor = _floor(people, seen, year)
        companies = _companies(rng, employers, floor, len(people))
        held = stack([_headcounts(rng, companies[::2]), _trainees(floor, companies[1::2])])
        held = _described(rng, held, year)
        held = take(held, np.lexsort((held["seq"], held["contract"])))
        taken = day(f"{year}-09-15")
        columns = _columns(people, employers, accounts, held, year, seed)
        delivery.send(Extract("mif_iwt_training", f"PY{year - 1}", taken), columns, held["person"])


def _floor(people: People, seen: JobsSeen, year: int) -> Frame:
    """Jobs at manufacturers in the autumn of the fiscal year, of people who are no story; empty when nobody looked."""
    jobs = seen.floors.get((year - 1) * 4 + 3)
    if jobs is None:
        return {name: np.zeros(0, np.int64) for name in ("person", "employer", "cents")}
    jobs = take(jobs, people.story[jobs["person"]] < 0)
    return take(jobs, np.lexsort((jobs["person"], jobs["employer"])))


def _companies(rng: np.random.Generator, employers: Employers, floor: Frame, persons: int) -> np.ndarray:
    """The companies with a contract; every second names its trainees, so it must have somebody."""
    wanted = max(round(_COMPANIES_IN_STATE * persons / PERSONS_IN_STATE), _FEWEST)
    makes = sector_names().index("31")
    everyone = np.arange(employers.start[makes], employers.stop[makes])
    staffed = np.unique(floor["employer"])
    named = rng.permutation(staffed)[: wanted // 2]
    silent = rng.permutation(np.setdiff1d(everyone, named))[: wanted - len(named)]
    found = np.full(2 * max(len(named), len(silent)), -1)
    found[0 : 2 * len(silent) : 2], found[1 : 2 * len(named) : 2] = silent, named
    return found


def _headcounts(rng: np.random.Generator, companies: np.ndarray) -> Frame:
    """One row for each company that says only how many were trained."""
    contract = 1 + 2 * np.flatnonzero(companies >= 0)
    companies = companies[companies >= 0]
    count = len(companies)
    return {
        "person": np.full(count, -1),
        "employer": companies,
        "contract": contract,
        "seq": np.full(count, -1),
        "trainees": rng.integers(4, 2 * _MOST_TRAINEES, count),
        "cents": np.zeros(count, np.int64),
    }


def _trainees(floor: Frame, companies: np.ndarray) -> Frame:
    """A row for each trainee of the companies that name them."""
    contract_of = {int(company): 2 + 2 * place for place, company in enumerate(companies) if company >= 0}
    staff = take(floor, np.isin(floor["employer"], list(contract_of)))
    _, counts = np.unique(staff["employer"], return_counts=True)
    staff = take(staff, place_in_group(counts) < _MOST_TRAINEES) if rows(staff) else staff
    _, counts = np.unique(staff["employer"], return_counts=True)
    return {
        "person": staff["person"],
        "employer": staff["employer"],
        "contract": np.array([contract_of[int(company)] for company in staff["employer"]], np.int64),
        "seq": 1 + place_in_group(counts) if rows(staff) else np.zeros(0, np.int64),
        "trainees": np.ones(rows(staff), np.int64),
        "cents": staff["cents"],
    }


def _described(rng: np.random.Generator, held: Frame, year: int) -> Frame:
    """Training and money: one topic and one course for a contract."""
    contracts, place = np.unique(held["contract"], return_inverse=True)
    # From January on: who worked there in autumn was employed there before the training began.
    start = day(f"{year}-01-01") + rng.integers(0, 100, len(contracts))
    state = _CENTS_A_TRAINEE * rng.uniform(0.7, 1.3, len(contracts))
    return held | {
        "topic": rng.integers(0, len(_TOPICS), len(contracts))[place],
        "start": start[place],
        "end": (start + rng.integers(5, 80, len(contracts)))[place],
        "hours": (8 * rng.integers(2, 16, len(contracts)))[place],
        "state_cents": np.rint(state[place] / 100).astype(np.int64) * 100 * held["trainees"],
        "raise": rng.uniform(1.0, 1.12, rows(held)),
        "certified": rng.random(rows(held)) < 0.6,
    }


def _columns(people: People, employers: Employers, accounts: Accounts, held: Frame, year: int, seed: int) -> Columns:
    employer, count = held["employer"], held["seq"] < 0
    before, _ = hourly(held["cents"])
    topic = np.where(held["certified"] & ~count, held["topic"], -1)
    return {
        "training_contract_id": numbered(f"MIF-{year % 100}-", held["contract"], 4),
        "employee_seq": pa.array(held["seq"], mask=count),
        "employer_name": accounts.legal_name.take(pa.array(employer)),
        "ean": numbered("", employers.ean[employer], 10),
        "fein": numbered("", employers.fein[employer], 9),
        "state_fiscal_year": pa.array(np.full(len(count), year)),
        **_names(people, held, seed),
        "trainee_count": pa.array(held["trainees"], mask=~count),
        "training_topic": coded(held["topic"], [topic for topic, _ in _TOPICS]),
        "training_hours": dollars(held["hours"] * 100),
        "training_start_date": date_text(held["start"]),
        "training_end_date": date_text(held["end"]),
        "state_amount_usd": dollars(held["state_cents"]),
        "employer_match_usd": dollars(held["state_cents"]),
        "hourly_wage_before_usd": dollars(before, count),
        "hourly_wage_after_usd": dollars(np.rint(before * held["raise"]).astype(np.int64), count),
        "credential_name": coded(topic, [credential or None for _, credential in _TOPICS]),
    }


def _names(people: People, held: Frame, seed: int) -> Columns:
    """Name, number and birth date of a trainee, as far as the company gives them; nothing in a headcount."""
    who = np.maximum(held["person"], 0)
    key = mixed(seed, "mif trainee", who).astype(np.int64)
    clerk = Recorder(people, seed, HABITS)
    named = pa.array(held["person"] >= 0)
    dated = unit(seed, "mif birth date", who) < 0.75
    columns = {
        "ssn": clerk.ssn(who, key, held["start"]),
        "first_name": clerk.first_name(who, key),
        "last_name": clerk.last_name(who, key, held["start"]),
        "birth_date": date_text(np.where(dated, clerk.birth_date(who, key, held["start"]), NEVER)),
    }
    return {name: pc.if_else(named, values, pa.scalar(None, values.type)) for name, values in columns.items()}
