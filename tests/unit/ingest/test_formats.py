"""Every format gives the rows its CSV twin gives, and what is not what it says is refused in a sentence."""

from __future__ import annotations

import gzip
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import contracts
from contracts.profile import Profile, find_profile
from ingest import engine
from ingest.findings import Rejected
from ingest.readers.reading import Submitted, reading
from ingest.stage import stage_file
from tests.unit.ingest import forms
from tests.unit.ingest.files import text, wage_rows
from tests.unit.ingest.forms import STEM, drop

ROWS = wage_rows(25)


def named(value: Any) -> str | None:
    """In a test's name, content is only called content: some of it differs from run to run."""
    return "content" if isinstance(value, bytes) or "\n" in str(value) else None


EXTRACTED = date(2023, 5, 1)


def staged(path: Path, profile: Profile | None = None, source: str = "ui_wage") -> tuple[list[Any], Any]:
    """Everything the stage holds, by row number, and what else was said about the file."""
    contract = contracts.load(source)
    chosen = profile or find_profile(contract, path.name)
    submitted = Submitted(path.name, chosen, EXTRACTED)
    with engine.scratch_engine(None) as con, reading(path, contract, submitted) as opened:
        found = stage_file(con, opened)
        names = ", ".join(contract.field_names)
        return con.execute(f"select _row_no, {names} from stage order by _row_no").fetchall(), found


def twin(folder: Path, rows: list[dict[str, str]]) -> list[Any]:
    return staged(drop(folder, f"{STEM}.csv", text(rows)))[0]


def refused(path: Path, profile: Profile | None = None) -> tuple[str, str]:
    """The rule and the sentence a file is refused with."""
    with pytest.raises(Rejected) as caught:
        staged(path, profile)
    sentence = str(caught.value)
    assert sentence[0].isupper() and sentence.endswith(".") and "\n" not in sentence
    assert "Quibblewick" not in sentence and "Zinnober" not in sentence
    return caught.value.counts[0].rule_id, sentence


@pytest.mark.parametrize("name", forms.all_forms(wage_rows(1)))
def test_a_file_of_any_format_is_its_csv_twin(tmp_path: Path, name: str) -> None:
    found, more = staged(drop(tmp_path, name, forms.all_forms(ROWS)[name]))
    assert found == twin(tmp_path, ROWS)
    assert more.records.notes == ()


@pytest.mark.parametrize(
    "name",
    [
        "DOL.REQ-7.05_15_2023.matching", "DOL.REQ-7.05_15_2023.analytical", "DOL.REQ-7.05_15_2023.key",
        "DOL.REQ-7.05_15_2023.matching.txt", "P20_Q0007_DOL_match_v2", "P20_Q0007_DOL_match.txt",
    ],
)  # fmt: skip
def test_p20_win_files_are_tabs_without_quotation_marks(tmp_path: Path, name: str) -> None:
    content = text(ROWS, delimiter="\t").replace("Quibblewickb", 'Quib"ble"wick')
    expected = twin(
        tmp_path, [row | {"last_name": row["last_name"].replace("Quibblewickb", 'Quib"ble"wick')} for row in ROWS]
    )
    assert staged(drop(tmp_path, name, content))[0] == expected


@pytest.mark.parametrize("suffix", [".txt", ".dat"])
def test_connecticuts_wage_file_is_its_csv_twin(tmp_path: Path, suffix: str) -> None:
    found, more = staged(drop(tmp_path, f"{STEM}{suffix}", forms.fixed(ROWS)))
    assert found == twin(tmp_path, [row | {"fein": "", "naics_code": ""} for row in ROWS])
    assert (more.blank_lines, more.records.ragged) == (0, [])


def test_a_generic_wage_file_is_its_csv_twin(tmp_path: Path) -> None:
    rows = [row | {"ean": ROWS[0]["ean"]} for row in ROWS]
    found, more = staged(drop(tmp_path, f"{STEM}.icesa", forms.icesa(rows)))
    expected = twin(tmp_path, [row | {"naics_code": ""} for row in rows])
    assert [row[1:] for row in found] == [row[1:] for row in expected]
    assert [row[0] for row in found] == list(range(4, 29))
    assert more.blank_lines == 0


# ------------------------------------------------------------------------------------------ what a name does not keep


