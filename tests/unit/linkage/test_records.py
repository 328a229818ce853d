"""Any records: what is read, converted, noted and refused. A stand-in links: records of one number are one."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.records import LinkedRecords, link_records
from linkage.run import LinkageError
from linkage.scratch import PREFIX, scratch_engine

SEEN: list[dict[str, Any]] = []
"""The records as the stand-in got them."""


def by_number(con: duckdb.DuckDBPyConnection, relation: str) -> SimpleNamespace:
    """One person per SSN, every record without one its own person."""
    SEEN[:] = con.sql(f"select * from {relation} order by all").to_arrow_table().to_pylist()
    con.execute(
        f"""
        create temp table clustered_record as
        with keyed as (select *, coalesce(ssn, concat(source_system, '|', source_record_id)) as key from {relation}),
        firsts as (select key, min((source_system, source_record_id)) as first from keyed group by key)
        select source_system, source_record_id, row_number_of.cluster
        from keyed inner join (select key, row_number() over (order by first) as cluster from firsts) as row_number_of
            using (key)
        """
    )
    return SimpleNamespace(unused=[])


def go(tmp_path: Path, place: Path | None = None, **options: Any) -> LinkedRecords:
    return link_records(place or tmp_path / "in", tmp_path / "out.csv", linker=by_number, **options)


def put(tmp_path: Path, name: str, content: str | bytes | pa.Table) -> Path:
    path = tmp_path / "in" / name
    path.parent.mkdir(exist_ok=True)
    if isinstance(content, pa.Table):
        pq.write_table(content, path)
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def result(tmp_path: Path) -> list[tuple[str, ...]]:
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as lines:
        return [tuple(row) for row in csv.reader(lines)][1:]


TWO = "source_system,source_record_id,ssn,last_name\nb,2,123456780,Roe\na,1,123456780,Roe\na,2,,Doe\n"


def test_csv_and_parquet_are_linked_together_and_the_result_is_sorted(tmp_path: Path) -> None:
    put(tmp_path, "one.csv", TWO)
    put(tmp_path, "two.parquet", pa.table({"source_record_id": ["9"], "ssn": ["123456780"]}))
    done = go(tmp_path)
    assert result(tmp_path) == [
        ("a", "1", "P000000001"),
        ("a", "2", "P000000002"),
        ("b", "2", "P000000001"),
        ("two", "9", "P000000001"),
    ]
    assert (done.records, done.persons, done.sources) == (4, 2, {"a": 2, "b": 1, "two": 1})
    assert done.used == ("ssn", "last_name")
    assert "two.parquet has no source_system: its name, two, was taken." in done.notes
    assert any(note.startswith("In no file: first_name, middle_name, suffix") for note in done.notes)
    assert (tmp_path / "out.csv").stat().st_mode & 0o007 == 0


def test_the_same_records_give_the_same_bytes_however_they_lie(tmp_path: Path) -> None:
    put(tmp_path, "one.csv", TWO)
    go(tmp_path)
    before = (tmp_path / "out.csv").read_bytes()
    head, *rows = TWO.splitlines(keepends=True)
    put(tmp_path, "one.csv", head + rows[2])
    put(tmp_path, "z.csv", head + rows[1] + rows[0])
    go(tmp_path, threads=1)
    assert (tmp_path / "out.csv").read_bytes() == before


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_byte_order_mark_quotes_and_headings_in_other_dress_are_read(tmp_path: Path, mark: str) -> None:
    text = f'{mark}"Source Record ID","LAST-NAME",FirstName,DOB,Gender\n1,"Roe, Jr","Ann ""Nan""",1990-01-02,F\n'
    put(tmp_path, "CLIENTS.CSV", text.encode())
    go(tmp_path)
    [seen] = SEEN
    assert (seen["last_name"], seen["first_name"]) == ("Roe, Jr", 'Ann "Nan"')
    assert (seen["date_of_birth"], seen["sex"], seen["source_system"]) == ("1990-01-02", "F", "CLIENTS")
    assert seen["phone"] is None


