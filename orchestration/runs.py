"""`workforce run`: the same jobs the daemon launches, executed in this process, one after another.

Belongs here: the order of the jobs, whom a failure stops, what came of each. Does not: how it is shown (cli).
"""

from __future__ import annotations

import io
import shutil
import signal
import socket
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from home import Home
from orchestration import progress
from orchestration.writing import writing

if TYPE_CHECKING:
    from dagster import DagsterInstance, Definitions

SPARE_BYTES = 96 * 1024 * 1024
"""What a run needs besides the data: Dagster's store, dbt's artefacts, the engines' spill."""


class RunRefused(RuntimeError):
    """The run was not started, or could not go on. The message says why and what to do."""


@dataclass(frozen=True)
class JobOutcome:
    """What came of one job. `fault` is '' when it went well, else 'check', 'refused', 'environment' or 'ours'."""

    job: str
    fault: str
    sentences: tuple[str, ...] = ()
    refused_batches: tuple[str, ...] = ()


@dataclass
class RunOutcome:
    """What came of the whole run, job by job, in the order they ran."""

    jobs: list[JobOutcome] = field(default_factory=list)

    @property
    def refused_batches(self) -> list[str]:
        """Files refused as a whole, by batch id."""
        return [batch for job in self.jobs for batch in job.refused_batches]

    @property
    def failures(self) -> list[str]:
        """Sentences of everything that went wrong, other than that a file was refused; each once, with its jobs."""
        told: dict[str, list[str]] = {}
        for job in self.jobs:
            if job.fault and not (job.fault == "check" and job.refused_batches):
                for sentence in job.sentences:
                    told.setdefault(sentence, []).append(job.job)
        return [f"{', '.join(jobs)}: {sentence}" for sentence, jobs in told.items()]


def run(home: Home, landing: Path, as_of: date | None = None) -> RunOutcome:
    """Load every source that has files in `landing`, then link, build, test and publish.

    A refused file fails its source's load and nothing else: the build goes on with what stands. A full disk or a
    missing permission stops the run. Raises RunRefused, or LockHeld when another run is going.
    """
    home.ensure()
    with writing(home, what="workforce run"):
        empty(home.scratch)
        sources = sources_with_files(landing)
        refuse_when_nothing_is_known(home, landing, as_of)
        refuse_when_short_of_space(home, landing)
        with ExitStack() as closing:
            with progress.step("Starting up") as going:
                definitions, instance = open_dagster(home, closing)
                going.note = f"{len(sources)} sources in {landing}"
            asked = closing.enter_context(_asked_to_stop())
            return _jobs(definitions, instance, sources, landing, as_of, asked)


def _jobs(
    definitions: Definitions,
    instance: DagsterInstance,
    sources: Sequence[str],
    landing: Path,
    as_of: date | None,
    asked: Callable[[], bool],
) -> RunOutcome:
    """Each load, then the build; a disk or permission that fails one would fail the next, so it stops the run."""
    outcome = RunOutcome()
    for job in [*(f"load_{source}" for source in sources), "build"]:
        done = execute(definitions, instance, job, landing, as_of)
        outcome.jobs.append(done)
        if asked():
            raise KeyboardInterrupt
        if done.fault == "environment":
            break
    return outcome


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """A question: was Ctrl-C pressed? Asked after each job, because inside one Dagster handles the signal, and the
    engines turn the interruption into errors of their own. The kernel's byte on this socket cannot be swallowed."""
    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        there.setblocking(False)
        before = signal.set_wakeup_fd(there.fileno(), warn_on_full_buffer=False)

        def asked() -> bool:
            with suppress(BlockingIOError):
                return signal.SIGINT in here.recv(64)
            return False

        try:
            yield asked
        finally:
            signal.set_wakeup_fd(before)


def empty(scratch: Path) -> None:
    """Remove what the engines of a killed run spilled. Only for the holder of the run lock."""
    for left in scratch.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def sources_with_files(landing: Path) -> list[str]:
    """Sources that have at least one file to look at; RunRefused when there is none."""
    import contracts
    import ingest

    names = contracts.source_names()
    if not landing.is_dir():
        raise RunRefused(
            f"There is no landing folder {landing}: make it, with a folder per source ({', '.join(names)})."
        )
    found = {submission.source for submission in ingest.scan(landing)}
    if not found:
        raise RunRefused(
            f"There is no extract in {landing}: put files into {landing}/<source>/, where source is one of "
            f"{', '.join(names)}."
        )
    return [name for name in names if name in found]


