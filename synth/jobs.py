"""Working lives, quarter by quarter: hired, leaving, changing employer, a second job; and what programmes change.

Belongs here: who works where in a quarter and for how much. Does not: wage records as employers file them (wages.py).
The loop runs over quarters; each step is arithmetic on whole columns, so memory does not grow with the years.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from synth.days import age, first_day, last_day
from synth.employers import WEEKS, Employers, draw_hours, growth, schooling_effect, sector_mix
from synth.frame import Frame, stack, take
from synth.people import People, schooling_on
from synth.rng import stream
from synth.tables import minimum_wage, numbers, table

NATURAL, IN_PROGRAMME, SUCCESS, SETBACK, BEFORE_LAYOFF, INSTITUTION = range(6)
_LEAVE = np.array([0.0, 0.85, 0.03, 0.50, 0.03, 1.0])
_HIRE = np.array([0.0, 0.05, 0.80, 0.06, 0.90, 0.0])
_TAUGHT_SECTOR = 0.5
"""Share of new jobs after training that are in the sector of the training."""
_AFTER = 6
"""Quarters after exit for which a programme decides who works."""
_BEFORE = 6
"""Quarters before entry in which a dislocated worker still has the old job."""
_TEEN_SECTORS = np.array([6, 17, 6, 17, 16, 15, 17, 6, 13])
"""Positions of retail, food, recreation, health care and services to buildings in sectors.csv."""


@dataclass(frozen=True)
class Effects:
    """What programmes do to working lives, in quarters.

    participations: person, entry, exit, mode_in, mode_before, mode_after, pay_before and pay_after (log points beside
    others), sector (of the training, -1 for none). apprentices: person, employer, start, stop, term (in quarters),
    entry_pay, journey_pay (by the hour).
    """

    participations: Frame
    apprentices: Frame


@dataclass
class _Jobs:
    """The jobs people hold: -1 employer for none; pay is hourly, relative to the sector's level, in log points."""

    employer: np.ndarray
    pay: np.ndarray
    hours: np.ndarray


@dataclass
class _Push:
    """What each person's programmes do in one quarter: mode, lasting boost of pay, sector of the training."""

    mode: np.ndarray
    boost: np.ndarray
    taught: np.ndarray


