"""What the report on a new model must not let pass, and where a new model is never written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from home import Home
from linkage import LinkageError
from linkage import model as models
from linkage.train import train
from linkage.train_fit import Fit
from linkage.train_report import inversions


def fitted(**changed: float) -> Fit:
    """The reviewed shares, with another m for some levels of the last name."""
    reviewed = models.load()
    m = reviewed.m | {("last_name", level): share for level, share in changed.items()}
    return Fit(m, reviewed.u, frozenset(), frozenset(), {}, ())


def test_neighbouring_levels_that_changed_places_are_told_with_their_weights() -> None:
    reviewed = models.load()
    assert inversions(reviewed, fitted()) == []
    weaker = reviewed.m["last_name", "close"] / 16
    [told] = inversions(reviewed, fitted(close=weaker, shares_a_part=weaker / 100))[:1]
    assert told.startswith("last_name ") and " above " in told
    assert inversions(reviewed, fitted(near=reviewed.m["last_name", "near"] * 1.01)) == []


def test_the_model_in_use_and_files_that_are_no_model_stay(tmp_path: Path) -> None:
    in_use = models.MODEL_FILE.read_bytes()
    other = tmp_path / "keep.json"
    for content in ('{"compilerOptions": {}}', "[1]", "no json", "\xff"):
        other.write_text(content, encoding="latin-1")
        with pytest.raises(LinkageError, match="is no model"):
            train(Home(tmp_path), other, "2030-01")
        assert other.read_text(encoding="latin-1") == content
    (tmp_path / "link.json").symlink_to(models.MODEL_FILE)
    for out in (models.MODEL_FILE, tmp_path / "link.json"):
        with pytest.raises(LinkageError, match="the model in use"):
            train(Home(tmp_path), out, "2030-01")
    assert models.MODEL_FILE.read_bytes() == in_use
    other.write_text(json.dumps({"model_version": "2029-01", "comparisons": {}}))
    with pytest.raises(LinkageError, match="no identities to link yet"):
        train(Home(tmp_path), other, "2030-01")
