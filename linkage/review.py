"""What a person has to look at: `linkage.review` and `linkage.review_member` of the vault, written anew by every run.

Belongs here: which situations are listed, in which order, and which of them are decided. Does not: taking decisions
(`decisions`), showing an item to the person who decides (`clerical`).

An item is a question somebody can answer once: about two persons it is asked for one pair of their identities, about a
number or an oversized cluster once for all its records.
"""

from __future__ import annotations

import duckdb

from linkage.cluster import DECIDED_IN_PART, OVERSIZED_COMPONENT
from linkage.review_groups import write_groups

REASONS = {
    "decision_not_kept": "The last run could not keep a reviewer's decision about these two; report it.",
    "decision_kept_in_part": "These two are one person by a decision, but other records of theirs are kept apart by"
    " another decision, so that the person is not whole.",
    "uncertain_pair": "What is known of the two speaks for one person, but not clearly enough to link them.",
    "number_on_another_person": "The number also belongs to another person, and neither birth date nor name agrees.",
    "one_id_two_people": "The agency uses one id for what look like two people; they stay apart.",
    "several_numbers": "One person with clearly different valid numbers, joined by an agency's id.",
    "name_fits_two_numbers": "A record without a number fits two people of the same name and birth date.",
    "wage_name_does_not_fit": "A wage record carries this person's number under a name that does not fit; its wages"
    " count for nobody else and stay out of the person's totals (rules e4, s7).",
    "shared_number": "The number is used with three or more birth dates; it is nobody's key (rules e5).",
    "oversized_component": "A chain of links through too many records; none of them is accepted.",
    "oversized_block": "Too many records share one key to be compared; they are linked by their other keys only.",
    "weak_tier": "Only a name speaks for one person; never linked without a decision.",
}
"""In the order in which they are listed: what moves most when it is decided comes first."""

UNCERTAIN, OUTWEIGHED, NAME_ALONE = "uncertain", "outweighed", "name_alone"
"""`refused_reason` of an edge below the link threshold, of one against which more pairs of the two persons speak, and
of one that rests on a name alone."""

MAX_NAME_ALONE = 1_000
"""More pairs of a name alone than this are not listed: they would bury the rest and are seldom one person."""

_TABLES_SQL = """
create or replace table linkage.review (
    item_id varchar not null, reason varchar not null, identity_key uuid not null, other_identity_key uuid,
    weight double, member_count bigint not null, priority bigint not null, is_decided boolean not null
);
create or replace table linkage.review_member (item_id varchar not null, identity_key uuid not null, side varchar);
"""
"""Grain: review one row per item, `priority` from 1, most consequential first. review_member one row per item and
identity, for items about more than a pair: `side` (left, right) where the item asks about two sets, else null.

`item_id` stays from run to run while its reason and identities do. `weight` is log2 odds that the two are one person,
null where no model has weighed them. `is_decided`: a standing decision answers it."""

_PLACED_SQL = """
create or replace temp table review_placed as
select s.n, s.ssn_key, s.ssn_std, s.ssn_is_shared, s.born, s.id_system, p.created_seq as person
from std as s
inner join linkage.identity_person as i using (identity_key)
inner join linkage.person as p using (person_key)
"""

