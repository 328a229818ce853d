"""Column headings: canonical names, agency names, PIRL numbers, in any case and spacing."""

from __future__ import annotations

import re

import pytest

import contracts

HEADINGS = [
    (name, field.name, heading)
    for name, source in contracts.sources().items()
    for field in source.fields
    for heading in (field.name, *field.aliases)
]


@pytest.mark.parametrize(("source", "field", "heading"), HEADINGS)
def test_every_heading_means_its_field_however_it_is_written(source: str, field: str, heading: str) -> None:
    spaced = f"  {heading.upper().replace('_', '  ')} "
    for written in (heading, heading.lower(), heading.replace("_", "-"), spaced, f"\ufeff{heading}"):
        assert contracts.canonical_columns(source, [written]) == {written: field}


@pytest.mark.parametrize(
    ("source", "heading", "field"),
    [
        ("cthires_participant", "PIRL 900", "entry_date"),
        ("cthires_participant", "p801", "ex_offender"),
        ("cthires_participant", "Returning Citizen", "ex_offender"),
        ("cthires_participant", "level", "participation_level"),
        ("apprenticeship", "ApprenticeID", "apprentice_id"),
        ("apprenticeship", "Apprentice_Trade", "trade_text"),
        ("apprenticeship", "school_code", "rti_provider"),
        ("dual_credit", "StudentID", "sasid"),
        ("dual_credit", "FallOfYear", "school_year"),
        ("dual_credit", "DualEnrollmentFlag", "dual_flag"),
        ("adult_ed", "employment_status_entry", "emp_status_entry"),
        ("ui_wage", "first_initial", "first_name"),
        ("ui_wage", "naics", "naics_code"),
        ("postsecondary_term", "ihe", "ihe_unitid"),
        ("postsecondary_award", "ihe", "ihe_unitid"),
        ("job_posting_snapshot", "unit", "offered_wage_unit"),
        ("career_loan_payment", "date", "paid_date"),
    ],
)
def test_names_of_the_agencies_are_accepted(source: str, heading: str, field: str) -> None:
    assert contracts.canonical_columns(source, [heading]) == {heading: field}


PERSON_HEADINGS = {
    "LastName": "last_name",
    "FirstName": "first_name",
    "FirstInitial": "first_name",
    "MiddleName": "middle_name",
    "Gender": "sex",
    "DOB": "birth_date",
    "DateOfBirth": "birth_date",
}
"""As the exchange of the agencies' records writes them."""


@pytest.mark.parametrize("source", contracts.source_names())
@pytest.mark.parametrize("heading", PERSON_HEADINGS)
def test_headings_of_persons_are_accepted_by_every_source_that_has_them(source: str, heading: str) -> None:
    field = PERSON_HEADINGS[heading]
    known = {heading: field} if field in contracts.load(source).field_names else {}
    assert contracts.match_header(contracts.load(source), [heading]).columns == known


@pytest.mark.parametrize(("source", "field", "heading"), HEADINGS)
def test_every_heading_is_read_without_anything_between_its_words(source: str, field: str, heading: str) -> None:
    written = re.sub(r"[\s\-_/?]", "", heading)
    assert contracts.canonical_columns(source, [written]) == {written: field}


def test_words_run_together_are_the_same_column_again() -> None:
    found = contracts.match_header(contracts.load("ui_wage"), ["last_name", "LASTNAME", "La_stname"])
    assert (found.repeated, found.unknown) == (("last_name",), ("La_stname",))


def test_match_tells_missing_absent_unknown_and_repeated() -> None:
    source = contracts.load("cthires_event")
    found = contracts.match_header(source, ["event_type", "Event Date", "EVENT-DATE", "comment", "participant_id"])
    assert found.columns == {"event_type": "event_type", "Event Date": "event_date", "participant_id": "participant_id"}
    assert found.missing == ("entry_date", "program_code")
    assert found.absent == ("event_seq", "credential_type", "credential_name", "issuer", "evidence_code")
    assert found.unknown == ("comment",)
    assert found.repeated == ("event_date",)


@pytest.mark.parametrize(
    "heading",
    [
        *("e0100", "E0100", "p100", "p0100", "PIRL 100", "PIRL100", "pirl_100", "PIRL-100", "Item_100", "ITEM 100"),
        *("100", "0100", "100 - Unique Individual Identifier", "100_Unique Individual Identifier"),
    ],
)
def test_every_published_spelling_of_an_element_number_is_a_heading(heading: str) -> None:
    assert contracts.canonical_columns("cthires_pirl", [heading]) == {heading: "participant_id"}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("PIRL 180-C", "local_board_code_3"),
        ("PIRL 108-C", "local_board_code_3"),
        ("p0108a", "local_board_code_1"),
        ("p4000", "state_code"),
        ("e0101", "state_code"),
        ("1704 - Earnings 2nd Quarter After Exit Quarter", "earnings_q2_usd"),
        ("901 - A Date", "exit_date"),
        ("901: Date of Program Exit", "exit_date"),
        ("901:Date of Program Exit", "exit_date"),
        ("901. Date of Program Exit", "exit_date"),
        ("108-C. Local Board", "local_board_code_3"),
        ("OBS Number", "obs_number"),
    ],
)
def test_headings_of_published_participant_records(heading: str, field: str) -> None:
    assert contracts.canonical_columns("cthires_pirl", [heading]) == {heading: field}


@pytest.mark.parametrize("heading", ["901.5", "901:30", "901.", "901.00"])
def test_an_amount_or_a_time_is_no_element(heading: str) -> None:
    assert contracts.match_header(contracts.load("cthires_pirl"), [heading]).unknown == (heading,)


def test_two_spellings_of_one_element_are_one_column_twice() -> None:
    found = contracts.match_header(contracts.load("cthires_pirl"), ["PIRL 900", "e0900", "p4000", "101", "PIRL 9999"])
    assert found.repeated == ("entry_date", "state_code")
    assert found.unknown == ("PIRL 9999",)


def test_a_bare_number_is_a_heading_of_participant_records_only() -> None:
    headings = ["901", "Item_901", "100 - Unique Individual Identifier"]
    assert contracts.match_header(contracts.load("cthires_participant"), headings).columns == {}
