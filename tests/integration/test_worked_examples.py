"""Worked examples O1, O2, O3, O5, O8, O9 and O12 from landed files to the published report, by hand.

Every example has a workforce area to itself, so one run answers them all and no example can help another:
O2 East, O3 North Central, O3 with its eighth exiter Southwest, O8 Northwest, O9 South Central; O5 and the leap
year of O1 have a programme to themselves, and so has O12.
"""

from __future__ import annotations

import csv
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.landing import Landing, Person
from tests.support.running import query, run_here, workforce

pytestmark = pytest.mark.slow

AS_OF = "2026-01-31"
NEWEST = "20260131"


class Case:
    """Adds one person at a time; the running number keeps identifiers apart."""

    def __init__(self) -> None:
        self.landing = Landing()
        self.count = 0

    def person(self) -> Person:
        self.count += 1
        return Person(self.count)

    def participant(self, wda: str, entry: str, exit_date: str = "", extract: str = NEWEST, **values: str) -> Person:
        person = self.person()
        self.landing.add(
            "cthires_participant",
            values.pop("period", "2025Q4"),
            extract,
            participant_id=person.participant_id,
            **person.identifiers(),
            birth_date=person.birth_date,
            wda_code=wda,
            entry_date=entry,
            exit_date=exit_date,
            **values,
        )
        return person

    def service(self, person: Person, start: str, end: str = "", extract: str = NEWEST, **values: str) -> None:
        period = values.pop("period", "2025Q4")
        number = len(self.landing.rows.get(("cthires_service", period, extract), []))
        self.landing.add(
            "cthires_service",
            period,
            extract,
            service_id=f"S{extract}{number:05d}",
            participant_id=person.participant_id,
            start_date=start,
            end_date=end or start,
            **values,
        )

    def event(self, person: Person, entry: str, event_type: str, date: str, **values: str) -> None:
        self.landing.add(
            "cthires_event",
            "2025Q4",
            NEWEST,
            participant_id=person.participant_id,
            entry_date=entry,
            event_type=event_type,
            event_date=date,
            **values,
        )

    def follow_up(self, person: Person, exit_date: str, quarter: str, **values: str) -> None:
        year, number = quarter.split("Q")
        seen = {"1": f"{year}-04-20", "2": f"{year}-07-20", "3": f"{year}-10-20", "4": f"{int(year) + 1}-01-20"}[number]
        self.landing.add(
            "followup_employment",
            "2025Q4",
            NEWEST,
            participant_id=person.participant_id,
            exit_date=exit_date,
            followup_quarter=quarter,
            followup_verified_date=seen,
            **values,
        )

    def apprentice(self, person: Person, registered: str) -> None:
        self.landing.add(
            "apprenticeship",
            "2025",
            NEWEST,
            ApprenticeID=f"A{person.number:05d}",
            **person.identifiers(),
            DOB=person.birth_date,
            EnrolledDate=registered,
        )


def employment_rate(case: Case) -> None:
    """O2, East: 3 of 5."""
    one = case.participant("EAST", "2022-03-01", "2022-07-01")
    case.landing.add_wage(one, "2023Q1", "6000.00")
    two = case.participant("EAST", "2022-03-01", "2022-09-30")
    case.landing.add_wage(two, "2023Q2", "7000.00")
    three = case.participant("EAST", "2022-03-01", "2023-06-30")
    case.landing.add_wage(three, "2023Q4", "0.01")
    case.participant("EAST", "2022-03-01", "2022-12-31", exit_reason="03")
    five = case.participant("EAST", "2022-03-01", "2022-06-30")
    case.landing.add_wage(five, "2022Q4", "5000.00")
    six = case.participant("EAST", "2022-03-01", "2023-02-10")
    case.apprentice(six, "2023-03-01")
    seven = case.participant("EAST", "2022-03-01", "2023-01-05")
    case.follow_up(seven, "2023-01-05", "2023Q3", is_subsidised_job="1", followup_earnings_usd="4000.00")
    case.participant("EAST", "2022-03-01", "2022-10-15", exit_reason="02")
    nine = case.participant("EAST", "2022-03-01", "2022-10-15", level="4")
    case.landing.add_wage(nine, "2023Q2", "9000.00")


