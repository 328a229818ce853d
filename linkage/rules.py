"""When two identities are one person, and when they can never be: rules and vetoes as named values, reason beside each.

Belongs here: conditions over a pair of standardised identities `l` and `r` (columns of `std`). Does not: how pairs are
found (`block`), in what order they are taken and what a veto does to a cluster (`cluster`).

The order of RULES is the order in which edges are taken. It departs from D1, D2, D3 in one place: the two weaker forms
of D1 (same number, but a name that differs) come after D2, so that a twin whose number was keyed into the sibling's
record is first joined to the own records by the agency's id, and the veto then sees both first names.
"""

from __future__ import annotations

from dataclasses import dataclass

LAST_NAME_SIMILARITY = 0.9
FIRST_NAME_SIMILARITY = 0.85
FIRST_NAME_MISSPELT = 0.92
FIRST_NAME_DIFFERENT = 0.8
"""Jaro-Winkler. Between the two a first name is neither the same nor another one (Mike, Michael: 0.78 is another)."""

SAME_NUMBER = "(l.ssn_key = r.ssn_key or l.itin_key = r.itin_key)"
OTHER_NUMBER = (
    "(l.ssn_key <> r.ssn_key and damerau_levenshtein(l.ssn_key, r.ssn_key) > 1"
    " or l.itin_key <> r.itin_key and damerau_levenshtein(l.itin_key, r.itin_key) > 1)"
)
"""Clearly different: more than one digit or one transposition apart. A taxpayer number (ITIN) and an SSN are not
different: the one is replaced by the other."""
OTHER_BIRTH_DATE = "l.born <> r.born"
SAME_AGENCY_ID = "(l.id_system = r.id_system and l.agency_person_id = r.agency_person_id or l.sasid = r.sasid)"
LAST_NAME_FITS = (
    "(l.last_key = r.last_key or list_has_any(l.last_tokens, r.last_tokens)"
    f" or jaro_winkler_similarity(l.last_key, r.last_key) >= {LAST_NAME_SIMILARITY})"
)
FIRST_NAME_FITS = (
    "(l.first_std = r.first_std or"
    " (l.first_full is null or r.first_full is null) and l.first_initial = r.first_initial"
    f" or jaro_winkler_similarity(l.first_std, r.first_std) >= {FIRST_NAME_SIMILARITY})"
)
OTHER_FIRST_NAME = (
    "(l.first_full is not null and r.first_full is not null"
    " and not starts_with(l.first_full, r.first_full) and not starts_with(r.first_full, l.first_full)"
    f" and jaro_winkler_similarity(l.first_full, r.first_full) < {FIRST_NAME_DIFFERENT})"
)
OTHER_LAST_NAME = (
    "(l.last_key is not null and r.last_key is not null and not coalesce(list_has_any(l.last_tokens, r.last_tokens),"
    f" false) and jaro_winkler_similarity(l.last_key, r.last_key) < {FIRST_NAME_DIFFERENT})"
)
SWAPPED_NAMES = (
    f"(jaro_winkler_similarity(l.first_std, r.last_key) >= {FIRST_NAME_DIFFERENT}"
    f" or jaro_winkler_similarity(l.last_key, r.first_std) >= {FIRST_NAME_DIFFERENT})"
)
_DATE_SLIP = (
    "(damerau_levenshtein(strftime(l.born, '%Y%m%d'), strftime(r.born, '%Y%m%d')) <= 1"
    " or year(l.born) = year(r.born) and month(l.born) = day(r.born) and day(l.born) = month(r.born))"
)
NO_SLIP_OF_A_DATE = f"(case when {OTHER_BIRTH_DATE} then not {_DATE_SLIP} end)"
"""Birth dates more than one keystroke apart, and not day and month in each other's place."""
A_GENERATION_APART = (
    "(case when abs(year(l.born) - year(r.born)) >= 13"
    " and (month(l.born) <> month(r.born) or day(l.born) <> day(r.born))"
    f" then not {_DATE_SLIP} end)"
)
"""A parent and a child: not the right day under a wrong year."""
NAME_SPELT_ANOTHER_WAY = (
    "(starts_with(l.first_full, r.first_full) or starts_with(r.first_full, l.first_full)"
    " or ends_with(l.first_full, r.first_full) or ends_with(r.first_full, l.first_full)"
    " or damerau_levenshtein(l.first_full, r.first_full) <= 1"
    f" or jaro_winkler_similarity(l.first_full, r.first_full) >= {FIRST_NAME_MISSPELT})"
)
"""One form of a name may be the beginning or the end of the other (Tunde, Babatunde), or one letter from it."""
KNOWN_BY_ANOTHER_NAME = (
    "(list_has_any(l.given_names, r.given_names) or l.first_std = r.middle_std or r.first_std = l.middle_std)"
)


