"""The last good build, opened for reading and for nothing else, and the rows of a report that somebody asks for.

The condition is a text of the user and goes into SQL, so it is held twice: it must be one expression, and the engine
that reads it opens no other file, writes none and loads nothing. Identifiers are in the vault, which is not opened.
Belongs here: opening, judging a condition. Does not: counting (`trace_rows`), files and their rows (`trace_sources`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from home import Home
from home.scratch import clear_left, scratch_folder
from home.sql import literal

if TYPE_CHECKING:
    import duckdb

SPILL = "trace-"


class NotTraced(RuntimeError):
    """The figure or the row cannot be traced; the message says why and what to do."""


@contextmanager
def open_marts(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The last good build with the warehouse beside it, for reading. Raises NotTraced when nothing was built.

    What is attached here is all that can be read; what does not fit into memory goes to a folder of its own, so that
    nothing another run leaves in scratch can be read either.
    """
    import duckdb

    if not home.marts_db.exists():
        raise NotTraced("There is no good build to trace in yet: `workforce run` first.")
    clear_left(SPILL, home.ensure().scratch)
    with scratch_folder(SPILL, home.scratch) as spill:
        con = duckdb.connect(":memory:", config={"temp_directory": str(spill), "autoload_known_extensions": "false"})
        try:
            con.execute(f"attach {literal(str(home.marts_db))} as marts (type duckdb, read_only)")
            con.execute(f"attach {literal(str(home.warehouse_db))} as warehouse (type duckdb, read_only)")
            con.execute("use marts")
            con.execute("set search_path = 'marts.reporting,marts.core'")
            con.execute("set enable_external_access = false")
            con.execute("set lock_configuration = true")
            yield con
        finally:
            con.close()


def write_chosen(con: duckdb.DuckDBPyConnection, report: str, where: str) -> None:
    """The rows of the report for which the condition holds, as temp table `chosen`, in the order of all their columns.

    Raises NotTraced when the condition is not one expression on the columns of the report. Of what the engine says only
    that about words and columns is passed on, which comes before it reads a row: later it may quote a value.
    """
    import duckdb

    chosen = f"select * from marts.reporting.{report} where (\n{where}\n) order by all"
    try:
        if not (_is_one(con, f"select\n{where}\n") and _is_one(con, chosen)):
            raise NotTraced(f"--where is more than one condition. It is a single condition on the columns of {report}.")
        con.execute(f"create or replace temp table chosen as {chosen}")
    except (duckdb.ParserException, duckdb.BinderException) as error:
        reason = str(error).splitlines()[0].split(":", 1)[-1].strip()
        raise NotTraced(f"--where cannot be read ({reason}). It is a condition on the columns of {report}.") from None
    except duckdb.CatalogException:
        raise NotTraced(
            f"--where names a table or a function that is not there. It is a condition on the columns of {report}."
        ) from None
    except duckdb.PermissionException:
        raise NotTraced(
            f"--where may read no file, only the tables of this build. It is a condition on the columns of {report}."
        ) from None
    except (duckdb.OperationalError, duckdb.InternalError):  # disk, memory, the engine: not what was asked
        raise
    except duckdb.Error:
        raise NotTraced(
            f"--where has a value that cannot be compared. It is a condition on the columns of {report}; give each "
            "column a value of its type."
        ) from None


def _is_one(con: duckdb.DuckDBPyConnection, sql: str) -> bool:
    """Whether the text is one query. Asked of the condition alone, so that no bracket in it closes one of ours."""
    import duckdb

    return [statement.type for statement in con.extract_statements(sql)] == [duckdb.StatementType.SELECT]
