"""`workforce validate`: the exit code says the outcome, the findings say row, column and what to do, never a value."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import contracts
import ingest
from cli.validate import as_data, validate, write_json
from home import PROJECT_ROOT
from tests.support.landing import Landing, Person
from tests.support.running import workforce
from tests.unit.ingest.files import text, wage_rows


def extract(folder: Path, **wrong: str) -> Path:
    """Forty adult_ed rows; the second has the wrong values."""
    landing = Landing()
    for number in range(40):
        person = Person(700 + number)
        values = {"student_id": f"L{number}", "birth_date": person.birth_date} | person.identifiers()
        landing.add("adult_ed", "2023", "20240115", **values | (wrong if number == 1 else {}))
    [path] = (landing.write(folder) / "adult_ed").glob("*.csv")
    return path


def check(path: Path, tmp_path: Path, *options: str):
    return workforce(tmp_path / "home", "validate", str(path), "--source", "adult_ed", *options, check=False)


def test_a_good_file_is_accepted(tmp_path: Path) -> None:
    done = check(extract(tmp_path), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "would be accepted" in done.stdout
    assert "40 rows received = 40 accepted + 0 quarantined" in done.stdout


def test_a_bad_row_is_named_by_number_column_and_rule(tmp_path: Path) -> None:
    path = extract(tmp_path, entering_efl="ZEBRA9")
    done = check(path, tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "40 rows received = 39 accepted + 1 quarantined" in done.stdout
    assert "1 row: 2" in done.stdout
    assert "entering_efl" in done.stdout
    assert "ZEBRA9" not in done.stdout + done.stderr


def test_as_json_it_can_be_read_by_a_program(tmp_path: Path) -> None:
    done = check(extract(tmp_path, entering_efl="ZEBRA9"), tmp_path, "--json")
    told = json.loads(done.stdout)
    assert told["outcome"] == "quarantine_rows"
    assert (told["rows_received"], told["rows_accepted"], told["rows_quarantined"]) == (40, 39, 1)
    assert told["quarantined_row_numbers"] == [2]
    [finding] = [finding for finding in told["findings"] if finding["severity"] == "error"]
    assert (finding["column"], finding["row"]) == ("entering_efl", 2)
    assert finding["rule"] and finding["message"] and finding["fix"]
    assert "ZEBRA9" not in done.stdout


@pytest.mark.parametrize("damage", ["student_id,", "pop_hours"])
def test_a_missing_column_rejects_the_file(tmp_path: Path, damage: str) -> None:
    path = extract(tmp_path)
    path.write_text(
        path.read_text(encoding="utf-8").replace(damage, damage.replace("d", "x", 1).replace("p", "x", 1), 1)
    )
    done = check(path, tmp_path)
    assert done.returncode == 2
    assert "would be rejected as a whole" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_profile_says_how_the_file_is_written_and_the_accepted_rows_come_out(tmp_path: Path) -> None:
    path = extract(tmp_path, entering_efl="ZEBRA9")
    lines = path.read_text(encoding="utf-8").splitlines()
    odd = path.with_suffix(".lst")
    odd.write_text("\n".join(lines).replace(",", "|") + "\n", encoding="utf-16")
    assert check(odd, tmp_path).returncode == 2
    profile = tmp_path / "adult.yml"
    profile.write_text("source: adult_ed\nformat: delimited\ndelimiter: pipe\nencoding: utf-16\n", encoding="utf-8")
    target = tmp_path / "accepted.csv"
    done = check(odd, tmp_path, "--profile", str(profile), "--accepted", str(target))
    assert done.returncode == 1, done.stdout + done.stderr
    assert target.read_text(encoding="utf-8").splitlines() == [lines[0], lines[1], *lines[3:]]
    profile.write_text("source: adult_ed\nformat: word\n", encoding="utf-8")
    done = check(odd, tmp_path, "--profile", str(profile))
    assert "format is 'word'" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_is_loaded(tmp_path: Path) -> None:
    check(extract(tmp_path), tmp_path)
    assert not (tmp_path / "home" / "warehouse").exists()


def verdict(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict]:
    """Exit code and JSON of the command, run in this process."""
    code = validate(*arguments, as_json=True)
    return code, json.loads(capsys.readouterr().out)


def test_json_has_every_row_that_is_kept_out_however_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong values, a ragged row and repeated keys; more of them than a receipt lists."""
    source = contracts.load("ui_wage")
    draft = replace(source, duplicate_key="quarantine_rows", reject_share=1.0)
    rows = wage_rows(2600)
    for number in range(0, 2400, 2):
        rows[number]["wage_usd"] = "much"
    rows[2501] = dict(rows[2499])
    lines = text(rows).splitlines()
    lines[2551] += ",one more"
    path = tmp_path / "dol_ui_wage_2023Q1_20230515_v01.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = ingest.validate_file(path, draft)
    assert result.outcome == "quarantine_rows"
    write_json(as_data(result), result.quarantined)
    told = json.loads(capsys.readouterr().out)
    assert told["quarantined_row_numbers"] == [*range(1, 2400, 2), 2500, 2502, 2551]
    assert told["rows_quarantined"] == len(told["quarantined_row_numbers"]) == 1203
    by_row = [rule for rule in told["rules"] if rule["rows_failed"] is not None]
    assert {"G3.ragged", "G4.type", "G5.duplicate_key"} == {rule["rule"] for rule in by_row}
    assert all(rule["rows_checked"] >= rule["rows_failed"] > 0 for rule in by_row)


