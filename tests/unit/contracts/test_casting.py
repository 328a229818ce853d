"""Text to typed values: the DuckDB expressions, and that Arrow does the same for codes and text."""

from __future__ import annotations

import csv
import datetime
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import contracts
from contracts.codes import CODES_DIR
from contracts.derive.arrow import coerce_columns
from contracts.derive.casting import cast_sql, evaluate
from contracts.expand import expand
from contracts.model import Field

FIELDS = {
    "date": contracts.load("ui_wage").by_name["received_date"],
    "integer": contracts.load("ui_wage").by_name["wage_year"],
    "decimal": contracts.load("ui_wage").by_name["wage_usd"],
    "code": contracts.load("cthires_service").by_name["service_code"],
    "multi": contracts.load("adult_ed").by_name["adult_ed_program_type"],
    "text": contracts.load("ui_wage").by_name["last_name"],
}
D = Decimal
CASES = {
    "date": {
        "2024-02-29": datetime.date(2024, 2, 29),
        "20240229": datetime.date(2024, 2, 29),
        " 2023-01-05 ": datetime.date(2023, 1, 5),
        "2023-02-29": None,
        "20231301": None,
        "2023-1-5": None,
        "2023/01/05": None,
        "01/05/2023": None,
        "2023-01-05 00:00": None,
        "0000-00-00": None,
        "45031": None,
        "": None,
        "  ": None,
    },
    "integer": {
        "7": 7,
        " 007 ": 7,
        "-3": -3,
        "+3": 3,
        "2147483647": 2147483647,
        "2147483648": None,
        "1.0": None,
        "1e3": None,
        "0x1": None,
        "1_000": None,
        "": None,
    },
    "decimal": {
        "1": D("1.00"),
        "1.": D("1.00"),
        ".5": D("0.50"),
        "-0.01": D("-0.01"),
        "1.500": D("1.50"),
        "1.555": None,
        "999999999999.99": D("999999999999.99"),
        "1000000000000": None,
        "1,000": None,
        "$5": None,
        "1e2": None,
        "NaN": None,
        "inf": None,
        "5-": None,
        "": None,
    },
    "code": {
        "training": "TRAINING",
        "Individualized": "INDIVIDUALISED",
        "FOLLOW-UP": "FOLLOW_UP",
        " 301 ": "301",
        "~": "~",
        "": None,
    },
    "multi": {"abe": "ABE", "ABE;ela": "ABE;ESL", "abe | Workplace": "ABE;WORKPLACE", "ABE;;XX": "ABE;;XX", "": None},
    "text": {" O'Neil ": "O'Neil", "": None, "  ": None, "NULL": "NULL", "NA": "NA", "Núñez": "Núñez"},
}


@pytest.mark.parametrize("kind", CASES)
def test_text_is_cast_as_the_contract_says(kind: str) -> None:
    table = pa.table({"x": list(CASES[kind])})
    assert evaluate([cast_sql(FIELDS[kind], "x")], table).column(0).to_pylist() == list(CASES[kind].values())


@pytest.mark.parametrize("kind", CASES)
def test_frames_are_coerced_as_the_expression_does(kind: str) -> None:
    field: Field = FIELDS[kind]
    series = pd.Series([*CASES[kind], None], dtype="str", name=field.name)
    typed, text = coerce_columns({field: series})[field.name]
    assert typed.to_pylist() == [*CASES[kind].values(), None]
    if field.type in ("date", "integer", "decimal"):
        assert text.to_pylist() == [value.strip() or None for value in CASES[kind]] + [None]


def test_every_spelling_of_every_code_is_cast_to_its_code() -> None:
    fields = {field.codes: field for source in contracts.sources().values() for field in source.fields if field.codes}
    for field in fields.values():
        spellings = field.code_list.spellings
        table = pa.table({"x": [f" {name.lower()} " for name in spellings]})
        assert evaluate([cast_sql(field, "x")], table).column(0).to_pylist() == list(spellings.values())


def test_a_dated_table_gives_the_value_in_force_on_each_day() -> None:
    with (CODES_DIR / "ref_minimum_wage.csv").open(encoding="utf-8") as handle:
        steps = [(datetime.date.fromisoformat(day), D(value)) for day, value in list(csv.reader(handle))[1:]]
    days = [day + datetime.timedelta(days=shift) for day, _ in steps for shift in (-1, 0, 1)] + [None]

    def in_force(day: datetime.date | None) -> Decimal | None:
        return next((value for start, value in reversed(steps) if day and start <= day), None)

    found = evaluate([expand("${step:minimum_wage:day}", "test")], pa.table({"day": pa.array(days, pa.date32())}))
    assert found.column(0).to_pylist() == [in_force(day) for day in days]


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
SPELLED = st.sampled_from([*FIELDS["multi"].code_list.spellings, "x", ""])
JOINED = st.lists(st.tuples(st.sampled_from(["", " "]), SPELLED), max_size=4).map(
    lambda parts: "|".join(blank + word.lower() + blank for blank, word in parts)
)


@example(["\u00a0abe", "\tabe ", "abe\u3000", "e\u017fl", "stra\u00dfe", "\n", " \n "])
@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(TEXT, JOINED, st.none()), min_size=1, max_size=20))
def test_arrow_and_duckdb_agree_on_any_text(values: list[str | None]) -> None:
    table = pa.table({"x": pa.array(values, pa.string())})
    for kind in ("text", "code", "multi"):
        typed, _ = coerce_columns({FIELDS[kind]: pd.Series(values, dtype=pd.ArrowDtype(pa.string()))})[
            FIELDS[kind].name
        ]
        assert typed.to_pylist() == evaluate([cast_sql(FIELDS[kind], "x")], table).column(0).to_pylist(), kind