def median_earnings(case: Case, wda: str, with_eighth: bool) -> None:
    """O3: employment 5 of 7 with one pending, median 5,500.25; with H 5,900.50."""
    a = case.participant(wda, "2022-02-01", "2022-08-10")
    case.landing.add_wage(a, "2023Q1", "2200.00", ean="0000000201", fein="061000201")
    case.landing.add_wage(a, "2023Q1", "2000.00", ean="0000000202", fein="061000202")
    for exit_date, quarter, wage in (
        ("2022-09-15", "2023Q1", "5100.00"),
        ("2022-11-20", "2023Q2", "5900.50"),
        ("2023-01-31", "2023Q3", "7250.25"),
    ):
        person = case.participant(wda, "2022-02-01", exit_date)
        case.landing.add_wage(person, quarter, wage)
    case.participant(wda, "2022-02-01", "2022-10-05")  # E: no wage, quarter complete
    case.participant(wda, "2022-02-01", "2023-05-15")  # F: 2023Q4 is not complete
    g = case.participant(wda, "2022-02-01", "2022-12-12")
    case.apprentice(g, "2023-04-02")
    if with_eighth:
        h = case.participant(wda, "2022-02-01", "2022-10-28")
        case.landing.add_wage(h, "2023Q2", "9000.00")


def credential_attainment(case: Case) -> None:
    """O8, Northwest: 4 of 6."""

    def trained(entry: str, last_day: str, training_type: str, **values: str) -> Person:
        person = case.participant("NW", entry, **values)
        case.service(person, entry)
        case.service(person, entry, last_day, service_code="TRAINING", training_type=training_type)
        return person

    one = trained("2022-01-10", "2022-03-31", "06")
    case.event(one, "2022-01-10", "CRED", "2023-03-31", credential_type="5")
    two = trained("2022-01-10", "2022-03-31", "06")
    case.event(two, "2022-01-10", "CRED", "2023-04-01", credential_type="5")
    trained("2022-01-10", "2022-05-15", "01")
    four = case.participant("NW", "2022-03-01", "2022-08-01", in_secondary="1", educ_level="0")
    case.event(four, "2022-03-01", "DIPLOMA", "2022-07-20")
    case.landing.add_wage(four, "2023Q2", "4100.00")
    five = case.participant(
        "NW", "2022-03-01", "2022-08-01", in_secondary="1", educ_level="0", post_exit_enrol_date="2023-09-01"
    )
    case.event(five, "2022-03-01", "DIPLOMA", "2022-07-20")
    six = case.participant("NW", "2022-02-01", "2022-11-30", in_postsecondary="1")
    case.event(six, "2022-02-01", "CRED", "2022-05-20", credential_type="2")
    seven = trained("2022-10-01", "2023-01-02", "06")
    case.event(seven, "2022-10-01", "CRED", "2023-01-20", credential_type="4")
    eight = trained("2022-01-10", "2022-06-10", "06", exit_reason="01", exit_date="2022-06-10")
    case.event(eight, "2022-01-10", "CRED", "2022-06-01", credential_type="5")
    nine = trained("2022-04-01", "2022-10-05", "06", in_secondary="1", educ_level="0")
    case.event(nine, "2022-04-01", "DIPLOMA", "2022-09-20")
    case.event(nine, "2022-04-01", "CRED", "2023-02-01", credential_type="6")


def skill_gains(case: Case) -> None:
    """O9, South Central: 3 of 5."""
    one = case.participant("SC", "2023-08-20", "2024-04-30", educ_training_date="2023-09-01")
    case.event(one, "2023-08-20", "MSG_MILE", "2024-02-01")
    two = case.participant("SC", "2023-04-20", "2023-08-15", educ_training_date="2023-05-01")
    case.event(two, "2023-04-20", "MSG_SKILL", "2023-06-20")
    case.participant("SC", "2024-05-01", "2024-09-30", educ_training_date="2024-06-30")
    four = case.participant("SC", "2023-08-20", "2024-04-30", educ_training_date="2023-09-01")
    case.event(four, "2023-08-20", "MSG_PS", "2023-12-15")
    case.event(four, "2023-08-20", "MSG_SKILL", "2024-03-15")
    five = case.participant("SC", "2023-08-20", "2024-04-30")
    case.event(five, "2023-08-20", "MSG_MILE", "2024-01-15")
    six = case.participant("SC", "2023-01-20", "2023-06-30", educ_training_date="2023-02-01")
    case.event(six, "2023-01-20", "MSG_MILE", "2023-06-15")
    seven = case.participant("SC", "2023-08-20", "2024-01-31", exit_reason="03", educ_training_date="2023-09-01")
    case.event(seven, "2023-08-20", "MSG_MILE", "2024-01-15")
    eight = case.participant("SC", "2023-08-20", "2024-06-15", educ_training_date="2023-09-05")
    case.event(eight, "2023-08-20", "DIPLOMA", "2024-05-30")


