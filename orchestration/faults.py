"""What went wrong, in one sentence and without a person's value.

Our own errors are sentences already. A library's message may quote a cell, so of it only the kind is kept.
Belongs here: the translation. Does not: where the sentence is shown, what is kept of its steps (home.trace).
"""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass

from home import Home
from home.trace import chain_of, kind_of, write_trace

OUR_PACKAGES = frozenset(
    {"cli", "contracts", "home", "impact", "ingest", "linkage", "orchestration", "publish", "synth"}
)
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
FULL_WORDS = re.compile(
    r"no space left on device|disk quota exceeded|file too large|disk is full|disk i/o error", re.IGNORECASE
)
"""What engines say when a write is refused; SQLite calls a write that stops halfway an I/O error."""


@dataclass(frozen=True)
class Fault:
    """One thing that went wrong: `kind` is 'refused' (we said why), 'environment' (disk, permission) or 'ours'."""

    kind: str
    sentence: str


def describe(error: BaseException, home: Home) -> Fault:
    """The sentence for `error`; an unforeseen one leaves a trace file in `logs/`."""
    chain = chain_of(error)
    if any(_is_full(link) for link in chain):
        return Fault(
            "environment",
            f"The disk under {home.root} is full: what was being written was undone, what was complete before is "
            "unchanged. Free space there, then run again.",
        )
    if type(error).__module__.split(".")[0] in OUR_PACKAGES and not getattr(error, "is_ours", False):
        return Fault("refused", " ".join(str(error).split()))
    for link in chain:
        if isinstance(link, PermissionError):
            place = f" {link.filename}" if link.filename else ""
            return Fault(
                "environment", f"No permission to use{place}: give the user who runs this read and write access."
            )
    trace = write_trace(chain, home)
    name = kind_of(error)
    where = f"the steps that led there are in {trace}" if trace else "no trace could be written"
    return Fault(
        "ours", f"A fault of this program, not of your data ({name}); {where}. Please report it with that file."
    )


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    is_engine = kind_of(error).startswith(("duckdb", "_duckdb", "sqlite3", "sqlalchemy"))
    return is_engine and bool(FULL_WORDS.search(str(error)))
