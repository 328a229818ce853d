"""One comparable form of every identity, in SQL: the view `linkage.identity_std` of the vault.

Belongs here: how a name, number, date or postcode is cleaned and when it may be used as evidence. Does not: which two
identities belong together (`rules`). Stand-ins (numbers, dates, names, places typed to get past a required field),
suffixes, surname particles and letters written otherwise are data, in `linkage/data/`.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import duckdb

from linkage.places import towns_sql

DATA = Path(__file__).resolve().parent / "data"

SHARED_SSN_BIRTH_DATES = 3
"""A number used with this many distinct birth dates is nobody's number (rules e5)."""
SHARED_CONTACT_SURNAMES = 4
"""A phone or e-mail under this many surnames is a shelter's, an office's or made up; a household has fewer."""

ITIN = "9[0-9]{2}(5[0-9]|6[0-5]|7[0-9]|8[0-8]|9[0-24-9])[0-9]{4}"
"""Taxpayer number of who can have no SSN: first digit 9, fourth and fifth 50-65, 70-88, 90-92 or 94-99 (IRS)."""

_INVISIBLE = r"[\x{00AD}\x{034F}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{FEFF}]"
_INSIDE_A_NAME = r"['’‘ʼʻ`´.]"


@cache
def rows_of(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one data file of `linkage/data/`, in file order; read once."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _list(name: str, column: str) -> str:
    return ", ".join(_text(row[column]) for row in rows_of(name))


def plain_sql(column: str) -> str:
    """Upper case, no accents; letters and digits of `letter.csv` as they are compared: ß as SS, a full-width 1 as 1."""
    rows = rows_of("letter")
    single = [(row["written"], row["letter"]) for row in rows if len(row["letter"]) == 1]
    written, letters = ("".join(side) for side in zip(*single, strict=True))
    other = f"translate(upper(strip_accents({column})), {_text(written)}, {_text(letters)})"
    for row in rows:
        if len(row["letter"]) > 1:
            other = f"replace({other}, {_text(row['written'])}, {_text(row['letter'])})"
    # Of text without any other letter, as nearly all is, bytes and characters are as many.
    return f"case when strlen({column}) = length({column}) then upper({column}) else {other} end"


def _clean(column: str) -> str:
    """Upper case, no accents, no invisible characters; apostrophes and full stops vanish, other marks part words."""
    plain = plain_sql(column)
    joined = f"regexp_replace({plain}, {_text(_INVISIBLE)}, '', 'g')"
    joined = f"regexp_replace({joined}, {_text(_INSIDE_A_NAME)}, '', 'g')"
    parted = rf"trim(regexp_replace({joined}, '[^\p{{L}}\p{{N}}]+', ' ', 'g'))"
    # Nearly every name is plain A–Z already; the patterns above cost ten times as much as this test.
    quick = f"case when regexp_full_match({column}, '[A-Z]+') then {column} else {parted} end"
    return f"nullif({quick}, '')"


def _without_suffix(column: str) -> str:
    """The words of a name without a trailing suffix; a name that is only a suffix stays a name."""
    ends = f"{column}_end_suffix is not null"
    return f"case when {ends} then regexp_replace({column}, ' [^ ]+$', '') else {column} end"


VAULT_INPUT = """
    select
        identity_key, source, first_sha256, first_row_no, id_system, agency_person_id, sasid, ssn, first_name,
        middle_name, last_name, suffix, birth_date, sex, street, town_code as city, zip, null::varchar as phone,
        null::varchar as email,
    from identity
"""
"""The identities of the vault as `view_sql` takes them."""


@cache
def view_sql(input_sql: str = VAULT_INPUT) -> str:
    """`select` of `linkage.identity_std`. Grain: one row per row of `input_sql` (columns as VAULT_INPUT), none dropped.

    Columns: identity_key, source, first_sha256, first_row_no (who came first), id_system, agency_person_id, sasid,
    `first_std` (first word of the first name), `first_full` (null when that is only an initial), `first_initial`,
    `middle_std`, `middle_initial`, `last_std`, `last_key` (without spaces), `last_tokens` (its words without
    particles), `suffix_std`, `ssn_valid`, `ssn_std` (null unless valid), `itin_std` (a taxpayer number, likewise; no
    SSN), `birth_date_valid`, `born` (null unless valid), `sex_std` (M, F), `zip5`, `city_std` (town code; the words of
    a place outside Connecticut), `street_key` (without spaces), `house_number`, `street_name` (the rest of the street),
    `phone_std` (ten digits), `email_std`. Never raises on content: what cannot be read is null and is no evidence.
    """
    suffixes = ", ".join(f"{_text(row['written'])}: {_text(row['suffix'])}" for row in rows_of("suffix"))
    particles = _list("surname_particle", "particle")
    names = _list("placeholder_name", "name")
    places = _list("placeholder_place", "words")
    no_birthday = " or ".join(
        f"birth_date between date '{row['from_date']}' and date '{row['to_date']}'"
        for row in rows_of("placeholder_birth_date")
    )
    return rf"""
with cleaned as (
    select
        identity_key, source, first_sha256, first_row_no,
        nullif(upper(trim(id_system)), '') as id_system,
        nullif(upper(trim(agency_person_id)), '') as agency_person_id,
        nullif(upper(trim(sasid)), '') as sasid,
        trim(ssn) as ssn, birth_date, upper(trim(sex)) as sex, trim(zip) as zip,
        {_clean("street")} as street_words,
        {_clean("city")} as city_words,
        right(regexp_replace(phone, '[^0-9]', '', 'g'), 10) as phone_digits,
        lower(trim(email)) as email,
        {_clean("first_name")} as first_words,
        {_clean("middle_name")} as middle_words,
        {_clean("last_name")} as last_words,
        replace({_clean("suffix")}, ' ', '') as suffix_words,
    from ({input_sql})
),
suffixed as (
    select
        * replace (
            case when street_words not in ({places}) then street_words end as street_words,
            case when city_words not in ({places}) then city_words end as city_words
        ),
        case when contains(first_words, ' ')
            then map {{{suffixes}}}[regexp_extract(first_words, '[^ ]+$')] end as first_words_end_suffix,
        case when contains(last_words, ' ')
            then map {{{suffixes}}}[regexp_extract(last_words, '[^ ]+$')] end as last_words_end_suffix,
        map {{{suffixes}}}[suffix_words] as suffix_given,
        map {{{suffixes}}}[middle_words] as suffix_in_middle,
    from cleaned
),
named as (
    select
        *,
        {_without_suffix("first_words")} as first_all,
        {_without_suffix("last_words")} as last_all,
        coalesce(suffix_given, last_words_end_suffix, suffix_in_middle, first_words_end_suffix) as suffix_std,
        case when suffix_in_middle is null then middle_words end as middle_all,
    from suffixed
),
worded as (
    select
        *,
        case when first_all not in ({names}) then split_part(first_all, ' ', 1) end as first_std,
        case when last_all not in ({names}) then last_all end as last_std,
        coalesce(
            case when middle_all not in ({names}) then middle_all end, nullif(split_part(first_all, ' ', 2), '')
        ) as middle_std,
    from named
),
judged as (
    select
        *,
        coalesce(
            regexp_full_match(ssn, '[0-9]{{9}}')
            and left(ssn, 3) not in ('000', '666') and left(ssn, 1) <> '9'
            and substr(ssn, 4, 2) <> '00' and right(ssn, 4) <> '0000'
            and ssn <> repeat(left(ssn, 1), 9)
            and ssn not in ({_list("placeholder_ssn", "ssn")}),
            false
        ) as ssn_valid,
        coalesce(
            regexp_full_match(ssn, '{ITIN}') and ssn <> repeat('9', 9)
            and ssn not in ({_list("placeholder_ssn", "ssn")}),
            false
        ) as itin_valid,
        coalesce(not ({no_birthday}), false) as birth_date_valid,
    from worded
)
select
    identity_key, source, first_sha256, first_row_no,
    id_system, agency_person_id, sasid,
    first_std,
    case when length(first_std) > 1 then first_std end as first_full,
    left(first_std, 1) as first_initial,
    middle_std,
    left(middle_std, 1) as middle_initial,
    last_std,
    replace(last_std, ' ', '') as last_key,
    case
        when contains(last_std, ' ') then list_filter(
            string_split(last_std, ' '), lambda word: length(word) > 1 and word not in ({particles})
        )
        when last_std is not null then [last_std]
    end as last_tokens,
    suffix_std,
    ssn_valid,
    case when ssn_valid then ssn end as ssn_std,
    case when itin_valid then ssn end as itin_std,
    birth_date_valid,
    case when birth_date_valid then birth_date end as born,
    case when sex in ('1', 'M', 'MALE') then 'M' when sex in ('2', 'F', 'FEMALE') then 'F' end as sex_std,
    case
        when regexp_full_match(zip, '[0-9]{{5}}(-?[0-9]{{4}})?') and left(zip, 5) between '00501' and '99950'
            then left(zip, 5)
    end as zip5,
    coalesce(place.town_code, city_words) as city_std,
    replace(street_words, ' ', '') as street_key,
    nullif(regexp_extract(street_words, '^[0-9]+'), '') as house_number,
    nullif(replace(regexp_replace(street_words, '^[0-9]+( |$)', ''), ' ', ''), '') as street_name,
    case
        when length(phone_digits) = 10 and phone_digits <> repeat(left(phone_digits, 1), 10)
            and phone_digits not in ({_list("placeholder_phone", "phone")}) then phone_digits
    end as phone_std,
    case
        when regexp_full_match(email, '[^@ ]+@[^@ ]+') and email not in ({_list("placeholder_email", "email")})
            then email
    end as email_std,
from judged
left join ({towns_sql(_clean)}) as place on place.place_name = judged.city_words
"""


@cache
def comparable_sql(relation: str) -> str:
    """`select` of a relation with the columns of `view_sql` and what else a row says by itself.

    Adds `given_names`, the full names the first name may stand for, itself included, and `place_key`, street and place.
    """
    pairs = {(row["name"], row["stands_for"]) for row in rows_of("nickname")}
    names = ", ".join(f"({_text(name)}, {_text(full)})" for name, full in sorted(pairs | {(f, f) for _, f in pairs}))
    return f"""
    select
        i.*,
        coalesce(g.given_names, [i.first_std]) as given_names,
        i.street_key || '|' || coalesce(i.zip5, i.city_std, '') as place_key,
    from {relation} as i
    left join (
        select name, list(stands_for order by stands_for) as given_names
        from (values {names}) as nickname (name, stands_for) group by name
    ) as g on g.name = i.first_std
    """


def shared_ssn_sql(relation: str) -> str:
    """`select` of the numbers (`number`, SSN or ITIN) that are nobody's, because too many birth dates share them."""
    return (
        f"select coalesce(ssn_std, itin_std) as number from {relation} where number is not null "
        f"group by number having count(distinct born) >= {SHARED_SSN_BIRTH_DATES}"
    )


def shared_contact_sql(relation: str, column: str) -> str:
    """`select` of the phones or e-mails (`phone_std`, `email_std`) that are nobody's: too many surnames share them."""
    return (
        f"select {column} from {relation} where {column} is not null "
        f"group by {column} having count(distinct last_key) >= {SHARED_CONTACT_SURNAMES}"
    )


def std_sql(relation: str) -> str:
    """`select` of `std` from a relation with the columns of `comparable_sql` and `ssn_is_shared`.

    Adds `n`, the rank of the identity by its first record (source, first_sha256, first_row_no), which is the only order
    linkage knows: identity_key depends on a secret and would order differently on another machine. And `ssn_key` and
    `itin_key`, the number as evidence: null when it is shared by too many birth dates.
    """
    return f"""
    select
        row_number() over (order by source, first_sha256, first_row_no, identity_key) - 1 as n,
        *,
        case when not ssn_is_shared then ssn_std end as ssn_key,
        case when not ssn_is_shared then itin_std end as itin_key,
    from {relation}
    """


def write_std(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    """Writes the temporary table `std` (see `std_sql`) from a relation with the columns of `view_sql`; returns its
    rows."""
    con.execute(
        f"""
        create or replace temp table std as
        with comparable as materialized ({comparable_sql(relation)}),
        shared as ({shared_ssn_sql("comparable")}),
        judged as (
            select
                c.* replace (
                    case when p.phone_std is null then c.phone_std end as phone_std,
                    case when e.email_std is null then c.email_std end as email_std
                ),
                s.number is not null as ssn_is_shared,
            from comparable as c
            left join shared as s on s.number = coalesce(c.ssn_std, c.itin_std)
            left join ({shared_contact_sql("comparable", "phone_std")}) as p on p.phone_std = c.phone_std
            left join ({shared_contact_sql("comparable", "email_std")}) as e on e.email_std = c.email_std
        )
        {std_sql("judged")}
        """
    )
    return con.execute("select count(*) from std").fetchall()[0][0]
