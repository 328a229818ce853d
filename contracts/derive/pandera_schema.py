"""pandera schemas of a contract: types, nulls, codes, patterns, ranges, row rules and file rules, and nothing else.

Belongs here: turning a Source into pandera (0.35, pandas backend) and pandera's errors into findings. Does not: keys,
duplicates and rules over several files (the gate's), history (the batch profile's), evaluating (value_checks,
rule_checks).

The frame may be text, as `pd.read_csv(path, dtype=str, keep_default_na=False)` gives it (without keep_default_na=False
pandas reads NA and NULL as blanks, which here they are not), or typed (Arrow-backed or numpy), under any heading the
contract accepts. It leaves under field names and coerced: string, int32, decimal128(14, 2) and date32, all
Arrow-backed; date32 compares as integers and has no time of day to go wrong. A column with a cell that is not of its
type stays text, and G4.type names the row. Rules between columns see null in place of such a cell. The facts of the
submission (CONTEXT_COLUMNS) are read from the frame, if there.

What pandera raises holds rule ids, columns and row labels, never a value: its own checks would print the values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow
from pandera.api.base.checks import CheckResult
from pandera.engines import pandas_engine
from pandera.errors import SchemaErrorReason, SchemaErrors

from contracts import messages
from contracts.derive import arrow
from contracts.derive.headings import with_field_names
from contracts.derive.pandera_errors import Column, DataFrameSchema
from contracts.derive.rule_checks import FileRules, row_rule_holds
from contracts.derive.value_checks import VALUE_CHECKS
from contracts.errors import ContractError
from contracts.messages import RuleText
from contracts.model import SEVERITIES, Field, RowRule, Source
from contracts.registry import as_source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

SHOWN = 10
"""Rows in pandera's own failure_cases, per rule: it joins them all into one message. Findings have every row."""

WITHHELD = "(value not shown)"


class ContractType(pandas_engine.DataType):
    """The Arrow type of a field. Text passes here: it is a column whose bad cells G4.type has named."""

    def __init__(self, field_type: str) -> None:
        # Not super().__init__: it warns that Arrow types are not guaranteed, which is what this class takes care of.
        object.__setattr__(self, "type", pd.ArrowDtype(arrow.arrow_type(field_type)))

    def check(self, pandera_dtype: Any, data_container: Any = None) -> bool:
        found = getattr(data_container, "dtype", None)
        return found in (self.type, pd.ArrowDtype(pyarrow.string()))

    def coerce(self, data_container: Any) -> Any:
        """Nothing: the schema's parser has coerced the whole frame in one go."""
        return data_container

    def __str__(self) -> str:
        return str(self.type)


class ContractCheck(pa.Check):
    """A check that reports the rows that fail by label only: `check_output` has all, `failure_cases` the first few."""

    def __init__(self, rule: RuleText, passes: Callable[[Any], np.ndarray], raise_warning: bool = False) -> None:
        super().__init__(
            passes,
            name=rule.rule_id,
            error=f"{rule.rule_id}: {rule.message}",
            raise_warning=raise_warning,
            ignore_na=False,  # rows by label, no values: there is no null to leave out
        )
        self.rule = rule

    def __call__(self, check_obj: Any, column: str | None = None) -> CheckResult:
        checked = check_obj if column is None else check_obj[column]
        passed = self._check_fn(checked)
        if passed.all():
            return CheckResult(passed, True, check_obj, None)
        if self.raise_warning:
            return CheckResult(False, False, check_obj, None)
        output = pd.Series(passed, index=checked.index)
        labels = output.index[~passed][:SHOWN]
        cases = pd.DataFrame({"column": self.rule.column, "index": labels, "failure_case": WITHHELD})
        return CheckResult(output, False, check_obj, cases)


def _parse(source: Source, names: Collection[str], frame: pd.DataFrame) -> pd.DataFrame:
    """The frame under field names, with the contract's columns typed; a column with a cell that is not of its type
    becomes clean text."""
    frame = with_field_names(source, names, frame)
    fields = {source.by_name[name]: frame[name] for name in names if name in frame.columns}
    coerced = arrow.coerce_columns(fields)
    return frame.assign(
        **{
            name: arrow.to_series(typed if text is None else text, frame.index, name)
            for name, (typed, text) in coerced.items()
        }
    )


def _column(field: Field, severities: Collection[str], warn: bool) -> pa.Column:
    checks = [
        ContractCheck(
            rule,
            partial(VALUE_CHECKS[rule.rule_id], field),
            raise_warning=warn and rule.severity == "warning",
        )
        for rule in messages.value_rules(field)
        if rule.rule_id in VALUE_CHECKS and rule.severity in severities
    ]
    is_needed = "error" in severities and field.required
    return Column(
        ContractType(field.type),
        checks=checks,
        nullable=not is_needed,
        required=is_needed,
        name=field.name,
        description=field.description,
        metadata={"pii": field.pii, "sql_type": field.sql_type, "requirement": field.requirement},
    )