def test_typed_values_become_the_text_they_stand_for(tmp_path: Path) -> None:
    table = pa.table(
        {
            "source_record_id": pa.array([7, 8]),
            "ssn": pa.array([12345678, None]),
            "zip": pa.array([6103.0, None]),
            "phone": pa.array([8605550100, None]),
            "date_of_birth": pa.array([dt.date(1990, 1, 2), None]),
        }
    )
    put(tmp_path, "typed.parquet", table)
    put(tmp_path, "times.parquet", pa.table({"source_record_id": ["1"], "dob": pa.array([dt.datetime(1990, 1, 2)])}))
    done = go(tmp_path)
    assert [seen["date_of_birth"] for seen in SEEN] == ["1990-01-02", "1990-01-02", None]
    typed = SEEN[1]
    assert (typed["source_record_id"], typed["ssn"], typed["zip"]) == ("7", "012345678", "06103")
    assert typed["phone"] == "8605550100"
    assert any("zip of typed.parquet is a floating-point number" in note for note in done.notes)


def test_zeros_a_spreadsheet_dropped_are_given_back_and_others_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "lost.csv", "source_record_id,ssn,zip\n1,12345678,6103\n2,223456789,6104\n")
    put(tmp_path, "kept.csv", "source_record_id,ssn,zip\n1,012345678,06103\n2,22345678,6103\n")
    done = go(tmp_path)
    assert [(seen["ssn"], seen["zip"]) for seen in SEEN] == [
        ("012345678", "06103"),
        ("22345678", "6103"),
        ("012345678", "06103"),
        ("223456789", "06104"),
    ]
    assert "ssn of lost.csv had lost its leading zeros; they were given back in 1 rows." in done.notes


def test_a_time_of_midnight_is_taken_off_a_date(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "source_record_id,dob\n1,1990-01-02 00:00:00\n2,1990-01-03T00:00:00.000Z\n3, \n")
    go(tmp_path)
    assert [seen["date_of_birth"] for seen in SEEN] == ["1990-01-02", "1990-01-03", None]


def test_what_is_odd_is_noted(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "source_record_id,ssn,phone,favourite_colour,\n1,123456780,,red,\n")
    put(tmp_path, "empty.csv", "")
    put(tmp_path, "blank.csv", "\n\n")
    put(tmp_path, "header.csv", "source_record_id,ssn\n")
    put(tmp_path, "notes.docx", "x")
    put(tmp_path, "old.csv", "source_system,source_record_id,person_id\na,1,P000000009\n")
    done = go(tmp_path)
    assert done.records == 1
    assert done.notes[:5] == (
        "Not read, because no record file: notes.docx, old.csv.",
        "Not used of a.csv, because nobody knows what they are: favourite_colour, column 5.",
        "blank.csv is empty.",
        "empty.csv is empty.",
        "header.csv has a header and no records.",
    )
    assert "Empty in every record: phone." in done.notes
    assert "phone" in done.unused


