"""Cases of employers, training programmes, postings, published figures and costs."""

from __future__ import annotations

PATTERN_CASES = {
    # field: (does not have the form, just has it)
    "employer_zip": ("6032", "06032"),
    "predecessor_ean": ("390011", "0000390011"),
    "successor_ean": ("39001l0000", "0000000001"),
    "soc_code": ("51-40411", "514041"),
    "series_id": ("ra apprentices", "RA.2"),
    "geo_code": ("Hartford", "064"),
    "stat_period": ("2023Q5", "PY2023"),
    "stat_vintage": ("2023-13", "2023-11"),
    "cost_period": ("SY2022", "2022Q4"),
}

ASKS_NOTHING = {
    "figure_is_missing": {"stat_status": "SUPPRESSED"},
    "posting_names_no_employer": {"ean": "0000410027"},
}

_NO_TRANSFER = {"predecessor_ean": "", "successor_ean": "", "transfer_date": ""}

ROW_CASES: dict[str, dict[str, list[tuple[dict[str, str], dict[str, str]]]]] = {
    # rule: source: (breaks it, near miss)
    "valid_dates_order": {
        name: [
            (
                {"valid_from_date": "2022-01-01", "valid_to_date": "2021-12-31"},
                {"valid_from_date": "2022-01-01", "valid_to_date": "2022-01-01"},
            )
        ]
        for name in ("employer_master", "etp_program")
    },
    "predecessor_is_self": {
        "employer_master": [
            (
                {"ean": "0000410027", "predecessor_ean": "0000410027"},
                {"ean": "0000410027", "predecessor_ean": "0000410028"},
            )
        ]
    },
    "successor_is_self": {
        "employer_master": [
            ({"ean": "0000410027", "successor_ean": "0000410027"}, {"ean": "0000410027", "successor_ean": ""})
        ]
    },
    "transfer_needs_date": {
        "employer_master": [
            ({"predecessor_ean": "0000390011", "transfer_date": ""}, _NO_TRANSFER),
            (
                {"predecessor_ean": "", "successor_ean": "0000390012", "transfer_date": ""},
                {"predecessor_ean": "", "successor_ean": "0000390012", "transfer_date": "2022-06-30"},
            ),
        ]
    },
    "transfer_needs_account": {
        "employer_master": [
            (
                {"predecessor_ean": "", "successor_ean": "", "transfer_date": "2022-01-01"},
                {"predecessor_ean": "", "successor_ean": "0000390012", "transfer_date": "2022-01-01"},
            )
        ]
    },
    "naics_needs_vintage": {
        "employer_master": [
            ({"naics_vintage": ""}, {"naics_vintage": "2017"}),
            ({"naics_vintage": ""}, {"naics_code": ""}),
        ]
    },
    "naics_not_in_vintage": {
        "employer_master": [
            # 511210, software publishers, became 513210 in 2022.
            ({"naics_code": "511210", "naics_vintage": "2022"}, {"naics_code": "511210", "naics_vintage": "2017"}),
            ({"naics_code": "34", "naics_vintage": "2022"}, {"naics_code": "33", "naics_vintage": "2022"}),
            ({"naics_code": "989999", "naics_vintage": "2022"}, {"naics_code": "999999", "naics_vintage": "2022"}),
        ]
    },
    "employer_zip_outside_connecticut": {
        "employer_master": [
            (
                {"employer_town_code": "052", "employer_zip": "01103"},
                {"employer_town_code": "", "employer_zip": "01103"},
            )
        ]
    },
    "training_without_credential": {"etp_program": [({"credential_type": "0"}, {"credential_type": "7"})]},
    "training_without_hours": {
        "etp_program": [({"clock_hours": "0"}, {"clock_hours": "0.01"}), ({"clock_hours": "0.00"}, {"clock_hours": ""})]
    },
    "cip_not_known": {
        # A code of the wrong form is the finding of its form alone.
        "etp_program": [
            ({"cip_code": "513998"}, {"cip_code": "513902"}),
            ({"cip_code": "513998"}, {"cip_code": "51.3998"}),
        ]
    },
    "onet_not_known": {
        "etp_program": [
            ({"onet_code": "31113199"}, {"onet_code": "31113100"}),
            ({"onet_code": "31-1139"}, {"onet_code": "31-1131"}),
            ({"onet_code": "31-1131.99"}, {"onet_code": "31-1131.00"}),
        ]
    },
    "posting_closed_before_posted": {
        "job_posting_snapshot": [({"posting_closed_date": "2023-10-01"}, {"posting_closed_date": "2023-10-02"})]
    },
    "snapshot_before_posted": {
        "job_posting_snapshot": [({"snapshot_date": "2023-10-01"}, {"snapshot_date": "2023-10-02"})]
    },
    "snapshot_after_period": {
        "job_posting_snapshot": [
            (
                {"snapshot_date": "2024-01-01", "_period_to": "2023-12-31"},
                {"snapshot_date": "2023-12-31", "_period_to": "2023-12-31"},
            )
        ]
    },
    "posting_closed_after_snapshot": {
        "job_posting_snapshot": [({"posting_closed_date": "2024-01-01"}, {"posting_closed_date": "2023-12-31"})]
    },
    "offered_wages_order": {
        "job_posting_snapshot": [
            (
                {"offered_wage_min": "31.01", "offered_wage_max": "31.00"},
                {"offered_wage_min": "31.00", "offered_wage_max": "31.00"},
            ),
            ({"offered_wage_min": "31.01"}, {"offered_wage_min": "31.01", "offered_wage_max": ""}),
        ]
    },
    "offered_wage_needs_unit": {
        "job_posting_snapshot": [
            ({"offered_wage_unit": ""}, {"offered_wage_unit": "", "offered_wage_min": "", "offered_wage_max": ""})
        ]
    },
    "offered_wage_below_minimum": {
        "job_posting_snapshot": [
            # 15.00 an hour from 2023-06-01, 14.00 before.
            (
                {"offered_wage_min": "14.99", "snapshot_date": "2023-12-31"},
                {"offered_wage_min": "15.00", "snapshot_date": "2023-12-31"},
            ),
            (
                {"offered_wage_min": "14.99", "posted_date": "2023-05-01", "snapshot_date": "2023-06-01"},
                {"offered_wage_min": "14.99", "posted_date": "2023-05-01", "snapshot_date": "2023-05-31"},
            ),
            (
                {"offered_wage_min": "2599.99", "offered_wage_unit": "M"},
                {"offered_wage_min": "2600.00", "offered_wage_unit": "M"},
            ),
            (
                {"offered_wage_min": "31199.99", "offered_wage_unit": "Y"},
                {"offered_wage_min": "31200.00", "offered_wage_unit": "Y"},
            ),
        ]
    },
    "posting_names_no_employer": {
        "job_posting_snapshot": [
            ({"posting_employer_name": "", "ean": ""}, {"posting_employer_name": "FV Precision", "ean": ""})
        ]
    },
    "soc_not_known": {
        "job_posting_snapshot": [
            ({"soc_code": "51-4049"}, {"soc_code": "514041"}),
            ({"soc_code": "511131"}, {"soc_code": "31-1131"}),
        ]
    },
    "naics_not_known": {
        "job_posting_snapshot": [
            ({"naics_code": "511210"}, {"naics_code": "513210"}),
            ({"naics_code": "989999"}, {"naics_code": "999999"}),
        ]
    },
    "figure_is_missing": {
        "external_stat": [
            ({"stat_value": "", "stat_status": "FINAL"}, {"stat_value": "", "stat_status": "SUPPRESSED"}),
            ({"stat_value": "", "stat_status": "CONFIRM"}, {"stat_value": "0", "stat_status": "CONFIRM"}),
            ({"stat_value": "", "stat_status": ""}, {"stat_value": "0", "stat_status": ""}),
        ]
    },
    "figure_is_withheld": {
        "external_stat": [({"stat_value": "0", "stat_status": "*"}, {"stat_value": "", "stat_status": "*"})]
    },
    "count_below_zero": {
        "external_stat": [
            ({"stat_value": "-0.01", "stat_unit": "JOBS"}, {"stat_value": "0.00", "stat_unit": "JOBS"}),
            ({"stat_value": "-5", "stat_unit": "PERSONS"}, {"stat_value": "-5", "stat_unit": "PERCENT"}),
        ]
    },
    "percent_over_100": {
        "external_stat": [
            ({"stat_value": "100.01", "stat_unit": "PERCENT"}, {"stat_value": "100.00", "stat_unit": "PERCENT"}),
            ({"stat_value": "-100.01", "stat_unit": "%"}, {"stat_value": "100.01", "stat_unit": "INDEX"}),
        ]
    },
    "town_not_in_connecticut": {
        "external_stat": [({"geo_code": "170"}, {"geo_code": "169"}), ({"geo_code": "000"}, {"geo_code": "001"})]
    },
    "published_before_its_period": {
        "external_stat": [
            (
                {"stat_period": "PY2024", "stat_vintage": "2023-11-13", "stat_status": "FINAL"},
                {"stat_period": "PY2023", "stat_vintage": "2023-11-13", "stat_status": "FINAL"},
            ),
            (
                {"stat_period": "2024Q1", "stat_vintage": "2023", "stat_status": "CONFIRM"},
                {"stat_period": "2024Q1", "stat_vintage": "2023", "stat_status": "TARGET"},
            ),
            (
                {"stat_period": "2024", "stat_vintage": "2023", "stat_status": "PRELIM"},
                {"stat_period": "2024", "stat_vintage": "UNDATED", "stat_status": "PRELIM"},
            ),
            (
                {"stat_period": "2024", "stat_vintage": "2023", "stat_status": ""},
                {"stat_period": "2024", "stat_vintage": "2024", "stat_status": ""},
            ),
        ]
    },
    "as_of_after_extract": {"external_stat": [({"as_of_date": "2024-02-01"}, {"as_of_date": "2024-01-31"})]},
    "cost_spent_after_period": {
        "program_cost": [
            (
                {"cost_period": "PY2024", "cost_basis": "ACTUAL", "_period_to": "2023-12-31"},
                {"cost_period": "PY2023", "cost_basis": "ACTUAL", "_period_to": "2023-12-31"},
            ),
            (
                {"cost_period": "FY2025", "cost_basis": "ALLOCATED", "_period_to": "2023-12-31"},
                {"cost_period": "FY2024", "cost_basis": "ALLOCATED", "_period_to": "2023-12-31"},
            ),
            (
                {"cost_period": "2024Q1", "cost_basis": "ACTUAL", "_period_to": "2023-12-31"},
                {"cost_period": "2024Q1", "cost_basis": "BUDGETED", "_period_to": "2023-12-31"},
            ),
        ]
    },
    "cost_is_zero": {"program_cost": [({"cost_amount_usd": "0.00"}, {"cost_amount_usd": "0.01"})]},
}

