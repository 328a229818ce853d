"""Column names that must not leave, whatever they hold: direct identifiers and everything made with the secret key."""

from __future__ import annotations

from collections.abc import Iterable

KEYED = frozenset({"identity_key", "_batch_id", "_row_no"})
"""Derived from the secret key or bookkeeping of the load: two installations would publish different bytes."""


def direct_identifiers() -> frozenset[str]:
    """Names and aliases of every field of class D, less those that are the plain name of a field of another class."""
    import contracts

    direct: set[str] = set()
    harmless: set[str] = set()
    for source in contracts.sources().values():
        for field in source.fields:
            if field.pii == "D":
                direct |= {field.name.lower(), *(alias.lower() for alias in field.aliases)}
            else:
                harmless.add(field.name.lower())
    return frozenset(direct - harmless)


def forbidden_columns(columns: Iterable[str]) -> list[str]:
    """Those of `columns` that may not leave, in the order given."""
    direct = direct_identifiers()
    return [
        column
        for column in columns
        if column.lower() in direct or column.lower() in KEYED or column.lower().endswith("_token")
    ]
