"""Lives read off the rows a run has accepted, in plain Python: which row stands, whose it is, what it comes to.

The rows are the agencies' own, as they came; who is who is the crosswalk's word. Written from docs/rules.md (s1, s4 to
s13), so that staging, wages and employers are worked out twice.
Belongs here: rows to lives. Does not: what must come out of a life (outcome_oracle.py).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb

from tests.support.outcome_oracle import LACES_GAP_DAYS, Finding, Life, Period, Registration, Service
from tests.support.roi_oracle import Spent

if TYPE_CHECKING:
    from home import Home

FOREVER = date(9999, 12, 31)
EXCLUSIONS = {"DEATH": "03", "INSTITUTION": "01", "MEDICAL": "02", "ACTIVE_DUTY": "04"}
KINDS = {"0": "SELF", "1": "BASIC", "2": "INDIVIDUALISED", "3": "TRAINING", "4": "SUPPORTIVE", "5": "FOLLOW_UP"}
Row = dict[str, Any]


def employers_of(accounts: list[tuple[str, str | None, bool]], take_overs: list[tuple[str, str]]) -> dict[str, str]:
    """Employer of each account and of each FEIN (as `F` and the number), over chains of take-overs.

    `accounts`: account, its FEIN, whether it is a professional employer's, whose FEIN joins nobody.
    """
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            node = parent[node]
        return node

    for ean, fein, is_professional in accounts:
        joined = f"F{fein}" if fein and not is_professional else ean
        parent[root(ean)] = root(joined)
    for before, after in take_overs:
        parent[root(before)] = root(after)
    return {node: root(node) for node in list(parent)}


@dataclass
class Connecticut:
    """The lives of everybody in a home's warehouse, and the wage rows per quarter that say what is complete."""

    home: Home
    lives: dict[str, Life] = field(default_factory=lambda: defaultdict(Life))
    wage_rows: Counter = field(default_factory=Counter)
    person_rows: Counter = field(default_factory=Counter)
    final: set[int] = field(default_factory=set)
    person_final: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._con = duckdb.connect(str(self.home.warehouse_db), read_only=True)
        self.as_of: date = self._ask("select as_of_date from ledger.build")[0]["as_of_date"]
        self._batches = {row["batch_id"]: row for row in self._ask(
            "select v.*, b.is_final, b.amend_mode from ledger.visible_batch v join ledger.batch b using (batch_id)"
        )}  # fmt: skip
        links = self._ask(
            "select identity_key, person_key, person_has_valid_ssn as valid from linkage.person_crosswalk"
        )
        self._person = {row["identity_key"]: row["person_key"] for row in links}
        self._valid = {person for row in links if (person := row["person_key"]) and row["valid"]}
        self._registrations()
        self._services_and_events()
        self._learners()
        self._employers()
        self._apprentices()
        self._wages()
        self._findings_and_exclusions()
        self.spent = self._spent()
        for person, life in self.lives.items():
            life.has_valid_ssn = person in self._valid
        self._con.close()

    def _ask(self, sql: str) -> list[Row]:
        found = self._con.execute(sql)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def _standing(self, source: str, *key: str) -> list[Row]:
        """Rows of the visible batches: of one key and sender the newest extract's, unless that deletes the key."""
        newest: dict[tuple, tuple[tuple, Row]] = {}
        for row in self._ask(f"select * from raw.raw_{source}"):
            batch = self._batches.get(row["_batch_id"])
            if batch is None:
                continue
            row["_extract_ts"] = batch["extract_ts"]
            row["_order"] = (batch["extract_ts"], batch["period"], batch["place"], row["_batch_id"], row["_row_no"])
            row["person"] = self._person.get(row.get("identity_key"))
            name = (batch["submitter"] or "", *(row[column] for column in key))
            if name not in newest or newest[name][0] < row["_order"]:
                newest[name] = (row["_order"], row)
        return [row for _, row in newest.values() if row["_record_action"] != "D"]

    # --- CTHires

    def _registrations(self) -> None:
        self._owner: dict[str, list[tuple[date, Any, str, str]]] = defaultdict(list)
        self._of: dict[tuple[str, str, date], str] = {}
        for row in self._standing("cthires_participant", "participant_id", "entry_date", "program_code"):
            person = row["person"]
            if person is None or row["entry_date"] > self.as_of:
                continue
            gap = (row["planned_gap_from"], row["planned_gap_to"])
            self.lives[person].registrations.append(
                Registration(
                    participant_id=row["participant_id"],
                    program=row["program_code"],
                    entry=row["entry_date"],
                    exit=row["exit_date"],
                    level=row["participation_level"],
                    reason=row["exit_reason"] or "00",
                    wda=row["wda_code"],
                    gap=gap if all(gap) else None,
                    in_secondary=row["in_secondary"] == "1",
                    in_postsecondary=row["in_postsecondary"] == "1",
                    education=row["educ_level"],
                    training_from=row["educ_training_date"],
                    training_to=row["educ_training_end_date"],
                    enrolled=row["post_exit_enrol_date"],
                    placed=row["youth_placement_q2"] in {"1", "2", "3"},
                    placed_q4=row["youth_placement_q4"] in {"1", "2", "3"},
                )
            )
            newest = (row["entry_date"], row["_extract_ts"], row["program_code"], person)
            self._owner[row["participant_id"]].append(newest)
            self._of[row["participant_id"], row["program_code"], row["entry_date"]] = person

    def _services_and_events(self) -> None:
        for row in self._standing("cthires_service", "service_id"):
            owners = {owner[-1] for owner in self._owner.get(row["participant_id"], [])}
            assert len(owners) < 2, "one participant number is two persons: the oracle knows no rule for that"
            code = "INFO" if row["service_code"] in {"010", "011", "012", "013"} else None
            for person in owners:
                self.lives[person].services.append(
                    Service(
                        participant_id=row["participant_id"],
                        program=row["program_code"],
                        code=code or KINDS.get(row["service_code"][0], row["service_code"]),
                        start=row["service_start_date"],
                        end=row["service_end_date"],
                        status=row["service_status"],
                        training_type=row["training_type"],
                    )
                )
        key = ("participant_id", "entry_date", "event_type", "event_date", "event_seq")
        for row in self._standing("cthires_event", *key):
            for person in {owner[-1] for owner in self._owner.get(row["participant_id"], [])}:
                self.lives[person].events.append((row["event_type"], row["credential_type"], row["event_date"]))

    # --- adult education

    def _learners(self) -> None:
        by_person: dict[str, list[Row]] = defaultdict(list)
        for row in self._standing("adult_ed", "student_id", "pop_fiscal_year", "pop_number"):
            if row["person"] is None:
                continue
            if row["diploma_date"]:
                self.lives[row["person"]].events.append(("DIPLOMA", "1", row["diploma_date"]))
            if row["entry_date"] <= self.as_of:
                by_person[row["person"]].append(row)
        for person, rows in by_person.items():
            for island in self._islands(rows):
                self.lives[person].learning.append(self._learning(self.lives[person], island))

    @staticmethod
    def _islands(rows: list[Row]) -> list[list[Row]]:
        """Rows less than ninety days apart are one period."""
        islands: list[list[Row]] = []
        reached: date | None = None
        for row in sorted(rows, key=lambda r: (r["entry_date"], r["pop_fiscal_year"])):
            last = max(row["last_activity_date"], row["exit_date"] or date.min)
            if reached is None or (row["entry_date"] - reached).days >= LACES_GAP_DAYS:
                islands.append([])
            islands[-1].append(row)
            reached = last if reached is None else max(reached, last)
        return islands

    def _learning(self, life: Life, island: list[Row]) -> Period:
        entry = min(row["entry_date"] for row in island)
        newest = max(
            island,
            key=lambda r: (
                max(r["last_activity_date"], r["exit_date"] or date.min), r["pop_fiscal_year"], r["entry_date"]
            ),
        )  # fmt: skip
        left = newest["exit_date"]
        if left is None and (self.as_of - newest["last_activity_date"]).days >= LACES_GAP_DAYS:
            left = newest["last_activity_date"]
        hours: dict[date, Decimal] = defaultdict(Decimal)
        for row in island:
            hours[row["entry_date"]] = max(hours[row["entry_date"]], Decimal(row["pop_hours"]))
        secondary = any(
            row["entering_efl"] in {"ABE5", "ABE6"} or "ASE" in (row["adult_ed_program_type"] or "").split(";")
            for row in island
        )
        had = [day for kind, what, day in life.events if (kind == "DIPLOMA" or what == "1") and day <= self.as_of]
        registration = Registration(
            participant_id=newest["student_id"],
            program="ADULT_ED",
            entry=entry,
            exit=left,
            level="1" if sum(hours.values()) >= 12 else "4",
            reason=newest["exit_reason"] or "00",
            wda=self._wda(newest),
            in_secondary=secondary and not any(day < entry for day in had),
        )
        return Period("ADULT_ED", entry, left, registration, [], newest["last_activity_date"], self._kinds(island))

    @staticmethod
    def _kinds(island: list[Row]) -> dict[int, set[str]]:
        """Kinds of adult education by programme year, of that year's rows, else the nearest, earlier first."""
        newest: dict[tuple[int, date], Row] = {}
        for row in sorted(island, key=lambda r: (r["last_activity_date"], -r["pop_number"])):
            newest[row["pop_fiscal_year"], row["entry_date"]] = row
        years = {fiscal_year - 1 for fiscal_year, _ in newest}
        kinds = {}
        for year in range(2010, 2040):
            nearest = min(years, key=lambda other: (other > year, abs(other - year)))
            rows = [row for (fiscal_year, _), row in newest.items() if fiscal_year - 1 == nearest]
            kinds[year] = {kind for row in rows for kind in (row["adult_ed_program_type"] or "").split(";")}
        return kinds

    def _wda(self, row: Row) -> str:
        if not hasattr(self, "_town_wda"):
            from contracts.codes import CODES_DIR

            self._town_wda = dict(_columns(CODES_DIR / "ref_town.csv", "code", "wda_code"))
            majority = _columns(CODES_DIR / "ref_zip_town.csv", "zip", "town_code", "is_majority")
            self._zip_town = {code: town for code, town, is_majority in majority if is_majority == "true"}
        town = row["town_code"] or self._zip_town.get(row["zip"])
        return self._town_wda.get(town, "")

    # --- work

    def _employers(self) -> None:
        register: dict[str, Row] = {}
        take_overs = []
        for row in self._standing("employer_master", "ean", "valid_from_date"):
            held = register.get(row["ean"])
            if held is None or held["valid_from_date"] < row["valid_from_date"]:
                register[row["ean"]] = row
            if row["transfer_date"] is None or row["transfer_date"] <= self.as_of:
                take_overs += [
                    (row["ean"], other) for name in ("predecessor_ean", "successor_ean") if (other := row[name])
                ]
        self._filings = self._standing(
            "ui_wage", "ssn_token", "identity_key", "ean", "wage_year", "wage_quarter_number", "filing_seq"
        )
        filed: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for row in self._filings:
            quarter = row["wage_year"] * 4 + row["wage_quarter_number"] - 1
            filed[row["ean"]] += [(quarter, row["fein"])] if row["fein"] else []
            filed[row["ean"]] += []
        for row in self._standing("apprenticeship", "apprentice_id", "agreement_no"):
            if row["ean"]:
                filed[row["ean"]] += [(0, row["fein"])] if row["fein"] else []
        for ean, row in register.items():
            filed[ean] += [(0, row["fein"])] if row["fein"] else []
        accounts = []
        for ean, feins in filed.items():
            fein = min(feins, key=lambda pair: (-pair[0], pair[1]))[1] if feins else None
            accounts.append((ean, fein, ean in register and register[ean]["is_professional_employer"] == "1"))
        self._employer = employers_of(accounts, take_overs)

    def _apprentices(self) -> None:
        newest: dict[tuple[str, str], Row] = {}
        for row in self._standing("apprenticeship", "apprentice_id", "agreement_no"):
            if row["person"] is None:
                continue
            key = (row["person"], row["agreement_no"])
            order = (row["_extract_ts"], row["_batch_id"], row["_row_no"])
            if key not in newest or newest[key]["_own_order"] < order:
                newest[key] = row | {"_own_order": order}
        for (person, _), row in newest.items():
            start = row["apprenticeship_start_date"] or row["registered_date"]
            cancelled = row["terminated_date"] if row["apprenticeship_status"] != "REINST" else None
            end = row["completed_date"] or cancelled
            if end is None and row["apprenticeship_status"] in {"COMP", "CANC"}:
                end = start
            away = row["suspended_from"]
            if away and away > start:
                self.lives[person].apprenticeships.append((start, min(away - timedelta(days=1), end or FOREVER)))
            if away is None:
                self.lives[person].apprenticeships.append((start, end))
            elif row["suspended_to"]:
                self.lives[person].apprenticeships.append((row["suspended_to"] + timedelta(days=1), end))

    def _wages(self) -> None:
        chains: dict[tuple, list[Row]] = defaultdict(list)
        for row in self._filings:
            quarter = row["wage_year"] * 4 + row["wage_quarter_number"] - 1
            self.wage_rows[quarter] += 1
            if row["person"]:
                chains[row["ssn_token"], row["person"], row["ean"], quarter].append(row)
        net: dict[tuple[str, str, int], Decimal] = defaultdict(Decimal)
        for (_, person, ean, quarter), rows in chains.items():
            net[person, ean, quarter] += self._net(rows)
        for (person, ean, quarter), wage in net.items():
            if wage > 0:
                wages, employer = self.lives[person].wages, self._employer[ean]
                wages[employer, quarter] = wages.get((employer, quarter), Decimal(0)) + wage
        for batch in self._batches.values():
            period = batch["period"]
            if batch["is_final"] and len(period) == 6 and period[4] == "Q":
                quarter = int(period[:4]) * 4 + int(period[5]) - 1
                {"ui_wage": self.final, "ui_wage_person_quarter": self.person_final}.get(batch["source"], set()).add(
                    quarter
                )
        key = ("ssn_token", "identity_key", "wage_year", "wage_quarter_number")
        for row in self._standing("ui_wage_person_quarter", *key):
            quarter = row["wage_year"] * 4 + row["wage_quarter_number"] - 1
            self.person_rows[quarter] += 1
            if row["person"] and not self.wage_rows[quarter] and row["wage_total_usd"] > 0:
                sums = self.lives[row["person"]].sums
                sums[quarter] = sums.get(quarter, Decimal(0)) + row["wage_total_usd"]

    def _net(self, rows: list[Row]) -> Decimal:
        """What the last filing leaves: a void nothing, a difference what stood and itself."""
        ordered = sorted(
            rows, key=lambda r: (r["filing_seq"], r["wage_action"] == "VOID", r["_batch_id"], r["_row_no"])
        )
        stands = Decimal(0)
        for row in ordered:
            if row["wage_action"] == "VOID":
                stands = Decimal(0)
            elif row["wage_action"] == "AMEND" and self._batches[row["_batch_id"]]["amend_mode"] == "delta":
                stands += row["wage_usd"]
            else:
                stands = row["wage_usd"]
        return stands

    def _spent(self) -> list[Spent]:
        """Money that has gone out by programme and programme year, row by row."""
        key = ("program_code", "provider_id", "funding_code", "cost_period", "cost_basis", "cost_class")
        return [
            Spent(row["program_code"], int(row["cost_period"].removeprefix("PY")), row["cost_amount_usd"])
            for row in self._standing("program_cost", *key)
            if row["cost_basis"] in {"ACTUAL", "ALLOCATED"}
        ]

    def _findings_and_exclusions(self) -> None:
        newest: dict[tuple[str, int, str], tuple[tuple, Row]] = {}
        for row in self._standing(
            "followup_employment", "participant_id", "exit_date", "followup_quarter", "followup_source"
        ):
            quarter = int(row["followup_quarter"][:4]) * 4 + int(row["followup_quarter"][-1]) - 1
            order = (
                row["followup_verified_date"],
                row["exit_date"],
                row["_extract_ts"],
                row["_batch_id"],
                row["_row_no"],
            )
            for person in {owner[-1] for owner in self._owner.get(row["participant_id"], [])}:
                key = (person, quarter, row["followup_source"])
                if key not in newest or newest[key][0] < order:
                    newest[key] = (order, row)
        for (person, quarter, source), (_, row) in newest.items():
            if row["followup_employed"] in {"1", "2", "3"} and row["is_subsidised_job"] != "1":
                pay, fein = row["followup_earnings_usd"], row["fein"]
                employer = self._employer.get(f"F{fein}", f"F{fein}") if fein else None
                self.lives[person].findings[quarter, source] = Finding(pay if pay and pay > 0 else None, employer)
        key = ("source_system", "exclusion_person_id_token", "exclusion_type", "exclusion_date")
        for row in self._standing("death_or_exclusion", *key):
            if row["person"] in self.lives:
                until = FOREVER if row["exclusion_type"] == "DEATH" else row["exclusion_end_date"] or FOREVER
                reason = (EXCLUSIONS[row["exclusion_type"]], row["exclusion_date"], until)
                self.lives[row["person"]].exclusions.append(reason)


def _columns(path: Any, *names: str) -> list[tuple[str, ...]]:
    import csv

    with path.open(encoding="utf-8", newline="") as handle:
        return [tuple(row[name] for name in names) for row in csv.DictReader(handle)]
