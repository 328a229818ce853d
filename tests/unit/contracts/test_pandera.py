"""The pandera schemas: text and typed frames alike, severities, and no value in anything that is raised or warned."""

from __future__ import annotations

import datetime
import random
import warnings
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pandera.errors
import pyarrow as pa
import pytest
from pandera.backends.pandas.base import PandasSchemaBackend
from pandera.backends.pandas.error_formatters import consolidate_failure_cases

import contracts
from tests.unit.contracts.rows import broken, example, frame, typed

SOURCES = contracts.source_names()


@pytest.mark.parametrize("source", SOURCES)
def test_text_and_typed_frames_are_coerced_alike(source: str) -> None:
    text = frame(source, {})
    from_text, none = contracts.validate(source, text)
    from_types, none_either = contracts.validate(source, typed(source, text))
    assert none == none_either == []
    pd.testing.assert_frame_equal(from_text[list(example(source))], from_types[list(example(source))])
    wanted = {
        "text": "string",
        "code": "string",
        "integer": "int32",
        "decimal": "decimal128(14, 2)",
        "date": "date32[day]",
    }
    for field in contracts.load(source).fields:
        assert str(from_text[field.name].dtype) == f"{wanted[field.type]}[pyarrow]"


@pytest.mark.parametrize("source", SOURCES)
def test_text_and_typed_frames_have_the_same_findings(source: str) -> None:
    contract = contracts.load(source)
    changes = [{field.name: ""} for field in contract.fields]
    changes += [{field.name: "~"} for field in contract.fields if field.type in ("code", "text")]
    text = frame(source, *changes)
    assert broken(contracts.validate(source, text)[1]) == broken(contracts.validate(source, typed(source, text))[1])


def test_numpy_and_object_frames_are_accepted() -> None:
    text = frame("ui_wage", {"wage_usd": "300000"}, {})
    numpy_typed = text.assign(
        wage_year=[2023, 2023],
        wage_quarter_number=[1.0, 1.0],
        filing_seq=pd.array([1, 1], dtype="Int64"),
        wage_usd=pd.Series([Decimal("300000"), Decimal("7250.25")], dtype=object),
        received_date=pd.to_datetime(["2023-04-28", "2023-04-28"]),
    )
    coerced, findings = contracts.validate("ui_wage", numpy_typed)
    assert broken(findings) == {("wage_outlier", "wage_usd", 0)}
    assert coerced["received_date"].tolist() == [datetime.date(2023, 4, 28)] * 2
    assert coerced["wage_usd"].tolist() == [Decimal("300000.00"), Decimal("7250.25")]


def test_numbers_that_would_lose_something_are_a_type_error() -> None:
    days = pd.to_datetime(["2023-04-28 13:00", "2023-04-28 00:00"])
    data = frame("ui_wage", {}, {}).assign(wage_quarter_number=[1.5, 1.0], received_date=days, wage_usd=[0.125, 0.1])
    found = broken(contracts.validate("ui_wage", data)[1])
    assert found == {("G4.type", name, 0) for name in ("wage_quarter_number", "received_date", "wage_usd")}


def test_agency_headings_are_renamed_before_validation() -> None:
    received = {"SSN": "219099999", "Last Name": "Ferreira", "first-initial": "A", "YEAR": "2023", "quarter": "1"}
    received |= {"Wage": "1", "EAN": "0000410027", "Filing_Seq": "1", "ACTION": "orig", "received date": "20230428"}
    data = pd.DataFrame([received], dtype="str")
    renamed = data.rename(columns=contracts.canonical_columns("ui_wage", data.columns))
    for frame_of_agency in (data, renamed):
        coerced, findings = contracts.validate("ui_wage", frame_of_agency)
        assert findings == []
        assert coerced.loc[0, "wage_action"] == "ORIG"
    assert list(data.columns) == list(received)


def test_the_schema_itself_takes_a_file_as_the_agency_reads_it(tmp_path: Path) -> None:
    """Every source: its example row under its last other heading, upper case, columns reversed, one nobody knows."""
    for source in SOURCES:
        contract = contracts.load(source)
        headings = [(field.aliases or (field.name,))[-1].upper() for field in reversed(contract.fields)]
        path = tmp_path / f"{source}.csv"
        values = [[field.example, ""][field.example == ""] for field in reversed(contract.fields)]
        pd.DataFrame([[*values, "x"]], columns=[*headings, "Remarks"], dtype="str").to_csv(path, index=False)
        data = pd.read_csv(path, dtype=str, keep_default_na=False)
        coerced = contracts.pandera_schema(source, "error").validate(data, lazy=True)
        assert set(coerced.columns) == {*contract.field_names, "Remarks"}