def _schema(
    source: Source,
    fields: Iterable[Field],
    rules: Iterable[RowRule],
    severities: Collection[str] = (),
    warn: bool = False,
) -> pa.DataFrameSchema:
    """The value rules of these severities and the given rules; with `warn`, warnings only warn."""
    fields, rules = list(fields), list(rules)
    between_rows = FileRules(source, [rule for rule in rules if rule.over_file])
    checks = [
        ContractCheck(
            messages.describe(source, rule.id),
            partial(between_rows.holds, rule) if rule.over_file else partial(row_rule_holds, source, rule),
            raise_warning=warn and rule.severity == "warning",
        )
        for rule in rules
    ]
    return DataFrameSchema(
        {field.name: _column(field, severities, warn) for field in fields},
        checks=checks,
        parsers=pa.Parser(partial(_parse, source, [field.name for field in fields])),
        name=source.name,
        title=source.title,
        description=source.description,
    )


def pandera_schema(source: str | Source, severity: str | None = None) -> pa.DataFrameSchema:
    """The schema of a source.

    severity None: errors fail, warnings warn. 'error': only the errors. 'warning': only the warnings, and they fail, so
    that a caller can locate the rows. 'every': errors and warnings, and all of them fail: one look instead of two.
    Headings may be the agency's; the frame leaves under field names, and columns nobody knows pass.
    """
    if severity not in (None, "error", "warning", "every"):
        raise ContractError(f"severity is {severity!r}; it must be None, 'error', 'warning' or 'every'.")
    return _whole_schema(as_source(source), severity)


@cache
def _whole_schema(source: Source, severity: str | None) -> pa.DataFrameSchema:
    severities = SEVERITIES if severity in (None, "every") else (severity,)
    rules = [rule for rule in source.logic_rules if rule.severity in severities]
    return _schema(source, source.fields, rules, severities, warn=severity is None)


def column_schema(source: str | Source, field: str) -> pa.DataFrameSchema:
    """The value rules of one field, over a frame with that one column: the same checks as in pandera_schema."""
    return _column_schema(as_source(source), field)


@cache
def _column_schema(source: Source, field: str) -> pa.DataFrameSchema:
    return _schema(source, [source.by_name[field]], [], SEVERITIES)


def rule_schema(source: str | Source, rule: str) -> pa.DataFrameSchema:
    """One row or file rule as a hard check, over a frame with the rule's columns (and context).

    For a row rule distinct tuples suffice; a file rule needs all rows.
    """
    return _rule_schema(as_source(source), rule)


@cache
def _rule_schema(source: Source, rule: str) -> pa.DataFrameSchema:
    one = source.rules_by_id[rule]
    fields = [source.by_name[name] for name in one.columns]
    return _schema(source, fields, [one])


@dataclass(frozen=True, eq=False)
class Finding:
    """One broken rule: the labels of the rows that break it. `rows` is None for the whole file (a missing column)."""

    rule_id: str
    severity: str
    column: str
    rows: pd.Index | None
    message: str
    fix: str


def findings_from_schema_errors(source: str | Source, errors: SchemaErrors) -> list[Finding]:
    """What pandera found, by rule and column and in the contract's order, without any value.

    Raises ContractError when pandera reports something no rule of the contract stands for: a check that crashed.
    """
    contract = as_source(source)
    order = {(rule.rule_id, rule.column): number for number, rule in enumerate(messages.rules(contract))}
    findings = []
    for error in errors.schema_errors:
        if error.reason_code == SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME:
            column = str(error.failure_cases)
            fix = f"Add the column {column} (or one of its other headings) to the file."
            findings.append(Finding("G3.missing_column", "error", column, None, f"the column {column} is missing", fix))
            continue
        if error.reason_code == SchemaErrorReason.DUPLICATE_COLUMN_LABELS:
            column = str(error.failure_cases)
            wrong, fix = f"{column} is there in more than one column", "Keep one of the columns."
            findings.append(Finding("G3.repeated_column", "error", column, None, wrong, fix))
            continue
        if isinstance(error.check, ContractCheck) and isinstance(error.check_output, pd.Series):
            rule = error.check.rule
            rows = error.check_output.index[~error.check_output]
        elif error.reason_code == SchemaErrorReason.SERIES_CONTAINS_NULLS:
            rule = messages.describe(contract, "G4.required", error.schema.name)
            rows = pd.Index(error.failure_cases["index"])
        else:
            raise ContractError(
                f"{contract.name}: the check {error.check} could not be run ({error.reason_code})."
            ) from None
        findings.append(Finding(rule.rule_id, rule.severity, rule.column, rows, rule.message, rule.fix))
    return sorted(findings, key=lambda finding: order.get((finding.rule_id, finding.column), -1))


def validate(source: str | Source, frame: pd.DataFrame) -> tuple[pd.DataFrame | None, list[Finding]]:
    """Check a frame against all rules: the coerced frame (None when an error was found) and every finding."""
    try:
        return pandera_schema(source, "every").validate(frame, lazy=True), []
    except SchemaErrors as errors:
        findings = findings_from_schema_errors(source, errors)
        findings.sort(key=lambda finding: SEVERITIES.index(finding.severity))
        return (None if findings[0].severity == "error" else errors.data), findings
