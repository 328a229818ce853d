"""The participant record (PIRL) of the core programmes: one row per period, with everything known by the quarter.

Belongs here: which records a quarter's file holds, programmes and circumstances. Does not: results (pirl_results.py).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.cthires import Cthires
from synth.cthires_entries import CODES, REPORTABLE
from synth.cthires_files import extract_of, known_in, participant_columns
from synth.days import NEVER, age, last_day, quarter, quarter_label, quarter_of
from synth.extracts import Delivery, Extract, coded, constant
from synth.frame import Frame, rows, take
from synth.noise import Columns, date_text
from synth.people import People
from synth.pirl_results import NO_SSN, Known, credential_columns, gain_columns, training_columns, work_columns
from synth.rng import mixed, pick, unit
from synth.wage_book import WageBook
from synth.window import cthires_extract_day

QUARTERS = range(quarter("2025Q3"), quarter("2025Q4") + 1)
_CORE = tuple(CODES.index(code) for code in ("ADULT", "DW", "YOUTH", "WP"))
_QUARTERS_AFTER_EXIT = 6
"""How long after its exit a period stays on file: until its fourth quarter is known."""
_NEW_LAYOUT = quarter("2025Q4")
_COPIED = (
    *("sex", "disability", "hispanic", "aian", "asian", "black", "nhpi", "white", "veteran", "emp_status_entry"),
    *("long_term_unemployed", "educ_level", "tanf", "exhausting_tanf", "snap", "other_assistance"),
    *("pregnant_parenting_youth", "youth_needing_assistance", "foster_youth", "homeless", "ex_offender", "low_income"),
    *("english_learner", "basic_skills_deficient", "cultural_barriers", "single_parent", "displaced_homemaker"),
    *("farmworker", "zip", "birth_date", "entry_date", "exit_date", "exit_reason", "in_secondary", "in_postsecondary"),
    *("post_exit_enrol_date", "educ_training_date", "educ_training_end_date", "youth_placement_q2"),
    *("youth_placement_q4", "ssn", "wda_code", "ajc_code"),
)
_YOUTH_SERVICES = (
    *("leadership_date", "youth_supportive_date", "adult_mentoring_date", "guidance_date", "youth_follow_up_date"),
    *("entrepreneurial_date", "labor_market_information_date", "postsecondary_preparation_date"),
)
_RARE_FLAGS = {
    "rapid_response": 0.05,
    "rapid_response_assistance": 0.01,
    "adult_education": 0.04,
    "job_corps": 0.01,
    "farmworker_program": 0.005,
    "native_american_program": 0.005,
    "vocational_education": 0.02,
    "vocational_rehabilitation": 0.03,
    "senior_community_service": 0.005,
    "snap_training": 0.05,
    "other_program": 0.03,
    "trade_adjustment": 0.01,
    "apprenticeship_program": 0.01,
    "reentry_adult": 0.01,
    "reentry_youth": 0.005,
    "h1b_grant": 0.01,
    "education_program_iep": 0.02,
    "needs_related_payments": 0.01,
    "incarcerated_entry": 0.01,
}


def write_pirl(
    delivery: Delivery, people: People, cthires: Cthires, book: WageBook, evidence: Frame, seed: int
) -> None:
    """The participant record of each of the last quarters."""
    for number in QUARTERS:
        held = _records(cthires.entries, number, seed)
        taken = cthires_extract_day(number)
        known = Known(cthires, book, evidence, int(last_day(number)), taken, seed)
        manifest = {"layout_year": 2025 if number >= _NEW_LAYOUT else 2024}
        extract = Extract("cthires_pirl", quarter_label(number), taken, manifest=manifest)
        delivery.send(extract, _columns(people, held, number, known), held["person"])


def _records(entries: Frame, number: int, seed: int) -> Frame:
    """Periods of the core programmes that were open or ended lately; two programmes of equal dates are one record."""
    entries = entries | {"entry_row": np.arange(rows(entries))}
    gone = (known_in(entries) <= number) & (quarter_of(entries["stated_exit"]) < number - _QUARTERS_AFTER_EXIT)
    once = (entries["level"] == REPORTABLE) & (extract_of(entries["entry"]) < number)
    held = np.isin(entries["programme"], _CORE) & (extract_of(entries["entry"]) <= number) & ~gone & ~once
    held = take(entries, held)
    order = np.lexsort((held["programme"], held["known"], held["stated_exit"], held["entry"], held["number"]))
    held = take(held, order)
    same = [held[name][1:] == held[name][:-1] for name in ("number", "entry", "stated_exit", "known")]
    again = np.append(False, np.logical_and.reduce(same))
    first = np.cumsum(~again) - 1
    count = int(first[-1]) + 1 if len(first) else 0
    levels = {code: np.zeros(count, np.int64) for code in _CORE}
    also = np.full(count, -1, np.int64)
    for code in _CORE:
        here = held["programme"] == code
        levels[code][first[here]] = held["level"][here]
    also[first[again]] = held["entry_row"][again]
    held = take(held, ~again)
    key = mixed(seed, "record", held["number"], held["entry"]).astype(np.int64)
    return held | {"also_row": also, "key": key} | {f"level_{CODES[code]}": levels[code] for code in _CORE}


def _columns(people: People, held: Frame, number: int, known: Known) -> Columns:
    key, count = held["key"], rows(held)
    said = participant_columns(people, held, number, known.seed)
    exited = (known_in(held) <= number) & (held["level"] != REPORTABLE)
    exit_day = np.where(exited, held["stated_exit"], NEVER)
    has_ssn = pc.equal(said["ssn_status"], "1").to_numpy(zero_copy_only=False)
    columns: Columns = {
        "obs_number": pa.array(np.arange(1, count + 1)),
        "participant_id": said["participant_id"],
        "state_code": constant("CT", count),
        "county_fips": coded(held["wda"], ("180", "110", "160", "170", "120")),
        "location_code": coded(held["wda"], [f"0900{n}" for n in range(5)]),
        **_boards(held, known.seed),
        **{name: said[name] for name in _COPIED},
        **_schooling(people, held, exited, known.seed),
        **_programmes(people, held, has_ssn, known.seed),
        **_contacts(held, exit_day, known),
        **training_columns(known, held, exit_day),
        **credential_columns(known, held),
        **gain_columns(known, held, exit_day),
        **work_columns(known, held, exited, has_ssn),
    }
    youth = held["level_YOUTH"] > 0
    columns["graduate_degree_date"] = date_text(_rarely(known.seed, "graduate degree", 0.01, key, exit_day))
    columns["release_date"] = date_text(_rarely(known.seed, "released", 0.02, key, held["entry"] - 40))
    columns["unemployment_claim_status"] = pa.array(pick(known.seed, "claim", 6, key) * (held["status"] == 0)).cast(
        pa.string()
    )
    columns["prior_onet_code"] = coded(pick(known.seed, "prior job", 4, key) - 1, ("41203100", "35303100", "53706200"))
    for name in _YOUTH_SERVICES:
        received = youth & (unit(known.seed, name, key) < 0.3)
        columns[name] = date_text(np.where(received, np.minimum(held["entry"] + 30, exit_day), NEVER))
    return columns


def _rarely(seed: int, name: str, share: float, key: np.ndarray, days: np.ndarray) -> np.ndarray:
    return np.where(unit(seed, name, key) < share, days, NEVER)


def _boards(held: Frame, seed: int) -> Columns:
    codes = [f"{9000 + 15 * (n + 1):05d}" for n in range(5)]
    columns = {}
    for place, share in ((1, 1.0), (2, 0.03), (3, 0.01)):
        shown = unit(seed, "boards", held["key"]) < share
        columns[f"local_board_code_{place}"] = coded(np.where(shown, (held["wda"] + place - 1) % 5, -1), codes)
    return columns


def _schooling(people: People, held: Frame, exited: np.ndarray, seed: int) -> Columns:
    """Grades and school status that fit the schooling at entry."""
    level = held["schooling"]
    grade = np.where(level == 0, 8 + pick(seed, "grade", 4, held["key"]), np.where(level == 2, 10, 12))
    years = age(people.birth[held["person"]], held["entry"])
    status = np.select(
        [held["in_secondary"] == 1, held["in_postsecondary"] == 1, level > 0, years < 17], [1, 3, 5, 6], 4
    )
    return {
        "highest_grade": pa.array(grade),
        "school_status_entry": pa.array(status).cast(pa.string()),
        "school_status_exit": coded(np.where(exited, status, -1), [str(code) for code in range(7)]),
    }


def _programmes(people: People, held: Frame, has_ssn: np.ndarray, seed: int) -> Columns:
    wagner = np.select([held["level_WP"] == 0, held["level_WP"] == REPORTABLE], [0, 2], 1)
    columns: Columns = {
        "adult_level": pa.array(held["level_ADULT"]).cast(pa.string()),
        "dislocated_worker_level": pa.array(held["level_DW"]).cast(pa.string()),
        "youth_level": pa.array(held["level_YOUTH"]).cast(pa.string()),
        "wagner_peyser_level": pa.array(wagner).cast(pa.string()),
        "incumbent_worker_training": constant("0", rows(held)),
        "veterans_program": pa.array(people.veteran[held["person"]].astype(np.int64)).cast(pa.string()),
        "youthbuild": constant("0", rows(held)),
        "accountability_exit": coded(np.where(has_ssn, 0, NO_SSN), ("0", "1", "2")),
    }
    for name, share in _RARE_FLAGS.items():
        columns[name] = pa.array((unit(seed, name, held["key"]) < share).astype(np.int64)).cast(pa.string())
    return columns


def _contacts(held: Frame, exit_day: np.ndarray, known: Known) -> Columns:
    latest = np.minimum(np.where(held["last"] <= known.end, held["last"], known.end), exit_day)
    individual = unit(known.seed, "individualised", held["key"]) < 0.7
    return {
        "last_career_service_date": date_text(latest),
        "first_individualised_service_date": date_text(np.where(individual, held["entry"], NEVER)),
        "last_individualised_service_date": date_text(np.where(individual, latest, NEVER)),
    }