def test_two_columns_for_one_field_are_a_finding_and_none_is_chosen() -> None:
    data = frame("ui_wage", {}).assign(Wage="1")
    coerced, findings = contracts.validate("ui_wage", data)
    assert coerced is None
    assert {(one.rule_id, one.column, one.rows) for one in findings} == {("G3.repeated_column", "wage_usd", None)}
    twice = pd.concat([frame("ui_wage", {}), frame("ui_wage", {})[["ssn"]]], axis=1)
    assert {one.column for one in contracts.validate("ui_wage", twice)[1]} == {"ssn"}


@pytest.mark.parametrize("lazy", [True, False])
@pytest.mark.parametrize("source", SOURCES)
def test_headings_that_are_values_are_not_printed(source: str, lazy: bool) -> None:
    """A file without a header: its first row becomes the headings, persons and all."""
    canary = [f"Zyx{number}canary" for number in range(5)]
    data = pd.DataFrame([canary], columns=canary, dtype="str")
    with pytest.raises((pandera.errors.SchemaErrors, pandera.errors.SchemaError)) as raised:
        contracts.pandera_schema(source, "error").validate(data, lazy=lazy)
    texts = [str(raised.value), repr(raised.value)]
    if lazy:
        found = contracts.findings_from_schema_errors(source, raised.value)
        assert {one.rule_id for one in found} == {"G3.missing_column"}
        texts += [str(found), raised.value.failure_cases.to_csv()]
    assert not [text for text in texts if "canary" in text]


def test_codes_become_canonical_and_keep_unknown_ones_for_the_finding() -> None:
    data = frame(
        "adult_ed", {"sex": "f", "adult_ed_program_type": "ela | Workplace"}, {"adult_ed_program_type": "ESL;XX"}
    )
    schema = contracts.pandera_schema("adult_ed", "warning")
    coerced = schema.validate(data, lazy=True)
    assert coerced.loc[0, "sex"] == "2"
    assert coerced["adult_ed_program_type"].tolist() == ["ESL;WORKPLACE", "ESL;XX"]
    assert broken(contracts.validate("adult_ed", data)[1]) == {("G4.code", "adult_ed_program_type", 1)}


def test_a_source_accepts_only_the_programmes_of_its_system() -> None:
    found = broken(contracts.validate("cthires_service", frame("cthires_service", {"program_code": "ADULT_ED"}))[1])
    assert found == {("G4.code", "program_code", 0)}


def test_missing_required_column_is_one_finding_for_the_file() -> None:
    _, findings = contracts.validate("ui_wage", frame("ui_wage", {}).drop(columns="wage_usd"))
    assert [(finding.rule_id, finding.column, finding.rows) for finding in findings] == [
        ("G3.missing_column", "wage_usd", None)
    ]


def test_absent_optional_columns_and_empty_frames_pass() -> None:
    contract = contracts.load("cthires_participant")
    required = [field.name for field in contract.fields if field.required]
    coerced, findings = contracts.validate(
        "cthires_participant", frame("cthires_participant", {"ssn_status": "9"})[required]
    )
    assert findings == []
    assert len(coerced) == 1
    for source in SOURCES:
        assert contracts.validate(source, frame(source, {}).head(0))[1] == []


def test_severity_decides_what_fails_and_what_warns() -> None:
    outlier = frame("ui_wage", {"wage_usd": "250001"})
    contracts.pandera_schema("ui_wage", "error").validate(outlier, lazy=True)
    with pytest.raises(pandera.errors.SchemaErrors):
        contracts.pandera_schema("ui_wage", "warning").validate(outlier, lazy=True)
    with pytest.warns(pandera.errors.SchemaWarning, match="wage_outlier"):
        contracts.pandera_schema("ui_wage").validate(outlier, lazy=True)
    contracts.pandera_schema("ui_wage", "warning").validate(frame("ui_wage", {"wage_usd": "x"}), lazy=True)
    with pytest.raises(contracts.ContractError):
        contracts.pandera_schema("ui_wage", "fatal")


def test_rules_see_null_where_a_cell_is_not_of_its_type() -> None:
    found = broken(contracts.validate("ui_wage", frame("ui_wage", {"received_date": "soon", "wage_usd": "-1"}))[1])
    assert found == {("G4.type", "received_date", 0), ("wage_negative", "wage_usd, wage_action", 0)}


def test_values_far_out_of_range_do_not_crash_a_rule() -> None:
    found = broken(contracts.validate("ui_wage", frame("ui_wage", {"wage_year": "2147483647"}))[1])
    assert ("G4.range", "wage_year", 0) in found
    assert {row for _, _, row in found} == {0}


