"""The one resource every asset takes: which environment, which landing folder, as of when, and the right to write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import dagster as dg

from home import Home
from orchestration.faults import describe
from orchestration.writing import writing

LANDING = "WORKFORCE_LANDING"
"""Landing folder of the sensor and of runs started in the UI, when it is not the environment's own."""


def default_landing(home: Home) -> Path:
    """The folder agencies drop into: WORKFORCE_LANDING, else `landing/` of the environment."""
    return Path(os.environ.get(LANDING) or home.landing)


class Environment(dg.ConfigurableResource):
    """Settings of one run, and the write lock from its first step to its last; waits while another run holds it."""

    landing: str = ""
    as_of: str = ""
    wait_seconds: int = 6 * 3600

    @property
    def home(self) -> Home:
        return Home.from_env()

    @property
    def landing_folder(self) -> Path:
        return Path(self.landing) if self.landing else default_landing(self.home)

    @property
    def as_of_date(self) -> date | None:
        return date.fromisoformat(self.as_of) if self.as_of else None

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Environment]:
        job = context.dagster_run.job_name if context.dagster_run else "a step"
        with writing(self.home.ensure(), what=f"Dagster job {job}", wait_seconds=self.wait_seconds):
            yield self


@contextmanager
def told_in_a_sentence(home: Home) -> Iterator[None]:
    """Let nothing but a sentence reach Dagster's event log: a library's message may quote a person's value."""
    try:
        yield
    except dg.Failure:
        raise
    except Exception as error:
        fault = describe(error, home)
        raise dg.Failure(description=fault.sentence, metadata={"kind": fault.kind}, allow_retries=False) from None
