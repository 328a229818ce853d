"""Files of person records, CSV or Parquet, as rows of text in one table.

Belongs here: which files of a folder are records, how they are read, what is refused of a single file. Does not: checks
over all records, linking (`records`).
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from home.paths import shown
from home.scratch import DISK_FULL
from home.sql import literal, one_file, quote
from linkage.record_columns import COLUMNS, assign, has_fractions_sql, meant, text_sql, unknown
from linkage.run import LinkageError

SUFFIXES = (".csv", ".parquet")
DELIMITERS = (",", "\t", ";", "|")
RESULT = ("source_system", "source_record_id", "person_id")
"""Header of what is written: such a file among the records is the result of an earlier run."""
LONGEST_HEADER = 1 << 20
BAD_LINE = re.compile(r"CSV Error on Line: (\d+)")
NOTHING_GIVEN = "__HIVE_DEFAULT_PARTITION__"
"""How a folder of a partitioned data set is called whose records have no value."""
OTHER_SHOWN = 10


@dataclass
class RecordFile:
    """One file: `name` for people, its path below the folder; `columns` of ours it has, `notes` on what is odd."""

    path: Path
    name: str
    rows: int = 0
    columns: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)

    @property
    def stem(self) -> str:
        """The name without its ending: what the source of its records is called where they do not say it."""
        return str(PurePosixPath(self.name).with_suffix(""))


def find_files(place: Path) -> tuple[list[RecordFile], list[str]]:
    """The record files in a folder and below it by name, or the one file named; and notes on what else lies there.

    Raises LinkageError when there is none.
    """
    if place.is_file():
        if place.suffix.lower() not in SUFFIXES:
            raise LinkageError(f"{shown(place)} is no record file: its name must end in .csv or .parquet.")
        return [RecordFile(place, shown(Path(place.name)))], []
    if not place.is_dir():
        raise LinkageError(f"There is no folder or file {shown(place)}.")
    files, other = [], []
    for path in _below(place):
        is_record = path.is_file() and path.suffix.lower() in SUFFIXES and not is_result(path)
        found = RecordFile(path, shown(Path(path.relative_to(place).as_posix())))
        (files if is_record else other).append(found)
    if not files:
        raise LinkageError(f"There is no record file in {shown(place)}: names must end in .csv or .parquet.")
    named = ", ".join(found.name for found in other[:OTHER_SHOWN])
    more = f", … ({len(other):,} in all)" if len(other) > OTHER_SHOWN else ""
    return files, [f"Not read, because no record file: {named}{more}."] if other else []


def _below(place: Path) -> list[Path]:
    """Every file in a folder and its folders, and links to other folders, which are not followed; hidden ones are not.

    Raises LinkageError for a folder that cannot be listed: what is in it would be missing without a word.
    """

    def refuse(error: OSError) -> None:
        raise LinkageError(f"The folder {shown(Path(error.filename))} cannot be listed: {error.strerror}.") from None

    found = []
    for folder, folders, names in os.walk(place, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        found += [Path(folder) / name for name in (*names, *links) if not name.startswith(".")]
    return sorted(found)


def is_result(path: Path) -> bool:
    """Whether a CSV file has the header of a result."""
    if path.suffix.lower() != ".csv":
        return False
    with path.open("rb") as handle:
        return handle.readline(200).strip() == ",".join(RESULT).encode()


@dataclass(frozen=True)
class _Open:
    """A file as SQL: a relation, its columns in order (SQL and type), and what the file calls them."""

    relation: str
    columns: list[str]
    kinds: list[str]
    headings: list[str]


def make_table(con: duckdb.DuckDBPyConnection) -> None:
    """The empty table `record_read`."""
    columns = ", ".join(f"{name} varchar" for name in COLUMNS)
    con.execute(f"create or replace table record_read (file_no integer, row_no bigint, {columns})")


def read_file(con: duckdb.DuckDBPyConnection, file: RecordFile, number: int) -> None:
    """Appends the rows of the file to the table `record_read`, which must be there; fills `file`.

    Grain of `record_read`: file_no × row_no, rows counted from 1 after the header. Raises LinkageError for a file that
    cannot be read as it is.
    """
    if file.path.stat().st_size == 0:
        file.notes.append(f"{file.name} is empty.")
        return
    opened = _parquet(con, file) if file.path.suffix.lower() == ".parquet" else _csv(con, file)
    if opened is None:
        return
    opened = _with_folders(file, opened)
    places = assign(opened.headings, file.name)
    file.columns = tuple(places)
    if strange := unknown(opened.headings):
        file.notes.append(f"Not used of {file.name}, because nobody knows what they are: {', '.join(strange)}.")
    with reading(file.name, file.path.suffix.lower().removeprefix(".")):
        _refuse_fractions(con, file, opened, places)
        selected = ", ".join(f"{_text(file, name, opened, place)} as {name}" for name, place in places.items())
        con.execute(
            f"insert into record_read by name select {number} as file_no, row_number() over () as row_no, {selected} "
            f"from {opened.relation}"
        )
    [(file.rows,)] = con.execute("select count(*) from record_read where file_no = ?", [number]).fetchall()
    if not file.rows:
        file.notes.append(f"{file.name} has a header and no records.")


def _text(file: RecordFile, name: str, opened: _Open, place: int) -> str:
    try:
        return text_sql(name, opened.columns[place], opened.kinds[place])
    except LinkageError as error:
        raise LinkageError(f"{file.name}: {error}") from None


def _with_folders(file: RecordFile, opened: _Open) -> _Open:
    """Adds what folders say of all records in them, as in `source_system=a/part-0.parquet`, where the file does not."""
    own = {meant(heading) or heading for heading in opened.headings}
    said = [part.split("=", 1) for part in PurePosixPath(file.name).parts[:-1] if "=" in part]
    given = {heading: unquote(value) for heading, value in said if (meant(heading) or heading) not in own}
    values = ["null::varchar" if value == NOTHING_GIVEN else literal(value) for value in given.values()]
    kinds = ["VARCHAR"] * len(given)
    return _Open(opened.relation, opened.columns + values, opened.kinds + kinds, opened.headings + list(given))


def _parquet(con: duckdb.DuckDBPyConnection, file: RecordFile) -> _Open:
    """A Parquet file. Its headings are those of its schema: the engine renames two that differ in case only."""
    path = one_file(file.path)
    relation = f"read_parquet({path}, binary_as_string = true, hive_partitioning = false)"
    with reading(file.name, file.path.suffix.lower().removeprefix(".")):
        described = con.execute(f"describe select * from {relation}").fetchall()
        schema = pq.read_schema(file.path)
        columns = [quote(row[0]) for row in described]
        for column, heading, kind in zip(columns, schema.names, schema.types, strict=True):
            if not meant(heading) or not (pa.types.is_binary(kind) or pa.types.is_large_binary(kind)):
                continue
            [(wrong,)] = con.execute(
                f"select count(*) from read_parquet({path}, hive_partitioning = false) "
                f"where {column} is not null and try(decode({column})) is null"
            ).fetchall()
            if wrong:
                raise LinkageError(
                    f"{file.name}: {meant(heading)} holds binary values that are no UTF-8 text in {wrong:,} rows: send "
                    "it as text."
                )
    return _Open(relation, columns, [row[1] for row in described], schema.names)


def _csv(con: duckdb.DuckDBPyConnection, file: RecordFile) -> _Open | None:
    """A CSV file with every column as text; None when it is blank. Nothing about the values is guessed.

    The engine knows the columns by their place, so a heading nobody uses may be blank or occur twice.
    """
    refuse_other_encodings(file.path, file.name)
    headings, delimiter = _header(file)
    if not any(heading.strip() for heading in headings):
        file.notes.append(f"{file.name} is empty.")
        return None
    columns = [f"c{place}" for place in range(len(headings))]
    typed = ", ".join(f"'{column}': 'varchar'" for column in columns)
    path = _with_one_line_end(con, file.path)
    relation = (
        f"read_csv({one_file(path)}, auto_detect = false, header = true, strict_mode = true, "
        f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', columns = {{{typed}}})"
    )
    return _Open(relation, columns, ["VARCHAR"] * len(columns), headings)


def _header(file: RecordFile) -> tuple[list[str], str]:
    """The headings, and what parts them: that which gives the most columns we know, else a comma."""
    with file.path.open(encoding="utf-8-sig", newline="") as lines:
        text = lines.read(LONGEST_HEADER)
    try:
        read = {mark: next(csv.reader(io.StringIO(text, newline=""), delimiter=mark), []) for mark in DELIMITERS}
    except csv.Error:
        raise LinkageError(f"{file.name} has no header that can be read.") from None
    best = max(DELIMITERS, key=lambda mark: sum(meant(heading) is not None for heading in read[mark]))
    return read[best], best


def refuse_other_encodings(path: Path, name: str) -> None:
    """Raises LinkageError for text that is not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as handle:
        try:
            while chunk := handle.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise LinkageError(f"{name} is not UTF-8 text: save it as UTF-8.") from None


