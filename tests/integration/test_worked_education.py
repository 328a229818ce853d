"""Worked cases of dual credit, college, pathways and credentials, from landed files to the published reports, by hand.

One run answers them all: e23, e28, e29, e32, the 16 months, three credits, chains, the windows of a pathway.
Known on 2026-01-31. Every case is invented.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.education_lives import NEWEST, UCONN, Lives
from tests.support.landing import Person
from tests.support.running import query, run_here

pytestmark = pytest.mark.slow

AS_OF = "2026-01-31"


def dual_credit_lives(lives: Lives) -> None:
    """School year 2022: five students, five enrolments."""
    believed = lives.person("college_is_believed")
    lives.dual_credit(believed, 2022, term="Fall 2022", session_start="2022-08-28", reporter="HS", grade="A")
    lives.dual_credit(believed, 2022, grade="D", college_credit_earned="0", session_start="2022-08-28")
    last_day = lives.person("last_day")
    lives.dual_credit(last_day, 2022, modality="CONCURRENT", subject="Mathematics", course_id="MAT137")
    enrolled = {"enrollment_status": "F", "class_level": "F"}
    lives.clearinghouse(last_day, enrollment_begin_date="20241031", enrollment_end_date="20241215", **enrolled)
    day_after = lives.person("day_after")
    lives.dual_credit(day_after, 2022)
    lives.clearinghouse(day_after, enrollment_begin_date="20241101", enrollment_end_date="20241215", **enrolled)
    seen_at_college = lives.person("seen_at_college")
    lives.dual_credit(seen_at_college, 2022)
    lives.term(seen_at_college, "202310", student_type="1", enrollment_status="LHT")
    lives.term(seen_at_college, "202410", ihe_unitid=UCONN, student_type="1", enrollment_begin_date="2023-08-28")
    lives.term(seen_at_college, "202510", ihe_unitid=UCONN, student_type="3", enrollment_begin_date="2024-08-28")
    two_years = lives.person("two_years")
    lives.dual_credit(two_years, 2022, college_credit_attempted="2", college_credit_earned="2")
    lives.dual_credit(two_years, 2023, college_credit_attempted="1", college_credit_earned="1", course_id="HIS101")
    lives.clearinghouse(two_years)


def credential_lives(lives: Lives) -> None:
    one = lives.person("one_degree_three_reports")
    lives.participant(one, "2023-02-01", "2024-05-31", wda_code="NW", in_postsecondary="1")
    lives.landing.add(
        "cthires_event",
        "2025Q4",
        NEWEST,
        participant_id=one.participant_id,
        entry_date="2023-02-01",
        event_type="CRED",
        event_date="2024-06-01",
        credential_type="2",
    )
    lives.award(one, "202430", "2024-05-23", "AS")
    lives.clearinghouse(
        one, graduated="Y", graduation_date="20240520", degree_title="ASSOCIATE OF SCIENCE", degree_cip_1="520201"
    )
    unreported = lives.person("college_alone_reports")
    lives.participant(unreported, "2023-02-01", "2024-05-31", wda_code="NW", in_postsecondary="1")
    lives.award(unreported, "202430", "2024-05-23", "AS", cip_code="010309")
    chain = lives.person("chain")
    lives.award(chain, "202230", "2022-05-20", "CERT_LT1", cip_code="513902")
    lives.award(chain, "202330", "2023-05-23", "AS", cip_code="513801")
    lives.award(chain, "202530", "2025-05-23", "BS", cip_code="513801", ihe_unitid=UCONN)


def pathway_lives(lives: Lives) -> None:
    """Adult education, workforce programme within 365 days or while it lasts, two-year college after it."""
    whole = lives.person("whole_way")
    lives.adult_ed(whole, "2021-09-01", "2022-03-10", "2022")
    lives.participant(whole, "2023-03-10", "2023-06-30")
    lives.term(whole, "202410", enrollment_begin_date="2023-08-28", enrollment_end_date="2023-12-15")
    lives.term(whole, "202610", student_type="3", enrollment_begin_date="2025-08-28", enrollment_end_date="2025-12-15")
    late = lives.person("a_day_late")
    lives.adult_ed(late, "2021-09-01", "2022-03-10", "2022")
    lives.participant(late, "2023-03-11", "2023-06-30")
    both = lives.person("at_the_same_time")
    lives.adult_ed(both, "2021-09-01", "2022-03-10", "2022")
    lives.participant(both, "2021-10-01", "2022-04-30")
    lives.term(both, "202230", enrollment_begin_date="2022-01-22", enrollment_end_date="2022-05-12")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Person]]:
    folder = tmp_path_factory.mktemp("education")
    lives = Lives()
    dual_credit_lives(lives)
    credential_lives(lives)
    pathway_lives(lives)
    home = folder / "home"
    run_here(home, lives.landing.write(folder / "landing"), AS_OF)
    return home, lives.people


def dual_credit(home: Path, metric: str, year: int = 2022, level: str = "ALL", **cell: str) -> dict:
    columns = "numerator_count, denominator_count, credits_earned, pending_count, unmatched_count, excluded_count"
    where = "".join(f" and {column} = ?" for column in cell)
    rows = query(
        home,
        f"select {columns} from rpt_dual_credit where metric_code = ? and school_year = ? and level_code = ?{where}",
        [metric, year, level, *cell.values()],
    )
    assert len(rows) == 1, f"{metric} {year} {level} {cell}: {len(rows)} rows"
    return dict(zip(columns.split(", "), rows[0], strict=True))


def funnel(home: Path, pathway: str) -> list[tuple]:
    return query(
        home,
        "select step_order, numerator_count, denominator_count, median_days_from_previous from rpt_pathway "
        "where pathway_code = ? and cohort_code = 'ALL' and slice_code = 'ALL' order by step_order",
        [pathway],
    )


def test_e29_the_college_is_believed_about_a_course_both_report(world) -> None:
    found = dual_credit(world[0], "DC_COURSE")
    assert (found["numerator_count"], found["denominator_count"]) == (4, 5)
    assert found["credits_earned"] == Decimal("11.00")
    assert query(
        world[0],
        "select reporter_code, grade_code, is_completed, term_code from fct_dual_credit_course where report_count = 2",
    ) == [("IHE", "D", False, "202310")]


def test_dual_credit_is_broken_down_by_rows(world) -> None:
    concurrent = dual_credit(world[0], "DC_COURSE", level="MODALITY", modality_code="CONCURRENT")
    assert (concurrent["numerator_count"], concurrent["denominator_count"]) == (1, 1)
    english = dual_credit(world[0], "DC_COMPLETED", level="SUBJECT", subject_name="English")
    assert (english["numerator_count"], english["denominator_count"]) == (3, 4)


def test_three_credits_add_up_over_the_years(world) -> None:
    first, second = (dual_credit(world[0], "DC_THREE_CREDITS", year) for year in (2022, 2023))
    assert (first["numerator_count"], first["denominator_count"]) == (3, 5)
    assert (second["numerator_count"], second["denominator_count"]) == (1, 1)


def test_college_begins_within_sixteen_months_of_the_last_school_year(world) -> None:
    """31 October 2024 counts, 1 November does not; who goes on in 2023 has not left; nobody was asked about one."""
    found = dual_credit(world[0], "COLLEGE_16M")
    assert (found["numerator_count"], found["denominator_count"]) == (2, 4)
    assert (found["excluded_count"], found["unmatched_count"], found["pending_count"]) == (1, 1, 0)
    later = dual_credit(world[0], "COLLEGE_16M", 2023)
    assert (later["numerator_count"], later["denominator_count"], later["pending_count"]) == (0, 1, 0)
    report = query(
        world[0],
        "select college_level_code, numerator_count from rpt_college_transition where program_code = 'DUAL_CREDIT' "
        "and program_year = 2022 and slice_code = 'ALL' and metric_code = 'COLLEGE_16M' order by 1",
    )
    assert report == [("2", 1), ("4", 1), ("ALL", 2)]


def test_e28_a_dual_credit_student_among_college_students_has_not_entered_college(world) -> None:
    terms = query(
        world[0],
        "select term_code, is_high_school_term, is_first_entry from fct_ps_term where institution_code = ? "
        "or term_code = '202310' order by 1",
        [UCONN],
    )
    assert terms == [("202310", True, False), ("202410", False, True), ("202510", False, False)]
    persistence = dual_credit(world[0], "COLLEGE_PERSISTENCE")
    assert (persistence["numerator_count"], persistence["denominator_count"]) == (1, 2)


def test_e23_one_degree_in_three_sources_is_one_credential(world) -> None:
    rows = query(
        world[0],
        "select award_date, evidence_count, is_counted_for_program, source_name from fct_credential "
        "where credential_type_code = '2' and award_date >= date '2024-05-01' order by 1",
    )
    assert rows == [
        (date(2024, 5, 23), 1, False, "postsecondary_award"),
        (date(2024, 6, 1), 3, True, "cthires_event"),
    ]


def test_a_college_award_nobody_reported_is_not_in_the_indicator(world) -> None:
    [counts] = query(
        world[0],
        "select numerator_count, denominator_count from rpt_wioa_indicator where program_year = 2025 "
        "and report_type = 'ANNUAL' and program_code = 'ADULT' and wda_code = 'NW' and slice_code = 'ALL' "
        "and indicator_code = 'CREDENTIAL'",
    )
    assert counts == (1, 2)


def test_e32_a_programme_of_study_of_2010_keeps_its_code_beside_the_successor(world) -> None:
    assert query(world[0], "select cip_code, cip_2020_code from fct_ps_award where cip_code <> cip_2020_code") == [
        ("010309", "011004")
    ]


def test_a_chain_of_awards_counts_in_the_year_of_the_last(world) -> None:
    chains = query(
        world[0],
        "select program_year, chain_code, numerator_count, denominator_count from rpt_credential "
        "where metric_code = 'CRED_STACKED' and chain_code <> 'ALL' and credential_type_code = 'ALL' "
        "and field_code = 'ALL' order by 1",
    )
    assert chains == [(2022, "5>2", 1, 1), (2024, "5>2>3", 1, 1)]


def test_nursing_prepares_for_an_occupation_in_demand(world) -> None:
    [found] = query(
        world[0],
        "select numerator_count, denominator_count, weighted_share from rpt_credential where program_year = 2024 "
        "and metric_code = 'CRED_IN_DEMAND' and credential_type_code = 'ALL' and field_code = 'ALL'",
    )
    assert found == (1, 1, Decimal("0.500000"))


def test_the_last_day_of_a_window_counts_and_the_next_does_not(world) -> None:
    """Adult education until 2022-03-10: the programme of 2023-03-10 follows (365 days), that of 03-11 does not, and the
    one that began while adult education ran does, but its college began before it ended."""
    steps = funnel(world[0], "AE_WF_COLLEGE2")
    assert [row[:3] for row in steps] == [(1, 3, 3), (2, 2, 3), (3, 1, 3)]
    assert steps[1][3] == Decimal("102.50"), "365 days after the end, 160 before it"
    assert steps[2][3] == Decimal("59.00")


def test_a_pathway_of_two_steps_begins_with_every_workforce_programme(world) -> None:
    assert [row[:3] for row in funnel(world[0], "WF_COLLEGE2")] == [(1, 5, 5), (2, 1, 5)]
