"""Every way a file can be wrong: one clear sentence, the right rows, nothing lost."""

from __future__ import annotations

import errno
import gzip
import json
import os
from pathlib import Path

import pytest

import ingest
from home import Home
from ingest import archive
from ingest.findings import Finding, GateResult
from tests.unit.ingest.files import WAGE_HEADER, land, participant_rows, text, vault, wage_rows, warehouse

pytestmark = pytest.mark.slow


def judged(landing: Path, content: str | bytes, source: str = "ui_wage") -> GateResult:
    return ingest.validate_file(land(landing, content, source), source)


def broken(result: GateResult) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in result.findings:
        found.setdefault(finding.rule_id, []).append(finding)
    return found


def rows_of(result: GateResult, rule: str) -> list[int | None]:
    return [finding.row_no for finding in broken(result).get(rule, [])]


def spoil(count: int, row: int, **values: str) -> list[dict[str, str]]:
    """`count` good wage rows, but row `row` (from 1) has these values."""
    rows = wage_rows(count)
    rows[row - 1] |= values
    return rows


def is_a_sentence(reason: str | None) -> bool:
    return (
        bool(reason) and reason[0].isupper() and reason.endswith(".") and "Error" not in reason and "\n" not in reason
    )


STRUCTURE = {
    "empty file": (b"", "G3.empty", "empty"),
    "header and no rows": (",".join(WAGE_HEADER) + "\n", "G3.empty", "no rows"),
    "blank first line": ("\n" + text(wage_rows(3)), "G3.header", "first line is blank"),
    "no header": ("\n".join(text(wage_rows(3)).splitlines()[1:]), "G3.header", "not a header"),
    "semicolons": (text(wage_rows(3), delimiter=";"), "G3.delimiter", "semicolons"),
    "tabs": (text(wage_rows(3), delimiter="\t"), "G3.delimiter", "tabs"),
    "missing column": (
        text(wage_rows(3), header=[*WAGE_HEADER[:-1], "something_else"]),
        "G3.missing_column",
        "received_date",
    ),
    "repeated column": (
        text(wage_rows(3), header=[*WAGE_HEADER[:7], "EAN", *WAGE_HEADER[8:]]),
        "G3.repeated_column",
        "ean",
    ),
    "file of another source": (text(participant_rows(3)), "G3.other_source", "cthires_participant"),
    "zero bytes": (text(wage_rows(3)).replace("ORIG", "OR\0IG"), "G3.not_text", "control bytes"),
    "not UTF-8": (text(wage_rows(3)).encode().replace(b"Zinnoberb", b"Zinnob\xe9rb"), "G3.not_utf8", "line 3"),
    "UTF-16": (text(wage_rows(3)).encode("utf-16"), "G3.not_text", "UTF-16"),
    "gzip": (gzip.compress(text(wage_rows(3)).encode()), "G3.not_text", "gzip"),
    "Excel": (b"PK\x03\x04" + b"\x00" * 50, "G3.not_text", "Excel"),
    "open quotation mark": (text(wage_rows(9)).replace("Quibblewickc", '"Quibblewickc'), "G3.unclosed_quote", "row 3"),
    "mark that closes in another row": (
        text(wage_rows(9)).replace("Quibblewickc", '"Quibblewickc').replace("Quibblewickf", 'Quibblewickf"'),
        "G3.unclosed_quote",
        "row 3",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STRUCTURE)
def test_structure_errors_refuse_the_file_with_one_sentence(landing: Path, case: str) -> None:
    content, rule, words = STRUCTURE[case]
    result = judged(landing, content)
    assert result.outcome == "reject_file"
    assert is_a_sentence(result.reject_reason)
    assert words in str(result.reject_reason)
    assert [finding.row_no for finding in broken(result)[rule]] == [None]
    assert result.rows_accepted == 0
    assert all(finding.fix for finding in result.findings)


def test_each_missing_column_is_named(landing: Path) -> None:
    header = ["x1", *WAGE_HEADER[1:5], "x2", *WAGE_HEADER[6:]]
    result = judged(landing, text(wage_rows(3), header=header))
    assert [finding.column_name for finding in broken(result)["G3.missing_column"]] == ["ssn", "wage_usd"]


def test_headings_of_a_file_without_header_are_not_repeated_in_the_sentence(landing: Path) -> None:
    lines = text(wage_rows(3)).splitlines()
    for content in ("\n".join(lines[1:]), "\n".join([lines[0].replace("fein", lines[1].split(",")[1]), *lines[1:]])):
        result = judged(landing, content)
        told = json.dumps([[f.message, f.column_name, f.fix] for f in result.findings]) + str(result.reject_reason)
        assert "Quibblewick" not in told


def test_unknown_columns_are_ignored_with_a_warning(landing: Path) -> None:
    rows = [row | {"their_own": "x"} for row in wage_rows(3)]
    result = judged(landing, text(rows))
    assert result.outcome == "accept_with_warning"
    [finding] = broken(result)["G3.unknown_column"]
    assert finding.severity == "warning"
    assert "Column 13" in finding.message


def test_ragged_rows_are_kept_out_by_their_row_number(landing: Path) -> None:
    lines = text(wage_rows(300)).splitlines()
    lines[7] = lines[7].rsplit(",", 1)[0]
    lines[250] += ",surplus"
    result = judged(landing, "\n".join(lines))
    assert result.outcome == "quarantine_rows"
    assert rows_of(result, "G3.ragged") == [7, 250]
    assert (result.rows_received, result.rows_accepted, result.rows_quarantined) == (300, 298, 2)


def test_row_numbers_after_a_ragged_row_are_those_of_the_file(landing: Path) -> None:
    rows = spoil(300, 200, wage_action="NONSENSE")
    lines = text(rows).splitlines()
    lines[7] = "a,b"
    result = judged(landing, "\n".join(lines))
    assert rows_of(result, "G3.ragged") == [7]
    assert rows_of(result, "G4.code") == [200]


def test_many_ragged_rows_refuse_the_file(landing: Path) -> None:
    lines = text(wage_rows(300)).splitlines()
    lines[1:31] = [line.rsplit(",", 1)[0] for line in lines[1:31]]
    result = judged(landing, "\n".join(lines))
    assert result.outcome == "reject_file"
    assert str(result.reject_reason).startswith("30 of 300 rows have an error: more than 2% of the file")


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("wage_action", "MAYBE", "G4.code"),
        ("received_date", "2023-02-30", "G4.type"),
        ("received_date", "30/04/2023", "G4.type"),
        ("received_date", "2023-4-30", "G4.type"),
        ("wage_usd", "1,000.00", "G4.type"),
        ("wage_usd", "1e3", "G4.type"),
        ("wage_usd", "12.345", "G4.type"),
        ("wage_year", "2023.0", "G4.type"),
        ("wage_quarter_number", "5", "G4.range"),
        ("ssn", "212-11-1001", "G4.pattern"),
        ("ssn", "", "G4.required"),
        ("ssn", "   ", "G4.required"),
        ("wage_usd", "-5.00", "wage_negative"),
        ("received_date", "2023-03-31", "quarter_not_ended"),
    ],
)
def test_a_bad_value_keeps_its_row_out_and_is_never_shown(landing: Path, column: str, value: str, rule: str) -> None:
    result = judged(landing, text(spoil(50, 17, **{column: value})))
    assert result.outcome == "quarantine_rows"
    assert rows_of(result, rule) == [17]
    assert {finding.row_no for finding in result.findings} == {17}
    assert result.rows_quarantined == 1
    [finding] = broken(result)[rule]
    assert column in str(finding.column_name)
    assert finding.message
    assert finding.fix
    if value.strip() and len(value) > 2:
        assert value not in finding.message


