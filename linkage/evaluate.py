"""How good the links are, where the truth is known: pairs of identities, by source pair, and persons wrongly merged.

Belongs here: counting against a truth. Does not: any decision about links.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from home import Home
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


def evaluate(home: Home, truth: Path | str) -> Evaluation:
    """Scores the last run of linkage against `truth`, a Parquet file (source, file_name, row_no, truth_person_id).

    An identity stands for the row that brought it first: its file is found in the warehouse ledger by checksum, its
    row by number. Raises LinkageError when the truth has none of the loaded files.
    """
    con = open_vault(home, read_only=True)
    try:
        con.execute(f"attach '{home.warehouse_db}' as loaded (read_only)")
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
        result = score(con, "judged")
    finally:
        con.close()
    if not result.persons:
        raise LinkageError("The truth names none of the loaded files: score it against the extracts it was made with.")
    return result
