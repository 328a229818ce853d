"""What reviewers say about the links: their standing decisions against what the engine would do by itself.

Belongs here: the estimate. Does not: recording a decision (`decisions`), the rest of the report (`quality`).

A run keeps decisions, so its links agree with them by definition. What counts here is what the engine would have done:
links that only a decision makes are left out, links that only a decision refuses are put back.
"""

from __future__ import annotations

import math
from typing import Any

import duckdb

from linkage.cluster import DECIDED_APART
from linkage.comparisons import COMPARISONS, OTHERWISE
from linkage.decisions import MUST_LINK
from linkage.model import Model
from linkage.quality_tables import FEWEST_REVIEWED, Head, Table, heads

BESIDE_NAMES = ("birth_date", "ssn", "address", "phone", "email")

_DECIDED_SQL = f"""
create or replace temp table quality_decided as
with recursive pair as (
    select distinct
        least(d.identity_key, d.other_identity_key) as a, greatest(d.identity_key, d.other_identity_key) as b,
        d.decision = '{MUST_LINK}' as is_same,
    from linkage.decision as d
    semi join linkage.identity_person as l on l.identity_key = d.identity_key
    semi join linkage.identity_person as r on r.identity_key = d.other_identity_key
    where d.withdrawn_by is null
),
edge as (
    select identity_key as x, other_identity_key as y, match_rule, null::varchar as refused_reason, weight
    from linkage.edge
    union all
    select identity_key, other_identity_key, match_rule, refused_reason, weight from linkage.refused_edge
),
weighed as (
    select least(x, y) as a, greatest(x, y) as b, max(weight) as weight from edge semi join pair
    on pair.a = least(x, y) and pair.b = greatest(x, y) group by all
),
-- Both ways, so that they can be walked; of persons with a decided pair only.
own as (
    select unnest([x, y]) as x, unnest([y, x]) as y from edge
    where coalesce(refused_reason, '{DECIDED_APART}') = '{DECIDED_APART}' and match_rule not in ('R', 'W')
    union all
    select unnest([x, y]), unnest([y, x]) from quality_probable
),
near as (
    select o.* from own as o semi join (
        select identity_key from linkage.identity_person semi join (
            select person_key from linkage.identity_person as p semi join pair on p.identity_key in (pair.a, pair.b)
        ) using (person_key)
    ) as of_decided on of_decided.identity_key = o.x
),
reached as (
    select distinct a as start, a as node from pair
    union
    select r.start, n.y from reached as r inner join near as n on n.x = r.node
)
select
    p.is_same, w.weight,
    exists (select 1 from reached as r where r.start = p.a and r.node = p.b) as is_linked,
from pair as p left join weighed as w using (a, b)
"""
"""Grain: one row per pair with a standing decision of which both records are in the vault. `is_linked`: the engine
makes them one person, perhaps through others."""

_PROBABLE_SQL = """
create or replace temp table quality_probable as
with std as (
    select *, ssn_std as ssn_key, itin_std as itin_key, street_key || '|' || coalesce(zip5, city_std, '') as place_key
    from linkage.identity_std
)
select l.identity_key as x, r.identity_key as y
from linkage.edge as e
inner join std as l on l.identity_key = e.identity_key
inner join std as r on r.identity_key = e.other_identity_key
where e.match_rule = 'R' and e.weight >= $link_at and ({more_than_names})
"""
"""Grain: one row per link of a decision that the model would make as well. A decision's link has the model's weight and
not whether it rests on names alone, which never links; so the other fields are compared again."""

