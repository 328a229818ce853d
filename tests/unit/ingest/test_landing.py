"""What lies in the landing folder, and what its name says."""

from __future__ import annotations

import os
import time
from datetime import date, datetime
from pathlib import Path

import pytest

import ingest
from ingest.findings import Rejected
from ingest.naming import period_span, read_facts
from tests.unit.ingest.files import land


def test_scan_lists_files_of_known_sources_in_one_order_whatever_came_first(landing: Path) -> None:
    for source, period in (
        ("ui_wage", "2023Q2"),
        ("adult_ed", "2023"),
        ("ui_wage", "2023Q1"),
        ("no_such_source", "2023"),
    ):
        land(landing, "x", source, period)
    assert [(seen.source, seen.file_name.split("_")[-3]) for seen in ingest.scan(landing)] == [
        ("adult_ed", "2023"),
        ("ui_wage", "2023Q1"),
        ("ui_wage", "2023Q2"),
    ]
    assert [path.name for path in ingest.strays(landing)] == ["no_such_source"]


@pytest.mark.parametrize(
    "name", [".hidden.csv", "x.csv.part", "x.tmp", "X.CSV.PART", "x.csv.manifest.json", "x.manifest.json", "x.filepart"]
)
def test_unfinished_and_hidden_files_and_manifests_are_passed_over(landing: Path, name: str) -> None:
    (landing / "ui_wage").mkdir()
    (landing / "ui_wage" / name).write_text("x")
    (landing / "ui_wage" / "old").mkdir()
    assert ingest.scan(landing) == []


def test_a_file_waits_until_nothing_has_touched_it_for_a_while(landing: Path) -> None:
    path = land(landing, "x")
    assert ingest.scan(landing, settle_seconds=30) == []
    assert len(ingest.scan(landing, settle_seconds=0)) == 1
    os.utime(path, (time.time() - 3600, time.time() - 3600))
    assert ingest.scan(landing, settle_seconds=30) == [], "its content is old, but it was put there just now"


def test_a_missing_landing_folder_holds_nothing(tmp_path: Path) -> None:
    assert ingest.scan(tmp_path / "nowhere") == []
    assert ingest.strays(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    ("period", "span"),
    [
        ("2023Q1", (date(2023, 1, 1), date(2023, 3, 31))),
        ("2023Q4", (date(2023, 10, 1), date(2023, 12, 31))),
        ("2024M02", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2023", (date(2023, 1, 1), date(2023, 12, 31))),
        ("PY2023", (date(2023, 7, 1), date(2024, 6, 30))),
        ("SY2022", (date(2022, 7, 1), date(2023, 6, 30))),
        ("2023Q5", None),
        ("2023M13", None),
        ("PY2023Q1", None),
        ("23Q1", None),
        ("", None),
    ],
)
def test_period_labels(period: str, span: tuple[date, date] | None) -> None:
    assert period_span(period) == span


def test_name_and_manifest(landing: Path) -> None:
    path = land(landing, "x", period="2023q1", version=7)
    facts = read_facts(path)
    assert (facts.period, facts.extract_ts, facts.version) == ("2023Q1", datetime(2023, 5, 15), 7)
    assert (facts.is_final, facts.amend_mode) == (False, "replace")
    path.with_name(path.name + ".manifest.json").write_text(
        '{"period": 2022, "period_from": "2022-01-01", "period_to": "2022-09-30", "extract_ts": "2023-06-01", '
        '"final": true, "amend_mode": "delta", "rows": 12, "contact": "somebody"}'
    )
    facts = read_facts(path)
    assert (facts.period, facts.period_to, facts.extract_ts) == ("2022", date(2022, 9, 30), datetime(2023, 6, 1))
    assert (facts.is_final, facts.amend_mode, facts.rows) == (True, "delta", 12)


@pytest.mark.parametrize("name", ["dol_ui_wage_2023Q1_20230231_v01.csv", "dol_ui_wage_2023Q1.csv", "wages.csv"])
def test_names_that_say_too_little(landing: Path, name: str) -> None:
    with pytest.raises(Rejected, match="Neither the file name nor a manifest gives"):
        read_facts(landing / name)
