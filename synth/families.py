"""What happens in families: twins, Jr and Sr, weddings with a new name, moves, borrowed numbers.

Belongs here: events that tie two people together or change a person over the years. Does not: programmes and jobs.
"""

from __future__ import annotations

import numpy as np

from synth.days import NEVER, age, day
from synth.people import HYPHEN, JR, NO_SUFFIX, SR, THIRD, People, Surname
from synth.places import draw_addresses
from synth.rng import stream
from synth.tax_numbers import BORROWS, HAS_SSN
from synth.window import OPENS, TODAY

_LAST_WEDDING = day("2025-09-30")


def live_as_families(people: People, seed: int) -> None:
    """Fill in twins, suffixes, weddings, moves and borrowed numbers, in place."""
    _twins(people, stream(seed, "twins"))
    _juniors(people, stream(seed, "juniors"))
    _moves(people, stream(seed, "moves"))
    _weddings(people, stream(seed, "weddings"))
    _lend_numbers(people, stream(seed, "lenders"))


def _twins(people: People, rng: np.random.Generator) -> None:
    """Some third and fourth members of a household are twins; their SSNs were asked for together."""
    younger = np.flatnonzero(people.position == 3)
    younger = younger[rng.random(len(younger)) < 0.03]
    older = younger - 1
    people.birth[younger] = people.birth[older]
    alike = rng.random(len(younger)) < 0.6
    people.sex[younger[alike]] = people.sex[older[alike]]
    both = (people.ssn_kind[older] == HAS_SSN) & (people.ssn_kind[younger] == HAS_SSN)
    follows = both & (people.ssn[older] % 10_000 < 9_999)
    # A twin's number is one higher; it is free, because the pool of numbers is thousands of times larger than its use.
    free = ~np.isin(people.ssn[older] + 1, people.ssn)
    people.ssn[younger[follows & free]] = people.ssn[older[follows & free]] + 1
    people.twin[younger], people.twin[older] = older, younger


def _juniors(people: People, rng: np.random.Generator) -> None:
    """Some eldest sons carry the father's name; agencies write the suffix, or do not."""
    count = len(people)
    head = np.arange(count) - people.position
    same_name = people.surname.first == people.surname.first[head]
    son = (people.position == 2) & (people.sex == 1) & (people.sex[head] == 1) & same_name
    junior = np.flatnonzero(son & (rng.random(count) < 0.12) & (people.twin < 0))
    senior = head[junior]
    people.given[junior] = people.given[senior]
    third = rng.random(len(junior)) < 0.15
    people.suffix[junior] = np.where(third, THIRD, JR)
    people.suffix[senior] = np.where(third, JR, np.where(rng.random(len(junior)) < 0.6, SR, NO_SUFFIX))


def _moves(people: People, rng: np.random.Generator) -> None:
    """A household moves as one; some grown children move out. Half of the moves stay in the ZIP code."""
    count = len(people)
    head = np.arange(count) - people.position
    house_moves = (rng.random(count) < 0.25)[head]
    leaves = (people.position >= 1) & (age(people.birth, OPENS) >= 18) & (rng.random(count) < 0.15)
    when = rng.integers(OPENS, TODAY, count)
    target = draw_addresses(rng, count)
    near = rng.random(count) < 0.5
    target.part = np.where(near, people.home.part, target.part)
    people.move[:] = np.where(leaves, when, np.where(house_moves, when[head], NEVER))
    people.next_home = people.home.where(people.move < NEVER, target.take(head).where(leaves, target))


def _weddings(people: People, rng: np.random.Generator) -> None:
    """Single women and men, paired by age; most brides take the new name, some join both by a hyphen."""
    alone = (people.position == 0) | (people.position >= 2)
    of_age = (age(people.birth, OPENS) >= 20) & (age(people.birth, OPENS) <= 55) & (people.death == NEVER)
    single = alone & of_age & (people.story < 0) & (rng.random(len(people)) < 0.2)
    single &= ~((people.position == 0) & np.append(people.position[1:] == 1, False))
    women, men = (np.flatnonzero(single & (people.sex == sex)) for sex in (2, 1))
    pairs = min(len(women), len(men))
    brides = np.sort(rng.permutation(women)[:pairs])
    grooms = np.sort(rng.permutation(men)[:pairs])
    brides = brides[np.argsort(people.birth[brides], kind="stable")]
    grooms = grooms[np.argsort(people.birth[grooms], kind="stable")]
    kin = people.household[brides] == people.household[grooms]
    brides, grooms = brides[~kin], grooms[~kin]
    when = rng.integers(OPENS, _LAST_WEDDING, len(brides))
    choice = rng.random(len(brides))
    maiden, groom = people.surname.take(brides), people.surname.take(grooms)
    hyphened = Surname(maiden.first, groom.first, np.full(len(brides), HYPHEN))
    changed = (choice < 0.85) & (maiden.first != groom.first)
    name = maiden.where(changed, groom.where(choice >= 0.68, hyphened))
    people.married[brides[changed]] = when[changed]
    for part in ("first", "second", "joiner"):
        getattr(people.married_surname, part)[brides] = getattr(name, part)
    people.move[brides] = when
    for part in ("part", "street", "number", "unit"):
        getattr(people.next_home, part)[brides] = getattr(people.home, part)[grooms]


def _lend_numbers(people: People, rng: np.random.Generator) -> None:
    """Who works under another's SSN, works under that of someone of the same sex and about the same age."""
    can_lend = (people.ssn_kind == HAS_SSN) & (people.story < 0) & (age(people.birth, OPENS) >= 18)
    for sex in (1, 2):
        borrowers = np.flatnonzero((people.ssn_kind == BORROWS) & (people.sex == sex))
        owners = np.flatnonzero(can_lend & (people.sex == sex))
        if len(owners) == 0:
            continue
        owners = owners[np.argsort(people.birth[owners], kind="stable")]
        place = np.searchsorted(people.birth[owners], people.birth[borrowers])
        place = (place + rng.integers(-20, 21, len(borrowers))).clip(0, len(owners) - 1)
        people.lender[borrowers] = owners[place]
