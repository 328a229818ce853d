"""The review list as the person who decides reads it: what is open, and one item with everything that is known of it.

Belongs here: reading. Does not: which situations are listed (`review`), deciding (`decisions`).
Restricted: it reads the vault. What identities have in common is told in words (`side_by_side`); names, birth dates and
the last digits of numbers come back only when they are asked for, whole numbers never.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from home import Home
from linkage import follow
from linkage.decisions import Decision, ReviewError, decisions, reading
from linkage.review import REASONS
from linkage.side_by_side import Comparison, compare

WHY = {**follow.WHY, **follow.WHY_NOT}
"""Evidence or reason of a refusal, in words."""


@dataclass(frozen=True)
class ReviewItem:
    """One question: about two identities, or about `member_count` records (`other_…` is null then)."""

    item_id: str
    reason: str
    weight: float | None
    member_count: int
    priority: int
    is_decided: bool
    identity_key: str
    source: str
    person_key: str
    other_identity_key: str | None
    other_source: str | None
    other_person_key: str | None

    @property
    def why(self) -> str:
        return REASONS.get(self.reason, "")


@dataclass(frozen=True)
class ReviewQueue:
    """Open items, most consequential first, and how many are open by reason in all, listed or not."""

    items: list[ReviewItem]
    open_by_reason: dict[str, int]


@dataclass(frozen=True)
class Evidence:
    """Pairs between the two sides that a rule brought together: accepted, or refused with the reason; best weight."""

    match_rule: str
    evidence: str
    refused_reason: str | None
    pairs: int
    weight: float | None

    @property
    def why(self) -> str:
        return WHY.get(self.refused_reason or self.evidence, "")


@dataclass(frozen=True)
class IdentityValues:
    """What an agency sent: restricted."""

    name: str
    birth_date: date | None
    last_four: str | None


@dataclass(frozen=True)
class ReviewIdentity:
    """One identity of either person, or one member. `side` is left, right or, where it belongs to neither, empty;
    `is_asked` marks the two the item is about; `values` is null unless values were asked for."""

    side: str
    is_asked: bool
    identity_key: str
    source: str
    person_key: str
    match_rule: str
    values: IdentityValues | None


@dataclass(frozen=True)
class ReviewedItem:
    """One item with what bears on it. `decisions` are the standing ones about any two of its identities."""

    item: ReviewItem
    comparisons: list[Comparison]
    evidence: list[Evidence]
    identities: list[ReviewIdentity]
    decisions: list[Decision]


_ITEMS_SQL = """
select
    v.item_id, v.reason, v.weight, v.member_count, v.priority, v.is_decided,
    v.identity_key::varchar, i.source, p.person_key,
    v.other_identity_key::varchar, o.source, q.person_key,
from linkage.review as v
inner join identity as i on i.identity_key = v.identity_key
inner join linkage.identity_person as p on p.identity_key = v.identity_key
left join identity as o on o.identity_key = v.other_identity_key
left join linkage.identity_person as q on q.identity_key = v.other_identity_key
where {which}
order by v.priority
"""

_SIDES_SQL = """
create or replace temp table shown as
with ends as (
    select 'left' as side, identity_key from linkage.review where item_id = $item
    union all
    select 'right', other_identity_key from linkage.review where item_id = $item
),
person_of as (
    select e.side, p.person_key from ends as e inner join linkage.identity_person as p using (identity_key)
),
listed as (
    select identity_key, coalesce(side, '') as side, 1 as place from linkage.review_member where item_id = $item
    union all
    -- Of two persons all identities; where both ends are one person, what is listed above has the side and these none.
    select
        p.identity_key,
        case when (select count(distinct person_key) from person_of) > 1 then o.side else '' end,
        2,
    from linkage.identity_person as p inner join person_of as o using (person_key)
    where exists (select 1 from linkage.review where item_id = $item and other_identity_key is not null)
    union all
    select identity_key, side, 0
    from ends where exists (select 1 from linkage.review where item_id = $item and other_identity_key is not null)
)
select identity_key, arg_min(side, (place, side)) as side, min(place) = 0 as is_asked
from listed where identity_key is not null
group by identity_key
"""

_IDENTITIES_SQL = """
select
    s.side, s.is_asked, s.identity_key::varchar, i.source, p.person_key, p.match_rule,
    concat_ws(' ', i.first_name, i.middle_name, i.last_name, i.suffix) as name, i.birth_date,
    case when regexp_full_match(i.ssn, '[0-9]{9}') then right(i.ssn, 4) end as last_four,
