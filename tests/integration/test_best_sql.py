"""The SQL by hand that the costly models are measured against says what the models say, on the sample.

The benchmark runs for minutes and by hand: a model that changed would leave its yardstick behind, unseen until then.
"""

from __future__ import annotations

import pytest

from benchmarks import best_sql
from home import Home
from tests.integration.conftest import SampleRun

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("model", best_sql.models())
def test_the_sql_by_hand_gives_the_rows_of_its_model(sample_run: SampleRun, model: str) -> None:
    home = Home(sample_run.home)
    assert best_sql.check_same(home, home.marts_db, model) > 0, "no rows are no comparison"
