"""The same wage rows in every format an agency may send, for tests of the readers."""

from __future__ import annotations

import datetime
import gzip
import io
import stat
import warnings
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlwt

from tests.unit.ingest.files import text

Rows = list[dict[str, str]]
STEM = "dol_ui_wage_2023Q1_20230515_v01"
NUMBERS = {"wage_year", "wage_quarter_number", "filing_seq"}


def cells(row: dict[str, str]) -> list[Any]:
    """A row as a spreadsheet holds it: numbers and days, and text where leading zeros matter."""
    made: list[Any] = []
    for name, value in row.items():
        if name in NUMBERS:
            made.append(int(value))
        elif name == "wage_usd":
            made.append(float(value))
        elif name == "received_date":
            made.append(datetime.date.fromisoformat(value))
        else:
            made.append(value)
    return made


def xlsx(rows: Rows, spoil: Any = None) -> bytes:
    """A workbook of one sheet; `spoil` may change it before it is written."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(cells(row))
    if spoil is not None:
        spoil(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: Rows, spoil: Any = None) -> bytes:
    """An old workbook of one sheet."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("wages")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for column, name in enumerate(rows[0]):
        sheet.write(0, column, name)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(cells(row)):
            sheet.write(number, column, value, *([day] if isinstance(value, datetime.date) else []))
    if spoil is not None:
        spoil(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet(rows: Rows, **options: Any) -> bytes:
    """A Parquet file with a type for each kind of column."""
    from decimal import Decimal

    columns = {name: [row[name] for row in rows] for name in rows[0]}
    arrays: dict[str, Any] = {name: pa.array(values) for name, values in columns.items()}
    arrays["wage_year"] = pa.array([int(value) for value in columns["wage_year"]], pa.int16())
    arrays["wage_usd"] = pa.array([Decimal(value) for value in columns["wage_usd"]], pa.decimal128(14, 2))
    days = [datetime.date.fromisoformat(value) for value in columns["received_date"]]
    arrays["received_date"] = pa.array(days, pa.date32())
    arrays["wage_action"] = arrays["wage_action"].dictionary_encode()
    out = io.BytesIO()
    pq.write_table(pa.table(arrays), out, **options)
    return out.getvalue()


def s_record(row: dict[str, str], length: int = 276) -> str:
    """A wage row as Connecticut's S record (276) or the generic one (275)."""
    line = [" "] * length
    cents = row["wage_usd"].replace(".", "").zfill(14)
    quarter = f"{int(row['wage_quarter_number']) * 3:02d}{row['wage_year']}"
    if length == 276:
        placed = {44: "09", 46: quarter, 64: cents, 143: "WAGE", 147: row["ean"]}
    else:
        placed = {44: "09", 50: cents, 64: cents, 143: "UTAX", 147: row["ean"], 215: quarter}
    placed |= {1: "S", 2: row["ssn"], 11: row["last_name"][:20], 31: row["first_name"][:12]}
    for start, value in placed.items():
        line[start - 1 : start - 1 + len(value)] = value
    return "".join(line)


def fixed(rows: Rows) -> str:
    """Connecticut's wage file: S records only."""
    return "".join(s_record(row) + "\r\n" for row in rows)


def record(kind: str, length: int = 275, **placed: str) -> str:
    """Any record; `at7="x"` puts x at position 7."""
    line = [kind, *" " * (length - 1)]
    for place, value in placed.items():
        start = int(place.removeprefix("at")) - 1
        line[start : start + len(value)] = value
    return "".join(line)


def icesa(rows: Rows, count: int | None = None, cents: int | None = None) -> str:
    """A generic file: one transmitter, one employer, its rows and totals."""
    total = sum(int(row["wage_usd"].replace(".", "")) for row in rows)
    lines = [
        record("A", at2="2023", at6="061000101"),
        record("B", at2="2023"),
        record("E", at2="2023", at6="061000101", at173=rows[0]["ean"]),
        *(s_record(row, 275) for row in rows),
        record(
            "T", at2=f"{len(rows) if count is None else count:07d}", at27=f"{total if cents is None else cents:014d}"
        ),
        record("F", at2=f"{len(rows):010d}"),
    ]
    return "".join(line + "\n" for line in lines)


def zipped(content: bytes, name: str = "wages.csv", **more: bytes) -> bytes:
    """A zip of one member, and of `more`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
        for other, data in more.items():
            archive.writestr(other, data)
    return out.getvalue()


def linked(name: str, target: bytes) -> bytes:
    """A zip whose member is a link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        member = zipfile.ZipInfo(name)
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, target)
    return out.getvalue()


