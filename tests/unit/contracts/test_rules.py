"""Every rule of every contract has a row that trips it and a near miss; a rule without a case fails here."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pandas as pd
import pandera.errors
import pytest

import contracts
from contracts.messages import value_rules
from contracts.model import Field
from tests.unit.contracts.cases import ASKS_NOTHING, FILE_CASES, PATTERN_CASES, ROW_CASES
from tests.unit.contracts.rows import broken, example, frame

WORDS = {
    (field.name, field.codes_where, field.pattern, field.minimum, field.maximum, field.required): (name, field.name)
    for name, source in contracts.sources().items()
    for field in source.fields
}
"""One source for each word as it is tightened: value rules follow from nothing else."""
ROW_RULES = [(name, rule.id) for name, source in contracts.sources().items() for rule in source.row_rules]
FILE_RULES = [(name, rule.id) for name, source in contracts.sources().items() for rule in source.file_rules]


def _beside(limit: str, field: Field, step: int) -> str:
    if field.type == "date":
        return str(datetime.date.fromisoformat(limit) + datetime.timedelta(days=step))
    return str(Decimal(limit) + step * (Decimal("0.01") if field.type == "decimal" else 1))


def _value_cases(field: Field, rule_id: str) -> list[tuple[str, str]]:
    """(breaks the rule, near miss) for one cell."""
    if rule_id == "G4.required":
        return [("", field.example), ("   ", field.example)]
    if rule_id == "G4.type":
        bad = {
            "date": ["2023-02-30", "02/01/2023", "2023-1-5", "n/a"],
            "integer": ["1.5", "x"],
            "decimal": ["1.005", "1,000"],
        }
        good = {"date": "20200229", "integer": "2000", "decimal": "1.000"}
        return [(text, good[field.type]) for text in bad[field.type]]
    if rule_id == "G4.code":
        return [("~", field.code_list.codes[0].lower()), ("A~", f" {field.code_list.codes[-1]} ")]
    if rule_id == "G4.shortened":
        return [("1.23457E+08", "1.23457E08"), (" 5e+7 ", "5e+7x")]
    if rule_id == "G4.characters":
        return [("７7", "77"), ("A\u200bB", "A B"), ("\ufeffA", "Ä")]
    if rule_id == "G4.person_number":
        return [
            ("078-05-1120", "078-05-11201"),
            ("see 078-05-1120.", "2023-05-1120"),
            ("a078-05-1120b", "1078-05-1120"),
        ]
    if rule_id == "G4.placeholder":
        return [
            (word.lower() if number % 2 else f" {word} ", f"{word}x") for number, word in enumerate(field.placeholders)
        ]
    if rule_id == "G4.pattern":
        return [PATTERN_CASES[field.name]]
    cases = [(_beside(field.minimum, field, -1), field.minimum)] if field.minimum else []
    return cases + ([(_beside(field.maximum, field, 1), field.maximum)] if field.maximum else [])


def _fails(schema, data: pd.DataFrame, source: str) -> set:
    try:
        schema.validate(data, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        return broken(contracts.findings_from_schema_errors(source, errors))
    return set()


@pytest.mark.parametrize("source", contracts.source_names())
def test_example_row_breaks_no_rule(source: str) -> None:
    coerced, findings = contracts.validate(source, frame(source, {}))
    assert findings == []
    assert len(coerced) == 1


@pytest.mark.parametrize(("source", "column"), sorted(WORDS.values()))
def test_value_rules_fail_their_cases_and_pass_their_near_misses(source: str, column: str) -> None:
    field = contracts.load(source).by_name[column]
    cases = [(rule.rule_id, *pair) for rule in value_rules(field) for pair in _value_cases(field, rule.rule_id)]
    assert {rule for rule, _, _ in cases} == {rule.rule_id for rule in value_rules(field)}, "a rule has no case"
    data = pd.DataFrame({column: [text for _, *pair in cases for text in pair]}, dtype="str")
    found = {(rule, row) for rule, _, row in _fails(contracts.column_schema(source, column), data, source)}
    for number, (rule, bad, good) in enumerate(cases):
        assert (rule, 2 * number) in found, f"{rule} lets {bad!r} pass"
        assert (rule, 2 * number + 1) not in found, f"{rule} holds {good!r} back"


@pytest.mark.parametrize(("source", "rule_id"), ROW_RULES)
def test_row_rule_fails_its_case_and_passes_its_near_miss(source: str, rule_id: str) -> None:
    cases = ROW_CASES.get(rule_id, {}).get(source)
    assert cases, f"{source}: add a case that trips {rule_id} and a near miss to ROW_CASES"
    data = frame(source, *(change for case in cases for change in case))
    rule = contracts.load(source).rules_by_id[rule_id]
    found = _fails(contracts.rule_schema(source, rule_id), data[[*rule.columns, *rule.context]], source)
    assert found == {(rule_id, ", ".join(rule.columns), row) for row in range(0, len(data), 2)}


@pytest.mark.parametrize(("source", "rule_id"), FILE_RULES)
def test_file_rule_fails_its_cases_and_passes_its_near_misses(source: str, rule_id: str) -> None:
    cases = FILE_CASES.get(rule_id, {}).get(source, [])
    assert any(broken_rows for _, broken_rows in cases) and any(not broken_rows for _, broken_rows in cases), (
        f"{source}: add a case that trips {rule_id} and a near miss (no row breaks it) to FILE_CASES"
    )
    rule = contracts.load(source).rules_by_id[rule_id]
    for changes, positions in cases:
        data = frame(source, *changes)[[*rule.columns, *rule.context]]
        found = {row for _, _, row in _fails(contracts.rule_schema(source, rule_id), data, source)}
        assert found == positions, (changes, found)


def test_no_case_is_left_for_a_rule_that_is_gone() -> None:
    told = {(source, rule) for rule, by_source in ROW_CASES.items() for source in by_source}
    assert told == set(ROW_RULES)
    told = {(source, rule) for rule, by_source in FILE_CASES.items() for source in by_source}
    assert told == set(FILE_RULES)
    assert set(PATTERN_CASES) == {name for name, _, pattern, *_ in WORDS if pattern}


@pytest.mark.parametrize(("source", "rule_id"), ROW_RULES)
def test_row_rule_passes_where_nothing_is_said(source: str, rule_id: str) -> None:
    rule = contracts.load(source).rules_by_id[rule_id]
    never_blank = {name for name in rule.columns if contracts.load(source).by_name[name].required}
    row = {name: example(source)[name] if name in never_blank else "" for name in rule.columns}
    row |= ASKS_NOTHING.get(rule_id, {})
    assert _fails(contracts.rule_schema(source, rule_id), pd.DataFrame([row], dtype="str"), source) == set()


@pytest.mark.parametrize("source", contracts.source_names())
def test_every_rule_tells_what_is_wrong_and_what_to_do(source: str) -> None:
    for rule in contracts.rules(source):
        assert rule.message and rule.fix.endswith(".") and rule.source, rule
        assert not rule.message.endswith("."), rule
        assert contracts.describe(source, rule.rule_id, rule.column) == rule
