"""Paths people name: how one is shown, and whether a result can be written there. Does not: write it."""

from __future__ import annotations

import os
from pathlib import Path


def shown(path: Path) -> str:
    """A path for people: bytes that are no text, and control characters, as escapes."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)


def why_not_written(target: Path) -> str | None:
    """Why no file can be made at `target`, as a sentence, or None; to be asked before the work for it. Makes nothing.

    A folder that is missing is no reason: the nearest one above must let it be made.
    """
    if target.is_dir():
        return f"{shown(target)} is a folder: name a file for the result."
    above = next(folder for folder in target.absolute().parents if folder.exists())
    if not above.is_dir():
        return f"{shown(target)} cannot be written: {shown(above)} is a file. Name a file in a folder."
    if not os.access(above, os.W_OK | os.X_OK):
        return f"{shown(target)} cannot be written: {shown(above)} may not be written to."
    return None