@dataclass(frozen=True)
class Block:
    """Which identities are compared at all: those with an equal key. `keys_sql` gives (n, block_key)."""

    name: str
    keys_sql: str
    reason: str
    max_size: int = 100


SSN = Block(
    "ssn",
    "select n, ssn_key as block_key from std where ssn_key is not null",
    "A valid number that is not shared; a person has a handful of identities under it.",
)
AGENCY_ID = Block(
    "agency_id",
    """
    select n, concat(id_system, '|', agency_person_id) as block_key
    from std where id_system is not null and agency_person_id is not null
    union
    select n, concat('SASID|', sasid) from std where sasid is not null
    """,
    "An agency's own person id; the student id SASID is shared by adult education and dual credit.",
)
NAME_AND_BIRTH_DATE = Block(
    "name_and_birth_date",
    """
    select n, concat_ws('|', first_full, last_key, born::varchar) as block_key
    from std where first_full is not null and last_key is not null and born is not null
    """,
    "First word of the first name, last name, birth date, all exact; the only key of those who have no number.",
)


@dataclass(frozen=True)
class Rule:
    """Two identities of one block are the same person when `sql` is true.

    `refuse_sql` (optional) sends a pair that satisfies the rule to the refused edges with `refuse_reason` instead.
    """

    code: str
    name: str
    block: Block
    sql: str
    reason: str
    refuse_sql: str = "false"
    refuse_reason: str = ""


RULES = (
    Rule(
        "D1",
        "ssn_and_birth_date",
        SSN,
        f"l.born = r.born and {FIRST_NAME_FITS}",
        "Same number, same birth date, first name agrees: the strongest evidence there is.",
    ),
    Rule(
        "D1",
        "ssn_and_name",
        SSN,
        f"{LAST_NAME_FITS} and {FIRST_NAME_FITS}",
        "Same number, last name fits, first name or its initial agrees; birth dates that differ are a slip of the"
        " keyboard. The first name must agree, because a number borrowed within a family has the same last name.",
    ),
    Rule(
        "D1",
        "ssn_initial_and_last_name",
        SSN,
        f"(l.born is null or r.born is null) and l.first_initial = r.first_initial and {LAST_NAME_FITS}",
        "A wage record has no birth date and often only an initial: number, initial and last name is all it can show.",
    ),
    Rule(
        "D2",
        "same_agency_id",
        AGENCY_ID,
        "true",
        "The agency has already decided that it is one person; what speaks against it is a veto.",
    ),
    Rule(
        "D1",
        "ssn_and_birth_date_other_first_name",
        SSN,
        "l.born = r.born",
        "Same number and birth date, another first name: a nickname far more often than a twin.",
    ),
    Rule(
        "D1",
        "ssn_and_full_first_name",
        SSN,
        "(l.born is null or r.born is null) and l.first_full = r.first_full",
        "Same number and full first name on a wage record, another last name: a change of name at marriage. Without it"
        " the wages of women would be lost more often than those of men.",
    ),
    Rule(
        "D3",
        "name_and_birth_date",
        NAME_AND_BIRTH_DATE,
        "not coalesce(l.sex_std <> r.sex_std, false)"
        " and not coalesce(l.zip5 <> r.zip5, false)"
        " and not coalesce(l.suffix_std <> r.suffix_std, false)"
        " and not coalesce(l.middle_initial <> r.middle_initial, false)"
        " and not coalesce(l.ssn_key <> r.ssn_key, false)",
        "Exact name and birth date, and nothing else known of both differs.",
        refuse_sql="l.block_has_two_numbers and (l.ssn_key is null) <> (r.ssn_key is null)",
        refuse_reason="name_fits_two_numbers",
    ),
)
"""In the order in which their edges are taken; the position in this tuple, from 1, is the rank of an edge."""