from shown as s
inner join identity as i using (identity_key)
inner join linkage.identity_person as p using (identity_key)
order by s.side = '', s.side, not s.is_asked, i.source, i.first_sha256, i.first_row_no
"""

_EVIDENCE_SQL = """
with edge as (
    select identity_key, other_identity_key, match_rule, evidence, null as refused_reason, weight from linkage.edge
    union all
    select identity_key, other_identity_key, match_rule, evidence, refused_reason, weight from linkage.refused_edge
)
select e.match_rule, e.evidence, e.refused_reason, count(*), max(e.weight)
from edge as e
inner join shown as l on l.identity_key = e.identity_key
inner join shown as r on r.identity_key = e.other_identity_key
where l.side <> r.side and l.side <> '' and r.side <> '' or l.is_asked and r.is_asked
group by e.match_rule, e.evidence, e.refused_reason
order by e.refused_reason nulls first, e.match_rule, e.evidence
"""


def review_queue(home: Home, reason: str | None = None, limit: int | None = None) -> ReviewQueue:
    """Open items, most consequential first; all, or those of one reason, at most `limit`.

    Raises ReviewError for an unknown reason or before the first run of linkage; LinkageError when there is no vault.
    """
    if reason is not None and reason not in REASONS:
        raise ReviewError(f"There is no such reason; it is one of {', '.join(REASONS)}.")
    with reading(home) as con:
        _need_a_list(con)
        which = "not v.is_decided and ($reason is null or v.reason = $reason)"
        rows = con.execute(
            f"{_ITEMS_SQL.format(which=which)} limit $most", {"reason": reason, "most": limit}
        ).fetchall()
        counted = dict(
            con.execute("select reason, count(*) from linkage.review where not is_decided group by reason").fetchall()
        )
        open_by_reason = {name: counted[name] for name in REASONS if name in counted}
        return ReviewQueue([ReviewItem(*row) for row in rows], open_by_reason)


def review_item(home: Home, item_id: str, *, values: bool = False) -> ReviewedItem:
    """One item: what agrees between the two, what rules say, every identity of both persons (or every member).

    `values` adds names, birth dates and the last four digits of numbers: restricted. Raises ReviewError for an
    unknown item or before the first run of linkage; LinkageError when there is no vault.
    """
    wanted = {"item": item_id.strip().lower()}
    with reading(home) as con:
        _need_a_list(con)
        rows = con.execute(_ITEMS_SQL.format(which="v.item_id = $item"), wanted).fetchall()
        if not rows:
            raise ReviewError("There is no such review item: `workforce review list` shows those that are open.")
        item = ReviewItem(*rows[0])
        con.execute(_SIDES_SQL, wanted)
        identities = [_identity(row, values) for row in con.execute(_IDENTITIES_SQL).fetchall()]
        evidence = [Evidence(*row) for row in con.execute(_EVIDENCE_SQL).fetchall()]
        comparisons = compare(con) if item.other_identity_key else []
    about = {identity.identity_key for identity in identities}
    standing = [one for one in decisions(home) if one.stands and one.pair <= about]
    return ReviewedItem(item, comparisons, evidence, identities, standing)


def _need_a_list(con: duckdb.DuckDBPyConnection) -> None:
    if not con.execute(
        "select count(*) from duckdb_columns() "
        "where schema_name = 'linkage' and table_name = 'review' and column_name = 'item_id'"
    ).fetchall()[0][0]:
        raise ReviewError("There is no review list yet: `workforce run` links the identities and writes it.")


def _identity(row: tuple, values: bool) -> ReviewIdentity:
    *facts, name, birth_date, last_four = row
    return ReviewIdentity(*facts, IdentityValues(name, birth_date, last_four) if values else None)
