"""Everything Dagster knows about one environment, put together. Assembly only."""

from __future__ import annotations

import dagster as dg

import contracts
import publish
from home import Home
from orchestration.assets_calendar import check_keys, on_time_checks
from orchestration.assets_dbt import marts_asset
from orchestration.assets_ingest import raw_asset
from orchestration.assets_link import link_assets
from orchestration.assets_publish import publish_asset
from orchestration.environment import Environment
from orchestration.jobs import BUILD, EVERYTHING, make_jobs
from orchestration.sensors import failed_runs, landing_sensor, nightly_build


def make_definitions(home: Home) -> dg.Definitions:
    """Assets, checks, jobs, sensors and schedule of one environment."""
    sources = contracts.source_names()
    read = [contracts.load(source) for source in sources]
    raw = [raw_asset(source) for source in read]
    with_identity = [f"raw_{source}" for source in sources if contracts.load(source).has_identity]
    link = link_assets([f"raw_{source}" for source in sources], with_identity)
    marts = marts_asset(home)
    release = publish_asset([mart.name for mart in publish.marts()])
    on_time = dg.AssetSelection.checks(*check_keys(read))
    built = dg.AssetSelection.assets(*link, marts, release) | on_time
    jobs = make_jobs(sources, built, not_at_load=on_time)
    return dg.Definitions(
        assets=[*raw, *link, marts, release],
        asset_checks=[on_time_checks(read)],
        jobs=jobs,
        sensors=[landing_sensor(sources, [job for job in jobs if job.name != EVERYTHING]), failed_runs],
        schedules=[nightly_build(next(job for job in jobs if job.name == BUILD))],
        resources={"environment": Environment()},
        executor=dg.in_process_executor,
    )