NAME_RANK = next(rank for rank, rule in enumerate(RULES, 1) if rule.code == "D3")
"""From this rank on an edge rests on a name, not on a number or an id."""
EXACT_RANKS = len(RULES)
LAST_RANK = 1_000


@dataclass(frozen=True)
class Veto:
    """Two identities for which `sql` is true never meet through an edge of a rank from `from_rank` to `to_rank`.

    An edge that rests on probability (a later rank) has weighed what the vetoes look at, except where numbers differ.
    """

    name: str
    sql: str
    reason: str
    from_rank: int = 1
    to_rank: int = EXACT_RANKS


VETOES = (
    Veto(
        "two_numbers_and_birth_dates",
        f"{OTHER_NUMBER} and {OTHER_BIRTH_DATE}",
        "Clearly different valid numbers and different birth dates: two people, also behind one agency id.",
        to_rank=LAST_RANK,
    ),
    Veto(
        "sex_and_birth_date",
        f"l.sex_std <> r.sex_std and {OTHER_BIRTH_DATE}",
        "Sex and birth date both differ.",
    ),
    Veto(
        "generation",
        f"l.suffix_std <> r.suffix_std and {OTHER_BIRTH_DATE}",
        "Jr and Sr: same name, another suffix, another birth date.",
        to_rank=LAST_RANK,
    ),
    Veto(
        "suffixes",
        f"l.suffix_std <> r.suffix_std and not coalesce({SAME_NUMBER}, false)",
        "Two suffixes and no common number: a name and a home do not tell a father from his son.",
        from_rank=EXACT_RANKS + 1,
        to_rank=LAST_RANK,
    ),
    Veto(
        "twins",
        f"l.last_key = r.last_key and l.born = r.born and {OTHER_FIRST_NAME} and not coalesce({SAME_NUMBER}, false)"
        f" and (coalesce({OTHER_NUMBER}, false) or not coalesce({SAME_AGENCY_ID}, false))",
        "Same last name and birth date, another first name. A common number, or an agency id with no two numbers"
        " against it, shows a nickname instead.",
    ),
    Veto(
        "next_numbers",
        "l.born = r.born and l.first_full <> r.first_full and abs(l.ssn_key::bigint - r.ssn_key::bigint) = 1",
        "Same birth date, two first names, two numbers that follow one another: twins are registered together. A slip"
        " of the keyboard gives the next number once in fifty times.",
        to_rank=LAST_RANK,
    ),
    Veto(
        "nothing_agrees",
        f"{OTHER_FIRST_NAME} and {OTHER_LAST_NAME} and {OTHER_BIRTH_DATE} and not coalesce({SAME_NUMBER}, false)",
        "First name, last name and birth date all differ: an id keyed wrongly.",
    ),
    Veto(
        "two_numbers",
        "(l.ssn_std <> r.ssn_std and damerau_levenshtein(l.ssn_std, r.ssn_std) > 1"
        " or l.itin_std <> r.itin_std and damerau_levenshtein(l.itin_std, r.itin_std) > 1)",
        "Two clearly different valid numbers are never joined by a name; an agency id may join them (a corrected"
        " number), and such a person is listed for review.",
        from_rank=NAME_RANK,
        to_rank=LAST_RANK,
    ),
    Veto(
        "two_names_under_one_number",
        f"{SAME_NUMBER} and not coalesce(l.born = r.born, false) and {OTHER_FIRST_NAME} and {OTHER_LAST_NAME}"
        f" and not coalesce({SWAPPED_NAMES} or list_has_any(l.given_names, r.given_names), false)",
        "Who borrows a number works under the own name. A record with an initial only (J) fits the lender (James) and"
        " the borrower (John) alike, and must not join the two.",
        from_rank=EXACT_RANKS + 1,
        to_rank=LAST_RANK,
    ),
    Veto(
        "a_number_lent_in_the_family",
        f"case when {SAME_NUMBER} then {NO_SLIP_OF_A_DATE} and {OTHER_FIRST_NAME}"
        f" and not coalesce({SWAPPED_NAMES} or {KNOWN_BY_ANOTHER_NAME}, false) end",
        "One number, two first names and two birth dates that are no slip of each other: brothers, or a parent and a"
        " child. An initial fits both and must not join them, whatever the last name.",
        to_rank=LAST_RANK,
    ),
    Veto(
        "a_number_over_a_generation",
        f"case when {SAME_NUMBER} and l.first_std = r.first_std then {A_GENERATION_APART} end",
        "A son of his father's name under his father's number; a reviewer decides whether the date is wrong.",
        to_rank=LAST_RANK,
    ),
    Veto(
        "a_sister_of_like_name",
        "l.sex_std <> r.sex_std and regexp_full_match("
        "case when starts_with(l.first_full, r.first_full) then substr(l.first_full, length(r.first_full) + 1)"
        " when starts_with(r.first_full, l.first_full) then substr(r.first_full, length(l.first_full) + 1) end,"
        f" '[AEIO]') and not coalesce({SAME_NUMBER} or {SAME_AGENCY_ID}, false)",
        "Daniel and Daniela: sex and the ending of the first name both differ, and that is no slip.",
        to_rank=LAST_RANK,
    ),
    Veto(
        "two_names_seen_again",
        "l.born = r.born and least(l.times_so_named, r.times_so_named) > 1 and l.first_full <> r.first_full"
        f" and not coalesce({NAME_SPELT_ANOTHER_WAY} or {SWAPPED_NAMES} or {KNOWN_BY_ANOTHER_NAME}, false)"
        f" and not coalesce({SAME_NUMBER} or {SAME_AGENCY_ID}, false)",
        "One birth date under two first names, each of them written twice: a slip seldom happens twice.",
        from_rank=EXACT_RANKS + 1,
        to_rank=LAST_RANK,
    ),
    Veto(
        "two_birth_dates_seen_again",
        "least(l.times_so_named, r.times_so_named) > 1 and l.first_std = r.first_std and l.first_full is not null"
        f" and {A_GENERATION_APART} and not coalesce({SAME_NUMBER} or {SAME_AGENCY_ID}, false)",
        "One name under two birth dates a generation apart, each of them written twice: a father and his son.",
        from_rank=EXACT_RANKS + 1,
        to_rank=LAST_RANK,
    ),
    Veto(
        "twins_by_the_second_name",
        "l.born = r.born and l.last_key = r.last_key and least(length(l.middle_std), length(r.middle_std)) > 1"
        f" and jaro_winkler_similarity(l.middle_std, r.middle_std) < {FIRST_NAME_DIFFERENT}"
        f" and l.first_std = r.first_std and not coalesce({SAME_NUMBER} or {SAME_AGENCY_ID}, false)",
        "Mary Ann and Mary Beth, Maria Jose and Maria Luisa: one first name, one birth date, two second names.",
        from_rank=NAME_RANK,
        to_rank=LAST_RANK,
    ),
)
"""In the order in which their reasons are given when several hold."""


def rank_of_rule() -> dict[int, Rule]:
    """Rank of an edge → its rule."""
    return dict(enumerate(RULES, 1))
