"""Same persons, seed and quarters: the same bytes, on any run; another seed: another Connecticut."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import contracts
import synth
from synth.sample import PERSONS, SEED
from tests.unit.synth.reading import SAMPLE, digests


def test_the_same_seed_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    synth.generate(400, 11, tmp_path / "here", quarters=3)
    code = f"import synth, pathlib; synth.generate(400, 11, pathlib.Path({str(tmp_path / 'there')!r}), quarters=3)"
    environment = os.environ | {"PYTHONHASHSEED": "77", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    assert digests(tmp_path / "here") == digests(tmp_path / "there")


def test_another_seed_gives_other_extracts(tmp_path: Path) -> None:
    synth.generate(400, 11, tmp_path / "eleven", quarters=3)
    synth.generate(400, 12, tmp_path / "twelve", quarters=3)
    eleven, twelve = digests(tmp_path / "eleven"), digests(tmp_path / "twelve")
    # A small programme has nothing to send for some years, and which years is drawn too.
    both = [name for name in eleven.keys() & twelve.keys() if name.endswith(".csv")]
    assert len(both) > 100
    same = {name.split("/")[1] for name in both if eleven[name] == twelve[name]}
    # Published figures are facts, whatever the seed; everything else is drawn.
    assert {source for source in same if contracts.load(source).about not in ("aggregate", "reference")} == set()


def test_the_committed_sample_is_what_the_generator_writes(tmp_path: Path) -> None:
    synth.generate(PERSONS, SEED, tmp_path)
    assert digests(tmp_path) == digests(SAMPLE), "data/sample is out of date: `make sample`, then commit it"


def test_only_landing_and_truth_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "landing" / "ui_wage").mkdir(parents=True)
    (tmp_path / "landing" / "ui_wage" / "old.csv").write_text("left from before")
    (tmp_path / "README.md").write_text("kept")
    synth.generate(200, 1, tmp_path, quarters=1)
    assert not (tmp_path / "landing" / "ui_wage" / "old.csv").exists()
    assert (tmp_path / "README.md").read_text() == "kept"


@pytest.mark.parametrize(("persons", "quarters"), [(199, 16), (500, 0)])
def test_too_small_a_connecticut_is_refused(tmp_path: Path, persons: int, quarters: int) -> None:
    with pytest.raises(ValueError, match="at least 200 persons and 1 wage quarter"):
        synth.generate(persons, 1, tmp_path, quarters=quarters)
