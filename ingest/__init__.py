"""HOW extracts land: landing folder, archive, gate, split into vault and warehouse, ledger, receipts.

Belongs here: everything between an agency's bytes and typed rows that are accounted for. Does not: what the data must
be (contracts), who a record is about (linkage), which step runs when (orchestration). Imports contracts and home.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.accepted import write_accepted
    from ingest.findings import Finding, GateResult, Refused, RuleCount
    from ingest.known import oldest_extract
    from ingest.landing import Submission, scan, strays
    from ingest.ledger import set_visibility
    from ingest.load import load_file, load_source, validate_file
    from ingest.results import BatchResult

_HOMES = {
    "accepted": ("write_accepted",),
    "findings": ("Finding", "GateResult", "Refused", "RuleCount"),
    "known": ("oldest_extract",),
    "landing": ("Submission", "scan", "strays"),
    "ledger": ("set_visibility",),
    "load": ("load_file", "load_source", "validate_file"),
    "results": ("BatchResult",),
}

__all__ = [
    "BatchResult",
    "Finding",
    "GateResult",
    "Refused",
    "RuleCount",
    "Submission",
    "load_file",
    "load_source",
    "oldest_extract",
    "scan",
    "set_visibility",
    "strays",
    "validate_file",
    "write_accepted",
]


def __getattr__(name: str) -> object:
    """Each name is imported when it is first used, so that `import ingest` costs nothing."""
    from importlib import import_module

    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"ingest.{module}"), name)
    raise AttributeError(f"module 'ingest' has no attribute {name!r}")
