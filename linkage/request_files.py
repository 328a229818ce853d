"""The match files of a P20 WIN request: tab-delimited, no quotes, one row per person, the agency's own id beside it.

Belongs here: reading them, what is refused of them. Does not: their names (`request_plan`), matching (`request`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from contracts.header import normalise, run_together
from home.sql import literal, one_file
from linkage.record_columns import HEADING
from linkage.record_files import reading, refuse_other_encodings
from linkage.records import listed_rows
from linkage.request_plan import Request
from linkage.run import LinkageError

FIELDS = {
    "LastName": "last_name",
    "MiddleName": "middle_name",
    "FirstName": "first_name",
    "DOB": "date_of_birth",
    "Gender": "sex",
    "HighSchoolCode": "high_school_code",
    "HighSchoolName": "high_school_name",
    "SASID": "sasid",
    "SSN": "ssn",
}
"""Headings of a match file, and what they are to linkage."""
COLUMN_OF = {run_together(normalise(heading)): column for heading, column in FIELDS.items()}
HEADING_OF = {column: heading for heading, column in FIELDS.items()}
TELLING = {"last_name", "date_of_birth", "sasid", "ssn"}
"""Without any of these nobody can be told from others."""


@dataclass(frozen=True)
class MatchFile:
    """One match file as it was read. `fields` are headings of FIELDS that it has."""

    path: Path
    agency: str
    sha256: str
    rows: int
    id_heading: str
    fields: tuple[str, ...]


def sha256_of(path: Path) -> str:
    """The checksum of a file's bytes, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def make_table(con: duckdb.DuckDBPyConnection) -> None:
    """The empty table `match_read`. Grain: agency × row_no, rows counted from 1 after the header; values as sent."""
    columns = ", ".join(f"{column} varchar" for column in FIELDS.values())
    con.execute(f"create table match_read (agency varchar, row_no bigint, agency_id varchar, {columns})")


def read_match_file(con: duckdb.DuckDBPyConnection, path: Path, agency: str, request: Request) -> MatchFile:
    """Appends a match file to `match_read`. Raises LinkageError when it is not as P20 WIN wants it."""
    refuse_other_encodings(path, path.name)
    headings, mark = _header(path)
    columns = [COLUMN_OF.get(run_together(normalise(heading))) for heading in headings]
    own = _id_place(path.name, headings, columns, request.id_columns.get(agency))
    sent = [column for column in columns if column]
    if len(set(sent)) < len(sent):
        raise LinkageError(f"{path.name} has a column twice: leave one of them.")
    if not set(sent) & TELLING:
        raise LinkageError(f"{path.name} has nothing to match on: send names, DOB, SASID or SSN.")
    typed = ", ".join(f"'c{place}': 'varchar'" for place in range(len(headings)))
    quotes = "quote = '\"', escape = '\"'" if mark == "," else "quote = '', escape = ''"
    taken = "".join(f", nullif(trim(c{place}), '') as {column}" for place, column in enumerate(columns) if column)
    with reading(path.name, "tab-delimited text"):
        con.execute(
            f"insert into match_read by name select {literal(agency)} as agency, row_number() over () as row_no, "
            f"nullif(trim(c{own}), '') as agency_id{taken} from read_csv({one_file(path)}, auto_detect = false, "
            f"header = true, strict_mode = true, delim = {literal(mark)}, {quotes}, columns = {{{typed}}})"
        )
    rows = _refuse_rows(con, path.name, agency, sent)
    fields = tuple(heading for heading, column in FIELDS.items() if column in sent)
    return MatchFile(path, agency, sha256_of(path), rows, headings[own].strip(), fields)


def _header(path: Path) -> tuple[list[str], str]:
    """The headings of a match file and what parts them: a tab, or a comma in a file that ends in .csv."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        line = lines.readline(1 << 20).rstrip("\r\n")
    mark = "," if "\t" not in line and path.suffix.lower() == ".csv" else "\t"
    if mark == "\t" and '"' in line:
        raise LinkageError(f"{path.name} has quotation marks: a match file is tab-delimited without quotes.")
    return [heading.strip().strip('"') for heading in line.split(mark)], mark


def _id_place(name: str, headings: Sequence[str], columns: Sequence[str | None], said: str | None) -> int:
    """Where the agency's own id stands: the column named in request.yml, else the only other one, called …ID.

    Anything else is refused: a match file says who somebody is and nothing more. No heading is quoted that may be a
    value.
    """
    other = [place for place, column in enumerate(columns) if column is None]
    own = [place for place in other if headings[place].lower().endswith("id") if not said]
    own = [place for place in other if said and headings[place].lower() == said.lower()] or own
    if len(own) != 1:
        wanted = f"the id column {said}" if said else "one column with the agency's own id, called like SyntheticID"
        raise LinkageError(f"{name} must have {wanted}, and a header: {', '.join(FIELDS)}, as many as are needed.")
    strange = [headings[place] for place in other if place != own[0]]
    if strange:
        shown_as = strange[0] if HEADING.fullmatch(strange[0]) else "a column without a name"
        raise LinkageError(
            f"{name} has {shown_as}, which does not belong into a match file: what is to be analysed goes into the "
            "analytical file, by the same id."
        )
    return own[0]


def _refuse_rows(con: duckdb.DuckDBPyConnection, name: str, agency: str, sent: Sequence[str]) -> int:
    """The number of rows; raises when ids are missing or repeated, values in quotes, or nothing is there."""
    rows = con.execute("select count(*) from match_read where agency = ?", [agency]).fetchall()[0][0]
    if not rows:
        raise LinkageError(f"{name} has no rows.")
    quoted = " or ".join(f"""regexp_full_match({column}, '"[^"]*"')""" for column in ("agency_id", *sent))
    for clause, what in (
        ("and agency_id is null", "has no id in {}: every person has one."),
        (
            "qualify count(*) over (partition by agency_id) > 1",
            "has an id more than once, in {}: one row per person.",
        ),
        (f"and ({quoted})", "has quotation marks around values in {}: a match file is tab-delimited without quotes."),
    ):
        found = con.execute(
            f"select row_no from match_read where agency = ? {clause} order by row_no", [agency]
        ).fetchall()
        if found:
            raise LinkageError(f"{name} {what.format(listed_rows([row for (row,) in found]))}")
    return rows
