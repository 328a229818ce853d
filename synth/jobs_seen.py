"""A labour market that is looked at while it moves on: who had which job when, for those whose programmes report it.

Belongs here: the jobs of some people quarter by quarter, and the shop floors of manufacturers each autumn. Does not:
the jobs themselves (jobs.py). So a placement or a trained worker of a programme is a job the wage records know too.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synth.employers import WEEKS, Employers, sector_names
from synth.frame import Frame, rows, stack, take
from synth.jobs import LabourMarket

_FULL_TIME = 40.0
_HIGHEST_HOURLY = 24_000
_LOWEST_HOURLY = 1_300
"""Cents. Below the minimum wage the hours were fewer; a programme never states less than the minimum wage."""


class JobsSeen:
    """Passes the quarters of a labour market on and keeps the best-paid job of the people it watches."""

    def __init__(self, market: LabourMarket, employers: Employers, watched: np.ndarray) -> None:
        self.market = market
        self._watched = np.zeros(len(market.people), bool)
        self._watched[watched] = True
        self._makes = employers.sector == sector_names().index("31")
        self._jobs: dict[int, Frame] = {}
        self.floors: dict[int, Frame] = {}
        """Jobs at manufacturers in each fourth quarter: person, employer, cents, in order of employer and person."""

    def quarters(self, span: range) -> Iterator[tuple[int, Frame]]:
        """The quarters of the market, unchanged."""
        for number, jobs in self.market.quarters(span):
            self._jobs[number] = _best_paid(take(jobs, self._watched[jobs["person"]]))
            if number % 4 == 3:
                self.floors[number] = take(jobs, self._makes[jobs["employer"]] & (jobs["cents"] > 600_000))
            yield number, jobs

    def saw(self, quarters: np.ndarray) -> np.ndarray:
        """Whether each quarter was among those that passed."""
        return np.isin(quarters, list(self._jobs))

    def job(self, who: np.ndarray, quarters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Employer and cents of each person's best-paid job in a quarter; -1 and 0 without one."""
        employer, cents = np.full(len(who), -1), np.zeros(len(who), np.int64)
        for number in np.unique(quarters):
            jobs = self._jobs.get(int(number))
            here = np.flatnonzero(quarters == number)
            if jobs is None or not rows(jobs):
                continue
            place = np.searchsorted(jobs["person"], who[here]).clip(0, rows(jobs) - 1)
            found = jobs["person"][place] == who[here]
            employer[here[found]] = jobs["employer"][place[found]]
            cents[here[found]] = jobs["cents"][place[found]]
        return employer, cents


def _best_paid(jobs: Frame) -> Frame:
    """One row per person, in order of person: the job that paid most, the lower employer on a tie."""
    jobs = take(stack([jobs]), np.lexsort((jobs["employer"], -jobs["cents"], jobs["person"])))
    first = np.ones(rows(jobs), bool)
    first[1:] = jobs["person"][1:] != jobs["person"][:-1]
    return take(jobs, first)


def hourly(cents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cents by the hour and weekly hours behind a quarter's pay: full time where that makes a lawful wage."""
    full = cents / (WEEKS * _FULL_TIME)
    hours = np.where(full >= _LOWEST_HOURLY + 300, _FULL_TIME, 20.0)
    by_hour = np.rint(cents / (WEEKS * hours)).astype(np.int64)
    return by_hour.clip(_LOWEST_HOURLY, _HIGHEST_HOURLY), hours
