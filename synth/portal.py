"""Registrations on the Career ConneCT and Jobs.CT.gov portal: sign-up, assessment, coach, referral; the yearly extract.

Belongs here: who registers and how far they come. Does not: enrolments, which some registrations lead to.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.career_connect import cthires_text
from synth.characteristics import sex_text
from synth.days import NEVER, age, day, last_day
from synth.enrolments import PROGRAMMES, system_of
from synth.extracts import Delivery, Extract, coded, numbered
from synth.frame import Frame, rows, stack, take
from synth.noise import Columns, Habits, Recorder, date_text
from synth.people import People, schooling_on
from synth.rng import mixed, stream, unit, weighted_without_replacement
from synth.tables import codes, text
from synth.window import CTHIRES_QUARTERS, PERSONS_IN_SAMPLE, PERSONS_IN_STATE, TODAY

HABITS = Habits(
    "portal",
    ssn_missing=0.70,
    ssn_wrong=0.012,
    birth_wrong=0.015,
    given_wrong=0.015,
    nickname=0.10,
    surname_wrong=0.012,
    one_surname=0.25,
    middle=0.15,
    suffix=0.3,
    name_lag_days=5,
)
_IN_STATE, _FLOOR = 24_000, 130
"""Registered, by the strategic plan; and in a sample of 2,000 persons."""
_OPENS = day("2022-02-01")
_FROM_PORTAL = 0
_FUNNEL = (0.62, 0.55, 0.45)
"""Of those who register and do not enrol: assessed; of these with a coach; of these referred."""
_LANGUAGES = ("en", "es", "pt")


def write_portal(delivery: Delivery, people: People, enrolments: Frame, cthires_number: np.ndarray, seed: int) -> None:
    """The registrations something happened to, year by year; `cthires_number` is -1 for who is not in CTHires."""
    registered = make_registrations(people, enrolments, seed)
    registered = registered | {"cthires": cthires_number[registered["person"]]}
    before = 0
    for period in CTHIRES_QUARTERS[3::4]:
        end = int(last_day(period))
        steps = ("on", "assessed", "coached", "referred")
        news = np.any([(registered[name] > before) & (registered[name] <= end) for name in steps], axis=0)
        held = take(registered, news & (registered["on"] <= end))
        extract = Extract("portal_registration", str(period // 4), end + 12)
        delivery.send(extract, _columns(people, held, end, seed), held["person"])
        before = end


def make_registrations(people: People, enrolments: Frame, seed: int) -> Frame:
    """One row per registration, in order of day and person, numbered: those who enrol through it, and others."""
    rng = stream(seed, "portal")
    came = system_of(enrolments, "CAREERCONNECT") & (enrolments["referral"] == _FROM_PORTAL)
    came &= enrolments["applied"] < NEVER
    lead = take(enrolments, came)
    lead = take(lead, np.unique(lead["person"], return_index=True)[1])
    referred = lead["applied"] - rng.integers(0, 10, rows(lead))
    first = {
        "person": lead["person"],
        "referred": referred,
        "coached": referred - rng.integers(0, 8, rows(lead)),
        "programme": lead["programme"],
    }
    first |= {"assessed": first["coached"] - rng.integers(0, 12, rows(lead))}
    first |= {"on": first["assessed"] - rng.integers(0, 6, rows(lead))}
    registered = stack([first, _others(rng, people, lead["person"])])
    registered = take(registered, np.lexsort((registered["person"], registered["on"])))
    count = rows(registered)
    number = np.cumsum(1 + stream(seed, "portal numbers").integers(0, 9, count))
    return registered | {"number": number, "referral": _heard_from(registered["person"], seed)}


def _others(rng: np.random.Generator, people: People, enrolled: np.ndarray) -> Frame:
    """Those who register and do not enrol, and how far they come."""
    wanted = round(max(_IN_STATE * len(people) / PERSONS_IN_STATE, _FLOOR * min(1.0, len(people) / PERSONS_IN_SAMPLE)))
    on = rng.integers(_OPENS, TODAY - 10, len(people))
    years = age(people.birth, on)
    weight = np.where((years >= 16) & (years <= 66), 0.5 + people.low_income, 0.0)
    weight *= (people.death > on + 60) & (people.story < 0)
    weight[enrolled] = 0.0
    who = weighted_without_replacement(rng, weight, max(wanted - len(enrolled), 5))
    count = len(who)
    reached = np.cumprod([rng.random(count) < share for share in _FUNNEL], axis=0) > 0
    frame = {"person": who, "on": on[who]}
    last = frame["on"]
    for step, name in enumerate(("assessed", "coached", "referred")):
        last = last + rng.integers(0, 15, count)
        frame[name] = np.where(reached[step] & (last <= TODAY), last, NEVER)
    named = rng.integers(0, len(PROGRAMMES), count)
    frame["programme"] = np.where(frame["referred"] < NEVER, named, -1)
    return frame


def _heard_from(who: np.ndarray, seed: int) -> np.ndarray:
    """How the person came to the portal: media and family more often than anything else; one in ten does not say."""
    draw = unit(seed, "heard of the portal", who)
    return np.select([draw < 0.10, draw < 0.45, draw < 0.70, draw < 0.85], [-1, 7, 8, 1], 2)


def _columns(people: People, held: Frame, end: int, seed: int) -> Columns:
    who = held["person"]
    known = unit(seed, "portal knows CTHires", who) < 0.25
    key = mixed(seed, "portal account", who).astype(np.int64)
    on = np.minimum(held["on"] + 1, end)
    clerk = Recorder(people, seed, HABITS)
    home = clerk.address(who, key, on)
    hidden = pa.array(unit(seed, "portal address", who) < 0.4)
    speaks = np.where(people.english_learner[who], np.where(people.hispanic[who] == 1, 1, 2), 0)

    def by_now(name: str) -> pa.Array:
        return date_text(np.where(held[name] <= end, held[name], NEVER))

    return {
        "registration_id": numbered("R", held["number"], 7),
        "ssn": clerk.ssn(who, key, on),
        "first_name": clerk.first_name(who, key),
        "last_name": clerk.last_name(who, key, on),
        "middle_name": clerk.middle_name(who, key),
        "suffix": clerk.suffix(who, key),
        "birth_date": date_text(clerk.birth_date(who, key, held["on"])),
        "sex": sex_text(people, who, key, seed),
        "street": pc.if_else(hidden, pa.scalar(None, pa.string()), home["street"]),
        "town_code": pc.if_else(hidden, pa.scalar(None, pa.string()), home["town_code"]),
        "zip": home["zip"],
        "veteran": coded(people.veteran[who].astype(np.int64), ("0", "1")),
        "emp_status_entry": coded((unit(seed, "works at sign-up", who) < 0.45).astype(np.int64), ("0", "1")),
        "educ_level": pa.array(schooling_on(people, who, held["on"])).cast(pa.string()),
        "preferred_language": coded(speaks, _LANGUAGES),
        "referral_source": coded(held["referral"], text(codes("referral_source"), "code")),
        "registration_date": date_text(held["on"]),
        "skills_assessment_date": by_now("assessed"),
        "coach_assigned_date": by_now("coached"),
        "referral_date": by_now("referred"),
        "referred_program_code": coded(np.where(held["referred"] <= end, held["programme"], -1), PROGRAMMES),
        "cthires_id": cthires_text(np.where(known, held["cthires"], -1)),
    }
