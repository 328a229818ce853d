"""College enrolments and awards as the colleges send them: one file of each per school year.

Belongs here: student numbers, columns, extracts. Does not: who studies where (college.py).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from synth.college import AWARDS, CT_STATE, DUAL, LHT, NE, STATUSES, TRAINEE, College, college_codes, term_days
from synth.days import day
from synth.extracts import Delivery, Extract, coded, dollars, numbered
from synth.frame import Frame, rows, stack, take
from synth.noise import Columns, Habits, Recorder, date_text
from synth.people import People
from synth.places import places, town_text
from synth.rng import mixed, stream, unit
from synth.tables import codes, table, text
from synth.window import SCHOOL_YEARS

HABITS = Habits(
    "college",
    ssn_missing=0.18,
    ssn_wrong=0.003,
    ssn_zero_lost=0.008,
    birth_wrong=0.004,
    given_wrong=0.006,
    nickname=0.02,
    surname_wrong=0.006,
    one_surname=0.20,
    middle=0.5,
    suffix=0.7,
    name_lag_days=90,
)
_CENSUS_SINCE = SCHOOL_YEARS[-1]
"""The first school year whose file has the census day beside the end of the term."""
_ONE_COLLEGE = 2023 * 2
"""Term from which the community colleges are campuses of one."""
CENSUS, EOT = 0, 1


@cache
def _numbering() -> tuple[str, ...]:
    """Whose student numbers a college uses: the state colleges share theirs, every other college has its own."""
    systems = {row["code"]: row["system"] or row["code"] for row in codes("college")}
    return tuple(systems[code] for code in college_codes())


def student_id(people: People, who: np.ndarray, college: np.ndarray, seed: int) -> pa.Array:
    """Student numbers; the same number stands for other people at colleges that number apart."""
    number = np.zeros(len(who), np.int64)
    owners = np.array(_numbering())[college] if len(who) else np.empty(0, str)
    for system in dict.fromkeys(_numbering()):
        here = owners == system
        number[here] = 400_000 + stream(seed, f"student numbers/{system}").permutation(len(people) * 2)[who[here]]
    return numbered("@", number, 8)


def term_code(term: np.ndarray) -> pa.Array:
    """2024-25 autumn as 202510, spring as 202530."""
    return pa.array([f"{number // 2 + 1}{(10, 30)[number % 2]}" for number in term.tolist()], pa.string())


def campus(people: People, held: Frame) -> pa.Array:
    """Campus of CT State by the town of residence, from the term on in which it is one college."""
    listed = [code for code in text(codes("college_campus"), "code") if code != "ONL"]
    at = places().town[people.home.part[held["person"]]] % len(listed)
    known = (held["college"] == CT_STATE) & (held["term"] >= _ONE_COLLEGE)
    return coded(np.where(known, at, -1), listed)


def write_college(delivery: Delivery, people: People, college: College, seed: int) -> None:
    """Terms on 15 August, awards on 15 October after the school year."""
    for year in SCHOOL_YEARS:
        held = take(college.enrolments, college.enrolments["term"] // 2 == year)
        seen = [held | {"snapshot": np.full(rows(held), EOT)}]
        if year >= _CENSUS_SINCE:
            seen.append(held | {"snapshot": np.full(rows(held), CENSUS)})
        terms = stack(seen)
        terms = take(terms, np.lexsort((terms["snapshot"], terms["college"], terms["person"], terms["term"])))
        extract = Extract("postsecondary_term", f"SY{year}", day(f"{year + 1}-08-15"))
        delivery.write(extract, _term_columns(people, terms, year, seed), terms["person"])
        rows_of = college.enrolments["term"][college.awards["enrolled"]] // 2 == year
        awards = take(college.awards, rows_of)
        awards |= take(college.enrolments, awards["enrolled"])
        if rows(awards):
            extract = Extract("postsecondary_award", f"SY{year}", day(f"{year + 1}-10-15"))
            delivery.write(extract, _award_columns(people, awards, year, seed), awards["person"])


def who_columns(people: People, held: Frame, on: np.ndarray, seed: int) -> Columns:
    """Student number, identity and names as the college recorded them."""
    who, clerk = held["person"], Recorder(people, seed, HABITS)
    key = mixed(seed, "student", who, held["college"]).astype(np.int64)
    begins, _ = term_days(held["term"])
    brought = np.where(held["origin"] == DUAL, 0.92, 0.45) * (people.birth[who] >= day("1997-01-01"))
    has_sasid = unit(seed, "sasid at college", key) < brought
    no_ssn = (held["origin"] == DUAL) & (unit(seed, "young and no ssn", key) < 0.6)
    ssn = clerk.ssn(who, key, on)
    return {
        "college_student_id": student_id(people, who, held["college"], seed),
        "ihe_unitid": coded(held["college"], college_codes()),
        "campus_code": campus(people, held),
        "term": term_code(held["term"]),
        "ssn": pa.array(np.where(no_ssn, None, ssn.to_numpy(zero_copy_only=False)), pa.string()),
        "sasid": pa.array(people.sasid[who], mask=~has_sasid).cast(pa.string()),
        "first_name": clerk.first_name(who, key),
        "last_name": clerk.last_name(who, key, begins),
        "middle_name": clerk.middle_name(who, key),
        "suffix": clerk.suffix(who, key),
        "birth_date": date_text(clerk.birth_date(who, key, begins)),
    }


def _term_columns(people: People, held: Frame, year: int, seed: int) -> Columns:
    who, census = held["person"], held["snapshot"] == CENSUS
    begins, ends = term_days(held["term"])
    majors = text(table("majors"), "cip_code")
    status = np.where(census & (held["status"] == NE), LHT, held["status"])
    attempted = np.where(census & (held["status"] == NE), 300, held["attempted"])
    none = held["attempted"] == 0
    first = np.where(held["origin"] == DUAL, 0, np.where(held["place"] == 0, 1, 3))
    kind = np.where(held["origin"] == TRAINEE, 5, first)
    level = np.where(held["origin"] == TRAINEE, 1, 0)
    clerk = Recorder(people, seed, HABITS)
    pell = people.low_income[who] & (held["origin"] != DUAL) & ~none
    on = np.full(rows(held), day(f"{year + 1}-08-01"))
    identity = who_columns(people, held, on, seed)
    return {
        **identity,
        "term_snapshot": coded(held["snapshot"], ("CENSUS", "EOT")),
        "town_code": town_text(clerk.home(who, begins)),
        "student_level": coded(level, ("UG", "NC")),
        "student_type": pa.array(kind).cast(pa.string()),
        "enrollment_status": coded(status, STATUSES),
        "term_credits_attempted": dollars(attempted),
        "term_credits_earned": dollars(held["earned"], census),
        "term_gpa": dollars(held["gpa"], census | none),
        "cip_code": coded(held["major"], majors),
        "degree_sought": coded(held["sought"], AWARDS),
        "pell": pa.array(pell.astype(np.int64)).cast(pa.string()),
        "enrollment_begin_date": date_text(begins),
        "enrollment_end_date": date_text(ends),
    }


def _award_columns(people: People, awards: Frame, year: int, seed: int) -> Columns:
    identity = who_columns(people, awards, np.full(rows(awards), day(f"{year + 1}-10-01")), seed)
    return {
        **{name: column for name, column in identity.items() if name != "suffix"},
        "award_seq": pa.array(awards["seq"]),
        "award_level": coded(awards["level"], AWARDS),
        "award_title": coded(awards["major"], text(table("majors"), "award_title")),
        "cip_code": coded(awards["major"], text(table("majors"), "cip_code")),
        "conferred_date": date_text(awards["day"]),
    }
