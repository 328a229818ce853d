"""What a person has to look at: the table `linkage.review` of the vault, written anew by every run.

Belongs here: which situations are listed and why. Does not: decisions (none are taken here).
"""

from __future__ import annotations

import duckdb

REASONS = {
    "wage_name_does_not_fit": "A wage record carries this person's number under a name that does not fit; its wages"
    " count for nobody else and stay out of the person's totals (rules e4, s7).",
    "number_on_another_person": "The number also belongs to another person, and neither birth date nor name agrees.",
    "shared_number": "The number is used with three or more birth dates; it is nobody's key (rules e5).",
    "several_numbers": "One person with clearly different valid numbers, joined by an agency's id.",
    "one_id_two_people": "The agency uses one id for what look like two people; they stay apart.",
    "name_fits_two_numbers": "A record without a number fits two people of the same name and birth date.",
    "oversized_block": "Too many records share one key to be compared; they are linked by their other keys only.",
    "oversized_component": "A chain of links through too many records; none of them is accepted.",
}

_REVIEW_SQL = """
create or replace table linkage.review as
with placed as (
    select s.*, i.person_key, p.created_seq
    from std as s
    inner join linkage.identity_person as i using (identity_key)
    inner join linkage.person as p using (person_key)
),
-- Whose number it is: the person with records that carry a birth date, then the person known longest.
holder as (
    select
        ssn_key, person_key, min(n) as first_n,
        row_number() over (partition by ssn_key order by count(born) = 0, min(created_seq)) as place,
    from placed where ssn_key is not null
    group by ssn_key, person_key
),
number_of_person as (
    select person_key, ssn_key, min(n) as n
    from placed where ssn_key is not null
    group by person_key, ssn_key
    qualify count(*) over (partition by person_key) > 1
),
found as (
    select
        case
            when p.born is null and p.id_system is null then 'wage_name_does_not_fit'
            else 'number_on_another_person'
        end as reason,
        p.n, o.first_n as other_n,
    from placed as p
    inner join holder as h on h.ssn_key = p.ssn_key and h.person_key = p.person_key and h.place > 1
    inner join holder as o on o.ssn_key = p.ssn_key and o.place = 1
    union all
    select 'shared_number', n, null from placed where ssn_is_shared
    union all
    select 'several_numbers', l.n, r.n
    from number_of_person as l
    inner join number_of_person as r on l.person_key = r.person_key and l.n < r.n
    where damerau_levenshtein(l.ssn_key, r.ssn_key) > 1
    union all
    select case when match_rule = 'D2' then 'one_id_two_people' else refused_reason end, a, b
    from edge_decided
    where refused_reason in ('name_fits_two_numbers', 'oversized_component')
        or (match_rule = 'D2' and refused_reason is not null)
    union all
    select distinct 'oversized_block', n, null from oversized_block
)
select f.reason, a.identity_key, b.identity_key as other_identity_key
from found as f
inner join std as a on a.n = f.n
left join std as b on b.n = f.other_n
order by f.reason, f.n, f.other_n
"""


def write_review(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rewrites `linkage.review` (one row per situation: reason, identity_key, other_identity_key); returns counts."""
    con.execute(_REVIEW_SQL)
    return dict(con.execute("select reason, count(*) from linkage.review group by reason order by reason").fetchall())
