"""Wrong in a value: the right number of columns, and something in one of them that is not what it must be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from contracts import Field
from tests.corpus.case import ACCEPT, CASES, KEEP_OUT, QUARANTINE, REJECT, WARN, BadFile, Case, Sample, as_file, case

ROW = 7


def cell(name: str, right: frozenset[str], wanted: Callable[[Field], bool], change: str | Callable[[str], str]) -> None:
    """Register a case that changes one cell of row 7 in the first field of that kind."""

    def make(sample: Sample) -> BadFile | None:
        known = sample.filled(wanted, ROW)
        if known is None:
            return None
        before = sample.rows[ROW - 1][sample.header.index(known.name)]
        after = change(before) if callable(change) else change
        if after == before:
            return None
        rows = (ROW,) if right <= KEEP_OUT else ()
        return BadFile(sample.changed(ROW, known.name, after).text().encode(), rows=rows)

    assert name not in CASES, name
    CASES[name] = Case(name, right, lambda sample: as_file(make(sample)))


def of(kind: str) -> Callable[[Field], bool]:
    return lambda field: field.type == kind


def called(*names: str) -> Callable[[Field], bool]:
    return lambda field: field.name in names


def is_required(field: Field) -> bool:
    return field.required


def is_plain_text(field: Field) -> bool:
    return field.type == "text" and not field.pattern and field.name not in ("ssn", "zip")


def is_strict(field: Field) -> bool:
    """Text of a form in which a question mark or a line break has no place."""
    return field.type == "text" and bool(field.pattern) and not re.fullmatch(str(field.pattern), field.example + "?")


def is_money(field: Field) -> bool:
    return field.type == "decimal"


def us(value: str) -> str:
    text = value.replace("-", "")
    return f"{text[4:6]}/{text[6:8]}/{text[:4]}"


def german(value: str) -> str:
    text = value.replace("-", "")
    return f"{text[6:8]}.{text[4:6]}.{text[:4]}"


def full_width(value: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if letter.isdigit() else letter for letter in value)


cell("a required value blank", QUARANTINE, is_required, "")
cell("a required value of blanks", QUARANTINE, is_required, "   ")
cell("a required value that says NULL", QUARANTINE, lambda f: f.required and f.type != "text", "NULL")
cell("a value that says N/A", QUARANTINE, lambda f: f.type != "text", "N/A")
cell("a value that is a dash", QUARANTINE, lambda f: f.type != "text", "-")
cell("a value that is a dot", QUARANTINE, lambda f: f.type in ("decimal", "integer", "date"), ".")
cell("a code nobody knows", QUARANTINE, of("code"), "~9")
cell("a code with a zero-width blank", QUARANTINE, of("code"), lambda v: v + "\u200b")
cell("a code with its label", QUARANTINE, of("code"), lambda v: f"{v} - as of today")
cell("a day that is not in the calendar", QUARANTINE, of("date"), "2023-02-30")
cell("a date as Americans write it", QUARANTINE, of("date"), us)
cell("a date as Germans write it", QUARANTINE, of("date"), german)
cell("a date with a short month", QUARANTINE, of("date"), "2023-1-5")
cell("a date with a year of two digits", QUARANTINE, of("date"), "03/07/21")
cell("a date as a number of days", QUARANTINE, of("date"), "45123")
cell("a date as a number with decimals", QUARANTINE, of("date"), "20230105.0")
cell("a date in words", QUARANTINE, of("date"), "July 4, 2023")
cell("a date of zeros", QUARANTINE, of("date"), "0000-00-00")
cell("a date at the end of time", QUARANTINE, of("date"), "9999-12-31")
cell("a date in the year 202", QUARANTINE, of("date"), "0202-01-05")
cell("a date that is infinite", QUARANTINE, of("date"), "infinity")
cell("a date in full-width digits", QUARANTINE, of("date"), full_width)
cell("an integer with decimals", QUARANTINE, of("integer"), lambda v: v + ".5")
cell("an integer in powers of ten", QUARANTINE, of("integer"), "1e3")
cell("an integer with a thousands separator", QUARANTINE, of("integer"), "1,000")
cell("an integer too large to be one", QUARANTINE, of("integer"), "99999999999999999999")
cell("an integer in full-width digits", QUARANTINE, of("integer"), full_width)
cell("an integer in hexadecimal", QUARANTINE, of("integer"), "0x1F")
cell("an amount with a thousands separator", QUARANTINE, is_money, "1,000.00")
cell("an amount with a decimal comma", QUARANTINE, is_money, "1000,50")
cell("an amount with a currency sign", QUARANTINE, is_money, "$100.00")
cell("an amount in brackets", QUARANTINE, is_money, "(100.00)")
cell("an amount with the sign behind", QUARANTINE, is_money, "100.00-")
cell("an amount with three decimals", QUARANTINE, is_money, "1.005")
cell("an amount in powers of ten", QUARANTINE, is_money, "1E5")
cell("an amount that is not a number", QUARANTINE, is_money, "NaN")
cell("an amount that is infinite", QUARANTINE, is_money, "inf")
cell("an amount of twenty digits", QUARANTINE, is_money, "99999999999999999999.00")
cell("an amount in full-width digits", QUARANTINE, is_money, full_width)
cell("an amount with a blank inside", QUARANTINE, is_money, "1 000")
cell("a number in a form it may not have", QUARANTINE, is_strict, lambda v: v + "?")
cell("a patterned value over two lines", QUARANTINE, is_strict, lambda v: v[:2] + "\n" + v[2:])
cell("an SSN with hyphens", QUARANTINE, called("ssn"), lambda v: f"{v[:3]}-{v[3:5]}-{v[5:]}")
cell("an SSN in powers of ten", QUARANTINE, called("ssn"), "1.23457E+08")
cell("an SSN with a decimal point", QUARANTINE, called("ssn"), lambda v: v + ".0")
cell("an SSN of ten digits", QUARANTINE, called("ssn"), lambda v: v + "0")
cell("an SSN of six digits", QUARANTINE, called("ssn"), lambda v: v[:6])
cell("a masked SSN", QUARANTINE, called("ssn"), lambda v: f"XXX-XX-{v[-4:]}")
cell("an SSN in full-width digits", QUARANTINE, called("ssn"), full_width)
cell("an SSN with a letter O for a zero", QUARANTINE, called("ssn"), lambda v: v[:-1] + "O")
cell("an SSN that lost its zero", WARN, called("ssn"), lambda v: v[1:])
cell("an SSN nobody can have", WARN, called("ssn"), "666123456")
cell("an SSN of nines", WARN, called("ssn"), "999999999")
cell("a ZIP code with four more digits", QUARANTINE, called("zip"), lambda v: v + "-1234")
cell("a ZIP code that lost its zero", WARN, called("zip"), lambda v: v[1:])
cell("a ZIP code in letters", QUARANTINE, called("zip"), "ABCDE")
cell("an SSN in a column that is not for it", QUARANTINE, lambda f: is_plain_text(f) and f.pii != "D", "078-05-1120")
cell("a zero-width blank in a text", KEEP_OUT, is_plain_text, lambda v: v[:1] + "\u200b" + v[1:])
cell("a byte order mark in a text", KEEP_OUT, is_plain_text, lambda v: v[:1] + "\ufeff" + v[1:])
cell("a mark that turns the writing round", KEEP_OUT, is_plain_text, lambda v: v[:1] + "\u202e" + v[1:])
cell("a soft hyphen in a text", KEEP_OUT, is_plain_text, lambda v: v[:1] + "\u00ad" + v[1:])
cell("a letter that was lost in conversion", KEEP_OUT, is_plain_text, lambda v: v[:1] + "\ufffd" + v[1:])
cell("a bell in a text", KEEP_OUT, is_plain_text, lambda v: v[:1] + "\x07" + v[1:])
cell("an accent and an apostrophe", ACCEPT, is_plain_text, "Núñez-O’Brien")
cell("a formula in a text", ACCEPT, is_plain_text, "=HYPERLINK(1)")
cell("a command in a text", ACCEPT, is_plain_text, "@SUM(1+1)|cmd")
cell("markup in a text", ACCEPT, is_plain_text, "<script>alert(1)</script>")
cell("a template in a text", ACCEPT, is_plain_text, "{{ 7 * 7 }}${7*7}")
cell("a statement in a text", ACCEPT, is_plain_text, "'; drop table raw; --")
cell("a line break in a text", ACCEPT, is_plain_text, "two\nlines")
cell("a separator in a quoted text", ACCEPT, is_plain_text, "one, two")
cell("a quotation mark in a quoted text", ACCEPT, is_plain_text, 'called "this"')


@case(REJECT | QUARANTINE)
def every_date_as_americans_write_it(sample: Sample):
    known = sample.filled(lambda field: field.type == "date" and field.required)
    return sample.every(known.name, lambda v: us(v) if v else v).text() if known else None


@case(REJECT)
def every_required_value_blank(sample: Sample):
    known = sample.filled(is_required)
    return sample.every(known.name, lambda v: "").text() if known else None


@case(REJECT)
def half_of_the_rows_wrong(sample: Sample):
    known = sample.filled(lambda field: field.type in ("code", "date"))
    if known is None or len(sample.rows) < 50:
        return None
    place = sample.header.index(known.name)
    rows = [(*row[:place], "~9", *row[place + 1 :]) if n % 2 == 0 else row for n, row in enumerate(sample.rows)]
    return replace(sample, rows=tuple(rows)).text()


@case(KEEP_OUT)
def a_row_sent_twice(sample: Sample):
    return BadFile(sample.text().encode() + (sample.lines()[ROW] + "\n").encode(), rows=(ROW, len(sample.rows) + 1))


@case(KEEP_OUT)
def a_key_sent_twice_with_another_value(sample: Sample):
    outside = [
        known
        for known in sample.source.fields
        if known.type == "code" and known.code_list is not None and known.name in sample.header
        and known.name not in (*sample.source.key, *sample.source.key_also) and len(known.code_list.codes) > 1
    ]  # fmt: skip
    if not outside:
        return None
    place = sample.header.index(outside[-1].name)
    row = sample.rows[ROW - 1]
    other = next(code for code in outside[-1].code_list.codes if code != row[place])
    twice = (*row[:place], other, *row[place + 1 :])
    return BadFile(replace(sample, rows=(*sample.rows, twice)).text().encode(), rows=(ROW, len(sample.rows) + 1))


@case(REJECT)
def every_row_sent_twice(sample: Sample):
    return replace(sample, rows=(*sample.rows, *sample.rows)).text()
