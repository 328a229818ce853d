"""A receipt reads well, adds up, and shows nobody."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import ingest
from home import Home
from ingest.receipts import ranges
from tests.unit.ingest.files import land, text, wage_rows


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
