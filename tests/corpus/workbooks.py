"""Spreadsheets: what is hidden, computed, merged, locked or converted in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

from tests.corpus.case import ACCEPT, KEEP_OUT, REJECT, WARN_OR_MORE, BadFile, Sample, case


def workbook(sample: Sample, change: Callable[[Any, Any], None] | None = None) -> bytes:
    """The sample as an xlsx file of text cells; `change` gets the workbook and its sheet."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(sample.header))
    for row in sample.rows:
        sheet.append([cell or None for cell in row])
    if change is not None:
        change(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx(sample: Sample, change: Callable[[Any, Any], None] | None = None, rows: tuple[int, ...] = ()) -> BadFile:
    return BadFile(workbook(sample, change), ".xlsx", rows=rows)


def old_workbook(sample: Sample) -> bytes:
    """The sample as an xls file of text cells."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("extract")
    for number, row in enumerate([sample.header, *sample.rows]):
        for place, cell in enumerate(row):
            if cell:
                sheet.write(number, place, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def place_of(sample: Sample, kind: str) -> int | None:
    """Column number, from 1, of the first filled field of that type."""
    known = sample.filled(lambda field: field.type == kind)
    return sample.header.index(known.name) + 1 if known else None


def repacked(whole: bytes, change: Callable[[str, bytes], tuple[str, bytes] | None], more: dict[str, bytes]) -> bytes:
    """A zip file with its members changed and others added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            kept = change(name, old.read(name))
            if kept is not None:
                new.writestr(*kept)
        for name, content in more.items():
            new.writestr(name, content)
    return out.getvalue()


def same(name: str, content: bytes) -> tuple[str, bytes]:
    return name, content


@case(ACCEPT)
def workbook_of_the_sample(sample: Sample):
    return xlsx(sample)


@case(ACCEPT)
def old_workbook_of_the_sample(sample: Sample):
    return BadFile(old_workbook(sample), ".xls") if len(sample.header) <= 256 else None


@case(ACCEPT)
def workbook_with_real_dates(sample: Sample):
    import datetime

    at = place_of(sample, "date")
    if at is None:
        return None

    def change(book: Any, sheet: Any) -> None:
        for number in range(2, sheet.max_row + 1):
            text = (sheet.cell(number, at).value or "").replace("-", "")
            if text:
                sheet.cell(number, at).value = datetime.date(int(text[:4]), int(text[4:6]), int(text[6:8]))

    return xlsx(sample, change)


@case(REJECT)
def workbook_under_a_csv_name(sample: Sample):
    return workbook(sample)


@case(REJECT)
def text_under_a_workbook_name(sample: Sample):
    return BadFile(sample.text().encode(), ".xlsx")


@case(REJECT)
def workbook_cut_short(sample: Sample):
    return BadFile(workbook(sample)[:-200], ".xlsx")


@case(REJECT)
def workbook_with_two_filled_sheets(sample: Sample):
    return xlsx(sample, lambda book, sheet: book.create_sheet("notes").append(["something", "else"]))


@case(WARN_OR_MORE)
def workbook_with_a_hidden_sheet(sample: Sample):
    def change(book: Any, sheet: Any) -> None:
        other = book.create_sheet("old")
        other.append(["something"])
        other.sheet_state = "hidden"

    return xlsx(sample, change)


@case(WARN_OR_MORE)
def workbook_with_a_hidden_row(sample: Sample):
    def change(book: Any, sheet: Any) -> None:
        sheet.row_dimensions[6].hidden = True

    return xlsx(sample, change)


@case(WARN_OR_MORE)
def workbook_with_a_hidden_column(sample: Sample):
    def change(book: Any, sheet: Any) -> None:
        sheet.column_dimensions["B"].hidden = True

    return xlsx(sample, change)


@case(WARN_OR_MORE)
def workbook_with_merged_cells(sample: Sample):
    return xlsx(sample, lambda book, sheet: sheet.merge_cells("A3:B3"))


@case(KEEP_OUT)
def workbook_with_a_formula_nobody_computed(sample: Sample):
    def change(book: Any, sheet: Any) -> None:
        sheet.cell(8, 1).value = "=1+1"

    return xlsx(sample, change, rows=(7,))


@case(KEEP_OUT)
def workbook_with_an_error_in_a_cell(sample: Sample):
    def change(book: Any, sheet: Any) -> None:
        sheet.cell(8, 1).value = "#N/A"
        sheet.cell(8, 1).data_type = "e"

    return xlsx(sample, change, rows=(7,))


@case(KEEP_OUT)
def workbook_with_a_day_number_for_a_date(sample: Sample):
    at = place_of(sample, "date")

    def change(book: Any, sheet: Any) -> None:
        sheet.cell(8, at).value = 45123

    return xlsx(sample, change, rows=(7,)) if at else None


@case(KEEP_OUT)
def workbook_with_yes_and_no_for_codes(sample: Sample):
    known = sample.filled(lambda field: field.type == "code" and "TRUE" not in field.code_list.spellings)

    def change(book: Any, sheet: Any) -> None:
        sheet.cell(8, sample.header.index(known.name) + 1).value = True

    return xlsx(sample, change, rows=(7,)) if known else None


@case(REJECT)
def workbook_with_a_title_above_the_header(sample: Sample):
    return xlsx(sample, lambda book, sheet: sheet.insert_rows(1))


@case(REJECT)
def workbook_with_macros(sample: Sample):
    return BadFile(repacked(workbook(sample), same, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"\0" * 600}), ".xlsx")


@case(REJECT)
def workbook_named_as_one_with_macros(sample: Sample):
    return BadFile(repacked(workbook(sample), same, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"\0" * 600}), ".xlsm")


@case(REJECT)
def workbook_with_a_password(sample: Sample):
    """Office wraps a locked workbook in an old container with a stream called EncryptedPackage."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    names = "EncryptionInfo".encode("utf-16-le") + b"\0" * 36 + "EncryptedPackage".encode("utf-16-le")
    return BadFile(head + names.ljust(4096, b"\0"), ".xlsx")


@case(REJECT)
def workbook_that_expands_without_end(sample: Sample):
    if sample.source.name != "ui_wage":
        return None
    return BadFile(repacked(workbook(sample), same, {"xl/worksheets/sheet9.xml": b" " * (512 << 20)}), ".xlsx")


@case(REJECT)
def workbook_with_entities_that_multiply(sample: Sample):
    bomb = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">' + b"".join(
        f'<!ENTITY lol{n} "{f"&lol{n - 1 if n > 1 else str()};" * 10}">'.encode() for n in range(1, 10)
    )

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        if name == "xl/worksheets/sheet1.xml":
            start = content.index(b"<worksheet")
            return name, bomb + b"]>" + content[start:].replace(b"<sheetData>", b"<!-- -->&lol9;<sheetData>", 1)
        return name, content

    return BadFile(repacked(workbook(sample), change, {}), ".xlsx")


@case(REJECT)
def workbook_without_its_sheet(sample: Sample):
    def change(name: str, content: bytes) -> tuple[str, bytes] | None:
        return None if name == "xl/worksheets/sheet1.xml" else (name, content)

    return BadFile(repacked(workbook(sample), change, {}), ".xlsx")


@case(REJECT)
def zip_of_nonsense_under_a_workbook_name(sample: Sample):
    return BadFile(repacked(workbook(sample), lambda name, content: (name, b"nonsense"), {}), ".xlsx")
