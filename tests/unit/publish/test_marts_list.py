"""The list of what may leave agrees with the models: each exists, in its schema, with its tested grain as key."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from home import PROJECT_ROOT
from publish import Mart, marts
from publish.forbidden import forbidden_columns


def described(mart: Mart) -> dict:
    [path] = (PROJECT_ROOT / "dbt_project" / "models" / "marts").rglob(f"{mart.name}.yml")
    [model] = [model for model in yaml.safe_load(path.read_text())["models"] if model["name"] == mart.name]
    return model | {"folder": path.parent.name}


@pytest.mark.parametrize("mart", marts(), ids=lambda mart: mart.name)
def test_each_listed_mart_is_a_model_with_that_grain(mart: Mart) -> None:
    model = described(mart)
    assert model["folder"] == mart.schema
    grains = [test["grain"]["arguments"]["columns"] for test in model["data_tests"] if "grain" in test]
    assert grains == [list(mart.key)], f"publish/marts.yml: the key of {mart.name} is not the grain dbt tests"


@pytest.mark.parametrize("mart", marts(), ids=lambda mart: mart.name)
def test_no_listed_mart_describes_a_column_that_may_not_leave(mart: Mart) -> None:
    assert forbidden_columns(column["name"] for column in described(mart)["columns"]) == []


def test_every_report_is_listed() -> None:
    """A report exists to be read; one that may not leave must be said so here."""
    models = {path.stem for path in Path(PROJECT_ROOT / "dbt_project/models/marts/reporting").glob("*.sql")}
    assert models <= {mart.name for mart in marts()}
