"""How records go wrong: at the stated rates, in the stated ways, and always the same way for the same record."""

from __future__ import annotations

import numpy as np
import pytest

from synth.days import day, parts
from synth.noise import Habits, Recorder, mistyped, ssn_text
from synth.people import People, make_people

PERSONS = 20_000
NOW = np.full(PERSONS, day("2024-06-30"))


@pytest.fixture(scope="module")
def people() -> People:
    return make_people(PERSONS, 9)


def clerk(people: People, **habits: float) -> Recorder:
    return Recorder(people, 9, Habits("test", **habits))


WHO = np.arange(PERSONS)


def test_without_bad_habits_a_record_is_true(people: People) -> None:
    careful = clerk(people)
    assert (careful.birth_date(WHO, WHO, NOW) == people.birth).all()
    assert (
        careful.ssn(WHO, WHO, NOW).null_count == (np.where(people.ssn_from <= NOW, people.ssn, people.itin) == 0).sum()
    )


def test_the_same_record_is_wrong_in_the_same_way(people: People) -> None:
    careless = clerk(people, given_wrong=0.5, surname_wrong=0.5, nickname=0.3)
    assert careless.first_name(WHO, WHO).equals(careless.first_name(WHO, WHO))
    backwards = careless.last_name(WHO[::-1], WHO[::-1], NOW)
    assert careless.last_name(WHO, WHO, NOW).to_pylist()[::-1] == backwards.to_pylist()


def test_errors_strike_at_their_rate(people: People) -> None:
    true_names = clerk(people).last_name(WHO, WHO, NOW).to_pylist()
    wrong = clerk(people, surname_wrong=0.05).last_name(WHO, WHO, NOW).to_pylist()
    share = np.mean([left != right for left, right in zip(true_names, wrong, strict=True)])
    assert 0.04 < share < 0.06


def test_people_of_stories_are_written_down_as_told() -> None:
    told = make_people(PERSONS, 9, reserved=PERSONS)
    careless = clerk(told, given_wrong=1.0, surname_wrong=1.0, birth_wrong=1.0, ssn_missing=1.0)
    assert (careless.birth_date(WHO, WHO, NOW) == told.birth).all()
    assert careless.last_name(WHO, WHO, NOW).equals(clerk(told).last_name(WHO, WHO, NOW))


def test_birth_dates_are_turned_round_only_where_that_is_a_date(people: People) -> None:
    written = clerk(people, birth_wrong=1.0).birth_date(WHO, WHO, NOW)
    changed = written != people.birth
    old = (NOW - people.birth) / 365.25 >= 27
    assert changed[old].mean() > 0.9
    assert not changed[(NOW - people.birth) / 365.25 < 25].any()
    year, month, day_of_month = parts(people.birth)
    turned = old & (day_of_month <= 12) & (day_of_month != month)
    assert (parts(written)[1][turned] == day_of_month[turned]).all()
    assert (parts(written)[2][turned] == month[turned]).all()
    assert (parts(written)[0][turned] == year[turned]).all()


def test_a_mistyped_number_is_one_slip_away() -> None:
    numbers = np.arange(773_010_001, 773_030_001)
    wrong = mistyped(numbers, 9, np.arange(len(numbers)))
    for true, typed in zip(numbers[:2000], wrong[:2000], strict=True):
        differing = [place for place in range(9) if f"{true:09d}"[place] != f"{typed:09d}"[place]]
        assert len(differing) == 1 or (
            len(differing) == 2 and differing[1] - differing[0] == 1 and sorted(f"{true:09d}") == sorted(f"{typed:09d}")
        )


def test_a_lost_zero_leaves_eight_digits() -> None:
    nobody, everybody = np.zeros(2, bool), np.ones(2, bool)
    numbers = np.array([42_990_131, 899_990_001])
    assert ssn_text(numbers, nobody, nobody).to_pylist() == ["042990131", "899990001"]
    assert ssn_text(numbers, nobody, everybody).to_pylist() == ["42990131", "899990001"]
    assert ssn_text(numbers, everybody, nobody).to_pylist() == [None, None]


def test_zip_codes_lose_their_zero_in_spreadsheets(people: People) -> None:
    sheet = clerk(people, zip_zero_lost=0.1).zip_code(WHO, WHO, people.home).to_pylist()
    short = [value for value in sheet if len(value) == 4]
    assert 0.08 < len(short) / PERSONS < 0.12
    assert all(value.startswith("6") for value in short)
