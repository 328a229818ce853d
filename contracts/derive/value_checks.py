"""The value rules of a field over a whole column: which cells pass. One function per rule id.

Belongs here: the verdict on cells. Does not: pandera, rules between columns, what a rule says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.compute as pc

from contracts import messages
from contracts.derive import arrow
from contracts.model import MULTI_SEPARATOR, PERSON_NUMBER, SHORTENED, STRANGE, Field, Source


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


def _unless(values: pyarrow.ChunkedArray, may: Any, is_wrong: Callable[[Any], Any]) -> np.ndarray:
    """The rows that pass: `is_wrong` is asked of those only that a cheap look, `may`, does not clear."""
    passed = np.ones(len(values), dtype=bool)
    asked = np.flatnonzero(pc.fill_null(may, False).to_numpy())
    if len(asked):
        passed[asked] = ~is_wrong(values.take(pyarrow.array(asked))).to_numpy()
    return passed


def _is_not_shortened(field: Field, series: pd.Series) -> np.ndarray:
    values = arrow.typed_column(field, series)
    form = f"^(?:{SHORTENED})$"
    return _unless(values, pc.match_substring(values, "+"), lambda some: pc.match_substring_regex(some, form))


def _is_plain(field: Field, series: pd.Series) -> np.ndarray:
    values = arrow.typed_column(field, series)
    may = pc.invert(pc.string_is_ascii(values))
    return _unless(values, may, lambda some: pc.match_substring_regex(some, STRANGE))


def _is_no_person_number(field: Field, series: pd.Series) -> np.ndarray:
    values = arrow.typed_column(field, series)
    return _unless(values, pc.match_substring(values, "-"), lambda some: pc.match_substring_regex(some, PERSON_NUMBER))


def _is_no_placeholder(field: Field, series: pd.Series) -> np.ndarray:
    values = arrow.typed_column(field, series)
    may = pc.less_equal(pc.binary_length(values), max(map(len, field.placeholders)))
    words = pyarrow.array(field.placeholders)
    return _unless(values, may, lambda some: pc.is_in(pc.utf8_upper(some), words))


VALUE_CHECKS = {
    "G4.type": _is_typed,
    "G4.code": _is_code,
    "G4.pattern": _matches,
    "G4.range": _in_range,
    "G4.shortened": _is_not_shortened,
    "G4.characters": _is_plain,
    "G4.person_number": _is_no_person_number,
    "G4.placeholder": _is_no_placeholder,
}


def in_order(source: Source, frame: pd.DataFrame) -> np.ndarray:
    """The rows that break no value rule (warnings aside), in the columns the frame has."""
    passed = np.ones(len(frame), dtype=bool)
    for field in source.fields:
        if field.name not in frame.columns:
            continue
        series = frame[field.name]
        for rule in messages.value_rules(field):
            if rule.severity == "warning":
                continue
            if rule.rule_id in VALUE_CHECKS:
                passed &= VALUE_CHECKS[rule.rule_id](field, series)
            else:
                passed &= arrow.typed_column(field, series).is_valid().to_numpy()
    return passed
