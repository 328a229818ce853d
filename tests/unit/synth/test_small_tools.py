"""Days, groups and chance, against plain Python."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from synth import days
from synth.frame import largest_per_group, place_in_group, running_total, stack, take
from synth.rng import stream, unit, weighted, weighted_without_replacement

DATES = [
    date(1944, 2, 29),
    date(1969, 12, 31),
    date(1970, 1, 1),
    date(2000, 2, 29),
    date(2023, 3, 31),
    date(2024, 10, 1),
]
NUMBERS = np.array([days.day(value.isoformat()) for value in DATES])


def test_parts_of_a_day_are_the_calendars() -> None:
    year, month, day_of_month = days.parts(NUMBERS)
    assert list(zip(year.tolist(), month.tolist(), day_of_month.tolist(), strict=True)) == [
        (value.year, value.month, value.day) for value in DATES
    ]
    assert days.from_parts(year, month, day_of_month).tolist() == NUMBERS.tolist()


def test_quarters_are_the_calendars() -> None:
    quarters = days.quarter_of(NUMBERS)
    assert [days.quarter_label(number) for number in quarters] == [
        f"{value.year}Q{(value.month + 2) // 3}" for value in DATES
    ]
    assert ((days.first_day(quarters) <= NUMBERS) & (days.last_day(quarters) >= NUMBERS)).all()
    assert days.iso(int(days.last_day(days.quarter("2024Q1")))) == "2024-03-31"


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [("2004-05-17", "2022-05-16", 17), ("2004-05-17", "2022-05-17", 18), ("2004-02-29", "2022-02-28", 17)],
)
def test_age_changes_on_the_birthday(birth: str, on: str, years: int) -> None:
    assert days.age(np.array([days.day(birth)]), days.day(on)).tolist() == [years]


def test_groups_count_and_add_up_from_their_own_start() -> None:
    counts = np.array([3, 0, 2])
    assert place_in_group(counts).tolist() == [0, 1, 2, 0, 1]
    assert running_total(np.array([5, 1, 1, 7, 2]), counts).tolist() == [5, 6, 7, 7, 9]
    assert largest_per_group(np.array([4, 9, 3]), np.array([0, 0, 2]), 3, empty=-1).tolist() == [9, -1, 3]


def test_frames_stack_and_slice_by_row() -> None:
    frame = {"left": np.array([1, 2]), "right": np.array([3, 4])}
    assert stack([frame, take(frame, np.array([1]))])["right"].tolist() == [3, 4, 4]


def test_a_stream_belongs_to_its_name() -> None:
    assert stream(1, "people").random() == stream(1, "people").random()
    assert stream(1, "people").random() != stream(1, "jobs").random()
    assert stream(2, "people").random() != stream(1, "people").random()


def test_hashed_draws_are_uniform_and_depend_on_every_key() -> None:
    keys = np.arange(100_000)
    draws = unit(1, "what", keys)
    assert abs(draws.mean() - 0.5) < 0.005
    assert np.abs(np.bincount((draws * 20).astype(int)) - 5_000).max() < 400
    assert (unit(1, "what", keys, keys) != draws).all()
    assert (unit(1, "other", keys) != draws).all()


def test_weights_decide_and_zero_weight_is_never_drawn() -> None:
    weights = np.array([0.0, 1.0, 3.0])
    drawn = np.bincount(weighted(stream(1, "weights"), weights, 40_000), minlength=3)
    assert drawn[0] == 0
    assert 2.8 < drawn[2] / drawn[1] < 3.2
    chosen = weighted_without_replacement(stream(1, "weights"), np.array([0.0, 1.0, 0.0, 2.0]), 5)
    assert chosen.tolist() == [1, 3]
