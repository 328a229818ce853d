"""The accuracy benchmark against hand-counted pairs: who can be linked at all, what is right, what is wrong."""

from __future__ import annotations

import duckdb
import pytest

from benchmarks.invented_records import records
from benchmarks.linkage_truth import add_chain, scored

RECORDS = """
(values
    ('1', 'a', '219451234', null, null, null),            -- a number leads to 2
    ('2', 'a', '219451234', '1980-02-03', null, null),    -- whose birth date leads to 3
    ('3', 'a', null, '1980-02-03', 'Elm St', null),
    ('4', 'a', null, null, 'Elm St', null),               -- a street without its ZIP code leads nowhere
    ('5', 'b', '999999999', null, null, '06103'),         -- nor does a number that stands for none
    ('6', 'b', '999999999', null, 'Elm St', null),
) as t (source_record_id, truth_person_id, ssn, date_of_birth, street, zip)
"""


@pytest.mark.parametrize(
    ("clusters", "said"),
    [
        ([[1, 2, 3], [4], [5], [6]], "precision 1.0000, recall 1.0000, F1 1.000, wrongly merged per 10,000: 0"),
        ([[1, 2, 4], [3], [5, 6]], "precision 1.0000, recall 0.3333, F1 0.500, wrongly merged per 10,000: 0"),
        ([[1, 2], [3, 5], [4], [6]], "precision 0.5000, recall 0.3333, F1 0.400, wrongly merged per 10,000: 10000"),
        ([[1], [2], [3], [4], [5], [6]], "precision 1.0000, recall 0.0000, F1 0.000, wrongly merged per 10,000: 0"),
    ],
    ids=["all that can be", "what cannot be is neither right nor wrong", "strangers", "nothing joined"],
)
def test_pairs_that_can_be_linked_are_counted(clusters: list[list[int]], said: str) -> None:
    with duckdb.connect() as con:
        con.execute(f"create table truth as select 's' as source_system, * from {RECORDS}")
        add_chain(con)
        rows = [(str(one), number) for number, members in enumerate(clusters) for one in members]
        con.execute("create table ours (source_system varchar, source_record_id varchar, cluster bigint)")
        con.executemany("insert into ours values ('s', ?, ?)", rows)
        assert scored(con, "ours") == said


@pytest.mark.slow
def test_the_same_arguments_invent_the_same_records_and_noise_makes_more_of_them_wrong() -> None:
    usual, again, noisy = records(2_000, 1.0, 1), records(2_000, 1.0, 1), records(2_000, 3.0, 1)
    assert usual.equals(again)
    assert usual["truth_person_id"].equals(noisy["truth_person_id"])
    assert noisy["ssn"].null_count > usual["ssn"].null_count
