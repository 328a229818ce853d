"""dbt and the plain-Python oracle agree on every period and every figure, cohort by cohort.

On hundreds of made-up, disorderly lives, and on the extracts of several small invented Connecticuts, read row by row.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from home import Home
from tests.support import outcome_oracle
from tests.support.connecticut_lives import FOREVER, Connecticut
from tests.support.outcome_oracle import COUNTS, LAGS, Finding, Life, Oracle, Registration, Service, median
from tests.support.roi_oracle import Spent, returns_of
from tests.support.running import query, run_here, workforce
from tests.support.scratch_warehouse import ScratchWarehouse, dbt, marts

pytestmark = pytest.mark.slow

AS_OF = date(2024, 3, 15)
PROGRAMS = ["ADULT", "DW", "WP", "YOUTH", "TAA"]
FEIN = {"0000000001": "061000001", "0000000002": "061000001", "0000000003": None, "0000000004": None}
EMPLOYER = {
    "0000000001": "061000001",
    "0000000002": "061000001",
    "0000000003": "taken over",
    "0000000004": "taken over",
}
AREAS = {"ALL", "NC", "SC", "EAST", "NW", "SW"}
READ = (
    "cthires_participant", "cthires_service", "cthires_event", "apprenticeship", "adult_ed", "ui_wage",
    "ui_wage_person_quarter", "followup_employment", "death_or_exclusion", "employer_master",
    "program_cost",
)  # fmt: skip
"""Sources the indicators are made of."""
BY_PERSON = 2022 * 4 + 2
"""The quarter whose wages came by person only."""
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


def store_employers(warehouse: ScratchWarehouse) -> None:
    """One account was taken over by another; the take-over of the day after is not known yet."""
    batch = warehouse.batch("employer_master", "2023", EXTRACT)
    for ean, successor, day in (
        ("0000000003", "0000000004", date(2022, 7, 1)),
        ("0000000004", "0000000001", AS_OF + timedelta(days=1)),
    ):
        warehouse.add(
            "employer_master", batch, ean=ean, successor_ean=successor, transfer_date=day, is_professional_employer="0",
            employer_legal_name="Made up", valid_from_date=date(2015, 1, 1),
        )  # fmt: skip


def store_evidence(generator: random.Random, warehouse: ScratchWarehouse, person: str, of: Life) -> None:
    """Follow-up after exits, some of it verified twice, and reasons to leave a person out learned later."""
    followup = warehouse.batch("followup_employment", "2023Q4", EXTRACT)
    told: dict[tuple[int, str], date] = {}
    for r in (r for r in of.registrations if r.exit and r.entry <= AS_OF):
        for source in generator.sample(["SWIS", "SELF", "PAYSTUB", "FEDERAL"], generator.choice([0, 0, 1, 2])):
            quarter = r.exit.year * 4 + (r.exit.month - 1) // 3 + generator.choice([1, 2, 2, 4])
            verified, is_job = r.exit + days(generator, 0, 400), generator.random() < 0.8
            pay = generator.choice([None, Decimal("1200.25"), Decimal("5000.00")])
            fein = generator.choice([None, "061000001", "069900009"])
            key = (quarter, source)
            if told.get(key) == verified:
                continue
            warehouse.add(
                "followup_employment", followup, participant_id=r.participant_id, exit_date=r.exit,
                followup_quarter=f"{quarter // 4}Q{quarter % 4 + 1}", followup_source=source,
                followup_employed="1" if is_job else "0", followup_earnings_usd=pay if is_job else None,
                is_subsidised_job="0", fein=fein, followup_verified_date=verified,
            )  # fmt: skip
            if key in told and told[key] > verified:
                continue
            told[key] = verified
            of.findings.pop(key, None)
            if is_job:
                of.findings[key] = Finding(pay, fein)
    if generator.random() < 0.1:
        batch = warehouse.batch("death_or_exclusion", "2023", EXTRACT)
        start = date(2021, 6, 1) + days(generator, 0, 900)
        kind, reason = generator.choice([("DEATH", "03"), ("MEDICAL", "02"), ("INSTITUTION", "01")])
        until = None if kind == "DEATH" or generator.random() < 0.3 else start + days(generator, 20, 300)
        warehouse.add(
            "death_or_exclusion", batch, person=person, has_valid_ssn=of.has_valid_ssn, source_system="CTHIRES",
            exclusion_type=kind, exclusion_date=start, exclusion_end_date=until,
        )  # fmt: skip
        of.exclusions.append((reason, start, until or FOREVER))


def store_wages(
    generator: random.Random,
    warehouse: ScratchWarehouse,
    person: str,
    of: Life,
    rows: Counter,
    person_rows: Counter,
) -> None:
    """Files wages, some amended, voided or amended by a difference, and tells the life what stands."""
    for quarter in QUARTERS:
        if quarter == BY_PERSON:
            batch = warehouse.batch("ui_wage_person_quarter", "2022Q3", "2024-02-01", is_final=True)
            wage = Decimal(generator.choice(["0", "3000.00", "4000.50"]))
            warehouse.add(
                "ui_wage_person_quarter", batch, person=person, has_valid_ssn=of.has_valid_ssn,
                wage_year=quarter // 4, wage_quarter_number=quarter % 4 + 1, wage_total_usd=wage,
            )  # fmt: skip
            person_rows[quarter] += 1
            if wage:
                of.sums[quarter] = wage
            continue
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
                employer = EMPLOYER[ean]
                of.wages[employer, quarter] = of.wages.get((employer, quarter), Decimal(0)) + stands


@dataclass
class World:
    """Marts to ask, and what the oracle says of the same rows."""

    oracle: Oracle
    ask: Callable[[str], list[tuple]]
    spent: list[Spent]


def store_costs(generator: random.Random, warehouse: ScratchWarehouse) -> list[Spent]:
    """Some programmes and years have costs, some none, some are free; what is only committed is no cost."""
    spent = []
    for program in PROGRAMS:
        for year in (2020, 2021, 2022, 2023):
            batch = warehouse.batch("program_cost", f"PY{year}", EXTRACT)
            for basis in ("ACTUAL", "ALLOCATED", "OBLIGATED"):
                amount = Decimal(0) if program == "WP" else Decimal(generator.randint(1, 20_000_000)) / 100
                if program == "TAA" and year == 2022:
                    continue
                warehouse.add(
                    "program_cost", batch, program_code=program, provider_id="P", funding_code="WIOA-AD",
                    cost_period=f"PY{year}", cost_basis=basis, cost_class="CAREER", cost_amount_usd=amount,
                )  # fmt: skip
                if basis != "OBLIGATED":
                    spent.append(Spent(program, year, amount))
    return spent


def made_up(seed: int, folder: Path) -> World:
    """Three hundred lives with every disorder a register can have, straight into the raw tables."""
    generator = random.Random(seed)
    home, warehouse = Home(folder), ScratchWarehouse(AS_OF)
    lives, rows, person_rows = {}, Counter(), Counter()
    store_employers(warehouse)
    for number in range(300):
        person = f"P{number:09d}"
        lives[person] = life(generator, number)
        store_programmes(warehouse, person, lives[person])
        store_evidence(generator, warehouse, person, lives[person])
        if generator.random() < 0.8:
            store_wages(generator, warehouse, person, lives[person], rows, person_rows)
    spent = store_costs(generator, warehouse)
    warehouse.write(home)
    ran = dbt(home, "build", "--exclude-resource-type", "unit_test")
    assert [run for run in ran if run[1] not in {"success", "pass"}] == []
    return World(Oracle(AS_OF, lives, rows, FINAL, person_rows, {BY_PERSON}), partial(marts, home), spent)


def connecticut(seed: int, persons: int, folder: Path) -> World:
    """A small invented Connecticut, loaded and linked; one quarter's wages came by person only."""
    workforce(folder, "synth", "--persons", str(persons), "--seed", str(seed), "--out", str(folder / "invented"))
    landing = folder / "landing"
    for source in READ:
        shutil.copytree(folder / "invented" / "landing" / source, landing / source)
    [exchanged] = (landing / "ui_wage_person_quarter").glob("*.csv")
    quarter = exchanged.name.split("_")[-3]
    for path in (landing / "ui_wage").glob(f"*_{quarter}_*"):
        path.unlink()
    home = Home(folder / "home")
    run_here(home.root, landing)
    read = Connecticut(home)
    oracle = Oracle(read.as_of, read.lives, read.wage_rows, read.final, read.person_rows, read.person_final)
    return World(oracle, partial(asked, home), read.spent)


