"""Person keys that stay: assigns clusters to the persons of earlier runs and logs every create, merge and split.

Belongs here: the tables `linkage.person`, `identity_person`, `edge`, `refused_edge`, `person_event` of the vault.
Does not: which identities belong together (`cluster`).

A key never changes meaning: it names the person of the oldest record it was given to. Merged: the oldest key survives
and the retired one forwards to it, for ever. Split: the part that holds the oldest record keeps the key. Events carry
the sequence number of the run that made them, not a clock, so the same bytes give the same registry.
"""

from __future__ import annotations

import duckdb

TABLES_SQL = """
create schema if not exists linkage;
create table if not exists linkage.person (
    person_key varchar primary key, created_seq bigint not null, forwarded_to varchar
);
create table if not exists linkage.identity_person (
    identity_key uuid not null, person_key varchar not null, match_rule varchar not null,
    person_has_valid_ssn boolean not null, since_link_seq bigint not null
);
create table if not exists linkage.person_event (
    event_seq bigint not null, link_seq bigint not null, event varchar not null, person_key varchar not null,
    other_person_key varchar, match_rule varchar, evidence varchar, identity_key uuid, other_identity_key uuid
);
"""
"""Grain: person one row per key ever issued; identity_person one per identity; person_event one per event.

person_event: `create` (identity_key = first record), `merge` (person_key survives, other_person_key forwards; the two
identities and the rule of the best edge between them), `split` (person_key lost records to other_person_key;
identity_key = the oldest record that moved).
"""

SINGLE = "SINGLE"
"""match_rule of an identity that nothing is linked to."""

_MATCH_RULE_SQL = f"""
create or replace temp table identity_rule as
with incident as (
    select a as n, position, match_rule from edge_decided where refused_reason is null
    union all
    select b, position, match_rule from edge_decided where refused_reason is null
),
best as (select n, arg_min(match_rule, position) as match_rule from incident group by n),
person_ssn as (select c.cluster, bool_or(s.ssn_key is not null) as has_ssn
    from clustered as c inner join std as s using (n) group by c.cluster)
select c.n, c.cluster, coalesce(b.match_rule, '{SINGLE}') as match_rule, p.has_ssn
from clustered as c
inner join person_ssn as p using (cluster)
left join best as b using (n)
order by c.n
"""

_ASSIGN_SQL = """
-- Records that already had a person.
create or replace temp table known as
select c.n, c.cluster, i.person_key, p.created_seq, i.since_link_seq
from linkage.identity_person as i
inner join std as s using (identity_key)
inner join clustered as c using (n)
inner join linkage.person as p using (person_key);

-- Each key goes where its oldest record went.
create or replace temp table claim as
select
    person_key, created_seq,
    arg_min(cluster, (since_link_seq, n)) as cluster,
    arg_min(n, (since_link_seq, n)) as oldest_n,
from known group by person_key, created_seq;

-- One key per cluster: the oldest claim, else a new one in the order of the first record.
create or replace temp table assigned as
with claimed as (
    select cluster, arg_min(person_key, created_seq) as person_key from claim group by cluster
),
unclaimed as (select distinct cluster from clustered anti join claimed using (cluster)),
numbered as (
    select
        cluster,
        (select coalesce(max(created_seq), 0) from linkage.person) + row_number() over (order by cluster)
            as created_seq,
    from unclaimed
)
select cluster, person_key, null::bigint as created_seq from claimed
union all
select cluster, 'P' || lpad(created_seq::varchar, 9, '0'), created_seq from numbered;
"""

