"""What a bad file stops and what a failing dbt test stops: whatever fails, the last good tables and release stand."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from home import PROJECT_ROOT, Home
from tests.support.landing import Landing, Person
from tests.support.running import query, workforce

pytestmark = pytest.mark.slow

WAGE_2023Q4 = "dol_ui_wage_2023Q4_20240301_v01.csv"


def first_delivery(folder: Path, wage: str = "3000.00") -> Path:
    """Three agencies, ten people, no mistake in it."""
    landing = Landing()
    for number in range(100, 110):
        person = Person(number)
        landing.add(
            "cthires_participant",
            "2023Q4",
            "20240115",
            participant_id=person.participant_id,
            entry_date="2023-02-01",
            birth_date=person.birth_date,
            **person.identifiers(),
        )
        landing.add_wage(person, "2023Q4", wage)
        landing.add(
            "adult_ed",
            "2023",
            "20240115",
            student_id=f"L{number}",
            birth_date=person.birth_date,
            **person.identifiers(),
        )
    return landing.write(folder)


def fingerprint(home: Path) -> tuple[str, str]:
    """Of the last good tables and of what `current` points to."""
    tables = hashlib.sha256((home / "warehouse" / "marts.duckdb").read_bytes()).hexdigest()
    return tables, str((home / "published" / "current.duckdb").readlink())


def ledger(home: Path, sql: str) -> list[tuple]:
    connection = duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def wages(home: Path) -> list[tuple]:
    return query(home, "select quarter, sum(wage_usd)::integer from fct_wage_quarter group by all order by all")


EVERYTHING = """
import sys
from contextlib import ExitStack
from pathlib import Path
from home import Home
from orchestration import runs
home, landing = Home.from_env(), Path(sys.argv[1])
with runs.writing(home, "test"), ExitStack() as closing:
    definitions, instance = runs.open_dagster(home, closing)
    outcome = runs.execute(definitions, instance, "everything", landing, None)
print(outcome.fault)
print(*outcome.sentences)
"""

STEPS = """
import sys
from home import Home
from orchestration.instance import open_instance
instance = open_instance(Home.from_env())
run = instance.get_runs(limit=1)[0]
for step in instance.get_run_step_stats(run.run_id):
    print(run.job_name, step.step_key, step.status.value)
"""


def python(home: Path, code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *arguments],
        env=os.environ | {"WORKFORCE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Landing folder and home after one good delivery; take a copy of both."""
    folder = tmp_path_factory.mktemp("delivered")
    workforce(folder / "home", "run", "--landing", str(first_delivery(folder / "landing")))
    return folder


def copied(delivered: Path, folder: Path) -> tuple[Path, Path]:
    """Home and landing folder, with the times of their files."""
    shutil.copytree(delivered, folder / "copy", symlinks=True)
    return folder / "copy" / "home", folder / "copy" / "landing"


@pytest.fixture(scope="module")
def bad_file(delivered: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, tuple[str, str]]:
    """A home with one good delivery; then a wage file with a wrong header and a good new adult_ed extract arrive."""
    home, landing = copied(delivered, tmp_path_factory.mktemp("bad-file"))
    before = fingerprint(home)
    good = (landing / "ui_wage" / WAGE_2023Q4).read_text(encoding="utf-8")
    wrong = good.replace("wage,", "salary,", 1).replace("2023,4", "2024,1")
    (landing / "ui_wage" / "dol_ui_wage_2024Q1_20240530_v01.csv").write_text(wrong, encoding="utf-8")
    newcomer = Landing()
    person = Person(150)
    newcomer.add(
        "adult_ed", "2024", "20240701", student_id="L150", birth_date=person.birth_date, **person.identifiers()
    )
    newcomer.write(landing)
    return home, landing, before


def test_in_the_job_that_holds_everything_a_refused_file_stops_all_downstream(bad_file) -> None:
    home, landing, before = bad_file
    fault, sentence = python(home, EVERYTHING, str(landing)).strip().split("\n", 1)
    assert fault == "check"
    assert "ui_wage_files" in sentence
    steps = dict(line.split()[1:] for line in python(home, STEPS).splitlines())
    assert steps["raw_ui_wage"] == "FAILURE"
    assert steps["raw_adult_ed"] == "SUCCESS"
    assert {"visible_batch", "person_crosswalk", "marts", "published_release"}.isdisjoint(
        step for step, status in steps.items() if status == "SUCCESS"
    )
    assert fingerprint(home) == before


