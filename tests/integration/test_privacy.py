"""No person's value leaves vault and archive: unmistakable invented people in every source, every kind of error, at
debug level, then a search of everything that was written and said."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import contracts
from contracts import Field
from home import PROJECT_ROOT
from tests.corpus.case import BadFile, Sample, cases, put
from tests.corpus.judge import sample
from tests.support.landing import Person
from tests.support.running import workforce
from tests.support.scanning import byte_hits, database_hits, files_outside_the_vault

pytestmark = pytest.mark.slow

STREET = "77 Canaryperch Lane"
PEOPLE = [Person(number) for number in range(400, 460)]
NEEDLES = ["quillda", "zephyrhold", "canaryperch", *(person.ssn for person in PEOPLE)]
DEBUG = {"WORKFORCE_LOG_LEVEL": "debug", "PYTHONWARNINGS": "default"}
SPOILT = (
    "no header", "a title above the header", "a heading twice", "a required column missing", "semicolons in a csv",
    "a zero byte in a value", "windows letters not declared", "utf 16 not declared", "cut in the middle of a row",
    "a row with one value more", "a quotation mark that never closes", "a quotation mark that closes rows later",
    "a line of thanks at the end", "a row sent twice", "every row sent twice", "half of the rows wrong",
    "gzip cut short", "zip of two files", "parquet with lists", "parquet cut short", "workbook with a hidden row",
    "workbook with an error in a cell", "workbook cut short", "manifest that is not json",
    "manifest with another number of rows", "a value of two hundred thousand letters",
)  # fmt: skip
"""Cases of the corpus that bring an error each of its own kind, over rows full of canaries."""
SHARE = 3
"""Each source that names persons meets every third of them, another third than its neighbour: every kind of error meets
five such sources at least."""
OF_NOBODY = "a required column missing"
"""Which of them a source meets whose rows name nobody: spoilt otherwise, it would have no canary to lose."""


def canaries(column: str) -> list[str] | None:
    """What stands in a column that names a person, row by row; None for other columns."""
    return {
        "ssn": [person.ssn for person in PEOPLE],
        "first_name": [person.first_name for person in PEOPLE],
        "middle_name": [person.first_name for person in PEOPLE],
        "last_name": [person.last_name for person in PEOPLE],
        "street": [STREET] * len(PEOPLE),
    }.get(column)


def with_canaries(made: Sample) -> Sample:
    """The sample with invented names and numbers that occur nowhere else."""
    columns = list(zip(*made.rows, strict=True))
    for place, name in enumerate(made.header):
        values = canaries(name)
        if values is not None:
            columns[place] = tuple(value if was else "" for value, was in zip(values, columns[place], strict=False))
    return replace(made, rows=tuple(zip(*columns, strict=True)))


def misplaced(made: Sample) -> list[Sample]:
    """Persons' values where other things belong: in a code, a date, an amount, an id, a key."""
    wrong = (PEOPLE[0].ssn, PEOPLE[1].last_name, STREET)
    kinds = ("code", "date", "decimal", "integer", "text")
    found = []
    for number, kind in enumerate(kinds):
        value = wrong[number % 3]
        known = made.filled(lambda field, kind=kind, value=value: field.type == kind and keeps_out(field, value))
        if known is not None:
            found.append(made.changed(3, known.name, value))
    return found


def keeps_out(field: Field, value: str) -> bool:
    """Whether the value cannot stand in the column: free text may hold anything, and says so in its class."""
    if field.identity:
        return False
    return field.type != "text" or (bool(field.pattern) and not re.fullmatch(str(field.pattern), value))


def names_persons(source: str) -> bool:
    """Whether a column of the source has canaries in it."""
    return any(canaries(field.name) for field in contracts.load(source).fields)


def spoilt() -> dict[str, tuple[str, ...]]:
    """The errors each source meets."""
    named = [source for source in contracts.source_names() if names_persons(source)]
    turns = {source: SPOILT[turn % SHARE :: SHARE] for turn, source in enumerate(named)}
    return {source: turns.get(source, (OF_NOBODY,)) for source in contracts.source_names()}


def land(folder: Path, made: Sample, errors: tuple[str, ...]) -> list[Path]:
    """The clean file, one per error, and files with values in the wrong column, each an extract of its own."""
    known = {one.name: one for one in cases()}
    files = [made.text().encode()] + [one.text().encode() for one in misplaced(made)]
    landed = []
    for version, content in enumerate(files, start=1):
        name = made.file_name.replace("_v01.csv", f"_v{version:02d}.csv")
        landed.append(put(folder, made, BadFile(content, name=name)))
    for version, name in enumerate(errors, start=40):
        bad = known[name].applies(made)
        if bad is not None:
            renamed = replace(bad, name=made.file_name.replace("_v01.csv", f"_v{version:02d}{bad.suffix}"))
            landed.append(put(folder, made, renamed))
    return landed


