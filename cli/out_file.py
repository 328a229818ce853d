"""Whether a file asked for with `--out` can be there, before any work is done for it. Belongs here: that check only."""

from __future__ import annotations

from pathlib import Path


class NotWritten(RuntimeError):
    """The file asked for cannot be written; the message says why and what to do."""


def check_out(target: Path | None) -> None:
    """Nothing when no file is asked for or it can be one. Raises NotWritten for a folder, or when its folder is not."""
    if target is None:
        return
    if target.is_dir():
        raise NotWritten(f"{target} is a folder: name a file in it with --out.")
    if not target.parent.is_dir():
        raise NotWritten(f"There is no folder {target.parent}: make it, or name another file with --out.")
