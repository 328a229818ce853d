"""What the gate says about one file: findings, counts per rule, and the outcome.

Belongs here: the shapes, and the wording of the gate's own rules (structure, keys). Does not: evaluating anything, and
the wording of value and row rules, which is the contract's. No message ever holds a value of a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

LISTED_ROWS = 1000
"""Row numbers listed per rule and file; the count beside them is exact."""

OUTCOMES = ("accept", "accept_with_warning", "quarantine_rows", "reject_file")

FIXES = {
    "G0.fault": "Nothing is wrong with the file as far as is known; it is tried again at the next run.",
    "G1.name": "Name the file {agency}_{dataset}_{period}_{yyyymmdd}_v{nn}.csv, for example "
    "dol_ui_wage_2023Q1_20230515_v01.csv, or add a manifest with period and extract_ts.",
    "G1.no_date": "Add a manifest with extract_ts, so that a later extract can replace this one.",
    "G1.dataset": "Check that the file lies in the folder of its source; name it as the contract says.",
    "G1.period_kind": "Check the period in the file's name or manifest.",
    "G2.no_manifest": "Add a manifest beside the file; without one its name must say everything.",
    "G2.manifest_key": "Correct the spelling of the key, or take it out.",
    "G2.schema_version": "Look at what changed in the contract, then send its version.",
    "G2.layout_year": "Add a manifest with layout_year, the year of the layout the columns follow, such as 2023.",
    "G2.manifest": "Correct the manifest beside the file, or leave it away and let the file name speak.",
    "G2.sha256": "Copy the file again from where it was made; if the file is right, make the manifest anew.",
    "G2.rows": "Export the file again, or correct the number of rows in the manifest.",
    "G3.unreadable": "Put the file itself into the folder, readable by the user who runs the warehouse.",
    "G3.empty": "Export again. If there is nothing to report, send the header alone and a manifest with rows: 0.",
    "G3.format": "Send CSV, or one of the formats named; a submission profile may declare another ending.",
    "G3.other_format": "Name the file by the format it has, or export it in the format of its name.",
    "G3.not_text": "Export the data as CSV text in UTF-8.",
    "G3.damaged": "Make the file again, and copy it whole.",
    "G3.members": "Pack one single file, or send it without packing it.",
    "G3.password": "Send the file without a password; the transfer itself is protected.",
    "G3.path_trick": "Pack the file itself, without folders or links.",
    "G3.too_costly": "Split the file by period, or send it as CSV text.",
    "G3.too_long": "Look for a quotation mark or a line end that is missing there.",
    "G3.macro": "Save the workbook without macros (xlsx), or export the sheet as CSV.",
    "G3.entities": "Open the workbook in a spreadsheet program and save it again.",
    "G3.external_link": "Paste the values in place of the links to other workbooks, or export the sheet as CSV.",
    "G3.sheets": "Leave one sheet with rows in the workbook, or name it in a submission profile.",
    "G3.hidden_rows": "Show all rows and columns and take off filters, then check what was hidden and save again.",
    "G3.hidden_sheet": "Check whether the hidden sheet should be there; it was not read.",
    "G3.merged_cells": "Undo the merging of cells and fill each cell.",
    "G3.formula": "Paste the values in place of the formulas; if they are right, nothing.",
    "G3.formula_without_value": "Open the workbook in a spreadsheet program, let it calculate, and save it again.",
    "G3.error_cell": "Correct the formulas whose cells show an error, then save again.",
    "G3.nested_column": "Flatten the column into columns of plain values.",
    "G3.column_type": "Store the column as text, whole number, decimal or date.",
    "G3.no_final_newline": "Check that the last row is whole; end every line with a line end.",
    "G2.totals": "Export the file again: its rows and its totals records do not agree.",
    "G3.record_type": "Send only records of the layout's types.",
    "G3.record_order": "Send the records in the order of the layout.",
    "G3.not_utf8": "Export the file as UTF-8 (in a spreadsheet: 'CSV UTF-8').",
    "G3.delimiter": "Export with the separator the contract names.",
    "G3.header": "Send the column headings in the first line.",
    "G3.missing_column": "Add the column, also when all its values are blank; the order of columns does not matter.",
    "G3.repeated_column": "Keep one of the columns.",
    "G3.unknown_column": "Nothing, if the column is meant to be ignored; otherwise correct its heading.",
    "G3.other_source": "Move the file to the folder of its own source.",
    "G3.ragged": "Give the row as many columns as the header; put a value that holds the separator in quotation marks.",
    "G3.unclosed_quote": "Close the quotation mark, or double one that belongs to the text.",
    "G3.blank_line": "Nothing: lines without any value are passed over.",
    "G4.record_action": "Send A for a row to add, C for one to change, D for one to delete.",
    "G5.delete_in_snapshot": "Leave the row out of a snapshot, or send the file as a delta (mode in the manifest).",
    "G5.duplicate_key": "Send each key once: remove the repetition, or correct the key of one of the rows.",
    "G8.rows": "Check that the extract is whole; the profile beside the receipt shows it against those before.",
    "G8.nulls": "Check that the column is still filled and exported; the profile shows it against those before.",
    "G8.codes": "Check that the codes still mean what they did; the profile shows them against those before.",
    "G8.amounts": "Check unit and completeness of the amounts; the profile shows them against those before.",
}
"""What to do about each of the gate's own rules."""


