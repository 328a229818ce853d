"""One run over the sample for all tests that look at what it made, whichever worker they are on."""

from __future__ import annotations

import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from home import PROJECT_ROOT
from tests.support.running import workforce

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


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> SampleRun:
    """`workforce run` over the sample, once in a whole test run: who comes second waits for it."""
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample-run"
    place.mkdir(exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "said.txt").exists():
            shutil.rmtree(place / "home", ignore_errors=True)
            _run(place)
    return SampleRun(
        place / "home", *((place / name).read_text(encoding="utf-8") for name in ("said.txt", "warned.txt"))
    )


@pytest.fixture(scope="module")
def sample_home(sample_run: SampleRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the home of that run, for one module."""
    return sample_run.copy_to(tmp_path_factory.mktemp("sample") / "home")
