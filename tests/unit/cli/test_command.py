"""The command answers at once, imports nothing heavy to do so, and turns every refusal into a sentence and a code."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.running import WORKFORCE, workforce

HEAVY = ["dagster", "dbt", "duckdb", "pandas", "pandera", "great_expectations", "splink", "pyarrow", "numpy", "yaml"]


def test_help_takes_less_than_half_a_second() -> None:
    def once() -> float:
        begun = time.perf_counter()
        subprocess.run([WORKFORCE, "--help"], check=True, capture_output=True)
        return time.perf_counter() - begun

    assert min(once() for _ in range(5)) < 0.5


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, cli.main\n"
        "from typer.testing import CliRunner\n"
        "assert CliRunner().invoke(cli.main.app, ['--help']).exit_code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("command", ["run", "validate", "status", "synth", "follow", "explain", "up"])
def test_each_command_says_what_it_does(command: str, tmp_path: Path) -> None:
    done = workforce(tmp_path, command, "--help")
    assert "Usage: workforce" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["validate", "no.csv", "--source", "ui_wage"], 2, "There is no file no.csv."),
        (["validate", "no.csv", "--source", "payroll"], 2, "There is no source payroll: it is one of adult_ed"),
        (["explain", "wage_use"], 2, "Near: wage_usd"),
        (["follow", "ana"], 2, "works on the synthetic sample only"),
        (["run", "--landing", "nowhere"], 2, "There is no landing folder"),
    ],
)
def test_a_refusal_is_one_sentence(tmp_path: Path, arguments: list[str], code: int, told: str) -> None:
    done = workforce(tmp_path, *arguments, check=False)
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_empty_landing_folder_is_refused_with_the_names_of_the_sources(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    done = workforce(tmp_path / "home", "run", "--landing", str(tmp_path / "landing"), check=False)
    assert done.returncode == 2
    assert "There is no extract in" in done.stderr
    assert "ui_wage" in done.stderr


def test_status_before_the_first_run_says_so(tmp_path: Path) -> None:
    assert "Nothing has been loaded" in workforce(tmp_path, "status").stdout


def test_explain_names_meaning_senders_and_marts(tmp_path: Path) -> None:
    told = workforce(tmp_path, "explain", "wage").stdout
    assert "wage_usd" in told
    assert "US dollars" in told
    assert "sensitive" in told
    assert "fct_wage_quarter" in told


def test_explain_of_a_metric_gives_definition_query_inputs_and_sql(tmp_path: Path) -> None:
    told = workforce(tmp_path, "explain", "emp_q2").stdout
    assert "20 CFR 677.155(a)(1)(i)" in told and "Exit on 2023-02-10" in told
    assert "select * from rpt_wioa_indicator where indicator_code = 'EMP_Q2'" in told
    assert "fct_participation_outcome" in told and "stg_ui_wage" in told and "ref_cohort_window" in told
    assert "dbt_project/models/marts/reporting/rpt_wioa_indicator.sql" in told


def test_explain_lists_the_codes_of_a_coded_field(tmp_path: Path) -> None:
    told = workforce(tmp_path, "explain", "program_code").stdout
    assert "WIOA Adult" in told
    assert "cthires_service" in told


def test_an_unforeseen_fault_is_a_sentence_too(tmp_path: Path) -> None:
    """The environment's folder is a file: nobody foresaw that."""
    home = tmp_path / "home"
    home.write_text("not a folder", encoding="utf-8")
    landing = tmp_path / "landing" / "ui_wage"
    landing.mkdir(parents=True)
    done = subprocess.run(
        [WORKFORCE, "run", "--landing", str(landing.parent)],
        env=os.environ | {"WORKFORCE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
