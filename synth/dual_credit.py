"""Dual credit: high-school students in college courses, reported by the school, the college or both.

Belongs here: students, courses, grades, the yearly extract. Does not: what becomes of the students.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from synth.characteristics import one_race
from synth.days import age, day
from synth.extracts import Delivery, Extract, coded, constant, dollars
from synth.frame import Frame, place_in_group, rows, stack, take
from synth.noise import Columns, Habits, Recorder, date_text
from synth.people import People
from synth.places import places, schools_by_town
from synth.rng import mixed, stream, unit, weighted, weighted_without_replacement
from synth.tables import numbers, table, text
from synth.window import SCHOOL_YEARS, programme_persons

HABITS = Habits(
    "dual_credit",
    birth_wrong=0.0,
    given_wrong=0.006,
    nickname=0.03,
    surname_wrong=0.006,
    one_surname=0.30,
)
FALL, SPRING = 0, 1
HS, IHE = 0, 1
GRADES = tuple(["A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-", "F", "P", "W", "I", "AU"])
_GRADE_WEIGHTS = np.array([3, 18, 14, 12, 12, 8, 6, 6, 3, 1.5, 1.5, 0.7, 2.5, 2, 5, 0.6, 0.4])
_NOT_FINISHED = [GRADES.index(grade) for grade in ("W", "I", "AU")]
_FAILED = GRADES.index("F")


def make_dual_credit(people: People, seed: int) -> Frame:
    """One row per student, course and term."""
    rng = stream(seed, "dual_credit")
    enrolments = []
    for year in SCHOOL_YEARS:
        years = age(people.birth, day(f"{year}-09-01"))
        weight = np.select([years == 16, years == 17, years == 15], [1.0, 1.2, 0.15], 0.0)
        weight = weight * (people.story < 0) * np.where(people.sex == 2, 1.2, 0.9)
        students = weighted_without_replacement(
            rng, weight, programme_persons("DUAL_CREDIT", len(people)) // len(SCHOOL_YEARS)
        )
        counts = 1 + rng.binomial(3, 0.22, len(students))
        row = np.repeat(np.arange(len(students)), counts)
        offers = weighted(rng, numbers(table("courses"), "weight"), len(students))[row]
        place = place_in_group(counts)
        course = (offers + place * 11) % len(table("courses"))
        college = weighted(rng, numbers(table("colleges"), "weight"), len(students))[row]
        term = rng.integers(0, 2, len(row))
        enrolments.append(describe(rng, people, students[row], np.full(len(row), year), course, college, term))
    return stack(enrolments)


def describe(
    rng: np.random.Generator,
    people: People,
    person: np.ndarray,
    year: np.ndarray,
    course: np.ndarray,
    college: np.ndarray,
    term: np.ndarray,
) -> Frame:
    """The columns of an enrolment: school by home town, grade, credit, who reports it."""
    count = len(person)
    starts, held, _ = schools_by_town()
    town = places().town[people.home.part[person]]
    school = starts[town] + (unit(0, "school", people.household[person]) * held[town]).astype(np.int64)
    grade = weighted(rng, _GRADE_WEIGHTS, count)
    draw = rng.random(count)
    regraded = (grade + rng.integers(1, 3, count)).clip(0, 11)
    return {
        "person": person,
        "year": year,
        "course": course,
        "college": college,
        "term": term,
        "school": school,
        "section": rng.integers(1, 4, count),
        "grade": grade,
        "school_grade": np.where((rng.random(count) < 0.2) & (grade < 9), regraded, grade),
        "by_school": (draw < 0.55).astype(np.int64),
        "by_college": (draw > 0.40).astype(np.int64),
    }


def write_dual_credit(delivery: Delivery, people: People, enrolments: Frame, seed: int) -> None:
    """One extract per school year, taken on 25 July after it: a row per enrolment and reporter."""
    for year in SCHOOL_YEARS:
        held = take(enrolments, enrolments["year"] == year)
        by_school = take(held, held["by_school"] == 1)
        by_school = by_school | {"grade": by_school["school_grade"], "reporter": np.full(rows(by_school), HS)}
        by_college = take(held, held["by_college"] == 1)
        reports = stack([by_school, by_college | {"reporter": np.full(rows(by_college), IHE)}])
        order = np.lexsort((reports["reporter"], reports["course"], reports["term"], people.sasid[reports["person"]]))
        reports = take(reports, order)
        extract = Extract("dual_credit", f"SY{year}", day(f"{year + 1}-07-25"))
        delivery.write(extract, _columns(people, reports, year, seed), reports["person"])


def _columns(people: People, reports: Frame, year: int, seed: int) -> Columns:
    who, count = reports["person"], rows(reports)
    courses = table("courses")
    clerk = Recorder(people, seed, HABITS)
    key = mixed(seed, "enrolment", who, reports["reporter"]).astype(np.int64)
    on = np.full(count, day(f"{year + 1}-07-01"))
    schools = schools_by_town()[2]
    passed = ~np.isin(reports["grade"], [*_NOT_FINISHED, _FAILED])
    credits = (numbers(courses, "credits") * 100).astype(np.int64)[reports["course"]]
    college = table("colleges")
    fall = reports["term"] == FALL
    return {
        "sasid": pa.array(people.sasid[who]).cast(pa.string()),
        "birth_date": date_text(clerk.birth_date(who, key, on)),
        "first_name": clerk.first_name(who, key),
        "last_name": clerk.last_name(who, key, on),
        "sex": pa.array(people.sex[who]).cast(pa.string()),
        "school_year": pa.array(reports["year"]),
        "district_code": coded(reports["school"], [row["district_code"] for row in schools]),
        "school_code": coded(reports["school"], [row["school_code"] for row in schools]),
        "ihe_code": coded(reports["college"], text(college, "ihe_code")),
        "course_id": coded(reports["course"], text(courses, "course_id")),
        "section": coded(reports["section"], ["00", "01", "02", "03"]),
        "term": coded(reports["term"], [f"{year + 1}10", f"{year + 1}30"]),
        "sced_code": coded(reports["course"], text(courses, "sced_code")),
        "subject": coded(reports["course"], text(courses, "subject")),
        "course_title": coded(reports["course"], text(courses, "course_title")),
        "modality": coded(reports["college"], text(college, "modality")),
        "session_start": date_text(np.where(fall, day(f"{year}-08-28"), day(f"{year + 1}-01-22"))),
        "session_end": date_text(np.where(fall, day(f"{year}-12-15"), day(f"{year + 1}-05-12"))),
        "hs_credit": coded((reports["term"] >= 0).astype(np.int64), ["0.00", "0.50"]),
        "college_credit_attempted": dollars(credits),
        "college_credit_earned": dollars(np.where(passed, credits, 0)),
        "grade": coded(reports["grade"], GRADES),
        "grade_status": constant("F", count),
        "dual_flag": constant("1", count),
        **_pupil_flags(people, who, seed),
        "race": one_race(people, who),
        "reporter": coded(reports["reporter"], ("HS", "IHE")),
    }


def _pupil_flags(people: People, who: np.ndarray, seed: int) -> Columns:
    flags = {
        "frl": people.low_income[who] | (unit(seed, "frl", who) < 0.18),
        "el": people.english_learner[who],
        "swd": people.disability[who],
    }
    return {name: pa.array(flag.astype(np.int64)).cast(pa.string()) for name, flag in flags.items()}
