"""Late sources show in Dagster: the check as Dagster runs it, and the freshness policy of each raw table."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

import contracts
import ingest
from home import Home
from tests.unit.ingest.files import land, text, wage_rows

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("WORKFORCE_HOME", str(tmp_path / "home"))
    home = Home.from_env().ensure()
    land(home.landing, text(wage_rows(12)), period="2023Q1", day="20230515")
    ingest.load_source(home, "ui_wage", home.landing)
    return home


@pytest.mark.parametrize(
    ("day", "passed", "told"),
    [(date(2023, 8, 29), True, {}), (date(2023, 8, 30), False, {"late": "2023Q2"})],
)
def test_a_late_quarter_fails_the_check_on_the_day_after_it_was_due(
    home: Home, day: date, passed: bool, told: dict
) -> None:
    from orchestration.assets_calendar import results

    [result] = results(home, [contracts.load("ui_wage")], day)
    assert result.passed is passed
    facts = {name: value.value for name, value in result.metadata.items()}
    assert facts.items() >= told.items()
    assert (facts["newest_period"], facts["extract"]) == ("2023Q1", "2023-05-15")


def test_the_build_evaluates_the_check_and_a_load_does_not(home: Home) -> None:
    import dagster as dg

    from orchestration.assets_calendar import ON_TIME, check_keys, on_time_checks
    from orchestration.assets_ingest import raw_asset
    from orchestration.environment import Environment
    from orchestration.jobs import make_jobs

    read = [contracts.load(source) for source in ("adult_ed", "ui_wage")]
    on_time = dg.AssetSelection.checks(*check_keys(read))
    definitions = dg.Definitions(
        assets=[raw_asset(source) for source in read],
        asset_checks=[on_time_checks(read)],
        jobs=make_jobs([source.name for source in read], on_time, not_at_load=on_time),
        resources={"environment": Environment()},
    )
    done = definitions.resolve_job_def("build").execute_in_process()
    found = {check.asset_key.path[-1]: check.passed for check in done.get_asset_check_evaluations()}
    assert found == {
        "raw_adult_ed": True,
        "raw_ui_wage": False,
    }  # years after 2023; a source that is silent is not late
    load = definitions.resolve_job_def("load_ui_wage").execute_in_process()
    names = {check.check_name for check in load.get_asset_check_evaluations()}
    assert {"rows_reconcile", "like_before"} <= names
    assert ON_TIME not in names


@pytest.mark.parametrize("source", contracts.source_names())
def test_freshness_follows_from_the_contract(source: str) -> None:
    from orchestration.assets_ingest import raw_asset

    contract = contracts.load(source)
    [policy] = [spec.freshness_policy for spec in raw_asset(contract).specs]
    assert policy is not None
    length = {"month": 31, "quarter": 92}.get(contract.period_kind, 366)
    assert policy.warn_window.to_timedelta() == timedelta(length + contract.due_days)
    assert policy.fail_window.to_timedelta() > policy.warn_window.to_timedelta()


def test_the_daemon_watches_freshness(home: Home) -> None:
    from orchestration.instance import open_instance

    instance = open_instance(home)
    try:
        assert "FRESHNESS_DAEMON" in instance.get_required_daemon_types()
    finally:
        instance.dispose()