@pytest.mark.parametrize(
    ("name", "content", "rule", "words"),
    [
        (f"{STEM}.csv", forms.xlsx(ROWS), "G3.not_text", "CSV text, the bytes are an Excel workbook"),
        (f"{STEM}.csv", forms.xls(ROWS), "G3.not_text", "CSV text, the bytes are an old Excel workbook"),
        (f"{STEM}.txt", forms.parquet(ROWS), "G3.not_text", "a fixed-width file, the bytes are a Parquet file"),
        (f"{STEM}.xlsx", text(ROWS).encode(), "G3.other_format", "an Excel workbook, the bytes are not"),
        (f"{STEM}.xlsx", forms.xls(ROWS), "G3.other_format", "an Excel workbook, the bytes are an old Excel workbook"),
        (f"{STEM}.xls", forms.xlsx(ROWS), "G3.other_format", "an old Excel workbook, the bytes are an Excel workbook"),
        (f"{STEM}.xls", b"<html><table><tr><td>ssn</td></tr></table>", "G3.other_format", "a web page"),
        (f"{STEM}.parquet", text(ROWS).encode(), "G3.other_format", "a Parquet file, the bytes are not"),
        (f"{STEM}.csv.gz", text(ROWS).encode(), "G3.other_format", "a gzip file, the bytes are not"),
        (f"{STEM}.zip", gzip.compress(text(ROWS).encode()), "G3.other_format", "a zip file, the bytes are a gzip file"),
        (f"{STEM}.csv.gz", gzip.compress(forms.xlsx(ROWS)), "G3.not_text", "CSV text, the bytes are an Excel"),
        (f"{STEM}.csv", text(ROWS).encode("utf-16"), "G3.not_text", "encoding: utf-16"),
        (f"{STEM}.csv", text(ROWS).encode("utf-16-le"), "G3.not_text", "encoding: utf-16"),
        (f"{STEM}.csv", text(ROWS).encode() + b"\0", "G3.not_text", "control bytes, the first in line 27."),
        (f"{STEM}.csv", b"", "G3.empty", "empty"),
        (f"{STEM}.csv.gz", gzip.compress(b""), "G3.empty", "empty"),
        (STEM, text(ROWS).encode(), "G3.format", "no suffix"),
        (f"{STEM}.docx", text(ROWS).encode(), "G3.format", "ending in .docx"),
        (f"{STEM}.xlsm", forms.xlsx(ROWS), "G3.macro", ".xlsm"),
        (f"{STEM}.csv.bz2", text(ROWS).encode(), "G3.format", ".bz2"),
    ],
    ids=named,
)  # fmt: skip
def test_bytes_of_another_format_than_the_name_says_are_refused(
    tmp_path: Path, name: str, content: bytes, rule: str, words: str
) -> None:
    found, sentence = refused(drop(tmp_path, name, content))
    assert (found, words in sentence) == (rule, True), sentence


# -------------------------------------------------------------------------------------------------------- wrappings


BOMB = 80 << 20


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("csv.gz", gzip.compress(text(ROWS).encode())[:-12], "G3.damaged"),
        ("csv.gz", gzip.compress(text(ROWS).encode())[:40] + b"\0" * 30, "G3.damaged"),
        ("csv.gz", gzip.compress(text(ROWS).encode()) * 2, "G3.members"),
        ("zip", forms.zipped(text(ROWS).encode())[:200], "G3.damaged"),
        ("zip", forms.zipped(text(ROWS).encode(), "a.csv", **{"b.csv": b"x"}), "G3.members"),
        ("zip", forms.zipped(text(ROWS).encode(), "../a.csv"), "G3.path_trick"),
        ("zip", forms.zipped(text(ROWS).encode(), "/etc/a.csv"), "G3.path_trick"),
        ("zip", forms.zipped(text(ROWS).encode(), "c:\\a.csv"), "G3.path_trick"),
        ("zip", forms.linked("a.csv", b"/etc/passwd"), "G3.path_trick"),
        ("zip", forms.zipped(text(ROWS).encode(), "a.exe"), "G3.format"),
        ("zip", forms.zipped(forms.zipped(text(ROWS).encode()), "a.zip"), "G3.format"),
        ("zip", forms.zipped(forms.xlsx(ROWS), "a.csv"), "G3.not_text"),
        ("zip", forms.locked_zip(text(ROWS).encode()), "G3.password"),
        ("zip", forms.empty_zip(), "G3.members"),
    ],
    ids=named,
)
def test_wrappings_with_a_trick_are_refused(tmp_path: Path, name: str, content: bytes, rule: str) -> None:
    assert refused(drop(tmp_path, f"{STEM}.{name}", content))[0] == rule


