"""Person keys stay: stability, merges that forward, splits, runs that change nothing, runs that are killed."""

from __future__ import annotations

import importlib
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import linkage
from home import Home
from linkage import registry
from linkage.key_event import KINDS
from tests.unit.linkage.conftest import Identity, Vault, person, wage
from tests.unit.linkage.test_rules import OTHER_SSN, SSN, ana

JUNE, JULY = date(2024, 6, 30), date(2024, 7, 31)
REGISTRY = (
    "person",
    "identity_person",
    "person_event",
    "link_run",
    "identity_person_history",
    "edge",
    "refused_edge",
    "review",
)


def _everything(vault: Vault) -> dict[str, list[tuple]]:
    return {table: vault.query(f"select * from linkage.{table} order by rowid") for table in REGISTRY}


def test_a_second_run_on_the_same_identities_changes_nothing(vault: Vault) -> None:
    vault.add(ana(), wage(SSN, "ANA", "RIVERA"), wage(SSN, "JOHN", "SMITH"), ana("adult_ed", ssn=OTHER_SSN))
    first = vault.link()
    before = _everything(vault)
    assert first.events == dict.fromkeys(KINDS, 0) | {"create": 3}
    for full in (False, True):
        again = vault.link(full=full)
        assert _everything(vault) == before
        assert again == replace(first, events=dict.fromkeys(KINDS, 0))


def test_keys_are_a_sequence_in_the_order_of_the_first_records(vault: Vault) -> None:
    vault.add(
        wage(SSN, "ANA", "RIVERA", first_sha256="bb", first_row_no=1),
        wage(OTHER_SSN, "JOHN", "SMITH", first_sha256="aa", first_row_no=9),
        person("adult_ed", first_sha256="zz", first_row_no=3),
        ana(first_sha256="cc", first_row_no=2),
    ).link()
    assert vault.query(
        "select i.source, i.first_row_no, p.person_key from linkage.identity_person as p "
        "join identity as i using (identity_key) order by p.person_key, i.source"
    ) == [
        ("adult_ed", 3, "P000000001"),
        ("cthires_participant", 2, "P000000002"),
        ("ui_wage", 1, "P000000002"),
        ("ui_wage", 9, "P000000003"),
    ]


def test_a_retired_key_forwards_to_the_last_survivor(vault: Vault) -> None:
    """Three strangers; the second joins the third, then both join the first."""
    vault.add(
        person(agency_person_id="1"), person(agency_person_id="2", sasid=None), person(agency_person_id="3")
    ).link()
    assert vault.keys() == ["P000000001", "P000000002", "P000000003"]
    vault.add(person(agency_person_id="3", sasid="S"), person(agency_person_id="2", sasid="S")).link()
    vault.add(person(agency_person_id="2", sasid="T"), person(agency_person_id="1", sasid="T")).link()
    assert set(vault.keys()) == {"P000000001"}
    assert vault.query("select person_key, forwarded_to from linkage.person order by created_seq") == [
        ("P000000001", None),
        ("P000000002", "P000000001"),
        ("P000000003", "P000000001"),
    ]
    merges = vault.query(
        "select link_seq, person_key, other_person_key, match_rule, evidence from linkage.person_event "
        "where event = 'merge' order by event_seq"
    )
    assert merges == [
        (2, "P000000002", "P000000003", "D2", "same_agency_id"),
        (3, "P000000001", "P000000002", "D2", "same_agency_id"),
    ]