def refuse_when_nothing_is_known(home: Home, landing: Path, as_of: date | None) -> None:
    """Stop before the first load when no extract is of the as-of day or before: the build would refuse it later."""
    import ingest

    oldest = ingest.oldest_extract(home, landing) if as_of else None
    if as_of and oldest and as_of < oldest:
        raise RunRefused(nothing_known(as_of, oldest))


def nothing_known(as_of: date, oldest: date | None) -> str:
    """The sentence that refuses an as-of day before the first extract."""
    return f"No extract had been taken by the end of {as_of}: the oldest is of {oldest}. Choose a later day."


def refuse_when_short_of_space(home: Home, landing: Path) -> None:
    """Stop before the first byte when the disk cannot hold what this run will write."""
    files = [path for path in landing.rglob("*") if path.is_file()]
    archived = sum(path.stat().st_size for path in home.archive.rglob("*") if path.is_file())
    new = max(0, sum(path.stat().st_size for path in files) - archived)
    marts = home.marts_db.stat().st_size if home.marts_db.exists() else 0
    needed = SPARE_BYTES + 2 * new + 2 * marts
    free = shutil.disk_usage(home.root).free
    if free < needed:
        raise RunRefused(
            f"The disk under {home.root} has {_megabytes(free)} free and this run needs about {_megabytes(needed)}. "
            "Nothing was changed; free space there, then run again."
        )


def _megabytes(count: int) -> str:
    return f"{count / 1024 / 1024:,.0f} MB"


def execute(
    definitions: Definitions, instance: DagsterInstance, job: str, landing: Path, as_of: date | None
) -> JobOutcome:
    """Run one job here and now; its run is in the instance, so the UI shows it beside the daemon's."""
    from orchestration.instance import PROCESS_TAG, this_process
    from orchestration.jobs import SILENT, run_settings

    day = as_of.isoformat() if as_of else ""
    tags = {PROCESS_TAG: this_process(), "landing": str(landing), "as_of": day or "newest extract"}
    result = definitions.resolve_job_def(job).execute_in_process(
        instance=instance,
        raise_on_error=False,
        run_config={**run_settings(str(landing), day, wait_seconds=0), **SILENT},
        tags=tags,
    )
    failures = [event for event in result.all_events if event.is_step_failure]
    if result.success:
        return JobOutcome(job, "")
    return _outcome(job, failures, _refused(result.all_events))


def _refused(events: Sequence[Any]) -> tuple[str, ...]:
    """Batches named by failed files checks."""
    from orchestration.assets_ingest import BATCHES_REFUSED

    found: list[str] = []
    for event in events:
        if event.event_type_value == "ASSET_CHECK_EVALUATION":
            told = event.event_specific_data.metadata.get(BATCHES_REFUSED)
            found += str(told.value).split() if told else []
    return tuple(found)


def _outcome(job: str, failures: Sequence[Any], refused: tuple[str, ...]) -> JobOutcome:
    from orchestration.sensors import sentence

    faults = set()
    for event in failures:
        data = event.step_failure_data
        if data.error and data.error.cls_name == "DagsterAssetCheckFailedError":
            faults.add("check")
        elif data.user_failure_data and "kind" in data.user_failure_data.metadata:
            faults.add(str(data.user_failure_data.metadata["kind"].value))
        else:
            faults.add("refused" if data.user_failure_data else "ours")
    gravest = next((kind for kind in ("environment", "ours", "refused", "check") if kind in faults), "ours")
    told = tuple(dict.fromkeys(sentence(event) for event in failures))
    return JobOutcome(job, gravest, told or ("Stopped before its first step.",), refused)


def open_dagster(home: Home, closing: ExitStack) -> tuple[Definitions, DagsterInstance]:
    """Definitions and instance of the environment; libraries are silent until `closing` closes them."""
    closing.enter_context(_quiet())
    from orchestration.assembly import make_definitions
    from orchestration.instance import close_dead_runs, lightly_synced, open_instance

    closing.enter_context(lightly_synced())
    instance = open_instance(home)
    closing.callback(instance.dispose)
    close_dead_runs(instance)
    return make_definitions(home), instance


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what libraries say on their own out of the terminal: previews, and errors that we tell in a sentence."""
    with warnings.catch_warnings(), redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
