"""What moved between two releases: every figure that was added, removed or changed, report by report.

Belongs here: comparing the published reports of two releases. Does not: why a figure moved (`workforce trace`), which
releases there are to keep (`retention`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from home import Home
from home.sql import literal, quote
from publish.marts import Mart, marts

STAMPS = frozenset({"as_of_date", "run_id"})
"""Columns that differ between any two releases and are no figures."""
PREFIX = "rpt_"
OF_PERSONS = frozenset({"person_key", "participation_key", "period_key"})
"""A report with one of these in its key lists persons: an audit trail, not figures."""


class NotComparable(RuntimeError):
    """The two releases cannot be laid side by side; the message says what to do."""


@dataclass(frozen=True)
class Moved:
    """One report: rows in both releases with a different figure, rows only in one, and rows compared."""

    report: str
    compared: int
    changed: int
    added: int
    removed: int

    @property
    def is_still(self) -> bool:
        return not (self.changed or self.added or self.removed)


@dataclass(frozen=True)
class Revision:
    """`rows`: report, key, column, before, after, difference, in that order. `reports`: counts."""

    before: str
    after: str
    reports: tuple[Moved, ...]
    not_compared: tuple[str, ...]
    """Reports that one of the two releases does not have, or has with other columns in its key."""
    rows: tuple[tuple[str, str, str, str | None, str | None, str | None], ...]


def find_release(home: Home, asked: str) -> Path:
    """The file of a release: a path, `current`, a release name, its run id, or an as-of day (the newest made of it).

    Raises NotComparable when there is none, or when several fit and none is newer.
    """
    if Path(asked).is_file():
        return Path(asked).resolve()
    if asked == "current" and home.current.exists():
        return home.current.resolve()
    found = sorted(
        (path for path in home.published.glob("workforce_*.duckdb") if asked and asked in path.stem.split("_")[1:]),
        key=lambda path: (path.stat().st_mtime_ns, path.name),
    ) or [path for path in [home.published / f"workforce_{asked}.duckdb"] if path.is_file()]
    if not found:
        there = ", ".join(sorted(path.stem.removeprefix("workforce_") for path in home.published.glob("workforce_*")))
        raise NotComparable(
            f"There is no release {asked}. {'There are: ' + there + '.' if there else 'None has been published yet.'} "
            "Name one, its as-of day, or a file."
        )
    return found[-1]


def release_before(home: Home, release: Path) -> Path | None:
    """The file of the release published before this one; null when it is the first that is kept."""
    published = release.stat().st_mtime_ns
    earlier = [
        (path.stat().st_mtime_ns, path.name, path)
        for path in home.published.glob("workforce_*.duckdb")
        if path != release and path.stat().st_mtime_ns <= published
    ]
    return max(earlier)[2] if earlier else None


def compare(before: Path, after: Path, listed: Sequence[Mart] | None = None) -> Revision:
    """Every figure of every report that is not the same in both releases.

    Keys are those of the list of marts; a report that only one release has is named, not compared. Deterministic: the
    same two files give the same rows in the same order. Raises NotComparable when a file is no release.
    """
    import duckdb

    chosen = [
        mart
        for mart in (marts() if listed is None else listed)
        if mart.name.startswith(PREFIX) and not OF_PERSONS.intersection(mart.key)
    ]
    con = duckdb.connect(":memory:")
    try:
        names = _attach(con, before, after)
        counted, rows, not_compared = [], [], []
        for mart in sorted(chosen, key=lambda mart: mart.name):
            columns = [_columns(con, side, mart.name) for side in ("before", "after")]
            if not all(set(mart.key) <= set(found) for found in columns):
                not_compared += [mart.name] if any(columns) else []
                continue
            moved, differing = _compare_report(con, mart, columns[0], columns[1])
            counted.append(moved)
            rows += differing
        return Revision(names[0], names[1], tuple(counted), tuple(not_compared), tuple(rows))
    finally:
        con.close()


def _attach(con: Any, before: Path, after: Path) -> list[str]:
    """Opens both for reading, then nothing else: a file may hold a view on other files. Returns their names."""
    import duckdb

    sides = (("before", before), ("after", after))
    for side, path in sides:
        try:
            con.execute(f"attach {literal(str(path))} as {side}_release (type duckdb, read_only)")
        except duckdb.Error:
            raise NotComparable(
                f"{path.name} is not a release: it cannot be opened as a DuckDB file of this version. Name a file of "
                "the folder published."
            ) from None
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")
    return [_name(con, side, path) for side, path in sides]


def _name(con: Any, side: str, path: Path) -> str:
    import duckdb

    try:
        [(name,)] = con.execute(f"select max(release) from {side}_release.main.release").fetchall()
    except duckdb.Error:
        raise NotComparable(
            f"{path.name} is not a release: it has no table `release`. Name a file of the folder published."
        ) from None
    return name


def _columns(con: Any, side: str, report: str) -> dict[str, str]:
    return dict(
        con.execute(
            "select column_name, data_type from duckdb_columns() "
            "where database_name = ? and schema_name = 'main' and table_name = ? order by column_index",
            [f"{side}_release", report],
        ).fetchall()
    )


def _compare_report(
    con: Any, mart: Mart, before: dict[str, str], after: dict[str, str]
) -> tuple[Moved, list[tuple[str, str, str, str | None, str | None, str | None]]]:
    figures = [name for name in after if name in before and name not in mart.key and name not in STAMPS]
    on = " and ".join(f'b."{name}" is not distinct from a."{name}"' for name in mart.key)
    key = " || ', ' || ".join(
        f"'{name}=' || coalesce(coalesce(a.\"{name}\", b.\"{name}\")::varchar, '')" for name in mart.key
    )
    con.execute(
        f"create or replace temp table side_by_side as select {key} as key, a._in is null as is_removed, "
        "b._in is null as is_added, "
        + ", ".join(f"b.{quote(name)} as {_was(name)}, a.{quote(name)} as {_now(name)}" for name in figures)
        + f" from (select *, true as _in from before_release.main.{mart.name}) as b "
        f"full outer join (select *, true as _in from after_release.main.{mart.name}) as a on {on}"
    )
    differs = " or ".join(f"{_was(name)} is distinct from {_now(name)}" for name in figures) or "false"
    [counts] = con.execute(
        f"select count(*), count(*) filter (where not is_added and not is_removed and ({differs})), "
        "count(*) filter (where is_added), count(*) filter (where is_removed) from side_by_side"
    ).fetchall()
    rows = []
    for place, name in enumerate(figures):
        minus = f"({_now(name)} - {_was(name)})::varchar" if _is_number(before[name], after[name]) else "null"
        rows += [
            (place, key, (mart.name, key, name, was, now, difference))
            for key, was, now, difference in con.execute(
                f"select key, {_was(name)}::varchar, {_now(name)}::varchar, {minus} from side_by_side "
                f"where {_was(name)} is distinct from {_now(name)}"
            ).fetchall()
        ]
    rows.sort(key=lambda row: (row[1], row[0]))
    return Moved(mart.name, *counts), [row for _, _, row in rows]


def _was(name: str) -> str:
    """The column of `side_by_side` with the figure before; the file may call it anything."""
    return quote(f"before_{name}")


def _now(name: str) -> str:
    """Likewise the figure after."""
    return quote(f"after_{name}")


def _is_number(*types: str) -> bool:
    return all(kind.startswith(("DECIMAL", "BIGINT", "INTEGER", "DOUBLE", "HUGEINT")) for kind in types)
