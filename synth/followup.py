"""Follow-up after exit: employment that the state's wage records do not show, and who found out when.

Belongs here: the evidence and its extracts. Does not: wages (wage_book.py), what the participant record makes of it.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from synth.cthires_entries import REPORTABLE
from synth.cthires_outcomes import DECEASED, INSTITUTIONALISED, MEDICAL
from synth.days import NEVER, first_day, quarter, quarter_label, quarter_of
from synth.employers import naics_text
from synth.extracts import Delivery, Extract, coded, dollars
from synth.frame import Frame, rows, stack, take
from synth.noise import date_text
from synth.rng import mixed, pick, unit
from synth.tables import codes, text
from synth.wage_book import WageBook
from synth.window import TODAY, cthires_extract_day

SOURCES = tuple(text(codes("followup_source"), "code"))
MATCH = np.array([int(value) for value in text(codes("followup_source"), "employment_match")])
QUARTERS = range(quarter("2024Q1"), quarter("2025Q4") + 1)
"""Quarters in which evidence was collected."""
UNSUBSIDISED, APPRENTICE, MILITARY = 1, 2, 3
_LIKELY = ("SWIS", "SWIS", "FEDERAL", "EMPLOYER", "EMPLOYER", "PAYSTUB", "MILITARY", "TAX", "APPRENTICESHIP", "SELF")
_WITHOUT_PAY = ("APPRENTICESHIP", "SELF", "MILITARY")
_EMPLOYERS = {
    "SWIS": "Out-of-state employer",
    "FEDERAL": "Federal civilian agency",
    "MILITARY": "Armed forces",
    "TAX": "Self-employed",
}


def find_out(entries: Frame, book: WageBook, seed: int) -> Frame:
    """Evidence of employment in the second and fourth quarter after exit, for some of those without wages in it."""
    away = np.isin(entries["reason"], [INSTITUTIONALISED, MEDICAL, DECEASED])
    left = (entries["open"] == 0) & (entries["level"] != REPORTABLE) & ~away
    index = np.flatnonzero(left)
    frames = []
    for later in (2, 4):
        number = quarter_of(entries["stated_exit"][index]) + later
        cents, _ = book.paid(entries["person"][index], number)
        key = mixed(seed, f"follow-up/{later}", entries["number"][index], entries["entry"][index]).astype(np.int64)
        asked = unit(seed, "followed up", key) < np.where(cents > 0, 0.02, 0.22)
        found = index[asked]
        key, number = key[asked], number[asked]
        which = np.array([SOURCES.index(name) for name in _LIKELY])[pick(seed, "evidence", len(_LIKELY), key)]
        verified = first_day(number + 1) + 12 + pick(seed, "verified", 60, key)
        frames.append(
            {
                "person": entries["person"][found],
                "number": entries["number"][found],
                "exit": entries["stated_exit"][found],
                "quarter": number,
                "source": which,
                "cents": 180_000 + pick(seed, "follow-up pay", 900_000, key),
                "verified": np.where(verified <= TODAY, verified, NEVER),
                "key": key,
            }
        )
    evidence = stack(frames)
    # One person may have left two programmes on one day: the evidence is one.
    order = np.lexsort((evidence["key"], evidence["quarter"], evidence["exit"], evidence["number"]))
    evidence = take(evidence, order)
    same = [evidence[name][1:] == evidence[name][:-1] for name in ("number", "exit", "quarter")]
    return take(evidence, np.append(True, ~np.logical_and.reduce(same)) & (evidence["verified"] < NEVER))


def status(evidence: Frame) -> np.ndarray:
    """How the person is employed (PIRL 1600) by each piece of evidence."""
    return np.select(
        [evidence["source"] == SOURCES.index("MILITARY"), evidence["source"] == SOURCES.index("APPRENTICESHIP")],
        [MILITARY, APPRENTICE],
        UNSUBSIDISED,
    )


def pay_known(evidence: Frame) -> np.ndarray:
    """Whether the evidence says what the job paid."""
    return ~np.isin(evidence["source"], [SOURCES.index(name) for name in _WITHOUT_PAY])


def is_subsidised(evidence: Frame, seed: int) -> np.ndarray:
    """Jobs a programme pays for, which do not count."""
    by_employer = evidence["source"] == SOURCES.index("EMPLOYER")
    return by_employer & (unit(seed, "subsidised", evidence["key"]) < 0.2)


def write_follow_up(delivery: Delivery, evidence: Frame, seed: int) -> None:
    """The evidence collected in each quarter."""
    for number in QUARTERS:
        held = take(evidence, quarter_of(evidence["verified"]) == number)
        key, count = held["key"], rows(held)
        employed = status(held)
        subsidised = is_subsidised(held, seed).astype(np.int64)
        quarters = np.unique(held["quarter"])
        place = np.searchsorted(quarters, held["quarter"])
        names = [_EMPLOYERS.get(name, "Employer named by the participant") for name in SOURCES]
        has_fein = held["source"] == SOURCES.index("EMPLOYER")
        columns = {
            "participant_id": pa.array(held["number"]).cast(pa.string()),
            "exit_date": date_text(held["exit"]),
            "followup_quarter": coded(place, [quarter_label(int(value)) for value in quarters] or [""]),
            "followup_source": coded(held["source"], SOURCES),
            "followup_employed": pa.array(employed).cast(pa.string()),
            "followup_earnings_usd": dollars(held["cents"], ~pay_known(held)),
            "is_subsidised_job": pa.array(subsidised).cast(pa.string()),
            "employer_name": coded(held["source"], names),
            "fein": coded(np.where(has_fein, pick(seed, "fein", 40, key), -1), [f"0699{n:05d}" for n in range(40)]),
            "naics_code": naics_text().take(pa.array(pick(seed, "naics", len(naics_text()), key))),
            "training_related_employment": coded(pick(seed, "related", 3, key), ("0", "1", "9")),
            "followup_verified_date": date_text(held["verified"]),
        }
        extract = Extract("followup_employment", quarter_label(number), cthires_extract_day(number))
        delivery.send(extract, columns if count else {}, held["person"])
