"""WHAT the data must be: glossary, code lists, one contract per source, and what is derived from them.

Belongs here: meaning, types, codes, rules, PII classes. Does not: reading submissions, storing, linking, measuring.
Imports nothing of ours, and nothing heavy until a pandera schema is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable

from contracts.codes import CodeList, CodeRow, code_list, code_list_names
from contracts.errors import ContractError
from contracts.header import HeaderMatch, match_header, normalise
from contracts.model import CONTEXT_COLUMNS, MULTI_SEPARATOR, Field, RowRule, Source
from contracts.registry import load, source_names, sources

__all__ = [
    "CONTEXT_COLUMNS",
    "MULTI_SEPARATOR",
    "CodeList",
    "CodeRow",
    "ContractError",
    "Field",
    "HeaderMatch",
    "RowRule",
    "Source",
    "canonical_columns",
    "code_list",
    "code_list_names",
    "load",
    "match_header",
    "normalise",
    "source_names",
    "sources",
]


def canonical_columns(source: str, columns: Iterable[str]) -> dict[str, str]:
    """Headings as received to field names, for those `source` knows: ready for DataFrame.rename(columns=...)."""
    return match_header(load(source), columns).columns