@pytest.mark.parametrize(
    ("column", "value"),
    [("received_date", "20230501"), ("wage_usd", "007"), ("wage_action", "orig"), ("wage_action", "O"), ("fein", " ")],
)
def test_other_spellings_of_good_values_pass(landing: Path, column: str, value: str) -> None:
    assert judged(landing, text(spoil(50, 17, **{column: value}))).outcome == "accept"


def test_lost_leading_zeros_of_an_ssn_are_flagged_and_kept_as_they_came(home: Home, landing: Path) -> None:
    land(landing, text(spoil(50, 4, ssn="1234567")))
    [done] = ingest.load_source(home, "ui_wage", landing)
    assert done.outcome == "accept_with_warning"
    assert warehouse(home, "select rule_id, row_no, severity from ledger.finding") == [
        ("ssn_lost_leading_zeros", 4, "warning")
    ]
    assert vault(home, "select count(*) from identity where ssn = '1234567'") == [(1,)]


def test_lost_leading_zeros_of_a_zip_are_flagged_and_kept_as_they_came(home: Home, landing: Path) -> None:
    rows = participant_rows(30)
    rows[8]["zip"] = "6103"
    land(landing, text(rows), "cthires_participant")
    [done] = ingest.load_source(home, "cthires_participant", landing)
    assert done.outcome == "accept_with_warning"
    assert warehouse(home, "select rule_id, row_no from ledger.finding") == [("zip_lost_leading_zeros", 9)]
    assert warehouse(home, "select zip from raw.raw_cthires_participant where _row_no = 9") == [("6103",)]


