"""Rules between files, on files that were really loaded and persons who were really linked.

Every rule has a row that breaks it and one that just does not, side by side in one delivery. All persons are invented.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

import contracts
import ingest
import linkage
from contracts.codes import read_table
from contracts.cross import cross_rules, cross_views
from contracts.errors import ContractError
from home import Home
from ingest import cross_file
from tests.unit.ingest.files import describe, warehouse

PERIODS = {"quarter": "2023Q4", "month": "2023M12", "year": "2023", "school_year": "SY2023"}
DAY = "20240131"


@dataclass
class Delivery:
    """Rows by source, each the contract's example row with some changes; what breaks which rule is kept beside."""

    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    expected: dict[tuple[str, str], dict[int, bool]] = field(default_factory=dict)

    def add(self, source: str, rule: str = "", breaks: bool | None = None, **changes: str) -> None:
        contract = contracts.load(source)
        rows = self.rows.setdefault(source, [])
        rows.append(
            {name: changes.get(name, contract.by_name[name].example) for name in contract.field_names} | changes
        )
        if breaks is not None:
            self.expected.setdefault((rule, source), {})[len(rows)] = breaks

    def also(self, source: str, rule: str, breaks: bool) -> None:
        """What another rule says of the row added last."""
        self.expected.setdefault((rule, source), {})[len(self.rows[source])] = breaks

    def write(self, landing: Path) -> None:
        for source, rows in self.rows.items():
            contract = contracts.load(source)
            name = f"{contract.agency_code}_{source}_{PERIODS[contract.period_kind]}_{DAY}_v01.csv"
            path = landing / source / name
            path.parent.mkdir(parents=True)
            out = io.StringIO()
            writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            path.write_text(out.getvalue(), encoding="utf-8")
            describe(path, {"final": True, "layout_year": 2023})


def person(number: int) -> dict[str, str]:
    """What identifies an invented person in every source that asks for it."""
    letters = "".join(chr(97 + int(digit)) for digit in f"{number:03d}")
    return {
        "ssn": f"{300 + number:03d}45{6000 + number:04d}",
        "first_name": f"Zinnober{letters}",
        "last_name": f"Quibblewick{letters}",
        "birth_date": "1985-03-14",
    }


def delivery() -> Delivery:
    made = Delivery()
    participants(made)
    periods(made)
    supports(made)
    records(made)
    colleges(made)
    employers(made)
    loans(made)
    costs(made)
    return made


def costs(made: Delivery) -> None:
    """A year and its parts, periods that meet, another provider; P5 planned a year, spent in two of its quarters."""
    for provider, period, breaks in (
        ("P1", "PY2022", True), ("P1", "2023Q2", True), ("P1", "2023Q3", False), ("P1", "FY2022", False),
        ("P2", "2023Q2", False), ("P3", "FY2023", True), ("P3", "2023M06", True), ("P3", "2023M07", False),
        ("P4", "2022", True), ("P4", "PY2022", True), ("P5", "2022Q4", False), ("P5", "2023Q1", False),
    ):  # fmt: skip
        made.add(
            "program_cost", "cost_told_twice", breaks, provider_id=provider, cost_period=period,
            cost_basis="ACTUAL", program_code="ADULT",
        )  # fmt: skip
    planned = {"provider_id": "P5", "cost_basis": "OBLIGATED", "program_code": "ADULT"}
    made.add("program_cost", cost_period="PY2022", **planned)


