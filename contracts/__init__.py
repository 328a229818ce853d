"""WHAT the data must be: glossary, code lists, one contract per source, and what is derived from them.

Belongs here: meaning, types, codes, rules, PII classes. Does not: reading submissions, storing, linking, measuring.
Imports nothing of ours, and nothing heavy until a pandera schema is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from contracts.codes import CodeList, CodeRow, code_list, code_list_names
from contracts.draft import read_draft
from contracts.errors import ContractError
from contracts.header import RECORD_ACTION, RECORD_ACTIONS, HeaderMatch, match_header, normalise
from contracts.messages import RuleText, describe, rules
from contracts.model import CONTEXT_COLUMNS, MULTI_SEPARATOR, Field, RowRule, Source
from contracts.registry import as_source, canonical_name, load, source_names, sources

if TYPE_CHECKING:
    from contracts.derive.pandera_schema import (
        Finding,
        column_schema,
        findings_from_schema_errors,
        pandera_schema,
        rule_schema,
        validate,
    )

HEAVY = ("Finding", "column_schema", "findings_from_schema_errors", "pandera_schema", "rule_schema", "validate")
"""Names that need pandera; imported at first use, so that `import contracts` stays instant."""

__all__ = [
    "CONTEXT_COLUMNS",
    "MULTI_SEPARATOR",
    "RECORD_ACTION",
    "RECORD_ACTIONS",
    "CodeList",
    "CodeRow",
    "ContractError",
    "Field",
    "Finding",
    "HeaderMatch",
    "RowRule",
    "RuleText",
    "Source",
    "as_source",
    "canonical_columns",
    "canonical_name",
    "code_list",
    "code_list_names",
    "column_schema",
    "describe",
    "findings_from_schema_errors",
    "load",
    "match_header",
    "normalise",
    "pandera_schema",
    "read_draft",
    "rule_schema",
    "rules",
    "source_names",
    "sources",
    "validate",
]


def canonical_columns(source: str | Source, columns: Iterable[str]) -> dict[str, str]:
    """Headings as received to field names, for those `source` knows: ready for DataFrame.rename(columns=...)."""
    return match_header(as_source(source), columns).columns


def __getattr__(name: str) -> object:
    if name in HEAVY:
        from contracts.derive import pandera_schema as heavy

        return getattr(heavy, name)
    raise AttributeError(f"module 'contracts' has no attribute {name!r}")
