"""The steps that led to a fault of ours, kept in `logs/` without a value of anybody.

Belongs here: error types and our own code lines, in a file named by its content. Does not: the sentence people read
(who catches the error writes it), or any error's message, which may quote a cell.
"""

from __future__ import annotations

import hashlib
import traceback
from pathlib import Path

from home.layout import PRIVATE, PROJECT_ROOT, Home


def write_trace(chain: list[BaseException], home: Home) -> Path | None:
    """Write types and our own frames of `chain` to `logs/`, and return the file; None when nothing can be written.

    The file is named by its content: the same fault in every source is one file and one sentence.
    """
    lines = []
    for link in chain:
        lines.append(kind_of(link))
        for frame in traceback.extract_tb(link.__traceback__):
            path = Path(frame.filename)
            if path.is_relative_to(PROJECT_ROOT) and ".venv" not in path.parts:
                lines.append(f"  {path.relative_to(PROJECT_ROOT)}:{frame.lineno} in {frame.name}")
    folder = home.root / "logs"
    try:
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        content = "\n".join(lines) + "\n"
        target = folder / f"fault-{hashlib.sha256(content.encode()).hexdigest()[:8]}.txt"
        target.write_text(content, encoding="utf-8")
    except OSError:
        return None
    return target


def chain_of(error: BaseException | None) -> list[BaseException]:
    """The error and what it came from, nearest first."""
    links: list[BaseException] = []
    while error is not None and error not in links:
        links.append(error)
        error = error.__cause__ or error.__context__
    return links


def kind_of(error: BaseException) -> str:
    """Its type, with the module unless it is Python's own."""
    kind = type(error)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