def participants(made: Delivery) -> None:
    """X01, X04, X07, supports, adult learners: persons 1 and 2 are participants, 2 died on 2023-06-30."""
    for number in (1, 2):
        made.add(
            "cthires_participant", participant_id=f"PT00000{number}", entry_date="2023-02-01", exit_date="",
            exit_reason="", planned_gap_from="", planned_gap_to="", program_code="ADULT", **person(number),
        )  # fmt: skip
    service = {"program_code": "ADULT", "service_status": "closed"}
    made.add("cthires_service", "X01", True, service_id="S1", participant_id="PT999999", **service)
    made.add("cthires_service", "X01", False, service_id="S2", participant_id="PT000001", **service)
    dated = {"participant_id": "PT000002", "service_end_date": "2023-07-02", **service}
    made.add("cthires_service", "X07", True, service_id="S3", service_start_date="2023-07-01", **dated)
    made.add("cthires_service", "X07", False, service_id="S4", service_start_date="2023-06-30", **dated)
    made.add(
        "death_or_exclusion", source_system="CTHIRES", exclusion_person_id="PT000002", exclusion_type="DEATH",
        exclusion_date="2023-06-30", exclusion_end_date="", **person(2),
    )  # fmt: skip
    event = {"program_code": "ADULT", "entry_date": "2023-02-01", "event_type": "CRED", "credential_type": "2"}
    made.add("cthires_event", "X01", True, participant_id="PT999999", event_date="2023-05-01", event_seq="1", **event)
    made.add("cthires_event", "X01", False, participant_id="PT000001", event_date="2023-05-01", event_seq="1", **event)
    for known, breaks in (("PT000001", False), ("PT999999", True)):
        made.add("followup_employment", "X01", breaks, participant_id=known)
        made.add("career_connect", "X04", breaks, career_connect_id=f"CC{known}", cthires_id=known, **person(3))
        made.add("gjc_participant", "X04", breaks, gjc_participant_id=f"GJ{known}", cthires_id=known, **person(3))
        made.add("career_loan", "X04", breaks, loan_id=f"CAL-{known}", cthires_id=known, **person(3))
        made.add("portal_registration", "X04", breaks, registration_id=f"RG{known}", cthires_id=known, **person(3))
    made.add("adult_ed", student_id="L0000001", **person(4))
    for source in ("adult_ed_assessment", "adult_ed_hours"):
        made.add(source, "student_without_enrolment", True, student_id="L9999999")
        made.add(source, "student_without_enrolment", False, student_id="L0000001")


def periods(made: Delivery) -> None:
    """Services and events against periods: 5 exited on 2022-01-15 and came back in September, 6 and 7 exited once."""
    open_ended = {"planned_gap_from": "", "planned_gap_to": "", "exit_reason": "", "participation_level": "1"}
    for number, program, entry, left, trained in (
        (5, "ADULT", "2021-06-01", "2022-01-15", "2021-07-01"),
        (5, "ADULT", "2022-09-01", "", ""),
        (6, "ADULT", "2021-06-01", "2021-12-31", ""),
        (7, "ADULT", "2021-06-01", "2022-02-28", ""),
    ):
        made.add(
            "cthires_participant", participant_id=f"PT00000{number}", entry_date=entry, exit_date=left,
            educ_training_date=trained, educ_training_end_date="", post_exit_enrol_date="", youth_placement_q2="",
            youth_placement_q4="", program_code=program, **open_ended, **person(number),
        )  # fmt: skip
        if left:
            made.also("cthires_participant", "no_service_at_entry", number == 5)
            made.also("cthires_participant", "exit_not_last_service", number == 5)
    for place, (number, program, code, first, status, breaks) in enumerate((
        (5, "ADULT", "101", "2021-06-01", "planned", None),
        (5, "ADULT", "101", "2022-01-15", "closed", False),
        (5, "ADULT", "101", "2022-01-16", "closed", True),
        (5, "ADULT", "501", "2022-01-16", "closed", None),
        (5, "ADULT", "101", "2022-09-01", "closed", False),
        (6, "ADULT", "101", "2021-06-01", "closed", False),
        (6, "ADULT", "202", "2021-12-31", "closed", False),
        (7, "ADULT", "101", "2021-06-01", "closed", False),
        (7, "WP", "103", "2022-02-28", "closed", None),
    )):  # fmt: skip
        made.add(
            "cthires_service", "service_after_exit", breaks, service_id=f"SP{place}", participant_id=f"PT00000{number}",
            program_code=program, service_code=code, service_start_date=first, service_end_date=first,
            service_status=status, training_type="", cip_code="", onet_code="", completed="", provider_id="",
        )  # fmt: skip
    for provider, breaks in (("PRV9999", True), ("PRV0231", False)):
        made.add(
            "cthires_service", "provider_not_listed", breaks, service_id=f"S{provider}", participant_id="PT000001",
            program_code="ADULT", provider_id=provider, service_status="closed",
        )  # fmt: skip
    made.add("etp_program", provider_id="PRV0231")
    event = {"participant_id": "PT000005", "program_code": "ADULT", "entry_date": "2021-06-01", "event_seq": "1"}
    for rule, kind, day, breaks in (
        ("event_after_exit", "CRED", "2023-01-15", False),
        ("event_after_exit", "CRED", "2023-01-16", True),
        ("gain_outside_training", "MSG_SKILL", "2021-07-01", False),
        ("gain_outside_training", "MSG_SKILL", "2021-06-30", True),
        ("gain_outside_training", "MSG_SKILL", "2022-01-15", False),
        ("gain_outside_training", "MSG_SKILL", "2022-01-16", True),
    ):
        made.add("cthires_event", rule, breaks, event_type=kind, event_date=day, **event)


