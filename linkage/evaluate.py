"""How good the links are, where the truth is known: pairs of identities, by source pair and by group of people, and
persons wrongly merged.

Belongs here: counting against a truth. Does not: any decision about links.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from home import Home
from home.sql import literal
from linkage.run import LinkageError, open_vault


@dataclass(frozen=True)
class PairScore:
    """Pairs of identities: joined and truly one person, joined in all, truly one person in all."""

    right: int
    joined: int
    true: int

    @property
    def precision(self) -> float:
        """Share of joined pairs that are right; 1 when nothing was joined."""
        return self.right / self.joined if self.joined else 1.0

    @property
    def recall(self) -> float:
        """Share of true pairs that were joined; 1 when there are none."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.joined + self.true
        return 2 * self.right / total if total else 1.0


@dataclass(frozen=True)
class Evaluation:
    """`by_source_pair` keys are (source, source) in alphabetical order. `identities_without_truth` were left out."""

    overall: PairScore
    by_source_pair: dict[tuple[str, str], PairScore]
    persons: int
    persons_wrongly_merged: int
    identities_without_truth: int

    @property
    def wrongly_merged_per_10_000(self) -> float:
        """True persons that share a cluster with another true person, per 10,000 true persons."""
        return 10_000 * self.persons_wrongly_merged / self.persons if self.persons else 0.0


@dataclass(frozen=True)
class GroupScore:
    """One group of people: the pairs with at least one record of theirs, the persons, and those of them that share a
    cluster with anybody else, of the group or not."""

    pairs: PairScore
    persons: int
    persons_wrongly_merged: int


_PAIRS_SQL = """
-- Pairs inside a group, by source pair: n × m between two sources, n (n − 1) / 2 within one.
with counted as (select {group_by}, source, count(*) as n from placed group by {group_by}, source)
select l.source, r.source, sum(case when l.source = r.source then l.n * (l.n - 1) // 2 else l.n * r.n end)::bigint
from counted as l inner join counted as r using ({group_by})
where l.source <= r.source
group by all
"""


def score(con: duckdb.DuckDBPyConnection, relation: str) -> Evaluation:
    """Scores a relation (source, person_key, truth_person_id; null truth: not counted), one row per identity."""
    con.execute(f"create or replace temp table placed as select * from {relation} where truth_person_id is not null")
    counts = {
        name: {(a, b): pairs for a, b, pairs in con.execute(_PAIRS_SQL.format(group_by=group_by)).fetchall()}
        for name, group_by in (
            ("right", "person_key, truth_person_id"),
            ("joined", "person_key"),
            ("true", "truth_person_id"),
        )
    }
    keys = sorted(set().union(*counts.values()))
    by_pair = {key: PairScore(*(counts[name].get(key, 0) for name in ("right", "joined", "true"))) for key in keys}
    by_pair = {key: pair for key, pair in by_pair.items() if pair.joined or pair.true}
    persons, merged = con.execute(
        """
        with mixed as (
            select person_key from placed group by person_key having count(distinct truth_person_id) > 1
        )
        select
            (select count(distinct truth_person_id) from placed),
            (select count(distinct truth_person_id) from placed semi join mixed using (person_key))
        """
    ).fetchall()[0]
    unknown = con.execute(f"select count(*) from {relation} where truth_person_id is null").fetchall()[0][0]
    overall = PairScore(*(sum(counts[name].values()) for name in ("right", "joined", "true")))
    return Evaluation(overall, by_pair, persons, merged, unknown)


_GROUPS_SQL = """
with mine as (select g.grouped_by, g.value, p.* from placed as p inner join {groups} as g using (truth_person_id)),
cluster as (
    select person_key, count(*) as n, count(distinct truth_person_id) as persons from placed group by person_key
),
-- n (n − 1) / 2 inside a whole, less the pairs of which neither record is of the group.
joined as (
    select grouped_by, value, sum((c.n * (c.n - 1) - (c.n - m.n) * (c.n - m.n - 1)) // 2)::bigint as pairs
    from (select grouped_by, value, person_key, count(*) as n from mine group by all) as m
    inner join cluster as c using (person_key)
    group by all
),
same as (
    select grouped_by, value, sum(n * (n - 1) // 2)::bigint as pairs
    from (select grouped_by, value, truth_person_id, count(*) as n from mine group by all) group by all
),
found as (
    select grouped_by, value, sum(n * (n - 1) // 2)::bigint as pairs
    from (select grouped_by, value, truth_person_id, person_key, count(*) as n from mine group by all) group by all
),
person as (
    select
        grouped_by, value, count(distinct truth_person_id) as persons,
        count(distinct truth_person_id) filter (where c.persons > 1) as merged,
    from mine inner join cluster as c using (person_key)
    group by all
)
select grouped_by, value, found.pairs, joined.pairs, same.pairs, persons, merged
from joined inner join same using (grouped_by, value) inner join found using (grouped_by, value)
inner join person using (grouped_by, value)
order by grouped_by, value
"""


def score_groups(con: duckdb.DuckDBPyConnection, relation: str, groups: str) -> dict[tuple[str, str], GroupScore]:
    """Scores a relation as `score` does, once per group of `groups` (truth_person_id, grouped_by, value).

    A person may be of several groups of one kind. Keys are (grouped_by, value).
    """
    con.execute(f"create or replace temp table placed as select * from {relation} where truth_person_id is not null")
    rows = con.execute(_GROUPS_SQL.format(groups=groups)).fetchall()
    return {(by, value): GroupScore(PairScore(*pairs), persons, merged) for by, value, *pairs, persons, merged in rows}


def _judged(home: Home, truth: Path | str) -> duckdb.DuckDBPyConnection:
    """The vault with the temporary table `judged`: source, person_key, truth_person_id. The caller closes it.

    An identity stands for the row that brought it first: its file is found in the warehouse ledger by checksum, its
    row by number. Raises LinkageError when the truth has none of the loaded files.
    """
    con = open_vault(home, read_only=True)
    try:
        con.execute(f"attach {literal(str(home.warehouse_db))} as loaded (read_only)")
        con.execute(
            """
            create or replace temp table judged as
            select i.source, p.person_key, t.truth_person_id
            from identity as i
            inner join linkage.identity_person as p using (identity_key)
            left join (select distinct source, sha256, file_name from loaded.ledger.batch) as b
                on b.source = i.source and b.sha256 = i.first_sha256
            left join read_parquet($truth) as t
                on t.source = i.source and t.file_name = b.file_name and t.row_no = i.first_row_no
            """,
            {"truth": str(truth)},
        )
        if not con.execute("select count(truth_person_id) from judged").fetchall()[0][0]:
            raise LinkageError(
                "The truth names none of the loaded files: score it against the extracts it was made with."
            )
    except BaseException:
        con.close()
        raise
    return con


def evaluate(home: Home, truth: Path | str) -> Evaluation:
    """Scores the last run of linkage against `truth`, a Parquet file (source, file_name, row_no, truth_person_id).

    Raises LinkageError when the truth has none of the loaded files.
    """
    with closing(_judged(home, truth)) as con:
        return score(con, "judged")


def evaluate_groups(home: Home, truth: Path | str, groups: str) -> dict[tuple[str, str], GroupScore]:
    """The same per group of people: `groups` is a query of truth_person_id, grouped_by, value. Raises as `evaluate`."""
    with closing(_judged(home, truth)) as con:
        return score_groups(con, "judged", f"({groups})")
