"""What programmes cost, by provider, funding stream and class of cost; the extract of each programme year.

Belongs here: amounts that add up to the services given. Does not: the services (cthires_services.py). Training is paid
to its provider; career services, support and administration to the workforce board of the area.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.cthires import Cthires
from synth.cthires_entries import CODES
from synth.cthires_services import SERVICE_CODES
from synth.days import day
from synth.extracts import Delivery, Extract, coded, dollars
from synth.frame import Frame, rows, stack, take
from synth.places import wda_codes
from synth.rng import unit
from synth.tables import codes, numbers, programmes, table
from synth.training_list import provider_number, provider_text
from synth.window import TODAY

_PROGRAMME_YEARS = range(2021, 2025)
_SENT_AFTER = 110
"""Days after the end of the programme year."""
_CLASSES = ("CAREER", "TRAINING", "SUPPORT", "ADMIN")
CAREER, TRAINING, SUPPORT, ADMIN = range(4)
_BASES = ("ACTUAL", "OBLIGATED")
_SERVICE_CENTS = {"basic": 48_00, "individualised": 135_00, "follow-up": 35_00, "supportive": 180_00}
"""What a service costs that names no amount; training is paid by the price list."""
_ADMINISTRATION = 0.07
_BOARD = 10_000
"""Numbers from here on are workforce boards, by area; lower ones training providers."""


def write_costs(delivery: Delivery, cthires: Cthires, seed: int) -> None:
    """The extract of each programme year: what was spent, and what the boards had committed to training."""
    paid = _paid(cthires, seed)
    for year in _PROGRAMME_YEARS:
        last = day(f"{year + 1}-06-30")
        held = take(paid, (paid["day"] >= day(f"{year}-07-01")) & (paid["day"] <= min(last, TODAY)))
        costs = _with_administration(_added_up(held))
        costs = stack([costs, _committed(costs, year, seed)])
        extract = Extract("program_cost", f"PY{year}", last + _SENT_AFTER)
        delivery.write(extract, _columns(costs, year), None)


def _paid(cthires: Cthires, seed: int) -> Frame:
    """What each service cost: programme, provider, class, day, cents. Cancelled ones and self-service cost nothing."""
    services, entries = cthires.services, cthires.entries
    entry = take(entries, services["entry_row"])
    kinds = {row["code"]: row["category"] for row in codes("service_code")}
    kind = np.array([kinds[code] for code in SERVICE_CODES])[services["code"]]
    trained, helped = services["training"] >= 0, kind == "supportive"
    usual = np.zeros(rows(services), np.int64)
    for name, cents in _SERVICE_CENTS.items():
        usual[kind == name] = cents
    usual = (usual * (0.8 + 0.4 * unit(seed, "service cost", services["service_number"]))).astype(np.int64)
    price = np.rint(numbers(table("trainings"), "cost_usd") * 100).astype(np.int64)
    usual = np.where(trained, price[services["training"]], usual)
    cents = np.where(services["cost_cents"] >= 0, services["cost_cents"], usual)
    provider = np.where(trained, provider_number(services["training"], entry["wda"]), _BOARD + entry["wda"])
    paid = {
        "programme": entry["programme"],
        "provider": provider,
        "class": np.select([trained, helped], [TRAINING, SUPPORT], CAREER),
        "day": services["start"],
        "cents": cents,
    }
    return take(paid, (services["cancelled"] == 0) & (cents > 0))


def _added_up(paid: Frame) -> Frame:
    """One row per programme, provider and class, in that order."""
    group = np.stack([paid["programme"], paid["provider"], paid["class"]])
    found, place = np.unique(group, axis=1, return_inverse=True)
    cents = np.zeros(found.shape[1], np.int64)
    np.add.at(cents, place.ravel(), paid["cents"])
    return {
        "programme": found[0],
        "provider": found[1],
        "class": found[2],
        "basis": np.zeros(len(cents), np.int64),
        "cents": cents,
    }


def _with_administration(costs: Frame) -> Frame:
    """And the boards' administration, in proportion to what each spends on its own services."""
    own = take(costs, (costs["provider"] >= _BOARD) & (costs["class"] == CAREER))
    own |= {"class": np.full(rows(own), ADMIN), "cents": np.rint(own["cents"] * _ADMINISTRATION).astype(np.int64)}
    return stack([costs, own])


def _committed(costs: Frame, year: int, seed: int) -> Frame:
    """What the boards had committed to training: a little more than was spent. Never to be added to it."""
    training = take(costs, costs["class"] == TRAINING)
    board = _BOARD + (training["provider"] - provider_number(np.int64(0), np.int64(0))) % 7
    held = _added_up({**training, "provider": board})
    more = 1.02 + 0.1 * unit(seed, f"committed {year}", held["programme"], held["provider"])
    held |= {"basis": np.ones(rows(held), np.int64), "cents": np.rint(held["cents"] * more).astype(np.int64)}
    return held


def _columns(costs: Frame, year: int) -> dict[str, pa.Array]:
    board = costs["provider"] >= _BOARD
    boards = coded(np.where(board, costs["provider"] - _BOARD, -1), [f"WDB-{code}" for code in wda_codes()])
    return {
        "program_code": coded(costs["programme"], CODES),
        "provider_id": pc.coalesce(boards, provider_text(np.where(board, -1, costs["provider"]))),
        "funding_code": coded(costs["programme"], [programmes()[code].funding_code for code in CODES]),
        "cost_period": pa.array([f"PY{year}"] * rows(costs)),
        "cost_basis": coded(costs["basis"], _BASES),
        "cost_class": coded(costs["class"], _CLASSES),
        "cost_amount_usd": dollars(costs["cents"]),
    }
