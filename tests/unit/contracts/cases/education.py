"""Cases of the education sources: tests, hours, college terms and awards, StudentTracker, scholarships, TTA."""

from __future__ import annotations

PATTERN_CASES = {
    "hours_month": ("2022-13", "2022-12"),
    "college_student_id": ("41", "@0041-2.077"),
    "term": ("202415", "202450"),
    "college_code": ("7635-00", "007635-01"),
    "college_state": ("Ct", "MA"),
    "enrollment_cip_1": ("51.3801", "010000"),
    "enrollment_cip_2": ("10000", "010000"),
    **{f"degree_cip_{number}": ("51.3801", "010000") for number in range(1, 5)},
}

_WITH_SSN = ("postsecondary_term", "postsecondary_award", "scholarship_award")
_COLLEGES = {"postsecondary_term": "", "postsecondary_award": "award_"}
_DEGREE = {
    "graduated": "Y",
    "graduation_date": "2023-05-20",
    "degree_title": "ASSOCIATE OF SCIENCE",
    "enrollment_begin_date": "",
    "enrollment_end_date": "",
    "enrollment_status": "",
}
_NOT_FOUND = {
    "record_found": "N",
    **dict.fromkeys(("college_code", "college_name", "enrollment_begin_date", "enrollment_end_date"), ""),
}
_NAMELESS = dict.fromkeys(("college_student_id", "ssn", "first_name", "last_name", "birth_date"), "")