_EVENTS_SQL = """
create or replace temp table event_found as
with new_person as (
    select
        1 as kind, 'create' as event, person_key, null as other_person_key, null as match_rule, null as evidence,
        cluster as n, null::bigint as other_n,
    from assigned
    where created_seq is not null and cluster not in (select cluster from known)
),
retired as (
    select c.person_key, c.cluster, c.oldest_n, a.person_key as survivor
    from claim as c inner join assigned as a using (cluster)
    where c.person_key <> a.person_key
),
touching as (
    select
        r.person_key, e.position, e.match_rule, e.evidence,
        case when k.n = e.a then e.b else e.a end as n,
        k.n as other_n,
    from retired as r
    inner join known as k on k.person_key = r.person_key and k.cluster = r.cluster
    inner join edge_decided as e on e.refused_reason is null and (e.a = k.n or e.b = k.n)
    left join known as o on o.n = case when k.n = e.a then e.b else e.a end
    where o.person_key is distinct from r.person_key
),
merged as (
    select
        2 as kind, 'merge' as event, r.survivor as person_key, r.person_key as other_person_key,
        t.match_rule, t.evidence, t.n, coalesce(t.other_n, r.oldest_n) as other_n,
    from retired as r
    left join (select * from touching qualify row_number() over (partition by person_key order by position) = 1) as t
        using (person_key)
),
moved as (
    select k.person_key, k.cluster, min(k.n) as n
    from known as k inner join claim as c using (person_key)
    where k.cluster <> c.cluster
    group by k.person_key, k.cluster
),
split as (
    select
        3 as kind, 'split' as event, m.person_key, a.person_key as other_person_key, null as match_rule,
        null as evidence, m.n, null::bigint as other_n,
    from moved as m inner join assigned as a using (cluster)
)
select * from new_person union all select * from merged union all select * from split;
"""

_STORE_SQL = """
insert into linkage.person_event
select
    (select coalesce(max(event_seq), 0) from linkage.person_event)
        + row_number() over (order by f.kind, f.n, f.person_key, f.other_person_key),
    $link_seq, f.event, f.person_key, f.other_person_key, f.match_rule, f.evidence, s.identity_key, o.identity_key
from event_found as f
left join std as s on s.n = f.n
left join std as o on o.n = f.other_n
order by f.kind, f.n, f.person_key, f.other_person_key;

insert into linkage.person
select person_key, created_seq, null from assigned where created_seq is not null order by created_seq;

update linkage.person as p
set forwarded_to = f.person_key
from event_found as f
where f.event = 'merge' and (p.person_key = f.other_person_key or p.forwarded_to = f.other_person_key);

create or replace temp table identity_person_new as
select
    s.identity_key, a.person_key, r.match_rule, r.has_ssn as person_has_valid_ssn,
    coalesce(k.since_link_seq, $link_seq) as since_link_seq,
from identity_rule as r
inner join std as s using (n)
inner join assigned as a using (cluster)
left join known as k using (n)
order by r.n;

create or replace table linkage.identity_person as select * from identity_person_new;

create or replace table linkage.edge as
select a.identity_key as identity_key, b.identity_key as other_identity_key, e.match_rule, e.evidence, e.agreement
from edge_decided as e inner join std as a on a.n = e.a inner join std as b on b.n = e.b
where e.refused_reason is null
order by e.position;

create or replace table linkage.refused_edge as
select
    a.identity_key as identity_key, b.identity_key as other_identity_key, e.match_rule, e.evidence, e.refused_reason,
    va.identity_key as against_identity_key, vb.identity_key as against_other_identity_key,
from edge_decided as e
inner join std as a on a.n = e.a
inner join std as b on b.n = e.b
left join std as va on va.n = e.against_a
left join std as vb on vb.n = e.against_b
where e.refused_reason is not null
order by e.position;
"""


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Makes the registry tables where they are missing."""
    con.execute(TABLES_SQL)


def assign(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Gives every identity of `clustered` its person and stores the run; returns the number of events by kind.

    Same input, same registry: a second run finds every key where it is and logs nothing. The caller holds the
    transaction, so a killed run leaves the earlier registry.
    """
    con.execute(_MATCH_RULE_SQL)
    con.execute(_ASSIGN_SQL)
    con.execute(_EVENTS_SQL)
    latest = con.execute(
        "select greatest((select coalesce(max(link_seq), 0) from linkage.person_event), "
        "(select coalesce(max(since_link_seq), 0) from linkage.identity_person))"
    ).fetchall()[0][0]
    for statement in _STORE_SQL.split(";\n"):
        if statement.strip():
            con.execute(statement, {"link_seq": latest + 1} if "$link_seq" in statement else None)
    found = con.execute("select event, count(*) from event_found group by event order by event").fetchall()
    return {"create": 0, "merge": 0, "split": 0} | dict(found)
