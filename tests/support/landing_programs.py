"""Plain valid rows of what programmes cost, give and train, and of published figures, for hand-made landing folders.

Belongs here: the default values of each column. Does not: rows of a case.
"""

from __future__ import annotations

PROGRAMS: dict[str, dict[str, str]] = {
    "program_cost": {
        "program_code": "ADULT",
        "provider_id": "WDB-NC",
        "funding_code": "WIOA-AD",
        "cost_period": "",
        "cost_basis": "ACTUAL",
        "cost_class": "CAREER",
        "cost_amount_usd": "",
    },
    "external_stat": {
        "series_id": "",
        "series_title": "Consumer prices",
        "geo_code": "US",
        "stat_period": "",
        "stat_vintage": "",
        "stat_value": "",
        "stat_unit": "INDEX",
        "stat_status": "FINAL",
        "stat_citation": "US Bureau of Labor Statistics",
    },
    "mif_iwt_training": {
        "training_contract_id": "",
        "employee_seq": "",
        "employer_name": "Harbor Precision LLC",
        "state_fiscal_year": "2022",
        "ssn": "",
        "first_name": "",
        "last_name": "",
        "birth_date": "",
        "ean": "",
        "fein": "",
        "trainee_count": "",
        "training_topic": "CNC programming",
        "training_hours": "40",
        "training_start_date": "",
        "training_end_date": "",
        "state_amount_usd": "",
        "employer_match_usd": "",
        "hourly_wage_before_usd": "",
        "hourly_wage_after_usd": "",
    },
    "support_payment": {
        "payment_id": "",
        "person_source_id": "",
        "source_system": "CTHIRES",
        "support_type": "CHILDCARE",
        "payment_usd": "",
        "paid_date": "",
    },
}
