"""What is shown is what was given: no bracket of a file name, a cell or a heading is read as markup."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from cli.terminal import Steps, console, say, show_table

ODD = ["age [years]", "[/red] sent", "wages [bold]", ":smile: 2024.csv", r"back\[slash]"]


@pytest.mark.parametrize("odd", ODD)
def test_a_table_shows_cells_headings_and_title_as_they_are(capsys: pytest.CaptureFixture[str], odd: str) -> None:
    show_table(console(), f"title {odd}", ["row", f"head {odd}"], [["1", f"cell {odd}"]], left=2)
    told = capsys.readouterr().out
    assert all(f"{what} {odd}" in told for what in ("title", "head", "cell"))


@pytest.mark.parametrize("odd", ODD)
def test_a_line_is_shown_as_it_is(capsys: pytest.CaptureFixture[str], odd: str) -> None:
    say(console(), odd)
    say(console(), f"{odd} is bold", bold=odd)
    console().print(odd)
    assert capsys.readouterr().out.splitlines() == [odd, f"{odd} is bold", odd]


@pytest.mark.parametrize("odd", ODD)
def test_a_step_shows_the_file_it_is_at(odd: str) -> None:
    out = Console(file=io.StringIO(), force_terminal=True, width=120, color_system=None)
    steps = Steps(out)
    steps.start("Load")
    steps.detail(odd)
    assert steps._status is not None
    out.print(steps._status.renderable)
    steps.end("done")
    assert odd in out.file.getvalue()
