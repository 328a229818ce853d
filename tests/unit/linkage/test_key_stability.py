"""The registry under any sequence of runs: records come and go, clusters merge and split as they like.

The engine is left out: clusters are given, so that sequences no rule would make are tried as well.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkage import registry
from linkage.history import BEFORE_ALL_DATA, LINKS_OF_DAY_SQL
from linkage.key_event import KINDS

pytestmark = pytest.mark.slow

FIRST_DAY = date(2024, 1, 1)
TABLES = ("person", "identity_person", "person_event", "link_run", "identity_person_history", "edge", "refused_edge")

Clusters = dict[int, int]
"""Record → its cluster. Records are numbered in the order of their first record."""


class Registry:
    """A registry of its own, and runs over given clusters; links between neighbours of a cluster are its edges."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        registry.prepare(self.con)

    def run(self, clusters: Clusters, on: date | None = None, refused: list[tuple[int, int]] = ()) -> dict[str, int]:
        place = {record: n for n, record in enumerate(sorted(clusters))}
        con = self.con
        con.execute("create or replace temp table std (n bigint, identity_key uuid, ssn_key varchar)")
        con.execute("create or replace temp table clustered (n bigint, cluster bigint)")
        con.execute(
            "create or replace temp table edge_decided (position bigint, a bigint, b bigint, match_rule varchar, "
            "evidence varchar, agreement double, refused_reason varchar, against_a bigint, against_b bigint, "
            "weight double, model_version varchar)"
        )
        for record, n in place.items():
            con.execute("insert into std values (?, ?, ?)", [n, key_of(record), "9" if record % 3 == 0 else None])
            con.execute("insert into clustered values (?, ?)", [n, clusters[record]])
        edges = [(a, b, None) for a, b in neighbours(clusters)] + [(a, b, "twins") for a, b in refused]
        for position, (a, b, reason) in enumerate(edges):
            ends = [place[a], place[b]]
            con.execute(
                "insert into edge_decided values (?, ?, ?, 'P', 'model', 1, ?, null, null, 7.5, 'm1')",
                [position, *ends, reason],
            )
        con.execute("begin")
        found = registry.assign(con, on)
        con.execute("commit")
        return found

    def rows(self, sql: str, **given: object) -> list[tuple]:
        return self.con.execute(sql, given or None).fetchall()

    def everything(self) -> dict[str, list[tuple]]:
        return {table: self.rows(f"select * from linkage.{table} order by rowid") for table in TABLES}

    def persons(self) -> dict[int, str]:
        return {
            record_of(key): person
            for key, person in self.rows("select identity_key, person_key from linkage.identity_person")
        }

    def links_of(self, day: date) -> dict[int, str]:
        return {record_of(key): person for key, person, *_ in self.rows(LINKS_OF_DAY_SQL, day=day)}

    def keys(self) -> dict[str, tuple[str | None, int, int | None]]:
        """Key → forwards to, first record, run that retired it."""
        found = self.rows("select person_key, forwarded_to, first_identity_key, retired_seq from linkage.person")
        return {key: (target, record_of(first), retired) for key, target, first, retired in found}

    def events(self, link_seq: int) -> list[tuple[str, str, str | None]]:
        return self.rows(
            "select event, person_key, other_person_key from linkage.person_event where link_seq = $seq "
            "order by event_seq",
            seq=link_seq,
        )


def key_of(record: int) -> uuid.UUID:
    return uuid.UUID(int=(record * 7919) % 104729 + 1)  # in no order


RECORD_OF = {key_of(record): record for record in range(100)}


def record_of(key: uuid.UUID) -> int:
    return RECORD_OF[key]


def neighbours(clusters: Clusters) -> list[tuple[int, int]]:
    members = defaultdict(list)
    for record in sorted(clusters):
        members[clusters[record]].append(record)
    return [pair for of_one in members.values() for pair in pairwise(of_one)]


def replayed(events: list[tuple]) -> dict[str, tuple[str | None, int, int | None]]:
    """The person table from nothing but the log."""
    keys: dict[str, tuple[str | None, int, int | None]] = {}
    for link_seq, event, key, other, identity in events:
        if event == "create":
            keys[key] = (None, record_of(identity), None)
        elif event == "split" and other not in keys:
            keys[other] = (None, record_of(identity), None)
        elif event == "restore":
            keys[key] = (None, keys[key][1], None)
        elif event == "retire":
            keys[key] = (other, keys[key][1], keys[key][2] or link_seq)
        elif event == "anchor":
            keys[key] = (keys[key][0], record_of(identity), keys[key][2])
    return keys


RECORDS = st.integers(0, 9)
RUN = st.tuples(st.dictionaries(RECORDS, st.integers(0, 4)), st.sets(RECORDS, max_size=1), st.integers(-1, 2))
RUNS = st.lists(RUN, min_size=1, max_size=6)
"""Each run: clusters of some records (new ones arrive, known ones move), records that leave, days since the last."""


