"""The Clearinghouse's answers about dual-credit students who have left high school: StudentTracker detail reports.

Belongs here: whom the state asks about, enrolments and degrees in and out of state, people not found. Does not: who
studies at a college in Connecticut (college.py). The report is asked for by SASID; names are those of the request.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.college import AWARDS, DUAL, FT, NE, STATUSES, College, college_codes, term_days
from synth.days import NEVER, age, day
from synth.extracts import Delivery, Extract, coded, numbered
from synth.frame import Frame, place_in_group, rows, stack, take
from synth.noise import Columns, Habits, Recorder, date_text
from synth.people import People
from synth.rng import mixed, pick, unit
from synth.tables import codes, numbers, table, text
from synth.window import SCHOOL_YEARS

HABITS = Habits("clearinghouse", capitals=True, nickname=0.02, one_surname=0.20, middle=0.5, suffix=0.7)
SEARCHES = SCHOOL_YEARS[-2:]
"""School years after which the state asked, each on 4 November."""
_AWAY = 0.45
"""Of those at no college in Connecticut."""
_UNREPORTED = 0.05
"""Students whose record the colleges or the students themselves keep back: not found, though enrolled."""
ENROLLED, DEGREE, NOBODY = range(3)
_TITLES = {
    "CERT_LT1": "CERTIFICATE",
    "CERT_1_2": "CERTIFICATE",
    "AS": "ASSOCIATE OF SCIENCE",
    "BA": "BACHELOR OF ARTS",
    "BS": "BACHELOR OF SCIENCE",
}
_EMPTY = {"college": -1, "far": -1, "begin": NEVER, "end": NEVER, "status": -1, "place": -1, "major": -1, "award": -1}


def write_clearinghouse(delivery: Delivery, people: People, courses: Frame, college: College, seed: int) -> None:
    """One report per search: everything known about each SASID asked for."""
    for year in SEARCHES:
        taken = day(f"{year + 1}-11-04")
        asked = np.unique(courses["person"][courses["year"] <= year])
        asked = asked[(age(people.birth[asked], day(f"{year + 1}-09-01")) >= 18) & (people.death[asked] > taken)]
        hidden = unit(seed, "blocked record", asked) < _UNREPORTED
        known = stack([*_in_state(college, asked[~hidden], year), _far(people, asked[~hidden], college, year, seed)])
        nobody = _blank(np.setdiff1d(asked, known["person"]), NOBODY)
        report = stack([known, nobody])
        report = take(report, np.lexsort((report["award"], report["begin"], report["kind"], report["person"])))
        extract = Extract("nsc_studenttracker", f"SY{year}", taken)
        delivery.write(extract, _columns(people, report, taken, seed), report["person"])


def _blank(person: np.ndarray, kind: int) -> Frame:
    count = len(person)
    return {"person": person, "kind": np.full(count, kind)} | {
        name: np.full(count, value) for name, value in _EMPTY.items()
    }


def _in_state(college: College, asked: np.ndarray, year: int) -> list[Frame]:
    """Enrolments and degrees at colleges in Connecticut, of terms up to the school year; nobody's high-school years."""
    terms = college.enrolments
    reported = np.isin(terms["person"], asked) & (terms["term"] // 2 <= year) & (terms["origin"] != DUAL)
    held = take(terms, reported & (terms["status"] != NE))
    begins, ends = term_days(held["term"])
    enrolled = _blank(held["person"], ENROLLED) | {"begin": begins, "end": ends}
    enrolled |= {name: held[name] for name in ("college", "status", "place", "major")}
    row = college.awards["enrolled"]
    given = take(college.awards, reported[row] & (college.awards["level"] != AWARDS.index("PREAPP")))
    held = take(terms, given["enrolled"])
    degrees = _blank(held["person"], DEGREE) | {"begin": given["day"], "award": given["level"]}
    degrees |= {name: held[name] for name in ("college", "major")}
    return [enrolled, degrees]


def _far(people: People, asked: np.ndarray, college: College, year: int, seed: int) -> Frame:
    """Full-time years at a college in a nearby state, for some of those who are at none in Connecticut."""
    at_home = college.enrolments["person"][college.enrolments["origin"] != DUAL]
    ordinary = people.story[asked] < 0
    away = asked[ordinary & ~np.isin(asked, at_home) & (unit(seed, "studies away", asked) < _AWAY)]
    turned = _autumn_of_leaving(people, away)
    counts = (np.minimum(turned + 3, year) - turned + 1).clip(0) * 2
    row = np.repeat(np.arange(len(away)), counts)
    term = turned[row] * 2 + place_in_group(counts)
    shares = numbers(table("far_colleges"), "weight")
    far = np.searchsorted(np.cumsum(shares) / shares.sum(), unit(seed, "which college away", away))
    begins, ends = term_days(term)
    return _blank(away[row], ENROLLED) | {
        "far": far[row],
        "begin": begins,
        "end": ends,
        "status": np.full(len(row), FT),
        "place": place_in_group(counts),
        "major": pick(seed, "major away", len(table("majors")), away[row]),
    }


def _autumn_of_leaving(people: People, who: np.ndarray) -> np.ndarray:
    """School year after high school: the one at whose start the person is 18."""
    years = np.arange(SCHOOL_YEARS[0] - 1, SCHOOL_YEARS[-1] + 2)
    grown = np.stack([age(people.birth[who], day(f"{year}-09-01")) >= 18 for year in years])
    return years[np.argmax(grown, axis=0)]


def _text_date(days: np.ndarray) -> pa.Array:
    """Days as the Clearinghouse writes them, 20240520."""
    return pc.strftime(date_text(days), "%Y%m%d")


def _colleges() -> dict[str, list[str]]:
    """The columns about a college, for colleges in Connecticut and then for those away."""
    known = {row["code"]: row for row in codes("college")}
    here = [known[code] for code in college_codes()]
    away = table("far_colleges")
    two_years = ["2" if row["code"] == "129367" else "4" for row in here]
    control = ["PUBLIC" if row["control"] == "Public" else "PRIVATE" for row in here]
    return {
        "college_code": [f"{row['opeid6']}-00" for row in here] + text(away, "nsc_code"),
        "college_name": [row["label"].upper() for row in here] + text(away, "name"),
        "college_state": ["CT"] * len(here) + text(away, "state"),
        "college_level": two_years + text(away, "level"),
        "college_control": control + text(away, "control"),
    }


def _columns(people: People, report: Frame, taken: int, seed: int) -> Columns:
    who, kind = report["person"], report["kind"]
    clerk = Recorder(people, seed, HABITS)
    key = mixed(seed, "clearinghouse request", who).astype(np.int64)
    number = np.unique(who, return_inverse=True)[1]
    place = np.where(report["far"] >= 0, len(college_codes()) + report["far"], report["college"])
    count = rows(report)
    return {
        "requester_unique_id": numbered("R", number + 1, 6),
        "first_name": clerk.first_name(who, key),
        "middle_name": pc.utf8_slice_codeunits(clerk.middle_name(who, key), 0, 1),
        "last_name": clerk.last_name(who, key, np.full(count, taken - 60)),
        "suffix": clerk.suffix(who, key),
        "sasid": pa.array(people.sasid[who]).cast(pa.string()),
        "record_found": coded((kind == NOBODY).astype(np.int64), ("Y", "N")),
        "search_date": _text_date(np.full(count, day(f"{SCHOOL_YEARS[0]}-08-01"))),
        **{name: coded(place, values) for name, values in _colleges().items()},
        "enrollment_begin_date": _text_date(np.where(kind == ENROLLED, report["begin"], NEVER)),
        "enrollment_end_date": _text_date(report["end"]),
        "enrollment_status": coded(np.where(kind == ENROLLED, report["status"], -1), _letters()),
        "class_level": coded(np.where(report["place"] >= 0, np.minimum(report["place"] // 2, 3), -1), "FSJR"),
        **_majors(report, key, seed),
        "graduated": coded(np.where(kind == NOBODY, -1, kind), ("N", "Y")),
        "graduation_date": _text_date(np.where(kind == DEGREE, report["begin"], NEVER)),
        "degree_title": coded(report["award"], [_TITLES.get(code, code) for code in AWARDS]),
        **_degree_majors(report),
        "college_sequence": pa.array(np.ones(count, np.int64), mask=kind == NOBODY),
    }


def _letters() -> list[str]:
    """Enrolment statuses by the letters of the Clearinghouse."""
    known = {row["code"]: row["aliases"].split("|")[0] for row in codes("enrollment_status")}
    return [known[status] or status for status in STATUSES]


def _major_pair(position: np.ndarray) -> tuple[pa.Array, pa.Array]:
    majors = table("majors")
    return coded(position, text(majors, "title")), coded(position, text(majors, "cip_code"))


def _majors(report: Frame, key: np.ndarray, seed: int) -> Columns:
    studies = (report["kind"] == ENROLLED) & (report["major"] >= 0)
    second = studies & (unit(seed, "two majors", key) < 0.08)
    columns: Columns = {}
    for number, shown, shift in ((1, studies, 0), (2, second, 3)):
        position = np.where(shown, (report["major"] + shift) % len(table("majors")), -1)
        columns[f"enrollment_major_{number}"], columns[f"enrollment_cip_{number}"] = _major_pair(position)
    return columns


def _degree_majors(report: Frame) -> Columns:
    """One major per degree; the first degree of a report has as many as the layout can hold."""
    degree = report["kind"] == DEGREE
    first = np.zeros(len(degree), bool)
    first[np.flatnonzero(degree)[:1]] = True
    columns: Columns = {}
    for number in range(1, 5):
        shown = degree if number == 1 else first
        position = np.where(shown, (report["major"] + number - 1) % len(table("majors")), -1)
        columns[f"degree_major_{number}"], columns[f"degree_cip_{number}"] = _major_pair(position)
    return columns
