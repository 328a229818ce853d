"""The report beside a new model: what a reviewer reads before it is committed. Shares and counts only.

Belongs here: its words and tables. Does not: any estimate (`train_fit`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from linkage.comparisons import COMPARISONS
from linkage.evidence import KNOWN_NAME, STRONG
from linkage.model import Model
from linkage.train_fit import ENOUGH_PAIRS, REVIEWED_PAIRS, SELECTIVE, Fit, Key, levels_of

FAR = 1.0
"""Bits a weight may move without a word."""
KNOWN_FORMS = ("same", "nickname", "close")
"""Levels of the first name that count as a form of the same name."""


@dataclass(frozen=True)
class Outcome:
    """Both models on the same records: the prior each settled on (log2 odds) and the pairs each links."""

    version: str
    records: int
    origin: str
    prior_before: float
    prior_after: float
    links_before: int
    links_after: int
    links_lost: int
    links_won: int


def weight(m: Mapping[Key, float], u: Mapping[Key, float], key: Key) -> float:
    """What a level says, in bits."""
    return math.log2(m[key] / u[key])


def change(reviewed: Model, found: Fit, key: Key) -> float:
    """How far a level's weight moved, in bits."""
    return weight(found.m, found.u, key) - weight(reviewed.m, reviewed.u, key)


def moved(reviewed: Model, found: Fit) -> list[Key]:
    """Levels whose weight moved by more than FAR, in the order of the comparisons."""
    return [key for key in found.m if abs(change(reviewed, found, key)) > FAR]


def report(reviewed: Model, found: Fit, outcome: Outcome) -> str:
    """The report as Markdown."""
    parts = [_head(reviewed, outcome), _passes(found), _moved(reviewed, found), _checks(found, reviewed)]
    return "\n\n".join([*parts, _kept(found), *_tables(reviewed, found)]) + "\n"


def _head(reviewed: Model, outcome: Outcome) -> str:
    return f"""# Linkage model {outcome.version}: what changed against {reviewed.version}

Estimated from {outcome.records:,} records of {outcome.origin}. Not in use until somebody has reviewed and committed it.

| on these records | {reviewed.version} | {outcome.version} |
|---|---|---|
| prior: two records at random are one person, log2 odds | {outcome.prior_before:.2f} | {outcome.prior_after:.2f} |
| pairs linked (weight {reviewed.link_at:g} or more, no name alone) | {outcome.links_before:,} \
| {outcome.links_after:,} |
| linked by this model only | {outcome.links_lost:,} | {outcome.links_won:,} |

Pairs are counted before exact rules, vetoes and clustering."""


def _passes(found: Fit) -> str:
    lines = ["## What was learnt from", "", "| pairs that agree on | pairs | of them one person | taught |"]
    lines.append("|---|---|---|---|")
    for one in found.passes:
        taught = ", ".join(one.taught) or "nothing: too few pairs"
        lines.append(f"| {one.name} | {one.pairs:,} | {one.share:.1%} | {taught} |")
    return "\n".join(lines)


def _moved(reviewed: Model, found: Fit) -> str:
    lines = [f"## Moved by more than {FAR:g} bit", ""]
    for key in moved(reviewed, found):
        before, after = weight(reviewed.m, reviewed.u, key), weight(found.m, found.u, key)
        lines.append(f"- {key[0]} {key[1]}: {before:+.2f} to {after:+.2f}")
    return "\n".join(lines if len(lines) > 2 else [*lines, "None."])


def _checks(found: Fit, reviewed: Model) -> str:
    same, slip = (weight(found.m, found.u, ("ssn", level)) for level in ("same", "one_slip"))
    forms = {level: weight(found.m, found.u, ("first_name", level)) for level in KNOWN_FORMS}
    weak = [level for level, bits in forms.items() if bits < KNOWN_NAME]
    upside = inversions(reviewed, found)
    return f"""## Before it is committed

- {_mark(same > STRONG >= slip)} An equal number weighs more than {STRONG:g} bits ({same:.2f}), one a slip apart \
does not ({slip:.2f}): the rules about families rest on it.
- {_mark(not weak)} A first name that is the same, a form or a misspelling weighs {KNOWN_NAME:g} bits or more\
{f"; not so: {', '.join(weak)}" if weak else ""}.
- {_mark(not upside)} No level weighs less than one that {reviewed.version} puts below it\
{f"; not so: {', '.join(upside)}" if upside else ""}.
- [ ] Every level above that moved far has a reason: other sources, another way of keying, another mix of people.
- [ ] Caps and thresholds are as in {reviewed.version}: they were set for its weights. Score against a known truth with
      the new model in place; precision before recall.
- [ ] Links of one model only: look at some of both kinds, in the review list of a run on a copy of the vault.
- [ ] `reviewed` of the new file holds the day of the review, `sources` where it was learnt."""


def _mark(is_so: bool) -> str:
    return "[x]" if is_so else "[ ]"


def inversions(reviewed: Model, found: Fit) -> list[str]:
    """Neighbouring levels of a comparison, as the reviewed model orders them, whose order has turned round.

    Neighbours are enough: where two levels further apart have changed places, two neighbours between them have too.
    """
    turned = []
    for one in COMPARISONS:
        before = {level: weight(reviewed.m, reviewed.u, (one.name, level)) for level in levels_of(one)}
        after = {level: weight(found.m, found.u, (one.name, level)) for level in before}
        ordered = sorted(before, key=lambda level: -before[level])
        turned += [
            f"{one.name} {below} ({after[below]:+.2f}) above {above} ({after[above]:+.2f})"
            for above, below in pairwise(ordered)
            if before[above] > before[below] and after[above] < after[below]
        ]
    return turned


def _kept(found: Fit) -> str:
    def listed(keys: frozenset[Key]) -> str:
        return ", ".join(f"{name} {level}" for name, level in found.m if (name, level) in keys) or "none"

    return f"""## As reviewed

- m, because no pair of the passes was on the level, or fewer than {ENOUGH_PAIRS} pairs of one person had the field: \
{listed(found.kept_m)}.
- u, because the sample has fewer than {ENOUGH_PAIRS} pairs on the level or too many of them are one person, \
and always for {", ".join(SELECTIVE)}, which two people so seldom share that a sample shows \
true pairs: {listed(found.kept_u)}."""


def _tables(reviewed: Model, found: Fit) -> list[str]:
    parts = [
        "## Every level\n\nPairs: those of the passes on the level, one person or not. An m learnt counts the reviewed "
        f"one as {REVIEWED_PAIRS} pairs. (r): as reviewed."
    ]
    for one in COMPARISONS:
        lines = [f"### {one.name}", "", "| level | m reviewed | m | u reviewed | u | weight | change | pairs |"]
        lines.append("|---|---|---|---|---|---|---|---|")
        for level in levels_of(one):
            key = one.name, level
            m, u = (
                f"{new[key]:.4g}{' (r)' if key in kept else ''}"
                for new, kept in ((found.m, found.kept_m), (found.u, found.kept_u))
            )
            lines.append(
                f"| {level} | {reviewed.m[key]:.4g} | {m} | {reviewed.u[key]:.4g} | {u} "
                f"| {weight(found.m, found.u, key):+.2f} | {change(reviewed, found, key):+.2f} "
                f"| {found.seen.get(key, 0):,} |"
            )
        parts.append("\n".join(lines))
    return parts
