"""A receipt reads well, adds up, and shows nobody."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import ingest
from home import Home
from ingest.receipts import inert, ranges
from tests.unit.ingest.files import land, text, wage_rows

pytestmark = pytest.mark.slow


class Page(HTMLParser):
    """Collects the text and every reference to something outside the page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [str(value) for name, value in attrs if name in ("src", "href", "action")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def receipts(home: Home, landing: Path, content: str, name: str | None = None) -> tuple[dict, str, Page]:
    path = land(landing, content)
    if name:
        path = path.rename(path.with_name(name))
    [done] = ingest.load_source(home, "ui_wage", landing)
    html = done.receipt.read_text(encoding="utf-8")
    page = Page()
    page.feed(html)
    return json.loads(done.receipt.with_name("receipt.json").read_text(encoding="utf-8")), " ".join(page.words), page


def test_rows_kept_out_are_counted_located_and_explained(home: Home, landing: Path) -> None:
    rows = wage_rows(300)
    for number in (4, 5, 6, 90):
        rows[number - 1]["wage_action"] = "NONSENSE"
    rows[7]["ssn"] = "1234567"
    data, words, page = receipts(home, landing, text(rows))
    assert data["rows_received"] == data["rows_accepted"] + data["rows_quarantined"] == 300
    [error] = data["errors"]
    assert (error["rule_id"], error["column"], error["rows"]) == ("G4.code", "wage_action", [4, 5, 6, 90])
    assert "ORIG" in error["fix"]
    assert [warning["rule_id"] for warning in data["warnings"]] == ["ssn_lost_leading_zeros"]
    assert "Of 300 rows received, 296 were loaded and 4 were kept out" in words
    assert "4–6, 90" in words
    assert "NONSENSE" not in words
    assert page.links == ["profile.html"]


def test_a_refusal_says_why_and_what_to_do(home: Home, landing: Path) -> None:
    data, words, _ = receipts(home, landing, text(wage_rows(3), delimiter=";"))
    assert data["outcome"] == "reject_file"
    assert "The file was not loaded. The columns are separated by semicolons" in words
    assert data["errors"][0]["fix"] in words


def test_many_findings_are_cut_short_on_the_page(home: Home, landing: Path) -> None:
    rows = wage_rows(4000)
    for row in rows[::2]:
        row["wage_quarter_number"] = "7"
    data, words, _ = receipts(home, landing, text(rows))
    error = next(rule for rule in data["errors"] if rule["rule_id"] == "G4.range")
    assert (error["rows_failed"], len(error["rows"])) == (2000, 1000)
    assert "and more (receipt.json lists up to 1,000)" in words


@pytest.mark.parametrize("outcome", ["accept", "reject_file"])
def test_a_file_name_is_text_and_never_markup(home: Home, landing: Path, outcome: str) -> None:
    name = "dol_ui_wage_2023Q1_20230515_v01.csv" if outcome == "accept" else "<script>alert(1)<!-- .csv"
    data, words, _ = receipts(home, landing, text(wage_rows(3)), name)
    assert data["outcome"] == outcome
    html = next(home.receipts.rglob("receipt.html")).read_text(encoding="utf-8")
    assert "<script" not in html
    assert name in words
    assert not re.search(r"https?://", html)


def test_runs_of_rows_are_shown_as_ranges() -> None:
    assert ranges([1, 2, 3, 7, 9, 10, 1500]) == ["1–3", "7", "9–10", "1,500"]
    assert ranges([]) == []


HOSTILE = "=cmd|calc!A1<script>alert(1)</script>{{ 7 * 7 }}{% raw %}\"'; drop table x"


def test_what_an_agency_writes_is_inert_in_every_receipt(home: Home, landing: Path) -> None:
    """Markup, a formula, Jinja and SQL as file name, heading, manifest text and value: shown as text or not at all."""
    rows = [row | {HOSTILE: HOSTILE} for row in wage_rows(30)]
    rows[3]["wage_action"] = HOSTILE
    path = land(landing, text(rows), manifest={HOSTILE: HOSTILE, "contact": HOSTILE})
    hostile = path.rename(path.with_name(HOSTILE.replace("/", "")))
    for manifest in landing.rglob("*.manifest.json"):
        manifest.rename(hostile.with_name(hostile.name + ".manifest.json"))
    land(landing, text(rows), manifest={HOSTILE: HOSTILE, "contact": HOSTILE})
    results = ingest.load_source(home, "ui_wage", landing)
    assert sorted(done.outcome for done in results) == ["quarantine_rows", "reject_file"]
    for done in results:
        page = done.receipt.read_text(encoding="utf-8")
        assert "<script" not in page
        assert (HOSTILE[:9] in page) == (done.outcome == "reject_file"), "its name, as text, and nothing else of it"
        said = done.receipt.with_name("receipt.json").read_text(encoding="utf-8")
        lines = list(csv.reader(done.receipt.with_name("findings.csv").open(encoding="utf-8", newline="")))
        cells = [cell for line in lines for cell in line]
        assert not [cell for cell in cells if cell.lstrip()[:1] in ("=", "+", "-", "@")]
        assert "drop table" not in said.replace(json.dumps(done.file_name)[1:-1], "")
        assert "drop table" not in "".join(cells)
    assert {line[0] for line in lines[1:]} >= {"G4.code", "G2.manifest_key", "G3.unknown_column"}


def test_findings_are_a_table_for_a_spreadsheet(home: Home, landing: Path) -> None:
    rows = wage_rows(40)
    for number in (4, 5):
        rows[number - 1]["wage_action"] = "NONSENSE"
    land(landing, text(rows), manifest=None)
    [done] = ingest.load_source(home, "ui_wage", landing)
    lines = list(csv.DictReader(done.receipt.with_name("findings.csv").open(encoding="utf-8", newline="")))
    assert [(line["rule"], line["severity"], line["column"], line["row"]) for line in lines] == [
        ("G4.code", "error", "wage_action", "4"),
        ("G4.code", "error", "wage_action", "5"),
        ("G2.no_manifest", "warning", "", ""),
    ]
    assert all(line["message"] and line["how_to_fix"] for line in lines)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), (" =1", "' =1"), ("\t=1", "'\t=1"),
        ("\uff1d1", "'\uff1d1"), ("|calc", "'|calc"), ("plain = text", "plain = text"), ("", ""), ("12", "12"),
    ],
)  # fmt: skip
def test_no_cell_can_start_a_formula(cell: str, shown: str) -> None:
    assert inert(cell) == shown


