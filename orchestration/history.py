"""What ran, from Dagster's own store, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from home import Home


@dataclass(frozen=True)
class PastRun:
    """One run: times in this machine's zone, seconds as text, '' while it goes."""

    job: str
    status: str
    started: str
    seconds: str


def last_runs(home: Home, limit: int) -> list[PastRun]:
    """The newest runs first."""
    from orchestration.instance import open_instance

    instance = open_instance(home)
    try:
        records = instance.get_run_records(limit=limit)
    finally:
        instance.dispose()
    found = []
    for record in records:
        begun, ended = record.start_time, record.end_time
        found.append(
            PastRun(
                job=record.dagster_run.job_name,
                status=record.dagster_run.status.value.lower(),
                started=datetime.fromtimestamp(begun).strftime("%Y-%m-%d %H:%M:%S") if begun else "",
                seconds=f"{ended - begun:.1f}" if begun and ended else "",
            )
        )
    return found
