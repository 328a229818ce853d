"""Every metric of the registry can be explained, and every layer a model is made of has a name for people."""

from __future__ import annotations

import pytest

from cli.explain import explain
from cli.explain_metric import registry
from cli.models import LAYERS, inputs, models


@pytest.mark.parametrize("code", sorted(registry()))
def test_every_metric_of_the_registry_is_explained(capsys: pytest.CaptureFixture[str], code: str) -> None:
    explain(code)
    told = capsys.readouterr().out
    assert told.startswith(f"{code} version ") and "Read it from a release:" in told


def test_estimates_are_among_what_a_return_is_made_of(capsys: pytest.CaptureFixture[str]) -> None:
    explain("PROGRAM_ROI")
    assert f"  {LAYERS['est_']:<26} est_" in capsys.readouterr().out


@pytest.mark.parametrize("name", sorted(models()))
def test_everything_a_model_reads_is_in_a_layer(name: str) -> None:
    reads = {one for one in models()[name].reads}
    assert reads <= {one for names in inputs(name).values() for one in names}
