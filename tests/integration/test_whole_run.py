"""The sample from landing folder to release: rows and wages are conserved, and the same bytes give the same marts.

The oracles here read the agencies' files themselves, in plain Python, and know nothing of the SQL.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

import contracts
from home import PROJECT_ROOT
from tests.integration.conftest import SAMPLE, SampleRun
from tests.support.running import query, run_here, workforce
from tests.support.scanning import NINE_DIGITS, database_hits, files_outside_the_vault, ssn_hits

pytestmark = pytest.mark.slow

TRUTH = PROJECT_ROOT / "data" / "sample" / "truth"


@pytest.fixture(scope="module")
def home(sample_home: Path, sample_run: SampleRun) -> Path:
    (sample_home / "terminal.txt").write_text(sample_run.said + sample_run.warned, encoding="utf-8")
    return sample_home


def warehouse(home: Path, sql: str) -> list[tuple]:
    connection = duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def extracts(source: str) -> list[Path]:
    return sorted((SAMPLE / source).glob("*.csv"))


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of one extract under the contract's names, in file order."""
    with path.open(newline="", encoding="utf-8-sig") as handle:
        reader = csv.reader(handle)
        names = contracts.canonical_columns(path.parent.name, next(reader))
        return [dict(zip(names, row, strict=True)) for row in reader]


def quarantined_rows(home: Path) -> dict[str, set[int]]:
    """Row numbers kept out, per file name."""
    found: dict[str, set[int]] = defaultdict(set)
    for name, number in warehouse(
        home,
        "select distinct file_name, row_no from ledger.finding join ledger.batch using (batch_id) "
        "where severity = 'error' and row_no is not null",
    ):
        found[name].add(number)
    return found


@pytest.mark.parametrize("source", contracts.source_names())
def test_every_row_received_is_accepted_quarantined_or_superseded(home: Path, source: str) -> None:
    sent = sum(len(rows_of(path)) for path in extracts(source))
    received, accepted, quarantined, superseded, rejected = warehouse(
        home,
        "select rows_received, rows_accepted, rows_quarantined, rows_superseded, files_rejected "
        f"from ledger.reconciliation where source = '{source}'",
    )[0]
    assert rejected == 0
    assert received == sent
    assert received == accepted + quarantined + superseded
    stored = warehouse(home, f"select count(*) from raw.raw_{source}")[0][0]
    assert stored == accepted + superseded


def test_the_sample_shows_each_fate_of_a_row(home: Path) -> None:
    fates = warehouse(home, "select sum(rows_quarantined), sum(rows_superseded) from ledger.reconciliation")[0]
    assert all(count > 0 for count in fates)


def test_wages_per_quarter_are_what_the_agency_sent(home: Path) -> None:
    """Newest extract of each period, without quarantined rows; the last filing of a person and employer stands."""
    newest: dict[str, Path] = {}
    for path in extracts("ui_wage"):  # names end in date and version, so the last one of a period is the newest
        newest[path.name.split("_")[-3]] = path
    kept_out = quarantined_rows(home)
    standing: dict[tuple[str, str, str], tuple[int, str, Decimal]] = {}
    for path in newest.values():
        for number, row in enumerate(rows_of(path), start=1):
            if number in kept_out[path.name]:
                continue
            quarter = f"{row['wage_year']}Q{row['wage_quarter_number']}"
            key = (row["ssn"], row["ean"], quarter)
            filing = (int(row["filing_seq"]), row["wage_action"], Decimal(row["wage_usd"]))
            if key not in standing or filing[0] > standing[key][0]:
                standing[key] = filing
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for (_, _, quarter), (_, action, wage) in standing.items():
        if action != "VOID":
            expected[quarter] += wage
    published = dict(query(home, "select quarter, sum(wage_usd) from fct_wage_quarter group by quarter"))
    assert published == dict(expected)


def marts(home: Path) -> dict[str, str]:
    """A digest of each published table's rows, in a fixed order."""
    connection = duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True)
    try:
        digests = {}
        for (table,) in connection.execute("select table_name from information_schema.tables order by 1").fetchall():
            rows = connection.execute(f'select * from "{table}" order by all').fetchall()
            digests[table] = f"{len(rows)} rows {hashlib.sha256(repr(rows).encode()).hexdigest()[:16]}"
        return digests
    finally:
        connection.close()


def test_same_bytes_give_the_same_marts_whatever_the_order_threads_zone_and_key(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another machine: files arrive the other way round, one thread, another time zone, another secret key."""
    landing = tmp_path / "landing"
    for age, path in enumerate(sorted(SAMPLE.rglob("*"), reverse=True)):
        if path.is_file():
            copy = landing / path.relative_to(SAMPLE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            os.utime(copy, (1_700_000_000 + age * 60, 1_700_000_000 + age * 60))
    monkeypatch.setenv("WORKFORCE_THREADS", "1")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    other = tmp_path / "home"
    workforce(other, "run", "--landing", str(landing))
    assert (other / "vault" / "identity.key").read_bytes() != (home / "vault" / "identity.key").read_bytes()
    assert (other / "published" / "current.duckdb").readlink() == (home / "published" / "current.duckdb").readlink()
    assert marts(other) == marts(home)


def test_running_again_on_the_same_bytes_changes_nothing(home: Path) -> None:
    batches = "select * from ledger.batch order by all"
    before, ledger = marts(home), warehouse(home, batches)
    run_here(home, SAMPLE)
    assert marts(home) == before
    assert warehouse(home, batches) == ledger


def test_no_ssn_street_or_full_name_of_the_sample_outside_vault_and_archive(home: Path) -> None:
    connection = duckdb.connect()
    people = connection.execute(
        f"select distinct unnest([ssn, first_name || ' ' || last_name, last_name || ', ' || first_name, street]) "
        f"from '{TRUTH / 'person.parquet'}'"
    ).fetchall()
    connection.close()
    values = {value.lower() for (value,) in people if value}
    ssns = {value.encode() for value in values if NINE_DIGITS.fullmatch(value.encode())}
    assert len(ssns) > 1000
    files = files_outside_the_vault(home)
    # In a database numbers lie side by side and make nine digits by chance: its columns are searched instead.
    assert [hit for path in files if path.suffix != ".duckdb" for hit in ssn_hits(path, ssns)] == []
    assert [hit for path in files if path.suffix == ".duckdb" for hit in database_hits(path, values)] == []


def test_receipts_say_what_the_ledger_says(home: Path) -> None:
    for batch_id, source, received, accepted, quarantined in warehouse(
        home, "select batch_id, source, rows_received, rows_accepted, rows_quarantined from ledger.batch"
    ):
        folder = home / "receipts" / source / batch_id
        receipt = json.loads((folder / "receipt.json").read_text(encoding="utf-8"))
        loaded = receipt["rows_accepted"] + receipt["rows_superseded"] + receipt["rows_held"]
        assert (receipt["rows_received"], loaded, receipt["rows_quarantined"]) == (received, accepted, quarantined)
        assert batch_id in (folder / "receipt.html").read_text(encoding="utf-8")
