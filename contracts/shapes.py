"""The keys a contract file may have, and what kind of thing each must be.

Belongs here: form. Does not: whether what is said fits together (registry).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.errors import ContractError

TEXT, WHOLE, NUMBER, FLAG, LIST, TEXTS, MAPPING = (
    "text", "a whole number", "a number", "true or false", "a list", "a list of words", "a mapping of words",
)  # fmt: skip

WORD = {
    "type": TEXT, "pii": TEXT, "description": TEXT, "codes": TEXT, "pattern": TEXT, "minimum": None, "maximum": None,
    "multi": FLAG, "identity": TEXT, "id_system": TEXT, "is_person_id": FLAG, "unit": TEXT, "pirl": None, "ceds": None,
    "example": None, "fix": TEXT, "flags": LIST, "aliases": TEXTS,
}  # fmt: skip
WORD_NEEDS = {"type", "pii", "description"}
SOURCE = {
    "contract_id": TEXT, "version": TEXT, "title": TEXT, "description": TEXT, "agency": TEXT, "agency_code": TEXT,
    "about": TEXT, "period_kind": TEXT, "also_period_kinds": TEXTS, "due_days": WHOLE, "also_called": TEXTS,
    "also_from": TEXTS,
    "key": TEXTS, "key_also": TEXTS, "duplicate_key": TEXT, "reject_share": NUMBER, "reject_min_rows": WHOLE,
    "id_system": TEXT, "person_id_field": TEXT, "references": MAPPING, "delimiter": TEXT, "encoding": TEXT,
    "id_within": TEXT, "formats": TEXTS, "pirl_headings": FLAG, "drift": MAPPING, "fields": MAPPING, "row_rules": LIST,
    "file_rules": LIST,
}  # fmt: skip
SOURCE_NEEDS = {
    "contract_id", "version", "title", "description", "agency", "agency_code", "about", "period_kind", "due_days",
    "key", "fields",
}  # fmt: skip
FIELD = {
    "requirement": TEXT, "aliases": LIST, "codes_where": MAPPING, "pattern": TEXT, "minimum": None, "maximum": None,
    "example": None,
}  # fmt: skip
DRIFT = {"action": TEXT, "rows_share": NUMBER, "null_share": NUMBER, "code_share": NUMBER, "amount_share": NUMBER}
FLAG_RULE = {"id": TEXT, "sql": TEXT, "message": TEXT, "fix": TEXT, "source": TEXT}
RULE = {**FLAG_RULE, "severity": TEXT, "columns": TEXTS}
"""Keys and the kind of their values; None: any plain value."""


def _is(value: Any, kind: str | None) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return {
        None: not isinstance(value, list | dict),
        TEXT: isinstance(value, str),
        WHOLE: number and isinstance(value, int) and value >= 0,
        NUMBER: number and value >= 0,
        FLAG: isinstance(value, bool),
        LIST: isinstance(value, list),
        TEXTS: isinstance(value, list) and all(isinstance(one, str) for one in value),
        MAPPING: isinstance(value, dict),
    }[kind]


def need(where: str, given: Any, known: Mapping[str, str | None], needed: Iterable[str] = ()) -> None:
    """Raise ContractError (starting with `where`) unless `given` has known keys of their kind, and the needed ones."""
    if not isinstance(given, dict):
        raise ContractError(f"{where}: must be {MAPPING}.")
    for key, value in given.items():
        if key not in known:
            raise ContractError(f"{where}: unknown key {key!r}; known are {', '.join(sorted(known))}.")
        if value is not None and not _is(value, known[key]):
            quotes = " in quotes" if known[key] == TEXT and not isinstance(value, list | dict) else ""
            raise ContractError(f"{where}: {key} must be {known[key] or 'one value'}{quotes}.")
    for key in sorted(needed):
        if given.get(key) in (None, "", [], {}):
            raise ContractError(f"{where}: {key!r} is missing.")


def one_of(where: str, key: str, value: Any, allowed: Iterable[str]) -> None:
    """Raise ContractError (starting with `where`) unless the value is one of the allowed."""
    if value not in allowed:
        raise ContractError(f"{where}: {key} is {value!r}; allowed are {', '.join(allowed)}.")