def test_a_member_in_a_folder_is_no_trick(tmp_path: Path) -> None:
    content = forms.zipped(text(ROWS).encode(), "out/2023/wages.csv")
    assert staged(drop(tmp_path, f"{STEM}.zip", content))[0] == twin(tmp_path, ROWS)


@pytest.mark.parametrize("kind", ["csv.gz", "zip"])
def test_what_expands_without_end_is_not_read_on(tmp_path: Path, kind: str) -> None:
    """Two hundred times its size, and a near miss that is only a very regular file."""
    header = text(ROWS).encode()
    plain = header + (b",,,,,,,,,,,\n" * (BOMB // 12))
    packed = gzip.compress(plain, 6) if kind == "csv.gz" else forms.zipped(plain)
    assert len(packed) < 1 << 20
    assert refused(drop(tmp_path, f"{STEM}.{kind}", packed))[0] == "G3.too_costly"
    mild = header + (b",,,,,,,,,,,\n" * 200_000)
    packed = gzip.compress(mild, 6) if kind == "csv.gz" else forms.zipped(mild)
    rows, found = staged(drop(tmp_path, f"{STEM}.{kind}", packed))
    assert (rows, found.blank_lines) == (twin(tmp_path, ROWS), 200_000)


# -------------------------------------------------------------------------------------------------------- workbooks


def on_sheet(change: Any) -> bytes:
    return forms.xlsx(ROWS, lambda book: change(book.active))


def hide_row(number: int) -> Any:
    def change(sheet: Any) -> None:
        sheet.row_dimensions[number].hidden = True

    return change


def hide_column(letter: str) -> Any:
    def change(sheet: Any) -> None:
        sheet.column_dimensions[letter].hidden = True

    return change


def put(place: str, value: Any) -> Any:
    def change(sheet: Any) -> None:
        sheet[place] = value

    return change


def second_sheet(book: Any, state: str = "visible") -> None:
    sheet = book.create_sheet("other")
    sheet.append(["something"])
    sheet.sheet_state = state


def old_hidden_row(book: Any) -> None:
    sheet = book.get_sheet(0)
    sheet.row(3).hidden = True


def old_hidden_column(book: Any) -> None:
    book.get_sheet(0).col(2).hidden = True


def old_merged(book: Any) -> None:
    book.get_sheet(0).write_merge(40, 41, 1, 1, "x")


WORKBOOKS = {
    "hidden row": ("xlsx", on_sheet(hide_row(5)), "G3.hidden_rows"),
    "hidden column": ("xlsx", on_sheet(hide_column("C")), "G3.hidden_rows"),
    "merged cells": ("xlsx", on_sheet(lambda sheet: sheet.merge_cells("B3:B6")), "G3.merged_cells"),
    "formula without value": ("xlsx", on_sheet(put("F3", "=1+1")), "G3.formula_without_value"),
    "two sheets": ("xlsx", forms.xlsx(ROWS, second_sheet), "G3.sheets"),
    "no sheet": ("xlsx", forms.emptied(ROWS), "G3.empty"),
    "error cell": ("xlsx", forms.with_error(ROWS), "G3.error_cell"),
    "macros": ("xlsx", forms.added(forms.xlsx(ROWS), "xl/vbaProject.bin", b"x"), "G3.macro"),
    "macro sheet": ("xlsx", forms.added(forms.xlsx(ROWS), "xl/macrosheets/sheet1.xml", b"<x/>"), "G3.macro"),
    "macro type": ("xlsx", forms.replaced(forms.xlsx(ROWS), b"sheet.main+xml", b"sheet.macroEnabled.main+xml"),
                   "G3.macro"),
    "entities": ("xlsx", forms.replaced(forms.xlsx(ROWS), b"<worksheet",
                 b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet'), "G3.entities"),
    "path trick": ("xlsx", forms.added(forms.xlsx(ROWS), "../../x.xml", b"<x/>"), "G3.path_trick"),
    "cut off": ("xlsx", forms.xlsx(ROWS)[:3000], "G3.damaged"),
    "a part twice": ("xlsx", forms.twice(forms.xlsx(ROWS), "xl/workbook.xml"), "G3.damaged"),
    "only a zip": ("xlsx", forms.zipped(text(ROWS).encode()), "G3.damaged"),
    "password": ("xlsx", forms.locked_workbook(), "G3.password"),
    "old, hidden row": ("xls", forms.xls(ROWS, old_hidden_row), "G3.hidden_rows"),
    "old, hidden column": ("xls", forms.xls(ROWS, old_hidden_column), "G3.hidden_rows"),
    "old, two sheets": ("xls", forms.xls(ROWS, lambda book: book.add_sheet("b").write(0, 0, "x")), "G3.sheets"),
    "old, merged": ("xls", forms.xls(ROWS, old_merged), "G3.merged_cells"),
    "old, cut off": ("xls", forms.xls(ROWS)[:1500], "G3.damaged"),
    "old, macros": ("xls", forms.renamed_stream(forms.xls(ROWS), "_VBA_PROJECT"), "G3.macro"),
}  # fmt: skip


@pytest.mark.parametrize("case", WORKBOOKS)
def test_workbooks_that_hide_or_do_something_are_refused(tmp_path: Path, case: str) -> None:
    suffix, content, rule = WORKBOOKS[case]
    assert refused(drop(tmp_path, f"{STEM}.{suffix}", content))[0] == rule


def titled(sheet: Any) -> None:
    """A merged title over the table, hidden columns far from it."""
    sheet.insert_rows(1, 2)
    sheet["A1"] = "Wages"
    sheet.merge_cells("A1:E1")
    sheet.column_dimensions["Z"].hidden = True


ACCEPTED = {
    "hidden sheet": (forms.xlsx(ROWS, lambda book: second_sheet(book, "hidden")), Profile(), ["G3.hidden_sheet"]),
    "very hidden sheet": (forms.xlsx(ROWS, lambda book: second_sheet(book, "veryHidden")), Profile(),
                          ["G3.hidden_sheet"]),
    "named sheet": (forms.xlsx(ROWS, second_sheet), Profile(sheet="Sheet"), []),
    "empty sheet beside": (forms.xlsx(ROWS, lambda book: book.create_sheet("b")), Profile(), []),
    "formula with value": (forms.with_formula(ROWS), Profile(), ["G3.formula"]),
    "links": (forms.added(forms.xlsx(ROWS), "xl/externalLinks/externalLink1.xml", b"<x/>"), Profile(),
              ["G3.external_link"]),
    "title above": (on_sheet(titled), Profile(header_row=3), []),
}  # fmt: skip


@pytest.mark.parametrize("case", ACCEPTED)
def test_workbooks_that_only_look_odd_are_read(tmp_path: Path, case: str) -> None:
    content, profile, rules = ACCEPTED[case]
    rows, found = staged(drop(tmp_path, f"{STEM}.xlsx", content), profile)
    assert rows == twin(tmp_path, ROWS)
    assert [note.rule_id for note in found.records.notes] == rules


def test_a_sheet_the_profile_names_must_be_there(tmp_path: Path) -> None:
    path = drop(tmp_path, f"{STEM}.xlsx", forms.xlsx(ROWS))
    assert refused(path, Profile(sheet="Wages"))[0] == "G3.sheets"


def test_cells_right_of_the_header_make_a_row_ragged(tmp_path: Path) -> None:
    _, found = staged(drop(tmp_path, f"{STEM}.xlsx", on_sheet(put("M4", "surplus"))))
    assert (found.records.ragged, found.records.widths) == ([3], [13])


def test_a_workbook_that_unpacks_to_far_more_is_not_read(tmp_path: Path) -> None:
    content = forms.added(forms.xlsx(ROWS), "xl/media/zeros.bin", b"\0" * (70 << 20))
    assert len(content) < 1 << 20
    assert refused(drop(tmp_path, f"{STEM}.xlsx", content))[0] == "G3.too_costly"
    content = forms.added(forms.xlsx(ROWS), "xl/media/zeros.bin", b"\0" * (10 << 20))
    assert staged(drop(tmp_path, f"{STEM}.xlsx", content))[0] == twin(tmp_path, ROWS)


def test_a_cell_far_away_does_not_fill_the_memory(tmp_path: Path) -> None:
    """One cell at the last place of a sheet: some readers make room for all between."""
    path = drop(tmp_path, f"{STEM}.xlsx", on_sheet(put("XFD1048576", "x")))
    assert refused(path)[0] == "G3.too_costly"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7.0, "7"), (0.1 + 0.2, "0.3"), (999999999999999.0, "999999999999999"),
        (123456789.0, "123456789"), (1.5e-7, "0.00000015"),
        (-2.5, "-2.5"), (True, "TRUE"), ("007", "007"), ("", None), (date(2024, 1, 2), "2024-01-02"),
        (datetime(2024, 1, 2), "2024-01-02"), (datetime(2024, 1, 2, 13, 5), "2024-01-02 13:05:00"),
    ],
)  # fmt: skip
def test_cells_are_written_in_full(value: Any, expected: str | None) -> None:
    from ingest.readers.workbook import text_of

    assert text_of(value, 1, 1) == expected


@pytest.mark.parametrize("number", [1_000_000_000_000_000, 9_007_199_254_740_993, -1_234_567_890_123_456, 1e300])
def test_a_number_of_more_digits_than_a_workbook_keeps_is_refused(tmp_path: Path, number: float) -> None:
    rule, sentence = refused(drop(tmp_path, f"{STEM}.xlsx", on_sheet(put("G4", number))))
    assert rule == "G3.column_type"
    assert sentence.startswith("Row 3 has a number of more than 15 digits in column 7,")


# ---------------------------------------------------------------------------------------------------------- Parquet


def table(**changed: Any) -> bytes:
    """The rows as a Parquet table of text, but for the columns given."""
    columns = {name: pa.array([row[name] for row in ROWS]) for name in ROWS[0]} | changed
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def money(value: float) -> pa.Array:
    return pa.array([value] * len(ROWS), pa.float64())


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (table(fein=pa.array([["a"]] * len(ROWS))), "G3.nested_column"),
        (table(fein=pa.array([{"a": "b"}] * len(ROWS))), "G3.nested_column"),
        (table(fein=pa.array([b"x"] * len(ROWS))), "G3.column_type"),
        (table(wage_usd=money(12.345)), "G3.column_type"),
        (table(wage_usd=money(float("inf"))), "G3.column_type"),
        (table()[:-200], "G3.damaged"),
        (forms.damaged_page(table()), "G3.damaged"),
    ],
    ids=named,
)
def test_parquet_that_has_no_exact_text_is_refused(tmp_path: Path, content: bytes, rule: str) -> None:
    assert refused(drop(tmp_path, f"{STEM}.parquet", content))[0] == rule


