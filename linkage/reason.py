"""What must not stand in a reviewer's words: a reason is kept and listed where the vault is not.

Belongs here: how a number, a date and a name are known in a sentence. Does not: who refuses it (`decisions`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from linkage.standardise import rows_of

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_NUMBER = re.compile(r"(?<!\d)\d{3}[ -]?\d{2}[ -]?\d{4}(?!\d)")
_DATE = re.compile(
    r"(?<!\d)(?:(?:18|19|20)\d{2}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d{2})|(?:19|20)\d{6})(?!\d)"
    rf"|(?<!\d)\d{{1,2}}(?:st|nd|rd|th)?[ .-]*\b{_MONTH}[ .,-]*\d{{2,4}}(?!\d)"
    rf"|\b{_MONTH} *\d{{1,2}}(?:st|nd|rd|th)?,? +\d{{4}}(?!\d)",
    re.IGNORECASE,
)
SHORT_NAME = 2
"""A name of so few letters is one only where it is written with a capital: `an` and `to` are words."""


def fault(words: str, names: Iterable[str | None] = ()) -> str | None:
    """What the words hold that they must not, without repeating it: a number, a date, one of the `names`."""
    if _NUMBER.search(words):
        return "something like a Social Security number"
    if _DATE.search(words):
        return "a date"
    if _said(words) & _words_of(names):
        return "a name of one of the two"
    return None


def _words_of(names: Iterable[str | None]) -> set[str]:
    """The words of names without initials, particles (de, van) and stand-ins (unknown): those are of any sentence."""
    common = {row["particle"] for row in rows_of("surname_particle")}
    common |= {word for row in rows_of("placeholder_name") for word in row["name"].split()}
    return {word for name in names for word in _parts(_plain(name or "").upper()) if len(word) > 1} - common


def _said(words: str) -> set[str]:
    parts = _parts(_plain(words))
    return {part.upper() for part in parts if len(part) > SHORT_NAME or part[0].isupper()}


def _parts(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text)


def _plain(text: str) -> str:
    """Letters without accents; an apostrophe parts no words."""
    letters = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return re.sub("['’‘ʼʻ`´]", "", letters)
