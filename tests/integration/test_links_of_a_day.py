"""A merge after publication (e9): today's release joins the person, the release of the earlier day is made again as it
was, table by table."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.support.landing import Landing, Person
from tests.support.running import query, run_here, workforce

pytestmark = pytest.mark.slow

JUNE, JULY = "2023-06-30", "2023-07-31"


def take_extract(landing: Landing, day: str, person: Person, **values: str) -> None:
    landing.add(
        "cthires_participant",
        "2022Q2",
        day.replace("-", ""),
        participant_id=person.participant_id,
        birth_date=person.birth_date,
        entry_date="2022-03-01",
        exit_date="2022-08-10",
        **person.identifiers() | values,
    )


def release(home: Path) -> tuple[str, dict[str, list[tuple]]]:
    """As-of day and every table of the current release."""
    [(day,)] = query(home, "select max(as_of_date)::varchar from release")
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as con:
        tables = [mart for (mart,) in con.execute("select mart from release order by mart").fetchall()]
        return day, {table: con.execute(f"from {table} order by all").fetchall() for table in tables}


def persons_with_wages(home: Path) -> list[tuple]:
    return query(
        home,
        "select count(distinct person_key), count(distinct wage.person_key) from dim_person "
        "left join fct_wage_quarter as wage using (person_key)",
    )


def test_a_merge_after_publication_leaves_the_release_of_the_earlier_day(tmp_path: Path) -> None:
    home, found, other = tmp_path / "home", Person(31), Person(32)
    first = Landing()
    take_extract(first, JUNE, found, ssn="", ssn_status="9")
    take_extract(first, JUNE, other)
    for person in (found, other):
        first.add_wage(person, "2022Q4", "5000.00")
    run_here(home, first.write(tmp_path / "june"))
    published = release(home)
    assert published[0] == JUNE
    assert persons_with_wages(home) == [(3, 2)]

    later, newcomer = Landing(), Person(33)
    take_extract(later, JULY, found)  # the number has arrived: participant and wages are one person
    take_extract(later, JULY, other)
    take_extract(later, JULY, newcomer)
    run_here(home, later.write(tmp_path / "july"))
    assert release(home)[0] == JULY
    assert persons_with_wages(home) == [(3, 2)]
    merged = query(home, "select count(*) from fct_participation semi join fct_wage_quarter using (person_key)")
    assert merged == [(2,)]

    run_here(home, tmp_path / "july", JUNE)
    assert release(home) == published
    with duckdb.connect(str(home / "vault" / "vault.duckdb"), read_only=True) as con:
        events = con.execute(
            "select event, person_key, other_person_key, link_day::varchar from linkage.person_event "
            "where event <> 'create' order by event_seq"
        ).fetchall()
        days = con.execute("select link_seq, link_day::varchar from linkage.link_run order by all").fetchall()
    [(_, survivor, retired, _), _] = events
    assert events == [("merge", survivor, retired, JULY), ("retire", retired, survivor, JULY)]
    assert days == [(1, JUNE), (2, JULY)]

    told = workforce(home, "compare", JUNE, JULY).stdout
    assert "rpt_wioa_indicator" in told.split("Reports that moved")[1], "somebody is employed who was not found before"
    assert "No figure moved" in workforce(home, "compare", JUNE, "current").stdout, "the build of the day is the same"