def asked(home: Home, sql: str) -> list[tuple]:
    return query(home.root, sql)


@pytest.fixture(
    scope="module", params=[(1, 0), (3, 400), (4, 800)], ids=["made up", "Connecticut of 400", "Connecticut of 800"]
)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    seed, persons = request.param
    folder = tmp_path_factory.mktemp("oracle")
    return connecticut(seed, persons, folder) if persons else made_up(seed, folder)


def test_every_period_and_exit_agrees(world: World) -> None:
    found = world.ask("select person_key, program_code, entry_date, exit_date, is_participant from fct_participation")
    expected = [
        (person, period.program, period.entry, period.exit, period.newest.is_participant)
        for person, periods in world.oracle.periods.items()
        for period in periods
    ]
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    assert len(expected) > 200


def test_every_count_of_every_indicator_and_cohort_agrees(world: World) -> None:
    columns = ", ".join(f"{name}_count" for name in COUNTS)
    found = {
        tuple(row[:5]): dict(zip(COUNTS, row[5:], strict=True))
        for row in world.ask(
            f"select report_type, report_quarter, program_code, indicator_code, wda_code, {columns} "
            "from rpt_wioa_indicator where slice_code = 'ALL' and (program_code <> 'ALL' or wda_code = 'ALL')"
        )
    }
    expected = {key: counts for key, counts in world.oracle.cells.items() if key[4] in AREAS}
    assert {
        key: (found.get(key), expected.get(key)) for key in found | expected if found.get(key) != expected.get(key)
    } == {}
    assert {key[3] for key, counts in found.items() if counts["numerator"]} == set(LAGS)


