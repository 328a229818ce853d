"""Adult education beside the periods: the hours of each class and month, and the tests, as LACES extracts.

Belongs here: classes, hours, tests. Does not: who learns, and the periods (adult_ed.py). Every draw is a hash of the
period, so that these extracts shift nobody else's numbers. Hours of a period add up to the hours the period states.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from synth.adult_ed import ABE, ASE, ESL, FAMLIT, IELCE, extract_day, student_number
from synth.days import day, parts
from synth.extracts import Delivery, Extract, coded, dollars, numbered
from synth.frame import Frame, place_in_group, rows, stack, take
from synth.noise import Columns, date_text
from synth.people import People
from synth.places import places
from synth.rng import pick, unit
from synth.tables import codes, text
from synth.window import FISCAL_YEARS, TODAY

PROVIDERS = 48
CLASSES = ("ABE", "GED", "CDP", "NEDP", "ESL", "CIT", "IET", "IELCE", "WORKPLACE", "FAMLIT", "CORR")
_CLASS_OF = np.array(
    [CLASSES.index(code) for code in ("ABE", "GED", "ESL", "IET", "IELCE", "WORKPLACE", "FAMLIT", "CORR")]
)
_NEW_SERIES = day("2023-07-01")
"""From here on Connecticut tests with Math GOALS 2 and STEPS."""
PRE, POST = 0, 1
_GAIN = 9
"""Points a learner gains on average between two tests."""


def held_in(periods: Frame, year: int) -> tuple[Frame, int]:
    """The periods of a fiscal year as its extract knows them, none beyond the day it looks to; and that day."""
    taken = extract_day(year)
    seen = min(taken - 10, TODAY)
    held = take(periods, (periods["year"] == year) & (periods["entry"] <= seen))
    return held | {"last": np.minimum(held["last"], seen)}, taken


def write_adult_ed_classes(delivery: Delivery, people: People, periods: Frame, seed: int) -> None:
    """Hours and tests, one extract each per fiscal year, taken with that of the periods."""
    for year in FISCAL_YEARS:
        held, taken = held_in(periods, year)
        months = _by_student(people, _months(held, seed), ("month", "class_no"), seed)
        hours = _hour_columns(people, months, seed)
        delivery.write(Extract("adult_ed_hours", f"PY{year - 1}", taken), hours, months["person"])
        tests = _by_student(people, _tests(held, seed), ("form", "day"), seed)
        columns = _test_columns(people, tests, seed)
        delivery.write(Extract("adult_ed_assessment", f"PY{year - 1}", taken), columns, tests["person"])


def _by_student(people: People, frame: Frame, then: tuple[str, str], seed: int) -> Frame:
    order = np.lexsort((*(frame[name] for name in then), student_number(people, frame["person"], seed)))
    return take(frame, order)


def _key(held: Frame) -> np.ndarray:
    return (held["person"] * 100 + held["year"] % 100) * 10 + held["number"]


def _month_of(days: np.ndarray) -> np.ndarray:
    year, month, _ = parts(days)
    return year * 12 + month - 1


def _months(held: Frame, seed: int) -> Frame:
    """One row per period, class and month: the hours in proportion to its days, whole hours adding up."""
    first, last = _month_of(held["entry"]), _month_of(held["last"])
    counts = last - first + 1
    row = np.repeat(np.arange(rows(held)), counts)
    month = first[row] + place_in_group(counts)
    begins = (month - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    ends = (month + 1 - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1
    before = np.maximum(begins, held["entry"][row]) - held["entry"][row]
    until = np.minimum(ends, held["last"][row]) - held["entry"][row] + 1
    length = (held["last"] - held["entry"] + 1)[row]
    total = held["tenths"][row]
    tenths = total * until // length - total * before // length
    key = _key(held)[row]
    distance = np.where(held["distance"][row] == 1, tenths * pick(seed, "distance share", 80, key) // 100, 0)
    moves = (unit(seed, "second class", key) < 0.12) & (place_in_group(counts) >= 3)
    known = tenths > 0
    return take(
        {
            "person": held["person"][row],
            "month": month,
            "kind": held["kind"][row],
            "class_no": 1 + pick(seed, "class", 3, held["person"][row], held["year"][row]) + 3 * moves,
            "tenths": tenths,
            "distance": distance,
            "diploma": held["diploma"][row],
        },
        known,
    )


def _class_codes(frame: Frame, seed: int) -> np.ndarray:
    """The kind of class: the period's kind; for secondary education the road to the diploma, some learn citizenship."""
    road = np.where(frame["diploma"] >= 0, np.array([2, 1, 3])[frame["diploma"].clip(0)], 1)
    base = np.where(frame["kind"] == ASE, road, _CLASS_OF[frame["kind"]])
    citizens = (frame["kind"] == ESL) & (unit(seed, "citizenship", frame["person"]) < 0.08)
    return np.where(citizens, CLASSES.index("CIT"), base)


def _provider(people: People, who: np.ndarray) -> pa.Array:
    return coded(places().town[people.home.part[who]] % PROVIDERS, [f"AE{code:03d}" for code in range(PROVIDERS)])


