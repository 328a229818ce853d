"""Which tests the quick tier leaves out besides those marked one by one: whole loads, vaults, generated worlds."""

from __future__ import annotations

from pathlib import Path

import pytest

LONG_FILES = {
    "unit/cli/test_command.py",
    "unit/cli/test_validate.py",
    "unit/contracts/test_pandera.py",
    "unit/ingest/test_drift.py",
    "unit/ingest/test_cross_file.py",
    "unit/ingest/test_child.py",
    "unit/ingest/test_formats.py",
    "unit/ingest/test_loading.py",
    "unit/ingest/test_protocol.py",
    "unit/ingest/test_same_as_pandera.py",
    "unit/linkage/test_edge_cases.py",
    "unit/linkage/test_registry.py",
    "unit/synth/test_same_bytes.py",
}
"""Files that take seconds each, below tests/."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).as_posix() in LONG_FILES:
            item.add_marker(pytest.mark.slow)