def test_a_duplicate_key_refuses_the_file_and_names_every_row_of_it(landing: Path) -> None:
    rows = wage_rows(60)
    rows[40] = dict(rows[10])
    rows[50] |= {name: rows[20][name] for name in ("ssn", "ean", "last_name", "first_name")}
    result = judged(landing, text(rows))
    assert result.outcome == "reject_file"
    assert rows_of(result, "G5.duplicate_key") == [11, 21, 41, 51]
    assert "4 rows share their key" in str(result.reject_reason)


def test_two_workers_under_one_number_are_no_repetition(landing: Path) -> None:
    rows = wage_rows(60)
    rows[50] |= {"ssn": "000000000", "ean": rows[20]["ean"], "last_name": "Abel"}
    rows[20] |= {"ssn": "000000000", "last_name": "Zabel"}
    assert judged(landing, text(rows)).outcome == "accept_with_warning"


def test_a_file_of_a_later_quarter_than_its_name_says_is_refused(landing: Path) -> None:
    result = judged(landing, text(wage_rows(30, wage_year="2031", received_date="2032-01-31")))
    assert rows_of(result, "quarter_after_period") == list(range(1, 31))
    assert result.outcome == "reject_file"


def test_a_duplicate_of_a_row_that_is_kept_out_anyway_does_no_harm(landing: Path) -> None:
    rows = wage_rows(60)
    rows[40] = rows[10] | {"wage_action": "NONSENSE"}
    result = judged(landing, text(rows))
    assert result.outcome == "quarantine_rows"
    assert rows_of(result, "G5.duplicate_key") == []


def test_a_file_all_of_whose_rows_are_bad_is_refused(landing: Path) -> None:
    result = judged(landing, text(wage_rows(5, wage_action="NONSENSE")))
    assert result.reject_reason == "Each of the 5 rows has an error."


def test_few_bad_rows_of_a_small_file_do_not_refuse_it(landing: Path) -> None:
    rows = wage_rows(30)
    for row in rows[:20]:
        row["wage_action"] = "NONSENSE"
    assert judged(landing, text(rows)).outcome == "quarantine_rows"


def test_listed_rows_are_capped_and_counted_exactly(landing: Path) -> None:
    result = judged(landing, text(wage_rows(1500, wage_quarter_number="7")))
    [count] = [count for count in result.counts if count.rule_id == "G4.range" and count.is_broken]
    assert count.rows_failed == 1500
    assert count.rows == tuple(range(1, 1001))


def test_zero_rows_are_accepted_when_the_manifest_announces_them(home: Home, landing: Path) -> None:
    path = land(landing, ",".join(WAGE_HEADER) + "\n")
    path.with_name(path.name + ".manifest.json").write_text('{"rows": 0}')
    [done] = ingest.load_source(home, "ui_wage", landing)
    assert (done.outcome, done.rows_received) == ("accept", 0)


@pytest.mark.parametrize(
    ("manifest", "rule", "words"),
    [
        ('{"rows": 7}', "G2.rows", "announces 7 rows, the file has 5"),
        (f'{{"sha256": "{"0" * 64}"}}', "G2.sha256", "checksum"),
        ('{"mode": "full"}', "G2.manifest", "snapshot or delta"),
        ('{"amend_mode": "add"}', "G2.manifest", "amend_mode"),
        ('{"extract_ts": "last Monday"}', "G2.manifest", "extract_ts"),
        ('{"final": "yes"}', "G2.manifest", "true or false"),
        ("not json", "G2.manifest", "not a JSON object"),
    ],
)
def test_a_manifest_that_contradicts_refuses_the_file(
    home: Home, landing: Path, manifest: str, rule: str, words: str
) -> None:
    path = land(landing, text(wage_rows(5)))
    beside = path.with_name(path.name + ".manifest.json")
    beside.write_text(manifest)
    [done] = ingest.load_source(home, "ui_wage", landing)
    assert done.outcome == "reject_file"
    assert is_a_sentence(done.reject_reason)
    assert words in str(done.reject_reason)
    assert warehouse(home, "select rule_id from ledger.finding") == [(rule,)]
    beside.write_text("{}")
    [done] = ingest.load_source(home, "ui_wage", landing)
    assert done.outcome == "accept"


