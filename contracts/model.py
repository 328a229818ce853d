"""What a contract says: the shapes other packages read. Loading and checking them is registry.py's work.

Belongs here: Source, Field, RowRule and facts that follow from one of them alone. Does not: reading files, pandera,
SQL for tables, anything about a particular submission.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from contracts.codes import CodeList, code_list
from contracts.header import RECORD_ACTION

SQL_TYPES = {"text": "VARCHAR", "code": "VARCHAR", "integer": "INTEGER", "decimal": "DECIMAL(14,2)", "date": "DATE"}
REQUIREMENTS = ("required", "conditional", "optional")
SEVERITIES = ("error", "warning")
PERIOD_KINDS = ("quarter", "month", "year", "school_year")
ABOUT = {
    "person": "rows are about people, own or of a source it refers to",
    "aggregate": "rows carry counts or amounts only; no person fact may come from them",
    "organisation": "rows are about employers, partners, providers or grants",
    "reference": "rows are published figures or lists",
}
ANY = "any"
DRIFT_ACTIONS = ("warn", "block")
DUPLICATE_KEY = ("reject_file", "quarantine_rows")
PII_CLASSES = {
    "D": "direct identifier: vault only",
    "Q": "quasi-identifier: vault and warehouse",
    "S": "sensitive attribute: warehouse only",
    "N": "not personal by itself: warehouse only",
}
IDENTITY_COLUMNS = (
    "agency_person_id",
    "sasid",
    "ssn",
    "first_name",
    "middle_name",
    "last_name",
    "suffix",
    "birth_date",
    "sex",
    "street",
    "town_code",
    "zip",
)
"""Columns of the vault's identity table a field may fill."""

CONTEXT_COLUMNS = {"_extract_date": "DATE", "_amend_mode": "VARCHAR", "_period_to": "DATE", "_layout_year": "INTEGER"}
"""Facts of the submission a row rule may use: the day the extract was taken, how amendments are sent, the last day of
the period it is for, and the year of the federal layout it follows."""

ROW_NO = "_row_no"
"""The place of a row in its file, from 1: a file rule may order by it."""

PLACEHOLDERS = (
    "NULL", "(NULL)", "<NULL>", "\\N", "NAN", "<NA>", "N/A", "#N/A", "NONE", "-", "--", ".", "?",
    "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!",
)  # fmt: skip
"""What programs and people write into a text cell for a value they do not have; a blank says that here."""
SHORTENED = "[0-9]([.][0-9]+)?[Ee][+][0-9]+"
"""A number as a spreadsheet shortens a long one: its digits are lost, and different numbers have become equal."""
STRANGE = r"[\p{Cf}\p{Zl}\p{Zp}\x{0080}-\x{009f}\x{fffd}\x{ff01}-\x{ff5e}]"
"""Characters nobody sees (zero width, direction marks, separators, controls), the mark for one that was lost, and
full-width letters and digits: equal to another value to the eye only (RE2)."""
PERSON_NUMBER = "(^|[^0-9-])[0-9]{3}-[0-9]{2}-[0-9]{4}([^0-9-]|$)"
"""A Social Security number as people write it, anywhere in a text."""
ALSO_NAMES = ("NULL", "NAN", "NONE")
"""Placeholders that people are called."""

MULTI_SEPARATOR = ";"
"""Between the codes of a multi-valued field as stored; `|` is accepted too."""


