"""From a figure to the rows it was counted from, and back: batch, file and row, never what stands in them.

A report says in its YAML (config.meta.trace) how it is counted: `subject` is the core fact with one row per thing
counted, `period` its key of the stay, `same` the columns a cell shares with it, `also` further conditions on `cell` and
`subject`, `counts` which of its yes-or-no columns makes which count.
Belongs here: the queries, on the marts and the warehouse of this environment, both restricted. Does not: showing
(`trace`), identifiers (they are in the vault, which is not opened).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.models import described, inputs
from home import Home
from home.sql import literal

if TYPE_CHECKING:
    import duckdb

MOST_CELLS = 50
QUARTERS_BEFORE, QUARTERS_AFTER = 4, 4
"""Wages count up to a year before entry and a year after exit; others of the person are not listed."""
EVERYWHERE = "ALL"
THROUGH = {
    "participant_id": "select participant_id as link, person_key from staging.stg_cthires_participant",
    "student_id": "select student_id as link, person_key from staging.stg_adult_ed",
}
"""How rows that name a person only by an agency's number find the person."""


class NotTraced(RuntimeError):
    """The figure or the row cannot be traced; the message says why and what to do."""


@dataclass(frozen=True)
class Cell:
    """One row of a report: its key in words, and for each count what the report says and what was found."""

    key: str
    counts: dict[str, tuple[int, int]]

    @property
    def agrees(self) -> bool:
        return all(said == found for said, found in self.counts.values())


@dataclass(frozen=True)
class Source:
    """One row of a file behind a cell."""

    period_key: str
    source: str
    file_name: str
    batch_id: str
    row_no: int


def open_marts(home: Home) -> duckdb.DuckDBPyConnection:
    """The last good build with the warehouse beside it, for reading. Raises NotTraced when nothing was built."""
    import duckdb

    if not home.marts_db.exists():
        raise NotTraced("There is no good build to trace in yet: `workforce run` first.")
    con = duckdb.connect(":memory:")
    con.execute(f"attach {literal(str(home.marts_db))} as marts (read_only)")
    con.execute(f"attach {literal(str(home.warehouse_db))} as warehouse (read_only)")
    con.execute("use marts")
    con.execute("set search_path = 'marts.reporting,marts.core'")
    return con


def trace_of(report: str) -> dict[str, Any]:
    """How the report says it is counted. Raises NotTraced when it is no report, or counts nobody."""
    reports = {model["name"]: model for model in described() if model["name"].startswith("rpt_")}
    if report not in reports:
        raise NotTraced(f"There is no report {report}. There are: {', '.join(sorted(reports))}.")
    said = (reports[report].get("config") or {}).get("meta", {}).get("trace")
    if not said:
        traced = sorted(
            name for name, model in reports.items() if "trace" in (model.get("config") or {}).get("meta", {})
        )
        raise NotTraced(f"{report} does not say which rows it counts. Those that do: {', '.join(traced)}.")
    return said


def write_counted(con: duckdb.DuckDBPyConnection, report: str, where: str) -> list[Cell]:
    """Chooses the cells and writes temp tables `cell` (cell_no) and `counted` (cell_no, period_key, and the counts).

    Cells in the order of all their columns. Raises NotTraced when `where` cannot be read or matches no cell, or many.
    """
    import duckdb

    said = trace_of(report)
    try:
        con.execute(
            f"create or replace temp table chosen as select * from marts.reporting.{report} where {where} order by all"
        )
    except duckdb.Error as error:
        reason = str(error).splitlines()[0].split(":", 1)[-1].strip()
        raise NotTraced(f"--where cannot be read ({reason}). It is a condition on the columns of {report}.") from None
    con.execute("create or replace temp table cell as select rowid as cell_no, * from chosen")
    [(cells,)] = con.execute("select count(*) from cell").fetchall()
    if not 0 < cells <= MOST_CELLS:
        raise NotTraced(f"--where matches {cells:,} rows of {report}; name 1 to {MOST_CELLS}.")
    on = [f"subject.{name} is not distinct from cell.{name}" for name in said["same"]]
    if area := said.get("area"):
        on.append(f"(cell.{area} = '{EVERYWHERE}' or {said.get('area_of', 'subject')}.{area} = cell.{area})")
    joins = "inner join marts.core.fct_program_period as period on period.period_key = subject." + said["period"]
    on += [f"period.{name} is not distinct from cell.{name}" for name in said.get("same_period", ())]
    on += [f"({condition})" for condition in said.get("also", ())]
    if said.get("slice"):
        joins += (
            " inner join marts.core.bridge_period_slice as slice on slice.period_key = period.period_key "
            "and slice.slice_code = cell.slice_code and slice.slice_value = cell.slice_value"
        )
    flags = ", ".join(f"subject.{flag} as {count}" for count, flag in said["counts"].items())
    con.execute(
        f"create or replace temp table counted as select cell.cell_no, period.period_key, period.person_key, {flags} "
        f"from cell inner join marts.core.{said['subject']} as subject on true {joins} where {' and '.join(on)}"
    )
    return _cells(con, report, list(said["counts"]))


def _cells(con: duckdb.DuckDBPyConnection, report: str, counts: list[str]) -> list[Cell]:
    import publish

    key = next(mart.key for mart in publish.marts() if mart.name == report)
    words = " || ' ' || ".join(f"coalesce({name}::varchar, '-')" for name in key)
    both = ", ".join(f"any_value(cell.{name}), count(case when counted.{name} then 1 end)" for name in counts)
    rows = con.execute(
        f"select any_value({words}), {both} from cell left join counted using (cell_no) "
        "group by cell_no order by cell_no"
    ).fetchall()
    return [Cell(row[0], {name: (row[1 + 2 * i], row[2 + 2 * i]) for i, name in enumerate(counts)}) for row in rows]


def sources(con: duckdb.DuckDBPyConnection, report: str) -> list[Source]:
    """The rows of agencies' files behind what `write_counted` counted, one per stay and row; ordered.

    Of wages only those around the stay; of other sources every record of the person that this report is made of.
    """
    found = [
        f"select counted.period_key, record._batch_id, record._row_no from counted inner join ({records}) as record "
        f"on record.person_key = counted.person_key {near}"
        for records, near in _records(con, inputs(report).get("stg_", []))
    ]
    rows = con.execute(
        "select distinct record.period_key, batch.source, batch.file_name, batch.batch_id, record._row_no "
        f"from ({' union all '.join(found)}) as record "
        "inner join warehouse.ledger.batch as batch on batch.batch_id = record._batch_id order by all"
    ).fetchall()
    return [Source(*row) for row in rows]


def _records(con: duckdb.DuckDBPyConnection, staged: list[str]) -> list[tuple[str, str]]:
    """For each staged source that knows persons and rows: its rows with person_key, and which are near a stay."""
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
                "and exists (from marts.core.fct_program_period as stay where stay.period_key = counted.period_key and "
                f"record.quarter_index between stay.entry_quarter_index - {QUARTERS_BEFORE} "
                f"and coalesce(stay.exit_quarter_index, stay.entry_quarter_index) + {QUARTERS_AFTER})"
            )
        if "person_key" in columns:
            found.append(
                (
                    f"select record._batch_id, record._row_no, record.person_key{quarter} from staging.{name} record",
                    near,
                )
            )
        elif link := next((column for column in THROUGH if column in columns), None):
            found.append(
                (
                    f"select record._batch_id, record._row_no, known.person_key from staging.{name} as record "
                    f"inner join ({THROUGH[link]}) as known on known.link = record.{link}",
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
        for records, _ in _records(con, [f"stg_{source}"]):
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
