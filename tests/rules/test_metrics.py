"""The law of metrics: each is defined once per version, one version is in use, and the report it names is there."""

from __future__ import annotations

from collections import Counter

from cli.explain_metric import registry
from cli.models import described, inputs, models

UNITS = {"share", "usd", "count", "days", "hours", "percent", "ratio", "quarters"}
STATISTICS = {"share", "median", "mean", "sum"}


def test_every_metric_has_one_version_in_use() -> None:
    in_use = {code: [row for row in rows if row["is_current"] == "true"] for code, rows in registry().items()}
    assert {code: len(rows) for code, rows in in_use.items() if len(rows) != 1} == {}
    versions = Counter((code, row["definition_version"]) for code, rows in registry().items() for row in rows)
    assert [key for key, count in versions.items() if count > 1] == []


def test_every_metric_is_defined_in_words_with_its_source_and_a_case() -> None:
    rows = [row for rows in registry().values() for row in rows]
    assert [row["metric_code"] for row in rows if not all(row.values())] == []
    assert {row["unit_code"] for row in rows} <= UNITS
    assert {row["statistic_code"] for row in rows} <= STATISTICS


def test_every_metric_is_in_a_report_that_is_there() -> None:
    reports = {model["name"] for model in described() if model["name"].startswith("rpt_")}
    named = {row["report_name"] for rows in registry().values() for row in rows}
    assert named - reports == set()


def test_inputs_go_down_to_the_sources() -> None:
    found = inputs("rpt_wioa_indicator")
    assert {"stg_ui_wage", "stg_cthires_participant", "stg_adult_ed"} <= set(found["stg_"])
    assert "fct_participation_outcome" in found["fct_"]
    assert set(models()) >= {name for layer, names in found.items() for name in names if layer != "ref_"}
