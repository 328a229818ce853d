"""Dagster's own store under the environment: its settings file, and runs whose process has died.

Belongs here: `dagster.yaml`, opening the instance, cleaning up after a killed process. Does not: jobs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from home import Home
from orchestration.debugging import is_debug

if TYPE_CHECKING:
    from dagster import DagsterInstance
    from sqlalchemy.engine import Engine

PROCESS_TAG = "workforce/process"
"""Process id and start time of the command that runs a job in its own process."""

SETTINGS = """\
# Written by `workforce`; changes here are overwritten.
telemetry:
  enabled: false
# DuckDB has one writer, so there is one run at a time; the others queue.
concurrency:
  runs:
    max_concurrent_runs: 1
# A killed run must not keep its place for ever.
run_monitoring:
  enabled: true
  poll_interval_seconds: 30
  start_timeout_seconds: 300
  cancel_timeout_seconds: 120
  max_runtime_seconds: 43200
  free_slots_after_run_end_seconds: 60
freshness:
  enabled: true
run_retries:
  enabled: false
  retry_on_asset_or_op_failure: false
# What a step prints is kept nowhere: a library may print a person's value. Events and receipts say what happened.
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
schedules:
  use_threads: true
sensors:
  use_threads: true
"""


EVERYTHING_LOGGED = """\
python_logs:
  managed_python_loggers: [root]
  python_log_level: DEBUG
"""


def prepare(home: Home) -> Path:
    """Write the settings file and return DAGSTER_HOME."""
    home.ensure()
    settings = home.dagster / "dagster.yaml"
    wanted = SETTINGS + (EVERYTHING_LOGGED if is_debug() else "")
    if not settings.exists() or settings.read_text(encoding="utf-8") != wanted:
        settings.write_text(wanted, encoding="utf-8")
    return home.dagster


def open_instance(home: Home) -> DagsterInstance:
    """The environment's Dagster instance; dispose of it when done."""
    from dagster import DagsterInstance

    return DagsterInstance.from_config(str(prepare(home)))


@contextmanager
def lightly_synced() -> Iterator[None]:
    """Let this process write Dagster's event log without waiting for the disk at every event.

    Dagster opens and closes its SQLite files for each event, and the last one to close a file copies its log back and
    waits for the disk: hundreds of times in one build. Here one engine per file, with its connections, stays until the
    end of the block, and only then the copying waits. A killed process loses nothing; a power cut may lose the last
    events, never the file.
    """
    from dagster._core.storage.event_log.sqlite import sqlite_event_log
    from dagster._core.storage.runs.sqlite import sqlite_run_storage
    from sqlalchemy import event
    from sqlalchemy.pool import QueuePool

    made: dict[str, Engine] = {}
    create = sqlite_event_log.create_engine

    def kept(url: str, **settings: Any) -> Engine:
        key = f"{url} {sorted(settings.items(), key=str)}"
        if key not in made:
            of_any_thread = {"check_same_thread": False, **settings.pop("connect_args", {})}
            made[key] = create(url, **settings | {"poolclass": QueuePool, "connect_args": of_any_thread})
            made[key].dispose = lambda close=True: None  # type: ignore[method-assign]
            event.listen(made[key], "connect", lambda connection, _: connection.execute("pragma synchronous = normal"))
        return made[key]

    users = (sqlite_event_log, sqlite_run_storage)
    for module in users:
        module.create_engine = kept  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in users:
            module.create_engine = create  # type: ignore[attr-defined]
        for engine in made.values():
            engine.pool.dispose()


def this_process() -> str:
    """`pid:start time`, so that a later process with the same number is not mistaken for this one."""
    return f"{os.getpid()}:{_start_time(os.getpid())}"


def close_dead_runs(instance: DagsterInstance, everything: bool = False) -> int:
    """Mark runs as failed whose process has gone, so that they do not hold the queue; returns how many.

    Runs of the command carry their process in a tag. Runs of the daemon die with it: `everything` closes those too and
    is for the moment before a new daemon starts. Queued runs stay queued.
    """
    from dagster import DagsterRunStatus, RunsFilter

    under_way = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
    closed = 0
    for run in instance.get_runs(filters=RunsFilter(statuses=under_way)):
        process = run.tags.get(PROCESS_TAG)
        if (process is not None and not _is_alive(process)) or (process is None and everything):
            instance.report_run_failed(run, "Its process ended before the run did. Nothing half-done was kept.")
            closed += 1
    return closed


def _is_alive(process: str) -> bool:
    pid, _, started = process.partition(":")
    return _start_time(int(pid)) == started


def _start_time(pid: int) -> str:
    """Clock ticks since boot at which the process began; empty when there is no such process."""
    with suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    return ""
