"""Records that stand alone: whether a doubtful pair is a slip or two people, told by the other records.

Belongs here: the one rule about pairs of one birth date, surname and home under two first names. They are twins where
both names are seen again beside others, and slips where in all the data they never are. Does not: clusters.
"""

from __future__ import annotations

import duckdb

ENOUGH = 100
"""Pairs of clusters that show the pattern before it may be judged."""
TWIN_SHARE = 0.02
"""At most this share may be known as two people; twins are three in a hundred births (National Vital Statistics)."""

_ALONE_SQL = """
create or replace temp table alone_edge as
with size as (select cluster, count(*) as members from clustered group by cluster),
doubtful as (
    select
        e.position, e.a, e.b, e.weight, ca.cluster as cluster_a, cb.cluster as cluster_b,
        sa.members as members_a, sb.members as members_b,
        coalesce(l.born = r.born and l.first_std <> r.first_std, false) as is_twin_like,
    from edge_decided as e
    inner join clustered as ca on ca.n = e.a
    inner join clustered as cb on cb.n = e.b
    inner join size as sa on sa.cluster = ca.cluster
    inner join size as sb on sb.cluster = cb.cluster
    inner join std as l on l.n = e.a
    inner join std as r on r.n = e.b
    where e.refused_reason = 'uncertain' and ca.cluster <> cb.cluster
)
select * from doubtful;
"""


def accept_alone(con: duckdb.DuckDBPyConnection) -> bool:
    """Turns doubtful edges of a record that stands alone into edges, where the data show no twins; True if it did.

    Reads `clustered`, `edge_decided`, `std`; changes `candidate_edge`.
    """
    con.execute(_ALONE_SQL)
    [(alone, known)] = con.execute(
        """
        with pair as (
            select distinct least(cluster_a, cluster_b), greatest(cluster_a, cluster_b),
                least(members_a, members_b) = 1 as is_alone,
            from alone_edge where is_twin_like
        )
        select count(*) filter (where is_alone), count(*) filter (where not is_alone) from pair
        """
    ).fetchall()
    if alone + known < ENOUGH or known > TWIN_SHARE * (alone + known):
        return False
    con.execute(
        """
        update candidate_edge as e set refused_reason = null, rank = e.rank + 1, evidence = 'stands_alone'
        from (
            select a, b from alone_edge where least(members_a, members_b) = 1
        ) as x
        where x.a = e.a and x.b = e.b and e.refused_reason = 'uncertain'
        """
    )
    return True
