"""m and u of every level, estimated from records at hand: Splink's expectation maximisation in several passes.

Belongs here: which pairs are learnt from, what is believed of an estimate and what stays as reviewed. Does not: where
the records come from, what is written (`train`), what is compared (`comparisons`).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from linkage.comparisons import COLUMNS, COMPARISONS, OTHERWISE, Comparison
from linkage.levels import settings
from linkage.model import Model

SEED = 1
MAX_PAIRS = 1_000_000
"""Of one pass, and of the sample that u is estimated from."""
LARGEST_BLOCK = 50
"""A name more people have than this says little of who is one person; its pairs are not learnt from."""
ENOUGH_PAIRS = 100
"""Fewer compared pairs, or pairs of one person, teach nothing: the reviewed values stay."""
REVIEWED_PAIRS = 20
"""How many pairs of one person the reviewed m is worth beside those seen: one odd pair must not decide."""
PURE = 10
"""u is believed where pairs of one person are at most one in so many of the sample's pairs on that level."""
SELECTIVE = ("ssn", "phone", "email")
"""Two people share these so seldom that a sample shows mostly pairs of one person: u stays as reviewed."""
MAX_ITERATIONS = 100

Key = tuple[str, str]
"""Comparison and level."""


@dataclass(frozen=True)
class Pass:
    """Pairs that agree on `key` (SQL over a row of `std`); what the key is made of, `leaves_out`, is not learnt."""

    name: str
    key: str
    leaves_out: tuple[str, ...]


PASSES = (
    Pass("Social Security number", "ssn_key", ("ssn",)),
    Pass("birth date and ZIP code", "born::varchar || '|' || zip5", ("birth_date", "address")),
    Pass("first and last name", "first_std || '|' || last_key", ("first_name", "last_name")),
)
"""Each field is left out of one pass and learnt in the others."""


@dataclass(frozen=True)
class PassDone:
    """What a pass saw: pairs, the share of them that are one person, the comparisons it taught."""

    name: str
    pairs: int
    share: float
    taught: tuple[str, ...]


@dataclass(frozen=True)
class Fit:
    """`m` and `u` with what stayed as reviewed (`kept_m`, `kept_u`); `seen`: compared pairs by level over all passes.

    A kept m was not observed, or its comparison in too few pairs; a kept u is selective, rare or not pure.
    """

    m: dict[Key, float]
    u: dict[Key, float]
    kept_m: frozenset[Key]
    kept_u: frozenset[Key]
    seen: dict[Key, int]
    passes: tuple[PassDone, ...]


def rounded(share: float) -> float:
    """Four significant digits: the order of summation must not decide."""
    return float(f"{share:.4g}")


def levels_of(comparison: Comparison) -> list[str]:
    """The names of its levels, the last one included."""
    return [*(level.name for level in comparison.levels), OTHERWISE]


def fit(con: duckdb.DuckDBPyConnection, reviewed: Model, true_share: float) -> Fit:
    """Estimates from the table `std` of a database of its own. `true_share`: of all pairs, those of one person.

    The same records give the same result.
    """
    u = _estimate_u(con, reviewed, true_share)
    start = {**reviewed.u, **u}
    sums: dict[Key, float] = {}
    weight: dict[str, float] = {}
    seen: dict[Key, int] = {}
    done = []
    for number, one in enumerate(PASSES):
        pairs = _write_keys(con, one, number)
        counts = _count(con, one, number)
        taught = tuple(name for name, total in _totals(counts).items() if total >= ENOUGH_PAIRS)
        share, m = _maximise(con, reviewed, start, number, taught) if taught else (0.0, {})
        for name in taught:
            weight[name] = weight.get(name, 0.0) + share * _totals(counts)[name]
        for key, value in m.items():
            sums[key] = sums.get(key, 0.0) + value * share * _totals(counts)[key[0]]
            seen[key] = seen.get(key, 0) + counts.get(key, 0)
        done.append(PassDone(one.name, pairs, share, taught))
    learnt = {
        key: rounded((total + REVIEWED_PAIRS * reviewed.m[key]) / (weight[key[0]] + REVIEWED_PAIRS))
        for key, total in sums.items()
        if seen[key] and weight[key[0]] >= ENOUGH_PAIRS
    }
    kept_m, kept_u = (frozenset(reviewed.m) - set(new) for new in (learnt, u))
    return Fit({**reviewed.m, **learnt}, start, kept_m, kept_u, seen, tuple(done))


