"""The links of every day: the runs of linkage with their data days, and who was linked to whom after each.

Belongs here: the tables `linkage.link_run` and `linkage.identity_person_history` of the vault, the view
`linkage.person_touched`, the links of a day. Does not: who is who (`registry`).

A run's day is a day of the data, not of a clock: the latest extract day of the batches whose identities it saw. A run
never has an earlier day than the run before, whose batches it saw as well. So the links of a day are final once a run
of a later day was stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

BEFORE_ALL_DATA = date(1900, 1, 1)
"""The day of a first run whose caller names none."""

_TABLES_SQL = """
create table if not exists linkage.link_run (
    link_seq bigint not null, link_day date not null, model_version varchar, identities bigint not null,
    persons bigint not null, created bigint not null, merged bigint not null, split bigint not null,
    retired bigint not null, restored bigint not null
);
create table if not exists linkage.identity_person_history (
    identity_key uuid not null, person_key varchar not null, match_rule varchar not null,
    person_has_valid_ssn boolean not null, valid_from_seq bigint not null, valid_to_seq bigint,
    valid_from date not null, valid_to date
);
create or replace view linkage.person_touched as
with touched as (
    select link_seq, person_key from linkage.person_event
    union
    select link_seq, other_person_key from linkage.person_event where other_person_key is not null
    union
    select valid_from_seq, person_key from linkage.identity_person_history
    union
    select valid_to_seq, person_key from linkage.identity_person_history where valid_to_seq is not null
)
select
    t.link_seq, r.link_day, t.person_key,
    t.link_seq = min(t.link_seq) over (partition by t.person_key) as is_new,
from touched as t inner join linkage.link_run as r using (link_seq);
"""
"""Grain: link_run one row per run that was of another day or model than the run before, or changed a link;
identity_person_history one per identity and time in which its link did not change, from run valid_from_seq to before
valid_to_seq (null: still), with the days of these runs; the rows with valid_to_seq null are `identity_person`.
person_touched one per run and person of which the run changed an identity, a rule or the key; `is_new`: it made the
key.
"""

_CHANGED_SQL = """
create or replace temp table link_changed as
select
    coalesce(new.identity_key, old.identity_key) as identity_key, new.n, new.person_key, new.match_rule,
    new.person_has_valid_ssn, old.identity_key is not null as was_linked,
from identity_person_new as new
full join linkage.identity_person as old using (identity_key)
where new.identity_key is null or old.identity_key is null or new.person_key <> old.person_key
    or new.match_rule <> old.match_rule or new.person_has_valid_ssn <> old.person_has_valid_ssn
"""

_CLOSE_SQL = """
update linkage.identity_person_history as h
set valid_to_seq = $link_seq, valid_to = $link_day
from link_changed as c
where c.was_linked and h.identity_key = c.identity_key and h.valid_to_seq is null
"""

_OPEN_SQL = """
insert into linkage.identity_person_history
select identity_key, person_key, match_rule, person_has_valid_ssn, $link_seq, null, $link_day, null
from link_changed where person_key is not null
order by n
"""

LINKS_OF_DAY_SQL = """
with run as (
    select coalesce(max(link_seq), 0) as link_seq from linkage.link_run where link_day <= $day
),
first_link as (
    select *, valid_from_seq = min(valid_from_seq) over (partition by identity_key) as is_first
    from linkage.identity_person_history
)
select identity_key, person_key, match_rule, person_has_valid_ssn
from first_link, run
where (valid_from_seq <= run.link_seq and (valid_to_seq is null or valid_to_seq > run.link_seq))
    or (is_first and valid_from_seq > run.link_seq)
"""
"""The links of `$day`. Grain: one row per identity. Those after the last run of that day or before; an identity that no
such run saw has the link of the first run that did. One that had left the vault by then has none."""


@dataclass(frozen=True)
class Run:
    """The run being stored: its number, its data day and the model behind its weights (null: rules only)."""

    link_seq: int
    link_day: date
    model_version: str | None


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Makes tables and view where they are missing. `linkage.person_event` is there."""
    con.execute(_TABLES_SQL)


def next_run(con: duckdb.DuckDBPyConnection, on: date | None) -> Run:
    """The run after the last stored one, of day `on`, or of the last run's day when that is later or `on` is None."""
    last_seq, last_day = con.execute(
        "select coalesce(max(link_seq), 0), coalesce(max(link_day), $none) from linkage.link_run",
        {"none": BEFORE_ALL_DATA},
    ).fetchall()[0]
    model_version = con.execute(
        "select string_agg(distinct model_version, ', ' order by model_version) from weighed_edge"
    ).fetchall()[0][0]
    return Run(last_seq + 1, max(on or last_day, last_day), model_version)


def repeat(con: duckdb.DuckDBPyConnection, on: date | None) -> None:
    """Stores the run after the last one when it has the same input: a new run only where its day is later."""
    con.execute(
        "insert into linkage.link_run "
        "select link_seq + 1, $on, model_version, identities, persons, 0, 0, 0, 0, 0 from linkage.link_run "
        "where link_seq = (select max(link_seq) from linkage.link_run) and link_day < $on",
        {"on": on},
    )


def write_links(con: duckdb.DuckDBPyConnection, run: Run, events: dict[str, int]) -> None:
    """Stores the temporary table `identity_person_new` as the links of now, and what changed as history.

    Stores nothing when nothing changed since the run before and day and model are the same.
    """
    con.execute(_CHANGED_SQL)
    changed = con.execute("select count(*) from link_changed").fetchall()[0][0]
    last = con.execute("select link_day, model_version from linkage.link_run order by link_seq desc limit 1").fetchall()
    if not changed and not any(events.values()) and last == [(run.link_day, run.model_version)]:
        return
    if changed:
        stored = {"link_seq": run.link_seq, "link_day": run.link_day}
        con.execute(_CLOSE_SQL, stored)
        con.execute(_OPEN_SQL, stored)
        con.execute(
            "create or replace table linkage.identity_person as "
            "select * exclude (n) from identity_person_new order by n"
        )
    con.execute(
        "insert into linkage.link_run select $link_seq, $link_day, $model_version, count(*), "
        "count(distinct person_key), $created, $merged, $split, $retired, $restored from linkage.identity_person",
        {
            "link_seq": run.link_seq,
            "link_day": run.link_day,
            "model_version": run.model_version,
            "created": events["create"],
            "merged": events["merge"],
            "split": events["split"],
            "retired": events["retire"],
            "restored": events["restore"],
        },
    )