def supports(made: Delivery) -> None:
    """Payments to people of every numbering, and on the first and last day of three kinds of participation."""
    undated = {"support_from_date": "", "support_to_date": ""}
    for system, known, rule, outside, inside in (
        ("CTHIRES", "PT000001", "support_outside_participation", "2023-01-01", "2023-01-02"),
        ("CAREERCONNECT", "CCPT000001", "support_outside_career_connect", "2023-05-18", "2023-05-17"),
        ("GJC", "GJPT000001", "support_outside_good_jobs", "2022-09-02", "2022-09-03"),
    ):
        for day, breaks in ((outside, True), (inside, False)):
            made.add(
                "support_payment", rule, breaks, payment_id=f"{system}-{day}", paid_date=day, source_system=system,
                person_source_id=known, **undated,
            )  # fmt: skip
    numbers = {
        "CTHIRES": "PT000001", "CAREERCONNECT": "CCPT000001", "GJC": "GJPT000001", "PORTAL": "RGPT000001",
        "LACES": "L0000001", "RA": "A10", "CAREERLOAN": contracts.load("career_loan").by_name["borrower_id"].example,
    }  # fmt: skip
    for row in read_table("person_system"):
        for known, breaks in ((numbers[row["code"]], False), (f"{numbers[row['code']]}9", True)):
            made.add(
                "support_payment", f"support_of_nobody_known_{row['source']}", breaks, person_source_id=known,
                payment_id=f"{row['code']}-{known}", source_system=row["code"], **undated,
            )  # fmt: skip


def records(made: Delivery) -> None:
    """X02 and X03: persons 10 to 13 have WIOA records; their exit in 2022Q3 makes 2023Q1 the quarter that counts."""
    cases = [("5000.00", ["3000.00", "2000.00"]), ("5000.02", ["5000.00"]), ("5000.01", ["5000.00"]), ("100.00", [])]
    for number, (earned, wages) in enumerate(cases, start=10):
        who = {"participant_id": f"PT0000{number}", **person(number)}
        names = {"first_name", "last_name"}
        made.add(
            "cthires_pirl", "X03", number in (11, 13), obs_number=f"{number}", earnings_q2_usd=earned,
            **{key: value for key, value in who.items() if key not in names},
        )  # fmt: skip
        made.also("cthires_pirl", "record_without_period", number != 10)
        made.add(
            "cthires_participant", entry_date="2022-02-01" if number == 10 else "2022-02-02", exit_date="",
            exit_reason="", planned_gap_from="", planned_gap_to="", program_code="ADULT", **who,
        )  # fmt: skip
        for place, wage in enumerate(wages):
            made.add("ui_wage", **wage_of(number, wage, ean=f"{4000000000 + place}", wage_quarter_number="1"))
    coenrolled = {"apprenticeship_status": "ACTIVE", "completed_date": "", "terminated_date": "", "agreement_no": "1"}
    for number, said, breaks in ((10, "1", True), (11, "0", False)):
        made.add(
            "apprenticeship", "X02", breaks, apprentice_id=f"A{number}", wioa_coenrolled=said, **coenrolled,
            **person(number),
        )  # fmt: skip


