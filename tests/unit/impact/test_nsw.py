"""The National Supported Work experiment against a survey (Dehejia and Wahba 1999): what the experiment said is known.

Measured on 2026-11-23: against the survey +1,520 (standard error 775), naive −8,498; against the experiment's own
controls +1,508 (705) with the covariates, +1,794 as a plain difference.
"""

from __future__ import annotations

import pandas as pd
import pytest

from impact import Question, estimate

COVARIATES = ("age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75")
EXPERIMENT, NAIVE = 1794.34, -8497.52

pytestmark = pytest.mark.slow  # fifteen thousand people, several times


@pytest.fixture(scope="module")
def trial() -> pd.DataFrame:
    import causaldata

    return causaldata.nsw_mixtape.load_pandas().data


@pytest.fixture(scope="module")
def survey(trial: pd.DataFrame) -> pd.DataFrame:
    import causaldata

    return pd.concat([trial[trial["treat"] == 1], causaldata.cps_mixtape.load_pandas().data], ignore_index=True)


@pytest.mark.parametrize("method", ["balance", "match"])
def test_against_a_survey_the_experiment_s_answer_is_found(survey: pd.DataFrame, method: str) -> None:
    found = estimate(survey, Question("treat", "re78", COVARIATES, method=method))
    assert found.naive_difference == pytest.approx(NAIVE, abs=0.01)
    assert abs(found.result.effect - EXPERIMENT) < found.result.standard_error
    assert 500 < found.result.standard_error < 1100
    assert max(abs(line.before) for line in found.design.balance.values()) > 2
    assert max(abs(line.after) for line in found.design.balance.values()) < 0.1
    assert found.design.treated_count >= 180


def test_among_those_drawn_by_lot_it_is_found_too(trial: pd.DataFrame) -> None:
    found = estimate(trial, Question("treat", "re78", COVARIATES))
    assert found.naive_difference == pytest.approx(EXPERIMENT, abs=0.01)
    assert abs(found.result.effect - EXPERIMENT) < found.result.standard_error


def test_the_year_before_shows_why_it_must_be_a_covariate(survey: pd.DataFrame) -> None:
    """No programme changes the year before it: what is found there is a difference that was there already."""
    without = tuple(name for name in COVARIATES if name != "re75")
    blind = estimate(survey, Question("treat", "re75", without)).result
    assert blind.high < 0, "the dip before entry: people enter when they have lost earnings"
    assert abs(estimate(survey, Question("treat", "re78", COVARIATES)).design.balance["re75"].after) < 0.01
