"""Between raw and dbt: what the build may see, and who is who.

Belongs here: the order, and the numbers shown beside each step. Does not: visibility and rules between files (ingest),
matching (linkage).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date

import dagster as dg

from orchestration import groups, progress
from orchestration.environment import Environment, told_in_a_sentence
from orchestration.runs import nothing_known

VISIBLE_BATCH = "visible_batch"
PERSON_CROSSWALK = "person_crosswalk"
CROSS_FILE_RULES = "cross_file_rules"


class NothingKnownYet(RuntimeError):
    """The as-of day is before the first extract: an empty release would be published."""


def link_assets(raw: Sequence[str], raw_with_identity: Sequence[str]) -> list[dg.AssetsDefinition]:
    """The list of visible batches (after every raw table), the crosswalk (after those that carry identities), and the
    rules between files."""

    @dg.asset(
        name=VISIBLE_BATCH,
        deps=list(raw),
        group_name=groups.LINK,
        kinds={"duckdb"},
        description="What stands of each source and period: the newest snapshot taken by the end of the as-of day, and "
        "the deltas after it.",
    )
    def visible_batch(environment: Environment) -> dg.MaterializeResult:
        with told_in_a_sentence(environment.home), progress.step("Choosing extracts") as going:
            as_of, batches, superseded = choose_batches(environment)
            going.note = f"{batches} stand as of {as_of}, {superseded} superseded or later"
            return dg.MaterializeResult(metadata={"as_of": as_of, "batches": batches, "not_visible": superseded})

    @dg.asset(
        name=PERSON_CROSSWALK,
        deps=[VISIBLE_BATCH, *raw_with_identity],
        group_name=groups.LINK,
        kinds={"duckdb"},
        description="identity_key to person_key: the only thing that crosses from the vault to the warehouse. An as-of "
        "build gets the links of that day.",
    )
    def person_crosswalk(environment: Environment) -> dg.MaterializeResult:
        import linkage

        with told_in_a_sentence(environment.home), progress.step("Linking persons") as going:
            newest, batches = extracts_known(environment)
            linkage.link(environment.home, threads=int(os.environ.get("WORKFORCE_THREADS") or 0) or None, on=newest)
            linkage.write_crosswalk(environment.home, environment.as_of_date, batches)
            identities, persons = count_crosswalk(environment)
            going.note = f"{identities:,} identities are {persons:,} persons"
            return dg.MaterializeResult(metadata={"identities": identities, "persons": persons})

    @dg.asset(
        name=CROSS_FILE_RULES,
        deps=[PERSON_CROSSWALK],
        group_name=groups.LINK,
        kinds={"duckdb"},
        description="Rules between the files of different sources, counted per batch; they warn, and stop nothing.",
    )
    def cross_file_rules(environment: Environment) -> dg.MaterializeResult:
        from ingest import cross_file

        with told_in_a_sentence(environment.home), progress.step("Comparing files") as going:
            results = cross_file.evaluate(environment.home, going.detail)
            broken = [rule for rule, _, failed, _ in results if failed]
            skipped = [rule for rule, _, failed, _ in results if failed is None]
            going.note = f"{len(results) - len(skipped)} rules between files asked, {len(broken)} found rows to look at"
            found = {f"{rule}_{source}": failed for rule, source, failed, _ in results if failed}
            return dg.MaterializeResult(metadata={"rules": len(results), "not_checked": len(skipped), **found})

    return [visible_batch, person_crosswalk, cross_file_rules]


def choose_batches(environment: Environment) -> tuple[str, int, int]:
    """Rewrite the list of visible batches; returns the as-of day, how many stand, how many accepted ones do not."""
    import duckdb

    import ingest

    connection = duckdb.connect(str(environment.home.warehouse_db))
    try:
        as_of = ingest.set_visibility(connection, environment.as_of_date)
        [(visible, accepted, oldest)] = connection.execute(
            "select (select count(*) from ledger.visible_batch), "
            "count(*), min(extract_ts)::date from ledger.batch where outcome <> 'reject_file'"
        ).fetchall()
        if not visible:
            raise NothingKnownYet(nothing_known(as_of, oldest))
        return as_of.isoformat(), visible, accepted - visible
    finally:
        connection.close()


def extracts_known(environment: Environment) -> tuple[date | None, list[str] | None]:
    """The latest extract day of all loaded batches, and the batches of which some extract had been taken by the end of
    the as-of day; None for the latter in a build of now, which knows them all."""
    import duckdb

    connection = duckdb.connect(str(environment.home.warehouse_db), read_only=True)
    try:
        sightings = "ledger.sighting join ledger.batch using (batch_id) where outcome <> 'reject_file'"
        [(newest,)] = connection.execute(f"select max(sighting.extract_ts)::date from {sightings}").fetchall()
        if environment.as_of_date is None:
            return newest, None
        found = connection.execute(
            f"select distinct batch_id from {sightings} and sighting.extract_ts < $as_of::date + 1 order by batch_id",
            {"as_of": environment.as_of_date},
        ).fetchall()
        return newest, [batch for (batch,) in found]
    finally:
        connection.close()


def count_crosswalk(environment: Environment) -> tuple[int, int]:
    """Identities and persons in the crosswalk."""
    import duckdb

    connection = duckdb.connect(str(environment.home.warehouse_db), read_only=True)
    try:
        [counts] = connection.execute(
            "select count(*), count(distinct person_key) from linkage.person_crosswalk"
        ).fetchall()
        return counts
    finally:
        connection.close()
