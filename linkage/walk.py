"""The walk of one contested component: edge by edge, best first, never through a veto.

Belongs here: what a veto does to clusters while they grow. Does not: which edges and vetoes there are (`cluster`).
"""

from __future__ import annotations

from linkage.rules import LAST_RANK

Found = tuple[int, int, int, int, int]
"""A veto between two clusters: from_rank, to_rank, place of its reason, the two identities it rests on."""


class _Cluster:
    """Members of one growing cluster and, per other cluster, the vetoes between them (best reason first) and how many
    pairs speak for and against joining them."""

    __slots__ = ("members", "tally", "vetoes")

    def __init__(self, member: int) -> None:
        self.members = [member]
        self.vetoes: dict[int, list[Found]] = {}
        self.tally: dict[int, tuple[int, int]] = {}


def _count(clusters: dict[int, _Cluster], left: int, right: int, pro: int, contra: int) -> None:
    had = clusters[left].tally.get(right, (0, 0))
    now = had[0] + pro, had[1] + contra
    clusters[left].tally[right] = clusters[right].tally[left] = now


def _add_veto(clusters: dict[int, _Cluster], left: int, right: int, found: list[Found]) -> None:
    """Keeps, per ranks it refuses, only the first veto between two clusters."""
    merged: dict[tuple[int, int], Found] = {}
    for veto in [*clusters[left].vetoes.get(right, []), *found]:
        merged[veto[:2]] = min(merged.get(veto[:2], veto), veto)
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
    clusters[keep].tally.pop(drop, None)
    gone.tally.pop(keep, None)
    for other, (pro, contra) in gone.tally.items():
        del clusters[other].tally[drop]
        _count(clusters, keep, other, pro, contra)


def walk(
    edges: list[tuple[int, int, int, int]],
    vetoes: list[tuple[int, int, int, int, int, int]],
    against: list[tuple[int, int]],
    weighed_from: int,
    outweighed: int,
) -> tuple[dict, dict]:
    """Takes `edges` (index, a, b, rank; best first) under `vetoes` (a, b, from_rank, to_rank, place of the reason).

    Returns node → cluster and refused edge index → (reason, pair). An edge is refused when a veto for
    its rank holds between any member of one cluster and any member of the other, and, from rank `weighed_from`
    to LAST_RANK, when more pairs between them are `against` than are edges (reason `outweighed`).
    """
    home = {node: node for _, a, b, _ in edges for node in (a, b)}
    clusters = {node: _Cluster(node) for node in home}
    for a, b, from_rank, to_rank, veto in vetoes:
        _add_veto(clusters, home[a], home[b], [(from_rank, to_rank, veto, a, b)])
    for a, b in sorted({(min(a, b), max(a, b)) for _, a, b, _ in edges}):
        _count(clusters, a, b, 1, 0)
    for a, b in against:
        _count(clusters, a, b, 0, 1)
    refused: dict[int, tuple[int, int, int]] = {}
    for index, a, b, rank in edges:
        left, right = home[a], home[b]
        if left == right:
            continue
        holding = [veto for veto in clusters[left].vetoes.get(right, []) if veto[0] <= rank <= veto[1]]
        pro, contra = clusters[left].tally.get(right, (0, 0))
        if holding:
            _, _, veto, against_a, against_b = min(holding, key=lambda found: found[2:])
            refused[index] = (veto, against_a, against_b)
        elif weighed_from <= rank <= LAST_RANK and contra > pro:
            refused[index] = (outweighed, -1, -1)
        elif len(clusters[left].members) >= len(clusters[right].members):
            _join(clusters, home, left, right)
        else:
            _join(clusters, home, right, left)
    return home, refused
