"""`make demo` as a reader sees it: what the last lines say, the query to paste, and one person followed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import contracts
from home import Home
from orchestration.assets_link import NothingKnownYet, choose_batches
from orchestration.environment import Environment
from tests.integration.conftest import SAMPLE, SampleRun
from tests.support.landing import Landing, Person
from tests.support.running import query, workforce

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(sample_home: Path, sample_run: SampleRun) -> tuple[Path, str]:
    return sample_home, sample_run.said


def test_every_step_says_how_long_it_took_and_what_came_of_it(demo) -> None:
    steps = re.findall(r"^✓ (.+?)\s+(\d+\.\d) s  (.+)$", demo[1], re.MULTILINE)
    names = [name for name, _, _ in steps]
    assert names[0] == "Starting up"
    assert names[1:-5] == [f"Loading {source}" for source in contracts.source_names()]
    assert names[-5:] == ["Choosing extracts", "Linking persons", "Comparing files", "Building marts", "Publishing"]


def test_the_ledger_adds_up_line_by_line(demo) -> None:
    for source in contracts.source_names():
        [line] = [line for line in demo[1].splitlines() if line.split()[:1] == [source]]
        *_, received, accepted, quarantined, superseded, held, mark = line.replace(",", "").split()
        assert int(received) == int(accepted) + int(quarantined) + int(superseded) + int(held)
        assert mark == "✓"


def test_the_wioa_table_says_what_the_release_says(demo) -> None:
    home, told = demo
    year = int(re.search(r"WIOA indicators, statewide, programme year (\d{4})", told)[1])
    [(share, cohort)] = query(
        home,
        "select indicator_share, denominator_count from rpt_wioa_indicator where program_year = ? "
        "and report_type = 'ANNUAL' and program_code = 'ADULT' and indicator_code = 'EMP_Q2' "
        "and wda_code = 'ALL' and slice_code = 'ALL'",
        [year],
    )
    [line] = [line for line in told.splitlines() if line.split()[:1] == ["ADULT"]]
    assert f"{100 * share:.1f} % ({cohort:,})" in line


def test_the_query_to_paste_works(demo) -> None:
    [line] = [line for line in demo[1].splitlines() if "import duckdb" in line]
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False, cwd=Path.cwd())
    assert done.returncode == 0, done.stderr
    assert "indicator_code" in done.stdout
    assert "ADULT" in done.stdout


def test_status_tells_the_release_and_the_newest_complete_wage_quarter(demo) -> None:
    home, _ = demo
    told = workforce(home, "status").stdout
    assert (home / "published" / "current.duckdb").readlink().stem.removeprefix("workforce_") in told
    [(quarter,)] = query(home, "select max(quarter) from dim_quarter where is_wage_complete")
    assert f"Newest complete wage quarter: {quarter}" in told
    assert re.search(r"build\s+success", told)


def test_ana_is_one_person_in_her_sources(demo) -> None:
    told = workforce(demo[0], "follow", "ana").stdout
    assert int(re.search(r"in (\d+) sources", told)[1]) >= 5
    for source in ("adult_ed", "apprenticeship", "cthires_participant", "dual_credit", "ui_wage"):
        assert re.search(rf"^ ?{source} 1 ", told, re.MULTILINE), told
    assert "Linked because" in told
    assert re.search(r"enters ADULT\b", told)
    assert re.search(r"leaves ADULT\b", told)
    assert not re.search(r"\d{9}", told.replace(re.search(r"P\d{9}", told)[0], ""))


def test_a_person_key_can_be_followed_too_and_an_unknown_name_lists_the_stories(demo) -> None:
    home, _ = demo
    key = re.search(r"P\d{9}", workforce(home, "follow", "ana").stdout)[0]
    assert key in workforce(home, "follow", key.lower()).stdout
    unknown = workforce(home, "follow", "nobody", check=False)
    assert unknown.returncode == 2
    assert "ana" in unknown.stderr
    several = workforce(home, "follow", "twins", check=False)
    assert "emma, ella" in several.stderr


def test_one_file_from_elsewhere_and_nobody_can_be_followed(demo, tmp_path: Path) -> None:
    """The same environment with one extract more that is not of the sample."""
    home = tmp_path / "home"
    shutil.copytree(demo[0], home, symlinks=True)
    landing = Landing()
    person = Person(1)
    landing.add("adult_ed", "2024", "20240701", student_id="L1", birth_date=person.birth_date, **person.identifiers())
    path = next((landing.write(tmp_path / "landing") / "adult_ed").glob("*.csv"))
    load = "import sys; from pathlib import Path; from home import Home; import ingest; " + (
        "ingest.load_file(Home.from_env(), Path(sys.argv[1]), 'adult_ed')"
    )
    subprocess.run(
        [sys.executable, "-c", load, str(path)],
        env=os.environ | {"WORKFORCE_HOME": str(home)},
        check=True,
    )
    done = workforce(home, "follow", "ana", check=False)
    assert done.returncode == 2
    assert "synthetic sample only" in done.stderr
    assert path.name in done.stderr


def test_as_of_before_the_first_extract_is_refused_and_the_release_stays(demo) -> None:
    home, _ = demo
    before = (home / "published" / "current.duckdb").readlink()
    done = workforce(home, "run", "--landing", str(SAMPLE), "--as-of", "2001-01-01", check=False)
    assert done.returncode == 2
    assert "No extract had been taken by the end of 2001-01-01" in done.stderr
    assert (home / "published" / "current.duckdb").readlink() == before


def test_a_run_from_the_page_before_the_first_extract_stops_before_it_builds(
    demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page starts jobs without the command, which refuses such a day itself before anything is loaded."""
    copy = Home(tmp_path).ensure()
    shutil.copy(Home(demo[0]).warehouse_db, copy.warehouse_db)
    monkeypatch.setenv("WORKFORCE_HOME", str(copy.root))
    with pytest.raises(NothingKnownYet, match="No extract had been taken by the end of 2001-01-01"):
        choose_batches(Environment(as_of="2001-01-01"))


def test_as_of_an_earlier_day_builds_from_what_was_known_then(demo) -> None:
    home, _ = demo
    workforce(home, "run", "--landing", str(SAMPLE), "--as-of", "2024-06-30")
    [(release, as_of, newest)] = query(
        home,
        "select max(release), max(as_of_date)::varchar, (select max(entry_date) from fct_participation) from release",
    )
    assert release.startswith("2024-06-30_")
    assert as_of == "2024-06-30"
    assert str(newest) <= "2024-06-30"
