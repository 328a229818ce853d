"""Two sides of a review item compared in words: what agrees, nearly agrees, differs or is missing, field by field.

Belongs here: what a reviewer is told of a comparison. Does not: what links (`rules`). No value ever comes back.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

NEARLY = 0.9
"""Jaro-Winkler from which two names nearly agree."""

AGREES, NEARLY_AGREES, DIFFERS, MISSING, MIXED = "agrees", "nearly agrees", "differs", "missing", "both"


@dataclass(frozen=True)
class Comparison:
    """One field: `outcome` of the two identities asked about (agrees, nearly agrees, differs; missing where either has
    none that is evidence), `of_all` over all records of the two sides (both: some agree and some differ)."""

    field: str
    outcome: str
    of_all: str


def _outcome(equal: str, nearly: str, *columns: str) -> str:
    missing = " or ".join(f"{side}.{column} is null" for column in columns for side in ("l", "r"))
    close = f" when {nearly} then 'nearly agrees'" if nearly else ""
    return f"case when {missing} then 'missing' when {equal} then 'agrees'{close} else 'differs' end"


def _same(column: str, nearly: str = "") -> str:
    return _outcome(f"l.{column} = r.{column}", nearly, column)


def _alike(column: str) -> str:
    return f"jaro_winkler_similarity(l.{column}, r.{column}) >= {NEARLY}"


COMPARED = {
    "Social Security number": _same("ssn_std", "damerau_levenshtein(l.ssn_std, r.ssn_std) = 1"),
    "first name": _same(
        "first_std",
        f"{_alike('first_std')}"
        " or (l.first_full is null or r.first_full is null) and l.first_initial = r.first_initial",
    ),
    "middle initial": _same("middle_initial"),
    "last name": _same("last_key", f"{_alike('last_key')} or list_has_any(l.last_tokens, r.last_tokens)"),
    "suffix": _same("suffix_std"),
    "birth date": _same(
        "born",
        "damerau_levenshtein(l.born::varchar, r.born::varchar) = 1 or "
        "year(l.born) = year(r.born) and month(l.born) = day(r.born) and day(l.born) = month(r.born)",
    ),
    "sex": _same("sex_std"),
    "ZIP code": _same("zip5"),
    "street": _same("street_sent"),
    "agency's id (same agency)": (
        "case when l.id_system is distinct from r.id_system then 'missing' else " + _same("agency_person_id") + " end"
    ),
    "student id": _same("student_id"),
}
"""What is compared, in the order shown. A value that is no evidence, such as a stand-in number, counts as missing."""


def compare(con: duckdb.DuckDBPyConnection) -> list[Comparison]:
    """Compares the sides of the temporary table `shown` (identity_key, side, is_asked), in the order of COMPARED."""
    outcomes = ", ".join(f'{sql} as "{field}"' for field, sql in COMPARED.items())
    rows = con.execute(
        f"""
        with sided as (
            select
                s.*, w.side, w.is_asked, upper(trim(i.street)) as street_sent,
                case when s.id_system = 'SASID' then s.agency_person_id else s.sasid end as student_id,
            from (select * from linkage.identity_std where identity_key in (select identity_key from shown)) as s
            inner join (
                select identity_key, street from identity where identity_key in (select identity_key from shown)
            ) as i using (identity_key)
            inner join shown as w using (identity_key)
        )
        select distinct l.is_asked and r.is_asked, {outcomes}
        from sided as l cross join sided as r
        where l.side = 'left' and r.side = 'right'
        """
    ).fetchall()
    found = []
    for place, field in enumerate(COMPARED, 1):
        [asked] = {row[place] for row in rows if row[0]}
        found.append(Comparison(field, asked, _together({row[place] for row in rows})))
    return found


def _together(outcomes: set[str]) -> str:
    known = outcomes - {MISSING}
    if DIFFERS in known:
        return MIXED if len(known) > 1 else DIFFERS
    return next((outcome for outcome in (AGREES, NEARLY_AGREES) if outcome in known), MISSING)
