"""The jobs: one load per contract, one build, and everything at once. All run in their own process, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

BUILD = "build"
EVERYTHING = "everything"
SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""Run settings for a run whose progress somebody else shows."""


def load_job_name(source: str) -> str:
    return f"load_{source}"


def make_jobs(sources: Sequence[str], built: dg.AssetSelection, not_at_load: dg.AssetSelection) -> list[Any]:
    """`load_<source>` for each source less what is `not_at_load`, `build` for `built`, and `everything`.

    In `everything` a failing blocking check of any source stops linkage, marts and publishing. With one job per source
    it stops that source's load only: the build goes on with what stands, so nobody else waits for a bad file.
    """
    loads = [
        dg.define_asset_job(
            load_job_name(source),
            selection=dg.AssetSelection.assets(f"raw_{source}") - not_at_load,
            description=f"Load every new file of landing/{source}.",
            executor_def=dg.in_process_executor,
        )
        for source in sources
    ]
    build = dg.define_asset_job(
        BUILD,
        selection=built,
        description="Choose extracts, link persons, build and test the marts, publish.",
        executor_def=dg.in_process_executor,
    )
    everything = dg.define_asset_job(
        EVERYTHING,
        selection=dg.AssetSelection.all(),
        description="Every load, then the build; one refused file stops the build.",
        executor_def=dg.in_process_executor,
    )
    return [*loads, build, everything]


def run_settings(landing: str = "", as_of: str = "", wait_seconds: int | None = None) -> Mapping[str, Any]:
    """Run config for the environment resource; what is left out keeps its default."""
    given: dict[str, Any] = {}
    if landing:
        given["landing"] = landing
    if as_of:
        given["as_of"] = as_of
    if wait_seconds is not None:
        given["wait_seconds"] = wait_seconds
    return {"resources": {"environment": {"config": given}}}
