"""How good the matching of a request can be and was, field by field: counts and shares, never a value.

Belongs here: the figures. Does not: where they are written (`request_output`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import duckdb

from home.sql import literal
from linkage.request_files import FIELDS, MatchFile

SMALLEST_GROUP = 10
"""A group of fewer people is named, and not counted."""

Figures = tuple[tuple[str, ...], list[Sequence[Any]]]
"""Heads and rows."""

SENT = {"sex": "nullif(upper(m.sex), 'U')"}
"""What counts as sent: U says that nobody knows."""


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _counts(con: duckdb.DuckDBPyConnection, file: MatchFile, column: str) -> tuple[int, int]:
    """Rows with a value, rows with one that could be read."""
    sent = SENT.get(column, f"m.{column}")
    return con.execute(
        f"select count({sent}), count(case when {sent} is not null then r.{column} end) from match_read as m "
        "inner join readable as r using (agency, agency_id) where agency = ?",
        [file.agency],
    ).fetchall()[0]


def null_shares(con: duckdb.DuckDBPyConnection, file: MatchFile) -> dict[str, float]:
    """Field of the file → share of its rows without a value."""
    return {heading: 1 - _counts(con, file, FIELDS[heading])[0] / file.rows for heading in file.fields}


def field_quality(con: duckdb.DuckDBPyConnection, files: Sequence[MatchFile]) -> Figures:
    """Agency × field of the layout: was it sent, how many rows have a value, how many of those are as it must be."""
    rows: list[Sequence[Any]] = []
    for file in files:
        for heading, column in FIELDS.items():
            if heading not in file.fields:
                rows.append((file.agency, heading, "no", file.rows, None, None, None, None))
                continue
            filled, readable = _counts(con, file, column)
            rows.append(
                (file.agency, heading, "yes", file.rows, filled, _share(file.rows - filled, file.rows), readable,
                 _share(filled - readable, filled))
            )  # fmt: skip
    heads = ("agency", "field", "sent", "rows", "filled", "null_share", "readable", "unreadable_share")
    return heads, rows


def agreement(con: duckdb.DuckDBPyConnection, files: Sequence[MatchFile]) -> Figures:
    """Pair of agencies × field both sent: of the matched pairs of ids that have a value, how many have the same one.

    What matched persons agree in beyond what joined them is the best sign there is of right matches.
    """
    rows: list[Sequence[Any]] = []
    for left, right in combinations(sorted(files, key=lambda file: file.agency), 2):
        common = [heading for heading in left.fields if heading in right.fields]
        if not common:
            continue
        same = ", ".join(
            f"count(*) filter (where l.{FIELDS[heading]} is not null and r.{FIELDS[heading]} is not null), "
            f"count(*) filter (where {_plain('l', heading)} = {_plain('r', heading)})"
            for heading in common
        )
        found = con.execute(
            f"select {same} from matched as a inner join matched as b using (matched_id) "
            "inner join readable as l on l.agency = a.agency and l.agency_id = a.agency_id "
            "inner join readable as r on r.agency = b.agency and r.agency_id = b.agency_id "
            f"where a.agency = {literal(left.agency)} and b.agency = {literal(right.agency)}"
        ).fetchall()[0]
        for place, heading in enumerate(common):
            compared, agreeing = found[2 * place], found[2 * place + 1]
            rows.append((left.agency, right.agency, heading, compared, agreeing, _share(agreeing, compared)))
    return ("agency_a", "agency_b", "field", "pairs_compared", "pairs_agreeing", "agreeing_share"), rows


def _plain(side: str, heading: str) -> str:
    return f"regexp_replace(upper(strip_accents({side}.{FIELDS[heading]})), '[^A-Z0-9]', '', 'g')"


def match_rate(con: duckdb.DuckDBPyConnection, files: Sequence[MatchFile]) -> Figures:
    """Agency × group: how many of its ids were found at another agency. Groups show who is matched less than others."""
    groups = {
        "all": "true",
        "gender M": "r.sex = 'M'",
        "gender F": "r.sex = 'F'",
        "gender not known": "r.sex is null",
        "with SSN": "r.ssn is not null",
        "without SSN": "r.ssn is null",
        "with SASID": "r.sasid is not null",
        "without SASID": "r.sasid is null",
    }
    counted = ", ".join(
        f"count(*) filter (where {test}), count(*) filter (where ({test}) and agencies > 1)" for test in groups.values()
    )
    rows: list[Sequence[Any]] = []
    for file in files:
        found = con.execute(
            f"with person as (select matched_id, count(distinct agency) as agencies from matched group by all) "
            f"select {counted} from readable as r inner join matched using (agency, agency_id) "
            "inner join person using (matched_id) where agency = ?",
            [file.agency],
        ).fetchall()[0]
        for place, group in enumerate(groups):
            ids, matched = found[2 * place], found[2 * place + 1]
            if 0 < ids < SMALLEST_GROUP:
                rows.append((file.agency, group, f"under {SMALLEST_GROUP}", None, None))
            elif ids:
                rows.append((file.agency, group, ids, matched, _share(matched, ids)))
    return ("agency", "group", "ids", "ids_matched", "matched_share"), rows
