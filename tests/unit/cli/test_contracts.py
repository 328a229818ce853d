"""`workforce contracts`: every contract can be listed, read, taken as a template and exported."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

import contracts
from cli.main import app


def run(*arguments: str):
    return CliRunner().invoke(app, ["contracts", *arguments])


def test_the_list_has_every_contract() -> None:
    done = run("list")
    assert done.exit_code == 0
    for source in contracts.sources().values():
        [line] = [line for line in done.stdout.splitlines() if line.strip().startswith(f"{source.name} ")]
        assert source.contract_id in line and str(source.due_days) in line


@pytest.mark.parametrize("source", contracts.source_names())
def test_a_contract_can_be_read(source: str) -> None:
    done = run("show", source)
    assert done.exit_code == 0, done.output
    contract = contracts.load(source)
    shown = " ".join(done.stdout.split())
    for word in (contract.title, contract.agency, *contract.key, *(rule.id for rule in contract.logic_rules)):
        assert word in shown


def test_a_template_is_a_file_the_gate_takes(tmp_path: Path) -> None:
    target = tmp_path / "wage.csv"
    assert run("template", "C22", "--out", str(target)).exit_code == 0
    data = pd.read_csv(target, dtype=str, keep_default_na=False)
    assert contracts.validate("ui_wage", data)[1] == []
    assert run("template", "ui_wage").stdout == target.read_text(encoding="utf-8")
    again = run("template", "ui_wage", "--out", str(target))
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)


def test_one_contract_or_all_are_exported(tmp_path: Path) -> None:
    one = run("export", "ui_wage", "--format", "odcs")
    assert yaml.safe_load(one.stdout)["kind"] == "DataContract"
    assert run("export", "--all", "--out", str(tmp_path / "all")).exit_code == 0
    assert (tmp_path / "all" / "ui_wage.odcs.yaml").read_text(encoding="utf-8") == one.stdout
    assert len(list((tmp_path / "all").iterdir())) == len(contracts.source_names())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["show", "ui_wages"], "Near: ui_wage"),
        (["template", "zzz"], "There is no contract zzz."),
        (["export", "ui_wage", "--format", "xml"], "There is no format xml"),
        (["export"], "Name a contract"),
        (["export", "ui_wage", "--all"], "Name a contract"),
        (["export", "--all"], "--out"),
    ],
)
def test_a_refusal_is_one_sentence(arguments: list[str], told: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
