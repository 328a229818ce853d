"""Bytes to records: line ends, quotation marks, blank lines and blocks never merge, lose or renumber a row."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import contracts
from ingest import engine
from ingest.findings import Rejected
from ingest.readers import delimited
from ingest.readers.reading import Submitted, reading
from ingest.stage import stage_file
from tests.unit.ingest.files import land, text, wage_rows


def staged(path: Path, source: str = "ui_wage") -> tuple[list[tuple[int, str]], list[int], int]:
    """What the stage holds: (row number, last_name) in order, ragged row numbers, blank lines."""
    contract = contracts.load(source)
    with engine.scratch_engine(None) as con, reading(path, contract, Submitted(path.name)) as opened:
        found = stage_file(con, opened)
        rows = con.execute("select _row_no, last_name from stage order by _row_no").fetchall()
    return rows, found.records.ragged, found.blank_lines


def names(count: int) -> list[tuple[int, str]]:
    return [(number, row["last_name"]) for number, row in enumerate(wage_rows(count), start=1)]


@pytest.mark.parametrize(
    "content",
    [
        text(wage_rows(5)),
        text(wage_rows(5), end="\r\n"),
        text(wage_rows(5), end="\r"),
        text(wage_rows(5)).rstrip("\n"),
        "\ufeff" + text(wage_rows(5)),
        text(wage_rows(5)).replace("\n", "\r\n", 3),
        text(wage_rows(5)).replace("\n", "\r", 3),
        text(wage_rows(5)).replace("ssn,last_name", '"ssn","last_name"'),
        text(wage_rows(5)).replace("ssn,last_name", "SSN , Last Name"),
    ],
    ids=["lf", "crlf", "cr", "no last line end", "bom", "mixed crlf", "mixed cr", "quoted header", "spelled header"],
)
def test_line_ends_and_marks_at_the_start_do_not_matter(landing: Path, content: str) -> None:
    assert staged(land(landing, content)) == (names(5), [], 0)


def test_a_quoted_value_may_hold_separators_line_breaks_and_marks(landing: Path) -> None:
    rows = wage_rows(4)
    rows[1]["last_name"] = 'de la\nCruz, "Bebe"'
    found, ragged, blank = staged(land(landing, text(rows)))
    assert found == [(1, rows[0]["last_name"]), (2, 'de la\nCruz, "Bebe"'), *names(4)[2:]]
    assert (ragged, blank) == ([], 0)


def test_blank_lines_are_no_rows_but_take_a_number(landing: Path) -> None:
    lines = text(wage_rows(4)).splitlines()
    lines[3:3] = ["", "," * 11]
    found, ragged, blank = staged(land(landing, "\n".join(lines) + "\n\n"))
    numbered = [(number if number < 3 else number + 2, name) for number, name in names(4)]
    assert (found, ragged, blank) == (numbered, [], 3)


def test_columns_may_come_in_any_order_and_unknown_ones_are_left_out(landing: Path) -> None:
    rows = [dict(reversed((row | {"their_own": 'x,"y"'}).items())) for row in wage_rows(4)]
    assert staged(land(landing, text(rows)))[0] == names(4)


def test_surrounding_blanks_are_no_part_of_a_value(landing: Path) -> None:
    rows = [row | {"last_name": f"  {row['last_name']} "} for row in wage_rows(4)]
    assert staged(land(landing, text(rows)))[0] == names(4)


def test_blocks_do_not_matter(landing: Path) -> None:
    """Two blocks and a bit of them: the numbers go on from one to the next."""
    lines = text(wage_rows(24000)).splitlines()
    assert len("\n".join(lines)) > 2 * delimited.BLOCK
    odd = [1, 2, 500, 501, 11999, 12000, 12001, 23999, 24000]
    for number in odd:
        lines[number] += ",surplus"
    found, ragged, _ = staged(land(landing, "\n".join(lines)))
    assert ragged == odd
    assert found == [entry for entry in names(24000) if entry[0] not in odd]


def test_a_record_longer_than_a_block_is_taken_for_an_open_mark(landing: Path) -> None:
    lines = text(wage_rows(14000)).splitlines()
    lines[50] = lines[50].replace("Quibblewick", '"Quibblewick')
    with pytest.raises(Rejected, match="quotation mark that opens"):
        staged(land(landing, "\n".join(lines)))


def test_another_encoding_is_read_when_the_contract_names_it(landing: Path) -> None:
    from dataclasses import replace

    rows = wage_rows(3)
    rows[1]["last_name"] = "Muñoz"
    path = land(landing, text(rows).encode("cp1252"))
    contract = replace(contracts.load("ui_wage"), encoding="cp1252")
    with engine.scratch_engine(None) as con, reading(path, contract, Submitted(path.name)) as opened:
        stage_file(con, opened)
        assert con.execute("select last_name from stage where _row_no = 2").fetchall() == [("Muñoz",)]


CELLS = st.text(alphabet=st.sampled_from('ab ,"\n;é0'), max_size=6)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=14), min_size=1, max_size=8), end=st.sampled_from(["\n", "\r\n"])
)
def test_every_record_is_staged_ragged_or_blank_as_the_standard_library_reads_it(
    tmp_path: Path, rows: list[list[str]], end: str
) -> None:
    """Oracle: Python's csv module. Quoting everything keeps a row of one blank cell apart from a blank line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(wage_rows(1)[0])
    writer.writerows(rows)
    path = tmp_path / "dol_ui_wage_2023Q1_20230515_v01.csv"
    path.write_bytes(out.getvalue().encode())
    try:
        found, ragged, blank = staged(path)
    except Rejected as refusal:
        wide = any("\n" in cell for row in rows if len(row) != 12 for cell in row)
        glued = any("\n" in cell and cell.count(",") >= 11 for row in rows for cell in row)
        assert refusal.counts[0].rule_id == "G3.unclosed_quote"
        assert wide or glued
        return
    expected_ragged = [number for number, row in enumerate(rows, start=1) if len(row) != 12]
    empty = [number for number, row in enumerate(rows, start=1) if len(row) == 12 and not any(row)]
    assert ragged == expected_ragged
    assert blank == len(empty)
    whole = {number: row for number, row in enumerate(rows, start=1) if len(row) == 12 and any(row)}
    assert found == [(number, row[1].strip(" ") or None) for number, row in whole.items()]
