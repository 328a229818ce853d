"""All derived files that are committed, and how they differ from what is on disk.

Belongs here: collecting, comparing, writing. Does not: what is in the files (one module each).
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path

from contracts.derive import agency_page, dbt_seeds, dbt_sources, dictionary, sample_header, systems_page
from contracts.model import Source
from contracts.registry import CONTRACTS_DIR

ROOT = CONTRACTS_DIR.parent
PARTS = (dbt_sources, dbt_seeds, dictionary, sample_header, agency_page, systems_page)
OWNED = ("docs/dictionary/*.md", "docs/dictionary/headers/*.csv", "docs/agencies/*.md")
"""Where everything on disk is derived, so that a page of a source that is gone shows up as left over."""


def expected(sources: Mapping[str, Source]) -> dict[str, str]:
    """Path (from the project root) and text of every committed derived file."""
    return {path: text for part in PARTS for path, text in part.files(sources).items()}


def left_over(wanted: Mapping[str, str], root: Path = ROOT) -> list[str]:
    """Files in folders that are wholly derived, which are not among those `expected`."""
    found = (path.relative_to(root).as_posix() for pattern in OWNED for path in root.glob(pattern))
    return sorted(path for path in found if path not in wanted)


def differences(wanted: Mapping[str, str], root: Path = ROOT) -> dict[str, str]:
    """Path and unified diff (disk to contract) of every derived file, as `expected`, that is missing or stale."""
    found = {}
    for path, text in wanted.items():
        target = root / path
        on_disk = target.read_text(encoding="utf-8") if target.is_file() else ""
        if on_disk != text:
            lines = difflib.unified_diff(
                on_disk.splitlines(), text.splitlines(), path, "as the contracts say", lineterm=""
            )
            found[path] = "\n".join(lines)
    return found


def write(sources: Mapping[str, Source], root: Path = ROOT) -> list[str]:
    """Rewrite what differs and delete what is left over; returns the paths touched."""
    wanted = expected(sources)
    stale = differences(wanted, root)
    for path in stale:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(wanted[path], encoding="utf-8")
    gone = left_over(wanted, root)
    for path in gone:
        (root / path).unlink()
    return sorted([*stale, *gone])
