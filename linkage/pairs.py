"""Which pairs are compared at all: those that share a blocking key few enough others have.

Belongs here: keys into pairs, and how many pairs one key may bring. Does not: the keys themselves (`comparisons`), what
is compared (`score`).
"""

from __future__ import annotations

import duckdb

from linkage.comparisons import BLOCKING_KEYS, CROSSED_KEYS

PAIRS_PER_RECORD, LEAST_PAIRS = 8, 1_000_000
"""How many pairs one key may bring, per record and at least: one postcode for everybody is no key."""
LARGEST_CROSSED = 60
A_NUMBER = 31
"""Bits of an identity's number: a pair is one integer, for they are millions."""


def find_pairs(con: duckdb.DuckDBPyConnection, records: int) -> None:
    """Writes `blocked` (a, b), every pair that shares a key once, and `oversized` (block, n), the members of keys that
    are nobody's. Reads `std`."""
    keys = {f"key_{number}": key.sql for number, key in enumerate(BLOCKING_KEYS)}
    for number, (_, one, other) in enumerate(CROSSED_KEYS):
        keys |= {f"one_{number}": one, f"other_{number}": other}
    hashed = ", ".join(f"case when {sql} is not null then hash({sql}) end as {name}" for name, sql in keys.items())
    con.execute(f"create temp table keyed as select n, {hashed} from std")
    con.execute("create table pair_found (pair bigint); create table oversized (block varchar, n bigint)")
    for number, key in enumerate(BLOCKING_KEYS):
        _find(con, f"key_{number}", key.name, key.max_size, records)
    for number in range(len(CROSSED_KEYS)):
        _find_crossed(con, f"one_{number}", f"other_{number}")
    con.execute(
        f"create table blocked as select (pair >> {A_NUMBER})::integer as a, (pair & {2**A_NUMBER - 1})::integer as b "
        "from (select distinct pair from pair_found); drop table pair_found; drop table keyed"
    )


def _pair(one: str, other: str) -> str:
    return f"({one}::bigint << {A_NUMBER}) | {other}"


def _find(con: duckdb.DuckDBPyConnection, key: str, name: str, allowed: int, records: int) -> None:
    con.execute(
        "create or replace temp table block as "
        f"select {key} as k, count(*) as size from keyed where {key} is not null group by {key} having count(*) > 1"
    )
    largest = _largest(con, allowed, records)
    con.execute(
        f"insert into oversized select '{name}', n from keyed inner join block on k = {key} where size > {largest}"
    )
    con.execute(
        f"""
        create or replace temp table member as
        select n, k from keyed inner join block on k = {key} where size <= {largest};
        insert into pair_found
        select {_pair("l.n", "r.n")} from member as l inner join member as r on l.k = r.k and l.n < r.n
        """
    )


def _largest(con: duckdb.DuckDBPyConnection, allowed: int, records: int) -> int:
    """The largest block that is compared: pairs grow with the square, so the small blocks come first."""
    sizes = con.execute("select size, count(*) from block group by size order by size").fetchall()
    left, largest = max(PAIRS_PER_RECORD * records, LEAST_PAIRS), 1
    for size, blocks in sizes:
        left -= blocks * size * (size - 1) // 2
        if size > allowed or left < 0:
            break
        largest = size
    return largest


def _find_crossed(con: duckdb.DuckDBPyConnection, one: str, other: str) -> None:
    for key in (one, other):
        con.execute(
            f"create or replace temp table few_{key} as select {key} as k from keyed where {key} is not null "
            f"group by {key} having count(*) <= {LARGEST_CROSSED}"
        )
    con.execute(
        f"""
        create or replace temp table block as select k from few_{one} semi join few_{other} using (k);
        insert into pair_found
        select {_pair("least(l.n, r.n)", "greatest(l.n, r.n)")}
        from (select n, k from keyed inner join block on k = {one}) as l
        inner join (select n, k from keyed inner join block on k = {other}) as r
        on l.k = r.k and l.n <> r.n;
        drop table few_{one};
        drop table few_{other}
        """
    )