def test_a_receipt_says_what_comes_next_and_by_when(home: Home, landing: Path) -> None:
    data, words, _ = receipts(home, landing, text(wage_rows(3)))
    assert data["due_next"] == {"period": "2023Q2", "due": "2023-08-29"}
    assert "Next one due" in words
    assert "2023-08-29, for 2023Q2" in words
    assert "whole extract (snapshot)" in words


def test_a_superseded_file_is_told_so_with_its_sum(home: Home, landing: Path) -> None:
    land(landing, text(wage_rows(7)), day="20230515")
    [first] = ingest.load_source(home, "ui_wage", landing)
    land(landing, text(wage_rows(6)), day="20230601")
    [_, second] = ingest.load_source(home, "ui_wage", landing)
    data = json.loads(first.receipt.with_name("receipt.json").read_text(encoding="utf-8"))
    parts = ("rows_received", "rows_accepted", "rows_quarantined", "rows_superseded")
    assert [data[part] for part in parts] == [7, 0, 0, 7]
    assert data["superseded_by"] == [second.batch_id]
    assert second.batch_id in first.receipt.read_text(encoding="utf-8")
    assert "kept as history" in data["next_step"]


@pytest.mark.parametrize("period", ["2099", "2099Q4", "2099M12", "PY2099", "SY2099"])
def test_a_period_at_the_end_of_the_labels_has_no_next_one(home: Home, landing: Path, period: str) -> None:
    land(landing, text(wage_rows(3)), period=period)
    [done] = ingest.load_source(home, "ui_wage", landing)
    assert json.loads(done.receipt.with_name("receipt.json").read_text(encoding="utf-8"))["due_next"] is None
    land(landing, text(wage_rows(4)))
    assert [one.is_new for one in ingest.load_source(home, "ui_wage", landing)] == [True, False]


def test_a_receipt_that_cannot_be_written_stops_no_loading(
    home: Home, landing: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder lies where a page must go; once it is gone, the next start makes the receipt up."""
    land(landing, text(wage_rows(3)))
    [first] = ingest.load_source(home, "ui_wage", landing)
    first.receipt.unlink()
    first.receipt.with_name(".receipt.json.new").mkdir()
    second = land(landing, text(wage_rows(4)), period="2023Q2", day="20230815")
    results = ingest.load_source(home, "ui_wage", landing)
    assert [(one.file_name, one.receipt.exists()) for one in results if one.is_new] == [(second.name, True)]
    assert f"writing the receipt of {first.batch_id} (IsADirectoryError)" in caplog.text
    assert list((home.root / "logs").glob("fault-*.txt"))
    first.receipt.with_name(".receipt.json.new").rmdir()
    ingest.load_source(home, "ui_wage", landing)
    assert first.receipt.exists()
