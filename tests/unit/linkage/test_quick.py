"""The cheaper conditions say what the comparisons say, of every pair of records there is a difference between."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

import duckdb
import pytest

from linkage import quick
from linkage.comparisons import COMPARISONS
from linkage.levels import LEVEL_BITS

RECORDS = 500
NAMES = (
    "ANNA",
    "ANN",
    "AN",
    "A",
    "MARIA",
    "MARIE",
    "JOSÉ",
    "李雷",
    "李蕾",
    "ΑΝΝΑ",
    "GARCIALOPEZ",
    "LOPEZ",
    "OBRIEN",
    "X9",
    "",
)
TEXT = (
    "create table given (n bigint, first_std varchar, last_key varchar, given_names varchar[], last_tokens varchar[], "
)


def slip(rng: random.Random, text: str) -> str:
    """One letter left out, doubled, exchanged with its neighbour or another one, at any place."""
    at = rng.randrange(len(text) + 1)
    head, tail = text[:at], text[at:]
    return rng.choice((head + tail[1:], head + rng.choice("AEZ0É") + tail, head + tail[1:2] + tail[:1] + tail[2:],
                       head + rng.choice("AEZ0É") + tail[1:]))  # fmt: skip


def a_record(rng: random.Random, number: int) -> list[object]:
    first, last, street = (rng.choice((name, slip(rng, name))) for name in rng.choices(NAMES, k=3))
    ssn = rng.choice(("123456789", "123456798", "213456789", "987651234", slip(rng, "123456789").strip("É"), None))
    born = rng.choice((date(1999, 1, 1), date(1980, 11, 12), date(1980, 12, 11), date(9999, 12, 30), date(850, 1, 2)))
    days = timedelta(rng.choice((0, 0, 1, 30, -365)))
    return [
        number, rng.choice((first, None)), last, rng.choice(([first], [first, "MARIA"], None)), last.split("L"),
        ssn, rng.choice((born + (days if born.year < 9999 else timedelta()), None)), street,
        rng.choice(("M", "F", None)),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    rng = random.Random(5)
    con = duckdb.connect()
    con.execute(TEXT + "ssn_key varchar, born date, street_key varchar, sex_std varchar)")
    con.executemany(
        "insert into given values (?, ?, ?, ?, ?, ?, ?, ?, ?)", [a_record(rng, number) for number in range(RECORDS)]
    )
    given = {name for name, *_ in con.execute("describe given").fetchall()}
    asked = {
        column
        for comparison in COMPARISONS
        for sql in (comparison.missing_sql, *(level.sql for level in comparison.levels))
        for column in re.findall(r"\b[lr]\.([a-z_0-9]+)", sql)
    }
    for column in sorted(asked - given):
        con.execute(f"alter table given add column {column} varchar")
    con.execute(
        "update given set house_number = n % 3, zip5 = n % 5, middle_std = first_std, first_initial = first_std[1]"
    )
    quick.write_std(con, "given")
    return con


@pytest.mark.parametrize("name", [comparison.name for comparison in COMPARISONS])
def test_every_pair_is_on_the_level_it_was_on(con: duckdb.DuckDBPyConnection, name: str) -> None:
    [comparison] = [one for one in COMPARISONS if one.name == name]
    for sql in (comparison.missing_sql, *(level.sql for level in comparison.levels)):
        differing, holding = con.execute(
            f"select count(*) filter (where ({sql}) is distinct from ({quick.quick(sql)})), "
            f"count(*) filter (where {sql}) from std as l inner join std as r on l.n <> r.n"
        ).fetchall()[0]
        assert differing == 0, sql
        assert holding > 0 or name in ("phone", "email", "middle_name", "address"), sql


def test_no_identity_is_lost(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute("select count(*), count(distinct n) from std").fetchall() == [(RECORDS, RECORDS)]


def test_levels_fit_their_bits() -> None:
    assert all(len(comparison.levels) + 2 <= 2**LEVEL_BITS for comparison in COMPARISONS)
    assert LEVEL_BITS * len(COMPARISONS) < 63
