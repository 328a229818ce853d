"""A draft brings words and code lists along and is held against the same rules; what is wrong with it is a sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import contracts
import ingest
from contracts.derive.dry_run import dry_run

DRAFT = """
contract_id: X01
version: 0.1.0
title: Mentoring sessions
description: One row per session.
agency: Invented Agency
agency_code: inv
about: organisation
period_kind: month
due_days: 15
key: [mentor_session_no]

words:
  mentor_session_no: {type: text, pii: N, pattern: "[0-9]{1,6}", example: "12", description: Number of the session.}
  mentor_mode: {type: code, codes: mentor_mode, pii: N, example: ROOM, description: How they met.}
  mentor_minutes: {type: integer, pii: N, minimum: 1, example: "45", description: Length of the session.}

codes:
  mentor_mode:
    - {code: "01", label: In a room, aliases: ROOM, counts: "yes"}
    - {code: "02", label: By telephone, counts: "no"}

fields:
  mentor_session_no: {requirement: required, aliases: [No]}
  mentor_mode: required
  mentor_minutes: optional
  wda_code: optional

row_rules:
  - id: short_call
    severity: error
    columns: [mentor_mode, mentor_minutes]
    sql: mentor_mode NOT IN (${codes:mentor_mode:counts=no}) OR mentor_minutes <= 90
    message: a call lasts more than 90 minutes
    fix: Correct the length.
    source: draft
file_rules:
  - id: one_mode
    severity: warning
    columns: [mentor_mode]
    sql: count(distinct mentor_mode) over () = 1
    message: the sessions of the file differ in kind
    fix: Nothing, if that is so.
    source: draft
