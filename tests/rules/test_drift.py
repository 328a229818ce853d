"""What is committed and derived equals what the contracts say. The failure text is the list of what to do."""

from __future__ import annotations

import subprocess
import sys

import pytest

import contracts
from contracts.derive import committed


def test_derived_files_equal_what_the_contracts_say() -> None:
    wanted = committed.expected(contracts.sources())
    stale = committed.differences(wanted)
    gone = committed.left_over(wanted)
    todo = [f"- {path}: stale or missing; run `make derive` and commit it\n{diff}" for path, diff in stale.items()]
    todo += [f"- {path}: no contract asks for it any more; run `make derive` and commit its removal" for path in gone]
    assert not todo, "\n".join(
        ["Derived files and contracts differ (a hand-made edit of a derived file belongs into the contract):", *todo]
    )


def test_check_says_so_on_the_command_line() -> None:
    done = subprocess.run([sys.executable, "-m", "contracts.derive", "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr


@pytest.mark.slow
def test_drift_is_seen_in_both_directions(tmp_path) -> None:
    sources = contracts.sources()
    wanted = committed.expected(sources)
    assert committed.write(sources, tmp_path) == sorted(wanted)
    assert committed.differences(wanted, tmp_path) == {}

    page = tmp_path / "docs/dictionary/ui_wage.md"
    page.write_text(page.read_text(encoding="utf-8").replace("wage_usd", "wage_eur"), encoding="utf-8")
    (tmp_path / "docs/dictionary/headers/adult_ed.csv").unlink()
    (tmp_path / "docs/dictionary/gone_source.md").write_text("# gone", encoding="utf-8")

    stale = committed.differences(wanted, tmp_path)
    assert set(stale) == {"docs/dictionary/ui_wage.md", "docs/dictionary/headers/adult_ed.csv"}
    assert "wage_eur" in stale["docs/dictionary/ui_wage.md"]
    assert committed.left_over(wanted, tmp_path) == ["docs/dictionary/gone_source.md"]

    assert committed.write(sources, tmp_path) == [
        "docs/dictionary/gone_source.md",
        "docs/dictionary/headers/adult_ed.csv",
        "docs/dictionary/ui_wage.md",
    ]
    assert committed.differences(wanted, tmp_path) == {}
    assert committed.left_over(wanted, tmp_path) == []
