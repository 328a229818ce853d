"""Grants and the regional sector partnerships: awards with the published amounts, members among the employers.

Belongs here: what organisations receive and join; two yearly extracts without persons. Does not: what grants pay for.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.days import NEVER, day, last_day
from synth.employer_accounts import Accounts
from synth.employers import Employers, naics_text, sector_names
from synth.extracts import Delivery, Extract, coded, dollars, numbered
from synth.frame import Frame, rows, stack, take
from synth.noise import Columns, date_text
from synth.rng import stream, unit
from synth.tables import codes, numbers, table, text
from synth.window import CTHIRES_QUARTERS, PERSONS_IN_STATE

_SECTORS = {"MFG": ("31",), "HEALTH": ("62",), "IT": ("51", "54"), "TDL": ("48",), "INFRA": ("23",), "OTHER": ("54",)}
"""Sectors of sectors.csv whose employers join a partnership of each sector (OTHER is bioscience)."""
_MEMBERS, _FEWEST = 33, 4
"""Employers in a partnership: more than 450 in 14 of them, by the strategic plan; and in a small sample."""
_FOUNDED, _CLOSES = day("2021-03-01"), day("2025-09-30")
ROLES = ("CHAIR", "MEMBER", "CONVENER")


def write_grants(delivery: Delivery, seed: int) -> None:
    """The grants awarded by the end of each year, with their amendments so far."""
    awards = table("grants")
    awarded = np.array([day(row["award_date"]) for row in awards])
    for period in CTHIRES_QUARTERS[3::4]:
        end = int(last_day(period))
        held = np.flatnonzero(awarded <= end)
        extract = Extract("grant_award", str(period // 4), end + 20)
        delivery.write(extract, _grant_columns([awards[row] for row in held], end, seed), None)


def _grant_columns(awards: list[dict[str, str]], end: int, seed: int) -> Columns:
    kept = ("grant_id", "grant_name", "grant_kind", "awarding_agency", "grantee_name", "grantee_class", "funding_code",
            "program_code", "sector_code", "rsp_id", "wda_code")  # fmt: skip
    named = {
        "amendment_no": "amendment_no", "target": "target_participant_count", "recipients": "recipient_count",
    }  # fmt: skip
    dates = {"award_date": "grant_award_date", "start": "grant_start_date", "end": "grant_end_date"}
    start, stop = (np.array([day(row[name]) for row in awards]) for name in ("start", "end"))
    cents = numbers(tuple(awards), "award_usd").astype(np.int64) * 100
    elapsed = ((end - start) / np.maximum(stop - start, 1)).clip(0, 1)
    place = np.arange(len(awards))
    share = elapsed * (0.85 + 0.15 * unit(seed, "grant spent", place, start, stop))
    return {
        **{name: _text(awards, name) for name in kept},
        **{column: _text(awards, name) for name, column in named.items()},
        **{column: date_text(np.array([day(row[name]) for row in awards])) for name, column in dates.items()},
        "award_usd": dollars(cents),
        "spent_usd": dollars(np.rint(cents * share / 100_000).astype(np.int64) * 100_000),
    }


def _text(awards: list[dict[str, str]], name: str) -> pa.Array:
    return pa.array([row[name] or None for row in awards], pa.string())


def write_memberships(delivery: Delivery, persons: int, employers: Employers, accounts: Accounts, seed: int) -> None:
    """The memberships known at the end of each year, past ones included."""
    joined = make_memberships(persons, employers, seed)
    for period in CTHIRES_QUARTERS[3::4]:
        end = int(last_day(period))
        held = take(joined, joined["joined"] <= end)
        extract = Extract("rsp_membership", str(period // 4), end + 20)
        delivery.write(extract, _member_columns(employers, accounts, held, end), None)


def make_memberships(persons: int, employers: Employers, seed: int) -> Frame:
    """One row per membership, in order of partnership, employer and day; -1 is the convener, which is no employer."""
    rng = stream(seed, "partnerships")
    members = [_members(rng, persons, employers, place) for place in range(len(codes("rsp")))]
    joined = stack(members)
    return take(joined, np.lexsort((joined["joined"], joined["employer"], joined["rsp"])))


def _members(rng: np.random.Generator, persons: int, employers: Employers, place: int) -> Frame:
    """The employers of a partnership; one in ten has left, and one in four of those came back."""
    names = _SECTORS[codes("rsp")[place]["sector_code"]]
    pool = np.concatenate(
        [np.arange(employers.start[sector], employers.stop[sector]) for sector in map(sector_names().index, names)]
    )
    count = min(max(round(_MEMBERS * min(1.0, persons / PERSONS_IN_STATE)), _FEWEST), len(pool))
    employer = np.concatenate([[-1], rng.permutation(pool)[:count]])
    begin = _FOUNDED + rng.integers(0, _CLOSES - _FOUNDED - 400, count + 1)
    leaves = (rng.random(count + 1) < 0.10) & (employer >= 0)
    stop = np.where(leaves, begin + rng.integers(90, 360, count + 1), NEVER)
    first = {
        "rsp": np.full(count + 1, place),
        "employer": employer,
        "joined": np.where(employer < 0, _FOUNDED, begin),
        "left": stop,
        "role": np.where(employer < 0, 2, np.where(np.arange(count + 1) == 1, 0, 1)),
    }
    again = take(first, leaves & (rng.random(count + 1) < 0.25))
    again = again | {"joined": again["left"] + 30, "left": np.full(rows(again), NEVER)}
    return stack([first, again])


def _member_columns(employers: Employers, accounts: Accounts, held: Frame, end: int) -> Columns:
    employer = np.maximum(held["employer"], 0)
    is_employer = pa.array(held["employer"] >= 0)
    partnerships = codes("rsp")

    def shown(values: pa.Array) -> pa.Array:
        return pc.if_else(is_employer, values, pa.scalar(None, values.type))

    convener = coded(held["rsp"], [f"Convener of {row['label']}" for row in partnerships])
    number = np.where(held["employer"] >= 0, held["employer"], 90_000 + held["rsp"])
    return {
        "rsp_id": coded(held["rsp"], text(partnerships, "code")),
        "employer_id": numbered("RM", number, 5),
        "employer_name": pc.if_else(is_employer, accounts.legal_name.take(pa.array(employer)), convener),
        "ean": shown(numbered("", employers.ean[employer], 10)),
        "fein": shown(numbered("", employers.fein[employer], 9)),
        "naics_code": shown(naics_text().take(pa.array(employers.naics[employer]))),
        "joined_date": date_text(held["joined"]),
        "left_date": date_text(np.where(held["left"] <= end, held["left"], NEVER)),
        "membership_role": coded(held["role"], ROLES),
    }
