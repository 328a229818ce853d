"""Worked cases of dual credit, college, pathways and credentials, from landed files to the published reports, by hand.

One run answers them all, and those of test_program_money.py: e23, e28, e29, e32, the 16 months, three credits, chains,
the windows of a pathway.
Known on 2026-01-31. Every case is invented.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.education_lives import UCONN
from tests.support.running import query

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(programs_home: Path) -> Path:
    return programs_home


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


def funnel(home: Path, pathway: str, slice_code: str = "ALL", slice_value: str = "ALL") -> list[tuple]:
    return query(
        home,
        "select step_order, numerator_count, denominator_count, median_days_from_previous from rpt_pathway "
        "where pathway_code = ? and cohort_code = 'ALL' and slice_code = ? and slice_value = ? order by step_order",
        [pathway, slice_code, slice_value],
    )


def test_e29_the_college_is_believed_about_a_course_both_report(home: Path) -> None:
    found = dual_credit(home, "DC_COURSE")
    assert (found["numerator_count"], found["denominator_count"]) == (4, 5)
    assert found["credits_earned"] == Decimal("11.00")
    assert query(
        home,
        "select reporter_code, grade_code, is_completed, term_code from fct_dual_credit_course where report_count = 2",
    ) == [("IHE", "D", False, "202310")]


def test_dual_credit_is_broken_down_by_rows(home: Path) -> None:
    concurrent = dual_credit(home, "DC_COURSE", level="MODALITY", modality_code="CONCURRENT")
    assert (concurrent["numerator_count"], concurrent["denominator_count"]) == (1, 1)
    english = dual_credit(home, "DC_COMPLETED", level="SUBJECT", subject_name="English")
    assert (english["numerator_count"], english["denominator_count"]) == (3, 4)


def test_three_credits_add_up_over_the_years(home: Path) -> None:
    first, second = (dual_credit(home, "DC_THREE_CREDITS", year) for year in (2022, 2023))
    assert (first["numerator_count"], first["denominator_count"]) == (3, 5)
    assert (second["numerator_count"], second["denominator_count"]) == (1, 1)


def test_college_begins_within_sixteen_months_of_the_last_school_year(home: Path) -> None:
    """31 October 2024 counts, 1 November does not; who goes on in 2023 has not left; nobody was asked about one."""
    found = dual_credit(home, "COLLEGE_16M")
    assert (found["numerator_count"], found["denominator_count"]) == (2, 4)
    assert (found["excluded_count"], found["unmatched_count"], found["pending_count"]) == (1, 1, 0)
    later = dual_credit(home, "COLLEGE_16M", 2023)
    assert (later["numerator_count"], later["denominator_count"], later["pending_count"]) == (0, 1, 0)
    report = query(
        home,
        "select college_level_code, numerator_count from rpt_college_transition where program_code = 'DUAL_CREDIT' "
        "and program_year = 2022 and slice_code = 'ALL' and metric_code = 'COLLEGE_16M' order by 1",
    )
    assert report == [("2", 1), ("4", 1), ("ALL", 2)]


def test_e28_a_dual_credit_student_among_college_students_has_not_entered_college(home: Path) -> None:
    terms = query(
        home,
        "select term_code, is_high_school_term, is_first_entry from fct_ps_term where institution_code = ? "
        "or term_code = '202310' order by 1",
        [UCONN],
    )
    assert terms == [("202310", True, False), ("202410", False, True), ("202510", False, False)]
    persistence = dual_credit(home, "COLLEGE_PERSISTENCE")
    assert (persistence["numerator_count"], persistence["denominator_count"]) == (1, 2)


def test_e23_one_degree_in_three_sources_is_one_credential(home: Path) -> None:
    rows = query(
        home,
        "select award_date, evidence_count, is_counted_for_program, source_name from fct_credential "
        "where credential_type_code = '2' and award_date >= date '2024-05-01' order by 1",
    )
    assert rows == [
        (date(2024, 5, 23), 1, False, "postsecondary_award"),
        (date(2024, 6, 1), 3, True, "cthires_event"),
    ]


def test_a_college_award_nobody_reported_is_not_in_the_indicator(home: Path) -> None:
    [counts] = query(
        home,
        "select numerator_count, denominator_count from rpt_wioa_indicator where program_year = 2025 "
        "and report_type = 'ANNUAL' and program_code = 'ADULT' and wda_code = 'NW' and slice_code = 'ALL' "
        "and indicator_code = 'CREDENTIAL'",
    )
    assert counts == (1, 2)


def test_e32_a_programme_of_study_of_2010_keeps_its_code_beside_the_successor(home: Path) -> None:
    assert query(home, "select cip_code, cip_2020_code from fct_ps_award where cip_code <> cip_2020_code") == [
        ("010309", "011004")
    ]


def test_a_chain_of_awards_counts_in_the_year_of_the_last(home: Path) -> None:
    """The other with an award of 2024 is the apprentice of O19, who completed on 2024-08-30."""
    chains = query(
        home,
        "select program_year, chain_code, numerator_count, denominator_count from rpt_credential "
        "where metric_code = 'CRED_STACKED' and chain_code <> 'ALL' and credential_type_code = 'ALL' "
        "and field_code = 'ALL' order by 1",
    )
    assert chains == [(2022, "5>2", 1, 1), (2024, "5>2>3", 1, 2)]


def test_nursing_prepares_for_an_occupation_in_demand(home: Path) -> None:
    [found] = query(
        home,
        "select numerator_count, denominator_count, weighted_share from rpt_credential where program_year = 2024 "
        "and metric_code = 'CRED_IN_DEMAND' and credential_type_code = 'ALL' and field_code = 'ALL'",
    )
    assert found == (1, 1, Decimal("0.500000"))


def test_the_last_day_of_a_window_counts_and_the_next_does_not(home: Path) -> None:
    """Adult education until 2022-03-10: the programme of 2023-03-10 follows (365 days), that of 03-11 does not, and the
    one that began while adult education ran does, but its college began before it ended."""
    steps = funnel(home, "AE_WF_COLLEGE2")
    assert [row[:3] for row in steps] == [(1, 3, 3), (2, 2, 3), (3, 1, 3)]
    assert steps[1][3] == Decimal("102.50"), "365 days after the end, 160 before it"
    assert steps[2][3] == Decimal("59.00")


def test_a_pathway_of_two_steps_begins_with_every_workforce_programme(home: Path) -> None:
    assert [row[:3] for row in funnel(home, "WF_COLLEGE2", "WDA", "Northwest")] == [(1, 5, 5), (2, 1, 5)]
