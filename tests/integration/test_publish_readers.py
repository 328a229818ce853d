"""An analyst's open file never changes, tears or blocks a release; `current` never points at nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from home import Home
from publish import publish
from tests.unit.publish.conftest import PEOPLE, WAGES, build

pytestmark = pytest.mark.slow

KEEPS_IT_OPEN = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
for line in sys.stdin:
    print(connection.execute("select count(*), sum(wage_usd)::bigint from fct_wage_quarter").fetchall()[0], flush=True)
"""

OPENS_AGAIN_AND_AGAIN = """
import duckdb, pathlib, sys
stop = pathlib.Path(sys.argv[2])
while not stop.exists():
    connection = duckdb.connect(sys.argv[1], read_only=True)
    rows, wages, low, high, listed = connection.execute(
        "select count(*), sum(wage_usd)::bigint, min(wage_usd)::bigint, max(wage_usd)::bigint, "
        "(select row_count from release where mart = 'fct_wage_quarter') from fct_wage_quarter"
    ).fetchall()[0]
    connection.close()
    assert rows == listed and low == high and wages == rows * low, (rows, listed, low, high, wages)
    print(low, flush=True)
"""


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ask(reader: subprocess.Popen[str]) -> str:
    reader.stdin.write("again\n")
    reader.stdin.flush()
    return reader.stdout.readline().strip()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home").ensure()
    build(made, wage=100, people=2000)
    publish(made, "2025-01-31_000000000001", [PEOPLE, WAGES])
    return made


def test_a_reader_keeps_its_release_while_the_next_ones_are_published(home: Home) -> None:
    reader = start(KEEPS_IT_OPEN, str(home.current))
    try:
        assert ask(reader) == "(2000, 200000)"
        for number, wage in enumerate((200, 300), start=2):
            build(home, wage=wage, people=2000)
            publish(home, f"2025-01-31_00000000000{number}", [PEOPLE, WAGES])
            assert ask(reader) == "(2000, 200000)"
        newcomer = duckdb.connect(str(home.current), read_only=True)
        assert newcomer.execute("select sum(wage_usd)::bigint from fct_wage_quarter").fetchall() == [(600000,)]
        newcomer.close()
    finally:
        reader.stdin.close()
        reader.wait(timeout=30)
    assert reader.returncode == 0, reader.stderr.read()


def test_a_reader_that_opens_current_at_any_moment_sees_one_whole_release(home: Home, tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    reader = start(OPENS_AGAIN_AND_AGAIN, str(home.current), str(stop))
    assert reader.stdout.readline().strip() == "100"
    for number in range(2, 14):
        build(home, wage=100 * number, people=2000)
        publish(home, f"2025-01-31_{number:012d}", [PEOPLE, WAGES], keep=2)
    time.sleep(0.3)
    stop.touch()
    out, err = reader.communicate(timeout=60)
    assert reader.returncode == 0, err
    seen = [int(line) for line in out.split()]
    assert seen == sorted(seen)
    assert len(set(seen)) > 3
    assert seen[-1] == 1300
