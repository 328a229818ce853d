"""Whether a file asked for with `--out` can be there, before any work is done for it. Belongs here: that check only."""

from __future__ import annotations

from pathlib import Path

from home.paths import shown, why_not_written


class NotWritten(RuntimeError):
    """The file asked for cannot be written; the message says why and what to do."""


def check_out(target: Path | None) -> None:
    """Nothing when no file is asked for or it can be one. Raises NotWritten when it cannot, or has no folder."""
    if target is None:
        return
    if reason := why_not_written(target):
        raise NotWritten(f"--out: {reason}")
    if not target.parent.is_dir():
        raise NotWritten(f"There is no folder {shown(target.parent)}: make it, or name another file with --out.")
