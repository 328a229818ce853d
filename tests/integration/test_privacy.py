"""No person's value leaves vault and archive: unmistakable invented people, every kind of error, then a search."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.landing import Landing, Person
from tests.support.running import workforce
from tests.support.scanning import byte_hits, database_hits, files_outside_the_vault

pytestmark = pytest.mark.slow

EXTRACT = "20240415"
STREET = "77 Canaryperch Lane"


def everyone_everywhere(people: list[Person]) -> Landing:
    """Each person in each source that carries identifiers, and errors that put identifiers where codes belong."""
    landing = Landing()
    for person in people:
        identifiers = person.identifiers()
        landing.add(
            "cthires_participant",
            "2024Q1",
            EXTRACT,
            participant_id=person.participant_id,
            entry_date="2023-02-01",
            exit_date="2023-05-01",
            birth_date=person.birth_date,
            **identifiers,
        )
        landing.add(
            "cthires_service",
            "2024Q1",
            EXTRACT,
            service_id=f"S{person.number}",
            participant_id=person.participant_id,
            start_date="2023-02-01",
        )
        landing.add(
            "cthires_event",
            "2024Q1",
            EXTRACT,
            participant_id=person.participant_id,
            entry_date="2023-02-01",
            event_type="MSG_MILE",
            event_date="2023-03-01",
        )
        landing.add(
            "apprenticeship",
            "2023",
            EXTRACT,
            ApprenticeID=f"A{person.number}",
            EnrolledDate="2023-06-01",
            DOB=person.birth_date,
            **identifiers,
        )
        landing.add(
            "adult_ed",
            "2023",
            EXTRACT,
            student_id=f"L{person.number}",
            street=STREET,
            birth_date=person.birth_date,
            **identifiers,
        )
        landing.add(
            "dual_credit",
            "SY2022",
            EXTRACT,
            student_id=f"77{person.number:08d}",
            first_name=person.first_name,
            last_name=person.last_name,
        )
        landing.add_wage(person, "2023Q4", "7000.00")
    stray = people[0]
    wrong = [
        {"sex": stray.first_name},
        {"birth_date": stray.ssn},
        {"ssn": stray.last_name},
        {"program_code": stray.ssn},
        {"zip": STREET},
        {"entry_date": stray.last_name},
        {"first_name": ""},
    ]
    for number, values in enumerate(wrong):
        landing.add(
            "cthires_participant",
            "2024Q1",
            EXTRACT,
            **(
                {"participant_id": f"BAD{number}", "entry_date": "2023-02-01", "birth_date": stray.birth_date}
                | stray.identifiers()
                | values
            ),
        )
    return landing


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("canary")
    people = [Person(number) for number in range(3000, 3040)]
    landing = everyone_everywhere(people).write(folder / "landing")
    ragged = landing / "ui_wage" / "dol_ui_wage_2023Q3_20231130_v01.csv"
    clean = landing / "ui_wage" / "dol_ui_wage_2023Q4_20240301_v01.csv"
    ragged.write_text(clean.read_text().replace(",ORIG,", ","), encoding="utf-8")
    other = landing / "adult_ed" / "sde_adult_ed_2022_20230415_v01.csv"
    other.write_text(clean.read_text(), encoding="utf-8")
    home = folder / "home"
    done = workforce(home, "run", "--landing", str(landing), check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search("reject", done.stdout, re.IGNORECASE)
    (home / "terminal.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    for source, file in (("ui_wage", ragged), ("adult_ed", other), ("cthires_participant", None)):
        path = file or next((landing / source).glob("*.csv"))
        done = workforce(home, "validate", str(path), "--source", source, check=False)
        (home / f"validate-{source}.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def needles() -> list[str]:
    people = [Person(number) for number in range(3000, 3040)]
    return ["quill", "zephyrhold", "canaryperch", *(person.ssn for person in people)]


def test_the_run_made_what_is_searched(home: Path) -> None:
    kinds = {path.suffix for path in files_outside_the_vault(home)}
    assert {".duckdb", ".json", ".html", ".jsonl", ".txt"} <= kinds
    assert any("dagster" in path.parts for path in files_outside_the_vault(home))


def test_no_identifier_in_any_file_outside_vault_and_archive(home: Path, needles: list[str]) -> None:
    hits = [hit for path in files_outside_the_vault(home) for hit in byte_hits(path, needles)]
    assert sorted(set(hits)) == []


def test_no_identifier_in_any_column_outside_the_vault(home: Path, needles: list[str]) -> None:
    hits = [
        hit
        for path in files_outside_the_vault(home)
        if path.suffix == ".duckdb"
        for hit in database_hits(path, needles)
    ]
    assert hits == []


def test_the_search_finds_identifiers_where_they_belong(home: Path, needles: list[str]) -> None:
    """The search itself works: the vault holds what the other files must not."""
    assert database_hits(home / "vault" / "vault.duckdb", needles)


def test_the_vault_is_closed_to_others(home: Path) -> None:
    assert (home / "vault").stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in (home / "vault").iterdir() if path.suffix == ".key")
