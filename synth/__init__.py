"""An invented Connecticut: people with lives, extracts in the contracts' shapes, and the truth of who is who.

Belongs here: inventing. Does not: reading, linking or measuring extracts. Any size, any seed; same seed, same bytes.
In a small Connecticut programmes are over-sampled, so that each source and indicator has people (truth/SYNTHETIC says
by how much).
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["generate"]


def generate(persons: int, seed: int, out: Path, quarters: int = 16) -> None:
    """Write an invented Connecticut to out/landing and out/truth; see synth.connecticut.generate."""
    from synth.connecticut import generate as go

    go(persons, seed, out, quarters)
