"""The commands and their arguments. Belongs here: parsing. Does not: what a command does (the module of its name)."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.guard import REFUSED, sentences
from cli.impact import impact_app
from cli.link import link_app

app = typer.Typer(
    name="workforce",
    help="Connecticut workforce data warehouse: agency extracts in, linked persons, measured outcomes out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Day = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="Use extracts taken up to the end of this day."),
]


@app.command()
def run(
    landing: Annotated[Path | None, typer.Option(help="Landing folder; default: landing/ of WORKFORCE_HOME.")] = None,
    as_of: Day = None,
) -> None:
    """Load every extract, link persons, build and test the marts, publish.

    Exit code 0: all well. 1: a file was refused, the rest was built. 2: nothing new was published.
    """
    with sentences(our_fault=REFUSED):
        from cli.run import run as go

        raise typer.Exit(go(landing, as_of.date() if as_of else None))


@app.command()
def validate(
    file: Annotated[Path, typer.Argument(help="The extract to check; nothing is loaded.")],
    source: Annotated[
        str | None, typer.Option(help="Which contract it should meet: its source, such as ui_wage, or its id.")
    ] = None,
    contract: Annotated[
        Path | None, typer.Option(help="A contract that is being drafted, in place of --source: a YAML file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    profile: Annotated[
        Path | None, typer.Option(help="How the file is written, where that differs from the contract: a YAML file.")
    ] = None,
    accepted: Annotated[
        Path | None, typer.Option(help="Write the accepted rows to this CSV file, as they came; nothing if refused.")
    ] = None,
) -> None:
    """Check one file against its contract, without loading it.

    Exit code 0: accepted, perhaps with warnings. 1: some rows would be quarantined. 2: the file would be refused.
    3: a fault of this program.
    """
    with sentences():
        from cli.validate import validate as go

        raise typer.Exit(go(file, source, contract, as_json, profile, accepted))


@app.command()
def status(
    day: Annotated[
        datetime | None,
        typer.Option("--day", formats=["%Y-%m-%d"], help="Say what is late or missing as on this day; default: today."),
    ] = None,
) -> None:
    """What is loaded, late, missing, published and going on."""
    with sentences():
        from cli.status import status as go

        go(day.date() if day else None)


@app.command()
def synth(
    persons: Annotated[int, typer.Option(help="How many people to invent.")],
    out: Annotated[Path, typer.Option(help="Folder for landing/ and truth/.")],
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
) -> None:
    """Write an invented Connecticut: extracts in the contracts' shapes, and who is who."""
    with sentences():
        from cli.invent import invent as go

        go(persons, seed, out)


@app.command()
def follow(
    person: Annotated[str, typer.Argument(help="A person key such as P000000001, or a story's name such as ana.")],
) -> None:
    """One invented person through every agency: records, why they are one person, programmes, wages.

    Reads the restricted files, so it works on the synthetic sample only.
    """
    with sentences():
        from cli.follow import follow as go

        go(person)


@app.command()
def explain(
    field: Annotated[str, typer.Argument(help="A field, a column or a metric, such as wage_usd or EMP_Q2.")],
) -> None:
    """What a word means. A field: type, unit, codes, sensitivity, who sends it and which marts have it.

    A metric: its definition, versions, regulation, an example, what it is made of and its SQL.
    """
    with sentences():
        from cli.explain import explain as go

        go(field)


@app.command()
def compare(
    before: Annotated[str, typer.Argument(help="A release: its name, its as-of day, `current`, or a file.")],
    after: Annotated[str, typer.Argument(help="The release to compare it with.")] = "current",
    out: Annotated[Path | None, typer.Option("--out", help="Write every figure that moved to this CSV file.")] = None,
) -> None:
    """Which published figures moved between two releases: the revision report."""
    with sentences():
        from cli.compare import compare as go

        go(before, after, out)


@app.command()
def trace(
    report: Annotated[str | None, typer.Argument(help="A report such as rpt_wioa_indicator.")] = None,
    where: Annotated[str, typer.Option(help="Which of its rows: a condition on its columns.")] = "true",
    out: Annotated[Path | None, typer.Option("--out", help="Write every row behind the figures to this CSV.")] = None,
    file: Annotated[
        str | None, typer.Option("--file", help="The other way: an agency's file, as it was named.")
    ] = None,
    row: Annotated[int | None, typer.Option("--row", help="Its row, as receipts count them.")] = None,
) -> None:
    """From a figure to the stays, files and rows it was counted from; or from a row of a file to the figures.

    For who may see records of single persons: it lists them, under opaque keys.
    """
    if bool(report) == bool(file and row):
        raise typer.BadParameter("give a REPORT with --where, or --file with --row")
    with sentences():
        from cli.trace import trace as go
        from cli.trace import trace_back

        if report:
            go(report, where, out)
        elif file and row:
            trace_back(file, row)


