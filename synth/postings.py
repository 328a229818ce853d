"""Job postings of the employers behind the wages: posted, open for a while, posted anew; the quarterly extract.

Belongs here: postings and the snapshots of them at each month's end. Does not: who is hired (jobs.py). A snapshot holds
what was open on its day and what was taken down since the one before.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.days import NEVER, day, from_parts, last_day, quarter_label, year_of
from synth.employer_accounts import Accounts
from synth.employers import YEARLY_GROWTH, Employers, naics_text, sector_names
from synth.extracts import Delivery, Extract, coded, dollars, numbered
from synth.frame import Frame, place_in_group, stack, take
from synth.noise import Columns, date_text
from synth.places import places
from synth.rng import pick, stream, unit, weighted
from synth.tables import minimum_wage, numbers, table, text
from synth.window import CTHIRES_QUARTERS, PERSONS_IN_STATE, cthires_extract_day

_ON_THE_BOARD = 16_000
"""Postings open at a time in a state of PERSONS_IN_STATE: about a fifth of the published 81,000 openings."""
_USUAL_DAYS, _SPREAD = 30.0, 0.75
_MEAN_DAYS = _USUAL_DAYS * float(np.exp(_SPREAD**2 / 2))
_FIRST_DAY, _LAST_DAY = day("2021-10-01"), day("2025-12-31")
_SHORT_OF_STAFF = ("31", "62")
"""Sectors whose postings stay open twice as long: the persistent openings."""
_UNITS = ("H", "W", "M", "Y")
_PAY_YEAR = 2024
_BOARDS = ("CTHIRES", "NLX", "VENDOR")
_AGAIN = 0.10


def write_postings(delivery: Delivery, persons: int, employers: Employers, accounts: Accounts, seed: int) -> None:
    """The extract of each quarter: the snapshots at the end of its three months."""
    postings = _make_postings(persons, employers, seed)
    for number in CTHIRES_QUARTERS:
        months = np.arange(number % 4 * 3 + 1, number % 4 * 3 + 4)
        starts = from_parts(np.full(3, number // 4), months, np.ones(3, np.int64))
        ends = np.append(starts[1:] - 1, int(last_day(number)))
        seen = stack([_seen(postings, int(start), int(end)) for start, end in zip(starts, ends, strict=True)])
        seen = take(seen, np.lexsort((seen["snapshot"], seen["number"])))
        extract = Extract("job_posting_snapshot", quarter_label(number), cthires_extract_day(number))
        delivery.write(extract, _columns(employers, accounts, seen, seed), None)


def _make_postings(persons: int, employers: Employers, seed: int) -> Frame:
    """number, employer, job (row of postings.csv), posted, closed; in order of the day posted."""
    rng = stream(seed, "postings")
    days = _LAST_DAY - _FIRST_DAY
    count = max(40, round(_ON_THE_BOARD * persons / PERSONS_IN_STATE / _MEAN_DAYS * days))
    jobs = table("postings")
    job = weighted(rng, numbers(jobs, "weight"), count)
    sector = np.array([sector_names().index(row["sector"]) for row in jobs])[job]
    slow = np.isin(sector, [sector_names().index(name) for name in _SHORT_OF_STAFF])
    posted = _FIRST_DAY + rng.integers(0, days, count)
    open_for = _USUAL_DAYS * rng.lognormal(0, _SPREAD, count) * np.where(slow, 1.6, 0.8)
    once = {
        "employer": employers.draw(rng, sector),
        "job": job,
        "posted": posted,
        "closed": posted + np.maximum(2, np.rint(open_for).astype(np.int64)),
    }
    again = take(once, rng.random(count) < _AGAIN)
    wait, length = rng.integers(2, 14, len(again["job"])), again["closed"] - again["posted"]
    again |= {"posted": again["closed"] + wait, "closed": again["closed"] + wait + length}
    postings = stack([once, take(again, again["posted"] <= _LAST_DAY)])
    postings = take(postings, np.lexsort((postings["job"], postings["employer"], postings["posted"])))
    year = year_of(postings["posted"])
    _, counts = np.unique(year, return_counts=True)
    return postings | {"number": year * 1_000_000 + place_in_group(counts) + 1}


def _seen(postings: Frame, start: int, end: int) -> Frame:
    held = take(postings, (postings["posted"] <= end) & (postings["closed"] >= start))
    return held | {"snapshot": np.full(len(held["job"]), end)}


def _columns(employers: Employers, accounts: Accounts, seen: Frame, seed: int) -> Columns:
    jobs = table("postings")
    who, job, number = seen["employer"], seen["job"], seen["number"]
    board = np.searchsorted([0.55, 0.8], unit(seed, "posting board", number))
    known = (board == 0) | (unit(seed, "posting account", number) < 0.25)
    year = pa.array(number // 1_000_000).cast(pa.string())
    needs = pa.array([row["credentials"] or None for row in jobs])
    asks = pa.array(unit(seed, "posting credential", number) < 0.7)
    home = places().town[accounts.home[who]]
    return {
        "posting_id": pc.binary_join_element_wise("P", year, numbered("", number % 1_000_000, 6), "-"),
        "posting_employer_name": _names(accounts, who, board, known, number, seed),
        "ean": pc.if_else(pa.array(known), numbered("", employers.ean[who], 10), pa.scalar(None, pa.string())),
        "job_title": coded(job, text(jobs, "job_title")),
        "soc_code": coded(job, text(jobs, "soc_code")),
        "naics_code": naics_text().take(pa.array(employers.naics[who], mask=~known)),
        "job_town_code": places().town_code.take(pa.array(home, mask=unit(seed, "remote", number) < 0.04)),
        **_pay(seen, seed),
        "posted_date": date_text(seen["posted"]),
        "snapshot_date": date_text(seen["snapshot"]),
        "posting_closed_date": date_text(np.where(seen["closed"] <= seen["snapshot"], seen["closed"], NEVER)),
        "required_education": coded(job, text(jobs, "education")),
        "required_credentials": pc.if_else(asks, needs.take(pa.array(job)), pa.scalar(None, pa.string())),
        "posting_source": coded(board, _BOARDS),
    }


def _names(
    accounts: Accounts, who: np.ndarray, board: np.ndarray, known: np.ndarray, number: np.ndarray, seed: int
) -> pa.Array:
    """The name the employer goes by; vendors write it in capitals, and a few postings hide it behind the account."""
    name = pc.coalesce(accounts.trade_name, accounts.legal_name).take(pa.array(who))
    name = pc.if_else(pa.array(board == 2), pc.utf8_upper(name), name)
    hidden = known & (unit(seed, "posting hides its employer", number) < 0.05)
    return pc.if_else(pa.array(hidden), pa.scalar(None, pa.string()), name)


def _pay(seen: Frame, seed: int) -> Columns:
    """Pay from a little below to a little above the going rate, never below the minimum wage; many say nothing."""
    jobs = table("postings")
    job, number = seen["job"], seen["number"]
    unit_of = np.array([_UNITS.index(row["wage_unit"]) for row in jobs])[job]
    hours = np.array([1.0, 40.0, 2080 / 12, 2080.0])[unit_of]
    going = numbers(jobs, "hourly_usd")[job] * (1 + YEARLY_GROWTH) ** (year_of(seen["posted"]) - _PAY_YEAR)
    low = going * (0.86 + 0.12 * unit(seed, "posting pay", number))
    low = np.maximum(low, np.ceil(minimum_wage(seen["snapshot"]) * hours * 100) / 100)
    high = np.maximum(low, going * (1.02 + 0.15 * unit(seed, "posting range", number)))
    silent = unit(seed, "posting silent", number) < 0.35
    step = np.where(unit_of == 0, 25, 100_00)
    cents_low, cents_high = ((np.ceil(pay * 100 / step) * step).astype(np.int64) for pay in (low, high))
    return {
        "offered_wage_min": dollars(cents_low, silent),
        "offered_wage_max": dollars(cents_high, silent | (pick(seed, "posting one rate", 6, number) == 0)),
        "offered_wage_unit": coded(np.where(silent, -1, unit_of), _UNITS),
    }
