"""A phone or e-mail of many people, or of nobody, makes no two of them one person."""

from __future__ import annotations

import duckdb
import pytest

from linkage.engine import link_relation
from linkage.record_columns import IDENTIFYING, IDS

pytestmark = pytest.mark.slow

SURNAMES = ("Farrow", "Teal", "Quarles", "Ibsen")


def persons(*rows: dict[str, str]) -> list[int]:
    """Cluster of each record, in order."""
    columns = (*IDS, *IDENTIFYING)
    with duckdb.connect() as con:
        con.execute(f"create table record ({', '.join(f'{name} varchar' for name in columns)})")
        for number, row in enumerate(rows):
            given = {"source_system": "A", "source_record_id": f"{number:03d}"} | row
            con.execute(f"insert into record values ({', '.join('?' * len(columns))})", [given.get(c) for c in columns])
        link_relation(con, "record")
        return [
            one for (one,) in con.execute("select cluster from clustered_record order by source_record_id").fetchall()
        ]


def odile(last_name: str, **fields: str) -> dict[str, str]:
    return {"first_name": "Odile", "last_name": last_name, **fields}


@pytest.mark.parametrize(
    "contact", [{"email": "desk@shelter.example"}, {"phone": "8605550143"}], ids=["email", "phone"]
)
def test_a_contact_under_four_surnames_is_nobodys(contact: dict[str, str]) -> None:
    household = persons(odile("Farrow", **contact), odile("Farrow", **contact))
    assert household == [1, 1]
    found = persons(*[odile(name, **contact) for name in (*SURNAMES, "Farrow")])
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("contact", [{"email": "None@none.com"}, {"phone": "(860) 555-1212"}], ids=["email", "phone"])
def test_a_placeholder_is_nobodys(contact: dict[str, str]) -> None:
    assert persons(odile("Farrow", **contact), odile("Farrow", **contact)) == [1, 2]


def test_a_first_name_and_an_email_under_two_surnames_are_two_people() -> None:
    shared = {"email": "family@post.example"}
    assert persons(odile("Farrow", **shared), odile("Teal", **shared)) == [1, 2]


def test_a_new_surname_with_email_and_birth_date_is_one_person() -> None:
    own = {"email": "odile@post.example", "date_of_birth": "1984-06-17"}
    assert persons(odile("Farrow", **own), odile("Teal", **own)) == [1, 1]