def ninety_days(case: Case) -> dict[str, Person]:
    """O5, programme TAA: the first files are taken on 2023-04-09, the later services reported after."""
    early = {"extract": "20230409", "period": "2023Q1"}
    late = {"extract": "20230630", "period": "2023Q2"}
    people = {}
    for name, following in (
        ("after_89_days", "2023-04-14"),
        ("after_90_days", "2023-04-15"),
        ("after_91_days", "2023-04-16"),
        ("no_later_service", ""),
        ("served_until_the_21st", ""),
        ("planned_gap", "2023-05-20"),
    ):
        gap = {"planned_gap_from": "2023-02-01", "planned_gap_to": "2023-05-31"} if name == "planned_gap" else {}
        person = case.participant("EAST", "2022-11-01", program_code="TAA", **early, **gap)
        case.service(person, "2022-11-01", "2022-12-20", program_code="TAA", **early)
        last = "2023-01-21" if name == "served_until_the_21st" else "2023-01-15"
        case.service(person, "2022-12-20", last, program_code="TAA", **early)
        case.service(person, "2023-02-20", service_code="FOLLOW_UP", program_code="TAA", **early)
        case.service(person, "2023-03-10", service_code="SUPPORTIVE", program_code="TAA", **early)
        if following:
            case.service(person, following, program_code="TAA", **late)
        people[name] = person
    return people


EARLY = {"extract": "20230409", "period": "2023Q1", "program_code": "SYEP"}
"""Exits of 2022-02-10, on file before anybody reports a death: second quarter 2022Q3, fourth 2023Q1."""


def learned_later(case: Case) -> None:
    """e17, North Central: one dies in the second quarter, one before it, one is ill when the fourth begins."""
    for kind, day, end in (
        ("DEATH", "2022-07-02", ""),
        ("DEATH", "2022-06-30", ""),
        ("MEDICAL", "2022-11-15", "2023-03-15"),
        ("", "", ""),
    ):
        person = case.participant("NC", "2021-11-01", "2022-02-10", **EARLY)
        for quarter in ("2022Q3", "2023Q1"):
            case.landing.add_wage(person, quarter, "5000.00", ean="0000000404", fein="061000404")
        if kind:
            case.landing.add(
                "death_or_exclusion",
                "2023",
                "20230630",
                exclusion_person_id=person.participant_id,
                **person.identifiers(),
                birth_date=person.birth_date,
                exclusion_type=kind,
                exclusion_date=day,
                exclusion_end_date=end,
            )


def evidence_and_employers(case: Case) -> None:
    """e20, e22, s12, Southwest and, outside WIOA, Northwest: exits of 2022-02-10 again."""
    for wda, program in (("SW", "DWG"), ("NW", "BESTCHANCE")):
        entered = {"program_code": program}
        both = case.participant(wda, "2021-11-01", "2022-02-10", **entered)
        case.landing.add_wage(both, "2022Q3", "3000.00", ean="0000000501", fein="061000501")
        case.landing.add_wage(both, "2023Q1", "3000.00", ean="0000000502", fein="061000502")
        case.follow_up(both, "2022-02-10", "2022Q3", followup_source="SWIS", followup_earnings_usd="500.00")
        case.follow_up(both, "2022-02-10", "2022Q3", followup_source="SELF", followup_earnings_usd="9000.00")
        away = case.participant(wda, "2021-11-01", "2022-02-10", **entered)
        case.follow_up(away, "2022-02-10", "2022Q3", followup_source="SWIS", followup_earnings_usd="4100.00")
        federal = case.participant(wda, "2021-11-01", "2022-02-10", **entered)
        case.follow_up(federal, "2022-02-10", "2022Q3", followup_source="FEDERAL")
    for ean, fein, successor in (("0000000501", "061000501", "0000000503"), ("0000000503", "061000503", "0000000502")):
        case.landing.add(
            "employer_master",
            "2025",
            NEWEST,
            ean=ean,
            fein=fein,
            successor_ean=successor,
            transfer_date="2022-10-01",
        )