_ADMIN = {"program_code": "ADULT", "cost_class": "ADMIN"}
_SPENT = {"program_code": "ADULT", "cost_class": "TRAINING", "cost_amount_usd": "900.00"}

FILE_CASES: dict[str, dict[str, list[tuple[list[dict[str, str]], set[int]]]]] = {
    # rule: source: (changes of each row, positions that break it)
    "account_validity_overlaps": {
        "employer_master": [
            (
                [
                    {"valid_from_date": "2022-01-01", "valid_to_date": "2022-06-30"},
                    {"valid_from_date": "2022-06-30", "valid_to_date": ""},
                ],
                {1},
            ),
            (
                [
                    {"valid_from_date": "2022-07-01", "valid_to_date": ""},
                    {"valid_from_date": "2022-01-01", "valid_to_date": "2022-06-30"},
                ],
                set(),
            ),
            ([{"valid_from_date": "2023-01-01"}, {"valid_from_date": "2022-01-01", "valid_to_date": ""}], {0}),
            (
                # A long row hides behind a short one: every earlier row counts, not only the last.
                [
                    {"valid_from_date": "2022-01-01", "valid_to_date": "2023-12-31"},
                    {"valid_from_date": "2022-02-01", "valid_to_date": "2022-02-28"},
                    {"valid_from_date": "2023-01-01", "valid_to_date": ""},
                ],
                {1, 2},
            ),
            (
                [
                    {"valid_from_date": "2022-01-01", "valid_to_date": ""},
                    {"ean": "0000410028", "valid_from_date": "2022-06-01", "valid_to_date": ""},
                ],
                set(),
            ),
        ]
    },
    "programme_validity_overlaps": {
        "etp_program": [
            (
                [
                    {"valid_from_date": "2022-01-01", "valid_to_date": "2022-06-30"},
                    {"valid_from_date": "2022-06-30", "valid_to_date": ""},
                ],
                {1},
            ),
            (
                [
                    {"valid_from_date": "2022-01-01", "valid_to_date": "2022-06-30"},
                    {"valid_from_date": "2022-07-01", "valid_to_date": ""},
                ],
                set(),
            ),
            (
                [
                    {"valid_from_date": "2022-01-01", "valid_to_date": ""},
                    {"etp_program_id": "ETP0231-03", "valid_from_date": "2022-06-01", "valid_to_date": ""},
                ],
                set(),
            ),
        ]
    },
    "provider_has_two_names": {
        "etp_program": [
            ([{"provider_name": "Skills Institute"}, {"provider_name": "Skills Inst."}], {0, 1}),
            (
                [{"provider_name": "Skills Institute"}, {"provider_id": "PRV0232", "provider_name": "Skills Inst."}],
                set(),
            ),
        ]
    },
    "posting_has_two_first_days": {
        "job_posting_snapshot": [
            ([{"posted_date": "2023-10-02"}, {"posted_date": "2023-10-03", "snapshot_date": "2023-11-30"}], {0, 1}),
            ([{"posted_date": "2023-10-02"}, {"posted_date": "2023-10-03", "posting_id": "P2023-004411"}], set()),
        ]
    },
    "posting_open_after_closing": {
        "job_posting_snapshot": [
            (
                [
                    {"snapshot_date": "2023-11-30", "posting_closed_date": "2023-11-20"},
                    {"snapshot_date": "2023-12-31", "posting_closed_date": ""},
                ],
                {1},
            ),
            (
                [
                    {"snapshot_date": "2023-11-30", "posting_closed_date": ""},
                    {"snapshot_date": "2023-12-31", "posting_closed_date": "2023-12-20"},
                ],
                set(),
            ),
            ([{"snapshot_date": "2023-11-30"}, {"snapshot_date": "2023-12-31"}], set()),
        ]
    },
    "series_has_two_units": {
        "external_stat": [
            ([{"stat_unit": "PERSONS"}, {"stat_unit": "JOBS", "stat_period": "2024"}], {0, 1}),
            ([{"stat_unit": "PERSONS"}, {"stat_unit": "JOBS", "series_id": "RA_SPONSORS"}], set()),
        ]
    },
    "series_has_two_titles": {
        "external_stat": [
            ([{"series_title": "Apprentices"}, {"series_title": "Trainees", "stat_period": "2024"}], {0, 1}),
            ([{"series_title": "Apprentices"}, {"series_title": "Sponsors", "series_id": "RA_SPONSORS"}], set()),
        ]
    },
    "administration_over_tenth": {
        "program_cost": [
            ([_SPENT, _ADMIN | {"cost_amount_usd": "100.01"}], {1}),
            ([_SPENT, _ADMIN | {"cost_amount_usd": "100.00"}], set()),
            ([_SPENT, _ADMIN | {"cost_amount_usd": "100.01", "program_code": "APPRENTICESHIP"}], set()),
            (
                [_SPENT, _ADMIN | {"cost_amount_usd": "50"}, _ADMIN | {"provider_id": "B", "cost_amount_usd": "51"}],
                {1, 2},
            ),
        ]
    },
}
