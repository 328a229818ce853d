"""The named stories, read back from the sample's extracts."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

import contracts
from synth.stories import cast, story_names
from tests.unit.synth.reading import SAMPLE, extracts


@pytest.fixture(scope="module")
def sample() -> duckdb.DuckDBPyConnection:
    return extracts(SAMPLE, contracts.source_names())


def rows(connection: duckdb.DuckDBPyConnection, role: str, source: str, columns: str) -> list[tuple]:
    """Distinct values of a role's rows in a source, in order."""
    return connection.execute(
        f"select distinct {columns} from {source} join record r using (file_name, row_no) "
        f"where r.source = '{source}' and r.truth_person_id = (select truth_person_id::int from story where role = ?) "
        "order by all",
        [role],
    ).fetchall()


def test_every_story_is_in_the_sample(sample: duckdb.DuckDBPyConnection) -> None:
    present = sample.execute(
        "select distinct story from story join record on record.truth_person_id::varchar = story.truth_person_id"
    ).fetchall()
    assert {name for (name,) in present} == set(story_names())
    assert [row[0] for row in sample.execute("select role from story").fetchall()] == list(cast())


def test_ana_is_in_five_agencies_files_under_three_names(sample: duckdb.DuckDBPyConnection) -> None:
    sources = sample.execute("select distinct source::varchar from record where truth_person_id = 1").fetchall()
    told = {"cthires_participant", "cthires_service", "cthires_event", "adult_ed", "dual_credit", "apprenticeship"}
    assert {name for (name,) in sources} >= {*told, "ui_wage"}
    assert rows(sample, "ana", "dual_credit", "last_name") == [("Rivera",)]
    assert rows(sample, "ana", "adult_ed", "last_name") == [("Rivera Ortiz",)]
    assert rows(sample, "ana", "ui_wage", "last_name") == [("KOWALSKI",), ("RIVERA",)]
    assert rows(sample, "ana", "adult_ed", "sasid") == rows(sample, "ana", "dual_credit", "sasid")


def test_ana_works_for_two_employers_in_the_second_quarter_after_exit(sample: duckdb.DuckDBPyConnection) -> None:
    assert rows(sample, "ana", "cthires_participant", "max(exit_date) over ()") == [("2023-10-06",)]
    wages = rows(sample, "ana", "ui_wage", "ean, wage_year, wage_quarter_number, wage_usd")
    assert len([row for row in wages if row[1:3] == ("2024", "2")]) == 2


def test_ana_earns_a_certification_before_her_apprenticeship(sample: duckdb.DuckDBPyConnection) -> None:
    assert rows(sample, "ana", "cthires_event", "event_type, event_date, credential_type") == [
        ("CRED", "2023-09-29", "6"),
        ("MSG_MILE", "2023-08-15", None),
    ]
    assert rows(sample, "ana", "apprenticeship", "registered_date, occupation_code") == [("2023-10-16", "0296")]


def test_twins_differ_in_given_name_and_number_only(sample: duckdb.DuckDBPyConnection) -> None:
    emma, ella = (
        rows(sample, role, "cthires_participant", "last_name, birth_date, zip, town_code") for role in ("emma", "ella")
    )
    assert emma == ella
    numbers = [int(rows(sample, role, "cthires_participant", "ssn")[0][0]) for role in ("emma", "ella")]
    assert numbers[1] - numbers[0] == 1


def test_father_and_son_have_one_name_and_no_suffix_in_wages(sample: duckdb.DuckDBPyConnection) -> None:
    names = [rows(sample, role, "ui_wage", "first_name, last_name") for role in ("robert_sr", "robert_jr")]
    assert names[0] == names[1] == [("ROBERT", "SANTORO")]
    shared = [{row[0] for row in rows(sample, role, "ui_wage", "ean")} for role in ("robert_sr", "robert_jr")]
    assert shared[0] & shared[1]


