"""Small extracts for the gate's tests: wage rows and participant rows that are in order until a test spoils them.

All persons are invented; their names and numbers are unmistakable, so that a search for them proves something.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb

from home import Home
from tests.support.landing import DEFAULTS

WAGE_HEADER = [
    "ssn", "last_name", "first_name", "wage_year", "wage_quarter_number", "wage_usd", "ean", "fein", "naics_code",
    "filing_seq", "wage_action", "received_date",
]  # fmt: skip


def wage_rows(count: int, start: int = 0, **same: str) -> list[dict[str, str]]:
    """`count` wage rows in order, of as many persons; `same` overrides a column in every row."""
    return [
        {
            "ssn": f"{212 + number // 9000:03d}{11 + number % 80:02d}{1001 + number % 9000:04d}",
            "last_name": f"Quibblewick{letters(number)}",
            "first_name": f"Zinnober{letters(number)}",
            "wage_year": "2023",
            "wage_quarter_number": "1",
            "wage_usd": f"{5000 + number}.25",
            "ean": f"{1000000 + number % 7:010d}",
            "fein": "061000101",
            "naics_code": "622110",
            "filing_seq": "1",
            "wage_action": "ORIG",
            "received_date": "2023-05-01",
        }
        | same
        for number in range(start, start + count)
    ]


def participant_rows(count: int, **same: str) -> list[dict[str, str]]:
    """`count` participants in order, of as many persons."""
    return [
        DEFAULTS["cthires_participant"]
        | {
            "participant_id": f"PT{number:06d}",
            "ssn": f"31311{2001 + number:04d}",
            "first_name": f"Zinnober{letters(number)}",
            "last_name": f"Quibblewick{letters(number)}",
            "entry_date": "2023-02-01",
        }
        | same
        for number in range(count)
    ]


def letters(number: int) -> str:
    """A number as lower-case letters: names have no digits."""
    return "".join(chr(97 + int(digit)) for digit in str(number))


def text(rows: list[dict[str, str]], delimiter: str = ",", end: str = "\n", header: list[str] | None = None) -> str:
    """The rows as CSV text."""
    out = io.StringIO()
    names = header or list(rows[0])
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(names)
    writer.writerows([row[name] for name in rows[0]] for row in rows)
    return out.getvalue()


def land(
    landing: Path, content: str | bytes, source: str = "ui_wage", period: str = "2023Q1", day: str = "20230515",
    version: int = 1, manifest: dict | str | None = "{}",
) -> Path:  # fmt: skip
    """Drop content into the landing folder of a source under a proper name, with a manifest that says nothing.

    `manifest`: what it says instead, as text or as an object; None: there is none, which is worth a warning.
    """
    path = landing / source / f"dol_{source}_{period}_{day}_v{version:02d}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    if manifest is not None:
        describe(path, manifest)
    return path


def describe(path: Path, manifest: dict | str) -> None:
    """Write the manifest of a landed file."""
    said = manifest if isinstance(manifest, str) else json.dumps(manifest)
    path.with_name(path.name + ".manifest.json").write_text(said, encoding="utf-8")


def warehouse(home: Home, sql: str) -> list[tuple]:
    """Rows of a query on the warehouse."""
    return _query(home.warehouse_db, sql)


def vault(home: Home, sql: str) -> list[tuple]:
    """Rows of a query on the vault."""
    return _query(home.vault_db, sql)


def _query(database: Path, sql: str) -> list[tuple]:
    con = duckdb.connect(str(database), read_only=True)
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()