def test_a_name_without_period_or_day_is_refused_until_a_manifest_gives_them(home: Home, landing: Path) -> None:
    path = landing / "ui_wage" / "wages.csv"
    path.parent.mkdir()
    path.write_text(text(wage_rows(5)))
    [done] = ingest.load_source(home, "ui_wage", landing)
    assert done.reject_reason == (
        "Neither the file name nor a manifest gives the period and the day the extract was taken."
    )
    path.with_name("wages.manifest.json").write_text('{"period": "2023Q1", "extract_ts": "2023-05-15T08:00:00-04:00"}')
    [done] = ingest.load_source(home, "ui_wage", landing)
    assert done.outcome == "accept"
    assert warehouse(home, "select extract_ts::varchar from ledger.batch where outcome = 'accept'") == [
        ("2023-05-15 12:00:00",)
    ]


def test_what_cannot_be_read_is_told_and_taken_again_when_it_can(home: Home, landing: Path) -> None:
    good = land(landing, text(wage_rows(5)), day="20230520")
    folder = land(landing, "", day="20230517")
    folder.unlink()
    folder.mkdir()
    link = land(landing, "", day="20230518")
    link.unlink()
    link.symlink_to(good)
    pipe = land(landing, "", day="20230519")
    pipe.unlink()
    os.mkfifo(pipe)
    results = {done.file_name: done for done in ingest.load_source(home, "ui_wage", landing)}
    assert "is a folder" in str(results[folder.name].reject_reason)
    assert "is a link" in str(results[link.name].reject_reason)
    assert "not a regular file" in str(results[pipe.name].reject_reason)
    assert results[good.name].outcome == "accept"
    assert all(done.receipt.is_file() for done in results.values())
    before = warehouse(home, "select * from ledger.batch order by all")
    ingest.load_source(home, "ui_wage", landing)
    assert warehouse(home, "select * from ledger.batch order by all") == before
    link.unlink()
    link.write_text(text(wage_rows(5, received_date="2023-05-02")))
    results = {done.file_name: done for done in ingest.load_source(home, "ui_wage", landing)}
    assert results[link.name].outcome == "accept"
    assert warehouse(home, "select count(*) from ledger.batch where outcome = 'reject_file'") == [(2,)]


