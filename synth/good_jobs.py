"""The Good Jobs Challenge: the yearly extract of the sector partnerships, with placement and job quality.

Belongs here: what the partnerships add to an enrolment. Does not: the enrolment itself (enrolments.py) and the columns
shared with Career ConneCT (career_connect.py).
"""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.career_connect import WITHDREW, record, status_on
from synth.days import NEVER, last_day
from synth.employer_accounts import Accounts
from synth.employers import Employers
from synth.enrolments import SECTORS, reported_in, system_of
from synth.extracts import Delivery, Extract, coded, numbered
from synth.frame import Frame, take
from synth.noise import Columns, Habits, Recorder, date_text
from synth.people import People
from synth.places import places, wda_codes
from synth.rng import stream, unit
from synth.tables import codes, table, text
from synth.window import CTHIRES_QUARTERS

HABITS = Habits(
    "gjc",
    ssn_missing=0.20,
    ssn_wrong=0.006,
    birth_wrong=0.008,
    given_wrong=0.010,
    nickname=0.06,
    surname_wrong=0.010,
    one_surname=0.20,
    middle=0.25,
    zip_zero_lost=0.012,
    name_lag_days=15,
)
_QUESTIONS = ("health_insurance", "paid_leave", "predictable_hours", "training_paid")
_ANSWERS = [
    json.dumps({name: "yes" if pattern >> place & 1 else "no" for place, name in enumerate(_QUESTIONS)})
    for pattern in range(1 << len(_QUESTIONS))
]


def write_good_jobs(
    delivery: Delivery, people: People, employers: Employers, accounts: Accounts, enrolments: Frame, seed: int
) -> None:
    """An extract each year: the enrolments something happened to."""
    ours = take(enrolments, system_of(enrolments, "GJC"))
    ours = ours | {"number": participant_number(people, ours["person"], seed), "rsp": _partnership(people, ours)}
    before = 0
    for period in CTHIRES_QUARTERS[3::4]:
        end = int(last_day(period))
        held = take(ours, reported_in(ours, before, end))
        held = take(held, np.lexsort((held["enrol"], held["number"])))
        clerk = Recorder(people, seed, HABITS)
        columns = {
            "gjc_participant_id": number_text(held["number"]),
            **_programme(held),
            **record(people, employers, accounts, held, end, clerk, seed),
            **_quality(held, end, seed),
        }
        delivery.send(Extract("gjc_participant", str(period // 4), end + 15), columns, held["person"])
        before = end


def participant_number(people: People, who: np.ndarray, seed: int) -> np.ndarray:
    """Good Jobs Challenge number of a person."""
    return 100 + stream(seed, "good jobs numbers").permutation(len(people) * 2)[who]


def number_text(number: np.ndarray) -> pa.Array:
    """Good Jobs Challenge numbers as the partnerships write them."""
    return numbered("GJ", number, 6)


def _partnership(people: People, held: Frame) -> np.ndarray:
    """The partnership of the training's sector: that of the person's area where there is one."""
    partnerships = codes("rsp")
    area = places().wda[places().town[people.home.part[held["person"]]]]
    chosen = np.zeros(len(area), np.int64)
    for position, sector in enumerate(SECTORS):
        theirs = [n for n, row in enumerate(partnerships) if row["sector_code"] == sector]
        for number, name in enumerate(wda_codes()):
            there = [n for n in theirs if partnerships[n]["wda_code"] == name] or theirs
            here = np.flatnonzero((held["sector"] == position) & (area == number))
            if there:
                chosen[here] = np.array(there)[held["person"][here] % len(there)]
    return chosen


def _programme(held: Frame) -> Columns:
    """The partnership and its training programme: one for each partnership and training."""
    partnership = coded(held["rsp"], text(codes("rsp"), "code"))
    taught = coded(held["training"], text(table("trainings"), "cip_code"))
    return {
        "training_program_id": pc.binary_join_element_wise("GJ", partnership, taught, "-"),
        "rsp_id": partnership,
    }


def _quality(held: Frame, end: int, seed: int) -> Columns:
    """Completion, and what the employer answers on the quality of the job."""
    trained = (held["end"] <= end) & (status_on(held, end) != WITHDREW)
    placed = held["placed"] <= end
    asked = placed & (unit(seed, "job quality asked", held["person"]) < 0.7)
    pattern = (unit(seed, "job quality", held["employer"], held["person"]) ** 0.5 * len(_ANSWERS)).astype(np.int64)
    is_good = (held["hourly"] >= 2_200) & (held["benefits"] == 1)
    return {
        "trained_date": date_text(np.where(trained, held["end"], NEVER)),
        "quality_job_flag": coded(np.where(placed, is_good.astype(np.int64), -1), ("0", "1")),
        "job_quality_answers": coded(np.where(asked, pattern, -1), _ANSWERS),
    }