def wage_of(number: int, wage: str, **changes: str) -> dict[str, str]:
    known = person(number)
    return {
        "ssn": known["ssn"], "first_name": known["first_name"], "last_name": known["last_name"], "wage_usd": wage,
        "wage_year": "2023", "wage_quarter_number": "3", "received_date": "2023-11-15", "filing_seq": "1",
        "wage_action": "ORIG",
    } | changes  # fmt: skip


def colleges(made: Delivery) -> None:
    """X05, X08, awards before enrolment: person 1 has an associate's credential in CTHires on 2023-05-01."""
    college = {"ihe_unitid": "129367", "campus_code": "", "sasid": ""}
    taught = {"term": "202330", "sasid": "7700000020", "reporter": "HS"}
    made.add("dual_credit", **taught, **{key: value for key, value in person(20).items() if key != "ssn"})
    for number, breaks in ((20, True), (21, False)):
        made.add(
            "postsecondary_term", "X05", breaks, college_student_id=f"C{number}", student_type="1", term="202330",
            **college | {"sasid": f"77000000{number}"}, **person(number),
        )  # fmt: skip
    # 22 and 23 have a course in a term the school writes its own way; only one has the day it began.
    for number, began in ((22, "2023-08-30"), (23, "")):
        who = {key: value for key, value in person(number).items() if key != "ssn"}
        made.add(
            "dual_credit", "X05_term", not began, **taught | {"sasid": f"77000000{number}", "term": "FALL"},
            school_year="2023", session_start=began, session_end="", **who,
        )  # fmt: skip
        made.add(
            "postsecondary_term", "X05", bool(began) or None, college_student_id=f"C{number}", student_type="1",
            term="202410", **college | {"sasid": f"77000000{number}", "campus_code": "CAP"}, **person(number),
        )  # fmt: skip
    award = {"award_seq": "1", "award_level": "AS", **college}
    for student, day, breaks in (("C01", "2023-05-31", True), ("C02", "2023-06-01", False)):
        made.add(
            "postsecondary_award", "X08", breaks, college_student_id=student, conferred_date=day, term="202320",
            **award, **person(1),
        )  # fmt: skip
    for number, term, breaks in ((20, "202320", True), (21, "202330", False)):
        made.add(
            "postsecondary_award", "award_before_enrolment", breaks, college_student_id=f"C{number}", term=term,
            conferred_date="2023-12-15", **award, **person(number),
        )  # fmt: skip


def employers(made: Delivery) -> None:
    """X06 and corrections of wages: person 30 earned at the employer in 2023Q3, training begins before or after."""
    made.add("ui_wage", **wage_of(30, "900.00", ean="5000000001"))
    who = {key: value for key, value in person(30).items()}
    trained = {"ean": "5000000001", "fein": "", "trainee_count": "", "training_end_date": "2023-12-31"}
    for place, (start, breaks) in enumerate((("2023-09-30", True), ("2023-10-01", False)), start=1):
        made.add(
            "mif_iwt_training", "X06", breaks, training_contract_id=f"MIF-2023-{place:04d}", employee_seq="1",
            training_start_date=start, **trained, **who,
        )  # fmt: skip
    company_numbers(made, trained | {"training_start_date": "2023-10-01"})
    rule = "wage_correction_without_original"
    made.add("ui_wage", rule, True, **wage_of(31, "1.00", wage_action="AMEND", filing_seq="2", ean="5000000002"))
    made.add("ui_wage", **wage_of(32, "1.00", ean="5000000003"))
    made.add("ui_wage", rule, False, **wage_of(32, "2.00", wage_action="AMEND", filing_seq="2", ean="5000000003"))


