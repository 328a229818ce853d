"""The committed sample: small, complete, consistent, and wrong only where it is wrong on purpose."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest

import contracts
from ingest import validate_file
from synth.stories import story_names
from tests.unit.synth.reading import SAMPLE, extracts

pytestmark = pytest.mark.slow

SOURCES = contracts.source_names()
SPOILT = {
    "dol_cthires_service_2023Q2": 2,
    "sde_adult_ed_PY2023": 1,
    "dol_ui_wage_2024Q1": 2,
    "ows_career_connect_2024Q2": 1,
}
RARE = {"suffix"}
"""Too few people have one for every source of a small sample to show it."""
NOBODY = {"mif_iwt_training": "employee_seq is null"}
"""Rows that count people without naming any: they have no truth."""


@pytest.fixture(scope="module")
def sample() -> duckdb.DuckDBPyConnection:
    return extracts(SAMPLE, SOURCES)


def value(connection: duckdb.DuckDBPyConnection, sql: str) -> object:
    return connection.execute(sql).fetchall()[0][0]


def test_it_is_under_eight_megabytes() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 8_000_000


@pytest.mark.parametrize("source", SOURCES)
def test_every_contract_has_extracts_with_every_column_filled_somewhere(
    sample: duckdb.DuckDBPyConnection, source: str
) -> None:
    fields = [field.name for field in contracts.load(source).fields]
    for path in (SAMPLE / "landing" / source).glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as handle:
            assert sorted(next(csv.reader(handle))) == sorted(fields), path.name
    counts = sample.execute(f"select {', '.join(f'count({name})' for name in fields)} from {source}").fetchall()[0]
    assert [name for name, count in zip(fields, counts, strict=True) if count == 0 and name not in RARE] == []


@pytest.mark.parametrize("source", [name for name in SOURCES if contracts.load(name).about != "person"])
def test_rows_that_are_not_about_people_have_no_truth(sample: duckdb.DuckDBPyConnection, source: str) -> None:
    assert value(sample, f"select count(*) from record where source = '{source}'") == 0


@pytest.mark.parametrize("source", [name for name in SOURCES if contracts.load(name).about == "person"])
def test_every_row_has_its_truth(sample: duckdb.DuckDBPyConnection, source: str) -> None:
    sent = value(sample, f"select count(*) from {source} where not ({NOBODY.get(source, 'false')})")
    known = value(
        sample,
        f"select count(*) from {source} x join record r on r.source = '{source}' and r.file_name = x.file_name "
        "and r.row_no = x.row_no join person using (truth_person_id)",
    )
    assert sent == known == value(sample, f"select count(*) from record where source = '{source}'")


@pytest.mark.parametrize("source", SOURCES)
def test_keys_are_distinct_within_each_extract(sample: duckdb.DuckDBPyConnection, source: str) -> None:
    key = ", ".join(contracts.load(source).key)
    repeated = f"select 1 from {source} group by file_name, {key} having count(*) > 1"
    assert sample.execute(repeated).fetchall() == []


@pytest.mark.parametrize("source", SOURCES)
def test_there_are_no_two_extracts_of_a_source_with_the_same_bytes(source: str) -> None:
    bytes_of = [path.read_bytes() for path in (SAMPLE / "landing" / source).glob("*.csv")]
    assert len(set(bytes_of)) == len(bytes_of)


def test_there_are_sixteen_final_wage_quarters_and_one_still_coming_in() -> None:
    said = [json.loads(path.read_text()) for path in (SAMPLE / "landing" / "ui_wage").glob("*.manifest.json")]
    final = {manifest["period"] for manifest in said if manifest["final"]}
    assert len(final) == 16
    assert {manifest["period"] for manifest in said} - final == {"2025Q3"}


@pytest.mark.parametrize("start", sorted(SPOILT))
def test_spoilt_extracts_lose_just_the_rows_spoilt_on_purpose(start: str) -> None:
    path = next((SAMPLE / "landing").rglob(f"{start}_*.csv"))
    result = validate_file(path, path.parent.name)
    assert (result.outcome, result.rows_quarantined) == ("quarantine_rows", SPOILT[start])


@pytest.mark.parametrize("source", SOURCES)
def test_the_last_extract_of_each_source_passes_the_gate_whole(source: str) -> None:
    path = max((SAMPLE / "landing" / source).glob("*.csv"))
    result = validate_file(path, source)
    assert (result.outcome in ("accept", "accept_with_warning"), result.rows_quarantined) == (True, 0)


def test_a_second_extract_of_a_quarter_replaces_the_first() -> None:
    twice = {path.name.split("_")[-3] for path in (SAMPLE / "landing" / "cthires_participant").glob("*_v02.csv")}
    assert twice == {"2024Q2"}
    assert len(list((SAMPLE / "landing" / "ui_wage").glob("*_2023Q3_*.csv"))) == 2


def test_services_and_events_belong_to_participants_on_file(sample: duckdb.DuckDBPyConnection) -> None:
    assert (
        sample.execute(
            "select distinct participant_id from cthires_service anti join cthires_participant using (participant_id)"
        ).fetchall()
        == []
    )
    assert (
        sample.execute(
            "select 1 from cthires_event anti join cthires_participant using (participant_id, entry_date, program_code)"
        ).fetchall()
        == []
    )


def test_participation_begins_with_a_qualifying_service(sample: duckdb.DuckDBPyConnection) -> None:
    qualifying = contracts.code_list("service_code").where("qualifies_start", "true")
    without = sample.execute(
        "select distinct participant_id, entry_date, program_code from cthires_participant p "
        "where participation_level <> '4' and not exists (select 1 from cthires_service s "
        "where s.participant_id = p.participant_id and s.program_code = p.program_code "
        "and s.service_start_date = p.entry_date and s.service_code = any(?))",
        [list(qualifying)],
    ).fetchall()
    spoilt = value(sample, "select count(*) from cthires_service where service_code = 'X99'")
    assert len(without) <= spoilt


def test_the_source_states_the_last_qualifying_day_as_exit_but_for_a_few_mistakes(
    sample: duckdb.DuckDBPyConnection,
) -> None:
    qualifying = contracts.code_list("service_code").where("qualifies_extend", "true")
    shares = sample.execute(
        "with last as (select participant_id, program_code, max(service_end_date) as last_day from cthires_service "
        "where service_status = 'closed' and service_code = any(?) group by all) "
        "select avg((exit_date = last_day)::int), avg((exit_date >= last_day)::int) from "
        "(select participant_id, program_code, max(exit_date) as exit_date from cthires_participant "
        "where exit_date is not null group by all) join last using (participant_id, program_code)",
        [list(qualifying)],
    ).fetchall()[0]
    assert 0.90 < shares[0] < 1


def test_follow_up_services_come_after_the_last_qualifying_day_too(sample: duckdb.DuckDBPyConnection) -> None:
    later = value(
        sample,
        "select count(*) from cthires_service s join (select participant_id, program_code, max(exit_date) as exit_date "
        "from cthires_participant group by all) using (participant_id, program_code) "
        "where s.service_code in ('501', '502', '503') and s.service_start_date > exit_date",
    )
    assert later > 50


@pytest.mark.parametrize(
    ("source", "column", "wanted"),
    [
        (
            "cthires_participant",
            "program_code",
            contracts.code_list("program").where("reporting_system", "CTHIRES"),
        ),
        ("cthires_participant", "wda_code", ("EAST", "NC", "NW", "SC", "SW")),
        ("cthires_participant", "exit_reason", ("00", "01", "02", "03")),
        ("cthires_participant", "ssn_status", ("1", "2", "9")),
        ("cthires_service", "service_status", ("planned", "open", "closed", "cancelled")),
        ("cthires_event", "event_type", contracts.code_list("event_type").codes),
        ("apprenticeship", "apprenticeship_status", contracts.code_list("apprenticeship_status").codes),
        ("apprenticeship", "entry_wage_unit", ("H", "W", "M", "Y")),
        ("adult_ed", "diploma_type", ("HSD", "GED", "NEDP")),
        ("dual_credit", "reporter", ("HS", "IHE")),
        ("ui_wage", "wage_action", ("ORIG", "AMEND", "VOID")),
    ],
)
def test_the_kinds_that_matter_are_all_there(
    sample: duckdb.DuckDBPyConnection, source: str, column: str, wanted: tuple[str, ...]
) -> None:
    found = {row[0] for row in sample.execute(f"select distinct {column} from {source}").fetchall()}
    assert set(wanted) <= found


def test_corrections_refer_to_an_original(sample: duckdb.DuckDBPyConnection) -> None:
    assert (
        sample.execute(
            "select 1 from ui_wage a where wage_action <> 'ORIG' and not exists (select 1 from ui_wage o "
            "where o.wage_action = 'ORIG' and o.file_name = a.file_name and o.ssn = a.ssn and o.ean = a.ean "
            "and o.filing_seq < a.filing_seq)"
        ).fetchall()
        == []
    )


def test_some_students_are_graded_differently_by_school_and_college(sample: duckdb.DuckDBPyConnection) -> None:
    pairs = sample.execute(
        "select h.grade = i.grade from dual_credit h "
        "join dual_credit i using (sasid, ihe_code, course_id, section, term) "
        "where h.reporter = 'HS' and i.reporter = 'IHE'"
    ).fetchall()
    assert {same for (same,) in pairs} == {True, False}


def test_one_number_serves_two_names_in_one_quarter(sample: duckdb.DuckDBPyConnection) -> None:
    shared = value(
        sample,
        "select count(*) from (select 1 from ui_wage join record r using (file_name, row_no) "
        "where r.source = 'ui_wage' and length(ssn) = 9 and ssn not like '9%' "
        "group by ssn, wage_year, wage_quarter_number having count(distinct truth_person_id) > 1)",
    )
    assert shared > 10


def test_the_marker_says_that_all_is_invented() -> None:
    marker = (SAMPLE / "truth" / "SYNTHETIC").read_text(encoding="utf-8")
    assert marker.startswith("Everything in this folder and in landing/ is invented.")
    assert "persons: 2000" in marker and "ADULT:" in marker


def test_the_readme_tells_every_story() -> None:
    told = (SAMPLE / "README.md").read_text(encoding="utf-8")
    assert [name for name in story_names() if f"| {name} |" not in told] == []


def test_truth_is_not_among_what_agencies_send() -> None:
    assert {path.name for path in Path(SAMPLE / "landing").iterdir()} == set(SOURCES)