def leap_year(case: Case) -> None:
    """O1: exit 2023-03-01, credential 2024-02-29 counts and 2024-03-01 does not; programme DWG."""
    for date in ("2024-02-29", "2024-03-01"):
        person = case.participant("NC", "2022-12-01", "2023-03-01", program_code="DWG", in_postsecondary="1")
        case.event(person, "2022-12-01", "CRED", date, credential_type="5", program_code="DWG")


def calendar(case: Case) -> None:
    """O1: exits on either side of New Year are measured in 2023Q2 and 2023Q3; programme JVSG, one area each."""
    for wda, exit_date, quarter in (("EAST", "2022-12-31", "2023Q2"), ("SW", "2023-01-01", "2023Q3")):
        person = case.participant(wda, "2022-09-01", exit_date, program_code="JVSG")
        case.landing.add_wage(person, quarter, "8000.00", ean="0000000303", fein="061000303")


def adult_education(case: Case) -> dict[str, Person]:
    """O12, adult education in programme year 2022: five participants, six periods; level ABE3 is 217 to 227 points."""
    people = {}

    def period(name: str, hours: str, last_day: str, entry: str = "2022-09-05", **values: str) -> None:
        person = people.setdefault(name, case.person())
        case.landing.add(
            "adult_ed",
            "PY2022",
            "20231001",
            student_id=f"LA{person.number:05d}",
            **person.identifiers(),
            birth_date=person.birth_date,
            entry_date=entry,
            last_activity_date=last_day,
            pop_hours=hours,
            total_hours=values.pop("total_hours", hours),
            **{"program_type": "ABE", "entering_efl": "ABE3"} | values,
        )

    def test(name: str, kind: str, form: str, day: str, score: str) -> None:
        student = f"LA{people[name].number:05d}"
        values = {"student_id": student, "form": form, "test_date": day, "score": score, "pre_post": kind}
        case.landing.add("adult_ed_assessment", "PY2022", "20231001", **values)

    period("L1", "11.9", "2022-12-16")
    period("L2", "12.0", "2022-12-16")
    period("L3", "40", "2023-03-10")
    test("L3", "PRE", "903R", "2022-09-06", "227")
    test("L3", "POST", "904R", "2023-03-09", "228")
    again = {"total_hours": "50", "program_type": "ASE", "entering_efl": "ABE5"}
    period("L4", "30", "2022-10-01", **again)
    diploma = {"diploma_type": "GED", "diploma_date": "2023-05-20"}
    period("L4", "20", "2023-05-20", entry="2023-01-10", pop_number="2", **again, **diploma)
    period("L5", "30", "2022-10-01", total_hours="38")
    period("L5", "8", "2023-02-10", entry="2023-01-10", pop_number="2", total_hours="38")
    period("L6", "40", "2023-03-10", program_type="CORR;ABE", exit_date="2023-03-10", exit_reason="07")
    test("L6", "PRE", "903R", "2022-09-06", "217")
    test("L6", "POST", "904R", "2023-03-09", "238")
    for name, month in (("L3", "2022-09"), ("L3", "2022-10")):
        case.landing.add(
            "adult_ed_hours", "PY2022", "20231001", student_id=f"LA{people[name].number:05d}", month=month, hours="20"
        )
    return people


