"""Linking in many runs gives what linking at once gives; what is new is compared, the same input linked once."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from linkage import kept, registry, run
from linkage import model as models
from linkage.comparisons import COMPARISONS
from linkage.score import Scorer
from tests.unit.linkage.conftest import Identity, Vault, person, wage

pytestmark = pytest.mark.slow

SOURCES = ("cthires_participant", "adult_ed", "apprenticeship", "dual_credit")
JUNE, JULY = date(2024, 6, 30), date(2024, 7, 31)
PERSONS = """
    select list(i.identity_key::varchar order by i.identity_key) as who, any_value(p.person_has_valid_ssn)
    from linkage.identity_person as p inner join identity as i using (identity_key) group by p.person_key order by who
"""
KEPT = ("kept_identity", "kept_pair", "kept_run", "person", "identity_person", "edge", "refused_edge", "review")


def invented(seed: int, people: int = 45) -> list[Identity]:
    """Records of families in one house each: misspelt, nameless, without numbers, and one number used by several."""
    rng = random.Random(seed)
    found: list[Identity] = []
    for at in range(people):
        first = f"{rng.choice(['ana', 'luis', 'maria', 'jo', 'karl'])}{'abcdefgh'[at % 8]}"
        last = f"qu{'aeiou'[at // 3 % 5]}rt{'klmnop'[at // 15 % 6]}ski"
        number = "212345678" if at % 9 == 0 else f"{201 + at:03d}{10 + at:02d}{4000 + 7 * at:04d}"
        known = {
            "ssn": number, "first_name": first, "last_name": last, "sex": str(1 + at % 2),
            "birth_date": date(1950 + at % 40, 1 + at % 12, 1 + at % 28), "street": f"{at // 3} Elm St", "zip": "06103",
        }  # fmt: skip
        for _ in range(rng.randint(1, 4)):
            slip = rng.choice(
                [{}, {"ssn": None}, {"first_name": first[:-1]}, {"last_name": last[:-1], "ssn": None}, {"zip": "06511"}]
            )
            found.append(person(rng.choice(SOURCES), **(known | slip)))
        if rng.random() < 0.4:
            found.append(wage(number, first[0], last))
    return found


def outcome(vault: Vault) -> dict[str, list[tuple]]:
    """All that linking found, person keys aside: these follow the order of arrival (`registry`)."""
    edges = "select * from linkage.edge order by all"
    return {
        "persons": vault.query(PERSONS),
        "edges": vault.query(edges),
        "refused": vault.query(edges.replace("edge", "refused_edge")),
        "members": vault.query("select identity_key, match_rule from linkage.identity_person order by all"),
    }


def at_once(root: Path, identities: list[Identity]) -> Vault:
    vault = Vault(root).add(*identities)
    vault.link(probability=True)
    return vault


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pairs Splink compared, a number per time it was asked."""
    asked: list[int] = []
    compare: Callable[[Scorer], None] = Scorer._compare

    def counting(scorer: Scorer) -> None:
        asked.append(scorer.con.execute("select count(*) from wanted").fetchall()[0][0])
        compare(scorer)

    monkeypatch.setattr(Scorer, "_compare", counting)
    return asked


@pytest.mark.parametrize("seed", range(4))
def test_in_many_runs_or_at_once_the_same(vault: Vault, tmp_path: Path, seed: int) -> None:
    identities = [{"first_sha256": "aa", "first_row_no": row} | one for row, one in enumerate(invented(seed), 1)]
    rng = random.Random(seed)
    arriving = rng.sample(identities, len(identities))
    cuts = [0, *sorted(rng.sample(range(1, len(arriving)), 3)), len(arriving)]
    for start, end in pairwise(cuts):
        vault.add(*arriving[start:end]).link(probability=True)
    whole = at_once(tmp_path / "at once", identities)
    assert len(outcome(whole)["edges"]) > 30
    assert outcome(whole)["refused"]
    assert outcome(vault) == outcome(whole)


def test_only_pairs_of_what_is_new_are_compared(vault: Vault, compared: list[int]) -> None:
    identities = invented(5)
    vault.add(*identities[:-6]).link(probability=True)
    [(last, pairs)] = vault.query(
        "select (select max(kept_no) from linkage.kept_identity), (select count(*) from linkage.kept_pair)"
    )
    first = sum(compared)
    assert first == pairs > 100
    vault.add(*identities[-6:]).link(probability=True)
    old = f"select count(*) from linkage.kept_pair where kept_no <= {last} and other_kept_no <= {last}"
    assert vault.query(old) == [(pairs,)]
    assert 0 < sum(compared) - first < pairs / 3


