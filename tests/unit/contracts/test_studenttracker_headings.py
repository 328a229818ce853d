"""The 33 columns of the StudentTracker detail report, under the headings of any year."""

from __future__ import annotations

import pytest

import contracts

LAYOUT = [
    "Your Unique Identifier", "First Name", "Middle Initial", "Last Name", "Name Suffix", "Requester Return Field",
    "Record Found Y/N", "Search Date", "College Code/Branch", "College Name", "College State", "2-year / 4-year",
    "Public / Private", "Enrollment Begin", "Enrollment End", "Enrollment Status", "Class Level", "Enrollment Major 1",
    "Enrollment CIP 1", "Enrollment Major 2", "Enrollment CIP 2", "Graduated?", "Graduation Date", "Degree Title",
    "Degree Major 1", "Degree CIP 1", "Degree Major 2", "Degree CIP 2", "Degree Major 3", "Degree CIP 3",
    "Degree Major 4", "Degree CIP 4", "College Sequence",
]  # fmt: skip
CAPITALS = [heading.upper().replace(" / ", "/").replace(" ", "_").rstrip("?") for heading in LAYOUT]
OLDER = {"REQUESTER_RETURN_FIELD": "REQ_RETURN_FIELD", "GRADUATED": "Graduated", "RECORD_FOUND_Y/N": "Record found Y/N"}


@pytest.mark.parametrize(
    "headings",
    [LAYOUT, CAPITALS, [OLDER.get(heading, heading) for heading in CAPITALS]],
    ids=["words", "capitals", "older"],
)
def test_every_column_is_known_in_the_order_of_the_layout(headings: list[str]) -> None:
    source = contracts.load("nsc_studenttracker")
    found = contracts.match_header(source, headings)
    assert list(found.columns.values()) == list(source.field_names)
    assert (found.missing, found.unknown, found.repeated) == ((), (), ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Record Found Y/N", "RECORD_FOUND_Y/N"),
        ("2-year / 4-year", "2-YEAR/4-YEAR"),
        ("Graduated?", "GRADUATED"),
        ("\ufeff Graduated ?", "graduated"),
        ("College Code/Branch", "COLLEGE_CODE/BRANCH"),
    ],
)
def test_slashes_and_question_marks_only_part_words(one: str, other: str) -> None:
    assert contracts.normalise(one) == contracts.normalise(other)


def test_a_person_is_known_by_the_return_field_and_never_by_name() -> None:
    source = contracts.load("nsc_studenttracker")
    assert (source.person_id_field, source.id_system) == ("sasid", "SASID")
    assert source.by_name["sasid"].token_system == contracts.load("dual_credit").by_name["sasid"].token_system
    assert "birth_date" not in source.by_name, "with a birth date a name alone would link people (D3)"
