"""The law of names: sources and columns in the contracts, models and mart columns in dbt."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

import contracts
from contracts.registry import glossary
from home import PROJECT_ROOT

MODELS = PROJECT_ROOT / "dbt_project" / "models"
WORD = r"[a-z][a-z0-9]*"
SNAKE = re.compile(rf"{WORD}(_[a-z0-9]+)*")
BARE = {"id", "date", "name", "status", "amount", "type"}
PARTICIPLE = re.compile(
    r"int_(?:\w+_)?(?:\w+ed|built|held|kept|split|found|known|made|sent|set|put|left|met|shown|won|chosen|given|taken|drawn|written)"
)
MODEL_LAW = {
    # folder of dbt_project/models: what a model's name looks like there
    "staging": (re.compile(rf"stg_{SNAKE.pattern}"), "stg_<source>"),
    "intermediate": (PARTICIPLE, "int_<topic>_<past participle>"),
    "estimate": (re.compile(rf"est_{SNAKE.pattern}"), "est_<question>"),
    "marts/core": (re.compile(rf"(dim|fct|bridge)_{SNAKE.pattern}"), "dim_, fct_ or bridge_"),
    "marts/reporting": (re.compile(rf"rpt_{SNAKE.pattern}"), "rpt_<question>"),
}
MART_COLUMN = re.compile(rf"_?{SNAKE.pattern}")
PLURALS_THAT_ARE_SINGULAR = ("status", "basis", "class", "ss")


def wrong_model_names(paths: list[str]) -> list[str]:
    """`path: rule` for each model file whose name does not say its layer."""
    found = []
    for path in paths:
        folder = next((folder for folder in MODEL_LAW if path.startswith(f"{folder}/")), None)
        stem = Path(path).stem
        if folder is None:
            found.append(f"{path}: a model lies in {', '.join(MODEL_LAW)}")
        elif not MODEL_LAW[folder][0].fullmatch(stem):
            found.append(f"{path}: a model of {folder} is called {MODEL_LAW[folder][1]}")
        elif folder.startswith("marts") and stem.endswith("s") and not stem.endswith(PLURALS_THAT_ARE_SINGULAR):
            found.append(f"{path}: a mart is called in the singular")
    return found


def wrong_mart_columns(file: str, content: dict) -> list[str]:
    """`file: model.column: rule` for each column of a mart that does not say whose or what it is."""
    found = []
    for model in content.get("models") or []:
        for column in model.get("columns") or []:
            name = column["name"]
            if name in BARE:
                found.append(f"{file}: {model['name']}.{name}: a bare {name} does not say whose")
            elif not MART_COLUMN.fullmatch(name):
                found.append(f"{file}: {model['name']}.{name}: a column is lower case words joined by _")
            elif column.get("data_type", "").lower().startswith("bool") and not re.match(r"(is|has|was)_", name):
                found.append(f"{file}: {model['name']}.{name}: a yes or no starts with is_, has_ or was_")
    return found


def test_words_of_the_glossary_are_snake_case_and_say_whose_they_are() -> None:
    assert [word for word in glossary() if not SNAKE.fullmatch(word) or word in BARE] == []


def test_every_word_of_the_glossary_is_sent_by_some_source() -> None:
    sent = {field.name for source in contracts.sources().values() for field in source.fields}
    assert sorted(set(glossary()) - sent) == []


@pytest.mark.parametrize("source", contracts.source_names())
def test_columns_of_a_source_are_unique_and_its_name_is_snake_case(source: str) -> None:
    columns = Counter(name for name, _ in contracts.load(source).raw_columns)
    assert [name for name, count in columns.items() if count > 1] == []
    assert SNAKE.fullmatch(source)


def test_models_are_named_by_their_layer() -> None:
    files = sorted([*MODELS.rglob("*.sql"), *MODELS.rglob("*.py")])
    assert wrong_model_names([path.relative_to(MODELS).as_posix() for path in files]) == []


def test_every_source_has_a_staging_model_of_its_name() -> None:
    there = {path.relative_to(MODELS).as_posix() for path in MODELS.rglob("*.sql")}
    assert {f"staging/{name}/stg_{name}.sql" for name in contracts.source_names()} - there == set()


def test_mart_columns_say_whose_and_what_they_are() -> None:
    found = []
    for path in sorted((MODELS / "marts").rglob("*.yml")):
        found += wrong_mart_columns(path.name, yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    assert found == []


def test_wrong_names_are_named_with_their_rule() -> None:
    paths = ["staging/ui_wage/ui_wage.sql", "intermediate/wage/int_wage.sql", "marts/core/fct_services.sql"]
    paths += ["marts/core/person.sql", "marts/reporting/dim_x.sql", "other/stg_x.sql"]
    assert [line.split(":")[0] for line in wrong_model_names(paths)] == paths
    assert wrong_model_names(["staging/ui_wage/stg_ui_wage.sql", "intermediate/wage/int_wage_amended.sql"]) == []
    assert wrong_model_names(["marts/core/dim_program.sql", "marts/reporting/rpt_wioa_indicator.sql"]) == []
    columns = [
        {"name": "status"},
        {"name": "exitDate"},
        {"name": "closed", "data_type": "boolean"},
        {"name": "exit_date"},
    ]
    found = wrong_mart_columns("core.yml", {"models": [{"name": "fct_x", "columns": columns}]})
    assert [line.split(": ")[1] for line in found] == ["fct_x.status", "fct_x.exitDate", "fct_x.closed"]
