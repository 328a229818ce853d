"""What a file says about itself before it is opened: its name and the manifest beside it.

Belongs here: `{agency}_{dataset}_{period}_{yyyymmdd}_v{nn}.csv` and `<file>.manifest.json`, the manifest winning.
Does not: the file's bytes, or which of two extracts stands (ledger).
"""

from __future__ import annotations

import calendar
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ingest.findings import Rejected

NAME = re.compile(
    r"(?P<agency>[A-Za-z0-9]+)_(?P<dataset>[A-Za-z0-9_-]+)_(?P<period>[A-Za-z0-9]+)_(?P<day>\d{8})(?:_v(?P<version>\d{1,4}))?",
)
PERIOD = re.compile(r"(?P<kind>PY|SY|)(?P<year>(?:19|20)\d\d)(?:Q(?P<quarter>[1-4])|M(?P<month>0[1-9]|1[0-2]))?")
MANIFEST_SUFFIX = ".manifest.json"
AMEND_MODES = ("replace", "delta")


@dataclass(frozen=True)
class Facts:
    """What is known of a submission without its rows."""

    period: str
    period_from: date
    period_to: date
    extract_ts: datetime
    version: int = 1
    is_final: bool = False
    amend_mode: str = "replace"
    submission_mode: str = "snapshot"
    sha256: str | None = None
    rows: int | None = None
    digest: str = ""
    """Of the file name and the manifest: tells a corrected submission of the same bytes from the same submission."""


def manifest_path(path: Path) -> Path | None:
    """The manifest beside `path`: `<file>.manifest.json`, else `<file without suffix>.manifest.json`."""
    for candidate in (path.with_name(path.name + MANIFEST_SUFFIX), path.with_name(path.stem + MANIFEST_SUFFIX)):
        if candidate.is_file():
            return candidate
    return None


def period_span(period: str) -> tuple[date, date] | None:
    """First and last day of a period label (2023Q1, 2023M01, 2023, PY2023, SY2023), or None when it is none.

    Programme and school years run from July to June and are named by the year they begin in.
    """
    match = PERIOD.fullmatch(period)
    if match is None or (match["kind"] and (match["quarter"] or match["month"])):
        return None
    year = int(match["year"])
    if match["kind"]:
        return date(year, 7, 1), date(year + 1, 6, 30)
    if match["quarter"]:
        first, last = int(match["quarter"]) * 3 - 2, int(match["quarter"]) * 3
    elif match["month"]:
        first = last = int(match["month"])
    else:
        first, last = 1, 12
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def read_facts(path: Path) -> Facts:
    """The facts of a submission. Raises Rejected when neither name nor manifest gives period and extract date."""
    said = _read_manifest(path)
    named = NAME.fullmatch(path.stem)
    period = _text(said, "period") or (named["period"] if named else "")
    span = period_span(period.upper())
    extract_ts = _moment(said, "extract_ts") or (_name_day(named["day"]) if named else None)
    missing = [
        word for word, known in (("the period", span), ("the day the extract was taken", extract_ts)) if not known
    ]
    if span is None or extract_ts is None:
        raise Rejected.by("G1.name", f"Neither the file name nor a manifest gives {' and '.join(missing)}.")
    mode = _text(said, "mode") or "snapshot"
    if mode != "snapshot":
        raise Rejected.by("G2.manifest", "The manifest's mode must be snapshot: the whole extract of a period.")
    amend_mode = _text(said, "amend_mode") or "replace"
    if amend_mode not in AMEND_MODES:
        raise Rejected.by("G2.manifest", "The manifest's amend_mode must be replace or delta.")
    first, last = _day(said, "period_from") or span[0], _day(said, "period_to") or span[1]
    if first > last:
        raise Rejected.by("G2.manifest", "The manifest's period_to is before its period_from.")
    return Facts(
        period=period.upper(),
        period_from=first,
        period_to=last,
        extract_ts=extract_ts,
        version=_count(said, "version") or int((named["version"] if named else None) or 1),
        is_final=_flag(said, "final"),
        amend_mode=amend_mode,
        submission_mode=mode,
        sha256=_text(said, "sha256"),
        rows=_count(said, "rows"),
        digest=submission_digest(path),
    )


def submission_digest(path: Path) -> str:
    """16 hex digits of the file name and the manifest beside it, readable or not."""
    beside = manifest_path(path)
    try:
        manifest = beside.read_bytes() if beside else b""
    except OSError:
        manifest = b"?"
    return hashlib.sha256(path.name.encode() + b"\n" + manifest).hexdigest()[:16]


def _read_manifest(path: Path) -> dict[str, Any]:
    beside = manifest_path(path)
    if beside is None:
        return {}
    try:
        said = json.loads(beside.read_text(encoding="utf-8-sig"))
    except PermissionError:
        raise Rejected.by("G2.manifest", f"The manifest {beside.name} may not be read by this user.") from None
    except (OSError, ValueError):
        said = None
    if not isinstance(said, dict):
        raise Rejected.by("G2.manifest", f"The manifest {beside.name} is not a JSON object in UTF-8.")
    return said


def _wrong(key: str, needed: str) -> Rejected:
    return Rejected.by("G2.manifest", f"The manifest's {key} must be {needed}.")


def _text(said: dict[str, Any], key: str) -> str | None:
    value = said.get(key)
    if value is None or (key == "period" and isinstance(value, int)):
        return None if value is None else str(value)
    if not isinstance(value, str):
        raise _wrong(key, "text")
    return value.strip() or None


def _count(said: dict[str, Any], key: str) -> int | None:
    value = said.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise _wrong(key, "a whole number, zero or more")
    return value


def _flag(said: dict[str, Any], key: str) -> bool:
    value = said.get(key, False)
    if not isinstance(value, bool):
        raise _wrong(key, "true or false")
    return value


def _moment(said: dict[str, Any], key: str) -> datetime | None:
    """A moment in UTC without zone; a day alone is its midnight."""
    text = _text(said, key)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _wrong(key, "a day or moment as YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS") from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _day(said: dict[str, Any], key: str) -> date | None:
    moment = _moment(said, key)
    return moment.date() if moment else None


def _name_day(digits: str) -> datetime | None:
    try:
        return datetime.strptime(digits, "%Y%m%d")
    except ValueError:
        return None
