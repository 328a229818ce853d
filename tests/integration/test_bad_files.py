"""At least a hundred bad files of every source: nothing wrong is accepted in silence, and nothing crashes."""

from __future__ import annotations

from pathlib import Path

import pytest

import contracts
from tests.corpus.judge import judge_source, table

pytestmark = pytest.mark.slow

FEWEST = 100
SLOWEST_SECONDS = 60


@pytest.mark.parametrize("source", contracts.source_names())
def test_every_bad_file_meets_its_outcome(source: str, tmp_path: Path) -> None:
    judged = judge_source(source, tmp_path)
    told = "\n".join(f"{one.verdict}: {one.case}: {one.told}" for one in judged if one.verdict != "right")
    assert not told, f"{source}\n{told}\n{table(judged)}"
    assert len(judged) >= FEWEST
    assert max(one.seconds for one in judged) < SLOWEST_SECONDS
