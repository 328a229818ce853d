"""What a name, number, date or postcode looks like before it is compared."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from linkage.places import towns_sql
from linkage.standardise import rows_of, view_sql, write_std
from tests.unit.linkage.conftest import COLUMNS


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """One identity at a time, in memory: the view, prepared once."""
    with duckdb.connect() as con:
        con.execute(f"create table identity ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
        con.execute(f"create view identity_std as {view_sql()}")
        yield con


def _standardised(engine: duckdb.DuckDBPyConnection, columns: str, **fields: object) -> tuple:
    engine.execute("delete from identity")
    identity = {"identity_key": str(uuid.UUID(int=1))} | fields
    marks = ", ".join("?" * len(identity))
    engine.execute(f"insert into identity ({', '.join(identity)}) values ({marks})", [*identity.values()])
    return engine.execute(f"select {columns} from identity_std").fetchall()[0]


@pytest.mark.parametrize(
    ("written", "key", "suffix"),
    [
        ("GARCIA", "GARCIA", None),
        ("García", "GARCIA", None),
        ("Garci\u0301a", "GARCIA", None),
        ("gar\u200bcia\ufeff", "GARCIA", None),
        ("O’Brien", "OBRIEN", None),
        ("O'BRIEN ", "OBRIEN", None),
        ("St. John", "STJOHN", None),
        ("Núñez-Díaz", "NUNEZDIAZ", None),
        ("De la Cruz", "DELACRUZ", None),
        ("Groß", "GROSS", None),
        ("ﬁnch", "FINCH", None),
        ("ＲＯＥ ｏｅ", "ROEOE", None),
        ("Sørensen", "SORENSEN", None),
        ("Smith, Jr.", "SMITH", "JR"),
        ("SMITH 3RD", "SMITH", "III"),
        ("Senior", "SENIOR", None),
        (" - ", None, None),
        ("", None, None),
        (None, None, None),
        ("Unknown", None, None),
    ],
)
def test_last_names_come_down_to_one_key_and_a_suffix(
    engine: duckdb.DuckDBPyConnection, written: str, key: str, suffix: str
) -> None:
    assert _standardised(engine, "last_key, suffix_std", last_name=written) == (key, suffix)


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("García-López", ["GARCIA", "LOPEZ"]),
        ("de la Cruz", ["CRUZ"]),
        ("Van der Berg", ["BERG"]),
        ("Smith", ["SMITH"]),
        (None, None),
    ],
)
def test_a_double_surname_is_its_words_without_particles(
    engine: duckdb.DuckDBPyConnection, written: str, tokens: list[str]
) -> None:
    assert _standardised(engine, "last_tokens", last_name=written) == (tokens,)


@pytest.mark.parametrize(
    ("first", "middle", "suffix", "expected"),
    [
        ("María José", None, None, ("MARIA", "MARIA", "M", "J", None)),
        ("M.", None, None, ("M", None, "M", None, None)),
        ("Robert Jr", "Alan", None, ("ROBERT", "ROBERT", "R", "A", "JR")),
        ("Robert", "Jr.", None, ("ROBERT", "ROBERT", "R", None, "JR")),
        ("Robert", None, "jr.", ("ROBERT", "ROBERT", "R", None, "JR")),
        ("Robert", None, "2nd", ("ROBERT", "ROBERT", "R", None, "II")),
        ("FNU", None, None, (None, None, None, None, None)),
    ],
)
def test_first_names_give_a_first_word_and_initials(
    engine: duckdb.DuckDBPyConnection, first, middle, suffix, expected
) -> None:
    columns = "first_std, first_full, first_initial, middle_initial, suffix_std"
    assert _standardised(engine, columns, first_name=first, middle_name=middle, suffix=suffix) == expected


@pytest.mark.parametrize(
    ("ssn", "valid"),
    [
        ("219451234", True),
        ("001010001", True),
        ("899999999", True),
        ("000451234", False),
        ("666451234", False),
        ("912701234", False),
        ("219001234", False),
        ("219450000", False),
        ("333333333", False),
        ("19451234", False),
        ("219-45-1234", False),
        (None, False),
        *[(row["ssn"], False) for row in rows_of("placeholder_ssn")],
    ],
)
def test_a_number_is_evidence_only_when_it_can_have_been_issued(
    engine: duckdb.DuckDBPyConnection, ssn: str, valid: bool
) -> None:
    assert _standardised(engine, "ssn_valid, ssn_std", ssn=ssn) == (valid, ssn if valid else None)


@pytest.mark.parametrize(
    ("number", "issued"),
    [("912701234", True), ("999881234", True), ("912931234", False), ("912661234", False), ("999999999", False),
     ("987654321", False), ("219451234", False), ("91270123", False), (None, False)],
)  # fmt: skip
def test_a_taxpayer_number_is_evidence_and_no_ssn(
    engine: duckdb.DuckDBPyConnection, number: str | None, issued: bool
) -> None:
    found = _standardised(engine, "itin_std, ssn_valid", ssn=number)
    assert found == (number if issued else None, number == "219451234")


@pytest.mark.parametrize(
    ("born", "valid"),
    [
        (date(1980, 2, 3), True),
        (date(1900, 1, 1), False),
        (date(1900, 1, 2), True),
        (date(9999, 12, 31), False),
        (date(1970, 1, 1), False),
        (None, False),
    ],
)
def test_a_stand_in_birth_date_is_no_evidence(engine: duckdb.DuckDBPyConnection, born: date, valid: bool) -> None:
    assert _standardised(engine, "birth_date_valid, born", birth_date=born) == (valid, born if valid else None)


@pytest.mark.parametrize(
    ("written", "zip5"),
    [
        ("06103", "06103"),
        ("06103-1234", "06103"),
        ("061031234", "06103"),
        ("6103", None),
        ("00000", None),
        (None, None),
    ],
)
def test_a_postcode_is_five_digits_or_nothing(engine: duckdb.DuckDBPyConnection, written: str, zip5: str) -> None:
    assert _standardised(engine, "zip5", zip=written) == (zip5,)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("078", "078"),
        ("Mansfield", "078"),
        ("MANSFIELD, CT", "078"),
        ("Storrs", "078"),
        ("Storrs-Mansfield", "078"),
        ("storrs manfld", "078"),
        ("Storrs, Connecticut", "078"),
        ("Hartfoord", "064"),
        ("Mystic", "MYSTIC"),
        ("Canaan", "CANAAN"),
        ("Springfield", "SPRINGFIELD"),
        ("n/a", None),
        (" ", None),
        (None, None),
    ],
)
def test_a_village_or_a_misspelt_town_is_its_town_unless_several_share_the_name(
    engine: duckdb.DuckDBPyConnection, written: str, place: str
) -> None:
    assert _standardised(engine, "city_std", town_code=written) == (place,)


@pytest.mark.parametrize("written", ["Homeless", "N/A", "no fixed address", "General Delivery"])
def test_a_word_in_place_of_a_street_is_no_street(engine: duckdb.DuckDBPyConnection, written: str) -> None:
    assert _standardised(engine, "street_key, street_name", street=written) == (None, None)
    assert _standardised(engine, "street_key", street=f"12 {written} Road") != (None,)


def test_one_home_written_by_three_agencies_is_one_place() -> None:
    """A town code (CTHires), a village and a town with its state, no ZIP code: comparable across sources."""
    with duckdb.connect() as con:
        con.execute(f"create table identity ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
        for number, place in enumerate(("078", "Storrs", "Mansfield CT")):
            con.execute(
                "insert into identity (identity_key, source, first_row_no, street, town_code) values (?, 'A', ?, ?, ?)",
                [str(uuid.UUID(int=number)), number, "9 North Eagleville Road", place],
            )
        write_std(con, f"({view_sql()})")
        assert con.execute("select distinct place_key from std").fetchall() == [("9NORTHEAGLEVILLEROAD|078",)]


def test_the_names_of_places_multiply_no_row(engine: duckdb.DuckDBPyConnection) -> None:
    assert engine.execute(
        f"select count(*) = count(distinct place_name) and count(*) > 1_000 from ({towns_sql(lambda name: name)})"
    ).fetchall() == [(True,)]


@pytest.mark.parametrize(("written", "sex"), [("1", "M"), ("2", "F"), ("female", "F"), ("9", None), (None, None)])
def test_sex_unknown_is_no_evidence(engine: duckdb.DuckDBPyConnection, written: str, sex: str) -> None:
    assert _standardised(engine, "sex_std", sex=written) == (sex,)


@pytest.mark.parametrize(
    "name", ["placeholder_ssn", "placeholder_birth_date", "placeholder_name", "placeholder_place", "suffix"]
)
def test_every_listed_value_is_there_once_and_the_lists_say_why(name: str) -> None:
    rows = rows_of(name)
    first_column = [next(iter(row.values())) for row in rows]
    assert len(set(first_column)) == len(rows)
    assert all(all(row.values()) for row in rows)
