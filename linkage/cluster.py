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
import pyarrow as pa

from linkage.rules import VETOES

MAX_COMPONENT = 2_000
"""A component larger than this is no person and no family: none of its edges is accepted, its members are reviewed."""

OVERSIZED_COMPONENT = "oversized_component"


@dataclass(frozen=True)
class VetoPairs:
    """Pairs that must not meet: ends `a`, `b`; refused from edge rank `from_rank` on; `veto` indexes the reasons."""

    a: np.ndarray
    b: np.ndarray
    from_rank: np.ndarray
    veto: np.ndarray


@dataclass(frozen=True)
class Clustering:
    """`label[i]` is the smallest member of i's cluster. Per edge: `refused_by` (-1 accepted, else the index of the
    veto) and the pair `against_a`, `against_b` that the veto rests on (-1 where accepted)."""

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


class _Cluster:
    """Members of one growing cluster and, per other cluster, the vetoes between them (best reason first)."""

    __slots__ = ("members", "vetoes")

    def __init__(self, member: int) -> None:
        self.members = [member]
        self.vetoes: dict[int, list[tuple[int, int, int, int]]] = {}


def _add_veto(clusters: dict[int, _Cluster], left: int, right: int, found: list[tuple[int, int, int, int]]) -> None:
    """Keeps, per rank from which it refuses, only the first veto between two clusters."""
    merged: dict[int, tuple[int, int, int, int]] = {}
    for veto in [*clusters[left].vetoes.get(right, []), *found]:
        merged[veto[0]] = min(merged.get(veto[0], veto), veto)
    kept = sorted(merged.values())
    clusters[left].vetoes[right] = kept
    clusters[right].vetoes[left] = kept


def _join(clusters: dict[int, _Cluster], home: dict[int, int], keep: int, drop: int) -> None:
    gone = clusters.pop(drop)
    for member in gone.members:
        home[member] = keep
    clusters[keep].members.extend(gone.members)
    clusters[keep].vetoes.pop(drop, None)  # a veto that this edge was strong enough to pass
    gone.vetoes.pop(keep, None)
    for other, vetoes in gone.vetoes.items():
        del clusters[other].vetoes[drop]
        _add_veto(clusters, keep, other, vetoes)


def _walk(edges: list[tuple[int, int, int, int]], vetoes: list[tuple[int, int, int, int, int]]) -> tuple[dict, dict]:
    """Takes `edges` (index, a, b, rank; best first) under `vetoes` (a, b, from_rank, veto order).

    Returns node → cluster and refused edge index → (veto, pair). An edge is refused when a veto with
    from_rank ≤ rank holds between any member of one cluster and any member of the other.
    """
    home = {node: node for _, a, b, _ in edges for node in (a, b)}
    clusters = {node: _Cluster(node) for node in home}
    for a, b, from_rank, veto in vetoes:
        _add_veto(clusters, home[a], home[b], [(from_rank, veto, a, b)])
    refused: dict[int, tuple[int, int, int]] = {}
    for index, a, b, rank in edges:
        left, right = home[a], home[b]
        if left == right:
            continue
        holding = [veto for veto in clusters[left].vetoes.get(right, []) if veto[0] <= rank]
        if holding:
            _, veto, against_a, against_b = min(holding, key=lambda found: found[1:])
            refused[index] = (veto, against_a, against_b)
        elif len(clusters[left].members) >= len(clusters[right].members):
            _join(clusters, home, left, right)
        else:
            _join(clusters, home, right, left)
    return home, refused