class LabourMarket:
    """Who works where; `quarters()` moves it on, one quarter at a time."""

    def __init__(self, people: People, employers: Employers, effects: Effects, seed: int) -> None:
        rng = stream(seed, "jobs/start")
        count = len(people)
        self.people, self.employers, self.effects, self.seed = people, employers, effects, seed
        self.skill = rng.normal(0, 1, count)
        self.attachment = rng.random(count)
        self.main, self.side = (_Jobs(np.full(count, -1, np.int64), np.zeros(count), np.zeros(count)) for _ in range(2))
        self.turnover = numbers(table("sectors"), "quarterly_separation")
        self.stock = np.cumsum(sector_mix(), axis=1)
        flow = sector_mix() * self.turnover**0.8
        self.flow = np.cumsum(flow / flow.sum(axis=1, keepdims=True), axis=1)

    def quarters(self, span: range) -> Iterator[tuple[int, Frame]]:
        """For each quarter the jobs that paid: person, employer, cents; at most one row per person and employer."""
        for number in span:
            yield number, self._quarter(stream(self.seed, f"jobs/{number}"), number, first=number == span.start)

    def _quarter(self, rng: np.random.Generator, number: int, first: bool) -> Frame:
        main, count = self.main, len(self.people)
        years = age(self.people.birth, int(first_day(number)))
        push = _push(self.effects.participations, number, count)
        alive = (self.people.death > int(first_day(number))) & (years >= 15)
        leave, hire, switch = self._chances(push.mode, years, first)
        working, draw = main.employer >= 0, rng.random(count)
        switches = working & alive & (draw >= leave) & (draw < leave + switch)
        ends = working & ((draw < leave) | ~alive)
        starts = ~working & alive & (self.people.story < 0) & (draw < hire)
        left = self._paid(rng, number, main, np.flatnonzero((ends & alive) | switches), partial=True)
        main.employer[ends] = -1
        new = np.flatnonzero(starts | switches)
        before = main.employer[new].copy()
        self._take_job(rng, number, main, new, push, self.stock if first else self.flow)
        main.employer[new] = np.where(main.employer[new] == before, -1, main.employer[new])
        stayed = np.setdiff1d(np.flatnonzero(main.employer >= 0), new, assume_unique=True)
        self._second_jobs(rng, number)
        new = new[main.employer[new] >= 0]
        held = [
            left,
            self._paid(rng, number, main, stayed, partial=False),
            self._paid(rng, number, main, new, partial=not first),
            self._paid(rng, number, self.side, np.flatnonzero(self.side.employer >= 0), partial=False),
        ]
        return self._with_apprentices(rng, number, stack(held))

    def _chances(self, mode: np.ndarray, years: np.ndarray, first: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Chances to lose the job, to find one, and to change it. Some never work for a covered employer here."""
        edges = np.array([16, 20, 25, 55, 65, 70])
        share = np.array([0.05, 0.40, 0.70, 0.80, 0.66, 0.29, 0.11])[np.searchsorted(edges, years, "right")]
        attached = self.attachment < share
        turnover = self.turnover[self.employers.sector[self.main.employer]]
        leave = np.where(mode == NATURAL, np.where(attached, turnover * 0.40, 0.35), _LEAVE[mode])
        hire = np.where(mode == NATURAL, np.where(attached, 0.93 if first else 0.50, 0.012), _HIRE[mode])
        switch = np.where((mode == IN_PROGRAMME) | (mode == INSTITUTION), 0.0, turnover * 0.55)
        return leave, hire, switch

    def _take_job(
        self, rng: np.random.Generator, number: int, jobs: _Jobs, who: np.ndarray, push: _Push, mix: np.ndarray
    ) -> None:
        """A new job for each of `who`: sector by schooling or training, employer by size, pay by sector and person."""
        sectors, count, today = table("sectors"), len(who), int(last_day(number))
        years = age(self.people.birth[who], today)
        tier = np.array([0, 1, 1, 1, 2, 2, 2, 3, 3])[schooling_on(self.people, who, np.full(count, today))]
        sector = (rng.random(count)[:, None] > mix[tier]).sum(axis=1).clip(0, mix.shape[1] - 1)
        teen = years < 20
        sector = np.where(teen, _TEEN_SECTORS[rng.integers(0, len(_TEEN_SECTORS), count)], sector)
        taught = push.taught[who]
        sector = np.where((taught >= 0) & (rng.random(count) < _TAUGHT_SECTOR), taught, sector)
        jobs.employer[who] = self.employers.draw(rng, sector)
        part_time = rng.random(count) < np.where(teen, 0.85, numbers(sectors, "part_time_share")[sector])
        # Pay grows to about 45: the younger start below their sector's mean, the older are above it.
        by_age = 0.012 * (np.minimum(years, 45) - 37)
        own = numbers(sectors, "log_sigma")[sector] * (0.75 * self.skill[who] + 0.66 * rng.normal(size=count))
        firm = self.employers.pay[jobs.employer[who]]
        jobs.pay[who] = schooling_effect()[tier] + by_age + own + push.boost[who] + firm
        jobs.hours[who] = draw_hours(rng, part_time)

    def _second_jobs(self, rng: np.random.Generator, number: int) -> None:
        """About one worker in sixteen has a second, part-time job."""
        main, side, count = self.main, self.side, len(self.people)
        draw = rng.random(count)
        side.employer[(main.employer < 0) | (side.employer == main.employer) | (draw < 0.25)] = -1
        new = np.flatnonzero((main.employer >= 0) & (side.employer < 0) & (draw > 0.983))
        nothing = _Push(np.zeros(count, np.int64), np.zeros(count), np.full(count, -1, np.int64))
        self._take_job(rng, number, side, new, nothing, self.flow)
        side.hours[new] = np.minimum(side.hours[new], rng.uniform(6, 20, len(new)))
        side.employer[new] = np.where(side.employer[new] == main.employer[new], -1, side.employer[new])

    def _paid(self, rng: np.random.Generator, number: int, jobs: _Jobs, who: np.ndarray, partial: bool) -> Frame:
        """What these jobs paid in the quarter: hours at the hourly rate, never below the minimum wage."""
        employer = jobs.employer[who]
        rate = self.employers.scale[self.employers.sector[employer]] * growth(number) * np.exp(jobs.pay[who])
        rate = np.maximum(rate, minimum_wage(first_day(number)))
        worked = rng.uniform(0.12, 1.0, len(who)) if partial else rng.normal(1.0, 0.03, len(who))
        cents = np.rint(rate * jobs.hours[who] * WEEKS * worked * 100).astype(np.int64)
        return {"person": who, "employer": employer, "cents": np.maximum(cents, 100)}

    def _with_apprentices(self, rng: np.random.Generator, number: int, held: Frame) -> Frame:
        """Apprentices work for their employer at the scale of the agreement, and nowhere else."""
        agreed = self.effects.apprentices
        active = (agreed["start"] <= number) & (number <= agreed["stop"])
        alive = self.people.death[agreed["person"]] > int(first_day(number))
        agreed = take(agreed, active & alive & (self.people.story[agreed["person"]] < 0))
        who, employer, start = agreed["person"], agreed["employer"], agreed["start"]
        progress = ((number - start) / np.maximum(agreed["term"], 4)).clip(0, 1)
        rate = agreed["entry_pay"] + (agreed["journey_pay"] - agreed["entry_pay"]) * progress
        rate = np.maximum(rate, minimum_wage(first_day(number)))
        worked = np.where(start == number, rng.uniform(0.2, 1.0, len(who)), rng.normal(1, 0.03, len(who)))
        cents = np.rint(rate * 39.5 * WEEKS * worked * 100).astype(np.int64)
        self.main.employer[who] = employer
        self.main.pay[who] = np.log(rate / (self.employers.scale[self.employers.sector[employer]] * growth(number)))
        self.main.hours[who] = 39.5
        others = take(held, ~np.isin(held["person"], who))
        return stack([others, {"person": who, "employer": employer, "cents": cents}])


def _push(participations: Frame, number: int, count: int) -> _Push:
    """What programmes do in this quarter; being in a programme outweighs having left one."""
    push = _Push(np.zeros(count, np.int64), np.zeros(count), np.full(count, -1, np.int64))
    entry, stop, who = (participations[name] for name in ("entry", "exit", "person"))
    before = (number < entry) & (number >= entry - _BEFORE) & (participations["mode_before"] > 0)
    push.mode[who[before]] = participations["mode_before"][before]
    since = number > stop
    push.boost[who[~since]] = participations["pay_before"][~since]
    push.boost[who[since]] = participations["pay_after"][since]
    after = since & (number <= stop + _AFTER)
    push.mode[who[after]] = participations["mode_after"][after]
    push.taught[who[after]] = participations["sector"][after]
    during = (number >= entry) & (number <= stop) & (participations["mode_in"] > 0)
    push.mode[who[during]] = participations["mode_in"][during]
    return push
