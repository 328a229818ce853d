"""What every rule says to a person: id, severity, message, what to do, and where the rule comes from.

Belongs here: the one wording of value rules (G4), row rules and file rules, for receipts, checks and the dictionary.
Does not: evaluating rules; structure rules of the gate, which are the gate's own. No message ever contains a value of a
row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from contracts.errors import ContractError
from contracts.model import Field, Source
from contracts.registry import as_source

TYPE_FIX = {
    "integer": "Send a whole number, digits only.",
    "decimal": "Send a number with at most two decimals, without thousands separator or currency sign.",
    "date": "Send the date as YYYY-MM-DD or YYYYMMDD; leave it blank when it is not known.",
}
TYPE_NAME = {"integer": "a whole number", "decimal": "a decimal number", "date": "a date"}
MANY_CODES = 20


@dataclass(frozen=True)
class RuleText:
    """One rule of a source. `columns` has one name for value rules. A rule over_file looks at several rows."""

    rule_id: str
    severity: str
    columns: tuple[str, ...]
    message: str
    fix: str
    source: str
    over_file: bool = False

    @property
    def column(self) -> str:
        """The column a finding is filed under; the columns of a rule between columns or rows are joined."""
        return ", ".join(self.columns)


def _codes_fix(field: Field) -> str:
    codes = field.code_list.codes
    shown = f": {', '.join(codes)}" if len(codes) <= MANY_CODES else " (docs/dictionary/codes.md)"
    joined = ", several separated by ;" if field.multi else ""
    return f"Send one of the codes of list {field.codes}{shown}{joined}."


def value_rules(field: Field) -> list[RuleText]:
    """The rules one cell of the field must satisfy, in the order they are checked."""
    rules = []

    def add(rule_id: str, message: str, fix: str, severity: str = "error") -> None:
        rules.append(RuleText(rule_id, severity, (field.name,), message, fix, "fields.yml"))

    if field.required:
        add("G4.required", f"{field.name} is blank", f"Give {field.name}: {field.description}")
    if field.type in TYPE_FIX:
        add("G4.type", f"{field.name} is not {TYPE_NAME[field.type]}", TYPE_FIX[field.type])
    if field.type == "code":
        add("G4.code", f"{field.name} is not one of its codes", _codes_fix(field))
    if field.pattern:
        fix = field.fix or f"The whole value must match {field.pattern}, for example {field.example}."
        add("G4.pattern", f"{field.name} does not have the form it must have", fix)
    if field.type == "text":
        fix = "Export the column as text, so that all digits are there."
        add("G4.shortened", f"{field.name} holds a number that a spreadsheet has shortened", fix)
    if field.minimum is not None or field.maximum is not None:
        low, high = field.minimum, field.maximum
        words = f"{low} to {high}" if low and high else (f"at least {low}" if low else f"at most {high}")
        add("G4.range", f"{field.name} is out of range", f"{field.name} must be {words}.")
    if field.type == "text":
        fix = "Type the value again with plain letters and digits, without hidden characters."
        add("G4.characters", f"{field.name} holds characters that cannot be seen or are full-width or lost", fix)
    if field.type == "text" and field.pii != "D":
        fix = "Take the number out; a person's number belongs into ssn and nowhere else."
        add("G4.person_number", f"{field.name} holds what looks like a Social Security number", fix)
    if field.placeholders:
        fix = "Leave the cell blank when the value is not known; otherwise nothing."
        add("G4.placeholder", f"{field.name} holds a word that usually stands for no value", fix, "warning")
    return rules


def _logic_rules(source: Source) -> list[RuleText]:
    return [
        RuleText(rule.id, rule.severity, rule.columns, rule.message, rule.fix, rule.source, rule.over_file)
        for rule in source.logic_rules
    ]


def rules(source: str | Source) -> list[RuleText]:
    """Every rule of a source: the value rules of its fields in contract order, the row rules, the file rules."""
    contract = as_source(source)
    return [rule for field in contract.fields for rule in value_rules(field)] + _logic_rules(contract)


@cache
def _index(source: Source) -> dict[tuple[str, str], RuleText]:
    index = {}
    for rule in rules(source):
        index[rule.rule_id, rule.column] = rule
        if not rule.rule_id.startswith("G4."):
            index[rule.rule_id, ""] = rule
    return index


def describe(source: str | Source, rule_id: str, column: str = "") -> RuleText:
    """The wording of one rule; a value rule needs its column. Raises ContractError for a rule the source has not."""
    contract = as_source(source)
    try:
        return _index(contract)[rule_id, column if rule_id.startswith("G4.") else ""]
    except KeyError:
        raise ContractError(f"{contract.name} has no rule {rule_id!r} for the column {column!r}.") from None