def check_meaning(found: Registry, before: dict, present: Clusters) -> None:
    keys, persons = found.keys(), found.persons()
    for key, (target, first, retired) in keys.items():
        assert (retired is None) == (key in persons.values())
        assert target is None or keys[target][0] is None  # one step, to a living key or one whose records are gone
        if first in present:
            assert (target or key) == persons[first]
        if key in before and before[key][1] != first:
            assert before[key][1] not in present  # another record only when its own has left
    for one, other in neighbours(present):
        assert persons[one] == persons[other]
    assert len(set(persons.values())) == len(set(present.values()))


def check_log(found: Registry, link_seq: int, before: dict, persons_before: dict[int, str], present: Clusters) -> None:
    """Every merge, retirement and split that follows from the tables is in the log, and no other."""
    keys, persons = found.keys(), found.persons()
    living = {key for key, (_, _, retired) in before.items() if retired is None}
    retired = {key for key in living if keys[key][2] is not None}
    moved = {
        (key, persons[record])
        for record, key in persons_before.items()
        if record in present and persons[record] != (keys[key][0] or key)
    }
    restored = {key for key in before if key not in living and keys[key][2] is None}
    events = found.events(link_seq)
    assert {(key, other) for event, key, other in events if event == "split"} == moved
    assert {other for event, _, other in events if event == "merge"} == {key for key in retired if keys[key][0]}
    assert {key for event, key, _ in events if event == "retire"} >= retired
    assert {key for event, key, _ in events if event == "restore"} == restored
    log = found.rows(
        "select link_seq, event, person_key, other_person_key, identity_key from linkage.person_event "
        "order by event_seq"
    )
    assert replayed(log) == keys


@given(RUNS)
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_keys_keep_their_meaning_the_log_is_whole_and_every_day_keeps_its_links(runs: list[tuple]) -> None:
    found = Registry()
    present: Clusters = {}
    day, shown, links = FIRST_DAY, [], {}
    for clusters, leaving, later in runs:
        present = {record: cluster for record, cluster in (present | clusters).items() if record not in leaving}
        before, persons_before = found.keys(), found.persons()
        [(last,)] = found.rows("select coalesce(max(link_seq), 0) from linkage.link_run")
        found.run(present, day + timedelta(days=later))
        check_meaning(found, before, present)
        check_log(found, last + 1, before, persons_before, present)
        day = max(day, day + timedelta(days=later)) if shown else day + timedelta(days=later)
        shown.append((day, found.persons()))
        for record, person in found.persons().items():
            links.setdefault(record, person)

        stored = found.everything()
        assert set(found.run(present, day).values()) == {0}
        assert found.everything() == stored
        open_rows = found.rows(
            "select identity_key, person_key, match_rule, person_has_valid_ssn from linkage.identity_person_history "
            "where valid_to_seq is null order by all"
        )
        assert open_rows == found.rows("select * exclude (since_link_seq) from linkage.identity_person order by all")
    for past in range(-3, 14):
        wanted = FIRST_DAY + timedelta(days=past)
        seen = [number for number, (day_of_run, _) in enumerate(shown) if day_of_run <= wanted]
        known = {record for _, persons in shown[: seen[-1] + 1] for record in persons} if seen else set()
        then = shown[seen[-1]][1] if seen else {}
        assert found.links_of(wanted) == then | {record: links[record] for record in links.keys() - known}


def test_a_wrong_merge_undone_gives_both_persons_their_keys_back() -> None:
    found = Registry()
    found.run({1: 1, 2: 2, 3: 2}, FIRST_DAY)
    apart = found.persons()
    found.run({1: 1, 2: 1, 3: 1}, FIRST_DAY)
    assert set(found.persons().values()) == {"P000000001"}
    found.run({1: 1, 2: 2, 3: 2}, FIRST_DAY, refused=[(1, 2)])
    assert found.persons() == apart
    assert found.events(2) == [("merge", "P000000001", "P000000002"), ("retire", "P000000002", "P000000001")]
    assert found.events(3) == [("restore", "P000000002", None), ("split", "P000000001", "P000000002")]
    assert found.rows(
        "select event, evidence, weight, model_version, link_day from linkage.person_event where link_seq > 1 "
        "and event in ('merge', 'split') order by event_seq"
    ) == [("merge", "model", 7.5, "m1", FIRST_DAY), ("split", "twins", 7.5, "m1", FIRST_DAY)]


def test_a_key_does_not_follow_records_it_was_given_later() -> None:
    """Record 2 is older than record 3 and came to its person later; when the two part, the key stays with record 3."""
    found = Registry()
    found.run({1: 1, 2: 1, 3: 3}, FIRST_DAY)
    found.run({1: 1, 2: 3, 3: 3}, FIRST_DAY)
    found.run({1: 1, 2: 2, 3: 3}, FIRST_DAY)
    assert found.persons() == {1: "P000000001", 2: "P000000003", 3: "P000000002"}


