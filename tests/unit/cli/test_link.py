"""`workforce link`: a folder as its first word, its other commands, refusals and what is shown. A stand-in links."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import linkage.records
import linkage.request
from cli.main import app
from tests.unit.linkage.test_request import DESCRIPTION, DOL, MATCH, SDE, by_number

RECORDS = "source_system,source_record_id,ssn,colour\na,1,123456780,red\nb,1,123456780,\na,2,,\n"


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(linkage.records, "engine", lambda threads: by_number)
    monkeypatch.setattr(linkage.request, "engine", lambda threads: by_number)
    monkeypatch.setenv("WORKFORCE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "a.csv").write_text(RECORDS)
    return folder


@pytest.fixture
def request_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "q0123"
    folder.mkdir()
    (folder / "request.yml").write_text(DESCRIPTION)
    (folder / MATCH).write_text(SDE)
    (folder / "P20_Q0123_DOL_match_v1").write_text(DOL)
    return folder


def run(*arguments: object, asked: str | None = None) -> Result:
    return CliRunner().invoke(app, ["link", *map(str, arguments)], input=asked)


@pytest.mark.parametrize("order", ["folder first", "option first", "in full"])
def test_a_folder_is_linked(records: Path, tmp_path: Path, order: str) -> None:
    words = [records, "--out", "out.csv"] if order == "folder first" else ["--out", "out.csv", records]
    done = run(*(["records"] if order == "in full" else []), *words)
    assert done.exit_code == 0, done.output
    assert "3 records of 2 sources: 2 persons." in done.stdout
    assert "Used: ssn." in done.stdout
    assert "nobody knows what they are: colour." in done.stdout
    assert (tmp_path / "out.csv").read_text().splitlines()[1] == "a,1,P000000001"


def test_a_folder_called_like_a_command_is_written_with_its_path(records: Path, tmp_path: Path) -> None:
    records.rename(tmp_path / "request")
    assert run("./request", "--out", "out.csv").exit_code == 0


def test_the_summary_as_json_is_the_same_every_time(records: Path) -> None:
    first, again = (run(records, "--out", "out.csv", "--json").stdout for _ in range(2))
    assert first == again
    told = json.loads(first)
    assert (told["records"], told["persons"], told["sources"]) == (3, 2, {"a": 2, "b": 1})
    assert set(told) == {"records", "persons", "sources", "used", "unused", "notes"}


def test_help_shows_the_folder_and_the_other_commands() -> None:
    told = run("--help").stdout
    assert "Usage: workforce link [OPTIONS] {RECORDS_DIR}" in told.replace("root link", "workforce link")
    assert "--out" in told
    assert "request" in told


def test_a_refusal_is_one_sentence_and_code_2(tmp_path: Path, records: Path) -> None:
    (records / "a.csv").write_text("ssn\n123456780\n")
    done = run(records, "--out", "out.csv")
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert "has no column source_record_id" in done.stderr
    assert "123456780" not in done.output
    assert not (tmp_path / "out.csv").exists()


def test_a_request_is_matched_and_destroyed(request_dir: Path, tmp_path: Path) -> None:
    done = run("request", request_dir, "--out", "out", "--date", "2026-05-20")
    assert done.exit_code == 0, done.output
    assert "Request Q0123: SDE 2, DOL 2 ids are 3 persons." in done.stdout
    assert (tmp_path / "out/keys/SDE.Q0123.05_20_2026.key").exists()

    words = ["request", request_dir, "--out", "out", "--date", "2026-06-01", "--destroy"]
    assert "Say with --by" in run(*words).stderr
    refused = run(*words, "--by", "A. Steward", asked="n\n")
    assert "Nothing was destroyed." in refused.stdout
    assert (request_dir / MATCH).exists()
    done = run(*words, "--by", "A. Steward", "--yes")
    assert done.exit_code == 0, done.output
    assert "Destroyed 5 files" in done.stdout
    assert [path.name for path in request_dir.iterdir()] == ["request.yml"]
    assert "2026-06-01,A. Steward" in (tmp_path / "out/logs/destruction_log.csv").read_text()


def test_a_request_as_json_has_counts_only(request_dir: Path) -> None:
    told = json.loads(run("request", request_dir, "--out", "out", "--date", "2026-05-20", "--json").stdout)
    assert told["persons_in_several"] == 1
    assert told["rows"] == {"SDE": 2, "DOL": 2}
