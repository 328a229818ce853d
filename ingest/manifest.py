"""The manifest beside a file: `<file>.manifest.json`, a small JSON object that says what the file is.

Belongs here: finding it, reading it without trusting it, and the type of each key. Does not: file names, and what
follows when manifest and name are put together (naming). No text of a manifest is ever repeated in a message.
"""

from __future__ import annotations

import difflib
import json
import os
import stat
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ingest.findings import Rejected, RuleCount, whole_file
from ingest.plain import plain_name

SUFFIX = ".manifest.json"
KEYS = (
    "sha256", "rows", "mode", "period", "period_from", "period_to", "extract_ts", "final", "amend_mode", "layout_year",
    "contact", "schema_version", "agency", "drift_accepted", "version",
)  # fmt: skip
"""All that a manifest may say. `contact` is for people: it is checked to be text and not kept."""
MODES = ("snapshot", "delta")
AMEND_MODES = ("replace", "delta")
SIZE_LIMIT = 1 << 20
LAYOUT_YEARS = (2012, 2099)
VERSIONS = (0, 9999)


@dataclass(frozen=True)
class Manifest:
    """The keys of a manifest as they came; `found` False: there is none, and every key is absent."""

    said: dict[str, Any] = field(default_factory=dict)
    found: bool = False
    data: bytes = b""
    """The bytes this was read from."""

    def text(self, key: str) -> str | None:
        value = self.said.get(key)
        if key == "period" and isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is not None and not isinstance(value, str):
            raise wrong(key, "text")
        if value is not None and not value.strip().isprintable():  # half a character could be stored nowhere
            raise wrong(key, "text without control or broken characters")
        return value.strip() or None if value else None

    def word(self, key: str, allowed: tuple[str, ...]) -> str:
        """One of `allowed`, the first when nothing is said."""
        value = self.text(key) or allowed[0]
        if value not in allowed:
            raise wrong(key, " or ".join(allowed))
        return value

    def count(self, key: str, between: tuple[int, int] | None = None) -> int | None:
        value = self.said.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise wrong(key, "a whole number, zero or more")
        if between and not between[0] <= value <= between[1]:
            raise wrong(key, f"a whole number from {between[0]} to {between[1]}")
        return value

    def flag(self, key: str) -> bool:
        value = self.said.get(key, False)
        if not isinstance(value, bool):
            raise wrong(key, "true or false")
        return value

    def moment(self, key: str) -> datetime | None:
        """A moment in UTC without zone; a day alone is its midnight."""
        text = self.text(key)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
            return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
        except (ValueError, OverflowError):
            raise wrong(key, "a day or moment as YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS") from None

    def day(self, key: str) -> date | None:
        moment = self.moment(key)
        return moment.date() if moment else None

    def notes(self) -> tuple[RuleCount, ...]:
        """Warnings about keys that mean nothing, each with the known key it resembles; the key itself is not shown."""
        likely = []
        unknown = [key for key in self.said if key not in KEYS]
        for key in unknown:
            likely += difflib.get_close_matches(key.lower(), KEYS, 1)
        if not unknown:
            return ()
        resembled = f" (meant may be {', '.join(dict.fromkeys(likely))})" if likely else ""
        number = "A key" if len(unknown) == 1 else f"{len(unknown)} keys"
        message = f"{number} of the manifest {'means' if len(unknown) == 1 else 'mean'} nothing here{resembled}."
        return (whole_file("G2.manifest_key", message, None, "warning"),)


def wrong(key: str, needed: str) -> Rejected:
    return Rejected.by("G2.manifest", f"The manifest's {key} must be {needed}.")


def beside(path: Path, base: str) -> Path | None:
    """The manifest of `path`: of its whole name, else of its name without the format's suffix (`base`)."""
    for name in dict.fromkeys((path.name + SUFFIX, base + SUFFIX, path.stem + SUFFIX)):
        candidate = path.with_name(name)
        if candidate.name != path.name and os.path.lexists(candidate):
            return candidate
    return None


def read(path: Path | None) -> Manifest:
    """What the manifest at `path` says. Raises Rejected with a sentence when it is none, a link, or no file."""
    if path is None:
        return Manifest()
    data = _bytes(path)
    try:
        said = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise _refused(path, "is not a JSON object in UTF-8")
    return Manifest(said, True, data)


def raw_bytes(path: Path | None) -> bytes:
    """Its bytes for a digest, whatever they are."""
    try:
        return _bytes(path) if path else b""
    except Rejected:
        return b"?"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def _bytes(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except PermissionError:
        raise _refused(path, "may not be read by this user") from None
    except OSError:
        raise _refused(path, "is a link or cannot be opened") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise _refused(path, "is not a regular file")
    with os.fdopen(handle, "rb") as stream:
        data = stream.read(SIZE_LIMIT + 1)
    if len(data) > SIZE_LIMIT:
        raise _refused(path, "is larger than a manifest can be")
    return data


def _refused(path: Path, why: str) -> Rejected:
    return Rejected.by("G2.manifest", f"The manifest {plain_name(path)} {why}.")