@dataclass(frozen=True)
class Field:
    """One column of a source: the glossary's word plus what the source adds."""

    name: str
    requirement: str
    type: str
    pii: str
    description: str
    aliases: tuple[str, ...] = ()
    codes: str | None = None
    codes_where: tuple[str, str] | None = None
    own_codes: CodeList | None = None
    """The list itself, of a contract that brings its own; else it is read by its name."""
    pattern: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    multi: bool = False
    identity: str | None = None
    token_system: str | None = None
    unit: str | None = None
    pirl: str | None = None
    ceds: str | None = None
    example: str = ""
    fix: str | None = None

    @property
    def required(self) -> bool:
        """The column must be in the header and every value given. Other columns may be absent: then all are null."""
        return self.requirement == "required"

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.type]

    @cached_property
    def code_list(self) -> CodeList | None:
        """The codes this source accepts: the field's list, less what `codes_where` leaves out."""
        if self.codes is None:
            return None
        whole = self.own_codes or code_list(self.codes)
        return whole.restricted(*self.codes_where) if self.codes_where else whole

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Upper-case text that stands for nothing in this field; only text can hold it unnoticed."""
        if self.type != "text":
            return ()
        is_name = self.pii == "D" and self.name.endswith("_name")
        return tuple(word for word in PLACEHOLDERS if word not in ALSO_NAMES or not is_name)

    @property
    def in_vault(self) -> bool:
        return self.identity is not None

    @property
    def in_warehouse(self) -> bool:
        """The value itself enters the warehouse: every class but D."""
        return self.pii != "D"

    @property
    def token_column(self) -> str | None:
        """Warehouse column that stands for a direct identifier other records refer to, or None."""
        return f"{self.name}_token" if self.token_system else None


@dataclass(frozen=True)
class RowRule:
    """What must hold between the columns of one row. `sql` is a DuckDB boolean over the typed columns.

    False means violated; null passes, so a rule says nothing about a value that is not there. A rule `over_file` may
    use window functions: over the rows of the file whose values are in order, and it judges those only.
    """

    id: str
    severity: str
    columns: tuple[str, ...]
    sql: str
    message: str
    fix: str
    source: str
    context: tuple[str, ...] = ()
    over_file: bool = False

    @property
    def passes_sql(self) -> str:
        """`sql` as true or false. A row whose values it cannot be asked of (they overflow) has not passed.

        Over a file the values are in range, and DuckDB takes no window function inside TRY.
        """
        if self.over_file:
            return f"coalesce(({self.sql}), true)"
        return f"coalesce(TRY(coalesce(({self.sql}), true)), false)"


@dataclass(frozen=True)
class Source:
    """One agency extract. Grain: `key`. Fields are in contract order, which is the order of the raw table."""

    name: str
    contract_id: str
    version: str
    title: str
    description: str
    agency: str
    period_kind: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    row_rules: tuple[RowRule, ...]
    file_rules: tuple[RowRule, ...]
    """Rules between the rows of one file: `sql` may use window functions over the whole file."""
    period_kinds: tuple[str, ...]
    agency_code: str
    """The word file names of this source begin with."""
    about: str
    """What a row is about: a key of ABOUT."""
    due_days: int
    """Days after the end of a period by which its submission is due."""
    also_called: tuple[str, ...] = ()
    """Other names of the dataset: accepted as landing folder, as the dataset of a file name, and by the command."""
    key_also: tuple[str, ...] = ()
    """Fields that make rows with one key different all the same: other people under one number."""
    duplicate_key: str = "reject_file"
    also_from: tuple[str, ...] = ()
    """Codes of other agencies that send this dataset too, or ANY: each sender's extracts replace only its own."""
    reject_share: float = 0.02
    reject_min_rows: int = 20
    drift: Mapping[str, Any] = field(default_factory=dict)
    """How far a batch may differ from the source's history, and whether that warns or blocks (ingest.drift)."""
    formats: tuple[str, ...] = ()
    """File formats beside the usual ones this source is sent in, by name of a layout (contracts/layouts)."""
    pirl_headings: bool = False
    """Headings may be PIRL element numbers in any of their published spellings."""
    id_system: str | None = None
    person_id_field: str | None = None
    id_within: str | None = None
    """Field that says whose numbering person_id_field is, where every institution numbers its own people."""
    references: Mapping[str, str] | None = None
    delimiter: str = ","
    encoding: str = "utf-8"

    __hash__ = object.__hash__

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    @cached_property
    def logic_rules(self) -> tuple[RowRule, ...]:
        """Row rules, then file rules."""
        return (*self.row_rules, *self.file_rules)

    @cached_property
    def rules_by_id(self) -> dict[str, RowRule]:
        return {rule.id: rule for rule in self.logic_rules}

    @cached_property
    def field_names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    @cached_property
    def identity_fields(self) -> tuple[Field, ...]:
        """Fields whose values go to the vault's identity table; empty when the source refers to another's persons."""
        return tuple(field for field in self.fields if field.identity)

    @property
    def has_identity(self) -> bool:
        return bool(self.identity_fields)

    @cached_property
    def token_fields(self) -> tuple[Field, ...]:
        """Direct identifiers that also enter the warehouse as a keyed token."""
        return tuple(field for field in self.fields if field.token_system)

    @cached_property
    def content_fields(self) -> tuple[Field, ...]:
        """Fields whose values enter the warehouse, in contract order."""
        return tuple(field for field in self.fields if field.in_warehouse)

    @cached_property
    def raw_columns(self) -> tuple[tuple[str, str], ...]:
        """Columns of raw.raw_<source> with their SQL type, in order: bookkeeping, identity key, tokens, content."""
        columns = [("_batch_id", "VARCHAR"), ("_row_no", "BIGINT"), (RECORD_ACTION, "VARCHAR")]
        if self.has_identity:
            columns.append(("identity_key", "UUID"))
        columns += [(f"{field.name}_token", "UUID") for field in self.token_fields]
        columns += [(field.name, field.sql_type) for field in self.content_fields]
        return tuple(columns)

    @property
    def raw_table(self) -> str:
        return f"raw_{self.name}"
