"""The quality report of the links of now: tables of counts and shares, a page for people and a CSV file per table.

Belongs here: asking for the tables, writing them. Does not: what each counts (`quality_tables`, `quality_review`,
`quality_published`), scoring against a known truth (`evaluate`). The report may leave the vault: no person's value and
no key is in it, and what is written shows small counts as "<10".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from home import Home, pages
from linkage import model as models
from linkage.cluster import DECIDED_APART, OUTWEIGHED, OVERSIZED_COMPONENT
from linkage.decisions import reading
from linkage.follow import WHY, WHY_NOT
from linkage.history import BEFORE_ALL_DATA
from linkage.quality_published import Published
from linkage.quality_review import reviewed
from linkage.quality_tables import PLACED_SQL, SMALLEST_COUNT, TABLES, UNDER, Table, as_map
from linkage.request_output import write_csv
from linkage.review import NAME_ALONE, REASONS, UNCERTAIN
from linkage.run import LinkageError
from linkage.scratch import into_place

if TYPE_CHECKING:
    import jinja2

PAGE = "index.html"
ON_THE_PAGE = 500
"""A table of more rows is cut on the page and whole in its file."""

WHY_REFUSED = {
    **WHY,
    **WHY_NOT,
    UNCERTAIN: "The weight is below the link threshold: a question for review.",
    "unlikely": "The weight is below the threshold of review.",
    OUTWEIGHED: "More pairs of the two persons speak against joining them than for it.",
    DECIDED_APART: "A reviewer has decided that two of their records are two people.",
    NAME_ALONE: "Only a name speaks for one person; never linked without a decision.",
    OVERSIZED_COMPONENT: REASONS["oversized_component"],
}

NOTE = (
    f"Counts from 1 to {SMALLEST_COUNT - 1} are shown as <{SMALLEST_COUNT}, without the shares that rest on them."
    " Rows can still be subtracted from each other: this report is for those who judge links, not for publication."
)


@dataclass(frozen=True)
class Quality:
    """The report of the links of now. `tables` in the order of the page, their counts exact.

    `link_day` is the data day of the newest run, null when it has none; then no age is known.
    """

    link_seq: int
    link_day: date | None
    model_version: str | None
    identities: int
    persons: int
    tables: tuple[Table, ...]
    notes: tuple[str, ...]

    def __getitem__(self, name: str) -> Table:
        return next(table for table in self.tables if table.name == name)


def quality(home: Home, published: Published | None = None) -> Quality:
    """Counts the links of the last run of linkage; the vault is only read. `published`: what the releases say of them.

    Raises LinkageError when there is no vault or linkage has not run, ReviewError while another process writes it.
    """
    with reading(home) as con:
        run = _last_run(con)
        link_day = None if run[1] == BEFORE_ALL_DATA else run[1]
        con.execute(PLACED_SQL, {"day": link_day})
        tables = [_filled(con, table, statement) for table, statement in TABLES]
        at = next(place for place, table in enumerate(tables) if table.name == "review")
        tables[at:at] = reviewed(con, models.load())
        identities, persons = con.execute(
            "select count(*), count(distinct person_key) from quality_identity"
        ).fetchall()[0]
    said = published or Published()
    return Quality(run[0], link_day, run[2], identities, persons, (*tables, *said.tables), (*said.notes, NOTE))


def _last_run(con: duckdb.DuckDBPyConnection) -> tuple[int, date, str | None]:
    known = con.execute(
        "select count(*) from duckdb_tables() where schema_name = 'linkage' and table_name = 'link_run'"
    ).fetchall()[0][0]
    runs = (
        known
        and con.execute(
            "select link_seq, link_day, model_version from linkage.link_run order by link_seq desc limit 1"
        ).fetchall()
    )
    if not runs:
        raise LinkageError("The identities have not been linked yet: `workforce run` links them.")
    return runs[0]


def _filled(con: duckdb.DuckDBPyConnection, table: Table, statement: str) -> Table:
    return replace(table, rows=con.execute(statement.replace("$why", as_map(WHY_REFUSED))).fetchall())


def write_quality(home: Home, folder: Path, published: Published | None = None) -> Path:
    """Writes the report of the links of now to `folder`: a page and one CSV file per table; returns the page.

    Each file is put into place whole. The same links give the same bytes. Raises as `quality`, before any file is
    touched, and LinkageError when `folder` is a file.
    """
    report = quality(home, published)
    if folder.exists() and not folder.is_dir():
        raise LinkageError("The report needs a folder of its own, and what is named is a file.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for table in report.tables:
        write_csv(folder / f"{table.name}.csv", [head.name for head in table.heads], table.shown())
    with into_place(folder / PAGE) as part:
        part.write_text(_template().render(report=report, on_the_page=ON_THE_PAGE), encoding="utf-8")
    return folder / PAGE


@cache
def _template() -> jinja2.Template:
    made = pages.environment(Path(__file__).parent)
    made.filters["cell"] = _cell
    return made.get_template("quality.html.j2")


def _cell(value: Any, kind: str) -> str:
    """A value for people."""
    if value is None:
        return "–" if kind != "text" else ""
    if isinstance(value, str):
        return value
    if kind == "share":
        return f"{value:.1%}"
    if kind == "count":
        return UNDER if 0 < value < SMALLEST_COUNT else f"{value:,}"
    return f"{value:g}"
