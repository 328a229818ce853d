"""Programmes: who enters, how services and exits hang together, what they do to work and pay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from synth import cthires_outcomes
from synth.cthires import Cthires, make_cthires
from synth.cthires_entries import CODES, REPORTABLE, UNEMPLOYED
from synth.cthires_services import GAP_DAYS, SERVICE_CODES
from synth.days import NEVER, age, quarter, quarter_of
from synth.employers import make_employers
from synth.frame import Frame
from synth.jobs import Effects, LabourMarket
from synth.people import People, make_people
from synth.tables import codes, programmes

PERSONS = 60_000
QUALIFIES = np.array([row["qualifies_extend"] == "true" for row in codes("service_code")])


@dataclass
class World:
    """People with programmes, and what each earned: `earned[quarter - first][person]` in cents."""

    people: People
    cthires: Cthires
    first: int
    earned: np.ndarray

    def cents(self, entries: Frame, quarters_after_exit: int) -> np.ndarray:
        number = quarter_of(entries["last"]) + quarters_after_exit - self.first
        return self.earned[number, entries["person"]]


@pytest.fixture(scope="module")
def world() -> World:
    people = make_people(PERSONS, 21)
    cthires = make_cthires(people, 21)
    employers = make_employers(PERSONS, 21)
    nobody = dict.fromkeys(
        ("person", "employer", "start", "stop", "term", "entry_pay", "journey_pay"), np.zeros(0, np.int64)
    )
    market = LabourMarket(people, employers, Effects(cthires_outcomes.effects(cthires.entries), nobody), 21)
    span = range(quarter("2020Q4"), quarter("2025Q4"))
    earned = np.zeros((len(span), PERSONS), np.int64)
    for number, jobs in market.quarters(span):
        np.add.at(earned[number - span.start], jobs["person"], jobs["cents"])
    return World(people, cthires, span.start, earned)


def exited(world: World, code: str) -> Frame:
    """Participants of a programme who left between mid-2022 and mid-2024, and not for a reason that excludes them."""
    entries = world.cthires.entries
    when = quarter_of(np.minimum(entries["last"], NEVER))
    keep = (entries["programme"] == CODES.index(code)) & (entries["level"] != REPORTABLE) & (entries["reason"] == 0)
    keep &= (entries["open"] == 0) & (entries["closed_early"] == 0)
    keep &= (when >= quarter("2022Q2")) & (when <= quarter("2024Q3"))
    return {name: column[keep] for name, column in entries.items()}


def test_ages_at_entry_fit_the_programmes(world: World) -> None:
    entries = world.cthires.entries
    years = age(world.people.birth[entries["person"]], entries["entry"])
    for position, code in enumerate(CODES):
        here = years[entries["programme"] == position]
        assert programmes()[code].min_age <= here.min() and here.max() <= programmes()[code].max_age, code


def test_adult_participants_are_as_the_statistical_model_describes_them(world: World) -> None:
    """Connecticut's WIOA Adult participants before PY2020: 54.35 % women, 51.66 % aged 25 to 44."""
    entries = world.cthires.entries
    adult = entries["programme"] == CODES.index("ADULT")
    years = age(world.people.birth[entries["person"][adult]], entries["entry"][adult])
    assert (world.people.sex[entries["person"][adult]] == 2).mean() == pytest.approx(0.5435, abs=0.08)
    assert ((years >= 25) & (years < 45)).mean() == pytest.approx(0.5166, abs=0.1)


def test_services_of_a_period_are_never_more_than_ninety_days_apart_unless_planned(world: World) -> None:
    entries, services = world.cthires.entries, world.cthires.services
    counts = QUALIFIES[services["code"]] & (services["cancelled"] == 0)
    row, start, end = (services[name][counts] for name in ("entry_row", "start", "end"))
    order = np.lexsort((end, start, row))
    row, start, end = row[order], start[order], end[order]
    reached = np.maximum.accumulate(end + row * 10**6) - row * 10**6  # the latest end so far within the period
    same = row[1:] == row[:-1]
    gap = (start[1:] - reached[:-1])[same]
    planned = entries["gap_from"][row[1:][same]] < NEVER
    assert gap[~planned].max() <= GAP_DAYS
    assert (gap[planned] > GAP_DAYS).sum() > 5
    assert (gap[~planned] >= 88).sum() > 5, "the edge of the rule must occur"


