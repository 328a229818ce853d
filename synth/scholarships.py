"""Scholarships for nursing and social work: a few students of those fields, one award per term.

Belongs here: who is given how much, the yearly extract. Does not: who studies what (college.py).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.college import DUAL, NE, College, college_codes, term_days
from synth.college_files import student_id, term_code
from synth.days import day, year_of
from synth.extracts import Delivery, Extract, coded, constant, dollars, numbered
from synth.frame import Frame, rows, take
from synth.noise import Columns, Habits, Recorder, date_text
from synth.people import People
from synth.rng import mixed, pick, unit
from synth.tables import table, text

HABITS = Habits("scholarship", ssn_missing=0.35, birth_wrong=0.005, given_wrong=0.01, surname_wrong=0.01)
YEARS = (2023, 2024, 2025)
_FIELDS = {"513801": "NURSING", "440701": "SOCIALWORK"}
FIELDS = ("NURSING", "SOCIALWORK", "OTHER")
PROGRAMS = ("HH", "RWS", "OTHER")
STATUSES = ("PAID", "ACCEPTED", "OFFERED", "DECLINED", "RETURNED")


def make_scholarships(college: College, seed: int) -> Frame:
    """One row per award: half of the terms of nursing and social work students, and a few of others in need."""
    terms = take(college.enrolments, (college.enrolments["origin"] != DUAL) & (college.enrolments["status"] != NE))
    field_of = np.array([FIELDS.index(_FIELDS.get(cip, "OTHER")) for cip in text(table("majors"), "cip_code")])
    field = field_of[terms["major"]]
    draw = unit(seed, "scholarship", terms["person"], terms["term"] // 2)
    chosen = np.where(field < 2, draw < 0.5, draw < 0.03)
    held = take(terms | {"field": field}, chosen)
    given = unit(seed, "scholarship status", held["person"], held["term"])
    status = np.searchsorted(np.array([0.70, 0.85, 0.91, 0.97]), given)
    dollars_given = 1_000 + 250 * pick(seed, "scholarship amount", 17, held["person"], held["term"])
    program = np.where(held["field"] < 2, np.where(unit(seed, "which fund", held["person"]) < 0.85, 0, 1), 1)
    program = np.where(unit(seed, "another fund", held["person"]) < 0.06, 2, program)
    return held | {"status": status, "cents": dollars_given * 100, "program": program}


def write_scholarships(delivery: Delivery, people: People, college: College, seed: int) -> None:
    """One extract per calendar year in which the term begins, taken on 20 February after it."""
    awards = make_scholarships(college, seed)
    begins, _ = term_days(awards["term"])
    for year in YEARS:
        taken = min(day(f"{year + 1}-02-20"), day("2026-01-14"))
        held = take(awards, year_of(begins) == year)
        if not rows(held):
            continue
        delivery.write(
            Extract("scholarship_award", str(year), taken), _columns(people, held, year, seed), held["person"]
        )


def _columns(people: People, held: Frame, year: int, seed: int) -> Columns:
    who, count = held["person"], rows(held)
    clerk = Recorder(people, seed, HABITS)
    key = mixed(seed, "scholarship", who).astype(np.int64)
    on = np.full(count, day(f"{year}-12-31"))
    number = student_id(people, who, held["college"], seed)
    unknown = unit(seed, "no student number", key) < 0.12
    return {
        "scholarship_id": pc.binary_join_element_wise(
            coded(held["program"], PROGRAMS), constant(str(year), count), numbered("", np.arange(1, count + 1), 5), "-"
        ),
        "scholarship_program_code": coded(held["program"], PROGRAMS),
        "ihe_unitid": coded(held["college"], college_codes()),
        "college_student_id": pc.if_else(pa.array(unknown), pa.scalar(None, pa.string()), number),
        "ssn": clerk.ssn(who, key, on),
        "first_name": clerk.first_name(who, key),
        "last_name": clerk.last_name(who, key, on),
        "birth_date": date_text(clerk.birth_date(who, key, on)),
        "study_field": coded(held["field"], FIELDS),
        "scholarship_usd": dollars(held["cents"]),
        "pell": pa.array(people.low_income[who].astype(np.int64)).cast(pa.string()),
        "low_income": pa.array(people.low_income[who].astype(np.int64)).cast(pa.string()),
        "term": term_code(held["term"]),
        "scholarship_status": coded(held["status"], STATUSES),
    }
