"""The people of the worked examples of dual credit, college, pathways and credentials.

Belongs here: who they are and what was sent of them. Does not: what comes of it (test_worked_education.py).
"""

from __future__ import annotations

from tests.support.education_lives import NEWEST, UCONN, Lives
from tests.support.landing import Landing


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
    lives.participant(whole, "2023-03-10", "2023-06-30", wda_code="NW")
    lives.term(whole, "202410", enrollment_begin_date="2023-08-28", enrollment_end_date="2023-12-15")
    lives.term(whole, "202610", student_type="3", enrollment_begin_date="2025-08-28", enrollment_end_date="2025-12-15")
    late = lives.person("a_day_late")
    lives.adult_ed(late, "2021-09-01", "2022-03-10", "2022")
    lives.participant(late, "2023-03-11", "2023-06-30", wda_code="NW")
    both = lives.person("at_the_same_time")
    lives.adult_ed(both, "2021-09-01", "2022-03-10", "2022")
    lives.participant(both, "2021-10-01", "2022-04-30", wda_code="NW")
    lives.term(both, "202230", enrollment_begin_date="2022-01-22", enrollment_end_date="2022-05-12")


def education(landing: Landing) -> None:
    """Everybody of these examples, numbered from 200; of all workforce participants only they are in the Northwest."""
    lives = Lives(landing, after=200)
    dual_credit_lives(lives)
    credential_lives(lives)
    pathway_lives(lives)
