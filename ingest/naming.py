"""What a file says about itself before it is opened: its name and the manifest beside it, the manifest winning.

Belongs here: the three styles of names, periods, and what is worth a warning about either. Does not: how a manifest is
read (manifest), the file's bytes, or which of two extracts stands (ledger).

Names: `{agency}_{dataset}_{period}_{yyyymmdd}_v{nn}`, and those of P20 WIN, `AGENCY.REQ.MM_DD_YYYY.matching` (or
`analytical`, `key`) and `P20_Qnnnn_AGENCY_match_vN`; each with or without the suffix of its format.
"""

from __future__ import annotations

import calendar
import hashlib
import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import contracts
from contracts import Source
from contracts.model import ANY
from ingest import manifest
from ingest.findings import Rejected, RuleCount, whole_file
from ingest.manifest import SUFFIX as MANIFEST_SUFFIX
from ingest.manifest import Manifest
from ingest.plain import plain_name

__all__ = [
    "MANIFEST_SUFFIX",
    "Facts",
    "is_announced_otherwise",
    "period_span",
    "read_facts",
    "submission_digest",
]

FORMAT = r"(?:\.[A-Za-z][A-Za-z0-9]{0,7}){0,2}"
"""Up to two suffixes: of the format and of what it is packed in (`.csv.gz`)."""
OURS = re.compile(
    r"(?P<base>(?P<agency>[A-Za-z0-9]+)_(?P<dataset>[A-Za-z0-9_-]+)_(?P<period>[A-Za-z0-9]+)_(?P<ymd>\d{8})"
    rf"(?:_[vV](?P<version>\d{{1,4}}))?){FORMAT}"
)
P20_DATED = re.compile(
    r"(?P<base>(?P<agency>[A-Za-z0-9]+)\.(?P<request>[A-Za-z0-9-]{1,40})\.(?P<mdy>\d\d_\d\d_\d{4})"
    rf"\.(?:matching|analytical|key)){FORMAT}",
    re.IGNORECASE,
)
P20_NUMBERED = re.compile(
    rf"(?P<base>P20_(?P<request>Q\d{{1,8}})_(?P<agency>[A-Za-z0-9]+)_match(?:_v(?P<version>\d{{1,4}}))?){FORMAT}",
    re.IGNORECASE,
)
PERIOD = re.compile(r"(?P<kind>PY|SY|)(?P<year>(?:19|20)\d\d)(?:Q(?P<quarter>[1-4])|M(?P<month>0[1-9]|1[0-2]))?")
AGENCY = re.compile(r"[A-Za-z0-9]{1,20}")
REQUEST = re.compile(r"REQ-[A-Z0-9-]{1,40}")
OPEN_SPAN = (date(1900, 1, 1), date(2099, 12, 31))
"""Of a request: its extract is of no period."""
NO_DATE = datetime(1900, 1, 1)
"""When an extract without a date was taken, so that it never replaces one that has a date."""

AHEAD = timedelta(days=2)
"""How far after the day it is read an extract may have been taken: clocks and time zones differ, calendars do not."""


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
    layout_year: int | None = None
    drift_accepted: bool = False
    submitter: str = ""
    """Code of the agency that sent it, where the source has several and it is not the contract's own."""
    sha256: str | None = None
    rows: int | None = None
    digest: str = ""
    """Of the file name and the manifest: tells a corrected submission of the same bytes from the same submission."""
    notes: tuple[RuleCount, ...] = ()
    """Warnings about the name and the manifest."""

    @property
    def extract_date(self) -> date | None:
        """The day the extract was taken; None when nobody said."""
        return None if self.extract_ts == NO_DATE else self.extract_ts.date()

    @property
    def terms(self) -> str:
        """'' for a plain snapshot of its period; else a short word for what else the rows were judged under.

        The same bytes under other terms are another batch: the verdict on them may differ.
        """
        special = [f"layout_year={self.layout_year}"] if self.layout_year is not None else []
        special += ["amend_mode=delta"] if self.amend_mode == "delta" else []
        special += [f"submitter={self.submitter}"] if self.submitter else []
        if (self.period_from, self.period_to) != period_span(self.period):
            special.append(f"{self.period_from}..{self.period_to}")
        digest = hashlib.sha256(" ".join(special).encode()).hexdigest()[:6] if special else ""
        return "".join(f"-{word}" for word in ("delta" if self.submission_mode == "delta" else "", digest) if word)