def company_numbers(made: Delivery, trained: dict[str, str]) -> None:
    """33's wage was taken back; 34's employer has the account in the register, 35's only the number on the wage."""
    made.add("employer_master", ean="5000000004", fein="061111111", predecessor_ean="", transfer_date="")
    made.add("ui_wage", **wage_of(33, "800.00", ean="5000000001"))
    made.also("ui_wage", "employer_not_known", True)
    made.add("ui_wage", **wage_of(33, "0.00", ean="5000000001", filing_seq="2", wage_action="VOID"))
    made.add("ui_wage", **wage_of(34, "800.00", ean="5000000004"))
    made.also("ui_wage", "employer_not_known", False)
    made.add("ui_wage", **wage_of(35, "800.00", ean="5000000005", fein="061111111"))
    by_fein = {"ean": "", "fein": "061111111"}
    cases = ((33, {}, True), (34, by_fein, False), (35, by_fein, True), (36, by_fein | {"ssn": ""}, None))
    for number, given, breaks in cases:
        made.add(
            "mif_iwt_training", "X06", breaks, training_contract_id=f"MIF-2023-{number:04d}", employee_seq="1",
            **trained | person(number) | given,
        )  # fmt: skip


def loans(made: Delivery) -> None:
    made.add("career_loan_payment", "loan_payment_without_loan", True, payment_id="CAP-1", loan_id="CAL-NOBODY")
    made.add("career_loan_payment", "loan_payment_without_loan", False, payment_id="CAP-2", loan_id="CAL-PT000001")


@dataclass(frozen=True)
class Evaluated:
    home: Home
    delivery: Delivery
    results: dict[tuple[str, str], tuple[int | None, int]]


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluated]:
    folder = tmp_path_factory.mktemp("cross")
    home, made = Home(folder / "home").ensure(), delivery()
    made.write(folder / "landing")
    for source in made.rows:
        for done in ingest.load_source(home, source, folder / "landing"):
            assert (done.rows_accepted, done.rows_quarantined) == (len(made.rows[source]), 0), (
                done.message, [finding for finding in ingest.validate_file(
                    next((folder / "landing" / source).glob("*.csv")), source).findings if finding.severity == "error"],
            )  # fmt: skip
    yield Evaluated(home, made, see(home))


def see(home: Home) -> dict[tuple[str, str], tuple[int | None, int]]:
    con = duckdb.connect(str(home.warehouse_db))
    ingest.set_visibility(con)
    con.close()
    linkage.link(home, probability=False)  # the invented people are a letter apart
    linkage.write_crosswalk(home)
    return {(rule, source): (failed, checked) for rule, source, failed, checked in cross_file.evaluate(home)}


EVERY = [(rule.id, rule.source) for rule in cross_rules()]


@pytest.mark.parametrize(("rule", "source"), EVERY)
def test_each_rule_is_broken_by_one_row_and_not_by_its_neighbour(evaluated: Evaluated, rule: str, source: str) -> None:
    expected = evaluated.delivery.expected[rule, source]
    assert set(expected.values()) == {True, False}
    found = {
        row
        for (row,) in warehouse(
            evaluated.home,
            f"select row_no from ledger.cross_finding where rule_id = '{rule}' and source = '{source}'",
        )
    }
    assert {row: row in found for row in expected} == expected
    failed, checked = evaluated.results[rule, source]
    assert failed == len(found)
    assert checked >= len(expected)


def test_a_student_whose_dual_credit_has_no_term_is_not_checked(evaluated: Evaluated) -> None:
    """Four first-time students; of one nobody can say in which term the course was."""
    assert evaluated.results["X05", "postsecondary_term"] == (2, 3)


def test_a_trainee_no_wage_can_be_matched_to_is_not_checked(evaluated: Evaluated) -> None:
    """Six trainees; one came without a number and has no wage."""
    assert evaluated.results["X06", "mif_iwt_training"] == (3, 5)


def test_amounts_are_added_up_beside_the_rows(evaluated: Evaluated) -> None:
    assert warehouse(
        evaluated.home,
        "select rows_failed, rows_checked, amount_passed::varchar, amount_failed::varchar from ledger.cross_count "
        "where rule_id = 'X03'",
    ) == [(2, 4, "10000.01", "5100.02")]


