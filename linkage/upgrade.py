"""A vault from before links had a day: gives its registry the columns and the history that are missing.

Belongs here: what a registry of an earlier layout needs once. Does not: the tables themselves (`registry`, `key_event`,
`history`).
"""

from __future__ import annotations

import duckdb

from linkage.history import BEFORE_ALL_DATA

_COLUMNS_SQL = """
create or replace temp table person_before as select * from linkage.person;
drop table linkage.person;
alter table linkage.person_event add column link_day date;
alter table linkage.person_event add column weight double;
alter table linkage.person_event add column model_version varchar;
alter table linkage.person_event add column decision_seq bigint;
"""

_FILL_SQL = """
insert into linkage.person
with first_record as (
    select person_key, identity_key, event_seq from linkage.person_event where event = 'create'
    union all
    select other_person_key, identity_key, event_seq from linkage.person_event where event = 'split'
),
given as (select person_key, arg_min(identity_key, event_seq) as identity_key from first_record group by person_key),
merged as (
    select other_person_key as person_key, max(link_seq) as link_seq from linkage.person_event where event = 'merge'
    group by other_person_key
)
select p.person_key, p.created_seq, p.forwarded_to, g.identity_key, m.link_seq
from person_before as p left join given as g using (person_key) left join merged as m using (person_key)
order by p.created_seq;

insert into linkage.link_run
select greatest(
        (select coalesce(max(link_seq), 0) from linkage.person_event),
        (select coalesce(max(since_link_seq), 0) from linkage.identity_person)
    ), $day, null, count(*), count(distinct person_key), 0, 0, 0, 0, 0
from linkage.identity_person;

insert into linkage.identity_person_history
select identity_key, person_key, match_rule, person_has_valid_ssn, r.link_seq, null, r.link_day, null
from linkage.identity_person, linkage.link_run as r;
"""


def is_needed(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the registry is there and of the earlier layout."""
    columns = con.execute(
        "select column_name from duckdb_columns() where schema_name = 'linkage' and table_name = 'person'"
    ).fetchall()
    return bool(columns) and ("first_identity_key",) not in columns


def make_room(con: duckdb.DuckDBPyConnection) -> None:
    """Adds the columns; `linkage.person` is to be made anew before `fill`."""
    con.execute(_COLUMNS_SQL)


def fill(con: duckdb.DuckDBPyConnection) -> None:
    """Fills the new columns from the log. The links there are count as those of one run before all data."""
    for statement in _FILL_SQL.split(";\n"):
        if statement.strip():
            con.execute(statement, {"day": BEFORE_ALL_DATA} if "$day" in statement else None)