@dataclass(frozen=True)
class Finding:
    """One broken rule in one row, or in the whole file (`row_no` None). Rows count from 1 after the header."""

    rule_id: str
    severity: str
    column_name: str | None
    row_no: int | None
    message: str
    fix: str = ""


@dataclass(frozen=True)
class RuleCount:
    """How many rows broke one rule. `rows_failed` None: the rule is about the whole file, and it is broken."""

    rule_id: str
    severity: str
    column_name: str | None
    message: str
    fix: str
    rows_failed: int | None
    rows_checked: int
    rows: tuple[int, ...] = ()
    """The first LISTED_ROWS row numbers, ascending."""

    @property
    def is_broken(self) -> bool:
        return self.rows_failed is None or self.rows_failed > 0

    def findings(self) -> Iterator[Finding]:
        numbers: tuple[int | None, ...] = (None,) if self.rows_failed is None else self.rows
        for number in numbers:
            yield Finding(self.rule_id, self.severity, self.column_name, number, self.message, self.fix)


def whole_file(rule_id: str, message: str, column: str | None = None, severity: str = "error") -> RuleCount:
    """A finding about the file as a whole, by one of the gate's own rules."""
    return RuleCount(rule_id, severity, column, message, FIXES[rule_id], None, 0)


@dataclass
class GateResult:
    """The verdict on one file. rows_received = rows_accepted + rows_quarantined, but for a rejected file: nothing of
    it is accepted, and its counts only say what was seen."""

    source: str
    rows_received: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    outcome: str = "accept"
    reject_reason: str | None = None
    counts: list[RuleCount] = field(default_factory=list)
    quarantined: Sequence[int] = ()
    """Every row kept out, ascending; only where nothing is stored (validate_file)."""

    @property
    def findings(self) -> list[Finding]:
        """Every listed finding: whole-file findings first, then by rule in contract order and row."""
        broken = sorted((count for count in self.counts if count.is_broken), key=lambda c: c.rows_failed is not None)
        return [finding for count in broken for finding in count.findings()]

    @property
    def is_rejected(self) -> bool:
        return self.outcome == "reject_file"

    def reject(self, reason: str) -> GateResult:
        """Refuse the whole file for `reason`, a sentence."""
        self.outcome, self.reject_reason, self.rows_accepted = "reject_file", reason, 0
        return self


class Rejected(Exception):
    """The file cannot be read as an extract of its source. Carries whole-file findings; the text is the reason."""

    def __init__(self, *counts: RuleCount, reason: str | None = None) -> None:
        super().__init__(reason or counts[0].message)
        self.counts = counts

    @classmethod
    def by(cls, rule_id: str, message: str, column: str | None = None) -> Rejected:
        return cls(whole_file(rule_id, message, column))


class Refused(RuntimeError):
    """Loading cannot go on, for a reason that is not in the data (full disk, no permission). Says so in a sentence."""
