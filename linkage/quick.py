"""The conditions of the comparisons, cheaper: a costly function is asked only where its answer can be yes.

Belongs here: columns that follow from one record (which letters a name has, a number as an integer) and what they rule
out of two. Does not: what is compared (`comparisons`); a condition keeps its meaning, nulls included.

Most compared pairs share a key by chance and differ in everything else, and similarities of texts are nearly all a
comparison costs. A letter of one name that the other has not cannot be matched, so letters bound Jaro-Winkler above;
one slip changes at most one letter on each side; two numbers of one length are a slip apart only if all digits that
differ lie side by side.
"""

from __future__ import annotations

import re

import duckdb

NAMES = ("first_std", "last_key", "street_key")
LISTS = ("given_names", "last_tokens")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
"""Others are not looked for: what is not known to be missing may match. Lengths are in bytes, as in the similarity."""
COLUMNS = (
    *(f"{name}_letters" for name in NAMES),
    *(f"{name}_bits" for name in LISTS),
    *("ssn_key_digits", "born_text", "born_text_digits", "born_year", "born_month", "born_day"),
)
"""What `write_std` adds."""
LONGEST_PREFIX, PREFIX_WEIGHT = 4, 0.1
"""Of Jaro-Winkler."""
A_LITTLE = 1e-6


def write_std(con: duckdb.DuckDBPyConnection, given: str) -> None:
    """Writes the table `std`: the identities of `given` (columns as `comparisons.COLUMNS`) with COLUMNS.

    `n` as an integer: every pair has two."""
    letters = " | ".join(f"(contains({{0}}, '{letter}')::bigint << {place})" for place, letter in enumerate(LETTERS))
    bits = "list_aggregate(list_transform({0}, lambda word: 1::bigint << (hash(word) % 62)::integer), 'bit_or')"
    kinds = [*((name, "letters", letters) for name in NAMES), *((name, "bits", bits) for name in LISTS)]
    for name, kind, sql in kinds:
        con.execute(
            f"create or replace temp table {name}_{kind} as select {name}, {sql.format(name)} as {name}_{kind} "
            f"from (select distinct {name} from {given} where {name} is not null)"
        )
    joins = " ".join(f"left join {name}_{kind} using ({name})" for name, kind, _ in kinds)
    con.execute(
        f"""
        create table std as
        select
            s.* replace (n::integer as n), {", ".join(f"{name}_{kind}" for name, kind, _ in kinds)},
            {_digits("ssn_key", 9)} as ssn_key_digits,
            strftime(born, '%Y%m%d') as born_text,
            {_digits("born_text", 8)} as born_text_digits,
            year(born) as born_year, month(born) as born_month, day(born) as born_day,
        from {given} as s {joins}
        """
    )
    for name, kind, _ in kinds:
        con.execute(f"drop table {name}_{kind}")


def _digits(column: str, length: int) -> str:
    """Four bits a digit; null for what is not of that length."""
    return f"case when length({column}) = {length} then try_cast('0x' || {column} as bigint) end"


def quick(sql: str) -> str:
    """The same condition over `l` and `r`, that asks for less."""
    sql = re.sub(r"strftime\(([lr])\.born, '%Y%m%d'\)", r"\1.born_text", sql)
    sql = re.sub(r"\b(year|month|day)\(([lr])\.born\)", r"\2.born_\1", sql)
    sql = re.sub(r"jaro_winkler_similarity\(([lr]\.(\w+)), ([lr]\.(\w+))\) >= ([0-9.]+)", _alike, sql)
    sql = re.sub(r"damerau_levenshtein\(([lr]\.(\w+)), ([lr]\.(\w+))\) <= 1", _one_slip, sql)
    return re.sub(
        rf"list_has_any\(([lr]\.({'|'.join(LISTS)})), ([lr]\.\2)\)", r"(\1_bits & \3_bits <> 0 and \g<0>)", sql
    )


def _alike(asked: re.Match[str]) -> str:
    """Jaro is (m/a + m/b + s)/3 with s at most 1; each distinct letter the other has not is one less to match."""
    left, right, least = asked[1], asked[3], float(asked[5])
    if not {asked[2], asked[4]} <= set(NAMES):
        return asked[0]
    bonus = LONGEST_PREFIX * PREFIX_WEIGHT
    matched = 3 * (least - bonus) / (1 - bonus) - 1 - A_LITTLE
    most = (
        f"least(strlen({left}) - bit_count({left}_letters & ~{right}_letters),"
        f" strlen({right}) - bit_count({right}_letters & ~{left}_letters))"
    )
    return (
        f"({most} * (strlen({left}) + strlen({right})) >= {matched!r}::double * strlen({left}) * strlen({right})"
        f" and {asked[0]})"
    )


def _one_slip(asked: re.Match[str]) -> str:
    left, right = asked[1], asked[3]
    if asked[2] != asked[4]:
        return asked[0]
    if asked[2] in NAMES:
        return (
            f"(bit_count(xor({left}_letters, {right}_letters)) <= 2"
            f" and abs(strlen({left}) - strlen({right})) <= 1 and {asked[0]})"
        )
    if f"{asked[2]}_digits" in COLUMNS:
        differing = f"xor({left}_digits, {right}_digits)"
        return f"(coalesce({differing} <= ({differing} & -{differing}) * 256, true) and {asked[0]})"
    return asked[0]
