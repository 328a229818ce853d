"""What two identities are compared on, and which pairs are compared at all: named values, the reason beside each.

Belongs here: the levels of each comparison as SQL over `l` and `r` of `std`, and the blocking keys. Does not: how much
a level weighs (`data/model.json`, learnt and reviewed), how weights add up (`evidence`), who runs it (`score`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """One degree of agreement: the first of a comparison whose `sql` holds is the pair's.

    `frequency_of` names the column whose own frequency in the data stands in for the level's u: sharing a rare value
    says more than sharing a common one. `rarer_of` names the column of which the rarer of two unlike values counts: one
    that hardly anybody has is a slip of the other, one that many have is a name in its own right.
    """

    name: str
    sql: str
    frequency_of: str = ""
    rarer_of: str = ""


@dataclass(frozen=True)
class Comparison:
    """One field or group of fields. `missing_sql`: one side says nothing, so the comparison is no evidence."""

    name: str
    missing_sql: str
    levels: tuple[Level, ...]
    reason: str


OTHERWISE = "otherwise"
"""The level of pairs for which no other holds."""


def _alike(left: str, right: str, similarity: float) -> str:
    return f"jaro_winkler_similarity({left}, {right}) >= {similarity}"


def _one_slip(column: str) -> str:
    return f"greatest(length(l.{column}), length(r.{column})) >= 4 and damerau_levenshtein(l.{column}, r.{column}) <= 1"


_BORN = "strftime({}.born, '%Y%m%d')"
_SWAPPED = f"{_alike('l.first_std', 'r.last_key', 0.88)} and {_alike('l.last_key', 'r.first_std', 0.88)}"

COMPARISONS = (
    Comparison(
        "first_name",
        "l.first_std is null or r.first_std is null",
        (
            Level("swapped", "l.first_std <> l.last_key and l.first_std = r.last_key and l.last_key = r.first_std"),
            Level("swapped_nearly", f"l.first_std <> r.first_std and {_SWAPPED}"),
            Level("same", "l.first_std = r.first_std and length(l.first_std) > 1", "first_std"),
            Level("same_initial_only", "l.first_std = r.first_std"),
            Level("nickname", "list_has_any(l.given_names, r.given_names)"),
            Level(
                "initial_fits",
                "(length(l.first_std) = 1 or length(r.first_std) = 1) and l.first_initial = r.first_initial",
            ),
            Level(
                "close", f"{_alike('l.first_std', 'r.first_std', 0.92)} or {_one_slip('first_std')}", "", "first_std"
            ),
            Level("middle_name", "l.first_std = r.middle_std or r.first_std = l.middle_std"),
            Level("near", _alike("l.first_std", "r.first_std", 0.85), "", "first_std"),
        ),
        "What tells members of a household, twins above all, apart; names are swapped, shortened and misspelt, and some"
        " people go by the middle name. Twins are often given names alike (Adriana, Mariana).",
    ),
    Comparison(
        "last_name",
        "l.last_key is null or r.last_key is null"
        " or least(length(l.last_key), length(r.last_key)) = 1 and l.last_key <> r.last_key",
        (
            Level("same", "l.last_key = r.last_key", "last_key"),
            Level("shares_a_part", "list_has_any(l.last_tokens, r.last_tokens)"),
            Level("close", f"{_alike('l.last_key', 'r.last_key', 0.92)} or {_one_slip('last_key')}"),
            Level("swapped", _SWAPPED),
            Level("near", _alike("l.last_key", "r.last_key", 0.85)),
        ),
        "Shared within a household; changes at marriage; double names lose a part; one letter is no name.",
    ),
    Comparison(
        "birth_date",
        "l.born is null or r.born is null",
        (
            Level("same", "l.born = r.born", "born"),
            Level(
                "day_and_month_swapped",
                "year(l.born) = year(r.born) and month(l.born) = day(r.born) and day(l.born) = month(r.born)",
            ),
            Level("one_slip", f"damerau_levenshtein({_BORN.format('l')}, {_BORN.format('r')}) <= 1"),
            Level(
                "year_given_only",
                "year(l.born) = year(r.born) and ("
                "month(l.born) = 1 and day(l.born) = 1 or month(r.born) = 1 and day(r.born) = 1)",
            ),
            Level(
                "other_year",
                "month(l.born) = month(r.born) and day(l.born) = day(r.born)"
                " and abs(year(l.born) - year(r.born)) <= 10",
            ),
            Level(
                "half",
                "year(l.born) = year(r.born) and (month(l.born) = month(r.born) or day(l.born) = day(r.born))",
            ),
            Level("a_generation", "abs(year(l.born) - year(r.born)) >= 13"),
        ),
        "Keyed wrongly in known ways; 1 January stands in where only the year is known; children of one school are of"
        " few birth dates, so a date's frequency counts; a generation between two is a parent or a namesake, no slip.",
    ),
    Comparison(
        "ssn",
        "(l.ssn_key is null or r.ssn_key is null) and (l.itin_key is null or r.itin_key is null)",
        (
            Level("same", "l.ssn_key = r.ssn_key or l.itin_key = r.itin_key"),
            Level(
                "one_slip",
                "damerau_levenshtein(l.ssn_key, r.ssn_key) <= 1 or damerau_levenshtein(l.itin_key, r.itin_key) <= 1",
            ),
        ),
        "The strongest single field; twins and siblings have neighbouring numbers, families lend theirs. A taxpayer"
        " number (ITIN) says the same of those who can have no SSN; beside an SSN it is no evidence, being replaced.",
    ),
    Comparison(
        "sex", "l.sex_std is null or r.sex_std is null", (Level("same", "l.sex_std = r.sex_std"),), "Rarely wrong."
    ),
    Comparison(
        "middle_name",
        "l.middle_initial is null or r.middle_initial is null",
        (
            Level("same", "l.middle_std = r.middle_std and length(l.middle_std) > 1"),
            Level(
                "close",
                "least(length(l.middle_std), length(r.middle_std)) > 1 and l.middle_initial = r.middle_initial"
                f" and ({_alike('l.middle_std', 'r.middle_std', 0.92)} or {_one_slip('middle_std')})",
            ),
            Level(
                "initial_fits",
                "least(length(l.middle_std), length(r.middle_std)) = 1 and l.middle_initial = r.middle_initial",
            ),
        ),
        "Tells namesakes apart where it is given. Two names in full that are not alike are two names, whatever their"
        " initials.",
    ),
    Comparison(
        "address",
        "(l.street_key is null or r.street_key is null) and (l.zip5 is null or r.zip5 is null)",
        (
            Level("same", "l.place_key = r.place_key", "place_key"),
            Level(
                "same_street",
                "l.street_key = r.street_key and coalesce(l.zip5 = r.zip5 or l.city_std = r.city_std, true)",
            ),
            Level(
                "close_street",
                "coalesce(l.house_number = r.house_number, false)"
                f" and coalesce({_alike('l.street_key', 'r.street_key', 0.88)}, false)",
            ),
            Level(
                "near_number",
                "l.street_name = r.street_name and length(l.street_name) > 3"
                " and coalesce(l.zip5 = r.zip5, l.city_std = r.city_std, false)"
                " and coalesce(damerau_levenshtein(l.house_number, r.house_number) <= 1, true)",
            ),
            Level("same_zip", "l.zip5 = r.zip5", "zip5"),
            Level("same_city", "l.city_std = r.city_std", "city_std"),
        ),
        "Shared within a household; people move; a dormitory is no household, so its frequency counts; house numbers"
        " are left out and mistyped.",
    ),
    Comparison(
        "phone",
        "l.phone_std is null or r.phone_std is null",
        (Level("same", "l.phone_std = r.phone_std"),),
        "Shared within a household.",
    ),
    Comparison(
        "email",
        "l.email_std is null or r.email_std is null",
        (Level("same", "l.email_std = r.email_std"),),
        "Shared within a household less often.",
    ),
)

COLUMNS = [
    "n",
    "first_std",
    "first_initial",
    "middle_std",
    "middle_initial",
    "last_key",
    "last_tokens",
    "given_names",
    "born",
    "ssn_key",
    "itin_key",
    "sex_std",
    "zip5",
    "city_std",
    "street_key",
    "house_number",
    "street_name",
    "place_key",
    "phone_std",
    "email_std",
]
"""Of `std`, what the comparisons and blocking keys read."""


@dataclass(frozen=True)
class BlockingKey:
    """Two identities with one key are compared. `sql` is a text over one row; null: the row is not in any block.

    A key with more than `max_size` identities is nobody's: it is left out and listed (oversized_block).
    """

    name: str
    sql: str
    reason: str
    max_size: int = 400


def _key(*parts: str) -> str:
    """The parts joined; null when one of them is."""
    return " || '|' || ".join(f"{part}::varchar" for part in parts)


BLOCKING_KEYS = (
    BlockingKey("ssn", _key("coalesce(ssn_key, itin_key)"), "Same number."),
    BlockingKey("first_name_last_name", _key("first_std", "last_key"), "Same name, whatever else is missing."),
    BlockingKey("birth_date_first_name", _key("born", "left(first_std, 2)"), "A wrong or new last name."),
    BlockingKey("birth_date_last_name", _key("born", "left(last_key, 3)"), "A wrong first name or a nickname."),
    BlockingKey("birth_date_zip", _key("born", "zip5"), "Both names wrong."),
    BlockingKey("birth_date_house", _key("born", "house_number"), "Both names wrong and the place missing."),
    BlockingKey(
        "house_zip_first_name", _key("house_number", "zip5", "first_initial"), "No birth date, or a wrong one."
    ),
    BlockingKey(
        "house_city_first_name", _key("house_number", "city_std", "first_initial"), "The same, ZIP code wrong."
    ),
    BlockingKey("place_birth_year", _key("place_key", "year(born)"), "Names and day of birth wrong."),
    BlockingKey("phone", _key("phone_std", "first_initial"), "A household's phone, one initial."),
    BlockingKey("email", _key("email_std"), "One person's, mostly."),
    BlockingKey(
        "ssn_head_last_name", _key("left(ssn_key, 5)", "left(last_key, 3)"), "A slip at the end of the number."
    ),
    BlockingKey("ssn_head_first_name", _key("left(ssn_key, 5)", "left(first_std, 3)"), "The same, a new last name."),
    BlockingKey("ssn_tail_last_name", _key("right(ssn_key, 4)", "left(last_key, 3)"), "A slip at its beginning."),
    BlockingKey("ssn_tail_first_name", _key("right(ssn_key, 4)", "left(first_std, 3)"), "The same, a new last name."),
    BlockingKey("birth_year_last_name", _key("year(born)", "last_key"), "First name and day or month of birth wrong."),
    BlockingKey(
        "house_street_first_name",
        _key("house_number", "left(street_name, 6)", "left(first_std, 2)"),
        "Last name and place wrong, birth date missing.",
    ),
    BlockingKey("street_last_name", _key("left(street_name, 6)", "last_key"), "First name wrong, birth date missing."),
    BlockingKey("birth_date_middle_initial", _key("born", "middle_initial"), "A name wrong, the other missing."),
    BlockingKey(
        "birthday_last_name", _key("strftime(born, '%m%d')", "last_key"), "Year of birth and first name wrong."
    ),
    BlockingKey(
        "birth_day_or_month_first_name",
        "case when day(born) <= 12 then "
        + _key("year(born)", "least(day(born), month(born))", "greatest(day(born), month(born))", "first_std")
        + " end",
        "Day and month swapped, last name wrong.",
    ),
    BlockingKey(
        "names_zip", _key("left(last_key, 4)", "left(first_std, 4)", "zip5"), "Both names misspelt at the end."
    ),
)
CROSSED_KEYS = (
    ("birth_date_first_name_swapped", _key("born", "left(first_std, 3)"), _key("born", "left(last_key, 3)")),
    ("house_zip_name_swapped", _key("house_number", "zip5", "left(first_std, 3)"),
     _key("house_number", "zip5", "left(last_key, 3)")),
)  # fmt: skip
"""Name, key of one identity, key of the other: first and last name in each other's place."""
