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
    assert "ssn of lost had lost its leading zeros; they were given back in 1 rows." in done.notes


def test_zeros_are_judged_by_source_and_not_by_file(tmp_path: Path) -> None:
    rows = ["a,1,041234567,06103", "b,1,41234567,6103", "a,2,042345678,", "b,2,42345678,6104"]
    put(tmp_path, "all.csv", "\n".join(["source_system,source_record_id,ssn,zip", *rows, ""]))
    done = go(tmp_path)
    assert [person for *_, person in result(tmp_path)] == ["P000000001", "P000000002"] * 2
    assert [seen["zip"] for seen in SEEN] == ["06103", None, "06103", "06104"]
    assert "ssn of b had lost its leading zeros; they were given back in 2 rows." in done.notes
    assert "zip of b had lost its leading zeros; they were given back in 2 rows." in done.notes
    put(tmp_path, "all.csv", "\n".join(["source_system,source_record_id,ssn,zip", *rows, "b,3,012345678,06103", ""]))
    assert [note for note in go(tmp_path).notes if "zeros" in note] == []


def test_a_source_that_writes_the_day_first_is_read_so(tmp_path: Path) -> None:
    head = "source_system,source_record_id,dob\n"
    put(tmp_path, "a.csv", f"{head}a,1,25/12/1980\na,2,03/02/1980\na,3,1980-02-03\na,4,31-01-1980\n")
    put(tmp_path, "b.csv", f"{head}b,1,12/25/1980\nb,2,03/02/1980\nb,3,25/12/1980\nb,4,80/12/25\n")
    done = go(tmp_path)
    days = {(seen["source_system"], seen["source_record_id"]): seen["date_of_birth"] for seen in SEEN}
    assert [days["a", one] for one in "1234"] == ["12/25/1980", "02/03/1980", "1980-02-03", "01-31-1980"]
    assert [days["b", one] for one in "123"] == ["12/25/1980", "03/02/1980", "25/12/1980"]
    assert "date_of_birth of a has the day first and was read so." in done.notes
    unread = "date_of_birth could not be used in 2 of 8 records that give it: not readable, or a stand-in."
    assert unread in done.notes


def test_dates_are_read_in_the_usual_styles(tmp_path: Path) -> None:
    same = ("03-FEB-1980", "3.2.1980", "2/3/1980 12:00:00 AM", "1980-02-03T12:30:00", "19800203.0", "1980/2/3")
    same += ("１９８０-０２-０３",)
    lost = ("29254", "02/03/80", "1980-02-30", "198002031", "Feb 3")
    rows = [f"{number},{value}" for number, value in enumerate((*same, *lost))]
    put(tmp_path, "a.csv", "\n".join(["source_record_id,dob", *rows, ""]))
    done = go(tmp_path)
    assert any(note.startswith("date_of_birth could not be used in 5 of 12 records") for note in done.notes)
    assert any(note.startswith("5 of 12 records have neither number nor birth date") for note in done.notes)


def test_a_column_nothing_can_be_read_of_is_not_used(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "source_record_id,ssn,last_name,state\n1,XXX-XX-6789,Roe,CT\n2,6789,Roe,CT\n")
    put(tmp_path, "b.csv", "source_record_id,phone,zip,sex,email\n1,5550100,99999,X,none\n2,860-555-0100,,,\n")
    done = go(tmp_path)
    assert done.used == ("last_name", "phone")
    assert {"ssn", "state", "sex", "zip", "email"} <= {*done.unused}
    assert "phone could not be used in 1 of 2 records that give it: not readable, or a stand-in." in done.notes
    assert "Not compared: state." in done.notes
    assert "ssn could not be used in 2 of 2 records that give it: not readable, or a stand-in." in done.notes
    assert not any("6789" in note for note in done.notes)


def test_folders_below_are_read_and_what_they_say_of_their_records(tmp_path: Path) -> None:
    put(tmp_path, "top.csv", "source_record_id,ssn\n1,123456780\n")
    for place, ssn in (("sub/deep", "123456780"), ("source_system=a%20b/year=2024", "223456780"), (".hidden", "")):
        (tmp_path / "in" / place).mkdir(parents=True)
        pq.write_table(pa.table({"source_record_id": ["1"], "ssn": [ssn]}), tmp_path / "in" / place / "part-0.parquet")
    (tmp_path / "in" / "linked").symlink_to(tmp_path / "in" / "sub")
    done = go(tmp_path)
    assert done.sources == {"a b": 1, "sub/deep/part-0": 1, "top": 1}
    assert done.notes[0] == "Not read, because no record file: linked."
    name = "source_system=a%20b/year=2024/part-0.parquet"
    assert f"Not used of {name}, because nobody knows what they are: year." in done.notes


