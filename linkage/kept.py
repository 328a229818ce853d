"""What linkage keeps in the vault from run to run, so that a run compares only what is new.

Belongs here: the standardised identities, the levels compared pairs were found on, and what the last run saw. Does not:
how a record is standardised (`standardise`), which pairs are compared and what their levels weigh (`score`).

Only what follows from one record, or from the two records of a pair, is kept: whatever depends on all of them (how rare
a name is, the prior, which keys too many share, clusters) every run finds anew. So a run that adds to what is kept
gives what a run from nothing gives. When the code or its data change, nothing that was kept is used.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow as pa

from linkage import model as models
from linkage.standardise import VAULT_INPUT, comparable_sql, shared_ssn_sql, std_sql, view_sql

_TABLES_SQL = """
create schema if not exists linkage;
create or replace table linkage.kept_identity (
    kept_no bigint not null, content_hash ubigint not null, ssn_is_shared boolean not null, {columns}
);
create or replace table linkage.kept_pair (
    kept_no bigint not null, other_kept_no bigint not null, levels bigint not null
);
create or replace table linkage.kept_run (definitions varchar not null, input varchar)
"""
"""Grain: kept_identity one row per identity as it is compared, numbered; what changes gets a new number. kept_pair one
row per compared pair of these numbers, without order. kept_run one row: under which definitions all this was found, and
the fingerprint of what the last run was given (null when it was not linked to the end by the usual rules)."""

_COLUMNS: list[str] = []
"""Of `kept_identity`, with their types: those of `comparable_sql`, asked once."""
OF_THE_FIRST_RECORD = ("source", "first_sha256", "first_row_no")
"""Columns of the identity that say which of its records came first: another may, and nothing compared changes."""

_CHANGED_SQL = """
create or replace temp table identity_changed as
select identity_key, i.content_hash, k.kept_no as gone_no
from (
    select
        identity_key,
        hash(
            source, id_system, agency_person_id, sasid, ssn, first_name, middle_name, last_name, suffix, birth_date,
            sex, street, town_code, zip
        ) as content_hash,
    from identity
) as i
full join linkage.kept_identity as k using (identity_key)
where i.content_hash is distinct from k.content_hash;

create or replace temp table kept_gone as select gone_no as kept_no from identity_changed where gone_no is not null;

delete from linkage.kept_identity where kept_no in (select kept_no from kept_gone)
"""

_ADD_SQL = """
insert into linkage.kept_identity by name
select
    {last} + row_number() over (order by source, first_sha256, first_row_no, identity_key) as kept_no,
    n.content_hash, false as ssn_is_shared, c.* exclude ({first}),
from ({comparable}) as c inner join identity_changed as n using (identity_key)
"""

_SHARED_SQL = """
create or replace temp table sharing_changed as
with shared as ({shared})
select
    k.kept_no, (select max(kept_no) from linkage.kept_identity) + row_number() over (order by k.kept_no) as new_no
from linkage.kept_identity as k left join shared as s on s.number = coalesce(k.ssn_std, k.itin_std)
where (s.number is not null) <> k.ssn_is_shared;

insert into kept_gone select kept_no from sharing_changed;

update linkage.kept_identity as k set kept_no = c.new_no, ssn_is_shared = not ssn_is_shared
from sharing_changed as c where c.kept_no = k.kept_no
"""

_INPUT_SQL = """
select
    count(*), bit_xor(hash(i)), sum(hash(i) % 1000000007),
    (select bit_xor(hash(d)) from linkage.decision as d), (select count(*) from linkage.decision),
