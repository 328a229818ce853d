"""pandera schemas of a contract: types, nulls, codes, patterns, ranges and row rules, and nothing else.

Belongs here: turning a Source into pandera (0.35, pandas backend) and pandera's errors into findings. Does not: keys,
duplicates and rules over several files (the gate's), history (the batch profile's).

The frame may be text, as `pd.read_csv(path, dtype=str, keep_default_na=False)` gives it, or typed (Arrow-backed or
numpy). It leaves coerced: string, int32, decimal128(14, 2) and date32, all Arrow-backed; date32 compares as integers
and has no time of day to go wrong. A column with a cell that is not of its type stays text, and G4.type names the row.
Row rules see null in place of such a cell. `_extract_date`, `_amend_mode` and `_period_to` are read from the frame, if
there.

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
import pyarrow.compute as pc
from pandera.api.base.checks import CheckResult
from pandera.engines import pandas_engine
from pandera.errors import SchemaErrorReason, SchemaErrors

from contracts import messages
from contracts.derive import arrow
from contracts.derive.casting import evaluate
from contracts.errors import ContractError
from contracts.messages import RuleText
from contracts.model import CONTEXT_COLUMNS, MULTI_SEPARATOR, Field, RowRule, Source
from contracts.registry import load

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN = 10
"""Rows in pandera's own failure_cases, per rule: it joins them all into one message. Findings have every row."""

WITHHELD = "(value not shown)"

CONTEXT_TYPES = {"DATE": pyarrow.date32(), "VARCHAR": pyarrow.string()}


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
            passes, name=rule.rule_id, error=f"{rule.rule_id}: {rule.message}", raise_warning=raise_warning
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


def _is_typed(field: Field, series: pd.Series) -> np.ndarray:
    if series.dtype == pd.ArrowDtype(arrow.arrow_type(field.type)):
        return np.ones(len(series), dtype=bool)
    return arrow.typed_column(field, series).is_valid().to_numpy() | series.isna().to_numpy(dtype=bool)


def _is_code(field: Field, series: pd.Series) -> np.ndarray:
    assert field.code_list is not None
    codes = pyarrow.array(field.code_list.codes)
    values = arrow.typed_column(field, series)
    if not field.multi:
        return arrow.as_bools(pc.or_kleene(pc.is_in(values, codes), pc.is_null(values)))
    known = set(field.code_list.codes)
    distinct = [value for value in values.unique().to_pylist() if value is not None]
    good = [value for value in distinct if known.issuperset(value.split(MULTI_SEPARATOR))]
    return arrow.as_bools(pc.or_kleene(pc.is_in(values, pyarrow.array(good, pyarrow.string())), pc.is_null(values)))


def _matches(field: Field, series: pd.Series) -> np.ndarray:
    return arrow.as_bools(pc.match_substring_regex(arrow.typed_column(field, series), f"^(?:{field.pattern})$"))


def _in_range(field: Field, series: pd.Series) -> np.ndarray:
    values = arrow.typed_column(field, series)
    wanted = arrow.arrow_type(field.type)
    passed = np.ones(len(series), dtype=bool)
    for limit, compare in ((field.minimum, pc.greater_equal), (field.maximum, pc.less_equal)):
        if limit is not None:
            passed &= arrow.as_bools(compare(values, pyarrow.scalar(limit).cast(wanted)))
    return passed


VALUE_CHECKS = {"G4.type": _is_typed, "G4.code": _is_code, "G4.pattern": _matches, "G4.range": _in_range}


def _rule_table(source: Source, rule: RowRule, frame: pd.DataFrame) -> pyarrow.Table:
    """The typed columns of one rule; a column the frame lacks is all null."""
    columns = {}
    for name in rule.columns:
        field = source.by_name[name]
        if name in frame.columns:
            columns[name] = arrow.typed_column(field, frame[name])
        else:
            columns[name] = pyarrow.nulls(len(frame), arrow.arrow_type(field.type))
    for name in rule.context:
        wanted = CONTEXT_TYPES[CONTEXT_COLUMNS[name]]
        known = name in frame.columns
        columns[name] = arrow.to_arrow(frame[name]).cast(wanted) if known else pyarrow.nulls(len(frame), wanted)
    return pyarrow.table(columns)


def _holds(source: Source, rule: RowRule, frame: pd.DataFrame) -> np.ndarray:
    if frame.empty:
        return np.ones(0, dtype=bool)
    return arrow.as_bools(evaluate([rule.passes_sql], _rule_table(source, rule, frame)).column(0))