def test_lines_that_end_in_two_ways_are_read(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", 'source_record_id,ssn,last_name\r\n1,123456780,"R\r\noe"\n2,123456780,Roe\r\n3,,Doe\n')
    go(tmp_path)
    assert [seen["source_record_id"] for seen in SEEN] == ["1", "2", "3"]


def test_binary_columns_that_are_text_are_read(tmp_path: Path) -> None:
    put(tmp_path, "a.parquet", pa.table({"source_record_id": [b"1"], "last_name": [b"Mu\xc3\xb1oz"], "x": [b"\xff"]}))
    go(tmp_path)
    assert (SEEN[0]["source_record_id"], SEEN[0]["last_name"]) == ("1", "Muñoz")


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


@pytest.mark.parametrize("name", ["a[1].csv", "a?.csv", "a*.csv", "a[1].parquet"])
def test_a_name_the_engine_takes_for_a_pattern_is_one_file(tmp_path: Path, name: str) -> None:
    column = pa.table({"source_record_id": ["1"], "last_name": ["Roe"]})
    put(tmp_path, name, column if name.endswith("parquet") else "source_record_id,last_name\n1,Roe\n")
    put(tmp_path, "a1.csv", "source_record_id,last_name\n9,Doe\n")
    put(tmp_path, "a1.parquet", pa.table({"source_record_id": ["8"], "last_name": ["Poe"]}))
    go(tmp_path)
    assert sorted((row["source_record_id"], row["last_name"]) for row in SEEN) == [
        ("1", "Roe"), ("8", "Poe"), ("9", "Doe"),
    ]  # fmt: skip


def test_what_a_data_frame_writes_for_nothing_is_nothing_and_a_name_of_its_own(tmp_path: Path) -> None:
    put(
        tmp_path, "a.csv",
        "source_record_id,first_name,last_name,street\nnan,nan,None,N/A\n2,Nan,Null,<NA>\n",
    )  # fmt: skip
    notes = go(tmp_path).notes
    assert [(row["source_record_id"], row["first_name"], row["last_name"], row["street"]) for row in SEEN] == [
        ("2", "Nan", "Null", None), ("nan", None, None, None),
    ]  # fmt: skip
    assert notes


@pytest.mark.parametrize("out", ["in/a.csv/out.csv", "in"])
def test_a_result_that_cannot_be_written_is_told_before_records_are_read(tmp_path: Path, out: str) -> None:
    put(tmp_path, "a.csv", TWO)
    SEEN.clear()
    with pytest.raises(LinkageError, match=r"cannot be written: .* is a file|is a folder"):
        link_records(tmp_path / "in", tmp_path / out, linker=by_number)
    assert SEEN == []


def test_streets_that_are_none_are_not_said_to_be_used(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "source_record_id,last_name,street,city\n1,Roe,HOMELESS,Storrs\n2,Roe,homeless,unknown\n")
    done = go(tmp_path)
    assert ("street" in done.unused, "city" in done.used) == (True, True)
    assert "street could not be used in 2 of 2 records that give it: not readable, or a stand-in." in done.notes
    assert "city could not be used in 1 of 2 records that give it: not readable, or a stand-in." in done.notes


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
        (
            {"a.csv": "source_record_id,source_system,ssn\n1,a,\n 1,a ,123456780\n"},
            "stand in a.csv row 1 and a.csv row 2: each record has one.",
        ),
        ({"a.csv": "source_record_id,ssn\n1,6780\n"}, "no identifying column holds a value that can be used"),
        (
            {"a.parquet": pa.table([["1"], ["Roe"], [None]], names=["source_record_id", "first_name", "First_Name"])},
            "a.parquet has two columns for first_name",
        ),
        (
            {"a.parquet": pa.table({"source_record_id": ["1", "2"], "last_name": [b"Mu\xf1oz", b"Roe"]})},
            "last_name holds binary values that are no UTF-8 text in 1 rows",
        ),
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
