"""dbt's own unit tests: rules worked by hand, next to their models. They need the relations, not the rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from home import Home
from tests.support.scratch_warehouse import ScratchWarehouse, dbt

pytestmark = pytest.mark.slow


def test_every_dbt_unit_test_passes(tmp_path: Path) -> None:
    home = Home(tmp_path)
    ScratchWarehouse(date(2024, 3, 15)).write(home)
    built = dbt(home, "build", "--exclude-resource-type", "unit_test")
    assert [run for run in built if run[1] not in {"success", "pass"}] == [], "an empty warehouse builds"
    judged = dbt(home, "test", "--select", "test_type:unit")
    assert len(judged) >= 128
    assert [run for run in judged if run[1] != "pass"] == []
