"""Clustering that refuses: edges best first, never through a veto.

Belongs here: which candidate edges are accepted and the clusters they make. Does not: person keys (`registry`).

Identities are the integers 0 … size-1 in the order of their first record, so every tie is broken by data and not by a
thread or a secret. Only components that contain a veto are walked edge by edge; all others are plain connected
components, which is the same result and vectorised.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from linkage.rules import LAST_RANK, VETOES
from linkage.walk import walk

MAX_COMPONENT = 2_000
"""A component larger than this is no person and no family: none of its edges is accepted, its members are reviewed."""

OVERSIZED_COMPONENT = "oversized_component"
OUTWEIGHED = "outweighed"
"""More pairs between the two clusters speak against joining them than for it."""
DECIDED_APART = "decided_apart"
"""A reviewer has decided that two of their members are two people."""
REASONS = (*(veto.name for veto in VETOES), DECIDED_APART, OUTWEIGHED)
"""In the order in which they are given when several hold."""
DECIDED_FIRST, DECIDED_RANK = 0, 2 * LAST_RANK
"""Ranks of an edge a reviewer decided. It comes after all others and no veto holds against it, so it joins two persons
as they are; taken first, it would let the vetoes between the two tear both. Only where another decision keeps records
of the two apart does it go first: the pair is one person, and what the other decision parts falls away."""
DECIDED_IN_PART = "decided_in_part"
"""Evidence of such an edge."""


@dataclass(frozen=True)
class VetoPairs:
    """Pairs that must not meet: ends `a`, `b`; refused for edge ranks `from_rank` to `to_rank`; `veto` indexes the
    reasons."""

    a: np.ndarray
    b: np.ndarray
    from_rank: np.ndarray
    to_rank: np.ndarray
    veto: np.ndarray


@dataclass(frozen=True)
class Clustering:
    """`label[i]` is the smallest member of i's cluster. Per edge: `refused_by` (-1 accepted, else the place of
    its reason in REASONS) and the pair `against_a`, `against_b` that the veto rests on (-1 where accepted)."""

    label: np.ndarray
    refused_by: np.ndarray
    against_a: np.ndarray
    against_b: np.ndarray


def connected_components(size: int, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Label per node: the smallest node it is connected to. Hooks roots onto smaller roots until nothing moves."""
    label = np.arange(size, dtype=np.int64)
    while a.size:
        root_a, root_b = label[a], label[b]
        apart = root_a != root_b
        a, b, root_a, root_b = a[apart], b[apart], root_a[apart], root_b[apart]
        np.minimum.at(label, np.maximum(root_a, root_b), np.minimum(root_a, root_b))
        while True:
            grandparent = label[label]
            if np.array_equal(grandparent, label):
                break
            label = grandparent
    return label


NO_PAIRS = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def constrained_clusters(
    size: int,
    a: np.ndarray,
    b: np.ndarray,
    rank: np.ndarray,
    vetoes: VetoPairs,
    against: tuple[np.ndarray, np.ndarray] = NO_PAIRS,
    weighed_from: int = 0,
) -> Clustering:
    """Clusters of `size` identities from edges given best first. Vetoes matter only inside one connected component.

    `against`: ends of pairs that speak against joining, counted from edge rank `weighed_from` to LAST_RANK.
    """
    component = connected_components(size, a, b)
    refused_by = np.full(a.size, -1, dtype=np.int64)
    against_a, against_b = refused_by.copy(), refused_by.copy()
    label = component.copy()
    inside = component[vetoes.a] == component[vetoes.b]
    doubted = component[against[0]] == component[against[1]]
    contested = np.zeros(size, dtype=bool)
    contested[component[vetoes.a[inside]]] = True
    contested[component[against[0][doubted]]] = True
    chosen = np.flatnonzero(contested[component[a]])
    if not chosen.size:
        return Clustering(label, refused_by, against_a, against_b)

    edges = list(zip(chosen.tolist(), a[chosen].tolist(), b[chosen].tolist(), rank[chosen].tolist(), strict=True))
    pairs = [column[inside].tolist() for column in (vetoes.a, vetoes.b, vetoes.from_rank, vetoes.to_rank, vetoes.veto)]
    doubts = list(zip(against[0][doubted].tolist(), against[1][doubted].tolist(), strict=True))
    home, refused = walk(edges, list(zip(*pairs, strict=True)), doubts, weighed_from, REASONS.index(OUTWEIGHED))
    smallest: dict[int, int] = {}
    for node, cluster in home.items():
        smallest[cluster] = min(smallest.get(cluster, node), node)
    nodes = np.fromiter(home, dtype=np.int64, count=len(home))
    label[nodes] = [smallest[cluster] for cluster in home.values()]
    for index, (veto, veto_a, veto_b) in refused.items():
        refused_by[index], against_a[index], against_b[index] = veto, veto_a, veto_b
    return Clustering(label, refused_by, against_a, against_b)