def _totals(counts: dict[Key, int]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for (name, _), pairs in counts.items():
        totals[name] = totals.get(name, 0) + pairs
    return totals


def _linker(con: duckdb.DuckDBPyConnection, table: str, model: Model, u: dict[Key, float], names: Sequence[str]) -> Any:
    """Splink over a table, with the comparisons of `names` alone: what is not there cannot bear on the others."""
    from splink import DuckDBAPI, Linker

    given = settings(model.m, u) | {"max_iterations": MAX_ITERATIONS}
    given["comparisons"] = [one for one in given["comparisons"] if one["output_column_name"] in names]
    records = DuckDBAPI(connection=con).register(table, dataset_display_name=table)
    return Linker(records, given, log_level=logging.ERROR, validate_settings=False)


def _estimate_u(con: duckdb.DuckDBPyConnection, reviewed: Model, true_share: float) -> dict[Key, float]:
    """u of the levels on which the sample has enough pairs, nearly all of them two people."""
    compared = _sampled_pairs(con)
    names = [name for name, pairs in compared.items() if name not in SELECTIVE and pairs >= ENOUGH_PAIRS]
    if not names:
        return {}
    con.execute(f"create or replace view std_u as select {', '.join(COLUMNS)} from std")
    linker = _linker(con, "std_u", reviewed, reviewed.u, names)
    linker.training.estimate_u_using_random_sampling(max_pairs=MAX_PAIRS, seed=SEED, min_count_per_level=None)
    found = _parameters(linker.misc.save_model_to_json(), "u_probability")
    _clear(con)
    return {
        key: rounded(u)
        for key, u in found.items()
        if u * compared[key[0]] >= ENOUGH_PAIRS and u >= PURE * true_share * reviewed.m[key]
    }


def _sampled_pairs(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """How many pairs of the sample have a comparison's fields on both sides; from each record beside its next."""
    shares = ", ".join(f"avg(case when {one.missing_sql} then 0 else 1 end)" for one in COMPARISONS)
    [row] = con.execute(
        f"select count(*), {shares} from std as l inner join std as r on r.n = (l.n + 1) % (select count(*) from std)"
    ).fetchall()
    pairs = min(MAX_PAIRS, row[0] * (row[0] - 1) / 2)
    return {one.name: pairs * (share or 0) for one, share in zip(COMPARISONS, row[1:], strict=True)}


def _write_keys(con: duckdb.DuckDBPyConnection, one: Pass, number: int) -> int:
    """Writes `std_<number>` with `pass_key`, null beyond MAX_PAIRS; returns how many pairs share a key.

    Whole blocks are taken, in an order that has to do with nothing.
    """
    con.execute(
        f"""
        create table std_{number} as
        with block as (
            select {one.key} as pass_key, count(*) as size from std group by all
            having pass_key is not null and size between 2 and {LARGEST_BLOCK}
        ),
        taken as (
            select pass_key from block
            qualify sum(size * (size - 1) / 2) over (order by md5(pass_key), pass_key) <= {MAX_PAIRS}
        )
        select {", ".join(f"s.{column}" for column in COLUMNS)}, t.pass_key
        from std as s left join taken as t on t.pass_key = ({one.key})
        """
    )
    return con.execute(
        f"select count(*) from std_{number} as l inner join std_{number} as r on l.pass_key = r.pass_key and l.n < r.n"
    ).fetchall()[0][0]


def _count(con: duckdb.DuckDBPyConnection, one: Pass, number: int) -> dict[Key, int]:
    """Pairs of a pass by level of every comparison it can teach; a missing field is no level."""
    found: dict[Key, int] = {}
    for comparison in COMPARISONS:
        if comparison.name in one.leaves_out:
            continue
        cases = " ".join(f"when {level.sql} then '{level.name}'" for level in comparison.levels)
        rows = con.execute(
            f"select case {cases} else '{OTHERWISE}' end, count(*) from std_{number} as l inner join std_{number} as r "
            f"on l.pass_key = r.pass_key and l.n < r.n where not coalesce({comparison.missing_sql}, false) group by all"
        ).fetchall()
        found |= {(comparison.name, level): pairs for level, pairs in rows}
    return found


def _maximise(
    con: duckdb.DuckDBPyConnection, reviewed: Model, u: dict[Key, float], number: int, names: Sequence[str]
) -> tuple[float, dict[Key, float]]:
    """The share of a pass's pairs that are one person, and m of the levels of `names`; u stays."""
    linker = _linker(con, f"std_{number}", reviewed, u, names)
    session = linker.training.estimate_parameters_using_expectation_maximisation(
        "l.pass_key = r.pass_key", estimate_without_term_frequencies=True, fix_u_probabilities=True
    )
    share = session.core_model_settings.probability_two_random_records_match
    m = _parameters(linker.misc.save_model_to_json(), "m_probability")
    _clear(con)
    return share, m


def _parameters(saved: dict[str, Any], name: str) -> dict[Key, float]:
    """One parameter of every level of a saved Splink model that has it."""
    return {
        (comparison["output_column_name"], level["label_for_charts"]): level[name]
        for comparison in saved["comparisons"]
        for level in comparison["comparison_levels"]
        if not level.get("is_null_level") and isinstance(level.get(name), float)
    }


def _clear(con: duckdb.DuckDBPyConnection) -> None:
    """Splink leaves its tables behind."""
    for (name,) in con.execute(
        "select table_name from duckdb_tables() where table_name like '\\_\\_splink\\_\\_%' escape '\\'"
    ).fetchall():
        con.execute(f'drop table if exists "{name}"')
