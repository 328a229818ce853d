"""`workforce link`: person records of any origin linked to persons. Belongs here: parsing, for this group of commands.

`workforce link RECORDS_DIR` is the command itself; a first word that is one of its commands is that command.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli.guard import sentences

DEFAULT = "records"
ASKS_FOR_HELP = ("-h", "--help")


class RecordsFirst(TyperGroup):
    """A group whose default command takes whatever is no command's name, so that a folder can be its first word."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ASKS_FOR_HELP:
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The default command's help, as this group's own, then the other commands."""
        command = self.commands[DEFAULT]
        own = type(ctx)(command, info_name=ctx.info_name, parent=ctx.parent)
        command.format_help(own, formatter)
        super().format_help(ctx, formatter)


link_app = typer.Typer(
    cls=RecordsFirst,
    no_args_is_help=True,
    help="More commands about links. A folder called like one of them is written with its path: ./request",
)
Threads = Annotated[int | None, typer.Option(min=1, help="Processor threads; default: as many as there are.")]
Memory = Annotated[str, typer.Option("--memory-limit", help="Of the engine; what does not fit goes to disk.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]


@link_app.command(DEFAULT, hidden=True)
def records(
    place: Annotated[
        Path, typer.Argument(metavar="RECORDS_DIR", help="Folder of record files (.csv, .parquet), or one such file.")
    ],
    out: Annotated[Path, typer.Option(help="CSV file to write: source_system, source_record_id, person_id.")],
    threads: Threads = None,
    memory_limit: Memory = "2GB",
    as_json: AsJson = False,
) -> None:
    """Link person records: which of them are one person.

    Columns, any of them absent or empty but the record's id: source_system, source_record_id, ssn, first_name,
    middle_name, last_name, suffix, date_of_birth, sex, street, city, state, zip, phone, email. Neither vault nor
    warehouse is touched. Exit code 0: done. 2: refused, nothing written. 3: a fault of this program.
    """
    with sentences():
        from cli.link_records import link as go

        go(place, out, threads, memory_limit, as_json)


@link_app.command()
def request(
    folder: Annotated[
        Path, typer.Argument(metavar="REQUEST_DIR", help="Folder with request.yml and one match file per agency.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for keys, matrix and logs.")],
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="Day of the matching or destruction; default: today."),
    ] = None,
    destroy: Annotated[
        bool, typer.Option("--destroy", help="Delete match files, keys and secret, after asking, and log it.")
    ] = False,
    by: Annotated[str | None, typer.Option(help="With --destroy: who does it, for the log.")] = None,
    is_confirmed: Annotated[bool, typer.Option("--yes", help="With --destroy: do not ask.")] = False,
    threads: Threads = None,
    memory_limit: Memory = "2GB",
    as_json: AsJson = False,
) -> None:
    """Match the agencies of one P20 WIN request under throw-away ids.

    Keys go to their agencies, the matrix to the requester, logs stay; neither vault nor warehouse is touched. Exit
    code 0: done. 2: refused, nothing written. 3: a fault of this program.
    """
    with sentences():
        from cli import link_request as go

        on = day.date() if day else None
        if destroy:
            go.destroy(folder, out, on, by, is_confirmed)
        else:
            go.match(folder, out, on, threads, memory_limit, as_json)


@link_app.command()
def quality(
    out: Annotated[
        Path | None, typer.Option(help="Folder for page and tables; default: linkage_quality in WORKFORCE_HOME.")
    ] = None,
) -> None:
    """Report how good the links are: match rates, weights, refused links, reviewed pairs, what the last run changed.

    A page and one CSV file per table, without any person's value. Exit code 0: done. 2: refused, nothing written.
    3: a fault of this program.
    """
    with sentences():
        from cli.link_quality import write

        write(out)


@link_app.command()
def train(
    out: Annotated[Path, typer.Option(help="Model file to write (.json); the report goes beside it (.report.md).")],
    version: Annotated[str, typer.Option(help="What the new model is called, such as 2027-01.")],
    records: Annotated[
        Path | None, typer.Option(metavar="RECORDS_DIR", help="Learn from these record files; default: the vault.")
    ] = None,
    threads: Threads = None,
    memory_limit: Memory = "2GB",
    as_json: AsJson = False,
) -> None:
    """Make a new linkage model and a report for whoever reviews it. The model in use stays.

    Neither file holds a person's value. Exit code 0: done. 2: refused, nothing written. 3: a fault of this program.
    """
    with sentences():
        from cli.link_train import train as go

        go(out, version, records, threads, memory_limit, as_json)
