"""Records that stand alone: whether a doubtful pair is a slip or two people, told by all the other records.

Belongs here: two patterns. One birth date and surname under two first names: twins, where both names are seen again
beside others, else a slip. One name under two birth dates: namesakes (a father, a son) or a slip, likewise. Does not:
clusters.
"""

from __future__ import annotations

import duckdb

ENOUGH = 30
"""Pairs of clusters that show a pattern before it may be judged."""
KNOWN_SHARE = 0.02
"""At most this share may be known as two people; twins are three in a hundred births (National Vital Statistics)."""

SAME_STREET = 0.88
"""Jaro-Winkler of a street written with a slip, as in `comparisons`."""

_DOUBTFUL_SQL = f"""
create or replace temp table doubtful_edge as
with size as (select cluster, count(*) as members from clustered group by cluster)
select
    e.a, e.b,
    least(ca.cluster, cb.cluster) as one_cluster,
    greatest(ca.cluster, cb.cluster) as other_cluster,
    least(sa.members, sb.members) = 1 as is_alone,
    case when coalesce(l.born <> r.born and l.first_std = r.first_std, false) then 'namesakes' else 'twins' end
        as pattern,
    coalesce(
        l.born = r.born and l.first_std <> r.first_std or l.born <> r.born and l.first_std = r.first_std, false
    ) as shows_it,
from edge_decided as e
inner join clustered as ca on ca.n = e.a
inner join clustered as cb on cb.n = e.b
inner join size as sa on sa.cluster = ca.cluster
inner join size as sb on sb.cluster = cb.cluster
inner join std as l on l.n = e.a
inner join std as r on r.n = e.b
where e.refused_reason in ('uncertain', 'unlikely') and e.match_rule = 'P' and ca.cluster <> cb.cluster
    and (
        l.zip5 = r.zip5 or l.street_key = r.street_key
        or l.house_number = r.house_number and jaro_winkler_similarity(l.street_key, r.street_key) >= {SAME_STREET}
    );

create or replace temp table harmless_pattern as
with pair as (select distinct pattern, one_cluster, other_cluster, is_alone from doubtful_edge where shows_it)
select pattern from pair group by pattern
having count(*) >= $enough and count(*) filter (where not is_alone) <= $share * count(*)
"""


def accept_alone(con: duckdb.DuckDBPyConnection) -> bool:
    """Turns doubtful edges of records that stand alone into edges, where the data show no such people; True if it did.

    Reads `clustered`, `edge_decided`, `std`; changes `candidate_edge`.
    """
    first, second = _DOUBTFUL_SQL.split(";\n")
    con.execute(first)
    con.execute(second, {"enough": ENOUGH, "share": KNOWN_SHARE})
    if not con.execute("select count(*) from harmless_pattern").fetchall()[0][0]:
        return False
    con.execute(
        """
        update candidate_edge as e set refused_reason = null, rank = e.rank + 1, evidence = 'stands_alone'
        from (select a, b from doubtful_edge semi join harmless_pattern using (pattern) where is_alone) as x
        where x.a = e.a and x.b = e.b and e.match_rule = 'P'
        """
    )
    return True
