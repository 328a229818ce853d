"""The model: how much each degree of agreement weighs. A reviewed file in the repository, read and never fitted here.

Belongs here: reading and checking the file. Does not: what is compared (`comparisons`), training (`train`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from linkage.comparisons import COMPARISONS, OTHERWISE
from linkage.standardise import DATA

MODEL_FILE = DATA / "model.json"


class ModelError(ValueError):
    """The model file cannot be used; the message says why."""


@dataclass(frozen=True)
class Model:
    """`m` and `u`: (comparison, level) → share of pairs on that level among true pairs, and among all others.

    `rarest`: the least frequency a rare value counts with, by column. `slips`: by column, how often a misspelt value is
    usually seen, as m and u of unlike values have it, and the least that counts. `caps`: see `evidence`. Weights are
    log2 odds: a pair of `link_at` or more links; from `review_at` on it is a question (from `alone_at` on where a
    record stands alone, see `alone`); at `against_at` or less it may speak against joining what the two already belong
    to.
    """

    version: str
    m: dict[tuple[str, str], float]
    u: dict[tuple[str, str], float]
    rarest: dict[str, float]
    slips: dict[str, tuple[float, float]]
    caps: dict[str, float]
    link_at: float
    review_at: float
    alone_at: float
    against_at: float


def from_data(data: dict[str, Any], name: str) -> Model:
    """A model from its JSON. Raises ModelError when a level is missing or a share is no share."""
    m, u = {}, {}
    for comparison in COMPARISONS:
        levels = data["comparisons"].get(comparison.name, {})
        for level in [*(one.name for one in comparison.levels), OTHERWISE]:
            if level not in levels:
                raise ModelError(f"{name} has no level {level} of {comparison.name}: train it again.")
            m[comparison.name, level], u[comparison.name, level] = levels[level]
    if not all(0 < share <= 1 for share in [*m.values(), *u.values()]):
        raise ModelError(f"{name}: every m and u is a share above 0, at most 1.")
    numbers = {key: float(data[key]) for key in ("link_at", "review_at", "alone_at", "against_at")}
    return Model(
        data["model_version"],
        m,
        u,
        data["rarest"],
        {name: tuple(two) for name, two in data["slips"].items()},
        data["caps"],
        **numbers,
    )


@cache
def load(path: Path = MODEL_FILE) -> Model:
    """The model of a file. Raises ModelError."""
    try:
        return from_data(json.loads(path.read_text(encoding="utf-8")), path.name)
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ModelError(f"{path.name} is not a model: {type(error).__name__}.") from None
