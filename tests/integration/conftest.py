"""Runs that many tests look at, once in a whole test run, whichever worker the tests are on."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from home import PROJECT_ROOT
from tests.support.education_cases import education
from tests.support.job_lives import jobs
from tests.support.landing import Landing
from tests.support.money_lives import money
from tests.support.running import run_here, workforce

SAMPLE = PROJECT_ROOT / "data" / "sample" / "landing"


@dataclass(frozen=True)
class SampleRun:
    """What the run left and said. `home` stays as it is: who changes anything, or says so, takes a copy."""

    home: Path
    said: str
    warned: str

    def copy_to(self, home: Path) -> Path:
        return Path(shutil.copytree(self.home, home, symlinks=True))


def _run(place: Path) -> None:
    done = workforce(place / "home", "run", "--landing", str(SAMPLE), check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    (place / "warned.txt").write_text(done.stderr, encoding="utf-8")
    (place / "said.txt").write_text(done.stdout, encoding="utf-8")


def _once(tmp_path_factory: pytest.TempPathFactory, name: str, run: Callable[[Path], None]) -> Path:
    """The folder that `run` filled, once in a whole test run: who comes second waits for it."""
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    place.mkdir(exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "done").exists():
            for left in ("home", "landing"):
                shutil.rmtree(place / left, ignore_errors=True)
            run(place)
            (place / "done").touch()
    return place


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> SampleRun:
    """`workforce run` over the sample."""
    place = _once(tmp_path_factory, "sample-run", _run)
    return SampleRun(
        place / "home", *((place / name).read_text(encoding="utf-8") for name in ("said.txt", "warned.txt"))
    )


def _run_programs(place: Path) -> None:
    landing = Landing()
    for people in (money, jobs, education):
        people(landing)
    run_here(place / "home", landing.write(place / "landing"), "2026-01-31")


@pytest.fixture(scope="session")
def programs_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the people of the worked examples of money, jobs and education, whose programmes, years or areas are
    their own. Nobody changes anything in it."""
    return _once(tmp_path_factory, "programs", _run_programs) / "home"


@pytest.fixture(scope="module")
def sample_home(sample_run: SampleRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the home of that run, for one module."""
    return sample_run.copy_to(tmp_path_factory.mktemp("sample") / "home")
