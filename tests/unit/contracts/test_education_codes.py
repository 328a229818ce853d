"""Code lists of education against what is known from elsewhere: colleges, test forms, levels, terms."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import pytest

import contracts
from contracts.codes import read_table


def test_colleges_have_a_unitid_and_merged_ones_a_successor() -> None:
    colleges = {row["code"]: row for row in read_table("college")}
    assert all(len(code) == 6 and code.isdigit() for code in colleges)
    merged = {row["label"]: row["merged_into_code"] for row in colleges.values() if row["is_merged"] == "true"}
    assert len(merged) == 11, "the twelfth, Capital, gave its number to CT State"
    assert set(merged.values()) == {"129367"}
    assert {row["system"] for row in colleges.values()} == {"CSCU", "UCONN", ""}


def test_campuses_are_the_twelve_colleges_that_merged() -> None:
    colleges = {row["code"] for row in read_table("college") if row["is_merged"] == "true"}
    campuses = {row["former_college_code"] for row in read_table("college_campus")} - {""}
    assert campuses == colleges | {"129367"}
    assert len(campuses) == 12


def test_a_form_says_by_its_letter_what_it_measures_and_agrees_with_its_series() -> None:
    series = {row["code"]: row for row in read_table("test_series")}
    for form in read_table("test_form"):
        assert form["code"][-1] == form["modality"] == series[form["series"]]["modality"], form["code"]
    assert {form["series"] for form in read_table("test_form")} == set(series)
    assert {row["test"] for row in series.values()} <= set(contracts.code_list("assessment_test").codes)


def test_every_series_is_named_in_the_rule_that_checks_its_forms() -> None:
    rule = contracts.load("adult_ed_assessment").rules_by_id["form_of_another_series"]
    for name in contracts.code_list("test_series").codes:
        assert f"'{name}'" in rule.sql


@pytest.mark.parametrize("series", [row["code"] for row in read_table("test_series")])
def test_levels_of_a_series_follow_each_other_without_gap(series: str) -> None:
    [track] = {row["track"] for row in read_table("test_series") if row["code"] == series}
    by_date = defaultdict(list)
    for row in read_table("test_efl"):
        if row["test_series"] == series:
            by_date[row["effective_date"]].append(row)
    assert by_date
    for rows in by_date.values():
        rows.sort(key=lambda row: int(row["score_from"]))
        assert [row["efl_code"] for row in rows] == [f"{track}{level}" for level in range(1, 7)]
        for lower, higher in pairwise(rows):
            assert int(lower["score_to"]) + 1 == int(higher["score_from"])


def test_ranges_read_in_two_places_are_those() -> None:
    tops = [int(row["score_to"]) for row in read_table("test_efl") if row["test_series"] == "LW_READING"]
    assert tops == [180, 190, 200, 210, 220, 235]


def test_classes_belong_to_a_programme_and_awards_to_a_credential() -> None:
    programmes = set(contracts.code_list("adult_ed_program_type").codes)
    assert {row["program_type"] for row in read_table("class_type")} <= programmes
    credentials = set(contracts.code_list("credential_type").codes)
    assert {row["credential_type"] for row in read_table("award_level")} <= credentials


def test_a_college_sends_no_status_that_only_the_clearinghouse_gives() -> None:
    sent = contracts.load("postsecondary_term").by_name["enrollment_status"].code_list
    assert sent is not None and set(sent.codes) == {"FT", "TQ", "HT", "LHT", "NE"}
    letters = [contracts.code_list("enrollment_status").canonical(letter) for letter in "FQHLAWD"]
    assert letters == ["FT", "TQ", "HT", "LHT", "LOA", "WD", "DEC"]
