"""profile.html beside the receipt: a batch's profile against its history, for the steward who must judge it.

Belongs here: wording and drawing. Does not: comparing or deciding. One self-contained page without scripts, made from
the ledger alone; the same ledger gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts import Source
from home import Home
from ingest import receipts
from ingest.comparison import RELATIVE, Comparison, percent, sentence
from ingest.drift_ledger import Judgement
from ingest.profile import SMALL_GROUP, Metric

if TYPE_CHECKING:
    import jinja2

NAME = "profile.html"
WORDS = {
    "rows": "Rows",
    "quarantine_share": "Share of rows kept out",
    "null_share": "Share of rows without",
    "code_share": "Share of",
    "distinct_share": "Share of rows with their own",
    "value_count": "Rows with",
    "mean": "Mean of",
    "median": "Median of",
    "p10": "10th percentile of",
    "p90": "90th percentile of",
}
RELEASE = (
    "If the file is incomplete or wrong, send the whole extract again. If the difference is real, say so: put "
    '"drift_accepted": true into the manifest of the file and send both again.'
)
WIDTH, HEIGHT, EDGE = 196, 34, 4


def path(home: Home, source: Source, batch_id: str) -> Path:
    """Where the page of a batch lies."""
    return receipts.folder(home, source.name, batch_id) / NAME


def write(home: Home, source: Source, judged: Mapping[str, Judgement]) -> None:
    """A page for each of these batches."""
    for batch_id, judgement in judged.items():
        page = path(home, source, batch_id)
        page.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        receipts.write_whole(page, render(source, judgement))


def render(source: Source, one: Judgement) -> str:
    """The page of one batch."""
    beyond = {id(comparison) for comparison in one.broken}
    return _template().render(
        title=source.title,
        agency=source.agency,
        batch_id=one.batch.batch_id,
        period=one.batch.period,
        before=[past.period for past in one.before],
        broken=[sentence(comparison) for comparison in one.told],
        compared=[_row(comparison, id(comparison) in beyond) for comparison in one.compared],
        profile=[_figure(metric, value) for metric, value in sorted(one.batch.profile.items())],
        small_group=SMALL_GROUP,
        next_step=RELEASE if one.is_held else "The batch is in use. A corrected extract of the period replaces it.",
        **_verdict(one),
    )


def _verdict(one: Judgement) -> dict[str, str]:
    if one.is_held:
        return {
            "tone": "held",
            "headline": "Held: differs from the batches before it",
            "summary": "Nothing of this batch is in use; the extract before it of the same period, if any, stays.",
        }
    if one.is_broken:
        said = " A steward has said that the difference is real." if one.batch.is_accepted else ""
        return {
            "tone": "broken",
            "headline": "Differs from the batches before it",
            "summary": f"The batch is in use. Look at what differs.{said}",
        }
    if not one.compared:
        return {
            "tone": "first",
            "headline": "No history yet",
            "summary": "There are too few comparable batches before this one, so it was compared with nothing.",
        }
    return {"tone": "usual", "headline": "Like the batches before it", "summary": "Everything is within its limits."}


def _row(one: Comparison, is_beyond: bool) -> dict[str, Any]:
    low, high = (_number(one.metric, limit) for limit in one.limits)
    return {
        "what": WORDS[one.metric.name],
        "column": one.metric.column,
        "code": one.metric.code,
        "usual": _number(one.metric, one.middle),
        "limits": f"{low} to {high}",
        "now": _number(one.metric, one.value),
        "verdict": f"beyond its limits ({one.rule_id})" if is_beyond else "as usual",
        "is_beyond": is_beyond,
        # Rows, amounts and whatever moved by half of what is allowed; the rest is folded away.
        "is_main": is_beyond or one.is_relative or abs(one.reach) > 0.5,
        "chart": _chart(one) if is_beyond or one.is_relative or abs(one.reach) > 0.5 else None,
    }


def _chart(one: Comparison) -> dict[str, Any]:
    """Heights of the band, the line of the past and the dot of now, within the drawing."""
    low, high = one.limits
    bottom, top = min(low, one.value, *one.before), max(high, one.value, *one.before)
    span = (top - bottom) or 1.0

    def height(value: float) -> float:
        return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - bottom) / span, 1)

    step = WIDTH / max(1, len(one.before) - 1)
    line = " ".join(f"{round(place * step + EDGE, 1)},{height(value)}" for place, value in enumerate(one.before))
    return {"top": height(high), "band": round(height(low) - height(high), 1), "line": line, "now": height(one.value)}


def _figure(metric: Metric, value: float) -> dict[str, str]:
    return {
        "what": WORDS[metric.name],
        "column": metric.column,
        "code": metric.code,
        "value": _number(metric, value),
    }


def _number(metric: Metric, value: float) -> str:
    """Shares as percents, everything else as a number without needless decimals."""
    if metric.name not in RELATIVE:
        return percent(value)
    return f"{value:,.0f}" if metric.name in ("rows", "value_count") or abs(value) >= 100 else f"{value:,.2f}"


@cache
def _template() -> jinja2.Template:
    return receipts.environment().get_template("profile.html.j2")