def test_the_frame_handed_in_is_not_changed() -> None:
    data = frame("ui_wage", {})
    before = data.copy()
    contracts.validate("ui_wage", data)
    pd.testing.assert_frame_equal(data, before)


@pytest.mark.parametrize("source", SOURCES)
def test_no_value_appears_in_what_pandera_raises_or_warns(source: str) -> None:
    canary = "Zyx7canary"
    contract = contracts.load(source)
    data = frame(source, *({field.name: canary} for field in contract.fields), {"_amend_mode": canary})
    texts = []
    for severity in (None, "error", "warning"):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                contracts.pandera_schema(source, severity).validate(data, lazy=True)
            except pandera.errors.SchemaErrors as errors:
                findings = contracts.findings_from_schema_errors(source, errors)
                texts += [str(errors), repr(errors), errors.failure_cases.to_csv(), str(findings)]
                texts += [str(error) for error in errors.schema_errors]
        texts += [str(warning.message) for warning in caught]
    assert texts
    assert not [text for text in texts if canary.lower() in text.lower()]


@pytest.mark.parametrize("source", SOURCES[::8])
def test_the_table_of_failing_rows_is_panderas_own(source: str) -> None:
    contract = contracts.load(source)
    data = frame(source, *({field.name: value} for field in contract.fields for value in ("", "~")))
    for some in (data, data.drop(columns=[field.name for field in contract.fields if field.required][:2])):
        with pytest.raises(pandera.errors.SchemaErrors) as raised:
            contracts.pandera_schema(source, "every").validate(some, lazy=True)
        wanted = consolidate_failure_cases(raised.value.schema_errors)
        pd.testing.assert_frame_equal(raised.value.failure_cases, wanted, check_dtype=False)
        theirs = PandasSchemaBackend().failure_cases_metadata(source, raised.value.schema_errors)
        assert (raised.value.message, raised.value.error_counts) == (theirs.message, theirs.error_counts)


def test_message_stays_short_however_many_rows_fail() -> None:
    data = pd.DataFrame({"wage_usd": ["x"] * 50_000}, dtype="str")
    with pytest.raises(pandera.errors.SchemaErrors) as raised:
        contracts.column_schema("ui_wage", "wage_usd").validate(data, lazy=True)
    assert len(str(raised.value)) < 2_000
    (finding,) = contracts.findings_from_schema_errors("ui_wage", raised.value)
    assert len(finding.rows) == 50_000


@pytest.mark.parametrize("source", SOURCES)
def test_distinct_values_and_tuples_give_the_findings_of_the_whole_frame(source: str) -> None:
    """Oracle: validate the frame whole; then column by column and rule by rule over what is distinct.

    A file rule looks at every row of the file and has an oracle of its own (test_file_rules).
    """
    contract = contracts.load(source)
    shuffled = random.Random(source)
    changes = []
    for _ in range(120):
        names = shuffled.sample(contract.field_names, 3)
        changes.append({name: shuffled.choice(["", "~", "0", "1", "2022-02-01", "2031-01-01"]) for name in names})
    data = frame(source, *changes)
    over_file = {rule.id for rule in contract.file_rules}
    whole = {found for found in broken(contracts.validate(source, data)[1]) if found[0] not in over_file}
    parts = set()
    for field in contract.fields:
        parts |= _joined_back(contracts.column_schema(source, field.name), data, [field.name], source)
    for rule in contract.row_rules:
        parts |= _joined_back(contracts.rule_schema(source, rule.id), data, [*rule.columns, *rule.context], source)
    assert parts == whole
    assert len({rule for rule, _, _ in whole}) > 3


def _joined_back(schema, data: pd.DataFrame, columns: list[str], source: str) -> set:
    distinct = data[columns].drop_duplicates().reset_index(drop=True)
    try:
        schema.validate(distinct, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        found = set()
        for finding in contracts.findings_from_schema_errors(source, errors):
            bad = distinct.loc[finding.rows].assign(_bad=True)
            hit = data[columns].merge(bad, on=columns, how="left")["_bad"].notna()
            found |= {(finding.rule_id, finding.column, row) for row in data.index[hit.to_numpy()]}
        return found
    return set()


def test_arrow_tables_read_by_others_need_no_copy_of_text() -> None:
    table = pa.table({name: [value] for name, value in example("ui_wage").items()})
    coerced, findings = contracts.validate("ui_wage", table.to_pandas(types_mapper=pd.ArrowDtype))
    assert findings == []
    assert coerced["ean"].tolist() == ["0000410027"]
