"""Person keys that stay: assigns clusters to the persons of earlier runs, logs every change and keeps the links of
every day.

Belongs here: the tables `linkage.person`, `identity_person`, `edge`, `refused_edge` of the vault, and the order in
which one run is stored. Does not: which identities belong together (`cluster`), what happened to the keys
(`key_event`), the links of earlier days (`history`).

A key never changes meaning: it names the person of the record it was given to, its first record. Whatever is merged or
split later, the key is, or forwards in one step to, the key of the person who has that record. Merged: the oldest
living key survives. Split: the part with the key's first record keeps the key, and a part with the first record of a
key that was merged away gets that key back. Events carry the sequence number and the data day of the run that made
them, not a clock, so the same bytes give the same registry.
"""

from __future__ import annotations

from datetime import date

import duckdb

from linkage import history, key_event, upgrade

TABLES_SQL = """
create schema if not exists linkage;
create table if not exists linkage.person (
    person_key varchar primary key, created_seq bigint not null, forwarded_to varchar, first_identity_key uuid,
    retired_seq bigint
);
create table if not exists linkage.identity_person (
    identity_key uuid not null, person_key varchar not null, match_rule varchar not null,
    person_has_valid_ssn boolean not null, since_link_seq bigint not null
);
"""
"""Grain: person one row per key ever issued; identity_person one per identity, the links of now.

person: `first_identity_key` is the record the key names the person of. `retired_seq` is the run that retired the key,
null while it lives. A retired key forwards to a living one, or to nobody when its records have left the vault
(`forwarded_to` null; a key that forwarded to it before still does). since_link_seq: the run that first saw the record.
"""

SINGLE = "SINGLE"
"""match_rule of an identity that nothing is linked to."""

WEAK_TIER = "W"
"""match_rule of edges on a name alone; they make no person."""

_MATCH_RULE_SQL = f"""
create or replace temp table identity_rule as
with bound as (
    select a, b, position, match_rule from weighed_edge where refused_reason is null and match_rule <> '{WEAK_TIER}'
),
incident as (
    select a as n, position, match_rule from bound
    union all
    select b, position, match_rule from bound
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
select s.n, c.cluster, i.person_key, i.since_link_seq
from linkage.identity_person as i
inner join std as s using (identity_key)
inner join clustered as c using (n);

-- Each key ever issued goes where its first record went. When that record has left the vault, the oldest record that is
-- still the key's takes its place; a retired key has none and goes with the key it forwards to.
create or replace temp table key_place as
with held as (
    select person_key, arg_min(n, (since_link_seq, n)) as n
    from known semi join (
        select person_key from linkage.person
        anti join std on std.identity_key = person.first_identity_key
    ) using (person_key)
    group by person_key
),
placed as (
    select p.person_key, p.created_seq, p.forwarded_to, p.retired_seq, s.n as first_n, coalesce(s.n, h.n) as n
    from linkage.person as p
    left join std as s on s.identity_key = p.first_identity_key
    left join held as h using (person_key)
),
followed as (
    select p.* exclude (n), coalesce(p.n, t.n) as n
    from placed as p left join placed as t on t.person_key = p.forwarded_to
)
select f.*, c.cluster from followed as f left join clustered as c using (n);

-- One key per cluster: the oldest claim of a living key, else of a retired one, else a new key in the order of the
-- first record.
create or replace temp table assigned as
with claimed as (
    select cluster, arg_min(person_key, (retired_seq is not null, created_seq)) as person_key
    from key_place where cluster is not null group by cluster
),
unclaimed as (
    select c.cluster, min(c.n) as first_n, arg_min(c.n, (k.since_link_seq, c.n)) filter (where k.n is not null) as old_n
    from clustered as c
    anti join claimed using (cluster)
    left join known as k using (n)
    group by c.cluster
),
numbered as (
    select
        cluster, first_n, old_n,
        (select coalesce(max(created_seq), 0) from linkage.person) + row_number() over (order by first_n)
            as created_seq,
    from unclaimed
)
select cluster, person_key, null::bigint as created_seq, null::bigint as first_n, false as is_split_off from claimed
union all
select cluster, 'P' || lpad(created_seq::varchar, 9, '0'), created_seq, coalesce(old_n, first_n), old_n is not null
from numbered;

create or replace temp table key_after as
select k.*, a.person_key as survivor from key_place as k left join assigned as a using (cluster);
"""

