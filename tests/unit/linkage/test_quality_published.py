"""What the published numbers add to the quality report: rates by race, figures that moved, and what is too few."""

from __future__ import annotations

import csv
import os
from datetime import date
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from cli.main import app
from linkage.quality_published import MatchRate, MovedFigure, MovedReport, Moves, Published
from tests.unit.linkage.conftest import Vault
from tests.unit.linkage.test_rules import ana

RATES = [
    MatchRate("adult_ed", "ANY", "RACE_PIRL_2018", "White", 40, 30, 0.75, True),
    MatchRate("adult_ed", "ANY", "RACE_PIRL_2018", "Black", 19, 12, 0.631579, False),
    MatchRate("adult_ed", "ANY", "RACE_PIRL_2018", "Asian", 40, 4, 0.1, True),
]


def moves(*figures: tuple[str, str | None, str | None]) -> Moves:
    """One row of one report, with these figures (column, before, after)."""
    return Moves("A", "B", [MovedReport("r", 40, 12, 3, 0)], [MovedFigure("r", "k=1", *one) for one in figures])


def test_a_group_too_small_to_be_compared_has_no_share() -> None:
    [rates] = Published(rates=RATES).tables
    assert [row[3:] for row in rates.shown()] == [
        ["White", 40, 30, 0.75],
        ["Black", 19, 12, None],
        ["Asian", 40, "<10", None],
    ]


@pytest.mark.parametrize(
    ("figures", "shown"),
    [
        ([("exit_count", "12", "20"), ("rate", "0.5", "0.6")], [("12", "20"), ("0.5", "0.6")]),
        ([("exit_count", "9", "20"), ("rate", "0.5", "0.6")], [("<10", "20"), (None, None)]),
        ([("exit_count", "12", "20"), ("employed_count", "12", "1")], [("12", "20"), ("12", "<10")]),
        ([("exit_count", None, "0"), ("rate", None, "0")], [(None, "0"), (None, "0")]),
        ([("rate", "0.5", "0.6")], [(None, None)]),
        ([("exit_count", "12", "20"), ("employed_count", "12", "1"), ("rate", "1", "0.05")],
         [("12", "20"), ("12", "<10"), (None, None)]),
    ],
    ids=["large", "a small count", "a small count beside a large", "zero", "no count moved", "a rate on a small count"],
)  # fmt: skip
def test_a_figure_is_shown_only_beside_large_enough_counts(figures: list, shown: list) -> None:
    _, table = Published(moves=moves(*figures)).tables
    assert [row[3:] for row in table.rows] == shown


def test_reports_that_moved_are_counted() -> None:
    reports, _ = Published(moves=moves()).tables
    assert reports.shown() == [["r", 40, 12, "<10", 0]]


def test_what_is_not_there_is_said() -> None:
    assert len(Published().notes) == 2
    assert Published().tables == ()
    assert Published(rates=RATES, moves=moves()).notes == ()


def _publish(home_published: Path, name: str, rates: str, at: int) -> Path:
    home_published.mkdir(parents=True, exist_ok=True)
    path = home_published / f"workforce_2026-06-30_{name}.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(f"create table release as select '2026-06-30_{name}' as release")
        con.execute(
            "create table rpt_linkage_quality as select *, 'x' as run_id from (values "
            f"{rates}) as t (source_name, other_source_name, slice_code, slice_value, numerator_count, "
            f"denominator_count, matched_share, is_comparable)"
        )
    os.utime(path, ns=(at, at))
    (home_published / "current.duckdb").unlink(missing_ok=True)
    (home_published / "current.duckdb").symlink_to(path.name)
    return path


@pytest.fixture
def linked(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Vault:
    vault.add(ana()).link(on=date(2026, 6, 30))
    monkeypatch.setenv("WORKFORCE_HOME", str(vault.home.root))
    return vault


def _report(vault: Vault) -> tuple[str, dict[str, list[list[str]]]]:
    done = CliRunner().invoke(app, ["link", "quality"])
    assert done.exit_code == 0, done.output
    folder = vault.home.linkage_quality
    tables = {path.stem: list(csv.reader(path.read_text().splitlines()))[1:] for path in folder.glob("*.csv")}
    return (folder / "index.html").read_text(), tables


@pytest.mark.slow
def test_the_report_has_rates_by_race_and_what_moved_between_the_last_two_releases(linked: Vault) -> None:
    html, tables = _report(linked)
    assert "match_rate_published" not in tables
    assert "race is in the warehouse" in html
    assert "it takes two releases" in html

    row = "('adult_ed', 'ANY', 'RACE_PIRL_2018', 'Black', {}, {}, {}, true)"
    _publish(linked.home.published, "a", row.format(30, 60, 0.5), 1_000_000_000)
    html, tables = _report(linked)
    assert tables["match_rate_published"] == [
        ["adult_ed", "ANY", "RACE_PIRL_2018", "Black", "60", "30", "0.5"],
    ]
    assert "race is in the warehouse" not in html
    assert "it takes two releases" in html

    _publish(linked.home.published, "b", row.format(45, 60, 0.75), 2_000_000_000)
    html, tables = _report(linked)
    assert tables["moved_report"] == [["rpt_linkage_quality", "<10", "<10", "0", "0"]]
    key = "source_name=adult_ed, other_source_name=ANY, slice_code=RACE_PIRL_2018, slice_value=Black"
    assert tables["moved_figure"] == [
        ["rpt_linkage_quality", key, "numerator_count", "30", "45"],
        ["rpt_linkage_quality", key, "matched_share", "0.5", "0.75"],
    ]
    assert "2026-06-30_a to release 2026-06-30_b" in html
    assert "it takes two releases" not in html


@pytest.mark.slow
def test_a_release_without_the_report_is_no_fault(linked: Vault) -> None:
    path = _publish(linked.home.published, "a", "('s', 'o', 'SEX', 'F', 30, 60, 0.5, true)", 1_000_000_000)
    with duckdb.connect(str(path)) as con:
        con.execute("drop table rpt_linkage_quality")
    html, tables = _report(linked)
    assert "race is in the warehouse" in html
    assert "match_rate_published" not in tables
