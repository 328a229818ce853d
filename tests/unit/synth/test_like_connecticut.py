"""Totals look like Connecticut: towns, sectors, pay, work, programmes. Anchors are the published figures themselves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest

from synth.days import age, quarter
from synth.employers import Employers, growth, make_employers
from synth.families import live_as_families
from synth.frame import Frame
from synth.jobs import Effects, LabourMarket
from synth.people import People, make_people
from synth.places import places
from synth.tables import codes, programmes, table
from synth.window import OPENS, PERSONS_IN_STATE, oversampling, programme_persons, years_drawn

PERSONS = 60_000
YEAR = range(quarter("2022Q4"), quarter("2023Q4"))
QCEW_MEAN_2020 = 76_401


@dataclass
class Economy:
    """A year of jobs: `jobs` has person, employer, cents, quarter."""

    people: People
    employers: Employers
    jobs: Frame


@pytest.fixture(scope="module")
def economy() -> Economy:
    people = make_people(PERSONS, 5)
    live_as_families(people, 5)
    employers = make_employers(PERSONS, 5)
    none = np.zeros(0, np.int64)
    nothing = Effects(
        dict.fromkeys(
            ("person", "entry", "exit", "mode_in", "mode_before", "mode_after", "pay_before", "pay_after", "sector"),
            none,
        ),
        dict.fromkeys(("person", "employer", "start", "stop", "term", "entry_pay", "journey_pay"), none),
    )
    years = range(quarter("2021Q3"), YEAR.stop)
    rows = [
        jobs | {"quarter": np.full(len(jobs["person"]), number)}
        for number, jobs in LabourMarket(people, employers, nothing, 5).quarters(years)
        if number in YEAR
    ]
    return Economy(people, employers, {name: np.concatenate([row[name] for row in rows]) for name in rows[0]})


def test_towns_have_their_share_of_the_people(economy: Economy) -> None:
    real = np.bincount(places().town, places().population, minlength=169)
    real = real / real.sum()
    drawn = np.bincount(places().town[economy.people.home.part], minlength=169) / PERSONS
    assert np.corrcoef(real, drawn)[0, 1] > 0.995
    large = real > 0.02
    assert np.abs(drawn[large] / real[large] - 1).max() < 0.12
    assert codes("town")[int(np.argmax(drawn))]["label"] == "Bridgeport"


def test_people_are_of_the_age_the_systems_know(economy: Economy) -> None:
    years = age(economy.people.birth, OPENS)
    assert years.min() >= 10
    assert 32 <= np.median(years) <= 44
    assert ((years >= 18) & (years < 65)).mean() > 0.7
    assert abs((economy.people.sex == 2).mean() - 0.5) < 0.02


def test_hispanic_people_live_where_they_live(economy: Economy) -> None:
    town = places().town[economy.people.home.part]
    share = np.bincount(town, economy.people.hispanic, minlength=169) / np.maximum(np.bincount(town, minlength=169), 1)
    names = [row["label"] for row in codes("town")]
    assert share[names.index("Hartford")] > 0.30 > 0.12 > share[names.index("Glastonbury")]
    assert 0.12 < economy.people.hispanic.mean() < 0.22


def test_six_in_ten_people_work_in_a_quarter(economy: Economy) -> None:
    for number in YEAR:
        workers = np.unique(economy.jobs["person"][economy.jobs["quarter"] == number])
        assert 0.58 < len(workers) / PERSONS < 0.70


def test_some_people_have_several_employers_in_a_quarter(economy: Economy) -> None:
    per_person = np.unique(economy.jobs["person"] * 10_000 + economy.jobs["quarter"], return_counts=True)[1]
    assert 0.05 < (per_person > 1).mean() < 0.25


def test_nobody_is_paid_twice_by_one_employer_in_a_quarter(economy: Economy) -> None:
    rows = economy.jobs["person"] * 10**10 + economy.jobs["employer"] * 10**4 + economy.jobs["quarter"] % 10**4
    assert len(np.unique(rows)) == len(rows)


def test_mean_pay_is_that_of_qcew(economy: Economy) -> None:
    mean = economy.jobs["cents"].mean() / 100 * 4 / growth(YEAR.start + 1)
    assert abs(mean / QCEW_MEAN_2020 - 1) < 0.12


@pytest.mark.parametrize("sector", ["23", "31", "44", "52", "54", "62", "72", "G3"])
def test_sectors_have_their_share_of_jobs_and_their_pay(economy: Economy, sector: str) -> None:
    rows = table("sectors")
    position = [row["sector"] for row in rows].index(sector)
    here = economy.employers.sector[economy.jobs["employer"]] == position
    all_jobs = sum(int(row["employment_2020"]) for row in rows)
    assert here.mean() == pytest.approx(int(rows[position]["employment_2020"]) / all_jobs, rel=0.5)
    pay = economy.jobs["cents"][here].mean() / 100 * 4 / growth(YEAR.start + 1)
    assert pay == pytest.approx(float(rows[position]["mean_annual_wage_2020_usd"]), rel=0.2)


def test_a_few_employers_have_most_jobs(economy: Economy) -> None:
    sizes = np.sort(np.bincount(economy.jobs["employer"], minlength=len(economy.employers.sector)))[::-1]
    assert sizes[: len(sizes) // 10].sum() > 0.45 * sizes.sum()
    assert sizes[-1] < sizes.mean() < sizes[0] / 20


def test_companies_have_several_accounts_of_one_sector(economy: Economy) -> None:
    accounts = Counter(economy.employers.fein.tolist())
    assert max(accounts.values()) >= 2
    assert len(set(economy.employers.ean.tolist())) == len(economy.employers.ean)
    company, sector = economy.employers.fein, economy.employers.sector
    assert len(set(zip(company.tolist(), sector.tolist(), strict=True))) == len(accounts)


@pytest.mark.parametrize("code", list(programmes()))
def test_programmes_have_their_published_size_at_the_size_of_the_state(code: str) -> None:
    yearly = programme_persons(code, PERSONS_IN_STATE) / years_drawn(code)
    assert yearly == pytest.approx(programmes()[code].entries_per_year, rel=0.01)
    assert oversampling(code, PERSONS_IN_STATE) == pytest.approx(1, rel=0.01)


@pytest.mark.parametrize("code", list(programmes()))
def test_a_small_connecticut_has_someone_in_each_programme(code: str) -> None:
    assert programme_persons(code, 2_000) >= 14
    assert oversampling(code, 2_000) > 0.99