def _with_one_line_end(con: duckdb.DuckDBPyConnection, path: Path) -> Path:
    """The file; where its lines end in two ways, as after two exports were put together, a copy in the scratch folder.

    The engine refuses such a file. A line end inside quotes changes too, and is a blank to linkage either way.
    """
    both, all_ends = 0, 0
    for chunk in _chunks(path):
        both += chunk.count(b"\r\n")
        all_ends += chunk.count(b"\n")
    if both in (0, all_ends):
        return path
    [(folder,)] = con.execute("select current_setting('temp_directory')").fetchall()
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".csv", delete=False) as copy:
        for chunk in _chunks(path):
            copy.write(chunk.replace(b"\r\n", b"\n"))
    return Path(copy.name)


def _chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file in pieces that part no line end."""
    with path.open("rb") as handle:
        while chunk := handle.read(1 << 20):
            if chunk.endswith(b"\r"):
                chunk += handle.read(1)
            yield chunk


def _refuse_fractions(con: duckdb.DuckDBPyConnection, file: RecordFile, opened: _Open, places: dict[str, int]) -> None:
    """A number that is no whole one stands for no id, no postcode and no date."""
    for name, place in places.items():
        condition = has_fractions_sql(opened.columns[place], opened.kinds[place])
        if condition is None:
            continue
        [(wrong,)] = con.execute(f"select count(*) from {opened.relation} where {condition}").fetchall()
        if wrong:
            raise LinkageError(f"{file.name}: {name} holds numbers with decimals in {wrong:,} rows: send it as text.")
        file.notes.append(f"{name} of {file.name} is a floating-point number; its whole numbers were taken as text.")


@contextmanager
def reading(name: str, kind: str) -> Iterator[None]:
    """What the engine says of a file it cannot read quotes its rows: of it only the line is kept."""
    try:
        yield
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.IOException, pa.ArrowException) as error:
        if DISK_FULL.search(str(error)):
            raise
        line = BAD_LINE.search(str(error))
        if line:
            raise LinkageError(
                f"{name}, line {line[1]}: the row has more or fewer columns than the header, or a quotation mark "
                "that does not end."
            ) from None
        raise LinkageError(f"{name} cannot be read as {kind}: it is damaged or of another format.") from None
