"""What a participant record says of training, credentials, skill gains and work after exit.

Belongs here: those columns, from the same services, events, wages and evidence as the other extracts. Does not: which
records there are (pirl.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from synth import followup
from synth.cthires import Cthires
from synth.cthires_outcomes import CRED, DIPLOMA, MSG_EFL, MSG_MILE, MSG_PS, MSG_SEC, MSG_SKILL
from synth.days import NEVER, quarter_of
from synth.extracts import coded, dollars
from synth.frame import Frame, rows, take
from synth.noise import Columns, date_text
from synth.rng import pick, unit
from synth.tables import table, text
from synth.wage_book import WageBook

NOT_YET_CENTS = 99_999_999
NO_SSN = 1
_GAINS = {
    "msg_efl_date": MSG_EFL,
    "msg_postsecondary_date": MSG_PS,
    "msg_secondary_date": MSG_SEC,
    "msg_milestone_date": MSG_MILE,
    "msg_skill_date": MSG_SKILL,
}
_PLACES = (1, 2, 3)
_JOB_READINESS, _OTHER_CREDENTIAL = 12, 7


@dataclass(frozen=True)
class Known:
    """What the state knows of its participants on the day of an extract."""

    cthires: Cthires
    book: WageBook
    evidence: Frame
    end: int
    taken: int
    seed: int


def training_columns(known: Known, held: Frame, exit_day: np.ndarray) -> Columns:
    """Training as in the services; a few had a job-readiness course or two beside it."""
    services = known.cthires.services
    taught = take(services, (services["training"] >= 0) & (services["start"] <= known.end))
    count = rows(held)
    start, end = np.full(count, NEVER, np.int64), np.full(count, NEVER, np.int64)
    kind, training, done = np.zeros(count, np.int64), np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    where = np.full(rows(known.cthires.entries), -1, np.int64)
    for part in ("entry_row", "also_row"):
        given = held[part] >= 0
        where[held[part][given]] = np.flatnonzero(given)
    row = where[taught["entry_row"]]
    taught, row = take(taught, row >= 0), row[row >= 0]
    start[row], kind[row], training[row] = taught["start"], taught["kind"], taught["training"]
    over = taught["end"] <= known.end
    end[row] = np.where(over, taught["end"], NEVER)
    done[row] = np.where(over, taught["completed"], 2)
    shown = (start <= exit_day) & (kind > 0)
    offers = table("trainings")
    columns: Columns = {
        "received_training": coded(shown.astype(np.int64), ("0", "1")),
        "training_provider_name": coded(np.where(shown, training % 40, -1), [f"Provider {n}" for n in range(40)]),
        "cip_code": coded(np.where(shown & (kind != 1), training, -1), text(offers, "cip_code")),
        "training_outcomes": coded(np.where(shown, training % 3, -1), ("1", "18", "6")),
        "training_account": coded(np.where(shown, (kind == 6).astype(np.int64), -1), ("0", "1")),
        "pell_recipient": coded(np.where(shown, (training % 11 == 0).astype(np.int64), -1), ("0", "1")),
        "private_sector_training": coded(np.where(shown, training % 2, -1), ("0", "1")),
    }
    for place in _PLACES:
        more = shown & (unit(known.seed, "more training", held["key"]) < (1, 0.05, 0.02)[place - 1])
        which = kind if place == 1 else np.full(count, _JOB_READINESS)
        until = end if place == 1 else np.minimum(start + 4, exit_day)
        finished = done if place == 1 else np.ones(count, np.int64)
        occupations = [code.replace("-", "").replace(".", "") for code in text(offers, "onet_code")]
        columns |= {
            f"training_start_date_{place}": date_text(np.where(more, start, NEVER)),
            f"training_type_{place}": coded(np.where(more, which, 0), [f"{code:02d}" for code in range(13)]),
            f"training_onet_code_{place}": coded(np.where(more, training, -1), occupations),
            f"training_completed_{place}": coded(np.where(more, finished, -1), ("0", "1", "9")),
            f"training_end_date_{place}": date_text(np.where(more, until, NEVER)),
        }
    return columns


def credential_columns(known: Known, held: Frame) -> Columns:
    """The first three credentials and diplomas on file, in order of their dates."""
    count = rows(held)
    kinds, days = np.zeros((count, 3), np.int64), np.full((count, 3), NEVER, np.int64)
    events = _events(known, held, np.array([CRED, DIPLOMA]))
    placed = np.zeros(count, np.int64)
    for row, day, kind, credential in zip(*(events[n] for n in ("row", "day", "type", "credential")), strict=True):
        place = placed[row]
        if place < 3:
            kinds[row, place], days[row, place] = (1 if kind == DIPLOMA else credential), day
            placed[row] += 1
    for place in (1, 2):  # a certificate of the same course beside the first credential
        beside = (placed == place) & (unit(known.seed, f"certificate {place}", held["key"]) < 0.15)
        kinds[beside, place], days[beside, place] = _OTHER_CREDENTIAL, days[beside, place - 1]
        placed[beside] += 1
    columns: Columns = {}
    for place in _PLACES:
        columns[f"credential_type_{place}"] = pa.array(kinds[:, place - 1]).cast(pa.string())
        columns[f"credential_date_{place}"] = date_text(days[:, place - 1])
    return columns


def gain_columns(known: Known, held: Frame, exit_day: np.ndarray) -> Columns:
    """The latest skill gain of each kind while in education or training and participating."""
    columns: Columns = {}
    opens = np.maximum(held["entry"], np.where(held["study_from"] <= known.end, held["study_from"], 0))
    for name, kind in _GAINS.items():
        events = _events(known, held, np.array([kind]))
        latest = np.full(rows(held), -1, np.int64)
        inside = (events["day"] >= opens[events["row"]]) & (events["day"] <= exit_day[events["row"]])
        np.maximum.at(latest, events["row"][inside], events["day"][inside])
        columns[name] = date_text(np.where(latest >= 0, latest, NEVER))
    return columns


def _events(known: Known, held: Frame, kinds: np.ndarray) -> Frame:
    """Events of these kinds known by the end of the quarter, by day; `row` is the row of `held`."""
    events = known.cthires.events
    where = np.full(rows(known.cthires.entries), -1, np.int64)
    for part in ("entry_row", "also_row"):
        given = held[part] >= 0
        where[held[part][given]] = np.flatnonzero(given)
    row = where[events["entry_row"]]
    events = events | {"row": row}
    events = take(events, (row >= 0) & np.isin(events["type"], kinds) & (events["day"] <= known.end))
    events = take(events, np.lexsort((events["seq"], events["type"], events["day"], events["row"])))
    twice = [events[name][1:] == events[name][:-1] for name in ("row", "type", "day", "credential")]
    return take(events, ~np.append(False, np.logical_and.reduce(twice)) if rows(events) else np.empty(0, np.int64))


def work_columns(known: Known, held: Frame, exited: np.ndarray, has_ssn: np.ndarray) -> Columns:
    """Employment, its evidence and earnings in the four quarters after exit, and earnings before entry."""
    columns: Columns = {}
    employers = {}
    for later in (1, 2, 3, 4):
        number = quarter_of(held["stated_exit"]) + later
        cents, employer = known.book.paid(held["person"], number)
        cents, employer = np.where(has_ssn, cents, 0), np.where(has_ssn, employer, -1)
        seen = known.book.known(number, known.taken)
        paid = seen & (cents > 0)
        told, status, match, pay = _evidence(known, held, number)
        told &= ~paid
        employed = np.select([~exited, paid, told, seen], [-1, 1, status, 0], 9)
        evidence = np.select([~exited, paid, told, seen], [-1, 1, match, 0], 5)
        amount = np.select([paid, told, seen], [cents, np.maximum(pay, 0), 0], NOT_YET_CENTS)
        columns[f"employed_q{later}"] = coded(employed, [str(code) for code in range(10)])
        columns[f"employment_match_q{later}"] = coded(evidence, [str(code) for code in range(6)])
        columns[f"earnings_q{later}_usd"] = dollars(amount, ~exited | (told & (pay < 0)))
        employers[later] = (np.where(paid, employer, -1), seen, employed)
    same = (employers[2][0] >= 0) & (employers[2][0] == employers[4][0])
    settled = np.where(employers[2][1] & employers[4][1], same.astype(np.int64), 9)
    columns["same_employer_q2_q4"] = coded(np.where(exited, settled, -1), [str(code) for code in range(10)])
    at_work = np.isin(employers[2][2], [1, 2, 3]) & (held["kind"] > 0)
    related = np.where(at_work, pick(known.seed, "related", 2, held["key"]), -1)
    columns["training_related_employment"] = coded(related, ("0", "1"))
    for before in (3, 2, 1):
        number = quarter_of(held["entry"]) - before
        cents, _ = known.book.paid(held["person"], number)
        amount = np.where(known.book.known(number, known.taken), np.where(has_ssn, cents, 0), NOT_YET_CENTS)
        columns[f"earnings_pre_q{before}_usd"] = dollars(amount, number < known.book.first)
    return columns


def _evidence(known: Known, held: Frame, number: np.ndarray) -> tuple[np.ndarray, ...]:
    """Evidence of an unsubsidised job: whether there is any, how employed, PIRL 1601, and cents (-1 not known)."""
    said = known.evidence
    said = take(said, (said["verified"] <= known.end) & ~followup.is_subsidised(said, known.seed))
    found = {
        (int(n), int(left), int(q)): row
        for row, (n, left, q) in enumerate(zip(said["number"], said["exit"], said["quarter"], strict=True))
    }
    keys = zip(held["number"], held["stated_exit"], number, strict=True)
    row = np.array([found.get((int(n), int(left), int(q)), -1) for n, left, q in keys], np.int64)
    none = np.full(1, -1, np.int64)
    status = np.append(followup.status(said), none)[row]
    match = np.append(followup.MATCH[said["source"]], none)[row]
    pay = np.append(np.where(followup.pay_known(said), said["cents"], -1), none)[row]
    return row >= 0, status, match, pay
