"""From standardised identities to clusters: exact rules first, then probability, then clustering that refuses.

Belongs here: the order of the steps, for the vault and for any records. Does not: any rule, weight or veto.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from linkage import kept
from linkage import model as models
from linkage.alone import accept_alone
from linkage.block import EdgeProducer, deterministic_edges, write_candidate_edges
from linkage.cluster import DECIDED_RANK, NO_PAIRS, cluster, connected_components
from linkage.comparisons import COLUMNS
from linkage.records_std import record_input, unused_columns
from linkage.rules import RULES
from linkage.score import Scorer
from linkage.standardise import view_sql, write_std

DETERMINISTIC: tuple[EdgeProducer, ...] = (deterministic_edges,)
PROBABLE_RANK = len(RULES) + 1
"""Rank of an edge that rests on its weight; after every exact rule."""
MEMORY_LIMIT = "1500MB"
"""Of the database the pairs are scored in; it spills to the temporary directory beyond."""

_EDGES_SQL = f"""
insert into candidate_edge by name
select a, b, {DECIDED_RANK} as rank, 'R' as match_rule, 'decided_same' as evidence, 0 as agreement from decided_must;

create or replace temp table exact_edge as select * from candidate_edge;

create or replace temp table candidate_edge as
select
    e.* replace (
        case
            when match_rule in ('D1', 'D3') and coalesce(l.weight, $link_at - 1) < $link_at
                then coalesce(refused_reason, 'uncertain')
            else refused_reason
        end as refused_reason,
        l.weight as weight,
        case when l.weight is not null then $version end as model_version
    ),
from exact_edge as e left join scored_link as l on l.a = e.a and l.b = e.b
union all by name
select
    a, b, {PROBABLE_RANK} as rank,
    case when rests_on_name then 'W' else 'P' end as match_rule,
    case when rests_on_name then 'name_alone' else 'probability' end as evidence,
    0 as agreement,
    case
        when weight < $review_at then 'unlikely'
        when weight < $link_at then 'uncertain'
        when rests_on_name then 'name_alone'
    end as refused_reason,
    weight, $version as model_version,
from scored_link anti join exact_edge using (a, b);

insert into oversized_block select block, n from oversized_key;

drop table exact_edge;

drop table scored_link;

drop table oversized_key;
"""


@dataclass(frozen=True)
class EngineReport:
    """What a run could not use, as sentences; nothing of a person."""

    unused: list[str]
    model_version: str


def find_clusters(
    con: duckdb.DuckDBPyConnection,
    identities: int,
    *,
    producers: Sequence[EdgeProducer] = DETERMINISTIC,
    probability: bool = True,
    keep: bool = False,
    threads: int | None = None,
) -> models.Model:
    """Reads `std`, `decided_must` and `decided_cannot`; writes `candidate_edge`, `clustered` and `edge_decided`.

    The same whatever the thread count or row order; without `probability`, by the exact rules alone. With `keep`, only
    pairs that are not among the vault's kept ones are compared, and those are kept too. Returns the model used. Raises
    ModelError.
    """
    model = models.load()
    write_candidate_edges(con, producers)
    against = _score(con, model, keep, threads) if probability and identities > 1 else NO_PAIRS
    cluster(con, identities, against, PROBABLE_RANK)
    if accept_alone(con):
        cluster(con, identities, against, PROBABLE_RANK)
    return model


def _score(
    con: duckdb.DuckDBPyConnection, model: models.Model, keep: bool, threads: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Adds the probable edges; returns the pairs that speak against joining.

    What the scorer knows an identity by is its number among the kept ones, so that kept pairs need no translation.
    """
    number = "kept_no" if keep else "n"
    [(temp,)] = con.execute("select current_setting('temp_directory')").fetchall()
    ids = con.execute(f"select {number} as id from std order by n").fetchnumpy()["id"].astype(np.int64)
    compared = ", ".join(column for column in COLUMNS if column != "n")
    std = con.sql(f"select {number} as n, {compared} from std").to_arrow_table()
    known = kept.known_pairs(con) if keep else None
    with Scorer(std, model, threads=threads, temp=temp, memory_limit=MEMORY_LIMIT, known=known) as scorer:
        del std, known
        _place(
            con, "oversized_key", scorer.block(), f"block, s.n from given inner join std as s on s.{number} = given.n"
        )
        scorer.score("blocked")
        scorer.settle()
        scorer.complete(_components(con, ids, scorer.linked()))
        _place(
            con,
            "scored_link",
            scorer.links(),
            "least(l.n, r.n) as a, greatest(l.n, r.n) as b, weight, rests_on_name "
            f"from given inner join std as l on l.{number} = given.a inner join std as r on r.{number} = given.b",
        )
        against = scorer.against()
        if keep:
            kept.keep_pairs(con, scorer.compared())
    for statement in _EDGES_SQL.split(";\n"):
        if statement.strip():
            named = {"version": model.version, "link_at": model.link_at, "review_at": model.review_at}
            con.execute(statement, {name: value for name, value in named.items() if f"${name}" in statement} or None)
    return tuple(_places(ids, end) for end in against)


def _place(con: duckdb.DuckDBPyConnection, table: str, given: pa.Table, select: str) -> None:
    """Writes a temporary table of what the scorer found, in terms of `n`."""
    con.register("given", given)
    con.execute(f"create or replace temp table {table} as select {select}")
    con.unregister("given")


def _places(ids: np.ndarray, found: np.ndarray) -> np.ndarray:
    """The n of identities the scorer knows by `ids`."""
    place = np.zeros(ids.max(initial=0) + 1, dtype=np.int32)  # pairs that speak against joining are many
    place[ids] = np.arange(ids.size)
    return place[found]


def _components(
    con: duckdb.DuckDBPyConnection, ids: np.ndarray, linked: tuple[np.ndarray, np.ndarray]
) -> dict[str, np.ndarray]:
    """What would hang together if nothing were refused: the scorer's n, component."""
    exact = con.execute("select a, b from candidate_edge where refused_reason is null").fetchnumpy()
    a, b = (
        np.concatenate([np.asarray(exact[name], dtype=np.int64), _places(ids, probable)])
        for name, probable in zip(("a", "b"), linked, strict=True)
    )
    return {"n": ids, "component": connected_components(ids.size, a, b)}


def link_relation(con: duckdb.DuckDBPyConnection, relation: str, *, threads: int | None = None) -> EngineReport:
    """Links the records of a relation; writes the temporary table `clustered_record`.

    `relation`: source_system, source_record_id and what identifies (`records_std`), all text, any of it null. Result:
    source_system, source_record_id, cluster; clusters count from 1 in the order of their first record. Knows no
    reviewer's decisions, and an agency's own ids only where the relation brings id_system, agency_person_id, sasid.
    """
    notes = unused_columns(con, relation)
    con.execute("create or replace temp table decided_must (a bigint, b bigint)")
    con.execute("create or replace temp table decided_cannot (a bigint, b bigint)")
    con.execute(f"create or replace temp view record_std as {view_sql(record_input(con, relation))}")
    identities = write_std(con, "record_std")
    used = find_clusters(con, identities, threads=threads)
    con.execute(
        """
        create or replace temp table clustered_record as
        select
            s.source as source_system, s.first_sha256 as source_record_id,
            dense_rank() over (order by c.cluster) as cluster,
        from clustered as c inner join std as s using (n)
        order by c.n
        """
    )
    for block, members in con.execute(
        "select block, count(*) from oversized_block group by block order by block"
    ).fetchall():
        notes.append(f"{members:,} records share a value of {block.replace('_', ' ')} with too many others to compare.")
    return EngineReport(notes, used.version)