@dataclass(frozen=True)
class Named:
    """What the name of a file says; blank or None where its style says nothing."""

    agency: str = ""
    dataset: str = ""
    period: str = ""
    taken: datetime | None = None
    version: int = 1
    is_request: bool = False
    base: str = ""


def parse_name(name: str) -> Named:
    """What a file name says, in whichever of the styles; an empty Named for any other name."""
    if match := OURS.fullmatch(name):
        taken = _moment(match["ymd"], "%Y%m%d")
        version = int(match["version"] or 1)
        return Named(match["agency"], match["dataset"], match["period"].upper(), taken, version, False, match["base"])
    if match := P20_DATED.fullmatch(name):
        taken = _moment(match["mdy"], "%m_%d_%Y")
        return Named(match["agency"], "", f"REQ-{match['request'].upper()}", taken, 1, True, match["base"])
    if match := P20_NUMBERED.fullmatch(name):
        version = int(match["version"] or 1)
        return Named(match["agency"], "", f"REQ-{match['request'].upper()}", None, version, True, match["base"])
    return Named(base=name.rsplit(".", 1)[0] if "." in name[1:] else name)


def period_span(period: str) -> tuple[date, date] | None:
    """First and last day of a period label (2023Q1, 2023M01, 2023, PY2023, SY2023, REQ-Q0123), None when it is none.

    Programme and school years run from July to June and are named by the year they begin in; a request is of no time.
    """
    if REQUEST.fullmatch(period):
        return OPEN_SPAN
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


def period_kinds(period: str) -> tuple[str, ...]:
    """Which kinds of period a label may be of, in a contract's words; none for a request, which is of any."""
    match = PERIOD.fullmatch(period)
    if match is None:
        return ()
    if match["kind"]:
        return ("school_year",) if match["kind"] == "SY" else ("year", "school_year")
    return ("quarter",) if match["quarter"] else ("month",) if match["month"] else ("year",)


def read_facts(path: Path, source: Source | None = None, is_trial: bool = False, today: date | None = None) -> Facts:
    """The facts of a submission. Raises Rejected when neither name nor manifest gives what must be known.

    `is_trial`: the file is only looked at, and its manifest may not have been written yet. `today`: the day it is
    read, when it is not this one.
    """
    if plain_name(path) != path.name:
        raise Rejected.by("G1.name", "The file name holds control characters or bytes that are no text: rename it.")
    named = parse_name(path.name)
    said = manifest.read(manifest.beside(path, named.base))
    period = (said.text("period") or named.period).upper()
    span = period_span(period)
    if span is None and said.text("period"):
        raise manifest.wrong("period", "a label such as 2023Q1, 2023M01, 2023, PY2023 or SY2023")
    extract_ts = said.moment("extract_ts") or named.taken or (NO_DATE if named.is_request else None)
    missing = [
        word for word, known in (("the period", span), ("the day the extract was taken", extract_ts)) if not known
    ]
    if span is None or extract_ts is None:
        raise Rejected.by("G1.name", f"Neither the file name nor a manifest gives {' and '.join(missing)}.")
    _not_ahead(extract_ts, today or datetime.now(UTC).date(), "G2.manifest" if said.text("extract_ts") else "G1.name")
    first, last = said.day("period_from") or span[0], said.day("period_to") or span[1]
    if first > last:
        raise Rejected.by("G2.manifest", "The manifest's period_to is before its period_from.")
    said.text("contact")
    version = said.count("version", manifest.VERSIONS)
    layout_year = said.count("layout_year", manifest.LAYOUT_YEARS)
    notes = [*said.notes(), *_notes(said, named, period, extract_ts, source)]
    if layout_year is None and source is not None and source.pirl_headings:
        notes.append(_without_layout_year(source, is_only_warned=is_trial and not said.found))
    return Facts(
        period=period,
        period_from=first,
        period_to=last,
        extract_ts=extract_ts,
        version=named.version if version is None else version,
        is_final=said.flag("final"),
        amend_mode=said.word("amend_mode", manifest.AMEND_MODES),
        submission_mode=said.word("mode", manifest.MODES),
        layout_year=layout_year,
        drift_accepted=said.flag("drift_accepted"),
        submitter=_submitter(_agency(said), named, source),
        sha256=said.text("sha256"),
        rows=said.count("rows"),
        digest=_digest(path, said.data),
        notes=tuple(notes),
    )


