"""From a figure to what was counted for it: every count taken again from the core facts, beside what the report says.

A report says in its YAML (config.meta.trace) how its rows are counted, in parts; a row is counted by every part whose
`when` holds for it. The fields of a part are those of `Part`. Nothing counted again is read from the report, so the two
numbers agree only when both are right. A report that counts no persons says instead what it rests on
(config.meta.not_traced).
Belongs here: reading the parts, the queries on the marts of this environment. Does not: opening them and judging what
was asked (`trace_marts`), files and their rows (`trace_sources`), showing (`trace`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cli.models import described
from cli.trace_marts import NotTraced, write_chosen

if TYPE_CHECKING:
    import duckdb

MOST_CELLS = 50
EVERYTHING = "ALL"


@dataclass(frozen=True)
class Part:
    """One way rows of a report are counted. In every condition `cell` is the row of the report, `subject` the fact.

    `subject`: the core fact with one row per thing counted; none where nothing is counted again and `note` says why.
    `when`: for which rows of the report, a condition on `cell`. `stay`: the key of the stay a row of the subject is of;
    it brings `period`, the row of fct_program_period. `person`: whose row it is; without it the person of the stay.
    `joins`: what else is needed, each joined to the left. `same`: columns the cell has too, of the subject or, with a
    dot, of what is joined; `same_or_all`: likewise, or the cell is of ALL. `also`: further conditions.
    `counts`: for each count of the report a condition, or a number to add up; `distinct`: what is counted once each.
    `things`: what rows without a person are, `files` the sources whose files they come from.
    """

    subject: str = ""
    when: str = "true"
    stay: str = "null"
    person: str = "null"
    joins: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    same_or_all: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)
    counts: dict[str, str] = field(default_factory=dict)
    distinct: dict[str, str] = field(default_factory=dict)
    things: str = ""
    files: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def counted_without_person(self) -> str:
        """What its rows without a person are, and where they come from."""
        files = f", from the files of {' and '.join(self.files)}" if self.files else ""
        return f"Counted without a person: {self.things}, rows of {self.subject}{files}."


@dataclass(frozen=True)
class Cell:
    """One row of a report: its key in words; each count as the report says it and as it was found; what to know."""

    key: str
    counts: dict[str, tuple[int, int]]
    notes: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        return all(said == found for said, found in self.counts.values())


def meta_of_reports() -> dict[str, dict[str, Any]]:
    """What each report says of itself (config.meta), by name in alphabetical order."""
    reports = [model for model in described() if model["name"].startswith("rpt_")]
    return {
        model["name"]: (model.get("config") or {}).get("meta", {})
        for model in sorted(reports, key=lambda model: model["name"])
    }


def parts_of(report: str) -> list[Part]:
    """How the report says it is counted. Raises NotTraced when it is no report, or counts nobody: what it rests on."""
    meta = meta_of_reports()
    if report not in meta:
        raise NotTraced(f"There is no report {report}. There are: {', '.join(meta)}.")
    if "trace" not in meta[report]:
        said = " ".join(meta[report].get("not_traced", "It does not say which rows it counts.").split())
        raise NotTraced(f"{report} is not traced. {said}")
    return [Part(**part) for part in meta[report]["trace"]]


def write_counted(con: duckdb.DuckDBPyConnection, report: str, where: str, most: int = MOST_CELLS) -> list[Cell]:
    """Chooses the cells and counts them again: temp tables `cell` (cell_no) and `counted` (cell_no, and whose rows).

    Cells in the order of all their columns. Raises NotTraced when `where` cannot be read or matches no cell, or many.
    """
    parts = parts_of(report)
    _write_cells(con, report, where, most)
    keys = _keys(con, report)
    counts: dict[int, dict[str, tuple[int, int]]] = {no: {} for no in keys}
    notes: dict[int, list[str]] = {no: [] for no in keys}
    con.execute(
        "create or replace temp table counted (part_no integer, cell_no bigint, period_key varchar, person_key varchar)"
    )
    for part_no, part in enumerate(parts):
        if part.subject:
            _write_part(con, part_no, part)
            for no, name, said, found in _compared(con, part):
                counts[no][name] = (said, counts[no].get(name, (said, 0))[1] + found)
        for no, note in _notes(con, part_no, part):
            notes[no].append(note)
    return [Cell(key, counts[no], tuple(notes[no])) for no, key in keys.items()]


def _write_cells(con: duckdb.DuckDBPyConnection, report: str, where: str, most: int) -> None:
    write_chosen(con, report, where)
    con.execute("create or replace temp table cell as select rowid as cell_no, * from chosen")
    [(cells,)] = con.execute("select count(*) from cell").fetchall()
    if not 0 < cells <= most:
        raise NotTraced(f"--where matches {cells:,} rows of {report}; name 1 to {most}.")


def _write_part(con: duckdb.DuckDBPyConnection, part_no: int, part: Part) -> None:
    """Temp table `part` (cell_no, period_key, person_key, and each count), and whom it counts into `counted`."""
    on = [f"({condition})" for condition in part.also]
    on += [f"{_dotted(name)} is not distinct from cell.{_bare(name)}" for name in part.same]
    on += [f"cell.{_bare(name)} in ('{EVERYTHING}', {_dotted(name)})" for name in part.same_or_all]
    joins = [f"left join marts.core.fct_program_period as period on period.period_key = {part.stay}", *part.joins]
    counts = [f"cast(({what}) as bigint) as {name}" for name, what in part.counts.items()]
    counts += [f"({what}) as {name}" for name, what in part.distinct.items()]
    none = [f"coalesce({name}, 0) = 0" for name in part.counts] + [f"{name} is null" for name in part.distinct]
    con.execute(
        "create or replace temp table part as select * from (select cell.cell_no, "
        f"cast({part.stay} as varchar) as period_key, coalesce({part.person}, period.person_key) as person_key, "
        f"{', '.join(counts)} from cell inner join marts.core.{part.subject} as subject on {part.when} "
        f"{joins[0]} {' '.join('left join ' + join for join in joins[1:])} where {' and '.join(on) or 'true'}"
        f") where not ({' and '.join(none)})"
    )
    con.execute(f"insert into counted select distinct {part_no}, cell_no, period_key, person_key from part")


def _compared(con: duckdb.DuckDBPyConnection, part: Part) -> list[tuple[int, str, int, int]]:
    """For each cell the part is about and each of its counts: cell_no, count, what the report says, what was found."""
    names = [*part.counts, *part.distinct]
    both = [f"any_value(cast(cell.{name} as bigint))" for name in names]
    both += [f"coalesce(sum(part.{name}), 0)" for name in part.counts]
    both += [f"count(distinct part.{name})" for name in part.distinct]
    rows = con.execute(
        f"select cell.cell_no, {', '.join(both)} from cell left join part on part.cell_no = cell.cell_no "
        f"where {part.when} group by cell.cell_no order by cell.cell_no"
    ).fetchall()
    width = len(names)
    return [(row[0], name, row[1 + i], int(row[1 + width + i])) for row in rows for i, name in enumerate(names)]


def _notes(con: duckdb.DuckDBPyConnection, part_no: int, part: Part) -> list[tuple[int, str]]:
    """For the cells the part is about its note, and for those with things that are no persons what they are."""
    told = []
    if part.note:
        cells = con.execute(f"select cell_no from cell where {part.when} order by cell_no").fetchall()
        told += [(no, " ".join(part.note.split())) for (no,) in cells]
    if part.things:
        cells = con.execute(
            f"select distinct cell_no from counted where part_no = {part_no} and person_key is null order by cell_no"
        ).fetchall()
        told += [(no, part.counted_without_person) for (no,) in cells]
    return told


def _keys(con: duckdb.DuckDBPyConnection, report: str) -> dict[int, str]:
    """The key of each cell in words, by cell_no."""
    import publish

    key = next(mart.key for mart in publish.marts() if mart.name == report)
    words = " || ' ' || ".join(f"coalesce({name}::varchar, '-')" for name in key)
    return dict(con.execute(f"select cell_no, {words} from cell order by cell_no").fetchall())


def _dotted(name: str) -> str:
    return name if "." in name else f"subject.{name}"


def _bare(name: str) -> str:
    return name.rpartition(".")[2]