"""

FILE = "No,mentor_mode,mentor_minutes,wda_code\n1,room,45,EAST\n2,02,91,NC\n3,03,5,\nx,01,1,\n"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "mentor_session.yml"
    path.write_text(DRAFT, encoding="utf-8")
    return path


def test_a_file_is_judged_by_a_draft_as_by_any_contract(draft: Path, tmp_path: Path) -> None:
    source = contracts.read_draft(draft)
    assert source.name == "mentor_session"
    assert source.by_name["mentor_mode"].code_list.codes == ("01", "02")
    assert source.name not in contracts.source_names()
    path = tmp_path / "inv_mentor_session_2024M01_20240210_v01.csv"
    path.write_text(FILE, encoding="utf-8")
    result = ingest.validate_file(path, source)
    found = {(one.rule_id, one.row_no) for one in result.findings if one.row_no}
    assert found == {("short_call", 2), ("G4.code", 3), ("G4.pattern", 4), ("one_mode", 1), ("one_mode", 2)}
    assert (result.outcome, list(result.quarantined)) == ("quarantine_rows", [2, 3, 4])


def replaced(old: str, new: str):
    assert old in DRAFT
    return DRAFT.replace(old, new, 1)


MISTAKES = {
    "a key is not text": (replaced("contract_id: X01", "contract_id: 1"), ("contract_id", "quotes")),
    "a code is not text": (replaced('code: "02"', "code: 2"), ("codes mentor_mode entry 2", "quotes")),
    "fields are a list": (replaced("wda_code: optional\n", "wda_code: [optional]\n"), ("wda_code",)),
    "the key is one word": (replaced("key: [mentor_session_no]", "key: mentor_session_no"), ("key must be a list",)),
    "due days in words": (replaced("due_days: 15", "due_days: soon"), ("due_days must be a whole number",)),
    "due days are none": (replaced("due_days: 15", "due_days: 0"), ("due_days", "1 or more")),
    "about a strange thing": (replaced("about: organisation", "about: cats"), ("about", "cats", "aggregate")),
    "a person in a source that is about none": (
        replaced("  wda_code: optional", "  wda_code: optional\n  ssn: optional"),
        ("organisation", "ssn"),
    ),
    "a person's number in a source of counts": (
        replaced("  wda_code: optional", "  wda_code: optional\n  participant_id: optional").replace(
            "organisation", "aggregate"
        ),
        ("aggregate", "participant_id"),
    ),
    "a strange drift": (replaced("due_days: 15", "due_days: 15\ndrift: {action: shout}"), ("drift", "shout")),
    "a drift in words": (replaced("due_days: 15", "due_days: 15\ndrift: {rows_share: much}"), ("rows_share",)),
    "due days are negative": (replaced("due_days: 15", "due_days: -1"), ("due_days",)),
    "a word of the glossary again": (replaced("mentor_mode: {type", "ssn: {type"), ("'ssn'", "fields.yml already")),
    "a list of the project again": (replaced("codes:\n  mentor_mode:", "codes:\n  town:"), ("codes town", "already")),
    "a code twice": (replaced('code: "02"', 'code: "01"'), ("codes mentor_mode entry 2", "'01'")),
    "a code without label": (replaced("label: By telephone, ", ""), ("entry 2", "label")),
    "an empty list": (
        DRAFT.split("codes:\n")[0] + "codes: {mentor_mode: []}\nfields:" + DRAFT.split("\nfields:")[1],
        ("codes mentor_mode", "no entry"),
    ),
    "sql that is none": (replaced("mentor_minutes <= 90", "mentor_minutes <="), ("short_call", "cannot be run")),
    "sql that is no question": (replaced("= 1\n", "+ 1\n"), ("one_mode", "true or false")),
    "an unknown column in sql": (replaced("mentor_minutes <= 90", "minuten <= 90"), ("short_call", "mentor_minutes")),
    "a window in a row rule": (replaced("mentor_minutes <= 90", "max(mentor_minutes) over () <= 90"), ("file_rules",)),
    "an order with ties": (
        replaced("count(distinct mentor_mode) over ()", "count(*) over (order by mentor_mode rows 1 preceding)"),
        ("one_mode", "_row_no"),
    ),
    "a wrong pattern": (replaced("[0-9]{1,6}", "[0-9"), ("mentor_session_no", "pattern")),
    "a wrong limit": (replaced("minimum: 1", "minimum: one"), ("mentor_minutes", "'one'")),
    "an unknown requirement": (replaced("mentor_minutes: optional", "mentor_minutes: maybe"), ("maybe", "optional")),
    "a rule that is no mapping": (replaced("row_rules:\n", "row_rules:\n  - short\n"), ("rule", "mapping")),
    "a key that is a list": (replaced("about: organisation", "[a, b]: organisation"), ("line 8", "key")),
    "a key twice": (replaced("due_days: 15", "due_days: 15\ndue_days: 16"), ("line 11", "due_days")),
    "not YAML": (replaced("key: [mentor_session_no]", "key: [mentor_session_no"), ("line", "YAML")),
    "a reference to nothing": (
        replaced("fields:\n", "references: {wda_code: moon}\nfields:\n"),
        ("wda_code", "'moon'"),
    ),
    "empty": ("", ("empty",)),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_draft_is_refused_in_a_sentence(draft: Path, mistake: str) -> None:
    text, words = MISTAKES[mistake]
    draft.write_text(text, encoding="utf-8")
    with pytest.raises(contracts.ContractError) as raised:
        contracts.read_draft(draft)
    message = str(raised.value)
    assert "\n" not in message
    for word in ("mentor_session.yml", *words):
        assert word in message, message


def test_a_draft_that_is_not_text_is_refused(draft: Path) -> None:
    draft.write_bytes(b"\xff\xfe\x00title")
    with pytest.raises(contracts.ContractError, match="UTF-8"):
        contracts.read_draft(draft)


def test_words_that_yaml_would_take_for_numbers_or_truth_stay_words(draft: Path) -> None:
    text = replaced("aliases: [No]", "aliases: [No, 0100, on, 12:30, 7]")
    draft.write_text(text, encoding="utf-8")
    assert contracts.read_draft(draft).by_name["mentor_session_no"].aliases == ("No", "0100", "on", "12:30", "7")


@pytest.mark.parametrize("source", contracts.source_names())
def test_every_contract_of_the_registry_passes_the_dry_run(source: str) -> None:
    dry_run(contracts.load(source), source)


def test_a_contract_answers_to_its_id_and_its_other_names() -> None:
    for name, source in contracts.sources().items():
        for word in (name, *source.also_called):
            assert contracts.load(word) is source
        sharing = [other for other in contracts.sources().values() if other.contract_id == source.contract_id]
        assert (contracts.canonical_name(source.contract_id) == name) == (len(sharing) == 1)


def test_reading_a_contract_imports_nothing_heavy_until_a_draft_is_tried() -> None:
    code = "import sys, contracts; contracts.read_draft; print([m for m in ('duckdb', 'pyarrow') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