def _coerce(source: Source, names: Iterable[str], frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the contract's columns typed; a column with a cell that is not of its type becomes clean text."""
    fields = {source.by_name[name]: frame[name] for name in names if name in frame.columns}
    coerced = arrow.coerce_columns(fields)
    return frame.assign(
        **{
            name: arrow.to_series(typed if text is None else text, frame.index, name)
            for name, (typed, text) in coerced.items()
        }
    )


def _column(field: Field, with_checks: bool) -> pa.Column:
    checks = []
    for rule in messages.value_rules(field) if with_checks else []:
        if rule.rule_id in VALUE_CHECKS:
            checks.append(ContractCheck(rule, partial(VALUE_CHECKS[rule.rule_id], field)))
    return pa.Column(
        ContractType(field.type),
        checks=checks,
        nullable=not (with_checks and field.required),
        required=with_checks and field.required,
        name=field.name,
        description=field.description,
        metadata={"pii": field.pii, "sql_type": field.sql_type, "requirement": field.requirement},
    )


def _schema(
    source: Source, fields: Iterable[Field], rules: Iterable[RowRule], with_checks: bool, warn: bool
) -> pa.DataFrameSchema:
    fields = list(fields)
    checks = [
        ContractCheck(
            messages.describe(source.name, rule.id),
            partial(_holds, source, rule),
            raise_warning=warn and rule.severity == "warning",
        )
        for rule in rules
    ]
    return pa.DataFrameSchema(
        {field.name: _column(field, with_checks) for field in fields},
        checks=checks,
        parsers=pa.Parser(partial(_coerce, source, [field.name for field in fields])),
        name=source.name,
        title=source.title,
        description=source.description,
    )


@cache
def pandera_schema(source: str, severity: str | None = None) -> pa.DataFrameSchema:
    """The schema of a source.

    severity None: errors fail, warnings warn. 'error': only the errors. 'warning': only the warnings, and they fail, so
    that a caller can locate the rows. Headings must be canonical (contracts.canonical_columns); other columns pass.
    """
    contract = load(source)
    if severity not in (None, "error", "warning"):
        raise ContractError(f"severity is {severity!r}; it must be None, 'error' or 'warning'.")
    rules = [rule for rule in contract.row_rules if severity in (None, rule.severity)]
    return _schema(contract, contract.fields, rules, with_checks=severity != "warning", warn=severity is None)


@cache
def column_schema(source: str, field: str) -> pa.DataFrameSchema:
    """The value rules of one field, over a frame with that one column: the same checks as in pandera_schema."""
    contract = load(source)
    return _schema(contract, [contract.by_name[field]], [], with_checks=True, warn=False)


@cache
def rule_schema(source: str, rule: str) -> pa.DataFrameSchema:
    """One row rule as a hard check, over a frame with the rule's columns (and context): distinct tuples suffice."""
    contract = load(source)
    one = contract.rules_by_id[rule]
    fields = [contract.by_name[name] for name in one.columns]
    return _schema(contract, fields, [one], with_checks=False, warn=False)


@dataclass(frozen=True, eq=False)
class Finding:
    """One broken rule: the labels of the rows that break it. `rows` is None for the whole file (a missing column)."""

    rule_id: str
    severity: str
    column: str
    rows: pd.Index | None
    message: str
    fix: str


def findings_from_schema_errors(source: str, errors: SchemaErrors) -> list[Finding]:
    """What pandera found, by rule and column and in the contract's order, without any value.

    Raises ContractError when pandera reports something no rule of the contract stands for: a check that crashed.
    """
    order = {(rule.rule_id, rule.column): number for number, rule in enumerate(messages.rules(source))}
    findings = []
    for error in errors.schema_errors:
        if error.reason_code == SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME:
            column = str(error.failure_cases)
            fix = f"Add the column {column} (or one of its other headings) to the file."
            findings.append(Finding("G3.column", "error", column, None, f"the column {column} is missing", fix))
            continue
        if isinstance(error.check, ContractCheck) and isinstance(error.check_output, pd.Series):
            rule = error.check.rule
            rows = error.check_output.index[~error.check_output]
        elif error.reason_code == SchemaErrorReason.SERIES_CONTAINS_NULLS:
            rule = messages.describe(source, "G4.required", error.schema.name)
            rows = pd.Index(error.failure_cases["index"])
        else:
            raise ContractError(f"{source}: the check {error.check} could not be run ({error.reason_code}).") from None
        findings.append(Finding(rule.rule_id, rule.severity, rule.column, rows, rule.message, rule.fix))
    return sorted(findings, key=lambda finding: order.get((finding.rule_id, finding.column), -1))


def validate(source: str, frame: pd.DataFrame) -> tuple[pd.DataFrame | None, list[Finding]]:
    """Check a frame against all rules: the coerced frame (None when an error was found) and every finding."""
    findings: list[Finding] = []
    coerced = None
    try:
        coerced = pandera_schema(source, "error").validate(frame, lazy=True)
    except SchemaErrors as errors:
        findings += findings_from_schema_errors(source, errors)
    try:
        pandera_schema(source, "warning").validate(frame, lazy=True)
    except SchemaErrors as errors:
        findings += findings_from_schema_errors(source, errors)
    return coerced, findings