VALIDATIONS = """
import sys
from cli.main import main
for submission in sys.argv[1:]:
    source, file = submission.split("=", 1)
    sys.argv = ["workforce", "validate", file, "--source", source]
    try:
        main()
    except SystemExit as end:
        print("exit", end.code)
"""


def validations(home: Path, submissions: list[tuple[str, Path]]) -> subprocess.CompletedProcess[str]:
    """`workforce validate` on one file after the other, in one process: starting it takes longer than the check."""
    return subprocess.run(
        [sys.executable, "-c", VALIDATIONS, *(f"{source}={file}" for source, file in submissions)],
        env=os.environ | {"WORKFORCE_HOME": str(home), "NO_COLOR": "1", "COLUMNS": "160"},
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT_ROOT,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("canary")
    home, temporary = folder / "home", folder / "home" / "tmp"
    temporary.mkdir(parents=True)
    looked_at: list[tuple[str, Path]] = []
    with pytest.MonkeyPatch.context() as patched:
        for name, value in {**DEBUG, "TMPDIR": str(temporary)}.items():
            patched.setenv(name, value)
        for source, errors in spoilt().items():
            made = with_canaries(sample(source, folder / "sample"))
            landed = land(folder / "landing" / source, made, errors)
            if source in ("ui_wage", "career_connect", "adult_ed"):
                looked_at += [(source, file) for file in landed[:: max(1, len(landed) // 8)]]
        checked = validations(home, looked_at)
        ends = re.findall(r"^exit (\S+)$", checked.stdout, re.MULTILINE)
        assert checked.returncode == 0 and len(ends) == len(looked_at), checked.stderr
        assert set(ends) <= {"0", "1", "2"}, checked.stderr
        done = workforce(home, "run", "--landing", str(folder / "landing"), check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search("reject", done.stdout, re.IGNORECASE)
    said = [checked.stdout, checked.stderr, done.stdout, done.stderr]
    (home / "terminal.txt").write_text("".join(said), encoding="utf-8")
    return home


def test_the_run_made_what_is_searched(home: Path) -> None:
    files = files_outside_the_vault(home)
    assert {".duckdb", ".json", ".html", ".csv", ".jsonl", ".txt", ".log"} <= {path.suffix for path in files}
    assert any("dagster" in path.parts for path in files)
    refused = [path for path in files if path.name == "receipt.json" and "reject_file" in path.read_text()]
    assert {path.parts[-3] for path in refused} == set(contracts.source_names())


def test_every_kind_of_error_meets_several_sources_that_name_persons() -> None:
    met = [error for source, errors in spoilt().items() if names_persons(source) for error in errors]
    assert {error: met.count(error) for error in SPOILT if met.count(error) < 5} == {}


def test_poisoned_neighbours_stop_no_agencys_good_file(home: Path) -> None:
    outcomes: dict[str, set[str]] = {}
    for path in (home / "receipts").rglob("receipt.json"):
        receipt = json.loads(path.read_text())
        if receipt["file_name"].endswith("_v01.csv"):
            outcomes.setdefault(receipt["source"], set()).add(receipt["outcome"])
    assert outcomes.keys() == set(contracts.source_names())
    assert all(found <= {"accept", "accept_with_warning"} for found in outcomes.values()), outcomes


def test_no_identifier_in_any_file_outside_vault_and_archive(home: Path) -> None:
    hits = [hit for path in files_outside_the_vault(home) for hit in byte_hits(path, NEEDLES)]
    assert sorted(set(hits)) == []


def test_no_identifier_in_any_column_outside_the_vault(home: Path) -> None:
    hits = [
        hit
        for path in files_outside_the_vault(home)
        if path.suffix == ".duckdb"
        for hit in database_hits(path, NEEDLES)
    ]
    assert hits == []


def test_nothing_is_left_in_the_folder_for_temporary_files(home: Path) -> None:
    assert [path for path in (home / "tmp").rglob("*") if path.is_file()] == []


def test_the_search_finds_identifiers_where_they_belong(home: Path) -> None:
    """The search itself works: the vault holds what the other files must not."""
    assert database_hits(home / "vault" / "vault.duckdb", NEEDLES)


def test_the_vault_is_closed_to_others(home: Path) -> None:
    assert (home / "vault").stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in (home / "vault").iterdir() if path.suffix == ".key")
    assert (home / "archive").stat().st_mode & 0o077 == 0
