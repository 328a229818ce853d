"""What went wrong, in one sentence and without a person's value.

Our own errors are sentences already. A library's message may quote a cell, so of it only the kind is kept; the trace
that goes to `logs/` holds error types and our own code lines, never a message. Belongs here: the translation. Does not:
where the sentence is shown.
"""

from __future__ import annotations

import errno
import hashlib
import re
import traceback
from dataclasses import dataclass
from pathlib import Path

from home import PROJECT_ROOT, Home

OUR_PACKAGES = frozenset({"cli", "contracts", "home", "ingest", "linkage", "orchestration", "publish", "synth"})
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
    chain = list(_chain(error))
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
    name = _name(error)
    where = f"the steps that led there are in {trace}" if trace else "no trace could be written"
    return Fault(
        "ours", f"A fault of this program, not of your data ({name}); {where}. Please report it with that file."
    )


def write_trace(chain: list[BaseException], home: Home) -> Path | None:
    """Write types and our own frames of `chain` to `logs/`, and return the file; None when nothing can be written.

    The file is named by its content: the same fault in every source is one file and one sentence.
    """
    lines = []
    for link in chain:
        lines.append(_name(link))
        for frame in traceback.extract_tb(link.__traceback__):
            path = Path(frame.filename)
            if path.is_relative_to(PROJECT_ROOT) and ".venv" not in path.parts:
                lines.append(f"  {path.relative_to(PROJECT_ROOT)}:{frame.lineno} in {frame.name}")
    folder = home.root / "logs"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = "\n".join(lines) + "\n"
        target = folder / f"fault-{hashlib.sha256(content.encode()).hexdigest()[:8]}.txt"
        target.write_text(content, encoding="utf-8")
    except OSError:
        return None
    return target


def _chain(error: BaseException | None) -> list[BaseException]:
    """The error and what it came from, nearest first."""
    links: list[BaseException] = []
    while error is not None and error not in links:
        links.append(error)
        error = error.__cause__ or error.__context__
    return links


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    is_engine = _name(error).startswith(("duckdb", "_duckdb", "sqlite3", "sqlalchemy"))
    return is_engine and bool(FULL_WORDS.search(str(error)))


def _name(error: BaseException) -> str:
    kind = type(error)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
