"""What one run did to the person keys: the table `linkage.person_event` of the vault, append-only.

Belongs here: finding what was created, merged, split, retired and restored, and on what evidence. Does not: which key a
cluster gets (`registry`). Replayed from the first event on, the log gives `linkage.person`.
"""

from __future__ import annotations

import duckdb

from linkage.history import Run

KINDS = ("create", "restore", "merge", "split", "retire", "anchor")

_TABLE_SQL = """
create table if not exists linkage.person_event (
    event_seq bigint not null, link_seq bigint not null, event varchar not null, person_key varchar not null,
    other_person_key varchar, match_rule varchar, evidence varchar, identity_key uuid, other_identity_key uuid,
    link_day date, weight double, model_version varchar, decision_seq bigint
);
"""
"""Grain: one row per event, in the order of KINDS within a run.

- `create`: a new person; identity_key is the first record.
- `restore`: a retired key names a person of its own again, because its first record (identity_key) was split off or is
  back in the vault.
- `merge`: person_key survives, other_person_key is retired; rule, evidence, weight and the two identities of the best
  edge between them, the retired key's own second.
- `split`: person_key lost records to other_person_key. Never seen before, that is a new key, given to identity_key, the
  oldest record that moved; other_identity_key is the record that kept the key. Evidence: the reason of the best refused
  edge between the parts, with its rule and weight; `cannot_link` or `must_link_withdrawn` for a decision;
  `nothing_links_them` where neither is there.
- `retire`: person_key is no longer given to anybody. It forwards to other_person_key (evidence `merged`; `forwarded_on`
  when it was retired before and now forwards elsewhere), or to nobody (`records_gone`: its records left the vault).
- `anchor`: the key's first record left the vault; from now on the key names the person of identity_key.

decision_seq: the reviewer's decision behind a merge or split, null when there is none.
"""

_DECISION_SQL = """
create or replace temp table decision_pair as
select
    least(l.n, r.n) as a, greatest(l.n, r.n) as b, d.decision_seq, d.decision,
    d.withdrawn_by is not null as is_withdrawn,
from linkage.decision as d
inner join std as l on l.identity_key = d.identity_key
inner join std as r on r.identity_key = d.other_identity_key
"""

_NO_DECISION_SQL = """
create or replace temp table decision_pair (
    a bigint, b bigint, decision_seq bigint, decision varchar, is_withdrawn boolean
)
"""

_MERGE_SQL = """
create or replace temp table merge_found as
with retired as (
    select person_key, cluster, n as own_n, survivor from key_after where retired_seq is null and survivor <> person_key
),
own as (
    select k.n, k.person_key from known as k inner join retired as r using (person_key, cluster)
),
incident as (
    select o.person_key, e.b as n, o.n as other_n, e.position, e.match_rule, e.evidence, e.weight, e.model_version
    from weighed_edge as e inner join own as o on e.a = o.n where e.refused_reason is null
    union all
    select o.person_key, e.a, o.n, e.position, e.match_rule, e.evidence, e.weight, e.model_version
    from weighed_edge as e inner join own as o on e.b = o.n where e.refused_reason is null
),
outward as (
    select i.* from incident as i
    inner join clustered as c using (n)
    inner join retired as r on r.person_key = i.person_key and r.cluster = c.cluster
    anti join own as o on o.n = i.n and o.person_key = i.person_key
),
best as (select * from outward qualify row_number() over (partition by person_key order by position, other_n) = 1),
decided as (
    select b.person_key, max(d.decision_seq) as decision_seq
    from best as b
    inner join decision_pair as d on d.a = least(b.n, b.other_n) and d.b = greatest(b.n, b.other_n)
    where d.decision = 'must_link' and not d.is_withdrawn
    group by b.person_key
)
select
    r.survivor as person_key, r.person_key as other_person_key, b.match_rule, b.evidence, b.weight, b.model_version,
    d.decision_seq, b.n, coalesce(b.other_n, r.own_n) as other_n,
from retired as r
left join best as b on b.person_key = r.person_key
left join decided as d on d.person_key = r.person_key
"""

