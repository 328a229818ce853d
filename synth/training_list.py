"""The list of eligible training providers: who trains for what, for how much; the yearly extract.

Belongs here: the providers and programmes that training services name. Does not: who is trained (cthires_services.py).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.days import NEVER, day, last_day
from synth.extracts import Delivery, Extract, coded, dollars, numbered
from synth.frame import Frame, stack, take
from synth.noise import Columns, date_text
from synth.places import wda_codes
from synth.rng import pick, unit
from synth.tables import numbers, table, text
from synth.window import CTHIRES_QUARTERS, cthires_extract_day

_KINDS = ("Skills Institute", "Career School", "Technical Center", "Learning Alliance", "Training Academy")
_HOURS_A_DAY = 3.5
_LISTED = day("2020-07-01")


def provider_number(training: np.ndarray, wda: np.ndarray) -> np.ndarray:
    """The number of the provider of a training in a workforce area, as services name it."""
    return 200 + training * 7 + wda


def provider_text(number: np.ndarray) -> pa.Array:
    """Provider numbers as the agency writes them; a negative one is null."""
    return pc.if_else(pa.array(number >= 0), numbered("PRV", np.maximum(number, 0), 4), pa.scalar(None, pa.string()))


def write_training_list(delivery: Delivery, seed: int) -> None:
    """The list at the end of each year."""
    listed = _listed(seed)
    for number in CTHIRES_QUARTERS[3::4]:
        end = int(last_day(number))
        extract = Extract("etp_program", str(number // 4), cthires_extract_day(number))
        delivery.write(extract, _columns(take(listed, listed["start"] <= end), end, seed), None)


def _listed(seed: int) -> Frame:
    """Rows in order of provider and day: training, area, start, stop, cents. A third of the prices has been raised."""
    offers = len(table("trainings"))
    training, wda = (side.ravel() for side in np.meshgrid(range(offers), range(len(wda_codes())), indexing="ij"))
    number = provider_number(training, wda)
    raised = unit(seed, "price raised", number) < 0.33
    july = np.array([day(f"{year}-07-01") for year in (2022, 2023, 2024, 2025)])[pick(seed, "raised when", 4, number)]
    factor = 0.9 + 0.2 * unit(seed, "price", number)
    cents = np.rint(numbers(table("trainings"), "cost_usd")[training] * factor / 10).astype(np.int64) * 1000
    first = {
        "training": training,
        "wda": wda,
        "start": np.full(len(number), _LISTED),
        "stop": np.where(raised, july - 1, NEVER),
        "cents": cents,
    }
    second = take(first, raised) | {"start": july[raised], "stop": np.full(int(raised.sum()), NEVER)}
    second["cents"] = second["cents"] * 107 // 100
    both = stack([first, second])
    return take(both, np.lexsort((both["start"], provider_number(both["training"], both["wda"]))))


def _columns(held: Frame, end: int, seed: int) -> Columns:
    offers = table("trainings")
    number = provider_number(held["training"], held["wda"])
    first = [row["word"] for row in table("employer_words") if row["sector"] == "first"]
    name = pc.binary_join_element_wise(
        coded(pick(seed, "provider name", len(first), number), first),
        coded(pick(seed, "provider kind", len(_KINDS), number), _KINDS),
        " ",
    )
    hours = np.rint(numbers(offers, "days") * _HOURS_A_DAY).astype(np.int64)[held["training"]]
    return {
        "provider_id": provider_text(number),
        "provider_name": name,
        "etp_program_id": numbered("ETP", number, 4),
        "program_title": coded(held["training"], text(offers, "title")),
        "cip_code": coded(held["training"], text(offers, "cip_code")),
        "onet_code": coded(held["training"], text(offers, "onet_code")),
        "credential_type": coded(held["training"], text(offers, "credential_type")),
        "credential_name": coded(held["training"], text(offers, "credential_name")),
        "program_cost_usd": dollars(held["cents"]),
        "clock_hours": pa.array(hours),
        "wda_code": coded(held["wda"], wda_codes()),
        "valid_from_date": date_text(held["start"]),
        "valid_to_date": date_text(np.where(held["stop"] <= end, held["stop"], NEVER)),
    }
