"""Submission profiles: how one agency sends one source, where that differs from the contract. Strict, like contracts.

Belongs here: loading profiles/*.yml and choosing one by source and file name. Does not: reading submissions. A profile
says how the file is written, never what its values may be.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.errors import ContractError
from contracts.header import normalise
from contracts.layouts import layout_names
from contracts.model import Source
from contracts.registry import canonical_name, load
from contracts.shapes import LIST, MAPPING, TEXT, WHOLE, need, one_of
from contracts.yaml_file import read_yaml

PROFILES_DIR = Path(__file__).resolve().parent / "profiles"
KEYS = {
    "source": TEXT, "description": TEXT, "agency": TEXT, "suffix": TEXT, "format": TEXT, "encoding": TEXT,
    "delimiter": TEXT, "quote": TEXT, "layout": TEXT, "sheet": TEXT, "header_row": WHOLE, "skip_rows": WHOLE,
    "date_style": TEXT, "columns": MAPPING, "fixed": MAPPING, "ignored": LIST,
}  # fmt: skip
FORMATS = ("delimited", "fixed", "workbook", "old_workbook", "parquet")
DATE_STYLES = ("iso", "mdy", "dmy", "excel_serial")
EXTRACT_DATE = "{extract_date}"
"""As a fixed value: the day the extract was taken, from the file's name or manifest."""
DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


@dataclass(frozen=True)
class Profile:
    """How a file is written. The one without name is what the contract says."""

    name: str = ""
    source: str = ""
    agency: str | None = None
    """First word of the file names it is for; None: of every agency."""
    suffix: str | None = None
    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str = '"'
    layout: str | None = None
    sheet: str | None = None
    header_row: int = 1
    date_style: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    """Normalised heading of the agency to field."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Field to the text it has in every row, where the file has no such column."""
    ignored: frozenset[str] = frozenset()
    """Normalised headings that are known to mean nothing here: no warning."""

    def meaning(self, heading: str) -> str:
        """The field a heading stands for, or the heading itself."""
        return self.columns.get(normalise(heading), heading)

    def ignores(self, heading: str) -> bool:
        return normalise(heading) in self.ignored

    def is_for(self, file_name: str) -> bool:
        """Whether a file of this name is meant."""
        agency = re.split(r"[_.]", file_name)[0].lower()
        endings = () if self.suffix is None else (self.suffix, f"{self.suffix}.gz", ".zip")
        return self.agency in (None, agency) and (not endings or file_name.lower().endswith(endings))


def read_profile(path: Path, source: Source | None = None) -> Profile:
    """The profile in one file; `source` where it is for a contract of no registry. Raises ContractError."""
    said = read_yaml(path)
    where = path.name
    need(where, said, KEYS, {"source"})
    if source is None or canonical_name(str(said["source"])) != source.name:
        source = load(str(said["source"]))
    header_row = said.get("header_row", said.get("skip_rows", 0) + 1)
    if "header_row" in said and "skip_rows" in said:
        raise ContractError(f"{where}: header_row and skip_rows say the same; keep one.")
    if not 1 <= header_row <= 1000:
        raise ContractError(f"{where}: header_row is a number from 1 to 1000.")
    for key, allowed in (("format", FORMATS), ("date_style", DATE_STYLES)):
        if key in said:
            one_of(where, key, said[key], allowed)
    if "layout" in said:
        one_of(where, "layout", said["layout"], layout_names())
    return Profile(
        name=path.stem,
        source=source.name,
        agency=str(said["agency"]).lower() if "agency" in said else None,
        suffix=_suffix(where, said),
        format=said.get("format", "fixed" if "layout" in said else None),
        encoding=_encoding(where, said),
        delimiter=_delimiter(where, said),
        quote=_quote(where, said),
        layout=said.get("layout"),
        sheet=str(said["sheet"]) if "sheet" in said else None,
        header_row=header_row,
        date_style=said.get("date_style"),
        columns=_columns(where, said, source),
        fixed=_fixed(where, said, source),
        ignored=frozenset(normalise(str(heading)) for heading in said.get("ignored", ())),
    )


def _suffix(where: str, said: Mapping[str, Any]) -> str | None:
    if "suffix" not in said:
        return None
    suffix = str(said["suffix"]).lower()
    if not re.fullmatch(r"\.[a-z0-9]{1,12}", suffix):
        raise ContractError(f"{where}: suffix is a dot and up to twelve letters or digits, such as .txt.")
    return suffix


def _encoding(where: str, said: Mapping[str, Any]) -> str | None:
    if "encoding" not in said:
        return None
    try:
        known = codecs.lookup(str(said["encoding"]))
        "".encode(known.name)
    except (LookupError, TypeError):
        raise ContractError(f"{where}: the encoding is unknown; utf-8, utf-16 and cp1252 are known.") from None
    return str(said["encoding"])


def _delimiter(where: str, said: Mapping[str, Any]) -> str | None:
    if "delimiter" not in said:
        return None
    delimiter = DELIMITERS.get(str(said["delimiter"]), str(said["delimiter"]))
    if len(delimiter) != 1 or delimiter.isalnum() or delimiter in '"\r\n' or not delimiter.isascii():
        raise ContractError(f"{where}: delimiter is one character, or one of {', '.join(DELIMITERS)}.")
    return delimiter


def _quote(where: str, said: Mapping[str, Any]) -> str:
    quote = said.get("quote", '"')
    if quote == "none":
        return ""
    if quote not in ('"', "'"):
        raise ContractError(f"{where}: quote is \" or ' or none.")
    return str(quote)


def _columns(where: str, said: Mapping[str, Any], source: Source) -> dict[str, str]:
    found: dict[str, str] = {}
    for heading, name in said.get("columns", {}).items():
        one_of(where, f"columns: {heading!r}", name, source.field_names)
        if name in found.values():
            raise ContractError(f"{where}: two headings are said to be {name}; a file has one of them.")
        found[normalise(str(heading))] = name
    return found


def _fixed(where: str, said: Mapping[str, Any], source: Source) -> dict[str, str]:
    for name in said.get("fixed", {}):
        one_of(where, "fixed", name, source.field_names)
    return {name: str(text) for name, text in said.get("fixed", {}).items()}


def find_profile(source: Source, file_name: str, *folders: Path) -> Profile:
    """The profile for a file of this name: of the given folders, then ours; else what the contract says.

    Raises ContractError when two profiles of one folder fit equally.
    """
    for folder in (*folders, PROFILES_DIR):
        fits = [profile for profile in _of(folder, source) if profile.is_for(file_name)]
        narrowest = max(((p.agency is not None) + (p.suffix is not None) for p in fits), default=0)
        best = [p for p in fits if (p.agency is not None) + (p.suffix is not None) == narrowest]
        if len(best) > 1:
            names = ", ".join(profile.name for profile in best)
            raise ContractError(f"The profiles {names} in {folder.name} are for the same files; give them suffixes.")
        if best:
            return best[0]
    return Profile()


def _of(folder: Path, source: Source) -> list[Profile]:
    """The profiles of a source in a folder. Those of other sources are not read further than their source."""
    found = []
    for path in sorted(folder.glob("*.yml")):
        named = str(read_yaml(path).get("source", ""))
        if canonical_name(named) == source.name:
            found.append(read_profile(path, source))
    return found
