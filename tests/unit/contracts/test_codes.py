"""Code lists and reference tables against what is known about Connecticut and WIOA from elsewhere."""

from __future__ import annotations

import datetime
from collections import Counter

import pytest

import contracts
from contracts.codes import read_table
from contracts.tables import tables


def _by(name: str, column: str) -> Counter[str]:
    return Counter(row[column] for row in read_table(name))


def test_towns_are_complete_and_in_the_published_areas() -> None:
    towns = read_table("town")
    assert [town["code"] for town in towns] == [f"{number:03d}" for number in range(1, 170)]
    assert _by("town", "wda_code") == {"EAST": 41, "NC": 37, "NW": 41, "SC": 30, "SW": 20}
    regions = {"09110": 38, "09120": 6, "09130": 17, "09140": 19, "09150": 16, "09160": 21, "09170": 15, "09180": 19}
    assert _by("town", "planning_region_code") == regions | {"09190": 18}
    assert len(_by("town", "county_code")) == 8
    assert {town["wda_code"] for town in towns} == set(contracts.code_list("wda").codes)


@pytest.mark.parametrize(
    ("code", "town"),
    [
        ("001", "Andover"), ("015", "Bridgeport"), ("039", "Eastford"), ("040", "East Granby"), ("064", "Hartford"),
        ("093", "New Haven"), ("094", "Newington"), ("095", "New London"), ("135", "Stamford"), ("151", "Waterbury"),
        ("155", "West Hartford"), ("169", "Woodstock"),
    ],
)  # fmt: skip
def test_town_code_order_ignores_spaces(code: str, town: str) -> None:
    assert {row["code"]: row["label"] for row in read_table("town")}[code] == town


def test_every_zip_code_has_one_majority_town_and_shares_within_one() -> None:
    rows = read_table("zip_town")
    assert len({(row["zip"], row["town_code"]) for row in rows}) == len(rows)
    assert set(Counter(row["zip"] for row in rows if row["is_majority"] == "true").values()) == {1}
    assert {row["zip"] for row in rows} == {row["zip"] for row in rows if row["is_majority"] == "true"}
    totals: Counter[str] = Counter()
    for row in rows:
        assert len(row["zip"]) == 5
        totals[row["zip"]] += float(row["town_share"])
    assert all(0.98 < total <= 1.001 for total in totals.values())
    assert {row["town_code"] for row in rows} - set(contracts.code_list("town").codes) == {""}


@pytest.mark.parametrize(
    ("zip_code", "town", "basis"),
    [
        ("06018", "North Canaan", "census_population"),
        ("06031", "Canaan", "census_population"),
        ("06390", "", "new_york"),
        ("06006", "Windsor", "postal_name"),
        ("06388", "Groton", "village"),
        ("06103", "Hartford", "census_population"),
    ],
)
def test_zip_codes_that_trap(zip_code: str, town: str, basis: str) -> None:
    names = {row["code"]: row["label"] for row in read_table("town")} | {"": ""}
    (row,) = [row for row in read_table("zip_town") if row["zip"] == zip_code and row["is_majority"] == "true"]
    assert (names[row["town_code"]], row["basis"]) == (town, basis)


def test_places_in_several_towns_are_not_assigned() -> None:
    single = {row["alias"]: row["town_code"] for row in read_table("place_alias") if row["is_single_town"] == "true"}
    assert not {"MYSTIC", "GEORGETOWN", "HADLYME"} & set(single)
    assert single["STORRS"] == "078"
    assert single["ROCKVILLE"] == "146"
    pairs = [(row["alias"], row["town_code"]) for row in read_table("place_alias")]
    assert len(set(pairs)) == len(pairs)