def test_the_exit_is_the_last_qualifying_day_and_known_ninety_one_days_later(world: World) -> None:
    entries, services = world.cthires.entries, world.cthires.services
    counts = QUALIFIES[services["code"]] & (services["cancelled"] == 0)
    last = np.zeros(len(entries["last"]), np.int64)
    np.maximum.at(last, services["entry_row"][counts], services["end"][counts])
    left = (entries["open"] == 0) & (entries["level"] != REPORTABLE)
    assert (entries["last"][left] == last[left]).all()
    usual = left & (entries["closed_early"] == 0)
    assert (entries["known"][usual] == entries["last"][usual] + GAP_DAYS + 1).all()


def test_people_return_within_and_after_ninety_days(world: World) -> None:
    entries = world.cthires.entries
    order = np.lexsort((entries["entry"], entries["programme"], entries["person"]))
    same = (entries["person"][order][1:] == entries["person"][order][:-1]) & (
        entries["programme"][order][1:] == entries["programme"][order][:-1]
    )
    gap = (entries["entry"][order][1:] - entries["last"][order][:-1])[same]
    assert (gap > 0).all(), "periods of one programme must not overlap"
    assert 0.1 < (gap <= GAP_DAYS).mean() < 0.45


@pytest.mark.parametrize("code", ["ADULT", "DW", "WP", "JFES"])
def test_the_share_at_work_after_exit_is_near_the_programmes(world: World, code: str) -> None:
    """The published prediction for WIOA Adult in PY2020 was 76.1 %."""
    cohort = exited(world, code)
    assert (world.cents(cohort, 2) > 0).mean() == pytest.approx(programmes()[code].employed_q2, abs=0.11)


def test_dislocated_workers_had_a_job_that_ended(world: World) -> None:
    cohort = exited(world, "DW")
    cohort = {name: column[cohort["status"] == UNEMPLOYED] for name, column in cohort.items()}
    before = world.earned[quarter_of(cohort["entry"]) - 2 - world.first, cohort["person"]]
    during = world.earned[quarter_of(cohort["entry"]) + 1 - world.first, cohort["person"]]
    assert (before > 0).mean() > 0.75
    assert (during > 0).mean() < 0.5


def test_training_pays_and_participants_earn_less_than_others(world: World) -> None:
    entries = world.cthires.entries
    effects = cthires_outcomes.effects(entries)
    gain = effects["pay_after"] - effects["pay_before"]
    assert (effects["pay_before"] < 0).all() and (gain > 0).all()
    trained = effects["sector"] >= 0
    assert gain[trained].min() > gain[~trained].max()
    cohort = exited(world, "ADULT")
    paid = world.cents(cohort, 2)
    assert 500_000 < np.median(paid[paid > 0]) < 1_200_000
    assert np.median(paid[paid > 0]) < np.median(world.earned[10][world.earned[10] > 0])


def test_nobody_works_in_an_institution_or_after_death(world: World) -> None:
    entries = world.cthires.entries
    away = (entries["reason"] == cthires_outcomes.INSTITUTIONALISED) & (entries["open"] == 0)
    later = np.minimum(quarter_of(entries["last"][away]) + 2 - world.first, len(world.earned) - 1)
    assert (world.earned[later, entries["person"][away]] > 0).mean() < 0.1
    dead = np.flatnonzero(world.people.death < NEVER)
    after = quarter_of(world.people.death[dead]) + 1 - world.first
    known = after < len(world.earned)
    assert world.earned[after[known], dead[known]].sum() == 0


def test_self_service_is_all_that_reportable_individuals_get(world: World) -> None:
    entries, services = world.cthires.entries, world.cthires.services
    theirs = entries["level"][services["entry_row"]] == REPORTABLE
    used = {SERVICE_CODES[code] for code in np.unique(services["code"][theirs])}
    assert used and not used & {row["code"] for row in codes("service_code") if row["qualifies_start"] == "true"}


def test_credentials_come_mostly_in_time_and_some_too_late(world: World) -> None:
    entries, events = world.cthires.entries, world.cthires.events
    wait = events["day"] - entries["last"][events["entry_row"]]
    credential = (events["type"] == cthires_outcomes.CRED) & (entries["open"][events["entry_row"]] == 0)
    assert 0.9 < (wait[credential] <= 365).mean() < 1
    gain = np.isin(events["type"], [cthires_outcomes.MSG_MILE, cthires_outcomes.MSG_SKILL])
    assert (wait[gain] <= 0).all()
