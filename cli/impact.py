"""`workforce impact`: what a programme changed. Belongs here: parsing, for this group of commands."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from cli.guard import sentences

impact_app = typer.Typer(no_args_is_help=True, help="What a programme changed, against a comparison group made alike.")


def _names(text: str | None) -> tuple[str, ...]:
    """The parts of `a, b,"c, d"`, each once: quotation marks as in a CSV file."""
    lines = csv.reader(io.StringIO(text or "", newline=""), skipinitialspace=True)
    parts = (part.strip() for line in lines for part in line)
    return tuple(dict.fromkeys(part for part in parts if part))


@impact_app.callback()
def impact() -> None:
    """What a programme changed, against a comparison group made alike."""


@impact_app.command()
def estimate(
    data: Annotated[Path, typer.Argument(metavar="DATA.csv", help="One row per person: commas, UTF-8, a header.")],
    treatment: Annotated[str, typer.Option(help="Column that is 1 for the treated, 0 for the comparison group.")],
    outcome: Annotated[str, typer.Option(help="Column of numbers, such as earnings; or 0 and 1.")],
    covariates: Annotated[str, typer.Option(help='Columns known before the treatment: A,B,"C, D",…')],
    categorical: Annotated[
        str | None, typer.Option(help="Those of the covariates whose numbers are codes: A,B,… Text always is.")
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(help="The outcome before: estimate the change since (difference in differences)."),
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Column of groups that share shocks, such as a site: cluster-robust errors.")
    ] = None,
    method: Annotated[
        str, typer.Option(help="balance: weights that make the groups alike. match: four nearest by propensity score.")
    ] = "balance",
    caliper: Annotated[
        float, typer.Option(help="A treated row needs a comparison row this near, in deviations of the log-odds.")
    ] = 0.2,
    as_json: Annotated[bool, typer.Option("--json", help="Print the estimate as JSON.")] = False,
) -> None:
    """Average effect of a treatment on the treated, by propensity score and regression, with the balance reached.

    Nothing is drawn at random: the same rows in any order give the same figures. Missing covariates are compared as a
    group of their own; rows without treatment or outcome, or without anybody like them, are dropped and counted. Exit
    code 0: done. 2: refused, in one sentence. 3: a fault of this program.
    """
    with sentences():
        from cli.impact_estimate import estimate as go
        from impact import Question

        question = Question(
            treatment, outcome, _names(covariates), _names(categorical), cluster, baseline, method, caliper
        )
        go(data, question, as_json)
