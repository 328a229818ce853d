"""Any sequence of decisions and withdrawals, against an independent count: partitions by brute force."""

from __future__ import annotations

import uuid
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.decisions import CANNOT_LINK, MUST_LINK, Decision, contradiction

DAY = date(2026, 3, 2)
SIX = [str(uuid.UUID(int=number)) for number in range(6)]
STEP = st.one_of(
    st.tuples(st.sampled_from([MUST_LINK, CANNOT_LINK]), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("withdraw"), st.integers(1, 12), st.just(0)),
)


def is_possible(standing: list[tuple[str, int, int]]) -> bool:
    """Some assignment of persons to the six satisfies all: paint must-linked identities alike until nothing moves."""
    paint = list(range(6))
    moved = True
    while moved:
        moved = False
        for decision, a, b in standing:
            if decision == MUST_LINK and paint[a] != paint[b]:
                paint[a] = paint[b] = min(paint[a], paint[b])
                moved = True
    return all(paint[a] != paint[b] for decision, a, b in standing if decision == CANNOT_LINK)


@given(st.lists(STEP, min_size=1, max_size=25))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_what_is_accepted_is_never_contradictory_and_nothing_else_is_refused(steps: list[tuple]) -> None:
    standing: dict[int, tuple[str, int, int]] = {}
    for seq, (what, a, b) in enumerate(steps, 1):
        if what == "withdraw":
            standing.pop(a, None)
            continue
        known = [Decision(n, one, SIX[x], SIX[y], "K. Lee", DAY, "why") for n, (one, x, y) in standing.items()]
        refusal = contradiction(known, what, SIX[a], SIX[b])
        repeated = any(one == what and {x, y} == {a, b} for one, x, y in standing.values())
        assert (refusal is None) == (a != b and not repeated and is_possible([*standing.values(), (what, a, b)]))
        if refusal is None:
            standing[seq] = (what, a, b)
        assert is_possible(list(standing.values()))
