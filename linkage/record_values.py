"""What can be told of values only over many records: zeros a source lost, days it writes first, what nobody can use.

Belongs here: such judgements on the tables `record_read` and `record`, and a sentence about each. Does not: files
(`record_files`), how one value may be written (`records_std`), what a value is worth (`standardise`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import duckdb

from linkage.record_columns import DIGITS, HEADING
from linkage.records_std import usable_counts

SHORT_SHARE = 0.01
"""Fewer short numbers than this are slips of single records, no habit of a source."""
PLAINLY = 20
"""A source writes the day first when so many times more dates can only be read so than only the other way."""
SOURCES_SHOWN = 5
NOT_COMPARED = ("state",)
"""Taken, and of no use: a ZIP code or a town says more."""

_SOURCE = "trim(source_system)"
_PARTS = "^([0-9]{1,2})([/-])([0-9]{1,2})([/-][0-9]{4})"


def mend(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Mends `record_read`, whose records all name their source; returns notes."""
    return [*(note for name in DIGITS for note in _give_zeros_back(con, name)), *_put_months_first(con)]


def _give_zeros_back(con: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """Spreadsheets drop leading zeros from a whole column; a source that has some kept them, and is left alone."""
    short = {"ssn": "[0-9]{7,8}", "zip": "[0-9]{3,4}"}[name]
    found = con.execute(
        f"""
        select {_SOURCE} as source, count(*) filter (where regexp_full_match({name}, '{short}')) as missing
        from record_read group by source
        having missing > 0 and missing >= {SHORT_SHARE} * count({name})
            and count(*) filter (where starts_with({name}, '0')) = 0
        order by source
        """
    ).fetchall()
    if not found:
        return []
    con.execute(
        f"update record_read set {name} = lpad({name}, {DIGITS[name]}, '0') "
        f"where list_contains($sources, {_SOURCE}) and regexp_full_match({name}, '{short}')",
        {"sources": [source for source, _ in found]},
    )
    rows = sum(missing for _, missing in found)
    return [f"{name} of {_listed(found)} had lost its leading zeros; they were given back in {rows:,} rows."]


def _put_months_first(con: duckdb.DuckDBPyConnection) -> list[str]:
    """25/12/1980 can only be read day first: then 03/02/1980 of the same source is of February too."""
    first, second = (f"regexp_extract(date_of_birth, '{_PARTS}', {group})" for group in (1, 3))
    found = con.execute(
        f"""
        with parted as (
            select {_SOURCE} as source, try_cast({first} as integer) as first, try_cast({second} as integer) as second
            from record_read where regexp_matches(date_of_birth, '{_PARTS}')
        )
        select source, count(*) from parted group by source
        having count(*) filter (where first between 13 and 31 and second <= 12) > 0
            and count(*) filter (where first between 13 and 31 and second <= 12)
                > {PLAINLY} * count(*) filter (where first <= 12 and second between 13 and 31)
        order by source
        """
    ).fetchall()
    if not found:
        return []
    con.execute(
        f"update record_read set date_of_birth = regexp_replace(date_of_birth, '{_PARTS}', '\\3\\2\\1\\4') "
        f"where list_contains($sources, {_SOURCE})",
        {"sources": [source for source, _ in found]},
    )
    return [f"date_of_birth of {_listed(found)} has the day first and was read so."]


def judge(con: duckdb.DuckDBPyConnection, filled: dict[str, int], records: int) -> tuple[set[str], list[str]]:
    """Columns of `record` that are filled and that no comparison can use, and notes. `filled`: values by column."""
    usable, without = usable_counts(con, "record")
    idle = {name for name in NOT_COMPARED if filled.get(name)}
    notes = [f"Not compared: {', '.join(sorted(idle))}."] if idle else []
    for name, count in usable.items():
        if count < filled.get(name, 0):
            notes.append(
                f"{name} could not be used in {filled[name] - count:,} of {filled[name]:,} records that give it: "
                "not readable, or a stand-in."
            )
    if without:
        notes.append(
            f"{without:,} of {records:,} records have neither number nor birth date that can be used: they cannot tell "
            "a parent and a child of one name in one home apart."
        )
    return idle | {name for name, count in usable.items() if filled.get(name) and not count}, notes


def _listed(found: Sequence[tuple[str, int]]) -> str:
    """Sources by name; one whose name may be a value is counted only."""
    names: Collection[str] = [source for source, _ in found if HEADING.fullmatch(source)][:SOURCES_SHOWN]
    more = len(found) - len(names)
    return ", ".join([*names, *([f"{more:,} {'more' if names else 'sources'}"] if more else [])])