_SPLIT_SQL = """
create or replace temp table split_found as
with torn as (
    select k.* from known as k semi join (
        select person_key from known inner join key_place using (person_key) where known.cluster <> key_place.cluster
    ) using (person_key)
),
moved as (
    select
        t.person_key, t.cluster, p.n as kept_n, min(t.since_link_seq) as since_link_seq,
        arg_min(t.n, (t.since_link_seq, t.n)) as n,
    from torn as t inner join key_place as p using (person_key)
    where t.cluster <> p.cluster
    group by t.person_key, t.cluster, p.n
),
between_parts as (
    select l.person_key, l.cluster as left_part, r.cluster as right_part, e.*
    from weighed_edge as e
    inner join torn as l on l.n = e.a
    inner join torn as r on r.n = e.b and r.person_key = l.person_key and r.cluster <> l.cluster
    where e.refused_reason is not null
),
refused as (
    select person_key, cluster, match_rule, refused_reason, weight, model_version
    from (
        select *, left_part as cluster from between_parts union all select *, right_part from between_parts
    )
    qualify row_number() over (partition by person_key, cluster order by position) = 1
),
torn_by as (
    select l.person_key, l.cluster as left_part, r.cluster as right_part, d.decision_seq, d.decision
    from decision_pair as d
    inner join torn as l on l.n = d.a
    inner join torn as r on r.n = d.b and r.person_key = l.person_key and r.cluster <> l.cluster
    where (d.decision = 'must_link') = d.is_withdrawn
),
decided as (
    select person_key, cluster, decision_seq, decision
    from (select *, left_part as cluster from torn_by union all select *, right_part from torn_by)
    qualify row_number() over (partition by person_key, cluster order by decision_seq desc) = 1
)
select
    m.person_key, a.person_key as other_person_key, r.match_rule,
    coalesce(
        case d.decision when 'must_link' then 'must_link_withdrawn' else d.decision end,
        r.refused_reason,
        'nothing_links_them'
    ) as evidence,
    r.weight, r.model_version, d.decision_seq, m.since_link_seq, m.n, m.kept_n as other_n,
from moved as m
inner join assigned as a on a.cluster = m.cluster
left join refused as r on r.person_key = m.person_key and r.cluster = m.cluster
left join decided as d on d.person_key = m.person_key and d.cluster = m.cluster
"""

_EVENTS_SQL = """
create or replace temp table event_found as
with bare as (
    select 1 as kind, person_key, null::varchar as other_person_key, null::varchar as evidence, first_n as n
    from assigned where created_seq is not null and not is_split_off
    union all
    select 2, person_key, null, null, n from key_after where retired_seq is not null and survivor = person_key
    union all
    select 5, person_key, survivor, 'merged', n from key_after where retired_seq is null and survivor <> person_key
    union all
    select 5, person_key, survivor, 'forwarded_on', n from key_after
    where retired_seq is not null and survivor <> person_key and survivor is distinct from forwarded_to
    union all
    select 5, person_key, null, 'records_gone', null from key_after where retired_seq is null and survivor is null
    union all
    select 6, person_key, null, null, n from key_after where first_n is null and n is not null
)
select
    kind, person_key, other_person_key, null::varchar as match_rule, evidence, null::double as weight,
    null::varchar as model_version, null::bigint as decision_seq, null::bigint as since_link_seq, n,
    null::bigint as other_n,
from bare
union all
select 3, person_key, other_person_key, match_rule, evidence, weight, model_version, decision_seq, null, n, other_n
from merge_found
union all
select
    4, person_key, other_person_key, match_rule, evidence, weight, model_version, decision_seq, since_link_seq, n,
    other_n,
from split_found
"""

_STORE_SQL = """
insert into linkage.person_event by name
select
    (select coalesce(max(event_seq), 0) from linkage.person_event) + row_number() over (
        order by f.kind, f.since_link_seq, f.n, f.person_key, f.other_person_key
    ) as event_seq,
    $link_seq as link_seq, $kinds[f.kind] as event, f.person_key, f.other_person_key, f.match_rule, f.evidence,
    s.identity_key as identity_key, o.identity_key as other_identity_key, $link_day as link_day, f.weight,
    f.model_version, f.decision_seq,
from event_found as f
left join std as s on s.n = f.n
left join std as o on o.n = f.other_n
order by event_seq
"""


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Makes the table where it is missing."""
    con.execute(_TABLE_SQL)


def write_events(con: duckdb.DuckDBPyConnection, run: Run) -> dict[str, int]:
    """Appends what the run did to the keys; returns the number of events by kind, in the order of KINDS.

    Reads the temporary tables of `registry.assign`, before the run is stored.
    """
    has_decisions = con.execute(
        "select count(*) from duckdb_tables() where schema_name = 'linkage' and table_name = 'decision'"
    ).fetchall()[0][0]
    for statement in (_DECISION_SQL if has_decisions else _NO_DECISION_SQL, _MERGE_SQL, _SPLIT_SQL, _EVENTS_SQL):
        con.execute(statement)
    con.execute(_STORE_SQL, {"link_seq": run.link_seq, "link_day": run.link_day, "kinds": list(KINDS)})
    found = dict(con.execute("select kind, count(*) from event_found group by kind").fetchall())
    return {event: found.get(kind, 0) for kind, event in enumerate(KINDS, 1)}