def background_wages(case: Case) -> None:
    """Workers outside every programme: 2022Q4 has 40 rows, 2023Q4 10, so 2023Q4 is not complete (s6)."""
    for quarter, rows in (("2022Q4", 40), ("2023Q4", 10)):
        for _ in range(rows):
            case.landing.add_wage(case.person(), quarter, "9100.00", ean="0000000999", fein="061000999")
    for key in case.landing.manifests:
        if key[1] == "2023Q4":
            case.landing.manifests[key] = {"final": False}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, Person]]:
    folder = tmp_path_factory.mktemp("worked")
    case = Case()
    employment_rate(case)
    median_earnings(case, "NC", with_eighth=False)
    median_earnings(case, "SW", with_eighth=True)
    credential_attainment(case)
    skill_gains(case)
    people = ninety_days(case)
    leap_year(case)
    calendar(case)
    adult_education(case)
    learned_later(case)
    evidence_and_employers(case)
    background_wages(case)
    landing = case.landing.write(folder / "landing")
    home = folder / "home"
    run_here(home, landing, AS_OF)
    return home, landing, people


def indicator(home: Path, program: str, wda: str, code: str, year: int = 2023) -> dict:
    columns = (
        "numerator_count, denominator_count, indicator_share, median_usd, "
        "pending_count, unmatched_count, excluded_count"
    )
    rows = query(
        home,
        f"select {columns} from rpt_wioa_indicator where program_year = ? and report_type = 'ANNUAL' "
        "and program_code = ? and wda_code = ? and slice_code = 'ALL' and slice_value = 'ALL' and indicator_code = ?",
        [year, program, wda, code],
    )
    assert len(rows) == 1, f"{program} {wda} {code} {year}: {len(rows)} rows"
    return dict(zip(columns.split(", "), rows[0], strict=True))


def test_o2_employment_rate_in_the_second_quarter_is_three_of_five(world) -> None:
    found = indicator(world[0], "ADULT", "EAST", "EMP_Q2")
    assert (found["numerator_count"], found["denominator_count"]) == (3, 5)
    assert float(found["indicator_share"]) == pytest.approx(0.6)
    assert found["excluded_count"] == 2
    assert found["pending_count"] == 0


def test_o3_median_earnings_leave_out_who_has_no_known_pay(world) -> None:
    rate = indicator(world[0], "ADULT", "NC", "EMP_Q2")
    assert (rate["numerator_count"], rate["denominator_count"], rate["pending_count"]) == (5, 7, 1)
    median = indicator(world[0], "ADULT", "NC", "MEDIAN_Q2")
    assert median["median_usd"] == Decimal("5500.25")
    assert median["denominator_count"] == 4


def test_o3_an_eighth_exiter_moves_the_median_to_the_middle_value(world) -> None:
    median = indicator(world[0], "ADULT", "SW", "MEDIAN_Q2")
    assert median["median_usd"] == Decimal("5900.50")
    assert median["denominator_count"] == 5


def test_o8_credential_attainment_is_four_of_six(world) -> None:
    found = indicator(world[0], "ADULT", "NW", "CREDENTIAL")
    assert (found["numerator_count"], found["denominator_count"]) == (4, 6)
    assert found["excluded_count"] == 1


def test_o9_skill_gains_are_three_of_five(world) -> None:
    found = indicator(world[0], "ADULT", "SC", "MSG")
    assert (found["numerator_count"], found["denominator_count"]) == (3, 5)
    assert found["excluded_count"] == 1


def test_o1_credential_on_the_leap_day_counts_and_the_day_after_does_not(world) -> None:
    found = indicator(world[0], "DWG", "NC", "CREDENTIAL", year=2024)
    assert (found["numerator_count"], found["denominator_count"]) == (1, 2)


@pytest.mark.parametrize("wda", ["EAST", "SW"])
def test_o1_second_quarter_after_exit_follows_the_calendar_quarter(world, wda: str) -> None:
    found = indicator(world[0], "JVSG", wda, "EMP_Q2")
    assert (found["numerator_count"], found["denominator_count"]) == (1, 1)


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("ALL", (6, 5, Decimal("172.00"), 2, 1, 0, 3, 0, 3, 6, Decimal("0.500000"), 0)),
        ("FIRST", (5, 5, Decimal("152.00"), 2, 0, 0, 3, 0, 2, 5, Decimal("0.400000"), 0)),
    ],
)
def test_o12_adult_education_gains_in_three_of_six_periods_and_two_of_five_first_ones(world, basis, expected) -> None:
    columns = (
        "participation_count, person_count, attendance_hours, level_gain_count, diploma_count, other_gain_count, "
        "separated_count, remaining_count, numerator_count, denominator_count, skill_gain_share, excluded_count"
    )
    where = "program_year = 2022 and entering_efl_code = 'ALL' and period_basis_code = ?"
    assert query(world[0], f"select {columns} from rpt_nrs_table_4 where {where}", [basis]) == [expected]


