"""Submission profiles: strict, and the narrowest one wins."""

from __future__ import annotations

from pathlib import Path

import pytest

import contracts
from contracts import ContractError
from contracts.layouts import layout_names, read_layout
from contracts.profile import PROFILES_DIR, Profile, find_profile, read_profile

UI_WAGE = contracts.load("ui_wage")


def write(folder: Path, text: str, name: str = "x.yml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", sorted(PROFILES_DIR.glob("*.yml")), ids=lambda path: path.stem)
def test_each_committed_profile_is_in_order_and_found_by_its_file_name(path: Path) -> None:
    profile = read_profile(path)
    source = contracts.load(profile.source)
    name = f"{profile.agency or source.agency_code}_{source.name}_2023Q1_20230515_v01{profile.suffix or '.csv'}"
    assert find_profile(source, name) == profile
    assert not profile.columns or set(profile.columns.values()) <= set(source.field_names)


@pytest.mark.parametrize("name", layout_names())
def test_each_layout_fills_fields_some_contract_has(name: str) -> None:
    layout = read_layout(name)
    total = layout.totals.get("record")
    fields = {place.field for place in layout.places if place.record != total} | set(layout.fixed)
    takers = [source for source in contracts.sources().values() if fields <= set(source.field_names)]
    assert takers
    for source in takers:
        assert {field.name for field in source.fields if field.required} <= fields


def test_every_format_a_contract_names_is_a_layout() -> None:
    assert {name for source in contracts.sources().values() for name in source.formats} <= set(layout_names())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("agency: dol", "'source' is missing"),
        ("source: nothing", "no contract 'nothing'"),
        ("source: ui_wage\nshape: x", "unknown key 'shape'"),
        ("source: ui_wage\nformat: word", "format is 'word'"),
        ("source: ui_wage\nencoding: klingon", "encoding is unknown"),
        ("source: ui_wage\nencoding: base64", "encoding is unknown"),
        ("source: ui_wage\ndelimiter: ab", "delimiter is one character"),
        ("source: ui_wage\ndelimiter: x", "delimiter is one character"),
        ("source: ui_wage\nquote: '*'", "quote is"),
        ("source: ui_wage\nlayout: other", "layout is 'other'"),
        ("source: ui_wage\nsuffix: txt", "suffix is a dot"),
        ("source: ui_wage\ndate_style: iso8601", "date_style is 'iso8601'"),
        ("source: ui_wage\nheader_row: 0", "header_row is a number"),
        ("source: ui_wage\nheader_row: 2\nskip_rows: 1", "say the same"),
        ("source: ui_wage\ncolumns: {Wages: salary}", "columns: 'Wages' is 'salary'"),
        ("source: ui_wage\ncolumns: {Wages: wage_usd, Pay: wage_usd}", "two headings"),
        ("source: ui_wage\nfixed: {salary: 1}", "fixed is 'salary'"),
        ("- a", "not a mapping"),
    ],
)
def test_a_profile_that_is_wrong_is_refused_with_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ContractError, match=words):
        read_profile(write(tmp_path, text))


def test_the_narrowest_profile_of_the_first_folder_wins(tmp_path: Path) -> None:
    write(tmp_path, "source: ui_wage\ndelimiter: ';'", "any.yml")
    write(tmp_path, "source: ui_wage\nagency: dol\ndelimiter: pipe", "dol.yml")
    write(tmp_path, "source: ui_wage\nagency: dol\nsuffix: .lst\ndelimiter: tab", "dol_lst.yml")
    write(tmp_path, "source: adult_ed\ndelimiter: tab", "other.yml")
    found = {name: find_profile(UI_WAGE, name, tmp_path).name for name in ("x_a.csv", "dol_a.csv", "DOL_a.LST.gz")}
    assert found == {"x_a.csv": "any", "dol_a.csv": "dol", "DOL_a.LST.gz": "dol_lst"}
    assert find_profile(UI_WAGE, "dol_a.csv") == Profile()


def test_two_profiles_for_the_same_files_are_refused(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yml"):
        write(tmp_path, "source: ui_wage", name)
    with pytest.raises(ContractError, match=r"a, b .* are for the same files"):
        find_profile(UI_WAGE, "dol.csv", tmp_path)