def test_the_receipt_says_so_without_an_amount_of_few(evaluated: Evaluated) -> None:
    [receipt] = (evaluated.home.receipts / "cthires_pirl").glob("*/receipt.json")
    broken = next(told for told in json.loads(receipt.read_text())["cross_file"]["broken"] if told["rule_id"] == "X03")
    assert (broken["rows"], broken["amount_unmatched"]) == ([2, 4], None)
    page = receipt.with_name("receipt.html").read_text()
    assert "Against other files" in page
    assert "5000.02" not in page + receipt.read_text()
    lines = list(csv.DictReader(receipt.with_name("findings.csv").open()))
    assert [(line["rule"], line["row"]) for line in lines if line["rule"] == "X03"] == [("X03", "2"), ("X03", "4")]


def test_a_second_evaluation_changes_nothing(evaluated: Evaluated) -> None:
    before = {path: path.stat().st_mtime_ns for path in evaluated.home.receipts.rglob("receipt.html")}
    cross_file.evaluate(evaluated.home)
    assert {path: path.stat().st_mtime_ns for path in evaluated.home.receipts.rglob("receipt.html")} == before


def test_a_rule_whose_other_source_is_not_there_is_not_checked(tmp_path: Path) -> None:
    home, made = Home(tmp_path / "home").ensure(), delivery()
    made.rows = {"cthires_service": made.rows["cthires_service"]}
    made.write(tmp_path / "landing")
    [done] = ingest.load_source(home, "cthires_service", tmp_path / "landing")
    asked = [rule.id for rule in cross_rules() if rule.source == "cthires_service"]
    assert see(home) == {(rule, "cthires_service"): (None, 0) for rule in asked}
    told = json.loads(done.receipt.with_name("receipt.json").read_text())["cross_file"]
    assert told["broken"] == told["passed"] == []
    assert len(told["not_checked"]) == len(asked) > 1
    assert told["not_checked"][0] == {"rule_id": "X01", "missing": ["cthires_participant"]}
    assert "Not checked" in done.receipt.read_text()


def test_every_rule_and_view_is_about_columns_that_are_there(tmp_path: Path) -> None:
    """The rules bind on an empty warehouse with every source, and their wording fits a receipt."""
    from home.sql import literal
    from ingest import cross_views as views
    from ingest import ledger
    from ingest.engine import scratch_engine

    home = Home(tmp_path / "home").ensure()
    con = duckdb.connect(str(home.warehouse_db))
    ledger.ensure(con)
    con.execute("create schema linkage")
    con.execute(
        "create table linkage.person_crosswalk (identity_key uuid, person_key varchar, person_has_valid_ssn boolean)"
    )
    con.close()
    with scratch_engine(None) as con:
        con.execute(f"attach {literal(str(home.warehouse_db))} as warehouse")
        views.make_build(con)
        for source in contracts.sources().values():
            views.make_source(con, source, batches=2)
        for view in cross_views():
            views.make_view(con, view)
        cross_file._make_results(con)
        for rule in cross_rules():
            cross_file._ask(con, rule)
            assert rule.message[0].islower() or rule.message.startswith("CTHires")
            assert rule.fix.endswith(".")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("severity: warning", "unknown key"),
        ("  passes: ", "'passes' is missing"),
        ("needs: [cthires_participant]", "is not a source"),
        ("columns: [participant_id]", "is not a field of"),
        ("severity: warning ", "severity is one of"),
        ("cthires_participant p", "does not read it"),
        ("  severity", "names no source"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(tmp_path: Path, change: str, words: str) -> None:
    rule = (
        "X01:\n  sources: [cthires_service]\n  needs: [cthires_participant]\n  columns: [participant_id]\n"
        "  severity: warning \n  passes: exists (select 1 from cthires_participant p)\n  message: m\n  fix: F.\n"
        "  citation: c\n"
    )
    other = {
        "severity: warning": "odd: 1\n  severity: warning",
        "  passes: ": "  applies: ",
        "needs: [cthires_participant]": "needs: [nobody]",
        "columns: [participant_id]": "columns: [nothing]",
        "severity: warning ": "severity: note",
        "cthires_participant p": "nothing p",
        "  severity": "  each: sex\n  severity",
    }[change]
    path = tmp_path / "cross_rules.yml"
    path.write_text(rule.replace(change, other, 1))
    with pytest.raises(ContractError, match=re.escape(words)):
        cross_rules(path)
