"""Hand-made landing folders for tests: one call per row, required columns filled with plain valid values.

Belongs here: writing extracts as an agency would send them. Does not: expected results.
All persons are invented.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.landing_college import COLLEGE
from tests.support.landing_programs import PROGRAMS

WORKFORCE: dict[str, dict[str, str]] = {
    "cthires_participant": {
        "participant_id": "",
        "ssn": "",
        "ssn_status": "1",
        "first_name": "",
        "last_name": "",
        "birth_date": "1985-03-14",
        "sex": "2",
        "hispanic": "0",
        "aian": "0",
        "asian": "0",
        "black": "0",
        "nhpi": "0",
        "white": "1",
        "town_code": "064",
        "zip": "06103",
        "program_code": "ADULT",
        "level": "1",
        "entry_date": "",
        "exit_date": "",
        "exit_reason": "",
        "planned_gap_from": "",
        "planned_gap_to": "",
        "wda_code": "NC",
        "emp_status_entry": "0",
        "educ_level": "4",
        "veteran": "0",
        "disability": "0",
        "funding_code": "WIOA",
        "in_secondary": "0",
        "in_postsecondary": "0",
        "educ_training_date": "",
        "educ_training_end_date": "",
        "post_exit_enrol_date": "",
    },
    "cthires_service": {
        "service_id": "",
        "participant_id": "",
        "program_code": "ADULT",
        "service_code": "INDIVIDUALISED",
        "start_date": "",
        "end_date": "",
        "status": "closed",
        "provider_id": "PRV1",
        "training_type": "",
    },
    "cthires_event": {
        "participant_id": "",
        "entry_date": "",
        "program_code": "ADULT",
        "event_type": "",
        "event_date": "",
        "seq": "1",
        "credential_type": "",
    },
    "apprenticeship": {
        "ApprenticeID": "",
        "agreement_no": "1",
        "ssn": "",
        "first_name": "",
        "last_name": "",
        "DOB": "1985-03-14",
        "sponsor_id": "SP1",
        "EmployerID": "E1",
        "occupation_code": "0159",
        "EnrolledDate": "",
        "CompletedDate": "",
        "TerminatedDate": "",
        "status": "ACTIVE",
        "term_hours": "",
        "suspended_from": "",
        "entry_wage": "",
        "entry_wage_unit": "",
        "exit_wage": "",
        "exit_wage_unit": "",
        "probation_end_date": "",
    },
    "adult_ed": {
        "student_id": "",
        "ssn": "",
        "sasid": "",
        "first_name": "",
        "last_name": "",
        "birth_date": "1985-03-14",
        "street": "",
        "town_code": "064",
        "pop_fiscal_year": "2023",
        "pop_number": "1",
        "pop_hours": "40",
        "total_hours": "40",
        "entry_date": "2022-09-05",
        "last_activity_date": "2023-03-01",
        "exit_date": "",
        "exit_reason": "",
        "program_type": "ASE",
        "entering_efl": "ABE5",
        "sex": "2",
        "employment_status_entry": "0",
        "diploma_type": "",
        "diploma_date": "",
    },
    "adult_ed_assessment": {
        "student_id": "",
        "test": "CASAS",
        "series": "READING_GOALS",
        "form": "",
        "modality": "R",
        "test_date": "",
        "score": "",
        "pre_post": "",
        "valid": "1",
    },
    "adult_ed_hours": {
        "student_id": "",
        "class_id": "C1",
        "class_type": "ABE",
        "month": "",
        "hours": "",
    },
    "dual_credit": {
        "student_id": "",
        "birth_date": "2006-03-14",
        "first_name": "",
        "last_name": "",
        "school_year": "2022",
        "district_code": "064",
        "school_code": "0646111",
        "ihe_code": "129367",
        "course_id": "ENG101",
        "section": "01",
        "term": "202310",
        "sced_code": "01001",
        "subject": "English",
        "course_title": "Composition",
        "modality": "DUAL",
        "college_credit_attempted": "3",
        "college_credit_earned": "3",
        "grade": "B",
        "reporter": "IHE",
        "session_start": "",
        "session_end": "",
    },
    "followup_employment": {
        "participant_id": "",
        "exit_date": "",
        "followup_quarter": "",
        "followup_source": "EMPLOYER",
        "followup_employed": "1",
        "followup_earnings_usd": "",
        "is_subsidised_job": "0",
        "fein": "",
        "followup_verified_date": "",
    },
    "death_or_exclusion": {
        "source_system": "CTHIRES",
        "exclusion_person_id": "",
        "ssn": "",
        "first_name": "",
        "last_name": "",
        "birth_date": "",
        "exclusion_type": "DEATH",
        "exclusion_date": "",
        "exclusion_end_date": "",
    },
    "employer_master": {
        "ean": "",
        "fein": "",
        "employer_legal_name": "Invented Works",
        "naics_code": "622110",
        "naics_vintage": "2022",
        "predecessor_ean": "",
        "successor_ean": "",
        "transfer_date": "",
        "valid_from_date": "2010-01-01",
        "is_professional_employer": "0",
    },
    "ui_wage": {
        "ssn": "",
        "last_name": "",
        "first_initial": "",
        "year": "",
        "quarter": "",
        "wage": "",
        "ean": "0000000101",
        "fein": "061000101",
        "naics": "622110",
        "filing_seq": "1",
        "action": "ORIG",
        "received_date": "",
    },
}
DEFAULTS = WORKFORCE | COLLEGE | PROGRAMS


@dataclass
class Person:
    """One invented person of a case; identifiers follow from a running number, so no two cases share any."""

    number: int

    @property
    def ssn(self) -> str:
        return f"{201 + self.number // 90:03d}{10 + self.number % 90:02d}{4000 + 7 * self.number:04d}"

    @property
    def first_name(self) -> str:
        return "Quill" + "".join(chr(97 + int(digit)) for digit in f"{self.number:04d}")

    @property
    def last_name(self) -> str:
        return "Zephyrhold" + "".join(chr(107 + int(digit)) for digit in f"{self.number:04d}")

    @property
    def birth_date(self) -> str:
        return f"{1970 + self.number % 25}-{1 + self.number % 12:02d}-{1 + self.number % 28:02d}"

    @property
    def participant_id(self) -> str:
        return f"PT{self.number:06d}"

    def identifiers(self) -> dict[str, str]:
        return {"ssn": self.ssn, "first_name": self.first_name, "last_name": self.last_name}


@dataclass
class Landing:
    """Rows by (source, period, extract date), written as `{agency}_{source}_{period}_{date}_v01.csv`."""

    rows: dict[tuple[str, str, str], list[dict[str, str]]] = field(default_factory=dict)
    manifests: dict[tuple[str, str, str], dict] = field(default_factory=dict)

    def add(self, source: str, period: str, extract: str, **values: str) -> None:
        row = DEFAULTS[source] | {name: str(value) for name, value in values.items()}
        unknown = set(values) - set(DEFAULTS[source])
        assert not unknown, f"{source}: not in the test's columns: {sorted(unknown)}"
        self.rows.setdefault((source, period, extract), []).append(row)

    def add_wage(
        self, person: Person, quarter: str, wage: str, ean: str = "0000000101", fein: str = "061000101", **values: str
    ) -> None:
        """One wage record in the extract of its own quarter, received 60 days later, file marked final."""
        year, number = quarter.split("Q")
        received = {"1": f"{year}-05-30", "2": f"{year}-08-30", "3": f"{year}-11-29", "4": f"{int(year) + 1}-03-01"}
        key = ("ui_wage", quarter, received[number].replace("-", ""))
        self.add(
            *key,
            **{
                "ssn": person.ssn,
                "last_name": person.last_name,
                "first_initial": person.first_name[0],
                "year": year,
                "quarter": number,
                "wage": wage,
                "ean": ean,
                "fein": fein,
                "received_date": received[number],
            }
            | values,
        )
        self.manifests.setdefault(key, {"final": True})

    def write(self, folder: Path) -> Path:
        """Write every extract and manifest below `folder`, which becomes a landing folder."""
        for (source, period, extract), rows in self.rows.items():
            target = folder / source / f"dol_{source}_{period}_{extract}_v01.csv"
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("w", newline="", encoding="utf-8") as handle:
                writer = csv.DictWriter(handle, fieldnames=list(DEFAULTS[source]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
            manifest = self.manifests.get((source, period, extract))
            if manifest is not None:
                target.with_name(target.name + ".manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return folder