def test_every_exit_with_and_without_common_exit_agrees(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same lives, once more with no programme sharing its exit."""
    shared, of = set(outcome_oracle.COMMON_EXIT), world.oracle
    monkeypatch.setattr(outcome_oracle, "COMMON_EXIT", {})
    alone = Oracle(of.as_of, of.lives, of.wage_rows, of.final, of.person_rows, of.person_final)
    expected = [
        (person, period.program, period.entry, period.exit)
        for person, periods in alone.periods.items()
        for period in periods
        if period.program in shared and period.newest.is_participant
    ]
    found = world.ask("select person_key, program_code, entry_date, exit_date from fct_participation_alone")
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    counts = "denominator_count, alone_denominator_count, excluded_count, alone_excluded_count"
    figures = {
        ("ANNUAL", f"{year + 1}Q2", program, code, "ALL"): tuple(figure)
        for year, program, code, *figure in world.ask(
            f"select program_year, program_code, metric_code, {counts} from rpt_common_exit"
        )
    }
    cells = {
        key: tuple(
            oracle.cells.get(key, {}).get(name, 0) for name in ("denominator", "excluded") for oracle in (of, alone)
        )
        for key in of.cells | alone.cells
        if key[0] == "ANNUAL" and key[2] in shared and key[3] in {"EXITED", "EMP_Q2"} and key[4] == "ALL"
    }
    assert {key: figure for key, figure in figures.items() if any(figure)} == {
        key: figure for key, figure in cells.items() if any(figure)
    }
    assert [key for key, (common, separate, *_) in figures.items() if common != separate], "they do differ"


def test_every_median_agrees(world: World) -> None:
    found = {
        tuple(row[:4]): row[4]
        for row in world.ask(
            "select report_type, report_quarter, program_code, wda_code, median_usd from rpt_wioa_indicator "
            "where slice_code = 'ALL' and median_usd is not null"
        )
    }
    assert found == {key: median(values) for key, values in world.oracle.earnings.items() if key[3] in AREAS}


def test_follow_up_exclusions_and_wages_by_person_play_their_part(world: World) -> None:
    """The worlds are worth nothing if what they are to test does not occur in them."""
    reasons = dict(world.ask("select reason_code, count(*) from rpt_wioa_participation group by reason_code"))
    assert {"FOLLOW_UP", "NOT_COMPUTABLE", "SAME_EMPLOYER", "RETURNED", "DIPLOMA", "GAIN"} <= set(reasons)
    [(learned,)] = world.ask(
        "select count(*) from rpt_wioa_participation where exclusion_source_code = 'EXCLUSION_FILE'"
    )
    assert learned


def test_every_return_on_investment_agrees(world: World) -> None:
    expected = returns_of(world.oracle, world.spent).rows()
    columns = list(next(iter(expected.values())))
    programs = sorted({program for program, _, _ in expected})
    found = {
        tuple(row[:3]): dict(zip(columns, row[3:], strict=True))
        for row in world.ask(
            f"select program_code, exit_cohort, definition_version, {', '.join(columns)} from rpt_program_roi "
            f"where slice_code = 'ALL' and program_code in ({', '.join(map(repr, programs))})"
        )
    }
    assert {
        key: (found.get(key), expected.get(key)) for key in found | expected if found.get(key) != expected.get(key)
    } == {}
    assert sum(1 for row in found.values() if row["simple_roi"] is not None) > 5
