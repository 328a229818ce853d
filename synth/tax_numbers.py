"""SSNs and ITINs: invented, valid in form, and no living person's.

Belongs here: numbers and who has one. Does not: how agencies mistype them (noise.py).
"""

from __future__ import annotations

import numpy as np

from synth.days import NEVER
from synth.names import CULTURES
from synth.window import OPENS, TODAY

HAS_SSN, HAS_ITIN, HAS_NEITHER, BORROWS = range(4)


def draw_numbers(
    rng: np.random.Generator, culture: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What number a person has, the SSN, the ITIN, and the day from which the SSN is valid.

    SSNs pass every check of structure, but come from areas and groups not in use before 2011, when everyone here of
    working age was already born: 773 to 899, or Connecticut's 040 to 049 with odd groups from 41. Group 99 is left to
    the stories.
    """
    count = len(culture)
    name = np.array(CULTURES)[culture]
    foreign = np.select(
        [name == "hispanic", name == "portuguese", np.isin(name, ["haitian", "african", "albanian", "polish"])],
        [0.10, 0.09, 0.05],
        np.where(name == "south_asian", 0.02, 0.001),
    )
    draw = rng.random(count) / np.maximum(foreign, 1e-9)
    kind = np.where(draw >= 1, HAS_SSN, np.where(draw < 0.45, HAS_ITIN, np.where(draw < 0.75, BORROWS, HAS_NEITHER)))
    late = (kind == HAS_ITIN) & (rng.random(count) < 0.3)
    ssn_from = np.where(kind == HAS_SSN, -NEVER, np.where(late, rng.integers(OPENS, TODAY, count), NEVER))
    cells = rng.permutation(100 * 11 * 10_000)[np.arange(count) % (100 * 11 * 10_000)]
    itin = (900 + cells // 110_000) * 1_000_000 + (78 + cells // 10_000 % 11) * 10_000 + cells % 10_000
    return kind, _ssns(rng, count), np.where(kind == HAS_ITIN, itin, 0), ssn_from


def _ssns(rng: np.random.Generator, count: int) -> np.ndarray:
    """Distinct invented SSNs, two in five of them from Connecticut's own areas (which begin with a zero)."""
    native = int(min(0.4 * count, 2_000_000))
    cells = rng.choice(10 * 29 * 9999, native, replace=False)
    area, rest = 40 + cells // (29 * 9999), cells % (29 * 9999)
    natives = area * 1_000_000 + (41 + 2 * (rest // 9999)) * 10_000 + 1 + rest % 9999
    wanted = count - native
    cells = np.unique(rng.integers(0, 127 * 98 * 9999, wanted + wanted // 20 + 50))
    cells = rng.permutation(cells)[:wanted]
    area, rest = 773 + cells // (98 * 9999), cells % (98 * 9999)
    others = area * 1_000_000 + (1 + rest // 9999) * 10_000 + 1 + rest % 9999
    same_digit = others % 111_111_111 == 0
    others = np.where(same_digit, others + 1, others)
    return rng.permutation(np.concatenate([natives, others]))
