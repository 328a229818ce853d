"""What starts a run: a settled file in the landing folder, or the night. And one line for each run that failed.

Belongs here: Dagster's sensors and schedule. Does not: deciding what is settled (`landing_watch`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from home import Home
from orchestration.environment import default_landing
from orchestration.instance import close_dead_runs
from orchestration.jobs import BUILD, load_job_name, run_settings
from orchestration.landing_watch import Watch, look

SECONDS_BETWEEN_LOOKS = 10
NIGHT = "0 2 * * *"
UNFINISHED = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def landing_sensor(sources: Sequence[str], jobs: Sequence[Any]) -> dg.SensorDefinition:
    """Load each source that has something new and settled; when no load is left, build once.

    `jobs` are the loads and the build, the jobs it may ask for.
    """
    loads = [load_job_name(source) for source in sources]

    @dg.sensor(
        name="landing_folder",
        jobs=list(jobs),
        minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Takes files whose size and time are the same at two looks in a row; then builds.",
    )
    def landing_folder(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        close_dead_runs(context.instance)
        landing = default_landing(Home.from_env())
        watch = Watch.from_cursor(context.cursor)
        ready = watch.ready(look(landing, list(sources)))
        requests = [
            dg.RunRequest(
                run_key=f"{source}-{digest}",
                job_name=load_job_name(source),
                run_config=run_settings(landing=str(landing)),
                tags={"landing": str(landing)},
            )
            for source, digest in ready.items()
        ]
        if watch.build_due and not ready and not loads_under_way(context.instance, loads):
            watch.build_due = False
            requests.append(dg.RunRequest(job_name=BUILD))
        reason = None if requests else dg.SkipReason(f"Nothing new and settled in {landing}.")
        return dg.SensorResult(run_requests=requests, skip_reason=reason, cursor=watch.to_cursor())

    return landing_folder


def loads_under_way(instance: dg.DagsterInstance, loads: Sequence[str]) -> bool:
    """True while a load waits or runs."""
    runs = instance.get_runs(filters=dg.RunsFilter(statuses=UNFINISHED))
    return any(run.job_name in loads for run in runs)


def nightly_build(build_job: dg.JobDefinition) -> dg.ScheduleDefinition:
    """The build, every night: what arrived late or was put in place by hand is in by the morning."""
    return dg.ScheduleDefinition(
        name="nightly_build",
        job=build_job,
        cron_schedule=NIGHT,
        execution_timezone="America/New_York",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Build and publish at two in the morning, Connecticut time.",
    )


@dg.run_failure_sensor(
    name="failed_runs",
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="One sentence per failed run in logs/failed-runs.txt.",
)
def failed_runs(context: dg.RunFailureSensorContext) -> None:
    sentences = [sentence(event) for event in context.get_step_failure_events()]
    told = " ".join(text for text in sentences if text) or "Its process ended before the run did."
    at = datetime.now(tz=UTC).strftime("%Y-%m-%d %H:%M UTC")
    folder = Home.from_env().root / "logs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "failed-runs.txt").open("a", encoding="utf-8") as log:
        log.write(f"{at}  {context.dagster_run.job_name}  {told}\n")


def sentence(event: dg.DagsterEvent) -> str:
    """What a failed step has to say: our own sentence, or which blocking check stopped it."""
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return data.user_failure_data.description
    if data.error and data.error.cls_name == "DagsterAssetCheckFailedError":
        checks = [line.strip() for line in data.error.message.splitlines()[1:] if line.strip()]
        return f"Stopped at a blocking check ({', '.join(checks)})."
    return f"Step {event.step_key} stopped with {data.error.cls_name if data.error else 'an unknown error'}."
