"""The crosswalk: identity_key → person_key, copied from the vault into the warehouse. The only thing that crosses.

Belongs here: which links a build sees. Does not: who is who (`registry`), the links of every day (`history`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import duckdb

from home import Home
from linkage.history import LINKS_OF_DAY_SQL
from linkage.run import LinkageError, open_vault

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS_SQL = """
with links as ({links}),
wanted as (select * from links {only})
select
    w.identity_key, w.person_key, w.match_rule,
    bool_or(w.person_has_valid_ssn) over (partition by w.person_key) as person_has_valid_ssn,
from wanted as w left join identity as i using (identity_key)
order by w.person_key, i.source, i.first_sha256, i.first_row_no, w.identity_key
"""

_LINKS_OF_NOW_SQL = "select identity_key, person_key, match_rule, person_has_valid_ssn from linkage.identity_person"


def write_crosswalk(home: Home, as_of: date | None = None, batches: Sequence[str] | None = None) -> int:
    """Replaces `linkage.person_crosswalk` of the warehouse; returns its rows.

    Grain: one row per identity_key. The links of now, of every identity of the last run; with `as_of` the links of that
    day, where an identity first linked later has its first link. `batches` leaves out identities that came in none of
    these batches: an as-of build names those it may know of.
    `person_has_valid_ssn`: some identity of the person has a valid number that is not shared.
    Raises LinkageError when linkage has not run yet.
    """
    vault = open_vault(home, read_only=True)
    try:
        rows = _rows(vault, as_of, batches)
    finally:
        vault.close()
    con = duckdb.connect(str(home.warehouse_db))
    try:
        con.execute("begin")
        con.execute("create schema if not exists linkage")
        con.execute(
            "create or replace table linkage.person_crosswalk (identity_key uuid primary key, "
            "person_key varchar not null, match_rule varchar not null, person_has_valid_ssn boolean not null)"
        )
        con.register("crosswalk_rows", rows)
        con.execute("insert into linkage.person_crosswalk select * from crosswalk_rows")
        con.execute("commit")
        return rows.num_rows
    finally:
        con.close()


def _rows(vault: duckdb.DuckDBPyConnection, as_of: date | None, batches: Sequence[str] | None) -> pa.Table:
    links = _LINKS_OF_NOW_SQL if as_of is None else LINKS_OF_DAY_SQL
    known = "select identity_key from identity_batch where list_contains($batches, batch_id)"
    only = "" if batches is None else f"semi join ({known}) using (identity_key)"
    given = {"day": as_of, "batches": None if batches is None else list(batches)}
    try:
        return vault.sql(
            _ROWS_SQL.format(links=links, only=only),
            params={name: value for name, value in given.items() if value is not None},
        ).to_arrow_table()
    except duckdb.CatalogException:
        raise LinkageError("The identities have not been linked yet: run linkage, then copy its crosswalk.") from None