def test_luis_works_under_the_number_of_marcus(sample: duckdb.DuckDBPyConnection) -> None:
    marcus, luis = (rows(sample, role, "ui_wage", "ssn") for role in ("marcus", "luis"))
    assert marcus == luis == [("899990031",)]
    assert rows(sample, "luis", "ui_wage", "first_name") == [("LUIS",)]
    assert rows(sample, "luis", "adult_ed", "ssn") == [(None,)]


def test_carmen_has_two_periods_more_than_ninety_days_apart(sample: duckdb.DuckDBPyConnection) -> None:
    periods = rows(sample, "carmen", "cthires_participant", "entry_date, max(exit_date) over (partition by entry_date)")
    assert periods == [("2022-02-14", "2022-07-04"), ("2022-11-22", "2023-04-11")]


def test_kevin_has_two_rows_less_than_ninety_days_apart(sample: duckdb.DuckDBPyConnection) -> None:
    periods = rows(sample, "kevin", "cthires_participant", "entry_date, max(exit_date) over (partition by entry_date)")
    assert periods == [("2022-09-06", "2022-12-03"), ("2023-02-02", "2023-04-09")]


def test_tomaszs_gap_is_planned_and_on_file(sample: duckdb.DuckDBPyConnection) -> None:
    gaps = rows(sample, "tomasz", "cthires_participant", "planned_gap_from, planned_gap_to")
    assert ("2023-03-15", "2023-07-05") in gaps
    served = [day for (day,) in rows(sample, "tomasz", "cthires_service", "service_start_date")]
    assert "2023-03-10" in served and "2023-07-06" in served


def test_priyas_programmes_overlap(sample: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        sample, "priya", "cthires_participant", "program_code, max(exit_date) over (partition by program_code)"
    ) == [
        ("ADULT", "2023-12-20"),
        ("WP", "2024-01-14"),
    ]


def test_jennifers_name_and_birth_date_differ_between_sources(sample: duckdb.DuckDBPyConnection) -> None:
    assert rows(sample, "jennifer", "cthires_participant", "last_name") == [("Tremblay",), ("Tremblay-Kelly",)]
    assert rows(sample, "jennifer", "cthires_participant", "birth_date") == [("1991-04-11",)]
    assert rows(sample, "jennifer", "adult_ed", "birth_date") == [("1991-11-04",)]


def test_joaos_taxpayer_number_becomes_an_ssn(sample: duckdb.DuckDBPyConnection) -> None:
    assert rows(sample, "joao", "cthires_participant", "ssn, ssn_status") == [("899990091", "1"), ("912781234", "2")]


def test_fatoumata_gives_no_number(sample: duckdb.DuckDBPyConnection) -> None:
    assert rows(sample, "fatoumata", "cthires_participant", "ssn, ssn_status") == [(None, "9")]
    assert rows(sample, "fatoumata", "ui_wage", "ssn") == []


@pytest.mark.parametrize(("role", "reason"), [("harold", "03"), ("darnell", "01")])
def test_exclusions_have_their_reason(sample: duckdb.DuckDBPyConnection, role: str, reason: str) -> None:
    assert (reason,) in rows(sample, role, "cthires_participant", "exit_reason")


def test_dolores_loses_her_zeros_in_adult_education_only(sample: duckdb.DuckDBPyConnection) -> None:
    assert rows(sample, "dolores", "adult_ed", "ssn, zip") == [("42990131", "6450")]
    assert rows(sample, "dolores", "ui_wage", "ssn") == [("042990131",)]


def test_nias_wages_are_amended_and_void(sample: duckdb.DuckDBPyConnection) -> None:
    changed = rows(sample, "nia", "ui_wage", "wage_action, wage_year, wage_quarter_number, wage_usd::decimal(14,2)")
    assert [row for row in changed if row[0] != "ORIG"] == [
        ("AMEND", "2023", "4", Decimal("6100.00")),
        ("VOID", "2024", "1", Decimal("0.00")),
    ]


def test_walters_accounts_belong_to_one_company(sample: duckdb.DuckDBPyConnection) -> None:
    accounts = rows(sample, "walter", "ui_wage", "ean, fein")
    assert len({ean for ean, _ in accounts}) == 2
    assert len({fein for _, fein in accounts}) == 1
