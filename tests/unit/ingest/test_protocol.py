"""Snapshots and deltas, in whatever order they come: what stands, what is history, and that every row is accounted for.

The worked example S4 of the rules page is here; its table was worked out by hand.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

import contracts
import ingest
from home import Home
from ingest import cross_views, ledger_log, load
from ingest.engine import scratch_engine
from tests.unit.ingest.files import describe, land, text, wage_rows, warehouse

ROWS = wage_rows(9)


def extract(*amounts: tuple[int, str], action: dict[int, str] | None = None) -> str:
    """Rows of the numbered persons with these wages; with `action`, what each does in a delta."""
    rows = [ROWS[number] | {"wage_usd": wage} for number, wage in amounts]
    if action is not None:
        rows = [row | {"record_action": action.get(number, "")} for row, (number, _) in zip(rows, amounts, strict=True)]
    return text(rows)


def standing(home: Home, as_of: str | None = None) -> dict[int, str]:
    """Wages as a build sees them, by person, through the macro's own SQL: newest extract per key, deletions gone."""
    con = duckdb.connect(str(home.warehouse_db))
    try:
        ingest.set_visibility(con, date.fromisoformat(as_of) if as_of else None)
        rows = visible_rows("ui_wage", ["ssn_token", "ean", "filing_seq"])
        found = con.execute(f"select ean::int, wage_usd from ({rows}) order by 1").fetchall()
        return {ean - 1000000: str(wage) for ean, wage in found}
    finally:
        con.close()


def visible_rows(source: str, key: list[str]) -> str:
    """The dbt macro visible_rows, rendered as dbt renders it."""
    import jinja2

    from home import PROJECT_ROOT

    macro = (PROJECT_ROOT / "dbt_project" / "macros" / "visible_rows.sql").read_text()
    template = jinja2.Template(macro + "{{ visible_rows(name, key) }}", undefined=jinja2.StrictUndefined)
    return template.render(name=source, key=key, source=lambda schema, table: f"{schema}.{table}")


def reconciled(home: Home) -> tuple[int, int, int, int]:
    [row] = warehouse(
        home,
        "select rows_received, rows_accepted, rows_quarantined, rows_superseded from ledger.reconciliation "
        "where source = 'ui_wage'",
    )
    assert row[0] == sum(row[1:])
    for receipt in home.receipts.rglob("receipt.json"):
        said = json.loads(receipt.read_text())
        parts = ("accepted", "quarantined", "superseded", "held", "refused")
        assert said["rows_received"] == sum(said[f"rows_{part}"] for part in parts)
    return row


FIRST = {0: "100.00", 1: "200.00", 2: "300.00"}
S4 = [
    # (day, what came, its manifest, what stands afterwards, received = accepted + quarantined + superseded)
    ("20230515", extract((0, "100"), (1, "200"), (2, "300")), {}, FIRST, (3, 3, 0, 0)),
    ("20230701", extract((0, "111"), (1, "200")), {}, {0: "111.00", 1: "200.00"}, (5, 2, 0, 3)),
    ("20230601", extract((0, "105"), (1, "205"), (2, "305")), {}, {0: "111.00", 1: "200.00"}, (8, 2, 0, 6)),
    ("20230702", extract((0, "111"), (1, "200")), {}, {0: "111.00", 1: "200.00"}, (8, 2, 0, 6)),
    (
        "20230715",
        extract((1, "222"), (3, "400"), (0, "111"), action={1: "C", 3: "A", 0: "D"}),
        {"mode": "delta"},
        {1: "222.00", 3: "400.00"},
        (11, 5, 0, 6),
    ),
]


def test_worked_example_s4(home: Home, landing: Path) -> None:
    """Three extracts that arrive in the order 1, 3, 2; the third's bytes under another name; then a delta."""
    for day, content, said, expected, rows in S4:
        land(landing, content, day=day, manifest=said)
        ingest.load_source(home, "ui_wage", landing)
        assert (standing(home), reconciled(home)) == (expected, rows), day
    assert warehouse(home, "select count(*) from ledger.batch") == [(4,)]
    assert standing(home, "2023-07-14") == {0: "111.00", 1: "200.00"}
    assert standing(home, "2023-06-15") == {0: "105.00", 1: "205.00", 2: "305.00"}
    assert standing(home, "2023-05-31") == FIRST


