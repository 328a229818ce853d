"""The invented people: households, birth, sex, culture, names, numbers, addresses, schooling.

Belongs here: what is true of a person, whatever any agency recorded. Does not: families' later events (families.py),
programmes, jobs, and how a record misspells someone (noise.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.days import NEVER, age, day, from_parts, year_of
from synth.names import CULTURES, draw_given, draw_surname, era_of
from synth.places import Address, draw_addresses, places
from synth.rng import stream, weighted
from synth.tax_numbers import draw_numbers
from synth.window import OPENS, TODAY

AIAN, ASIAN, BLACK, NHPI, WHITE = 1, 2, 4, 8, 16
NO_SUFFIX, JR, SR, SECOND, THIRD = range(5)
SUFFIXES = ("", "Jr", "Sr", "II", "III")
NONE, SPACE, HYPHEN = range(3)

OLDEST_BIRTH, YOUNGEST_BIRTH = day("1944-01-01"), day("2010-12-31")


@dataclass
class Surname:
    """A surname of one or two parts: positions in the name book, and how the parts are joined."""

    first: np.ndarray
    second: np.ndarray
    joiner: np.ndarray

    def take(self, index: np.ndarray) -> Surname:
        """The surnames at `index`."""
        return Surname(self.first[index], self.second[index], self.joiner[index])

    def where(self, other_is_true: np.ndarray, other: Surname) -> Surname:
        """`other` where the mask holds, this one elsewhere."""
        return Surname(
            np.where(other_is_true, other.first, self.first),
            np.where(other_is_true, other.second, self.second),
            np.where(other_is_true, other.joiner, self.joiner),
        )


@dataclass
class People:
    """One element per person in every column. Days are day numbers; NEVER where something does not happen."""

    birth: np.ndarray
    sex: np.ndarray
    culture: np.ndarray
    hispanic: np.ndarray
    race: np.ndarray
    given: np.ndarray
    middle: np.ndarray
    surname: Surname
    suffix: np.ndarray
    household: np.ndarray
    position: np.ndarray
    home: Address
    ssn_kind: np.ndarray
    ssn: np.ndarray
    itin: np.ndarray
    ssn_from: np.ndarray
    lender: np.ndarray
    sasid: np.ndarray
    schooling: np.ndarray
    veteran: np.ndarray
    disability: np.ndarray
    low_income: np.ndarray
    english_learner: np.ndarray
    ex_offender: np.ndarray
    single_parent: np.ndarray
    death: np.ndarray
    # filled in by families.py
    married: np.ndarray
    married_surname: Surname
    move: np.ndarray
    next_home: Address
    twin: np.ndarray
    story: np.ndarray

    def __len__(self) -> int:
        return len(self.birth)


def schooling_on(people: People, who: np.ndarray, on: np.ndarray) -> np.ndarray:
    """Highest education (PIRL 408) on a day: nobody has a diploma before 18 or a degree before 22."""
    years = age(people.birth[who], on)
    final = people.schooling[who]
    early = np.where((years < 22) & (final >= 5), 4, final)
    return np.where(years < 18, 0, early)


def make_people(count: int, seed: int, reserved: int = 0) -> People:
    """`count` people in households, before weddings and moves. The first `reserved` live alone, for the stories."""
    rng = stream(seed, "people")
    household, position, size = _households(rng, count, reserved)
    head = np.arange(count) - position
    birth = _births(rng, position, head, size)
    sex = _sexes(rng, position, head)
    home = draw_addresses(rng, count).take(head)
    culture = _cultures(rng, position, head, home)
    hispanic, race = _race(rng, culture)
    era = era_of(year_of(birth))
    surname = _surnames(rng, culture, position, head, sex)
    middle = np.where(rng.random(count) < 0.72, draw_given(rng, culture, sex, era), -1)
    kind, ssn, itin, ssn_from = draw_numbers(rng, culture)
    none = np.full(count, NEVER, np.int64)
    return People(
        birth=birth,
        sex=sex,
        culture=culture,
        hispanic=hispanic,
        race=race,
        given=draw_given(rng, culture, sex, era),
        middle=middle,
        surname=surname,
        suffix=np.zeros(count, np.int64),
        household=household,
        position=position,
        home=home,
        ssn_kind=kind,
        ssn=ssn,
        itin=itin,
        ssn_from=ssn_from,
        lender=np.full(count, -1, np.int64),
        sasid=5_000_000_000 + rng.permutation(max(count * 3, 1000))[:count].astype(np.int64),
        **_traits(rng, birth, sex, culture, home),
        death=_deaths(rng, birth),
        married=none.copy(),
        married_surname=surname.take(np.arange(count)),
        move=none.copy(),
        next_home=home.take(np.arange(count)),
        twin=np.full(count, -1, np.int64),
        story=np.where(np.arange(count) < reserved, 0, -1),
    )


def _households(rng: np.random.Generator, count: int, reserved: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Household number, place in the household, and household size, for each person."""
    sizes = rng.choice([1, 2, 3, 4, 5], count, p=[0.30, 0.33, 0.16, 0.14, 0.07])
    sizes[:reserved] = 1
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), count)) + 1]
    household = np.repeat(np.arange(len(sizes)), sizes)[:count]
    position = (np.arange(count) - np.repeat(np.cumsum(sizes) - sizes, sizes)[:count]).astype(np.int64)
    return household, position, sizes[household]


