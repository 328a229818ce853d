"""Profiles against history, by hand: each rule trips and has a near miss; which batches are the history of which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

import contracts
from ingest import drift
from ingest.comparison import TOLERANCES, Comparison, Profiled, compare, history, percent, sentence
from ingest.profile import Metric, Profile

ROWS = 10_000
SOURCE = replace(contracts.load("ui_wage"), drift={})


def profile(rows: int = ROWS, blanks: float = 0.02, amends: float = 0.05, median: float = 6000.0) -> Profile:
    """A wage file's profile, as far as these tests go."""
    return {
        Metric("rows"): float(rows),
        Metric("null_share", "naics_code"): blanks,
        Metric("null_share", "wage_action"): 0.0,
        Metric("code_share", "wage_action", "AMEND"): amends,
        Metric("code_share", "wage_action", "ORIG"): 1 - amends,
        Metric("value_count", "wage_usd"): float(rows),
        Metric("median", "wage_usd"): median,
        Metric("quarantine_share"): 0.0,
    }


HISTORY = [profile(rows=ROWS + step * 100, median=6000.0 + step) for step in (-1, 0, 1)]


def broken(now: Profile, before: list[Profile], **said: float) -> list[Comparison]:
    """What Great Expectations holds against a profile."""
    return drift.verdicts({"it": compare(replace(SOURCE, drift=said), now, before)})["it"]


CASES: dict[str, tuple[Callable[[float], Profile], float, float, dict[str, float]]] = {
    "G8.rows": (lambda rows: profile(rows=int(rows)), 6_990, 7_010, {"rows_share": 0.10}),
    "G8.nulls": (lambda share: profile(blanks=share), 0.121, 0.119, {"null_share": 0.05}),
    "G8.codes": (lambda share: profile(amends=share), 0.151, 0.149, {"code_share": 0.05}),
    "G8.amounts": (lambda usd: profile(median=usd), 7_510.0, 7_490.0, {"amount_share": 0.10}),
}
"""Rule: profile of a value, a value that trips, a near miss, and a contract under which the near miss trips too."""


@pytest.mark.parametrize("rule", CASES)
@pytest.mark.slow  # imports great_expectations
def test_a_rule_trips_beyond_its_tolerance_and_not_before(rule: str) -> None:
    made, trips, misses, stricter = CASES[rule]
    assert {one.rule_id for one in broken(made(trips), HISTORY)} == {rule}
    assert broken(made(misses), HISTORY) == []
    assert {one.rule_id for one in broken(made(misses), HISTORY, **stricter)} == {rule}


def test_every_tolerance_has_a_case() -> None:
    stricter = [name for _, _, _, said in CASES.values() for name in said]
    assert sorted(stricter) == sorted(TOLERANCES)


@pytest.mark.slow
def test_a_history_that_scatters_allows_more_but_rows_never_twice_the_tolerance() -> None:
    scattered = [profile(blanks=blanks, rows=rows) for blanks, rows in ((0.1, 4_000), (0.3, 9_000), (0.5, 16_000))]
    assert broken(profile(blanks=0.75, rows=9_000), scattered) == []
    assert [one.rule_id for one in broken(profile(blanks=0.3, rows=3_500), scattered)] == ["G8.rows"]


@pytest.mark.slow
def test_what_its_history_has_shown_is_usual_but_for_the_ends_of_a_long_one() -> None:
    short = [profile(blanks=blanks) for blanks in (0.02, 0.02, 0.40)]
    assert broken(profile(blanks=0.39), short) == []
    assert [one.rule_id for one in broken(profile(blanks=0.41), short)] == ["G8.nulls"]
    long = [*short, profile(), profile()]
    assert [one.rule_id for one in broken(profile(blanks=0.39), long)] == ["G8.nulls"]


@pytest.mark.slow
def test_few_rows_may_differ_by_chance() -> None:
    few = [profile(rows=60) for _ in range(3)]
    assert broken(profile(rows=60, amends=0.18), few) == []
    assert broken(profile(rows=30), few) == []
    assert [one.rule_id for one in broken(profile(rows=60, blanks=0.9), few)] == ["G8.nulls"]


def test_a_code_too_rare_to_be_shown_is_given_the_benefit_of_the_doubt() -> None:
    rare = {metric: value for metric, value in profile(rows=40).items() if metric.code != "AMEND"}
    [one] = [one for one in compare(SOURCE, rare, [profile(rows=40)] * 3) if one.metric.code == "AMEND"]
    assert one.value == 0.05  # two rows of forty may well be there
    gone = {metric: value for metric, value in profile().items() if metric.code != "AMEND"}
    [one] = [one for one in compare(SOURCE, gone, [profile(amends=0.4)] * 3) if one.metric.code == "AMEND"]
    assert one.value == 9 / ROWS
    assert abs(one.reach) > 1


