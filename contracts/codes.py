"""Code lists: contracts/codes/ref_<list>.csv, columns code, label[, aliases][, attributes...].

Belongs here: reading a list, telling which code a value means. Does not: reference tables without a code column
(towns by ZIP, cohort windows); those are dbt seeds of the same folder and are read by dbt alone.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from contracts.errors import ContractError

CODES_DIR = Path(__file__).resolve().parent / "codes"


@dataclass(frozen=True)
class CodeRow:
    """One code: its label, other spellings, and the attributes rules and models select by (all text)."""

    code: str
    label: str
    aliases: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class CodeList:
    """A list of codes in the order of its file."""

    name: str
    rows: tuple[CodeRow, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(row.code for row in self.rows)

    @cached_property
    def spellings(self) -> dict[str, str]:
        """Every accepted spelling, upper case, to its code."""
        return {name.upper(): row.code for row in self.rows for name in (row.code, *row.aliases)}

    def canonical(self, value: str) -> str | None:
        """The code `value` means (any case, surrounding blanks ignored), or None when it is not in the list."""
        return self.spellings.get(value.strip().upper())

    def where(self, attribute: str, value: str) -> tuple[str, ...]:
        """The codes whose attribute has this value. Raises ContractError when the list has no such attribute."""
        if any(attribute not in row.attributes for row in self.rows):
            raise ContractError(f"codes/ref_{self.name}.csv has no column {attribute!r}; add it or correct the name.")
        return tuple(row.code for row in self.rows if row.attributes[attribute] == value)

    def restricted(self, attribute: str, value: str) -> CodeList:
        """The same list, only the codes whose attribute has this value."""
        keep = set(self.where(attribute, value))
        return CodeList(self.name, tuple(row for row in self.rows if row.code in keep))


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of contracts/codes/ref_<name>.csv as text. Raises ContractError when the file is not there."""
    path = CODES_DIR / f"ref_{name}.csv"
    if not path.is_file():
        raise ContractError(f"codes/ref_{name}.csv does not exist, but a contract asks for {name!r}; add the file.")
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, strict=True))


@cache
def code_list(name: str) -> CodeList:
    """The code list `name`. Raises ContractError when it is missing, has no code and label, or is ambiguous."""
    return make_list(name, {f"codes/ref_{name}.csv line {n}": row for n, row in enumerate(read_table(name), start=2)})


def make_list(name: str, records: Mapping[str, Mapping[str, str]]) -> CodeList:
    """The code list of these records, each under the place it was read from."""
    rows = []
    seen: dict[str, str] = {}
    for where, record in records.items():
        if None in record or None in record.values() or not record.get("code") or not record.get("label"):
            raise ContractError(f"{where}: a code, its label and every column are needed.")
        attributes = {key: value for key, value in record.items() if key not in ("code", "label", "aliases")}
        aliases = tuple(alias.strip() for alias in record.get("aliases", "").split("|") if alias.strip())
        rows.append(CodeRow(record["code"], record["label"], aliases, attributes))
        for spelling in {text.upper() for text in (record["code"], *aliases)}:
            if spelling in seen:
                raise ContractError(
                    f"{where}: {spelling!r} already means {seen[spelling]!r}; a spelling may mean one code only."
                )
            seen[spelling] = record["code"]
    return CodeList(name, tuple(rows))


@cache
def code_list_names() -> tuple[str, ...]:
    """Every file of contracts/codes that is a code list, sorted."""
    names = []
    for path in sorted(CODES_DIR.glob("ref_*.csv")):
        with path.open(encoding="utf-8") as handle:
            if handle.readline().startswith("code,label"):
                names.append(path.stem.removeprefix("ref_"))
    return tuple(names)