def is_announced_otherwise(facts: Facts | None, sha256: str) -> bool:
    """Whether the manifest names other bytes than these: those announced may still be on their way."""
    return facts is not None and facts.sha256 is not None and facts.sha256.lower() != sha256


def submission_digest(path: Path) -> str:
    """16 hex digits of the file name and the manifest beside it, readable or not. Facts have that of what they say."""
    return _digest(path, manifest.raw_bytes(manifest.beside(path, parse_name(path.name).base)))


def _digest(path: Path, said: bytes) -> str:
    return hashlib.sha256(os.fsencode(path.name) + b"\n" + said).hexdigest()[:16]


def _notes(said: Manifest, named: Named, period: str, extract_ts: datetime, source: Source | None) -> list[RuleCount]:
    """What is odd about name and manifest, without being wrong."""
    found = []
    if not said.found:
        found.append(("G2.no_manifest", "There is no manifest: the folder and the file name say what this file is."))
    if extract_ts == NO_DATE:
        found.append(("G1.no_date", "Nothing says when this extract was taken: it never replaces a dated extract."))
    if source is not None:
        found += _against_contract(said, named, period, source)
    return [whole_file(rule_id, message, None, "warning") for rule_id, message in found]


def _not_ahead(extract_ts: datetime, today: date, rule_id: str) -> None:
    """An extract of a day to come would stand before every later one, and set the day of the whole warehouse."""
    if extract_ts.date() > min(today + AHEAD, OPEN_SPAN[1]):
        said_by = "manifest's extract_ts" if rule_id == "G2.manifest" else "day in the file name"
        raise Rejected.by(rule_id, f"The {said_by} is in the future: it is the day the extract was taken.")


def _agency(said: Manifest) -> str | None:
    """The manifest's word for who sent it, in the form it has in file names."""
    word = said.text("agency")
    if word is not None and not AGENCY.fullmatch(word):
        raise manifest.wrong("agency", "a code of up to 20 letters and digits, as in the file name")
    return word


def _submitter(agency: str | None, named: Named, source: Source | None) -> str:
    """Who sent it, in a source that several agencies send: another sender's extracts are not replaced by this one.

    The manifest's word, else the name's. A sender the contract does not list is one of its own all the same, so that a
    mistaken name can never take another agency's rows away.
    """
    word = (agency or named.agency).lower()
    return word if source is not None and source.also_from and word != source.agency_code.lower() else ""


def _without_layout_year(source: Source, is_only_warned: bool) -> RuleCount:
    message = f"Nothing says which year's layout the columns of {source.name} follow."
    if not is_only_warned:
        raise Rejected.by("G2.layout_year", message)
    return whole_file("G2.layout_year", message, None, "warning")


def _against_contract(said: Manifest, named: Named, period: str, source: Source) -> list[tuple[str, str]]:
    """Where name and manifest do not fit the contract: another dataset's or agency's word, kind of period, version."""
    found = []
    if named.dataset and contracts.canonical_name(named.dataset.lower()) != source.name:
        other = contracts.canonical_name(named.dataset.lower())
        says = f"names the dataset {other}" if other in contracts.source_names() else "does not name the dataset"
        found.append(("G1.dataset", f"The file name {says}; the file is read as {source.name}."))
    elif named.agency and not _may_send(named.agency.lower(), source):
        senders = " or ".join((source.agency_code, *source.also_from))
        found.append(("G1.dataset", f"The file name does not begin with {senders}, the agency of {source.name}."))
    kinds = period_kinds(period)
    if kinds and not set(kinds) & set(source.period_kinds):
        wanted = " or a ".join(kind.replace("_", " ") for kind in source.period_kinds)
        found.append(
            ("G1.period_kind", f"The period is a {kinds[0].replace('_', ' ')}; {source.name} takes a {wanted}.")
        )
    version = said.text("schema_version")
    if version and version != source.version:
        found.append(
            ("G2.schema_version", f"The manifest names another version of the contract than {source.version}.")
        )
    return found


def _may_send(agency: str, source: Source) -> bool:
    return agency in (source.agency_code.lower(), *source.also_from) or ANY in source.also_from


def _moment(digits: str, style: str) -> datetime | None:
    try:
        return datetime.strptime(digits, style)
    except ValueError:
        return None