@pytest.mark.parametrize(
    "changed",
    [
        {"wage_year": pa.array([2023.0] * len(ROWS))},
        {"wage_usd": pa.array([float(row["wage_usd"]) for row in ROWS])},
        {"received_date": pa.array([datetime(2023, 5, 1)] * len(ROWS), pa.timestamp("ns"))},
        {"their_own": pa.array(["x"] * len(ROWS))},
    ],
)
def test_parquet_types_with_an_exact_text_are_read(tmp_path: Path, changed: dict[str, Any]) -> None:
    assert staged(drop(tmp_path, f"{STEM}.parquet", table(**changed)))[0] == twin(tmp_path, ROWS)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())], ids=str)
@pytest.mark.parametrize("row", [1, 11_996])
def test_bytes_in_parquet_that_are_no_text_are_refused_with_their_row(
    tmp_path: Path, kind: pa.DataType, row: int
) -> None:
    rows = wage_rows(12_000)
    columns = {name: pa.array([one[name] for one in rows]) for name in rows[0]}
    names = [one["last_name"].encode() for one in rows]
    names[row - 1] = b"Quibble\xffwick"
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    binary = pa.array(names, pa.large_binary() if pa.types.is_large_string(plain) else pa.binary())
    column = binary.view(plain)
    columns["last_name"] = column.dictionary_encode() if plain is not kind else column
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    rule, sentence = refused(drop(tmp_path, f"{STEM}.parquet", out.getvalue()))
    assert rule == "G3.not_utf8"
    assert f"Row {row:,} " in sentence and "column 2 " in sentence


