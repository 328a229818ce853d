"""The page of an agency has all its steward needs, without the reference beside it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import contracts
from contracts.cross import cross_rules
from contracts.derive.agency_page import CODES_SHOWN, agency_page, file_name, index_page
from ingest.manifest import KEYS
from ingest.naming import parse_name, period_kinds

SOURCES = contracts.source_names()


@pytest.mark.parametrize("source", SOURCES)
def test_the_page_says_what_the_contract_says(source: str) -> None:
    contract = contracts.load(source)
    page = agency_page(contract)
    for field in contract.fields:
        assert re.search(rf"^\| (\*\*)?{field.name}(\*\*)? \| (always|when it applies|if you have it) \|", page, re.M)
        if field.code_list is not None and len(field.code_list.rows) <= CODES_SHOWN:
            assert f"\n### {field.codes}\n" in page
            for row in field.code_list.rows:
                assert f"| {row.code} | {row.label} |".replace("||", "|") in page
    for rule in contract.logic_rules:
        assert rule.message in page and rule.fix in page and f"| {rule.id} |" in page
    across = {rule.id for rule in cross_rules() if rule.source == source}
    assert {rule.id for rule in cross_rules() if f"| {rule.id} |" in page} == across
    for word in (str(contract.due_days), contract.agency, f"{contract.reject_share:.0%}", f"--source {source}"):
        assert word in page


@pytest.mark.parametrize("source", SOURCES)
def test_links_within_the_page_lead_somewhere(source: str) -> None:
    page = agency_page(contracts.load(source))
    anchors = set(re.findall(r"^### (\S+)$", page, re.M))
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) == anchors


@pytest.mark.parametrize("source", SOURCES)
def test_the_name_and_the_manifest_of_the_page_are_taken_by_the_gate(source: str) -> None:
    contract = contracts.load(source)
    name = file_name(contract)
    said = parse_name(name)
    assert (said.agency, said.dataset) == (contract.agency_code, source)
    assert contract.period_kind in period_kinds(said.period)
    [manifest] = re.findall(r"```json\n(.*?)```", agency_page(contract), re.DOTALL)
    told = json.loads(manifest)
    assert set(told) <= set(KEYS)
    assert told["period"] == said.period
    assert ("layout_year" in told) == contract.pirl_headings


@pytest.mark.parametrize("source", SOURCES)
def test_direct_identifiers_are_said_to_go_to_the_vault(source: str) -> None:
    contract = contracts.load(source)
    vault = re.search(r"Kept in the vault only, never in the warehouse: ([^.]*)\.", agency_page(contract))
    assert (vault[1].split(", ") if vault else []) == [field.name for field in contract.fields if field.pii == "D"]


def test_the_index_has_every_page_once() -> None:
    index = index_page(contracts.sources())
    assert sorted(Path(link).stem for link in re.findall(r"\((\w+\.md)\)", index)) == SOURCES