_STORE_PERSON_SQL = """
insert into linkage.person (person_key, created_seq, first_identity_key)
select a.person_key, a.created_seq, s.identity_key
from assigned as a inner join std as s on s.n = a.first_n
where a.created_seq is not null
order by a.created_seq;

create or replace temp table person_changed as
select
    k.person_key,
    case when k.survivor <> k.person_key then k.survivor when k.survivor is null then k.forwarded_to end
        as forwarded_to,
    case when k.survivor = k.person_key then null else coalesce(k.retired_seq, $link_seq) end as retired_seq,
    s.identity_key as first_identity_key,
from key_after as k left join std as s using (n);

update linkage.person as p
set
    forwarded_to = c.forwarded_to,
    retired_seq = c.retired_seq,
    first_identity_key = coalesce(c.first_identity_key, p.first_identity_key)
from person_changed as c
where p.person_key = c.person_key and (
    p.forwarded_to is distinct from c.forwarded_to
    or p.retired_seq is distinct from c.retired_seq
    or c.first_identity_key <> p.first_identity_key
);

create or replace temp table identity_person_new as
select
    s.identity_key, a.person_key, r.match_rule, r.has_ssn as person_has_valid_ssn,
    coalesce(k.since_link_seq, $link_seq) as since_link_seq, r.n,
from identity_rule as r
inner join std as s using (n)
inner join assigned as a using (cluster)
left join known as k using (n)
order by r.n;
"""

_STORE_EDGE_SQL = """
create or replace table linkage.edge as
select
    a.identity_key as identity_key, b.identity_key as other_identity_key, e.match_rule, e.evidence, e.agreement,
    e.weight, e.model_version,
from weighed_edge as e inner join std as a on a.n = e.a inner join std as b on b.n = e.b
where e.refused_reason is null
order by e.position;

create or replace table linkage.refused_edge as
select
    a.identity_key as identity_key, b.identity_key as other_identity_key, e.match_rule, e.evidence, e.refused_reason,
    va.identity_key as against_identity_key, vb.identity_key as against_other_identity_key, e.weight, e.model_version,
from weighed_edge as e
inner join std as a on a.n = e.a
inner join std as b on b.n = e.b
left join std as va on va.n = e.against_a
left join std as vb on vb.n = e.against_b
where e.refused_reason is not null
order by e.position;
"""


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Makes the registry tables where they are missing, and brings those of an earlier layout up to this one."""
    is_old = upgrade.is_needed(con)
    if is_old:
        upgrade.make_room(con)
    con.execute(TABLES_SQL)
    key_event.prepare(con)
    history.prepare(con)
    if is_old:
        upgrade.fill(con)


def assign(con: duckdb.DuckDBPyConnection, on: date | None = None) -> dict[str, int]:
    """Gives every identity of `clustered` its person and stores the run; returns the number of events by kind.

    `on` is the run's data day, see `history.next_run`. Same input, same registry: a second run of the same day finds
    every key where it is and stores nothing. The caller holds the transaction, so a killed run leaves the registry of
    the run before.
    """
    _weigh_edges(con)
    con.execute(_MATCH_RULE_SQL)
    con.execute(_ASSIGN_SQL)
    run = history.next_run(con, on)
    events = key_event.write_events(con, run)
    _in_run(con, _STORE_PERSON_SQL, run)
    history.write_links(con, run, events)
    con.execute(_STORE_EDGE_SQL)
    return events


def _in_run(con: duckdb.DuckDBPyConnection, statements: str, run: history.Run) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            con.execute(statement, {"link_seq": run.link_seq} if "$link_seq" in statement else None)


def _weigh_edges(con: duckdb.DuckDBPyConnection) -> None:
    """The view `weighed_edge`: `edge_decided` with `weight` and `model_version`, null where the engine gives none."""
    given = {name for name, *_ in con.execute("describe edge_decided").fetchall()}
    missing = "".join(
        f", null::{kind} as {name}"
        for name, kind in (("weight", "double"), ("model_version", "varchar"))
        if name not in given
    )
    con.execute(f"create or replace temp view weighed_edge as select *{missing} from edge_decided")
