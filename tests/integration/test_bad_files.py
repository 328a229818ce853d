"""Bad files of every source: nothing wrong is accepted in silence, and nothing crashes.

All cases of all sources take a quarter of an hour (`python -m tests.corpus`, figures in benchmarks/README.md). Here UI
wages take every case, and each other source an eighth of them, another eighth than its neighbour: every case meets
several sources.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import contracts
from tests.corpus.case import cases
from tests.corpus.judge import judge_source, table

pytestmark = pytest.mark.slow

SHARE = 8
WHOLE = "ui_wage"
FEWEST = 100
SLOWEST_SECONDS = 60


@pytest.mark.parametrize("source", contracts.source_names())
def test_every_bad_file_meets_its_outcome(source: str, tmp_path: Path) -> None:
    every = 1 if source == WHOLE else SHARE
    judged = judge_source(source, tmp_path, every, contracts.source_names().index(source))
    told = "\n".join(f"{one.verdict}: {one.case}: {one.told}" for one in judged if one.verdict != "right")
    assert not told, f"{source}\n{told}\n{table(judged)}"
    assert len(judged) >= FEWEST // every
    assert max(one.seconds for one in judged) < SLOWEST_SECONDS


def test_every_source_has_a_hundred_bad_files_at_least() -> None:
    assert len(cases()) >= 2 * FEWEST
