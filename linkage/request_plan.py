"""Which P20 WIN request this is, and which files of its folder are of it.

Belongs here: `request.yml`, names of files in both styles. Does not: what the files hold (`request_files`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from home.paths import shown
from linkage.run import LinkageError

DESCRIPTION = "request.yml"
SECRET = "request.secret"
REQUIRED = ("number", "name", "requester", "agreement", "agencies")
DATES = ("requested_on", "decided_on", "agreement_ends_on")
WORDS = ("type", "decision", "receiver", "ndas")
SUFFIX = r"(?:\.(?:txt|csv|tsv))?"
DATED = re.compile(
    rf"(?P<agency>[A-Za-z0-9]+)\.(?P<request>[A-Za-z0-9-]{{1,40}})\.(?P<mdy>\d\d_\d\d_\d{{4}})"
    rf"\.(?P<kind>matching|analytical|key){SUFFIX}",
    re.IGNORECASE,
)
NUMBERED = re.compile(
    rf"P20_(?P<request>Q\d{{1,8}})_(?P<agency>[A-Za-z0-9]+)_(?P<kind>match|analytical|key)(?:_v(?P<version>\d{{1,4}}))?"
    rf"{SUFFIX}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Request:
    """What request.yml says. `id_columns`: agency → heading of its own id, where it says so."""

    number: str
    name: str
    requester: str
    agreement: str
    agencies: tuple[str, ...]
    id_columns: dict[str, str]
    dates: dict[str, date]
    words: dict[str, Any]


@dataclass(frozen=True)
class Named:
    """What the name of a file of a request says; `order` tells the newest of one style."""

    agency: str
    request: str
    kind: str
    style: str
    order: tuple[int, ...]


def read_request(folder: Path) -> Request:
    """The description of the request in `folder`. Raises LinkageError when it is missing, wrong or not approved."""
    import yaml

    path = folder / DESCRIPTION
    if not path.is_file():
        raise LinkageError(f"There is no {DESCRIPTION} in {shown(folder)}: it says which request this is.")
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError):
        raise LinkageError(f"{DESCRIPTION} is no YAML that can be read.") from None
    if not isinstance(said, dict):
        raise LinkageError(f"{DESCRIPTION} must say {', '.join(REQUIRED)}.")
    strange = [str(key) for key in said if key not in (*REQUIRED, *DATES, *WORDS)]
    missing = [key for key in REQUIRED if said.get(key) in (None, "", [])]
    if missing or strange:
        what = f"does not say {', '.join(missing)}" if missing else f"says {strange[0]}, which nobody asks for"
        known = ", ".join((*REQUIRED, *DATES, *WORDS))
        raise LinkageError(f"{DESCRIPTION} {what}: it knows {known}.")
    for key in REQUIRED[:-1]:
        if not isinstance(said[key], str):
            raise LinkageError(f"{DESCRIPTION}: {key} must be text, in quotes where it is only digits.")
    if not re.fullmatch(r"[A-Za-z0-9-]{1,40}", said["number"]):
        raise LinkageError(f"{DESCRIPTION}: the number of the request has letters, digits and hyphens only.")
    if str(said.get("decision", "approved")).lower() != "approved":
        raise LinkageError(f"{DESCRIPTION}: the decision is not `approved`, so nothing is matched.")
    agencies, id_columns = _agencies(said["agencies"])
    dates = {key: _day(key, said[key]) for key in DATES if said.get(key) is not None}
    words = {key: said[key] for key in WORDS if said.get(key) is not None}
    return Request(
        said["number"].upper(), said["name"], said["requester"], said["agreement"], agencies, id_columns, dates, words
    )


def _agencies(said: Any) -> tuple[tuple[str, ...], dict[str, str]]:
    """Agencies in the order given, each a code or `{agency: CODE, id_column: HEADING}`."""
    entries = [one if isinstance(one, dict) else {"agency": one} for one in (said if isinstance(said, list) else [])]
    codes = [str(entry.get("agency", "")).upper() for entry in entries]
    if any(
        not re.fullmatch(r"[A-Z0-9]{1,20}", code) or set(entry) - {"agency", "id_column"}
        for code, entry in zip(codes, entries, strict=True)
    ):
        raise LinkageError(f"{DESCRIPTION}: agencies are codes such as SDE, as in the names of their files.")
    if len(codes) < 2 or len(set(codes)) < len(codes):
        raise LinkageError(f"{DESCRIPTION}: a request needs two agencies or more, each named once.")
    return tuple(codes), {
        code: str(entry["id_column"]) for code, entry in zip(codes, entries, strict=True) if entry.get("id_column")
    }


def _day(key: str, said: Any) -> date:
    if isinstance(said, date) and not isinstance(said, datetime):
        return said
    try:
        return date.fromisoformat(said)
    except (TypeError, ValueError):
        raise LinkageError(f"{DESCRIPTION}: {key} must be a day such as 2026-05-15.") from None


def parse_name(name: str) -> Named | None:
    """What the name of a file says in either style of P20 WIN; None for any other name."""
    if match := DATED.fullmatch(name):
        month, day, year = (int(part) for part in match["mdy"].split("_"))
        kind = "match" if match["kind"].lower() == "matching" else match["kind"].lower()
        return Named(match["agency"].upper(), match["request"].upper(), kind, "dated", (year, month, day))
    if match := NUMBERED.fullmatch(name):
        version = (int(match["version"] or 1),)
        return Named(match["agency"].upper(), match["request"].upper(), match["kind"].lower(), "numbered", version)
    return None


def is_same_request(left: str, right: str) -> bool:
    """Whether two words are one request's number: Q0123, 0123 and 123 are."""
    return _bare(left) == _bare(right)


def _bare(number: str) -> str:
    return number.upper().removeprefix("REQ-").removeprefix("Q").lstrip("0")


def files_of_request(folder: Path, request: Request) -> list[tuple[Path, Named]]:
    """Every file of `folder` whose name says it is one of this request, by name."""
    named = [(path, parse_name(path.name)) for path in sorted(folder.iterdir()) if path.is_file()]
    return [(path, said) for path, said in named if said and is_same_request(said.request, request.number)]


def standing_files(folder: Path, request: Request) -> tuple[dict[str, Path], list[str]]:
    """Agency → its newest match file, and notes on older ones.

    Raises LinkageError for a missing agency, one that is not of the request, and files of another request.
    """
    for path in sorted(folder.iterdir()):
        said = parse_name(path.name) if path.is_file() else None
        if said and not is_same_request(said.request, request.number):
            raise LinkageError(f"{path.name} is of another request than {request.number}: take it out of the folder.")
        if said and said.kind == "match" and said.agency not in request.agencies:
            raise LinkageError(f"{path.name} is of an agency that {DESCRIPTION} does not name.")
    found: dict[str, Path] = {}
    notes = []
    for agency in request.agencies:
        sent = [
            (said.order, path, said)
            for path, said in files_of_request(folder, request)
            if said.kind == "match" and said.agency == agency
        ]
        if not sent:
            raise LinkageError(
                f"There is no match file of {agency}: its name is {agency}.{request.number}.MM_DD_YYYY.matching or "
                f"P20_Qnnnn_{agency}_match_vN."
            )
        sent.sort(key=lambda one: one[0])
        if len({said.style for _, _, said in sent}) > 1 or len({order for order, _, _ in sent}) < len(sent):
            raise LinkageError(f"Nothing says which match file of {agency} is the newest: leave one of them.")
        found[agency] = sent[-1][1]
        notes += [f"{path.name} was not matched: {sent[-1][1].name} is newer." for _, path, _ in sent[:-1]]
    return found, notes
