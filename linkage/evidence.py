"""How the weights of a pair's comparisons add up, in log2 odds. The reason linked households stay households.

Belongs here: dependence between the comparisons, the prior. Does not: the weight of one comparison (`model`).

Fellegi and Sunter add weights as if fields were independent. They are not: who shares a last name shares the address
and the phone, and may well be a brother. So what a household has in common counts together, and only up to the odds
that two records of one household are one person; a birth date, a number and a first name add to that no more than they
can tell apart within a household (twins share the date, families lend numbers, sons have their father's name).
Who borrows a number keeps the own birth date: a date that differs counts against the number in full.
No number links alone, nor a birth date with an address: a name must agree, the middle one at least, or a birth date
with the number (ADR 0009); and two numbers a slip apart are the twins' numbers unless the first name agrees, or, where
there is none, the middle name. A son may have all his father's names.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from linkage.model import Model

PRIOR_START = -13.0
"""Of a state's records of its people, before anything is seen."""
PRIOR_PAIRS = 5_000_000
"""How many pairs that knowledge is worth: it decides where there are a few records, and is nothing where many."""
PRIOR_ROUNDS = 12
PRIOR_SETTLED = 0.02
STRONG = 18.0
"""A weight of the number beyond this is equality, below it a slip."""
GENERATION = -5.0
"""A weight of the birth date below this is a generation between two: a son has his father's middle name as well."""
STRANGERS = (
    "w_last_name < 0 and greatest(w_birth_date, w_ssn, w_address, w_middle_name) <= 0 and least(w_phone, w_email) <= 0"
)
"""A first name and one phone or e-mail under two surnames: a shared inbox has many an Ana."""
KNOWN_NAME = 4.0
"""A weight of the first name from which on it is the same, or a form or misspelling of it; an initial is less."""


def weight_sql(prior: float, caps: dict[str, float]) -> str:
    """The weight of a pair from the columns `w_<comparison>`: prior and evidence as log2 odds."""
    home = f"({prior!r} + w_last_name + w_address + w_phone + w_email)"
    place = f"least({home}, {caps['household']})"
    date = (
        f"(case when w_birth_date > 0 then least({place} + w_birth_date, {caps['household_and_birth_date']})"
        f" else {place} + w_birth_date end)"
    )
    inside = f"(case when w_ssn > {STRONG} then {caps['ssn_in_household']} else {caps['ssn_slip_in_household']} end)"
    other_name = f"w_first_name < {KNOWN_NAME} and not (w_first_name = 0 and w_middle_name > 0)"
    number = (
        f"(case when w_ssn between 0 and {STRONG} and {other_name} then least({date} + w_ssn, {date})"
        f" when w_ssn > 0 then least({date} + w_ssn, greatest({inside}, {date} + {inside}) + least(w_birth_date, 0))"
        f" else {date} + w_ssn end)"
    )
    name = (
        f"(case when {home} >= {caps['household']} then least(w_first_name, {caps['first_name_in_household']})"
        " else w_first_name end)"
    )
    middle = f"(case when w_birth_date < {GENERATION} then least(w_middle_name, 0) else w_middle_name end)"
    company = (
        f"(greatest(w_first_name, w_last_name, w_middle_name) > 0 or w_ssn > {STRONG} and w_birth_date > 0)"
        f" and not ({STRANGERS})"
    )
    total = f"({number} + {name} + w_sex + {middle})"
    return f"(case when {company} then {total} else least({total}, {caps['without_a_name']}) end)"


def settled_prior(model: Model, records: int, links_expected: Callable[[str], float]) -> float:
    """log2 odds that two records taken at random are one person, from the data itself.

    The prior for which as many links are expected among the compared pairs as it says there are: `links_expected` sums
    the probabilities of all compared pairs for a weight. Rounded, so that summation order cannot matter.
    """
    prior = PRIOR_START
    pairs = records * (records - 1) / 2 + PRIOR_PAIRS
    usual = PRIOR_PAIRS * 2**PRIOR_START
    for _ in range(PRIOR_ROUNDS):
        found = math.log2((links_expected(weight_sql(prior, model.caps)) + usual) / pairs)
        settled = abs(found - prior) < PRIOR_SETTLED
        prior = round(found, 2)
        if settled:
            break
    return prior
