"""A row that names nobody (a headcount) is content without a person: no identity, no key, nothing to link."""

from __future__ import annotations

from pathlib import Path

import ingest
from home import Home
from tests.unit.contracts.rows import example
from tests.unit.ingest.files import land, text, vault, warehouse

NOBODY = {"employee_seq": "", "ssn": "", "first_name": "", "last_name": "", "birth_date": "", "trainee_count": "12"}
NO_WAGE = {"hourly_wage_before_usd": "", "hourly_wage_after_usd": ""}


def test_headcount_rows_bring_no_identity_and_have_no_key(home: Home, landing: Path) -> None:
    row = example("mif_iwt_training")
    counts = [row | NOBODY | NO_WAGE | {"training_contract_id": name} for name in ("MIF-23-0001", "MIF-23-0002")]
    named = [row | {"training_contract_id": "MIF-23-0003", "employee_seq": str(number)} for number in (1, 2)]
    named[1] |= {"ssn": "", "birth_date": "", "first_name": ""}
    land(landing, text([*counts, *named]), source="mif_iwt_training", period="PY2022", day="20230915")

    [result] = ingest.load_source(home, "mif_iwt_training", landing)

    assert (result.outcome, result.rows_accepted) in [("accept", 4), ("accept_with_warning", 4)]
    keys = warehouse(home, "select trainee_count, identity_key is null from raw.raw_mif_iwt_training order by _row_no")
    assert keys == [(12, True), (12, True), (None, False), (None, False)]
    assert vault(home, "select last_name, ssn is null from vault.identity order by first_row_no") == [
        ("Ferreira", False),
        ("Ferreira", True),
    ]
    assert vault(home, "select count(*) from vault.identity_batch") == [(2,)]
