"""The views cross-file rules are asked over: a source's visible rows as the build will see them, each with its person.

Belongs here: newest row per key, deletions, persons, in the scratch engine. Does not: the rules, or their results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import contracts
from contracts import RECORD_ACTION, Field, Source
from contracts.cross import CrossView
from home.sql import quote
from ingest.engine import lent, repeated

if TYPE_CHECKING:
    import duckdb


def visible_sources(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Visible batches per source that has any."""
    return dict(con.execute("select source, count(*) from warehouse.ledger.visible_batch group by source").fetchall())


def make_build(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create or replace temp view build as select as_of_date from warehouse.ledger.build")


def make_source(con: duckdb.DuckDBPyConnection, source: Source, batches: int) -> None:
    """The view of a source: its columns in raw, person_key, person_has_valid_ssn, and of its batch
    _extract_ts, _period, _is_final, _amend_mode and _submitter, who sent it."""
    base, (person, joined) = quote(f"{source.name} of visible batches"), _person(source)
    con.execute(
        f"create or replace temp view {base} as select r.*, v.extract_ts as _extract_ts, v.period as _period, "
        f"v.place as _place, coalesce(v.submitter, '') as _submitter, "
        f"b.is_final as _is_final, b.amend_mode as _amend_mode, {person} "
        f"from warehouse.raw.{source.raw_table} r "
        "join warehouse.ledger.visible_batch v on v.batch_id = r._batch_id "
        f"join warehouse.ledger.batch b on b.batch_id = r._batch_id {joined}"
    )
    older = ""
    if batches > 1:  # within one batch no key repeats
        _find_older(con, source, base)
        older = f"anti join {quote(f'older {source.name}')} o on o._batch_id = s._batch_id and o._row_no = s._row_no"
    con.execute(
        f"create or replace temp view {quote(source.name)} as select s.* from {base} s {older} "
        f"where s.{RECORD_ACTION} is distinct from 'D'"
    )


def make_view(con: duckdb.DuckDBPyConnection, view: CrossView) -> None:
    """A view of the rules' own, over those of sources."""
    con.execute(f"create or replace temp view {quote(view.name)} as {view.sql}")


def _person(source: Source) -> tuple[str, str]:
    """The columns of a row's person, and what must be joined for them."""
    crosswalk = "warehouse.linkage.person_crosswalk"
    if source.has_identity:
        return "c.person_key, c.person_has_valid_ssn", f"left join {crosswalk} c on c.identity_key = r.identity_key"
    for column, name in (source.references or {}).items():
        other = contracts.load(name)
        known = other.by_name.get(column) or other.by_name[str(other.person_id_field)]
        persons = (
            f"select o.{_stored(known)} as id, min(c.person_key) as person_key, "
            f"arg_min(c.person_has_valid_ssn, c.person_key) as person_has_valid_ssn "
            f"from warehouse.raw.{other.raw_table} o "
            "join warehouse.ledger.visible_batch v on v.batch_id = o._batch_id "
            f"join {crosswalk} c on c.identity_key = o.identity_key group by 1"
        )
        return (
            "p.person_key, p.person_has_valid_ssn",
            f"left join ({persons}) p on p.id = r.{_stored(source.by_name[column])}",
        )
    return "null::varchar as person_key, null::boolean as person_has_valid_ssn", ""


def _stored(field: Field) -> str:
    """The raw column of a field: itself, or its token."""
    return quote(field.name if field.in_warehouse else str(field.token_column))


def _find_older(con: duckdb.DuckDBPyConnection, source: Source, base: str) -> None:
    """The table of rows that a newer extract of the sender has under the same key.

    Hashes narrow the search to keys that repeat."""
    import pyarrow as pa

    parts = ["_submitter", *(_stored(source.by_name[name]) for name in source.key)]
    if source.key_also:  # names that set people under one number apart: in the warehouse, the person
        parts.append("coalesce(person_key, identity_key::varchar)")
    key = ", ".join(parts)
    hashes = repeated(con, "h", f"(select hash({key}) as h from {base})")
    with lent(con, "suspect_key", pa.table({"h": hashes})):
        con.execute(
            f"create or replace temp table {quote(f'older {source.name}')} as select _batch_id, _row_no from ("
            f"select _batch_id, _row_no, rank() over (partition by {key} "
            "order by _extract_ts desc, _period desc, _place desc, _batch_id desc) as recency "
            f"from {base} where hash({key}) in (select h from suspect_key)) where recency > 1"
        )