def test_the_order_of_arrival_does_not_matter(tmp_path: Path) -> None:
    reference = None
    for number, order in enumerate([(0, 1, 2, 4), (4, 2, 1, 0), (1, 4, 0, 2), (2, 0, 4, 1)]):
        home = Home(tmp_path / f"home{number}").ensure()
        for place in order:
            day, content, said, _, _ = S4[place]
            path = land(tmp_path / f"landing{number}{place}", content, day=day, manifest=said)
            ingest.load_file(home, path, "ui_wage")
        found = [standing(home), *(standing(home, day) for day in ("2023-06-15", "2023-07-14")), reconciled(home)]
        reference = reference or found
        assert found == reference


def test_deltas_stand_alone_where_no_snapshot_is_and_a_newer_snapshot_ends_them(home: Home, landing: Path) -> None:
    land(landing, extract((0, "100"), (1, "200")), day="20230601", manifest={"mode": "delta"})
    land(landing, extract((1, "201"), action={1: "D"}), day="20230701", manifest={"mode": "delta"})
    ingest.load_source(home, "ui_wage", landing)
    assert standing(home) == {0: "100.00"}
    land(landing, extract((5, "500")), day="20230801")
    ingest.load_source(home, "ui_wage", landing)
    assert standing(home) == {5: "500.00"}
    assert reconciled(home) == (4, 1, 0, 3)


def test_a_delta_of_the_day_and_version_of_a_snapshot_lies_on_it(home: Home, landing: Path) -> None:
    land(landing, extract((0, "100"), (1, "200")), day="20230601")
    land(landing, extract((1, "222")), day="20230601", version=2, manifest={"mode": "delta", "version": 1})
    ingest.load_source(home, "ui_wage", landing)
    assert standing(home) == {0: "100.00", 1: "222.00"}


def test_a_deleted_key_may_come_back(home: Home, landing: Path) -> None:
    land(landing, extract((0, "100"), (1, "200")), day="20230601")
    land(landing, extract((1, "200"), action={1: "D"}), day="20230602", manifest={"mode": "delta"})
    land(landing, extract((1, "200"), action={1: "A"}), day="20230603", manifest={"mode": "delta"})
    ingest.load_source(home, "ui_wage", landing)
    assert standing(home) == {0: "100.00", 1: "200.00"}
    assert standing(home, "2023-06-02") == {0: "100.00"}


@pytest.mark.parametrize(
    ("mode", "action", "kept_out"),
    [
        ("delta", "D", []), ("delta", "d ", []), ("delta", "", []), ("snapshot", "C", []), ("snapshot", "", []),
        ("delta", "X", ["G4.record_action"]), ("snapshot", "D", ["G5.delete_in_snapshot"]),
        ("snapshot", "DELETE", ["G4.record_action"]),
    ],
)  # fmt: skip
def test_what_a_row_may_do(landing: Path, mode: str, action: str, kept_out: list[str]) -> None:
    rows = [row | {"record_action": ""} for row in ROWS]
    rows[4]["record_action"] = action
    path = land(landing, text(rows), manifest={"mode": mode})
    result = ingest.validate_file(path, "ui_wage")
    errors = [finding for finding in result.findings if finding.severity == "error"]
    assert [(finding.rule_id, finding.row_no) for finding in errors] == [(rule, 5) for rule in kept_out]
    assert result.rows_quarantined == len(kept_out)


def test_every_source_takes_record_action(landing: Path) -> None:
    for name, source in contracts.sources().items():
        assert ("_record_action", "VARCHAR") in source.raw_columns
        assert contracts.match_header(source, ["Record Action"]).columns == {"Record Action": "_record_action"}, name


# ------------------------------------------------------------------------------------------------- late facts


