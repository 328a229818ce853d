"""Invented people in good jobs, with supports and in training of incumbent workers, as agencies would send them.

O24 in Jobs First, supports in youth employment, e41 and e44 in incumbent worker training of programme year 2022.
Belongs here: the people and their records. Does not: what comes of them (test_program_money.py).
"""

from __future__ import annotations

from tests.support.landing import Landing, Person

NEWEST = "20260131"
ENTRY, EXIT = "2022-03-01", "2022-12-15"
"""The second quarter after is 2023Q2, the fourth 2023Q4."""
GOOD_JOBS, SUPPORTS = "JFES", "SYEP"
"""Programmes nobody else of the world is in."""
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
    for number, wage in ((101, "11500.00"), (102, "11440.00"), (103, "11439.99")):
        person = participant(landing, number, GOOD_JOBS)
        for quarter, paid in (("2023Q1", "9000.00"), ("2023Q2", wage), ("2023Q3", "3000.00")):
            landing.add_wage(person, quarter, paid, **A)
        for quarter in ("2023Q3", "2023Q4"):
            landing.add_wage(person, quarter, "12000.00", **B)
    stays = participant(landing, 104, GOOD_JOBS)
    for quarter in ("2023Q1", "2023Q2", "2023Q3", "2023Q4", "2024Q1"):
        landing.add_wage(stays, quarter, "11500.00", **A)


def payment(landing: Landing, payment_id: str, person: str, amount: str, paid: str) -> None:
    landing.add(
        "support_payment", "2023Q1", "20230410", payment_id=payment_id, person_source_id=person, payment_usd=amount,
        paid_date=paid,
    )  # fmt: skip


def supports(landing: Landing) -> None:
    """Three with child care, by payment or by service, of whom one works; one without support, who works."""
    paid, paid_too, served, without = (participant(landing, number, SUPPORTS) for number in (111, 112, 113, 114))
    for person in (paid, without):
        landing.add_wage(person, "2023Q2", "5000.00")
    payment(landing, "1", paid.participant_id, "100.00", "2022-05-10")
    payment(landing, "2", paid_too.participant_id, "50.00", "2022-05-10")
    payment(landing, "3", "PT999999", "70.00", "2022-05-10")
    payment(landing, "4", paid.participant_id, "30.00", "2023-01-15")
    for number, (code, start, end) in enumerate((("INDIVIDUALISED", ENTRY, EXIT), ("402", "2022-05-10", "2022-05-10"))):
        landing.add(
            "cthires_service", "2025Q4", NEWEST, service_id=f"S{number}", participant_id=served.participant_id,
            program_code=SUPPORTS, service_code=code, start_date=start, end_date=end,
        )  # fmt: skip


def trained(landing: Landing, **values: str) -> None:
    landing.add(
        "mif_iwt_training", "PY2022", "20230915", state_fiscal_year="2023", training_start_date="2022-10-03",
        training_end_date="2022-11-30", fein="061000301", **values,
    )  # fmt: skip


def incumbent_workers(landing: Landing) -> None:
    """e41, e44: one stays with the company, on another account of it; one leaves after 2023Q2; twelve are a count."""
    stays, leaves = Person(121), Person(122)
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


def jobs(landing: Landing) -> None:
    """Everybody of these examples; nobody of them is numbered below 100."""
    full_quarters(landing)
    supports(landing)
    incumbent_workers(landing)
    for quarter in QUARTERS:
        landing.add_wage(Person(131), quarter, "1.00")
