"""Every format gives the rows its CSV twin gives, and what is not what it says is refused in a sentence."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import contracts
from contracts.profile import Profile, find_profile
from ingest import engine
from ingest.findings import Rejected
from ingest.readers.reading import Submitted, reading
from ingest.stage import stage_file
from tests.unit.ingest import forms
from tests.unit.ingest.files import text, wage_rows
from tests.unit.ingest.forms import STEM, drop

ROWS = wage_rows(25)
EXTRACTED = date(2023, 5, 1)


def staged(path: Path, profile: Profile | None = None, source: str = "ui_wage") -> tuple[list[Any], Any]:
    """Everything the stage holds, by row number, and what else was said about the file."""
    contract = contracts.load(source)
    chosen = profile or find_profile(contract, path.name)
    submitted = Submitted(path.name, chosen, EXTRACTED)
    with engine.scratch_engine(None) as con, reading(path, contract, submitted) as opened:
        found = stage_file(con, opened)
        names = ", ".join(contract.field_names)
        return con.execute(f"select _row_no, {names} from stage order by _row_no").fetchall(), found


def twin(folder: Path, rows: list[dict[str, str]]) -> list[Any]:
    return staged(drop(folder, f"{STEM}.csv", text(rows)))[0]


def refused(path: Path, profile: Profile | None = None) -> tuple[str, str]:
    """The rule and the sentence a file is refused with."""
    with pytest.raises(Rejected) as caught:
        staged(path, profile)
    sentence = str(caught.value)
    assert sentence[0].isupper() and sentence.endswith(".") and "\n" not in sentence
    assert "Quibblewick" not in sentence and "Zinnober" not in sentence
    return caught.value.counts[0].rule_id, sentence


@pytest.mark.parametrize("name", forms.all_forms(wage_rows(1)))
def test_a_file_of_any_format_is_its_csv_twin(tmp_path: Path, name: str) -> None:
    found, more = staged(drop(tmp_path, name, forms.all_forms(ROWS)[name]))
    assert found == twin(tmp_path, ROWS)
    assert more.records.notes == ()


@pytest.mark.parametrize("suffix", [".txt", ".dat"])
def test_connecticuts_wage_file_is_its_csv_twin(tmp_path: Path, suffix: str) -> None:
    found, more = staged(drop(tmp_path, f"{STEM}{suffix}", forms.fixed(ROWS)))
    assert found == twin(tmp_path, [row | {"fein": "", "naics_code": ""} for row in ROWS])
    assert (more.blank_lines, more.records.ragged) == (0, [])


def test_a_generic_wage_file_is_its_csv_twin(tmp_path: Path) -> None:
    rows = [row | {"ean": ROWS[0]["ean"]} for row in ROWS]
    found, more = staged(drop(tmp_path, f"{STEM}.icesa", forms.icesa(rows)))
    expected = twin(tmp_path, [row | {"naics_code": ""} for row in rows])
    assert [row[1:] for row in found] == [row[1:] for row in expected]
    assert [row[0] for row in found] == list(range(4, 29))
    assert more.blank_lines == 0