def test_a_person_whose_records_have_left_is_retired_and_comes_back_with_them() -> None:
    found = Registry()
    found.run({1: 1, 2: 2}, FIRST_DAY)
    found.run({1: 1}, FIRST_DAY)
    assert found.keys()["P000000002"] == (None, 2, 2)
    assert found.rows("select event, evidence from linkage.person_event where link_seq = 2") == [
        ("retire", "records_gone")
    ]
    found.run({1: 1, 2: 2}, FIRST_DAY)
    assert found.persons() == {1: "P000000001", 2: "P000000002"}
    assert found.events(3) == [("restore", "P000000002", None)]


def test_a_living_key_gives_way_to_no_retired_one() -> None:
    """Record 2 leaves the person it was merged into for record 3's; its older key stays retired and forwards there."""
    found = Registry()
    found.run({1: 1, 2: 2, 3: 3}, FIRST_DAY)
    found.run({1: 1, 2: 1, 3: 3}, FIRST_DAY)
    found.run({1: 1, 2: 3, 3: 3}, FIRST_DAY)
    assert found.persons() == {1: "P000000001", 2: "P000000003", 3: "P000000003"}
    assert found.events(3) == [
        ("split", "P000000001", "P000000003"),
        ("retire", "P000000002", "P000000003"),
    ]


def test_the_oldest_record_left_takes_the_place_of_a_first_record_that_is_gone() -> None:
    found = Registry()
    found.run({1: 1, 3: 1}, FIRST_DAY)
    found.run({1: 1, 2: 1, 3: 1}, FIRST_DAY)
    found.run({2: 1, 3: 1}, FIRST_DAY)
    assert found.keys() == {"P000000001": (None, 3, None)}
    assert found.events(3) == [("anchor", "P000000001", None)]


def test_a_decision_behind_a_merge_or_split_is_named() -> None:
    found = Registry()
    found.con.execute(
        "create table linkage.decision (decision_seq bigint, decision varchar, identity_key uuid, "
        "other_identity_key uuid, withdrawn_by varchar)"
    )
    found.run({1: 1, 2: 2, 3: 3, 4: 3}, FIRST_DAY)
    for number, decision, pair in ((1, "must_link", (2, 1)), (2, "cannot_link", (3, 4))):
        found.con.execute(
            "insert into linkage.decision values (?, ?, ?, ?, null)", [number, decision, *map(key_of, pair)]
        )
    found.run({1: 1, 2: 1, 3: 3, 4: 4}, FIRST_DAY)
    found.con.execute("update linkage.decision set withdrawn_by = 'reviewer' where decision_seq = 1")
    found.run({1: 1, 2: 2, 3: 3, 4: 4}, FIRST_DAY)
    assert found.rows(
        "select link_seq, event, evidence, decision_seq from linkage.person_event "
        "where event in ('merge', 'split') order by event_seq"
    ) == [(2, "merge", "model", 1), (2, "split", "cannot_link", 2), (3, "split", "must_link_withdrawn", 1)]


def test_a_run_is_of_no_earlier_day_than_the_run_before() -> None:
    found = Registry()
    found.run({1: 1})
    found.run({1: 1, 2: 2}, FIRST_DAY)
    found.run({1: 1, 2: 2, 3: 3}, FIRST_DAY - timedelta(days=1))
    found.run({1: 1, 2: 2, 3: 3, 4: 4})
    found.run({1: 1, 2: 2, 3: 3, 4: 4})
    assert found.rows(
        "select link_seq, link_day, model_version, identities, persons, created from linkage.link_run"
    ) == [
        (1, BEFORE_ALL_DATA, None, 1, 1, 1),
        (2, FIRST_DAY, None, 2, 2, 1),
        (3, FIRST_DAY, None, 3, 3, 1),
        (4, FIRST_DAY, None, 4, 4, 1),
    ]


def test_the_persons_a_run_touched_are_listed() -> None:
    found = Registry()
    found.run({1: 1, 2: 2, 3: 3}, FIRST_DAY)
    found.run({1: 1, 2: 1, 3: 3, 4: 4}, FIRST_DAY + timedelta(days=1))
    assert found.rows(
        "select person_key, is_new, link_day from linkage.person_touched where link_seq = 2 order by all"
    ) == [
        ("P000000001", False, FIRST_DAY + timedelta(days=1)),
        ("P000000002", False, FIRST_DAY + timedelta(days=1)),
        ("P000000004", True, FIRST_DAY + timedelta(days=1)),
    ]


def test_every_kind_of_event_is_counted() -> None:
    assert tuple(Registry().run({}, FIRST_DAY)) == KINDS
