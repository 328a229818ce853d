"""Cases of the workforce programmes: Career ConneCT, supports, portal, incumbent training, Good Jobs, loans, grants."""

from __future__ import annotations

WITH_SSN = ("career_connect", "gjc_participant", "portal_registration", "mif_iwt_training", "career_loan")
WITH_ZIP = ("career_connect", "gjc_participant", "portal_registration", "career_loan")
PARTICIPANTS = ("career_connect", "gjc_participant")

PATTERN_CASES = {
    "career_connect_id": ("CC0000000000000000048", "CC000000000000000048"),
    "gjc_participant_id": ("GJ0000000000000000312", "7"),
    "registration_id": ("R00000000000000021177", "R0000000000000021177"),
    "borrower_id": ("B00000000000000000057", "B0000000000000000057"),
    "cthires_id": ("1234567890123", "123456789012"),
    "person_source_id": ("CC0000000000000000048", "L0048213"),
    "preferred_language": ("english", "es"),
}

ROW_CASES: dict[str, dict[str, list[tuple[dict[str, str], dict[str, str]]]]] = {
    "ssn_lost_leading_zeros": {name: [({"ssn": "21909999"}, {"ssn": "021909999"})] for name in WITH_SSN},
    "ssn_not_valid": {
        name: [({"ssn": "900121234"}, {"ssn": "899121234"}), ({"ssn": "123450000"}, {"ssn": "123450001"})]
        for name in WITH_SSN
    },
    "zip_lost_leading_zeros": {name: [({"zip": "6106"}, {"zip": "06106"})] for name in WITH_ZIP},
    "birth_before_enrol": {
        name: [({"birth_date": "2022-10-03"}, {"birth_date": "2006-10-02"})] for name in PARTICIPANTS
    },
    "enrol_before_applied": {
        name: [
            (
                {"applied_date": "2022-10-04", "enrol_date": "2022-10-03"},
                {"applied_date": "2022-10-03", "enrol_date": "2022-10-03"},
            )
        ]
        for name in PARTICIPANTS
    },
    "enrol_after_extract": {
        name: [({"enrol_date": "2024-02-01"}, {"enrol_date": "2024-01-31"})] for name in PARTICIPANTS
    },
    "training_before_enrol": {
        name: [({"training_start_date": "2022-10-02"}, {"training_start_date": "2022-10-03"})] for name in PARTICIPANTS
    },
    "training_dates_order": {
        name: [
            ({"training_end_date": "2022-10-09"}, {"training_end_date": "2022-10-10"}),
            (
                {"training_start_date": "", "training_end_date": "2022-10-02"},
                {"training_start_date": "", "training_end_date": "2022-10-03"},
            ),
        ]
        for name in PARTICIPANTS
    },
    "credential_before_enrol": {
        name: [({"credential_date": "2022-10-02"}, {"credential_date": "2022-10-03"})] for name in PARTICIPANTS
    },
    "placement_dates_order": {
        name: [
            ({"placement_date": "2022-10-02"}, {"placement_date": "2022-10-03"}),
            ({"placement_date": "2024-02-01"}, {"placement_date": "2024-01-31"}),
        ]
        for name in PARTICIPANTS
    },
    "placed_needs_employer": {
        name: [
            ({"placement_date": ""}, {"placement_date": "", "training_status": "COMPLETED"}),
            ({"employer_name": "", "fein": "", "ean": ""}, {"employer_name": "", "fein": ""}),
            ({"training_status": "employed", "placement_date": ""}, {"employer_name": "", "ean": ""}),
        ]
        for name in PARTICIPANTS
    },
    "finished_needs_training_end": {
        name: [
            (
                {"training_status": "COMPLETED", "training_end_date": ""},
                {"training_status": "ENROLLED", "training_end_date": ""},
            ),
            ({"training_status": "PLACED", "training_end_date": ""}, {"training_status": "PLACED"}),
        ]
        for name in PARTICIPANTS
    },
    "wage_without_placement": {
        name: [({"placement_date": ""}, {"placement_date": "", "start_hourly_wage_usd": ""})] for name in PARTICIPANTS
    },
    "retention_without_placement": {
        name: [
            (
                {"placement_date": "", "retained_90_days": "1", "retained_180_days": ""},
                {"placement_date": "", "retained_90_days": "9", "retained_180_days": ""},
            ),
            (
                {"placement_date": "", "retained_90_days": "", "retained_180_days": "0"},
                {"placement_date": "2023-04-17", "retained_90_days": "", "retained_180_days": "0"},
            ),
        ]
        for name in PARTICIPANTS
    },
    "retention_too_early": {
        name: [
            # 90 days before the extract of 2024-01-31 is 2023-11-02, 180 days before it 2023-08-04.
            (
                {"placement_date": "2023-11-03", "retained_180_days": ""},
                {"placement_date": "2023-11-02", "retained_180_days": ""},
            ),
            ({"placement_date": "2023-08-05"}, {"placement_date": "2023-08-04"}),
            (
                {"placement_date": "2023-12-01"},
                {"placement_date": "2023-12-01", "retained_90_days": "0", "retained_180_days": "9"},
            ),
        ]
        for name in PARTICIPANTS
    },
    "opportunity_youth_age": {
        "career_connect": [
            (
                {"opportunity_youth": "1", "birth_date": "1995-10-03", "enrol_date": "2022-10-03"},
                {"opportunity_youth": "1", "birth_date": "1995-10-04", "enrol_date": "2022-10-03"},
            ),
            (
                {"opportunity_youth": "1", "birth_date": "2008-10-04", "enrol_date": "2022-10-03"},
                {"opportunity_youth": "9", "birth_date": "2008-10-04", "enrol_date": "2022-10-03"},
            ),
        ]
    },
    "trained_dates_order": {
        "gjc_participant": [
            ({"trained_date": "2022-10-09"}, {"trained_date": "2022-10-10"}),
            ({"trained_date": "2024-02-01"}, {"trained_date": "2024-01-31"}),
            (
                {"trained_date": "2022-10-02", "training_start_date": ""},
                {"trained_date": "2022-10-03", "training_start_date": ""},
            ),
        ]
    },
    "placed_before_trained": {
        "gjc_participant": [
            (
                {"trained_date": "2023-04-18", "placement_date": "2023-04-17"},
                {"trained_date": "2023-04-17", "placement_date": "2023-04-17"},
            )
        ]
    },
    "quality_without_placement": {
        "gjc_participant": [
            (
                {"placement_date": "", "quality_job_flag": "0"},
                {"placement_date": "", "quality_job_flag": "9"},
            )
        ]
    },
    "answers_not_an_object": {
        "gjc_participant": [
            ({"job_quality_answers": "paid leave"}, {"job_quality_answers": "{}"}),
            ({"job_quality_answers": '["yes"]'}, {"job_quality_answers": '{"paid_leave": ["yes"]}'}),
            ({"job_quality_answers": '"yes"'}, {"job_quality_answers": ""}),
            ({"job_quality_answers": '{"paid_leave": "yes"'}, {"job_quality_answers": '{"paid_leave": null}'}),
        ]
    },
    "support_dates_order": {
        "support_payment": [
            (
                {"support_from_date": "2023-01-02", "support_to_date": "2023-01-01"},
                {"support_from_date": "2023-01-01", "support_to_date": "2023-01-01"},
            )
        ]
    },
    "paid_after_extract": {
        name: [({"paid_date": "2024-02-01"}, {"paid_date": "2024-01-31"})]
        for name in ("support_payment", "career_loan_payment")
    },
    "rent_over_three_months": {
        "support_payment": [
            (
                {"support_type": "RENT", "support_from_date": "2023-01-01", "support_to_date": "2023-04-01"},
                {"support_type": "RENT", "support_from_date": "2023-01-01", "support_to_date": "2023-03-31"},
            ),
            (
                {"support_type": "RENT", "support_from_date": "2023-01-01", "support_to_date": "2023-12-31"},
                {"support_type": "HOUSING", "support_from_date": "2023-01-01", "support_to_date": "2023-12-31"},
            ),
        ]
    },
    "payment_outlier": {"support_payment": [({"payment_usd": "25000.01"}, {"payment_usd": "25000.00"})]},
    "birth_before_registration": {
        "portal_registration": [
            (
                {"birth_date": "2022-08-22", "registration_date": "2022-08-22"},
                {"birth_date": "2022-08-21", "registration_date": "2022-08-22"},
            )
        ]
    },
    "registration_after_extract": {
        "portal_registration": [
            ({"registration_date": "2024-02-01"}, {"registration_date": "2024-01-31"}),
        ]
    },
    "step_before_registration": {
        "portal_registration": [
            ({name: "2022-08-21"}, {name: "2022-08-22"})
            for name in ("skills_assessment_date", "coach_assigned_date", "referral_date")
        ]
    },
    "referral_needs_program": {
        "portal_registration": [
            ({"referred_program_code": ""}, {"referred_program_code": "", "referral_date": ""}),
        ]
    },
    "borrower_not_named": {
        "career_loan": [
            ({"ssn": "", "last_name": ""}, {"ssn": "", "first_name": ""}),
            ({"ssn": "", "birth_date": ""}, {"last_name": "", "birth_date": ""}),
        ]
    },
    "headcount_names_nobody": {
        "mif_iwt_training": [
            ({"employee_seq": "", "first_name": "", "last_name": "", "birth_date": ""}, {"first_name": ""}),
            *(
                (
                    {"employee_seq": "", "ssn": "", "first_name": "", "last_name": "", "birth_date": ""} | said,
                    {"employee_seq": "", "ssn": "", "first_name": "", "last_name": "", "birth_date": ""},
                )
                for said in ({"first_name": "Ana"}, {"last_name": "Ferreira"}, {"birth_date": "1998-04-17"})
            ),
        ]
    },
    "headcount_needs_count": {
        "mif_iwt_training": [
            ({"employee_seq": "", "trainee_count": ""}, {"employee_seq": "", "trainee_count": "12"}),
            ({"employee_seq": "3", "trainee_count": "1"}, {"employee_seq": "3", "trainee_count": ""}),
        ]
    },
    "headcount_has_no_wage": {
        "mif_iwt_training": [
            (
                {"employee_seq": "", "hourly_wage_before_usd": "", "hourly_wage_after_usd": "20"},
                {"employee_seq": "", "hourly_wage_before_usd": "", "hourly_wage_after_usd": ""},
            )
        ]
    },
    "company_missing": {
        "mif_iwt_training": [
            (
                {"employer_name": "", "ean": "", "fein": ""},
                {"employer_name": "", "ean": ""},
            )
        ]
    },
    "training_hours_not_positive": {
        "mif_iwt_training": [
            ({"training_hours": "0"}, {"training_hours": "0.01"}),
            ({"training_hours": "-8"}, {"training_hours": "8"}),
        ]
    },
    "iwt_dates_order": {
        "mif_iwt_training": [({"training_end_date": "2022-10-09"}, {"training_end_date": "2022-10-10"})]
    },
    "training_outside_fiscal_year": {
        "mif_iwt_training": [
            (
                {"state_fiscal_year": "2023", "training_start_date": "2023-07-01", "training_end_date": "2023-08-01"},
                {"state_fiscal_year": "2023", "training_start_date": "2023-06-30", "training_end_date": "2023-08-01"},
            ),
            (
                {"state_fiscal_year": "2023", "training_start_date": "2022-03-01", "training_end_date": "2022-06-30"},
                {"state_fiscal_year": "2023", "training_start_date": "2022-03-01", "training_end_date": "2022-07-01"},
            ),
            (
                {"state_fiscal_year": "2022", "training_end_date": ""},
                {"state_fiscal_year": "2024", "training_end_date": ""},
            ),
        ]
    },
    "wage_change_outlier": {
        "mif_iwt_training": [
            (
                {"hourly_wage_before_usd": "24.00", "hourly_wage_after_usd": "48.01"},
                {"hourly_wage_before_usd": "24.00", "hourly_wage_after_usd": "48.00"},
            ),
            (
                {"hourly_wage_before_usd": "24.00", "hourly_wage_after_usd": "19.19"},
                {"hourly_wage_before_usd": "24.00", "hourly_wage_after_usd": "19.20"},
            ),
            (
                {"hourly_wage_before_usd": "0.01", "hourly_wage_after_usd": "24"},
                {"hourly_wage_before_usd": "0", "hourly_wage_after_usd": "24"},
            ),
        ]
    },
    "payment_not_positive": {"career_loan_payment": [({"payment_usd": "0"}, {"payment_usd": "0.01"})]},
    "principal_not_positive": {"career_loan": [({"principal_usd": "0"}, {"principal_usd": "0.01"})]},
    "birth_before_loan": {
        "career_loan": [({"birth_date": "2022-10-03"}, {"birth_date": "2004-10-03"})],
    },
    "loan_start_after_extract": {
        "career_loan": [({"loan_start_date": "2024-02-01"}, {"loan_start_date": "2024-01-31"})],
    },
    "loan_training_dates_order": {
        "career_loan": [({"training_end_date": "2022-10-02"}, {"training_end_date": "2022-10-03"})],
    },
    "repaying_before_training_end": {
        "career_loan": [
            ({"training_end_date": "2024-02-01"}, {"training_end_date": "2024-01-31"}),
            (
                {"training_end_date": "", "loan_status": "REPAYING"},
                {"training_end_date": "", "loan_status": "TRAINING"},
            ),
        ]
    },
    "grant_dates_order": {
        "grant_award": [({"grant_end_date": "2022-01-31"}, {"grant_end_date": "2022-02-01"})],
    },
    "award_after_extract": {
        "grant_award": [({"grant_award_date": "2024-02-01"}, {"grant_award_date": "2024-01-31"})],
    },
    "award_after_grant_end": {
        "grant_award": [
            (
                {"grant_award_date": "2023-01-02", "grant_end_date": "2023-01-01"},
                {"grant_award_date": "2023-01-01", "grant_end_date": "2023-01-01"},
            )
        ]
    },
    "spent_over_award": {
        "grant_award": [
            ({"spent_usd": "100.01", "award_usd": "100.00"}, {"spent_usd": "100.00", "award_usd": "100.00"})
        ]
    },
    "membership_dates_order": {
        "rsp_membership": [({"left_date": "2022-05-10"}, {"left_date": "2022-05-11"})],
    },
    "joined_after_extract": {
        "rsp_membership": [({"joined_date": "2024-02-01"}, {"joined_date": "2024-01-31"})],
    },
    "employer_not_identified": {
        "rsp_membership": [
            ({"ean": "", "fein": ""}, {"ean": ""}),
            ({"ean": "", "fein": "", "membership_role": ""}, {"ean": "", "fein": "", "membership_role": "CONVENER"}),
        ]
    },
}

