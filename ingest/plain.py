"""Names of files as text that can be stored and shown.

Belongs here: escapes for what is no text. Does not: what a name means (naming).
"""

from __future__ import annotations

import os
from pathlib import Path


def plain_name(path: Path) -> str:
    """A file's name for the ledger and for people: bytes that are no text, and control characters, as escapes."""
    text = os.fsencode(path.name).decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)
