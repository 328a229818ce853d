"""Names and texts as SQL, for the statements that cannot take a parameter."""

from __future__ import annotations

import re
from pathlib import Path


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def one_file(path: Path) -> str:
    """The literal of a file to read: DuckDB takes `*`, `?` and `[` for other files of like name."""
    return literal(re.sub(r"([*?\[])", r"[\1]", str(path)))
