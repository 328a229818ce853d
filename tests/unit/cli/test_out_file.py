"""A file of --out that cannot be there is refused before any work is done for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.compare import compare
from cli.contracts import template
from cli.out_file import NotWritten, check_out
from cli.trace import trace
from tests.support.running import workforce


def test_no_file_and_a_file_in_a_folder_are_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for target in (None, Path("rows.csv"), tmp_path / "rows.csv"):
        check_out(target)


@pytest.mark.parametrize("missing", ["no/such/rows.csv", ""])
def test_the_commands_that_write_a_file_ask_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setenv("WORKFORCE_HOME", str(tmp_path / "home"))
    target = tmp_path / missing
    with pytest.raises(NotWritten, match="--out"):
        trace("rpt_kpi", "true", target)
    with pytest.raises(NotWritten, match="--out"):
        compare("2025-06-30", "current", target)
    if missing:
        with pytest.raises(NotWritten, match=r"There is no folder .*no/such: make it, or name another file"):
            template("ui_wage", target)


def test_the_command_refuses_in_one_sentence(tmp_path: Path) -> None:
    done = workforce(tmp_path, "trace", "rpt_kpi", "--out", str(tmp_path / "no" / "rows.csv"), check=False)
    assert done.returncode == 2
    assert "There is no folder" in done.stderr and len(done.stderr.strip().splitlines()) == 1