BLANK = dict.fromkeys(ROWS[0], "")


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        ("csv", text([*ROWS[:3], BLANK, *ROWS[3:], BLANK]) + "1,2\n"),
        ("dat", forms.fixed(ROWS[:3]) + " " * 20 + "\r\n" + forms.fixed(ROWS[3:]) + "\r\n" + "S\r\n"),
    ],
    ids=["csv", "dat"],
)
def test_blank_rows_are_counted_and_are_not_what_is_left_over(tmp_path: Path, suffix: str, content: str) -> None:
    _, found = staged(drop(tmp_path, f"{STEM}.{suffix}", content))
    records = found.records
    assert (records.blank, found.blank_lines, len(records.ragged), found.rows_staged) == (2, 2, 1, len(ROWS))
    assert records.seen == found.rows_staged + len(records.ragged) + records.blank


# ------------------------------------------------------------------------------------------------------ fixed width


def lines_of(*changes: tuple[int, str | None]) -> str:
    """The generic file with lines replaced (from 0), or left out."""
    lines = forms.icesa([row | {"ean": ROWS[0]["ean"]} for row in ROWS]).splitlines()
    for place, line in changes:
        lines[place] = line or ""
    return "".join(line + "\n" for line in lines if line)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (forms.icesa(ROWS, count=24), "G2.totals"),
        (forms.icesa(ROWS, cents=100), "G2.totals"),
        (lines_of((-2, None), (-1, None)), "G2.totals"),
        (lines_of((10, None)), "G2.totals"),
        (lines_of((1, "X" + " " * 274)), "G3.record_type"),
        (lines_of((-1, "A" + " " * 274)), "G3.record_order"),
        (lines_of((0, "F" + " " * 274)), "G3.record_order"),
    ],
    ids=named,
)
def test_generic_wage_files_that_do_not_add_up_are_refused(tmp_path: Path, content: str, rule: str) -> None:
    assert refused(drop(tmp_path, f"{STEM}.icesa", content))[0] == rule


