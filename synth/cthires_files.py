"""The three CTHires extracts of each quarter: participants, services, events touched in it.

Belongs here: which rows a quarter's extract holds, and as of its end. Does not: what happened.
A participation is in every extract from its entry until its exit is known, and again when news of it arrives; a
service in the extracts of its first and last day. The first extract also brings what was still open from before.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.characteristics import barrier_columns, race_columns, sex_text
from synth.cthires import Cthires
from synth.cthires_entries import CODES, REPORTABLE
from synth.cthires_outcomes import EVENT_TYPES
from synth.cthires_services import SERVICE_CODES
from synth.days import NEVER, iso, last_day, quarter_label, quarter_of
from synth.extracts import Delivery, Extract, coded, dollars, numbered, spoil
from synth.frame import Frame, rows, take
from synth.noise import Columns, Habits, Recorder, date_text
from synth.people import People
from synth.places import town_text, wda_codes
from synth.rng import mixed
from synth.tables import programmes, table, text
from synth.training_list import provider_number, provider_text
from synth.window import CTHIRES_QUARTERS, RESENT_PARTICIPANTS, cthires_extract_day

HABITS = Habits(
    "cthires",
    ssn_missing=0.03,
    ssn_placeholder=0.004,
    ssn_wrong=0.005,
    ssn_zero_lost=0.004,
    birth_wrong=0.006,
    given_wrong=0.008,
    nickname=0.03,
    surname_wrong=0.008,
    one_surname=0.15,
    middle=0.55,
    zip_zero_lost=0.006,
    name_lag_days=20,
)
_SPOILT_SERVICES = "2023Q2"
_REASONS = ("00", "01", "02", "03", "04", "05")
_AJC = {"EAST": "MTV", "NC": "HTF", "NW": "WTB", "SC": "NHV", "SW": "BPT"}


def write_cthires(delivery: Delivery, people: People, cthires: Cthires, seed: int) -> None:
    """Every CTHires extract, quarter by quarter."""
    for number in CTHIRES_QUARTERS:
        _write_participants(delivery, people, cthires.entries, number, seed)
        _write_services(delivery, people, cthires, number, seed)
        _write_events(delivery, cthires, number)


def extract_of(days: np.ndarray) -> np.ndarray:
    """The quarter whose extract is the first to know a day; the first extract for earlier days, NEVER for no day."""
    found = np.maximum(quarter_of(np.minimum(days, NEVER)), CTHIRES_QUARTERS.start)
    return np.where(days >= NEVER, NEVER, found)


def known_in(entries: Frame) -> np.ndarray:
    """The extract that first states the exit; it is taken 15 days after its quarter ends."""
    return extract_of(np.where(entries["known"] >= NEVER, NEVER, entries["known"] - 15))


def _reported(entries: Frame, number: int) -> np.ndarray:
    """The entries in a quarter's extract."""
    entered, known = extract_of(entries["entry"]), known_in(entries)
    once = entries["level"] == REPORTABLE
    active = (entered <= number) & (number <= np.where(once, entered, known))
    news = extract_of(entries["enrolled_after"]) == number
    left = quarter_of(entries["last"])
    has_placement = entries["placement_q2"] >= 0
    news |= has_placement & ((left + 3 == number) | (left + 5 == number)) & (known < number)
    return np.flatnonzero(active | (news & ~once & (entered <= number)))


def _write_participants(delivery: Delivery, people: People, entries: Frame, number: int, seed: int) -> None:
    shown = take(entries, _reported(entries, number))
    shown = take(shown, np.lexsort((shown["programme"], shown["entry"], shown["number"])))
    taken = cthires_extract_day(number)
    label = quarter_label(number)
    versions = [(Extract("cthires_participant", label, taken, manifest=_opening(number)), shown)]
    if number == RESENT_PARTICIPANTS:
        without = take(shown, shown["wda"] != wda_codes().index("NW"))
        versions = [
            (Extract("cthires_participant", label, taken, 1), without),
            (Extract("cthires_participant", label, taken + 24, 2), shown),
        ]
    for extract, held in versions:
        delivery.write(extract, participant_columns(people, held, number, seed), held["person"])


