"""`workforce explain EMP_Q2`: a metric's definition, versions, example, inputs and SQL.

Belongs here: showing a metric. Does not: what it means (contracts/codes/ref_metric.csv), how it is computed (dbt).
"""

from __future__ import annotations

import csv
from functools import cache
from typing import TYPE_CHECKING

from cli.models import LAYERS, described, inputs, models
from cli.terminal import say

if TYPE_CHECKING:
    from rich.console import Console

CODE_COLUMNS = ("metric_code", "indicator_code")


@cache
def registry() -> dict[str, list[dict[str, str]]]:
    """Rows of the registry by metric code, in the order of their versions."""
    from contracts.codes import CODES_DIR

    found: dict[str, list[dict[str, str]]] = {}
    with (CODES_DIR / "ref_metric.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            found.setdefault(row["metric_code"], []).append(row)
    return {code: sorted(rows, key=lambda row: row["definition_version"]) for code, rows in found.items()}


def show_metric(out: Console, code: str) -> None:
    """Every version of the metric, the query that reads it, what it is made of, and the SQL of its report."""
    for row in registry()[code]:
        now = "in use" if row["is_current"] == "true" else "computed beside the one in use"
        say(out, f"{code} version {row['definition_version']} ({now})", bold=code)
        for label, text in (
            ("name", row["label"]),
            ("definition", row["definition"]),
            ("figure", ", in ".join(dict.fromkeys([row["statistic_code"], row["unit_code"]]))),
            ("regulation", row["regulation"]),
            ("example", row["example"]),
        ):
            say(out, f"  {label:<11} {text}")
        out.print()
    report = next(row["report_name"] for row in registry()[code] if row["report_name"])
    say(out, "Read it from a release:")
    say(out, f"  {query(report, code)}")
    out.print()
    model = models().get(report)
    if model is None:
        return
    say(out, f"{report} is made of:")
    for layer, names in inputs(report).items():
        say(out, f"  {LAYERS[layer]:<26} {', '.join(names)}")
    out.print()
    say(out, f"Its SQL, {model.where}:")
    out.print(model.sql, markup=False, highlight=False, soft_wrap=True)


def query(report: str, code: str) -> str:
    """SQL that reads the metric from a release."""
    columns = {column["name"] for model in described() if model["name"] == report for column in model["columns"]}
    named = next((column for column in CODE_COLUMNS if column in columns), None)
    return f"select * from {report}" + (f" where {named} = '{code}'" if named else "")
