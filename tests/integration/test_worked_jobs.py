"""Good jobs, supports and training of incumbent workers, from landed files to the published report, by hand.

O24 in the veterans' programme, supports in SNAP employment and training, e41 and e44 in incumbent worker training: a
programme each, so one run answers them all and no example can help another.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.landing import Landing, Person
from tests.support.running import query, run_here

pytestmark = pytest.mark.slow

AS_OF = "2026-01-31"
NEWEST = "20260131"
ENTRY, EXIT = "2022-03-01", "2022-12-15"
"""The second quarter after is 2023Q2, the fourth 2023Q4."""
QUARTERS = ("2021Q4", "2022Q1", "2022Q2", "2022Q3", "2022Q4", "2023Q1", "2023Q2", "2023Q3", "2023Q4", "2024Q1")
A = {"ean": "0000000301", "fein": "061000301"}
B = {"ean": "0000000302", "fein": "061000302"}
OTHER_ACCOUNT_OF_A = {"ean": "0000000303", "fein": "061000301"}


def participant(landing: Landing, number: int, program: str, **values: str) -> Person:
    person = Person(number)
    landing.add(
        "cthires_participant", "2025Q4", NEWEST, participant_id=person.participant_id, **person.identifiers(),
        birth_date=person.birth_date, program_code=program, **{"entry_date": ENTRY, "exit_date": EXIT} | values,
    )  # fmt: skip
    return person


def full_quarters(landing: Landing) -> None:
    """O24: three leave A for B in 2023Q3, paid 11,500.00, 11,440.00 and 11,439.99 in Q2; the fourth stays with A."""
    for number, wage in ((1, "11500.00"), (2, "11440.00"), (3, "11439.99")):
        person = participant(landing, number, "JVSG")
        for quarter, paid in (("2023Q1", "9000.00"), ("2023Q2", wage), ("2023Q3", "3000.00")):
            landing.add_wage(person, quarter, paid, **A)
        for quarter in ("2023Q3", "2023Q4"):
            landing.add_wage(person, quarter, "12000.00", **B)
    stays = participant(landing, 4, "JVSG")
    for quarter in ("2023Q1", "2023Q2", "2023Q3", "2023Q4", "2024Q1"):
        landing.add_wage(stays, quarter, "11500.00", **A)


def payment(landing: Landing, payment_id: str, person: str, amount: str, paid: str) -> None:
    landing.add(
        "support_payment", "2023Q1", "20230410", payment_id=payment_id, person_source_id=person, payment_usd=amount,
        paid_date=paid,
    )  # fmt: skip


def supports(landing: Landing) -> None:
    """Three with child care, by payment or by service, of whom one works; one without support, who works."""
    paid, paid_too, served, without = (participant(landing, number, "SNAPET") for number in (11, 12, 13, 14))
    for person in (paid, without):
        landing.add_wage(person, "2023Q2", "5000.00")
    payment(landing, "1", paid.participant_id, "100.00", "2022-05-10")
    payment(landing, "2", paid_too.participant_id, "50.00", "2022-05-10")
    payment(landing, "3", "PT999999", "70.00", "2022-05-10")
    payment(landing, "4", paid.participant_id, "30.00", "2023-01-15")
    for number, (code, start, end) in enumerate((("INDIVIDUALISED", ENTRY, EXIT), ("402", "2022-05-10", "2022-05-10"))):
        landing.add(
            "cthires_service", "2025Q4", NEWEST, service_id=f"S{number}", participant_id=served.participant_id,
            program_code="SNAPET", service_code=code, start_date=start, end_date=end,
        )  # fmt: skip


def trained(landing: Landing, **values: str) -> None:
    landing.add(
        "mif_iwt_training", "PY2022", "20230915", state_fiscal_year="2023", training_start_date="2022-10-03",
        training_end_date="2022-11-30", fein="061000301", **values,
    )  # fmt: skip


def incumbent_workers(landing: Landing) -> None:
    """e41, e44: one stays with the company, on another account of it; one leaves after 2023Q2; twelve are a count."""
    stays, leaves = Person(21), Person(22)
    for number, person in enumerate((stays, leaves), start=1):
        trained(
            landing, training_contract_id="MIF-1", employee_seq=str(number), **person.identifiers(),
            birth_date=person.birth_date, training_hours="10", state_amount_usd="500.00",
            hourly_wage_before_usd="20.00" if number == 1 else "", hourly_wage_after_usd="22.00" if number == 1 else "",
        )  # fmt: skip
    trained(landing, training_contract_id="MIF-2", trainee_count="12", state_amount_usd="6000.00")
    for quarter in QUARTERS[:4]:
        landing.add_wage(stays, quarter, "10000.00", **A)
        landing.add_wage(leaves, quarter, "5000.00", **A)
    for quarter in ("2023Q1", "2023Q2"):
        landing.add_wage(stays, quarter, "11000.00", **A)
        landing.add_wage(leaves, quarter, "6000.00", **A)
    for quarter in ("2023Q3", "2023Q4"):
        landing.add_wage(stays, quarter, "11000.00", **OTHER_ACCOUNT_OF_A)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("jobs")
    landing = Landing()
    full_quarters(landing)
    supports(landing)
    incumbent_workers(landing)
    for quarter in QUARTERS:
        landing.add_wage(Person(31), quarter, "1.00")
    landed = landing.write(folder / "landing")
    run_here(folder / "home", landed, AS_OF)
    return folder / "home"


def counts(home: Path, metric: str, version: str = "1.0", wda: str = "ALL") -> tuple:
    rows = query(
        home,
        "select numerator_count, denominator_count, pending_count, median_usd from rpt_good_job "
        "where program_code = 'JVSG' and program_year = 2022 and metric_code = ? "
        "and definition_version = ? and wda_code = ?",
        [metric, version, wda],
    )
    assert len(rows) == 1, rows
    return rows[0]


def support(home: Path, program: str, year: int, metric: str, columns: str) -> tuple:
    rows = query(
        home,
        f"select {columns} from rpt_support where program_code = ? and program_year = ? and metric_code = ? "
        "and support_type_code = 'CHILDCARE'",
        [program, year, metric],
    )
    assert len(rows) == 1, rows
    return rows[0]


def training(home: Path, metric: str, columns: str) -> tuple:
    rows = query(
        home,
        f"select {columns} from rpt_incumbent_training where state_fiscal_year = 2023 "
        "and company_key = 'FEIN-061000301' and metric_code = ?",
        [metric],
    )
    assert len(rows) == 1, rows
    return rows[0]


def test_o24_full_quarter_lies_between_two_others(home: Path) -> None:
    rows = query(
        home,
        "select employer_key, quarter, is_beginning_of_quarter, is_full_quarter, is_end_of_quarter "
        "from fct_employment_quarter where person_key in "
        "(select person_key from fct_employment_quarter where wage_usd = 11440.00) order by 1, 2",
    )
    assert rows == [
        ("FEIN-061000301", "2023Q1", False, False, True),
        ("FEIN-061000301", "2023Q2", True, True, True),
        ("FEIN-061000301", "2023Q3", True, False, False),
        ("FEIN-061000302", "2023Q3", False, False, True),
        ("FEIN-061000302", "2023Q4", True, False, False),
    ]


def test_o24_a_threshold_is_reached_to_the_cent(home: Path) -> None:
    """22.00 an hour: 11,439.99 does not reach it. The living wage and one and a half times 14.00 are lower."""
    assert counts(home, "GOOD_JOB_Q2", "2.0")[:3] == (3, 4, 0)
    assert counts(home, "GOOD_JOB_Q2", "1.0")[:3] == (4, 4, 0)
    assert counts(home, "GOOD_JOB_Q2", "3.0")[:3] == (4, 4, 0)


def test_o24_a_good_job_lasts_to_the_fourth_quarter(home: Path) -> None:
    assert counts(home, "FULL_QUARTER_Q2")[:3] == (4, 4, 0)
    assert counts(home, "FULL_QUARTER_Q4")[:3] == (1, 4, 0)
    assert counts(home, "JOB_STABILITY")[:3] == (1, 4, 0)
    assert counts(home, "GOOD_JOB", "2.0")[:3] == (1, 4, 0)
    assert counts(home, "GOOD_JOB", "2.0", "NC")[:3] == (1, 4, 0)
    assert counts(home, "FULL_QUARTER_HOURLY_Q2") == (4, 4, 0, Decimal("22.06"))


def test_support_stands_beside_employment_and_claims_nothing(home: Path) -> None:
    """Three with support and one without are too few to compare: the shares stand, the gap does not."""
    assert support(
        home, "SNAPET", 2022, "SUPPORT_EMP_Q2",
        "numerator_count, denominator_count, without_numerator_count, without_denominator_count, gap_points, "
        "interpretation_code",
    ) == (1, 3, 1, 1, None, "NON_CAUSAL")  # fmt: skip
    assert support(
        home, "SNAPET", 2021, "SUPPORT_RECEIVED",
        "recipient_count, payment_count, payment_usd, service_count, numerator_count, denominator_count",
    ) == (3, 2, Decimal("150.00"), 1, 3, 4)  # fmt: skip


def test_support_of_nobody_known_is_money_without_a_programme(home: Path) -> None:
    """Its number is nobody's; the other was paid on the 31st day after the exit."""
    columns = "payment_count, payment_usd, unmatched_count, excluded_count"
    assert support(home, "UNKNOWN", 2021, "SUPPORT_RECEIVED", columns) == (1, Decimal("70.00"), 1, 0)
    assert support(home, "UNKNOWN", 2022, "SUPPORT_RECEIVED", columns) == (1, Decimal("30.00"), 0, 1)
    assert support(home, "ALL", 2021, "SUPPORT_RECEIVED", columns) == (3, Decimal("220.00"), 1, 0)