def _opening(number: int) -> dict[str, str] | None:
    """The first extract says that it also brings open cases from before its quarter."""
    if number != CTHIRES_QUARTERS.start:
        return None
    return {"period_from": "2021-07-01", "period_to": iso(int(last_day(number)))}


def participant_columns(people: People, held: Frame, number: int, seed: int) -> Columns:
    """What CTHires says of the entries `held` at the end of a quarter."""
    who, end = held["person"], int(last_day(number))
    count = rows(held)
    on = np.full(count, end)
    key = mixed(seed, "intake", held["number"]).astype(np.int64)
    clerk = Recorder(people, seed, HABITS)
    ssn = clerk.ssn(who, key, on)
    home = clerk.home(who, on)
    exited = (known_in(held) <= number) & (held["level"] != REPORTABLE)

    def until_now(name: str) -> pa.Array:
        return date_text(np.where(held[name] <= end, held[name], NEVER))

    funding = [programmes()[code].funding_code for code in CODES]
    return {
        "participant_id": pa.array(held["number"]).cast(pa.string()),
        "ssn": ssn,
        "ssn_status": _ssn_status(ssn),
        "first_name": clerk.first_name(who, key),
        "last_name": clerk.last_name(who, key, on),
        "middle_name": clerk.middle_name(who, key),
        "suffix": clerk.suffix(who, key),
        "birth_date": date_text(clerk.birth_date(who, key, held["entry"])),
        "sex": sex_text(people, who, key, seed),
        **race_columns(people, who, seed),
        "town_code": town_text(home),
        "zip": clerk.zip_code(who, key, home),
        "program_code": coded(held["programme"], CODES),
        "participation_level": pa.array(held["level"]).cast(pa.string()),
        "entry_date": date_text(held["entry"]),
        "exit_date": date_text(np.where(exited, held["stated_exit"], NEVER)),
        "exit_reason": coded(np.where(exited, held["reason"], -1), _REASONS),
        "planned_gap_from": until_now("gap_from"),
        "planned_gap_to": date_text(np.where(held["gap_from"] <= end, held["gap_to"], NEVER)),
        "wda_code": coded(held["wda"], wda_codes()),
        "ajc_code": coded(held["wda"], [_AJC[code] for code in wda_codes()]),
        "emp_status_entry": pa.array(held["status"]).cast(pa.string()),
        "educ_level": pa.array(held["schooling"]).cast(pa.string()),
        **barrier_columns(people, who, held["entry"], held["programme"], held["status"], seed),
        "funding_code": coded(held["programme"], funding),
        "case_status": _case_status(held, exited),
        "in_secondary": pa.array(held["in_secondary"]).cast(pa.string()),
        "in_postsecondary": pa.array(held["in_postsecondary"]).cast(pa.string()),
        "educ_training_date": until_now("study_from"),
        "educ_training_end_date": until_now("study_to"),
        "post_exit_enrol_date": until_now("enrolled_after"),
        **_placement_columns(held, number),
    }


def _ssn_status(ssn: pa.Array) -> pa.Array:
    """9 without a number, 2 for numbers that nobody was given (9xx, zeros), 1 for the rest."""
    none = pc.is_null(ssn)
    pseudo = pc.or_(pc.starts_with(ssn, "9"), pc.starts_with(ssn, "000"))
    return pc.if_else(none, "9", pc.if_else(pc.fill_null(pseudo, False), "2", "1"))


def _case_status(held: Frame, exited: np.ndarray) -> pa.Array:
    state = np.where(held["level"] == REPORTABLE, 2, exited.astype(np.int64))
    return coded(state, ("OPEN", "CLOSED", "REPORTABLE"))