def test_a_run_loads_and_builds_the_others_and_says_which_file_was_refused(bad_file) -> None:
    home, landing, before = bad_file
    done = workforce(home, "run", "--landing", str(landing), check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Rejected: ui_wage/dol_ui_wage_2024Q1_20240530_v01.csv" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert ledger(home, "select count(*) from raw.raw_ui_wage") == [(10,)]
    assert wages(home) == [("2023Q4", 30000)]
    assert query(home, "select count(*) from dim_person") == [(11,)]
    assert fingerprint(home) != before


def test_the_refused_file_leaves_a_receipt_and_no_row(bad_file) -> None:
    home, _, _ = bad_file
    [(batch, reason)] = ledger(home, "select batch_id, reject_reason from ledger.batch where outcome = 'reject_file'")
    assert reason
    assert (home / "receipts" / "ui_wage" / batch / "receipt.html").exists()
    assert ledger(home, f"select count(*) from raw.raw_ui_wage where _batch_id = '{batch}'") == [(0,)]


LIMIT = """
select person_key, wage_usd
from {{ ref('fct_wage_quarter') }}
where wage_usd > 4000
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with one more dbt test: no wage over 4,000 dollars."""
    copy = tmp_path_factory.mktemp("checkout")
    for package in ("cli", "contracts", "dbt_project", "home", "ingest", "linkage", "orchestration", "publish"):
        shutil.copytree(PROJECT_ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "target"))
    (copy / "dbt_project" / "tests").mkdir(exist_ok=True)
    (copy / "dbt_project" / "tests" / "assert_no_wage_over_limit.sql").write_text(LIMIT, encoding="utf-8")
    return copy


def run_copy(checkout: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", *arguments],
        env=os.environ | {"WORKFORCE_HOME": str(home), "PYTHONPATH": str(checkout), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        cwd=checkout,
    )


@pytest.fixture(scope="module")
def failing_test(checkout: Path, delivered: Path, tmp_path_factory: pytest.TempPathFactory):
    """A good build, then an extract whose wages break the test."""
    home, landing = copied(delivered, tmp_path_factory.mktemp("failing-test"))
    before = fingerprint(home)
    corrected = (landing / "ui_wage" / WAGE_2023Q4).read_text(encoding="utf-8").replace("3000.00", "5001.37")
    (landing / "ui_wage" / "dol_ui_wage_2023Q4_20240401_v01.csv").write_text(corrected, encoding="utf-8")
    return home, landing, before, run_copy(checkout, home, "run", "--landing", str(landing))


def test_a_failing_dbt_test_leaves_the_last_good_tables_and_release(failing_test) -> None:
    home, _, before, done = failing_test
    assert done.returncode == 2, done.stdout + done.stderr
    assert fingerprint(home) == before
    assert wages(home) == [("2023Q4", 30000)]


def test_its_sentence_names_the_test_and_the_rows_and_no_value(failing_test) -> None:
    _, _, _, done = failing_test
    assert "assert_no_wage_over_limit found 10 row(s)" in done.stderr
    assert "nothing was published" in done.stderr
    assert "5001" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_dagster_shows_the_failed_check_and_no_new_release(failing_test, checkout: Path) -> None:
    home, _, _, _ = failing_test
    told = python(home, CHECKS)
    assert "assert_no_wage_over_limit fct_wage_quarter False 10" in told
    assert "published 1" in told
    steps = dict(line.split()[1:] for line in python(home, STEPS).splitlines())
    assert steps["marts"] == "FAILURE"
    assert steps.get("published_release") != "SUCCESS"


CHECKS = """
import dagster as dg
from home import Home
from orchestration.instance import open_instance
instance = open_instance(Home.from_env())
run = instance.get_runs(limit=1)[0]
for record in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION):
    check = record.dagster_event.event_specific_data
    if not check.passed and "rows_failed" in check.metadata:
        print(check.check_name, check.asset_key.to_user_string(), check.passed, check.metadata["rows_failed"].value)
released = instance.fetch_materializations(dg.AssetKey("published_release"), limit=10).records
print("published", len(released))
"""


def test_the_rows_that_came_in_are_kept_and_the_next_good_extract_is_published(failing_test, checkout: Path) -> None:
    home, landing, before, _ = failing_test
    assert ledger(home, "select count(*) from raw.raw_ui_wage") == [(20,)]
    again = (landing / "ui_wage" / WAGE_2023Q4).read_text(encoding="utf-8").replace("3000.00", "3500.00")
    (landing / "ui_wage" / "dol_ui_wage_2023Q4_20240501_v01.csv").write_text(again, encoding="utf-8")
    done = run_copy(checkout, home, "run", "--landing", str(landing))
    assert done.returncode == 0, done.stdout + done.stderr
    assert wages(home) == [("2023Q4", 35000)]
    assert fingerprint(home) != before
    assert Home(home).current.exists()