def locked_zip(content: bytes) -> bytes:
    """A zip that says its member is encrypted."""
    packed = bytearray(zipped(content))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(mark) + offset] |= 1
    return bytes(packed)


def empty_zip() -> bytes:
    """A zip of nothing."""
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    return out.getvalue()


def rebuilt(workbook: bytes, change: Any, more: dict[str, bytes] | None = None) -> bytes:
    """A workbook with each part changed by `change(name, bytes)`, and more parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def added(workbook: bytes, name: str, content: bytes) -> bytes:
    """A workbook with one part more."""
    return rebuilt(workbook, lambda _, part: part, {name: content})


def replaced(workbook: bytes, old: bytes, new: bytes) -> bytes:
    """A workbook with some text of its parts replaced."""
    return rebuilt(workbook, lambda _, part: part.replace(old, new))


def twice(workbook: bytes, name: str) -> bytes:
    """A workbook that has one part two times."""
    with warnings.catch_warnings(action="ignore"):
        return added(workbook, name, b"<x/>")


def emptied(rows: Rows) -> bytes:
    """A workbook whose only sheet with rows is hidden."""

    def hide(book: Any) -> None:
        book.create_sheet("empty")
        book.worksheets[0].sheet_state = "hidden"
        book.active = 1

    return xlsx(rows, hide)


def with_error(rows: Rows) -> bytes:
    """A workbook one of whose cells shows an error."""

    def spoil(book: Any) -> None:
        book.active["H4"] = "#N/A"

    return xlsx(rows, spoil)


def with_formula(rows: Rows) -> bytes:
    """A workbook one of whose numbers is the value of a formula."""
    plain = b'<c r="D3" t="n"><v>2023</v></c>'
    return replaced(xlsx(rows), plain, b'<c r="D3"><f>2020+3</f><v>2023</v></c>')


def renamed_stream(workbook: bytes, name: str) -> bytes:
    """An old workbook with a stream of another name beside its sheets."""
    entry = "SummaryInformation".encode("utf-16-le")
    place = workbook.find(entry)
    if place < 0:  # xlwt writes none: a free entry of the directory takes its place
        root = workbook.index("Root Entry".encode("utf-16-le"))
        place = root + 256
    given = name.encode("utf-16-le")
    changed = bytearray(workbook)
    changed[place : place + 64] = given.ljust(64, b"\0")
    changed[place + 64 : place + 66] = (len(given) + 2).to_bytes(2, "little")
    return bytes(changed)


def locked_workbook() -> bytes:
    """What a workbook with a password is: an old container with one encrypted stream."""
    return renamed_stream(xls([{"a": "b"}]), "EncryptedPackage")


def damaged_page(content: bytes) -> bytes:
    """A Parquet file with a good footer over a page that was overwritten."""
    return content[:200] + bytes(255 - byte for byte in content[200:300]) + content[300:]


def all_forms(rows: Rows) -> dict[str, bytes]:
    """File name to content: the same rows in every format whose name says all there is to say."""
    plain = text(rows).encode()
    return {
        f"{STEM}.tsv": text(rows, delimiter="\t").encode(),
        f"{STEM}.tab": text(rows, delimiter="\t").encode(),
        f"{STEM}.psv": text(rows, delimiter="|").encode(),
        f"{STEM}.pipe": text(rows, delimiter="|").encode(),
        f"{STEM}.xlsx": xlsx(rows),
        f"{STEM}.xls": xls(rows),
        f"{STEM}.parquet": parquet(rows),
        f"{STEM}.csv.gz": gzip.compress(plain),
        f"{STEM}.xlsx.gz": gzip.compress(xlsx(rows)),
        f"{STEM}.zip": zipped(plain),
        f"{STEM}.csv.zip": zipped(text(rows, delimiter="\t").encode(), "wages.TSV"),
    }


def drop(folder: Path, name: str, content: bytes | str) -> Path:
    """Put a file into a folder."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
