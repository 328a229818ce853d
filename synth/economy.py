"""Everything that is not about people: employers, training programmes, postings, costs, published figures.

Belongs here: the order of these extracts. Does not: what is in them (one module each).
"""

from __future__ import annotations

from synth.costs import write_costs
from synth.cthires import Cthires
from synth.employer_accounts import make_accounts, write_accounts
from synth.employers import Employers
from synth.extracts import Delivery
from synth.postings import write_postings
from synth.published import write_published
from synth.training_list import write_training_list
from synth.window import Window


def write_economy(
    delivery: Delivery, persons: int, employers: Employers, cthires: Cthires, window: Window, seed: int
) -> None:
    """Their extracts. None of their rows is about a person, so none has a truth."""
    accounts = make_accounts(employers, seed)
    write_accounts(delivery, employers, accounts, window, seed)
    write_training_list(delivery, seed)
    write_postings(delivery, persons, employers, accounts, seed)
    write_costs(delivery, cthires, seed)
    write_published(delivery)
