"""A P20 WIN request: what is taken, what is refused, what comes out, and that nothing stays. A stand-in links."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from linkage.request import MatchResult, match_request
from linkage.request_destroy import destroy_request, doomed_files, others_left
from linkage.request_plan import parse_name
from linkage.run import LinkageError

DAY = date(2026, 5, 20)
DESCRIPTION = """
number: Q0123
name: Dual credit and first wages
requester: University of Nowhere
agreement: DSA-2026-014
agencies: [SDE, DOL]
requested_on: 2026-03-01
decision: approved
"""
SDE = (
    "StudentID\tLastName\tMiddleName\tFirstName\tDOB\tGender\tHighSchoolCode\tHighSchoolName\tSASID\tSSN\r\n"
    "S2\tQuill\t\tAna\t19980417\tF\t070123\tNorth High\t5000000123\t123456780\r\n"
    "S1\tRook\tB\tBen\t19990230\tU\t070123\tNorth High\t5000000124\t\r\n"
)
DOL = "SyntheticID\tLastName\tFirstName\tSSN\nW9\tQUILL\tANA\t123-45-6780\nW8\tStork\tCam\t12\n"
PERSONAL = ("Quill", "QUILL", "Rook", "Stork", "123456780", "123-45-6780", "5000000123", "19980417", "S1", "W9")


def by_number(con: duckdb.DuckDBPyConnection, relation: str) -> SimpleNamespace:
    """One person per SSN; every record without one is its own person."""
    con.execute(
        f"""
        create temp table clustered_record as
        with keyed as (select *, coalesce(ssn, concat(source_system, '|', source_record_id)) as key from {relation})
        select source_system, source_record_id, dense_rank() over (order by key) as cluster from keyed
        """
    )
    con.execute("create temp table edge_decided as select 'D1' as match_rule, null::varchar as refused_reason")
    return SimpleNamespace(unused=["No record gives street: not compared.", "Five records share a key."])


@pytest.fixture
def request_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "request"
    folder.mkdir()
    (folder / "request.yml").write_text(DESCRIPTION)
    (folder / "SDE.Q0123.05_15_2026.matching").write_bytes(SDE.encode())
    (folder / "P20_Q0123_DOL_match_v1.txt").write_text(DOL)
    return folder


def go(folder: Path, **options: Any) -> MatchResult:
    return match_request(folder, folder.parent / "out", match_date=DAY, linker=by_number, **options)


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle, delimiter="\t" if path.suffix == ".key" else ","))


def test_keys_matrix_and_counts(request_dir: Path, tmp_path: Path) -> None:
    done = go(request_dir)
    assert (done.persons, done.persons_in_several, done.rows) == (3, 1, {"SDE": 2, "DOL": 2})
    sde = lines(tmp_path / "out/keys/SDE.Q0123.05_20_2026.key")
    dol = lines(tmp_path / "out/keys/DOL.Q0123.05_20_2026.key")
    assert [row["StudentID"] for row in sde] == ["S1", "S2"]
    assert [row["SyntheticID"] for row in dol] == ["W8", "W9"]
    common = {row["MatchedID"] for row in sde} & {row["MatchedID"] for row in dol}
    assert common == {sde[1]["MatchedID"]} == {dol[1]["MatchedID"]}
    matrix = {row["matched_id"]: (row["SDE"], row["DOL"]) for row in lines(tmp_path / "out/matrix.csv")}
    assert matrix[common.pop()] == ("1", "1")
    assert sorted(matrix.values()) == [("0", "1"), ("1", "0"), ("1", "1")]
    assert list(matrix) == sorted(matrix)
    [pair] = lines(tmp_path / "out/pair_counts.csv")
    assert (pair["persons_in_both"], pair["share_of_a"]) == ("1", "0.5")


def test_logs_say_what_was_matched_and_nothing_of_a_person(request_dir: Path, tmp_path: Path) -> None:
    go(request_dir)
    logs = tmp_path / "out/logs"
    sde, dol = lines(logs / "match_log.csv")
    assert (sde["file"], sde["sender"], sde["receiver"]) == ("SDE.Q0123.05_15_2026.matching", "SDE", "DOL")
    assert (sde["rows"], sde["match_date"], sde["recipient"]) == ("2", "2026-05-20", "University of Nowhere")
    assert dol["fields"] == "LastName FirstName SSN"
    assert "SSN=0.5000" in sde["null_shares"]
    assert len(sde["sha256"]) == 64
    assert json.loads((logs / "request_log.json").read_text())["requested_on"] == "2026-03-01"
    report = json.loads((logs / "match_report.json").read_text())
    assert report["links_by_rule"] == {"D1": 1}
    assert report["persons_by_number_of_agencies"] == {"1": 2, "2": 1}
    assert "Five records share a key." in report["notes"]
    assert not any("street" in note for note in report["notes"])
    assert "Not used for matching: HighSchoolCode, HighSchoolName." in report["notes"]
    everything = "".join(path.read_text() for path in logs.iterdir()) + (tmp_path / "out/matrix.csv").read_text()
    assert [value for value in PERSONAL if value in everything] == []


def test_quality_is_told_field_by_field(request_dir: Path, tmp_path: Path) -> None:
    go(request_dir)
    quality = {(row["agency"], row["field"]): row for row in lines(tmp_path / "out/logs/field_quality.csv")}
    assert quality["SDE", "DOB"]["unreadable_share"] == "0.5"  # there is no 30 February
    assert quality["SDE", "Gender"]["filled"] == "1"  # U is nobody's gender
    assert quality["DOL", "SSN"]["readable"] == "1"
    assert quality["DOL", "DOB"]["sent"] == "no"
    agreement = {row["field"]: row["agreeing_share"] for row in lines(tmp_path / "out/logs/agreement.csv")}
    assert agreement == {"LastName": "1.0", "FirstName": "1.0", "SSN": "1.0"}
    rate = lines(tmp_path / "out/logs/match_rate.csv")
    assert {row["ids"] for row in rate} == {"under 10"}


def test_throwaway_ids_hold_within_a_request_and_not_beyond(request_dir: Path, tmp_path: Path) -> None:
    def ids() -> set[str]:
        return {row["matched_id"] for row in lines(tmp_path / "out/matrix.csv")}

    go(request_dir)
    first = ids()
    secret = request_dir / "request.secret"
    assert secret.stat().st_mode & 0o077 == 0
    go(request_dir)
    assert ids() == first
    assert len(lines(tmp_path / "out/logs/match_log.csv")) == 2
    secret.unlink()
    go(request_dir)
    assert ids().isdisjoint(first)
    go(request_dir, secret=b"s" * 32)
    given = ids()
    go(request_dir, secret=b"s" * 32)
    assert ids() == given


def test_a_failure_leaves_nothing(request_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    before = sorted(request_dir.iterdir())

    def broken(con: duckdb.DuckDBPyConnection, relation: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        match_request(request_dir, tmp_path / "out", match_date=DAY, linker=broken)
    monkeypatch.setattr("linkage.request_output.agreement", broken)
    with pytest.raises(KeyboardInterrupt):
        go(request_dir)
    assert sorted(request_dir.iterdir()) == before
    assert list(scratch.iterdir()) == []
    assert not (tmp_path / "out").exists()


def test_the_engine_gets_what_can_be_read(request_dir: Path) -> None:
    seen: list[dict[str, Any]] = []

    def look(con: duckdb.DuckDBPyConnection, relation: str) -> SimpleNamespace:
        seen.extend(con.sql(f"from {relation} order by all").to_arrow_table().to_pylist())
        return by_number(con, relation)

    match_request(request_dir, request_dir.parent / "out", match_date=DAY, linker=look)
    w8, w9, s1, s2 = seen
    assert (w8["ssn"], w9["ssn"], w9["sasid"]) == (None, "123456780", None)
    assert (s1["date_of_birth"], s1["sex"], s1["sasid"]) == (None, None, "5000000124")
    assert (s2["date_of_birth"], s2["sex"], s2["source_system"]) == ("1998-04-17", "F", "SDE")
    assert "high_school_code" not in s2


def test_the_newest_version_of_a_file_stands_and_the_older_is_noted(request_dir: Path) -> None:
    (request_dir / "P20_Q0123_DOL_match_v2.csv").write_text(DOL.replace("\t", ",") + 'W7,"Stork, Jr",Cam,\n')
    done = go(request_dir)
    assert done.rows["DOL"] == 3
    assert "P20_Q0123_DOL_match_v1.txt was not matched: P20_Q0123_DOL_match_v2.csv is newer." in done.notes


@pytest.mark.parametrize(
    ("name", "agency", "request_number", "kind"),
    [
        ("SDE.Q0123.05_15_2026.matching", "SDE", "Q0123", "match"),
        ("sde.p20-7.05_15_2026.analytical.txt", "SDE", "P20-7", "analytical"),
        ("P20_Q0123_UConn_match_v3.tsv", "UCONN", "Q0123", "match"),
    ],
)
def test_both_styles_of_names(name: str, agency: str, request_number: str, kind: str) -> None:
    said = parse_name(name)
    assert said is not None
    assert (said.agency, said.request, said.kind) == (agency, request_number, kind)
    assert parse_name("sde_match.csv") is None


MATCH = "SDE.Q0123.05_15_2026.matching"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"request.yml": None}, "There is no request.yml"),
        ({"request.yml": "a: [b"}, "request.yml is no YAML"),
        ({"request.yml": DESCRIPTION.replace("agreement: DSA-2026-014", "")}, "does not say agreement"),
        ({"request.yml": DESCRIPTION + "colour: red"}, "says colour, which nobody asks for"),
        ({"request.yml": DESCRIPTION.replace("Q0123", "0123")}, "number must be text"),
        ({"request.yml": DESCRIPTION.replace(": approved", ": denied")}, "the decision is not `approved`"),
        ({"request.yml": DESCRIPTION.replace(", DOL", "")}, "two agencies or more"),
        ({"request.yml": DESCRIPTION.replace("2026-03-01", "March")}, "requested_on must be a day"),
        ({"request.yml": DESCRIPTION + "agreement_ends_on: 2026-05-19"}, "ended on 2026-05-19"),
        ({MATCH: None}, "There is no match file of SDE"),
        ({"SDE.Q0124.05_15_2026.matching": SDE}, "is of another request than Q0123"),
        ({"DCF.Q0123.05_15_2026.matching": SDE}, "is of an agency that request.yml does not name"),
        ({"P20_Q0123_SDE_match_v1": SDE}, "Nothing says which match file of SDE is the newest"),
        ({MATCH: SDE.splitlines()[0] + "\n"}, f"{MATCH} has no rows"),
        ({MATCH: ""}, f"{MATCH} must have one column with the agency's own id"),
        ({MATCH: SDE.replace("StudentID", "Student")}, "one column with the agency's own id"),
        ({MATCH: SDE.split("\r\n", 1)[1]}, "one column with the agency's own id"),
        ({MATCH: SDE.replace("MiddleName", "Grade")}, f"{MATCH} has Grade, which does not belong into a match file"),
        ({MATCH: SDE.replace("MiddleName", "LastName")}, "has a column twice"),
        ({MATCH: SDE.replace("S1\t", "S2\t")}, "has an id more than once, in rows 1, 2"),
        ({MATCH: SDE.replace("S1\t", "\t")}, "has no id in row 2"),
        ({MATCH: SDE.replace("Rook", '"Rook"')}, "has quotation marks around values in row 2"),
        ({MATCH: SDE.replace("LastName", '"LastName"')}, "has quotation marks"),
        ({MATCH: SDE.replace("Rook\t", "")}, f"{MATCH}, line 3: the row has more or fewer columns"),
        ({MATCH: "StudentID\tGender\nS1\tM\n"}, "has nothing to match on"),
        ({MATCH: SDE.replace("Rook", "Röok").encode("latin-1")}, "is not UTF-8 text"),
    ],
)
def test_what_is_refused_is_one_sentence_and_nothing_is_written(
    request_dir: Path, tmp_path: Path, files: dict[str, Any], told: str
) -> None:
    for name, content in files.items():
        path = request_dir / name
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = sorted(request_dir.iterdir())
    with pytest.raises(LinkageError) as refused:
        go(request_dir)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)
    assert [value for value in (*PERSONAL[:-2], "S2", "Ana") if value in str(refused.value)] == []
    assert sorted(request_dir.iterdir()) == before
    assert not (tmp_path / "out").exists()


def test_the_id_column_may_be_named(request_dir: Path) -> None:
    (request_dir / "request.yml").write_text(DESCRIPTION.replace("[SDE,", "[{agency: SDE, id_column: Pupil},"))
    (request_dir / MATCH).write_text(SDE.replace("StudentID", "Pupil"))
    assert go(request_dir).persons == 3


def test_results_of_another_request_are_not_written_over(request_dir: Path, tmp_path: Path) -> None:
    go(request_dir)
    other = tmp_path / "other"
    request_dir.rename(other)
    (other / "request.yml").write_text(DESCRIPTION.replace("Q0123", "Q0999"))
    with pytest.raises(LinkageError, match="results of another request"):
        go(other)


def test_destruction_takes_inputs_keys_and_secret_and_says_so(request_dir: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    go(request_dir)
    (request_dir / "SDE.Q0123.05_15_2026.analytical").write_text("StudentID\tGrade\nS1\t12\n")
    (request_dir / "mail.txt").write_text("x")
    doomed = doomed_files(request_dir, out)
    assert [one.kind for one in doomed] == [
        "match file",
        "analytical file",
        "match file",
        "key file",
        "key file",
        "secret",
    ]
    assert others_left(request_dir, doomed) == ["mail.txt"]
    with pytest.raises(LinkageError, match="Say who"):
        destroy_request(request_dir, out, day=date(2026, 6, 1), by=" ")
    destroy_request(request_dir, out, day=date(2026, 6, 1), by="A. Steward")
    assert sorted(path.name for path in request_dir.iterdir()) == ["mail.txt", "request.yml"]
    assert list((out / "keys").iterdir()) == []
    log = lines(out / "logs/destruction_log.csv")
    assert [row["rows"] for row in log] == ["2", "1", "2", "2", "2", ""]
    assert {(row["destroyed_on"], row["destroyed_by"]) for row in log} == {("2026-06-01", "A. Steward")}
    assert {row["destroyed_on"] for row in lines(out / "logs/match_log.csv")} == {"2026-06-01"}
    assert (out / "matrix.csv").exists()
    with pytest.raises(LinkageError, match="Nothing is left to destroy"):
        doomed_files(request_dir, out)


@pytest.mark.slow
def test_the_engine_itself_matches_by_number_and_by_student_id(request_dir: Path, tmp_path: Path) -> None:
    (request_dir / "request.yml").write_text(DESCRIPTION.replace("DOL]", "DOL, CSCU]"))
    (request_dir / "CSCU.Q0123.05_15_2026.matching").write_text(
        "BannerID\tLastName\tFirstName\tDOB\tSASID\nB1\tRook\tBenjamin\t19990103\t5000000124\n"
    )
    done = match_request(request_dir, tmp_path / "out", match_date=DAY)
    assert (done.persons, done.persons_in_several) == (3, 2)
    assert sum(done.rule_counts.values()) >= 2
    matrix = {(row["SDE"], row["DOL"], row["CSCU"]) for row in lines(tmp_path / "out/matrix.csv")}
    assert matrix == {("1", "1", "0"), ("1", "0", "1"), ("0", "1", "0")}
