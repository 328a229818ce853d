"""The law of edge cases: docs/edge-cases.md has a row for each of e1 to e44, and every test it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import yaml

from home import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "edge-cases.md"
RULES = PROJECT_ROOT / "docs" / "rules.md"
NUMBERS = [f"e{number}" for number in range(1, 45)]
ROW = re.compile(r"^\| (?P<numbers>e\d[^|]*) \| (?P<case>[^|]+) \| (?P<behaviour>[^|]+) \| (?P<tests>[^|]+) \|$")
NAMED = re.compile(r"`([^`]+)`")


def rows(text: str) -> list[tuple[list[str], list[str]]]:
    """(edge cases, tests) of each row of the table, in the order of the page."""
    read = [ROW.match(line) for line in text.splitlines()]
    return [(row["numbers"].split(", "), NAMED.findall(row["tests"])) for row in read if row]


def python_tests() -> set[str]:
    """Names of the test functions in tests/, and of the files that hold them."""
    names = set()
    for path in sorted((PROJECT_ROOT / "tests").rglob("test_*.py")):
        names.add(path.name)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names |= {
            node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        }
    return names


def dbt_tests() -> set[str]:
    """Names of the unit tests of dbt and of its singular tests."""
    project = PROJECT_ROOT / "dbt_project"
    names = {path.stem for path in (project / "tests").glob("*.sql")}
    for path in sorted((project / "models").rglob("_unit_tests*.yml")):
        names |= {test["name"] for test in yaml.safe_load(path.read_text(encoding="utf-8"))["unit_tests"]}
    return names


def wrong_rows(found: list[tuple[list[str], list[str]]], there: set[str]) -> list[str]:
    """What is wrong: a case without a row, a row without a test or of no such case, a test that is not there."""
    named = [number for numbers, _ in found for number in numbers]
    wrong = [f"{number}: no row" for number in NUMBERS if number not in named]
    wrong += [f"{number}: no such edge case" for number in named if number not in NUMBERS]
    wrong += [f"{numbers[0]}: names no test" for numbers, tests in found if not tests]
    return wrong + [
        f"{numbers[0]}: {test} is not there" for numbers, tests in found for test in tests if test not in there
    ]


def test_every_edge_case_has_a_row_and_its_tests_are_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    found = rows(text)
    assert len(found) == len([line for line in text.splitlines() if re.match(r"\|\s*e", line)]), "a row cannot be read"
    assert wrong_rows(found, python_tests() | dbt_tests()) == []


def test_edge_cases_are_told_in_one_place() -> None:
    assert [line for line in RULES.read_text(encoding="utf-8").splitlines() if re.match(r"\|\s*e\d", line)] == []


def test_what_is_wrong_with_a_table_is_named() -> None:
    good = "\n".join(f"| {number} | a case | what happens | `test_a` |" for number in NUMBERS)
    assert wrong_rows(rows(good), {"test_a"}) == []
    assert (
        wrong_rows(rows(good + "\n| e2, e3 | late | what happens | `test_a`, `test_b` |"), {"test_a", "test_b"}) == []
    )
    assert wrong_rows(rows(good), set())[0] == "e1: test_a is not there"
    assert wrong_rows(rows(good.replace("| e7 |", "| e45 |")), {"test_a"})[:2] == [
        "e7: no row",
        "e45: no such edge case",
    ]
    assert wrong_rows(rows(good.replace("`test_a`", "test_a", 1)), {"test_a"}) == ["e1: names no test"]


def test_tests_of_both_kinds_are_found() -> None:
    assert {"test_tests_of_both_kinds_are_found", Path(__file__).name} <= python_tests()
    assert {"test_fct_person_quarter_top_employer_and_positive_wages", "assert_every_row_has_a_person"} <= dbt_tests()
