"""One release: a new file beside the others, complete, checked and on disk before `current` points to it.

A reader keeps the file it opened: nothing here ever writes into a file that has a release's name.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from home import Home
from home.sql import literal
from publish.forbidden import forbidden_columns
from publish.marts import Mart, marts
from publish.retention import prune, remove_leftovers

if TYPE_CHECKING:
    import duckdb

KEEP = 10
READ_ONLY = 0o440
BUILDING = ".building-"
Place = tuple[str, str]
"""Schema and table."""


class PublishRefused(RuntimeError):
    """The marts may not leave as they are. The message names the mart and what to do; `current` has not moved."""


def publish(home: Home, release: str, listed: Sequence[Mart] | None = None, keep: int = KEEP) -> Path:
    """Copy the listed marts into `published/workforce_<release>.duckdb` and let `current.duckdb` point to it.

    `release` is `<as_of>_<digest>`. Tables lie in schema `main`, named as the mart, ordered by its key, with their
    comments; table `release` says which release it is and how many rows each mart has. At most `keep` releases stay;
    older ones go unless somebody has them open.
    Raises PublishRefused when there is no good build, a mart is missing, a column may not leave or has no description,
    or the copy's row counts differ.
    """
    chosen = list(marts() if listed is None else listed)
    if not home.marts_db.exists():
        raise PublishRefused("There is no good build to publish yet: run `workforce run` first.")
    home.published.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_leftovers(home.published, BUILDING)
    building = home.published / f"{BUILDING}{release}.duckdb"
    target = home.published / f"workforce_{release}.duckdb"
    try:
        _write(building, home, release, chosen)
        _check(building, chosen)
        _settle(building)
        building.replace(target)
    finally:
        with suppress(FileNotFoundError):
            building.unlink()
    _point(home.current, target)
    prune(home.published, current=target, keep=keep)
    return target


def _write(building: Path, home: Home, release: str, chosen: Sequence[Mart]) -> None:
    import duckdb

    connection = duckdb.connect(str(building), config={"temp_directory": str(home.scratch)})
    try:
        connection.execute(f"attach {literal(str(home.marts_db))} as built (read_only)")
        connection.execute(
            "create table release (release varchar, as_of_date date, mart varchar, row_count bigint);"
            "comment on table release is 'Which release this file is, and the rows of each mart in it. "
            "Grain: one row per mart.';"
            "comment on column release.release is 'As-of day and digest of everything the release was made from';"
            "comment on column release.as_of_date is 'Extracts taken up to the end of this day were used';"
            "comment on column release.mart is 'Table of this file';"
            "comment on column release.row_count is 'Rows the build had in this mart when it was copied'"
        )
        described, about = _described(connection)
        for mart in chosen:
            _copy(connection, mart, release, described.get((mart.schema, mart.name), {}))
        _comment(connection, chosen, described, about)
        connection.execute("detach built")
        connection.execute("checkpoint")
    finally:
        connection.close()


def _described(connection: duckdb.DuckDBPyConnection) -> tuple[dict[Place, dict[str, str]], dict[Place, str]]:
    """What the build says of the columns of each table, in their order, and of the table; '' where nothing."""
    columns: dict[Place, dict[str, str]] = {}
    for schema, table, column, comment in connection.execute(
        "select schema_name, table_name, column_name, coalesce(comment, '') from duckdb_columns() "
        "where database_name = 'built' order by schema_name, table_name, column_index"
    ).fetchall():
        columns.setdefault((schema, table), {})[column] = comment
    tables = connection.execute(
        "select schema_name, table_name, coalesce(comment, '') from duckdb_tables() where database_name = 'built'"
    ).fetchall()
    return columns, {(schema, table): comment for schema, table, comment in tables}


def _copy(connection: duckdb.DuckDBPyConnection, mart: Mart, release: str, described: Mapping[str, str]) -> None:
    if not described:
        raise PublishRefused(
            f"Mart {mart.name} is on the list in publish/marts.yml but the build has no {mart.schema}.{mart.name}: "
            "build it, or take it off the list."
        )
    columns = [*described]
    if stopped := forbidden_columns(columns):
        raise PublishRefused(
            f"Mart {mart.name} has column(s) {', '.join(stopped)}, which identify a person or derive from the secret "
            "key: leave them out of the model. Nothing was published."
        )
    if unexplained := [name for name, comment in described.items() if not comment]:
        raise PublishRefused(
            f"Mart {mart.name} has column(s) without a description: {', '.join(unexplained)}. "
            "Describe them in the model's YAML. Nothing was published."
        )
    if absent := [name for name in mart.key if name not in columns]:
        raise PublishRefused(
            f"Mart {mart.name} has no column {', '.join(absent)}, its key by publish/marts.yml: correct the list."
        )
    order = ", ".join(f'"{name}"' for name in mart.key)
    connection.execute(f'create table "{mart.name}" as from built."{mart.schema}"."{mart.name}" order by {order}')
    connection.execute(
        f'insert into release select ?, ?::date, ?, count(*) from built."{mart.schema}"."{mart.name}"',
        [release, release.split("_")[0], mart.name],
    )


def _comment(
    connection: duckdb.DuckDBPyConnection,
    chosen: Sequence[Mart],
    described: Mapping[Place, Mapping[str, str]],
    about: Mapping[Place, str],
) -> None:
    """Every comment of the build on the copies, in one transaction: one at a time takes as long as the copying."""
    connection.execute("begin")
    for mart in chosen:
        place = (mart.schema, mart.name)
        if about.get(place):
            connection.execute(f'comment on table "{mart.name}" is {literal(about[place])}')
        for name, comment in described[place].items():
            connection.execute(f'comment on column "{mart.name}"."{name}" is {literal(comment)}')
    connection.execute("commit")


def _check(building: Path, chosen: Sequence[Mart]) -> None:
    """Read the finished file as an analyst will: each mart has the rows the build had."""
    import duckdb

    connection = duckdb.connect(str(building), read_only=True)
    try:
        expected = dict(connection.execute("select mart, row_count from release").fetchall())
        for mart in chosen:
            [(found,)] = connection.execute(f'select count(*) from "{mart.name}"').fetchall()
            if found != expected[mart.name]:
                raise PublishRefused(
                    f"Mart {mart.name} has {found} rows in the release and {expected[mart.name]} in the build. "
                    "Nothing was published; run again, and report it when it happens twice."
                )
    finally:
        connection.close()


def _settle(building: Path) -> None:
    """The bytes are on disk and closed to writing before the file gets its name."""
    building.chmod(READ_ONLY)
    handle = os.open(building, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _point(link: Path, target: Path) -> None:
    """Flip the symlink in one step: a reader finds the old release or the new one, never none."""
    fresh = link.with_name(f"{BUILDING}{link.name}")
    with suppress(FileNotFoundError):
        fresh.unlink()
    fresh.symlink_to(target.name)
    fresh.replace(link)
    folder = os.open(link.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