_BANDS_SQL = """
with banded as (
    select *, case when weight is null then 9 when weight < $review_at then 0 when weight < $link_at then 1
        when weight < 2 * $link_at then 2 when weight < 4 * $link_at then 3 else 4 end as band
    from quality_decided
)
select
    case band when 9 then 'not weighed'
        when 0 then format('under {:g}', $review_at) when 1 then format('{:g} to {:g}', $review_at, $link_at)
        when 2 then format('{:g} to {:g}', $link_at, 2 * $link_at)
        when 3 then format('{:g} to {:g}', 2 * $link_at, 4 * $link_at) else format('{:g} and over', 4 * $link_at) end,
    count(*), count(*) filter (where is_same), count(*) filter (where not is_same),
    count(*) filter (where is_linked), count(*) filter (where is_linked and is_same),
    count(*) filter (where is_linked = is_same),
    case when count(*) >= $fewest then round(avg((is_linked = is_same)::int), 4) end,
from banded group by band order by band
"""

BANDS = Table(
    "reviewed_pair",
    "Reviewed pairs by weight",
    "Pairs with a standing decision. Linked: by the engine's own evidence, without the decision. A band of fewer than"
    f" {FEWEST_REVIEWED} pairs has no share. Exact rules link as well, and a name alone never does.",
    heads(
        "weight",
        "pairs:count",
        "decided_one_person:count",
        "decided_two_people:count",
        "linked:count",
        "linked_and_one_person:count",
        "agreeing:count",
        "agreeing_share:share:pairs+agreeing",
    ),
)
ESTIMATE = Table(
    "estimated_precision",
    "Estimated precision from reviewed pairs",
    "Precision: of the reviewed pairs that the engine links, the share that reviewers call one person. Agreement: of"
    " all reviewed pairs, the share on which engine and reviewers agree. Low and high: 95% interval (Wilson). Pairs"
    " come to review because they are doubtful, not by lot: this is no estimate for all links.",
    (
        Head("measure"),
        Head("pairs", "count"),
        Head("agreeing", "count"),
        *(Head(name, "share", ("pairs", "agreeing")) for name in ("share", "low", "high")),
        Head("why_not_estimated"),
    ),
)


def _speaks_for(name: str, model: Model) -> str:
    """The comparison of that name speaks for one person, as SQL over `l` and `r`."""
    one = next(comparison for comparison in COMPARISONS if comparison.name == name)

    def speaks(level: str) -> str:
        return str(model.m[name, level] > model.u[name, level]).lower()

    levels = " ".join(f"when {level.sql} then {speaks(level.name)}" for level in one.levels)
    return f"case when {one.missing_sql} then false {levels} else {speaks(OTHERWISE)} end"


def interval(part: int, whole: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share; `whole` is not zero."""
    z = 1.959964
    share, scale = part / whole, 1 + z * z / whole
    middle = (share + z * z / (2 * whole)) / scale
    half = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / scale
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def _estimate(measure: str, pairs: int, agreeing: int) -> tuple[Any, ...]:
    if pairs < FEWEST_REVIEWED:
        return measure, pairs, agreeing, None, None, None, f"fewer than {FEWEST_REVIEWED} such pairs have been reviewed"
    return measure, pairs, agreeing, round(agreeing / pairs, 4), *interval(agreeing, pairs), None


def reviewed(con: duckdb.DuckDBPyConnection, model: Model) -> tuple[Table, Table]:
    """The estimate, and the decided pairs by weight band."""
    more = " or ".join(f"({_speaks_for(name, model)})" for name in BESIDE_NAMES)
    con.execute(_PROBABLE_SQL.format(more_than_names=more), {"link_at": model.link_at})
    con.execute(_DECIDED_SQL)
    given = {"link_at": model.link_at, "review_at": model.review_at, "fewest": FEWEST_REVIEWED}
    bands = con.execute(_BANDS_SQL, given).fetchall()
    pairs, agreeing, linked, right = con.execute(
        "select count(*), count(*) filter (where is_linked = is_same), count(*) filter (where is_linked), "
        "count(*) filter (where is_linked and is_same) from quality_decided"
    ).fetchall()[0]
    estimate = [_estimate("precision", linked, right), _estimate("agreement", pairs, agreeing)]
    return (
        Table(ESTIMATE.name, ESTIMATE.title, ESTIMATE.about, ESTIMATE.heads, estimate),
        Table(BANDS.name, BANDS.title, BANDS.about, BANDS.heads, bands),
    )