def test_json_of_a_good_and_of_a_refused_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = extract(tmp_path)
    code, told = verdict(capsys, path, "adult_ed", None)
    assert (code, told["quarantined_row_numbers"], told["reject_reason"]) == (0, [], None)
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    code, told = verdict(capsys, path, "C07", None)
    assert (code, told["outcome"]) == (2, "reject_file")
    assert told["findings"] and {finding["row"] for finding in told["findings"]} == {None}


@pytest.mark.parametrize(
    ("file", "source", "contract", "words"),
    [
        ("gone.csv", "adult_ed", None, "There is no file"),
        ("here.csv", "payroll", None, "There is no source payroll"),
        ("here.csv", None, None, "--source NAME, or --contract"),
        ("here.csv", "adult_ed", "draft.yml", "--source NAME, or --contract"),
        ("here.csv", None, "gone.yml", "There is no file"),
        ("here.csv", None, "draft.yml", "draft.yml: unknown key 'titel'"),
    ],
)
def test_what_cannot_be_checked_is_code_2_and_a_sentence_in_json(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    file: str,
    source: str | None,
    contract: str | None,
    words: str,
) -> None:
    (tmp_path / "here.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "draft.yml").write_text("titel: x\n", encoding="utf-8")
    code, told = verdict(capsys, tmp_path / file, source, tmp_path / contract if contract else None)
    assert (code, told["outcome"], told["quarantined_row_numbers"]) == (2, "reject_file", [])
    [finding] = told["findings"]
    assert words in finding["message"] and finding["severity"] == "error"


def test_our_own_fault_is_code_3_and_json_without_a_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A contract whose rule the engine cannot run: what it says quotes the cell."""
    monkeypatch.setenv("WORKFORCE_HOME", str(tmp_path / "home"))
    source = contracts.load("ui_wage")
    crash = replace(
        source.row_rules[0],
        columns=("last_name", "ssn"),
        context=(),
        over_file=True,
        sql="count(*) over (partition by ssn) > CAST(last_name AS INTEGER)",
    )
    broken = replace(source, row_rules=source.row_rules[1:], file_rules=(crash,))
    monkeypatch.setattr("ingest.checks.SHORT_FILE", 1)
    monkeypatch.setattr("cli.validate.contract_for", lambda source, draft: broken)
    path = tmp_path / "dol_ui_wage_2023Q1_20230515_v01.csv"
    path.write_text(text(wage_rows(3)), encoding="utf-8")
    code, told = verdict(capsys, path, "ui_wage", None)
    assert (code, told["outcome"]) == (3, "reject_file")
    assert [finding["rule"] for finding in told["findings"]] == ["G0.fault"]
    assert "Quibblewick" not in json.dumps(told)


def test_a_draft_is_tried_with_the_command(tmp_path: Path) -> None:
    draft = tmp_path / "stipend.yml"
    contract = (PROJECT_ROOT / "contracts/sources/ui_wage.yml").read_text(encoding="utf-8")
    draft.write_text(contract.replace("[wage]", "[Lohn]"), encoding="utf-8")
    path = tmp_path / "dol_stipend_2023Q1_20230515_v01.csv"
    path.write_text(text(wage_rows(3)).replace("wage_usd", "Lohn"), encoding="utf-8")
    done = workforce(tmp_path / "home", "validate", str(path), "--contract", str(draft))
    assert "as stipend: would be accepted" in done.stdout


@pytest.mark.parametrize("by", ["itself", "link", "hard link"])
def test_the_accepted_rows_never_overwrite_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], by: str
) -> None:
    monkeypatch.setenv("WORKFORCE_HOME", str(tmp_path / "home"))
    path = extract(tmp_path, birth_date="never")
    target = path if by == "itself" else tmp_path / "other.csv"
    if by == "link":
        target.symlink_to(path)
    elif by == "hard link":
        target.hardlink_to(path)
    before = path.read_bytes()
    assert validate(path, "adult_ed", None, True, accepted=target) == 2
    assert "would overwrite the file itself" in capsys.readouterr().out
    assert (path.read_bytes(), target.samefile(path)) == (before, True)


def test_rows_are_spilled_into_the_environment_and_what_a_killed_check_left_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess
    import sys
    import tempfile

    from ingest import engine

    home = tmp_path / "home"
    monkeypatch.setenv("WORKFORCE_HOME", str(home))
    path = extract(tmp_path)
    killed = (
        "import os, sys; from pathlib import Path; from ingest.engine import scratch_engine\n"
        "with scratch_engine(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", killed, str(home / "scratch")], cwd=PROJECT_ROOT, check=False)
    assert len(list((home / "scratch").iterdir())) == 1
    seen: list[object] = []
    real = tempfile.mkdtemp
    monkeypatch.setattr(tempfile, "mkdtemp", lambda **how: seen.append(how["dir"]) or real(**how))
    with engine.scratch_engine(home / "scratch"):
        [left, used] = sorted((home / "scratch").iterdir(), key=lambda folder: folder.stat().st_ctime_ns)
        assert validate(path, "adult_ed", None, True) == 0
        assert (left.exists(), used.exists()) == (False, True)
    assert set(seen) == {home / "scratch"}
    assert (home / "scratch").stat().st_mode & 0o777 == 0o700
    assert [file for file in home.rglob("*") if file.is_file()] == []
