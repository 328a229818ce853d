"""What reviewers have decided about pairs of identities: the table `linkage.decision` of the vault, append-only.

Belongs here: recording and withdrawing a decision, refusing one that contradicts others, handing the standing ones to a
run. Does not: which pairs need a look (`review`), what the engine does with a decision (`cluster`).

A decision names identities by identity_key, which follows from the identifiers and a secret and from nothing a model
has learnt, so it holds through retraining and every later run. A withdrawn decision stays, with who, when and why.
"""

from __future__ import annotations

import uuid
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb

from home import Home
from home.lock import run_lock
from linkage.reason import fault
from linkage.review import mark_decided, pair_of_item

MUST_LINK, CANNOT_LINK = "must_link", "cannot_link"

TABLE_SQL = """
create schema if not exists linkage;
create table if not exists linkage.decision (
    decision_seq bigint not null, decision varchar not null, identity_key uuid not null,
    other_identity_key uuid not null, decided_by varchar not null, decided_on date not null, reason varchar not null,
    withdrawn_by varchar, withdrawn_on date, withdrawn_reason varchar
);
"""
"""Grain: one row per decision ever taken, numbered from 1. It stands while `withdrawn_by` is null."""

_UNCHANGED = "Nothing was changed."

Pair = tuple[str, str]


class ReviewError(RuntimeError):
    """What a reviewer asks for cannot be shown, recorded or withdrawn; the message is one sentence and what to do."""


@dataclass(frozen=True)
class Decision:
    """One decision about two identities; the pair has no order. It stands until it is withdrawn."""

    decision_seq: int
    decision: str
    identity_key: str
    other_identity_key: str
    decided_by: str
    decided_on: date
    reason: str
    withdrawn_by: str | None = None
    withdrawn_on: date | None = None
    withdrawn_reason: str | None = None

    @property
    def stands(self) -> bool:
        return self.withdrawn_by is None

    @property
    def pair(self) -> frozenset[str]:
        return frozenset((self.identity_key, self.other_identity_key))

    def __str__(self) -> str:
        return f"decision {self.decision_seq} of {self.decided_on} by {self.decided_by}"


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Makes the table where it is missing."""
    con.execute(TABLE_SQL)


def write_decided(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Writes the temporary tables `decided_must` and `decided_cannot`; returns how many rows each has.

    Grain: one row per standing decision's pair as (a, b), values of `std.n` with a < b, in that order; pairs only of
    which both identities are in `std`. Chains are not followed.
    """
    for table, decision in (("decided_must", MUST_LINK), ("decided_cannot", CANNOT_LINK)):
        con.execute(
            f"""
            create or replace temp table {table} as
            select distinct least(l.n, r.n) as a, greatest(l.n, r.n) as b
            from linkage.decision as d
            inner join std as l on l.identity_key = d.identity_key
            inner join std as r on r.identity_key = d.other_identity_key
            where d.withdrawn_by is null and d.decision = '{decision}'
            order by a, b
            """
        )
    return con.execute("select (select count(*) from decided_must), (select count(*) from decided_cannot)").fetchall()[
        0
    ]


def decide(home: Home, pair_or_item: Pair | str, decision: str, by: str, why: str, on: date) -> Decision:
    """Records that two identities are one person (`must_link`) or are not (`cannot_link`); the next run keeps it.

    `pair_or_item`: two identity keys, or the id of a review item about a pair. Raises ReviewError, with nothing
    changed, for an unknown identity or item, an identity with itself, an empty `by` or `why` or one that holds a
    Social Security number or a date, a `why` with a name of the two, and a decision that contradicts standing ones,
    directly or through a chain. Raises LockHeld while a run is going.
    """
    if decision not in (MUST_LINK, CANNOT_LINK):
        raise ReviewError(f"A decision is {MUST_LINK} or {CANNOT_LINK}. {_UNCHANGED}")
    by, why = _words(by, "The name of who decides"), _words(why, "The reason")
    with _writing(home) as con:
        pair = _known_pair(con, pair_or_item)
        _refuse_names(con, pair, why)
        taken = _read(con)
        refusal = contradiction((one for one in taken if one.stands), decision, *pair)
        if refusal:
            raise ReviewError(f"{refusal} {_UNCHANGED}")
        made = Decision(len(taken) + 1, decision, *pair, by, on, why)
        con.execute(
            "insert into linkage.decision values (?, ?, ?, ?, ?, ?, ?, null, null, null)",
            [made.decision_seq, decision, *pair, by, on, why],
        )
        mark_decided(con)
        return made


def withdraw(home: Home, decision_seq: int, by: str, why: str, on: date) -> Decision:
    """Takes a decision back from `on`; it stays in the table. The next run no longer keeps it.

    Raises ReviewError, with nothing changed, for a number that names no decision or a withdrawn one, `by` or `why`
    as `decide` refuses them, and a day before the decision's. Raises LockHeld while a run is going.
    """
    by, why = _words(by, "The name of who withdraws"), _words(why, "The reason")
    with _writing(home) as con:
        found = [one for one in _read(con) if one.decision_seq == decision_seq]
        if not found:
            raise ReviewError(f"There is no decision {decision_seq}. {_UNCHANGED}")
        if not found[0].stands:
            told = f"withdrawn already, on {found[0].withdrawn_on} by {found[0].withdrawn_by}"
            raise ReviewError(f"Decision {decision_seq} was {told}. {_UNCHANGED}")
        if on < found[0].decided_on:
            raise ReviewError(
                f"Decision {decision_seq} is of {found[0].decided_on}; it cannot be withdrawn before. {_UNCHANGED}"
            )
        _refuse_names(con, (found[0].identity_key, found[0].other_identity_key), why)
        con.execute(
            "update linkage.decision set withdrawn_by = ?, withdrawn_on = ?, withdrawn_reason = ? "
            "where decision_seq = ?",
            [by, on, why, decision_seq],
        )
        mark_decided(con)
        return next(one for one in _read(con) if one.decision_seq == decision_seq)