def test_cohort_windows_follow_the_calendar() -> None:
    windows = {(int(row["program_year"]), row["indicator_code"]): row for row in read_table("cohort_window")}
    first, last = 2016, 2030
    assert {year for year, _ in windows} == set(range(first, last + 1))
    offsets = {
        # months from 1 July of the programme year to the first day of the window
        "SERVED": 0, "MSG": 0, "EXITED": -3, "EMP_Q2": -12, "MEDIAN_Q2": -12, "EMP_Q4": -18, "CREDENTIAL": -18,
        "RETENTION": -18, "REENTRY": -18,
    }  # fmt: skip
    assert len(windows) == len(offsets) * (last - first + 1)
    for (year, code), row in windows.items():
        month = year * 12 + 6 + offsets[code]
        start = datetime.date(month // 12, month % 12 + 1, 1)
        end = datetime.date(start.year + 1, start.month, 1) - datetime.timedelta(days=1)
        assert (row["window_from_date"], row["window_to_date"]) == (str(start), str(end))
        assert row["cohort_basis"] == ("participation" if code in ("SERVED", "MSG") else "exit")
    assert windows[2023, "EMP_Q4"]["window_from_date"] == "2022-01-01"
    assert set(contracts.code_list("indicator").codes) | {"SERVED", "EXITED"} == set(offsets)


def test_services_that_only_inform_neither_start_nor_extend() -> None:
    for row in contracts.code_list("service_code").rows:
        category = row.attributes["category"]
        qualifies = tuple(row.attributes[f"qualifies_{what}"] for what in ("start", "extend", "youth"))
        none, youth, every = ("false",) * 3, ("false", "false", "true"), ("true",) * 3
        assert qualifies == {"self": none, "info": none, "follow_up": none, "supportive": youth}.get(category, every)
    generic = ("SELF", "INFO", "BASIC", "INDIVIDUALISED", "TRAINING", "FOLLOW_UP", "SUPPORTIVE")
    assert set(generic) <= set(contracts.code_list("service_code").codes)


def test_training_types_count_as_the_guidance_says() -> None:
    codes = contracts.code_list("training_type")
    assert codes.where("in_credential_denominator", "false") == ("00", "01", "05", "11", "12")
    assert codes.where("in_msg_denominator", "false") == ("00", "11", "12")


def test_exit_reasons_exclude_as_the_guidance_says() -> None:
    codes = contracts.code_list("exit_reason")
    assert codes.where("excludes_all", "true") == ("01", "02", "03", "04")
    assert codes.where("excludes_youth", "true") == ("01", "02", "03", "04", "05")
    assert codes.where("excludes_title2_exit", "true") == ("01", "02", "03", "04", "07")


def test_programmes_report_what_their_law_asks() -> None:
    codes = contracts.code_list("program")
    in_common = [row["program_code"] for row in read_table("exit_rule") if row["common_exit_group"] == "WIOA_COMMON"]
    assert in_common == ["ADULT", "DW", "WP"]
    assert codes.where("is_core", "true") == ("ADULT", "DW", "YOUTH", "WP", "ADULT_ED")
    (wagner_peyser,) = [row for row in codes.rows if row.code == "WP"]
    assert (wagner_peyser.attributes["has_credential"], wagner_peyser.attributes["has_msg"]) == ("false", "false")
    assert len(codes.where("reporting_system", "CTHIRES")) == 11


def test_grades_are_ranked_and_c_or_better_counts() -> None:
    rows = {row.code: row.attributes for row in contracts.code_list("grade").rows}
    ranks = [int(rows[grade]["rank"]) for grade in ("A+", "A", "B-", "C+", "C", "C-", "D-", "F", "W")]
    assert ranks == sorted(ranks, reverse=True)
    assert {code for code, row in rows.items() if row["is_c_or_better"] == "true"} == {
        "A+", "A", "A-", "B+", "B", "B-", "C+", "C", "P",
    }  # fmt: skip


def test_every_table_is_described_and_its_flags_are_true_or_false() -> None:
    for table in tables():
        rows = read_table(table.name)
        assert rows, table.name
        for column in table.columns:
            assert column.description, (table.name, column.name)
            if column.type == "boolean":
                assert {row[column.name] for row in rows} <= {"true", "false"}, (table.name, column.name)
            if column.name.startswith(("is_", "has_", "in_", "qualifies_", "excludes_")):
                assert column.type == "boolean", (table.name, column.name)


def test_spelling_lookup_ignores_case_and_blanks() -> None:
    codes = contracts.code_list("wda")
    assert [codes.canonical(text) for text in ("east", " North Central", "SOUTHWEST", "nw", "West")] == [
        "EAST", "NC", "SW", "NW", None,
    ]  # fmt: skip
