"""The ODCS export is valid by the standard's own schema, says what the contract says, and its SQL finds what breaks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import duckdb
import jsonschema
import pyarrow as pa
import pytest
import yaml

import contracts
from contracts.derive.arrow import typed_column
from contracts.derive.odcs_export import SCHEMA_FILE, odcs, odcs_text
from contracts.model import CONTEXT_COLUMNS, ROW_NO
from tests.unit.contracts.cases import FILE_CASES, ROW_CASES
from tests.unit.contracts.rows import frame

pytestmark = pytest.mark.slow

SOURCES = contracts.source_names()
SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
VALIDATOR = jsonschema.validators.validator_for(SCHEMA)(SCHEMA)


def test_the_schema_is_the_standards_own() -> None:
    origin = (SCHEMA_FILE.parent / "ORIGIN.md").read_text(encoding="utf-8")
    assert hashlib.sha256(SCHEMA_FILE.read_bytes()).hexdigest() in origin
    assert "Apache License" in (SCHEMA_FILE.parent / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("source", SOURCES)
def test_the_export_is_valid_by_the_standard(source: str) -> None:
    document = yaml.load(odcs_text(contracts.load(source)), Loader=yaml.CSafeLoader)
    assert [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(document)] == []
    assert document == json.loads(json.dumps(odcs(contracts.load(source))))


def test_what_is_wrong_is_not_valid() -> None:
    """The validator sees the depth of the document, not its first level alone."""
    document = odcs(contracts.load("ui_wage"))
    document["schema"][0]["properties"][0]["logicalType"] = "varchar"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


@pytest.mark.parametrize("source", SOURCES)
def test_every_field_and_rule_is_there(source: str) -> None:
    contract = contracts.load(source)
    [table] = odcs(contract)["schema"]
    assert [column["name"] for column in table["properties"]] == list(contract.field_names)
    keys = {column["primaryKeyPosition"]: column["name"] for column in table["properties"] if "primaryKey" in column}
    assert tuple(keys[place] for place in sorted(keys)) == contract.key
    assert [check["name"] for check in table["quality"][1:]] == [rule.id for rule in contract.logic_rules]
    for column in table["properties"]:
        field = contract.by_name[column["name"]]
        if field.code_list is not None and not field.multi:
            assert column["quality"][0]["arguments"]["validValues"] == list(field.code_list.codes)


@pytest.mark.parametrize("source", SOURCES)
def test_the_sql_counts_nothing_in_the_example_and_something_in_a_case(source: str) -> None:
    contract = contracts.load(source)
    checks = {check["name"]: check["query"] for check in odcs(contract)["schema"][0]["quality"][1:]}
    changes = {"": [{}]}
    for rule in contract.logic_rules:
        cases = (FILE_CASES if rule.over_file else ROW_CASES)[rule.id][source]
        changes[rule.id] = next(rows for rows, broken in cases if broken) if rule.over_file else [cases[0][0]]
    with duckdb.connect() as con:
        for case in tables(con, source, changes):
            for rule in [case] if case else checks:
                [(count,)] = con.execute(checks[rule].replace("${object}", "rows")).fetchall()
                assert (count > 0) if case else (count == 0), rule


def tables(con: duckdb.DuckDBPyConnection, source: str, changes: dict[str, list[dict[str, str]]]) -> Iterator[str]:
    """Case by case: the table `rows` holds its coerced rows and nothing else, facts of the submission beside them.

    All cases are coerced together, which takes no longer than one.
    """
    contract = contracts.load(source)
    data = frame(source, *(row for rows in changes.values() for row in rows))
    typed = pa.table({name: typed_column(contract.by_name[name], data[name]) for name in contract.field_names})
    start = 0
    for case, rows in changes.items():
        con.register("typed", typed.slice(start, len(rows)))
        facts = ", ".join(
            f"{literal(data[name].iloc[start]) if name in data else 'NULL'}::{kind} AS {name}"
            for name, kind in CONTEXT_COLUMNS.items()
        )
        con.execute(f"CREATE OR REPLACE TABLE rows AS SELECT *, {facts}, row_number() OVER () AS {ROW_NO} FROM typed")
        start += len(rows)
        yield case


def literal(text: str) -> str:
    return f"nullif('{text}', '')"
