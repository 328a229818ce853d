"""What moved between two releases: each changed, added and removed figure, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from home import Home
from publish import Mart, NotComparable, compare, find_release, release_before

REPORT = Mart("rpt_outcome", "reporting", ("program_code", "program_year"))
OTHER = Mart("rpt_new", "reporting", ("program_code",))
PERSONS = Mart("dim_person", "core", ("person_key",))


def release(path: Path, name: str, rows: str, more: str = "") -> Path:
    con = duckdb.connect(str(path))
    con.execute("create table release (release varchar, as_of_date date, mart varchar, row_count bigint)")
    con.execute("insert into release values (?, ?::date, 'rpt_outcome', 3)", [name, name.split("_")[0]])
    con.execute(
        "create table rpt_outcome as select * from (values " + rows + ") t(program_code, program_year, "
        "employed_share, median_usd, note, as_of_date, run_id)"
    )
    con.execute("create table dim_person as select 'P1' as person_key, random() as secret")
    if more:
        con.execute(more)
    con.close()
    return path


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    before = release(
        tmp_path / "workforce_2025-06-30_aaaaaaaaaaaa.duckdb",
        "2025-06-30_aaaaaaaaaaaa",
        "('ADULT', 2023, 0.5::decimal(7,6), 100.00::decimal(14,2), 'x', date '2025-06-30', 'a'), "
        "('DW', 2023, 0.25, null, 'x', date '2025-06-30', 'a'), ('YOUTH', 2022, 1, 3, 'x', date '2025-06-30', 'a')",
    )
    after = release(
        tmp_path / "workforce_2025-12-31_bbbbbbbbbbbb.duckdb",
        "2025-12-31_bbbbbbbbbbbb",
        "('ADULT', 2023, 0.5::decimal(7,6), 125.50::decimal(14,2), 'x', date '2025-12-31', 'b'), "
        "('DW', 2023, 0.25, null, 'x', date '2025-12-31', 'b'), ('WP', 2023, null, null, 'y', date '2025-12-31', 'b')",
        more="create table rpt_new as select 'ADULT' as program_code, 1 as row_count",
    )
    return before, after


def test_each_figure_that_moved_is_told_once(two: tuple[Path, Path]) -> None:
    found = compare(*two, listed=[REPORT, OTHER, PERSONS])
    [moved] = found.reports
    assert (moved.report, moved.compared, moved.changed, moved.added, moved.removed) == ("rpt_outcome", 4, 1, 1, 1)
    assert found.not_compared == ("rpt_new",)
    assert found.rows == (
        ("rpt_outcome", "program_code=ADULT, program_year=2023", "median_usd", "100.00", "125.50", "25.50"),
        ("rpt_outcome", "program_code=WP, program_year=2023", "note", None, "y", None),
        ("rpt_outcome", "program_code=YOUTH, program_year=2022", "employed_share", "1.000000", None, None),
        ("rpt_outcome", "program_code=YOUTH, program_year=2022", "median_usd", "3.00", None, None),
        ("rpt_outcome", "program_code=YOUTH, program_year=2022", "note", "x", None, None),
    )


def test_a_release_against_itself_is_still(two: tuple[Path, Path]) -> None:
    found = compare(two[0], two[0], listed=[REPORT])
    assert found.rows == () and found.reports[0].is_still


def test_the_day_and_the_run_are_no_figures(two: tuple[Path, Path]) -> None:
    assert {row[2] for row in compare(*two, listed=[REPORT]).rows}.isdisjoint({"as_of_date", "run_id"})


def test_a_release_is_found_by_name_run_day_and_file(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").ensure()
    home.published.mkdir(exist_ok=True)
    there = release(
        home.published / "workforce_2025-06-30_aaaaaaaaaaaa.duckdb",
        "2025-06-30_aaaaaaaaaaaa",
        "('A',1,0.1,1,'',date '2025-06-30','a')",
    )
    for asked in ("2025-06-30", "aaaaaaaaaaaa", "2025-06-30_aaaaaaaaaaaa", str(there)):
        assert find_release(home, asked) == there
    with pytest.raises(NotComparable, match=r"no release 2024-01-01\. There are: 2025-06-30_aaaaaaaaaaaa\."):
        find_release(home, "2024-01-01")


def test_the_release_before_is_the_one_published_before(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").ensure()
    home.published.mkdir(exist_ok=True)
    made = [home.published / f"workforce_2025-06-30_{name}.duckdb" for name in ("c", "a", "b")]
    for at, path in enumerate(made, 1):
        path.touch()
        os.utime(path, ns=(at, at))
    assert [release_before(home, path) for path in made] == [None, made[0], made[1]]


def test_a_file_that_is_no_release_is_refused(tmp_path: Path, two: tuple[Path, Path]) -> None:
    stranger = tmp_path / "stranger.duckdb"
    duckdb.connect(str(stranger)).close()
    with pytest.raises(NotComparable, match=r"stranger\.duckdb is not a release"):
        compare(stranger, two[0], listed=[REPORT])


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "", "SQLite format 3\0" + "\0" * 100])
@pytest.mark.parametrize("place", [0, 1])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, two: tuple[Path, Path], text: str, place: int) -> None:
    stranger = tmp_path / "stranger.csv"
    stranger.write_text(text, encoding="utf-8")
    asked = [two[0], two[1]]
    asked[place] = stranger
    with pytest.raises(NotComparable, match=r"stranger\.csv is not a release"):
        compare(*asked, listed=[REPORT])


def test_a_file_with_a_view_on_other_files_is_refused(tmp_path: Path, two: tuple[Path, Path]) -> None:
    other = tmp_path / "other.csv"
    other.write_text("release\nsomething secret\n", encoding="utf-8")
    stranger = tmp_path / "stranger.duckdb"
    with duckdb.connect(str(stranger)) as con:
        con.execute(f"create view release as select release from read_csv('{other}', header = true)")
    with pytest.raises(NotComparable, match=r"stranger\.duckdb is not a release"):
        compare(stranger, two[0], listed=[REPORT])


def test_a_column_may_be_called_anything(tmp_path: Path) -> None:
    odd = "a\" as b, error('run') as \"c"
    made = []
    for name, figure in (("2025-06-30_a", 1), ("2025-12-31_b", 2)):
        made.append(tmp_path / f"workforce_{name}.duckdb")
        with duckdb.connect(str(made[-1])) as con:
            con.execute(f"create table release as select '{name}' as release")
            quoted = odd.replace('"', '""')
            con.execute(f'create table rpt_odd as select 1 as k, {figure} as "{quoted}"')
    found = compare(*made, listed=[Mart("rpt_odd", "reporting", ("k",))])
    assert found.rows == (("rpt_odd", "k=1", odd, "1", "2", "1"),)
