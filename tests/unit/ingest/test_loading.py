"""From landing folder to ledger: nothing twice, nothing half, nothing lost, and no identifier outside the vault."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest

import contracts
import ingest
from home import Home
from ingest import ledger_log, split, stage
from tests.support.landing import Landing
from tests.support.landing import Person as SupportPerson
from tests.support.scanning import byte_hits, database_hits, files_outside_the_vault
from tests.unit.ingest.files import describe, land, participant_rows, text, vault, wage_rows, warehouse

LEDGER = "select * from ledger.batch order by all"


def contents(home: Home) -> list[list[tuple]]:
    tables = ["raw.raw_ui_wage", "ledger.batch", "ledger.sighting", "ledger.finding", "ledger.rule_count"]
    return [warehouse(home, f"select * from {table} order by all") for table in tables]


def test_rows_are_typed_numbered_and_carry_no_identifier_column(home: Home, landing: Path) -> None:
    land(landing, text(wage_rows(3)))
    ingest.load_source(home, "ui_wage", landing)
    columns = [
        (name, kind)
        for name, kind in warehouse(
            home,
            "select column_name, data_type from information_schema.columns where table_name = 'raw_ui_wage' "
            "order by ordinal_position",
        )
    ]
    assert columns == list(contracts.load("ui_wage").raw_columns)
    assert {"ssn", "last_name", "first_name"}.isdisjoint({name for name, _ in columns})
    rows = warehouse(home, "select _batch_id, _row_no, wage_usd::varchar, ean from raw.raw_ui_wage order by _row_no")
    [(batch,)] = warehouse(home, "select batch_id from ledger.batch")
    assert rows == [(batch, n + 1, f"{5000 + n}.25", f"{1000000 + n:010d}") for n in range(3)]


def test_the_same_bytes_twice_change_nothing(home: Home, landing: Path) -> None:
    path = land(landing, text(wage_rows(20)))
    land(landing, text(wage_rows(20)).replace("ssn", "sn"), period="2023Q2")
    first = ingest.load_source(home, "ui_wage", landing)
    before, log = contents(home), home.ledger_log.read_bytes()
    identities = vault(home, "select * from identity order by all")
    again = ingest.load_source(home, "ui_wage", landing)
    assert [done.outcome for done in again] == [done.outcome for done in first] == ["accept", "reject_file"]
    assert [done.is_new for done in first] == [True, True]
    assert [done.is_new for done in again] == [False, False]
    assert (contents(home), home.ledger_log.read_bytes()) == (before, log)
    assert vault(home, "select * from identity order by all") == identities
    assert "loaded already" in again[0].message
    assert "refused already" in again[1].message
    assert path.exists()


def test_a_corrected_extract_supersedes_the_earlier_one_of_its_period(home: Home, landing: Path) -> None:
    land(landing, text(wage_rows(20)), day="20230515")
    land(landing, text(wage_rows(18, wage_usd="1.00")), day="20230601")
    land(
        landing,
        text(wage_rows(7, wage_quarter_number="2", received_date="2023-08-01")),
        period="2023Q2",
        day="20230815",
    )
    ingest.load_source(home, "ui_wage", landing)
    assert visible(home) == {"2023Q1": 18, "2023Q2": 7}
    assert reconciliation(home) == (3, 0, 45, 25, 0, 20)
    assert visible(home, "2023-05-20") == {"2023Q1": 20}
    assert warehouse(home, "select as_of_date::varchar from ledger.build") == [("2023-05-20",)]


def visible(home: Home, as_of: str | None = None) -> dict[str, int]:
    """Rows the build may see, per period."""
    from datetime import date

    import duckdb

    con = duckdb.connect(str(home.warehouse_db))
    try:
        chosen = ingest.set_visibility(con, date.fromisoformat(as_of) if as_of else None)
        assert as_of is None or chosen.isoformat() == as_of
        return dict(
            con.execute(
                "select v.period, count(*) from ledger.visible_batch v "
                "join raw.raw_ui_wage r on r._batch_id = v.batch_id group by all"
            ).fetchall()
        )
    finally:
        con.close()


def reconciliation(home: Home) -> tuple:
    [row] = warehouse(
        home,
        "select files_accepted, files_rejected, rows_received, rows_accepted, rows_quarantined, rows_superseded "
        "from ledger.reconciliation where source = 'ui_wage'",
    )
    return row


def test_an_older_extract_that_arrives_later_goes_to_history(home: Home, landing: Path) -> None:
    newer = land(landing, text(wage_rows(18)), day="20230601")
    ingest.load_source(home, "ui_wage", landing)
    newer.unlink()
    land(landing, text(wage_rows(20)), day="20230515")
    ingest.load_source(home, "ui_wage", landing)
    assert visible(home) == {"2023Q1": 18}
    assert visible(home, "2023-05-31") == {"2023Q1": 20}
    assert reconciliation(home) == (2, 0, 38, 18, 0, 20)


def test_the_version_decides_between_extracts_of_one_day(home: Home, landing: Path) -> None:
    land(landing, text(wage_rows(20)), version=2)
    land(landing, text(wage_rows(18)), version=10)
    ingest.load_source(home, "ui_wage", landing)
    assert visible(home) == {"2023Q1": 18}


def test_bytes_sent_again_as_a_newer_extract_stand_again(home: Home, landing: Path) -> None:
    """The agency takes its correction back: the first bytes come once more under a newer day."""
    land(landing, text(wage_rows(20)), day="20230515")
    land(landing, text(wage_rows(18)), day="20230601")
    land(landing, text(wage_rows(20)), day="20230701")
    results = ingest.load_source(home, "ui_wage", landing)
    assert [done.is_new for done in results] == [True, True, False]
    assert visible(home) == {"2023Q1": 20}
    assert visible(home, "2023-06-15") == {"2023Q1": 18}
    assert reconciliation(home) == (2, 0, 38, 20, 0, 18)
    assert warehouse(home, "select count(*) from raw.raw_ui_wage") == [(38,)]


def test_visibility_needs_something_to_see(home: Home, landing: Path) -> None:
    land(landing, b"")
    ingest.load_source(home, "ui_wage", landing)
    with pytest.raises(ingest.Refused, match="No file has been accepted yet"):
        visible(home)


@pytest.mark.parametrize("seed", range(4))
def test_received_is_accepted_plus_quarantined_plus_superseded(home: Home, landing: Path, seed: int) -> None:
    """Conservation over random good, spoiled and rejected extracts of the same few periods."""
    rng = random.Random(seed)
    sent = 0
    for number in range(8):
        rows = wage_rows(rng.randrange(30, 90))
        for row in rng.sample(rows, rng.choice([0, 1, 5, 25])):
            row[rng.choice(["wage_action", "ssn", "wage_usd"])] = "wrong"
        lines = text(rows).splitlines()
        if rng.random() < 0.3:
            lines[rng.randrange(1, len(lines))] += ",surplus"
        land(
            landing,
            "\n".join(lines),
            period=rng.choice(["2023Q1", "2023Q2"]),
            day=f"202306{10 + number}",
            version=seed + 1,
        )
        sent += len(rows)
    results = ingest.load_source(home, "ui_wage", landing)
    _, rejected, received, accepted, quarantined, superseded = reconciliation(home)
    assert received == accepted + quarantined + superseded
    assert received + sum(done.rows_received for done in results if done.outcome == "reject_file") == sent
    assert rejected == sum(done.outcome == "reject_file" for done in results)
    assert warehouse(home, "select count(*) from raw.raw_ui_wage") == [(accepted + superseded,)]
    assert sum(visible(home).values()) == accepted
    for done in results:
        if done.outcome != "reject_file":
            assert done.rows_received == done.rows_accepted + done.rows_quarantined


def test_a_crash_between_vault_and_warehouse_leaves_nothing_half(
    home: Home, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(landing, text(wage_rows(20)))

    def killed(*arguments: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(split, "write_rows", killed)
        with pytest.raises(KeyboardInterrupt):
            ingest.load_source(home, "ui_wage", landing)
    assert warehouse(home, "select count(*) from raw.raw_ui_wage") == [(0,)]
    assert warehouse(home, LEDGER) == []
    assert not home.ledger_log.exists()
    assert vault(home, "select count(*) from identity") == [(20,)]
    [done] = ingest.load_source(home, "ui_wage", landing)
    assert (done.outcome, done.is_new) == ("accept", True)
    assert vault(home, "select count(*), count(distinct identity_key) from identity") == [(20, 20)]
    assert vault(home, "select count(*) from identity_batch") == [(20,)]


def test_log_and_receipt_are_made_up_for_after_a_crash(
    home: Home, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(landing, text(wage_rows(20)))

    def killed(con: object, log: Path, batch_ids: list[str]) -> None:
        if batch_ids:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ledger_log, "append", killed)
        with pytest.raises(KeyboardInterrupt):
            ingest.load_source(home, "ui_wage", landing)
    assert warehouse(home, "select count(*) from raw.raw_ui_wage") == [(20,)]
    home.ledger_log.parent.mkdir(exist_ok=True)
    home.ledger_log.write_text('{"batch_id": "cut o')
    [done] = ingest.load_source(home, "ui_wage", landing)
    assert not done.is_new
    assert done.receipt.is_file()
    last = json.loads(home.ledger_log.read_text().splitlines()[-1])
    assert (last["batch_id"], last["rows_accepted"]) == (done.batch_id, 20)


def test_the_archive_holds_the_bytes_under_their_checksum_read_only(home: Home, landing: Path) -> None:
    path = land(landing, text(wage_rows(20)))
    bad = land(landing, b"\x00\x01", period="2023Q2")
    ingest.load_source(home, "ui_wage", landing)
    for batch, original in warehouse(home, "select sha256, file_name from ledger.batch"):
        copy = home.archive / batch
        assert copy.read_bytes() == (path if original == path.name else bad).read_bytes()
        assert copy.stat().st_mode & 0o777 == 0o400


def test_one_identity_per_tuple_whatever_file_it_came_in(home: Home, landing: Path) -> None:
    rows = wage_rows(10)
    rows.append(rows[0] | {"ean": "0000000009"})
    land(landing, text(rows))
    land(
        landing,
        text(wage_rows(12, wage_quarter_number="2", received_date="2023-08-01")),
        period="2023Q2",
        day="20230815",
    )
    ingest.load_source(home, "ui_wage", landing)
    assert vault(home, "select count(*), count(distinct identity_key) from identity") == [(12, 12)]
    assert vault(home, "select count(*) from identity_batch") == [(22,)]
    same = warehouse(home, "select count(distinct identity_key), count(distinct ssn_token) from raw.raw_ui_wage")
    assert same == [(12, 12)]


def test_the_first_record_of_an_identity_does_not_depend_on_what_came_first(tmp_path: Path) -> None:
    extracts = {
        "2023Q1": text(wage_rows(10)),
        "2023Q2": text(wage_rows(10, wage_quarter_number="2", received_date="2023-08-01")),
    }
    firsts = []
    for number, order in enumerate((["2023Q1", "2023Q2"], ["2023Q2", "2023Q1"])):
        home = Home(tmp_path / f"home{number}").ensure()
        for period in order:
            path = land(tmp_path / f"landing{number}", extracts[period], period=period, day="20230901")
            ingest.load_file(home, path, "ui_wage")
        firsts.append(vault(home, "select ssn, first_sha256, first_row_no from identity order by all"))
    assert firsts[0] == firsts[1]


def test_one_number_has_one_token_in_every_source_and_another_in_another_environment(tmp_path: Path) -> None:
    landing = Landing()
    student = SupportPerson(11)
    landing.add("dual_credit", "SY2022", "20230915", student_id="7700000011", first_name="A", last_name="B")
    landing.add("adult_ed", "2023", "20230915", student_id="L11", sasid="7700000011", **student.identifiers())
    landing.write(tmp_path / "landing")
    tokens = []
    for name in ("one", "two"):
        home = Home(tmp_path / name).ensure()
        for source in ("dual_credit", "adult_ed"):
            [done] = ingest.load_source(home, source, tmp_path / "landing")
            assert done.rows_accepted == 1
        tokens.append(
            warehouse(
                home, "select sasid_token from raw.raw_dual_credit union all select sasid_token from raw.raw_adult_ed"
            )
        )
        assert home.identity_key_file.stat().st_mode & 0o777 == 0o600
    assert tokens[0][0] == tokens[0][1]
    assert tokens[1][0] == tokens[1][1]
    assert tokens[0][0] != tokens[1][0]


def test_equal_hashes_of_different_tuples_do_not_mix_persons_up(
    home: Home, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = stage.hash_sql
    for module in (stage, split):
        monkeypatch.setattr(module, "hash_sql", lambda names: f"({real(names)} % 3)")
    land(landing, text(wage_rows(20)))
    ingest.load_source(home, "ui_wage", landing)
    assert warehouse(home, "select count(*), count(distinct identity_key) from raw.raw_ui_wage") == [(20, 20)]


def test_only_accepted_rows_bring_identities_into_the_vault(home: Home, landing: Path) -> None:
    rows = wage_rows(20)
    rows[3]["wage_action"] = "NONSENSE"
    land(landing, text(rows))
    land(landing, text(wage_rows(9, start=100, wage_action="NONSENSE")), period="2023Q2")
    ingest.load_source(home, "ui_wage", landing)
    assert vault(home, "select count(*) from identity") == [(19,)]


def test_no_identifier_is_in_any_file_outside_vault_and_archive(home: Home, landing: Path) -> None:
    rows = wage_rows(60)
    stray = rows[0]
    rows[1] |= {"wage_action": stray["last_name"]}
    rows[2] |= {"received_date": stray["ssn"]}
    rows[3] |= {"ssn": stray["last_name"]}
    rows[4] |= {"wage_usd": stray["ssn"]}
    lines = text(rows).splitlines()
    lines[10] += "," + stray["last_name"]
    land(landing, "\n".join(lines))
    land(landing, "\n".join(lines[1:]), period="2023Q2")
    land(landing, text(rows[:3]).replace("fein", stray["last_name"]), period="2023Q3")
    people = participant_rows(30)
    people[3]["sex"] = stray["first_name"]
    people[4]["birth_date"] = people[4]["ssn"]
    land(landing, text(people), "cthires_participant")
    land(landing, text(wage_rows(9)), "adult_ed", period="2023")
    for source in ("ui_wage", "cthires_participant", "adult_ed"):
        assert ingest.load_source(home, source, landing)
    needles = ["quibblewick", "zinnober", *(row["ssn"] for row in [*wage_rows(60), *people])]
    files = files_outside_the_vault(home.root)
    assert {path.suffix for path in files} >= {".duckdb", ".json", ".html", ".jsonl"}
    assert [hit for path in files for hit in byte_hits(path, needles)] == []
    assert [hit for path in files if path.suffix == ".duckdb" for hit in database_hits(path, needles)] == []
    assert database_hits(home.vault_db, needles)


def test_a_refused_file_is_judged_again_when_its_contract_changed(
    home: Home, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    land(landing, text(wage_rows(30, wage_action="NONSENSE")))
    [first] = ingest.load_source(home, "ui_wage", landing)
    newer = replace(contracts.load("ui_wage"), version="9.9.9")
    monkeypatch.setattr(contracts, "load", lambda name: newer)
    [again] = ingest.load_source(home, "ui_wage", landing)
    assert (first.is_new, again.is_new) == (True, True)
    assert warehouse(home, "select count(*), max(contract_version) from ledger.batch") == [(1, "9.9.9")]


def test_progress_names_the_file_and_each_step(home: Home, landing: Path) -> None:
    path = land(landing, text(wage_rows(3)))
    told: list[tuple[str, str]] = []
    ingest.load_source(home, "ui_wage", landing, progress=lambda *step: told.append(step))
    assert {name for name, _ in told} == {path.name, "ui_wage"}
    assert told[0] == (path.name, "archiving")


def test_a_lost_ledger_log_and_receipts_folder_come_back(home: Home, landing: Path) -> None:
    land(landing, text(wage_rows(3)))
    ingest.load_source(home, "ui_wage", landing)
    log = home.ledger_log.read_text()
    shutil.rmtree(home.receipts)
    home.ledger_log.unlink()
    [done] = ingest.load_source(home, "ui_wage", landing)
    assert home.ledger_log.read_text() == log
    assert done.receipt.is_file()


@pytest.mark.parametrize(
    ("wrong", "step"), [({"rows": 99}, "archiving"), ({"rows": 99}, "reading rows"), ({"rows": "many"}, "archiving")]
)
def test_a_manifest_that_is_corrected_while_the_file_is_judged_is_heard(
    home: Home, landing: Path, wrong: dict, step: str
) -> None:
    path = land(landing, text(wage_rows(5)), manifest=wrong)

    def correct(file_name: str, doing: str) -> None:
        if doing == step:
            describe(path, {"rows": 5})

    [done] = ingest.load_source(home, "ui_wage", landing, progress=correct)
    assert done.outcome == "reject_file"
    [done] = ingest.load_source(home, "ui_wage", landing)
    assert (done.outcome, done.is_new) == ("accept", True)


def test_the_log_ends_with_what_the_ledger_says_though_it_said_so_before(home: Home, landing: Path) -> None:
    """Final, not final, final again: the last line was lost with the run that wrote it, the first one is as it was."""
    path = land(landing, text(wage_rows(5)), manifest={"final": True})
    ingest.load_source(home, "ui_wage", landing)
    for is_final in (False, True):
        describe(path, {"final": is_final})
        ingest.load_source(home, "ui_wage", landing)
    lines = home.ledger_log.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["is_final"] for line in lines] == [True, False, True]
    home.ledger_log.write_text("\n".join(lines[:2]) + "\n", encoding="utf-8")
    ingest.load_source(home, "ui_wage", landing)
    assert home.ledger_log.read_text(encoding="utf-8").splitlines() == lines
