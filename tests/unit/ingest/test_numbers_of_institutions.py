"""Student numbers hold within one college: the same number at two colleges is two people unless more is known."""

from __future__ import annotations

from pathlib import Path

import ingest
from home import Home
from tests.unit.contracts.rows import example
from tests.unit.ingest.files import land, text, vault, warehouse

CENTRAL, EASTERN = "128771", "129215"


def term_rows() -> list[dict[str, str]]:
    """One number at two colleges and in two terms, under one name and birth date."""
    places = [(CENTRAL, "202310"), (CENTRAL, "202330"), (EASTERN, "202310")]
    return [example("postsecondary_term") | {"ihe_unitid": college, "term": term} for college, term in places]


def test_the_college_is_part_of_key_token_and_id_system(home: Home, landing: Path) -> None:
    land(landing, text(term_rows()), "postsecondary_term", "SY2022", "20230815")
    [done] = ingest.load_source(home, "postsecondary_term", landing)
    assert done.outcome in ("accept", "accept_with_warning")
    known = vault(home, "select id_system, agency_person_id from identity order by all")
    assert known == [(f"COLLEGE {CENTRAL}", "@00412077"), (f"COLLEGE {EASTERN}", "@00412077")]
    rows = warehouse(
        home,
        "select ihe_unitid, count(*), count(distinct identity_key), count(distinct college_student_id_token) "
        "from raw.raw_postsecondary_term group by all order by all",
    )
    assert rows == [(CENTRAL, 2, 1, 1), (EASTERN, 1, 1, 1)]
    apart = "select count(distinct {0}), count(distinct sasid_token) from raw.raw_postsecondary_term"
    for column in ("identity_key", "college_student_id_token"):
        assert warehouse(home, apart.format(column)) == [(2, 1)]


def test_a_number_has_one_token_in_every_source_of_the_college(home: Home, landing: Path) -> None:
    land(landing, text(term_rows()), "postsecondary_term", "SY2022", "20230815")
    award = example("postsecondary_award") | {"ihe_unitid": CENTRAL}
    land(landing, text([award]), "postsecondary_award", "SY2022", "20231015")
    for source in ("postsecondary_term", "postsecondary_award"):
        ingest.load_source(home, source, landing)
    shared = warehouse(
        home,
        "select distinct t.ihe_unitid from raw.raw_postsecondary_term t "
        "join raw.raw_postsecondary_award a using (college_student_id_token)",
    )
    assert shared == [(CENTRAL,)]