ROW_CASES: dict[str, dict[str, list[tuple[dict[str, str], dict[str, str]]]]] = {
    "ssn_lost_leading_zeros": {name: [({"ssn": "21909999"}, {"ssn": "021909999"})] for name in _WITH_SSN},
    "ssn_not_valid": {name: [({"ssn": "900121234"}, {"ssn": "899121234"})] for name in _WITH_SSN},
    "test_after_extract": {"adult_ed_assessment": [({"test_date": "2024-02-01"}, {"test_date": "2024-01-31"})]},
    "form_of_another_series": {
        "adult_ed_assessment": [
            ({"test_series": "READING_GOALS", "test_form": "913M"}, {"test_series": "MATH_GOALS", "test_form": "913M"}),
            (
                {"test_series": "READING_GOALS", "test_form": "921R"},
                {"test_series": "READING_GOALS", "test_form": "901r"},
            ),
            (
                {"test_series": "LISTENING_STEPS", "test_form": "621R"},
                {"test_series": "READING STEPS", "test_form": "621R"},
            ),
            ({"test_series": "LW_READING", "test_form": "981L"}, {"test_series": "LW_LISTENING", "test_form": "986L"}),
            ({"test_series": "LW_LISTENING", "test_form": "27R"}, {"test_series": "LW_READING", "test_form": "188R"}),
            ({"test_series": "MATH_GOALS", "test_form": "921M"}, {"test_series": "MATH_GOALS_2", "test_form": "921M"}),
            (
                {"test_series": "MATH_GOALS_2", "test_form": "913M"},
                {"test_series": "READING_GOALS_2", "test_form": "930R"},
            ),
            (
                {"test_series": "READING_GOALS_2", "test_form": "908R"},
                {"test_series": "LISTENING_STEPS", "test_form": "630L"},
            ),
            (
                {"test_series": "READING_STEPS", "test_form": "621L"},
                {"test_series": "READING_GOALS", "test_form": "908R"},
            ),
        ]
    },
    "form_of_another_modality": {
        "adult_ed_assessment": [
            ({"test_modality": "L", "test_form": "621R"}, {"test_modality": "L", "test_form": "621L"}),
            ({"test_modality": "M", "test_form": "921R"}, {"test_modality": "math", "test_form": "921M"}),
            ({"test_modality": "R", "test_form": "986L"}, {"test_modality": "R", "test_form": "28R"}),
        ]
    },
    "valid_test_needs_score": {
        "adult_ed_assessment": [
            ({"valid_flag": "1", "scale_score": ""}, {"valid_flag": "0", "scale_score": ""}),
        ]
    },
    "month_after_period": {
        "adult_ed_hours": [
            (
                {"hours_month": "2023-07", "_period_to": "2023-06-30"},
                {"hours_month": "2023-06", "_period_to": "2023-06-30"},
            )
        ]
    },
    "distance_over_hours": {
        "adult_ed_hours": [
            (
                {"instruction_hours": "18.50", "distance_hours": "18.51"},
                {"instruction_hours": "18.50", "distance_hours": "18.50"},
            )
        ]
    },
    "term_earned_over_attempted": {
        "postsecondary_term": [
            (
                {"term_credits_attempted": "12", "term_credits_earned": "12.01"},
                {"term_credits_attempted": "12", "term_credits_earned": "12.00"},
            ),
            (
                {"term_credits_attempted": "0", "term_credits_earned": "3"},
                {"term_credits_attempted": "0", "term_credits_earned": ""},
            ),
        ]
    },
    "enrollment_dates_order": {
        name: [
            (
                {"enrollment_begin_date": "2023-08-28", "enrollment_end_date": "2023-08-27"},
                {"enrollment_begin_date": "2023-08-28", "enrollment_end_date": "2023-08-28"},
            )
        ]
        for name in ("postsecondary_term", "nsc_studenttracker")
    },
    "birth_before_enrollment": {
        "postsecondary_term": [
            (
                {"birth_date": "2005-08-28", "enrollment_begin_date": "2005-08-28"},
                {"birth_date": "2005-08-27", "enrollment_begin_date": "2005-08-28"},
            )
        ]
    },
    **{
        f"{prefix}campus_of_ct_state": {
            name: [
                ({"term": "202410", "campus_code": ""}, {"term": "202350", "campus_code": ""}),
                ({"term": "202430", "campus_code": ""}, {"term": "202430", "campus_code": "ct state tunxis"}),
                ({"term": "202530", "campus_code": ""}, {"ihe_unitid": "129020", "term": "202530", "campus_code": ""}),
            ]
        }
        for name, prefix in _COLLEGES.items()
    },
    **{
        f"{prefix}college_is_merged": {
            name: [
                ({"ihe_unitid": "130606", "term": "202410"}, {"ihe_unitid": "130606", "term": "202350"}),
                ({"ihe_unitid": "128577", "term": "202530"}, {"ihe_unitid": "128771", "term": "202530"}),
            ]
        }
        for name, prefix in _COLLEGES.items()
    },
    "earned_at_census": {
        "postsecondary_term": [
            (
                {"term_snapshot": "CENSUS", "term_credits_earned": "0", "term_gpa": ""},
                {"term_snapshot": "CENSUS", "term_credits_earned": "", "term_gpa": ""},
            ),
            (
                {"term_snapshot": "census", "term_credits_earned": "", "term_gpa": "3.10"},
                {"term_snapshot": "EOT", "term_credits_earned": "", "term_gpa": "3.10"},
            ),
        ]
    },
    "credits_without_enrollment": {
        "postsecondary_term": [
            (
                {"enrollment_status": "NE", "term_credits_attempted": "0.01", "term_credits_earned": ""},
                {"enrollment_status": "NE", "term_credits_attempted": "0", "term_credits_earned": ""},
            )
        ]
    },
    "dual_student_at_graduate_level": {
        "postsecondary_term": [
            ({"student_type": "0", "student_level": "GR"}, {"student_type": "0", "student_level": "NC"}),
            ({"student_type": "0", "student_level": "graduate"}, {"student_type": "1", "student_level": "GR"}),
        ]
    },
    "award_after_extract": {
        "postsecondary_award": [({"conferred_date": "2024-02-01"}, {"conferred_date": "2024-01-31"})]
    },
    "birth_before_award": {
        "postsecondary_award": [
            (
                {"birth_date": "2005-05-24", "conferred_date": "2005-05-24"},
                {"birth_date": "2005-05-23", "conferred_date": "2005-05-24"},
            )
        ]
    },
    "award_before_term": {
        "postsecondary_award": [
            ({"term": "202430", "conferred_date": "2022-12-31"}, {"term": "202430", "conferred_date": "2023-01-01"})
        ]
    },
    "personal_number_as_identifier": {
        "nsc_studenttracker": [
            ({"requester_unique_id": "5000000123"}, {"requester_unique_id": "50000001230"}),
            ({"requester_unique_id": "219099999"}, {"requester_unique_id": "21909999"}),
            ({"requester_unique_id": "5000000124"}, {"requester_unique_id": "R5000000123"}),
        ]
    },
    "not_found_with_college": {
        "nsc_studenttracker": [
            (_NOT_FOUND | {"college_code": "007635-00"}, _NOT_FOUND),
            (_NOT_FOUND | {"college_name": "YALE UNIVERSITY"}, _NOT_FOUND | {"college_state": "CT"}),
            (_NOT_FOUND | {"enrollment_begin_date": "2022-08-29"}, {"record_found": "Y"}),
            (_NOT_FOUND | {"graduation_date": "2022-05-29"}, _NOT_FOUND),
            (_NOT_FOUND | {"degree_title": "BACHELOR OF ARTS"}, _NOT_FOUND),
        ]
    },
    "found_without_college": {
        "nsc_studenttracker": [({"record_found": "Y", "college_code": ""}, {"record_found": "N", "college_code": ""})]
    },
    "found_without_date": {
        "nsc_studenttracker": [
            (
                {"enrollment_begin_date": "", "graduation_date": ""},
                {"enrollment_begin_date": "", "graduation_date": "2023-05-20"},
            ),
            (
                {"enrollment_begin_date": "", "graduation_date": ""},
                {"record_found": "N", "enrollment_begin_date": "", "graduation_date": ""},
            ),
        ]
    },
    "graduated_without_date": {
        "nsc_studenttracker": [
            ({"graduated": "Y", "graduation_date": ""}, {"graduated": "N", "graduation_date": ""}),
            ({"graduated": "Y", "graduation_date": ""}, _DEGREE),
        ]
    },
    "degree_not_graduated": {
        "nsc_studenttracker": [
            (_DEGREE | {"graduated": "N"}, _DEGREE),
            (_DEGREE | {"graduated": "N", "graduation_date": ""}, {"graduated": "N"}),
        ]
    },
    "degree_row_with_enrollment": {
        "nsc_studenttracker": [(_DEGREE | {"enrollment_begin_date": "2022-08-29"}, _DEGREE)]
    },
    "graduated_after_extract": {
        "nsc_studenttracker": [(_DEGREE | {"graduation_date": "20240201"}, _DEGREE | {"graduation_date": "20240131"})]
    },
    "recipient_not_named": {
        "scholarship_award": [
            (_NAMELESS, _NAMELESS | {"college_student_id": "@00412077"}),
            (_NAMELESS | {"last_name": "Ferreira"}, _NAMELESS | {"last_name": "Ferreira", "birth_date": "1998-04-17"}),
            (_NAMELESS | {"birth_date": "1998-04-17"}, _NAMELESS | {"ssn": "219099999"}),
            (_NAMELESS | {"scholarship_status": "ACCEPTED"}, _NAMELESS | {"scholarship_status": "DECLINED"}),
        ]
    },
    "field_of_health_horizons": {
        "scholarship_award": [
            (
                {"scholarship_program_code": "HH", "study_field": "OTHER"},
                {"scholarship_program_code": "RWS", "study_field": "OTHER"},
            ),
            (
                {"scholarship_program_code": "HH", "study_field": "other"},
                {"scholarship_program_code": "HH", "study_field": "social work"},
            ),
        ]
    },
    "more_placed_than_learners": {
        "tta_cohort": [
            ({"placement_count": "7", "learner_count": "6"}, {"placement_count": "6", "learner_count": "6"}),
        ]
    },
}