def test_o12_section_225_leaves_the_exit_outcomes_and_keeps_the_skill_gain(world) -> None:
    gain = indicator(world[0], "ADULT_ED", "ALL", "MSG", year=2022)
    assert (gain["numerator_count"], gain["denominator_count"], gain["excluded_count"]) == (3, 6, 0)
    left = indicator(world[0], "ADULT_ED", "ALL", "EMP_Q2")
    assert (left["denominator_count"], left["excluded_count"]) == (5, 1)
    columns = "period_basis_code, exited_count, denominator_count, excluded_count"
    table = query(
        world[0],
        f"select {columns} from rpt_nrs_table_5 where program_year = 2023 and metric_code = 'EMP_Q2' order by 1",
    )
    assert table == [("ALL", 6, 5, 1), ("FIRST", 5, 4, 1)]


def test_o12_status_at_entry_adds_up_to_the_participants(world) -> None:
    lines = query(
        world[0],
        "select line_code, numerator_count, denominator_count from rpt_nrs_table_6 "
        "where program_year = 2022 and section_code = 'EMPLOYMENT_STATUS'",
    )
    assert lines == [("0", 5, 5)]
    hours = query(world[0], "select month_start_date::varchar, instruction_hours from fct_instruction_month order by 1")
    assert hours == [("2022-09-01", Decimal("20.00")), ("2022-10-01", Decimal("20.00"))]


def test_o1_programme_year_of_a_date_starts_in_july(world) -> None:
    rows = query(
        world[0], "select quarter, program_year from dim_quarter where quarter in ('2023Q2', '2023Q3') order by quarter"
    )
    assert rows == [("2023Q2", 2022), ("2023Q3", 2023)]


def test_trace_goes_from_a_figure_to_the_rows_of_the_files(world, tmp_path: Path) -> None:
    home, landing, _ = world
    cell = "report_quarter = '2024Q2' and report_type = 'ANNUAL' and program_code = 'ADULT' and wda_code = 'EAST' "
    cell += "and slice_code = 'ALL'"
    out = tmp_path / "rows.csv"
    told = workforce(
        home, "trace", "rpt_wioa_indicator", "--where", f"{cell} and indicator_code = 'EMP_Q2'", "--out", str(out)
    ).stdout
    assert "denominator 5 ✓, numerator 3 ✓" in told
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert len({row["period_key"] for row in rows}) == 5 + 2, "who is excluded is behind the count of exclusions"
    wages = {row["period_key"]: row for row in rows if row["source"] == "ui_wage"}
    [file] = {row["file_name"] for row in wages.values() if "2023Q1" in row["file_name"]}
    [row] = [row for row in wages.values() if row["file_name"] == file]
    [path] = landing.rglob(file)
    line = path.read_text(encoding="utf-8").splitlines()[int(row["row_no"])]
    assert "6000.00" in line, "rows count from 1 after the header"
    back = workforce(home, "trace", "--file", file, "--row", row["row_no"]).stdout
    assert row["period_key"] in back and "EMP_Q2" in back


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rpt_wioa_indicator", "--where", "nonsense = 1"], "--where cannot be read"),
        (["rpt_wioa_indicator", "--where", "program_year = 1901"], "--where matches 0 rows"),
        (["rpt_nothing"], "There is no report rpt_nothing"),
        (["--file", "nothing.csv", "--row", "2"], "No file nothing.csv has been loaded"),
    ],
)
def test_trace_says_in_a_sentence_what_it_cannot_find(world, arguments: list[str], said: str) -> None:
    done = workforce(world[0], "trace", *arguments, check=False)
    assert done.returncode == 2 and said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def periods(home: Path) -> dict[str, list[tuple[str, str | None]]]:
    """TAA periods by the name of the person in the example; entry and exit as text."""
    rows = query(
        home,
        "select participant_id, entry_date::varchar, exit_date::varchar from fct_participation "
        "where program_code = 'TAA' order by participant_id, entry_date",
    )
    found: dict[str, list[tuple[str, str | None]]] = {}
    for participant_id, entry, exit_date in rows:
        found.setdefault(participant_id, []).append((entry, exit_date))
    return found


