"""`workforce status` says per source what arrived, what is due next, and what a steward should look at."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import contracts
import ingest
from cli.status import remarks
from home import Home
from ingest.calendar import Timeliness
from tests.support.running import workforce
from tests.unit.ingest.files import land, text, wage_rows


@pytest.mark.slow
def test_status_shows_the_newest_period_what_is_due_and_what_is_late(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").ensure()
    land(tmp_path / "landing", text(wage_rows(12)), period="2023Q1", day="20230515")
    ingest.load_source(home, "ui_wage", tmp_path / "landing")

    def line(day: str) -> str:
        told = workforce(home.root, "status", "--day", day).stdout
        assert f"Submissions, as of {day}" in told
        silent = next(line for line in told.splitlines() if line.startswith("Nothing received yet:"))
        assert all(name in silent for name in contracts.source_names() if name != "ui_wage")
        return " ".join(next(line for line in told.splitlines() if line.strip().startswith("ui_wage")).split())

    assert line("2023-08-29") == "ui_wage 2023Q1 2023-05-15 2023Q2 by 2023-08-29 1 0 12"
    assert line("2023-08-30") == "ui_wage 2023Q1 2023-05-15 2023Q3 by 2023-11-29 late 2023Q2 1 0 12"


def test_remarks_name_the_newest_periods_of_each_kind() -> None:
    assert remarks(Timeliness("ui_wage", date(2024, 1, 1))) == ""
    stands = Timeliness(
        "ui_wage", date(2024, 1, 1), late=("2023Q3",), missing=("2022Q3", "2022Q4", "2023Q1"), held=("2023Q2",)
    )
    assert remarks(stands) == "late 2023Q3; missing 2022Q4, 2023Q1 and 1 more; held 2023Q2"