def test_a_manifest_that_comes_late_is_taken_up_without_loading_again(home: Home, landing: Path) -> None:
    path = land(landing, text(wage_rows(5)), manifest=None)
    [first] = ingest.load_source(home, "ui_wage", landing)
    describe(path, {"final": True})
    [second] = ingest.load_source(home, "ui_wage", landing)
    assert (second.is_new, "taken up" in second.message) == (False, True)
    assert warehouse(home, "select is_final, rows_accepted from ledger.batch") == [(True, 5)]
    assert warehouse(home, "select count(*) from raw.raw_ui_wage") == [(5,)]
    assert json.loads(first.receipt.with_name("receipt.json").read_text())["is_final"] is True
    assert [json.loads(line)["is_final"] for line in home.ledger_log.read_text().splitlines()] == [False, True]
    before = home.ledger_log.read_bytes()
    [third] = ingest.load_source(home, "ui_wage", landing)
    assert "nothing was changed" in third.message
    assert home.ledger_log.read_bytes() == before


def test_a_corrected_extract_time_decides_anew_which_extract_stands(home: Home, landing: Path) -> None:
    land(landing, extract((0, "100")), day="20230601")
    path = land(landing, extract((0, "200")), day="20230701")
    ingest.load_source(home, "ui_wage", landing)
    assert standing(home) == {0: "200.00"}
    describe(path, {"extract_ts": "2023-05-01"})
    ingest.load_source(home, "ui_wage", landing)
    assert standing(home) == {0: "100.00"}
    assert reconciled(home) == (2, 1, 0, 1)
    assert warehouse(home, "select count(*) from ledger.sighting") == [(2,)]


def test_a_manifest_that_announces_other_bytes_later_is_told_and_not_taken_up(home: Home, landing: Path) -> None:
    path = land(landing, text(wage_rows(5)))
    ingest.load_source(home, "ui_wage", landing)
    for said, words in (
        ({"final": True, "sha256": "0" * 64}, "another checksum"),
        ({"final": True, "rows": 6}, "6 rows"),
    ):
        describe(path, said)
        [done] = ingest.load_source(home, "ui_wage", landing)
        assert words in done.message
        assert warehouse(home, "select is_final from ledger.batch") == [(False,)]


def test_other_terms_of_the_same_bytes_are_another_batch_and_the_name_means_it_alone(home: Home, landing: Path) -> None:
    land(landing, extract((0, "100"), (1, "200")), day="20230601")
    path = land(landing, extract((1, "222")), day="20230701")
    ingest.load_source(home, "ui_wage", landing)
    assert standing(home) == {1: "222.00"}
    describe(path, {"mode": "delta"})
    ingest.load_source(home, "ui_wage", landing)
    assert standing(home) == {0: "100.00", 1: "222.00"}
    assert reconciled(home) == (4, 3, 0, 1)
    describe(path, {})
    ingest.load_source(home, "ui_wage", landing)
    assert standing(home) == {1: "222.00"}
    assert warehouse(home, "select count(*) from raw.raw_ui_wage") == [(4,)]


def test_other_bytes_under_the_same_name_are_a_new_version(home: Home, landing: Path) -> None:
    contents = [text(wage_rows(count)) for count in (5, 6, 7, 6)]
    for content in contents:
        land(landing, content)
        for _ in range(2):
            ingest.load_source(home, "ui_wage", landing)
        assert reconciled(home)[1] == len(content.splitlines()) - 1
    assert warehouse(home, "select count(*) from ledger.batch") == [(3,)]


# ---------------------------------------------------------------------------------- what is not settled, or no file


def test_what_grows_between_two_looks_waits(home: Home, landing: Path) -> None:
    path = land(landing, text(wage_rows(50)))
    calm = land(landing, text(wage_rows(3)), period="2023Q2")
    done = threading.Event()

    def write_on() -> None:
        while not done.is_set():
            with path.open("a") as handle:
                handle.write("x")
            time.sleep(0.01)

    writing = threading.Thread(target=write_on)
    writing.start()
    try:
        results = ingest.load_source(home, "ui_wage", landing, look_again=0.2)
    finally:
        done.set()
        writing.join()
    assert [result.file_name for result in results] == [calm.name]


def test_a_young_file_waits_for_the_bytes_its_manifest_announces(home: Home, landing: Path) -> None:
    path = land(landing, text(wage_rows(3)), manifest={"sha256": "0" * 64})
    os.utime(path, (time.time() + 3600, time.time() + 3600))  # young however slow this machine is
    assert ingest.load_source(home, "ui_wage", landing, look_again=0.01) == []
    assert warehouse(home, "select count(*) from ledger.batch") == [(0,)]
    assert list(home.archive.iterdir()) == []
    os.utime(path)
    time.sleep(0.05)
    [done] = ingest.load_source(home, "ui_wage", landing, look_again=0.001)
    assert (done.outcome, path.exists()) == ("reject_file", True)
    assert "checksum" in str(done.reject_reason)