def test_records_of_another_length_are_ragged(tmp_path: Path) -> None:
    lines = forms.fixed(ROWS).splitlines()
    lines[4] = lines[4].rstrip()
    lines[6] += " "
    _, found = staged(drop(tmp_path, f"{STEM}.dat", "\n".join(lines) + "\n"))
    assert found.records.ragged == [5, 7]
    assert found.rows_received == 25


def test_values_of_fixed_width_files_that_do_not_fit_are_no_values(tmp_path: Path) -> None:
    lines = forms.fixed(ROWS).splitlines()
    changes = [
        (1, 2, "I        "),
        (2, 147, "0012345   "),
        (3, 64, "000000012.3400"),
        (4, 46, "042023"),
        (5, 64, " " * 14),
    ]
    for line, start, value in changes:
        lines[line] = lines[line][: start - 1] + value + lines[line][start - 1 + len(value) :]
    rows, _ = staged(drop(tmp_path, f"{STEM}.dat", "\n".join(lines) + "\n"))
    names = ["_row_no", *contracts.load("ui_wage").field_names]
    found = [dict(zip(names, row, strict=True)) for row in rows]
    assert found[1]["ssn"] == "000000000"
    assert found[2]["ean"] == "0000012345"
    assert found[3]["wage_usd"] is None
    assert (found[4]["wage_year"], found[4]["wage_quarter_number"]) == (None, None)
    assert found[5]["wage_usd"] is None


def test_the_employer_of_a_heading_record_holds_where_the_row_has_none(tmp_path: Path) -> None:
    lines = lines_of().splitlines()
    lines[5] = lines[5][:146] + " " * 15 + lines[5][161:]
    rows, _ = staged(drop(tmp_path, f"{STEM}.icesa", "\n".join(lines) + "\n"))
    assert {row[1 + contracts.load("ui_wage").field_names.index("ean")] for row in rows} == {ROWS[0]["ean"]}


def test_the_extract_date_must_be_known_where_it_stands_in_for_a_column(tmp_path: Path) -> None:
    path = drop(tmp_path, "wages.dat", forms.fixed(ROWS))
    contract = contracts.load("ui_wage")
    submitted = Submitted(path.name, find_profile(contract, path.name), None)
    with pytest.raises(Rejected, match="day the extract was taken"), reading(path, contract, submitted):
        pass
