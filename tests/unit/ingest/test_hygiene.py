"""What no format may slip through: characters nobody sees, dates of another style, lines that are no rows."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import ingest
from contracts.profile import Profile
from ingest.findings import GateResult
from ingest.readers.dates import CONVERT
from tests.unit.ingest import forms
from tests.unit.ingest.files import WAGE_HEADER, text, wage_rows
from tests.unit.ingest.forms import STEM, drop
from tests.unit.ingest.test_formats import staged, twin

pytestmark = pytest.mark.slow


def judged(folder: Path, rows: list[dict[str, str]], profile: Profile | None = None) -> GateResult:
    return ingest.validate_file(drop(folder, f"{STEM}.csv", text(rows)), "ui_wage", profile)


def rows_of(result: GateResult, rule: str) -> list[int | None]:
    return [finding.row_no for finding in result.findings if finding.rule_id == rule]


def rules(result: GateResult) -> set[str]:
    return {finding.rule_id for finding in result.findings} - {"G2.no_manifest"}


SECRETLY = {
    "zero-width space": "\u200b", "joiner": "\u200d", "soft hyphen": "\u00ad", "byte order mark": "\ufeff",
    "lost character": "\ufffd", "right-to-left": "\u202e", "line separator": "\u2028", "next line": "\u0085",
}  # fmt: skip
SPACES = {"thin space": "\u2009", "no-break space": "\u00a0", "ideographic space": "\u3000"}


@pytest.mark.parametrize("name", SECRETLY)
def test_what_cannot_be_seen_inside_a_value_keeps_its_row_out(tmp_path: Path, name: str) -> None:
    rows = wage_rows(30)
    rows[6]["last_name"] = f"Quibble{SECRETLY[name]}wick"
    result = judged(tmp_path, rows)
    assert result.outcome == "quarantine_rows"
    assert rows_of(result, "G4.characters") == [7]
    [count] = [count for count in result.counts if count.rule_id == "G4.characters" and count.is_broken]
    assert (count.column_name, count.rows_failed, count.rows_checked) == ("last_name", 1, 30)
    assert list(result.quarantined) == [7]


@pytest.mark.parametrize("name", ["zero-width space", "byte order mark", "joiner"])
def test_what_has_no_width_is_no_blank_around_a_value(tmp_path: Path, name: str) -> None:
    rows = wage_rows(30)
    rows[6]["wage_action"] += SECRETLY[name]
    rows[7]["fein"] = SECRETLY[name]
    assert sorted(map(int, judged(tmp_path, rows).quarantined)) == [7, 8]


@pytest.mark.parametrize("name", SPACES)
def test_a_blank_of_another_kind_is_a_blank(tmp_path: Path, name: str) -> None:
    rows = wage_rows(30)
    rows[5]["last_name"] = "De La Quibble"
    plain = twin(tmp_path, rows)
    rows[5]["last_name"] = f"De{SPACES[name]}La{SPACES[name]}Quibble"
    rows[6]["last_name"] = f" {SPACES[name]}{rows[6]['last_name']}{SPACES[name]} "
    rows[7]["fein"] += SPACES[name]
    found, _ = staged(drop(tmp_path, f"{STEM}.csv", text(rows)))
    assert found == plain
    rows[8]["fein"] = SPACES[name] * 3
    assert rules(judged(tmp_path, rows)) == set()


def test_full_width_digits_are_no_digits(tmp_path: Path) -> None:
    rows = wage_rows(30)
    rows[3]["ssn"] = rows[3]["ssn"].translate({48 + digit: 0xFF10 + digit for digit in range(10)})
    rows[4]["wage_usd"] = "１２３.45"
    result = judged(tmp_path, rows)
    assert rows_of(result, "G4.characters") == [4]
    assert rows_of(result, "G4.type") == [5]


def test_letters_of_other_languages_are_letters(tmp_path: Path) -> None:
    rows = wage_rows(30)
    for row, name in zip(rows, ["Muñoz", "Škvorecký", "O’Brien", "Đặng", "Łukasz", "Æther"], strict=False):
        row["last_name"] = name
    assert rules(judged(tmp_path, rows)) <= {"last_name_unusual"}
    assert not rows_of(judged(tmp_path, rows), "G4.characters")


def test_the_same_holds_in_a_workbook(tmp_path: Path) -> None:
    rows = wage_rows(30)
    rows[6]["last_name"] = "Quibble\u200bwick"
    result = ingest.validate_file(drop(tmp_path, f"{STEM}.xlsx", forms.xlsx(rows)), "ui_wage")
    assert rows_of(result, "G4.characters") == [7]


@pytest.mark.parametrize("byte", ["\x00", "\x01", "\x0b", "\x0c", "\x1a", "\x1f", "\x7f"])
def test_a_control_byte_anywhere_refuses_a_text_file(tmp_path: Path, byte: str) -> None:
    rows = [row | {"their_own": "x"} for row in wage_rows(30)]
    rows[20]["their_own"] = f"a{byte}b"
    result = judged(tmp_path, rows)
    assert (result.outcome, "line 22" in str(result.reject_reason)) == ("reject_file", True)


@pytest.mark.parametrize("other", ["", "\u00e9"], ids=["ASCII", "beside a letter that is none of ASCII"])
def test_a_control_byte_in_a_cell_of_a_typed_format_is_refused(tmp_path: Path, other: str) -> None:
    rows = wage_rows(3)
    rows[0]["last_name"] += other
    rows[1]["last_name"] += "\x7fwick"
    result = ingest.validate_file(drop(tmp_path, f"{STEM}.parquet", forms.parquet(rows)), "ui_wage")
    assert result.reject_reason == "A cell of row 2 is not text: it holds control bytes."


def test_a_file_that_ends_without_a_line_end_is_taken_with_a_warning(tmp_path: Path) -> None:
    path = drop(tmp_path, f"{STEM}.csv", text(wage_rows(30)).rstrip("\n"))
    result = ingest.validate_file(path, "ui_wage")
    assert result.outcome == "accept_with_warning"
    assert rows_of(result, "G3.no_final_newline") == [None]


@pytest.mark.parametrize(
    ("cell", "rule"), [("x" * 65_536, None), ("x" * 65_537, "G3.too_long"), ("x" * (2 << 20), "G3.too_long")]
)
def test_cells_and_records_have_a_longest(tmp_path: Path, cell: str, rule: str | None) -> None:
    rows = wage_rows(30)
    rows[9]["last_name"] = cell
    result = judged(tmp_path, rows)
    assert rows_of(result, "G3.too_long") == ([None] if rule else [])
    assert (result.outcome == "reject_file") == bool(rule)


def test_headings_and_totals_among_the_rows_are_no_rows_in_silence(tmp_path: Path) -> None:
    lines = text(wage_rows(60)).splitlines()
    lines.insert(31, lines[0])
    lines.append("Total,,,,,330001.00,,,,,,")
    lines.append(",,,,,330001.00,,,,,,")
    result = ingest.validate_file(drop(tmp_path, f"{STEM}.csv", "\n".join(lines) + "\n"), "ui_wage")
    assert result.outcome == "quarantine_rows"
    assert list(result.quarantined) == [31, 62, 63]


def test_blank_columns_and_separators_alone_are_blank_lines(tmp_path: Path) -> None:
    lines = [*text(wage_rows(30)).splitlines(), "," * 11, " ,  , " + "," * 9, '"",""' + "," * 10]
    result = ingest.validate_file(drop(tmp_path, f"{STEM}.csv", "\n".join(lines) + "\n"), "ui_wage")
    assert (result.rows_received, result.rows_accepted) == (30, 30)
    assert rules(result) == {"G3.blank_line"}


HOSTILE = {
    "zeros": "0" * 30_000 + "!",
    "zeros behind a word": "pirl_" + "0" * 30_000 + "!",
    "digits": "1" * 30_000 + "!",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_heading_of_many_digits_costs_no_time(name: str) -> None:
    from contracts.header import element_numbers

    before = time.process_time()
    assert element_numbers(HOSTILE[name]) == ()
    assert time.process_time() - before < 0.5


@pytest.mark.parametrize(
    ("heading", "numbers"),
    [("0", ("0",)), ("000", ("0",)), ("e0100", ("100",)), ("100", ("100",)), ("0108_c", ("101", "108"))],
)
def test_zeros_before_an_elements_number_do_not_matter(heading: str, numbers: tuple[str, ...]) -> None:
    from contracts.header import element_numbers

    assert element_numbers(heading)[-1] == numbers[-1]


def with_columns(count: int, heading: str = "their_own_{}") -> list[dict[str, str]]:
    more = {heading.format(number): "x" for number in range(count)}
    return [row | more for row in wage_rows(2)]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_header_has_a_most_of_columns(tmp_path: Path, suffix: str) -> None:
    rows = with_columns(4096 - len(WAGE_HEADER) + 1)
    content = text(rows) if suffix == "csv" else forms.parquet(rows)
    result = ingest.validate_file(drop(tmp_path, f"{STEM}.{suffix}", content), "ui_wage")
    assert result.reject_reason == "The header has 4,097 columns; no file may have more than 4,096."
    assert judged(tmp_path, with_columns(4096 - len(WAGE_HEADER))).outcome == "accept_with_warning"


def test_many_columns_without_meaning_are_one_finding(tmp_path: Path) -> None:
    for count, findings in ((20, 20), (21, 1)):
        told = [one for one in judged(tmp_path, with_columns(count)).findings if one.rule_id == "G3.unknown_column"]
        assert len(told) == findings
    assert told[0].message.startswith("21 columns of the file are not columns of ui_wage; the first are 13, 14, ")


def test_a_heading_has_a_longest(tmp_path: Path) -> None:
    assert judged(tmp_path, with_columns(1, "x" * 256)).outcome == "accept_with_warning"
    result = judged(tmp_path, with_columns(1, "x" * 257))
    assert "G3.header" in {one.rule_id for one in result.findings}
    assert "column 13 is longer than 256 characters" in str(result.reject_reason)


def test_a_long_header_of_another_separator_is_told_as_such(tmp_path: Path) -> None:
    path = drop(tmp_path, f"{STEM}.csv", text(with_columns(100), delimiter=";"))
    assert "G3.delimiter" in {one.rule_id for one in ingest.validate_file(path, "ui_wage").findings}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_inside_one_file_may_differ(tmp_path: Path, end: str) -> None:
    lines = text(wage_rows(30)).splitlines()
    content = "\n".join(lines[:10]) + end + end.join(lines[10:]) + end
    assert staged(drop(tmp_path, f"{STEM}.csv", content))[0] == twin(tmp_path, wage_rows(30))


# ------------------------------------------------------------------------------------------------------ profiles


@pytest.mark.parametrize(
    ("style", "came", "iso"),
    [
        ("mdy", "5/1/2023", "2023-05-01"), ("mdy", "05/01/2023 00:00:00", "2023-05-01"),
        ("mdy", "5-1-2023", "2023-05-01"),
        ("mdy", "13/1/2023", "13/1/2023"), ("mdy", "5/1/23", "5/1/23"), ("mdy", "2023-05-01", "2023-05-01"),
        ("dmy", "13/1/2023", "2023-01-13"), ("dmy", "1/13/2023", "1/13/2023"), ("dmy", "13.01.2023", "2023-01-13"),
        ("excel_serial", "45047", "2023-05-01"), ("excel_serial", "45047.0", "2023-05-01"),
        ("excel_serial", "45047.5", "45047.5"), ("excel_serial", "60", "60"), ("excel_serial", "61", "1900-03-01"),
        ("excel_serial", "999999", "4637-11-25"), ("iso", "5/1/2023", "5/1/2023"),
    ],
)  # fmt: skip
def test_declared_styles_of_dates(style: str, came: str, iso: str) -> None:
    assert CONVERT[style](came) == iso


def test_a_date_of_another_style_than_declared_fails_its_row(tmp_path: Path) -> None:
    rows = [row | {"received_date": "5/1/2023"} for row in wage_rows(30)]
    rows[8]["received_date"] = "31/12/2023"
    result = judged(tmp_path, rows, Profile(date_style="mdy"))
    assert result.outcome == "quarantine_rows"
    assert rows_of(result, "G4.type") == [9]
    assert judged(tmp_path, rows).outcome == "reject_file"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
def test_a_declared_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    rows = wage_rows(5)
    rows[1]["last_name"] = "Muñoz"
    path = drop(tmp_path, f"{STEM}.csv", text(rows).encode(encoding))
    assert staged(path, Profile(encoding=encoding))[0] == twin(tmp_path, rows)


def test_another_encoding_than_declared_is_refused_with_its_line(tmp_path: Path) -> None:
    rows = wage_rows(5)
    rows[1]["last_name"] = "Muñoz"
    result = ingest.validate_file(drop(tmp_path, f"{STEM}.csv", text(rows).encode("cp1252")), "ui_wage")
    assert "line 3" in str(result.reject_reason)
    assert "profile" in str(result.reject_reason)


def test_headings_of_a_profile_and_what_it_fixes_and_ignores(tmp_path: Path) -> None:
    rows = wage_rows(5)
    lines = text(rows).splitlines()
    lines[0] = lines[0].replace("last_name", "Family Name").replace("filing_seq", "Comment")
    content = "\n".join(["Wage export", "", *lines]) + "\n"
    profile = Profile(
        header_row=3, columns={"family_name": "last_name"}, fixed={"filing_seq": "1"}, ignored=frozenset({"comment"})
    )
    found, more = staged(drop(tmp_path, f"{STEM}.csv", content), profile)
    assert found == twin(tmp_path, rows)
    assert more.layout.notes == ()


def test_quotation_marks_may_be_letters_like_any_other(tmp_path: Path) -> None:
    rows = wage_rows(5)
    rows[2]["last_name"] = 'Quib"blewick'
    content = text(rows, delimiter="\t").replace('"Quib""blewick"', '"Quib"blewick')
    found, _ = staged(drop(tmp_path, f"{STEM}.tsv", content), Profile(quote="", format="delimited", delimiter="\t"))
    assert [row[2] for row in found][2] == '"Quib"blewick'


def test_a_local_profile_is_used_by_a_load(tmp_path: Path) -> None:
    from home import Home

    home = Home(tmp_path / "home").ensure()
    (home.root / "profiles").mkdir()
    (home.root / "profiles" / "dol.yml").write_text("source: ui_wage\nagency: dol\ndelimiter: semicolon\n")
    folder = tmp_path / "landing" / "ui_wage"
    folder.mkdir(parents=True)
    drop(folder, f"{STEM}.csv", text(wage_rows(5), delimiter=";"))
    [done] = ingest.load_source(home, "ui_wage", tmp_path / "landing")
    assert done.rows_accepted == 5


# -------------------------------------------------------------------------------------------------- accepted rows


def accepted(folder: Path, content: str | bytes, name: str = f"{STEM}.csv") -> tuple[GateResult, Path]:
    path, target = drop(folder, name, content), folder / "accepted.csv"
    result = ingest.validate_file(path, "ui_wage")
    ingest.write_accepted(path, "ui_wage", result, target)
    return result, target


def test_accepted_rows_are_written_as_they_came(tmp_path: Path) -> None:
    rows = [row | {"their_own": f"  kept, {number} "} for number, row in enumerate(wage_rows(30))]
    rows[3]["last_name"] = ' de la "Cruz" '
    rows[5]["wage_usd"] = "1,5"
    rows[9]["last_name"] = "Quibble\u200bwick"
    lines = text(rows, header=["SSN", *list(rows[0])[1:]]).splitlines()
    lines[13] += ",surplus"
    lines.insert(20, "")
    result, target = accepted(tmp_path, "\n".join(lines) + "\n")
    expected = [line for number, line in enumerate(lines) if number not in (6, 10, 13, 20)]
    assert target.read_text(encoding="utf-8") == "\n".join(expected) + "\n"
    assert result.rows_accepted == len(expected) - 1
    assert target.stat().st_mode & 0o777 == 0o600
    assert ingest.validate_file(target.rename(tmp_path / f"{STEM}.csv"), "ui_wage").rows_quarantined == 0


def test_nothing_is_written_of_a_rejected_file(tmp_path: Path) -> None:
    _, target = accepted(tmp_path, text(wage_rows(5, wage_action="NONSENSE")))
    assert not target.exists()
    assert [path.name for path in tmp_path.iterdir()] == [f"{STEM}.csv"]


def test_accepted_rows_of_a_workbook_and_a_header_that_is_quoted(tmp_path: Path) -> None:
    rows = wage_rows(5)
    _, target = accepted(tmp_path, forms.xlsx(rows), f"{STEM}.xlsx")
    assert target.read_text(encoding="utf-8").splitlines()[0] == ",".join(WAGE_HEADER)
    assert len(target.read_text(encoding="utf-8").splitlines()) == 6


def test_accepted_rows_are_none_when_the_file_changed_meanwhile(tmp_path: Path) -> None:
    path, target = drop(tmp_path, f"{STEM}.csv", text(wage_rows(5))), tmp_path / "accepted.csv"
    result = ingest.validate_file(path, "ui_wage")
    drop(tmp_path, f"{STEM}.csv", text(wage_rows(6)))
    with pytest.raises(RuntimeError, match="none were"):
        ingest.write_accepted(path, "ui_wage", result, target)
    assert not target.exists()