def _placement_columns(held: Frame, number: int) -> Columns:
    """Youth placements, once their quarter after exit is over."""
    left = quarter_of(held["last"])
    columns = {}
    for later in (2, 4):
        placement = held[f"placement_q{later}"]
        unknown = (placement < 0) | (left + later >= number)
        columns[f"youth_placement_q{later}"] = coded(np.where(unknown, -1, placement), ("0", "1", "2", "3"))
    return columns


def _write_services(delivery: Delivery, people: People, cthires: Cthires, number: int, seed: int) -> None:
    services, entries = cthires.services, cthires.entries
    end = int(last_day(number))
    begins = np.minimum(extract_of(services["start"]), CTHIRES_QUARTERS[-1])
    closes = np.minimum(extract_of(services["end"]), CTHIRES_QUARTERS[-1])
    held = take(services, (begins == number) | (closes == number))
    held = take(held, np.argsort(held["service_number"], kind="stable"))
    entry = take(entries, held["entry_row"])
    planned, still_open = held["start"] > end, held["end"] > end
    status = np.select([held["cancelled"] == 1, planned, still_open], [3, 0, 1], 2)
    offers = table("trainings")
    training = held["training"]
    trained = training >= 0
    provider = np.where(trained, provider_number(training, entry["wda"]), -1)
    columns = {
        "service_id": numbered("S", held["service_number"], 8),
        "participant_id": pa.array(entry["number"]).cast(pa.string()),
        "program_code": coded(entry["programme"], CODES),
        "service_code": coded(held["code"], SERVICE_CODES),
        "service_start_date": date_text(held["start"]),
        "service_end_date": date_text(np.where(status == 2, held["end"], NEVER)),
        "service_status": coded(status, ("planned", "open", "closed", "cancelled")),
        "provider_id": provider_text(provider),
        "training_type": coded(np.where(trained, held["kind"], -1), [f"{kind:02d}" for kind in range(13)]),
        "cip_code": coded(np.where(held["kind"] == 1, -1, training), text(offers, "cip_code")),
        "onet_code": coded(training, [code.replace("-", "").replace(".", "") for code in text(offers, "onet_code")]),
        "completed": coded(np.where(trained, np.where(status == 2, held["completed"], 2), -1), ("0", "1", "9")),
        "service_cost_usd": dollars(held["cost_cents"], held["cost_cents"] < 0),
        "staff_assisted": coded((held["code"] >= SERVICE_CODES.index("101")).astype(np.int64), ("0", "1")),
    }
    label = quarter_label(number)
    if label == _SPOILT_SERVICES:
        ordinary = np.flatnonzero(people.story[entry["person"]] < 0)
        spoil(columns, "service_code", [int(ordinary[len(ordinary) // part]) for part in (3, 2)], "X99")
    delivery.write(Extract("cthires_service", label, cthires_extract_day(number)), columns, entry["person"])


def _write_events(delivery: Delivery, cthires: Cthires, number: int) -> None:
    events = cthires.events
    held = take(events, extract_of(events["day"]) == number)
    entry = take(cthires.entries, held["entry_row"])
    order = np.lexsort((held["type"], held["day"], entry["programme"], entry["number"]))
    held, entry = take(held, order), take(entry, order)
    offers = table("trainings")
    columns = {
        "participant_id": pa.array(entry["number"]).cast(pa.string()),
        "entry_date": date_text(entry["entry"]),
        "program_code": coded(entry["programme"], CODES),
        "event_type": coded(held["type"], EVENT_TYPES),
        "event_date": date_text(held["day"]),
        "event_seq": pa.array(held["seq"]),
        "credential_type": coded(held["credential"], [str(kind) for kind in range(8)]),
        "credential_name": coded(held["training"], text(offers, "credential_name")),
        "issuer": coded(held["training"], text(offers, "issuer")),
        "evidence_code": coded((held["type"] > 0).astype(np.int64), ("CERT", "TRANSCRIPT")),
    }
    delivery.write(
        Extract("cthires_event", quarter_label(number), cthires_extract_day(number)), columns, entry["person"]
    )
