"""The quality report: what its tables count, what is too few to show, what decisions say, what is written."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from linkage.decisions import CANNOT_LINK, MUST_LINK, decide
from linkage.quality import Quality, quality, write_quality
from linkage.quality_review import interval
from linkage.quality_tables import Table, heads
from linkage.run import LinkageError
from tests.unit.linkage.conftest import Identity, Vault, person, wage

pytestmark = pytest.mark.slow

DAY = date(2026, 6, 30)
NAMES = [f"{a}{b}" for a in ("Ab", "Cor", "Del", "Fin", "Gus") for b in ("ara", "emo", "ilu", "oki", "uta")]


def pair(number: int, **fields: object) -> tuple[Identity, Identity]:
    """A participant and the wage record of the same number."""
    ssn, first, last = f"4{number:02}12{3000 + number}", NAMES[number], NAMES[-number - 1] + "son"
    known = {"first_name": first, "last_name": last, "birth_date": date(1980, 1, 1 + number), "sex": "F"}
    return person(ssn=ssn, agency_person_id=f"p{number}", **(known | fields)), wage(ssn, first, last)


def both(vault: Vault, row: int) -> tuple[str, str]:
    """The identity keys of a row and the one after it."""
    [(a,), (b,)] = vault.query(
        f"select identity_key::varchar from identity where first_row_no in ({row}, {row + 1}) order by first_row_no"
    )
    return a, b


def as_dicts(report: Quality, name: str) -> list[dict[str, object]]:
    table = report[name]
    return [dict(zip((head.name for head in table.heads), row, strict=True)) for row in table.rows]


@pytest.fixture
def mixed(vault: Vault) -> Vault:
    """Twelve persons with wages, one adult learner by himself, linked on DAY."""
    for number in range(12):
        vault.add(*pair(number))
    vault.add(person("adult_ed", first_name="Zoltan", last_name="Quint", birth_date=date(2009, 7, 1), sex="M"))
    vault.link(on=DAY)
    return vault


def test_match_rates_by_source_pair_have_their_denominators(mixed: Vault) -> None:
    rows = {(row[0], row[1]): row[2:] for row in quality(mixed.home)["source_pair"].rows}
    assert rows["cthires_participant", "ui_wage"] == (12, 12, 12, 1.0)
    assert rows["ui_wage", "cthires_participant"] == (12, 12, 12, 1.0)
    assert rows["adult_ed", "ui_wage"] == (1, 0, 0, 0.0)
    assert len(rows) == 6


def test_match_rates_by_sex_age_and_number_are_of_what_the_record_says(mixed: Vault) -> None:
    rows = {row[:2]: row[2:] for row in quality(mixed.home)["match_rate"].rows}
    assert rows == {
        ("all", "all"): (25, 24, 0.96),
        ("sex", "F"): (12, 12, 1.0),
        ("sex", "M"): (1, 0, 0.0),
        ("sex", "not known"): (12, 12, 1.0),
        ("age", "16-18"): (1, 0, 0.0),
        ("age", "45-54"): (12, 12, 1.0),
        ("age", "not known"): (12, 12, 1.0),
        ("ssn", "valid"): (24, 24, 1.0),
        ("ssn", "none or not valid"): (1, 0, 0.0),
    }


def test_without_a_data_day_no_age_is_known(vault: Vault) -> None:
    vault.add(*pair(0)).link()
    report = quality(vault.home)
    assert report.link_day is None
    assert [row[1] for row in report["match_rate"].rows if row[0] == "age"] == ["not known"]


def test_sizes_edges_and_refusals_are_counted(mixed: Vault) -> None:
    mixed.add(
        person(agency_person_id="T", first_name="Ana", last_name="Rey", birth_date=date(1990, 1, 1), ssn="212345678"),
        person(agency_person_id="T", first_name="Bob", last_name="Oak", birth_date=date(1970, 2, 2), ssn="498765432"),
    ).link(on=DAY)
    report = quality(mixed.home)
    assert report["cluster_size"].rows == [
        ("identities", "1", 3, 0.2),
        ("identities", "2", 12, 0.8),
        ("sources", "1", 3, 0.2),
        ("sources", "2", 12, 0.8),
    ]
    assert [row[:3] for row in report["edge"].rows] == [("D1", 12, 0)]
    [(reason, rule, edges, why)] = report["refused_edge"].rows
    assert (reason, rule, edges) == ("two_numbers_and_birth_dates", "D2", 1)
    assert why


def test_what_the_last_run_changed(mixed: Vault) -> None:
    mixed.add(*pair(20)).link(on=date(2026, 9, 30))
    report = quality(mixed.home)
    assert report["last_run"].rows == [("new in the vault, or back in it", 2, 1)]
    last, first = as_dicts(report, "run")
    assert (last["run"], last["data_day"], last["persons_touched"], last["of_these_new"]) == (2, "2026-09-30", 1, 1)
    assert (first["identities"], first["persons"], first["created"]) == (25, 13, 13)


def test_few_reviewed_pairs_are_no_estimate_and_say_why(mixed: Vault) -> None:
    decide(mixed.home, both(mixed, 1), MUST_LINK, "K. Lee", "same paper", DAY)
    precision, agreement = as_dicts(quality(mixed.home), "estimated_precision")
    assert (precision["pairs"], precision["agreeing"], precision["share"]) == (1, 1, None)
    assert precision["why_not_estimated"] == "fewer than 20 such pairs have been reviewed"
    assert (agreement["pairs"], agreement["share"]) == (1, None)


def test_precision_is_what_the_engine_would_link_before_and_after_the_decisions_are_kept(vault: Vault) -> None:
    for number in range(22):
        vault.add(*pair(number))
    vault.link(on=DAY)
    for number in range(22):
        made = CANNOT_LINK if number < 2 else MUST_LINK
        decide(vault.home, both(vault, 2 * number + 1), made, "K. Lee", "asked the agency", DAY)
    one_and_another = both(vault, 6)  # a wage record and the next participant: nothing links them
    decide(vault.home, one_and_another, MUST_LINK, "K. Lee", "asked the agency", DAY)
    before = as_dicts(quality(vault.home), "estimated_precision")
    vault.link(on=DAY)
    after = as_dicts(quality(vault.home), "estimated_precision")
    assert before == after
    precision, agreement = after
    assert (precision["pairs"], precision["agreeing"], precision["share"]) == (22, 20, round(20 / 22, 4))
    assert (agreement["pairs"], agreement["agreeing"]) == (23, 20)
    assert precision["low"] < precision["share"] < precision["high"]


def test_a_link_on_a_name_alone_is_the_reviewers_and_one_on_more_the_models_too(vault: Vault) -> None:
    named = {"first_name": "Zbigniew", "middle_name": "Quillon", "last_name": "Vantongeren"}
    more = {"first_name": "Ottoline", "last_name": "Harkstroem", "street": "12 Elm St", "zip": "06103"}
    vault.add(
        person(**named),
        person("adult_ed", **named),
        person(birth_date=date(1971, 3, 4), **more),
        person("adult_ed", birth_date=date(1971, 4, 3), **more),
    ).link(probability=True, on=DAY)
    assert vault.rules() == [("P", "probability")]
    assert vault.refused() == [("W", "name_alone")]
    for row in (1, 3):
        decide(vault.home, both(vault, row), MUST_LINK, "K. Lee", "asked the agency", DAY)
    before = quality(vault.home)["reviewed_pair"].rows
    vault.link(probability=True, on=DAY)
    assert vault.rules() == [("R", "decided_same")] * 2
    assert quality(vault.home)["reviewed_pair"].rows == before
    assert sum(row[4] for row in before) == 1


def test_the_interval_is_wilsons() -> None:
    assert interval(10, 10) == (0.7225, 1.0)
    assert interval(0, 10) == (0.0, 0.2775)


def test_small_counts_and_what_rests_on_them_are_not_shown() -> None:
    table = Table(
        "t", "", "", heads("a", "n:count", "m:count", "share:share:n+m"), [("x", 10, 9, 0.9), ("y", 10, 0, 0)]
    )
    assert table.shown() == [["x", 10, "<10", None], ["y", 10, 0, 0]]


def test_page_and_tables_show_no_person_and_no_small_count(mixed: Vault, tmp_path: Path) -> None:
    page = write_quality(mixed.home, tmp_path / "report")
    files = {path.name: path.read_text() for path in page.parent.iterdir()}
    assert set(files) == {"index.html", *(f"{table.name}.csv" for table in quality(mixed.home).tables)}
    values = mixed.query("select unnest([first_name, last_name, ssn, identity_key::varchar]) from identity")
    keys = mixed.query("select person_key from linkage.person")
    for text in files.values():
        assert [value for (value,) in [*values, *keys] if value and value in text] == []
    html = files["index.html"]
    assert re.search(r"<script|https?://|src=", html) is None
    assert "race is in the warehouse" in html
    assert "Counts from 1 to 9 are shown as &lt;10, without the shares that rest on them." in html
    assert "(&#39;" not in html, "a sentence, not a list of one"
    for table in quality(mixed.home).tables:
        counts = [place for place, head in enumerate(table.heads) if head.kind == "count"]
        for row in list(csv.reader(files[f"{table.name}.csv"].splitlines()))[1:]:
            assert [row[place] for place in counts if row[place] in list("123456789")] == []


def test_the_headline_hides_small_counts_too(vault: Vault, tmp_path: Path) -> None:
    vault.add(*pair(0)).link(on=DAY)
    assert "&lt;10 records are &lt;10 persons." in write_quality(vault.home, tmp_path / "report").read_text()


def test_the_same_links_write_the_same_bytes(mixed: Vault, tmp_path: Path) -> None:
    first, second = (write_quality(mixed.home, tmp_path / name).parent for name in ("a", "b"))
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes()


def test_before_the_first_run_there_is_nothing_to_report(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(LinkageError, match="not been linked yet"):
        write_quality(vault.home, tmp_path / "report")
    assert not (tmp_path / "report").exists()


def test_a_file_is_no_folder_for_the_report(mixed: Vault, tmp_path: Path) -> None:
    (tmp_path / "report").write_text("mine")
    with pytest.raises(LinkageError, match="folder"):
        write_quality(mixed.home, tmp_path / "report")
    assert (tmp_path / "report").read_text() == "mine"


def test_the_command_says_where_the_report_is(mixed: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKFORCE_HOME", str(mixed.home.root))
    done = CliRunner().invoke(app, ["link", "quality"])
    assert done.exit_code == 0, done.output
    assert (mixed.home.linkage_quality / "index.html").exists()
