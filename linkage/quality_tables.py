"""The tables of the quality report: what each counts, in SQL over the vault.

Belongs here: heads, statements, and what is too few to be shown. Does not: when they are asked and where they are
written (`quality`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from home.sql import literal

SMALLEST_COUNT = 10
"""A count of fewer is not shown; zero is."""
UNDER = f"<{SMALLEST_COUNT}"
FEWEST_REVIEWED = 20
"""Of fewer reviewed pairs no share is estimated."""
TEXT, COUNT, SHARE, NUMBER = "text", "count", "share", "number"


@dataclass(frozen=True)
class Head:
    """One column. `kind`: text, count, share or number. `of`: the counts it rests on; not shown without them."""

    name: str
    kind: str = TEXT
    of: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize().replace("ssn", "SSN")


@dataclass(frozen=True)
class Table:
    """One table of the report, its counts exact: `shown` is what may be written."""

    name: str
    title: str
    about: str
    heads: tuple[Head, ...]
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def shown(self) -> list[list[Any]]:
        """The rows with small counts as "<10", and without the shares and numbers that rest on one of them."""
        return [self._shown(dict(zip((head.name for head in self.heads), row, strict=True))) for row in self.rows]

    def _shown(self, row: dict[str, Any]) -> list[Any]:
        few = {head.name for head in self.heads if head.kind == COUNT and 0 < (row[head.name] or 0) < SMALLEST_COUNT}
        return [
            UNDER if head.name in few else None if few.intersection(head.of) else row[head.name] for head in self.heads
        ]


def heads(*given: str) -> tuple[Head, ...]:
    """Heads from `name`, `name:kind` and `name:kind:count+count`."""
    made = []
    for one in given:
        name, kind, of = (*one.split(":"), "", "")[:3]
        made.append(Head(name, kind or TEXT, tuple(filter(None, of.split("+")))))
    return tuple(made)


PLACED_SQL = """
create or replace temp table quality_identity as
with aged as (
    select identity_key, date_sub('year', born, $day::date) as age from linkage.identity_std
),
placed as (
    select
        i.source, p.person_key, coalesce(i.sex_std, 'not known') as sex,
        case
            when a.age is null or a.age < 0 then 'not known' when a.age < 16 then 'under 16'
            when a.age < 19 then '16-18' when a.age < 25 then '19-24' when a.age < 45 then '25-44'
            when a.age < 55 then '45-54' when a.age < 60 then '55-59' else '60 and over'
        end as age_band,
        case when i.ssn_valid then 'valid' else 'none or not valid' end as ssn,
    from linkage.identity_person as p
    inner join linkage.identity_std as i using (identity_key)
    inner join aged as a using (identity_key)
),
person as (select person_key, count(distinct source) as sources from placed group by person_key)
select *, sources > 1 as is_matched from placed inner join person using (person_key)
"""
"""Grain: one row per linked identity. What a record says itself: a wage record has no sex, whoever it is of. `$day`
null: no age is known. Age bands are those of the WIOA annual report."""

_GROUPS_SQL = """
with grouped as (
    select
        source, is_matched, unnest(['all', 'sex', 'age', 'ssn']) as grouped_by,
        unnest(['all', sex, age_band, ssn]) as value,
    from quality_identity
),
counted as (
    select {source} grouped_by, value, count(*) as identities, count(*) filter (where is_matched) as matched
    from grouped group by all
)
select {source} grouped_by, value, identities, matched, round(matched / identities, 4)
from counted
order by {source} list_position(['all', 'sex', 'age', 'ssn'], grouped_by),
    value = 'not known', value = '60 and over', value <> 'under 16', value = 'none or not valid', value
"""

_SOURCE_PAIR_SQL = """
with source as (select source, count(*) as identities from quality_identity group by source),
present as (select distinct person_key, source from quality_identity),
found as (
    select i.source, o.source as other_source, count(*) as matched, count(distinct person_key) as persons
    from quality_identity as i inner join present as o using (person_key)
    where i.source <> o.source
    group by all
)
select
    a.source, b.source, a.identities, coalesce(f.matched, 0), coalesce(f.persons, 0),
    round(coalesce(f.matched, 0) / a.identities, 4),
from source as a
inner join source as b on a.source <> b.source
left join found as f on f.source = a.source and f.other_source = b.source
order by a.source, b.source
"""

DECILES = tuple(range(10, 100, 10))

_EDGE_SQL = f"""
select match_rule, count(*), count(weight),
    {", ".join(f"round(quantile_cont(weight, {decile / 100}), 1)" for decile in DECILES)}
from linkage.edge group by match_rule order by match_rule
"""

_REFUSED_SQL = """
select refused_reason, match_rule, count(*), coalesce($why[refused_reason], '')
from linkage.refused_edge group by all order by count(*) desc, refused_reason, match_rule
"""

_SIZE_SQL = """
with person as (select person_key, count(*) as identities, any_value(sources) as sources
    from quality_identity group by person_key),
sized as (
    select unnest(['identities', 'sources']) as counted, unnest([identities, sources]) as size from person
),
banded as (
    select counted, case when size <= 5 then size when size <= 10 then 6 when size <= 20 then 11 when size <= 50 then 21
        else 51 end as least_size
    from sized
)
select
    counted,
    case when least_size <= 5 then least_size::varchar
        else map {6: '6-10', 11: '11-20', 21: '21-50', 51: '51 and over'}[least_size] end,
    count(*), round(count(*) / sum(count(*)) over (partition by counted), 4),
