"""Drift: each batch's profile against its source's history, judged by Great Expectations, and who is held back.

Belongs here: the verdict (the one module that imports great_expectations), holding a batch and releasing it. Does not:
the arithmetic (comparison), reading and writing the ledger (drift_ledger), the page (drift_page).

The verdicts of a source are a function of its batches, whatever order they came in: when a batch comes, every batch of
the source is looked at again, in the order their extracts were taken, and only what differs is judged and written.
Great Expectations is imported when there is a batch to judge that has a history, and then once per process.

A batch of a source whose contract says `drift: {action: block}` is held from its first moment if there may be a history
to compare it with, so that a crash before the verdict lets nothing bad stand.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from contracts import Source
from home.scratch import EngineFault
from ingest import comparison, drift_ledger
from ingest.comparison import RULE_IDS, Comparison, Profiled
from ingest.drift_ledger import Judgement, Known

if TYPE_CHECKING:
    import duckdb


def blocks(source: Source) -> bool:
    """Whether a batch that breaks a rule is held."""
    return source.drift.get("action", "warn") == "block"


def must_wait(con: duckdb.DuckDBPyConnection, source: Source, period: str | None) -> bool:
    """Whether a batch about to be stored is held until it is judged: the contract blocks, and it may have a history."""
    return blocks(source) and drift_ledger.other_periods(con, source.name, period) >= comparison.FEWEST


def review(con: duckdb.DuckDBPyConnection, source: Source, again: Collection[str] = ()) -> dict[str, Judgement]:
    """Judge the batches of a source that are new, whose history or tolerance has changed, or that are in `again`.

    Writes what differs, in one transaction, and returns the judgements that were made anew by batch. The warehouse is
    attached as `warehouse`. A second call changes nothing and returns nothing.
    """
    batches = drift_ledger.profiled(con, source.name)
    known = drift_ledger.known(con, source.name)
    known |= {batch_id: replace(known[batch_id], basis="", digest="") for batch_id in again}
    basis = drift_ledger.digest(dict(source.drift), [(b.batch_id, b.extracts, b.is_accepted) for b in batches])
    if all(known[batch.batch_id].basis == basis for batch in batches):
        return {}
    judged = _judge(source, batches, known)
    made = {batch_id: one for batch_id, one in judged.items() if one.is_fresh}
    drift_ledger.write(con, source.name, judged, made, basis)
    return made


def _judge(source: Source, batches: Sequence[Profiled], known: Mapping[str, Known]) -> dict[str, Judgement]:
    """A judgement per batch. One that is held belongs to no history: the batches after it are compared without it."""
    judged: dict[str, Judgement] = {}
    waiting = list(batches)
    while waiting:
        held = {batch_id for batch_id, one in judged.items() if one.is_held}
        left = [_compared(source, batch, known[batch.batch_id], batches, held) for batch in waiting]
        broken = verdicts({one.batch.batch_id: one.compared for one in left if one.is_fresh})
        for one in left:
            one.broken = broken.get(one.batch.batch_id, [])
            one.is_broken = bool(one.broken) if one.is_fresh else one.was.is_broken
            judged[one.batch.batch_id] = one
            waiting.remove(one.batch)
            if one.is_held:
                break
    return judged


def _compared(source: Source, batch: Profiled, was: Known, batches: Sequence[Profiled], held: set[str]) -> Judgement:
    before = comparison.history(batch, batches, held)
    compared = comparison.compare(source, batch.profile, [past.profile for past in before])
    return Judgement(batch, was, before, compared, blocks(source))


def verdicts(compared: Mapping[str, Sequence[Comparison]]) -> dict[str, list[Comparison]]:
    """Per batch the comparisons beyond their limits: one validation of a frame with a row per comparison and a column
    per rule, which holds the change in units of what is allowed."""
    rows = [(batch_id, one) for batch_id, every in compared.items() for one in every]
    found: dict[str, list[Comparison]] = {batch_id: [] for batch_id in compared}
    for place in _beyond([(one.rule_id, one.reach) for _, one in rows]):
        batch_id, one = rows[place]
        found[batch_id].append(one)
    return found


def _beyond(reaches: Sequence[tuple[str, float]]) -> list[int]:
    """Positions of the (rule, reach) that are not between -1 and 1."""
    if not reaches:
        return []
    try:
        return _validated(reaches)
    except Exception as error:  # its text may quote what it was given
        raise EngineFault(f"The comparison with the history could not be made ({type(error).__name__}).") from None


def _validated(reaches: Sequence[tuple[str, float]]) -> list[int]:
    batch_definition = _great_expectations()
    import great_expectations as gx
    import pandas as pd

    rules = [rule for rule in RULE_IDS if any(rule == of for of, _ in reaches)]
    frame = pd.DataFrame(
        {rule: [reach if of == rule else None for of, reach in reaches] for rule in rules}, dtype=float
    )
    limits = [gx.expectations.ExpectColumnValuesToBeBetween(column=rule, min_value=-1, max_value=1) for rule in rules]
    result = batch_definition.get_batch({"dataframe": frame}).validate(
        gx.ExpectationSuite("like its history", expectations=limits), result_format={"result_format": "COMPLETE"}
    )
    if any(one.exception_info.get("raised_exception") for one in result.results):
        raise EngineFault("Great Expectations could not evaluate an expectation.")
    return sorted(place for one in result.results for place in one.result["unexpected_index_list"])


@cache
def _great_expectations() -> Any:
    """A context that lives in memory and tells nobody, with one frame to be given: made once per process."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx

    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("profiles").add_dataframe_asset("comparisons")
    return asset.add_batch_definition_whole_dataframe("every comparison of a run")
