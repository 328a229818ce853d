"""Constrained clustering against an independent slow algorithm on random graphs with random vetoes."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.cluster import (
    DECIDED_APART,
    DECIDED_RANK,
    OUTWEIGHED,
    REASONS,
    VetoPairs,
    connected_components,
    constrained_clusters,
)
from linkage.rules import LAST_RANK

Edge = tuple[int, int, int]
Veto = tuple[int, int, int, int, int]
Graph = tuple[int, list[Edge], list[Veto], list[tuple[int, int]]]
WEIGHED_FROM = 2
OUTWEIGHING, APART = REASONS.index(OUTWEIGHED), REASONS.index(DECIDED_APART)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Nodes, edges (a, b, rank) best first, vetoes (a, b, from_rank, to_rank, which), pairs against joining.

    A reviewer's edges come last, and a reviewer's veto holds for every edge.
    """
    size = draw(st.integers(3, 8))
    pair = st.sampled_from([(a, b) for a in range(size) for b in range(a + 1, size)])
    edges = draw(st.lists(st.tuples(pair, st.integers(1, 3) | st.just(DECIDED_RANK)), min_size=3, max_size=20))
    # Vetoes between the ends of an edge too, so that strong edges pass weak vetoes and carry them into larger clusters.
    near = st.sampled_from([ends for ends, _ in edges]) | pair
    vetoes = draw(st.lists(st.tuples(near, st.integers(1, 4), st.integers(1, 4), st.integers(0, 2)), max_size=8))
    ordered = sorted(((a, b, rank) for (a, b), rank in edges), key=lambda edge: edge[2])
    against = draw(st.lists(pair, max_size=10, unique=True))
    held = [(a, b, first, last, which) for (a, b), first, last, which in vetoes]
    apart = [(a, b, 0, DECIDED_RANK, APART) for a, b in draw(st.lists(pair, max_size=2, unique=True))]
    return size, ordered, held + apart, against


def slow_clusters(size: int, edges: list[Edge], vetoes: list[Veto], against: list) -> tuple[set, list[int]]:
    """The definition, word by word: whole sets compared member by member for every edge."""
    partition = {frozenset([node]) for node in range(size)}
    joined_by = {frozenset((a, b)) for a, b, _ in edges}
    reasons = []
    for a, b, rank in edges:
        left = next(group for group in partition if a in group)
        right = next(group for group in partition if b in group)
        pairs = [frozenset(ends) for ends in product(left, right)] if left != right else []
        holding = [
            (which, *sorted(pair))
            for pair in pairs
            for veto_a, veto_b, first, last, which in vetoes
            if first <= rank <= last and pair == {veto_a, veto_b}
        ]
        doubted = sum(set(ends) in pairs for ends in against) > sum(pair in joined_by for pair in pairs)
        outweighed = WEIGHED_FROM <= rank <= LAST_RANK and doubted
        if not holding and not outweighed:
            partition = partition - {left, right} | {left | right}
        reasons.append(min(holding)[0] if holding else OUTWEIGHING if outweighed else -1)
    return partition, reasons


def fast_clusters(size: int, edges: list[Edge], vetoes: list[Veto], against: list) -> tuple[set, list[int]]:
    a, b, rank = np.array(edges, dtype=np.int64).reshape(-1, 3).T
    doubts = np.array(against, dtype=np.int64).reshape(-1, 2).T
    held = VetoPairs(*np.array(vetoes, dtype=np.int64).reshape(-1, 5).T)
    result = constrained_clusters(size, a, b, rank, held, (doubts[0], doubts[1]), WEIGHED_FROM)
    groups: dict[int, set[int]] = {}
    for node, label in enumerate(result.label.tolist()):
        groups.setdefault(label, set()).add(node)
    assert all(label == min(group) for label, group in groups.items())
    for index, veto in enumerate(result.refused_by.tolist()):
        pair = (int(result.against_a[index]), int(result.against_b[index]))
        if veto in (-1, OUTWEIGHING):
            assert pair == (-1, -1)
        else:
            assert any((x, y, which) == (*pair, veto) for x, y, _, _, which in vetoes)
    return {frozenset(group) for group in groups.values()}, result.refused_by.tolist()


@given(graphs())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_clusters_and_refused_edges_are_those_of_the_slow_definition(graph) -> None:
    assert fast_clusters(*graph) == slow_clusters(*graph)


@given(graphs())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_no_cluster_holds_a_pair_that_is_vetoed_for_every_edge(graph) -> None:
    groups, _ = fast_clusters(*graph)
    always = [{a, b} for a, b, first, last, _ in graph[2] if first <= 1 and last >= DECIDED_RANK]
    assert not any(pair <= group for pair in always for group in groups)


@given(graphs())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_reviewers_edge_tears_nobody(graph) -> None:
    """The clusters are unions of those there are without it."""
    size, edges, vetoes, _ = graph
    before, _ = fast_clusters(size, [edge for edge in edges if edge[2] < DECIDED_RANK], vetoes, [])
    after, _ = fast_clusters(size, edges, vetoes, [])
    assert all(any(one <= group for group in after) for one in before)


@given(graphs())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_without_vetoes_clusters_are_connected_components(graph) -> None:
    size, edges, *_ = graph
    a, b, rank = np.array(edges, dtype=np.int64).reshape(-1, 3).T
    nothing = np.empty(0, dtype=np.int64)
    result = constrained_clusters(size, a, b, rank, VetoPairs(*[nothing] * 5))
    assert np.array_equal(result.label, connected_components(size, a, b))
    assert {frozenset(group) for group in _groups(result.label)} == slow_clusters(size, edges, [], [])[0]


def _groups(label: np.ndarray) -> list[list[int]]:
    return [np.flatnonzero(label == value).tolist() for value in np.unique(label)]


def test_a_long_chain_is_one_component() -> None:
    nodes = np.random.default_rng(3).permutation(5_000)
    assert not connected_components(5_000, nodes[:-1], nodes[1:]).any()


def test_the_better_edge_is_taken_first() -> None:
    """0–1 and 1–2 cannot both stand; the better one does, whichever comes first in the node order."""
    vetoes = [(0, 2, 1, 9, 0)]
    assert fast_clusters(3, [(1, 2, 1), (0, 1, 2)], vetoes, [])[0] == {frozenset({0}), frozenset({1, 2})}
    assert fast_clusters(3, [(0, 1, 1), (1, 2, 2)], vetoes, [])[0] == {frozenset({0, 1}), frozenset({2})}


def test_a_veto_that_a_stronger_edge_overrode_does_not_follow_the_cluster() -> None:
    """0–1 is vetoed for weak edges only and joined by a strong one; the pair then joins a larger cluster."""
    edges = [(2, 3, 1), (3, 4, 1), (0, 1, 1), (1, 2, 2)]
    assert fast_clusters(5, edges, [(0, 1, 2, 9, 0)], [])[0] == {frozenset(range(5))}
