"""The workforce programmes of the committed sample: laid over the same people, jobs and organisations."""

from __future__ import annotations

import csv
from collections import Counter

import duckdb
import pytest

import contracts
from synth.tables import DATA
from tests.unit.synth.reading import SAMPLE, extracts

PROGRAMMES = (
    "career_connect", "gjc_participant", "support_payment", "portal_registration", "mif_iwt_training", "career_loan",
    "career_loan_payment", "grant_award", "rsp_membership",
)  # fmt: skip


@pytest.fixture(scope="module")
def sample() -> duckdb.DuckDBPyConnection:
    return extracts(SAMPLE, (*PROGRAMMES, "cthires_participant", "ui_wage"))


def value(connection: duckdb.DuckDBPyConnection, sql: str) -> object:
    return connection.execute(sql).fetchall()[0][0]


def test_they_are_small() -> None:
    files = [path for source in PROGRAMMES for path in (SAMPLE / "landing" / source).iterdir()]
    assert sum(path.stat().st_size for path in files) < 700_000


@pytest.mark.parametrize("source", ["career_connect", "gjc_participant"])
def test_the_job_of_a_placed_participant_is_in_the_wage_files(sample: duckdb.DuckDBPyConnection, source: str) -> None:
    """The same person is paid by the same account in the quarter the job began."""
    placed = (
        f"select x.ean, x.placement_date::date as on_day, r.truth_person_id from {source} x "
        f"join record r on r.source = '{source}' and r.file_name = x.file_name and r.row_no = x.row_no "
        "where x.placement_date is not null"
    )
    paid = (
        "select r.truth_person_id, u.ean, u.wage_year::int as year, u.wage_quarter_number::int as quarter "
        "from ui_wage u join record r on r.source = 'ui_wage' and r.file_name = u.file_name and r.row_no = u.row_no"
    )
    missing = value(
        sample,
        f"select count(*) from ({placed}) p where not exists (select 1 from ({paid}) w where "
        "w.truth_person_id = p.truth_person_id and w.ean = p.ean and w.year = year(on_day) "
        "and w.quarter = quarter(on_day))",
    )
    placements = value(sample, f"select count(*) from ({placed})")
    assert placements > 20
    assert missing / placements < 0.03, "an account may file a shared number once only"


@pytest.mark.parametrize("source", ["career_connect", "gjc_participant", "portal_registration", "career_loan"])
def test_cthires_numbers_known_elsewhere_exist_and_are_the_same_person(
    sample: duckdb.DuckDBPyConnection, source: str
) -> None:
    known = sample.execute(
        f"select distinct x.cthires_id, r.truth_person_id from {source} x join record r on r.source = '{source}' "
        "and r.file_name = x.file_name and r.row_no = x.row_no where x.cthires_id is not null"
    ).fetchall()
    there = sample.execute(
        "select distinct p.participant_id, r.truth_person_id from cthires_participant p join record r "
        "on r.source = 'cthires_participant' and r.file_name = p.file_name and r.row_no = p.row_no"
    ).fetchall()
    assert known and set(known) <= set(there)


def test_payments_name_persons_and_loans_on_file(sample: duckdb.DuckDBPyConnection) -> None:
    numbers = {
        "CAREERCONNECT": "select career_connect_id from career_connect",
        "GJC": "select gjc_participant_id from gjc_participant",
        "CTHIRES": "select participant_id from cthires_participant",
    }
    for system, known in numbers.items():
        paid = f"from support_payment where source_system = '{system}'"
        assert value(sample, f"select count(*) {paid}") > 5
        assert value(sample, f"select count(*) {paid} and person_source_id not in ({known})") == 0
    assert value(sample, "select count(*) from career_loan_payment anti join career_loan using (loan_id)") == 0


def test_no_loan_is_paid_back_more_than_was_lent(sample: duckdb.DuckDBPyConnection) -> None:
    over = (
        "select loan_id from (select loan_id, sum(payment_usd::decimal(14, 2)) as paid from career_loan_payment "
        "group by loan_id) join (select loan_id, max(principal_usd::decimal(14, 2)) as lent from career_loan "
        "group by loan_id) using (loan_id) where paid > lent"
    )
    assert sample.execute(over).fetchall() == []


def test_headcounts_and_named_trainees_keep_apart(sample: duckdb.DuckDBPyConnection) -> None:
    named = "last_name is not null or ssn is not null or birth_date is not null or first_name is not null"
    assert value(sample, "select count(*) from mif_iwt_training where employee_seq is null") > 5
    assert value(sample, f"select count(*) from mif_iwt_training where employee_seq is null and ({named})") == 0
    assert value(sample, "select count(*) from mif_iwt_training where employee_seq is not null") > 50


def test_grants_add_up_to_the_published_amounts() -> None:
    with (DATA / "grants.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    stands = {row["grant_id"]: row for row in sorted(rows, key=lambda row: int(row["amendment_no"]))}
    total: Counter[str] = Counter()
    for grant, row in stands.items():
        total[grant.split("-")[0]] += int(row["award_usd"])
    published = {"CC": 70_000_000, "GJC": 23_900_000, "DC": 7_800_000, "HH": 35_000_000, "TTA": 2_000_000}
    assert {name: total[name] for name in published} == published
    assert total["MIF"] == 17_755_045
    assert sum(grant.startswith("CC-") for grant in stands) == 19
    assert sum(int(row["target"]) for grant, row in stands.items() if grant.startswith("CC-")) == 6_000
    assert sum(int(row["recipients"]) for grant, row in stands.items() if grant.startswith("MIF-")) == 588


def test_every_partnership_has_employers_that_pay_wages(sample: duckdb.DuckDBPyConnection) -> None:
    found = {
        row[0] for row in sample.execute("select distinct rsp_id from rsp_membership where ean is not null").fetchall()
    }
    assert found == set(contracts.code_list("rsp").codes)
    paying = value(sample, "select count(distinct ean) from rsp_membership where ean in (select ean from ui_wage)")
    assert paying > 20


@pytest.mark.parametrize(
    ("source", "column", "wanted"),
    [
        ("career_connect", "program_code", contracts.code_list("program").where("reporting_system", "CAREERCONNECT")),
        ("career_connect", "training_status", contracts.code_list("training_status").codes),
        ("gjc_participant", "program_code", contracts.code_list("program").where("reporting_system", "GJC")),
        ("support_payment", "source_system", ("CAREERCONNECT", "GJC", "CTHIRES")),
        ("support_payment", "support_type", ("CHILDCARE", "TRANSPORT", "RENT")),
        ("rsp_membership", "membership_role", contracts.code_list("membership_role").codes),
        ("career_loan", "loan_status", ("TRAINING", "GRACE", "REPAYING")),
    ],
)
def test_the_kinds_that_matter_are_all_there(
    sample: duckdb.DuckDBPyConnection, source: str, column: str, wanted: tuple[str, ...]
) -> None:
    found = {row[0] for row in sample.execute(f"select distinct {column} from {source}").fetchall()}
    assert set(wanted) <= found
