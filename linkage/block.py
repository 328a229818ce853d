"""From rules to candidate edges: equality joins inside blocks, so a million identities need no comparison of all pairs.

Belongs here: how pairs are found, and the seam where another engine adds its edges. Does not: the rules themselves
(`rules`) nor which edges are finally accepted (`cluster`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby

import duckdb

from linkage.rules import RULES, Block, Rule

EdgeProducer = Callable[[duckdb.DuckDBPyConnection], str]
"""The seam. Reads the temporary table `std`, returns a `select` of candidate edges, columns as CANDIDATE_COLUMNS.

`a` < `b` are values of `std.n`; `rank` orders the edges, best first, and is larger than every rank of RULES for an
engine that adds to them; `agreement` orders the edges of one rank, highest first; `refused_reason` is null for an edge
that may join two clusters. The statement must give the same rows for every thread count.
"""

CANDIDATE_COLUMNS = "a, b, rank, match_rule, evidence, agreement, refused_reason"
WEIGHED_COLUMNS = "weight, model_version"
"""Of `candidate_edge`, filled where the pair was scored."""

_AGREEMENT = " + ".join(
    f"coalesce((l.{column} = r.{column})::integer, 0)"
    for column in ("ssn_key", "born", "first_std", "last_key", "sex_std", "zip5", "middle_initial")
)
"""How many things two identities have in common: orders the edges of one rule."""
_READ = sorted(
    {
        column
        for sql in (_AGREEMENT, *(rule.sql for rule in RULES), *(rule.refuse_sql for rule in RULES))
        for column in re.findall(r"\b[lr]\.([a-z_0-9]+)", sql)
    }
    - {"block_has_two_numbers"}
)
"""The columns of `std` that the rules read; the others are not copied into blocks."""


def _fill_block(con: duckdb.DuckDBPyConnection, block: Block) -> str:
    """Writes the members of the block that have somebody to be compared with; returns the name of their table.

    A block larger than `max_size` is not compared (its pairs grow with the square): its members go to
    `oversized_block`, from where they are listed for review.
    """
    table = f"block_{block.name}"
    con.execute(
        f"""
        create or replace temp table {table} as
        with keyed as materialized ({block.keys_sql}),
        sized as (
            select
                k.block_key,
                count(*) as block_size,
                min(s.ssn_key) as lowest_ssn,
                max(s.ssn_key) as highest_ssn,
            from keyed as k inner join std as s using (n)
            group by k.block_key having count(*) > 1
        )
        select
            s.n, {", ".join(f"s.{column}" for column in _READ)}, k.block_key, b.block_size,
            coalesce(lowest_ssn <> highest_ssn and damerau_levenshtein(lowest_ssn, highest_ssn) > 1, false)
                as block_has_two_numbers,
        from keyed as k
        inner join sized as b using (block_key)
        inner join std as s using (n)
        """
    )
    con.execute(
        f"insert into oversized_block select '{block.name}', n from {table} where block_size > {block.max_size}"
    )
    con.execute(f"delete from {table} where block_size > {block.max_size}")
    return table


def _pairs_sql(table: str, ranked: list[tuple[int, Rule]]) -> str:
    """Pairs of one block with the first of its rules that holds."""
    cases = "\n".join(f"when {rule.sql} then {rank}" for rank, rule in ranked)
    refused = "\n".join(
        f"when rank = {rank} and refuse_{rank} then '{rule.refuse_reason}'"
        for rank, rule in ranked
        if rule.refuse_reason
    )
    refuse_columns = "".join(f"({rule.refuse_sql}) as refuse_{rank}, " for rank, rule in ranked if rule.refuse_reason)
    names = {rank: rule for rank, rule in ranked}
    codes = " ".join(f"when {rank} then '{rule.code}'" for rank, rule in names.items())
    evidence = " ".join(f"when {rank} then '{rule.name}'" for rank, rule in names.items())
    return f"""
    select
        a, b, rank,
        case rank {codes} end as match_rule,
        case rank {evidence} end as evidence,
        agreement,
        {f"case {refused} end" if refused else "null::varchar"} as refused_reason,
    from (
        select distinct l.n as a, r.n as b, case {cases} end as rank, {refuse_columns}{_AGREEMENT} as agreement,
        from {table} as l inner join {table} as r on l.block_key = r.block_key and l.n < r.n
        where rank is not null
    )
    """


def deterministic_edges(con: duckdb.DuckDBPyConnection) -> str:
    """Edge producer of the rules D1–D3: every pair of a block with the first rule that holds for it."""
    ranked = sorted(enumerate(RULES, 1), key=lambda item: item[1].block.name)
    selects = []
    for _, rules_of_block in groupby(ranked, key=lambda item: item[1].block.name):
        rules = list(rules_of_block)
        table = _fill_block(con, rules[0][1].block)
        selects.append(_pairs_sql(table, rules))
    return "\nunion all\n".join(selects)


def write_candidate_edges(con: duckdb.DuckDBPyConnection, producers: Iterable[EdgeProducer]) -> int:
    """Fills the temporary tables `candidate_edge` and `oversized_block`; returns the number of candidate edges.

    Grain of `candidate_edge`: one row per pair and producing rule.
    """
    con.execute("create or replace temp table oversized_block (block varchar, n bigint)")
    con.execute(
        "create or replace temp table candidate_edge (a bigint, b bigint, rank integer, match_rule varchar, "
        "evidence varchar, agreement double, refused_reason varchar, weight double, model_version varchar)"
    )
    for producer in producers:
        con.execute(f"insert into candidate_edge by name select {CANDIDATE_COLUMNS} from ({producer(con)})")
    return con.execute("select count(*) from candidate_edge").fetchall()[0][0]
