"""Wrong before a value is looked at: bytes, records, headings."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import contracts
from tests.corpus.case import ACCEPT, KEEP_OUT, QUARANTINE, REJECT, WARN, WARN_OR_MORE, BadFile, Sample, case

LONG = 200_000


def joined(lines: list[str], end: str = "\n") -> str:
    return end.join(lines) + end


def line(cells: list[str] | tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def with_line(sample: Sample, number: int, text: str) -> str:
    """The file with the line of row `number` replaced."""
    lines = sample.lines()
    lines[number] = text
    return joined(lines)


# ---- still right -----------------------------------------------------------------------------------------------------


@case(ACCEPT)
def the_sample_itself(sample: Sample):
    return sample.text()


@case(ACCEPT)
def byte_order_mark(sample: Sample):
    return b"\xef\xbb\xbf" + sample.text().encode()


@case(ACCEPT)
def lines_end_as_on_windows(sample: Sample):
    return sample.text(end="\r\n")


@case(ACCEPT)
def every_value_in_quotation_marks(sample: Sample):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([sample.header, *sample.rows])
    return out.getvalue()


@case(ACCEPT)
def columns_in_another_order(sample: Sample):
    rows = tuple(tuple(reversed(row)) for row in sample.rows)
    return replace(sample, header=tuple(reversed(sample.header)), rows=rows).text()


@case(ACCEPT)
def headings_in_capitals_with_blanks(sample: Sample):
    return sample.text(header=tuple(f" {name.upper().replace('_', ' ')} " for name in sample.header))


@case(ACCEPT)
def other_accepted_headings(sample: Sample):
    known = sample.source.by_name
    other = tuple(known[name].aliases[0] if known[name].aliases else name for name in sample.header)
    return sample.text(header=other) if other != sample.header else None


@case(ACCEPT)
def values_with_blanks_around(sample: Sample):
    rows = tuple(tuple(f" {cell} " if cell else cell for cell in row) for row in sample.rows)
    return replace(sample, rows=rows).text()


@case(ACCEPT)
def tabs_in_a_tsv(sample: Sample):
    return BadFile(sample.text(delimiter="\t").encode(), ".tsv")


@case(ACCEPT)
def vertical_bars_in_a_psv(sample: Sample):
    return BadFile(sample.text(delimiter="|").encode(), ".psv")


# ---- bytes -----------------------------------------------------------------------------------------------------------


@case(REJECT)
def no_byte_at_all(sample: Sample):
    return b""


@case(REJECT)
def a_byte_order_mark_and_nothing_else(sample: Sample):
    return b"\xef\xbb\xbf"


@case(REJECT)
def line_breaks_only(sample: Sample):
    return "\n\n\n\n"


@case(REJECT)
def a_header_without_rows(sample: Sample):
    return sample.lines()[0] + "\n"


@case(REJECT)
def random_bytes(sample: Sample):
    return bytes((number * 37 + 11) % 256 for number in range(5000))


@case(REJECT)
def a_zero_byte_in_a_value(sample: Sample):
    text = sample.text().encode()
    return text[: len(text) // 2] + b"\0" + text[len(text) // 2 :]


@case(REJECT)
def zero_bytes_at_the_end(sample: Sample):
    return sample.text().encode() + b"\0" * 512


@case(REJECT)
def a_separator_byte_of_the_thirties(sample: Sample):
    text = sample.text().encode()
    return text[: len(text) // 2] + b"\x1f" + text[len(text) // 2 :]


@case(REJECT)
def utf_16_not_declared(sample: Sample):
    return sample.text().encode("utf-16")


@case(REJECT)
def utf_16_without_mark(sample: Sample):
    return sample.text().encode("utf-16-le")


@case(REJECT)
def utf_16_big_endian(sample: Sample):
    return b"\xfe\xff" + sample.text().encode("utf-16-be")


@case(REJECT)
def utf_32(sample: Sample):
    return sample.text().encode("utf-32")


@case(REJECT)
def windows_letters_not_declared(sample: Sample):
    lines = [text.encode() for text in sample.lines()]
    return b"\n".join([*lines[:5], lines[5] + b"\xe9", *lines[6:]])


@case(REJECT)
def half_a_letter(sample: Sample):
    return sample.text().encode().replace(b"\n", b"\xc3\n", 4)


@case(REJECT)
def an_overlong_letter(sample: Sample):
    return with_line(sample, 3, "").encode() + b"\xc0\xaf\n"


@case(REJECT)
def a_web_page(sample: Sample):
    return (
        "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><p>Your session has ended.</p></body></html>\n"
    )


@case(REJECT)
def json_text(sample: Sample):
    return '[{"' + '": "x"},\n{"'.join(sample.header) + '": "x"}]\n'


@case(REJECT)
def xml_text(sample: Sample):
    return '<?xml version="1.0"?>\n<rows>\n' + "".join(f"<row n='{n}'/>\n" for n in range(20)) + "</rows>\n"


@case(REJECT)
def a_pdf(sample: Sample):
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n" + b"x" * 500


@case(REJECT)
def a_picture(sample: Sample):
    return b"\x89PNG\r\n\x1a\n" + b"\0" * 400


@case(REJECT)
def a_database_error_instead_of_data(sample: Sample):
    return "ORA-01555: snapshot too old: rollback segment number 7\n"


@case(REJECT)
def a_line_without_end(sample: Sample):
    return "x" * 3_000_000


@case(REJECT)
def ten_thousand_columns(sample: Sample):
    width = 10_000
    return joined([",".join(f"column{n}" for n in range(width))] + [",".join("1" * width)] * 5)


# ---- lines and records -----------------------------------------------------------------------------------------------


@case(ACCEPT)
def mixed_line_ends(sample: Sample):
    lines = sample.lines()
    return "".join(text + ("\r\n" if number % 2 else "\n") for number, text in enumerate(lines))


@case(ACCEPT | KEEP_OUT)
def line_ends_of_old_macs(sample: Sample):
    return sample.text(end="\r")


@case(WARN)
def the_last_line_does_not_end(sample: Sample):
    return sample.text().rstrip("\n")


@case(WARN)
def blank_lines_between(sample: Sample):
    lines = sample.lines()
    return joined([*lines[:4], "", *lines[4:8], "", "", *lines[8:]])


@case(ACCEPT)
def blank_lines_at_the_end(sample: Sample):
    return sample.text() + "\n\n"


@case(WARN_OR_MORE)
def lines_of_separators_only(sample: Sample):
    return sample.text() + ("," * (len(sample.header) - 1) + "\n") * 2


@case(KEEP_OUT)
def cut_in_the_middle_of_a_row(sample: Sample):
    text = sample.text()
    last = text.rstrip("\n").rfind("\n")
    cut = last + 1 + max(1, (len(text) - last) // 3)
    return BadFile(text[:cut].encode(), rows=(len(sample.rows),))


@case(REJECT)
def cut_at_the_end_of_a_row_with_announced_rows(sample: Sample):
    half = joined(sample.lines()[: len(sample.rows) // 2])
    return BadFile(half.encode(), manifest={"rows": len(sample.rows)})


@case(REJECT)
def cut_at_the_end_of_a_row_with_announced_checksum(sample: Sample):
    half = joined(sample.lines()[: len(sample.rows) // 2])
    return BadFile(half.encode(), manifest={"sha256": "0" * 64})


@case(WARN_OR_MORE)
def without_a_manifest(sample: Sample):
    return BadFile(sample.text().encode(), manifest=None)


@case(QUARANTINE)
def a_row_with_one_value_more(sample: Sample):
    return BadFile(with_line(sample, 5, sample.lines()[5] + ",extra").encode(), rows=(5,))


@case(QUARANTINE)
def a_row_with_one_value_less(sample: Sample):
    return BadFile(with_line(sample, 5, line(sample.rows[4][:-1])).encode(), rows=(5,))


@case(QUARANTINE)
def a_row_with_a_separator_at_its_end(sample: Sample):
    return BadFile(with_line(sample, 5, sample.lines()[5] + ",").encode(), rows=(5,))


@case(REJECT)
def every_row_with_a_separator_at_its_end(sample: Sample):
    head, *rows = sample.lines()
    return joined([head, *(text + "," for text in rows)])


@case(KEEP_OUT)
def a_row_moved_by_one_column_with_the_width_of_the_header(sample: Sample):
    """A separator inside a value splits it, and the blank last value is gone: the width is right, nothing else is."""
    rows = sample.rows[6]
    blank = [place for place, cell in enumerate(rows) if not cell]
    texts = [place for place, name in enumerate(sample.header) if rows[place] and _is_plain(sample, name)]
    if not blank or not texts:
        return None
    order = [place for place in range(len(rows)) if place != blank[-1]] + [blank[-1]]
    moved = replace(
        sample,
        header=tuple(sample.header[place] for place in order),
        rows=tuple(tuple(row[place] for place in order) for row in sample.rows),
    )
    at = moved.header.index(sample.header[texts[0]])
    cells = moved.rows[6]
    behind = [
        moved.source.by_name[name] for name, cell in zip(moved.header[at + 1 :], cells[at + 1 :], strict=True) if cell
    ]
    if sum(known.type != "text" or bool(known.pattern) for known in behind) < 3:
        return None
    half = max(1, len(cells[at]) // 2)
    split = (*cells[:at], cells[at][:half], cells[at][half:] or "x", *cells[at + 1 : -1])
    return BadFile(with_line(moved, 7, line(split)).encode(), rows=(7,))


def _is_plain(sample: Sample, name: str) -> bool:
    known = sample.source.by_name[name]
    return known.type == "text" and not known.pattern


@case(REJECT)
def a_quotation_mark_that_never_closes(sample: Sample):
    lines = sample.lines()
    if '"' in "".join(lines):
        return None  # it closes at the next one, in a row that is then damaged
    lines[5] = '"' + lines[5]
    return joined(lines)


@case(KEEP_OUT)
def a_quotation_mark_that_opens_before_a_value_in_quotation_marks(sample: Sample):
    lines = sample.lines()
    if '"' not in lines[5]:
        return None
    lines[5] = '"' + lines[5]
    return BadFile(joined(lines).encode(), rows=(5,))


@case(KEEP_OUT)
def a_quotation_mark_that_never_closes_in_the_last_row(sample: Sample):
    lines = sample.lines()
    lines[-1] = lines[-1] + ',"'
    return BadFile(joined(lines).encode(), rows=(len(sample.rows),))


@case(REJECT)
def a_quotation_mark_that_closes_rows_later(sample: Sample):
    lines = sample.lines()
    lines[5], lines[9] = '"' + lines[5], lines[9] + '"'
    return joined(lines)


@case(KEEP_OUT)
def a_line_of_thanks_at_the_end(sample: Sample):
    return BadFile((sample.text() + f"({len(sample.rows)} rows affected)\n").encode(), rows=(len(sample.rows) + 1,))


@case(KEEP_OUT)
def a_line_of_totals_at_the_end(sample: Sample):
    cells = ["TOTAL"] + [""] * (len(sample.header) - 1)
    return BadFile((sample.text() + line(cells) + "\n").encode(), rows=(len(sample.rows) + 1,))


@case(KEEP_OUT)
def the_header_again_in_the_middle(sample: Sample):
    lines = sample.lines()
    return BadFile(joined([*lines[:10], lines[0], *lines[10:]]).encode(), rows=(10,))


@case(REJECT)
def a_value_of_two_hundred_thousand_letters(sample: Sample):
    known = sample.filled(lambda field: field.type == "text" and not field.pattern)
    return sample.changed(7, known.name, "x" * LONG).text() if known else None


# ---- headings --------------------------------------------------------------------------------------------------------


@case(REJECT)
def no_header(sample: Sample):
    return joined(sample.lines()[1:])


@case(REJECT)
def a_title_above_the_header(sample: Sample):
    return f"Extract of {sample.source.title}\n{sample.text()}"


@case(REJECT)
def a_blank_line_above_the_header(sample: Sample):
    return "\n" + sample.text()


@case(REJECT)
def a_heading_twice(sample: Sample):
    return sample.text(header=(*sample.header[:-1], sample.header[0]))


@case(REJECT)
def a_heading_twice_in_another_spelling(sample: Sample):
    known = next((known for known in sample.source.fields if known.aliases and known.name in sample.header), None)
    if known is None:
        return None
    return joined([sample.lines()[0] + "," + line([known.aliases[0]]), *(text + "," for text in sample.lines()[1:])])


@case(REJECT)
def a_required_column_missing(sample: Sample):
    name = next(known.name for known in sample.source.fields if known.required)
    place = sample.header.index(name)
    rows = tuple((*row[:place], *row[place + 1 :]) for row in sample.rows)
    return replace(sample, header=(*sample.header[:place], *sample.header[place + 1 :]), rows=rows).text()


@case(REJECT)
def a_required_heading_misspelt(sample: Sample):
    name = next(known.name for known in sample.source.fields if known.required)
    return sample.text(header=tuple(f"{text}x" if text == name else text for text in sample.header))


@case(WARN)
def a_column_nobody_knows(sample: Sample):
    rows = tuple((*row, "something") for row in sample.rows)
    return replace(sample, header=(*sample.header, "nobody knows this"), rows=rows).text()


@case(KEEP_OUT)
def two_headings_swapped(sample: Sample):
    first = sample.filled(lambda field: field.type == "date")
    other = sample.filled(lambda field: field.type in ("code", "decimal", "integer"))
    if first is None or other is None:
        return None
    swap = {first.name: other.name, other.name: first.name}
    return sample.text(header=tuple(swap.get(name, name) for name in sample.header))


@case(REJECT)
def semicolons_in_a_csv(sample: Sample):
    return sample.text(delimiter=";")


@case(REJECT)
def tabs_in_a_csv(sample: Sample):
    return sample.text(delimiter="\t")


@case(REJECT)
def vertical_bars_in_a_csv(sample: Sample):
    return sample.text(delimiter="|")


@case(REJECT)
def commas_in_a_tsv(sample: Sample):
    return BadFile(sample.text().encode(), ".tsv")


@case(REJECT)
def a_file_of_another_source(sample: Sample):
    other = "ui_wage" if sample.source.name != "ui_wage" else "cthires_service"
    fields = contracts.load(other).fields
    return joined([line([known.name for known in fields])] + [line([known.example for known in fields])] * 3)
