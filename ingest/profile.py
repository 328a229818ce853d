"""The profile of a batch: what its accepted rows are like as a whole, and nothing of any one person.

Belongs here: computing it from the staged rows, storing it with the batch, reading it back. Does not:
comparing (drift), showing (drift_page).

What keeps a person out of it: a code that fewer than SMALL_GROUP rows have is counted under 'other', and 'other' is
left out when it is itself that small; figures of an amount need SMALL_GROUP values and keep three significant digits,
so that no one's wage is among them; of a file with fewer rows than that only their number is kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts import Field, Source
from contracts.model import MULTI_SEPARATOR
from home.sql import quote

if TYPE_CHECKING:
    import duckdb

SMALL_GROUP = 10
"""Rows below which a group is too small to be told apart."""
OTHER = "other"
"""In place of a code: all codes of small groups together."""
SHARE_DIGITS = 6
AMOUNT_DIGITS = 3
QUANTILES = {"p10": 0.1, "median": 0.5, "p90": 0.9}
AT_ONCE = 100_000
"""Rows whose codes are counted at a time: bounds the memory."""

DDL = """
create table if not exists ledger.profile (
    batch_id varchar not null, metric varchar not null, column_name varchar, code varchar, value double not null
)
"""
"""Grain: one row per batch, metric, column and code; column and code are null where the metric has none."""


@dataclass(frozen=True, order=True)
class Metric:
    """What is measured: `name`, of a column, of a code in it. Blank where it is of neither."""

    name: str
    column: str = ""
    code: str = ""


Profile = Mapping[Metric, float]


def measure(con: duckdb.DuckDBPyConnection, source: Source, rows: str, accepted: int, received: int) -> Profile:
    """The profile of the staged rows in the relation `rows`."""
    found = {Metric("rows"): float(accepted)}
    if received:
        found[Metric("quarantine_share")] = _share(received - accepted, received)
    if accepted < SMALL_GROUP:
        return found
    wanted = dict(_expressions(source))
    [values] = con.execute(f"select {', '.join(wanted.values())} from {rows}").fetchall()
    seen = dict(zip(wanted, values, strict=True))
    codes = _count_codes(con, source, rows)
    for field in source.fields:
        given = seen["given", field.name]
        found[Metric("null_share", field.name)] = _share(accepted - given, accepted)
        if field.type == "code" and given >= SMALL_GROUP:
            found |= _code_shares(field, codes[field.name], given)
        if field.type == "decimal" and given >= SMALL_GROUP:
            found |= _amounts(field, given, seen["mean", field.name], seen["quantiles", field.name])
    if (person := person_column(source)) is not None:
        found[Metric("distinct_share", person)] = min(1.0, _share(seen["distinct", person], accepted))
    return found


def person_column(source: Source) -> str | None:
    """The column that says whom a row is about: the agency's number, a number in the key, or the one referred to."""
    if source.person_id_field:
        return source.person_id_field
    direct = [name for name in source.key if source.by_name[name].pii == "D"]
    return next(iter([*direct, *(source.references or ())]), None)


def store(con: duckdb.DuckDBPyConnection, batch_id: str, profile: Profile) -> None:
    """Write the profile of a batch in the caller's transaction, in place of one that is there."""
    forget(con, batch_id)
    metrics = sorted(profile)
    con.execute(
        "insert into warehouse.ledger.profile select ?, unnest(?::varchar[]), unnest(?::varchar[]), "
        "unnest(?::varchar[]), unnest(?::double[])",
        [
            batch_id,
            [metric.name for metric in metrics],
            [metric.column or None for metric in metrics],
            [metric.code or None for metric in metrics],
            [profile[metric] for metric in metrics],
        ],
    )


def forget(con: duckdb.DuckDBPyConnection, batch_id: str) -> None:
    """Take the profile of a batch away."""
    con.execute("delete from warehouse.ledger.profile where batch_id = ?", [batch_id])


def read(con: duckdb.DuckDBPyConnection, source: str) -> dict[str, dict[Metric, float]]:
    """The profiles of every batch of a source, by batch id."""
    found: dict[str, dict[Metric, float]] = {}
    for batch_id, name, column, code, value in con.execute(
        "select batch_id, metric, coalesce(column_name, ''), coalesce(code, ''), value from warehouse.ledger.profile "
        "where batch_id in (select batch_id from warehouse.ledger.batch where source = ?) order by all",
        [source],
    ).fetchall():
        found.setdefault(batch_id, {})[Metric(name, column, code)] = value
    return found


def _expressions(source: Source) -> Iterator[tuple[tuple[str, str], str]]:
    """What is asked of the rows: (what, column) and the SQL of it."""
    for field in source.fields:
        name = quote(field.name)
        yield ("given", field.name), f"count({name})"
        if field.type == "decimal":
            yield ("mean", field.name), f"avg({name})::double"
            points = ", ".join(map(str, QUANTILES.values()))
            yield ("quantiles", field.name), f"quantile_cont({name}::double, [{points}])"
    if (person := person_column(source)) is not None:
        # Within about two in a hundred, the same for the same rows: exact counting would cost a tenth of the load.
        yield ("distinct", person), f"approx_count_distinct({quote(person)})"


def _count_codes(con: duckdb.DuckDBPyConnection, source: Source, rows: str) -> dict[str, dict[str, int]]:
    """How often each code column has each value. Arrow counts them: the engine's histogram of a hundred columns takes
    half of its memory and, of a short file, most of the time."""
    import pyarrow.compute as pc

    names = [field.name for field in source.fields if field.type == "code"]
    found: dict[str, dict[str, int]] = {name: {} for name in names}
    if not names:
        return found
    query = con.sql(f"select {', '.join(map(quote, names))} from {rows}")
    for part in query.to_arrow_reader(AT_ONCE):
        for name, column in zip(names, part.columns, strict=True):
            for counted in pc.value_counts(column.drop_null()).to_pylist():
                found[name][counted["values"]] = found[name].get(counted["values"], 0) + counted["counts"]
    return found


def _code_shares(field: Field, counted: Mapping[str, int], given: int) -> Profile:
    """Share of the rows with a value that have each code; of a field with several codes, one row counts for each."""
    assert field.code_list is not None
    known = set(field.code_list.codes)
    counts: dict[str, int] = {}
    other = 0
    for value, rows in counted.items():
        for code in value.split(MULTI_SEPARATOR) if field.multi else (value,):
            if code in known:
                counts[code] = counts.get(code, 0) + rows
            else:
                other += rows
    other += sum(rows for rows in counts.values() if rows < SMALL_GROUP)
    shown = {code: rows for code, rows in counts.items() if rows >= SMALL_GROUP}
    if other >= SMALL_GROUP:
        shown[OTHER] = other
    return {Metric("code_share", field.name, code): _share(rows, given) for code, rows in shown.items()}


def _amounts(field: Field, given: int, mean: float, quantiles: list[Any]) -> Profile:
    values = {"mean": mean, **dict(zip(QUANTILES, quantiles, strict=True))}
    rounded = {Metric(name, field.name): _significant(value) for name, value in values.items()}
    return {Metric("value_count", field.name): float(given), **rounded}


def _significant(value: float) -> float:
    """To AMOUNT_DIGITS significant digits."""
    if value == 0:
        return 0.0
    return round(value, AMOUNT_DIGITS - 1 - math.floor(math.log10(abs(value))))


def _share(part: int, whole: int) -> float:
    return round(part / whole, SHARE_DIGITS)
