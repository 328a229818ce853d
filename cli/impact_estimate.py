"""What `workforce impact estimate` does: estimate, then show what a reader needs to judge the figure."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

from cli.terminal import console, count, say, show_table

if TYPE_CHECKING:
    from rich.console import Console

    from impact import Estimate, Question

WHY_DROPPED = {
    "treatment_missing": "no treatment given",
    "outcome_missing": "no outcome",
    "cluster_missing": "no cluster",
    "comparison_unlike_any_treated": "comparison, less likely to be treated than any treated row",
    "treated_unlike_any_comparison": "treated, with no comparison row like them",
    "comparison_nobodys_match": "comparison, among the nearest of nobody",
}
ASSUMPTION = (
    "It is the programme's effect only if nothing that is not among the covariates both led people to the programme "
    "and changes the outcome."
)


def estimate(data: Path, question: Question, as_json: bool) -> None:
    """Estimate and print."""
    from impact import estimate as answer
    from impact import read_table

    found = answer(read_table(data, question.columns), question)
    if as_json:
        print(json.dumps(found.as_data(), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        show(found)


def show(found: Estimate) -> None:
    """Effect, who was compared, balance, what to know."""
    out = console()
    result, question = found.result, found.question
    digits = _digits(result.standard_error)
    change = f"the change of {question.outcome} since {question.baseline}" if question.baseline else question.outcome
    say(out, f"Effect of {question.treatment} on {change}, average over the treated")
    say(out, f"  effect             {result.effect:,.{digits}f}")
    clustered = f", clustered by {question.cluster}" if question.cluster else ""
    say(out, f"  standard error     {result.standard_error:,.{digits}f} (robust{clustered})")
    say(out, f"  95 % interval      {result.low:,.{digits}f} to {result.high:,.{digits}f}")
    say(out, f"  naive difference   {found.naive_difference:,.{digits}f}")
    out.print()
    show_rows(out, found)
    lines = [
        [name, *(f"{mean:,.4g}" if abs(mean) < 1000 else f"{mean:,.0f}" for mean in _means(line)),
         f"{line.before:z.3f}", f"{line.after:z.3f}"]
        for name, line in found.design.balance.items()
    ]  # fmt: skip
    heads = ["covariate", "treated", "comparison", "made alike", "before", "after"]
    show_table(out, "Balance: means, and their difference in standard deviations", heads, lines)
    for note in (*found.notes, ASSUMPTION):
        say(out, f"  {note}")


def show_rows(out: Console, found: Estimate) -> None:
    """How many rows are compared, how many are not and why, and the common support."""
    made = found.design
    say(out, f"  treated used       {count(made.treated_count)}")
    say(out, f"  comparison used    {count(made.comparison_count)}, worth {made.effective_comparison:,.0f} equal rows")
    say(out, f"  dropped            {count(sum(found.dropped.values()))}")
    for reason, number in found.dropped.items():
        if number:
            say(out, f"    {count(number):>12}   {WHY_DROPPED[reason]}")
    low, high = (1 / (1 + math.exp(-odds)) for odds in made.support)
    say(out, f"  common support     propensity {low:.4f} to {high:.4f}")
    out.print()


def _means(line: object) -> tuple[float, float, float]:
    return line.treated_mean, line.comparison_mean_before, line.comparison_mean_after  # type: ignore[attr-defined]


def _digits(error: float) -> int:
    """Decimals that leave three figures of the standard error."""
    return max(0, 2 - math.floor(math.log10(error))) if 0 < error < math.inf else 2
