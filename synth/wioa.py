"""What the state makes of its participants and wages: follow-up, participant record, exclusions.

Belongs here: the order of the steps. Does not: the steps.
"""

from __future__ import annotations

from synth.cthires import Cthires
from synth.exclusions import write_exclusions
from synth.extracts import Delivery
from synth.followup import find_out, write_follow_up
from synth.frame import Frame
from synth.people import People
from synth.pirl import write_pirl
from synth.wage_book import WageBook


def write_wioa(
    delivery: Delivery, people: People, cthires: Cthires, learning: Frame, book: WageBook, seed: int
) -> None:
    """Every extract of the three, once the wages are in the book."""
    evidence = find_out(cthires.entries, book, seed)
    write_follow_up(delivery, evidence, seed)
    write_pirl(delivery, people, cthires, book, evidence, seed)
    write_exclusions(delivery, people, cthires, learning, seed)
