"""The submission calendar against days worked out by hand, for every kind of period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import contracts
from contracts import Source
from ingest.calendar import Arrival, due_of, following, newest_extract, overview, timeliness


def source_of(kind: str, due_days: int) -> Source:
    return replace(contracts.load("ui_wage"), period_kind=kind, period_kinds=(kind,), due_days=due_days)


def arrived(*given: tuple[str, str] | tuple[str, str, int], **facts: bool) -> list[Arrival]:
    return [Arrival(period, date.fromisoformat(day), *rows, **facts) for period, day, *rows in given]


@pytest.mark.parametrize(
    ("period", "then"),
    [
        ("2023Q1", "2023Q2"),
        ("2023Q4", "2024Q1"),
        ("2023M01", "2023M02"),
        ("2023M12", "2024M01"),
        ("2023", "2024"),
        ("PY2023", "PY2024"),
        ("SY2023", "SY2024"),
    ],
)
def test_the_period_after(period: str, then: str) -> None:
    assert following(period) == then


@pytest.mark.parametrize(
    ("kind", "due_days", "period", "due", "missing_after"),
    [
        ("quarter", 60, "2023Q1", "2023-05-30", "2023-07-29"),  # ends 31 March; twice sixty days
        ("quarter", 15, "2023Q4", "2024-01-15", "2024-02-14"),  # thirty days later is more than twice fifteen
        ("month", 10, "2024M02", "2024-03-10", "2024-04-09"),  # a leap year: ends 29 February
        ("year", 100, "PY2023", "2024-10-08", "2025-01-16"),  # ends 30 June 2024
        ("school_year", 120, "SY2023", "2024-10-28", "2025-02-25"),
        ("year", 0, "2023", "2023-12-31", "2024-01-30"),
    ],
)
def test_due_days_by_hand(kind: str, due_days: int, period: str, due: str, missing_after: str) -> None:
    days = due_of(source_of(kind, due_days), period)
    assert (days.due, days.missing_after) == (date.fromisoformat(due), date.fromisoformat(missing_after))


@pytest.mark.parametrize(
    ("day", "next_due", "late", "missing"),
    [
        ("2023-03-31", "2023Q1", (), ()),
        ("2023-05-30", "2023Q1", (), ()),  # the due day itself
        ("2023-05-31", "2023Q2", ("2023Q1",), ()),
        ("2023-07-29", "2023Q2", ("2023Q1",), ()),  # twice sixty days
        ("2023-07-30", "2023Q2", (), ("2023Q1",)),
        ("2023-08-30", "2023Q3", ("2023Q2",), ("2023Q1",)),
    ],
)
def test_a_quarter_becomes_late_and_then_missing(day: str, next_due: str, late: tuple, missing: tuple) -> None:
    stands = timeliness(source_of("quarter", 60), arrived(("2022Q4", "2023-02-15")), date.fromisoformat(day))
    assert stands.next_due is not None
    assert (stands.next_due.period, stands.late, stands.missing) == (next_due, late, missing)
    assert stands.is_on_time == (not late and not missing)


@pytest.mark.parametrize(
    ("kind", "due_days", "first", "taken", "on_the_due_day", "late"),
    [
        ("month", 10, "2024M01", "2024-02-05", "2024-03-10", "2024M02"),
        ("year", 100, "PY2022", "2023-10-01", "2024-10-08", "PY2023"),
        ("year", 90, "2022", "2023-02-01", "2024-03-30", "2023"),
        ("school_year", 120, "SY2022", "2023-07-25", "2024-10-28", "SY2023"),
    ],
)
def test_other_kinds_of_period(
    kind: str, due_days: int, first: str, taken: str, on_the_due_day: str, late: str
) -> None:
    source, due = source_of(kind, due_days), date.fromisoformat(on_the_due_day)
    known = arrived((first, taken))
    before, after = (timeliness(source, known, day) for day in (due, date.fromordinal(due.toordinal() + 1)))
    assert before.next_due is not None
    assert (before.next_due.period, before.late) == (late, ())
    assert after.late == (late,)


def test_nothing_is_expected_before_the_first_submission_nor_of_a_silent_source() -> None:
    source = source_of("quarter", 60)
    stands = timeliness(source, arrived(("2024Q1", "2024-05-15")), date(2024, 6, 1))
    assert (stands.late, stands.missing) == ((), ())
    nothing = timeliness(source, [], date(2024, 6, 1))
    assert (nothing.last, nothing.next_due, nothing.is_on_time) == (None, None, True)


def test_an_interim_extract_does_not_settle_its_period() -> None:
    source = source_of("year", 100)
    known = arrived(("PY2022", "2023-10-01"), ("PY2023", "2024-06-30"))
    assert timeliness(source, known, date(2024, 10, 9)).late == ("PY2023",)
    settled = [*known, *arrived(("PY2023", "2024-07-01"))]
    assert timeliness(source, settled, date(2024, 10, 9)).late == ()


def test_a_gap_in_the_middle_is_missing_and_a_year_settles_its_quarters() -> None:
    source = source_of("quarter", 45)
    known = arrived(("2022Q4", "2023-01-20"), ("2023Q2", "2023-07-20"), ("2023Q4", "2024-01-20"))
    assert timeliness(source, known, date(2024, 1, 31)).missing == ("2023Q1", "2023Q3")
    assert timeliness(source, [*known, *arrived(("2023", "2024-01-25"))], date(2024, 1, 31)).missing == ()


def test_what_is_extracted_later_than_the_day_is_not_known() -> None:
    known = arrived(("2022Q4", "2023-02-15"), ("2023Q1", "2023-06-15"))
    assert timeliness(source_of("quarter", 60), known, date(2023, 6, 14)).late == ("2023Q1",)
    assert timeliness(source_of("quarter", 60), known, date(2023, 6, 15)).late == ()


def test_a_held_period_has_arrived_but_is_told_until_a_later_extract_replaces_it() -> None:
    source = source_of("quarter", 60)
    known = [*arrived(("2022Q4", "2023-02-15")), *arrived(("2023Q1", "2023-05-15"), is_held=True)]
    stands = timeliness(source, known, date(2023, 6, 30))
    assert (stands.late, stands.held, stands.last and stands.last.period) == ((), ("2023Q1",), "2022Q4")
    again = timeliness(source, [*known, *arrived(("2023Q1", "2023-06-01"))], date(2023, 6, 30))
    assert again.held == ()


@pytest.mark.parametrize(("rows", "shrunken"), [(69, ("2023Q4",)), (70, ())])
def test_seven_tenths_of_the_usual_rows_is_not_shrunken_and_less_is(rows: int, shrunken: tuple) -> None:
    usual = [("2023Q1", "2023-05-01", 90), ("2023Q2", "2023-08-01", 100), ("2023Q3", "2023-11-01", 400)]
    known = arrived(*usual, ("2023Q4", "2024-02-01", rows))
    assert timeliness(source_of("quarter", 60), known, date(2024, 2, 2)).shrunken == shrunken
    assert timeliness(source_of("quarter", 60), known[1:], date(2024, 2, 2)).shrunken == ()  # too short a history


def test_the_day_of_a_build_is_that_of_the_newest_extract_in_use() -> None:
    known = [arrived(("2023Q1", "2023-05-15")), arrived(("2023Q2", "2023-08-15"), is_held=True)]
    assert newest_extract(known) == date(2023, 5, 15)
    assert newest_extract([]) is None
    [stands] = overview(Path("nowhere.duckdb"), [source_of("quarter", 60)])
    assert (stands.last, stands.is_on_time) == (None, True)


@pytest.mark.parametrize("source", contracts.source_names())
def test_every_contract_has_a_calendar(source: str) -> None:
    contract = contracts.load(source)
    label = {"quarter": "2023Q1", "month": "2023M01", "year": "2023", "school_year": "SY2023"}[contract.period_kind]
    days = due_of(contract, label)
    assert days.ends <= days.due < days.missing_after


@pytest.mark.parametrize(
    ("kind", "period"), [("quarter", "2099Q4"), ("month", "2099M12"), ("year", "2099"), ("year", "PY2099"),
                         ("school_year", "SY2099")],
)  # fmt: skip
def test_after_the_last_label_nothing_is_due(kind: str, period: str) -> None:
    assert following(period) is None
    stands = timeliness(source_of(kind, 60), arrived((period, "2023-05-15")), date(2150, 1, 1))
    assert (stands.next_due, stands.missing) == (None, (period,))


def test_each_sender_is_held_against_its_own_periods() -> None:
    source = source_of("quarter", 60)
    ours = arrived(*((f"2022Q{n}", f"2023-01-0{n}", 1000) for n in (1, 2, 3, 4)), ("2023Q1", "2023-04-15", 1000))
    theirs = arrived(*((f"2022Q{n}", f"2023-02-0{n}", 10) for n in (1, 2, 3, 4)), ("2023Q1", "2023-05-15", 10))
    theirs = [replace(one, submitter="doh") for one in theirs]
    day = date(2023, 5, 20)
    assert timeliness(source, [*ours, *theirs], day).shrunken == ()
    shrunk = [replace(one, rows=1) if one.period == "2023Q1" else one for one in theirs]
    assert timeliness(source, [*ours, *shrunk], day).shrunken == ("2023Q1",)
    held = [replace(one, is_held=True) if one.period == "2023Q1" else one for one in ours]
    assert timeliness(source, [*held, *theirs], day).held == ("2023Q1",)
    again = [replace(one, submitter="") for one in theirs]
    assert timeliness(source, [*held, *again], day).held == ()