_PAIRS_SQL = """
create or replace temp table review_pair as
with holder as (
    -- Whose number it is: the person with records that carry a birth date, then the person known longest.
    select
        ssn_key, person, min(n) as first_n,
        row_number() over (partition by ssn_key order by count(born) = 0, person) as place,
    from review_placed where ssn_key is not null
    group by ssn_key, person
    qualify count(*) over (partition by ssn_key) > 1
),
number_of_person as (
    select person, ssn_key, min(n) as n
    from review_placed where ssn_key is not null
    group by person, ssn_key
    qualify count(*) over (partition by person) > 1
),
apart as (
    -- What is asked about two persons.
    select
        case
            when p.born is null and p.id_system is null then 'wage_name_does_not_fit'
            else 'number_on_another_person'
        end as reason,
        p.n as a, o.first_n as b, null::double as weight,
    from review_placed as p
    inner join holder as h on h.ssn_key = p.ssn_key and h.person = p.person and h.place > 1
    inner join holder as o on o.ssn_key = p.ssn_key and o.place = 1
    union all
    select
        case
            when refused_reason in ('{UNCERTAIN}', '{OUTWEIGHED}') then 'uncertain_pair'
            when refused_reason = '{NAME_ALONE}' then 'weak_tier'
            when refused_reason = 'name_fits_two_numbers' then refused_reason
            else 'one_id_two_people'
        end,
        a, b, {weight},
    from edge_decided
    where refused_reason in ('{UNCERTAIN}', '{OUTWEIGHED}', '{NAME_ALONE}', 'name_fits_two_numbers')
        or (match_rule = 'D2' and refused_reason <> '{OVERSIZED_COMPONENT}')
    union all
    select 'decision_not_kept', a, b, null from decided_must
),
once as (
    -- One question per two persons, asked for the pair with most in common.
    select f.*
    from apart as f
    inner join review_placed as l on l.n = f.a
    inner join review_placed as r on r.n = f.b
    where l.person <> r.person
    qualify row_number() over (
        partition by f.reason, least(l.person, r.person), greatest(l.person, r.person)
        order by f.weight desc nulls last, f.a, f.b
    ) = 1
)
select * from once
where reason <> 'weak_tier' or (select count(*) from once where reason = 'weak_tier') <= {MAX_NAME_ALONE}
union all
select 'several_numbers', l.n, r.n, null
from number_of_person as l
inner join number_of_person as r on l.person = r.person and l.n < r.n
where damerau_levenshtein(l.ssn_key, r.ssn_key) > 1
union all
select 'decision_kept_in_part', a, b, null from edge_decided
where evidence = '{DECIDED_IN_PART}' and refused_reason is null
union all
select 'decision_not_kept', c.a, c.b, null
from decided_cannot as c
inner join review_placed as l on l.n = c.a
inner join review_placed as r on r.n = c.b
where l.person = r.person
"""

_STORE_SQL = """
create or replace temp table review_item as
with asked as (
    -- The key of a pair does not say which came first: an earlier record found later leaves the item what it is.
    select
        p.reason, p.a, p.b, p.weight, 2 as member_count, null::bigint as group_no,
        concat_ws('|', p.reason, least(l.identity_key, r.identity_key), greatest(l.identity_key, r.identity_key))
            as item_key,
    from review_pair as p inner join std as l on l.n = p.a inner join std as r on r.n = p.b
    union all
    -- The key of a group is its first record, never what it shares: a hash of a number is undone by trying them all.
    select
        g.reason, g.first_n, null, null, g.member_count, g.group_no,
        concat_ws('|', g.reason, s.identity_key,
            row_number() over (partition by g.reason, g.first_n order by g.group_no)),
    from (
        select reason, group_no, min(n) as first_n, count(*) as member_count
        from review_group group by reason, group_no
    ) as g
    inner join std as s on s.n = g.first_n
),
hashed as (select *, md5(item_key) as item_hash from asked)
select
    h.*,
    left(item_hash, case when count(*) over (partition by left(item_hash, 8)) > 1 then 12 else 8 end) as item_id,
    row_number() over (order by o.place, h.weight desc nulls last, h.a, h.b, h.group_no) as priority,
from hashed as h inner join review_reason as o using (reason);

insert into linkage.review
select i.item_id, i.reason, l.identity_key, r.identity_key, i.weight, i.member_count, i.priority, false
from review_item as i
inner join std as l on l.n = i.a
left join std as r on r.n = i.b
order by i.priority;

insert into linkage.review_member
select i.item_id, s.identity_key, m.side
from review_item as i
inner join (
    select i.item_id, g.n, null as side
    from review_item as i inner join review_group as g on g.reason = i.reason and g.group_no = i.group_no
    union all
    select i.item_id, p.n, ends.side
    from (select item_id, unnest([a, b]) as n, unnest(['left', 'right']) as side
        from review_item where reason = 'several_numbers') as ends
    inner join review_item as i using (item_id)
    inner join review_placed as e on e.n = ends.n
    inner join review_placed as p on p.person = e.person and p.ssn_key = e.ssn_key
) as m using (item_id)
inner join std as s using (n)
order by i.priority, m.side, m.n;
"""

