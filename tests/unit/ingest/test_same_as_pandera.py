"""The gate checks distinct values; the verdict must be that of pandera over every row of the whole frame."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pandas as pd
import pytest

import contracts
import ingest
from ingest import checks
from tests.support.landing import DEFAULTS
from tests.unit.contracts.rows import example
from tests.unit.ingest.files import land, text

LAYOUT_YEAR = 2022

NASTY = [
    "",
    " ",
    "0",
    "-1",
    "1.005",
    "1e5",
    "99999999999",
    "2023-02-30",
    "20230230",
    "1899-12-31",
    "2100-01-01",
    "x" * 40,
    "n/a",
    " NULL",
    "1.23457E+08",
    "078-05-1120",
    "O\u200bNeil",
    "７７",
    "-",
]


def own_values(source: str, rng: random.Random) -> dict[str, list[str]]:
    """For each field some good, some bad and some odd values."""
    values = {}
    for field in contracts.load(source).fields:
        pool = [*NASTY, field.example, "2023-05-01", "20230501", "7", "250001", "abc"]
        if field.code_list is not None:
            pool += [spelling.lower() for spelling in list(field.code_list.spellings)[:6]] + [
                " " + field.code_list.codes[0]
            ]
        if field.name in ("ssn", "zip"):
            pool += ["12345678", "000112222", "666112222", "900112222", "212001001", "6103", "06103", "111111111"]
        values[field.name] = rng.sample(pool, len(pool))
    return values


def gate_findings(path: Path, source: str) -> set[tuple[str, str, int]]:
    result = ingest.validate_file(path, source)
    rules = {(rule.rule_id, rule.column) for rule in contracts.rules(source)}
    return {
        (finding.rule_id, finding.column_name, finding.row_no)
        for finding in result.findings
        if (finding.rule_id, finding.column_name) in rules
    }


def frame_findings(rows: list[dict[str, str]], source: str) -> set[tuple[str, str, int]]:
    """pandera over the whole text frame, as an agency engineer would do it."""
    frame = pd.DataFrame(rows, dtype=str).rename(columns=contracts.canonical_columns(source, rows[0]))
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    frame["_extract_date"] = pd.Series(["2023-05-15"] * len(frame), index=frame.index)
    frame["_amend_mode"] = "replace"
    frame["_period_to"] = pd.Series(["2023-03-31"] * len(frame), index=frame.index)
    frame["_layout_year"] = pd.Series([LAYOUT_YEAR] * len(frame), index=frame.index, dtype="int32[pyarrow]")
    _, findings = contracts.validate(source, frame)
    return {(found.rule_id, found.column, row) for found in findings if found.rows is not None for row in found.rows}


def plain_rows(source: str, count: int) -> list[dict[str, str]]:
    """Rows of the usual test defaults, or of the contract's example, good or nearly so."""
    return [dict(DEFAULTS.get(source) or example(source)) for _ in range(count)]


def spoiled(source: str, seed: int, count: int) -> list[dict[str, str]]:
    """Rows with nasty values sprinkled over every column."""
    rng = random.Random(seed)
    values = own_values(source, rng)
    rows = plain_rows(source, count)
    fields = contracts.canonical_columns(source, rows[0])
    for row in rows:
        for heading in rng.sample(list(fields), min(rng.choice([0, 1, 2, 5]), len(fields))):
            row[heading] = rng.choice(values[fields[heading]])
    return rows


@pytest.mark.parametrize("source", contracts.source_names())
@pytest.mark.parametrize("short_file", [10, 50_000], ids=["as a long file", "as a short file"])
def test_distinct_values_give_the_verdict_of_the_whole_frame(
    landing: Path, monkeypatch: pytest.MonkeyPatch, source: str, short_file: int
) -> None:
    monkeypatch.setattr(checks, "SHORT_FILE", short_file)
    monkeypatch.setattr(checks, "AT_ONCE", 7)
    rows = spoiled(source, short_file, 150)
    path = land(landing, text(rows), source)
    path.with_name(path.name + ".manifest.json").write_text(json.dumps({"layout_year": LAYOUT_YEAR}), encoding="utf-8")
    found = gate_findings(path, source)
    expected = frame_findings(rows, source)
    assert found - expected == set()
    assert expected - found == set()
    assert len(expected) > 100


@pytest.mark.parametrize("source", contracts.source_names())
def test_quick_casts_are_the_contracts_casts(source: str) -> None:
    """The way around a cast gives what the cast gives, for every field and every odd spelling."""
    import duckdb

    from contracts.derive.casting import cast_sql
    from home.sql import quote
    from ingest.stage import quick_cast_sql

    odd = [
        *NASTY, None, "  a", "a  ", "!", "!a ", "\ta", "-5", "+5", "007", "-0", "5.", ".5", "5.0", "5.00", "12.345",
        "999999999999.99", "1000000000000", "2147483647", "2147483648", "10000-01-01", "infinity", "epoch",
        "2024-02-29", "2023-02-29", "20240229", "0001-01-01", "2024-01-01 (BC)", "é", "orig", " O ",
        "ABE;ASE", "abe| ase",
    ]  # fmt: skip
    odd = [text for text in odd if text is None or (text and text.strip(" ") == text)]  # as readers hand them on
    con = duckdb.connect()
    con.execute("create table cell as select unnest(?::varchar[]) as value", [odd])
    for field in contracts.load(source).fields:
        name = quote(field.name)
        differ = con.execute(
            f"select count(*) from (select value as {name} from cell) "
            f"where ({quick_cast_sql(field)}) is distinct from ({cast_sql(field, name)})"
        ).fetchall()
        assert differ == [(0,)], field.name
    con.close()
