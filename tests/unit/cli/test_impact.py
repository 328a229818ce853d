"""`workforce impact estimate`: what is printed, the JSON, refusals and exit codes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from tests.unit.impact.test_estimate import people

KEYS = ("effect", "standard_error", "naive_difference", "treated", "comparison", "dropped", "balance")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORKFORCE_HOME", str(tmp_path / "home"))
    people(1, 600).to_csv(tmp_path / "data.csv", index=False)
    return tmp_path / "data.csv"


def run(data: Path, *more: str, covariates: str = "age, skill,before,region", outcome: str = "after") -> Result:
    words = ["--treatment", "treat", "--outcome", outcome, "--covariates", covariates]
    return CliRunner().invoke(app, ["impact", "estimate", str(data), *words, *more])


@pytest.mark.slow
def test_json_has_the_figures_and_is_the_same_every_time(data: Path) -> None:
    first, again = (run(data, "--json").stdout for _ in range(2))
    told = json.loads(first)
    assert first == again
    assert tuple(told)[: len(KEYS)] == KEYS
    assert told["treated"] + told["comparison"] + told["dropped"] == 600
    assert abs(told["effect"] - 2) < 3 * told["standard_error"] < 1
    assert told["interval"][0] < told["effect"] < told["interval"][1]
    assert set(told["balance"]["age"]) >= {"before", "after"}


def test_what_is_printed_has_effect_error_balance_support_and_drops(data: Path) -> None:
    done = run(data, "--method", "match", "--caliper", "0.1")
    assert done.exit_code == 0, done.output
    for words in (
        "effect  ",
        "standard error",
        "95 % interval",
        "naive difference",
        "common support",
        "before",
        "after",
        "region: coast",
        "among the nearest of nobody",
        "only if nothing that is not",
    ):
        assert words in done.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no file"),
        ("", "is empty"),
        ("treat,after,age,skill,before,region\n", "has a header and no rows"),
        ('treat,after,age,skill,before,region\n"1,2,3,4,5,a\n', "quotation mark"),
        ("treat;after;age\n1;2;3\n", "Is it separated by commas?"),
        ("treat,afters,age,skill,before,region\n1,2,3,4,5,a\n", "no column after. Near: afters."),
        ("treat,after,age,age,skill,before,region\n1,2,3,4,5,6,a\n", "column age more than once"),
        (
            "treat,after,age,skill,before,region\n1,2,3,4,5,a\n1,2,3,4,5,a,7,8\n",
            ", line 3: 8 cells, and the header has 6",
        ),
        ("treat,after,age,skill,before,region\n1,2,3,4,5,\xff\n", "is not UTF-8"),
        ("treat,after,age,skill,before,region\n1,2,3,4,5,a\n", "has no 0"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence_and_code_2(data: Path, content: str | None, said: str) -> None:
    data.unlink()
    if content is not None:
        data.write_bytes(content.encode("latin-1"))
    done = run(data)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_column_that_is_not_there_and_a_role_taken_twice_are_code_2(data: Path) -> None:
    assert "no column wages" in run(data, outcome="wages").stderr
    assert run(data, covariates="after,age").exit_code == 2
    assert run(data, covariates=" ,").exit_code == 2
    assert run(data, "--cluster", "treat").exit_code == 2


def test_a_column_with_a_comma_is_named_in_quotation_marks(data: Path) -> None:
    frame = people(1, 400).rename(columns={"before": "pay, year before", "region": "region, now"})
    frame.to_csv(data, index=False)
    done = run(data, "--json", "--categorical", '"region, now"', covariates='age, "pay, year before" ,"region, now"')
    assert done.exit_code == 0, done.output
    assert {"age", "pay, year before", "region, now: coast"} <= set(json.loads(done.stdout)["balance"])


def test_a_damaged_gz_is_a_sentence_and_code_2(data: Path) -> None:
    packed = gzip.compress(data.read_bytes(), mtime=0)
    for damaged in (packed[: len(packed) // 2], packed[:40] + bytes(40) + packed[80:], packed[:-8] + bytes(8), b"no"):
        path = data.with_suffix(".csv.gz")
        path.write_bytes(damaged)
        done = run(path)
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1), done.stderr
        assert "damaged" in done.stderr
        assert done.stdout == ""


def test_a_number_too_large_is_a_sentence_with_its_line(data: Path) -> None:
    lines = data.read_text().splitlines()
    cells = lines[6].split(",")
    lines[6] = ",".join([cells[0], "1e200", *cells[2:]])
    data.write_text("\n".join(lines))
    done = run(data)
    assert done.exit_code == 2
    assert "after, line 7: the number is beyond 1e+100" in done.stderr
    assert "1e200" not in done.stderr
