"""A contract that is not in the registry yet: somebody is drafting a source and tries it on a file.

Belongs here: reading a draft, with the words and code lists it brings along (`words:` in the form of fields.yml,
`codes: {list: [{code, label}]}`). Does not: what a contract may say (registry).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts import registry
from contracts.codes import CodeList, code_list_names, make_list
from contracts.errors import ContractError
from contracts.model import Source
from contracts.shapes import LIST, MAPPING, TEXT, need
from contracts.yaml_file import read_yaml

BESIDE = {"words": MAPPING, "codes": MAPPING}
"""What a draft may say beyond a contract."""


def read_draft(path: Path) -> Source:
    """The contract in a file outside the registry. Raises ContractError: file, word, what to do."""
    said = read_yaml(path)
    need(path.name, {key: said[key] for key in BESIDE if key in said}, BESIDE)
    lists = _lists(path.name, said.get("codes") or {})
    words = said.get("words") or {}
    known = registry.glossary()
    for word in words:
        if word in known:
            raise ContractError(f"{path.name}: word {word!r} is in fields.yml already; use that one or rename yours.")
    registry.check_words(path.name, words, lists)
    contract = {key: value for key, value in said.items() if key not in BESIDE}
    source = registry.make_source(path, contract, {**known, **words}, lists)
    registry.check_references(path.name, source)
    from contracts.derive.dry_run import dry_run

    dry_run(source, path.name)
    return source


def _lists(place: str, given: Mapping[str, Any]) -> dict[str, CodeList]:
    need(f"{place}: codes", given, dict.fromkeys(given, LIST))
    lists = {}
    for name, rows in given.items():
        where = f"{place}: codes {name}"
        if name in code_list_names():
            raise ContractError(f"{where} is a list of contracts/codes already; use that one or rename yours.")
        records = {}
        for number, row in enumerate(rows or (), start=1):
            place_of_row = f"{where} entry {number}"
            need(place_of_row, row, dict.fromkeys(row, TEXT) if isinstance(row, dict) else {}, ("code", "label"))
            records[place_of_row] = row
        if not records:
            raise ContractError(f"{where} has no entry; list its codes as {{code, label}}.")
        lists[name] = make_list(name, records)
    return lists
