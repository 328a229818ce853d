"""From what was counted to files, batches and rows, and from a row back: never what stands in them.

Belongs here: the queries on staged records and the ledger, both restricted. Does not: counting (`trace_rows`), showing
(`trace`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.models import inputs, models
from cli.trace_marts import NotTraced
from cli.trace_rows import Part, parts_of
from home.sql import literal

if TYPE_CHECKING:
    import duckdb

NAMED = re.compile(r"\b(?:fct|bridge|dim)_\w+")
QUARTERS_BEFORE, QUARTERS_AFTER = 4, 4
"""Wages count up to a year before entry and a year after exit; others of the person are not listed."""
THROUGH = {
    "participant_id": (
        "record.participant_id",
        "select participant_id as link, person_key from staging.stg_cthires_participant",
    ),
    "student_id": ("record.student_id", "select student_id as link, person_key from staging.stg_adult_ed"),
    "loan_id": ("record.loan_id", "select loan_id as link, person_key from staging.stg_career_loan"),
    "person_source_id": (
        "record.source_system_code || '-' || record.person_source_id",
        "select source_system_code || '-' || person_source_id as link, person_key "
        "from intermediate.int_person_number_collected",
    ),
}
"""How rows that name a person only by an agency's number find the person."""


@dataclass(frozen=True)
class Source:
    """One row of a file behind a cell; of things that are no persons the whole file, row_no null."""

    person_key: str | None
    period_key: str | None
    source: str
    file_name: str
    batch_id: str
    row_no: int | None


def sources(con: duckdb.DuckDBPyConnection, report: str) -> list[Source]:
    """The rows of agencies' files behind what `write_counted` counted, one per stay or person and row; ordered.

    Of who counts by a stay only the wages around it; of other sources every record of the person that what counts them
    is made of. Of things that are no persons the files in use.
    """
    parts = dict(enumerate(parts_of(report)))
    made_of = {no: inputs_of(part) for no, part in parts.items()}
    found = [
        "select counted.person_key, counted.period_key, record._batch_id, record._row_no "
        f"from counted inner join ({records}) as record on record.person_key = counted.person_key {near} "
        f"where counted.part_no in ({', '.join(str(no) for no, names in made_of.items() if staged in names)})"
        for staged, records, near in _records(con, sorted({name for names in made_of.values() for name in names}))
    ]
    things = con.execute("select distinct part_no from counted where person_key is null order by part_no").fetchall()
    files = sorted({source for (no,) in things for source in parts[no].files})
    found.append(
        "select cast(null as varchar), cast(null as varchar), batch_id, cast(null as bigint) "
        f"from marts.core.fct_batch where source_name in ({', '.join(map(literal, files)) or 'null'})"
    )
    rows = con.execute(
        "select distinct record.person_key, record.period_key, batch.source, batch.file_name, batch.batch_id, "
        f"record._row_no from ({' union all '.join(found)}) as record "
        "inner join warehouse.ledger.batch as batch on batch.batch_id = record._batch_id order by all"
    ).fetchall()
    return [Source(*row) for row in rows]


def inputs_of(part: Part) -> set[str]:
    """The staged sources of the facts and dimensions a part names."""
    said = " ".join([part.subject, *part.joins, *part.also, *part.counts.values(), *part.distinct.values()])
    return {staged for name in set(NAMED.findall(said)) & set(models()) for staged in inputs(name).get("stg_", [])}


def _records(con: duckdb.DuckDBPyConnection, staged: list[str]) -> list[tuple[str, str, str]]:
    """Each staged source that knows persons and rows: its name, its rows with person_key, and which are near a stay."""
    found = []
    for name in staged:
        columns = {
            column
            for (column,) in con.execute(
                "select column_name from duckdb_columns() "
                "where database_name = 'marts' and schema_name = 'staging' and table_name = ?",
                [name],
            ).fetchall()
        }
        if not {"_batch_id", "_row_no"} <= columns:
            continue
        near, quarter = "", ""
        if "quarter_index" in columns and "person_key" in columns:
            quarter = ", record.quarter_index"
            near = (
                "and (counted.period_key is null or exists ("
                "from marts.core.fct_program_period as stay where stay.period_key = counted.period_key and "
                f"record.quarter_index between stay.entry_quarter_index - {QUARTERS_BEFORE} "
                f"and coalesce(stay.exit_quarter_index, stay.entry_quarter_index) + {QUARTERS_AFTER}))"
            )
        if "person_key" in columns:
            found.append(
                (
                    name,
                    f"select record._batch_id, record._row_no, record.person_key{quarter} from staging.{name} record",
                    near,
                )
            )
        elif through := next((column for column in THROUGH if column in columns), None):
            link, known = THROUGH[through]
            found.append(
                (
                    name,
                    f"select record._batch_id, record._row_no, known.person_key from staging.{name} as record "
                    f"inner join ({known}) as known on known.link = {link}",
                    "",
                )
            )
    return found


def write_counted_of_row(con: duckdb.DuckDBPyConnection, file_name: str, row_no: int) -> list[str]:
    """Finds the persons a row of a file is about; their stays, as temp table `stay`. Returns the batches of the file.

    Raises NotTraced when no visible batch has such a file or row, or the row names nobody.
    """
    batches = [
        (batch, source)
        for batch, source in con.execute(
            "select batch_id, source from warehouse.ledger.batch where file_name = ? order by batch_id", [file_name]
        ).fetchall()
    ]
    if not batches:
        raise NotTraced(f"No file {Path(file_name).name} has been loaded; `workforce status` lists what has.")
    found = []
    for batch, source in batches:
        for _, records, _ in _records(con, [f"stg_{source}"]):
            found.append(
                f"select person_key from ({records}) where _batch_id = {literal(batch)} and _row_no = {row_no}"
            )
    if not found:
        raise NotTraced(f"Rows of {Path(file_name).name} name no person, so no person's stay counts because of one.")
    con.execute(
        "create or replace temp table stay as select period_key from marts.core.fct_program_period "
        f"where person_key in ({' union all '.join(found)})"
    )
    [(persons,)] = con.execute(f"select count(distinct person_key) from ({' union all '.join(found)})").fetchall()
    if not persons:
        raise NotTraced(
            f"Row {row_no} of {Path(file_name).name} is not in use: it was quarantined, superseded by a newer extract, "
            "or is not there. Its receipt says which."
        )
    return [batch for batch, _ in batches]


def cells_of_stays(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int, bool, bool]]:
    """How those stays count: period_key, metric, programme year, in denominator, in numerator."""
    return con.execute(
        "select metric.period_key, metric.metric_code, metric.program_year, metric.is_in_denominator, "
        "metric.is_in_numerator from marts.core.fct_period_metric as metric semi join stay using (period_key) "
        "where metric.is_in_denominator order by all"
    ).fetchall()