@pytest.mark.parametrize("kind", ["link", "dangling link", "pipe", "socket", "folder", "linked folder"])
def test_what_is_no_file_is_refused_with_a_sentence(
    home: Home, landing: Path, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = land(tmp_path / "elsewhere", text(wage_rows(3)))
    path = landing / "ui_wage" / "dol_ui_wage_2023Q1_20230515_v01.csv"
    path.parent.mkdir()
    if kind == "socket":
        monkeypatch.chdir(path.parent)
        socket.socket(socket.AF_UNIX).bind(path.name)
    else:
        {
            "link": lambda: path.symlink_to(good),
            "dangling link": lambda: path.symlink_to(tmp_path / "nothing"),
            "pipe": lambda: os.mkfifo(path),
            "folder": path.mkdir,
            "linked folder": lambda: path.symlink_to(good.parent),
        }[kind]()
    for is_new in (True, False):
        [done] = ingest.load_source(home, "ui_wage", landing)
        assert (done.outcome, done.is_new) == ("reject_file", is_new)
        assert path.name in str(done.reject_reason)
        assert str(done.reject_reason).endswith(".")


def test_a_file_replaced_between_two_readings_is_not_loaded_twice(
    home: Home, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known bytes take the place of new ones of the same length after the first look: nothing is doubled."""
    known, fresh = text(wage_rows(3, wage_usd="1.00")), text(wage_rows(3, wage_usd="2.00"))
    path = land(landing, known)
    ingest.load_source(home, "ui_wage", landing)
    path.write_text(fresh)
    real = load.archive.inspect

    def then_replaced(seen: Path) -> object:
        facts = real(seen)
        path.write_text(known)
        return facts

    monkeypatch.setattr(load.archive, "inspect", then_replaced)
    [done] = ingest.load_source(home, "ui_wage", landing)
    assert not done.is_new
    assert warehouse(home, "select count(*) from raw.raw_ui_wage") == [(3,)]


# ---------------------------------------------------------------------------------------------------- the record


def test_error_rates_can_be_followed_over_time(home: Home, landing: Path) -> None:
    for day, wrong in (("20230515", 1), ("20230601", 4)):
        rows = wage_rows(40)
        for row in rows[:wrong]:
            row["wage_action"] = "NONSENSE"
        land(landing, text(rows), day=day)
    ingest.load_source(home, "ui_wage", landing)
    rates = warehouse(
        home,
        "select extract_ts::date::varchar, rows_failed, rows_checked, share from ledger.error_rate "
        "where source = 'ui_wage' and rule_id = 'G4.code' and column_name = 'wage_action' order by extract_ts",
    )
    assert rates == [("2023-05-15", 1, 40, 0.025), ("2023-06-01", 4, 40, 0.1)]


def test_a_crash_before_the_superseded_receipt_is_rewritten_is_made_up_for(
    home: Home, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(landing, text(wage_rows(5)), day="20230515")
    [first] = ingest.load_source(home, "ui_wage", landing)
    land(landing, text(wage_rows(6)), day="20230601")
    with monkeypatch.context() as patch:
        patch.setattr(ledger_log, "append", lambda con, log, batches: [][0] if batches else None)
        with pytest.raises(IndexError):
            ingest.load_source(home, "ui_wage", landing)
    ingest.load_source(home, "ui_wage", landing)
    said = json.loads(first.receipt.with_name("receipt.json").read_text())
    assert (said["stands"], said["rows_accepted"], said["rows_superseded"]) == (False, 0, 5)
    assert len(said["superseded_by"]) == 1


def test_the_worked_example_is_what_the_rules_page_shows() -> None:
    """The table of the rules page has the same steps and sums."""
    from home import PROJECT_ROOT

    page = (PROJECT_ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    for number, (_, _, _, expected, rows) in enumerate(S4, start=1):
        wages = ", ".join(
            f"{letter} {expected[place][:-3]}" for place, letter in enumerate("ABCD") if place in expected
        )
        assert f"| {number} |" in page
        assert f"| {wages} | {rows[0]} = {rows[1]} + {rows[2]} + {rows[3]} |" in page


def test_an_agency_replaces_its_own_rows_only_where_several_send_a_dataset(home: Home, landing: Path) -> None:
    fields = contracts.load("support_payment").fields

    def send(agency: str, day: str, *payments: str) -> None:
        path = landing / "support_payment" / f"{agency}_support_payment_2023Q1_{day}_v01.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [{one.name: one.example for one in fields} | {"payment_id": payment} for payment in payments]
        path.write_text(text(rows))
        path.with_name(path.name + ".manifest.json").write_text("{}")

    send("ows", "20240201", "W1", "W2")
    send("doh", "20240202", "H1")
    send("ows", "20240203", "W1")
    send("someone", "20240204", "S1")
    done = {one.file_name.split("_")[0]: one.outcome for one in ingest.load_source(home, "support_payment", landing)}
    assert done == {"ows": "accept", "doh": "accept", "someone": "accept_with_warning"}
    con = duckdb.connect(str(home.warehouse_db))
    ingest.set_visibility(con)
    found = con.execute(
        f"select payment_id from ({visible_rows('support_payment', ['payment_id'])}) order by 1"
    ).fetchall()
    con.close()
    assert found == [("H1",), ("S1",), ("W1",)]


def test_the_same_key_of_two_senders_is_two_rows_everywhere(home: Home, landing: Path) -> None:
    """Whoever sends later, deletes or corrects: another sender's row, receipt and calendar stay as they are."""
    fields = contracts.load("support_payment").fields

    def send(agency: str, day: str, usd: str, **said: str) -> None:
        path = landing / "support_payment" / f"{agency}_support_payment_2023Q1_{day}_v01.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        action = {"record_action": "D"} if said.pop("deletes", "") else {}
        row = {one.name: one.example for one in fields} | {"payment_id": "P1", "payment_usd": usd}
        path.write_text(text([row | action]))
        describe(path, said)

    assert "payment_usd" in {one.name for one in fields}
    send("ows", "20240201", "100.00")
    send("doh", "20240202", "200.00")
    send("someone", "20240203", "300.00", mode="delta")
    send("someone", "20240204", "300.00", mode="delta", deletes="yes")
    results = ingest.load_source(home, "support_payment", landing)
    con = duckdb.connect(str(home.warehouse_db))
    ingest.set_visibility(con)
    rows = visible_rows("support_payment", ["payment_id"])
    found = con.execute(f"select payment_id, payment_usd::varchar from ({rows}) order by 2").fetchall()
    con.close()
    assert found == [("P1", "100.00"), ("P1", "200.00")]
    with scratch_engine(home.scratch) as con:
        con.execute(f"attach '{home.warehouse_db}' as warehouse")
        cross_views.make_source(con, contracts.load("support_payment"), 4)
        found = con.execute("select _submitter, payment_usd::varchar from support_payment order by 2").fetchall()
    assert found == [("", "100.00"), ("doh", "200.00")]
    said = {one.file_name: json.loads(one.receipt.with_name("receipt.json").read_text()) for one in results}
    first, second, *_ = sorted(said.values(), key=lambda one: one["extract_ts"])
    assert (first["stands"], first["superseded_by"]) == (True, [])
    assert (second["stands"], second["superseded_by"]) == (True, [])


def test_what_supersedes_a_file_is_of_its_own_sender(home: Home, landing: Path) -> None:
    fields = contracts.load("support_payment").fields
    for agency, day in (("ows", "20240201"), ("doh", "20240202"), ("ows", "20240203")):
        path = landing / "support_payment" / f"{agency}_support_payment_2023Q1_{day}_v01.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text([{one.name: one.example for one in fields} | {"payment_id": f"P{day}"}]))
    said = {}
    for one in ingest.load_source(home, "support_payment", landing):
        receipt = json.loads(one.receipt.with_name("receipt.json").read_text())
        said[one.file_name.split("_")[0] + one.file_name[-16:-8]] = (one.batch_id, receipt["superseded_by"])
    assert said["ows20240201"][1] == [said["ows20240203"][0]]
    assert said["doh20240202"][1] == []