def _hour_columns(people: People, months: Frame, seed: int) -> Columns:
    who = months["person"]
    kind = _class_codes(months, seed)
    town = places().town_code.to_pylist()
    at = places().town[people.home.part[who]]
    names = [
        f"{CLASSES[code]}-{town[place]}-{number}"
        for code, place, number in zip(kind, at, months["class_no"], strict=True)
    ]
    return {
        "student_id": numbered("L", student_number(people, who, seed), 7),
        "class_id": pa.array(names, pa.string()),
        "class_type": coded(kind, CLASSES),
        "hours_month": pa.array([f"{month // 12}-{month % 12 + 1:02d}" for month in months["month"]], pa.string()),
        "instruction_hours": dollars(months["tenths"] * 10),
        "distance_hours": dollars(months["distance"] * 10),
        "provider_id": _provider(people, who),
    }


def _tests(held: Frame, seed: int) -> Frame:
    """Pre-tests soon after entry in one or two skills, post-tests on another form near the end of longer periods."""
    key = _key(held)
    language = np.isin(held["kind"], [ESL, IELCE, FAMLIT])
    new = held["entry"] >= _NEW_SERIES
    reading = np.select([language & new, language], ["READING_STEPS", "LW_READING"], "READING_GOALS")
    other = np.select(
        [language & new, language, new], ["LISTENING_STEPS", "LW_LISTENING", "MATH_GOALS_2"], "MATH_GOALS"
    )
    also = unit(seed, "second skill", key) < np.where(held["kind"] == ABE, 0.6, 0.45)
    tested = held["last"] - held["entry"] >= 5
    series = codes("test_series")
    frames = []
    for skill, taught, name in ((0, reading, tested), (1, other, tested & also)):
        index = np.flatnonzero(name)
        number = np.array([text(series, "code").index(code) for code in taught[index]], np.int64)
        frames += _pair(take(held, index), number, skill, key[index], seed)
    return stack(frames)


def _pair(held: Frame, series: np.ndarray, skill: int, key: np.ndarray, seed: int) -> list[Frame]:
    """The pre-test of every period, and the post-test of those that come so far."""
    salt = np.full(len(key), skill)
    first = held["entry"] + pick(seed, "days to the pre-test", 6, key, salt)
    level = held["level"] % 6
    low, high = _range_of(series, level)
    score = low + pick(seed, "score", 10_000, key, salt) * (high - low + 1) // 10_000
    forms = _forms(series, level)
    side = pick(seed, "which form", 2, key, salt)
    pre = {"person": held["person"], "series": series, "day": first, "kind": np.full(len(key), PRE), "score": score}
    pre |= {"form": forms[side, np.arange(len(key))], "key": key * 4 + skill}
    last = held["last"] - pick(seed, "days from the post-test", 8, key, salt)
    late = (last - first >= 45) & (held["tenths"] >= 400) & (unit(seed, "post-test", key, salt) < 0.72)
    gain = np.rint((unit(seed, "gain", key, salt) - 0.25) * 2.4 * _GAIN).astype(np.int64)
    post = pre | {"day": last, "kind": np.full(len(key), POST), "score": (score + gain).clip(110, 280)}
    post |= {"form": forms[1 - side, np.arange(len(key))], "key": key * 4 + skill + 2}
    return [pre, take(post, late)]


def _range_of(series: np.ndarray, level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores of the entering level in the series; the outermost levels have open ends, of which 20 points are used."""
    names = text(codes("test_series"), "code")
    low, high = np.zeros((len(names), 6), np.int64), np.zeros((len(names), 6), np.int64)
    for row in codes("test_efl"):
        at = names.index(row["test_series"]), int(row["efl_code"][-1]) - 1
        low[at], high[at] = int(row["score_from"]), int(row["score_to"])
    low[:, 0], high[:, 5] = high[:, 0] - 20, np.minimum(high[:, 5], low[:, 5] + 20)
    return low[series, level], high[series, level]


def _forms(series: np.ndarray, level: np.ndarray) -> np.ndarray:
    """The two forms of the pair that fits the level: positions in ref_test_form."""
    listed = codes("test_form")
    pairs = np.zeros((2, len(series)), np.int64)
    for number, name in enumerate(text(codes("test_series"), "code")):
        own = [at for at, row in enumerate(listed) if row["series"] == name]
        here = series == number
        pair = np.minimum(level[here] * (len(own) // 2) // 6, len(own) // 2 - 1)
        pairs[:, here] = np.array(own)[np.stack([pair * 2, pair * 2 + 1])]
    return pairs


def _test_columns(people: People, tests: Frame, seed: int) -> Columns:
    who, series = tests["person"], codes("test_series")
    valid = unit(seed, "valid test", tests["key"]) >= 0.02
    return {
        "student_id": numbered("L", student_number(people, who, seed), 7),
        "assessment_test": coded(tests["series"], text(series, "test")),
        "test_series": coded(tests["series"], text(series, "code")),
        "test_form": coded(tests["form"], text(codes("test_form"), "code")),
        "test_modality": coded(tests["series"], text(series, "modality")),
        "test_date": date_text(tests["day"]),
        "scale_score": pa.array(tests["score"], mask=~valid),
        "pre_post": coded(tests["kind"], ("PRE", "POST")),
        "valid_flag": pa.array(valid.astype(np.int64)).cast(pa.string()),
        "provider_id": _provider(people, who),
    }