def test_o5_ninety_days_without_service_end_a_period(world) -> None:
    home, _, people = world
    found = periods(home)
    by_name = {name: found[person.participant_id] for name, person in people.items()}
    assert by_name["after_89_days"] == [("2022-11-01", "2023-04-14")]
    assert by_name["after_90_days"] == [("2022-11-01", "2023-04-15")]
    assert by_name["after_91_days"] == [("2022-11-01", "2023-01-15"), ("2023-04-16", "2023-04-16")]
    assert by_name["no_later_service"] == [("2022-11-01", "2023-01-15")]
    assert by_name["planned_gap"] == [("2022-11-01", "2023-05-20")]
    assert by_name["served_until_the_21st"] == [("2022-11-01", "2023-01-21")]


def test_o5_an_exit_is_known_only_after_ninety_days(world) -> None:
    """On 16 April the service of 15 January is 91 days ago, that of 21 January 85."""
    home, landing, people = world
    earlier = shutil.copytree(home, home.parent / "home-2023-04-16", symlinks=True)
    run_here(earlier, landing, "2023-04-16")
    # e17: nobody had reported the deaths by then.
    assert indicator(earlier, "SYEP", "NC", "EMP_Q2", year=2022)["excluded_count"] == 0
    found = periods(earlier)
    assert found[people["no_later_service"].participant_id] == [("2022-11-01", "2023-01-15")]
    assert found[people["served_until_the_21st"].participant_id] == [("2022-11-01", None)]


def test_e17_a_reason_learned_later_leaves_out_the_quarters_it_is_in_force_for(world) -> None:
    second = indicator(world[0], "SYEP", "NC", "EMP_Q2", year=2022)
    assert (second["numerator_count"], second["denominator_count"], second["excluded_count"]) == (3, 3, 1)
    fourth = indicator(world[0], "SYEP", "NC", "EMP_Q4")
    assert (fourth["numerator_count"], fourth["denominator_count"], fourth["excluded_count"]) == (1, 1, 3)
    reasons = query(
        world[0],
        "select reason_code, count(*) from rpt_wioa_participation "
        "where program_code = 'SYEP' and indicator_code = 'EMP_Q4' group by reason_code order by reason_code",
    )
    assert reasons == [("EXCLUDED_02", 1), ("EXCLUDED_03", 2), ("WAGE_RECORD", 1)]


@pytest.mark.parametrize(
    ("program", "wda", "employed", "median"),
    [("DWG", "SW", 3, Decimal("3800.00")), ("BESTCHANCE", "NW", 2, Decimal("3000.00"))],
)
def test_e20_wage_records_of_other_states_serve_wioa_only(world, program, wda, employed, median) -> None:
    """3,000.00 and 500.00 add up, the stated 9,000.00 does not count beside them; a federal job has no known pay."""
    rate = indicator(world[0], program, wda, "EMP_Q2", year=2022)
    assert (rate["numerator_count"], rate["denominator_count"]) == (employed, 3)
    found = indicator(world[0], program, wda, "MEDIAN_Q2", year=2022)
    assert (found["median_usd"], found["denominator_count"]) == (median, employed - 1)


def test_e22_an_employer_taken_over_twice_is_the_same_employer(world) -> None:
    found = indicator(world[0], "DWG", "SW", "RETENTION")
    assert (found["numerator_count"], found["denominator_count"]) == (1, 1)


def test_the_rolling_report_of_the_last_quarter_of_a_year_is_the_annual_one(world) -> None:
    columns = "program_code, wda_code, indicator_code, numerator_count, denominator_count, median_usd, pending_count"
    annual, rolling = (
        query(
            world[0],
            f"select {columns} from rpt_wioa_indicator where report_type = ? and report_quarter = '2024Q2' "
            "and slice_code = 'ALL' order by all",
            [kind],
        )
        for kind in ("ANNUAL", "ROLLING_4Q")
    )
    assert annual == rolling
    assert len(annual) > 30
