"""Why a person is one person: identities, sources, rules and edges behind one key. Restricted: it reads the vault.

Belongs here: reading the registry for one person. Does not: programmes, wages or anything else of the warehouse.
Names and birth dates come back for the synthetic sample's sake; numbers never do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from home import Home
from linkage.cluster import DECIDED_APART, DECIDED_IN_PART
from linkage.review import NAME_ALONE, OUTWEIGHED, REASONS, UNCERTAIN
from linkage.rules import RULES, VETOES
from linkage.run import LinkageError, open_vault

WHY = {rule.name: rule.reason for rule in RULES} | {
    "probability": "All fields together, each weighed by how much it tells.",
    "stands_alone": "Nearly all fields agree, and nowhere do the records show two such people.",
    "decided_same": "A reviewer decided so.",
    DECIDED_IN_PART: "A reviewer decided so; another decision keeps other records of the two apart.",
}
"""Evidence of an edge, in words."""
WHY_NOT = {
    **{rule.refuse_reason: rule.reason for rule in RULES if rule.refuse_reason},
    **{veto.name: veto.reason for veto in VETOES},
    **REASONS,
    UNCERTAIN: REASONS["uncertain_pair"],
    NAME_ALONE: REASONS["weak_tier"],
    OUTWEIGHED: "The pair speaks for one person, but more pairs of the two persons' records speak against it.",
    DECIDED_APART: "A reviewer decided that two of their records are two people.",
    "unlikely": "Too little agrees, or too much differs.",
}
"""Reason of a refusal, in words."""


@dataclass(frozen=True)
class LinkedIdentity:
    """One identity of the person. `label` ("adult_ed 2") is what the edges call it."""

    label: str
    identity_key: str
    source: str
    agency_person_id: str | None
    first_name: str | None
    last_name: str | None
    birth_date: date | None
    has_valid_ssn: bool
    match_rule: str


@dataclass(frozen=True)
class LinkedEdge:
    """Two identities, the rule that joins them and why it may."""

    left: str
    right: str
    match_rule: str
    evidence: str
    why: str


@dataclass(frozen=True)
class PersonEvent:
    """What happened to the key, see `key_event`; `link_day` is the data day of the run, null in logs that had none."""

    event: str
    person_key: str
    other_person_key: str | None
    match_rule: str | None
    evidence: str | None
    link_day: date | None
    weight: float | None
    decision_seq: int | None


@dataclass(frozen=True)
class Explanation:
    """`asked_for` forwards to `person_key` when it was retired by a merge."""

    asked_for: str
    person_key: str
    has_valid_ssn: bool
    identities: list[LinkedIdentity]
    edges: list[LinkedEdge]
    refused: list[LinkedEdge]
    """Edges to somebody else that were not accepted; `right` is the other identity's key, `why` the reason."""
    events: list[PersonEvent]


_IDENTITIES_SQL = """
select
    i.source || ' ' || row_number() over (partition by i.source order by i.first_sha256, i.first_row_no) as label,
    i.identity_key::varchar, i.source, i.agency_person_id, i.first_name, i.last_name, i.birth_date,
    s.ssn_valid, p.match_rule,
from linkage.identity_person as p
inner join identity as i using (identity_key)
inner join (select identity_key, ssn_valid from linkage.identity_std) as s using (identity_key)
where p.person_key = $key
order by i.source, i.first_sha256, i.first_row_no
"""

_EDGES_SQL = """
select identity_key::varchar, other_identity_key::varchar, match_rule, evidence, {reason}
from linkage.{table}
where identity_key in (select identity_key from linkage.identity_person where person_key = $key)
   or other_identity_key in (select identity_key from linkage.identity_person where person_key = $key)
order by rowid
"""


def _resolve(con: duckdb.DuckDBPyConnection, person_key: str) -> str:
    found = con.execute(
        "select coalesce(forwarded_to, person_key) from linkage.person where person_key = $key", {"key": person_key}
    ).fetchall()
    if not found:
        raise LinkageError(f"There is no person {person_key}: keys look like P000000001, see core.dim_person.")
    return found[0][0]


def explain(home: Home, person_key: str) -> Explanation:
    """The identities of a person and what binds them, in the order source, first record; edges best first.

    Raises LinkageError for an unknown key or when linkage has not run.
    """
    con = open_vault(home, read_only=True)
    try:
        key = _resolve(con, person_key)
        identities = [LinkedIdentity(*row) for row in con.execute(_IDENTITIES_SQL, {"key": key}).fetchall()]
        edges = con.execute(_EDGES_SQL.format(table="edge", reason="null"), {"key": key}).fetchall()
        refused = con.execute(_EDGES_SQL.format(table="refused_edge", reason="refused_reason"), {"key": key}).fetchall()
        events = con.execute(
            "select event, person_key, other_person_key, match_rule, evidence, link_day, weight, decision_seq "
            "from linkage.person_event "
            "where person_key in (select person_key from linkage.person where $key in (person_key, forwarded_to)) "
            "or other_person_key = $key order by event_seq",
            {"key": key},
        ).fetchall()
        has_ssn = con.execute(
            "select bool_or(person_has_valid_ssn) from linkage.identity_person where person_key = $key", {"key": key}
        ).fetchall()[0][0]
    except duckdb.CatalogException:
        raise LinkageError("The identities have not been linked yet: run linkage first.") from None
    finally:
        con.close()
    labels = {identity.identity_key: identity.label for identity in identities}
    return Explanation(
        asked_for=person_key,
        person_key=key,
        has_valid_ssn=bool(has_ssn),
        identities=identities,
        edges=[_edge(labels, row) for row in edges],
        refused=[_edge(labels, row) for row in refused if not {row[0], row[1]} <= labels.keys()],
        events=[PersonEvent(*row) for row in events],
    )


def _edge(labels: dict[str, str], row: tuple) -> LinkedEdge:
    left, right, match_rule, evidence, refused_reason = row
    if left not in labels:
        left, right = right, left
    why = (
        WHY.get(evidence, "") if refused_reason is None else WHY_NOT.get(refused_reason) or WHY.get(refused_reason, "")
    )
    return LinkedEdge(labels.get(left, left), labels.get(right, right), match_rule, evidence, why)