def test_e41_retention_counts_from_the_end_of_the_training(home: Path) -> None:
    columns = "numerator_count, denominator_count, metric_share, pending_count"
    assert training(home, "IWT_RETENTION_Q2", columns) == (2, 2, 1, 0)
    assert training(home, "IWT_RETENTION_Q4", columns) == (1, 2, Decimal("0.5"), 0)
    assert training(home, "IWT_WAGE_GROWTH", "before_mean_usd, after_mean_usd, growth_ratio, numerator_count") == (
        Decimal("30000.00"), Decimal("28000.00"), Decimal("-0.066667"), 1,
    )  # fmt: skip
    assert training(home, "IWT_HOURLY_GROWTH", "denominator_count, growth_ratio, excluded_not_reported_count") == (
        1, Decimal("0.1"), 1,
    )  # fmt: skip


def test_e44_a_head_count_costs_and_is_nobody(home: Path) -> None:
    columns = "denominator_count, person_count, headcount_count, total_usd, mean_usd, total_hours, mean_hours"
    assert training(home, "IWT_TRAINEES", columns)[:3] == (14, 2, 12)
    assert training(home, "IWT_STATE_COST", columns)[3:5] == (Decimal("7000.00"), Decimal("500.00"))
    assert training(home, "IWT_HOURS", columns)[5:] == (Decimal("500.00"), Decimal("35.71"))
    assert query(home, "select count(*) from fct_program_period where program_code = 'MIF_IWT'") == [(2,)]