from identity as i
"""


@cache
def definitions() -> str:
    """Everything the kept comparisons follow from: the code of this package with its data, and the engines under it.

    Not the model: it says what a level weighs, and no weight is kept.
    """
    digest = hashlib.sha256(f"{duckdb.__version__} {version('splink')} {view_sql()}".encode())
    here = Path(__file__).parent
    for path in sorted([*here.glob("*.py"), *here.glob("data/*")]):
        if path.is_file() and path != models.MODEL_FILE:
            digest.update(f"{path.name} {path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def prepare(con: duckdb.DuckDBPyConnection, *, forget: bool = False) -> None:
    """Makes the tables and the view `linkage.identity_std` where missing, of other definitions, or to be forgotten."""
    if forget or _last_run(con)[0] != definitions():
        # Not `create table as … where false`: DuckDB 2.0 finds nothing by a column of such a table once more than
        # 122,880 rows were added in the same transaction.
        if not _COLUMNS:  # DuckDB takes long to tell, and it is the same for every vault
            columns = con.execute(f"describe {comparable_sql(f'({view_sql()})')}").fetchall()
            _COLUMNS.extend(f"{name} {kind}" for name, kind, *_ in columns if name not in OF_THE_FIRST_RECORD)
        _run(con, _TABLES_SQL.format(columns=", ".join(_COLUMNS)))
        con.execute(f"create or replace view linkage.identity_std as {view_sql()}")
    else:
        con.execute("delete from linkage.kept_run")
    con.execute("insert into linkage.kept_run values (?, null)", [definitions()])


def _last_run(con: duckdb.DuckDBPyConnection) -> tuple[str | None, str | None]:
    there = con.execute(
        "select count(*) from duckdb_tables() where schema_name = 'linkage' and table_name = 'kept_run'"
    ).fetchall()[0][0]
    rows = con.execute("select definitions, input from linkage.kept_run").fetchall() if there else []
    return rows[0] if rows else (None, None)


def _run(con: duckdb.DuckDBPyConnection, statements: str) -> None:
    for statement in statements.split(";\n"):
        con.execute(statement)


def is_as_before(con: duckdb.DuckDBPyConnection, settings: str) -> bool:
    """Whether the last run was given the same identities and decisions, by the same definitions and `settings`."""
    last, given = _last_run(con)
    return last == definitions() and given is not None and given == _fingerprint(con, settings)


def remember(con: duckdb.DuckDBPyConnection, settings: str) -> None:
    """Notes what this run was given, so that the same need not be linked again."""
    con.execute("update linkage.kept_run set input = ?", [_fingerprint(con, settings)])


def _fingerprint(con: duckdb.DuckDBPyConnection, settings: str) -> str:
    [seen] = con.execute(_INPUT_SQL).fetchall()
    model = hashlib.sha256(repr(models.load()).encode()).hexdigest()
    return " ".join(str(value) for value in (*seen, model, settings))


def standardise(con: duckdb.DuckDBPyConnection) -> int:
    """Writes the temporary table `std` with `kept_no`; returns how many identities.

    Standardises only identities that are new or changed since the last run. Forgets the pairs of those that changed,
    left the vault, or have a number that is now nobody's, or somebody's again.
    """
    last = con.execute("select coalesce(max(kept_no), 0) from linkage.kept_identity").fetchall()[0][0]
    _run(con, _CHANGED_SQL)
    new = f"(select v.* from ({VAULT_INPUT}) as v semi join identity_changed using (identity_key))"
    _run(
        con,
        _ADD_SQL.format(
            last=last, first=", ".join(OF_THE_FIRST_RECORD), comparable=comparable_sql(f"({view_sql(new)})")
        ),
    )
    _run(con, _SHARED_SQL.format(shared=shared_ssn_sql("linkage.kept_identity")))
    if con.execute("select count(*) from kept_gone").fetchall()[0][0]:
        con.execute(
            "delete from linkage.kept_pair where kept_no in (select kept_no from kept_gone) "
            "or other_kept_no in (select kept_no from kept_gone)"
        )
    rows = (
        "(select i.source, i.first_sha256, i.first_row_no, k.* exclude (content_hash) "
        "from identity as i inner join linkage.kept_identity as k using (identity_key))"
    )
    con.execute(f"create or replace temp table std as {std_sql(rows)}")
    return con.execute("select count(*) from std").fetchall()[0][0]


def known_pairs(con: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    """The kept pairs as (a, b), values of `std.kept_no`, and their levels. To be read before `con` is used again."""
    return con.sql("select kept_no as a, other_kept_no as b, levels from linkage.kept_pair").to_arrow_reader()


def keep_pairs(con: duckdb.DuckDBPyConnection, compared: pa.RecordBatchReader) -> None:
    """Adds newly compared pairs (a, b, levels), named likewise."""
    con.register("newly_compared", compared)
    con.execute("insert into linkage.kept_pair select a, b, levels from newly_compared")
    con.unregister("newly_compared")
