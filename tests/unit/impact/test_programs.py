"""Programmes against job seekers: a known effect with its lock-in is found, and everybody is accounted for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from impact.programs import Inputs, estimate_programs

QUARTERS = range(-4, 9)
LOCK_IN, GAIN = -800.0, 1200.0
WINDOWS = pd.DataFrame(
    [(f"Q{q:+03d}", q, q) for q in QUARTERS] + [("YEAR_1", 1, 4), ("YEAR_2", 5, 8)],
    columns=["window_code", "from_quarter", "to_quarter"],
)


def inputs(count: int = 1200, seed: int = 1) -> Inputs:
    """People who have lost earnings enter the programme TRAIN; it costs two quarters of pay and then adds to it.

    Of a second programme, SMALL, there are only a few. The last entrants' second year is not known yet.
    """
    rng = np.random.default_rng(seed)
    usual = np.maximum(0, rng.normal(6000, 2500, count))
    dip = rng.random(count) * 0.8
    is_treated = rng.random(count) < 1 / (1 + np.exp(2 - 4 * dip))
    year = rng.integers(2021, 2024, count)
    entry = year * 4 + rng.integers(0, 4, count)
    kept = 1 - dip[:, None] * (np.arange(-4, 9) >= -2)
    wages = np.maximum(0, usual[:, None] * kept + rng.normal(0, 400, (count, 13)))
    wages[rng.random((count, 13)) < 0.05] = 0
    effect = np.where(np.arange(-4, 9) < 0, 0, np.where(np.arange(-4, 9) < 2, LOCK_IN, GAIN))
    wages = wages + is_treated[:, None] * effect
    wages[(year == 2023)[:, None] & (np.arange(-4, 9) > 4)] = np.nan
    stays = pd.DataFrame(
        {
            "period_key": [f"K{number:05d}" for number in range(count)],
            "person_key": [f"P{number // 2:05d}" for number in range(count)],
            "program_code": np.where(is_treated, np.where(np.arange(count) < 25, "SMALL", "TRAIN"), "SEEK"),
            "is_treated": is_treated,
            "is_wage_matched": rng.random(count) < 0.95,
            "entry_program_year": year,
            "entry_quarter_index": entry,
            "entry_season_number": entry % 4 + 1,
            "age_years": rng.integers(18, 65, count),
            "sex_code": rng.choice(["1", "2"], count),
            "race_label": rng.choice(["White", "Black", "Hispanic"], count),
            "education_level_code": np.where(is_treated, None, "1"),  # the programme does not ask
        }
    )
    for name in ("employment_status_entry_code", "wda_code", "is_veteran", "has_disability", "is_low_income",
                 "is_ex_offender", "is_english_learner", "is_homeless", "is_single_parent",
                 "is_long_term_unemployed"):  # fmt: skip
        stays[name] = None
    long = pd.DataFrame(wages, columns=list(QUARTERS), index=stays["period_key"]).stack(future_stack=True)
    quarters = long.rename_axis(["period_key", "quarters_from_anchor"]).rename("wage_usd").reset_index()
    programs = pd.DataFrame({"program_code": ["TRAIN", "SMALL", "NOBODY"], "comparison_program_code": "SEEK"})
    return Inputs(programs, stays, quarters, WINDOWS, least=30, known=0.5)


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    return estimate_programs(inputs())


def effects(lines: pd.DataFrame, program: str = "TRAIN", cohort: str = "ALL", metric: str = "NET_WAGE") -> pd.DataFrame:
    asked = {"program_code": program, "entry_cohort": cohort, "metric_code": metric}
    return lines[(lines[list(asked)] == pd.Series(asked)).all(axis=1)].set_index("window_code")


def test_lock_in_and_gain_are_found_where_the_naive_difference_is_far_off(lines: pd.DataFrame) -> None:
    found = effects(lines)
    for quarter in QUARTERS:
        truth = 0.0 if quarter < 0 else LOCK_IN if quarter < 2 else GAIN
        one = found.loc[f"Q{quarter:+03d}"]
        assert abs(one["effect_value"] - truth) < 4 * one["standard_error_value"] + 1
    assert abs(found.loc["Q-01", "naive_value"]) > 500, "the dip before entry"
    assert abs(found.loc["YEAR_1", "effect_value"] - (LOCK_IN + 3 * GAIN) / 4) < 250
    assert abs(found.loc["YEAR_2", "effect_value"] - GAIN) < 250
    assert found.loc["YEAR_2", "standard_error_value"] < 250


def test_everybody_is_compared_pending_unmatched_or_left_out(lines: pd.DataFrame) -> None:
    figures = lines[lines["line_kind"] == "EFFECT"]
    parts = ["numerator_count", "pending_count", "unmatched_count", "excluded_history_count", "excluded_unlike_count",
             "excluded_small_count"]  # fmt: skip
    assert (figures[parts].sum(axis=1) == figures["denominator_count"]).all()
    year = effects(lines).loc["YEAR_2"]
    assert year["pending_count"] > 50, "who entered last"
    assert year["unmatched_count"] > 5


def test_where_there_is_no_figure_there_is_a_reason(lines: pd.DataFrame) -> None:
    assert set(effects(lines, "SMALL")["not_estimated_reason"]) == {"TOO_FEW"}
    assert effects(lines, "SMALL")["effect_value"].isna().all()
    assert effects(lines, cohort="2023").loc["YEAR_2", "not_estimated_reason"] == "PENDING"
    assert pd.isna(effects(lines, cohort="2021").loc["YEAR_2", "not_estimated_reason"])
    assert "NOBODY" not in set(lines["program_code"])


def test_the_groups_are_alike_afterwards_and_what_one_was_not_asked_is_not_compared(lines: pd.DataFrame) -> None:
    balance = lines[(lines["line_kind"] == "BALANCE") & (lines["entry_cohort"] == "ALL")].set_index("covariate_name")
    assert balance["gap_before_value"].abs().max() > 0.5
    assert balance["gap_after_value"].abs().max() < 0.01
    assert "wage_1_quarters_before" in balance.index
    assert not any(name.startswith("education_level_code") for name in balance.index)


def test_a_quarter_nobody_has_reached_is_pending_and_stops_nothing() -> None:
    given = inputs(400)
    early = given.quarters[given.quarters["quarters_from_anchor"] <= 4]
    lines = estimate_programs(Inputs(given.programs, given.stays, early, given.windows, given.least, given.known))
    missing = effects(lines).loc["YEAR_2"]
    assert missing["not_estimated_reason"] == "PENDING"
    assert pd.isna(missing["effect_value"])


def test_the_order_of_the_rows_changes_nothing() -> None:
    given = inputs(400)
    turned = Inputs(given.programs[::-1], given.stays[::-1], given.quarters.sample(frac=1, random_state=2),
                    given.windows[::-1], given.least, given.known)  # fmt: skip
    pd.testing.assert_frame_equal(estimate_programs(given), estimate_programs(turned))