def constrained_clusters(size: int, a: np.ndarray, b: np.ndarray, rank: np.ndarray, vetoes: VetoPairs) -> Clustering:
    """Clusters of `size` identities from edges given best first. Vetoes matter only inside one connected component."""
    component = connected_components(size, a, b)
    refused_by = np.full(a.size, -1, dtype=np.int64)
    against_a, against_b = refused_by.copy(), refused_by.copy()
    label = component.copy()
    inside = component[vetoes.a] == component[vetoes.b]
    contested = np.zeros(size, dtype=bool)
    contested[component[vetoes.a[inside]]] = True
    chosen = np.flatnonzero(contested[component[a]])
    if not chosen.size:
        return Clustering(label, refused_by, against_a, against_b)

    edges = list(zip(chosen.tolist(), a[chosen].tolist(), b[chosen].tolist(), rank[chosen].tolist(), strict=True))
    pairs = [column[inside].tolist() for column in (vetoes.a, vetoes.b, vetoes.from_rank, vetoes.veto)]
    home, refused = _walk(edges, list(zip(*pairs, strict=True)))
    smallest: dict[int, int] = {}
    for node, cluster in home.items():
        smallest[cluster] = min(smallest.get(cluster, node), node)
    nodes = np.fromiter(home, dtype=np.int64, count=len(home))
    label[nodes] = [smallest[cluster] for cluster in home.values()]
    for index, (veto, veto_a, veto_b) in refused.items():
        refused_by[index], against_a[index], against_b[index] = veto, veto_a, veto_b
    return Clustering(label, refused_by, against_a, against_b)


def _veto_pairs(con: duckdb.DuckDBPyConnection, component: np.ndarray) -> VetoPairs:
    """All vetoed pairs inside components. Every veto needs two numbers, birth dates or first names, so components in
    which all three are alike are not compared."""
    con.register("component_of", pa.table({"n": np.arange(component.size), "component": component}))
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
                min(ssn_key) <> max(ssn_key) or min(born) <> max(born) or min(first_full) <> max(first_full)
            )
        ),
        mixed as materialized (select p.* from placed as p inner join differing using (component)),
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
    return VetoPairs(a[rows], b[rows], np.array([veto.from_rank for veto in VETOES])[order], order)


def cluster(con: duckdb.DuckDBPyConnection, identities: int) -> None:
    """Reads `std` and `candidate_edge`, writes the temporary tables `clustered` (n, cluster) and `edge_decided`.

    `edge_decided`: every candidate edge once, with its `position` in the order taken, `refused_reason` (null when
    accepted) and the vetoed pair `against_a`, `against_b` (null unless a veto refused it).
    """
    order = "rank, agreement desc, a, b, evidence"
    con.execute(
        "create or replace temp table edge_ordered as select row_number() over "
        f"(order by refused_reason is not null, {order}) - 1 as position, * from candidate_edge order by position"
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
    result = constrained_clusters(identities, a[kept], b[kept], rank[kept], _veto_pairs(con, component))

    reason = np.full(a.size, -1, dtype=np.int64)
    reason[kept] = result.refused_by
    reason[oversized] = len(VETOES)
    against = np.full((2, a.size), -1, dtype=np.int64)
    against[:, kept] = result.against_a, result.against_b
    names = [*(veto.name for veto in VETOES), OVERSIZED_COMPONENT]
    decided = {"position": np.arange(a.size), "reason": reason, "against_a": against[0], "against_b": against[1]}
    con.register("decided", pa.table(decided))
    con.register("reason_name", pa.table({"reason": np.arange(len(names)), "name": pa.array(names)}))
    con.execute(
        """
        create or replace temp table edge_decided as
        select
            e.* exclude (refused_reason),
            coalesce(e.refused_reason, r.name) as refused_reason,
            case when d.against_a >= 0 then d.against_a end as against_a,
            case when d.against_b >= 0 then d.against_b end as against_b,
        from edge_ordered as e
        left join decided as d using (position)
        left join reason_name as r using (reason)
        order by e.position
        """
    )
    con.register("labels", pa.table({"n": np.arange(identities), "cluster": result.label}))
    con.execute("create or replace temp table clustered as select n, cluster from labels order by n")
    for name in ("decided", "reason_name", "labels"):
        con.unregister(name)