from banded group by counted, least_size order by counted, least_size
"""

_REVIEW_SQL = """
select reason, count(*) filter (where not is_decided), count(*) filter (where is_decided), coalesce($why[reason], '')
from linkage.review group by reason order by min(priority)
"""

_RUN_SQL = """
with touched as (
    select link_seq, count(*) as persons, count(*) filter (where is_new) as new_persons
    from linkage.person_touched group by link_seq
)
select
    r.link_seq, r.link_day::varchar, r.model_version, r.identities, r.persons, coalesce(t.persons, 0),
    coalesce(t.new_persons, 0), r.created, r.merged, r.split, r.retired, r.restored,
from linkage.link_run as r left join touched as t using (link_seq)
order by r.link_seq desc
"""

_LAST_RUN_SQL = """
with last as (select max(link_seq) as link_seq from linkage.link_run),
opened as (select h.* from linkage.identity_person_history as h inner join last on valid_from_seq = link_seq),
closed as (select h.* from linkage.identity_person_history as h inner join last on valid_to_seq = link_seq),
changed as (
    select
        case
            when c.identity_key is null then 'new in the vault, or back in it'
            when o.identity_key is null then 'left the vault'
            when o.person_key <> c.person_key then 'now of another person'
            when o.match_rule <> c.match_rule then 'same person, another rule'
            else 'same person, whether a valid number is known'
        end as change,
        coalesce(o.person_key, c.person_key) as person_key,
    from opened as o full join closed as c using (identity_key)
)
select change, count(*), count(distinct person_key) from changed group by change order by change
"""

_GROUP_HEADS = ("source", "grouped_by", "value", "identities:count", "with_another_source:count",
                "share:share:identities+with_another_source")  # fmt: skip
_PAIR_HEADS = ("source", "other_source", "identities:count", "with_the_other:count", "persons_in_both:count",
               "share:share:identities+with_the_other")  # fmt: skip
_EVENTS = ("created", "merged", "split", "retired", "restored")

TABLES: tuple[tuple[Table, str], ...] = (
    (
        Table(
            "match_rate",
            "Match rates by sex, age and SSN",
            "Of the records of a group, how many are of a person whom another source knows as well. Sex, age (on the"
            " day of the last run) and Social Security number are what the record itself says.",
            heads(*_GROUP_HEADS[1:]),
        ),
        _GROUPS_SQL.format(source=""),
    ),
    (
        Table(
            "match_rate_by_source",
            "Match rates by source, sex, age and SSN",
            "The same for each source.",
            heads(*_GROUP_HEADS),
        ),
        _GROUPS_SQL.format(source="source,"),
    ),
    (
        Table(
            "source_pair",
            "Match rates by source pair",
            "Of the records of one source, how many are of a person whom the other source knows as well.",
            heads(*_PAIR_HEADS),
        ),
        _SOURCE_PAIR_SQL,
    ),
    (
        Table(
            "edge",
            "Links by rule",
            "Accepted links between two records. The weight is log2 odds that the two are one person; p10 to p90 are"
            " its deciles. D1: number, D2: agency's id, D3: name and birth date, P: probability, R: a decision.",
            heads("match_rule", "edges:count", "weighed:count", *(f"p{tenth}:number:weighed" for tenth in DECILES)),
        ),
        _EDGE_SQL,
    ),
    (
        Table(
            "refused_edge",
            "Refused links by reason",
            "Links that a rule or the model proposed and that were not made.",
            heads("reason", "match_rule", "edges:count", "what_it_means"),
        ),
        _REFUSED_SQL,
    ),
    (
        Table(
            "cluster_size",
            "Records and sources per person",
            "How many persons have how many records (identities), and records of how many sources.",
            heads("counted", "size", "persons:count", "share:share:persons"),
        ),
        _SIZE_SQL,
    ),
    (
        Table(
            "review",
            "Review list",
            "Questions for a person, by reason.",
            heads("reason", "open:count", "decided:count", "what_it_means"),
        ),
        _REVIEW_SQL,
    ),
    (
        Table(
            "last_run",
            "What changed with the last run",
            "Records whose link changed, and the persons they are of now (of those that left: were of).",
            heads("change", "identities:count", "persons:count"),
        ),
        _LAST_RUN_SQL,
    ),
    (
        Table(
            "run",
            "Runs",
            "Newest first. A run that changed nothing is not among them. Persons touched: the run changed one of their"
            " records, a rule or the key; the rest counts what happened to keys.",
            heads(
                "run:number",
                "data_day",
                "model",
                "identities:count",
                "persons:count",
                "persons_touched:count",
                "of_these_new:count",
                *(f"{event}:count" for event in _EVENTS),
            ),
        ),
        _RUN_SQL,
    ),
)
"""In the order of the page. `$why`, where a statement has it, is the map of reasons to sentences."""


def as_map(why: dict[str, str]) -> str:
    """The sentences as an SQL map."""
    return "map {" + ", ".join(f"{literal(name)}: {literal(sentence)}" for name, sentence in sorted(why.items())) + "}"
