"""The loader refuses a contract that contradicts itself, in one sentence with file and word."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import contracts
from contracts.registry import CONTRACTS_DIR, glossary, read_source

CONTRACT = "ui_wage.yml"


def _replace(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(CONTRACTS_DIR / "fields.yml", tmp_path / "fields.yml")
    shutil.copy(CONTRACTS_DIR / "sources" / CONTRACT, tmp_path / CONTRACT)
    return tmp_path


CONTRACT_MISTAKES = {
    "unknown word": (_replace("  ean: required", "  ean_no: required"), ("ean_no", "fields.yml")),
    "unknown key": (_replace("agency:", "agencies: x\nagency:"), ("agencies",)),
    "missing key": (_replace("title: ", "# title: "), ("title", "missing")),
    "unknown field key": (_replace("aliases: [wage]", "alias: [wage]"), ("wage_usd", "alias")),
    "unknown requirement": (_replace("ean: required", "ean: mandatory"), ("ean", "mandatory")),
    "unknown period": (_replace("period_kind: quarter", "period_kind: decade"), ("decade",)),
    "key not a field": (_replace("key: [ssn,", "key: [sasid,"), ("sasid",)),
    "ids within an unknown column": (_replace("title: ", "id_within: moon\ntitle: "), ("id_within", "moon")),
    "ids within a column that may be blank": (_replace("title: ", "id_within: fein\ntitle: "), ("id_within", "fein")),
    "alias collides with a name": (_replace("aliases: [wage]", "aliases: [EAN]"), ("ean", "wage_usd")),
    "alias collides with an alias": (_replace("aliases: [wage]", "aliases: ['Year ']"), ("year", "wage_usd")),
    "rule names no field": (_replace("columns: [wage_usd]", "columns: [pay]"), ("wage_outlier", "pay")),
    "rule uses an unlisted column": (
        _replace("sql: wage_usd <= 250000", "sql: wage_usd <= filing_seq"),
        ("filing_seq",),
    ),
    "rule lists an unused column": (
        _replace("columns: [wage_usd]", "columns: [wage_usd, ean]"),
        ("wage_outlier", "ean"),
    ),
    "rule with an unknown fact": (_replace("_amend_mode", "_mode"), ("wage_negative", "_mode")),
    "rule without a fix": (_replace("    fix: Check the decimal point.\n", ""), ("wage_outlier", "fix")),
    "rule with a strange severity": (
        _replace("severity: warning", "severity: info"),
        ("received_after_extract", "info"),
    ),
    "two rules of one id": (_replace("id: wage_outlier", "id: wage_negative"), ("same id",)),
    "placeholder of an unknown list": (
        _replace("wage_usd <= 250000", "wage_usd NOT IN (${codes:moon:a=b})"),
        ("ref_moon.csv",),
    ),
    "placeholder with no match": (
        _replace("wage_usd <= 250000", "wage_usd NOT IN (${codes:grade:rank=99})"),
        ("grade", "99"),
    ),
    "placeholder of an unknown kind": (_replace("wage_usd <= 250000", "wage_usd <= ${env:HOME}"), ("${env:HOME}",)),
    "codes_where on text": (_replace("ean: required", "ean: {requirement: required, codes_where: {a: b}}"), ("ean",)),
    "key given twice": (_replace("  fein: optional", "  fein: optional\n  fein: required"), ("fein", "twice")),
    "not YAML": (_replace("key: [ssn", "key: [[ssn"), ("YAML",)),
    "empty": (lambda text: "", ("empty",)),
}


@pytest.mark.parametrize("mistake", CONTRACT_MISTAKES)
def test_wrong_contract_is_refused_with_file_and_word(folder: Path, mistake: str) -> None:
    change, words = CONTRACT_MISTAKES[mistake]
    path = folder / CONTRACT
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(contracts.ContractError) as raised:
        read_source(path, glossary())
    message = str(raised.value)
    assert "\n" not in message
    for word in (*words, ".yml" if "ref_" not in words[0] else ".csv"):
        assert word in message, message


GLOSSARY_MISTAKES = {
    "bad name": ("wageUSD: {type: decimal, pii: S, description: x}", ("wageUSD",)),
    "unknown type": ("new_word: {type: money, pii: S, description: x}", ("new_word", "money")),
    "unknown class": ("new_word: {type: text, pii: X, description: x}", ("new_word", "X")),
    "no description": ("new_word: {type: text, pii: N}", ("new_word", "description")),
    "code without list": ("new_word: {type: code, pii: N, description: x}", ("new_word", "codes")),
    "list without code": ("new_word: {type: text, codes: sex, pii: N, description: x}", ("new_word", "codes")),
    "no such list": ("new_word: {type: code, codes: moon, pii: N, description: x}", ("ref_moon.csv",)),
    "direct without identity": ("new_word: {type: text, pii: D, description: x}", ("new_word", "identity")),
    "sensitive in the vault": ("new_word: {type: text, pii: S, identity: zip, description: x}", ("new_word", "vault")),
    "unknown identity": ("new_word: {type: text, pii: D, identity: phone, description: x}", ("new_word", "phone")),
    "unknown key": ("new_word: {type: text, pii: N, description: x, length: 3}", ("new_word", "length")),
    "no properties": ("new_word: text", ("new_word",)),
}


@pytest.mark.parametrize("mistake", GLOSSARY_MISTAKES)
def test_wrong_word_is_refused_with_file_and_word(folder: Path, mistake: str) -> None:
    line, words = GLOSSARY_MISTAKES[mistake]
    path = folder / "fields.yml"
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(contracts.ContractError) as raised:
        glossary(path)
    for word in words:
        assert word in str(raised.value)


def test_unknown_source_names_the_known_ones() -> None:
    with pytest.raises(contracts.ContractError, match="ui_wage"):
        contracts.load("ui_wages")


def test_importing_and_loading_contracts_imports_nothing_heavy() -> None:
    code = (
        "import sys, contracts; contracts.sources(); contracts.rules('ui_wage'); "
        "print([m for m in ('pandas', 'pandera', 'duckdb', 'pyarrow', 'numpy', 'dagster') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_seven_sources_have_the_keys_and_counts_of_their_layouts() -> None:
    found = {name: (source.contract_id, len(source.fields), source.key) for name, source in contracts.sources().items()}
    wanted = {
        "adult_ed": ("C07", 53, ("student_id", "pop_fiscal_year", "pop_number")),
        "apprenticeship": ("C06", 43, ("apprentice_id", "agreement_no")),
        "cthires_event": (
            "C03",
            10,
            ("participant_id", "entry_date", "program_code", "event_type", "event_date", "event_seq"),
        ),
        "cthires_participant": ("C01", 56, ("participant_id", "entry_date", "program_code")),
        "cthires_service": ("C02", 14, ("service_id",)),
        "dual_credit": ("C09", 29, ("sasid", "ihe_code", "course_id", "section", "term", "reporter")),
        "ui_wage": ("C22", 12, ("ssn", "ean", "wage_year", "wage_quarter_number", "filing_seq")),
    }
    assert {name: found[name] for name in wanted} == wanted


@pytest.mark.parametrize("source", contracts.source_names())
def test_direct_identifiers_go_to_the_vault_and_nowhere_else(source: str) -> None:
    contract = contracts.load(source)
    raw = {name for name, _ in contract.raw_columns}
    for field in contract.fields:
        assert (field.name in raw) == (field.pii != "D")
        if field.pii == "D":
            assert field in contract.identity_fields
        if field.pii in "SN":
            assert field.identity in (None, "agency_person_id")
    linked = {field.name for field in contract.fields if field.pii == "D"} & {*contract.key, contract.person_id_field}
    assert linked <= {field.name for field in contract.token_fields}


def test_a_student_id_of_the_state_has_one_token_system_everywhere() -> None:
    assert {contracts.load(name).by_name["sasid"].token_system for name in ("adult_ed", "dual_credit")} == {"SASID"}
    assert contracts.load("ui_wage").by_name["ssn"].token_system == "SSN"
    assert contracts.load("cthires_participant").by_name["ssn"].token_system is None


def test_sources_that_refer_to_persons_of_another_land_no_identity() -> None:
    for name in ("cthires_service", "cthires_event"):
        assert contracts.load(name).references == {"participant_id": "cthires_participant"}
        assert not contracts.load(name).has_identity
