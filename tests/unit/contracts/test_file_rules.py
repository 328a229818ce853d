"""Rules between the rows of one file: what they look over, and that the gate gives pandera's verdict on them."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pandera.errors
import pytest

import contracts
import ingest
from contracts.derive.dagster_assets import asset_plan
from contracts.derive.dictionary import source_page
from contracts.model import RowRule, Source
from ingest import checks
from tests.unit.contracts.rows import broken, frame

SQL = {
    "one_name_per_ssn": ("error", ("ssn", "last_name"), "count(distinct last_name) over (partition by ssn) = 1"),
    "wage_grows": (
        "warning",
        ("ssn", "wage_usd"),
        "wage_usd >= max(wage_usd) over (partition by ssn order by _row_no rows between unbounded preceding and 1 "
        "preceding)",
    ),
    "first_is_early": (
        "error",
        ("received_date", "ean"),
        "min(received_date) over (partition by ean) <= _extract_date",
    ),
}


@pytest.fixture
def wages() -> Source:
    """The wage contract with three file rules of its own."""
    rules = tuple(
        RowRule(
            name,
            severity,
            columns,
            sql,
            f"the rows break {name}",
            "Correct them.",
            "test",
            context=("_extract_date",) if "_extract_date" in sql else (),
            over_file=True,
        )
        for name, (severity, columns, sql) in SQL.items()
    )
    return replace(contracts.load("ui_wage"), file_rules=rules)


def rows_of(source: Source, data: pd.DataFrame, rule: str) -> set[object]:
    return {row for found, _, row in broken(contracts.validate(source, data)[1]) if found == rule}


def test_every_row_of_a_window_is_judged_in_the_order_of_the_frame(wages: Source) -> None:
    changes = [{"ssn": "219099999", "wage_usd": wage} for wage in ("5", "7", "6", "7")]
    changes += [{"ssn": "219099998", "wage_usd": "1", "last_name": name} for name in ("Ito", "Ito", "Ido")]
    data = frame("ui_wage", *changes)
    assert rows_of(wages, data, "wage_grows") == {2}
    assert rows_of(wages, data, "one_name_per_ssn") == {4, 5, 6}
    shuffled = data.iloc[[6, 2, 0, 5, 1, 3, 4]]
    assert rows_of(wages, shuffled, "one_name_per_ssn") == {4, 5, 6}
    assert rows_of(wages, shuffled, "wage_grows") == {0}


@pytest.mark.parametrize(
    "spoiled", [{"wage_usd": "much"}, {"filing_seq": ""}, {"naics_code": "6"}, {"wage_year": "1900"}]
)
def test_a_row_with_a_wrong_value_makes_no_other_row_fail(wages: Source, spoiled: dict[str, str]) -> None:
    data = frame("ui_wage", {"last_name": "Ito"}, {"last_name": "Ido", **spoiled}, {"last_name": "Ito"})
    assert rows_of(wages, data, "one_name_per_ssn") == set()
    findings = broken(contracts.validate(wages, data)[1])
    assert {row for _, _, row in findings} == {1}


def test_a_file_rule_may_use_facts_of_the_submission_and_passes_without_them(wages: Source) -> None:
    data = frame("ui_wage", {"received_date": "2024-02-01"}, {"received_date": "2024-02-02"})
    assert rows_of(wages, data, "first_is_early") == {0, 1}
    assert rows_of(wages, data.drop(columns="_extract_date"), "first_is_early") == set()


def test_severity_and_single_rule_schemas_hold_for_file_rules(wages: Source) -> None:
    data = frame("ui_wage", {"wage_usd": "9"}, {"wage_usd": "8"})
    contracts.pandera_schema(wages, "error").validate(data, lazy=True)
    with pytest.warns(pandera.errors.SchemaWarning, match="wage_grows"):
        contracts.pandera_schema(wages).validate(data, lazy=True)
    with pytest.raises(pandera.errors.SchemaErrors) as raised:
        contracts.rule_schema(wages, "wage_grows").validate(data[["ssn", "wage_usd"]], lazy=True)
    assert broken(contracts.findings_from_schema_errors(wages, raised.value)) == {("wage_grows", "ssn, wage_usd", 1)}


def test_empty_frames_pass_file_rules(wages: Source) -> None:
    assert contracts.validate(wages, frame("ui_wage", {}).head(0))[1] == []


def test_a_rule_that_cannot_be_evaluated_says_so_without_a_value(wages: Source) -> None:
    crash = replace(wages.file_rules[0], sql="count(*) over (partition by ssn) > CAST(last_name AS INTEGER)")
    broken_source = replace(wages, file_rules=(crash,))
    data = frame("ui_wage", {"last_name": "Zyxcanary"})
    try:
        contracts.validate(broken_source, data)
    except contracts.ContractError as error:
        assert "Zyxcanary" not in str(error)
    else:
        pytest.fail("the rule was evaluated")


def test_page_and_asset_name_file_rules(wages: Source) -> None:
    page = source_page(wages)
    assert "## File rules" in page
    assert all(name in page for name in SQL)
    assert [check.rule_ids for check in asset_plan(wages).checks if check.name == "ui_wage_file_rules"] == [tuple(SQL)]


@pytest.mark.parametrize("short_file", [10, 50_000], ids=["as a long file", "as a short file"])
@pytest.mark.parametrize("seed", range(3))
def test_the_gate_gives_the_verdict_of_the_whole_frame(
    wages: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, short_file: int, seed: int
) -> None:
    monkeypatch.setattr(checks, "SHORT_FILE", short_file)
    rng = random.Random(seed)
    changes = [
        {
            "ssn": rng.choice(["219099999", "219099998", "219099997", "1"]),
            "last_name": rng.choice(["Ito", "Ito", "Ito", "Ido", ""]),
            "wage_usd": rng.choice(["5", "6", "7", "x", ""]),
            "ean": rng.choice(["0000410027", "0000410028", "4"]),
            "received_date": rng.choice(["2023-05-01", "2023-05-16", "2023-05-17", "soon"]),
            "filing_seq": str(number),
        }
        for number in range(60)
    ]
    data = frame("ui_wage", *changes)
    data.index = pd.RangeIndex(1, len(data) + 1)
    data = data.assign(_extract_date="2023-05-15", _period_to="2023-03-31", _amend_mode="replace")
    path = tmp_path / "dol_ui_wage_2023Q1_20230515_v01.csv"
    data[[name for name in data if not name.startswith("_")]].to_csv(path, index=False)

    expected = {found for found in broken(contracts.validate(wages, data)[1]) if found[0] in SQL}
    findings = ingest.validate_file(path, wages).findings
    assert {(one.rule_id, one.column_name, one.row_no) for one in findings if one.rule_id in SQL} == expected
    assert {rule for rule, _, _ in expected} >= {"one_name_per_ssn", "wage_grows"}


def test_a_row_a_rule_cannot_be_asked_of_has_not_passed() -> None:
    sql = "make_date(wage_year, 2, 29) > date '2000-01-01'"
    source = replace(
        contracts.load("ui_wage"), row_rules=(RowRule("year_fits", "error", ("wage_year",), sql, "m", "f", "test"),)
    )
    data = frame("ui_wage", {"wage_year": "2024"}, {"wage_year": "2023"}, {"wage_year": ""})
    assert rows_of(source, data, "year_fits") == {1}
