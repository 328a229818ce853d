"""Cases of the sources of the first run."""

from __future__ import annotations

PATTERN_CASES = {
    # field: (does not have the form, just has it)
    "participant_id": ("1234567890123", "123456789012"),
    "sasid": ("500000012", "0000000123"),
    "ssn": ("219-09-9999", "19099999"),
    "zip": ("06106-1234", "6106"),
    "cip_code": ("51.3902", "010000"),
    "onet_code": ("311131", "31-1131"),
    "onet_soc": ("47-2111.0", "47211100"),
    "ean": ("410027", "0000000001"),
    "fein": ("06-0000127", "000000127"),
    "district_code": ("64", "00A"),
    "school_code": ("646411", "0640011"),
    "sced_code": ("1103", "01103"),
    "naics_code": ("6", "62"),
}

ROW_CASES: dict[str, dict[str, list[tuple[dict[str, str], dict[str, str]]]]] = {
    "session_dates_order": {
        "dual_credit": [
            (
                {"session_start": "2023-09-01", "session_end": "2023-08-31"},
                {"session_start": "2023-09-01", "session_end": "2023-09-01"},
            )
        ]
    },
    "service_after_extract": {
        "cthires_service": [
            (
                {"service_start_date": "2024-02-01", "service_end_date": "", "service_status": "open"},
                {"service_start_date": "2024-01-31", "service_end_date": "", "service_status": "open"},
            ),
            (
                {"service_start_date": "2024-02-01", "service_end_date": "", "service_status": "closed"},
                {"service_start_date": "2024-02-01", "service_end_date": "", "service_status": "planned"},
            ),
        ]
    },
    "hourly_wage_outlier": {
        "apprenticeship": [
            ({"entry_wage": "250.01", "entry_wage_unit": "H"}, {"entry_wage": "250.00", "entry_wage_unit": "H"}),
            ({"exit_wage": "45000.00", "exit_wage_unit": "H"}, {"exit_wage": "45000.00", "exit_wage_unit": "Y"}),
        ]
    },
    # rule: source: (breaks it, near miss)
    "L01": {
        "cthires_participant": [
            (
                {"entry_date": "2022-02-02", "exit_date": "2022-02-01"},
                {"entry_date": "2022-02-01", "exit_date": "2022-02-01"},
            ),
            ({"exit_date": "2024-02-01"}, {"exit_date": "2024-01-31"}),
            ({"exit_date": "2024-02-01", "entry_date": ""}, {"exit_date": "", "exit_reason": ""}),
        ],
        "adult_ed": [
            (
                {"entry_date": "2021-09-07", "exit_date": "2021-09-06"},
                {"entry_date": "2021-09-07", "exit_date": "2021-09-07"},
            ),
            ({"exit_date": "2024-02-01"}, {"exit_date": "2024-01-31"}),
        ],
    },
    "L02": {
        "cthires_participant": [
            ({"exit_reason": "03", "exit_date": ""}, {"exit_reason": "03"}),
            ({"exit_reason": "03", "exit_date": ""}, {"exit_reason": "00", "exit_date": ""}),
            ({"exit_reason": "05"}, {"exit_reason": "05", "program_code": "YOUTH"}),
            *(
                (
                    {"exit_reason": "05", "program_code": "YOUTH", "participation_level": "4"},
                    {"exit_reason": "05", "program_code": "YOUTH", "participation_level": level},
                )
                for level in "123"
            ),
            ({"exit_reason": "06"}, {"exit_reason": ""}),
            ({"exit_reason": "07"}, {"exit_reason": "04"}),
        ]
    },
    "L10": {
        "cthires_participant": [
            (
                {"program_code": "ADULT", "birth_date": "2004-02-02", "entry_date": "2022-02-01"},
                {"program_code": "ADULT", "birth_date": "2004-02-01", "entry_date": "2022-02-01"},
            ),
            (
                {"program_code": "YOUTH", "birth_date": "1997-02-01", "entry_date": "2022-02-01"},
                {"program_code": "YOUTH", "birth_date": "1997-02-02", "entry_date": "2022-02-01"},
            ),
            (
                {"program_code": "YOUTH", "birth_date": "2008-02-02", "entry_date": "2022-02-01"},
                {"program_code": "YOUTH", "birth_date": "2008-02-01", "entry_date": "2022-02-01"},
            ),
            (
                {"program_code": "DW", "birth_date": "1997-02-01", "entry_date": "2022-02-01", "foster_youth": "1"},
                {"program_code": "DW", "birth_date": "1997-02-01", "entry_date": "2022-02-01", "foster_youth": "9"},
            ),
            *(
                (
                    {"program_code": program, "birth_date": "2008-02-02", "participation_level": "3"},
                    {"program_code": program, "birth_date": "2008-02-02", "participation_level": "4"},
                )
                for program in ("ADULT", "YOUTH")
            ),
        ]
    },
    "L11": {
        "cthires_participant": [
            (
                {"long_term_unemployed": "1", "emp_status_entry": "3"},
                {"long_term_unemployed": "1", "emp_status_entry": "0"},
            ),
            (
                {"long_term_unemployed": "1", "emp_status_entry": "1"},
                {"long_term_unemployed": "9", "emp_status_entry": "1"},
            ),
        ]
    },
    "birth_before_entry": {
        name: [
            (
                {"birth_date": "2022-02-01", "entry_date": "2022-02-01"},
                {"birth_date": "2000-01-31", "entry_date": "2022-02-01"},
            )
        ]
        for name in ("cthires_participant", "adult_ed")
    },
    "ssn_status_without_ssn": {
        "cthires_participant": [({"ssn": "", "ssn_status": "1"}, {"ssn": "", "ssn_status": "9"})]
    },
    "planned_gap_order": {
        "cthires_participant": [
            (
                {"planned_gap_from": "2022-03-02", "planned_gap_to": "2022-03-01"},
                {"planned_gap_from": "2022-03-01", "planned_gap_to": "2022-03-01"},
            )
        ]
    },
    "ssn_lost_leading_zeros": {
        name: [({"ssn": "21909999"}, {"ssn": "021909999"}), ({"ssn": "2190999"}, {"ssn": ""})]
        for name in ("cthires_participant", "apprenticeship", "adult_ed", "ui_wage")
    },
    "ssn_not_valid": {
        name: [
            ({"ssn": "000121234"}, {"ssn": "001121234"}),
            ({"ssn": "666121234"}, {"ssn": "665121234"}),
            ({"ssn": "900121234"}, {"ssn": "899121234"}),
            ({"ssn": "123001234"}, {"ssn": "123011234"}),
            ({"ssn": "123450000"}, {"ssn": "123450001"}),
            ({"ssn": "111111111"}, {"ssn": "111111112"}),
            ({"ssn": "000000000"}, {"ssn": "00012123"}),
        ]
        for name in ("cthires_participant", "apprenticeship", "adult_ed", "ui_wage")
    },
    "zip_lost_leading_zeros": {
        name: [({"zip": "6106"}, {"zip": "06106"}), ({"zip": "610"}, {"zip": "10001"})]
        for name in ("cthires_participant", "apprenticeship", "adult_ed")
    },
    "service_dates_order": {
        "cthires_service": [
            (
                {"service_start_date": "2022-02-14", "service_end_date": "2022-02-13"},
                {"service_start_date": "2022-02-14", "service_end_date": "2022-02-14"},
            ),
            (
                {"service_start_date": "2022-02-14", "service_end_date": "2022-02-13"},
                {"service_start_date": "2022-02-14", "service_end_date": "", "service_status": "open"},
            ),
            (
                {"service_start_date": "2022-02-14", "service_end_date": "2022-02-13", "service_status": "planned"},
                {"service_start_date": "2022-02-14", "service_end_date": "2022-02-13", "service_status": "cancelled"},
            ),
        ]
    },
    "training_needs_type": {
        "cthires_service": [
            ({"service_code": "TRAINING", "training_type": ""}, {"service_code": "BASIC", "training_type": ""}),
            ({"service_code": "302", "training_type": "00"}, {"service_code": "302", "training_type": "01"}),
            ({"service_code": "training", "training_type": "0"}, {"service_code": "SUPPORTIVE", "training_type": "00"}),
            (
                {"service_code": "302", "training_type": "", "service_status": "planned"},
                {"service_code": "302", "training_type": "", "service_status": "canceled"},
            ),
        ]
    },
    "training_needs_provider": {
        "cthires_service": [
            ({"service_code": "TRAINING", "provider_id": ""}, {"service_code": "INDIVIDUALIZED", "provider_id": ""})
        ]
    },
    "closed_needs_end_date": {
        "cthires_service": [
            ({"service_status": "closed", "service_end_date": ""}, {"service_status": "open", "service_end_date": ""}),
            (
                {"service_status": "CLOSED", "service_end_date": ""},
                {"service_status": "cancelled", "service_end_date": ""},
            ),
        ]
    },
    "credential_needs_type": {
        "cthires_event": [
            ({"event_type": "CRED", "credential_type": "0"}, {"event_type": "CRED", "credential_type": "7"}),
            ({"event_type": "CRED", "credential_type": ""}, {"event_type": "DIPLOMA", "credential_type": ""}),
        ]
    },
    "event_before_entry": {
        "cthires_event": [
            (
                {"entry_date": "2022-08-31", "event_date": "2022-08-30"},
                {"entry_date": "2022-08-30", "event_date": "2022-08-30"},
            )
        ]
    },
    "event_after_extract": {
        "cthires_event": [({"event_date": "2024-02-01"}, {"event_date": "2024-01-31"})],
    },
    "apprentice_under_16": {
        "apprenticeship": [
            (
                {"birth_date": "2005-03-09", "apprenticeship_start_date": "2021-03-08"},
                {"birth_date": "2005-03-08", "apprenticeship_start_date": "2021-03-08"},
            ),
            (
                {"birth_date": "2005-03-02", "registered_date": "2021-03-01", "apprenticeship_start_date": ""},
                {"birth_date": "2005-03-01", "registered_date": "2021-03-01", "apprenticeship_start_date": ""},
            ),
        ]
    },
    "completed_and_terminated": {
        "apprenticeship": [
            (
                {"completed_date": "2025-03-01", "terminated_date": "2025-03-01"},
                {"completed_date": "", "terminated_date": "2025-03-01"},
            )
        ]
    },
    "completed_before_registered": {
        "apprenticeship": [
            (
                {"registered_date": "2021-03-02", "completed_date": "2021-03-01"},
                {"registered_date": "2021-03-01", "completed_date": "2021-03-01"},
            )
        ]
    },
    "comp_needs_completed_date": {
        "apprenticeship": [
            (
                {"apprenticeship_status": "completed", "completed_date": ""},
                {"apprenticeship_status": "COMP", "completed_date": "2025-06-01"},
            )
        ]
    },
    "canc_needs_terminated_date": {
        "apprenticeship": [
            (
                {"apprenticeship_status": "CANC", "terminated_date": ""},
                {"apprenticeship_status": "SUSP", "terminated_date": ""},
            )
        ]
    },
    "entry_wage_below_minimum": {
        "apprenticeship": [
            # 12.00 an hour from 2020-09-01, 13.00 from 2021-08-01; nothing known before 2014.
            (
                {"apprenticeship_start_date": "2021-08-01", "entry_wage": "12.99", "entry_wage_unit": "H"},
                {"apprenticeship_start_date": "2021-07-31", "entry_wage": "12.99", "entry_wage_unit": "H"},
            ),
            (
                {"apprenticeship_start_date": "2021-08-01", "entry_wage": "519.99", "entry_wage_unit": "W"},
                {"apprenticeship_start_date": "2021-08-01", "entry_wage": "520.00", "entry_wage_unit": "W"},
            ),
            (
                {"apprenticeship_start_date": "2023-06-01", "entry_wage": "2599.99", "entry_wage_unit": "M"},
                {"apprenticeship_start_date": "2023-06-01", "entry_wage": "2600.00", "entry_wage_unit": "M"},
            ),
            (
                {"apprenticeship_start_date": "2023-06-01", "entry_wage": "31199.99", "entry_wage_unit": "Y"},
                {"apprenticeship_start_date": "2023-06-01", "entry_wage": "31200.00", "entry_wage_unit": "Y"},
            ),
            (
                {"apprenticeship_start_date": "2014-01-01", "entry_wage": "8.69", "entry_wage_unit": "H"},
                {"apprenticeship_start_date": "2013-12-31", "entry_wage": "1.00", "entry_wage_unit": "H"},
            ),
            (
                {"apprenticeship_start_date": "", "registered_date": "2021-08-01", "entry_wage": "12.99"},
                {"apprenticeship_start_date": "", "registered_date": "2021-07-31", "entry_wage": "12.99"},
            ),
            (
                {"apprenticeship_start_date": "2021-08-01", "registered_date": "2021-07-31", "entry_wage": "12.99"},
                {"apprenticeship_start_date": "2021-07-31", "registered_date": "2021-08-01", "entry_wage": "12.99"},
            ),
        ]
    },
    "terminated_before_registered": {
        "apprenticeship": [
            (
                {"registered_date": "2021-03-02", "terminated_date": "2021-03-01"},
                {"registered_date": "2021-03-01", "terminated_date": "2021-03-01"},
            ),
            ({"terminated_date": "2020-01-01"}, {"terminated_date": ""}),
        ]
    },
    "suspension_dates_order": {
        "apprenticeship": [
            (
                {"suspended_from": "2022-03-02", "suspended_to": "2022-03-01"},
                {"suspended_from": "2022-03-01", "suspended_to": "2022-03-01"},
            ),
            (
                {"suspended_from": "2022-03-02", "suspended_to": "2022-03-01"},
                {"suspended_from": "2022-03-02", "suspended_to": ""},
            ),
        ]
    },
    "completed_too_soon": {
        "apprenticeship": [
            # 8,000 hours at 60 a week are 933.3 days: 2021-03-08 plus 933 days is 2023-09-27.
            ({"completed_date": "2023-09-27"}, {"completed_date": "2023-09-28"}),
            (
                {"completed_date": "2023-09-27", "prior_credit_hours": "2.85"},
                {"completed_date": "2023-09-27", "prior_credit_hours": "2.86"},
            ),
            ({"completed_date": "2021-06-01"}, {"completed_date": "2021-06-01", "approach": "C"}),
        ]
    },
    "pop_hours_over_total": {
        "adult_ed": [({"pop_hours": "64.51", "total_hours": "64.50"}, {"pop_hours": "64.50", "total_hours": "64.50"})]
    },
    "last_activity_before_entry": {
        "adult_ed": [
            (
                {"entry_date": "2021-09-07", "last_activity_date": "2021-09-06"},
                {"entry_date": "2021-09-07", "last_activity_date": "2021-09-07"},
            )
        ]
    },
    "earned_over_attempted": {
        "dual_credit": [
            (
                {"college_credit_earned": "3.01", "college_credit_attempted": "3"},
                {"college_credit_earned": "3.00", "college_credit_attempted": "3"},
            )
        ]
    },
    "no_credit_for_grade": {
        "dual_credit": [
            ({"grade": grade, "college_credit_earned": "0.01"}, {"grade": grade, "college_credit_earned": "0"})
            for grade in ("W", "i", "AU")
        ]
    },
    "quarter_not_ended": {
        "ui_wage": [
            (
                {"wage_year": "2023", "wage_quarter_number": "1", "received_date": "2023-03-31"},
                {"wage_year": "2023", "wage_quarter_number": "1", "received_date": "2023-04-01"},
            ),
            (
                {"wage_year": "2023", "wage_quarter_number": "4", "received_date": "2023-12-31"},
                {"wage_year": "2023", "wage_quarter_number": "4", "received_date": "2024-01-01"},
            ),
        ]
    },
    "quarter_after_period": {
        "ui_wage": [
            (
                {"wage_year": "2023", "wage_quarter_number": "3", "_period_to": "2023-06-30"},
                {"wage_year": "2023", "wage_quarter_number": "2", "_period_to": "2023-06-30"},
            )
        ]
    },
    "received_after_extract": {
        "ui_wage": [({"received_date": "2024-02-01"}, {"received_date": "2024-01-31"})],
    },
    "wage_negative": {
        "ui_wage": [
            ({"wage_usd": "-0.01"}, {"wage_usd": "0.00"}),
            (
                {"wage_usd": "-5", "wage_action": "AMEND"},
                {"wage_usd": "-5", "wage_action": "AMEND", "_amend_mode": "delta"},
            ),
            (
                {"wage_usd": "-5", "wage_action": "ORIG", "_amend_mode": "delta"},
                {"wage_usd": "5", "wage_action": "ORIG", "_amend_mode": "delta"},
            ),
        ]
    },
    "wage_outlier": {"ui_wage": [({"wage_usd": "250000.01"}, {"wage_usd": "250000.00"})]},
}

ASKS_NOTHING = {
    "training_needs_type": {"service_code": "BASIC"},
    "training_needs_provider": {"service_code": "BASIC"},
    "credential_needs_type": {"event_type": "MSG_EFL"},
    "closed_needs_end_date": {"service_status": "open"},
    "ssn_status_without_ssn": {"ssn_status": "9"},
}