def test_a_file_without_permission_is_told(home: Home, landing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = land(landing, text(wage_rows(5)))
    real = os.open

    def denied(target: object, *arguments: int, **more: int) -> int:
        if target == path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(target, *arguments, **more)

    monkeypatch.setattr(archive.os, "open", denied)
    [done] = ingest.load_source(home, "ui_wage", landing)
    assert done.reject_reason == f"{path.name} may not be read by the user who runs this."


def test_a_file_that_went_away_is_told(home: Home, landing: Path) -> None:
    done = ingest.load_file(home, landing / "ui_wage" / "dol_ui_wage_2023Q1_20230515_v01.csv", "ui_wage")
    assert str(done.reject_reason).endswith("is no longer there.")


@pytest.mark.parametrize("place", ["archive", "raw rows", "vault"])
def test_a_full_disk_is_a_refusal_that_changes_nothing(
    home: Home, landing: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    import duckdb

    from ingest import split

    first = land(landing, text(wage_rows(5)))
    ingest.load_source(home, "ui_wage", landing)
    before = [warehouse(home, f"select * from {table} order by all") for table in ("raw.raw_ui_wage", "ledger.batch")]
    land(landing, text(wage_rows(9)), period="2023Q2", day="20230815")

    def full(*arguments: object, **more: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def engine_full(*arguments: object, **more: object) -> None:
        raise duckdb.IOException('IO Error: Could not write file "x": No space left on device')

    with monkeypatch.context() as patch:
        if place == "archive":
            patch.setattr(archive, "_write_all", full)
        else:
            patch.setattr(split, "write_rows" if place == "raw rows" else "_write_identities", engine_full)
        with pytest.raises(ingest.Refused, match=r"^The disk of .* is full: nothing of this file was loaded"):
            ingest.load_source(home, "ui_wage", landing)
    after = [warehouse(home, f"select * from {table} order by all") for table in ("raw.raw_ui_wage", "ledger.batch")]
    assert after == before
    assert not list(home.archive.glob(".incoming-*"))
    assert not list(home.scratch.iterdir())
    assert [done.outcome for done in ingest.load_source(home, "ui_wage", landing)] == ["accept", "accept"]
    assert first.exists()


def test_one_bad_file_does_not_stop_the_next(home: Home, landing: Path) -> None:
    land(landing, b"", period="2023Q1")
    land(landing, text(wage_rows(5)), period="2023Q2", day="20230815")
    assert [done.outcome for done in ingest.load_source(home, "ui_wage", landing)] == ["reject_file", "accept"]


@pytest.mark.parametrize("said", ['{"agency": "\\ud800"}', '{"agency": "a\\u0000b"}', '{"contact": "\\udfff"}',
                                  '{"period": "\\ud83d"}', '{"\\ud800": 1, "extract_ts": "\\ud800"}'])  # fmt: skip
def test_half_a_character_in_a_manifest_is_refused_and_stops_no_neighbour(home: Home, landing: Path, said: str) -> None:
    land(landing, text(wage_rows(4)), manifest=said)
    land(landing, text(wage_rows(5)), period="2023Q2", day="20230815")
    first, second = ingest.load_source(home, "ui_wage", landing)
    assert str(first.reject_reason).startswith("The manifest's ")
    assert (first.receipt.is_file(), second.outcome) == (True, "accept")
    assert warehouse(home, "select rule_id from ledger.finding") == [("G2.manifest",)]


@pytest.mark.parametrize("kind", ["link", "folder", "file", "manifest"])
def test_a_name_that_is_no_text_stops_no_neighbour(home: Home, landing: Path, kind: str) -> None:
    good = land(landing, text(wage_rows(5)), period="2023Q2", day="20230815")
    odd = good.with_name(os.fsdecode(b"a\xff.csv"))
    if kind == "link":
        odd.symlink_to(good)
    elif kind == "folder":
        odd.mkdir()
    else:
        odd.write_text(text(wage_rows(3)))
    if kind == "manifest":
        odd.with_name(odd.name + ".manifest.json").symlink_to(good)
    results = {done.file_name: done.outcome for done in ingest.load_source(home, "ui_wage", landing)}
    assert results == {"a\\xff.csv": "reject_file", good.name: "accept"}


def test_what_nobody_foresaw_about_a_file_is_its_own_result(
    home: Home, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest import gate

    odd = land(landing, text(wage_rows(4)))
    good = land(landing, text(wage_rows(5)), period="2023Q2", day="20230815")
    real = gate.judge

    def judge(*arguments, **more):
        passage = real(*arguments, **more)
        if passage.result.rows_received == 4:
            raise ValueError("Quibblewick")
        return passage

    with monkeypatch.context() as patch:
        patch.setattr(gate, "judge", judge)
        results = {done.file_name: done for done in ingest.load_source(home, "ui_wage", landing)}
    assert {name: done.outcome for name, done in results.items()} == {odd.name: "reject_file", good.name: "accept"}
    assert "A fault of this program, not of the data, while loading this file (ValueError)" in results[odd.name].message
    assert "Nothing needs to be sent again" in results[odd.name].receipt.read_text(encoding="utf-8")
    [trace] = (home.root / "logs").glob("fault-*.txt")
    assert trace.name in results[odd.name].message
    assert "Quibblewick" not in trace.read_text(encoding="utf-8") + results[odd.name].message
    assert not list(home.archive.glob(".incoming-*"))
    results = {done.file_name: done.outcome for done in ingest.load_source(home, "ui_wage", landing)}
    assert results == {odd.name: "accept", good.name: "accept"}
    assert warehouse(home, "select count(*), bool_or(outcome = 'reject_file') from ledger.batch") == [(2, False)]


def test_what_could_not_be_read_is_settled_when_its_bytes_turn_out_to_be_known(home: Home, landing: Path) -> None:
    good = land(landing, text(wage_rows(5)))
    again = land(landing, "", day="20230601")
    again.unlink()
    again.mkdir()
    assert len(ingest.load_source(home, "ui_wage", landing)) == 2
    again.rmdir()
    again.write_bytes(good.read_bytes())
    ingest.load_source(home, "ui_wage", landing)
    assert warehouse(home, "select outcome from ledger.batch") == [("accept",)]
