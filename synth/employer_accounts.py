"""Employer accounts as the agency keeps them: names, towns, size, transfers, changes; the yearly extract.

Belongs here: what the employers behind the wages are called and how their accounts change. Does not: who works there,
what they pay (employers.py). An extract holds every account and its earlier rows, as known at the end of its year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.days import NEVER, day, first_day, last_day
from synth.employers import Employers, naics_text, sector_names
from synth.extracts import Delivery, Extract, coded, numbered
from synth.frame import Frame, rows, stack, take
from synth.noise import Columns, date_text
from synth.places import places
from synth.rng import pick, stream, unit, weighted
from synth.tables import codes, numbers, table, text
from synth.window import CTHIRES_QUARTERS, Window, cthires_extract_day

_FORMS = ("Inc", "LLC", "Corp", "Company", "Associates LLC")
_RECODED = day("2022-01-01")
"""From here on the agency codes industries by NAICS 2022."""
_TEMPORARY_HELP = "561320"


@dataclass(frozen=True)
class Accounts:
    """How each employer account is known: names, home (position in `places()`), size class (0 for the first)."""

    legal_name: pa.Array
    trade_name: pa.Array
    """Null where the employer trades under its legal name."""
    home: np.ndarray
    size: np.ndarray


def make_accounts(employers: Employers, seed: int) -> Accounts:
    """Names, homes and sizes of all employers."""
    count = len(employers.ean)
    who = np.arange(count)
    words = table("employer_words")
    first = pa.array([row["word"] for row in words if row["sector"] == "first"])
    kinds = [[row["word"] for row in words if row["sector"] == name] for name in sector_names()]
    most = max(len(kind) for kind in kinds)
    kind = np.array([np.resize(np.array(kind, object), most) for kind in kinds])
    head = first.take(pa.array(pick(seed, "employer name", len(first), employers.fein)))
    tail = pa.array(kind[employers.sector, pick(seed, "employer kind", most, who)], pa.string())
    trade = pc.binary_join_element_wise(head, tail, " ")
    public = employers.sector >= sector_names().index("G2")
    form = coded(np.where(public, -1, pick(seed, "employer form", len(_FORMS), employers.fein)), _FORMS)
    legal = pc.if_else(pa.array(public), trade, pc.binary_join_element_wise(trade, pc.fill_null(form, ""), " "))
    under_legal = pa.array((unit(seed, "trades under legal name", who) < 0.5) | public)
    rng = stream(seed, "employer accounts")
    return Accounts(
        legal_name=legal,
        trade_name=pc.if_else(under_legal, pa.scalar(None, pa.string()), trade),
        home=weighted(rng, places().population, count),
        size=_size(employers),
    )


def _size(employers: Employers) -> np.ndarray:
    """Size class by the number of employees an employer of this rank has in a sector of the published size."""
    weight = np.diff(employers.size_edges, prepend=0.0)
    sectors = table("sectors")
    counts = employers.stop - employers.start
    total = np.bincount(employers.sector, weight, len(counts))
    mean = numbers(sectors, "employment_2020") / numbers(sectors, "establishments_2020")
    employees = (weight / total[employers.sector]) * (counts * mean)[employers.sector]
    lower = numbers(codes("size_band"), "employees_from")
    return np.searchsorted(lower, employees, side="right") - 1


def write_accounts(delivery: Delivery, employers: Employers, accounts: Accounts, window: Window, seed: int) -> None:
    """The extract of each year."""
    lives = _lives(employers, accounts, window, seed)
    for number in CTHIRES_QUARTERS[3::4]:
        end = int(last_day(number))
        held = take(lives, lives["start"] <= end)
        extract = Extract("employer_master", str(number // 4), cthires_extract_day(number))
        delivery.write(extract, _columns(employers, accounts, held, end, seed), None)


def _lives(employers: Employers, accounts: Accounts, window: Window, seed: int) -> Frame:
    """Rows of all accounts in order of account and day: employer, ean, start, stop, vintage, size, other account.

    Every account behind the wages holds from before the first wage quarter: an account that took over a workforce
    did so on its first day, from an account that is in no wage file.
    """
    who = np.arange(len(employers.ean))
    taken_over = unit(seed, "account taken over", who) < 0.04
    opened = day("1996-01-01") + pick(seed, "account opened", 8_000, who)
    opened = np.where(taken_over, int(first_day(window.wages.start)), opened)
    recoded = (opened < _RECODED) & (unit(seed, "account recoded", who) < 0.12)
    grows = unit(seed, "account grows", who) < 0.08
    changed = day("2022-02-01") + pick(seed, "account changed", 1_300, who)
    grows &= changed > opened
    before = {
        "employer": who,
        "ean": employers.ean,
        "start": opened,
        "stop": np.where(grows, changed - 1, NEVER),
        "vintage": np.full(len(who), 2022),
        "size": accounts.size,
        "from_ean": np.where(taken_over, _old_account(employers.ean), -1),
        "to_ean": np.full(len(who), -1),
    }
    old = take(before, recoded) | {"stop": np.full(int(recoded.sum()), _RECODED - 1)}
    old["vintage"] = np.full(rows(old), 2017)
    new = before | {"start": np.where(recoded, _RECODED, opened), "from_ean": np.where(recoded, -1, before["from_ean"])}
    larger = take(new, grows)
    larger |= {"start": changed[grows], "stop": np.full(rows(larger), NEVER), "from_ean": np.full(rows(larger), -1)}
    larger["size"] = np.minimum(larger["size"] + 1, len(codes("size_band")) - 1)
    gone = take(before, taken_over)
    gone |= {
        "ean": gone["from_ean"],
        "start": day("1996-01-01") + pick(seed, "old account opened", 8_000, gone["employer"]),
        "stop": gone["start"] - 1,
        "vintage": np.full(rows(gone), 2017),
        "from_ean": np.full(rows(gone), -1),
        "to_ean": gone["ean"],
    }
    lives = stack([old, new, larger, gone])
    return take(lives, np.lexsort((lives["start"], lives["ean"])))


def _old_account(ean: np.ndarray) -> np.ndarray:
    """An account number no employer has: theirs lie between 10 and 19 million."""
    return ean - 9_000_000


def _columns(employers: Employers, accounts: Accounts, held: Frame, end: int, seed: int) -> Columns:
    who = held["employer"]
    ended = held["stop"] <= end
    to_ean = np.where(ended, held["to_ean"], -1)
    transferred = np.where(held["from_ean"] >= 0, held["start"], np.where(to_ean >= 0, held["stop"] + 1, NEVER))
    home = accounts.home[who]
    naics = naics_text().take(pa.array(employers.naics[who]))
    temporary_help = pc.equal(naics, _TEMPORARY_HELP).to_numpy(zero_copy_only=False)
    leases = temporary_help & (unit(seed, "leases workers", who) < 0.5)
    first_of_sector = who == employers.start[sector_names().index("56")]
    return {
        "ean": numbered("", held["ean"], 10),
        "fein": numbered("", employers.fein[who], 9),
        "employer_legal_name": accounts.legal_name.take(pa.array(who)),
        "employer_trade_name": accounts.trade_name.take(pa.array(who)),
        "naics_code": naics,
        "naics_vintage": pa.array(held["vintage"]).cast(pa.string()),
        "size_band": coded(held["size"], text(codes("size_band"), "code")),
        "employer_town_code": places().town_code.take(pa.array(places().town[home])),
        "employer_zip": places().zip_code.take(pa.array(home)),
        "predecessor_ean": _account(held["from_ean"]),
        "successor_ean": _account(to_ean),
        "transfer_date": date_text(transferred),
        "valid_from_date": date_text(held["start"]),
        "valid_to_date": date_text(np.where(ended, held["stop"], NEVER)),
        "is_professional_employer": coded((leases | first_of_sector).astype(np.int64), ("0", "1")),
    }


def _account(number: np.ndarray) -> pa.Array:
    return pc.if_else(pa.array(number >= 0), numbered("", np.maximum(number, 0), 10), pa.scalar(None, pa.string()))