ASKS_NOTHING = {
    "valid_test_needs_score": {"valid_flag": "0"},
    "found_without_college": {"record_found": "N"},
    "found_without_date": {"record_found": "N"},
    "recipient_not_named": {"scholarship_status": "DECLINED"},
    **{f"{prefix}campus_of_ct_state": {"ihe_unitid": "129020"} for prefix in _COLLEGES.values()},
}

_PRE = {"pre_post": "PRE", "test_form": "903R", "test_date": "2022-09-14"}
_POST = {"pre_post": "POST", "test_form": "904R", "test_date": "2022-12-14"}
_LISTENING = {"test_series": "LISTENING_STEPS", "test_modality": "L", "test_form": "623L"}
_AWARD = {"award_seq": "1", "award_level": "AS", "cip_code": "150613", "conferred_date": "2024-01-24"}

FILE_CASES: dict[str, dict[str, list[tuple[list[dict[str, str]], set[int]]]]] = {
    "post_form_as_before": {
        "adult_ed_assessment": [
            ([_PRE, _POST | {"test_form": "903R"}], {1}),
            ([_POST | {"test_form": "903R"}, _PRE], {0}),
            ([_PRE, _POST, _POST | {"test_date": "2023-03-14", "test_form": "904R"}], {2}),
            ([_PRE, _POST, _POST | {"test_date": "2023-03-14", "test_form": "903R"}], set()),
            ([_PRE, _POST | {"test_form": "903R", "student_id": "L0048214"}], set()),
            ([_PRE, _PRE | {"test_date": "2022-12-14"}], set()),
            ([_PRE | _LISTENING, _POST], set()),
            # A test that does not count is neither the one judged nor the one before.
            ([_PRE, _POST | {"test_form": "903R", "valid_flag": "0"}], set()),
            ([_PRE | {"valid_flag": "0"}, _POST | {"test_form": "903R"}], set()),
            ([_PRE, _POST | {"valid_flag": "0"}, _POST | {"test_date": "2023-03-14", "test_form": "903R"}], {2}),
            ([_PRE, _POST | {"valid_flag": "0"}, _POST | {"test_date": "2023-03-14", "test_form": "904R"}], set()),
        ]
    },
    "post_not_after_pre": {
        "adult_ed_assessment": [
            ([_PRE, _POST | {"test_date": "2022-09-14"}], {1}),
            ([_PRE, _POST | {"test_date": "2022-09-13"}], {1}),
            ([_PRE, _POST | {"test_date": "2022-09-15"}], set()),
            ([_POST], set()),
            ([_PRE | _LISTENING, _POST | {"test_date": "2022-09-13"}], set()),
        ]
    },
    "post_without_pre": {
        "adult_ed_assessment": [
            ([_POST], {0}),
            ([_POST, _PRE | _LISTENING], {0}),
            ([_POST, _PRE | {"student_id": "L0048214"}], {0}),
            ([_POST, _PRE], set()),
        ]
    },
    "too_many_hours_in_month": {
        "adult_ed_hours": [
            ([{"instruction_hours": "160"}, {"instruction_hours": "150.01", "class_id": "ABE-064-7"}], {0, 1}),
            ([{"instruction_hours": "160"}, {"instruction_hours": "150.00", "class_id": "ABE-064-7"}], set()),
            ([{"instruction_hours": "160"}, {"instruction_hours": "160", "hours_month": "2022-11"}], set()),
            ([{"instruction_hours": "160"}, {"instruction_hours": "160", "student_id": "L0048214"}], set()),
        ]
    },
    "two_birth_dates": {
        "postsecondary_term": [
            ([{}, {"term": "202430", "birth_date": "1998-04-18"}, {"college_student_id": "@00412078"}], {0, 1}),
            ([{}, {"term": "202430"}], set()),
            ([{}, {"birth_date": "1998-04-18", "ihe_unitid": "129020"}], set()),
        ]
    },
    "award_twice": {
        "postsecondary_award": [
            ([_AWARD, _AWARD | {"award_seq": "2"}], {0, 1}),
            ([_AWARD, _AWARD | {"award_seq": "2", "award_level": "CERT<1"}], set()),
            ([_AWARD, _AWARD | {"award_seq": "2", "cip_code": "240101"}], set()),
            ([_AWARD, _AWARD | {"college_student_id": "@00412078"}], set()),
        ]
    },
    "found_and_not_found": {
        "nsc_studenttracker": [
            ([{}, _NOT_FOUND], {1}),
            ([_NOT_FOUND, _NOT_FOUND], {0, 1}),
            ([{}, _NOT_FOUND | {"sasid": "5000000124"}], set()),
            ([{}, _DEGREE], set()),
        ]
    },
}
