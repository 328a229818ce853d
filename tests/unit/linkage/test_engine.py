"""The whole engine on a few people: what probability adds to the exact rules, and what it may never join."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from linkage.decisions import CANNOT_LINK, MUST_LINK, decide
from linkage.engine import link_relation
from linkage.record_columns import IDENTIFYING, IDS
from linkage.score import DISAGREES
from tests.unit.linkage.conftest import Identity, Vault, person, wage
from tests.unit.linkage.test_rules import BORN, OTHER_SSN, SSN, ana

pytestmark = pytest.mark.slow

NEAR_SSN = SSN[:-1] + str((int(SSN[-1]) + 1) % 10)
HOME = {"street": "12 Elm Street", "town_code": "052", "zip": "06103"}
COLUMNS = [*IDS, *IDENTIFYING]


def groups(vault: Vault, *identities: Identity) -> list[list[int]]:
    vault.add(*identities).link(probability=True)
    return vault.groups()


@pytest.mark.parametrize(
    "changed",
    [
        {"first_name": "Anna"},
        {"last_name": "Riviera"},
        {"birth_date": date(1980, 2, 4)},
        {"first_name": "Rivera", "last_name": "Ana"},
        {"last_name": "Kowalski", **HOME},
        {"first_name": "A", **HOME},
    ],
    ids=["misspelt", "misspelt surname", "a slip in the date", "swapped names", "new surname", "initial"],
)
def test_e8_what_no_exact_rule_finds(vault: Vault, changed: dict) -> None:
    assert groups(vault, ana(ssn=None, **HOME), ana("adult_ed", **({**HOME, "ssn": None} | changed))) == [[1, 2]]
    assert {rule for (rule,) in vault.query("select match_rule from linkage.edge")} == {"P"}
    assert vault.query("select bool_and(weight >= 4 and model_version is not null) from linkage.edge") == [(True,)]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (person(first_name="Luis", birth_date=BORN, last_name="Diaz", **HOME),
         person("adult_ed", first_name="Carla", birth_date=BORN, last_name="Diaz", **HOME)),
        (person(first_name="Luis", birth_date=BORN, last_name="Diaz", ssn=SSN, **HOME),
         person("adult_ed", first_name="Carla", birth_date=BORN, last_name="Diaz", ssn=NEAR_SSN, **HOME)),
        (person(first_name="Luis", birth_date=date(1950, 1, 9), last_name="Diaz", **HOME),
         person("adult_ed", first_name="Luis", birth_date=date(1980, 5, 17), last_name="Diaz", **HOME)),
        (person(first_name="Adriana", birth_date=BORN, last_name="Diaz", ssn=SSN, **HOME),
         person("adult_ed", first_name="Mariana", birth_date=BORN, last_name="Diaz", ssn=NEAR_SSN, **HOME)),
        (person(first_name="Luis", middle_name="Angel", birth_date=date(1950, 1, 9), last_name="Diaz", **HOME),
         person("adult_ed", first_name="Luis", middle_name="Angel", birth_date=date(1980, 5, 17), last_name="Diaz",
                **HOME)),
        (person(first_name="Luis", suffix="Sr", last_name="Diaz", **HOME),
         person("adult_ed", first_name="Luis", suffix="Jr", last_name="Diaz", **HOME)),
        (person(first_name="Maria", birth_date=date(1960, 1, 9), last_name="Diaz", ssn=SSN, **HOME),
         person("adult_ed", first_name="Jose", birth_date=date(1985, 5, 17), last_name="Diaz", ssn=SSN, **HOME)),
        (person(birth_date=BORN, zip="06103", sex="1", ssn=SSN),
         person("adult_ed", birth_date=BORN, zip="06103", sex="1", ssn=NEAR_SSN)),
        (person(birth_date=BORN, zip="06103", ssn=SSN), wage(SSN, "JOHN", "SMITH")),
        (person(first_name="Luis", last_name="Diaz"), person("adult_ed", first_name="Luis", last_name="Diaz")),
        (ana(), ana("adult_ed", ssn=OTHER_SSN, **HOME)),
    ],
    ids=["twins", "twins with neighbouring numbers", "father and son", "twins whose names are alike",
         "father and son of one middle name", "suffixes", "a borrowed number",
         "numbers a slip apart without names", "a number alone", "a name alone", "two numbers"],
)  # fmt: skip
def test_e7_who_stays_apart(vault: Vault, left: Identity, right: Identity) -> None:
    assert groups(vault, left, right) == [[1], [2]]


def test_a_taxpayer_number_is_as_good_as_an_ssn_and_an_ssn_beside_it_speaks_against_nobody(vault: Vault) -> None:
    itin, other = "912701234", "912705678"
    immigrant = {"first_name": "Ana", "last_name": "Rivera", "birth_date": BORN, **HOME}
    records = (
        person(ssn=itin, **immigrant),
        wage(itin, "A", "RIVERA"),
        person("adult_ed", ssn=SSN, **immigrant),
        wage(other, "ANA", "RIVERA"),
    )
    assert groups(vault, *records) == [[1, 2, 3], [4]]
    assert vault.query("select distinct person_has_valid_ssn from linkage.identity_person order by 1") == [
        (False,),
        (True,),
    ]


@pytest.mark.parametrize(
    ("first_name", "birth_date", "number", "against"),
    [
        (7, 0, 0, False),
        (0, 0, 0, False),
        (-1.5, 2.3, 13.9, False),
        (-5, 0, 0, True),
        (7, -7, 0, True),
        (7, 0, -5.6, True),
    ],
)
def test_what_two_records_do_not_say_speaks_against_nobody(
    first_name: float, birth_date: float, number: float, against: bool
) -> None:
    weights = f"select {first_name} as w_first_name, {birth_date} as w_birth_date, {number} as w_ssn"
    assert duckdb.sql(f"select {DISAGREES} from ({weights})").fetchall() == [(against,)]


def test_a_household_is_not_chained_into_one_person(vault: Vault) -> None:
    born = {"Luis": date(1950, 1, 9), "Carla": date(1952, 3, 8), "Ana": date(1980, 6, 1), "Marco": date(1983, 9, 30)}
    records = [
        person(source, first_name=name, last_name="Diaz", birth_date=day, **HOME)
        for source in ("cthires_participant", "adult_ed", "dual_credit")
        for name, day in born.items()
    ]
    assert groups(vault, *records) == [[1, 5, 9], [2, 6, 10], [3, 7, 11], [4, 8, 12]]


def test_decisions_of_a_reviewer_are_kept(vault: Vault) -> None:
    vault.add(
        ana(ssn=None, **HOME), ana("adult_ed", ssn=None, first_name="Anna", **HOME), wage(OTHER_SSN, "EVA", "LEE")
    )
    vault.link(probability=True)
    assert vault.groups() == [[1, 2], [3]]
    keys = [key for (key,) in vault.query("select identity_key::varchar from identity order by first_row_no")]
    decide(vault.home, (keys[0], keys[1]), CANNOT_LINK, "steward", "two sisters", date(2026, 1, 2))
    decide(vault.home, (keys[0], keys[2]), MUST_LINK, "steward", "seen on paper", date(2026, 1, 2))
    vault.link(probability=True)
    assert vault.groups() == [[1, 3], [2]]
    assert vault.query("select count(*) from linkage.review where reason = 'decision_not_kept'") == [(0,)]
    assert ("R", "decided_same") in vault.query("select match_rule, evidence from linkage.edge")


def records(con: duckdb.DuckDBPyConnection, rows: list[dict[str, str]], columns: list[str]) -> None:
    con.execute(f"create or replace table record ({', '.join(f'{name} varchar' for name in columns)})")
    marks = ", ".join("?" for _ in columns)
    for row in rows:
        con.execute(f"insert into record values ({marks})", [row.get(name) for name in columns])


def clusters(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    return con.execute("select source_record_id, cluster from clustered_record order by all").fetchall()


def invented(count: int) -> list[dict[str, str]]:
    """Three records of each of `count` people: as they are, misspelt, and with a number and an initial only."""
    found = []
    for at in range(count):
        first, last = f"{'abcdefghij'[at % 10]}lanor{at // 10}ia", f"qu{'aeiou'[at % 5]}rt{at}ski"
        base = {"source_system": "A", "last_name": last, "ssn": f"{201 + at:03d}{10 + at % 80:02d}{4000 + 7 * at:04d}"}
        born = f"{1950 + at % 50}-{1 + at % 12:02d}-{1 + at % 28:02d}"
        whole = {**base, "first_name": first, "date_of_birth": born, "zip": f"06{at % 900:03d}"}
        found.append({**whole, "source_record_id": f"{at}a"})
        found.append({**whole, "source_record_id": f"{at}b", "ssn": None, "last_name": last[:-1], "source_system": "B"})
        found.append({**base, "source_record_id": f"{at}c", "first_name": first[0], "source_system": "C"})
    return found


def test_records_of_any_kind_are_clustered_the_same_in_any_order_and_on_any_threads() -> None:
    rows = invented(60)
    with duckdb.connect() as con:
        records(con, rows, COLUMNS)
        report = link_relation(con, "record")
        first = clusters(con)
        by_person: dict[str, set[int]] = {}
        for record_id, number in first:
            by_person.setdefault(record_id[:-1], set()).add(number)
        assert all(len(numbers) == 1 for numbers in by_person.values())
        assert len(set().union(*by_person.values())) == 60
        assert report.unused[0] == "No record gives middle_name: it could not be compared."
        records(con, rows[::-1], COLUMNS)
        link_relation(con, "record", threads=1)
        assert clusters(con) == first


@pytest.mark.parametrize("columns", [COLUMNS[:2], [*COLUMNS[:2], "last_name"], [*COLUMNS[:2], "ssn", "date_of_birth"]])
def test_too_little_to_go_by_leaves_everybody_alone(columns: list[str]) -> None:
    with duckdb.connect() as con:
        records(con, [{**row, "ssn": None} for row in invented(5)], columns)
        link_relation(con, "record")
        assert len({number for _, number in clusters(con)}) == 15