def test_two_batches_are_no_history_of_a_metric() -> None:
    assert compare(SOURCE, profile(), HISTORY[:2]) == []
    new_column = {Metric("null_share", "fein"): 1.0, **profile()}
    assert "fein" not in {one.metric.column for one in compare(SOURCE, new_column, HISTORY)}


def batch(period: str, day: str, name: str = "", kind: str = "snapshot") -> Profiled:
    moment = datetime.fromisoformat(day)
    return Profiled(name or f"{period}@{day}", period, kind, ((moment, 1, name),), False, profile())


def ids(found: list[Profiled]) -> list[str]:
    return [one.batch_id for one in found]


def test_the_history_is_of_other_periods_and_earlier_extracts_the_newest_of_each() -> None:
    batches = [
        batch("2023Q1", "2023-05-15", "first"),
        batch("2023Q1", "2023-06-15", "again"),
        batch("2023Q2", "2023-08-15", "second"),
        batch("2023Q3", "2023-11-15", "third"),
        batch("2023Q4", "2024-02-15", "it"),
        batch("2023Q4", "2024-02-01", "before it"),
        batch("2024Q1", "2024-05-15", "later"),
    ]
    it = batches[4]
    assert ids(history(it, batches, held=[])) == ["again", "second", "third"]
    assert ids(history(it, batches, held=["again"])) == ["first", "second", "third"]
    assert history(it, batches, held=["third"]) == []  # two are too few
    assert history(batches[0], batches, held=[]) == []


def test_only_like_is_compared_with_like() -> None:
    batches = [batch(f"2023Q{quarter}", f"2023-{3 * quarter:02d}-15") for quarter in (1, 2, 3)]
    assert len(history(batch("2023Q4", "2024-02-15"), batches, [])) == 3
    assert history(batch("2023", "2024-02-15"), batches, []) == []
    assert history(batch("2023Q4", "2024-02-15", kind="delta"), batches, []) == []
    assert history(batch("2023Q4", "2024-02-15", kind="interim snapshot"), batches, []) == []


def test_the_same_quarter_of_other_years_goes_first_and_eight_are_enough() -> None:
    batches = [
        batch(f"{year}Q{quarter}", f"{year + 1}-{quarter:02d}-15")
        for year in (2020, 2021, 2022)
        for quarter in (1, 2, 3, 4)
    ]
    assert ids(history(batch("2023Q2", "2024-02-15"), batches, [])) == [
        "2020Q2@2021-02-15", "2021Q2@2022-02-15", "2022Q2@2023-02-15",
    ]  # fmt: skip
    young = batches[4:]
    assert [one.period for one in history(batch("2023Q2", "2024-02-15"), young, [])] == [
        one.period for one in young[-8:]
    ]
    years = [batch(f"PY{year}", f"{year + 1}-10-01") for year in range(2010, 2020)]
    assert len(history(batch("PY2020", "2021-10-01"), years, [])) == 8


@pytest.mark.parametrize(
    ("metric", "now", "before", "said"),
    [
        (
            Metric("null_share", "naics_code"), 0.4, (0.02, 0.03, 0.05),
            "The share of rows without naics_code is 40 %; in the 3 batches it is compared with it was 2.0 % to 5.0 %.",
        ),
        (
            Metric("code_share", "wage_action", "AMEND"), 0.4, (0.05, 0.05, 0.05),
            "The share of wage_action that is AMEND is 40 %; in the 3 batches it is compared with it was 5.0 %.",
        ),
        (
            Metric("rows"), 50.0, (90.0, 100.0, 120.0),
            "The number of rows is 50 % below the middle of the 3 batches it is compared with; those lie "
            "-10 % to +20 % from it.",
        ),
        (
            Metric("median", "wage_usd"), 600_000.0, (5_900.0, 6_000.0, 6_000.0),
            "The median of wage_usd is 9900 % above the middle of the 3 batches it is compared with; those lie "
            "-1.7 % to 0 % from it.",
        ),
    ],
)  # fmt: skip
def test_a_finding_is_a_sentence_of_shares(metric: Metric, now: float, before: tuple, said: str) -> None:
    assert sentence(Comparison(metric, now, before, sorted(before)[1], 0.1, 0.1)) == said


def test_percents_have_tenths_below_ten() -> None:
    assert [percent(share) for share in (0, 0.004, 0.0994, 0.0996, 0.5, 1)] == [
        "0 %", "0.4 %", "9.9 %", "10 %", "50 %", "100 %",
    ]  # fmt: skip