def test_one_file_may_be_named_and_optional_columns_reach_the_engine(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", "source_record_id,sasid\n1,5000000123\n")
    assert go(tmp_path, path).used == ("sasid",)
    assert SEEN[0]["sasid"] == "5000000123"
    assert "agency_person_id" not in SEEN[0]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"a.csv": "source_record_id,colour\n1,red\n"}, "a.csv has no column that tells who somebody is"),
        ({"a.csv": "ssn,last_name\n123456780,Roe\n"}, "a.csv has no column source_record_id"),
        ({"a.csv": "source_record_id,ssn\n1,1\n,2\n  ,3\n"}, "a.csv has no source_record_id in rows 2, 3: fill it in."),
        ({"a.csv": "source_record_id,dob,birth_date\n1,,\n"}, "a.csv has two columns for date_of_birth"),
        ({"a.csv": "source_record_id,ssn,ssn\n1,,\n"}, "a.csv has two columns for ssn"),
        ({"a.csv": "source_record_id,ssn\n1,2,3\n"}, "a.csv, line 2: the row has more or fewer columns"),
        ({"a.csv": 'source_record_id,ssn\n1,"2\n'}, "a.csv, line 2: the row has more or fewer columns"),
        ({"a.csv": b"source_record_id,last_name\n1,Mu\xf1oz\n"}, "a.csv is not UTF-8 text"),
        ({"a.parquet": b"no parquet"}, "a.parquet cannot be read as parquet"),
        ({"a.csv": "", "b.csv": "source_record_id,ssn\n"}, "every file is empty"),
        ({"a.csv": "source_record_id,ssn\n1,\n2,\n"}, "every identifying column is empty"),
        ({"a.txt": "x"}, "There is no record file in"),
        (
            {
                "a.csv": "source_system,source_record_id,ssn\ns,1,\ns,77,\ns,77,\n",
                "b.csv": "source_system,source_record_id,ssn\ns,77,\ns,1,\n",
            },
            "stand in a.csv row 1 and b.csv row 2 (2 ids occur more than once)",
        ),
        ({"a.parquet": pa.table({"source_record_id": ["1"], "zip": [6103.5]})}, "zip holds numbers with decimals in 1"),
        ({"a.parquet": pa.table({"source_record_id": ["1"], "zip": [["06103"]]})}, "zip is a list or a structure"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(tmp_path: Path, files: dict[str, Any], told: str) -> None:
    for name, content in files.items():
        put(tmp_path, name, content)
    (tmp_path / "out.csv").write_text("as it was")
    with pytest.raises(LinkageError) as refused:
        go(tmp_path)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not any(value in str(refused.value) for value in ("123456780", "Roe", "77", "Mu", "6103"))
    assert (tmp_path / "out.csv").read_text() == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out.csv"]


def test_the_records_themselves_are_never_overwritten(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", TWO)
    with pytest.raises(LinkageError, match="would overwrite"):
        link_records(tmp_path / "in", path, linker=by_number)
    inside = tmp_path / "in" / "clusters.csv"
    first = link_records(tmp_path / "in", inside, linker=by_number)
    assert link_records(tmp_path / "in", inside, linker=by_number).records == first.records


def test_a_failure_of_linkage_leaves_no_file_and_no_scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    put(tmp_path, "a.csv", TWO)

    def broken(con: duckdb.DuckDBPyConnection, relation: str) -> SimpleNamespace:
        [left] = (tmp_path / "scratch").glob(f"{PREFIX}*")
        assert left.stat().st_mode & 0o077 == 0
        con.execute(f"create temp table clustered_record as select *, 1 as cluster from {relation} limit 1")
        return SimpleNamespace(unused=[])

    with pytest.raises(RuntimeError, match="exactly one person"):
        link_records(tmp_path / "in", tmp_path / "out.csv", linker=broken)
    assert not (tmp_path / "out.csv").exists()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_what_is_in_use_is_not(tmp_path: Path) -> None:
    (tmp_path / f"{PREFIX}left").mkdir()
    with scratch_engine(folder=tmp_path), scratch_engine(folder=tmp_path):
        assert len(list(tmp_path.iterdir())) == 2
        assert not (tmp_path / f"{PREFIX}left").exists()
    assert list(tmp_path.iterdir()) == []


def test_a_memory_limit_is_a_number_and_a_unit(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", TWO)
    with pytest.raises(LinkageError, match="such as 2GB"):
        go(tmp_path, memory_limit="much")


@pytest.mark.slow
def test_the_engine_itself_links_what_is_written_in_two_hands(tmp_path: Path) -> None:
    put(
        tmp_path,
        "a.csv",
        "source_system,source_record_id,ssn,first_name,last_name,date_of_birth,zip\n"
        "a,1,123456780,Ann,Roe,1990-01-02,06103\n"
        "b,1,123-45-6780,Anna,ROE,01/02/1990,6103\n"
        "b,2,,Zed,Stork,1980-03-04,06110\n",
    )
    done = link_records(tmp_path / "in", tmp_path / "out.csv")
    assert [person for _, _, person in result(tmp_path)] == ["P000000001", "P000000001", "P000000002"]
    assert "In no file: middle_name, suffix, sex, street, city, state, phone, email." in done.notes
    assert not any("phone:" in note for note in done.notes)
