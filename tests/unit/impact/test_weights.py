"""Matches: all rows as near as the last one needed, in equal parts, held against the definition."""

from __future__ import annotations

import numpy as np
import pytest

from impact.weights import NEIGHBOURS, matching


def by_definition(comparison: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Abadie and Imbens (2006), a treated row at a time."""
    weights = np.zeros(len(comparison))
    for odds in treated:
        far = np.round(np.abs(comparison - odds), 9)
        nearest = far <= np.sort(far)[min(NEIGHBOURS, len(far)) - 1]
        weights[nearest] += 1 / nearest.sum() / len(treated)
    return weights


@pytest.mark.parametrize("is_repeated", [True, False])
def test_matches_are_the_definition_s_for_any_number_of_rows(is_repeated: bool) -> None:
    rng = np.random.default_rng(1)
    for rows in (1, 2, 3, 4, 5, 8, 40, 200):
        for _ in range(10):
            comparison, treated = rng.normal(size=rows), rng.normal(scale=2, size=30)
            if is_repeated:
                comparison, treated = np.round(2 * comparison) / 2, np.round(4 * treated) / 4
            found = matching(comparison, treated)
            assert found == pytest.approx(by_definition(comparison, treated), abs=1e-12)
            assert found.sum() == pytest.approx(1)


def test_equally_near_rows_have_equal_weights_in_any_order() -> None:
    odds = np.array([0.5] * 6 + [0.7, 0.1] + [0.5 + 1e-13])
    weights = matching(odds, np.array([0.5]))
    assert weights == pytest.approx([1 / 7] * 6 + [0, 0, 1 / 7])
    assert (matching(odds[::-1], np.array([0.5])) == weights[::-1]).all()
