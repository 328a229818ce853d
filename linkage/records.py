"""Any records: files of person records in, one line per record with the person it belongs to out.

Belongs here: checks over all records, the order of the steps, the result file. Does not: how a file is read
(`record_files`), any rule of linkage (`engine`). Touches neither vault nor warehouse.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from home.paths import shown
from home.scratch import EngineFault
from home.sql import literal
from linkage.record_columns import COLUMNS, IDENTIFYING, IDS, OPTIONAL
from linkage.record_files import RecordFile, find_files, is_result, make_table, read_file
from linkage.record_values import judge, mend
from linkage.run import LinkageError
from linkage.scratch import MEMORY_LIMIT, check_writable, into_place, scratch_engine

ROWS_SHOWN = 5
PERSON_DIGITS = 9

Linker = Callable[[duckdb.DuckDBPyConnection, str], Any]
"""`linkage.engine.link_relation`: reads the relation named, writes `clustered_record`, returns its report."""


@dataclass(frozen=True)
class LinkedRecords:
    """What came of it. `used` and `unused` are columns; `notes` sentences on what was odd or could not be used."""

    records: int
    persons: int
    sources: dict[str, int]
    used: tuple[str, ...]
    unused: tuple[str, ...]
    notes: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def link_records(
    place: Path,
    out: Path,
    *,
    threads: int | None = None,
    memory_limit: str = MEMORY_LIMIT,
    linker: Linker | None = None,
) -> LinkedRecords:
    """Links the records of a folder, or of one file, and writes source_system, source_record_id, person_id to `out`.

    Grain of the result: one row per record, ordered by the first two columns. Deterministic: the same records give the
    same bytes however they are spread over files, in whatever order. Nothing is written unless all of it can be.
    Raises LinkageError, in one sentence and without a person's value.
    """
    files, notes = find_files(place)
    _refuse_overwriting(out, files)
    check_writable(out)
    with scratch_engine(threads=threads, memory_limit=memory_limit) as con:
        used, unused, said = load_records(con, place, files)
        notes += said
        report = (linker or engine(threads))(con, "record")
        notes += engine_notes(report, unused)
        records, persons = _check(con)
        with into_place(out, mode=0o640) as part:
            _write(con, part)
        sources = con.execute("select source_system, count(*) from record group by all order by all").fetchall()
    return LinkedRecords(records, persons, dict(sources), used, unused, tuple(dict.fromkeys(notes)))


def load_records(
    con: duckdb.DuckDBPyConnection, place: Path, files: Sequence[RecordFile]
) -> tuple[tuple[str, ...], tuple[str, ...], list[str]]:
    """Writes the table `record` of the files found in `place`; returns the columns used, those not, and notes.

    Raises LinkageError, in one sentence and without a person's value.
    """
    make_table(con)
    notes = []
    for number, file in enumerate(files):
        read_file(con, file, number)
        notes += file.notes
    if not any(file.rows for file in files):
        raise LinkageError(f"There is no record in {shown(place)}: every file is empty.")
    notes += _name_sources(con, files)
    _refuse_bad_ids(con, files)
    notes += mend(con)
    used, unused, said = _write_relation(con, files)
    return used, unused, notes + said


def engine(threads: int | None = None) -> Linker:
    """The engine of this package; loaded when it is needed."""
    from linkage.engine import link_relation

    return partial(link_relation, threads=threads)


def engine_notes(report: Any, told: Collection[str]) -> list[str]:
    """What the engine could not use, without the columns that have been `told` of already."""
    return [note for note in report.unused if not any(f" {name}:" in note for name in told)]


def _refuse_overwriting(out: Path, files: Sequence[RecordFile]) -> None:
    if out.exists() and any(out.samefile(file.path) for file in files) and not is_result(out):
        raise LinkageError(f"The result would overwrite {shown(out)}, which holds records: name another file.")


def _name_sources(con: duckdb.DuckDBPyConnection, files: Sequence[RecordFile]) -> list[str]:
    """A record that does not say its system is of the one its file is named after."""
    notes = []
    blank = "trim(coalesce(source_system, '')) = ''"
    for number, file in enumerate(files):
        changed = con.execute(
            f"update record_read set source_system = ? where file_no = ? and {blank}", [file.stem, number]
        ).fetchall()[0][0]
        if changed:
            missing = f"no source_system in {changed:,} rows" if "source_system" in file.columns else "no source_system"
            notes.append(f"{file.name} has {missing}: its name, {file.stem}, was taken.")
    return notes


def _refuse_bad_ids(con: duckdb.DuckDBPyConnection, files: Sequence[RecordFile]) -> None:
    """Every record has an id that no other record of its system has, blanks aside. Rows are named, ids are not."""
    missing = con.execute(
        "select file_no, row_no from record_read where trim(coalesce(source_record_id, '')) = '' order by all"
    ).fetchall()
    if missing:
        first = [row for number, row in missing if number == missing[0][0]]
        raise LinkageError(f"{files[missing[0][0]].name} has no source_record_id in {listed_rows(first)}: fill it in.")
    repeated = con.execute(
        """
        with known as (
            select file_no, row_no, trim(source_system) as source, trim(source_record_id) as id from record_read
        ),
        repeated as (select source, id, count(*) over () as ids from known group by source, id having count(*) > 1),
        placed as (
            select known.*, ids, min((file_no, row_no)) over (partition by source, id) as first
            from known inner join repeated using (source, id)
        )
        select file_no, row_no, ids from placed where first = (select min(first) from placed) order by all
        """
    ).fetchall()
    if repeated:
        where = " and ".join(f"{files[number].name} row {row}" for number, row, _ in repeated[:ROWS_SHOWN])
        more = f" ({repeated[0][2]:,} ids occur more than once)" if repeated[0][2] > 1 else ""
        raise LinkageError(f"The same source_system and source_record_id stand in {where}{more}: each record has one.")


def listed_rows(rows: Sequence[int]) -> str:
    """`row 4`, or `rows 4, 9, 12, … (17 in all)`."""
    more = f", … ({len(rows):,} in all)" if len(rows) > ROWS_SHOWN else ""
    return f"row{'s' if len(rows) > 1 else ''} {', '.join(str(row) for row in rows[:ROWS_SHOWN])}{more}"


def _write_relation(
    con: duckdb.DuckDBPyConnection, files: Sequence[RecordFile]
) -> tuple[tuple[str, ...], tuple[str, ...], list[str]]:
    """Writes the table `record`, what the engine reads; returns the columns used, those not, and notes."""
    sent = {name for file in files for name in file.columns}
    [(records, *counts)] = con.execute(
        f"select count(*), {', '.join(f'count({name})' for name in COLUMNS)} from record_read"
    ).fetchall()
    filled = {name: count for name, count in zip(COLUMNS, counts, strict=True) if count}
    everything = (*IDENTIFYING, *OPTIONAL)
    if not filled.keys() & set(everything):
        raise LinkageError("No record says who it is about: every identifying column is empty.")
    optional = [name for name in OPTIONAL if name in filled]
    con.execute(
        f"create table record as select {', '.join((*IDS, *IDENTIFYING, *optional))} from record_read "
        "order by source_system, source_record_id"
    )
    con.execute("drop table record_read")
    idle, said = judge(con, filled, records)
    used = tuple(name for name in everything if name in filled and name not in idle)
    if not used:
        raise LinkageError("No record says who it is about: no identifying column holds a value that can be used.")
    absent = [name for name in IDENTIFYING if name not in sent]
    empty = [name for name in everything if name in sent - filled.keys()]
    notes = [f"Empty in every record: {', '.join(empty)}."] if empty else []
    notes += [f"In no file: {', '.join(absent)}."] if absent else []
    return used, tuple(name for name in everything if name in {*absent, *empty, *idle}), notes + said


def _check(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Records and persons, once it is certain that every record is of exactly one person."""
    [(records, placed, lines, persons)] = con.execute(
        "select count(*), count(c.cluster), (select count(*) from clustered_record), count(distinct c.cluster) "
        "from record as r left join clustered_record as c using (source_system, source_record_id)"
    ).fetchall()
    if not records == placed == lines:
        raise EngineFault("Linkage did not give every record exactly one person.")
    return records, persons


def _write(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    con.execute(
        f"""
        copy (
            select source_system, source_record_id, 'P' || lpad(cluster::varchar, {PERSON_DIGITS}, '0') as person_id
            from clustered_record order by source_system, source_record_id
        ) to {literal(str(target))} (format csv, header, delimiter ',')
        """
    )