@pytest.mark.parametrize(
    "after",
    [
        "linkage.key_event.write_events",
        "linkage.history.write_links",
        "linkage.registry.assign",
        "linkage.run.write_review",
    ],
)
def test_a_killed_run_leaves_the_registry_of_the_run_before(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    """Killed when this step has done its work, in a run that would create, merge and change the links of a person."""
    vault.add(person(agency_person_id="1"), person(agency_person_id="2")).link(on=JUNE)
    before = _everything(vault)
    vault.add(person(agency_person_id="1", sasid="S"), person(agency_person_id="2", sasid="S"), ana())
    module, name = after.rsplit(".", 1)
    step = getattr(importlib.import_module(module), name)

    def killed(*given: object) -> None:
        step(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(after, killed)
        with pytest.raises(KeyboardInterrupt):
            vault.link(on=JULY)
    assert _everything(vault) == before
    assert vault.link(on=JULY).events == dict.fromkeys(KINDS, 0) | {"create": 1, "merge": 1, "retire": 1}


def test_match_rule_is_the_best_edge_of_the_identity(vault: Vault) -> None:
    vault.add(
        ana(agency_person_id="1"),
        wage(SSN, "ANA", "RIVERA"),
        person(agency_person_id="1"),
        ana("dual_credit", ssn=None),
        wage(OTHER_SSN, "X", "Y"),
    ).link()
    assert vault.query(
        "select match_rule from linkage.identity_person join identity using (identity_key) order by first_row_no"
    ) == [("D1",), ("D1",), ("D2",), ("D3",), (registry.SINGLE,)]


def test_the_crosswalk_has_every_identity_and_is_replaced(vault: Vault) -> None:
    vault.add(ana(), wage(SSN, "ANA", "RIVERA"), person("dual_credit", agency_person_id="S9")).link()
    assert linkage.write_crosswalk(vault.home) == 3
    vault.add(wage(OTHER_SSN, "X", "Y")).link()
    assert linkage.write_crosswalk(vault.home) == 4
    with duckdb.connect(str(vault.home.warehouse_db), read_only=True) as con:
        rows = con.execute(
            "select person_key, match_rule, person_has_valid_ssn from linkage.person_crosswalk order by all"
        ).fetchall()
    assert rows == [
        ("P000000001", "D1", True),
        ("P000000001", "D1", True),
        ("P000000002", "SINGLE", False),
        ("P000000003", "SINGLE", True),
    ]


def test_an_empty_vault_links_to_nobody(vault: Vault) -> None:
    result = vault.link()
    assert (result.identities, result.persons, result.review_items) == (0, 0, 0)
    assert linkage.write_crosswalk(vault.home) == 0


def test_linking_before_loading_is_one_sentence(tmp_path: Path, vault: Vault) -> None:
    with pytest.raises(linkage.LinkageError, match="load at least one extract"):
        linkage.link(Home(tmp_path / "nothing"))
    with pytest.raises(linkage.LinkageError, match="have not been linked yet"):
        linkage.write_crosswalk(vault.home)
    with pytest.raises(linkage.LinkageError, match="have not been linked yet"):
        linkage.explain(vault.home, "P000000001")


NAMES = st.sampled_from(["Ana", "A", "Luis", "Carlos", "José"])
LAST_NAMES = st.sampled_from(["Rivera", "Soto", "Rivera-Soto"])
NUMBERS = st.sampled_from([SSN, "219451243", OTHER_SSN, None])
BIRTH_DATES = st.sampled_from(["1980-02-03", "1980-03-02", "1991-11-30", None])
SOURCES = st.sampled_from(["cthires_participant", "adult_ed", "dual_credit", "ui_wage"])


@st.composite
def identities(draw: st.DrawFn) -> Identity:
    """Identities that collide often."""
    source = draw(SOURCES)
    if source == "ui_wage":
        return wage(draw(NUMBERS.filter(bool)), draw(NAMES), draw(LAST_NAMES))
    return person(
        source,
        ssn=draw(NUMBERS),
        first_name=draw(NAMES),
        last_name=draw(LAST_NAMES),
        birth_date=draw(BIRTH_DATES),
        sex=draw(st.sampled_from(["1", "2", None])),
        agency_person_id=draw(st.sampled_from(["1", "2", "3", None])),
    )


RUNS = st.lists(st.lists(identities(), min_size=1, max_size=5), min_size=1, max_size=3)
SLOW = settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def _oldest_record_of_each_key(vault: Vault) -> dict[str, str]:
    return dict(
        vault.query(
            "select person_key, arg_min(identity_key::varchar, (since_link_seq, source, first_sha256, first_row_no)) "
            "from linkage.identity_person join identity using (identity_key) group by person_key"
        )
    )


@given(RUNS)
@SLOW
def test_a_key_never_changes_meaning_and_every_change_is_in_the_log(runs: list[list[Identity]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        vault = Vault(Path(folder) / "home")
        before: dict[str, str] = {}
        for batch in runs:
            vault.add(*batch).link()
            person_of = dict(vault.query("select identity_key::varchar, person_key from linkage.identity_person"))
            forwards = dict(vault.query("select person_key, forwarded_to from linkage.person"))
            merged = set(
                vault.query("select person_key, other_person_key from linkage.person_event where event = 'merge'")
            )
            for key, oldest in before.items():
                # The key still names its oldest record's person, or forwards to the key that does.
                assert (forwards[key] or key) == person_of[oldest]
                assert forwards[key] is None or (forwards[key], key) in merged
            assert not set(person_of.values()) & {key for key, target in forwards.items() if target}
            known = {key for (key,) in vault.query(
                "select person_key from linkage.person_event where event = 'create' "
                "union select other_person_key from linkage.person_event where event = 'split'")}  # fmt: skip
            assert set(forwards) <= known
            before = _oldest_record_of_each_key(vault)


@given(RUNS)
@SLOW
def test_runs_give_the_same_clusters_as_one_run_on_everything(runs: list[list[Identity]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        slowly, at_once = Vault(Path(folder) / "slowly"), Vault(Path(folder) / "at_once")
        for batch in runs:
            slowly.add(*batch).link()
        at_once.add(*[identity for batch in runs for identity in batch]).link()
        assert slowly.groups() == at_once.groups()


@given(st.lists(identities(), min_size=2, max_size=12), st.randoms(use_true_random=False))
@SLOW
def test_threads_row_order_and_the_secret_key_do_not_matter(given_identities: list[Identity], random) -> None:
    numbered = [identity | {"first_row_no": row} for row, identity in enumerate(given_identities, 1)]
    shuffled = random.sample(numbered, len(numbered))
    with tempfile.TemporaryDirectory() as folder:
        left = Vault(Path(folder) / "left", secret="one").add(*numbered)
        right = Vault(Path(folder) / "right", secret="two").add(*shuffled)
        result, other = left.link(threads=1), right.link(threads=4)
        assert left.keys() == right.keys()
        assert left.refused() == right.refused()
        assert left.rules() == right.rules()
        assert left.reviews() == right.reviews()
        assert (result.persons, result.edges_by_rule, result.events) == (
            other.persons,
            other.edges_by_rule,
            other.events,
        )