FILE_CASES: dict[str, dict[str, list[tuple[list[dict[str, str]], set[int]]]]] = {
    "headcount_or_employees": {
        "mif_iwt_training": [
            (
                [
                    {"training_contract_id": "A", "employee_seq": "1"},
                    {"training_contract_id": "A", "employee_seq": ""},
                    {"training_contract_id": "B", "employee_seq": "1"},
                    {"training_contract_id": "B", "employee_seq": "2"},
                    {"training_contract_id": "C", "employee_seq": ""},
                ],
                {0, 1},
            ),
            (
                [
                    {"training_contract_id": "A", "employee_seq": "1"},
                    {"training_contract_id": "B", "employee_seq": ""},
                ],
                set(),
            ),
        ]
    },
    "contract_of_two_companies": {
        "mif_iwt_training": [
            (
                [
                    {"training_contract_id": "A", "fein": "060000127"},
                    {"training_contract_id": "A", "fein": "060000128"},
                    {"training_contract_id": "B", "fein": "060000128"},
                ],
                {0, 1},
            ),
            (
                [
                    {"training_contract_id": "A", "fein": "060000127"},
                    {"training_contract_id": "A", "fein": ""},
                    {"training_contract_id": "B", "fein": ""},
                ],
                set(),
            ),
        ]
    },
    "payment_sent_twice": {
        "career_loan_payment": [
            ([{"payment_id": "1"}, {"payment_id": "2"}, {"payment_id": "3", "paid_date": "2023-02-28"}], {0, 1}),
            (
                [
                    {"payment_id": "1"},
                    {"payment_id": "2", "payment_usd": "180.01"},
                    {"payment_id": "3", "loan_id": "X"},
                ],
                set(),
            ),
        ]
    },
    "amendment_without_award": {
        "grant_award": [
            ([{"amendment_no": "1"}, {"amendment_no": "2"}, {"grant_id": "X", "amendment_no": "0"}], {0, 1}),
            ([{"amendment_no": "2"}, {"amendment_no": "0"}], set()),
        ]
    },
    "amendments_out_of_order": {
        "grant_award": [
            (
                [
                    {"amendment_no": "2", "grant_award_date": "2022-06-29"},
                    {"amendment_no": "1", "grant_award_date": "2022-06-30"},
                    {"amendment_no": "0", "grant_award_date": "2022-01-20"},
                    {"grant_id": "X", "amendment_no": "3", "grant_award_date": "2021-01-01"},
                ],
                {0},
            ),
            (
                [
                    {"amendment_no": "0", "grant_award_date": "2022-06-30"},
                    {"amendment_no": "1", "grant_award_date": "2022-06-30"},
                ],
                set(),
            ),
        ]
    },
    "membership_overlaps": {
        "rsp_membership": [
            (
                [
                    {"joined_date": "2022-05-11", "left_date": ""},
                    {"joined_date": "2023-05-11", "left_date": ""},
                    {"joined_date": "2023-05-11", "rsp_id": "MFG-NW"},
                    {"joined_date": "2023-05-11", "employer_id": "X"},
                ],
                {1},
            ),
            (
                [
                    {"joined_date": "2022-05-11", "left_date": "2022-12-31"},
                    {"joined_date": "2022-12-31", "left_date": ""},
                ],
                {1},
            ),
            (
                [
                    {"joined_date": "2023-01-01", "left_date": ""},
                    {"joined_date": "2022-05-11", "left_date": "2022-12-31"},
                ],
                set(),
            ),
        ]
    },
}

ASKS_NOTHING = {
    "borrower_not_named": {"ssn": "219099999"},
    "placed_needs_employer": {"training_status": "ENROLLED"},
    "finished_needs_training_end": {"training_status": "ENROLLED"},
    "repaying_before_training_end": {"loan_status": "TRAINING"},
    "headcount_needs_count": {"trainee_count": "12"},
    "company_missing": {"employer_name": "Harbor Precision LLC"},
    "employer_not_identified": {"membership_role": "CONVENER"},
}