contracts_app = typer.Typer(no_args_is_help=True, help="The contracts: what agencies are asked for.")
app.add_typer(contracts_app, name="contracts")
app.add_typer(impact_app, name="impact", short_help="What a programme changed, against people alike.")
app.add_typer(link_app, name="link", short_help="Link any person records; matching for a P20 WIN request.")
Contract = Annotated[str, typer.Argument(help="A source such as ui_wage, or the id of its contract.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write to this file instead of the terminal.")]


@contracts_app.command("list")
def list_contracts() -> None:
    """One line per contract: source, id, agency, what rows are about, period, due day."""
    with sentences():
        from cli.contracts import show_list as go

        go()


@contracts_app.command("show")
def show_contract(name: Contract) -> None:
    """One contract to read: columns and rules."""
    with sentences():
        from cli.contracts import show as go

        go(name)


@contracts_app.command("template")
def contract_template(name: Contract, out: Out = None) -> None:
    """A header and one invented row as CSV, to fill in."""
    with sentences():
        from cli.contracts import template as go

        go(name, out)


@contracts_app.command("export")
def export_contract(
    name: Annotated[str | None, typer.Argument(help="A source such as ui_wage, or the id of its contract.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every contract, a file each in the folder --out.")] = False,
    form: Annotated[str, typer.Option("--format", help="odcs: Open Data Contract Standard 3.1.")] = "odcs",
    out: Out = None,
) -> None:
    """A contract in another notation, for catalogues."""
    with sentences():
        from cli.contracts import export as go

        go(name, every, form, out)


review_app = typer.Typer(no_args_is_help=True, help="Links a person has to decide. Restricted: it reads the vault.")
app.add_typer(review_app, name="review")
Who = Annotated[str, typer.Option("--by", help="Who decides: a name or a staff id.")]
Why = Annotated[str, typer.Option("--why", help="The reason, in words; no names, numbers or birth dates of persons.")]
On = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day it was decided; default: today.")
]


@review_app.command("list")
def list_review(
    reason: Annotated[str | None, typer.Option(help="Only items of this reason, such as uncertain_pair.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many items to show.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print the items as JSON.")] = False,
) -> None:
    """Open items, most consequential first: uncertain pairs, numbers of two people, oversized clusters."""
    with sentences():
        from cli.review import show_list as go

        go(reason, limit, as_json)


@review_app.command("show")
def show_review(
    item: Annotated[str, typer.Argument(help="The item's id, from the list.")],
    values: Annotated[
        bool, typer.Option("--values", help="Restricted: names, birth dates, last four digits; on a terminal only.")
    ] = False,
) -> None:
    """One item: which fields agree, differ or are missing, what rules say, every identity of both persons."""
    with sentences():
        from cli.review import show as go

        go(item, values)


@review_app.command("decide")
def decide_review(
    by: Who,
    why: Why,
    item: Annotated[str | None, typer.Argument(help="The item's id, from the list.")] = None,
    pair: Annotated[
        tuple[str, str] | None, typer.Option(metavar="KEY KEY", help="In place of an item: two identity keys.")
    ] = None,
    same: Annotated[bool | None, typer.Option("--same/--different", help="One person, or two people.")] = None,
    on: On = None,
) -> None:
    """Record that two identities are one person, or are not; the next run keeps it.

    Exit code 2: refused, because it contradicts another decision or names nobody; nothing was changed.
    """
    with sentences():
        from cli.review import decide as go

        go(item, pair, same, by, why, on.date() if on else None)


@review_app.command("withdraw")
def withdraw_review(
    decision: Annotated[int, typer.Argument(help="The decision's number, from `workforce review decisions`.")],
    by: Who,
    why: Why,
    on: On = None,
) -> None:
    """Take a decision back; it stays on record, and the next run links without it."""
    with sentences():
        from cli.review import withdraw as go

        go(decision, by, why, on.date() if on else None)


@review_app.command("decisions")
def list_decisions() -> None:
    """Every decision ever taken: what, who, when, why, and whether it was withdrawn."""
    with sentences():
        from cli.review import show_all_decisions as go

        go()


@app.command()
def up(
    port: Annotated[int, typer.Option(help="Port of the web page on this machine.")] = 3000,
    landing: Annotated[
        Path | None, typer.Option(help="Landing folder to watch; default: that of WORKFORCE_HOME.")
    ] = None,
) -> None:
    """Start Dagster on this machine (web page, sensor, nightly build) until Ctrl-C."""
    with sentences():
        from cli.terminal import console, say
        from home import Home
        from orchestration.up import up as go

        out = console()
        go(Home.from_env(), landing.resolve() if landing else None, port, lambda text: say(out, text))


def main() -> None:
    """Entry point of the installed command."""
    sys.exit(app())