def decisions(home: Home) -> list[Decision]:
    """Every decision ever taken, withdrawn ones too, in the order they were taken; none before the first."""
    with reading(home) as con:
        known = con.execute(
            "select count(*) from duckdb_tables() where schema_name = 'linkage' and table_name = 'decision'"
        ).fetchall()[0][0]
        return _read(con) if known else []


def contradiction(standing: Iterable[Decision], decision: str, left: str, right: str) -> str | None:
    """One sentence that says which standing decisions this one contradicts or repeats; None when it may be taken."""
    if left == right:
        return "A decision is about two identities, and this names one twice."
    standing = list(standing)
    for one in standing:
        if one.pair == {left, right}:
            if one.decision == decision:
                return f"It is decided so already: {one}."
            return f"The pair is decided otherwise by {one}; withdraw that first."
    joined: dict[str, list[tuple[str, Decision]]] = defaultdict(list)
    for one in standing:
        if one.decision == MUST_LINK:
            joined[one.identity_key].append((one.other_identity_key, one))
            joined[one.other_identity_key].append((one.identity_key, one))
    if decision == CANNOT_LINK:
        chain = _chain(joined, left).get(right)
        return chain and f"They are one person by {_list(chain)}; withdraw one of these first."
    of_left, of_right = _chain(joined, left), _chain(joined, right)
    for one in standing:
        for a, b in ((one.identity_key, one.other_identity_key), (one.other_identity_key, one.identity_key)):
            if one.decision == CANNOT_LINK and a in of_left and b in of_right:
                others = [*of_left[a], *of_right[b]]
                through = f" and {_list(others)} would then make them one" if others else ""
                return f"They are kept apart: {one} says two people{through}; withdraw one of these first."
    return None


def _chain(joined: dict[str, list[tuple[str, Decision]]], start: str) -> dict[str, list[Decision]]:
    """Every identity that must-link decisions connect with `start`, and the shortest chain of decisions to it."""
    found: dict[str, list[Decision]] = {start: []}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for there, by in joined.get(here, []):
            if there not in found:
                found[there] = [*found[here], by]
                waiting.append(there)
    return found


def _list(chain: list[Decision]) -> str:
    return ", then ".join(str(one) for one in chain)


def _words(text: str, what: str) -> str:
    """The text in one line. Refuses none, unprintable characters and anything that looks like a number or a date."""
    words = " ".join(text.split())
    if not words or not words.isprintable():
        raise ReviewError(f"{what} is missing or is not plain text: give it in words. {_UNCHANGED}")
    _refuse(fault(words), what)
    return words


def _refuse_names(con: duckdb.DuckDBPyConnection, pair: Pair, why: str) -> None:
    """Who is meant stands in the decision's keys; a name in the reason would leave the vault with every list."""
    rows = con.execute(
        "select first_name, middle_name, last_name from identity where identity_key in (?, ?)", list(pair)
    ).fetchall()
    _refuse(fault(why, [name for row in rows for name in row]), "The reason")


def _refuse(found: str | None, what: str) -> None:
    if found:
        raise ReviewError(f"{what} holds {found}: say it without. {_UNCHANGED}")


@contextmanager
def reading(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The vault to read from. Raises LinkageError when there is none, ReviewError while another process writes it."""
    con = _open(home, read_only=True)
    try:
        yield con
    finally:
        con.close()


@contextmanager
def _writing(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The vault in one transaction, under the lock of a run; nothing is kept when the block raises."""
    with run_lock(home, what="a review decision"):
        con = _open(home, read_only=False)
        try:
            con.execute("begin")
            prepare(con)
            yield con
            con.execute("commit")
        finally:
            con.close()  # without a commit, DuckDB discards the transaction


def _open(home: Home, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    from linkage.run import open_vault  # run imports this module

    try:
        return open_vault(home, read_only=read_only)
    except duckdb.IOException as error:
        if "lock" not in str(error).lower():
            raise
        raise ReviewError(f"Another process has the vault open, perhaps a run: try again soon. {_UNCHANGED}") from None


def _known_pair(con: duckdb.DuckDBPyConnection, pair_or_item: Pair | str) -> Pair:
    pair = pair_of_item(con, pair_or_item) if isinstance(pair_or_item, str) else pair_or_item
    if pair is None:
        raise ReviewError(
            "There is no such review item about two identities: `workforce review list` shows them, and --pair takes "
            f"two identity keys. {_UNCHANGED}"
        )
    try:
        left, right = (str(uuid.UUID(key)) for key in pair)
    except ValueError:
        raise ReviewError(
            f"What is given is not two identity keys: `workforce review show ITEM` prints them. {_UNCHANGED}"
        ) from None
    known = con.execute(
        "select count(distinct identity_key) from identity where identity_key in (?, ?)", [left, right]
    ).fetchall()[0][0]
    if known < len({left, right}):
        raise ReviewError(f"There is no such identity in the vault. {_UNCHANGED}")
    return left, right


def _read(con: duckdb.DuckDBPyConnection) -> list[Decision]:
    rows = con.execute(
        "select decision_seq, decision, identity_key::varchar, other_identity_key::varchar, decided_by, decided_on, "
        "reason, withdrawn_by, withdrawn_on, withdrawn_reason from linkage.decision order by decision_seq"
    ).fetchall()
    return [Decision(*row) for row in rows]
