"""What final wage records add up to per person: wages by person and quarter, and who paid most.

Belongs here: sums over filings, and the person-quarter extract of P20 WIN. Does not: filings (wages.py), jobs.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from synth.days import first_day, last_day, quarter, quarter_label
from synth.employers import Employers, naics_text
from synth.extracts import Delivery, Extract, dollars
from synth.frame import Frame, rows, take
from synth.noise import Habits, Recorder, ssn_text
from synth.people import People
from synth.rng import mixed
from synth.wages import HIDDEN_SSN, VOID
from synth.window import wage_extract_day

SENT = range(quarter("2025Q2"), quarter("2025Q2") + 1)
"""Quarters exchanged by person; earlier ones are in the wage records by employer."""
HABITS = Habits("ui_wage", capitals=True, surname_wrong=0.006, one_surname=0.25, given_length=1, surname_length=20)
_DAYS_AFTER_FINAL = 10


def counted(employers: Employers, filings: Frame) -> Frame:
    """The last filing per account and number, voids and zeros left out."""
    account = employers.ean[filings["employer"]]
    order = np.lexsort((filings["seq"], filings["ssn"], account))
    sorted_rows = take(filings, order)
    account = account[order]
    same = (account[1:] == account[:-1]) & (sorted_rows["ssn"][1:] == sorted_rows["ssn"][:-1])
    stands = np.append(~same, True) & (sorted_rows["action"] != VOID) & (sorted_rows["cents"] > 0)
    return take(sorted_rows, stands)


def summed(employers: Employers, filings: Frame, by: str) -> Frame:
    """One row per value of the column `by`: cents of all employers, and person and employer of the largest amount."""
    paid = counted(employers, filings)
    order = np.lexsort((employers.ean[paid["employer"]], -paid["cents"], paid[by]))
    paid = take(paid, order)
    first = np.flatnonzero(np.append(True, paid[by][1:] != paid[by][:-1])) if rows(paid) else np.empty(0, np.int64)
    totals = np.add.reduceat(paid["cents"], first) if len(first) else np.empty(0, np.int64)
    return {
        by: paid[by][first],
        "person": paid["person"][first],
        "employer": paid["employer"][first],
        "cents": totals,
    }


class WageBook:
    """Wages of some people in the final quarters, as their programme learns of them: by their own SSN."""

    def __init__(self, people: People, employers: Employers, watched: np.ndarray) -> None:
        self.people, self.employers = people, employers
        self.watched = np.unique(watched)
        self._quarters: dict[int, Frame] = {}

    def note(self, number: int, filings: Frame) -> None:
        """Remember a final quarter."""
        who = filings["person"]
        own = np.isin(who, self.watched) & (filings["ssn"] == self.people.ssn[who])
        self._quarters[number] = summed(self.employers, take(filings, own), "person")

    @property
    def first(self) -> int:
        """The first quarter there are wages of."""
        return min(self._quarters)

    def known(self, number: np.ndarray, taken: int) -> np.ndarray:
        """Whether all wages of the quarters were in hand on the day `taken`."""
        sent = [quarter for quarter in self._quarters if wage_extract_day(quarter, final=True) <= taken]
        return np.isin(number, sent)

    def paid(self, person: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Cents and the employer that paid most (-1 for none), for each person in each quarter."""
        cents, employer = np.zeros(len(person), np.int64), np.full(len(person), -1, np.int64)
        for which in np.unique(number):
            said = self._quarters.get(int(which))
            if said is None or not rows(said):
                continue
            here = np.flatnonzero(number == which)
            place = np.searchsorted(said["person"], person[here]).clip(0, rows(said) - 1)
            found = said["person"][place] == person[here]
            cents[here[found]] = said["cents"][place[found]]
            employer[here[found]] = said["employer"][place[found]]
        return cents, employer


class PersonQuarters:
    """The extract by person and quarter: one row per number, under the name that earned most."""

    def __init__(self, delivery: Delivery, people: People, employers: Employers, seed: int) -> None:
        self.delivery, self.people, self.employers, self.seed = delivery, people, employers, seed

    def write(self, number: int, filings: Frame) -> None:
        """The extract of a final quarter, if it is exchanged."""
        if number not in SENT:
            return
        numbered = take(filings, filings["ssn"] != HIDDEN_SSN)
        said = summed(self.employers, numbered, "ssn")
        who, count = said["person"], rows(said)
        key = mixed(self.seed, "job", who, said["employer"]).astype(np.int64)
        clerk = Recorder(self.people, self.seed, HABITS)
        none = np.zeros(count, bool)
        columns = {
            "wage_year": pa.array(np.full(count, number // 4)),
            "wage_quarter_number": pa.array(np.full(count, number % 4 + 1)),
            "ssn": ssn_text(said["ssn"], none, none),
            "wage_total_usd": dollars(said["cents"]),
            "last_name": clerk.last_name(who, key, np.full(count, int(last_day(number)))),
            "first_name": clerk.first_name(who, key),
            "naics_top_code": naics_text().take(pa.array(self.employers.naics[said["employer"]])),
        }
        manifest = {
            "period_from": str(np.datetime64(int(first_day(number)), "D")),
            "period_to": str(np.datetime64(int(last_day(number)), "D")),
            "final": True,
        }
        taken = wage_extract_day(number, final=True) + _DAYS_AFTER_FINAL
        extract = Extract("ui_wage_person_quarter", quarter_label(number), taken, manifest=manifest)
        self.delivery.write(extract, columns, who)
