"""The landing sensor as Dagster calls it: a load per source, then one build when no load is left."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from home import Home
from orchestration.instance import PROCESS_TAG

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("WORKFORCE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("WORKFORCE_LANDING", raising=False)
    return Home.from_env().ensure()


def drop(home: Home, source: str, name: str) -> None:
    path = home.landing / source / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("a\n", encoding="utf-8")
    os.utime(path, (1_700_000_000, 1_700_000_000))


class Ticks:
    """The sensor, tick after tick, with its cursor and an instance of its own."""

    def __init__(self) -> None:
        import dagster as dg

        from orchestration.sensors import landing_sensor

        @dg.op
        def nothing() -> None: ...

        names = ["load_ui_wage", "load_adult_ed", "build"]
        jobs = [dg.GraphDefinition(name=name, node_defs=[nothing]).to_job() for name in names]
        self.instance = dg.DagsterInstance.ephemeral()
        self.sensor = landing_sensor(["ui_wage", "adult_ed"], jobs)
        self.jobs = dict(zip(names, jobs, strict=True))
        self.cursor: str | None = None

    def tick(self) -> list[str]:
        import dagster as dg

        context = dg.build_sensor_context(instance=self.instance, cursor=self.cursor)
        result = self.sensor(context)
        self.cursor = result.cursor
        return [request.job_name for request in result.run_requests or []]


def test_two_looks_then_the_loads_then_one_build(home: Home) -> None:
    ticks = Ticks()
    drop(home, "ui_wage", "a.csv")
    drop(home, "adult_ed", "b.csv")
    assert [ticks.tick() for _ in range(4)] == [[], ["load_adult_ed", "load_ui_wage"], ["build"], []]


def test_the_build_waits_for_a_load_that_is_under_way(home: Home) -> None:
    import dagster as dg

    ticks = Ticks()
    drop(home, "ui_wage", "a.csv")
    ticks.tick()
    assert ticks.tick() == ["load_ui_wage"]
    run = ticks.instance.create_run_for_job(ticks.jobs["load_ui_wage"], status=dg.DagsterRunStatus.STARTING)
    assert ticks.tick() == []
    ticks.instance.report_run_canceled(run)
    assert ticks.tick() == ["build"]


def test_a_run_whose_process_died_is_closed_and_holds_nothing_up(home: Home) -> None:
    import dagster as dg

    ticks = Ticks()
    drop(home, "ui_wage", "a.csv")
    ticks.tick()
    ticks.tick()
    run = ticks.instance.create_run_for_job(
        ticks.jobs["load_ui_wage"], status=dg.DagsterRunStatus.STARTED, tags={PROCESS_TAG: "1:0"}
    )
    assert ticks.tick() == ["build"]
    assert ticks.instance.get_run_by_id(run.run_id).status is dg.DagsterRunStatus.FAILURE


def test_runs_of_living_processes_and_of_the_daemon_are_left_alone(home: Home) -> None:
    import dagster as dg

    from orchestration.instance import close_dead_runs, this_process

    ticks = Ticks()
    started = dg.DagsterRunStatus.STARTED
    ours = ticks.instance.create_run_for_job(ticks.jobs["build"], status=started, tags={PROCESS_TAG: this_process()})
    daemons = ticks.instance.create_run_for_job(ticks.jobs["build"], status=started)
    assert close_dead_runs(ticks.instance) == 0
    assert close_dead_runs(ticks.instance, everything=True) == 1
    assert ticks.instance.get_run_by_id(ours.run_id).status is started
    assert ticks.instance.get_run_by_id(daemons.run_id).status is dg.DagsterRunStatus.FAILURE


def test_another_landing_folder_can_be_watched(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKFORCE_LANDING", str(tmp_path / "share"))
    ticks = Ticks()
    (tmp_path / "share" / "ui_wage").mkdir(parents=True)
    (tmp_path / "share" / "ui_wage" / "a.csv").write_text("a\n", encoding="utf-8")
    assert [ticks.tick() for _ in range(2)] == [[], ["load_ui_wage"]]
