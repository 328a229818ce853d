"""Child side: declared styles of dates, to ISO text. What does not fit stays as it came, for G4.type to find.

Belongs here: the styles a submission profile may declare. Does not: telling styles apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: 0?0:00(?::00)?(?: AM)?)?")
SERIAL = re.compile(r"(\d{1,6})(?:\.0+)?")
EXCEL_DAY_ZERO = date(1899, 12, 30)
EXCEL_SURE = 61
"""The first serial after 29 February 1900, a day Excel believes in."""


def _iso(year: str, month: str, day: str, came: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return came


def from_mdy(came: str) -> str:
    """12/31/2023, month first."""
    found = SLASHED.fullmatch(came)
    return _iso(found[3], found[1], found[2], came) if found else came


def from_dmy(came: str) -> str:
    """31/12/2023, day first."""
    found = SLASHED.fullmatch(came)
    return _iso(found[3], found[2], found[1], came) if found else came


def from_serial(came: str) -> str:
    """45291, days since the end of 1899 as Excel counts them."""
    found = SERIAL.fullmatch(came)
    if not found or int(found[1]) < EXCEL_SURE:
        return came
    try:
        return (EXCEL_DAY_ZERO + timedelta(days=int(found[1]))).isoformat()
    except OverflowError:
        return came


CONVERT: dict[str, Callable[[str], str]] = {
    "iso": lambda came: came,
    "mdy": from_mdy,
    "dmy": from_dmy,
    "excel_serial": from_serial,
}
