"""Hundreds of made-up, disorderly lives: dbt and the plain-Python oracle agree on every period and every figure."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from home import Home
from tests.support.outcome_oracle import COUNTS, Life, Oracle, Registration, Service, median
from tests.support.scratch_warehouse import ScratchWarehouse, dbt, marts

pytestmark = pytest.mark.slow

AS_OF = date(2024, 3, 15)
PROGRAMS = ["ADULT", "DW", "WP", "YOUTH", "TAA"]
FEIN = {"0000000001": "061000001", "0000000002": "061000001", "0000000003": None}
QUARTERS = range(2021 * 4, 2023 * 4 + 4)
FINAL = {quarter for quarter in QUARTERS if quarter < 2023 * 4 + 1}
EXTRACT = "2024-03-01"


def days(generator: random.Random, least: int, most: int) -> timedelta:
    return timedelta(days=generator.randint(least, most))


def registration(generator: random.Random, participant_id: str) -> Registration:
    program, entry = generator.choice(PROGRAMS), date(2021, 1, 1) + days(generator, 0, 1100)
    left = entry + days(generator, 0, 300) if generator.random() < 0.7 else None
    left = left if left and left <= AS_OF else None
    gap_from = entry + days(generator, 5, 100)
    training_from = date(2021, 1, 1) + days(generator, 0, 1150) if generator.random() < 0.3 else None
    reasons = ["00", "00", "00", "03", "05" if program == "YOUTH" else "00"]
    return Registration(
        participant_id=participant_id,
        program=program,
        entry=entry,
        exit=left,
        level=generator.choice("1114"),
        reason=generator.choice(reasons) if left else "00",
        wda=generator.choice(["NC", "SC"]),
        gap=(gap_from, gap_from + days(generator, 10, 150)) if generator.random() < 0.15 else None,
        in_secondary=generator.random() < 0.5,
        in_postsecondary=generator.random() < 0.25,
        education=generator.choice("0134"),
        training_from=training_from,
        training_to=training_from + days(generator, 0, 300) if training_from and generator.random() < 0.4 else None,
        enrolled=left + days(generator, 0, 500) if left and generator.random() < 0.3 else None,
        placed=generator.random() < 0.3,
    )


def service(generator: random.Random, of: Registration) -> Service:
    start = of.entry + days(generator, -10, 400)
    code = generator.choice(["TRAINING", "TRAINING", "INDIVIDUALISED", "BASIC", "FOLLOW_UP", "SUPPORTIVE", "SELF"])
    return Service(
        participant_id=of.participant_id,
        program=of.program if generator.random() < 0.85 else generator.choice(PROGRAMS),
        code=code,
        start=start,
        end=start + days(generator, 0, 120) if generator.random() < 0.7 else None,
        status=generator.choices(["closed", "open", "planned", "cancelled"], [8, 1, 1, 1])[0],
        training_type=generator.choice(["01", "06", "11"]) if code == "TRAINING" else None,
    )


def life(generator: random.Random, number: int) -> Life:
    made = Life(has_valid_ssn=generator.random() < 0.9)
    numbers = [f"A{number}", f"B{number}"] if generator.random() < 0.2 else [f"A{number}"]
    seen = set()
    for _ in range(generator.randint(1, 3)):
        of = registration(generator, generator.choice(numbers))
        if (of.participant_id, of.program, of.entry) in seen:
            continue
        seen.add((of.participant_id, of.program, of.entry))
        made.registrations.append(of)
        made.services += [service(generator, of) for _ in range(generator.choice([0, 1, 2, 4]))]
        for _ in range(generator.choice([0, 0, 1, 2])):
            kind = generator.choice(["CRED", "DIPLOMA", "MSG_SKILL"])
            credential = generator.choice("156") if kind == "CRED" else None
            made.events.append((kind, credential, of.entry + days(generator, 0, 700)))
    if generator.random() < 0.1:
        start = date(2021, 1, 1) + days(generator, 0, 1150)
        made.apprenticeships.append((start, start + days(generator, 10, 400) if generator.random() < 0.5 else None))
    return made


def store_programmes(warehouse: ScratchWarehouse, person: str, of: Life) -> None:
    batch = {
        name: warehouse.batch(name, "2023Q4", EXTRACT)
        for name in ("cthires_participant", "cthires_service", "cthires_event", "apprenticeship")
    }
    owner = {"person": person, "has_valid_ssn": of.has_valid_ssn}
    for r in of.registrations:
        gap = r.gap or (None, None)
        dates = {"educ_training_date": r.training_from, "educ_training_end_date": r.training_to}
        warehouse.add(
            "cthires_participant", batch["cthires_participant"], **owner, participant_id=r.participant_id,
            program_code=r.program, participation_level=r.level, entry_date=r.entry, exit_date=r.exit,
            exit_reason=r.reason, planned_gap_from=gap[0], planned_gap_to=gap[1], wda_code=r.wda,
            educ_level=r.education, in_secondary=str(int(r.in_secondary)), sex="2", white="1",
            in_postsecondary=str(int(r.in_postsecondary)), post_exit_enrol_date=r.enrolled, **dates,
            youth_placement_q2="2" if r.placed else "0", youth_placement_q4="2" if r.placed else "0",
        )  # fmt: skip
    for number, s in enumerate(of.services):
        warehouse.add(
            "cthires_service", batch["cthires_service"], service_id=f"{person}-{number}",
            participant_id=s.participant_id, program_code=s.program, service_code=s.code, service_start_date=s.start,
            service_end_date=s.end, service_status=s.status, training_type=s.training_type,
        )  # fmt: skip
    for number, (kind, credential, day) in enumerate(of.events):
        first = of.registrations[0]
        warehouse.add(
            "cthires_event", batch["cthires_event"], participant_id=first.participant_id, program_code=first.program,
            entry_date=first.entry, event_type=kind, event_date=day, event_seq=number, credential_type=credential,
        )  # fmt: skip
    for start, end in of.apprenticeships:
        warehouse.add(
            "apprenticeship", batch["apprenticeship"], **owner, apprentice_id=person, agreement_no="1",
            registered_date=start, terminated_date=end, apprenticeship_status="CANC" if end else "ACTIVE",
        )  # fmt: skip


def store_wages(generator: random.Random, warehouse: ScratchWarehouse, person: str, of: Life, rows: Counter) -> None:
    """Files wages, some amended, voided or amended by a difference, and tells the life what stands."""
    for quarter in QUARTERS:
        period = f"{quarter // 4}Q{quarter % 4 + 1}"
        batch = warehouse.batch(
            "ui_wage", period, "2024-02-01", quarter in FINAL, "delta" if quarter % 4 == 0 else None
        )
        for ean in generator.sample(sorted(FEIN), generator.choice([0, 1, 1, 2])):
            stands = Decimal(0)
            actions = ["ORIG", *generator.choices([[], ["AMEND"], ["VOID"], ["AMEND", "AMEND"]], [12, 1, 1, 1])[0]]
            for number, action in enumerate(actions, start=1):
                wage = Decimal(generator.choice(["0", "100.50", "2500.25", "7000.01"]))
                if action == "AMEND" and quarter % 4 == 0:
                    wage = generator.choice([wage, -wage])
                    stands += wage
                else:
                    stands = Decimal(0) if action == "VOID" else wage
                rows[quarter] += 1
                warehouse.add(
                    "ui_wage", batch, person=person, has_valid_ssn=of.has_valid_ssn, ean=ean, fein=FEIN[ean],
                    wage_year=quarter // 4, wage_quarter_number=quarter % 4 + 1, filing_seq=number,
                    wage_action=action, wage_usd=wage,
                )  # fmt: skip
            if stands > 0:
                employer = FEIN[ean] or ean
                of.wages[employer, quarter] = of.wages.get((employer, quarter), Decimal(0)) + stands


@pytest.fixture(scope="module", params=[1])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Oracle]:
    generator = random.Random(request.param)
    home, warehouse = Home(tmp_path_factory.mktemp("oracle")), ScratchWarehouse(AS_OF)
    lives, rows = {}, Counter()
    for number in range(300):
        person = f"P{number:09d}"
        lives[person] = life(generator, number)
        store_programmes(warehouse, person, lives[person])
        if generator.random() < 0.8:
            store_wages(generator, warehouse, person, lives[person], rows)
    warehouse.write(home)
    ran = dbt(home, "build", "--exclude-resource-type", "unit_test")
    assert [run for run in ran if run[1] not in {"success", "pass"}] == []
    return home, Oracle(AS_OF, lives, rows, FINAL)


def test_every_period_and_exit_agrees(world: tuple[Home, Oracle]) -> None:
    home, oracle = world
    found = marts(home, "select person_key, program_code, entry_date, exit_date, is_participant from fct_participation")
    expected = [
        (person, period.program, period.entry, period.exit, period.newest.is_participant)
        for person, periods in oracle.periods.items()
        for period in periods
    ]
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    assert len(expected) > 500


def test_every_count_of_every_indicator_agrees(world: tuple[Home, Oracle]) -> None:
    home, oracle = world
    found = {
        tuple(row[:4]): dict(zip(COUNTS, row[4:], strict=True))
        for row in marts(
            home,
            "select program_year, program_code, indicator_code, wda_code, numerator_count, denominator_count, "
            "pending_count, unmatched_count, excluded_count from rpt_wioa_indicator "
            "where report_type = 'ANNUAL' and slice_code = 'ALL' and (program_code <> 'ALL' or wda_code = 'ALL') "
            "and indicator_code not in ('SERVED', 'EXITED', 'REENTRY')",
        )
    }
    assert found == dict(oracle.cells)
    assert {key[2] for key, counts in found.items() if counts["numerator"]} == {
        "EMP_Q2", "EMP_Q4", "MEDIAN_Q2", "CREDENTIAL", "MSG", "RETENTION",
    }  # fmt: skip


def test_every_median_agrees(world: tuple[Home, Oracle]) -> None:
    home, oracle = world
    found = {
        tuple(row[:3]): row[3]
        for row in marts(
            home,
            "select program_year, program_code, wda_code, median_usd from rpt_wioa_indicator "
            "where report_type = 'ANNUAL' and slice_code = 'ALL' and median_usd is not null",
        )
    }
    assert found == {key: median(values) for key, values in oracle.earnings.items()}