def _veto_pairs(con: duckdb.DuckDBPyConnection, component: np.ndarray) -> VetoPairs:
    """All vetoed pairs inside components, and those decided to be two people. Every veto needs two numbers, birth
    dates, first names, second names or suffixes, so components in which all five are alike are not compared.

    A veto also reads `times_so_named`: how many identities of the component have this birth date and first name."""
    con.register("component_of", {"n": np.arange(component.size), "component": component})
    holds = ", ".join(f"coalesce({veto.sql}, false) as veto_{order}" for order, veto in enumerate(VETOES))
    any_holds = " or ".join(f"veto_{order}" for order in range(len(VETOES)))
    found = con.execute(
        f"""
        with placed as (
            select s.*, c.component from std as s inner join component_of as c using (n)
        ),
        differing as (
            select component from placed group by component
            having count(*) > 1 and (
                min(ssn_std) <> max(ssn_std) or min(itin_std) <> max(itin_std) or min(born) <> max(born)
                or min(first_full) <> max(first_full) or min(suffix_std) <> max(suffix_std)
                or min(middle_std) filter (length(middle_std) > 1) <> max(middle_std) filter (length(middle_std) > 1)
            )
        ),
        mixed as materialized (
            select p.*, count(*) over (partition by component, born, first_std) as times_so_named
            from placed as p inner join differing using (component)
        ),
        compared as (
            select l.n as a, r.n as b, {holds}
            from mixed as l inner join mixed as r on l.component = r.component and l.n < r.n
        )
        select * from compared where {any_holds} order by a, b
        """
    ).fetchnumpy()
    con.unregister("component_of")
    a, b = (np.asarray(found[name], dtype=np.int64) for name in ("a", "b"))
    holding = [np.flatnonzero(np.asarray(found[f"veto_{order}"], dtype=bool)) for order in range(len(VETOES))]
    rows, order = np.concatenate(holding), np.repeat(np.arange(len(VETOES)), [where.size for where in holding])
    apart = con.execute("select a, b from decided_cannot order by a, b").fetchnumpy()
    decided = [np.asarray(apart[name], dtype=np.int64) for name in ("a", "b")]
    place = np.full(decided[0].size, REASONS.index(DECIDED_APART))
    return VetoPairs(
        np.concatenate([a[rows], decided[0]]),
        np.concatenate([b[rows], decided[1]]),
        np.concatenate([np.array([veto.from_rank for veto in VETOES])[order], np.zeros_like(place)]),
        np.concatenate([np.array([veto.to_rank for veto in VETOES])[order], np.full_like(place, DECIDED_RANK)]),
        np.concatenate([order, place]),
    )


def cluster(
    con: duckdb.DuckDBPyConnection,
    identities: int,
    against: tuple[np.ndarray, np.ndarray] = NO_PAIRS,
    weighed_from: int = 0,
) -> None:
    """Reads `std`, `candidate_edge`, `decided_cannot`; writes the temporary tables `clustered` (n, cluster) and
    `edge_decided`.

    `edge_decided`: every candidate edge once, with its `position` in the order taken, `refused_reason` (null when
    accepted) and the vetoed pair `against_a`, `against_b` (null unless a veto refused it).
    """
    _cluster(con, identities, against, weighed_from)
    while _put_first(con):
        _cluster(con, identities, against, weighed_from)


def _put_first(con: duckdb.DuckDBPyConnection) -> bool:
    """Moves decided edges that another decision refused to the front of `candidate_edge`; whether there were any."""
    [(moved,)] = con.execute(
        f"update candidate_edge as e set rank = {DECIDED_FIRST}, evidence = '{DECIDED_IN_PART}' "
        "from edge_decided as d where d.a = e.a and d.b = e.b "
        f"and d.rank = {DECIDED_RANK} and e.rank = {DECIDED_RANK} and d.refused_reason = '{DECIDED_APART}'"
    ).fetchall()
    return bool(moved)


def _cluster(
    con: duckdb.DuckDBPyConnection, identities: int, against: tuple[np.ndarray, np.ndarray], weighed_from: int
) -> None:
    order = "rank, coalesce(weight, agreement) desc, agreement desc, a, b, evidence"
    con.execute(
        "create or replace temp table edge_ordered as select row_number() over "
        f"(order by refused_reason is not null, {order}) - 1 as position, * from candidate_edge"
    )
    usable = con.execute(
        "select a, b, rank from edge_ordered where refused_reason is null order by position"
    ).fetchnumpy()
    a, b, rank = (np.asarray(usable[name], dtype=np.int64) for name in ("a", "b", "rank"))
    component = connected_components(identities, a, b)
    too_large = np.bincount(component, minlength=identities)[component] > MAX_COMPONENT
    oversized = too_large[a]
    kept = np.flatnonzero(~oversized)
    component[too_large] = np.flatnonzero(too_large)
    result = constrained_clusters(
        identities, a[kept], b[kept], rank[kept], _veto_pairs(con, component), against, weighed_from
    )

    reason = np.full(a.size, -1, dtype=np.int64)
    reason[kept] = result.refused_by
    reason[oversized] = len(REASONS)
    against = np.full((2, a.size), -1, dtype=np.int64)
    against[:, kept] = result.against_a, result.against_b
    names = [*REASONS, OVERSIZED_COMPONENT]
    decided = {"position": np.arange(a.size), "reason": reason, "against_a": against[0], "against_b": against[1]}
    con.register("decided", decided)
    con.execute(
        f"""
        create or replace temp table edge_decided as
        select
            e.* exclude (refused_reason),
            coalesce(e.refused_reason, r.name) as refused_reason,
            case when d.against_a >= 0 then d.against_a end as against_a,
            case when d.against_b >= 0 then d.against_b end as against_b,
        from edge_ordered as e
        left join decided as d using (position)
        left join (values {", ".join(f"({place}, '{name}')" for place, name in enumerate(names))}) as r (reason, name)
            using (reason)
        """
    )
    con.register("labels", {"n": np.arange(identities), "cluster": result.label})
    con.execute("create or replace temp table clustered as select n, cluster from labels")
    for name in ("decided", "labels"):
        con.unregister(name)
