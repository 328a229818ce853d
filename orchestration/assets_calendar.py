"""Whether each source's submissions are on time: a check per raw table, evaluated at every build and every night.

Belongs here: Dagster's view of the calendar, and today's date. Does not: which period is due when (ingest.calendar).

A freshness policy knows when an asset was last loaded, not for which period; it is what the daemon can watch without
reading a file. The check knows the periods.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import dagster as dg

from home import Home
from orchestration.environment import Environment, told_in_a_sentence

if TYPE_CHECKING:
    from contracts import Source
    from ingest.calendar import Timeliness

ON_TIME = "on_time"


def freshness(source: Source) -> dg.FreshnessPolicy:
    """Warns when nothing was loaded for a period and its due days, fails when a period would be missing."""
    from ingest.calendar import longest_silence

    usual, too_long = longest_silence(source)
    return dg.FreshnessPolicy.time_window(fail_window=too_long, warn_window=usual)


def check_keys(sources: Sequence[Source]) -> list[dg.AssetCheckKey]:
    """The check of each source."""
    return [dg.AssetCheckKey(dg.AssetKey(source.raw_table), ON_TIME) for source in sources]


def on_time_checks(sources: Sequence[Source]) -> dg.AssetChecksDefinition:
    """One step that looks at the ledger once and answers for every source."""
    specs = [
        dg.AssetCheckSpec(
            ON_TIME,
            asset=dg.AssetKey(source.raw_table),
            description=f"Every period that has ended was submitted within {source.due_days} days.",
        )
        for source in sources
    ]

    @dg.multi_asset_check(name="submissions_on_time", specs=specs, can_subset=True)
    def submissions_on_time(context, environment: Environment) -> Iterator[dg.AssetCheckResult]:
        # Dagster takes the annotation of `context` only as a type, and here every annotation is a text.
        with told_in_a_sentence(environment.home):
            for result in results(environment.home, sources, date.today()):
                if result.asset_key is not None and check_key(result) in context.selected_asset_check_keys:
                    yield result

    return submissions_on_time


def check_key(result: dg.AssetCheckResult) -> dg.AssetCheckKey:
    """The check a result is of."""
    assert result.asset_key is not None
    return dg.AssetCheckKey(result.asset_key, ON_TIME)


def results(home: Home, sources: Sequence[Source], day: date) -> Iterator[dg.AssetCheckResult]:
    """One result per source, as on `day`. A source that never sent anything is not late."""
    from ingest.calendar import overview

    for source, stands in zip(sources, overview(home.warehouse_db, sources, day), strict=True):
        yield result(source, stands)


def result(source: Source, stands: Timeliness) -> dg.AssetCheckResult:
    """One source's result: a warning when something is late or missing."""
    told = {"late": stands.late, "missing": stands.missing, "shrunken": stands.shrunken, "held": stands.held}
    newest = {"newest_period": stands.last.period, "extract": str(stands.last.extracted)} if stands.last else {}
    due = {"next_due": f"{stands.next_due.period} by {stands.next_due.due}"} if stands.next_due else {}
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(source.raw_table),
        check_name=ON_TIME,
        passed=stands.is_on_time,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={**newest, **due, **{word: ", ".join(periods) for word, periods in told.items() if periods}},
    )
