"""Real files through the loader: what differs from its history is told, held if the contract blocks, and released."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ingest
from home import PROJECT_ROOT, Home
from tests.unit.ingest.files import describe, land, participant_rows, text, wage_rows, warehouse
from tests.unit.ingest.test_loading import visible
from tests.unit.ingest.test_receipts import Page

ROWS = 400
QUARTERS = {
    "2022Q2": "20220815", "2022Q3": "20221115", "2022Q4": "20230215", "2023Q1": "20230515", "2023Q2": "20230815",
}  # fmt: skip
HELD = "select batch_id, is_held from ledger.batch order by period, sha256"


def wages(landing: Path, period: str, rows: int = ROWS, day: str = "", **same: str) -> Path:
    """Land the wage file of a quarter, taken on its usual day."""
    year, quarter = period.split("Q")
    received = f"{int(year) + (quarter == '4')}-{int(quarter) % 4 * 3 + 2:02d}-01"
    in_order = {"wage_year": year, "wage_quarter_number": quarter, "received_date": received}
    return land(landing, text(wage_rows(rows, **(in_order | same))), period=period, day=day or QUARTERS[period])


def usual(landing: Path, *periods: str) -> None:
    """Quarters that are like each other."""
    for step, period in enumerate(periods):
        wages(landing, period, ROWS + step)


def load(home: Home, landing: Path) -> list[ingest.BatchResult]:
    return ingest.load_source(home, "ui_wage", landing)


def reconciliation(home: Home) -> tuple:
    [row] = warehouse(
        home,
        "select rows_received, rows_accepted, rows_quarantined, rows_superseded, rows_held from ledger.reconciliation "
        "where source = 'ui_wage'",
    )
    return row


def page(home: Home, batch_id: str) -> tuple[str, str]:
    """The profile page of a batch: its bytes and its words."""
    html = (home.receipts / "ui_wage" / batch_id / "profile.html").read_text(encoding="utf-8")
    read = Page()
    read.feed(html)
    assert read.links == ["receipt.html"]
    return html, " ".join(" ".join(read.words).split())


def test_a_half_empty_wage_file_is_held_until_a_steward_releases_it(home: Home, landing: Path) -> None:
    usual(landing, "2022Q2", "2022Q3", "2022Q4", "2023Q1")
    assert not any(done.is_held for done in load(home, landing))
    half = wages(landing, "2023Q2", ROWS // 2)
    [done] = [done for done in load(home, landing) if done.is_new]
    assert (done.is_held, done.outcome, done.rows_accepted) == (True, "accept_with_warning", ROWS // 2)
    assert "is held" in done.message
    assert "2023Q2" not in visible(home)
    received, *parts = reconciliation(home)
    assert (received, parts[-1]) == (sum(parts), ROWS // 2)
    receipt = json.loads((done.receipt.parent / "receipt.json").read_text(encoding="utf-8"))
    assert [warning["rule_id"] for warning in receipt["warnings"]] == ["G8.rows"]
    assert "below the middle of the 4 batches" in receipt["warnings"][0]["message"]
    assert "Held" in receipt["headline"]
    assert "drift_accepted" in receipt["next_step"]
    assert 'href="profile.html"' in done.receipt.read_text(encoding="utf-8")
    assert "Nothing of this batch is in use" in page(home, done.batch_id)[1]

    [still] = [again for again in load(home, landing) if again.batch_id == done.batch_id]
    assert still.is_held
    describe(half, {"drift_accepted": True})
    [released] = [again for again in load(home, landing) if again.batch_id == done.batch_id]
    assert (released.is_held, released.is_new) == (False, False)
    assert visible(home)["2023Q2"] == ROWS // 2
    assert reconciliation(home)[-1] == 0
    receipt = json.loads((done.receipt.parent / "receipt.json").read_text(encoding="utf-8"))
    assert "Held" not in receipt["headline"]
    assert [warning["rule_id"] for warning in receipt["warnings"]] == ["G8.rows"]
    assert "A steward has said that the difference is real" in page(home, done.batch_id)[1]
    lines = [json.loads(line) for line in home.ledger_log.read_text(encoding="utf-8").splitlines()]
    assert [line["is_held"] for line in lines if line["batch_id"] == done.batch_id][-1] is False


def test_of_a_held_period_the_extract_before_stays_in_use(home: Home, landing: Path) -> None:
    usual(landing, "2022Q2", "2022Q3", "2022Q4", "2023Q1")
    load(home, landing)
    wages(landing, "2023Q1", ROWS // 4, day="20230601")
    [done] = [done for done in load(home, landing) if done.is_new]
    assert done.is_held
    assert visible(home)["2023Q1"] == ROWS + 3
    again = wages(landing, "2023Q1", ROWS + 9, day="20230610")
    [corrected] = [done for done in load(home, landing) if done.file_name == again.name]
    assert not corrected.is_held
    assert visible(home)["2023Q1"] == ROWS + 9


def test_a_file_whose_difference_is_announced_is_never_held(home: Home, landing: Path) -> None:
    usual(landing, "2022Q2", "2022Q3", "2022Q4", "2023Q1")
    describe(wages(landing, "2023Q2", ROWS // 2), {"drift_accepted": True})
    assert [done.is_held for done in load(home, landing)] == [False] * 5
    assert warehouse(home, "select rule_id from ledger.finding where rule_id like 'G8%'") == [("G8.rows",)]


def test_each_rule_is_told_in_shares(home: Home, landing: Path) -> None:
    usual(landing, "2022Q2", "2022Q3", "2022Q4", "2023Q1")
    wages(landing, "2023Q2", naics_code="", wage_action="AMEND", wage_usd="600000.00")
    load(home, landing)
    told = dict(
        warehouse(home, "select rule_id || ' ' || column_name, message from ledger.finding where rule_id like 'G8%'")
    )
    assert set(told) == {"G8.nulls naics_code", "G8.codes wage_action", "G8.amounts wage_usd"}
    assert told["G8.nulls naics_code"] == (
        "The share of rows without naics_code is 100 %; in the 4 batches it is compared with it was 0 %."
    )
    counts = warehouse(home, "select rule_id, rows_failed from ledger.rule_count where rule_id like 'G8%' order by all")
    assert counts == [("G8.amounts", None), ("G8.codes", None), ("G8.nulls", None)]


def test_a_contract_that_warns_holds_nothing(home: Home, landing: Path) -> None:
    days = {"2022Q2": "20220715", "2022Q3": "20221015", "2022Q4": "20230115", "2023Q1": "20230415"}
    for step, (period, day) in enumerate(days.items()):
        in_secondary = "" if period == "2023Q1" else "0"
        rows = participant_rows(60 + step, entry_date="2022-04-01", in_secondary=in_secondary)
        land(landing, text(rows), "cthires_participant", period, day)
    done = ingest.load_source(home, "cthires_participant", landing)
    assert [one.is_held for one in done] == [False] * 4
    told = warehouse(home, "select column_name from ledger.finding where rule_id = 'G8.nulls' order by all")
    assert told == [("in_secondary",)]
    assert "in the 3 batches" in warehouse(home, "select message from ledger.finding where rule_id = 'G8.nulls'")[0][0]


def test_three_batches_are_no_history_of_one_another(home: Home, landing: Path) -> None:
    wages(landing, "2022Q2", 400)
    wages(landing, "2022Q3", 40)
    wages(landing, "2022Q4", 4000)
    done = load(home, landing)
    assert not any(one.is_held for one in done)
    assert warehouse(home, "select count(*) from ledger.finding where rule_id like 'G8%'") == [(0,)]
    assert warehouse(home, "select distinct batches_before from ledger.drift_review") == [(0,)]
    assert "No history yet" in page(home, done[0].batch_id)[1]


def test_the_verdict_does_not_depend_on_the_order_of_arrival(tmp_path: Path) -> None:
    everything = tmp_path / "landing"
    usual(everything, "2022Q2", "2022Q3", "2022Q4", "2023Q1")
    wages(everything, "2023Q1", ROWS // 4, day="20230601")
    wages(everything, "2023Q2", ROWS // 2)
    files = sorted(path for path in (everything / "ui_wage").iterdir() if path.suffix == ".csv")
    found = []
    for seed in (None, 1):
        home, landing = Home(tmp_path / f"home{seed}").ensure(), tmp_path / f"landing{seed}"
        (landing / "ui_wage").mkdir(parents=True)
        order = files if seed is None else random.Random(seed).sample(files, len(files))
        for path in order:
            for part in (path, path.with_name(path.name + ".manifest.json")):
                shutil.copy2(part, landing / "ui_wage" / part.name)
            if seed is not None:
                load(home, landing)
        load(home, landing)
        findings = warehouse(home, "select * from ledger.finding where rule_id like 'G8%' order by all")
        reviews = warehouse(home, "select batch_id, digest, is_broken from ledger.drift_review order by all")
        pages = {path.parent.name: path.read_bytes() for path in home.receipts.rglob("profile.html")}
        found.append((warehouse(home, HELD), findings, reviews, pages))
    assert found[0] == found[1]
    assert [held for _, held in found[0][0]].count(True) == 2


def test_a_batch_not_compared_yet_is_held_and_the_next_start_makes_up_for_it(
    home: Home, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual(landing, "2022Q2", "2022Q3", "2022Q4", "2023Q1")
    load(home, landing)
    wages(landing, "2023Q2", ROWS + 7)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as crash, pytest.raises(KeyboardInterrupt):
        crash.setattr("ingest.drift.review", killed)
        load(home, landing)
    assert "2023Q2" not in visible(home)
    assert not any(done.is_held for done in load(home, landing))
    assert visible(home)["2023Q2"] == ROWS + 7


def test_a_lost_page_is_made_again_to_the_byte_and_a_second_load_changes_nothing(home: Home, landing: Path) -> None:
    usual(landing, "2022Q2", "2022Q3", "2022Q4", "2023Q1")
    wages(landing, "2023Q2", ROWS // 2)
    held = next(done for done in load(home, landing) if done.is_held)
    before, log = page(home, held.batch_id), home.ledger_log.read_bytes()
    load(home, landing)
    assert home.ledger_log.read_bytes() == log
    shutil.rmtree(home.receipts)
    load(home, landing)
    assert page(home, held.batch_id) == before


def test_no_page_ledger_or_log_shows_a_person(home: Home, landing: Path) -> None:
    usual(landing, "2022Q2", "2022Q3", "2022Q4", "2023Q1")
    wages(landing, "2023Q2", ROWS, wage_usd="987654.32", naics_code="")
    load(home, landing)
    told = [
        path.read_text(encoding="utf-8") for path in (*home.receipts.rglob("*.html"), *home.receipts.rglob("*.json"))
    ]
    told += [home.ledger_log.read_text(encoding="utf-8")]
    told += [repr(warehouse(home, f"select * from ledger.{table}")) for table in ("profile", "finding", "drift_review")]
    for shown in told:
        assert not re.search(r"Quibblewick|Zinnober|987654\.32|987,654", shown)
        assert not re.search(r"\b212\d{6}\b", shown)
        assert not re.search(r"https?://|<script", shown)


SILENTLY = """
import sys
from pathlib import Path
from home import Home
import ingest, ingest.load, ingest.drift
assert "great_expectations" not in sys.modules
home, landing = Home(Path("home")).ensure(), Path("landing")
first = ingest.load_source(home, "ui_wage", landing / "first")
assert "great_expectations" not in sys.modules, "imported for a source without a history"
assert any(done.is_held for done in ingest.load_source(home, "ui_wage", landing / "then"))
assert "great_expectations" in sys.modules
"""


def test_great_expectations_is_imported_late_says_nothing_and_leaves_no_file(tmp_path: Path) -> None:
    usual(tmp_path / "landing" / "first", "2022Q2", "2022Q3", "2022Q4")
    wages(tmp_path / "landing" / "then", "2023Q1", ROWS // 2)
    user = tmp_path / "user"
    user.mkdir()
    places = {"HOME": str(user), "TMPDIR": str(user), "XDG_CONFIG_HOME": str(user), "PYTHONPATH": str(PROJECT_ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", SILENTLY],
        cwd=tmp_path,
        env=os.environ | places,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(user.rglob("*")) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "landing", "user"]
    assert not [
        path for path in (tmp_path / "home").rglob("*") if re.search(r"gx|expectation", path.name, re.IGNORECASE)
    ]
