"""What the people of the stories live through, in the same frames as everybody else's lives.

Belongs here: from stories.yml to rows. Does not: drawing anything; every date and amount is in the file.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from synth import adult_ed, apprenticeship, dual_credit
from synth.cthires import Cthires
from synth.cthires_entries import CODES, participant_numbers
from synth.cthires_outcomes import EVENT_TYPES
from synth.cthires_services import GAP_DAYS, SERVICE_CODES, TRAINING_CODES
from synth.days import NEVER, quarter
from synth.extracts import Override
from synth.frame import Frame
from synth.people import People
from synth.places import places, schools_by_town
from synth.rng import unit
from synth.stories import as_day, cast, script, told
from synth.tables import numbers, table, text
from synth.window import TODAY


def _frame(rows: list[dict[str, Any]], columns: list[str]) -> Frame:
    return {name: np.array([row[name] for row in rows], np.int64) for name in columns}


def told_cthires(people: People, seed: int) -> Cthires:
    """Entries, services and events of the stories."""
    usual = participant_numbers(people, seed)[0]
    entries, services, events = [], [], []
    for row, facts in enumerate(told("programmes")):
        given = _services(facts, row)
        entry = _entry(people, facts, given, int(usual[facts["person"]]))
        services += given + [_service(row, when, when, code) for when, code in facts.get("after", [])]
        events += [_event(row, kind, when, entry) for kind, when in facts.get("events", [])]
        entries.append(entry)
    return Cthires(
        _frame(entries, list(entries[0])), _frame(services, list(services[0])), _frame(events, list(events[0]))
    )


def _service(row: int, start: Any, end: Any, code: str) -> dict[str, int]:
    return {
        "entry_row": row,
        "code": SERVICE_CODES.index(code),
        "start": as_day(start),
        "end": as_day(end),
        "cancelled": 0,
        "training": -1,
        "kind": 0,
        "completed": 9,
        "cost_cents": -1,
    }


def _services(facts: dict[str, Any], row: int) -> list[dict[str, int]]:
    """The qualifying services: the first, the contacts every n days, those listed, the training."""
    given = [_service(row, facts["entry"], facts["entry"], facts["first"])]
    given += [_service(row, start, end, code) for start, end, code in facts.get("services", [])]
    if "contacts" in facts:
        first, until, every = as_day(facts["entry"]), as_day(facts["contacts"]["until"]), facts["contacts"]["every"]
        for when in [*range(first + every, until, every), until]:
            given.append(_service(row, np.datetime64(when, "D"), np.datetime64(when, "D"), facts["contacts"]["code"]))
    if "training" in facts:
        title, kind, start, end = facts["training"]
        offers = table("trainings")
        position = text(offers, "title").index(title)
        given.append(
            _service(row, start, end, TRAINING_CODES[kind])
            | {
                "training": position,
                "kind": kind,
                "completed": 1,
                "cost_cents": int(numbers(offers, "cost_usd")[position] * 100),
            }
        )
    return given


def _entry(people: People, facts: dict[str, Any], given: list[dict[str, int]], number: int) -> dict[str, int]:
    last = max(service["end"] for service in given)
    training = next((service for service in given if service["training"] >= 0), None)
    closed_early = facts.get("closed_early", 0)
    gap = facts.get("planned_gap", [None, None])
    is_open = int(last + GAP_DAYS > TODAY)
    placements = facts.get("placements", [-1, -1])
    return {
        "person": facts["person"],
        "number": number,
        "programme": CODES.index(facts["programme"]),
        "entry": as_day(facts["entry"]),
        "level": 1,
        "wda": int(places().wda[places().town[people.home.part[facts["person"]]]]),
        "status": facts["status"],
        "schooling": facts["schooling"],
        "in_secondary": facts.get("in_secondary", 0),
        "in_postsecondary": 0,
        "training": training["training"] if training else -1,
        "kind": training["kind"] if training else 0,
        "closed_early": closed_early,
        "last": last,
        "gap_from": as_day(gap[0]),
        "gap_to": as_day(gap[1]),
        "open": is_open,
        "study_from": _study_from(facts, training),
        "study_to": training["end"] if training else NEVER,
        "trained_to": training["end"] if training else NEVER,
        "trained": int(training is not None),
        "reason": facts.get("reason", 0),
        "stated_exit": last,
        "known": NEVER if is_open else last + (10 if closed_early else GAP_DAYS + 1),
        "employed_after": 0,
        "enrolled_after": as_day(facts.get("enrolled_after")),
        "placement_q2": placements[0],
        "placement_q4": placements[1],
    }


def _study_from(facts: dict[str, Any], training: dict[str, int] | None) -> int:
    if facts.get("in_secondary"):
        return as_day(facts["entry"])
    return training["start"] if training else NEVER


def _event(row: int, kind: str, when: Any, entry: dict[str, int]) -> dict[str, int]:
    offers = table("trainings")
    credential = {"CRED": int(offers[entry["training"]]["credential_type"]), "DIPLOMA": 1}.get(kind, -1)
    return {
        "entry_row": row,
        "type": EVENT_TYPES.index(kind),
        "day": as_day(when),
        "credential": credential,
        "training": entry["training"] if kind == "CRED" else -1,
        "seq": 1,
    }


def told_learning() -> Frame:
    """Adult-education periods of the stories."""
    rows = []
    for facts in told("learning"):
        tenths = round(facts["hours"] * 10)
        diploma = facts.get("diploma")
        rows.append(
            {
                "person": facts["person"],
                "year": facts["year"],
                "number": facts["number"],
                "entry": as_day(facts["entry"]),
                "last": as_day(facts["last"]),
                "tenths": tenths,
                "kind": adult_ed.TYPES.index(facts["kind"]),
                "level": adult_ed.LEVELS.index(facts["level"]),
                "status": facts["status"],
                "reason": 0,
                "diploma": adult_ed.DIPLOMAS.index(diploma) if diploma else -1,
                "diploma_day": as_day(facts["last"]) if diploma else NEVER,
                "distance": 0,
                "total_tenths": tenths,
                "intake": as_day(facts["entry"]) - 6,
            }
        )
    return _frame(rows, list(rows[0]))


def told_courses(people: People) -> Frame:
    """Dual-credit enrolments of the stories."""
    starts, held, _ = schools_by_town()
    rows = []
    for facts in told("courses"):
        person = facts["person"]
        town = places().town[people.home.part[person]]
        draw = unit(0, "school", people.household[[person]])[0]
        grade = dual_credit.GRADES.index(facts.get("grade", facts.get("school_grade")))
        rows.append(
            {
                "person": person,
                "year": facts["year"],
                "course": text(table("courses"), "course_id").index(facts["course"]),
                "college": text(table("colleges"), "ihe_code").index(facts["college"]),
                "term": {"fall": dual_credit.FALL, "spring": dual_credit.SPRING}[facts["term"]],
                "school": int(starts[town] + int(draw * held[town])),
                "section": 1,
                "grade": grade,
                "school_grade": dual_credit.GRADES.index(facts.get("school_grade", facts.get("grade"))),
                "by_school": int("school" in facts["by"]),
                "by_college": int("college" in facts["by"]),
            }
        )
    return _frame(rows, list(rows[0]))


def told_agreements(employers: dict[str, int]) -> Frame:
    """Apprenticeship agreements of the stories."""
    frames: dict[str, list[Any]] = {}
    for facts in told("apprenticeships"):
        occupation = text(table("occupations"), "rapids_code").index(facts["occupation"])
        start = as_day(facts["start"])
        row = {
            "person": facts["person"],
            "occupation": occupation,
            "employer": employers[facts["employer"]],
            "registered": as_day(facts["registered"]),
            "start": start,
            "term_hours": int(table("occupations")[occupation]["term_hours"]),
            "credit_hours": 0,
            "entry_pay": facts["entry_pay"],
            "journey_pay": facts["journey_pay"],
            "prior_pay": facts["entry_pay"] * 0.8,
            "unit": 0,
            "probation": start + 365,
            "completed": as_day(facts.get("completed")),
            "terminated": NEVER,
            "reason": -1,
            "suspended": NEVER,
            "back": NEVER,
        }
        for name, value in row.items():
            frames.setdefault(name, []).append(value)
    return {name: np.array(column) for name, column in frames.items()}


def told_jobs(employers: dict[str, int]) -> Frame:
    """Quarterly wages of the stories; `amended` is the amount filed later, -2 for a void, -1 for neither."""
    rows = []
    for facts in told("jobs"):
        first = quarter(facts["from"])
        for number in range(first, quarter(facts["to"]) + 1):
            label = f"{number // 4}Q{number % 4 + 1}"
            cents = round((facts["wage"] + facts["step"] * (number - first)) * 100)
            amended = round(facts.get("amend", {}).get(label, -0.01) * 100)
            rows.append(
                {
                    "person": facts["person"],
                    "employer": employers[facts["employer"]],
                    "cents": cents,
                    "amended": -2 if label in facts.get("void", []) else amended,
                    "quarter": number,
                }
            )
    return _frame(rows, list(rows[0]))


def told_overrides() -> list[Override]:
    """What single sources wrote down differently."""
    return [
        Override(
            source=facts["source"],
            person=facts["person"],
            column=facts["column"],
            value=None if facts["value"] is None else str(facts["value"]),
            since=as_day(facts.get("from"), -NEVER),
            until=as_day(facts.get("until")),
        )
        for facts in told("records")
    ]


def story_rows(people: People, seed: int) -> list[dict[str, str]]:
    """truth/story.csv: who plays in which story, and the numbers the agencies have for them."""
    kinds = {kind: {entry["person"] for entry in told(kind)} for kind in ("programmes", "learning", "courses")}
    kinds["apprenticeships"] = {entry["person"] for entry in told("apprenticeships")}
    rows = []
    for role in cast().values():
        at = np.array([role.position])
        numbers_of = {
            "programmes": str(participant_numbers(people, seed)[0][role.position]),
            "learning": f"L{adult_ed.student_number(people, at, seed)[0]:07d}",
            "courses": str(people.sasid[role.position]),
            "apprenticeships": f"A{apprenticeship.apprentice_number(people, at, seed)[0]:06d}",
        }
        known = {kind: number if role.position in kinds[kind] else "" for kind, number in numbers_of.items()}
        rows.append(
            {
                "story": role.story,
                "role": role.name,
                "truth_person_id": str(role.position + 1),
                "participant_id": known["programmes"],
                "student_id": known["learning"],
                "sasid": known["courses"],
                "apprentice_id": known["apprenticeships"],
                "line": script()["stories"][role.story]["line"],
            }
        )
    return rows
