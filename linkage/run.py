"""One linkage run: standardise, find candidate edges, cluster, assign persons, list what needs a look.

Belongs here: the order of the steps and the one transaction around them. Does not: any rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from home import Home
from linkage import decisions, history, kept, registry, upgrade
from linkage.block import EdgeProducer
from linkage.engine import DETERMINISTIC, find_clusters
from linkage.key_event import KINDS
from linkage.review import open_items, write_review


class LinkageError(RuntimeError):
    """Linkage cannot go on; the message is one sentence that says what to do."""


@dataclass(frozen=True)
class LinkResult:
    """Counts of one run. `events` are the registry's of this run by kind, see `key_event.KINDS`."""

    identities: int
    persons: int
    edges_by_rule: dict[str, int]
    refused_by_reason: dict[str, int]
    review_by_reason: dict[str, int]
    events: dict[str, int]
    crosswalk: Path
    """The vault file; its relation `linkage.identity_person` is the crosswalk, see `crosswalk`."""

    @property
    def review_items(self) -> int:
        return sum(self.review_by_reason.values())


def open_vault(home: Home, *, read_only: bool = False, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """The vault, or LinkageError when nothing has been loaded yet. The caller closes it."""
    if not home.vault_db.exists():
        raise LinkageError("There are no identities to link yet: load at least one extract, then run linkage again.")
    con = duckdb.connect(str(home.vault_db), read_only=read_only)
    home.scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    con.execute(f"set temp_directory = '{str(home.scratch).replace(chr(39), chr(39) * 2)}'")
    if threads:
        con.execute(f"set threads = {int(threads)}")
    return con


def _counts(con: duckdb.DuckDBPyConnection, table: str, column: str) -> dict[str, int]:
    return dict(con.execute(f"select {column}, count(*) from {table} group by all order by all").fetchall())


def link(
    home: Home,
    *,
    producers: Sequence[EdgeProducer] = DETERMINISTIC,
    probability: bool = True,
    full: bool = False,
    threads: int | None = None,
    on: date | None = None,
) -> LinkResult:
    """Links every identity of the vault and stores persons, edges and review items in its schema `linkage`.

    Deterministic: the same identities give the same persons whatever the thread count or row order, and whether they
    came at once or in many runs: what earlier runs compared is not compared again, unless `full`; where nothing is new,
    nothing is linked. All in one transaction; a killed run leaves the registry of the run before. `producers` are the
    exact rules; without `probability` they decide alone.
    `on` is the run's data day: the latest extract day of the batches loaded so far; without it, the last run's day.
    Raises LinkageError when there is no vault.
    """
    con = open_vault(home, threads=threads)
    usual = f"probability {probability}" if producers is DETERMINISTIC else None
    try:
        con.execute("begin")
        if usual and not full and not upgrade.is_needed(con) and kept.is_as_before(con, usual):
            history.repeat(con, on)
            events, review = dict.fromkeys(KINDS, 0), open_items(con)
        else:
            events, review = _link(con, producers, probability, full, threads, on)
            if usual:
                kept.remember(con, usual)
        result = _result(con, home, events, review)
        con.execute("commit")
        return result
    finally:
        con.close()  # without a commit, DuckDB discards the transaction


def _result(con: duckdb.DuckDBPyConnection, home: Home, events: dict[str, int], review: dict[str, int]) -> LinkResult:
    return LinkResult(
        identities=con.execute("select count(*) from identity").fetchall()[0][0],
        persons=con.execute("select count(distinct person_key) from linkage.identity_person").fetchall()[0][0],
        edges_by_rule=_counts(con, "linkage.edge", "match_rule"),
        refused_by_reason=_counts(con, "linkage.refused_edge", "refused_reason"),
        review_by_reason=review,
        events=events,
        crosswalk=home.vault_db,
    )


def _link(
    con: duckdb.DuckDBPyConnection,
    producers: Sequence[EdgeProducer],
    probability: bool,
    full: bool,
    threads: int | None,
    on: date | None,
) -> tuple[dict[str, int], dict[str, int]]:
    """Events of the registry and open review items, by kind and reason."""
    registry.prepare(con)
    decisions.prepare(con)
    kept.prepare(con, forget=full)
    identities = kept.standardise(con)
    decisions.write_decided(con)
    find_clusters(con, identities, producers=producers, probability=probability, keep=True, threads=threads)
    return registry.assign(con, on), write_review(con)
