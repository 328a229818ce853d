"""What spreadsheets and databases write for a value is a finding in every field of every contract, never another value.

Each odd spelling is tried in every field, once where several sources say the same of it; what is not held against the
cell must have been read as exactly what it says.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

import contracts
from contracts.derive.arrow import typed_column
from contracts.derive.value_checks import VALUE_CHECKS
from contracts.messages import value_rules
from contracts.model import PLACEHOLDERS, Field

NUMBERS = [
    "1,234", "1,234.50", "1.234,50", "1 234", "1_234", "1'234", "(123.45)", "123.45-", "-$5", "$5", "5 USD", "€5",
    "50%", "1.23457E+08", "1e5", "1E-2", "0x10", "12345.678", "１２３", "٣٤", "1\u00a0234", "\u00a012", "12\u200b",
    "−5", "5.", "+5", "++5", "--5", "5..0", ".", "-", "inf", "Infinity", "-inf", "1/2", "=1+1", "'5", '"5"', "TRUE",
    "Ⅳ", "²",
]  # fmt: skip
DATES = [
    "2023-1-5", "20230105.0", "45031", "45031.0", "2023-01-05 00:00:00", "2023-01-05T00:00:00Z", "01/05/2023",
    "05.01.2023", "5-Jan-23", "Jan 5, 2023", "2023/01/05", "230105", "2023-02-30", "20230230", "2023-13-01",
    "0000-00-00", "00000000", "9999-12-31", "1899-12-31", "２０２３-０１-０５", "2023-01-05\u200b", "2023–01–05",
    "2023-01-05 (BC)", "today", "infinity", "epoch", "2023Q1", "12:30",
]  # fmt: skip
NOTHING = [*PLACEHOLDERS, "null", "NaN", "nan", "n/a", "#n/a", "None", " NULL ", " - "]
MEANT = {"5.": "5", "+5": "5"}
"""Plain ways to write a number that are read as that number."""


FIELDS = {
    repr(replace(field, description="", aliases=(), example="")): field
    for source in contracts.sources().values()
    for field in source.fields
}.values()


def unfound(kinds: set[str], odd: list[str]) -> list[tuple[Field, str, object]]:
    """Field, spelling, and what it was read as, for each spelling that no value rule is held against."""
    left = []
    series = pd.Series(odd, dtype="str")
    for field in FIELDS:
        if field.type not in kinds:
            continue
        ids = {rule.rule_id for rule in value_rules(field)} & VALUE_CHECKS.keys()
        passed = np.logical_and.reduce([VALUE_CHECKS[rule_id](field, series) for rule_id in sorted(ids)])
        values = typed_column(field, series).to_pylist()
        left += [(field, odd[place], values[place]) for place in np.flatnonzero(passed)]
    return left


def test_an_odd_number_is_found_or_is_that_number() -> None:
    for field, text, value in unfound({"integer", "decimal"}, NUMBERS):
        assert text in MEANT, (field.name, text)
        assert float(str(value)) == float(MEANT[text]), (field.name, text)


def test_an_odd_date_is_found() -> None:
    assert [(field.name, text) for field, text, _ in unfound({"date"}, DATES)] == []


def test_a_word_for_nothing_is_found_and_no_blank() -> None:
    for field, text, value in unfound({"integer", "decimal", "date", "code", "text"}, NOTHING):
        is_code = field.code_list is not None and field.code_list.canonical(text) is not None
        is_somebody = field.name.endswith("_name") and text.strip().upper() in ("NULL", "NAN", "NONE")
        assert is_code or is_somebody, (field.name, text)
        assert isinstance(value, str) and value, (field.name, text)


def test_a_number_that_a_spreadsheet_shortened_is_found_in_text_and_codes_too() -> None:
    left = unfound({"text", "code"}, ["1.23457E+08", "2.19E+08", "4.10027e+05", " 2E+8 "])
    assert [(field.name, text) for field, text, _ in left] == []


def test_full_width_digits_and_hidden_characters_are_found_in_text_and_codes() -> None:
    odd = ["０６１０６", "０１", "1\u200b", "\u202eA", "\ufeff06106", "A\u200dB", "Ａ"]
    assert [(field.name, text) for field, text, _ in unfound({"text", "code"}, odd)] == []
