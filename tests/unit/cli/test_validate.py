"""`workforce validate`: the exit code says the outcome, the findings say row, column and what to do, never a value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.landing import Landing, Person
from tests.support.running import workforce


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


def test_nothing_is_loaded(tmp_path: Path) -> None:
    check(extract(tmp_path), tmp_path)
    assert not (tmp_path / "home" / "warehouse").exists()
