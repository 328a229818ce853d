"""Supportive payments: to participants of Career ConneCT, the Good Jobs Challenge and CTHires programmes.

Belongs here: who is helped with what, and the yearly extract. Does not: enrolments and participation themselves.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.career_connect import number_text as career_connect_text
from synth.career_connect import participant_number as career_connect_number
from synth.cthires import Cthires
from synth.cthires_entries import REPORTABLE
from synth.days import NEVER, last_day, year_of
from synth.enrolments import system_of
from synth.extracts import Delivery, Extract, coded, dollars, numbered
from synth.frame import Frame, place_in_group, rows, stack, take
from synth.good_jobs import number_text as good_jobs_text
from synth.good_jobs import participant_number as good_jobs_number
from synth.noise import Columns, date_text
from synth.people import People
from synth.rng import stream
from synth.tables import codes, text
from synth.window import CTHIRES_QUARTERS, TODAY

TYPES = tuple(text(codes("support_type"), "code"))
SYSTEMS = ("CAREERCONNECT", "GJC", "CTHIRES")
_SHARE = (0.20, 0.27, 0.05, 0.05, 0.12, 0.11, 0.12, 0.04, 0.03, 0.01)
_CENTS = (42_000, 9_500, 60_000, 118_000, 21_000, 16_500, 30_000, 38_000, 12_000, 9_000)
_PAYEE = ("PROVIDER", "PARTICIPANT", "LANDLORD", "LANDLORD", "VENDOR", "TRAINER", "PARTICIPANT", "VENDOR", "PROVIDER",
          "OTHER")  # fmt: skip
_MONTHLY = ("CHILDCARE", "TRANSPORT", "RENT", "STIPEND")
"""Paid month by month; the others once."""
_FUNDING = ("ARPA", "EDA", "WIOA", "ERA")


def write_supports(delivery: Delivery, people: People, enrolments: Frame, cthires: Cthires, seed: int) -> None:
    """The payments of each year."""
    payments = make_payments(people, enrolments, cthires, seed)
    for period in CTHIRES_QUARTERS[3::4]:
        held = take(payments, year_of(payments["paid"]) == period // 4)
        taken = int(last_day(period)) + 15
        delivery.send(Extract("support_payment", str(period // 4), taken), _columns(held), held["person"])


def make_payments(people: People, enrolments: Frame, cthires: Cthires, seed: int) -> Frame:
    """One row per payment, in order of day and person, numbered."""
    rng = stream(seed, "supports")
    helped = [_of_enrolments(rng, people, enrolments, name, seed) for name in ("CAREERCONNECT", "GJC")]
    payments = stack([_monthly(rng, frame) for frame in (*helped, _of_entries(rng, people, cthires))])
    payments = take(payments, payments["paid"] <= TODAY)
    payments = take(payments, np.lexsort((payments["type"], payments["person"], payments["paid"])))
    return payments | {"number": np.arange(1, rows(payments) + 1)}


def _of_enrolments(rng: np.random.Generator, people: People, enrolments: Frame, system: str, seed: int) -> Frame:
    """Half of the enrolled are helped during training; the poorer more often."""
    ours = take(enrolments, system_of(enrolments, system))
    share = 0.35 + 0.3 * people.low_income[ours["person"]]
    ours = take(ours, rng.random(rows(ours)) < share)
    number = (career_connect_number if system == "CAREERCONNECT" else good_jobs_number)(people, ours["person"], seed)
    return {
        "person": ours["person"],
        "system": np.full(rows(ours), SYSTEMS.index(system)),
        "source_number": number,
        "from": ours["start"],
        "to": ours["end"],
        "type": rng.choice(len(TYPES), rows(ours), p=_SHARE),
    }


def _of_entries(rng: np.random.Generator, people: People, cthires: Cthires) -> Frame:
    """One in twelve participants of CTHires programmes is helped while participating."""
    entries = cthires.entries
    helped = (entries["level"] != REPORTABLE) & (people.story[entries["person"]] < 0)
    entry = take(entries, helped & (rng.random(rows(entries)) < 1 / 12))
    return {
        "person": entry["person"],
        "system": np.full(rows(entry), SYSTEMS.index("CTHIRES")),
        "source_number": entry["number"],
        "from": entry["entry"],
        "to": entry["last"],
        "type": rng.choice(len(TYPES), rows(entry), p=_SHARE),
    }


def _monthly(rng: np.random.Generator, helped: Frame) -> Frame:
    """The payments behind the help: one a month, rent for three months at most, or a single one."""
    monthly = np.isin(helped["type"], [TYPES.index(name) for name in _MONTHLY])
    months = np.maximum((helped["to"] - helped["from"]) // 30, 1)
    most = np.where(helped["type"] == TYPES.index("RENT"), 3, 5)
    times = np.where(monthly, np.minimum(months, most), 1)
    payments = take(helped, np.repeat(np.arange(rows(helped)), times))
    begins = payments["from"] + 30 * place_in_group(times)
    count = rows(payments)
    amount = np.array(_CENTS)[payments["type"]] * rng.uniform(0.7, 1.3, count)
    dated = rng.random(count) < 0.9
    return payments | {
        "from": np.where(dated, begins, NEVER),
        "to": np.where(dated, begins + np.where(np.repeat(monthly, times), 29, 0), NEVER),
        "paid": begins + rng.integers(0, 20, count),
        "cents": np.rint(amount / 100).astype(np.int64) * 100,
    }


def _columns(held: Frame) -> Columns:
    number = held["source_number"]
    of_system = [career_connect_text(number), good_jobs_text(number), numbered("", number, 1)]
    which = pa.array(held["system"])
    rent = held["type"] == TYPES.index("RENT")
    return {
        "payment_id": numbered("PAY-", held["number"], 7),
        "person_source_id": pc.choose(which.cast(pa.int64()), *of_system),
        "source_system": coded(held["system"], SYSTEMS),
        "support_type": coded(held["type"], TYPES),
        "payment_usd": dollars(held["cents"]),
        "paid_date": date_text(held["paid"]),
        "support_from_date": date_text(held["from"]),
        "support_to_date": date_text(held["to"]),
        "funding_code": coded(np.where(rent, _FUNDING.index("ERA"), held["system"]), _FUNDING),
        "payee_class": coded(held["type"], _PAYEE),
    }
