"""A source that is being added: what it still misses is listed, step by step, until nothing is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

import contracts
from contracts.derive import committed, completeness
from contracts.derive.__main__ import main
from contracts.derive.dagster_assets import asset_plan
from contracts.derive.ddl import raw_table_ddl
from contracts.derive.dictionary import source_page
from contracts.registry import read_folder
from home import PROJECT_ROOT

pytestmark = pytest.mark.slow

HOWTO = (PROJECT_ROOT / "docs/howto/add-a-source.md").read_text(encoding="utf-8")
CONTRACT, WORDS = re.findall(r"```yaml\n(.*?)```", HOWTO, re.DOTALL)[:2]
"""The example of the how-to, so that what it shows is true."""


@pytest.fixture(scope="module")
def derived() -> dict[str, str]:
    return committed.expected(contracts.sources())


@pytest.fixture
def project(tmp_path: Path, derived: dict[str, str]) -> Path:
    """A copy of what adding a source touches, complete before it."""
    shutil.copytree(
        PROJECT_ROOT / "contracts", tmp_path / "contracts", ignore=shutil.ignore_patterns("*.py", "__pycache__")
    )
    for path, text in derived.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def test_list_shrinks_step_by_step_to_nothing(project: Path) -> None:
    def todo() -> list[str]:
        return completeness.missing("coaching_session", project)

    assert [line.split(":")[0] for line in todo()] == ["contracts/sources/coaching_session.yml"]

    (project / "contracts/sources/coaching_session.yml").write_text(CONTRACT, encoding="utf-8")
    assert todo() == [
        f"contracts/fields.yml: add the word {word!r} (type, pii, description, and its code list if it has one)."
        for word in ("session_no", "session_date", "coach_code")
    ]

    glossary = project / "contracts/fields.yml"
    glossary.write_text(glossary.read_text(encoding="utf-8") + WORDS, encoding="utf-8")
    model, derived, sample = todo()
    assert model.startswith("dbt_project/models/staging/coaching_session/stg_coaching_session.sql")
    assert sample.startswith("data/sample/landing/coaching_session/")
    assert derived == (
        "Run `make derive`: dbt_project/models/staging/_sources.yml, dbt_project/macros/source_calendar.sql, "
        "docs/dictionary/index.md, docs/dictionary/coaching_session.md, docs/dictionary/headers/coaching_session.csv, "
        "docs/agencies/README.md, docs/agencies/coaching_session.md do not know the source yet."
    )

    committed.write(read_folder(project / "contracts"), project)
    assert todo() == [model, sample]

    for path in (
        model.split(":")[0],
        "data/sample/landing/coaching_session/ows_coaching_session_2024M01_20240205_v01.csv",
    ):
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text("", encoding="utf-8")
    assert todo() == []


def test_example_of_the_howto_works_as_a_contract(project: Path) -> None:
    (project / "contracts/sources/coaching_session.yml").write_text(CONTRACT, encoding="utf-8")
    with (project / "contracts/fields.yml").open("a", encoding="utf-8") as glossary:
        glossary.write(WORDS)
    source = read_folder(project / "contracts")["coaching_session"]
    assert contracts.match_header(source, ["Session Number", "session_no"]).repeated == ("session_no",)
    assert raw_table_ddl(source).count("NOT NULL") == 5
    assert [check.name for check in asset_plan(source).checks] == [
        "coaching_session_files",
        "coaching_session_values",
        "coaching_session_row_rules",
        "coaching_session_file_rules",
    ]
    assert "session_in_future" in source_page(source)


def test_example_of_the_howto_works_as_a_draft(tmp_path: Path) -> None:
    """The same text, its words brought along, before anything is added to the project."""
    words = "".join(f"  {line}\n" for line in WORDS.splitlines())
    (tmp_path / "coaching_session.yml").write_text(f"{CONTRACT}\nwords:\n{words}", encoding="utf-8")
    source = contracts.read_draft(tmp_path / "coaching_session.yml")
    row = {field.name: field.example for field in source.fields}
    twice = [{**row, "_extract_date": "2024-01-31"}, {**row, "session_no": "78", "_extract_date": "2024-01-31"}]
    found = contracts.validate(source, pd.DataFrame(twice, dtype="str"))[1]
    assert [(one.rule_id, list(one.rows)) for one in found] == [("two_sessions_a_day", [0, 1])]
    assert contracts.validate(source, pd.DataFrame(twice[:1], dtype="str"))[1] == []


def test_wrong_contract_is_the_one_thing_to_do(project: Path) -> None:
    wrong = CONTRACT.replace("coach_code: optional", "ean: maybe")
    wrong = wrong.replace("session_no", "service_id").replace("session_date", "entry_date")
    (project / "contracts/sources/coaching_session.yml").write_text(wrong, encoding="utf-8")
    (line,) = completeness.missing("coaching_session", project)
    assert "coaching_session.yml" in line and "maybe" in line


@pytest.fixture(scope="module")
def missing() -> dict[str, list[str]]:
    return completeness.missing_of_each(contracts.source_names())


@pytest.mark.parametrize("source", contracts.source_names())
def test_every_source_of_the_project_is_complete(source: str, missing: dict[str, list[str]]) -> None:
    assert missing[source] == []


def test_the_command_prints_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--todo", "no_such_source"]) == 1
    assert "contracts/sources/no_such_source.yml" in capsys.readouterr().out