def test_what_left_the_vault_what_changed_and_whose_first_record_is_another(vault: Vault, tmp_path: Path) -> None:
    identities = [{"first_sha256": "bb", "first_row_no": row} | one for row, one in enumerate(invented(6), 1)]
    vault.add(*identities).link(probability=True)
    change = (
        "delete from identity where first_row_no % 7 = 3",
        "update identity set last_name = 'Other', zip = null where first_row_no % 11 = 5",
        "update identity set first_sha256 = 'aa', first_row_no = 1000 - first_row_no where first_row_no % 3 = 1",
    )
    whole = Vault(tmp_path / "at once").add(*identities)
    for one in (vault, whole):
        with duckdb.connect(str(one.home.vault_db)) as con:
            for statement in change:
                con.execute(statement)
        one.link(probability=True)
    assert outcome(vault) == outcome(whole)
    stale = "select kept_no from linkage.kept_identity"
    assert vault.query(
        f"select count(*) from linkage.kept_pair where kept_no not in ({stale}) or other_kept_no not in ({stale})"
    ) == [(0,)]


def test_the_same_input_is_not_linked_again_and_rewrites_nothing(vault: Vault, compared: list[int]) -> None:
    first = vault.add(*invented(7)).link(probability=True, on=JUNE)
    before, asked = vault.home.vault_db.read_bytes(), len(compared)
    again = vault.link(probability=True, on=JUNE)
    assert vault.home.vault_db.read_bytes() == before
    assert replace(again, events=first.events) == first
    assert not any(again.events.values())
    vault.link(probability=True, on=JULY)
    assert vault.query("select link_seq, link_day, created from linkage.link_run")[1:] == [(2, JULY, 0)]
    assert len(compared) == asked
    full = vault.link(probability=True, on=JULY, full=True)
    assert len(compared) > asked
    assert replace(full, events=first.events) == first


@pytest.mark.parametrize("step", ["cluster", "assign"])
def test_a_killed_run_leaves_what_was_kept_and_the_next_is_whole(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    identities = invented(8)
    vault.add(*identities[:60]).link(probability=True)
    before = [vault.query(f"select * from linkage.{table} order by all") for table in KEPT]
    vault.add(*identities[60:])

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(*((registry, "assign") if step == "assign" else (run, "find_clusters")), killed)
        with pytest.raises(KeyboardInterrupt):
            vault.link(probability=True)
    assert [vault.query(f"select * from linkage.{table} order by all") for table in KEPT] == before
    vault.link(probability=True)
    assert outcome(vault) == outcome(at_once(tmp_path / "at once", identities))


def test_another_model_weighs_anew_what_was_compared(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compared: list[int]
) -> None:
    identities = invented(9)
    vault.add(*identities).link(probability=True)
    usual, asked = outcome(vault), sum(compared)
    other = replace(models.load(), version="other", m={key: max(m / 3, 1e-6) for key, m in models.load().m.items()})
    monkeypatch.setattr(models, "load", lambda: other)
    vault.link(probability=True)
    assert sum(compared) - asked < asked / 3  # only pairs within components that did not hang together before
    assert outcome(vault) == outcome(at_once(tmp_path / "at once", identities)) != usual


def test_other_definitions_forget_what_was_compared(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, compared: list[int]
) -> None:
    vault.add(*invented(10)).link(probability=True)
    first = list(compared)
    monkeypatch.setattr(kept, "definitions", lambda: "another release")
    vault.link(probability=True)
    assert compared == first * 2


def test_more_than_a_row_group_of_identities_at_once_is_found_again(vault: Vault) -> None:
    many = 130_000
    with duckdb.connect(str(vault.home.vault_db)) as con:
        con.execute(
            "insert into identity by name select md5(i::varchar)::uuid as identity_key, 'adult_ed' as source, "
            f"'A' || i as first_name, 'aa' as first_sha256, i as first_row_no from range({many}) as r (i)"
        )
        con.execute("begin")
        kept.prepare(con)
        assert kept.standardise(con) == many


def test_a_level_does_not_depend_on_which_of_the_two_came_first(vault: Vault) -> None:
    """Kept pairs have no order: an earlier record found later may turn one round."""
    short = [person(first_name=name, last_name=last) for name in ("Ann", "Anna", "An") for last in ("Lee", "Leer")]
    vault.add(*invented(11), *short)
    cases = {
        one.name: " ".join(f"when {level.sql} then {number}" for number, level in enumerate(one.levels))
        for one in COMPARISONS
    }
    turned = {
        name: re.sub(r"\b([lr])\.", lambda side: {"l": "r.", "r": "l."}[side[1]], sql) for name, sql in cases.items()
    }
    with duckdb.connect(str(vault.home.vault_db)) as con:
        con.execute("begin")
        kept.prepare(con)
        kept.standardise(con)
        for comparison in COMPARISONS:
            level, other = (f"case {sql[comparison.name]} else -1 end" for sql in (cases, turned))
            assert con.execute(
                f"select count(*) filter (where {level} <> {other}), count(*) > 10000 "
                "from std as l inner join std as r on l.n <> r.n"
            ).fetchall() == [(0, True)], comparison.name
