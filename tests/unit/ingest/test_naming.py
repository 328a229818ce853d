"""File names of every style, manifests, and what about them is worth a warning."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from pathlib import Path

import pytest

import contracts
import ingest
from home import Home
from ingest import manifest, naming
from ingest.findings import Rejected
from ingest.naming import parse_name, read_facts
from tests.unit.ingest.files import land, text, wage_rows, warehouse

WAGE = contracts.load("ui_wage")


@pytest.mark.parametrize("suffix", ["", ".csv", ".txt", ".csv.gz", ".parquet", ".XLSX"])
@pytest.mark.parametrize(
    ("name", "agency", "period", "taken", "version"),
    [
        ("dol_ui_wage_2023q1_20230515_v07", "dol", "2023Q1", datetime(2023, 5, 15), 7),
        ("dol_ui_wage_2023Q1_20230515", "dol", "2023Q1", datetime(2023, 5, 15), 1),
        ("DOL_UI_WAGE_2023Q1_20230515_V02", "DOL", "2023Q1", datetime(2023, 5, 15), 2),
        ("DOL.Q0123.05_15_2023.matching", "DOL", "REQ-Q0123", datetime(2023, 5, 15), 1),
        ("SDE.P20-7.02_29_2024.analytical", "SDE", "REQ-P20-7", datetime(2024, 2, 29), 1),
        ("dol.req9.12_31_2023.key", "dol", "REQ-REQ9", datetime(2023, 12, 31), 1),
        ("P20_Q0123_DOL_match_v3", "DOL", "REQ-Q0123", None, 3),
        ("p20_q0123_uconn_match", "uconn", "REQ-Q0123", None, 1),
    ],
)
def test_every_style_with_and_without_the_suffix_of_a_format(
    name: str, agency: str, period: str, taken: datetime | None, version: int, suffix: str
) -> None:
    said = parse_name(name + suffix)
    assert (said.agency, said.period, said.taken, said.version, said.base) == (agency, period, taken, version, name)


@pytest.mark.parametrize(
    "name",
    ["DOL.Q0123.05_15_2023.other", "DOL.Q0123.2023_05_15.matching", "P20_0123_DOL_match_v1", "DOL.Q/1.05_15_2023.key"],
)
def test_names_of_no_style(name: str) -> None:
    assert parse_name(name).period == ""


def test_a_day_that_does_not_exist_is_no_day() -> None:
    assert parse_name("DOL.Q0123.02_30_2023.matching").taken is None
    assert parse_name("dol_ui_wage_2023Q1_20230230_v01.csv").taken is None


def test_a_request_has_an_open_span_unless_its_manifest_says_a_period(tmp_path: Path) -> None:
    path = tmp_path / "DOL.Q0123.05_15_2023.matching.csv"
    facts = read_facts(path)
    assert (facts.period, facts.period_from, facts.period_to) == ("REQ-Q0123", date(1900, 1, 1), date(2099, 12, 31))
    for beside in (path.name, "DOL.Q0123.05_15_2023.matching"):
        said = path.with_name(beside + ".manifest.json")
        said.write_text('{"period_from": "2022-01-01", "period_to": "2022-12-31"}')
        facts = read_facts(path)
        assert (facts.period, facts.period_from, facts.period_to) == ("REQ-Q0123", date(2022, 1, 1), date(2022, 12, 31))
        said.unlink()


def test_a_request_without_a_date_never_replaces_a_dated_extract(home: Home, landing: Path) -> None:
    folder = landing / "ui_wage"
    folder.mkdir()
    (folder / "DOL.Q0123.05_15_2023.matching.csv").write_text(text(wage_rows(20)))
    (folder / "P20_Q0123_DOL_match_v1.csv").write_text(text(wage_rows(18)))
    (folder / "P20_Q0123_DOL_match_v9.csv").write_text(text(wage_rows(17)))
    (folder / "P20_Q0124_DOL_match_v1.csv").write_text(text(wage_rows(5)))
    (folder / "P20_Q0124_DOL_match_v2.csv").write_text(text(wage_rows(4)))
    results = ingest.load_source(home, "ui_wage", landing)
    assert {done.outcome for done in results} == {"accept_with_warning"}
    assert standing_rows(home) == {"REQ-Q0123": 20, "REQ-Q0124": 4}
    warned = "select count(distinct batch_id) from ledger.finding where rule_id = 'G1.no_date'"
    assert warehouse(home, warned) == [(4,)]


def standing_rows(home: Home) -> dict[str, int]:
    from ingest.standing import standing_sql

    return dict(
        warehouse(
            home,
            f"select period, sum(b.rows_accepted)::int from ({standing_sql()}) s "
            "join ledger.batch b using (batch_id, period) group by period order by period",
        )
    )


def noted(path: Path, source: contracts.Source = WAGE) -> dict[str, str]:
    return {note.rule_id: note.message for note in read_facts(path, source).notes}


@pytest.mark.parametrize(
    ("name", "said", "rules"),
    [
        ("dol_ui_wage_2023Q1_20230515_v01.csv", {}, {}),
        ("dol_ui_wage_employer_2023Q1_20230515_v01.csv", {}, {}),
        ("DOL_UI_WAGE_2023Q1_20230515_v01.csv", {}, {}),
        ("dol_ui_wage_2023Q1_20230515_v01.csv", None, {"G2.no_manifest": "the folder and the file name say"}),
        ("dol_wages_2023Q1_20230515_v01.csv", {}, {"G1.dataset": "does not name the dataset"}),
        ("dol_laces_hours_2023Q1_20230515_v01.csv", {}, {"G1.dataset": "names the dataset adult_ed_hours"}),
        ("sde_ui_wage_2023Q1_20230515_v01.csv", {}, {"G1.dataset": "does not begin with dol"}),
        ("SDE.Q1.05_15_2023.key", {}, {"G1.dataset": "does not begin with dol"}),
        ("DOL.Q1.05_15_2023.key", {}, {}),
        ("dol_ui_wage_2023_20230515_v01.csv", {}, {"G1.period_kind": "The period is a year; ui_wage takes a quarter"}),
        ("P20_Q1_DOL_match_v1.csv", {}, {"G1.no_date": "never replaces a dated extract"}),
        ("P20_Q1_DOL_match_v1.csv", {"extract_ts": "2023-05-15"}, {}),
        ("dol_ui_wage_2023Q1_20230515_v01.csv", {"schema_version": "0.0.1"}, {"G2.schema_version": WAGE.version}),
        ("dol_ui_wage_2023Q1_20230515_v01.csv", {"schema_version": WAGE.version}, {}),
        ("dol_ui_wage_2023Q1_20230515_v01.csv", {"finall": True}, {"G2.manifest_key": "meant may be final"}),
        ("dol_ui_wage_2023Q1_20230515_v01.csv", {"{{7*7}}": 1, "x": 1}, {"G2.manifest_key": "2 keys of the manifest"}),
    ],
)
def test_what_is_odd_is_warned_of_and_never_refused(
    tmp_path: Path, name: str, said: dict | None, rules: dict[str, str]
) -> None:
    path = tmp_path / name
    if said is not None:
        path.with_name(name + ".manifest.json").write_text(json.dumps(said))
    notes = noted(path)
    assert notes.keys() == rules.keys()
    assert all(words in notes[rule] for rule, words in rules.items())
    assert not any("{{" in message for message in notes.values())


def test_every_source_takes_its_own_names_and_periods_without_a_warning(tmp_path: Path) -> None:
    labels = {"quarter": "2023Q1", "month": "2023M01", "year": "2023", "school_year": "SY2023"}
    for name in contracts.source_names():
        source = contracts.load(name)
        for dataset in (name, *source.also_called):
            for kind in source.period_kinds:
                path = tmp_path / f"{source.agency_code}_{dataset}_{labels[kind]}_20240115_v01.csv"
                path.with_name(path.name + ".manifest.json").write_text('{"layout_year": 2023}')
                assert read_facts(path, source).notes == (), path.name


def test_a_layout_year_is_asked_of_sources_that_follow_one(tmp_path: Path) -> None:
    source = next(source for source in contracts.sources().values() if source.pirl_headings)
    path = tmp_path / f"dol_{source.name}_2023Q1_20230515_v01.csv"
    with pytest.raises(Rejected, match="which year's layout"):
        read_facts(path, source)
    assert "G2.layout_year" in {note.rule_id for note in read_facts(path, source, is_trial=True).notes}
    path.with_name(path.name + ".manifest.json").write_text("{}")
    with pytest.raises(Rejected, match="which year's layout"):
        read_facts(path, source, is_trial=True)
    path.with_name(path.name + ".manifest.json").write_text('{"layout_year": 2021}')
    assert read_facts(path, source).layout_year == 2021


def test_a_manifest_says_everything_it_may(tmp_path: Path) -> None:
    path = tmp_path / "wages.csv.gz"
    said = {
        "sha256": "A" * 64, "rows": 3, "mode": "delta", "period": 2023, "period_from": "2023-01-01",
        "period_to": "2023-06-30", "extract_ts": "2023-07-01T08:00:00-04:00", "final": True, "amend_mode": "delta",
        "layout_year": 2023, "contact": "somebody", "schema_version": WAGE.version, "drift_accepted": True,
        "version": 4, "agency": "dol",
    }  # fmt: skip
    assert set(said) == set(manifest.KEYS)
    path.with_name("wages.csv.manifest.json").write_text(json.dumps(said))
    facts = read_facts(path, WAGE)
    assert (facts.submission_mode, facts.amend_mode, facts.is_final, facts.drift_accepted) == (
        "delta",
        "delta",
        True,
        True,
    )
    assert (facts.period, facts.period_to, facts.extract_ts) == ("2023", date(2023, 6, 30), datetime(2023, 7, 1, 12))
    assert (facts.version, facts.layout_year, facts.rows) == (4, 2023, 3)


@pytest.mark.parametrize(
    "said",
    [
        {"mode": "full"}, {"rows": -1}, {"rows": True}, {"rows": "3"}, {"period": True}, {"period": "2023Q9"},
        {"final": 1}, {"layout_year": 1900}, {"layout_year": "2023"}, {"extract_ts": "0001-01-01T00:00:00+14:00"},
        {"contact": 5}, {"version": 10000}, {"sha256": 1}, {"drift_accepted": "yes"},
        {"period_from": "2023-03-31", "period_to": "2023-01-01"},
    ],
)  # fmt: skip
def test_what_a_manifest_must_not_say(tmp_path: Path, said: dict) -> None:
    path = tmp_path / "dol_ui_wage_2023Q1_20230515_v01.csv"
    path.with_name(path.name + ".manifest.json").write_text(json.dumps(said))
    with pytest.raises(Rejected, match="The manifest's"):
        read_facts(path, WAGE)


def test_a_manifest_that_is_no_plain_small_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "dol_ui_wage_2023Q1_20230515_v01.csv"
    beside = path.with_name(path.name + ".manifest.json")
    (tmp_path / "elsewhere").write_text("{}")
    wrongs = {
        "link": lambda: beside.symlink_to(tmp_path / "elsewhere"),
        "pipe": lambda: os.mkfifo(beside),
        "folder": beside.mkdir,
        "huge": lambda: beside.write_bytes(b" " * (manifest.SIZE_LIMIT + 1)),
        "deep": lambda: beside.write_text("[" * 100_000),
        "twice": lambda: beside.write_text('{"final": true, "final": false}'),
        "list": lambda: beside.write_text("[]"),
    }
    for make in wrongs.values():
        make()
        with pytest.raises(Rejected) as refusal:
            read_facts(path, WAGE)
        assert refusal.value.counts[0].rule_id == "G2.manifest"
        beside.rmdir() if beside.is_dir() and not beside.is_symlink() else beside.unlink()


@pytest.mark.parametrize("name", [b"dol_ui_wage_2023Q1_20230515\xff.csv", b"dol_ui\n_wage.csv", b"a\x1b[31m.csv"])
def test_a_name_that_is_no_text_is_refused_and_told_in_escapes(home: Home, landing: Path, name: bytes) -> None:
    folder = landing / "ui_wage"
    folder.mkdir()
    path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
    path.write_text(text(wage_rows(3)))
    [done] = ingest.load_source(home, "ui_wage", landing)
    assert done.outcome == "reject_file"
    assert "control characters or bytes that are no text" in str(done.reject_reason)
    assert done.file_name.isprintable()
    assert "\\x" in done.file_name
    assert done.receipt.is_file()


def test_a_folder_may_have_another_name_of_the_source(home: Home, landing: Path) -> None:
    land(landing, text(wage_rows(3)))
    (landing / "ui_wage").rename(landing / "ui_wage_employer")
    land(landing, text(wage_rows(4)), day="20230601")
    assert ingest.strays(landing) == []
    results = ingest.load_source(home, "ui_wage_employer", landing)
    assert [(done.source, done.rows_accepted) for done in results] == [("ui_wage", 3), ("ui_wage", 4)]
    assert (
        ingest.load_file(home, landing / "ui_wage_employer" / results[0].file_name, "ui_wage_employer").is_new is False
    )


def test_terms_tell_batches_of_the_same_bytes_apart(tmp_path: Path) -> None:
    path = tmp_path / "dol_ui_wage_2023Q1_20230515_v01.csv"
    beside = path.with_name(path.name + ".manifest.json")
    terms = []
    for said in ({}, {"final": True}, {"mode": "delta"}, {"amend_mode": "delta"}, {"layout_year": 2023}):
        beside.write_text(json.dumps(said))
        terms.append(naming.read_facts(path).terms)
    assert terms[0] == terms[1] == ""
    assert terms[2] == "-delta"
    assert len(set(terms)) == 4


@pytest.mark.parametrize("word", ["<script>", "a b", "x" * 21, "d\u00f6l", "../dol", "031-11-2001"])
def test_an_agency_that_is_no_code_is_refused_without_repeating_it(tmp_path: Path, word: str) -> None:
    path = land(tmp_path, "", manifest={"agency": word})
    with pytest.raises(Rejected, match=r"^The manifest's agency must be a code") as refused:
        read_facts(path, WAGE)
    assert word not in str(refused.value)
    assert refused.value.counts[0].rule_id == "G2.manifest"


@pytest.mark.parametrize(
    ("day", "said", "today", "rule"),
    [
        ("20240603", {}, "2024-06-01", None),  # two days ahead: clocks and time zones differ
        ("20240604", {}, "2024-06-01", "G1.name"),
        ("20240501", {"extract_ts": "2024-06-03T23:59:59"}, "2024-06-01", None),
        ("20240501", {"extract_ts": "2024-06-04"}, "2024-06-01", "G2.manifest"),
        ("29240501", {"extract_ts": "2024-05-01"}, "2024-06-01", None),  # the manifest wins
        ("20240501", {"extract_ts": "2924-05-01"}, "2924-06-01", "G2.manifest"),  # whatever the clock says
        ("21000101", {}, "2100-01-01", "G1.name"),
        ("20991231", {}, "2099-12-31", None),
    ],
)
def test_an_extract_of_a_day_to_come_is_refused(
    tmp_path: Path, day: str, said: dict, today: str, rule: str | None
) -> None:
    path = land(tmp_path, "", day=day, manifest=said)
    if rule is None:
        read_facts(path, WAGE, today=date.fromisoformat(today))
        return
    with pytest.raises(Rejected, match="is in the future: it is the day the extract was taken") as refused:
        read_facts(path, WAGE, today=date.fromisoformat(today))
    assert refused.value.counts[0].rule_id == rule


def test_a_day_to_come_never_sets_the_day_of_the_warehouse(home: Home, landing: Path) -> None:
    path = land(landing, text(wage_rows(3)), manifest={"extract_ts": "2924-05-15"})
    [done] = ingest.load_source(home, "ui_wage", landing)
    assert (done.outcome, "in the future" in done.message) == ("reject_file", True)
    assert ingest.validate_file(path, "ui_wage").outcome == "reject_file"
