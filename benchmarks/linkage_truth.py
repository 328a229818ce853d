"""How right the links are where the truth is known, ours and plain Splink's, on the same records in the same run.

Belongs here: the sets and the scoring. Does not: speed (`linkage`). Scored are pairs that can be linked at all: joined
by a chain of records that share a kind of field beyond the name (number, birth date, street with ZIP code); a joined
pair of one person that no such chain joins is neither right nor wrong.

WORKFORCE_BENCH_LARGE=1 adds the sets of 100,000 records.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import duckdb
import numpy as np

from benchmarks import plain_splink
from benchmarks.invented_records import records
from home import PROJECT_ROOT
from linkage.cluster import connected_components
from linkage.engine import link_relation
from linkage.evaluate import score
from linkage.record_columns import IDENTIFYING, IDS
from synth.noise import PLACEHOLDERS

SIZES = (10_000, 100_000) if os.environ.get("WORKFORCE_BENCH_LARGE") else (10_000,)
NOISES = (1.0, 3.0)
SEED = 2026
FEBRL = PROJECT_ROOT / "tests" / "golden" / "febrl"
_NUMBER = (
    f"ssn is not null and ltrim(ssn, '0') not in ({', '.join(repr(str(one).lstrip('0')) for one in PLACEHOLDERS)})"
)
BEYOND_THE_NAME = (_NUMBER, "date_of_birth is not null", "street is not null and zip is not null")
_PLAIN_SQL = """
create or replace table people as
select
    row_number() over (order by source_system, source_record_id) as unique_id,
    if({number}, lpad(ssn, 9, '0'), null) as ssn, lower(strip_accents(first_name)) as first_name,
    lower(strip_accents(last_name)) as last_name, date_of_birth as birth_date, sex, lower(street) as street, zip,
from truth
"""


def run() -> list[tuple[str, str]]:
    """Measures; returns label and figure."""
    return [row for label, load in _sets() for row in _measured(label, load)]


def _sets() -> Iterator[tuple[str, object]]:
    for name in ("febrl3", "febrl4"):
        yield name, f"select * from read_parquet('{FEBRL / name}.parquet')"
    for size in SIZES:
        for noise in NOISES:
            yield f"invented Connecticut, {size:,} records, noise × {noise:g}", records(size, noise, SEED)


def _measured(label: str, given: object) -> list[tuple[str, str]]:
    with duckdb.connect() as con:
        if not isinstance(given, str):
            con.register("given", given)
        empty = ", ".join(f"null::varchar as {name}" for name in (*IDS, *IDENTIFYING))
        con.execute(
            f"create table truth as select {empty} where false union all by name "
            f"({given if isinstance(given, str) else 'select * from given'})"
        )
        add_chain(con)
        con.execute("create view record as select * exclude (truth_person_id, chain, n) from truth")
        link_relation(con, "record")
        con.execute("create table ours as select source_system, source_record_id, cluster from clustered_record")
        con.execute(_PLAIN_SQL.format(number=_NUMBER))
        present = [
            name
            for name in plain_splink.FIELDS
            if con.execute(f"select count(distinct {name}) > 1 from people").fetchall()[0][0]
        ]
        found = plain_splink.cluster(con, "people", present)
        con.execute(
            "create table plain as select t.source_system, t.source_record_id, p.cluster_id as cluster "
            f"from {found} as p inner join truth as t on t.n = p.unique_id"
        )
        return [(f"{label}: {who}", scored(con, table)) for who, table in (("ours", "ours"), ("plain Splink", "plain"))]


def add_chain(con: duckdb.DuckDBPyConnection) -> None:
    """Adds `n` and `chain`: records of one person with one chain can be linked. One node per record, and one per
    person and kind of field, to which the records that have it are tied."""
    con.execute(
        "create or replace table truth as select *, "
        "row_number() over (order by source_system, source_record_id) as n from truth"
    )
    kinds = ", ".join(f"({sql}) as kind_{place}" for place, sql in enumerate(BEYOND_THE_NAME))
    found = con.execute(
        f"select dense_rank() over (order by truth_person_id) - 1 as person, {kinds} from truth order by n"
    ).fetchnumpy()
    person = np.asarray(found["person"], dtype=np.int64)
    size, persons = person.size, int(person.max()) + 1
    a, b = [], []
    for place in range(len(BEYOND_THE_NAME)):
        has = np.flatnonzero(np.asarray(found[f"kind_{place}"], dtype=bool))
        a.append(has)
        b.append(size + place * persons + person[has])
    chain = connected_components(size + len(BEYOND_THE_NAME) * persons, np.concatenate(a), np.concatenate(b))[:size]
    con.register("chained", {"n": np.arange(1, size + 1), "chain": chain})
    con.execute("create or replace table truth as select * from truth inner join chained using (n)")
    con.unregister("chained")


def scored(con: duckdb.DuckDBPyConnection, clusters: str) -> str:
    by = {}
    for truth in ("truth_person_id", "chain"):
        con.execute(
            f"create or replace view judged as select t.source_system as source, c.cluster as person_key, "
            f"t.{truth} as truth_person_id from truth as t inner join {clusters} as c "
            "using (source_system, source_record_id)"
        )
        by[truth] = score(con, "judged")
    persons, chains = by["truth_person_id"], by["chain"].overall
    wrong = persons.overall.joined - persons.overall.right
    precision = chains.right / (chains.right + wrong) if chains.right + wrong else 1.0
    f1 = 2 * precision * chains.recall / (precision + chains.recall) if chains.right else 0.0
    merged = persons.wrongly_merged_per_10_000
    return (
        f"precision {precision:.4f}, recall {chains.recall:.4f}, F1 {f1:.3f}, wrongly merged per 10,000: {merged:.0f}"
    )
