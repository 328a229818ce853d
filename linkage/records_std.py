"""Person records as the standardiser takes them: text of any agency's hand to the types of the vault.

Belongs here: dates and numbers written in the usual ways, how many of them can be used. Does not: files (`records`),
evidence (`standardise`).
"""

from __future__ import annotations

import duckdb

from linkage.standardise import plain_sql, view_sql

IDENTIFYING = (
    "ssn",
    "first_name",
    "middle_name",
    "last_name",
    "suffix",
    "date_of_birth",
    "sex",
    "street",
    "city",
    "state",
    "zip",
    "phone",
    "email",
)
OPTIONAL = ("id_system", "agency_person_id", "sasid")
"""Handed on only when a file has them: an agency's own person id and the system it is of, the state's student id."""
COMPARED = ["ssn", "first_name", "middle_name", "last_name", "date_of_birth", "sex", "street", "zip", "phone", "email"]
DATE_STYLES = ("%Y-%m-%d", "%Y%m%d", "%m/%d/%Y", "%m-%d-%Y", "%Y/%m/%d", "%d-%b-%Y", "%d.%m.%Y")
A_DATE = "^([0-9]{8}|[0-9]{1,4}[/.-]([0-9]{1,2}|[A-Za-z]{3})[/.-][0-9]{1,4})([^0-9]|$)"
"""A date at the start of a text, whatever follows it, such as a time of day."""
USABLE = {
    "ssn": "coalesce(ssn_std, itin_std)",
    "date_of_birth": "born",
    "sex": "sex_std",
    "street": "street_key",
    "city": "city_std",
    "zip": "zip5",
    "phone": "phone_std",
    "email": "email_std",
}
"""Columns whose values may be unreadable or stand-ins, and what the standardiser makes of one that is neither."""


def _columns(con: duckdb.DuckDBPyConnection, relation: str) -> set[str]:
    return {name for name, *_ in con.execute(f"describe {relation}").fetchall()}


def record_input(con: duckdb.DuckDBPyConnection, relation: str) -> str:
    """`select` of the records with the columns of the vault's identities; what the relation has not is null."""
    there = _columns(con, relation)
    field = {
        name: f"nullif(trim({name}::varchar), '')" if name in there else "null::varchar"
        for name in (*IDENTIFYING, *OPTIONAL)
    }
    for name in ("ssn", "date_of_birth", "zip", "phone"):
        field[name] = plain_sql(field[name]) if name in there else field[name]
    digits = f"regexp_replace({field['ssn']}, '[^0-9]', '', 'g')"
    styles = ", ".join(f"'{style}'" for style in DATE_STYLES)
    return f"""
    select
        null::uuid as identity_key, source_system as source, source_record_id as first_sha256,
        0::bigint as first_row_no,
        {field["id_system"]} as id_system, {field["agency_person_id"]} as agency_person_id, {field["sasid"]} as sasid,
        case when length({digits}) = 9 then {digits} end as ssn,
        {field["first_name"]} as first_name, {field["middle_name"]} as middle_name, {field["last_name"]} as last_name,
        {field["suffix"]} as suffix,
        try_strptime(regexp_extract({field["date_of_birth"]}, '{A_DATE}', 1), [{styles}])::date as birth_date,
        {field["sex"]} as sex, {field["street"]} as street, {field["city"]} as city,
        case when length({field["zip"]}) = 4 then '0' || {field["zip"]} else {field["zip"]} end as zip,
        {field["phone"]} as phone, {field["email"]} as email,
    from {relation}
    """


def unused_columns(con: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    """A sentence for every field that is compared and that no record gives."""
    there = _columns(con, relation)
    empty = [name for name in COMPARED if name not in there]
    present = [name for name in COMPARED if name in there]
    if present:
        given = ", ".join(f"count(nullif(trim({name}::varchar), ''))" for name in present)
        [counts] = con.execute(f"select {given} from {relation}").fetchall()
        empty += [name for name, count in zip(present, counts, strict=True) if not count]
    return [f"No record gives {name}: it could not be compared." for name in COMPARED if name in empty]


def usable_counts(con: duckdb.DuckDBPyConnection, relation: str) -> tuple[dict[str, int], int]:
    """By column of USABLE, how many records give a value that can be used; and how many have no number nor birth date.

    Names are left out of what is standardised: of them nearly everything can be used.
    """
    idle = ("first_name", "middle_name", "last_name", "suffix")
    nothing = ", ".join(f"null::varchar as {name}" for name in idle)
    counted = ", ".join(f"count({standard})" for standard in USABLE.values())
    [(*counts, without)] = con.execute(
        f"select {counted}, count(*) filter (where {USABLE['ssn']} is null and born is null) "
        f"from ({view_sql(f'select * replace ({nothing}) from ({record_input(con, relation)})')})"
    ).fetchall()
    return dict(zip(USABLE, counts, strict=True)), without
