"""Invented people in programmes that cost something, in groups, apprenticeships and training of incumbent workers.

Belongs here: the people and their records. Does not: what comes of them (test_program_money.py).
"""

from __future__ import annotations

from tests.support.landing import Landing, Person

NEWEST = "20260131"
ENTRY, EXIT = "2022-08-15", "2023-03-31"
"""Both in programme year 2022; four quarters before 2022Q3 and after 2023Q1."""
BEFORE = ("2021Q3", "2021Q4", "2022Q1", "2022Q2")
AFTER = ("2023Q2", "2023Q3", "2023Q4", "2024Q1")
O14 = {
    "A": ((3000, 3000, 3000, 3000), (5000, 5500, 5500, 6000)),
    "B": ((0, 0, 0, 0), (4000, 4500, 5000, 5500)),
    "C": ((8000, 8000, 8000, 8000), (7500, 7500, 7500, 7500)),
    "D": ((5000, 5000, 0, 0), (6000, 6000, 6500, 6500)),
}


def participant(landing: Landing, number: int, program: str, **values: str) -> Person:
    person = Person(number)
    identifiers = person.identifiers() | {name: values.pop(name) for name in ("ssn", "ssn_status") if name in values}
    landing.add(
        "cthires_participant", values.pop("period", "2025Q4"), values.pop("extract", NEWEST),
        participant_id=person.participant_id, **identifiers,
        birth_date=person.birth_date, program_code=program, **{"entry_date": ENTRY, "exit_date": EXIT} | values,
    )  # fmt: skip
    return person


def cost(landing: Landing, program: str, amount: str, basis: str = "ACTUAL", cost_class: str = "CAREER") -> None:
    landing.add(
        "program_cost", "PY2022", "20231018", program_code=program, cost_period="PY2022", cost_basis=basis,
        cost_class=cost_class, cost_amount_usd=amount,
    )  # fmt: skip


def return_on_investment(landing: Landing) -> None:
    """O14: four participants matched, the fifth with neither a number nor wages; 32,500 spent on the five."""
    for number, (before, after) in enumerate(O14.values(), start=1):
        person = participant(landing, number, "TAA")
        for quarter, wage in zip(BEFORE + AFTER, before + after, strict=True):
            if wage:
                landing.add_wage(person, quarter, f"{wage}.00")
    participant(landing, 5, "TAA", ssn="", ssn_status="9")
    cost(landing, "TAA", "20000.00")
    cost(landing, "TAA", "12500.00", cost_class="TRAINING")
    cost(landing, "TAA", "99999.00", basis="OBLIGATED")


def constant_prices(landing: Landing) -> None:
    """O22: the second quarter after exit has index 300.0, the base quarter 310.0; a later base is not known (e39)."""
    landing.add_wage(participant(landing, 6, "JVSG"), "2023Q3", "5000.00")
    for extract, vintage, figures in (
        ("20260115", "2026-01", {"2023Q3": "300.00", "2025Q3": "310.00"}),
        ("20260215", "2026-02", {"2023Q3": "100.00", "2025Q3": "155.00"}),
    ):
        for quarter, index in figures.items():
            landing.add(
                "external_stat", "2025", extract, series_id="CUUR0000SA0", stat_period=quarter, stat_vintage=vintage,
                stat_value=index,
            )  # fmt: skip


def incumbent_workers(landing: Landing) -> None:
    """e41, e44: one trainee with a name, who works throughout, and a contract of fourteen that is a count."""
    person = Person(8)
    dates = {"training_start_date": "2021-09-01", "training_end_date": "2021-10-15"}
    landing.add(
        "mif_iwt_training", "PY2021", "20220915", training_contract_id="MIF-21", employee_seq="1",
        **person.identifiers(), birth_date=person.birth_date, **dates, state_fiscal_year="2022",
    )  # fmt: skip
    landing.add(
        "mif_iwt_training", "PY2021", "20220915", training_contract_id="MIF-22", trainee_count="14", **dates,
        state_fiscal_year="2022",
    )  # fmt: skip
    landing.add_wage(person, "2022Q2", "11000.00")


def races_and_homes(landing: Landing) -> None:
    """O18: r1 to r6, who are also e30: of r5 only the ZIP of the home is known, and r6 lives outside Connecticut."""
    stated = dict.fromkeys(("hispanic", "aian", "asian", "black", "nhpi", "white"), "0")
    said: tuple[dict[str, str], ...] = (
        {"hispanic": "1", "white": "1"},
        {"black": "1", "white": "1"},
        dict.fromkeys(stated, "9"),
        {"asian": "1"},
        {"hispanic": "9", "black": "1", "town_code": ""},
        {"town_code": "", "zip": "06390"},
    )
    for number, answers in enumerate(said, start=10):
        participant(landing, number, "DW", **(stated | answers))


def moved(landing: Landing) -> None:
    """e31: served for Hartford's area, now living in Stamford and served for Stamford's."""
    participant(landing, 16, "SNAPET", period="2023Q2", extract="20230731")
    participant(
        landing, 16, "SNAPET", entry_date="2025-09-02", exit_date="", town_code="135", zip="06901", wda_code="SW"
    )


def apprentices(landing: Landing) -> None:
    """O19: completed; cancelled in probation; cancelled later; active past the term and a year more; suspended."""
    agreements: tuple[dict[str, str], ...] = (
        {
            "status": "COMP", "CompletedDate": "2024-08-30", "entry_wage": "18.50", "entry_wage_unit": "H",
            "exit_wage": "5373.33", "exit_wage_unit": "M",
        },
        {"status": "CANC", "TerminatedDate": "2020-12-01"},
        {"status": "CANC", "TerminatedDate": "2023-02-01"},
        {},
        {"status": "SUSP", "suspended_from": "2023-01-01", "term_hours": "12000"},
    )  # fmt: skip
    for number, values in enumerate(agreements, start=17):
        person = Person(number)
        landing.add(
            "apprenticeship", "2025", NEWEST, ApprenticeID=f"A{number:05d}", **person.identifiers(),
            DOB=person.birth_date, EnrolledDate="2020-09-01", **{"term_hours": "8000"} | values,
        )  # fmt: skip


def money(landing: Landing) -> None:
    """Everybody of these examples; nobody is numbered above 99."""
    return_on_investment(landing)
    constant_prices(landing)
    participant(landing, 7, "BESTCHANCE")
    cost(landing, "BESTCHANCE", "0.00")
    incumbent_workers(landing)
    races_and_homes(landing)
    moved(landing)
    apprentices(landing)
    for quarter in (*BEFORE, "2022Q3", "2022Q4", "2023Q1", *AFTER):
        landing.add_wage(Person(9), quarter, "1.00")
