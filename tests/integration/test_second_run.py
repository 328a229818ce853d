"""A second run, a full disk, a killed run: one clear sentence, and nothing that was whole is harmed."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from home import Home
from home.lock import run_lock
from orchestration.runs import RunRefused, refuse_when_short_of_space
from tests.support.landing import Landing, Person
from tests.support.running import WORKFORCE, query, workforce

pytestmark = pytest.mark.slow


def delivery(folder: Path, employers: int = 1) -> Path:
    """400 people, two quarters; in the second one each at so many employers."""
    landing = Landing()
    for number in range(200, 600):
        person = Person(number)
        landing.add_wage(person, "2023Q4", "3000.00")
        for employer in range(employers):
            landing.add_wage(person, "2024Q1", "3100.00", ean=f"{employer:010d}", fein=f"{employer:09d}")
        landing.add(
            "adult_ed",
            "2023",
            "20240115",
            student_id=f"L{number}",
            birth_date=person.birth_date,
            **person.identifiers(),
        )
    return landing.write(folder)


def start(home: Path, *arguments: str, limit: int | None = None) -> subprocess.Popen[str]:
    def before_start() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.Popen(
        [WORKFORCE, *arguments],
        env=os.environ | {"WORKFORCE_HOME": str(home), "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before_start,
    )


def wait_until_locked(home: Path, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    lock = home / "run.lock"
    while not (lock.exists() and lock.stat().st_size):
        assert time.monotonic() < deadline, "the first run never took the lock"
        time.sleep(0.02)


def whole(home: Path) -> dict[str, int]:
    """Rows per wage quarter in the current release, and that the ledger adds up."""
    connection = duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True)
    unbalanced = connection.execute(
        "select count(*) from ledger.reconciliation "
        "where rows_received <> rows_accepted + rows_quarantined + rows_superseded"
    ).fetchall()
    connection.close()
    assert unbalanced == [(0,)]
    return dict(query(home, "select quarter, count(*) from fct_wage_quarter group by all order by all"))


@dataclass(frozen=True)
class Refusal:
    """What a second run said while the first one went, and how long it took to say it."""

    said: subprocess.CompletedProcess[str]
    seconds: float
    first_pid: int


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Refusal]:
    """A folder with a delivery in `landing` and what a run made of it in `home`, and a second run tried meanwhile."""
    folder = tmp_path_factory.mktemp("delivered")
    home, landing = folder / "home", delivery(folder / "landing")
    first = start(home, "run", "--landing", str(landing))
    wait_until_locked(home)
    begun = time.monotonic()
    second = workforce(home, "run", "--landing", str(landing), check=False)
    seconds = time.monotonic() - begun
    out, err = first.communicate(timeout=300)
    assert first.returncode == 0, out + err
    return folder, Refusal(second, seconds, first.pid)


@pytest.fixture(scope="module")
def delivered(refused: tuple[Path, Refusal]) -> Path:
    """Home and landing folder after one run; take a copy of both."""
    return refused[0]


def test_a_second_run_is_refused_at_once_and_the_first_ends_well(refused: tuple[Path, Refusal]) -> None:
    folder, second = refused
    assert second.said.returncode == 2
    assert second.seconds < 10
    assert "Another run is going" in second.said.stderr
    assert "workforce run" in second.said.stderr
    assert str(second.first_pid) in second.said.stderr
    assert len(second.said.stderr.strip().splitlines()) == 1
    assert whole(folder / "home") == {"2023Q4": 400, "2024Q1": 400}


def test_status_answers_while_a_run_holds_the_lock(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").ensure()
    with run_lock(home, what="a test"):
        assert workforce(home.root, "status").returncode == 0


def copied(delivered: Path, folder: Path) -> tuple[Path, Path]:
    """Home and landing folder, with the times of their files."""
    shutil.copytree(delivered, folder / "copy", symlinks=True)
    return folder / "copy" / "home", folder / "copy" / "landing"


def test_a_run_that_could_not_fit_is_refused_before_its_first_byte(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").ensure()
    huge = tmp_path / "landing" / "ui_wage" / "dol_ui_wage_2024Q1_20240530_v01.csv"
    huge.parent.mkdir(parents=True)
    with huge.open("wb") as handle:
        handle.truncate(1 << 43)  # a sparse file: eight terabytes by name, none on disk
    with pytest.raises(RunRefused, match="Nothing was changed; free space"):
        refuse_when_short_of_space(home, huge.parent.parent)


def begin(home: Path, landing: Path) -> subprocess.Popen[str]:
    """A run that has got as far as building marts."""
    building = home / "warehouse" / "marts.building.duckdb"
    building.unlink(missing_ok=True)
    begun = start(home, "run", "--landing", str(landing))
    deadline = time.monotonic() + 120
    while not building.exists():
        assert time.monotonic() < deadline and begun.poll() is None
        time.sleep(0.02)
    return begun


def test_a_full_disk_ctrl_c_and_a_kill_harm_nothing_and_the_next_run_finishes(tmp_path: Path, delivered: Path) -> None:
    """One after the other, and nobody mends anything in between: the last run makes up for all three.

    A limit on the size of a file stands for the full disk: the kernel refuses the write in the same place.
    """
    home, landing = copied(delivered, tmp_path)
    before, release = whole(home), (home / "published" / "current.duckdb").readlink()

    more = delivery(tmp_path / "more", employers=40)
    newer = more / "ui_wage" / "dol_ui_wage_2024Q1_20240530_v01.csv"
    newer.replace(landing / "ui_wage" / "dol_ui_wage_2024Q1_20240601_v01.csv")
    room = (home / "warehouse" / "warehouse.duckdb").stat().st_size + 100_000
    limited = start(home, "run", "--landing", str(landing), limit=room)
    out, err = limited.communicate(timeout=300)
    assert limited.returncode == 2, out + err
    assert "full" in err
    assert "Free space" in err
    assert "Traceback" not in out + err
    assert len(err.strip().splitlines()) == 1, err
    assert whole(home) == before

    stopped = begin(home, landing)
    stopped.send_signal(signal.SIGINT)
    out, err = stopped.communicate(timeout=60)
    assert stopped.returncode == 130, out + err
    assert err == "Stopped. What was complete before is unchanged; run again when you like.\n"
    assert whole(home) == before

    killed = begin(home, landing)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=30)
    assert (home / "published" / "current.duckdb").readlink() == release
    assert whole(home) == before

    workforce(home, "run", "--landing", str(landing))
    assert whole(home) == {"2023Q4": 400, "2024Q1": 16000}
    assert "failure" in workforce(home, "status").stdout
