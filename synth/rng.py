"""Chance, made repeatable: one numbered stream per module, and a hash that turns keys into fixed draws.

Belongs here: streams and hashes. Does not: what is drawn. A stream is named, so a new module never shifts another's
numbers; a hash needs no state, so a worker's misspelt name at one employer stays misspelt in every quarter.
"""

from __future__ import annotations

import zlib

import numpy as np

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)


def stream(seed: int, name: str) -> np.random.Generator:
    """The random stream `name` of a seed."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(name.encode())])))


def mixed(seed: int, salt: str, *keys: np.ndarray) -> np.ndarray:
    """A 64-bit hash per element of the equally long integer arrays `keys` (splitmix64)."""
    state = np.full(len(keys[0]), seed * 1_000_003 + zlib.crc32(salt.encode()), np.uint64)
    for key in keys:
        state = (state ^ key.astype(np.int64).astype(np.uint64)) + _GOLDEN
        state = (state ^ (state >> np.uint64(30))) * _MIX_A
        state = (state ^ (state >> np.uint64(27))) * _MIX_B
        state = state ^ (state >> np.uint64(31))
    return state


def unit(seed: int, salt: str, *keys: np.ndarray) -> np.ndarray:
    """Uniform draws in [0, 1) that depend on the keys alone."""
    return (mixed(seed, salt, *keys) >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def pick(seed: int, salt: str, count: int, *keys: np.ndarray) -> np.ndarray:
    """Integers 0..count-1 that depend on the keys alone."""
    return (unit(seed, salt, *keys) * count).astype(np.int64)


def weighted(rng: np.random.Generator, weights: np.ndarray, size: int) -> np.ndarray:
    """`size` indices drawn with probability proportional to `weights`, with replacement."""
    edges = np.cumsum(weights, dtype=np.float64)
    return np.searchsorted(edges, rng.random(size) * edges[-1], side="right").clip(0, len(weights) - 1)


def weighted_without_replacement(rng: np.random.Generator, weights: np.ndarray, size: int) -> np.ndarray:
    """Sorted distinct indices, at most `size` of them, likelier where the weight is larger; zero is never drawn."""
    draws = rng.exponential(size=len(weights))
    keys = np.where(weights > 0, draws / np.maximum(weights, 1e-12), np.inf)
    size = min(size, int((weights > 0).sum()))
    if size == 0:
        return np.empty(0, np.int64)
    return np.sort(np.argpartition(keys, size - 1)[:size])