def _births(rng: np.random.Generator, position: np.ndarray, head: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Adults of any age in small households, parents of teenagers or grown children in large ones."""
    count = len(position)
    decade = rng.choice([1946, 1956, 1966, 1976, 1986, 1994], count, p=[0.10, 0.20, 0.20, 0.19, 0.16, 0.15])
    adult_year = decade + rng.integers(0, np.where(decade == 1986, 8, 10))
    adult_year = np.where(size >= 3, 1958 + rng.integers(0, 30, count), adult_year)
    adult = from_parts(adult_year, 1 + rng.integers(0, 12, count), 1 + rng.integers(0, 28, count))
    spouse = adult[head] + rng.normal(0, 1100, count).astype(np.int64)
    child = adult[head] + rng.integers(20 * 365, 38 * 365, count)
    late = child > YOUNGEST_BIRTH
    child = np.where(late, YOUNGEST_BIRTH - rng.integers(0, 9 * 365, count), child)
    grown_child_instead = (position == 1) & (rng.random(count) < 0.2)
    birth = np.where(position == 0, adult, np.where((position >= 2) | grown_child_instead, child, spouse))
    return birth.clip(OLDEST_BIRTH, YOUNGEST_BIRTH)


def _sexes(rng: np.random.Generator, position: np.ndarray, head: np.ndarray) -> np.ndarray:
    sex = rng.integers(1, 3, len(position))
    opposite = (position == 1) & (rng.random(len(position)) < 0.93)
    return np.where(opposite, 3 - sex[head], sex)


def _cultures(rng: np.random.Generator, position: np.ndarray, head: np.ndarray, home: Address) -> np.ndarray:
    """Culture by the mix of the town; a household shares one, except for some spouses."""
    count = len(position)
    groups = {
        "hispanic": {"hispanic": 1.0},
        "black": {"black": 0.62, "caribbean": 0.20, "haitian": 0.09, "african": 0.09},
        "asian": {"south_asian": 0.46, "chinese": 0.24, "korean": 0.08, "vietnamese": 0.10, "filipino": 0.12},
        "white": {
            "american": 0.36,
            "irish": 0.15,
            "italian": 0.17,
            "polish": 0.09,
            "french": 0.07,
            "portuguese": 0.06,
            "greek": 0.02,
            "albanian": 0.02,
            "ukrainian": 0.02,
            "arabic": 0.02,
        },
    }
    town = places().town[home.part]
    shares = [places().hispanic[town], places().black[town], places().asian[town]]
    group = (rng.random(count)[:, None] > np.cumsum(np.stack(shares, axis=1), axis=1)).sum(axis=1)
    culture = np.zeros(count, np.int64)
    for code, members in enumerate(groups.values()):
        mask = group == code
        names = np.array([CULTURES.index(name) for name in members])
        culture[mask] = names[weighted(rng, np.array(list(members.values())), int(mask.sum()))]
    mixed_couple = (position == 1) & (rng.random(count) < 0.2)
    return np.where(mixed_couple, culture, culture[head])


def _race(rng: np.random.Generator, culture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hispanic flag and race bits; Hispanic people name a race about half of the time."""
    count = len(culture)
    name = np.array(CULTURES)[culture]
    hispanic = (name == "hispanic") | ((name == "portuguese") & (rng.random(count) < 0.04))
    race = np.full(count, WHITE)
    race[np.isin(name, ["black", "caribbean", "haitian", "african"])] = BLACK
    race[np.isin(name, ["south_asian", "chinese", "korean", "vietnamese", "filipino"])] = ASIAN
    latin = rng.choice([WHITE, BLACK, AIAN, 0, WHITE | BLACK], count, p=[0.45, 0.08, 0.03, 0.40, 0.04])
    race = np.where(name == "hispanic", latin, race)
    also = rng.choice([0, WHITE, BLACK, AIAN, ASIAN, NHPI], count, p=[0.962, 0.010, 0.010, 0.008, 0.008, 0.002])
    return hispanic.astype(np.int64), race | also


def _surnames(
    rng: np.random.Generator, culture: np.ndarray, position: np.ndarray, head: np.ndarray, sex: np.ndarray
) -> Surname:
    """Children carry the head's name; wives often do, alone or after a hyphen; some cultures use two surnames."""
    count = len(culture)
    name = np.array(CULTURES)[culture]
    own = draw_surname(rng, culture)
    double_share = np.where(name == "hispanic", 0.45, np.where(name == "portuguese", 0.20, 0.01))
    double = rng.random(count) < double_share
    second = np.where(double, draw_surname(rng, culture), -1)
    joiner = np.where(double, np.where(rng.random(count) < 0.72, SPACE, HYPHEN), NONE)
    single = Surname(own, second, joiner)
    draw = rng.random(count)
    child = (position >= 2) | ((position == 1) & (culture == culture[head]) & (draw > 0.9))
    took_name = (position == 1) & ~child & (draw < np.where(sex == 2, 0.70, 0.05))
    hyphened = (position == 1) & ~child & ~took_name & (draw < np.where(sex == 2, 0.78, 0.06))
    family = single.where(child | took_name, single.take(head))
    both = Surname(own, own[head], np.full(count, HYPHEN))
    return family.where(hyphened & (own != own[head]), both)


def _traits(
    rng: np.random.Generator, birth: np.ndarray, sex: np.ndarray, culture: np.ndarray, home: Address
) -> dict[str, np.ndarray]:
    """Schooling (PIRL 408) and circumstances; poorer towns and newcomers have less of the one and more of the other."""
    count = len(birth)
    name = np.array(CULTURES)[culture]
    town = places().town[home.part]
    poor_town = places().hispanic[town] + places().black[town]
    newcomer = np.isin(name, ["hispanic", "haitian", "portuguese", "african", "albanian", "vietnamese", "arabic"])
    step = rng.random(count) + 0.10 * newcomer + 0.18 * (poor_town - 0.25) - 0.12 * (name == "south_asian")
    # from the most to the least schooling: beyond bachelor's, bachelor's, associate's, certificate, some, IEP, GED, HS
    edges = np.array([0.16, 0.385, 0.47, 0.53, 0.69, 0.695, 0.735, 0.91])
    schooling = np.array([8, 7, 6, 5, 4, 3, 2, 1, 0])[np.searchsorted(edges, step)]
    low_income = rng.random(count) < (0.12 + 0.45 * poor_town) * np.where(schooling >= 6, 0.35, 1.15)
    return {
        "schooling": schooling,
        "veteran": (rng.random(count) < np.where(sex == 1, 0.075, 0.012)) & (birth < day("2003-01-01")),
        "disability": rng.random(count) < 0.09,
        "low_income": low_income,
        "english_learner": rng.random(count) < np.where(newcomer, 0.22, np.where(name == "polish", 0.12, 0.004)),
        "ex_offender": rng.random(count) < np.where(sex == 1, 0.05, 0.012) * (1 + low_income),
        "single_parent": rng.random(count) < np.where(sex == 2, 0.10, 0.02) * (1 + low_income),
    }


def _deaths(rng: np.random.Generator, birth: np.ndarray) -> np.ndarray:
    """Day of death for those who die while the extracts run; likelier with age."""
    yearly = 0.0005 * np.exp(0.065 * (age(birth, OPENS).clip(14, 90) - 20))
    waits = rng.exponential(size=len(birth)) / yearly * 365.25
    death = OPENS + waits.clip(0, 100_000).astype(np.int64)
    return np.where(death <= TODAY, death, NEVER)
