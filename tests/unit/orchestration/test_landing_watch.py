"""Only settled files are taken, each once, and a build is owed after every load."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration.landing_watch import Watch, look

SOURCES = ["adult_ed", "ui_wage"]


def drop(landing: Path, name: str, text: str = "a\n", at: int = 1_700_000_000) -> Path:
    path = landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at, at))
    return path


def again(watch: Watch) -> Watch:
    """The watch as the next tick reads it back."""
    return Watch.from_cursor(watch.to_cursor())


def test_a_file_is_taken_at_the_second_look_at_which_it_is_the_same(tmp_path: Path) -> None:
    drop(tmp_path, "ui_wage/one.csv")
    watch = Watch()
    assert watch.ready(look(tmp_path, SOURCES)) == {}
    watch = again(watch)
    assert list(watch.ready(look(tmp_path, SOURCES))) == ["ui_wage"]
    watch = again(watch)
    assert watch.ready(look(tmp_path, SOURCES)) == {}


@pytest.mark.parametrize(("text", "at"), [("a\nb\n", 1_700_000_000), ("a\n", 1_700_000_009)])
def test_a_file_that_grows_or_is_touched_waits(tmp_path: Path, text: str, at: int) -> None:
    drop(tmp_path, "ui_wage/one.csv")
    watch = Watch()
    watch.ready(look(tmp_path, SOURCES))
    drop(tmp_path, "ui_wage/one.csv", text, at)
    assert watch.ready(look(tmp_path, SOURCES)) == {}
    assert list(watch.ready(look(tmp_path, SOURCES))) == ["ui_wage"]


def test_a_source_waits_for_its_last_file_and_holds_up_nobody_else(tmp_path: Path) -> None:
    drop(tmp_path, "ui_wage/one.csv")
    drop(tmp_path, "adult_ed/one.csv")
    watch = Watch()
    watch.ready(look(tmp_path, SOURCES))
    drop(tmp_path, "ui_wage/two.csv")
    assert list(watch.ready(look(tmp_path, SOURCES))) == ["adult_ed"]
    assert list(watch.ready(look(tmp_path, SOURCES))) == ["ui_wage"]


@pytest.mark.parametrize("name", ["one.csv.part", "one.tmp", ".one.csv", "ONE.CSV.FILEPART"])
def test_unfinished_and_hidden_names_are_not_looked_at(tmp_path: Path, name: str) -> None:
    drop(tmp_path, f"ui_wage/{name}")
    assert look(tmp_path, SOURCES) == {}


def test_a_folder_that_is_no_source_is_not_looked_at(tmp_path: Path) -> None:
    drop(tmp_path, "payroll/one.csv")
    drop(tmp_path, "stray.csv")
    assert look(tmp_path, SOURCES) == {}


def test_a_file_that_comes_again_with_other_bytes_is_taken_again(tmp_path: Path) -> None:
    drop(tmp_path, "ui_wage/one.csv")
    watch = Watch()
    first = [watch.ready(look(tmp_path, SOURCES)) for _ in range(2)][-1]
    drop(tmp_path, "ui_wage/one.csv", "a\nb\n", 1_700_000_100)
    second = [watch.ready(look(tmp_path, SOURCES)) for _ in range(2)][-1]
    assert list(first) == list(second) == ["ui_wage"]
    assert first["ui_wage"] != second["ui_wage"]


def test_a_build_is_owed_from_the_load_until_somebody_pays_it(tmp_path: Path) -> None:
    drop(tmp_path, "ui_wage/one.csv")
    watch = Watch()
    watch.ready(look(tmp_path, SOURCES))
    assert not watch.build_due
    watch.ready(look(tmp_path, SOURCES))
    assert watch.build_due
    watch = again(watch)
    watch.ready(look(tmp_path, SOURCES))
    assert watch.build_due
    watch.build_due = False
    assert not again(watch).build_due


def test_a_file_taken_away_is_forgotten(tmp_path: Path) -> None:
    path = drop(tmp_path, "ui_wage/one.csv")
    watch = Watch()
    watch.ready(look(tmp_path, SOURCES))
    watch.ready(look(tmp_path, SOURCES))
    path.unlink()
    assert watch.ready(look(tmp_path, SOURCES)) == {}
    assert watch.taken == {}