_MARK_SQL = """
update linkage.review set is_decided = item_id in (
    with standing as (
        select d.identity_key, d.other_identity_key, l.person_key, r.person_key as other_person_key
        from linkage.decision as d
        left join linkage.identity_person as l on l.identity_key = d.identity_key
        left join linkage.identity_person as r on r.identity_key = d.other_identity_key
        where d.withdrawn_by is null
    ),
    decided as (
        select identity_key, other_identity_key, person_key, other_person_key from standing
        union all
        select other_identity_key, identity_key, other_person_key, person_key from standing
    ),
    asked as (
        select v.item_id, v.identity_key, v.other_identity_key, l.person_key, r.person_key as other_person_key
        from linkage.review as v
        inner join linkage.identity_person as l on l.identity_key = v.identity_key
        inner join linkage.identity_person as r on r.identity_key = v.other_identity_key
        where v.reason not in ('decision_not_kept', 'decision_kept_in_part')
    )
    -- The pair itself, any pair of the same two persons, or any pair across the two sides of an item.
    select item_id from asked inner join decided using (identity_key, other_identity_key)
    union all
    select item_id from asked inner join decided using (person_key, other_person_key)
    where person_key <> other_person_key
    union all
    select l.item_id
    from linkage.review_member as l
    inner join decided as d on d.identity_key = l.identity_key
    inner join linkage.review_member as r on r.identity_key = d.other_identity_key and r.item_id = l.item_id
    where l.side = 'left' and r.side = 'right'
)
"""


def write_review(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rewrites `linkage.review` and `linkage.review_member`; returns the number of open items by reason.

    Reads `std`, `edge_decided`, `oversized_block`, `decided_must`, `decided_cannot` and the registry of this run.
    """
    con.execute(_PLACED_SQL)
    weighed = con.execute(
        "select count(*) from duckdb_columns() where table_name = 'edge_decided' and column_name = 'weight'"
    ).fetchall()[0][0]
    con.execute(
        _PAIRS_SQL.format(
            UNCERTAIN=UNCERTAIN,
            OUTWEIGHED=OUTWEIGHED,
            NAME_ALONE=NAME_ALONE,
            MAX_NAME_ALONE=MAX_NAME_ALONE,
            OVERSIZED_COMPONENT=OVERSIZED_COMPONENT,
            DECIDED_IN_PART=DECIDED_IN_PART,
            weight="weight" if weighed else "null",
        )
    )
    write_groups(con)
    places = ", ".join(f"('{reason}', {place})" for place, reason in enumerate(REASONS))
    con.execute(f"create or replace temp view review_reason as from (values {places}) as listed (reason, place)")
    for statement in (_TABLES_SQL + _STORE_SQL).split(";\n"):
        if statement.strip():
            con.execute(statement)
    mark_decided(con)
    return open_items(con)


def open_items(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The number of open items of the list by reason."""
    return dict(
        con.execute(
            "select reason, count(*) from linkage.review where not is_decided group by reason order by reason"
        ).fetchall()
    )


def mark_decided(con: duckdb.DuckDBPyConnection) -> None:
    """Sets `is_decided` of every item from the standing decisions; nothing where no run has written the list yet."""
    if con.execute(
        "select count(*) from duckdb_columns() "
        "where schema_name = 'linkage' and table_name = 'review' and column_name = 'is_decided'"
    ).fetchall()[0][0]:
        con.execute(_MARK_SQL)


def pair_of_item(con: duckdb.DuckDBPyConnection, item_id: str) -> tuple[str, str] | None:
    """The two identity keys an item asks about; None when no item of that id asks about two identities."""
    listed = con.execute(
        "select count(*) from duckdb_columns() "
        "where schema_name = 'linkage' and table_name = 'review' and column_name = 'item_id'"
    ).fetchall()[0][0]
    found = (
        listed
        and con.execute(
            "select identity_key::varchar, other_identity_key::varchar from linkage.review "
            "where item_id = ? and other_identity_key is not null",
            [item_id.strip().lower()],
        ).fetchall()
    )
    return found[0] if found else None
